//! Problems on the wire.

use keyward_contract::{Problem, ProblemCode};

#[test]
fn a_problem_has_its_code_status_and_title() {
    let text = serde_json::to_string(&Problem::new(ProblemCode::StaleVersion)).expect("JSON");
    let title = ProblemCode::StaleVersion.title();
    assert_eq!(
        text,
        format!(r#"{{"code":"stale-version","title":"{title}","status":412}}"#)
    );
}

#[test]
fn a_code_of_a_newer_version_is_read_as_unknown() {
    let problem: Problem =
        serde_json::from_str(r#"{"code":"from-the-future","title":"?","status":418}"#).expect("a problem all the same");
    assert_eq!(problem.code, ProblemCode::Unknown);
}

#[test]
fn codes_on_the_wire_match_their_names() {
    for code in ProblemCode::ALL {
        assert_eq!(
            serde_json::to_string(code).expect("JSON"),
            format!("\"{}\"", code.as_str())
        );
        assert!((400..600).contains(&code.status()), "{code:?}");
    }
}
