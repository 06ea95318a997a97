//! What the user reads.

use keyward_contract::ProblemCode;
use keyward_portal::present::problem::sentence;

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
