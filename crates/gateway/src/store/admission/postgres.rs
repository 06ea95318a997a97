//! Questions to PostgreSQL.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use sqlx::{
    Decode, PgConnection, Postgres, Row as _, Type,
    postgres::{PgArguments, PgConnectOptions, PgRow},
    query::Query,
};
use tokio::sync::Semaphore;

use super::{Columns, StoreError, Value};
use crate::store::postgres::{ANSWER_TIMEOUT, connect_to_admit};

pub(super) type PgQuery<'q> = Query<'q, Postgres, PgArguments>;

/// Fails unless the answer comes soon: where the server's machine is gone, no packet says so.
async fn in_time<T>(answer: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    tokio::time::timeout(ANSWER_TIMEOUT, answer)
        .await
        .unwrap_or_else(|_| Err(StoreError::Unavailable(sqlx::Error::PoolTimedOut)))
}

/// A statement with its values.
pub(super) fn query<'q>(statement: &'static str, values: &[Value<'q>]) -> PgQuery<'q> {
    values.iter().fold(sqlx::query(statement), |query, value| match *value {
        Value::Number(number) => query.bind(number),
        Value::Bytes(bytes) => query.bind(bytes),
    })
}

/// Limit of connections. Each is a process of PostgreSQL: many more than it has processors gain nothing.
const MOST: usize = 16;

/// Connections that read, one question at a time each.
pub(super) struct PostgresAdmission {
    options: PgConnectOptions,
    turns: Semaphore,
    idle: Mutex<Vec<PgConnection>>,
}

/// Without the options, which have the password.
impl fmt::Debug for PostgresAdmission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresAdmission").finish_non_exhaustive()
    }
}

impl PostgresAdmission {
    pub(super) fn new(options: PgConnectOptions) -> Self {
        Self {
            options,
            turns: Semaphore::new(MOST),
            idle: Mutex::default(),
        }
    }

    /// The rows of a query. It runs again on a new connection if the first one turns out to be gone.
    pub(super) async fn ask<'q, T: Send>(
        &self,
        query: impl Fn() -> PgQuery<'q> + Send + Sync,
        read: fn(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let _turn = self.turns.acquire().await.map_err(|_| StoreError::Closed)?;
        let idle = self.idle().pop();
        if let Some(connection) = idle {
            match in_time(self.ask_at(connection, query(), read)).await {
                // The server has gone since the last question, and may be back. Those that rested with it have gone, too.
                Err(StoreError::Unavailable(_)) => self.idle().clear(),
                answer => return answer,
            }
        }
        in_time(async {
            let connection = connect_to_admit(&self.options).await?;
            self.ask_at(connection, query(), read).await
        })
        .await
    }

    /// The connection is kept for the next question, unless this one fails or is cancelled.
    async fn ask_at<T: Send>(
        &self,
        mut connection: PgConnection,
        query: PgQuery<'_>,
        read: fn(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
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
