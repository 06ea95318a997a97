//! The audit log as CSV (RFC 4180), safe to open in a spreadsheet.

use keyward_contract::AuditRow;

const COLUMNS: [&str; 15] = [
    "ID",
    "Timestamp",
    "Action",
    "Category",
    "Sub-Category",
    "Resource",
    "Admin ID",
    "Admin",
    "Client IP",
    "Interface",
    "Result",
    "Reason",
    "Before",
    "After",
    "Request ID",
];

/// The first line. It begins with the mark by which spreadsheets know UTF-8.
pub(super) fn head() -> String {
    "\u{feff}".to_owned() + &line(COLUMNS.map(str::to_owned))
}

/// A line for each row.
pub(super) fn lines(rows: &[AuditRow]) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let json = |value: &Option<serde_json::Value>| value.as_ref().map(ToString::to_string).unwrap_or_default();
    let lines = rows.iter().map(|row| {
        line([
            row.id.to_string(),
            row.timestamp.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            row.action.clone(),
            row.category.clone(),
            row.sub_category.clone(),
            row.resource.clone(),
            row.admin_id.map(|id| id.to_string()).unwrap_or_default(),
            text(&row.admin_name),
            text(&row.client_ip),
            row.interface.clone(),
            row.result.clone(),
            text(&row.reason),
            json(&row.before),
            json(&row.after),
            text(&row.request_id),
        ])
    });
    lines.collect()
}

fn line(cells: [String; COLUMNS.len()]) -> String {
    cells.map(|text| cell(&text)).join(",") + "\r\n"
}

/// In quotes where it has to be.
fn cell(text: &str) -> String {
    let text = guarded(text);
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// What a spreadsheet takes for a formula.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// Where it may begin a cell: in much of the world a CSV has semicolons between its cells, and then quotes that begin
/// elsewhere hold nothing together, not even lines.
const BEGINS_A_CELL: [char; 4] = [';', '\t', '\r', '\n'];
/// What it may leave out at the beginning of a cell.
const LEFT_OUT: [char; 7] = [' ', '\u{a0}', '"', '\'', '\t', '\r', '\n'];

/// Puts an apostrophe before formulas, so that spreadsheets treat them as text (OWASP, CSV Injection): at the beginning, and
/// wherever a spreadsheet may start a new cell. The original text can be restored by removing them.
fn guarded(text: &str) -> String {
    let mut guarded = String::with_capacity(text.len() + 1);
    let begins = text.trim_start_matches('\'').starts_with(['\t', '\r', '\n']);
    if begins || is_formula(text) {
        guarded.push('\'');
    }
    for (place, character) in text.char_indices() {
        guarded.push(character);
        if BEGINS_A_CELL.contains(&character) && is_formula(&text[place + character.len_utf8()..]) {
            guarded.push('\'');
        }
    }
    guarded
}

fn is_formula(rest: &str) -> bool {
    rest.trim_start_matches(LEFT_OUT).starts_with(FORMULA)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What was guarded.
    fn unguarded(text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        let mut may_begin = true;
        let begins = text.trim_start_matches('\'').starts_with(['\t', '\r', '\n']);
        loop {
            if may_begin && (is_formula(rest) || (out.is_empty() && begins)) {
                rest = rest.strip_prefix('\'').expect("an apostrophe");
            }
            let Some(character) = rest.chars().next() else {
                return out;
            };
            out.push(character);
            rest = &rest[character.len_utf8()..];
            may_begin = BEGINS_A_CELL.contains(&character);
        }
    }

    proptest! {
        /// No part of the CSV that a spreadsheet may take for a cell is one that it runs.
        #[test]
        fn no_csv_cell_runs_as_a_formula(
            texts in proptest::collection::vec("[-=+@＝ a;,'\"\t\r\n\u{a0}|\\PC]{0,12}", COLUMNS.len())
        ) {
            let cells: [String; COLUMNS.len()] = texts.try_into().expect("as many");
            let line = line(cells);
            for separators in [&[';', '\r', '\n'][..], &['\t', '\r', '\n'][..]] {
                for part in line.split(separators) {
                    prop_assert!(!part.trim_start_matches([' ', '\u{a0}', '"']).starts_with(FORMULA), "{line:?}");
                }
            }
        }

        #[test]
        fn guarded_cells_can_be_read_back(text in "[-=@＝ a;'\"\t\r\n\\PC]{0,12}") {
            prop_assert_eq!(unguarded(&guarded(&text)), text);
        }
    }

    #[test]
    fn formulas_are_exported_as_text() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("a;=cmd|' /C calc'!A0", "a;'=cmd|' /C calc'!A0"),
            ("a\t@x", "a\t'@x"),
            ("a; \"=x", "\"a;' \"\"=x\""),
            ("a\n-1", "\"a\n'-1\""),
            ("a;b", "a;b"),
            ("a-b", "a-b"),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
