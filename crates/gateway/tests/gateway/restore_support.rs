//! Backups of a gateway that runs, and restores onto it.

use std::path::{Path, PathBuf};

use keyward_gateway::store::{
    DATABASE_FILE,
    recovery::{backup, held::Held, restore::RestoredFrom},
};

use crate::support::{ADMIN, Acme};

impl Acme {
    pub(crate) async fn back_up(&self) -> PathBuf {
        let file = self.folder.path().join("backup.db");
        backup::write(&self.app.store, &file).await.expect("a backup");
        file
    }

    /// Restores, and signs the Super Admin in again, whose password is as it was.
    pub(crate) async fn restore(&mut self, file: &Path) -> RestoredFrom {
        let copy = backup::open(file, self.folder.path()).await.expect("a backup");
        copy.check_master_key(&self.app.secrets).await.expect("its master key");
        let restored = copy.restore_into(&self.app.store, &self.app.secrets, self.clock.now());
        let restored = restored.await.expect("restored");
        self.cookie = self.sign_in(ADMIN).await;
        restored
    }

    /// Reads a value from the database.
    pub(crate) fn value<T: rusqlite::types::FromSql>(&self, sql: &str) -> T {
        let database = rusqlite::Connection::open(self.folder.path().join(DATABASE_FILE)).expect("a database");
        database.query_row(sql, [], |row| row.get(0)).expect(sql)
    }

    /// Writes to the database, as who is on the machine can.
    pub(crate) fn tamper(&self, sql: &str) {
        let database = rusqlite::Connection::open(self.folder.path().join(DATABASE_FILE)).expect("a database");
        database.execute_batch(sql).expect(sql);
    }
}

/// What is in doubt, in short.
pub(crate) fn names(found: &[Held]) -> Vec<String> {
    let name = |held: &Held| format!("{} {}", held.kind, held.name).trim().to_owned();
    found.iter().map(name).collect()
}
