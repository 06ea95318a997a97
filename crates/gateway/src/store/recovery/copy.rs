//! An installation moves to another database: from SQLite to PostgreSQL, or back.
//!
//! Everything is copied in one transaction of the target, so that an interruption leaves nothing, while the write lock of the
//! source is held, so that nothing is missing.

use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, Row as _, any::AnyRow};

use super::{
    restore::tables,
    statements::{Column, Kind, columns},
};
use crate::{
    secrets::Secrets,
    store::{
        Connection, Store, StoreError,
        audit::audit_chain::{self, Link},
        installation, is_postgres, postgres,
    },
};

/// Rows in a statement: the databases take some 32,000 values in one.
const BATCH: usize = 200;

/// Why an installation isn't copied. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// There is an installation at the target.
    #[error("the target is not empty: it holds an installation. Name an empty database")]
    NotEmpty,
    /// Rows are missing at the target.
    #[error("the table {table} has {source_rows} rows at the source and {target_rows} at the target")]
    Missing {
        /// The table.
        table: &'static str,
        /// How many there are.
        source_rows: i64,
        /// How many arrived.
        target_rows: i64,
    },
    /// One of the databases failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for CopyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// What was copied.
#[derive(Debug)]
pub struct Copied {
    /// Rows of all tables.
    pub rows: u64,
    /// The last row of the audit log, the same in both.
    pub head: Link,
}

/// Copies everything in `from` to `to`, whose tables must be empty. Counts and the whole audit log are compared before anything
/// is kept.
///
/// # Errors
/// See [`CopyError`].
pub async fn copy(from: &Store, to: &Store, secrets: &Secrets) -> Result<Copied, CopyError> {
    let mut source = from.write().await?;
    let mut target = to.write().await?;
    // While one of them is read, the other one waits.
    for transaction in [&mut source, &mut target] {
        if is_postgres(transaction) {
            sqlx::raw_sql(postgres::TAKE_TIME).execute(&mut **transaction).await?;
        }
    }
    if installation::exists(&mut target).await? {
        return Err(CopyError::NotEmpty);
    }
    let mut rows = 0;
    for table in tables() {
        rows += copy_table(&mut source, &mut target, table).await?;
        let (source_rows, target_rows) = (count(&mut source, table).await?, count(&mut target, table).await?);
        if source_rows != target_rows {
            return Err(CopyError::Missing {
                table,
                source_rows,
                target_rows,
            });
        }
    }
    if is_postgres(&target) {
        continue_identities(&mut target).await?;
    }
    let head = audit_chain::verify(&mut source, secrets, None).await?.chain.head;
    let verified = audit_chain::verify(&mut target, secrets, Some(head)).await?;
    target.commit().await?;
    Ok(Copied {
        rows,
        head: verified.chain.head,
    })
}

async fn count(connection: &mut Connection, table: &str) -> Result<i64, StoreError> {
    let sql = format!("SELECT COUNT(*) FROM {table}");
    Ok(sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(connection).await?)
}

async fn copy_table(source: &mut Connection, target: &mut Connection, table: &str) -> Result<u64, StoreError> {
    let columns = columns(target, table).await?;
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let names = names.join(", ");
    let sql = format!("SELECT {names} FROM {table}");
    let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(source);
    let (mut batch, mut copied) = (Vec::with_capacity(BATCH), 0);
    loop {
        let row = rows.try_next().await?;
        let is_last = row.is_none();
        batch.extend(row);
        if !batch.is_empty() && (is_last || batch.len() == BATCH) {
            insert(target, table, (&columns, &names), &batch).await?;
            copied += batch.len() as u64;
            batch.clear();
        }
        if is_last {
            return Ok(copied);
        }
    }
}

async fn insert(
    target: &mut Connection,
    table: &str,
    (columns, names): (&[Column], &str),
    rows: &[AnyRow],
) -> Result<(), StoreError> {
    let mut number = 0;
    let mut places = |_| {
        let places = columns.iter().map(|_| {
            number += 1;
            format!("${number}")
        });
        format!("({})", places.collect::<Vec<_>>().join(", "))
    };
    let values: Vec<String> = rows.iter().map(&mut places).collect();
    let sql = format!("INSERT INTO {table} ({names}) VALUES {}", values.join(", "));
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for row in rows {
        for (place, column) in columns.iter().enumerate() {
            query = match column.kind {
                Kind::Number => query.bind(row.try_get::<Option<i64>, _>(place)?),
                Kind::Text => query.bind(row.try_get::<Option<String>, _>(place)?),
                Kind::Bytes => query.bind(row.try_get::<Option<Vec<u8>>, _>(place)?),
            };
        }
    }
    query.execute(target).await?;
    Ok(())
}

/// Identifiers that PostgreSQL gives go on after those that were copied.
async fn continue_identities(connection: &mut Connection) -> Result<(), StoreError> {
    let identities: Vec<(String, String)> = sqlx::query_as(
        "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
         WHERE table_schema = current_schema() AND is_identity = 'YES'",
    )
    .fetch_all(&mut *connection)
    .await?;
    for (table, column) in identities {
        let sql = format!(
            "SELECT setval(pg_get_serial_sequence('{table}', '{column}'),
                           COALESCE((SELECT MAX({column}) FROM {table}), 0) + 1, FALSE)"
        );
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *connection).await?;
    }
    Ok(())
}
