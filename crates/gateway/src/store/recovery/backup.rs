//! Backups: writing and restoring them, both while the gateway runs.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};

use super::restore::{self, RestoredFrom};
use crate::{
    random,
    secrets::Secrets,
    store::{
        Connection, DATABASE_FILE, Store, StoreError, installation,
        people::names,
        sqlite::{self, Access, MIGRATIONS, create_private},
    },
};

/// Why a backup can't be written or read. The text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is something at the target.
    #[error("{} already exists; a backup never overwrites a file", .0.display())]
    Exists(PathBuf),
    /// It can't be written.
    #[error("can't write the backup to {}: {}", .0.display(), .1)]
    Write(PathBuf, #[source] StoreError),
    /// It can't be read.
    #[error("{} isn't a Keyward backup that this version can read: {}", .0.display(), .1)]
    Read(PathBuf, String),
}

/// Writes a consistent copy of the database to `file`.
///
/// # Errors
/// When the file exists or can't be written.
pub async fn write(store: &Store, file: &Path) -> Result<(), BackupError> {
    let failed = |error: sqlx::Error| BackupError::Write(file.to_owned(), error.into());
    // SQLite writes into an empty file, and this one is private from its start.
    let empty = create_private_file(file).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(file.to_owned()),
        _ => failed(error.into()),
    })?;
    let mut reader = store.writer.acquire().await.map_err(failed)?;
    sqlx::query("VACUUM INTO $1")
        .bind(file.to_string_lossy().into_owned())
        .execute(&mut *reader)
        .await
        .map_err(failed)?;
    empty.sync_all().map_err(|error| failed(error.into()))
}

fn create_private_file(file: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// A copy of a backup, brought up to date, that can be restored.
pub struct Backup {
    connection: tokio::sync::Mutex<Connection>,
    folder: PathBuf,
}

/// Opens a backup: a copy of it within `folder`, so that the file itself stays as it is.
///
/// # Errors
/// When it can't be read as one.
pub async fn open(file: &Path, folder: &Path) -> Result<Backup, BackupError> {
    let failed = |error: &dyn std::fmt::Display| BackupError::Read(file.to_owned(), error.to_string());
    let folder = folder.join(format!("restore-{}", random::id()));
    create_private(&folder, &folder.join(DATABASE_FILE)).map_err(|error| failed(&error))?;
    let copy = folder.join(DATABASE_FILE);
    let opened = async {
        fs::copy(file, &copy).map_err(|error| error.to_string())?;
        let mut connection = sqlite::connect(&copy, Access::Write)
            .await
            .map_err(|error| error.to_string())?;
        let check: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&mut connection)
            .await
            .map_err(|error| error.to_string())?;
        if check != "ok" {
            return Err("it is damaged".to_owned());
        }
        MIGRATIONS
            .run(&mut connection)
            .await
            .map_err(|error| error.to_string())?;
        if !installation::exists(&mut connection)
            .await
            .map_err(|error| error.to_string())?
        {
            return Err("it holds no installation".to_owned());
        }
        Ok(connection)
    };
    match opened.await {
        Ok(connection) => Ok(Backup {
            connection: connection.into(),
            folder,
        }),
        Err(error) => {
            let _ = fs::remove_dir_all(&folder);
            Err(failed(&error))
        }
    }
}

impl Backup {
    /// Fails unless its secrets are sealed under this master key.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] when they aren't.
    pub async fn check_master_key(&self, secrets: &Secrets) -> Result<(), StoreError> {
        let mut connection = self.connection.lock().await;
        installation::check_master_key(&mut connection, secrets).await?;
        installation::bring_up_to_date(&mut connection, secrets).await?;
        // It may be of a version that compared names in another way.
        names::migrate(&mut connection).await.map(drop)
    }

    /// Replaces everything in `store`, in one transaction. All sessions and one-time links end. What was revoked since the
    /// backup stays revoked, or is rejected until it is confirmed. Versions continue from the higher of both, so that open
    /// pages notice the restore (optimistic locking). The audit log is kept if it continues from the backup's; either way,
    /// the restore is its next row.
    ///
    /// # Errors
    /// When the database fails; then nothing was changed.
    pub async fn restore_into(
        &self,
        store: &Store,
        secrets: &Secrets,
        now: DateTime<Utc>,
    ) -> Result<RestoredFrom, StoreError> {
        let mut connection = store.writer.acquire().await?;
        let copy = self.folder.join(DATABASE_FILE);
        sqlx::query("ATTACH DATABASE $1 AS backup")
            .bind(copy.to_string_lossy().into_owned())
            .execute(&mut *connection)
            .await?;
        let restored = restore::replace_all(&mut connection, secrets, now).await;
        sqlx::query("DETACH DATABASE backup").execute(&mut *connection).await?;
        restored
    }
}

impl Drop for Backup {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
