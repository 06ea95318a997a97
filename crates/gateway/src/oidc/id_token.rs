//! ID tokens (OpenID Connect Core 1.0, section 3.1.3.7) and logout tokens (OpenID Connect Back-Channel Logout 1.0, section
//! 2.6). Signatures are verified as those of access tokens.

use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::AuditReason;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq as _;

use crate::{
    jwt::{
        key_set::KeySet,
        token::{LEEWAY, Token},
    },
    secrets::hash_token,
    store::people::sso::Provider,
};

/// The longest subject (OpenID Connect Core 1.0, section 2), in bytes.
const SUBJECT_MAX: usize = 255;
/// How old a logout token may be.
const LOGOUT_AGE: TimeDelta = TimeDelta::minutes(5);
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// A verified ID token.
#[derive(Debug)]
pub struct IdToken {
    /// The permanent identifier of the person (`sub`).
    pub subject: String,
    /// The provider's own session (`sid`).
    pub session: Option<String>,
    /// When the person signed in there (`auth_time`).
    pub authenticated_on: Option<DateTime<Utc>>,
    /// All claims.
    pub claims: Map<String, Value>,
}

/// Reads an ID token.
///
/// # Errors
/// What is wrong with it, as the audit log has it.
pub fn id_token(
    text: &str,
    (provider, keys): (&Provider, &KeySet),
    nonce: &str,
    now: DateTime<Utc>,
) -> Result<IdToken, AuditReason> {
    let token = addressed(text, provider)?;
    check_signature(&token, keys)?;
    // With several audiences, `azp` names the intended one.
    let others = token.claims.get("aud").and_then(Value::as_array);
    let is_for_several = others.is_some_and(|audiences| audiences.len() > 1);
    match token.text("azp") {
        Some(party) if party == provider.client_id => {}
        None if !is_for_several => {}
        _ => return Err(AuditReason::TokenAudienceWrong),
    }
    if !token.lives(now) {
        return Err(AuditReason::TokenExpired);
    }
    if token.instant("iat").is_none_or(|issued| issued > now + LEEWAY) {
        return Err(AuditReason::TokenNotYetValid);
    }
    let is_own: bool = token
        .text("nonce")
        .unwrap_or_default()
        .as_bytes()
        .ct_eq(nonce.as_bytes())
        .into();
    if !is_own {
        return Err(AuditReason::SsoNonceWrong);
    }
    let subject = token
        .text("sub")
        .filter(|text| !text.is_empty() && text.len() <= SUBJECT_MAX);
    Ok(IdToken {
        subject: subject.ok_or(AuditReason::SsoSubjectMissing)?.to_owned(),
        session: token.text("sid").map(str::to_owned),
        authenticated_on: token.instant("auth_time"),
        claims: token.claims,
    })
}

/// Whether one of the provider's keys has signed a token.
///
/// # Errors
/// What is wrong, as the audit log has it.
pub fn check_signature(token: &Token<'_>, keys: &KeySet) -> Result<(), AuditReason> {
    match token.is_signed_by(keys) {
        true => Ok(()),
        false if token.is_ambiguous(keys) => Err(AuditReason::TokenKeyNotNamed),
        false => Err(AuditReason::TokenSignatureWrong),
    }
}

/// What a logout token names: a subject, a session, or both.
#[derive(Debug)]
pub struct LogoutToken {
    /// What identifies it: its claim `jti`, or all claims if the provider sends none.
    pub id: [u8; 32],
    /// When it is too old to count.
    pub expires_on: DateTime<Utc>,
    pub subject: Option<String>,
    pub session: Option<String>,
}

/// The issuer that an unverified token names.
pub fn issuer(text: &str) -> Option<String> {
    Token::read(text)?.text("iss").map(str::to_owned)
}

/// Parses a logout token without verifying its signature, so that keys are only fetched for well-formed ones.
///
/// # Errors
/// What is wrong with it, as the audit log has it.
pub fn logout_token<'a>(
    text: &'a str,
    provider: &Provider,
    now: DateTime<Utc>,
) -> Result<(Token<'a>, LogoutToken), AuditReason> {
    let token = addressed(text, provider)?;
    let is_fresh = |issued: &DateTime<Utc>| *issued <= now + LEEWAY && now - LOGOUT_AGE <= *issued;
    let issued = token.instant("iat").filter(is_fresh).ok_or(AuditReason::TokenExpired)?;
    if token.claims.contains_key("exp") && !token.lives(now) {
        return Err(AuditReason::TokenExpired);
    }
    let event = token.claims.get("events").and_then(|events| events.get(LOGOUT_EVENT));
    // With a nonce, it could be an ID token used as a logout token.
    if !event.is_some_and(Value::is_object) || token.claims.contains_key("nonce") {
        return Err(AuditReason::SsoNoLogoutToken);
    }
    let text = |claim| token.text(claim).map(str::to_owned);
    let (subject, session) = (text("sub"), text("sid"));
    if subject.is_none() && session.is_none() {
        return Err(AuditReason::SsoSubjectMissing);
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

/// An unverified token that claims to be of this provider and for this client.
fn addressed<'a>(text: &'a str, provider: &Provider) -> Result<Token<'a>, AuditReason> {
    let token = Token::read(text).ok_or(AuditReason::TokenUnreadable)?;
    if token.text("iss") != Some(&provider.issuer) {
        return Err(AuditReason::TokenIssuerWrong);
    }
    if !token.names("aud", &provider.client_id) {
        return Err(AuditReason::TokenAudienceWrong);
    }
    Ok(token)
}
