//! The portal in a folder, read at each request, so that a new build shows immediately. For development: the embedded portal
//! is faster.

use std::path::{Path, PathBuf};

use tokio::fs;

use super::{
    asset::{Asset, Variant},
    is_page,
    page::Place,
};

/// A folder with a built portal.
pub(in crate::edge) struct Folder {
    folder: PathBuf,
    place: Place,
}

impl Folder {
    pub(super) fn new(folder: PathBuf, place: Place) -> Self {
        Self { folder, place }
    }

    /// `name` comes from [`Name`](super::Name), and so stays within the folder.
    pub(super) async fn find(&self, name: &str) -> Option<Asset> {
        let identity = self.read(name).await?;
        if is_page(name) && !self.place.is_plain() {
            return Some(Asset::page(name, identity, &self.place));
        }
        let brotli = self.read(&format!("{name}.br")).await;
        let gzip = self.read(&format!("{name}.gz")).await;
        Some(Asset::new(name, identity, brotli, gzip))
    }

    pub(super) async fn has_folder(&self, name: &str) -> bool {
        match self.within(name).await {
            Some(path) => fs::metadata(path).await.is_ok_and(|found| found.is_dir()),
            None => false,
        }
    }

    async fn read(&self, name: &str) -> Option<Variant> {
        let path = self.within(name).await?;
        if !is_file(&path).await {
            return None;
        }
        fs::read(path).await.ok().map(Variant::of)
    }

    /// The path of a name with symbolic links resolved, unless it is outside the folder.
    async fn within(&self, name: &str) -> Option<PathBuf> {
        if name.is_empty() {
            return None;
        }
        let folder = fs::canonicalize(&self.folder).await.ok()?;
        let path = fs::canonicalize(folder.join(name)).await.ok()?;
        path.starts_with(&folder).then_some(path)
    }
}

/// Reading a pipe or a device could block forever.
async fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).await.is_ok_and(|found| found.is_file())
}
