//! `/api/portal/orgs/{org}/audit-log`, and the same as CSV.

mod csv;
mod query;

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use keyward_contract::{
    AuditAction, AuditLogFilter, AuditLogPage, AuditSubCategory, OrganizationId, Problem as ProblemBody,
};

use self::query::{Paged, Unpaged};
use crate::{
    audit::{Actor, Event},
    http::problem::Problem,
    portal_auth::at_organization::AtOrganization,
    rules::{Needs, Operation},
    state::AppState,
    store::{
        StoreError,
        audit::{
            audit_chain, audit_log,
            audit_log_rows::{self, Part},
        },
    },
};

/// Batch size of the CSV, in rows.
const BATCH: u32 = 500;

/// The audit log
///
/// Newest first, in pages; with `after`, oldest first.
#[utoipa::path(get, path = "/api/portal/orgs/{org}/audit-log", tag = "audit-log", operation_id = "audit_log_read",
    params(("org" = i64, Path, description = "Identifier of the organization"), AuditLogFilter,
    ("before" = Option<i64>, Query, description = "Only rows before the one with this id"),
    ("after" = Option<i64>, Query, description = "Only rows after the one with this id, oldest first; 0 for all"),
    ("limit" = Option<u32>, Query, description = "How many rows, 1 to 200. Default: 100")), responses(
    (status = 200, body = AuditLogPage),
    (status = 422, body = ProblemBody, description = "`invalid-input`, by parameter"),
))]
pub async fn read(
    State(app): State<AppState>,
    at: AtOrganization,
    query: Result<Paged, Problem>,
) -> Result<Json<AuditLogPage>, Problem> {
    at.can(Needs::AuditLog)?;
    let Paged { filter, part, limit } = query?;
    write_counted(&app).await;
    let mut reader = app.store.read().await?;
    // One more tells whether there are more.
    let mut rows = audit_log_rows::part(&mut reader, at.organization.id, &filter, part, limit + 1).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| row.id);
    let kept_since = audit_chain::kept_since(&mut reader).await?;
    Ok(Json(AuditLogPage { rows, next, kept_since }))
}

/// The audit log as CSV
///
/// All rows that match, newest first (RFC 4180), with a byte order mark. Values that a spreadsheet would take for a formula get
/// an apostrophe in front. The download itself is logged before its first byte is sent.
#[utoipa::path(get, path = "/api/portal/orgs/{org}/audit-log.csv", tag = "audit-log", operation_id = "audit_log_csv",
    params(("org" = i64, Path, description = "Identifier of the organization"), AuditLogFilter), responses(
    (status = 200, body = String, content_type = "text/csv"),
    (status = 422, body = ProblemBody, description = "`invalid-input`, by parameter"),
))]
pub async fn export(
    State(app): State<AppState>,
    at: AtOrganization,
    query: Result<Unpaged, Problem>,
) -> Result<Response, Problem> {
    at.may(&app, Operation::AuditLogCsv)?;
    let Unpaged(filter) = query?;
    write_counted(&app).await;
    let own_row = write_export(&app, &at, &filter).await?;
    let day = app.clock.now().format("%Y-%m-%d");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"audit-log-{}-{day}.csv\"", at.organization.id),
        ),
    ];
    Ok((StatusCode::OK, headers, rows(app, at.organization.id, filter, own_row)).into_response())
}

/// Flushes the counts of the past minutes, so that they are among the rows. Reading works even if the database can't be
/// written.
pub(super) async fn write_counted(app: &AppState) {
    if let Err(error) = app.counted.write_due().await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "counted attempts are not in the audit log yet");
    }
}

/// Writes the row about the export and returns it: the export doesn't include it.
async fn write_export(app: &AppState, at: &AtOrganization, filter: &AuditLogFilter) -> Result<i64, Problem> {
    let event = Event {
        organization: Some(at.organization.id),
        after: serde_json::to_value(filter).ok(),
        ..Event::new(
            (AuditAction::Export, AuditSubCategory::AuditLog),
            "Audit Log",
            (Actor::Admin(&at.requester.admin), Some(&at.requester.client)),
            app.clock.now(),
        )
    };
    let mut transaction = app.store.write().await?;
    audit_log::insert(&mut transaction, &app.secrets, &event).await?;
    let row = audit_chain::last_row(&mut transaction).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(row)
}

/// The header, then the rows before `before`, with backpressure. No database connection is held between parts, and it ends
/// when the client disconnects.
fn rows(app: AppState, organization: OrganizationId, filter: AuditLogFilter, before: i64) -> Body {
    let parts = stream::try_unfold((csv::head(), before), move |(head, before)| {
        let (app, filter) = (app.clone(), filter.clone());
        async move {
            if before == 0 {
                return Ok::<_, StoreError>(None);
            }
            let mut reader = app.store.read().await?;
            let rows = audit_log_rows::part(&mut reader, organization, &filter, Part::Before(before), BATCH).await?;
            // No row has the id 0: it is the end.
            let next = rows.last().map_or(0, |row| row.id);
            let part = head + &csv::lines(&rows);
            Ok(Some((part, (String::new(), next))))
        }
    });
    Body::from_stream(parts)
}
