//! The database. Only this module contains SQL; everything else calls functions named after what they do.
//!
//! SQLite in WAL mode with `synchronous=FULL`: what is committed is on disk. Readers see the last commit immediately, so
//! that a changed key is rejected by every later request, whichever process changed it.

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
pub mod recovery;
pub mod sessions;
pub mod sightings;
pub mod usage;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use admission::Admission;
pub use admission::{ApiSession, EnabledOauthServer, ValidSandboxToken};
pub use error::{OpenStoreError, StoreError, Tampering, store_code};
use keyward_contract::{OauthServerId, OrganizationId};
use sqlx::{
    Connection as _, Sqlite, SqliteConnection, SqlitePool, Transaction,
    migrate::{MigrateError, Migrator},
    pool::PoolConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{secrets::Secrets, store::sessions::session_window::SessionWindow};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// The name of the database within the data folder.
pub const DATABASE_FILE: &str = "keyward.db";

/// How long a writer waits for another process, such as an operator's command, before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a request waits for the database before it fails with `storage-unavailable`.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
const READERS: u32 = 4;

/// A transaction with the write lock from its start.
pub type WriteTransaction = Transaction<'static, Sqlite>;
/// A connection to read with.
pub type Reader = PoolConnection<Sqlite>;
/// What the functions of this module take: a reader, or a transaction.
pub type Connection = SqliteConnection;

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
    readers: SqlitePool,
    writer: SqlitePool,
    admission: Arc<Admission>,
    file: PathBuf,
}

impl Store {
    /// Opens the database in `folder`, makes both when they don't exist, and brings its tables up to date.
    ///
    /// # Errors
    /// When folder or database can't be used; the text says what to do.
    pub async fn open(folder: &Path) -> Result<Self, OpenStoreError> {
        let file = folder.join(DATABASE_FILE);
        create_private(folder, &file).map_err(|error| OpenStoreError::Io(folder.to_owned(), error))?;
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // Deleted data is overwritten: ended sessions and replaced keys leave no trace in the file.
            .pragma("secure_delete", "ON");
        let writer = writer_pool()
            .connect_with(options.clone())
            .await
            .map_err(|error| OpenStoreError::of(&file, error))?;
        let store = Self {
            readers: writer.clone(),
            writer,
            admission: Arc::new(Admission::new(&file)),
            file,
        };
        store.check().await?;
        MIGRATIONS.run(&store.writer).await.map_err(|error| match error {
            MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => {
                OpenStoreError::Newer(store.file.clone())
            }
            MigrateError::VersionMismatch(_) => OpenStoreError::Corrupt(store.file.clone()),
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                OpenStoreError::of(&store.file, error)
            }
            other => OpenStoreError::Migrate(store.file.clone(), other),
        })?;
        let readers = pool(READERS)
            .connect_with(options.read_only(true))
            .await
            .map_err(|error| OpenStoreError::of(&store.file, error))?;
        Ok(Self { readers, ..store })
    }

    /// Whether there is a database in `folder`.
    pub fn exists(folder: &Path) -> bool {
        folder.join(DATABASE_FILE).exists()
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
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// The session with this JSESSIONID, if it is active, and opened with the current, enabled key. Whether it is authorized
    /// depends on subscription and role as well: see [`ApiSession::is_usable`].
    ///
    /// All of that is read from one snapshot of the database at each request, without any cache, so that every request that
    /// begins after a commit sees the change.
    pub fn live_api_session(
        &self,
        id_hash: &[u8; 32],
        alive: &SessionWindow,
    ) -> Result<Option<ApiSession>, StoreError> {
        self.admission.live_api_session(id_hash, alive)
    }

    /// The authorization server of an organization that is enabled, or the one that is asked for, read on the thread that asks.
    pub fn oauth_server(
        &self,
        organization: OrganizationId,
        server: Option<OauthServerId>,
    ) -> Result<Option<EnabledOauthServer>, StoreError> {
        self.admission.oauth_server(organization, server)
    }

    /// The Sandbox API token with this hash, read on the thread that asks.
    pub fn sandbox_token(&self, secrets: &Secrets, hash: &[u8; 32]) -> Result<Option<ValidSandboxToken>, StoreError> {
        self.admission.sandbox_token(secrets, hash)
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        let Ok(mut reader) = self.read().await else {
            return false;
        };
        sqlx::query("SELECT 1").execute(&mut *reader).await.is_ok()
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
             VALUES (9999, 'from the future', 1, x'00', 0)",
        )
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn check(&self) -> Result<(), OpenStoreError> {
        let answer: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&self.writer)
            .await
            .map_err(|error| OpenStoreError::of(&self.file, error))?;
        if answer == "ok" {
            Ok(())
        } else {
            Err(OpenStoreError::Corrupt(self.file.clone()))
        }
    }
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // The connections are to a file: they don't go stale.
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
}

/// The only writing connection. When the disk is full, SQLite rolls back by itself, but the connection still assumes a
/// transaction: such a connection is replaced.
fn writer_pool() -> SqlitePoolOptions {
    pool(1).before_acquire(|connection, _| {
        Box::pin(async move {
            // A rollback may be pending; the ping returns after it.
            connection.ping().await?;
            Ok(!connection.is_in_transaction())
        })
    })
}

/// Creates folder and file with private permissions before SQLite would create them with the default ones.
fn create_private(folder: &Path, file: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    builder.create(folder)?;
    options.open(file)?;
    Ok(())
}
