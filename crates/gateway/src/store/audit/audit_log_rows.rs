//! Reading the audit log of an organization.

use std::{fmt::Write as _, net::IpAddr};

use chrono::{DateTime, TimeZone as _, Utc};
use keyward_contract::{AdminId, AuditLogFilter, AuditReason, AuditRow, OrganizationId};
use sqlx::{AssertSqlSafe, Row as _, any::AnyRow};

use crate::store::{Connection, NUL, StoreError};

/// Which rows, by their ids, and in which order.
#[derive(Clone, Copy)]
pub enum Part {
    /// Those before this one, newest first.
    Before(i64),
    /// Those after this one, oldest first.
    After(i64),
}

const COLUMNS: &str = "id, logged_on, action, category, sub_category, resource, admin_id, admin_name, client_address,
                       interface, result, reason, before_change, after_change, request_id";

/// The rows of a page that an organization can see, up to `limit`.
///
/// A row without an organization belongs to its admin, and shows in the organizations where they are an active member. Rows
/// without a known admin, or of the installation, show if there is only one organization.
pub async fn part(
    connection: &mut Connection,
    organization: OrganizationId,
    filter: &AuditLogFilter,
    part: Part,
    limit: u32,
) -> Result<Vec<AuditRow>, StoreError> {
    let texts = [&filter.admin, &filter.address, &filter.resource, &filter.text];
    if texts.into_iter().flatten().any(|text| text.contains(NUL)) {
        return Ok(Vec::new());
    }
    let (comparison, order, id) = match part {
        Part::Before(id) => ("<", "DESC", id),
        Part::After(id) => (">", "ASC", id),
    };
    let words = [
        ("action", filter.action.map(|it| it.as_str())),
        ("sub_category", filter.sub_category.map(|it| it.as_str())),
        ("interface", filter.interface.map(|it| it.as_str())),
        ("result", filter.result.map(|it| it.as_str())),
    ];
    let patterns = [
        ("admin_name", filter.admin.as_deref().map(containing)),
        ("client_address", filter.address.as_deref().map(of_address)),
        ("resource", filter.resource.as_deref().map(containing)),
    ];
    let instants = [("logged_on >=", filter.from), ("logged_on <", filter.to)];
    // Writing to a String can't fail. Only names of columns are written; values are bound below, in the same order.
    let mut number = 2;
    let mut fits = String::new();
    for (column, _) in words.iter().filter(|(_, word)| word.is_some()) {
        number += 1;
        let _ = write!(fits, " AND l.{column} = ${number}");
    }
    for (column, _) in patterns.iter().filter(|(_, pattern)| pattern.is_some()) {
        number += 1;
        let _ = write!(fits, " AND LOWER(l.{column}) LIKE ${number} ESCAPE '\\'");
    }
    for (comparison, _) in instants.iter().filter(|(_, instant)| instant.is_some()) {
        number += 1;
        let _ = write!(fits, " AND l.{comparison} ${number}");
    }
    if filter.text.is_some() {
        number += 1;
        let _ = write!(
            fits,
            " AND (LOWER(l.resource) LIKE ${number} ESCAPE '\\' OR LOWER(l.admin_name) LIKE ${number} ESCAPE '\\'
                   OR LOWER(l.client_address) LIKE ${number} ESCAPE '\\' OR LOWER(l.reason) LIKE ${number} ESCAPE '\\'
                   OR LOWER(l.request_id) LIKE ${number} ESCAPE '\\'
                   OR LOWER(l.before_change) LIKE ${number} ESCAPE '\\'
                   OR LOWER(l.after_change) LIKE ${number} ESCAPE '\\')"
        );
    }
    // Two selects, each of which the index has in order: they are merged, and end at the limit. With one select and an OR,
    // SQLite reads and sorts all rows of the organization.
    let sql = format!(
        "SELECT * FROM (
           SELECT {COLUMNS} FROM audit_log l WHERE l.organization_id = $1 AND l.id {comparison} $2 {fits}
           UNION ALL
           SELECT {COLUMNS} FROM audit_log l
           WHERE l.organization_id IS NULL AND l.id {comparison} $2 {fits}
             AND (EXISTS (SELECT 1 FROM admin_roles m
                          WHERE m.organization_id = $1 AND m.admin_id = l.admin_id AND m.status = 'active')
                  OR (COALESCE(l.admin_id, 0) = 0 AND (SELECT COUNT(*) FROM organizations) = 1))) found
         ORDER BY id {order} LIMIT ${}",
        number + 1
    );

    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(organization.0).bind(id);
    for word in words.into_iter().filter_map(|(_, word)| word) {
        query = query.bind(word);
    }
    for pattern in patterns.into_iter().filter_map(|(_, pattern)| pattern) {
        query = query.bind(pattern);
    }
    for instant in instants.into_iter().filter_map(|(_, instant)| instant) {
        query = query.bind(instant.timestamp_millis());
    }
    if let Some(text) = &filter.text {
        query = query.bind(containing(text));
    }
    let rows = query.bind(i64::from(limit)).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// A pattern for texts that contain this one.
fn containing(text: &str) -> String {
    ["%", &literal(text), "%"].concat()
}

/// A pattern for an address that is given as a whole, else for those that begin so: `10.0.0.1` is not `10.0.0.12`.
fn of_address(text: &str) -> String {
    match text.parse::<IpAddr>() {
        // In the form in which it was written.
        Ok(address) if !text.ends_with(':') => address.to_string(),
        _ => literal(text) + "%",
    }
}

/// A pattern for this text alone, whatever the case of its ASCII letters: that is what `LOWER` and, in SQLite, `LIKE` compare.
fn literal(text: &str) -> String {
    let mut pattern = String::new();
    for character in text.to_ascii_lowercase().chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

fn read(row: &AnyRow) -> Result<AuditRow, StoreError> {
    let json = |column| -> Result<_, StoreError> {
        let text: Option<String> = row.try_get(column)?;
        let value = text.map(|text| serde_json::from_str(&text)).transpose();
        value.map_err(|_| StoreError::Impossible("audit_log"))
    };
    Ok(AuditRow {
        id: row.try_get("id")?,
        timestamp: instant(row.try_get("logged_on")?)?,
        action: row.try_get("action")?,
        category: row.try_get("category")?,
        sub_category: row.try_get("sub_category")?,
        resource: row.try_get("resource")?,
        admin_id: row.try_get::<Option<i64>, _>("admin_id")?.map(AdminId),
        admin_name: row.try_get("admin_name")?,
        client_ip: row.try_get("client_address")?,
        interface: row.try_get("interface")?,
        result: row.try_get("result")?,
        reason: row.try_get::<Option<String>, _>("reason")?.map(current_word),
        before: json("before_change")?,
        after: json("after_change")?,
        request_id: row.try_get("request_id")?,
    })
}

pub(super) fn instant(millis: i64) -> Result<DateTime<Utc>, StoreError> {
    let instant = Utc.timestamp_millis_opt(millis).single();
    instant.ok_or(StoreError::Impossible("audit_log.logged_on"))
}

/// The current word for a reason: rows of older versions keep theirs, because the chain covers them.
pub(super) fn current_word(stored: String) -> String {
    AuditReason::of_word(&stored).map_or(stored, |reason| reason.as_str().to_owned())
}
