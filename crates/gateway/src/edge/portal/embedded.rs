//! The portal inside this program.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use axum::body::Bytes;
use rust_embed::RustEmbed;

use super::{
    asset::{Asset, Variant, is_variant},
    is_page,
    page::Place,
};

/// What the portal's build leaves; nothing where it has not been built. A debug build reads it when it starts.
#[derive(RustEmbed)]
#[folder = "../../dist"]
#[allow_missing = true]
#[exclude = ".*"]
struct Dist;

/// The names of all files, compressed variants included.
pub(super) fn names() -> Vec<String> {
    Dist::iter().map(Cow::into_owned).collect()
}

/// A file as it is.
pub(super) fn bytes(name: &str) -> Option<Vec<u8>> {
    Dist::get(name).map(|file| file.data.into_owned())
}

/// The embedded files.
pub(in crate::edge) struct Embedded {
    files: HashMap<String, Asset>,
    folders: HashSet<String>,
}

impl Embedded {
    pub(super) fn read(place: &Place) -> Self {
        let mut embedded = Self {
            files: HashMap::new(),
            folders: HashSet::new(),
        };
        for name in Dist::iter() {
            if is_variant(&name) {
                continue;
            }
            if let Some((folder, _)) = name.split_once('/') {
                embedded.folders.insert(folder.to_owned());
            }
            if let Some(asset) = read(&name, place) {
                embedded.files.insert(name.into_owned(), asset);
            }
        }
        embedded
    }

    pub(super) fn find(&self, name: &str) -> Option<&Asset> {
        self.files.get(name)
    }

    pub(super) fn has_folder(&self, name: &str) -> bool {
        self.folders.contains(name)
    }
}

fn read(name: &str, place: &Place) -> Option<Asset> {
    let identity = variant(name)?;
    if is_page(name) && !place.is_plain() {
        return Some(Asset::page(name, identity, place));
    }
    Some(Asset::new(
        name,
        identity,
        variant(&format!("{name}.br")),
        variant(&format!("{name}.gz")),
    ))
}

fn variant(name: &str) -> Option<Variant> {
    let file = Dist::get(name)?;
    let body = match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    Some(Variant::new(body, &file.metadata.sha256_hash()))
}
