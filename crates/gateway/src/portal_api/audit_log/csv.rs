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

/// The first line.
pub(super) fn head() -> String {
    line(COLUMNS.map(str::to_owned))
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

/// In quotes where it has to be. A text that a spreadsheet would take for a formula begins with an apostrophe, which the
/// spreadsheet takes for "this is text" (OWASP, CSV Injection).
fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        "'"
    } else {
        ""
    };
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}
