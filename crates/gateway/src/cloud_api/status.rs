//! `/api/v1/status`: where the vendor's API activates saved changes. Here they take effect when they are made, so nothing is
//! ever pending, and clients that activate at the end are told so.

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
