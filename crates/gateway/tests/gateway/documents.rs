//! The documents: each command in them runs, each setting is documented, each link resolves.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use clap::{Args as _, Command};
use keyward_gateway::config::ServeArgs;

use crate::{
    database::sqlite_only,
    documents_run::{Installation, Outcome},
    process::keyward,
};

/// Its commands need PostgreSQL: `documents_gateways` runs them.
const WITH_POSTGRES: &str = "docs/several-gateways.md";

/// A fenced command, and where it stands.
pub(crate) struct Step {
    page: String,
    line: usize,
    pub(crate) command: String,
}

impl Step {
    /// What the page shows in this language before the command.
    pub(crate) fn blocks_before(&self, language: &str) -> String {
        let text = read(&self.page);
        let before: Vec<&str> = text.lines().take(self.line).collect();
        let before = before.join("\n");
        let fence = format!("```{language}\n");
        let blocks = before.split(&fence).skip(1);
        blocks.filter_map(|block| block.split("```").next()).collect()
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// `README.md` and the pages in `docs`, by path from the root.
fn pages() -> Vec<String> {
    let mut pages: Vec<String> = fs::read_dir(root().join("docs"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("text"))
        .filter(|name| Path::new(name).extension().is_some_and(|kind| kind == "md"))
        .map(|name| format!("docs/{name}"))
        .collect();
    pages.push("README.md".into());
    pages.sort();
    pages
}

/// The lines outside fenced blocks, with their number.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(number, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((number + 1, line))
    })
}

/// The commands of the blocks `sh` and `console`, in order.
pub(crate) fn steps(page: &str) -> Vec<Step> {
    let text = read(page);
    let (mut steps, mut shell, mut fenced) = (Vec::new(), false, false);
    let mut whole: Option<Step> = None;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(language) = line.strip_prefix("```") {
            fenced = !fenced;
            shell = fenced && matches!(language, "sh" | "console");
            continue;
        }
        let line = line.strip_prefix("$ ").unwrap_or(line);
        if !shell || line.is_empty() || line.starts_with('#') {
            continue;
        }
        let step = whole.get_or_insert_with(|| Step {
            page: page.to_owned(),
            line: number + 1,
            command: String::new(),
        });
        if let Some(begun) = line.strip_suffix('\\') {
            step.command.push_str(begun);
            continue;
        }
        step.command.push_str(line);
        steps.extend(whole.take());
    }
    steps
}

/// What is in backquotes outside fenced blocks.
fn spans(text: &str) -> impl Iterator<Item = &str> {
    prose(text).flat_map(|(_, line)| line.split('`').skip(1).step_by(2))
}

#[tokio::test]
async fn every_command_in_the_documents_runs() {
    if !sqlite_only("the documents begin with a data folder") {
        return;
    }
    let mut faults = Vec::new();
    for page in pages() {
        let steps = steps(&page);
        if steps.is_empty() || page == WITH_POSTGRES {
            continue;
        }
        let mut installation = Installation::new(&page).await;
        for step in steps {
            match installation.run(&step).await {
                Outcome::Done => {}
                Outcome::Fault(fault) => faults.push(format!("{page}:{}: {}\n{fault}", step.line, step.command)),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// What a command says of itself, or nothing where it doesn't exist.
fn help(names: &[&str]) -> Option<String> {
    let output = keyward(names).arg("--help").output().expect("keyward runs");
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Commands between backquotes, with words in capitals in place of values.
#[test]
fn commands_in_sentences_have_the_flags_they_name() {
    let mut helps: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut faults = Vec::new();
    let documents = ["SECURITY.md", "docs/proxies/README.md", "CONTRIBUTING.md"].map(str::to_owned);
    for page in pages().into_iter().chain(documents) {
        let text = read(&page);
        for span in spans(&text) {
            let Some(rest) = span.strip_prefix("keyward ") else {
                continue;
            };
            let words: Vec<&str> = rest.split(' ').collect();
            let is_name = |word: &&&str| word.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-');
            let names: Vec<&str> = words
                .iter()
                .take_while(|word| !word.starts_with('-'))
                .take_while(is_name)
                .copied()
                .collect();
            let help = helps.entry(names.join(" ")).or_insert_with(|| {
                help(&names).or_else(|| {
                    // The last word may be a value, such as the kind in `held confirm all`.
                    let (_, names) = names.split_last()?;
                    help(names).filter(|help| help.contains("\nArguments:"))
                })
            });
            let Some(help) = help else {
                faults.push(format!("{page}: `{span}`: no such command"));
                continue;
            };
            for flag in words.iter().filter(|word| word.starts_with("--")) {
                let flag = flag.trim_end_matches([']', ',', '.']);
                if !help.split_whitespace().any(|word| word == flag) {
                    faults.push(format!("{page}: `{span}`: no flag {flag}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The first two columns of the tables that begin with *Setting*.
fn settings_documented(text: &str) -> BTreeMap<&str, &str> {
    let mut inside = false;
    let mut told = BTreeMap::new();
    for line in text.lines() {
        inside = line.starts_with('|') && (inside || line.starts_with("| Setting |"));
        let mut cells = line.split('|').map(str::trim);
        if let (true, Some(_), Some(name), Some(default)) = (inside, cells.next(), cells.next(), cells.next())
            && let Some(name) = name.strip_prefix('`').and_then(|name| name.strip_suffix('`'))
        {
            assert_eq!(told.insert(name, default), None, "{name} has two rows");
        }
    }
    told
}

#[test]
fn the_settings_page_has_each_setting_and_its_default() {
    let text = read("docs/settings.md");
    let told = settings_documented(&text);
    let flags = ServeArgs::augment_args(Command::new("serve"));
    let is: BTreeSet<&str> = flags
        .get_arguments()
        .filter_map(|flag| flag.get_long())
        .filter(|name| *name != "config")
        .collect();
    assert_eq!(told.keys().copied().collect::<BTreeSet<_>>(), is);
    for flag in flags.get_arguments() {
        let help = flag.get_help().map(ToString::to_string).unwrap_or_default();
        let default = help.split("[default: ").nth(1).and_then(|rest| rest.split(']').next());
        // A default in words has other words on the page.
        if let (Some(default), Some(name)) = (default, flag.get_long())
            && default.contains(|letter: char| letter.is_ascii_digit())
            && !default.contains(' ')
        {
            assert_eq!(told[name], format!("`{default}`"), "{name}");
        }
    }
}

#[test]
fn codes_in_the_troubleshooting_page_exist() {
    let text = read("docs/troubleshooting.md");
    let sources: String = [
        "crates/contract/src/problem.rs",
        "crates/contract/src/audit_reason.rs",
        "crates/gateway/src/cloud_api/code.rs",
    ]
    .map(read)
    .concat();
    let mut inside = false;
    for line in text.lines() {
        inside = line.starts_with('|') && (inside || line.starts_with("| Code |"));
        let Some(cell) = line.split('|').nth(1).filter(|_| inside) else {
            continue;
        };
        for code in cell.split('`').skip(1).step_by(2) {
            assert!(sources.contains(&format!("\"{code}\"")), "{code}");
        }
    }
}

/// As GitHub names a heading in a link.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept
        .chars()
        .filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

fn anchors(text: &str) -> BTreeSet<String> {
    prose(text)
        .filter(|(_, line)| line.starts_with('#'))
        .map(|(_, line)| anchor(line.trim_start_matches('#').trim()))
        .collect()
}

#[test]
fn every_link_between_documents_resolves() {
    let more = [
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "CHANGELOG.md",
        "docs/proxies/README.md",
    ];
    let mut faults = Vec::new();
    for page in pages().into_iter().chain(more.map(str::to_owned)) {
        let text = read(&page);
        let folder = root().join(&page).parent().expect("a folder").to_owned();
        for (number, line) in prose(&text) {
            for link in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                if link.contains("://") {
                    continue;
                }
                let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
                let target = if path.is_empty() {
                    root().join(&page)
                } else {
                    folder.join(path)
                };
                let known = match fs::read_to_string(&target) {
                    Ok(text) => fragment.is_empty() || anchors(&text).contains(fragment),
                    Err(_) => target.exists() && fragment.is_empty(),
                };
                if !known {
                    faults.push(format!("{page}:{number}: {link}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_react_example_is_the_one_that_the_compiler_reads() {
    let page = read("docs/embed.md");
    let shown = page.split("```tsx\n").nth(1).and_then(|rest| rest.split("```").next());
    let compiled = read("tests/e2e/types/react.tsx");
    let compiled = compiled
        .split_once('\n')
        .map(|(_, code)| code.replace("../../../src/embed.d.ts", "./embed"));
    assert_eq!(compiled.as_deref(), shown);
}
