//! The session of a request, and rate limits per caller.

use axum::http::{HeaderMap, Method};
use keyward_contract::{AdminId, OrganizationId};

use super::error::ApiError;
use crate::{api_session::LiveSession, http::ClientInfo, state::AppState, store::StoreError};

/// The session of the request, if it is active and authorized. Using it prolongs it.
pub(super) async fn find(
    app: &AppState,
    headers: &HeaderMap,
    client: &ClientInfo,
) -> Result<Option<LiveSession>, StoreError> {
    let found = app.api_sessions.find(headers, client, &app.live().api).await?;
    Ok(found.filter(|live| live.session.is_usable()))
}

/// The session of the request, or an error. Counts the request against the rate limit of reads or writes.
pub(super) async fn require(
    app: &AppState,
    method: &Method,
    headers: &HeaderMap,
    client: &ClientInfo,
) -> Result<LiveSession, ApiError> {
    let found = find(app, headers, client).await?;
    count(app, method, &caller("", found.as_ref(), client))?;
    found.ok_or(ApiError::SESSION_NOT_VALID)
}

/// The caller for rate limits: an admin in an organization, or else a client address.
pub(super) fn caller(kind: &str, session: Option<&LiveSession>, client: &ClientInfo) -> String {
    match session {
        Some(LiveSession { session, .. }) => admin_caller(kind, session.organization, session.admin.id),
        None => format!("{kind} from {}", client.network()),
    }
}

/// The same, for an authenticated admin.
pub(super) fn admin_caller(kind: &str, organization: OrganizationId, admin: AdminId) -> String {
    format!("{kind} {organization} {admin}")
}

/// Counts a request against the rate limit of reads or writes.
pub(super) fn count(app: &AppState, method: &Method, caller: &str) -> Result<(), ApiError> {
    let limits = if method.is_safe() {
        &app.limits.read
    } else {
        &app.limits.write
    };
    Ok(limits.count(caller)?)
}
