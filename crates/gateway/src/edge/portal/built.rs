//! The files of the built portal as they are, to be written elsewhere.

use std::{fs, io, path::Path};

use super::{asset, embedded, is_page};

/// A file of the built portal.
pub struct BuiltFile {
    /// Its name, with slashes where it is in a folder.
    pub name: String,
    /// Its content.
    pub plain: Vec<u8>,
    /// The same, compressed with Brotli, where that makes it smaller.
    pub brotli: Option<Vec<u8>>,
    /// The same, compressed with gzip, where that makes it smaller.
    pub gzip: Option<Vec<u8>>,
}

impl BuiltFile {
    /// The `Content-Type` that the gateway sends with it.
    pub fn media_type(&self) -> &'static str {
        asset::media_type(&self.name)
    }

    /// The `Cache-Control` that the gateway sends with it.
    pub fn cache_control(&self) -> &'static str {
        asset::cache_control(&self.name)
    }

    /// Whether its name changes with its content.
    pub fn is_immutable(&self) -> bool {
        asset::is_immutable(&self.name)
    }

    /// Whether it is a page, which has to be adapted to its place.
    pub fn is_page(&self) -> bool {
        is_page(&self.name)
    }
}

/// The portal in a folder, or the one in this program; nothing where it has not been built. In order of their names.
///
/// # Errors
/// When the folder can't be read.
pub fn built(folder: Option<&Path>) -> io::Result<Vec<BuiltFile>> {
    let mut names = match folder {
        Some(folder) => names_in(folder, "")?,
        None => embedded::names(),
    };
    names.sort();
    let read = |name: &str| match folder {
        Some(folder) => fs::read(folder.join(name)),
        None => Ok(embedded::bytes(name).unwrap_or_default()),
    };
    let coded = |name: String| names.binary_search(&name).is_ok().then(|| read(&name)).transpose();
    let plain = names.iter().filter(|name| !asset::is_variant(name));
    let file = |name: &String| {
        Ok(BuiltFile {
            name: name.clone(),
            plain: read(name)?,
            brotli: coded(format!("{name}.br"))?,
            gzip: coded(format!("{name}.gz"))?,
        })
    };
    plain.map(file).collect()
}

/// Hidden files are none of the portal's.
fn names_in(folder: &Path, before: &str) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Some(name) = entry
            .file_name()
            .to_str()
            .filter(|name| !name.starts_with('.'))
            .map(str::to_owned)
        else {
            continue;
        };
        let name = format!("{before}{name}");
        if entry.file_type()?.is_dir() {
            names.extend(names_in(&entry.path(), &format!("{name}/"))?);
        } else {
            names.push(name);
        }
    }
    Ok(names)
}
