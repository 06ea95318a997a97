//! Why an access token is rejected.

use chrono::{DateTime, Utc};
use keyward_contract::TokenStep;

use crate::text::token_check as text;

/// The checks that fail, in a sentence each, such as `Expired 2 hours ago.`
pub fn why(steps: &[TokenStep], now: DateTime<Utc>) -> Vec<String> {
    let failed: Vec<&TokenStep> = steps.iter().filter(|step| !step.passed).collect();
    let fails = |name: &str| failed.iter().any(|step| short(step) == name);
    // What follows from another.
    let follows = |step: &&&TokenStep| match short(step) {
        "Signature" => fails("Key") || fails("Algorithm"),
        "API role" => fails("Scope"),
        "Permission" => fails("Scope") || fails("API role"),
        _ => false,
    };
    let reasons = failed.iter().filter(|step| !follows(step));
    reasons.map(|step| reason(step, now)).collect()
}

/// The gateway's name of a check without the claims that it is about.
fn short(step: &TokenStep) -> &str {
    step.name.split(" (").next().unwrap_or_default()
}

fn reason(step: &TokenStep, now: DateTime<Utc>) -> String {
    let sentence = match short(step) {
        "Form" => text::form(),
        "Algorithm" => text::algorithm(),
        "Kind of token" => text::kind(),
        "Key" => text::key(),
        "Signature" => text::signature(),
        "Expiry" => return expired(step.found.parse().ok(), now),
        "Not before" => text::not_before(),
        "Scope" => text::scope(),
        "API role" => text::api_role(),
        "Audience" => text::audience(),
        "Issuer" => text::issuer(),
        "Client" => text::client(),
        "Authorization server" if step.found == "disabled" => text::server_disabled(),
        "Authorization server" => text::keys_unavailable(),
        "Permission" => text::permission(),
        "Subscription" => text::subscription(),
        "Service provider" => text::service_provider(),
        // Of a newer gateway.
        other => return text::other(other),
    };
    sentence.to_owned()
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
