//! Why an access token is rejected, in a sentence.

use chrono::{DateTime, Utc};
use keyward_contract::TokenStep;

use super::count;

/// The checks that fail, such as `Expired 2 hours ago, and no scope for this organization`.
pub fn why(steps: &[TokenStep], now: DateTime<Utc>) -> String {
    let failed: Vec<&TokenStep> = steps.iter().filter(|step| !step.passed).collect();
    let fails = |name: &str| failed.iter().any(|step| short(step) == name);
    // What follows from another.
    let follows = |step: &&&TokenStep| match short(step) {
        "Signature" => fails("Key") || fails("Algorithm"),
        "API role" => fails("Scope"),
        "Permission" => fails("Scope") || fails("API role"),
        _ => false,
    };
    let mut reasons: Vec<String> = failed
        .iter()
        .filter(|step| !follows(step))
        .map(|step| reason(step, now))
        .collect();
    let last = reasons.pop().unwrap_or_default();
    let sentence = if reasons.is_empty() {
        last
    } else {
        [&reasons.join(", "), ", and ", &last].concat()
    };
    let mut letters = sentence.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    [&first.unwrap_or_default(), letters.as_str()].concat()
}

/// The name of a check without the claims that it is about.
fn short(step: &TokenStep) -> &str {
    step.name.split(" (").next().unwrap_or_default()
}

fn reason(step: &TokenStep, now: DateTime<Utc>) -> String {
    let instant = step.found.parse::<DateTime<Utc>>().ok();
    match short(step) {
        "Form" => "not a signed JWT",
        "Algorithm" => "its algorithm isn't accepted",
        "Kind of token" => "not an access token",
        "Key" => "no known key",
        "Signature" => "wrong signature",
        "Expiry" => return instant.map_or("no expiry".to_owned(), |on| ["expired ", &ago(on, now)].concat()),
        "Not before" => "not valid yet",
        "Scope" => "no scope for this organization",
        "API role" => "no such API role",
        "Audience" => "wrong audience",
        "Issuer" => "wrong issuer",
        "Client" => "wrong client",
        "Authorization server" if step.found == "disabled" => "the authorization server is disabled",
        "Authorization server" => "the server's keys aren't available",
        "Permission" => "the API role allows no requests",
        "Subscription" => "no active API subscription",
        "Service provider" => "the service provider has disabled access tokens",
        // Of a newer gateway.
        other => other,
    }
    .to_owned()
}

fn ago(instant: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let minutes = usize::try_from((now - instant).num_minutes()).unwrap_or_default();
    match minutes {
        0 => "just now".to_owned(),
        1..=59 => [&count::of(minutes, "minute"), " ago"].concat(),
        60..=2879 => [&count::of(minutes / 60, "hour"), " ago"].concat(),
        _ => [&count::of(minutes / 1440, "day"), " ago"].concat(),
    }
}
