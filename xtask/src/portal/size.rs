//! What the portal weighs.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::{
    compress::with_suffix,
    html::{Tag, tags},
};

/// A file of the built portal, with its sizes in bytes.
pub(crate) struct Asset {
    pub(crate) name: String,
    pub(crate) raw: u64,
    pub(crate) gzip: u64,
    pub(crate) brotli: u64,
}

/// What a browser asks for when it opens the key page for the first time: the page itself, and all that it names. A test
/// in the browser makes sure that nothing else is asked for.
pub(crate) fn first_load(folder: &Path) -> Result<Vec<Asset>> {
    let mut assets = vec![asset(folder, "index.html")?];
    assets.extend(named(folder, |tag| match tag.name.as_str() {
        "script" | "img" => tag.attribute("src"),
        // For a home screen alone.
        "link" if matches!(tag.attribute("rel"), Some("apple-touch-icon" | "manifest")) => None,
        "link" => tag.attribute("href"),
        _ => None,
    })?);
    Ok(assets)
}

/// The program with every page, which starts at all other addresses.
pub(crate) fn whole(folder: &Path) -> Result<Vec<Asset>> {
    named(folder, |tag| tag.mentioned().filter(|_| !is_of_frames(tag)))
}

/// What a page that frames the portal loads, and the portal in a frame.
pub(crate) fn embedding(folder: &Path) -> Result<(Asset, Vec<Asset>)> {
    let of_frames = named(folder, |tag| tag.mentioned().filter(|_| is_of_frames(tag)))?;
    Ok((asset(folder, "embed.js")?, of_frames))
}

fn is_of_frames(tag: &Tag<'_>) -> bool {
    tag.attribute("id") == Some("frame-script")
}

/// The files that are named where a function finds a name in a tag of the page.
fn named(folder: &Path, find: impl for<'a> Fn(&'a Tag<'_>) -> Option<&'a str>) -> Result<Vec<Asset>> {
    let page = fs::read_to_string(folder.join("index.html")).context("the portal is not built")?;
    let mut names = Vec::new();
    for tag in &tags(&page) {
        let Some(name) = find(tag).map(|name| name.trim_start_matches("./").trim_start_matches('/')) else {
            continue;
        };
        if !names.contains(&name.to_owned()) && !name.starts_with("data:") {
            names.push(name.to_owned());
        }
    }
    names.iter().map(|name| asset(folder, name)).collect()
}

/// Every file of the built portal that is served under its own name.
pub(crate) fn assets(folder: &Path) -> Result<Vec<Asset>> {
    let mut assets = Vec::new();
    for file in super::stamp::files(folder)? {
        let name = file.strip_prefix(folder)?.to_string_lossy().into_owned();
        if !name.ends_with(".br") && !name.ends_with(".gz") {
            assets.push(asset(folder, &name)?);
        }
    }
    Ok(assets)
}

fn asset(folder: &Path, name: &str) -> Result<Asset> {
    let file = folder.join(name);
    let size = |file: &Path| fs::metadata(file).map(|data| data.len());
    let raw = size(&file).with_context(|| format!("index.html names {name}, which is not there"))?;
    Ok(Asset {
        name: name.to_owned(),
        raw,
        gzip: size(&with_suffix(&file, "gz")).unwrap_or(raw),
        brotli: size(&with_suffix(&file, "br")).unwrap_or(raw),
    })
}

/// A table of sizes, with their sum.
pub(crate) fn print_sizes(assets: &[Asset]) {
    let row = |name: &str, [raw, gzip, brotli]: [u64; 3]| println!("{name:<44} {raw:>10} {gzip:>10} {brotli:>10}");
    println!("{:<44} {:>10} {:>10} {:>10}", "bytes", "raw", "gzip", "Brotli");
    for asset in assets {
        row(&asset.name, [asset.raw, asset.gzip, asset.brotli]);
    }
    let sum = |size: fn(&Asset) -> u64| assets.iter().map(size).sum();
    row(
        "together",
        [
            sum(|asset| asset.raw),
            sum(|asset| asset.gzip),
            sum(|asset| asset.brotli),
        ],
    );
}
