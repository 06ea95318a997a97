//! Backup and restore, both while the gateway runs.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use keyward_contract::{AuditAction, AuditSubCategory};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{
    DATABASE_FILE, MIGRATIONS, Store, StoreError,
    audit_chain::{Chain, Link, Tampering},
    audit_log, installation, names,
};
use crate::{audit::Event, random, secrets::Secrets};

/// Tables that are restored, those that others refer to first. What is not here is of the moment (sessions, failed
/// sign-ins) and is not brought back.
const TABLES: [&str; 25] = [
    "installation",
    "organizations",
    "admins",
    "roles",
    "sso_providers",
    "sso_identities",
    "sso_subjects",
    "sso_roles",
    "admin_roles",
    "invitations",
    "api_keys",
    "oauth_servers",
    "api_roles",
    "oauth_clients",
    "oauth_client_hours",
    "sandbox_tokens",
    "sandbox_token_clients",
    "sandbox_token_client_hours",
    "former_keys",
    "former_key_clients",
    "key_clients",
    "key_client_hours",
    "key_hours",
    "idempotent_answers",
    // Of the backup: what it brings back is not too old at once.
    "clock_marks",
];

/// Whose versions go on from where either of both was, and what tells their rows apart: an organization's key is a new one
/// after a deletion.
const VERSIONED_TABLES: [(&str, &str); 5] = [
    ("api_keys", "organization_id"),
    ("oauth_servers", "id"),
    ("api_roles", "id"),
    ("sandbox_tokens", "id"),
    ("roles", "id"),
];

/// What ends with a restore.
const EMPTIED_TABLES: [&str; 7] = [
    "portal_sessions",
    "api_sessions",
    "sign_in_counts",
    "known_addresses",
    "key_guesses",
    "password_resets",
    "sso_logout_tokens",
];

/// The audit log: what has happened stays happened, and so it is not always brought back.
const AUDIT_TABLES: [&str; 2] = ["audit_log", "audit_chain"];

/// Why a backup can't be written or read. The text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is something at the target.
    #[error("{} exists already; a backup never overwrites a file", .0.display())]
    Exists(PathBuf),
    /// It can't be written.
    #[error("the backup can't be written to {}: {}", .0.display(), .1)]
    Write(PathBuf, #[source] StoreError),
    /// It can't be read.
    #[error("{} is no backup of Keyward that this version can read: {}", .0.display(), .1)]
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
        .bind(file.to_string_lossy())
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
    connection: tokio::sync::Mutex<SqliteConnection>,
    folder: PathBuf,
}

/// Opens a backup: a copy of it within `folder`, so that the file itself stays as it is.
///
/// # Errors
/// When it can't be read as one.
pub async fn open(file: &Path, folder: &Path) -> Result<Backup, BackupError> {
    let failed = |error: &dyn std::fmt::Display| BackupError::Read(file.to_owned(), error.to_string());
    let folder = folder.join(format!("restore-{}", random::id()));
    super::create_private(&folder, &folder.join(DATABASE_FILE)).map_err(|error| failed(&error))?;
    let copy = folder.join(DATABASE_FILE);
    let opened = async {
        fs::copy(file, &copy).map_err(|error| error.to_string())?;
        let options = SqliteConnectOptions::new().filename(&copy);
        let mut connection = SqliteConnection::connect_with(&options)
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
        installation::chain_audit_log(&mut connection, secrets).await?;
        // It may be of a version that compared names in another way.
        names::migrate(&mut connection).await.map(drop)
    }

    /// Replaces everything in `store`, in one transaction. All sessions end. Versions go on from where either of both
    /// was, so that no page that is open takes what was restored for what it knows. The audit log stays
    /// where it has gone on since the backup; either way the restore is its next row.
    ///
    /// # Errors
    /// When the database fails; then nothing was changed.
    pub async fn restore_into(
        &self,
        store: &Store,
        secrets: &Secrets,
        now: DateTime<Utc>,
    ) -> Result<AuditLogIs, StoreError> {
        let mut connection = store.writer.acquire().await?;
        let copy = self.folder.join(DATABASE_FILE);
        sqlx::query("ATTACH DATABASE $1 AS backup")
            .bind(copy.to_string_lossy())
            .execute(&mut *connection)
            .await?;
        let restored = replace_all(&mut connection, secrets, now).await;
        sqlx::query("DETACH DATABASE backup").execute(&mut *connection).await?;
        restored
    }
}

impl Drop for Backup {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// What a restore did with the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditLogIs {
    /// It has gone on since the backup, and stays.
    Kept,
    /// It stays, but it does not go on from that of the backup: both were one once, and then each went its own way.
    KeptBeside,
    /// It is that of the backup: there was none, or a shorter one, or that of another installation.
    Restored,
    /// It is that of the backup: that of this installation can't be gone on with, for someone has tampered with it.
    Replaced,
}

async fn replace_all(
    connection: &mut SqliteConnection,
    secrets: &Secrets,
    now: DateTime<Utc>,
) -> Result<AuditLogIs, StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let head_before = Chain::read(&mut transaction, secrets).await?.map(|chain| chain.head);
    let (audit_log_is, head_of_backup) = audit_log_after(&mut transaction, head_before.is_some()).await?;
    for (table, key) in VERSIONED_TABLES {
        let statement = format!("CREATE TEMP TABLE {table}_before AS SELECT {key} AS key, version FROM main.{table}");
        sqlx::query(AssertSqlSafe(statement)).execute(&mut *transaction).await?;
    }
    for table in EMPTIED_TABLES {
        sqlx::query(AssertSqlSafe(format!("DELETE FROM main.{table}")))
            .execute(&mut *transaction)
            .await?;
    }
    let audit_tables = match audit_log_is {
        AuditLogIs::Kept | AuditLogIs::KeptBeside => [].as_slice(),
        AuditLogIs::Restored | AuditLogIs::Replaced => &AUDIT_TABLES,
    };
    let tables = || TABLES.iter().chain(audit_tables);
    for table in tables().rev() {
        sqlx::query(AssertSqlSafe(format!("DELETE FROM main.{table}")))
            .execute(&mut *transaction)
            .await?;
    }
    for table in tables() {
        let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info($1)")
            .bind(table)
            .fetch_all(&mut *transaction)
            .await?;
        let columns = columns.join(", ");
        let statement = format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM backup.{table}");
        sqlx::query(AssertSqlSafe(statement)).execute(&mut *transaction).await?;
    }
    for (table, key) in VERSIONED_TABLES {
        for statement in [
            format!(
                "UPDATE main.{table} SET version = 1 + MAX(version, COALESCE(
                     (SELECT b.version FROM {table}_before b WHERE b.key = main.{table}.{key}), 0))"
            ),
            format!("DROP TABLE {table}_before"),
        ] {
            sqlx::query(AssertSqlSafe(statement)).execute(&mut *transaction).await?;
        }
    }
    sqlx::query("UPDATE main.installation SET setup_token_hash = NULL")
        .execute(&mut *transaction)
        .await?;
    let mut event = Event::of_operator(AuditAction::Update, AuditSubCategory::Installation, "Database", now);
    event.after = Some(json!({
        "restoredFromBackup": true,
        "auditLog": match audit_log_is {
            AuditLogIs::Kept => "kept",
            AuditLogIs::KeptBeside => "kept, without what the backup has of its own",
            AuditLogIs::Restored => "from the backup",
            AuditLogIs::Replaced => "from the backup, in place of one that was tampered with",
        },
        "auditLogHeadBefore": head_before.map(|head| head.to_string()),
        "auditLogHeadOfBackup": head_of_backup.to_string(),
    }));
    audit_log::insert(&mut transaction, secrets, &event).await?;
    transaction.commit().await?;
    Ok(audit_log_is)
}

/// Which log stays: that of the same installation, if it is as long as that of the backup. `intact` says whether it can be
/// gone on with.
async fn audit_log_after(connection: &mut SqliteConnection, intact: bool) -> Result<(AuditLogIs, Link), StoreError> {
    let (id, mac, same_installation, goes_on, holds_it): (i64, Vec<u8>, bool, bool, bool) = sqlx::query_as(
        "SELECT there.head_id, there.head_mac,
             EXISTS (SELECT 1 FROM main.installation h JOIN backup.installation t ON h.created_on = t.created_on),
             COALESCE(here.head_id >= there.head_id, FALSE),
             COALESCE(here.start_id > there.head_id
                 OR (here.start_id = there.head_id AND here.start_mac = there.head_mac), FALSE)
             OR EXISTS (SELECT 1 FROM main.audit_log row WHERE row.id = there.head_id AND row.mac = there.head_mac)
         FROM backup.audit_chain there LEFT JOIN main.audit_chain here ON here.id = 1 WHERE there.id = 1",
    )
    .fetch_one(connection)
    .await?;
    let mac = mac.try_into().map_err(|_| Tampering::Record)?;
    let is = match (same_installation, intact, goes_on, holds_it) {
        (true, true, true, true) => AuditLogIs::Kept,
        (true, true, true, false) => AuditLogIs::KeptBeside,
        (true, false, ..) => AuditLogIs::Replaced,
        _ => AuditLogIs::Restored,
    };
    Ok((is, Link { id, mac }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_restore_has_a_say_in_each_table() {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.expect("a database");
        MIGRATIONS.run(&mut connection).await.expect("migrated");
        let mut tables: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlx_%'",
        )
        .fetch_all(&mut connection)
        .await
        .expect("tables");
        let mut known: Vec<&str> = [&TABLES[..], &EMPTIED_TABLES, &AUDIT_TABLES].concat();
        known.sort_unstable();
        tables.sort_unstable();
        assert_eq!(tables, known);
    }
}
