//! The folder of an export: what it holds, and how it changes without ever looking complete before it is.

use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write as _},
    path::{Component, Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{CommandError, site::Site};
use crate::cli::shown::quoted;

/// What the host serves.
pub(super) const SITE: &str = "site";
/// The configurations of hosts.
const HOSTS: &str = "hosts";
/// What there is of this export, in its folder.
const MANIFEST: &str = "keyward-export.json";
/// A file that isn't complete yet.
const NEW: &str = "keyward-export.new";

/// What an export has written, with paths below its folder.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Manifest {
    build: String,
    /// The hashed files of this build.
    immutable: BTreeSet<String>,
    /// Those that are kept of the build before.
    previous: BTreeSet<String>,
    /// All files, these included.
    files: BTreeSet<String>,
}

impl Manifest {
    /// A name in it that leads out of the folder, or nowhere.
    fn stray(&self) -> Option<&str> {
        let is_below = |name: &str| {
            !name.is_empty()
                && Path::new(name)
                    .components()
                    .all(|part| matches!(part, Component::Normal(_)))
        };
        let mut names = self.files.iter().chain(&self.immutable).chain(&self.previous);
        names.find(|name| !is_below(name)).map(String::as_str)
    }
}

/// A folder to export to.
pub(super) struct Export {
    folder: PathBuf,
    before: Manifest,
}

/// What became of the folder.
pub(super) struct Written {
    /// How many files were written.
    pub(super) files: usize,
    /// How many of an earlier export were removed.
    pub(super) removed: usize,
}

impl Export {
    /// Creates the folder, or takes that of an earlier export. Refuses one that holds anything else, or whose list can't be one of
    /// an export: files are removed by their names in it.
    pub(super) fn open(folder: &Path) -> Result<Self, CommandError> {
        fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
        let manifest = folder.join(MANIFEST);
        let before: Manifest = match fs::read(&manifest) {
            Ok(text) => serde_json::from_slice(&text)
                .map_err(|error| CommandError::Refused(format!("{} isn't readable: {error}", manifest.display())))?,
            Err(error) if error.kind() == ErrorKind::NotFound => Manifest::default(),
            Err(error) => return Err(failed(&manifest, &error)),
        };
        if let Some(name) = before.stray() {
            return Err(CommandError::Refused(format!(
                "{} lists {}, which isn't a file below its folder. Name another folder; nothing was changed.",
                manifest.display(),
                quoted(name)
            )));
        }
        let export = Self {
            folder: folder.to_owned(),
            before,
        };
        let found = files_in(folder, "").map_err(|error| failed(folder, &error))?;
        // An export writes no links: behind one is what isn't its own, whatever the list says.
        let is_own = |name: &String, is_link: bool| {
            name == NEW || (!is_link && (name == MANIFEST || export.before.files.contains(name)))
        };
        let foreign: Vec<&str> = found
            .iter()
            .filter(|(name, is_link)| !is_own(name, *is_link))
            .map(|(name, _)| name.as_str())
            .take(3)
            .collect();
        if !foreign.is_empty() {
            return Err(CommandError::Refused(format!(
                "{} holds files that no export has written ({}). Name a folder of its own; nothing was changed.",
                folder.display(),
                foreign.join(", ")
            )));
        }
        Ok(export)
    }

    /// The hashed files that stay beside those of this build, below the root of the host.
    pub(super) fn kept(&self, site: &Site, keep_previous: bool) -> BTreeSet<String> {
        if !keep_previous {
            return BTreeSet::new();
        }
        // The same build again has the same build before it.
        let is_same = self.before.build == site.build;
        let kept = if is_same {
            &self.before.previous
        } else {
            &self.before.immutable
        };
        let new: BTreeSet<String> = site.immutable().collect();
        kept.iter().filter(|path| !new.contains(*path)).cloned().collect()
    }

    /// Writes everything: pages last, so that what they name is there, and only then removes what no page names anymore.
    pub(super) fn write(
        self,
        site: &Site,
        configurations: Vec<(String, String)>,
        kept: BTreeSet<String>,
    ) -> Result<Written, CommandError> {
        let in_site = |path: &str| format!("{SITE}/{path}");
        let in_hosts = configurations
            .iter()
            .map(|(name, text)| (name.clone(), text.as_bytes()));
        let in_hosts = in_hosts.map(|(name, text)| match is_of_site(&name) {
            true => (in_site(&name), text),
            false => (format!("{HOSTS}/{name}"), text),
        });
        let contents: Vec<(String, &[u8])> = in_hosts
            .chain(site.contents().map(|(path, text)| (in_site(&path), text)))
            .collect();
        let mut files: BTreeSet<String> = contents.iter().map(|(name, _)| name.clone()).collect();
        let variants = kept
            .iter()
            .flat_map(|path| ["", ".br", ".gz"].map(|ending| in_site(&format!("{path}{ending}"))));
        files.extend(variants.filter(|name| self.before.files.contains(name)));
        let after = Manifest {
            build: site.build.clone(),
            immutable: site.immutable().collect(),
            previous: kept,
            files,
        };

        // Whatever happens from here on, the next export knows all that is there.
        self.note(&Manifest {
            files: &self.before.files | &after.files,
            ..self.before.clone()
        })?;
        for (name, content) in &contents {
            self.put(name, content)?;
        }
        let mut removed = 0;
        for name in self.before.files.difference(&after.files) {
            removed += usize::from(self.remove(name)?);
        }
        self.note(&after)?;
        Ok(Written {
            files: contents.len(),
            removed,
        })
    }

    fn note(&self, manifest: &Manifest) -> Result<(), CommandError> {
        let text = serde_json::to_string_pretty(manifest).map_err(|error| CommandError::Refused(error.to_string()))?;
        self.put(MANIFEST, format!("{text}\n").as_bytes())
    }

    /// Replaces a file as a whole.
    fn put(&self, name: &str, content: &[u8]) -> Result<(), CommandError> {
        let (new, file) = (self.folder.join(NEW), self.folder.join(name));
        let written = file
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| write_new(&new, content))
            .and_then(|()| fs::rename(&new, &file));
        written.map_err(|error| failed(&file, &error))
    }

    /// Whether it was there. Folders that are empty then go with it.
    fn remove(&self, name: &str) -> Result<bool, CommandError> {
        let file = self.folder.join(name);
        let was_there = match fs::remove_file(&file) {
            Ok(()) => true,
            Err(error) if error.kind() == ErrorKind::NotFound => false,
            Err(error) => return Err(failed(&file, &error)),
        };
        let mut folders = Path::new(name)
            .ancestors()
            .skip(1)
            .filter(|path| *path != Path::new(""));
        while folders
            .next()
            .is_some_and(|folder| fs::remove_dir(self.folder.join(folder)).is_ok())
        {}
        Ok(was_there)
    }
}

/// Some hosts read their configuration from the root of what they serve.
fn is_of_site(name: &str) -> bool {
    matches!(name, "_headers" | "_redirects")
}

pub(super) fn failed(path: &Path, error: &io::Error) -> CommandError {
    CommandError::Refused(format!("{}: {error}", path.display()))
}

/// Writes a new file. What is in its place is removed first, so that a link isn't followed.
fn write_new(file: &Path, content: &[u8]) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(file)?;
    file.write_all(content)
}

/// The names of all files, and whether each is a symbolic link, which isn't followed.
fn files_in(folder: &Path, before: &str) -> io::Result<Vec<(String, bool)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{before}{}", entry.file_name().display());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            found.extend(files_in(&entry.path(), &format!("{name}/"))?);
        } else {
            found.push((name, kind.is_symlink()));
        }
    }
    found.sort();
    Ok(found)
}
