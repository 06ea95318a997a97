//! Rows of the audit log that stand for several attempts.

use chrono::{DateTime, Utc};
use keyward_contract::AuditRow;
use serde_json::Value;

use super::when;
use crate::text;

/// How often, and between when: `412 times between 6:38:43 AM and 6:39:40 AM`. `None` for what happened once.
pub(crate) fn times(row: &AuditRow) -> Option<String> {
    let after = counted(row)?;
    let number = after.get("count")?.as_u64()?;
    let instant = |name: &str| after.get(name)?.as_str()?.parse::<DateTime<Utc>>().ok();
    let (first, last) = (instant("first")?, instant("last")?);
    let (first, last) = (when::time_to_the_second(first), when::time_to_the_second(last));
    Some(text::audit_log::times(usize::try_from(number).ok()?, &first, &last))
}

/// From where, where that is more than one address.
pub(crate) fn addresses(row: &AuditRow) -> Option<&str> {
    counted(row)?.get("addresses")?.as_str()
}

fn counted(row: &AuditRow) -> Option<&Value> {
    let after = row.after.as_ref()?;
    (row.result == "Failure" && after.get("count").is_some()).then_some(after)
}
