//! SQLite in the data folder, the default: in WAL mode with `synchronous=FULL`, so that what is committed is on disk.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    AnyPool, Connection as _,
    any::{AnyConnectOptions, AnyPoolOptions},
    migrate::{MigrateError, Migrator},
};
use url::Url;

use super::{ACQUIRE_TIMEOUT, Connection, OpenStoreError, newest};

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// The name of the database within the data folder.
pub const DATABASE_FILE: &str = "keyward.db";

/// How long a writer waits for another process, such as an operator's command, before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

/// A transaction with the write lock from its start. Others wait for their turn.
pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";

/// How a file is opened.
#[derive(Clone, Copy)]
pub(super) enum Access {
    Write,
    Read,
    /// A file that no process writes to.
    Immutable,
}

impl Access {
    fn query(self) -> &'static str {
        match self {
            Self::Write => "mode=rw",
            Self::Read => "mode=ro",
            Self::Immutable => "mode=ro&immutable=true",
        }
    }

    /// What holds for each connection.
    fn settings(self) -> String {
        let timeout = format!("PRAGMA busy_timeout = {};", BUSY_TIMEOUT.as_millis());
        match self {
            // Deleted data is overwritten: ended sessions and replaced keys leave no trace in the file.
            Self::Write => timeout + "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;",
            Self::Read | Self::Immutable => timeout,
        }
    }
}

/// The file's address for the driver.
fn address(file: &Path, access: Access) -> Result<AnyConnectOptions, sqlx::Error> {
    sqlx::any::install_default_drivers();
    let file = std::path::absolute(file)?;
    let mut address = Url::from_file_path(&file).map_err(|()| {
        let error = format!("{} is not a path that can be opened", file.display());
        sqlx::Error::Configuration(error.into())
    })?;
    address.set_query(Some(access.query()));
    address.as_str().replacen("file:", "sqlite:", 1).parse()
}

/// One connection to a database that exists.
pub(super) async fn connect(file: &Path, access: Access) -> Result<Connection, sqlx::Error> {
    let mut connection = Connection::connect_with(&address(file, access)?).await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(access.settings()))
        .execute(&mut connection)
        .await?;
    Ok(connection)
}

/// Opens the database in `folder`, makes both when they don't exist, and brings its tables up to date. Gives the file, the
/// readers and the writer.
pub(super) async fn open(folder: &Path) -> Result<(PathBuf, AnyPool, AnyPool), OpenStoreError> {
    let file = folder.join(DATABASE_FILE);
    create_private(folder, &file).map_err(|error| OpenStoreError::Io(folder.to_owned(), error))?;
    let failed = |error| OpenStoreError::of_file(&file, error);
    // First of all without a pool, which would try to open a damaged file again and again.
    let mut first = connect(&file, Access::Write).await.map_err(failed)?;
    let check: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(&mut first)
        .await
        .map_err(failed)?;
    first.close().await.map_err(failed)?;
    if check != "ok" {
        return Err(OpenStoreError::Corrupt(file));
    }
    // The only writing connection. When the disk is full, SQLite rolls back by itself, but the connection still assumes a
    // transaction: such a connection is replaced.
    let writer = pool(1, Access::Write)
        .before_acquire(|connection, _| {
            Box::pin(async move {
                // A rollback may be pending; the ping returns after it.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .connect_with(address(&file, Access::Write).map_err(failed)?)
        .await
        .map_err(failed)?;
    MIGRATIONS.run(&writer).await.map_err(|error| match error {
        MigrateError::VersionMismatch(_) => OpenStoreError::Corrupt(file.clone()),
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => failed(error),
        other => OpenStoreError::of_migration(file.display().to_string(), newest(&MIGRATIONS), other),
    })?;
    let readers = pool(READERS, Access::Read)
        .connect_with(address(&file, Access::Read).map_err(failed)?)
        .await
        .map_err(failed)?;
    Ok((file, readers, writer))
}

fn pool(connections: u32, access: Access) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // The connections are to a file: they don't go stale.
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                sqlx::raw_sql(sqlx::AssertSqlSafe(access.settings()))
                    .execute(connection)
                    .await
                    .map(drop)
            })
        })
}

/// Creates folder and file with private permissions before SQLite would create them with the default ones.
pub(super) fn create_private(folder: &Path, file: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    create_private_folder(folder)?;
    options.open(file)?;
    Ok(())
}

/// Creates a folder that only its owner can read, where there is none.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
