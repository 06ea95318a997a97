//! What a gateway under test keeps its data in: a folder, and a database where tests run on PostgreSQL.

use std::{
    fs::{self, DirBuilder},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use keyward_gateway::{
    config::Config,
    store::{DATABASE_FILE, Store},
};
use tempfile::TempDir;

use crate::{
    database::{Database, on_postgres},
    postgres::Postgres,
};

/// Data of a test's own, removed when dropped. A restart of its gateway keeps it.
pub(crate) struct TestData {
    pub(crate) database: Option<Arc<Database>>,
    data: PathBuf,
    around: TempDir,
}

impl TestData {
    /// With an empty data folder.
    pub(crate) fn new() -> Self {
        let data = Self::missing();
        data.make_folder();
        data
    }

    /// Without a data folder.
    pub(crate) fn missing() -> Self {
        Self::with(on_postgres().then(Database::shared))
    }

    /// With a database on a server of the test's own.
    pub(crate) fn on(server: &Postgres) -> Self {
        Self::with(Some(Database::on(server)))
    }

    /// On SQLite, whatever tests run on. The data folder is missing.
    pub(crate) fn on_sqlite() -> Self {
        Self::with(None)
    }

    /// With a database on PostgreSQL, whatever other tests run on.
    pub(crate) fn on_shared_postgres() -> Self {
        Self::with(Some(Database::shared()))
    }

    pub(crate) fn with(database: Option<Database>) -> Self {
        Self::in_new_folder(database.map(Arc::new))
    }

    fn in_new_folder(database: Option<Arc<Database>>) -> Self {
        let around = TempDir::new().expect("a folder");
        let data = around.path().join("data");
        Self { database, data, around }
    }

    /// What another gateway on the same database has: a folder of its own, with the same master key.
    pub(crate) fn of_another_gateway(&self) -> Self {
        let other = Self::in_new_folder(self.database.clone());
        other.make_folder();
        fs::copy(self.path().join("master.key"), other.path().join("master.key")).expect("a copy");
        other
    }

    /// A copy of database and master key. On PostgreSQL, nothing may be connected to the database.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::with(self.database.as_ref().map(|database| database.copy()));
        copy.make_folder();
        let file = self.database.is_none().then_some(DATABASE_FILE);
        for file in file.into_iter().chain(["master.key"]) {
            fs::copy(self.path().join(file), copy.path().join(file)).expect("a copy");
        }
        copy
    }

    pub(crate) fn make_folder(&self) {
        DirBuilder::new().mode(0o700).create(self.path()).expect("a folder");
    }

    /// The data folder.
    pub(crate) fn path(&self) -> &Path {
        &self.data
    }

    /// A file or folder beside the data folder.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.around.path().join(name)
    }

    /// The folder that the data folder is in.
    pub(crate) fn around(&self) -> &Path {
        self.around.path()
    }

    /// The settings of a gateway in this process.
    pub(crate) fn config(&self) -> Config {
        let mut config = Config::for_data(self.path());
        let url = self.database.as_ref().map(|database| database.url.as_str());
        config.data.database = url.map(|url| url.parse().expect("a database's URL"));
        config
    }

    /// The environment of a command, beside `--data`.
    pub(crate) fn environment(&self) -> Option<(&'static str, &str)> {
        let database = self.database.as_ref()?;
        Some(("KEYWARD_DATABASE_URL", database.url.as_str()))
    }

    /// The database, beside the gateway.
    pub(crate) async fn store(&self) -> Store {
        Store::open(&self.config().data).await.expect("the database")
    }
}
