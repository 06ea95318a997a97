//! Headers that every answer carries, errors included.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use keyward_contract::{API_VERSION, API_VERSION_HEADER};

use super::error::Space;
use crate::config::Config;

/// The values, made once.
pub(super) struct SecurityHeaders {
    portal: Vec<(HeaderName, HeaderValue)>,
    api: Vec<(HeaderName, HeaderValue)>,
    /// For HTTPS.
    hsts: Option<HeaderValue>,
}

const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";
const PORTAL_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    connect-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; base-uri 'self'; \
    form-action 'self'; frame-ancestors ";
const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

impl SecurityHeaders {
    /// As configured; API answers can't be framed at all.
    pub(super) fn new(config: &Config) -> Self {
        Self {
            portal: portal_headers(&config.frame_ancestors),
            api: values(HeaderValue::from_static(API_POLICY), true),
            hsts: hsts(config.hsts_max_age),
        }
    }

    pub(super) fn apply(&self, headers: &mut HeaderMap, space: Space, https: bool) {
        let values = if space == Space::Portal {
            &self.portal
        } else {
            &self.api
        };
        headers.reserve(values.len() + 4);
        // A file that pages of other origins load says so itself.
        let is_open = headers.contains_key(CORP);
        for (name, value) in values.iter().filter(|(name, _)| !(is_open && *name == CORP)) {
            headers.insert(name, value.clone());
        }
        if space == Space::Api {
            headers.insert(API_VERSION_HEADER, HeaderValue::from(API_VERSION));
        }
        if let Some(hsts) = self.hsts.as_ref().filter(|_| https) {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, hsts.clone());
        }
        // Files of the portal set their own Cache-Control.
        headers.entry(header::CACHE_CONTROL).or_insert(NO_STORE);
    }
}

/// Headers of a file that pages of any origin load: as a script, as a module, and by `fetch`. It holds nothing but code. For
/// a day, those pages don't wait for it again: the previous version's file works with this version's portal.
pub const FOR_ANY_ORIGIN: [(HeaderName, &str); 3] = [
    (CORP, "cross-origin"),
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (
        header::CACHE_CONTROL,
        "public, max-age=300, stale-while-revalidate=86400",
    ),
];

/// The headers of the portal's files, wherever they are served. `frame_ancestors` are the origins that can frame the portal.
pub fn portal_headers(frame_ancestors: &[String]) -> Vec<(HeaderName, HeaderValue)> {
    let ancestors = match frame_ancestors {
        [] => "'none'".to_owned(),
        origins => origins.join(" "),
    };
    let policy = HeaderValue::from_str(&format!("{PORTAL_POLICY}{ancestors}"))
        .unwrap_or_else(|_| unreachable!("origins are checked by the configuration"));
    values(policy, frame_ancestors.is_empty())
}

/// `Strict-Transport-Security` (RFC 6797). Not for hosts below this one: they are not ours.
pub fn hsts(max_age: Duration) -> Option<HeaderValue> {
    let seconds = max_age.as_secs();
    (seconds > 0).then(|| {
        HeaderValue::from_str(&format!("max-age={seconds}"))
            .unwrap_or_else(|_| unreachable!("a number is a header value"))
    })
}

fn values(policy: HeaderValue, never_framed: bool) -> Vec<(HeaderName, HeaderValue)> {
    let mut values = vec![
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        ),
        (CORP, HeaderValue::from_static("same-origin")),
        (
            HeaderName::from_static("permissions-policy"),
            HeaderValue::from_static(
                "clipboard-write=(self), clipboard-read=(), camera=(), microphone=(), geolocation=(), payment=(), usb=()",
            ),
        ),
    ];
    if never_framed {
        // For browsers that don't know frame-ancestors.
        values.push((header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")));
    }
    values
}
