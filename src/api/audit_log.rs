//! The audit log of an organization.

use keyward_contract::{AuditLogFilter, AuditLogPage, OrganizationId, paths};
use serde_json::Value;

use super::{ApiError, client};

/// Which rows, by their ids, and in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The newest.
    Newest,
    /// Those before this one, newest first.
    Before(i64),
    /// Those after this one, oldest first; 0 for all.
    After(i64),
    /// This one, or what is before it.
    Only(i64),
}

/// The rows of a part that the filter lets through.
pub(crate) async fn audit_log_read(
    org: OrganizationId,
    filter: &AuditLogFilter,
    part: Part,
) -> Result<AuditLogPage, ApiError> {
    let mut query = query(filter);
    match part {
        Part::Newest => {}
        Part::Before(id) => query.push(["before=", &id.to_string()].concat()),
        Part::After(id) => query.push(["after=", &id.to_string()].concat()),
        Part::Only(id) => query.push(["limit=1&before=", &id.saturating_add(1).to_string()].concat()),
    }
    client::read(&with_query(&paths::audit_log(org), &query)).await
}

/// Where the same rows are to be had as CSV, all of them.
pub(crate) fn audit_log_csv(org: OrganizationId, filter: &AuditLogFilter) -> String {
    with_query(&paths::audit_log_csv(org), &query(filter))
}

/// A parameter for each field that is given, under its name on the wire.
fn query(filter: &AuditLogFilter) -> Vec<String> {
    let Ok(Value::Object(fields)) = serde_json::to_value(filter) else {
        return Vec::new();
    };
    let parameter = |(name, value): (String, Value)| {
        let value: String = js_sys::encode_uri_component(value.as_str()?).into();
        Some([&name, "=", &value].concat())
    };
    fields.into_iter().filter_map(parameter).collect()
}

fn with_query(path: &str, query: &[String]) -> String {
    if query.is_empty() {
        path.to_owned()
    } else {
        [path, "?", &query.join("&")].concat()
    }
}
