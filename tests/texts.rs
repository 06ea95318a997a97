//! What the user reads.
#![allow(clippy::unwrap_used, reason = "a test that fails where it stands is a good test")]

use keyward_contract::{FieldCode, FieldError, ProblemCode, TokenCheck, TokenCheckCode as Code};
use keyward_portal::present::{
    difference::difference,
    field, more_problems,
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
    let check = |code, passed, actual: &[&str]| TokenCheck {
        code,
        passed,
        actual: actual.iter().map(|it| (*it).to_owned()).collect(),
        expected: Vec::new(),
        failure: None,
    };
    let expired = check(Code::Expiry, false, &["2026-11-27T07:59:00Z"]);
    let scope = check(Code::Scope, false, &[]);
    let role = check(Code::ApiRole, false, &[]);
    let permission = check(Code::Permission, false, &[]);
    let signature = check(Code::Signature, true, &[]);
    let issuer = check(Code::Issuer, false, &[]);
    for (checks, sentences) in [
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
        let checks: Vec<TokenCheck> = checks.into_iter().cloned().collect();
        assert_eq!(why(&checks, now), sentences);
    }
    let newer = check(Code::Unknown, false, &[]);
    assert_eq!(why(&[newer], now).len(), 1);
}

#[test]
fn every_fault_of_a_field_has_a_sentence() {
    for code in FieldCode::ALL {
        let text = field::words(&FieldError::from(*code));
        assert!(text.ends_with('.'), "{}: {text}", code.as_str());
    }
}
