//! A sign-in under way: what the browser carries to the provider and back.

use axum::http::{HeaderMap, HeaderValue};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use keyward_contract::{Admin, SsoProviderId};
use serde::{Deserialize, Serialize};

use crate::{
    clock,
    http::{ClientInfo, cookies},
    state::AppState,
};

/// How long somebody may take at the provider.
const PENDING: TimeDelta = TimeDelta::minutes(10);
const CONTEXT: &str = "sso-sign-in";
/// As of the session's cookie; but the way back is a request that begins at another site.
const ATTRIBUTES: &str = "; Path=/; HttpOnly; SameSite=Lax";
/// The longest address within the portal that a sign-in leads to, in bytes.
const NEXT_MAX: usize = 1000;

/// What a browser carries, sealed. It binds the answer to the browser that began.
#[derive(Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) provider: SsoProviderId,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
    /// Where it leads to.
    pub(super) next: String,
    /// When it began, in epoch milliseconds.
    pub(super) began_on: i64,
    /// The portal session that there was, by its hash.
    pub(super) session: Option<[u8; 32]>,
    /// Who must sign in afresh.
    pub(super) fresh: Option<Admin>,
}

/// A page of the portal, relative to its base. Whatever else somebody writes there leads to the start page.
pub(super) fn within_portal(next: &str) -> String {
    let next = next.strip_prefix("./").unwrap_or(next);
    let is_plain = next.len() <= NEXT_MAX && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_plain && !next.starts_with('/') {
        next.to_owned()
    } else {
        String::new()
    }
}

fn name(client: &ClientInfo) -> &'static str {
    if client.https {
        "__Host-keyward-sso"
    } else {
        "keyward-sso"
    }
}

pub(super) fn cookie(app: &AppState, client: &ClientInfo, pending: Option<&Pending>) -> HeaderValue {
    let value = pending.and_then(|pending| serde_json::to_vec(pending).ok());
    let value = value.map(|text| URL_SAFE_NO_PAD.encode(app.secrets.seal(CONTEXT, &text)));
    let seconds = value.as_ref().map_or(0, |_| PENDING.num_seconds());
    let secure = if client.https { "; Secure" } else { "" };
    let attributes = format!("{ATTRIBUTES}; Max-Age={seconds}{secure}");
    cookies::set(name(client), &value.unwrap_or_default(), &attributes)
}

pub(super) fn find(app: &AppState, headers: &HeaderMap, client: &ClientInfo) -> Option<Pending> {
    let sealed = URL_SAFE_NO_PAD.decode(cookies::find(headers, name(client))?).ok()?;
    let pending: Pending = serde_json::from_slice(&app.secrets.open(CONTEXT, &sealed).ok()?).ok()?;
    let began_on = clock::from_millis(pending.began_on);
    (app.clock.now() < began_on + PENDING).then_some(pending)
}

#[cfg(test)]
mod tests {
    use super::within_portal;

    #[test]
    fn a_sign_in_leads_nowhere_but_into_the_portal() {
        for (next, leads_to) in [
            ("o/7/api-key", "o/7/api-key"),
            ("./", ""),
            (
                "o/7/audit-log?from=2026-01-01T00:00:00Z",
                "o/7/audit-log?from=2026-01-01T00:00:00Z",
            ),
            ("//evil.example", ""),
            (".//evil.example", ""),
            ("/\\evil.example", ""),
            ("\\\\evil.example", ""),
            ("o/\r\nset-cookie: x", ""),
            ("https://evil.example", "https://evil.example"),
        ] {
            assert_eq!(within_portal(next), leads_to, "{next:?}");
        }
    }
}
