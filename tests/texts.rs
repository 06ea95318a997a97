//! What the user reads.
#![allow(clippy::unwrap_used, reason = "a test that fails where it stands is a good test")]

use keyward_contract::{ProblemCode, TokenStep};
use keyward_portal::present::{
    difference::difference,
    more_problems,
    problem::{self, sentence},
    reason,
    token::why,
};
use serde_json::json;

#[test]
fn every_problem_has_a_sentence() {
    problem::know(more_problems::sentence);
    for code in ProblemCode::ALL {
        let text = sentence(*code);
        assert_ne!(text, sentence(ProblemCode::Unknown), "{}", code.as_str());
        assert!(text.ends_with('.'), "{}: {text}", code.as_str());
        assert!(
            !code.as_str().contains('-') || !text.contains(code.as_str()),
            "{}: codes are for programs: {text}",
            code.as_str()
        );
    }
}

#[test]
fn a_reason_is_in_words_or_the_word_of_the_log() {
    assert_eq!(reason::words("wrong-key"), "Wrong key");
    assert_eq!(
        reason::words("permission-denied"),
        sentence(ProblemCode::PermissionDenied).trim_end_matches('.')
    );
    assert_eq!(reason::words("SomethingNew"), "SomethingNew");
}

#[test]
fn a_reason_of_an_older_version_still_says_the_same() {
    for (old, words) in [
        ("UnknownUser", "Unknown user name"),
        ("NoKey", "No API key"),
        ("Stale", "Changed by someone else in the meantime"),
        ("Disabled", "Key disabled by the service provider"),
        ("NoSubscription", "No API subscription"),
    ] {
        assert_eq!(reason::words(old), words, "{old}");
    }
}

#[test]
fn a_difference_names_what_was_added_removed_and_changed() {
    let before =
        json!({ "role": "Auditor", "status": "active", "apiKeyManagement": { "revealSecret": false }, "old": null });
    let after = json!({ "role": "Key Manager", "status": "active", "apiKeyManagement": { "revealSecret": true }, "names": ["a", "b"] });
    let told: Vec<_> = difference(Some(&before), Some(&after))
        .into_iter()
        .map(|it| {
            (
                it.word(),
                it.field,
                it.before.unwrap_or_default(),
                it.after.unwrap_or_default(),
            )
        })
        .collect();
    let line =
        |word, field: &str, before: &str, after: &str| (word, field.to_owned(), before.to_owned(), after.to_owned());
    assert_eq!(
        told,
        [
            line("Changed", "Api key management › reveal secret", "no", "yes"),
            line("Removed", "Old", "none", ""),
            line("Changed", "Role", "Auditor", "Key Manager"),
            line("Unchanged", "Status", "active", "active"),
            line("Added", "Names", "", "a, b"),
        ]
    );
    assert_eq!(difference(None, None), []);
}

#[test]
fn a_rejected_token_says_why() {
    let now = "2026-11-27T10:00:00Z".parse().unwrap();
    let step = |name: &str, passed, found: &str| TokenStep {
        name: name.into(),
        passed,
        found: found.into(),
        wanted: String::new(),
    };
    let expired = step("Expiry (exp)", false, "2026-11-27T07:59:00Z");
    let scope = step("Scope (scope, scp or roles)", false, "nothing");
    let role = step("API role", false, "nothing");
    let permission = step("Permission", false, "nothing");
    let signature = step("Signature", true, "valid");
    let issuer = step("Issuer (iss)", false, "nothing");
    for (steps, sentences) in [
        (vec![&signature, &expired], vec!["Expired 2 hours ago."]),
        (
            vec![&signature, &expired, &scope, &role],
            vec!["Expired 2 hours ago.", "No scope for this organization."],
        ),
        (
            vec![&scope, &role, &expired, &issuer],
            vec![
                "No scope for this organization.",
                "Expired 2 hours ago.",
                "Wrong issuer.",
            ],
        ),
        (vec![&role, &permission], vec!["Unknown API role."]),
        (vec![&permission], vec!["The API role doesn't allow any requests."]),
    ] {
        let steps: Vec<TokenStep> = steps.into_iter().cloned().collect();
        assert_eq!(why(&steps, now), sentences);
    }
    assert_eq!(why(&[step("Shape", false, "")], now), ["Shape."]);
}
