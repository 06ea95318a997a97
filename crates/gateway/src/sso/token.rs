//! ID tokens (OpenID Connect Core 1.0, section 3.1.3.7) and logout tokens (OpenID Connect Back-Channel Logout 1.0, section
//! 2.6). The signature is judged as that of access tokens is.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};
use subtle::ConstantTimeEq as _;

use crate::{
    oauth::{
        keys::KeySet,
        token::{KEY_NOT_NAMED, LEEWAY, Token},
    },
    secrets::hash_token,
    store::sso::Provider,
};

/// The longest subject (OpenID Connect Core 1.0, section 2), in bytes.
const SUBJECT_MAX: usize = 255;
/// How old a logout token may be.
const LOGOUT_AGE: TimeDelta = TimeDelta::minutes(5);
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// An ID token that is believed.
#[derive(Debug)]
pub(super) struct IdToken {
    /// Who it is, for ever (`sub`).
    pub(super) subject: String,
    /// The provider's own session (`sid`).
    pub(super) session: Option<String>,
    /// When the person signed in there (`auth_time`).
    pub(super) authenticated_on: Option<DateTime<Utc>>,
    /// All claims.
    pub(super) claims: Map<String, Value>,
}

/// Reads an ID token.
///
/// # Errors
/// What is wrong with it, as the audit log has it.
pub(super) fn id_token(
    text: &str,
    (provider, keys): (&Provider, &KeySet),
    nonce: &str,
    now: DateTime<Utc>,
) -> Result<IdToken, &'static str> {
    let token = addressed(text, provider)?;
    check_signature(&token, keys)?;
    // Of several audiences one is meant, and says so (azp).
    let others = token.claims.get("aud").and_then(Value::as_array);
    let is_for_several = others.is_some_and(|audiences| audiences.len() > 1);
    match token.text("azp") {
        Some(party) if party == provider.client_id => {}
        None if !is_for_several => {}
        _ => return Err("token-audience-wrong"),
    }
    if !token.lives(now) {
        return Err("token-expired");
    }
    if token.instant("iat").is_none_or(|issued| issued > now + LEEWAY) {
        return Err("token-not-yet-valid");
    }
    let is_own: bool = token
        .text("nonce")
        .unwrap_or_default()
        .as_bytes()
        .ct_eq(nonce.as_bytes())
        .into();
    if !is_own {
        return Err("sso-nonce-wrong");
    }
    let subject = token
        .text("sub")
        .filter(|text| !text.is_empty() && text.len() <= SUBJECT_MAX);
    Ok(IdToken {
        subject: subject.ok_or("sso-subject-missing")?.to_owned(),
        session: token.text("sid").map(str::to_owned),
        authenticated_on: token.instant("auth_time"),
        claims: token.claims,
    })
}

/// Whether one of the provider's keys has signed a token.
///
/// # Errors
/// What is wrong, as the audit log has it.
pub(super) fn check_signature(token: &Token<'_>, keys: &KeySet) -> Result<(), &'static str> {
    match token.is_signed_by(keys) {
        true => Ok(()),
        false if token.is_ambiguous(keys) => Err(KEY_NOT_NAMED),
        false => Err("token-signature-wrong"),
    }
}

/// Who has signed out: a subject, a session of theirs, or both.
#[derive(Debug)]
pub(super) struct LogoutToken {
    /// What tells it from every other one: its claim `jti`, or all of them where a provider has none.
    pub(super) id: [u8; 32],
    /// When it is too old to count.
    pub(super) expires_on: DateTime<Utc>,
    pub(super) subject: Option<String>,
    pub(super) session: Option<String>,
}

/// The issuer that a token names, before anything is believed.
pub(super) fn issuer(text: &str) -> Option<String> {
    Token::read(text)?.text("iss").map(str::to_owned)
}

/// Reads a logout token, whose signature is still to be verified: nobody is asked for keys on account of what is none.
///
/// # Errors
/// What is wrong with it, as the audit log has it.
pub(super) fn logout_token<'a>(
    text: &'a str,
    provider: &Provider,
    now: DateTime<Utc>,
) -> Result<(Token<'a>, LogoutToken), &'static str> {
    let token = addressed(text, provider)?;
    let is_fresh = |issued: &DateTime<Utc>| *issued <= now + LEEWAY && now - LOGOUT_AGE <= *issued;
    let issued = token.instant("iat").filter(is_fresh).ok_or("token-expired")?;
    if token.claims.contains_key("exp") && !token.lives(now) {
        return Err("token-expired");
    }
    let event = token.claims.get("events").and_then(|events| events.get(LOGOUT_EVENT));
    // With a nonce it could be an ID token that somebody passes for this.
    if !event.is_some_and(Value::is_object) || token.claims.contains_key("nonce") {
        return Err("sso-no-logout-token");
    }
    let text = |claim| token.text(claim).map(str::to_owned);
    let (subject, session) = (text("sub"), text("sid"));
    if subject.is_none() && session.is_none() {
        return Err("sso-subject-missing");
    }
    let id = match token.text("jti") {
        Some(id) => hash_token(id),
        None => hash_token(&Value::Object(token.claims.clone()).to_string()),
    };
    let expires_on = issued + LOGOUT_AGE + LEEWAY;
    let who = LogoutToken {
        id,
        expires_on,
        subject,
        session,
    };
    Ok((token, who))
}

/// A token of this provider for this client, as far as it says so itself.
fn addressed<'a>(text: &'a str, provider: &Provider) -> Result<Token<'a>, &'static str> {
    let token = Token::read(text).ok_or("token-unreadable")?;
    if token.text("iss") != Some(&provider.issuer) {
        return Err("token-issuer-wrong");
    }
    if !token.names("aud", &provider.client_id) {
        return Err("token-audience-wrong");
    }
    Ok(token)
}
