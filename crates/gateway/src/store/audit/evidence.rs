//! A database opened read-only: of a running gateway, of a stopped one, or a read-only copy. No files are left behind.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use crate::{
    config::DataConfig,
    random,
    store::{
        Connection, DATABASE_FILE, OpenStoreError, postgres,
        sqlite::{self, Access, create_private},
    },
};

/// A connection with which nothing can be written.
pub struct Evidence {
    /// The connection.
    pub connection: Connection,
    _copy: Option<TemporaryCopy>,
}

/// Opens the database that `config` names, or that in its data folder.
///
/// # Errors
/// When it can't be read.
pub async fn open(config: &DataConfig) -> Result<Evidence, OpenStoreError> {
    match &config.database {
        Some(url) => Ok(Evidence {
            connection: postgres::connect(url).await?,
            _copy: None,
        }),
        None => in_folder(&config.data).await,
    }
}

async fn in_folder(folder: &Path) -> Result<Evidence, OpenStoreError> {
    let file = folder.join(DATABASE_FILE);
    let beside = |end| folder.join(format!("{DATABASE_FILE}{end}"));
    let length = |file: &Path| fs::metadata(file).map_or(0, |metadata| metadata.len());
    // Where the index of the write-ahead log is there, a gateway runs or it was copied with it: SQLite needs no other file.
    if beside("-shm").exists()
        && let Ok(connection) = connect(&file, Access::Read).await
    {
        return Ok(Evidence {
            connection,
            _copy: None,
        });
    }
    // Without a write-ahead log the file is complete, and no one writes to it.
    if length(&beside("-wal")) == 0 {
        let connection = connect(&file, Access::Immutable).await;
        return Ok(Evidence {
            connection: connection.map_err(|error| OpenStoreError::of_file(&file, error))?,
            _copy: None,
        });
    }
    // SQLite would make the index beside it.
    let copy = TemporaryCopy::new(folder).map_err(|error| OpenStoreError::Io(folder.to_owned(), error))?;
    let file = copy.0.join(DATABASE_FILE);
    let connection = connect(&file, Access::Read).await;
    Ok(Evidence {
        connection: connection.map_err(|error| OpenStoreError::of_file(&file, error))?,
        _copy: Some(copy),
    })
}

async fn connect(file: &Path, access: Access) -> Result<Connection, sqlx::Error> {
    let mut connection = sqlite::connect(file, access).await?;
    // Whether it can be read is seen at the first read.
    sqlx::query("SELECT COUNT(*) FROM sqlite_master")
        .execute(&mut connection)
        .await?;
    Ok(connection)
}

/// Gone when it is dropped.
struct TemporaryCopy(PathBuf);

impl TemporaryCopy {
    fn new(of: &Path) -> io::Result<Self> {
        let folder = env::temp_dir().join(format!("keyward-{}", random::token().as_str()));
        create_private(&folder, &folder.join(DATABASE_FILE))?;
        let copy = Self(folder);
        for file in [DATABASE_FILE.to_owned(), format!("{DATABASE_FILE}-wal")] {
            fs::write(copy.0.join(&file), fs::read(of.join(&file))?)?;
        }
        Ok(copy)
    }
}

impl Drop for TemporaryCopy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
