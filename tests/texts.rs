//! What the user reads.

use keyward_contract::ProblemCode;
use keyward_portal::present::{difference::difference, problem::sentence, reason};
use serde_json::json;

#[test]
fn every_problem_has_a_sentence() {
    for code in ProblemCode::ALL {
        let text = sentence(*code);
        assert!(text.ends_with('.'), "{}: {text}", code.as_str());
        assert!(
            !text.contains(code.as_str()),
            "{}: codes are for programs: {text}",
            code.as_str()
        );
    }
}

#[test]
fn a_reason_is_a_sentence_or_the_word_of_the_log() {
    assert_eq!(reason::sentence("wrong-key"), "The key was wrong.");
    assert_eq!(
        reason::sentence("permission-denied"),
        sentence(ProblemCode::PermissionDenied)
    );
    assert_eq!(reason::sentence("SomethingNew"), "SomethingNew");
}

#[test]
fn a_reason_of_an_older_version_still_says_the_same() {
    for (old, sentence) in [
        ("UnknownUser", "There is no such user name."),
        ("NoKey", "There was no key."),
        ("Stale", "Someone else had changed it meanwhile."),
        ("Disabled", "The service provider had disabled the key."),
        ("NoSubscription", "There was no API subscription."),
    ] {
        assert_eq!(reason::sentence(old), sentence, "{old}");
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
