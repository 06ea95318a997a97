//! Errors of the database, as far as someone can act on them.

use std::{
    io,
    path::{Path, PathBuf},
};

use sqlx::{migrate::MigrateError, postgres::PgDatabaseError};

use keyward_contract::ProblemCode;

use crate::{http::problem::Problem, secrets::OpenError};

/// A failed operation on the database. Nothing was changed, unless the connection to it was lost during the commit.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full.
    #[error("the disk is full")]
    Full(#[source] sqlx::Error),
    /// It can't be used at the moment: another process holds it, or it can't be read or written.
    #[error("the database is unavailable")]
    Unavailable(#[source] sqlx::Error),
    /// A session can't be looked up at the moment.
    #[error("the database can't be read")]
    Unreadable(#[from] rusqlite::Error),
    /// The gateway is stopping.
    #[error("the database is closed")]
    Closed,
    /// A sealed value can't be opened.
    #[error(transparent)]
    Sealed(#[from] OpenError),
    /// The audit log was tampered with.
    #[error("the audit log was tampered with: {0}")]
    Tampered(#[from] Tampering),
    /// A row that no version of this program writes.
    #[error("the database holds an impossible value: {0}")]
    Impossible(&'static str),
    /// Anything else: a fault of this program.
    #[error("the database rejected a statement")]
    Other(#[source] sqlx::Error),
}

/// When to ask again while the database is unavailable, in seconds: a restart or a failover takes about as long.
const RETRY_AFTER: u64 = 5;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let code = store_code(&error);
        let problem = Problem::new(code).detail(match code {
            ProblemCode::StorageFull => "The gateway's disk is full. Nothing was changed. Tell the operator.",
            ProblemCode::StorageUnavailable => {
                "The gateway's database is unavailable. Try again in a moment. With the same Idempotency-Key a change is made only \
                 once."
            }
            _ => "Nothing was changed. Tell the operator the request ID.",
        });
        match code {
            ProblemCode::StorageUnavailable => problem.retry_after(RETRY_AFTER),
            _ => problem,
        }
    }
}

/// The code for a failure of the database, which is logged here.
pub fn store_code(error: &StoreError) -> ProblemCode {
    tracing::error!(error = error as &dyn std::error::Error, "the database failed");
    match error {
        StoreError::Full(_) => ProblemCode::StorageFull,
        StoreError::Unavailable(_) | StoreError::Unreadable(_) | StoreError::Closed => ProblemCode::StorageUnavailable,
        StoreError::Sealed(_) | StoreError::Tampered(_) | StoreError::Impossible(_) | StoreError::Other(_) => {
            ProblemCode::Internal
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::BeginFailed => return Self::Unavailable(error),
            _ => {}
        }
        match condition(&error) {
            Some(Condition::Full) => Self::Full(error),
            Some(Condition::Unavailable | Condition::Corrupt) => Self::Unavailable(error),
            None => Self::Other(error),
        }
    }
}

impl StoreError {
    /// The same failure, for another who waits for the same answer.
    pub(super) fn again(&self) -> Self {
        let text = |error: &sqlx::Error| sqlx::Error::Protocol(error.to_string());
        match self {
            Self::Full(error) => Self::Full(text(error)),
            Self::Unavailable(error) => Self::Unavailable(text(error)),
            Self::Closed => Self::Closed,
            Self::Impossible(what) => Self::Impossible(what),
            Self::Other(error) => Self::Other(text(error)),
            Self::Unreadable(_) | Self::Sealed(_) | Self::Tampered(_) => Self::Impossible("the answer to several"),
        }
    }

    /// Whether a row with the same unique value exists.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Other(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

/// A database that can't be opened. The text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenStoreError {
    /// The folder can't be made or written.
    #[error("can't use the data folder {}: {}", .0.display(), .1)]
    Io(PathBuf, #[source] io::Error),
    /// The file isn't an intact database.
    #[error(
        "the database {} is damaged, or isn't a Keyward database. Nothing was changed. Move it away and restore a \
         backup: keyward restore --data DIR --from FILE",
        .0.display()
    )]
    Corrupt(PathBuf),
    /// A newer version of the program wrote it.
    #[error(
        "the database {database} was written by a newer version of Keyward (its tables are at version {version}, this program \
         knows up to {known}). Nothing was changed. Use that version, or restore a backup of this version."
    )]
    Newer {
        /// Which database.
        database: String,
        /// The version of its tables.
        version: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// What it has acknowledged can be lost.
    #[error(
        "the database {0} acknowledges changes before they are on disk, so that one could be lost after its answer. Set \
         synchronous_commit to on"
    )]
    NotDurable(String),
    /// A migration can't be applied.
    #[error("can't migrate the database {0}: {1}")]
    Migrate(String, #[source] MigrateError),
    /// Anything else.
    #[error("can't open the database {0}: {1}")]
    Database(String, #[source] sqlx::Error),
}

impl OpenStoreError {
    /// What a program that knows tables up to version `known` met.
    pub(super) fn of_migration(database: String, known: i64, error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _) => Self::Newer {
                database,
                version,
                known,
            },
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => Self::Database(database, error),
            other => Self::Migrate(database, other),
        }
    }

    pub(super) fn of_file(file: &Path, error: sqlx::Error) -> Self {
        match condition(&error) {
            Some(Condition::Corrupt) => Self::Corrupt(file.to_owned()),
            _ => Self::Database(file.display().to_string(), error),
        }
    }
}

// https://sqlite.org/rescode.html
const SQLITE_BUSY: u32 = 5;
const SQLITE_LOCKED: u32 = 6;
const SQLITE_READONLY: u32 = 8;
const SQLITE_IOERR: u32 = 10;
const SQLITE_CORRUPT: u32 = 11;
const SQLITE_FULL: u32 = 13;
const SQLITE_CANTOPEN: u32 = 14;
const SQLITE_NOTADB: u32 = 26;

/// What keeps the database from answering, whichever it is.
enum Condition {
    Full,
    Unavailable,
    Corrupt,
}

fn condition(error: &sqlx::Error) -> Option<Condition> {
    let error = error.as_database_error()?;
    if let Some(error) = error.try_downcast_ref::<PgDatabaseError>() {
        // https://www.postgresql.org/docs/current/errcodes-appendix.html
        return match error.code() {
            // disk_full
            "53100" => Some(Condition::Full),
            // lock_not_available, query_canceled, read_only_sql_transaction (a server that isn't the primary anymore)
            "55P03" | "57014" | "25006" => Some(Condition::Unavailable),
            // feature_not_supported: a transaction that may write, begun at a standby that hasn't been promoted yet
            "0A000" => Some(Condition::Unavailable),
            // Connection exceptions, insufficient resources, operator intervention, system errors, rolled back by the server
            code if ["08", "53", "57", "58", "40"].contains(&code.get(..2)?) => Some(Condition::Unavailable),
            // in_failed_sql_transaction, idle_in_transaction_session_timeout
            "25P02" | "25P03" => Some(Condition::Unavailable),
            _ => None,
        };
    }
    // The lower byte; the rest is detail.
    match error.code()?.parse::<u32>().ok()? & 0xff {
        SQLITE_FULL => Some(Condition::Full),
        SQLITE_CORRUPT | SQLITE_NOTADB => Some(Condition::Corrupt),
        SQLITE_BUSY | SQLITE_LOCKED | SQLITE_READONLY | SQLITE_IOERR | SQLITE_CANTOPEN => Some(Condition::Unavailable),
        _ => None,
    }
}

/// How the log was tampered with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Tampering {
    /// The record of where the chain begins and ends was changed.
    #[error("the record of where the log begins and ends was changed or removed")]
    Record,
    /// A row is older than the oldest one.
    #[error("row {0} was inserted before the beginning of the log")]
    BeforeStart(i64),
    /// A row doesn't follow from the one before it.
    #[error("row {0} does not follow from the row before it: a row was changed, removed, inserted or moved here")]
    Row(i64),
    /// A row holds a value that no version writes.
    #[error("a row after row {0} was changed to a value of a different type")]
    Unreadable(i64),
    /// Rows are missing at the end.
    #[error("rows after row {0} were removed")]
    End(i64),
    /// A sealed value is older than the log says, or was changed.
    #[error("{0} was changed or rolled back: it isn't the last one in the log")]
    PutBack(String),
    /// The given head isn't in the log.
    #[error(
        "the log doesn't contain the head that you passed: row {0} has a different MAC or is missing. Rows were \
         removed at the end, or the log was replaced by an older or a different one."
    )]
    Head(i64),
    /// The given head was pruned.
    #[error("the head that you passed, row {0}, is older than the oldest row and can't be compared. Use a newer one.")]
    HeadCutOff(i64),
}
