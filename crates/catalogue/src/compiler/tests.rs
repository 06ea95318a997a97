use super::*;
use crate::pattern::{Argument, Language, text};

struct English;

impl Language for English {
    fn number(&self, number: usize) -> String {
        number.to_string()
    }

    fn category(&self, number: usize) -> String {
        if number == 1 { "one" } else { "other" }.to_owned()
    }
}

fn one(source: &str) -> Message {
    messages("x", source).unwrap().remove(0)
}

fn faults(source: &str) -> String {
    messages("x", source).unwrap_err().join("; ")
}

#[test]
fn a_plural_is_chosen_by_its_category() {
    let source = "left = { $clients ->\n    [0] No client\n    [one] { $clients } client of { $who }\n   *[other] { $clients } clients of { $who }\n} left.";
    let message = one(source);
    assert_eq!(
        message.arguments,
        [("clients".to_owned(), Kind::Number), ("who".to_owned(), Kind::Text)]
    );
    let say = |number| {
        text(
            &message.pattern,
            &[Argument::Number(number), Argument::Text("Ann")],
            &English,
        )
    };
    assert_eq!(say(0), "No client left.");
    assert_eq!(say(1), "1 client of Ann left.");
    assert_eq!(say(2), "2 clients of Ann left.");
}

#[test]
fn a_name_from_right_to_left_is_isolated() {
    let message = one("hello = Hello { $name }!");
    let say = |name| text(&message.pattern, &[Argument::Text(name)], &English);
    assert_eq!(say("Zoë"), "Hello Zoë!");
    assert_eq!(say("דנה"), "Hello \u{2068}דנה\u{2069}!");
}

#[test]
fn elements_and_angles_are_told_apart() {
    let message = one("x = < 1 day <code>a</code> by <who/>");
    assert_eq!(message.pattern, "< 1 day \u{6}ca\u{7} by \u{1}0");
    assert_eq!(message.arguments, [("who".to_owned(), Kind::Slot)]);
    assert!(message.is_rich());
}

#[test]
fn what_is_not_understood_is_an_error() {
    for (source, fault) in [
        ("x = <b>no</b>", "x: <b> is not one of"),
        ("x = <code>no", "x: <code> is not closed"),
        ("x = no</code>", "x: </code> closes nothing"),
        ("x = { $a } <a/>", "x: a is an argument and an element"),
        ("x = { other }", "x: only arguments"),
        ("-x = no", "-x: terms"),
        ("x = a\n    .title = b", "x: attributes"),
        ("x = { $n ->\n   *[lots] b\n}", "x: lots is no plural category"),
        ("= no id", "line 1"),
    ] {
        let found = faults(source);
        assert!(found.starts_with(fault), "{source}: {found}");
    }
}

#[test]
fn a_translation_may_turn_arguments_round() {
    let english = Catalogue {
        messages: vec![one("x = { $a } of { $b }"), one("y = Why")],
    };
    let other = Catalogue {
        messages: vec![one("x = { $b }: { $a }")],
    };
    assert_eq!(
        english.translated(&other).unwrap(),
        [Some("\u{1}1: \u{1}0".to_owned()), None]
    );
    let wrong = Catalogue {
        messages: vec![one("x = { $c }")],
    };
    assert!(english.translated(&wrong).unwrap_err().contains("$c"));
    let unknown = Catalogue {
        messages: vec![one("z = ?")],
    };
    assert!(english.translated(&unknown).unwrap_err().contains("x.z"));
}

#[test]
fn each_text_is_one_function() {
    let catalogue = Catalogue {
        messages: vec![
            one("the-title = Title"),
            one("two = { $n ->\n    [one] a\n   *[other] { $n } { $b }\n}"),
            one("three = <code>a</code> <b/>"),
        ],
    };
    let code = catalogue.rust();
    for line in [
        "pub(crate) mod x {",
        "pub(crate) fn the_title() -> &'static str { static TEXT: super::runtime::Text = super::runtime::Text::new(0, \"Title\"); ",
        "pub(crate) fn two(n: usize, b: &str) -> String { static TEXT",
        "super::runtime::filled(&TEXT, &[keyward_catalogue::pattern::Argument::Number(n), ",
        "pub(crate) fn three(b: leptos::prelude::AnyView) -> leptos::prelude::AnyView { static TEXT",
    ] {
        assert!(code.contains(line), "{line}: {code}");
    }
}
