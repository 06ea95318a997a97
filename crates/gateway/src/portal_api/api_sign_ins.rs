//! `/api/portal/orgs/{org}/api-key/failures` and `/api/portal/orgs/{org}/api-key/try`

use axum::{Json, extract::State};
use keyward_contract::SignInFailures;

use super::{audit_log::write_counted, parameters::InOrganization};
use crate::{
    domain::sign_in_failures, http::problem::Problem, portal_auth::at_organization::AtOrganization, rules::Needs,
    state::AppState,
};

/// Recent failures
///
/// The sign-ins with the key that failed in the last 7 days, with the true reason, the last first. Equal ones are one line.
/// The role must grant both: the key, and the audit log.
#[utoipa::path(get, path = "/api/portal/orgs/{org}/api-key/failures", tag = "cloud service API key",
    operation_id = "api_key_failures_read", params(InOrganization), responses((status = 200, body = SignInFailures)))]
pub async fn failures(State(app): State<AppState>, at: AtOrganization) -> Result<Json<SignInFailures>, Problem> {
    at.can(Needs::SignInFailures)?;
    write_counted(&app).await;
    let mut reader = app.store.read().await?;
    let failures = sign_in_failures::recent(&mut reader, at.organization.id, app.clock.now()).await?;
    Ok(Json(failures))
}
