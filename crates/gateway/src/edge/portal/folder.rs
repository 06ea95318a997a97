//! The portal in a folder, read at each request, so that a new build shows at once. For development: what is embedded
//! is served faster.

use std::path::PathBuf;

use tokio::fs;

use super::{
    INDEX,
    asset::{Asset, Variant},
};

/// A folder with a built portal.
pub(in crate::edge) struct Folder {
    folder: PathBuf,
    base_path: String,
}

impl Folder {
    pub(super) fn new(folder: PathBuf, base_path: &str) -> Self {
        Self {
            folder,
            base_path: base_path.to_owned(),
        }
    }

    /// `name` comes from [`Name`](super::Name), and so stays within the folder.
    pub(super) async fn find(&self, name: &str) -> Option<Asset> {
        let identity = self.read(name).await?;
        if name == INDEX && !self.base_path.is_empty() {
            return Some(Asset::index(identity, &self.base_path));
        }
        let brotli = self.read(&format!("{name}.br")).await;
        let gzip = self.read(&format!("{name}.gz")).await;
        Some(Asset::new(name, identity, brotli, gzip))
    }

    pub(super) async fn has_folder(&self, name: &str) -> bool {
        !name.is_empty()
            && fs::metadata(self.folder.join(name))
                .await
                .is_ok_and(|found| found.is_dir())
    }

    async fn read(&self, name: &str) -> Option<Variant> {
        if name.is_empty() {
            return None;
        }
        fs::read(self.folder.join(name)).await.ok().map(Variant::of)
    }
}
