//! The database. Only this module contains SQL; everything else calls functions named after what they do.
//!
//! SQLite in the data folder, or a PostgreSQL database that several gateways share. The statements are the same for both; what
//! differs stands in `sqlite.rs` and `postgres.rs`, see `docs/adr/0007-postgresql.md`. With either, readers see the last commit
//! immediately, so that a changed key is rejected by every later request, whichever process changed it.

mod admission;
pub mod audit;
pub mod clock_marks;
mod error;
pub mod idempotent_answers;
pub mod installation;
pub mod keys;
pub mod organizations;
pub mod past;
pub mod people;
mod postgres;
pub mod recovery;
pub mod sessions;
pub mod sightings;
mod sqlite;
pub mod usage;

use std::{path::PathBuf, sync::Arc, time::Duration};

use admission::Admission;
pub use admission::{ApiSession, EnabledOauthServer, ValidSandboxToken};
use chrono::{DateTime, Utc};
pub use error::{OpenStoreError, StoreError, Tampering, store_code};
use keyward_contract::{OauthServerId, OrganizationId};
pub use sqlite::{DATABASE_FILE, create_private_folder};
use sqlx::{
    Any, AnyConnection, AnyPool, Connection as _, Row as _, Transaction, any::AnyRow, migrate::Migrator,
    pool::PoolConnection,
};

use crate::{clock, config::DataConfig, secrets::Secrets, store::sessions::session_window::SessionWindow};

/// How long a request waits for the database before it fails with `storage-unavailable`.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// A transaction with the write lock from its start.
pub type WriteTransaction = Transaction<'static, Any>;
/// A connection to read with.
pub type Reader = PoolConnection<Any>;
/// What the functions of this module take: a reader, or a transaction.
pub type Connection = AnyConnection;

/// A task that one gateway runs at a time. See [`Store::begin_task`].
pub struct Task(Option<WriteTransaction>);

impl Task {
    /// Ends it, so that the next one can begin immediately. When dropped, it ends a moment later.
    ///
    /// # Errors
    /// When the database fails. It has ended all the same.
    pub async fn end(self) -> Result<(), StoreError> {
        match self.0 {
            Some(turn) => Ok(turn.rollback().await?),
            None => Ok(()),
        }
    }
}

/// The character that texts of PostgreSQL can't have: what is stored has none, and what is looked for with one isn't there.
const NUL: char = '\0';

/// A column that counts something.
fn number_of(row: &AnyRow, column: &str) -> Result<u32, StoreError> {
    let count: i64 = row.try_get(column)?;
    u32::try_from(count).map_err(|_| StoreError::Impossible("a count"))
}

/// A comparison: PostgreSQL has a type for its result, SQLite has 0 and 1.
fn flag(row: &AnyRow, column: &str) -> Result<bool, StoreError> {
    let of_number = |_| row.try_get::<i64, _>(column).map(|number| number != 0);
    Ok(row.try_get::<bool, _>(column).or_else(of_number)?)
}

/// The version of the tables that this program knows.
fn newest(migrations: &Migrator) -> i64 {
    migrations
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or_default()
}

/// Whether a connection is one to PostgreSQL.
fn is_postgres(connection: &Connection) -> bool {
    connection.backend_name() == "PostgreSQL"
}

/// A transaction that reads, in which all statements see the same state of the database.
async fn snapshot(connection: &mut Connection) -> Result<Transaction<'_, Any>, StoreError> {
    Ok(match is_postgres(connection) && !connection.is_in_transaction() {
        true => {
            connection
                .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                .await?
        }
        false => connection.begin().await?,
    })
}

/// Marks what a transaction has written so far.
pub async fn mark(transaction: &mut WriteTransaction) -> Result<(), StoreError> {
    sqlx::query("SAVEPOINT marked").execute(&mut **transaction).await?;
    Ok(())
}

/// Rolls back to the savepoint.
pub async fn back_to_mark(transaction: &mut WriteTransaction) -> Result<(), StoreError> {
    sqlx::query("ROLLBACK TO marked").execute(&mut **transaction).await?;
    Ok(())
}

/// The database of an installation.
#[derive(Clone, Debug)]
pub struct Store {
    readers: AnyPool,
    writer: AnyPool,
    admission: Arc<Admission>,
    /// The file of SQLite.
    file: Option<PathBuf>,
}

impl Store {
    /// Opens the database that `config` names, or that in its data folder, which is made when it doesn't exist, and brings its
    /// tables up to date.
    ///
    /// # Errors
    /// When folder or database can't be used; the text says what to do.
    pub async fn open(config: &DataConfig) -> Result<Self, OpenStoreError> {
        if let Some(url) = &config.database {
            let (readers, writer) = postgres::open(url).await?;
            let options = postgres::options(url)?;
            return Ok(Self {
                readers,
                writer,
                admission: Arc::new(Admission::of_postgres(options)),
                file: None,
            });
        }
        let (file, readers, writer) = sqlite::open(&config.data).await?;
        Ok(Self {
            readers,
            writer,
            admission: Arc::new(Admission::of_file(&file)),
            file: Some(file),
        })
    }

    /// Whether there is an installation.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn exists(config: &DataConfig) -> Result<bool, OpenStoreError> {
        match &config.database {
            Some(url) => postgres::exists(url).await,
            None => Ok(config.data.join(DATABASE_FILE).exists()),
        }
    }

    /// Whether other gateways may use the database, too.
    pub fn is_shared(&self) -> bool {
        self.file.is_none()
    }

    /// A connection to read with. It sees everything that was committed before it reads.
    ///
    /// # Errors
    /// When none gets free in time.
    pub async fn read(&self) -> Result<Reader, StoreError> {
        Ok(self.readers.acquire().await?)
    }

    /// A transaction that may write. There is one at a time; others wait.
    ///
    /// # Errors
    /// When the turn does not come in time.
    pub async fn write(&self) -> Result<WriteTransaction, StoreError> {
        match self.is_shared() {
            true => postgres::begin(&self.writer).await,
            false => Ok(self.writer.begin_with(sqlite::BEGIN).await?),
        }
    }

    /// The session with this JSESSIONID, if it is active, and opened with the current, enabled key. Whether it is authorized
    /// depends on subscription and role as well: see [`ApiSession::is_usable`].
    ///
    /// All of that is read from one snapshot of the database at each request, without any cache, so that every request that
    /// begins after a commit sees the change.
    pub async fn live_api_session(
        &self,
        id_hash: &[u8; 32],
        alive: &SessionWindow,
    ) -> Result<Option<ApiSession>, StoreError> {
        self.admission.live_api_session(id_hash, alive).await
    }

    /// The authorization server of an organization that is enabled, or the one that is asked for.
    pub async fn oauth_server(
        &self,
        organization: OrganizationId,
        server: Option<OauthServerId>,
    ) -> Result<Option<EnabledOauthServer>, StoreError> {
        self.admission.oauth_server(organization, server).await
    }

    /// The Sandbox API token with this hash.
    pub async fn sandbox_token(
        &self,
        secrets: &Secrets,
        hash: &[u8; 32],
    ) -> Result<Option<ValidSandboxToken>, StoreError> {
        self.admission.sandbox_token(secrets, hash).await
    }

    /// Begins a task of which one gateway at a time runs one: `None` while another one has it. It ends when the returned value is
    /// dropped, or with this process.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_task(&self) -> Result<Option<Task>, StoreError> {
        if !self.is_shared() {
            return Ok(Some(Task(None)));
        }
        let mut turn = self.readers.begin().await?;
        let is_ours = sqlx::query(postgres::TRY_TASK).fetch_one(&mut *turn).await?;
        Ok(flag(&is_ours, "is_ours")?.then_some(Task(Some(turn))))
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        let Ok(mut reader) = self.read().await else {
            return false;
        };
        // As the requests of APIs are admitted, too.
        let none = SessionWindow {
            used_after: DateTime::UNIX_EPOCH,
            opened_after: DateTime::UNIX_EPOCH,
            until: DateTime::UNIX_EPOCH,
        };
        sqlx::query("SELECT 1").execute(&mut *reader).await.is_ok()
            && self.live_api_session(&[0; 32], &none).await.is_ok()
    }

    /// Waits for running transactions and closes the database, which checkpoints its write-ahead log.
    pub async fn close(&self) {
        self.admission.close();
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Prevents the database from growing, so that tests can simulate a full disk.
    #[doc(hidden)]
    pub async fn fill_up(&self) -> Result<(), StoreError> {
        sqlx::query("PRAGMA max_page_count = 1").execute(&self.writer).await?;
        Ok(())
    }

    /// Sets the version mark of a future version, for tests.
    #[doc(hidden)]
    pub async fn pretend_newer(&self) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'from the future', TRUE, $1, 0)",
        )
        .bind([0_u8].as_slice())
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}

impl Store {
    /// What time it is for the database, if gateways on several machines share it. A file has no clock of its own.
    ///
    /// # Errors
    /// When the database doesn't answer.
    pub async fn database_time(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        if !self.is_shared() {
            return Ok(None);
        }
        let mut reader = self.read().await?;
        let millis = sqlx::query_scalar(postgres::TIME).fetch_one(&mut *reader).await?;
        Ok(Some(clock::from_millis(millis)))
    }
}
