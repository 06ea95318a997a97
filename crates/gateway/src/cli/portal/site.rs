//! The files of an exported portal.

use super::CommandError;
use crate::edge::portal::{BuiltFile, FOR_OTHERS, Place, build, placed};

/// The page for hosts that have one for all addresses they don't know.
const NOT_FOUND: &str = "404.html";
const INDEX: &str = "index.html";

/// The portal, adapted to its place.
pub(super) struct Site {
    /// The build, as its pages name it.
    pub(super) build: String,
    /// The path of the portal's folder below the root of the host: empty, or with a slash at its end.
    pub(super) folder: String,
    /// The files as the gateway has them, with names below that folder. Pages come last, and `index.html` as the last of them.
    pub(super) files: Vec<BuiltFile>,
}

impl Site {
    pub(super) fn new(built: Vec<BuiltFile>, place: &Place) -> Result<Self, CommandError> {
        // As the gateway, it has nothing for pages that may not frame it.
        let is_of_use =
            |file: &BuiltFile| !place.frame_ancestors.is_empty() || !FOR_OTHERS.contains(&file.name.as_str());
        let (pages, mut files): (Vec<_>, Vec<_>) = built.into_iter().filter(is_of_use).partition(BuiltFile::is_page);
        let mut pages: Vec<BuiltFile> = pages
            .into_iter()
            .map(|page| adapted(page, place))
            .collect::<Result<_, _>>()?;
        let Some(index) = pages.iter().position(|page| page.name == INDEX) else {
            return Err(CommandError::Refused(
                "this program was built without the portal. Take a release, build it with cargo xtask portal, or name the folder \
                 of a built portal with --portal."
                    .into(),
            ));
        };
        let index = pages.remove(index);
        let text = String::from_utf8_lossy(&index.plain);
        let build = build(&text).ok_or_else(|| not_a_page(INDEX))?.to_owned();
        pages.push(BuiltFile {
            name: NOT_FOUND.into(),
            plain: index.plain.clone(),
            brotli: index.brotli.clone(),
            gzip: index.gzip.clone(),
        });
        pages.push(index);
        files.extend(pages);
        Ok(Self {
            build,
            folder: place
                .base_path
                .strip_prefix('/')
                .map_or_else(String::new, |path| format!("{path}/")),
            files,
        })
    }

    /// Each file to write: its path below the root of the host, and its content, with compressed variants before what they are of.
    pub(super) fn contents(&self) -> impl Iterator<Item = (String, &[u8])> {
        self.files.iter().flat_map(|file| {
            let path = self.path(file);
            let coded = [(&file.brotli, "br"), (&file.gzip, "gz")];
            let coded = coded
                .into_iter()
                .filter_map(|(content, ending)| Some((format!("{path}.{ending}"), content.as_deref()?)));
            coded.chain([(path.clone(), file.plain.as_slice())]).collect::<Vec<_>>()
        })
    }

    /// Hosts look for the page of unknown addresses at their root.
    fn path(&self, file: &BuiltFile) -> String {
        match file.name.as_str() {
            NOT_FOUND => NOT_FOUND.into(),
            name => format!("{}{name}", self.folder),
        }
    }

    /// The paths of what browsers keep, below the root of the host.
    pub(super) fn immutable(&self) -> impl Iterator<Item = String> {
        self.files
            .iter()
            .filter(|file| file.is_immutable())
            .map(|file| self.path(file))
    }
}

/// The page for its place. Where that changes it, it has no compressed variants.
fn adapted(page: BuiltFile, place: &Place) -> Result<BuiltFile, CommandError> {
    let text = String::from_utf8_lossy(&page.plain);
    let placed = placed(&text, place).ok_or_else(|| not_a_page(&page.name))?;
    if placed == text {
        return Ok(page);
    }
    let plain = placed.into_owned().into_bytes();
    Ok(BuiltFile {
        name: page.name,
        plain,
        brotli: None,
        gzip: None,
    })
}

fn not_a_page(name: &str) -> CommandError {
    CommandError::Refused(format!(
        "{name} isn't a page of the built portal. Build it with cargo xtask portal."
    ))
}
