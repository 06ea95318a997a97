//! Questions to PostgreSQL.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlx::{
    ConnectOptions as _, Decode, PgConnection, Postgres, Row as _, Type,
    postgres::{PgConnectOptions, PgRow},
};
use tokio::sync::Semaphore;

use super::{Columns, StoreError, Value};

/// Limit of connections. PostgreSQL answers with one thread a connection: more than it has processors gain nothing.
const MOST: usize = 16;

/// Connections that read, one question at a time each.
#[derive(Debug)]
pub(in crate::store) struct PostgresAdmission {
    options: PgConnectOptions,
    turns: Semaphore,
    idle: Mutex<Vec<PgConnection>>,
}

impl PostgresAdmission {
    pub(in crate::store) fn new(options: PgConnectOptions) -> Self {
        Self {
            options,
            turns: Semaphore::new(MOST),
            idle: Mutex::default(),
        }
    }

    pub(super) async fn ask<T: Send>(
        &self,
        statement: &'static str,
        values: &[Value<'_>],
        read: fn(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let _turn = self.turns.acquire().await.map_err(|_| StoreError::Closed)?;
        let idle = self.idle().pop();
        if let Some(connection) = idle {
            match self.ask_at(connection, statement, values, read).await {
                // The server has gone since the last question, and may be back. Those that waited with it have gone, too.
                Err(StoreError::Unavailable(_)) => self.idle().clear(),
                answer => return answer,
            }
        }
        let connection = self.options.connect().await?;
        self.ask_at(connection, statement, values, read).await
    }

    /// The connection is kept for the next question, unless this one fails or nobody waits for its answer anymore.
    async fn ask_at<T: Send>(
        &self,
        mut connection: PgConnection,
        statement: &'static str,
        values: &[Value<'_>],
        read: fn(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut query = sqlx::query(statement);
        for value in values {
            query = match *value {
                Value::Number(number) => query.bind(number),
                Value::Bytes(bytes) => query.bind(bytes),
            };
        }
        let rows = query.fetch_all(&mut connection).await?;
        self.idle().push(connection);
        rows.iter().map(|row| read(row)).collect()
    }

    pub(super) fn close(&self) {
        self.turns.close();
        self.idle().clear();
    }

    fn idle(&self) -> MutexGuard<'_, Vec<PgConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn column<'a, T: Decode<'a, Postgres> + Type<Postgres>>(row: &'a PgRow, place: usize) -> Result<T, StoreError> {
    Ok(row.try_get(place)?)
}

impl Columns for PgRow {
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
