//! What the checks of an access token say.

use chrono::{DateTime, Utc};
use keyward_contract::{TokenCheck, TokenCheckCode as Code};

use super::jwks;
use crate::text::token_check as text;

/// The checks that fail, in a sentence each, such as `Expired 2 hours ago.`
pub fn why(checks: &[TokenCheck], now: DateTime<Utc>) -> Vec<String> {
    let failed: Vec<&TokenCheck> = checks.iter().filter(|check| !check.passed).collect();
    let fails = |codes: &[Code]| failed.iter().any(|check| codes.contains(&check.code));
    // What follows from another.
    let follows = |check: &&&TokenCheck| match check.code {
        Code::Signature => fails(&[Code::Key, Code::KeyNamed, Code::Algorithm, Code::Extensions]),
        Code::ApiRole => fails(&[Code::Scope]),
        Code::Permission => fails(&[Code::Scope, Code::ApiRole]),
        _ => false,
    };
    let reasons = failed.iter().filter(|check| !follows(check));
    reasons.map(|check| reason(check, now)).collect()
}

fn reason(check: &TokenCheck, now: DateTime<Utc>) -> String {
    let sentence = match check.code {
        Code::Form => text::form(),
        Code::AuthorizationServer => text::server_disabled(),
        Code::KeysAvailable => text::keys_unavailable(),
        Code::Algorithm => text::algorithm(),
        Code::Extensions => text::extensions(),
        Code::Kind => text::kind(),
        Code::Key => text::key(),
        Code::KeyNamed => text::key_not_named(),
        Code::Signature => text::signature(),
        Code::Expiry => return expired(instant(&check.actual), now),
        Code::NotBefore => text::not_before(),
        Code::Scope => text::scope(),
        Code::ApiRole => text::api_role(),
        Code::Audience => text::audience(),
        Code::Issuer => text::issuer(),
        Code::Client => text::client(),
        Code::Permission => text::permission(),
        Code::Subscription => text::subscription(),
        Code::ServiceProvider => text::service_provider(),
        Code::Unknown => text::other(),
    };
    sentence.to_owned()
}

/// What is checked.
pub(crate) fn name(code: Code) -> &'static str {
    match code {
        Code::Form => text::name_form(),
        Code::AuthorizationServer | Code::KeysAvailable => text::name_authorization_server(),
        Code::Algorithm => text::name_algorithm(),
        Code::Extensions => text::name_extensions(),
        Code::Kind => text::name_kind(),
        Code::Key | Code::KeyNamed => text::name_key(),
        Code::Signature => text::name_signature(),
        Code::Expiry => text::name_expiry(),
        Code::NotBefore => text::name_not_before(),
        Code::Scope => text::name_scope(),
        Code::ApiRole => text::name_api_role(),
        Code::Audience => text::name_audience(),
        Code::Issuer => text::name_issuer(),
        Code::Client => text::name_client(),
        Code::Permission => text::name_permission(),
        Code::Subscription => text::name_subscription(),
        Code::ServiceProvider => text::name_service_provider(),
        Code::Unknown => text::name_other(),
    }
}

/// What the token has, where that is said in words and not by its values.
pub(crate) fn actual(check: &TokenCheck) -> Option<String> {
    let words = match (check.code, check.passed) {
        (Code::Form, false) => text::form_actual(),
        (Code::Form | Code::Signature, true) => text::valid(),
        (Code::Signature, false) => text::not_valid(),
        (Code::KeysAvailable, true) => text::available(),
        (Code::KeysAvailable, false) => {
            let failure = check.failure.as_ref().map(jwks::failure);
            return Some(failure.unwrap_or_else(|| text::not_available().to_owned()));
        }
        _ => match check.actual.first().map(String::as_str) {
            None => text::nothing(),
            Some(word) => state(check.code, word)?,
        },
    };
    Some(words.to_owned())
}

/// What it has to have, likewise.
pub(crate) fn expected(check: &TokenCheck) -> Option<&'static str> {
    Some(match check.code {
        Code::Form => text::form_expected(),
        Code::AuthorizationServer | Code::ServiceProvider => text::enabled(),
        Code::KeysAvailable => text::available(),
        Code::Signature => text::valid(),
        Code::Extensions => text::nothing(),
        Code::Permission => text::permission_expected(),
        Code::Subscription => text::active(),
        Code::ApiRole | Code::Key | Code::KeyNamed if check.expected.is_empty() => text::nothing(),
        Code::Audience | Code::Issuer | Code::Client if check.expected.is_empty() => text::any(),
        _ => return None,
    })
}

/// A state of a server, an API role or a subscription.
fn state(code: Code, word: &str) -> Option<&'static str> {
    let has_states = matches!(
        code,
        Code::AuthorizationServer | Code::ServiceProvider | Code::Permission | Code::Subscription
    );
    Some(match word {
        _ if !has_states => return None,
        "enabled" => text::enabled(),
        "disabled" => text::disabled(),
        "full" => text::full(),
        "view" => text::view(),
        "active" => text::active(),
        "expired" => text::expired(),
        _ if code == Code::Permission => text::no_requests(),
        _ => text::nothing(),
    })
}

/// A value that is an instant.
pub(crate) fn instant(values: &[String]) -> Option<DateTime<Utc>> {
    values.first()?.parse().ok()
}

fn expired(on: Option<DateTime<Utc>>, now: DateTime<Utc>) -> String {
    let Some(on) = on else {
        return text::expiry_missing().to_owned();
    };
    let minutes = usize::try_from((now - on).num_minutes()).unwrap_or_default();
    match minutes {
        0 => text::expired_just_now().to_owned(),
        1..=59 => text::expired_minutes(minutes),
        60..=2879 => text::expired_hours(minutes / 60),
        _ => text::expired_days(minutes / 1440),
    }
}
