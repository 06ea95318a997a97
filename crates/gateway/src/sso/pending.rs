//! Pending sign-ins: what the browser carries to the provider and back. Each has its own cookie, named after its state, so
//! that several tabs can sign in concurrently.

use axum::http::{HeaderMap, HeaderValue};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use keyward_contract::{Admin, SsoProviderId};
use serde::{Deserialize, Serialize};

use crate::{
    clock,
    http::{ClientInfo, cookies},
    random,
    secrets::hash_token,
    state::AppState,
};

/// Time limit of a sign-in at the provider.
const PENDING: TimeDelta = TimeDelta::minutes(10);
const CONTEXT: &str = "sso-sign-in";
/// As for the session's cookie; but the way back is a cross-site request.
const ATTRIBUTES: &str = "; Path=/; HttpOnly; SameSite=Lax";
/// The longest return address within the portal, in bytes.
const NEXT_MAX: usize = 1000;
/// How many other sign-ins a browser keeps when it begins one, the newest first, and how many bytes their cookies take: proxies
/// bound the line that has them all (nginx: 8 KiB).
const KEPT: usize = 4;
const KEPT_BYTES: usize = 4096;

/// A sign-in that was begun and has not come back yet. Its cookie binds the answer to the browser that began.
#[derive(Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) provider: SsoProviderId,
    pub(super) nonce: String,
    pub(super) verifier: String,
    /// The return address.
    pub(super) next: String,
    /// When it began, in epoch milliseconds.
    pub(super) began_on: i64,
    /// The previous portal session, by its hash.
    pub(super) session: Option<[u8; 32]>,
    /// The admin who re-authenticates.
    pub(super) fresh: Option<Admin>,
}

/// What a cookie holds, sealed for its own name.
#[derive(Serialize, Deserialize)]
enum Carried {
    Pending(Pending),
    /// The answer has arrived. A repetition, by a reload or by *Back*, isn't an error.
    Finished {
        next: String,
        began_on: i64,
    },
}

impl Carried {
    fn began_on(&self) -> i64 {
        match self {
            Self::Pending(Pending { began_on, .. }) | Self::Finished { began_on, .. } => *began_on,
        }
    }
}

/// The pending sign-in that an answer names by its state.
pub(super) enum Found {
    Pending(Pending),
    /// It is over, and led there.
    Finished {
        next: String,
    },
    /// None, but this browser has other pending ones.
    Other,
    Nothing,
}

/// The cookie that starts a sign-in.
pub(super) fn begin(app: &AppState, client: &ClientInfo, state: &str, pending: Pending) -> HeaderValue {
    set(app, client, state, Some(&Carried::Pending(pending)))
}

/// The cookie after a successful sign-in.
pub(super) fn finish(app: &AppState, client: &ClientInfo, state: &str, pending: &Pending) -> HeaderValue {
    let finished = Carried::Finished {
        next: pending.next.clone(),
        began_on: pending.began_on,
    };
    set(app, client, state, Some(&finished))
}

/// The cookie after a failed sign-in.
pub(super) fn clear(app: &AppState, client: &ClientInfo, state: &str) -> HeaderValue {
    set(app, client, state, None)
}

pub(super) fn find(app: &AppState, headers: &HeaderMap, client: &ClientInfo, state: &str) -> Found {
    let prefix = prefix(app, client);
    let key = key(state);
    let name = format!("{prefix}{key}");
    let carried = cookies::values(headers, &name).find_map(|value| open(app, &key, value));
    match carried {
        Some(Carried::Pending(pending)) => return Found::Pending(pending),
        Some(Carried::Finished { next, .. }) => return Found::Finished { next },
        None => {}
    }
    match cookies::alike(headers, &prefix).any(|(key, value)| open(app, key, value).is_some()) {
        true => Found::Other,
        false => Found::Nothing,
    }
}

/// Clears old cookies when a browser starts a new sign-in.
pub(super) fn make_room(app: &AppState, headers: &HeaderMap, client: &ClientInfo) -> Vec<HeaderValue> {
    let prefix = prefix(app, client);
    let ours = cookies::alike(headers, &prefix).filter(|(key, _)| is_key(key));
    let mut found: Vec<_> = ours
        .map(|(key, value)| {
            let began_on = open(app, key, value).map_or(i64::MIN, |carried| carried.began_on());
            (began_on, key, prefix.len() + key.len() + value.len())
        })
        .collect();
    found.sort_by_key(|&(began_on, ..)| std::cmp::Reverse(began_on));
    let mut bytes = 0;
    let mut cleared = Vec::new();
    for (place, (began_on, key, length)) in found.into_iter().enumerate() {
        bytes += length;
        if began_on == i64::MIN || place >= KEPT || bytes > KEPT_BYTES {
            cleared.push(set_value(&format!("{prefix}{key}"), client, None));
        }
    }
    cleared
}

/// The prefix of these cookies' names: as for sessions, each installation and base path on a host has its own.
fn prefix(app: &AppState, client: &ClientInfo) -> String {
    let name = if client.https {
        "__Host-keyward-sso"
    } else {
        "keyward-sso"
    };
    format!("{name}-{}-", app.secrets.cookie_part(app.config.public_url.path()))
}

/// The part of the name that distinguishes sign-ins.
fn key(state: &str) -> String {
    random::hex(&hash_token(state)[..16])
}

fn is_key(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Sealed for the state, so that a cookie can't be used for a different sign-in.
fn context(key: &str) -> String {
    format!("{CONTEXT}/{key}")
}

fn open(app: &AppState, key: &str, value: &str) -> Option<Carried> {
    let sealed = URL_SAFE_NO_PAD.decode(value).ok()?;
    let carried: Carried = serde_json::from_slice(&app.secrets.open(&context(key), &sealed).ok()?).ok()?;
    let (began_on, now) = (clock::from_millis(carried.began_on()), app.clock.now());
    (now < began_on + PENDING).then_some(carried)
}

fn set(app: &AppState, client: &ClientInfo, state: &str, carried: Option<&Carried>) -> HeaderValue {
    let key = key(state);
    let text = carried.and_then(|carried| serde_json::to_vec(carried).ok());
    let value = text.map(|text| URL_SAFE_NO_PAD.encode(app.secrets.seal(&context(&key), &text)));
    set_value(&format!("{}{key}", prefix(app, client)), client, value.as_deref())
}

fn set_value(name: &str, client: &ClientInfo, value: Option<&str>) -> HeaderValue {
    let seconds = value.map_or(0, |_| PENDING.num_seconds());
    let secure = if client.https { "; Secure" } else { "" };
    let attributes = format!("{ATTRIBUTES}; Max-Age={seconds}{secure}");
    cookies::set(name, value.unwrap_or_default(), &attributes)
}

/// A page of the portal, relative to its base. Anything else becomes the start page (no open redirect).
pub(super) fn within_portal(next: &str) -> String {
    let next = next.strip_prefix("./").unwrap_or(next);
    let is_plain = next.len() <= NEXT_MAX && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_plain && !next.starts_with('/') {
        next.to_owned()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::within_portal;

    #[test]
    fn a_sign_in_only_redirects_into_the_portal() {
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
