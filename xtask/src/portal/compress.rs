//! The `.br` and `.gz` files that the gateway serves in place of the plain ones.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
};

use anyhow::{Context, Result, anyhow};
use flate2::{Compression, write::GzEncoder};

use super::stamp::files;

/// Kinds of files that are text or code. The others are compressed by their own format.
const COMPRESSIBLE: &[&str] = &[
    "html",
    "css",
    "js",
    "mjs",
    "wasm",
    "svg",
    "json",
    "txt",
    "webmanifest",
    "xml",
    "map",
];

/// Sizes of Brotli's blocks, as powers of two; 0 leaves it the choice.
const BLOCKS: [i32; 3] = [0, 17, 20];

/// Compresses every file below the folder that becomes smaller by it.
pub(super) fn compress_all(folder: &Path) -> Result<()> {
    let all = files(folder)?;
    for stale in all.iter().filter(|file| is_variant(file)) {
        fs::remove_file(stale)?;
    }
    let queue: Vec<PathBuf> = all.into_iter().filter(|file| is_compressible(file)).collect();
    let queue = Mutex::new(queue);
    let next = || queue.lock().map(|mut queue| queue.pop()).ok().flatten();
    thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| {
                    while let Some(file) = next() {
                        compress(&file).with_context(|| format!("can't compress {}", file.display()))?;
                    }
                    Ok(())
                })
            })
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().map_err(|_| anyhow!("a compressor panicked"))?)
    })
}

fn compress(file: &Path) -> Result<()> {
    let plain = fs::read(file)?;
    for (extension, compressed) in [("br", brotli(&plain)?), ("gz", gzip(&plain)?)] {
        if compressed.len() < plain.len() {
            fs::write(with_suffix(file, extension), compressed)?;
        }
    }
    Ok(())
}

/// The smallest of several tries. Which one that is depends on where the blocks happen to end.
fn brotli(plain: &[u8]) -> Result<Vec<u8>> {
    let mut smallest: Option<Vec<u8>> = None;
    for lgblock in BLOCKS {
        let mut compressed = Vec::new();
        let parameters = brotli::enc::BrotliEncoderParams {
            quality: 11,
            lgwin: 22,
            lgblock,
            size_hint: plain.len(),
            ..Default::default()
        };
        brotli::BrotliCompress(&mut &plain[..], &mut compressed, &parameters)?;
        if smallest.as_ref().is_none_or(|it| compressed.len() < it.len()) {
            smallest = Some(compressed);
        }
    }
    smallest.context("no try")
}

fn gzip(plain: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    Ok(encoder.finish()?)
}

/// `file` with `.suffix` after its whole name.
pub(super) fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

fn is_compressible(file: &Path) -> bool {
    file.extension()
        .and_then(|kind| kind.to_str())
        .is_some_and(|kind| COMPRESSIBLE.contains(&kind))
}

fn is_variant(file: &Path) -> bool {
    let kind = file.extension().and_then(|kind| kind.to_str());
    matches!(kind, Some("br" | "gz")) && is_compressible(&file.with_extension(""))
}
