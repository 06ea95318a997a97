//! A file of the portal, ready to be sent.

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, header},
};
use sha2::{Digest as _, Sha256};

use super::{
    encoding::Accepted,
    page::{Place, placed},
};

/// A file in all its codings.
pub(super) struct Asset {
    pub(super) content_type: HeaderValue,
    pub(super) cache_control: HeaderValue,
    pub(super) identity: Variant,
    pub(super) brotli: Option<Variant>,
    pub(super) gzip: Option<Variant>,
}

/// The bytes of one coding. Each has a tag of its own (RFC 9110, section 8.8.3).
pub(super) struct Variant {
    pub(super) body: Bytes,
    pub(super) etag: HeaderValue,
}

impl Variant {
    /// Of bytes that were just read or made.
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        let sha256 = Sha256::digest(&bytes);
        Self::new(bytes.into(), &sha256)
    }

    pub(super) fn new(body: Bytes, sha256: &[u8]) -> Self {
        // 128 bits: enough that two files never share a tag.
        let etag = format!("\"{}\"", crate::random::hex(&sha256[..16]));
        let etag = HeaderValue::from_str(&etag).unwrap_or_else(|_| unreachable!("hex digits are a header value"));
        Self { body, etag }
    }
}

impl Asset {
    /// A file, with its coded variants where it has them.
    pub(super) fn new(name: &str, identity: Variant, brotli: Option<Variant>, gzip: Option<Variant>) -> Self {
        Self {
            content_type: HeaderValue::from_static(media_type(name)),
            cache_control: HeaderValue::from_static(cache_control(name)),
            identity,
            brotli,
            gzip,
        }
    }

    /// A page of the portal, for the place where it is served.
    pub(super) fn page(name: &str, page: Variant, place: &Place) -> Self {
        let variant = match placed(&String::from_utf8_lossy(&page.body), place) {
            Some(text) => Variant::of(text.into_owned().into_bytes()),
            None => {
                let base_path = &place.base_path;
                tracing::error!("{name} has no base address; the portal won't find its files below {base_path}");
                page
            }
        };
        Self::new(name, variant, None, None)
    }

    pub(super) fn is_negotiated(&self) -> bool {
        self.brotli.is_some() || self.gzip.is_some()
    }

    /// The preferred variant; the smallest among equals.
    pub(super) fn choose(&self, accepted: Accepted) -> (&Variant, Option<&'static str>) {
        let brotli = self
            .brotli
            .as_ref()
            .map(|variant| (accepted.brotli, variant, Some("br")));
        let gzip = self.gzip.as_ref().map(|variant| (accepted.gzip, variant, Some("gzip")));
        let mut best = (accepted.identity, &self.identity, None);
        for candidate in [gzip, brotli].into_iter().flatten() {
            if candidate.0 > 0 && candidate.0 >= best.0 {
                best = candidate;
            }
        }
        (best.1, best.2)
    }
}

/// Whether the client has exactly this variant (RFC 9110, section 13.1.2).
pub(super) fn has_etag(request: &HeaderMap, etag: &HeaderValue) -> bool {
    let lines = request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let mut tags = lines.flat_map(|line| line.split(',')).map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).as_bytes() == etag.as_bytes())
}

/// How long browsers keep a file.
pub(super) fn cache_control(name: &str) -> &'static str {
    if is_immutable(name) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// Compressed variants are not files of their own.
pub(super) fn is_variant(name: &str) -> bool {
    name.ends_with(".br") || name.ends_with(".gz")
}

/// Whether the name has the hash of the content in it, as the bundler writes it: `-` and 16 hex digits before the
/// ending, which is `_bg.wasm` for WebAssembly.
pub(super) fn is_immutable(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    let Some((stem, _)) = name.split_once('.') else {
        return false;
    };
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let hash = stem.rsplit_once('-').map_or("", |(_, hash)| hash);
    hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}

pub(super) fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" | "ts" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
