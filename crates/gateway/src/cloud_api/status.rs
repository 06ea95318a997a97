//! `/api/v1/status` and `/api/v1/ecAdminActivateStatus`: where the vendor's APIs activate saved changes. Here they take effect
//! when they are made, so nothing is ever pending, and clients that activate at the end are told so.

use axum::Json;
use serde::Serialize;

use super::caller::Caller;

/// The state of changes.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Activation {
    /// Always `ACTIVE`: no change is pending.
    status: &'static str,
}

const ACTIVE: Activation = Activation { status: "ACTIVE" };

/// The state of changes, as the Cloud & Branch Connector API tells it.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorActivation {
    /// Always `EDITS_CLEARED`: no change is pending.
    org_edit_status: &'static str,
    /// Always `CAC_ACTV_UI`.
    org_last_activate_status: &'static str,
    /// Always empty: no administrator has a change pending.
    admin_status_map: Nothing,
    /// Always `ADM_ACTV_DONE`.
    admin_activate_status: &'static str,
}

/// An object without members.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Nothing {}

const DONE: ConnectorActivation = ConnectorActivation {
    org_edit_status: "EDITS_CLEARED",
    org_last_activate_status: "CAC_ACTV_UI",
    admin_status_map: Nothing {},
    admin_activate_status: "ADM_ACTV_DONE",
};

/// Read the activation status
#[utoipa::path(get, path = "/api/v1/status", tag = "cloud service API", operation_id = "status_read", responses(
    (status = 200, body = Activation),
    (status = 401, description = "`SESSION_NOT_VALID`, `ACCESS_TOKEN_NOT_VALID`"),
    (status = 403, description = "`INSUFFICIENT_SCOPE`"),
    (status = 429, description = "Rate limit exceeded"),
))]
pub async fn read(_: Caller) -> Json<Activation> {
    Json(ACTIVE)
}

/// Activate changes
///
/// Nothing is pending: changes take effect immediately.
#[utoipa::path(post, path = "/api/v1/status/activate", tag = "cloud service API", operation_id = "status_activate",
    responses(
    (status = 200, body = Activation),
    (status = 401, description = "`SESSION_NOT_VALID`, `ACCESS_TOKEN_NOT_VALID`"),
    (status = 403, description = "`INSUFFICIENT_SCOPE`"),
    (status = 429, description = "Rate limit exceeded"),
))]
pub async fn activate(_: Caller) -> Json<Activation> {
    Json(ACTIVE)
}

/// Read the activation status of the Cloud & Branch Connector API
#[utoipa::path(get, path = "/api/v1/ecAdminActivateStatus", tag = "cloud service API",
    operation_id = "connector_status_read", responses(
    (status = 200, body = ConnectorActivation),
    (status = 401, description = "`SESSION_NOT_VALID`, `ACCESS_TOKEN_NOT_VALID`"),
    (status = 403, description = "`INSUFFICIENT_SCOPE`"),
    (status = 429, description = "Rate limit exceeded"),
))]
pub async fn connector_read(_: Caller) -> Json<ConnectorActivation> {
    Json(DONE)
}

/// Activate changes in the Cloud & Branch Connector API
///
/// Nothing is pending: changes take effect immediately.
#[utoipa::path(put, path = "/api/v1/ecAdminActivateStatus/activate", tag = "cloud service API",
    operation_id = "connector_status_activate", responses(
    (status = 200, body = ConnectorActivation),
    (status = 401, description = "`SESSION_NOT_VALID`, `ACCESS_TOKEN_NOT_VALID`"),
    (status = 403, description = "`INSUFFICIENT_SCOPE`"),
    (status = 429, description = "Rate limit exceeded"),
))]
pub async fn connector_activate(_: Caller) -> Json<ConnectorActivation> {
    Json(DONE)
}

/// Activate changes in the Cloud & Branch Connector API, also those of others
///
/// Nothing is pending: changes take effect immediately.
#[utoipa::path(put, path = "/api/v1/ecAdminActivateStatus/forcedActivate", tag = "cloud service API",
    operation_id = "connector_status_force", responses(
    (status = 200, body = ConnectorActivation),
    (status = 401, description = "`SESSION_NOT_VALID`, `ACCESS_TOKEN_NOT_VALID`"),
    (status = 403, description = "`INSUFFICIENT_SCOPE`"),
    (status = 429, description = "Rate limit exceeded"),
))]
pub async fn connector_force(_: Caller) -> Json<ConnectorActivation> {
    Json(DONE)
}
