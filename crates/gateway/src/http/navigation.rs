//! Whether a browser opens a page, and whether a person does or the browser only prefetches it.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};

/// A navigation to this page, which has side effects. As an extractor, it answers 204 to prefetches, and to `HEAD` of link
/// checkers.
pub struct Navigation;

impl<S: Sync> FromRequestParts<S> for Navigation {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        if parts.method == Method::HEAD || looks_ahead(parts) {
            // So that the browser asks again for the real navigation.
            return Err((StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-store")]).into_response());
        }
        Ok(Self)
    }
}

/// Whether a browser opens a page: by the Fetch standard's header, or, as old browsers and plain HTTP have it, by wanting HTML.
/// Java's `HttpURLConnection` names HTML, GIF and JPEG in every request that doesn't say what it wants. No browser does.
pub fn is_navigation(headers: &HeaderMap) -> bool {
    let mode = headers.get("sec-fetch-mode").map(|mode| mode.as_bytes());
    let accepts = |media: &[u8]| {
        headers.get_all(header::ACCEPT).iter().any(|line| {
            let ranges = line.as_bytes().split(|byte| matches!(byte, b',' | b';'));
            ranges
                .map(<[u8]>::trim_ascii)
                .any(|range| range.eq_ignore_ascii_case(media))
        })
    };
    mode == Some(b"navigate") || (accepts(b"text/html") && !accepts(b"image/gif"))
}

/// `Sec-Purpose` is from the Fetch standard; the others are from older browsers.
fn looks_ahead(parts: &Parts) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"].iter().any(|name| {
        let values = parts.headers.get_all(*name).iter();
        let words = values.flat_map(|value| value.as_bytes().split(|byte| matches!(byte, b';' | b',')));
        words.map(<[u8]>::trim_ascii).any(|word| {
            [&b"prefetch"[..], b"prerender", b"preview"]
                .iter()
                .any(|ahead| word.eq_ignore_ascii_case(ahead))
        })
    })
}
