//! Project rules that neither compiler nor lints check. Those of the portal are in tests/tidy.rs.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

use crate::{
    run::{command, output},
    workspace,
};

/// A longer file is about more than one thing.
const LONGEST_FILE: usize = 500;
/// A longer name describes more than one behaviour, or not in plain words.
const LONGEST_TEST_NAME: usize = 60;

/// Words that code in some places must not contain.
struct Rule {
    /// Folders or files that the rule applies to.
    within: &'static [&'static str],
    /// Exceptions below them.
    except: &'static [&'static str],
    forbidden: &'static [&'static str],
    because: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        within: &["crates/gateway/src"],
        except: &["crates/gateway/src/store"],
        forbidden: &["sqlx::"],
        because: "only `store` contains SQL, so that a different database only takes changes in one folder",
    },
    Rule {
        within: &["crates/gateway/src"],
        except: &["crates/gateway/src/app.rs", "crates/gateway/src/key_holder"],
        forbidden: &["LocalKeys"],
        because: "only `app` chooses the key holder; everything else uses the trait",
    },
    Rule {
        within: &["src", "style", "index.html"],
        // The SVG namespace looks like a URL. The other file shows people what to enter, as plain text.
        except: &[
            "src/browser/dom.rs",
            "src/pages/oauth_servers/api_roles/instructions.rs",
        ],
        forbidden: &["https://", "http://"],
        because: "the portal sends no requests to other origins, and has no links to them",
    },
];

/// Checks every file that git tracks or would add.
pub(crate) fn tidy() -> Result<()> {
    let list = output(command("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))?;
    let mut faults = Vec::new();
    for name in list.lines() {
        let kind = Path::new(name)
            .extension()
            .and_then(|kind| kind.to_str())
            .unwrap_or_default();
        if !matches!(kind, "rs" | "css" | "js" | "ts" | "html") {
            continue;
        }
        // It may be deleted but not committed yet.
        if let Ok(text) = fs::read_to_string(workspace::root().join(name)) {
            faults.extend(faults_of(name, &text));
        }
    }
    let at = |path: &str| workspace::root().join(path);
    for document in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let told = fs::read_to_string(at(document))?;
        faults.extend(untrue(document, told.lines(), at));
        let dead = links(&told).filter(|link| !at(link).exists());
        faults.extend(dead.map(|link| format!("{document}: {link} doesn't exist")));
    }
    // Security promises are also in sentences, not only in tables.
    let told = fs::read_to_string(at("docs/security.md"))?;
    faults.extend(untrue("docs/security.md", told.split("\n\n").flat_map(rows), at));
    faults.extend(unproven("docs/security.md", &told));
    let told = fs::read_to_string(at("docs/accessibility.md"))?;
    faults.extend(untrue("docs/accessibility.md", told.lines(), at));
    faults.extend(unproven("docs/accessibility.md", &told));
    if faults.is_empty() {
        return Ok(());
    }
    bail!("\n{}", faults.join("\n"));
}

fn faults_of(name: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let lines = text.lines().count();
    if lines > LONGEST_FILE {
        faults.push(format!("{name}: {lines} lines; split it before {LONGEST_FILE}"));
    }
    for rule in RULES
        .iter()
        .filter(|rule| covers(rule.within, name) && !covers(rule.except, name))
    {
        for (number, line) in text.lines().enumerate() {
            let code = line.trim_start();
            if code.starts_with("//") || code.starts_with("/*") || code.starts_with("<!--") {
                continue;
            }
            if let Some(word) = rule.forbidden.iter().find(|word| code.contains(**word)) {
                faults.push(format!("{name}:{}: `{word}`, but {}", number + 1, rule.because));
            }
        }
    }
    if name.ends_with(".rs") || name.ends_with(".ts") {
        faults.extend(long_test_names(name, text));
    }
    faults
}

/// Tests whose names are longer than [`LONGEST_TEST_NAME`].
fn long_test_names(name: &str, text: &str) -> Vec<String> {
    let mut is_test = false;
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_start();
        let test = if name.ends_with(".ts") {
            browser_test(line)
        } else {
            is_test |= ["#[test]", "#[tokio::test", "#[wasm_bindgen_test"]
                .iter()
                .any(|it| line.starts_with(it));
            let named = line.split_once("fn ").filter(|_| is_test && !line.starts_with("//"));
            is_test &= named.is_none();
            named.and_then(|(_, rest)| rest.split('(').next())
        };
        let length = test.map_or(0, |test| test.chars().count());
        if let Some(test) = test.filter(|_| length > LONGEST_TEST_NAME) {
            found.push(format!(
                "{name}:{}: the test name {test} has {length} characters; the limit is {LONGEST_TEST_NAME}",
                number + 1
            ));
        }
    }
    found
}

/// The name of the Playwright test that a line begins.
fn browser_test(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("test(")?;
    let quote = rest.chars().next().filter(|it| matches!(it, '\'' | '`'))?;
    Some(rest[1..].split_once(&format!("{quote}, "))?.0)
}

/// The folder of tests that documents name by file only.
const TESTS: &str = "crates/gateway/tests/gateway";

/// The rows of a table, or a whole paragraph.
fn rows(paragraph: &str) -> Vec<&str> {
    if paragraph.trim_start().starts_with('|') {
        return paragraph.lines().collect();
    }
    vec![paragraph]
}

/// Paths and tests that a document names in backquotes but that don't exist. Tests follow the name of their file.
fn untrue<'a>(document: &str, passages: impl Iterator<Item = &'a str>, at: impl Fn(&str) -> PathBuf) -> Vec<String> {
    let mut faults = Vec::new();
    for passage in passages {
        // The last file that was named.
        let mut tests_of = None;
        for name in passage.split('`').skip(1).step_by(2) {
            let is_file = is_test_file(name);
            let path = if name.contains('/') || !is_file {
                name.to_owned()
            } else {
                format!("{TESTS}/{name}")
            };
            let is_path = is_file
                || ["src/", "crates/", "docs/", "tests/"]
                    .iter()
                    .any(|folder| name.starts_with(folder));
            if is_path && name != "mod.rs" {
                let found = at(&path);
                if !found.exists() {
                    faults.push(format!("{document}: {path} doesn't exist"));
                }
                tests_of = (is_file && found.exists()).then_some((path, found));
            } else if let Some((path, found)) = tests_of.as_ref().filter(|_| is_test(name)) {
                let text = fs::read_to_string(found).unwrap_or_default();
                if !text.contains(&format!("fn {name}(")) {
                    faults.push(format!("{document}: {path} has no test {name}"));
                }
            } else {
                tests_of = None;
            }
        }
        faults.extend(missing_browser_tests(document, passage, &at));
    }
    faults
}

/// Browser tests that a passage names in italics after their file, but that aren't in it. A name may have a part that varies.
fn missing_browser_tests(document: &str, passage: &str, at: impl Fn(&str) -> PathBuf) -> Vec<String> {
    let mut parts = passage.split('`').skip(1);
    let mut faults = Vec::new();
    while let (Some(file), Some(after)) = (parts.next(), parts.next()) {
        let Some(text) = file
            .ends_with(".spec.ts")
            .then(|| fs::read_to_string(at(file)).unwrap_or_default())
        else {
            continue;
        };
        let tests: Vec<&str> = text
            .lines()
            .filter_map(|line| browser_test(line.trim_start()))
            .collect();
        for name in after.split('*').skip(1).step_by(2) {
            if !tests.iter().any(|test| is_named(test, name)) {
                faults.push(format!("{document}: {file} has no test {name}"));
            }
        }
    }
    faults
}

/// Whether a document means this test, whose name in its file may have `\'` and `${…}`.
fn is_named(test: &str, name: &str) -> bool {
    let test = test.replace("\\'", "'");
    let Some((start, rest)) = test.split_once("${") else {
        return test == name;
    };
    let end = rest.rsplit_once('}').map_or("", |(_, end)| end);
    name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
}

/// The files of this repository that a document links to.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    targets
        .map(|(target, _)| target)
        .filter(|target| !target.contains("://"))
}

fn is_test_file(name: &str) -> bool {
    name.ends_with(".rs") && !name.contains(' ')
}

fn is_test(name: &str) -> bool {
    name.contains('_')
        && name
            .chars()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_')
}

/// Rows of attacks that name no test, in tables with a column for it.
fn unproven(document: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut is_of_attacks = false;
    for line in text.lines() {
        if !line.starts_with('|') {
            is_of_attacks = false;
        } else if line.ends_with("| Test |") {
            is_of_attacks = true;
        } else if is_of_attacks && !line.starts_with("|---") && !line.contains(".rs`") && !line.contains(".ts`") {
            let what: String = line.chars().take(60).collect();
            faults.push(format!("{document}: no test is named in {what}"));
        }
    }
    faults
}

fn covers(places: &[&str], name: &str) -> bool {
    let name = PathBuf::from(name);
    places.iter().any(|place| name.starts_with(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_only_applies_in_its_place() {
        let code = "use sqlx::Row;\n";
        assert_eq!(faults_of("crates/gateway/src/audit.rs", code).len(), 1);
        assert!(faults_of("crates/gateway/src/store/mod.rs", code).is_empty());
        assert!(faults_of("crates/gateway/src/audit.rs", "// sqlx is not for here\n").is_empty());
    }

    #[test]
    fn documents_that_name_missing_things_are_faults() {
        let faults = |passage: &str| untrue("a.md", [passage].into_iter(), |path| workspace::root().join(path)).len();
        let there = "`crash.rs` `killed_at_any_point_there_is_one_change_and_one_valid_key`";
        assert_eq!(faults(&format!("| it holds | {there} |")), 0);
        assert_eq!(faults("| it holds | `crash.rs` `no_such_test` |"), 1);
        assert_eq!(faults(&format!("Tests: {there},\n`no_such_test`, `nor_this`.")), 2);
        assert_eq!(faults("| it holds | `no_such_file.rs` `no_such_test` |"), 1);
        assert_eq!(faults("| `crates/no-such-crate` | what |"), 1);
        assert_eq!(
            faults("`crash.rs`, and the setting `--oauth-allowed-networks` and `some_word`"),
            0
        );
    }

    #[test]
    fn browser_tests_that_documents_name_exist() {
        let faults = |passage: &str| untrue("a.md", [passage].into_iter(), |path| workspace::root().join(path)).len();
        let file = "`tests/e2e/specs/sessionLife.spec.ts`";
        assert_eq!(
            faults(&format!("| {file}, *a tab changes nothing as another tab's admin* |")),
            0
        );
        assert_eq!(
            faults(&format!(
                "{file}, *no such test*; {file}, *only activity prolongs the session*"
            )),
            1
        );
        assert_eq!(faults("`tests/e2e/specs/none.spec.ts`, *no such test*"), 2);
        assert!(is_named("a ${width} px wide", "a 360 px wide"));
        assert!(!is_named("a ${width} px wide", "a px"));
    }

    #[test]
    fn an_attack_without_a_test_is_a_fault() {
        let table =
            "| Attack | Test |\n|---|---|\n| guess | `crash.rs` |\n| forge | none |\n\n| Word | Meaning |\n| x | y |";
        assert_eq!(unproven("a.md", table).len(), 1);
        assert_eq!(rows("| a |\n| b |").len(), 2);
        assert_eq!(rows("a\nb").len(), 1);
    }

    #[test]
    fn long_test_names_are_faults() {
        let of = |attribute: &str, length: usize| format!("{attribute}\nasync fn {}() {{}}\n", "x".repeat(length));
        for attribute in ["#[test]", "#[tokio::test]", "#[tokio::test(flavor = \"multi_thread\")]"] {
            assert!(faults_of("a.rs", &of(attribute, LONGEST_TEST_NAME)).is_empty());
            assert_eq!(faults_of("a.rs", &of(attribute, LONGEST_TEST_NAME + 1)).len(), 1);
            let browser = |length: usize| format!("  test('{}', async () => {{}})", "x".repeat(length));
            assert!(faults_of("a.spec.ts", &browser(60)).is_empty());
            assert_eq!(faults_of("a.spec.ts", &browser(61)).len(), 1);
        }
        assert!(faults_of("a.rs", &of("", LONGEST_TEST_NAME + 1)).is_empty());
    }

    #[test]
    fn long_files_are_faults() {
        assert!(faults_of("a.rs", &"x\n".repeat(LONGEST_FILE)).is_empty());
        assert_eq!(faults_of("a.rs", &"x\n".repeat(LONGEST_FILE + 1)).len(), 1);
    }
}
