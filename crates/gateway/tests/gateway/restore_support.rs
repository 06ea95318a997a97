//! Backups of a gateway that runs, and restores onto it.

use std::path::{Path, PathBuf};

use keyward_gateway::store::recovery::{backup, held::Held, restore::RestoredFrom};

use crate::support::{ADMIN, Acme};

impl Acme {
    pub(crate) async fn back_up(&self) -> PathBuf {
        let file = self.data.beside("backup.db");
        backup::write(&self.app.store, &file).await.expect("a backup");
        file
    }

    /// Restores, and signs the Super Admin in again, whose password is as it was.
    pub(crate) async fn restore(&mut self, file: &Path) -> RestoredFrom {
        let copy = backup::open(file, self.data.path()).await.expect("a backup");
        copy.check_master_key(&self.app.secrets).await.expect("its master key");
        let restored = copy.restore_into(&self.app.store, &self.app.secrets, self.clock.now());
        let restored = restored.await.expect("restored");
        self.cookie = self.sign_in(ADMIN).await;
        restored
    }
}

/// What is in doubt, in short.
pub(crate) fn names(found: &[Held]) -> Vec<String> {
    let name = |held: &Held| format!("{} {}", held.kind, held.name).trim().to_owned();
    found.iter().map(name).collect()
}
