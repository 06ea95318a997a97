//! Whether a person opens a page, or a browser only prefetches it.

use axum::{
    extract::FromRequestParts,
    http::{Method, StatusCode, header, request::Parts},
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
