//! What can go wrong with the database, told apart as far as someone can act on it.

use std::{
    io,
    path::{Path, PathBuf},
};

use sqlx::migrate::MigrateError;

use keyward_contract::ProblemCode;

use crate::{http::problem::Problem, secrets::OpenError};

/// An operation on the database that did not happen. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full.
    #[error("the disk is full")]
    Full(#[source] sqlx::Error),
    /// It can't be used at the moment: another process holds it, or it can't be read or written.
    #[error("the database can't be used")]
    Unavailable(#[source] sqlx::Error),
    /// A session can't be looked up at the moment.
    #[error("the database can't be read")]
    Unreadable(#[from] rusqlite::Error),
    /// The gateway is about to end.
    #[error("the database is closed")]
    Closed,
    /// A sealed value does not open.
    #[error(transparent)]
    Sealed(#[from] OpenError),
    /// The audit log is not what was written.
    #[error("the audit log is not what was written: {0}")]
    Tampered(#[from] Tampering),
    /// A row that no version of this program writes.
    #[error("the database holds an impossible value: {0}")]
    Impossible(&'static str),
    /// Anything else: a fault of this program.
    #[error("the database refused a statement")]
    Other(#[source] sqlx::Error),
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let code = store_code(&error);
        Problem::new(code).detail(match code {
            ProblemCode::StorageFull => "The gateway's disk is full. Nothing was changed. Tell who runs the gateway.",
            ProblemCode::StorageUnavailable => "The gateway's database can't be used now. Nothing was changed.",
            _ => "Nothing was changed. Tell who runs the gateway, with the request ID.",
        })
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
        match primary_code(&error) {
            Some(SQLITE_FULL) => Self::Full(error),
            Some(SQLITE_BUSY | SQLITE_LOCKED | SQLITE_READONLY | SQLITE_IOERR | SQLITE_CORRUPT | SQLITE_CANTOPEN) => {
                Self::Unavailable(error)
            }
            _ if matches!(
                error,
                sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_)
            ) =>
            {
                Self::Unavailable(error)
            }
            _ => Self::Other(error),
        }
    }
}

impl StoreError {
    /// Whether a row with the same unique value exists.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Other(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

/// A database that can't be opened. The text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenStoreError {
    /// The folder can't be made or written.
    #[error("the data folder {} can't be used: {}", .0.display(), .1)]
    Io(PathBuf, #[source] io::Error),
    /// The file is no intact database.
    #[error(
        "the database {} is damaged, or no database of Keyward. Nothing was changed. Move it away and bring a backup \
         back: keyward restore --data DIR --from FILE",
        .0.display()
    )]
    Corrupt(PathBuf),
    /// A newer version of the program wrote it.
    #[error(
        "the database {} was written by a newer version of Keyward. Nothing was changed. Run that version, or restore \
         a backup of this one.",
        .0.display()
    )]
    Newer(PathBuf),
    /// A migration can't be applied.
    #[error("the database {} can't be brought up to date: {}", .0.display(), .1)]
    Migrate(PathBuf, #[source] MigrateError),
    /// Anything else.
    #[error("the database {} can't be opened: {}", .0.display(), .1)]
    Database(PathBuf, #[source] sqlx::Error),
}

impl OpenStoreError {
    pub(super) fn of(file: &Path, error: sqlx::Error) -> Self {
        match primary_code(&error) {
            Some(SQLITE_CORRUPT | SQLITE_NOTADB) => Self::Corrupt(file.to_owned()),
            _ => Self::Database(file.to_owned(), error),
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

fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let code: u32 = error.as_database_error()?.code()?.parse().ok()?;
    // The lower byte; the rest is detail.
    Some(code & 0xff)
}

/// Why the log is not what this installation wrote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Tampering {
    /// What says where the chain begins and ends was changed.
    #[error("the record of where the log begins and ends was changed or removed")]
    Record,
    /// A row is older than the oldest one.
    #[error("row {0} was inserted before the beginning of the log")]
    BeforeStart(i64),
    /// A row does not follow from the one before it.
    #[error("row {0} does not follow from the row before it: a row was changed, removed, inserted or moved here")]
    Row(i64),
    /// A row holds what no row ever held.
    #[error("a row after row {0} was changed to hold a value of another type")]
    Unreadable(i64),
    /// Rows are missing at the end.
    #[error("rows after row {0} were removed")]
    End(i64),
    /// Something sealed is older than the log says, or is not what was sealed.
    #[error("{0} was changed or put back: it is not the last one that the log has")]
    PutBack(String),
    /// The head that was noted down is not in the log.
    #[error(
        "the log does not contain the head that was noted down: row {0} has another MAC or is missing. Rows were \
         removed at the end, or the log was replaced by an older or another one."
    )]
    Head(i64),
    /// It can't be, for it was cut off.
    #[error(
        "the head that was noted down, row {0}, is older than what is kept, and can't be compared. Note a younger one."
    )]
    HeadCutOff(i64),
}
