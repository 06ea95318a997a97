//! Questions to SQLite, on the calling thread.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{
    Connection, OpenFlags, Row, params_from_iter,
    types::{FromSql, ToSqlOutput, ValueRef},
};

use super::{Columns, StoreError, Value};

/// Timeout of reads. In WAL mode, SQLite only makes them wait during recovery after a crash.
const BUSY_TIMEOUT: Duration = Duration::from_millis(500);
/// Limit of pooled connections.
const KEPT: usize = 8;

/// Connections that read.
#[derive(Debug)]
pub(super) struct SqliteAdmission {
    file: PathBuf,
    /// `None` once closed.
    idle: Mutex<Option<Vec<Connection>>>,
}

impl SqliteAdmission {
    /// On the database in this file, which must exist.
    pub(super) fn new(file: &Path) -> Self {
        Self {
            file: file.to_owned(),
            idle: Mutex::new(Some(Vec::new())),
        }
    }

    pub(super) fn ask<T>(
        &self,
        statement: &'static str,
        values: &[Value<'_>],
        read: fn(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let connection = match self.idle().as_mut() {
            None => return Err(StoreError::Closed),
            Some(idle) => idle.pop(),
        };
        let connection = match connection {
            Some(connection) => connection,
            None => self.connect()?,
        };
        // A connection that failed is not kept.
        let answer = answer(&connection, statement, values, read)?;
        if let Some(idle) = self.idle().as_mut()
            && idle.len() < KEPT
        {
            idle.push(connection);
        }
        Ok(answer)
    }

    pub(super) fn close(&self) {
        *self.idle() = None;
    }

    fn idle(&self) -> MutexGuard<'_, Option<Vec<Connection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connect(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.file, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        Ok(connection)
    }
}

fn answer<T>(
    connection: &Connection,
    statement: &'static str,
    values: &[Value<'_>],
    read: fn(&dyn Columns) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(statement)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Number(Some(number)) => ValueRef::Integer(*number),
            Self::Number(None) => ValueRef::Null,
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn column<T: FromSql>(row: &Row<'_>, place: usize) -> Result<T, StoreError> {
    Ok(row.get(place)?)
}

impl Columns for Row<'_> {
    fn number(&self, place: usize) -> Result<i64, StoreError> {
        column(self, place)
    }

    fn text(&self, place: usize) -> Result<String, StoreError> {
        column(self, place)
    }

    fn text_if_any(&self, place: usize) -> Result<Option<String>, StoreError> {
        column(self, place)
    }

    fn bytes(&self, place: usize) -> Result<Vec<u8>, StoreError> {
        column(self, place)
    }
}
