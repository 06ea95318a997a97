//! Which sign-ins with the key failed recently, and why.

use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::{
    AdminId, LastFailure, OrganizationId, SIGN_IN_FAILURES_DAYS, SIGN_IN_FAILURES_MAX, SignInFailure, SignInFailures,
};
use serde_json::Value;

use crate::store::{
    Connection, StoreError,
    audit::failed_sign_ins::{self, FailedSignIn},
};

/// How many rows of the audit log are read. A script that tries again each minute fills them in a day, in one line.
const ROWS: u32 = 1_500;

/// The failures that an organization can see.
pub async fn recent(
    connection: &mut Connection,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Result<SignInFailures, StoreError> {
    let since = since(now);
    let rows = failed_sign_ins::since(connection, organization, since, ROWS).await?;
    let are_all = u32::try_from(rows.len()).is_ok_and(|rows| rows < ROWS);
    let mut failures: Vec<SignInFailure> = Vec::new();
    for row in rows {
        let failure = line(row);
        match failures.iter_mut().find(|line| is_equal(line, &failure)) {
            // The rows come newest first.
            Some(line) => {
                line.count += failure.count;
                line.first_on = line.first_on.min(failure.first_on);
                line.last_on = line.last_on.max(failure.last_on);
            }
            None => failures.push(failure),
        }
    }
    failures.sort_by_key(|line| std::cmp::Reverse(line.last_on));
    let more = !are_all || failures.len() > SIGN_IN_FAILURES_MAX;
    failures.truncate(SIGN_IN_FAILURES_MAX);
    Ok(SignInFailures { failures, more, since })
}

/// The last of them.
pub async fn last(
    connection: &mut Connection,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Result<Option<LastFailure>, StoreError> {
    let rows = failed_sign_ins::since(connection, organization, since(now), 1).await?;
    Ok(rows.into_iter().next().map(|row| {
        let SignInFailure { reason, last_on, .. } = line(row);
        LastFailure { reason, on: last_on }
    }))
}

fn since(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(SIGN_IN_FAILURES_DAYS.into())
}

fn line(row: FailedSignIn) -> SignInFailure {
    let details = row.details;
    let at = |name: &str| details[name].as_str()?.parse::<DateTime<Utc>>().ok();
    let (admin_id, admin_name) = row.admin.unzip();
    SignInFailure {
        reason: row.reason,
        admin_id,
        admin_name,
        client_address: row.client_address,
        user_agent: details["userAgent"].as_str().map(str::to_owned),
        clock_offset_ms: details["clockOffsetMs"].as_i64(),
        count: details.get("count").and_then(Value::as_u64).unwrap_or(1),
        first_on: at("first").unwrap_or(row.logged_on),
        last_on: at("last").unwrap_or(row.logged_on),
    }
}

fn is_equal(one: &SignInFailure, other: &SignInFailure) -> bool {
    what(one) == what(other)
}

/// What makes failures equal.
fn what(failure: &SignInFailure) -> (Option<AdminId>, &str, Option<&str>, Option<&str>) {
    let (address, agent) = (&failure.client_address, &failure.user_agent);
    (failure.admin_id, &failure.reason, address.as_deref(), agent.as_deref())
}
