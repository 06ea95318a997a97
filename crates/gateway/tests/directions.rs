//! The parts of the gateway stand on one another in one direction, so that each can be read, tested and moved without those above
//! it. The order is written here; an arrow that runs back up fails with its place.
#![allow(clippy::unwrap_used, reason = "a test that fails where it stands is a good test")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The modules of `src`, from the top down: each may use what stands below it. Beside them, what belongs there.
const GATEWAY: &[(&str, &str)] = &[
    ("main", "the program"),
    ("cli", "the operator's commands, and serving"),
    ("openapi", "the description of both APIs"),
    ("problems", "the table of all codes"),
    ("app", "putting the parts together"),
    ("upkeep", "deleting what is past"),
    ("portal_api", "handlers for the page: extract, call, answer"),
    ("verify", "the handler for proxies"),
    ("cloud_api", "handlers for scripts"),
    ("edge", "what surrounds every handler"),
    ("sso", "what follows from a sign-in at an identity provider"),
    (
        "domain",
        "what admins and the operator do, through one engine of changes",
    ),
    ("portal_auth", "who asks, in the portal"),
    ("rules", "what may be done, and why not"),
    ("state", "the parts at hand, with nothing of how they are put together"),
    ("access_tokens", "accepting access tokens"),
    ("api_session", "finding API sessions"),
    ("credentials", "checking passwords, with their lockout"),
    ("key_holder", "who holds the keys"),
    ("upstream", "asking where keys live elsewhere"),
    ("audit_counts", "counting what nobody has authenticated"),
    ("idempotency", "the first answer, for a repetition"),
    ("key_usage", "noting who uses keys and tokens"),
    ("limits", "rate limits"),
    ("clock_trust", "whether the clock can be trusted"),
    ("clock_skew", "how far the clock is from the database's"),
    ("oidc", "OpenID Connect, without what follows from it"),
    ("jwt", "JSON Web Tokens, without what they are for"),
    ("net", "fetching from servers of others"),
    ("store", "the database"),
    ("audit", "an event, as the audit log takes it"),
    ("http", "what requests and answers are made of"),
    ("names", "the one form of logins and names"),
    ("secrets", "sealing and hashing"),
    ("logging", "the gateway's own log"),
    ("config", "the settings"),
    ("metrics", "counters and histograms"),
    ("random", "random values"),
    ("clock", "the time"),
    ("text", "bytes of others as text"),
];

/// The same within `src/store`.
const STORE: &[(&str, &str)] = &[
    ("recovery", "backup and restore"),
    ("admission", "the one row that admits a request"),
    ("past", "what goes by its age"),
    ("installation", "the installation itself"),
    ("audit", "the audit log"),
    ("usage", "who uses keys and tokens"),
    ("people", "accounts, roles, memberships, ways to sign in"),
    ("organizations", "organizations and what an admin is in them"),
    ("keys", "secrets and trusts of an organization"),
    ("sessions", "sessions"),
    ("sightings", "what is noted of a client"),
    ("idempotent_answers", "stored answers"),
    ("clock_marks", "when the gateway was last seen"),
    ("sqlite", "opening the file in the data folder"),
    ("postgres", "opening the database that gateways share"),
    ("error", "what can go wrong with a database"),
];

#[test]
fn gateway_modules_depend_in_one_direction() {
    holds("", "crate", GATEWAY);
}

#[test]
fn store_modules_depend_in_one_direction() {
    holds("store", "crate::store", STORE);
}

#[test]
fn a_planted_back_dependency_is_found() {
    let table = &[("above", "what is done"), ("below", "the database")][..];
    let planted = "use crate::{\n    below::Row,\n    above::{Change, self},\n};\n";
    let faults = faults("below/rows.rs", planted, "below", ("crate", table));
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with("below/rows.rs:3: "), "{faults:?}");
    assert!(faults[0].contains("`above`"), "{faults:?}");
    for fine in [
        "use crate::below::Row;",
        "// use crate::above::Change;",
        "let word = \"crate::above\";",
    ] {
        assert!(
            self::faults("below/rows.rs", fine, "below", ("crate", table)).is_empty(),
            "{fine}"
        );
    }
    let inline = "fn of() -> crate::above::Change {}";
    assert_eq!(
        self::faults("below/rows.rs", inline, "below", ("crate", table)).len(),
        1
    );
    assert!(self::faults("above.rs", "use crate::below::Row;", "above", ("crate", table)).is_empty());
}

fn holds(folder: &str, root: &str, table: &[(&str, &str)]) {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
    let mut found = Vec::new();
    for file in sources(&base) {
        let name = file.strip_prefix(&base).unwrap();
        let first = name.components().next().unwrap().as_os_str().to_str().unwrap();
        let module = first.strip_suffix(".rs").unwrap_or(first);
        if matches!(module, "lib" | "mod") {
            continue;
        }
        if !table.iter().any(|(known, _)| *known == module) {
            found.push(format!(
                "{}: `{module}` has no place in tests/directions.rs",
                file.display()
            ));
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let shown = Path::new("src").join(folder).join(name);
        found.extend(faults(&shown.display().to_string(), &text, module, (root, table)));
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// What a file of `module` uses that stands above it.
fn faults(file: &str, text: &str, module: &str, (root, table): (&str, &[(&str, &str)])) -> Vec<String> {
    let floor = |name: &str| table.iter().position(|(known, _)| *known == name);
    let own = floor(module);
    let mut faults = Vec::new();
    for (line, used) in uses(text, root) {
        if let (Some(own), Some(above)) = (own, floor(&used))
            && above < own
        {
            let (what, here) = (table[above].1, table[own].1);
            faults.push(format!(
                "{file}:{line}: uses `{used}` ({what}), which stands above `{module}` ({here}). What both need belongs below \
                 both; what needs `{used}` belongs above it"
            ));
        }
    }
    faults
}

/// The modules right below `root` that a text names, each with its line: in paths and in trees of `use`.
fn uses(text: &str, root: &str) -> Vec<(usize, String)> {
    let code: String = text
        .lines()
        .map(|line| format!("{}\n", without_comment(line)))
        .collect();
    let prefix = format!("{root}::");
    let mut found = Vec::new();
    for (at, _) in code.match_indices(&prefix) {
        let rest = &code[at + prefix.len()..];
        let line = |offset: usize| code[..at + prefix.len() + offset].matches('\n').count() + 1;
        if !rest.starts_with('{') {
            found.push((line(0), word(rest)));
            continue;
        }
        let mut depth = 0;
        let mut is_start = false;
        for (offset, c) in rest.char_indices() {
            match c {
                '{' => {
                    depth += 1;
                    is_start = depth == 1;
                }
                '}' => depth -= 1,
                ',' => is_start = depth == 1,
                c if c.is_whitespace() => {}
                _ => {
                    if is_start {
                        found.push((line(offset), word(&rest[offset..])));
                    }
                    is_start = false;
                }
            }
            if depth == 0 {
                break;
            }
        }
    }
    found
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Code without comments and texts, where paths are only spoken of.
fn without_comment(line: &str) -> String {
    let mut code = String::new();
    let mut is_text = false;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        if c == '"' && before != '\\' {
            is_text = !is_text;
        }
        if !is_text && line[at..].starts_with("//") {
            break;
        }
        if !is_text {
            code.push(c);
        }
        before = c;
    }
    code
}

fn sources(base: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![base.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty());
    found
}
