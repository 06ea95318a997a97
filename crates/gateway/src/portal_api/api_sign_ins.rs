//! `/api/portal/orgs/{org}/api-key/failures` and `/api/portal/orgs/{org}/api-key/try`

use axum::{Json, extract::State};
use keyward_contract::{ApiTrial, Problem as ProblemBody, SignInFailures, TryApiKey};

use super::{
    audit_log::write_counted,
    parameters::{InOrganization, Marked},
};
use crate::{
    cloud_api::trial,
    domain::sign_in_failures,
    http::{body::JsonBody, problem::Problem},
    portal_auth::at_organization::AtOrganization,
    rules::{Needs, Operation},
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

/// Try the key
///
/// Opens an API session with the key and the password of the signed-in admin, reads it, and closes it: what a script would
/// send, and get now. Secrets are masked, and the key doesn't leave the gateway. A wrong password counts as at
/// re-authentication. The audit log has it as *Sign In* and *Sign Out* of the key, by *Admin UI*.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/api-key/try", tag = "cloud service API key",
    operation_id = "api_key_try", params(InOrganization, Marked), request_body = TryApiKey, responses(
    (status = 200, body = ApiTrial, description = "Also if the sign-in failed"),
    (status = 403, body = ProblemBody, description = "`wrong-password`, `subscription-none`"),
    (status = 404, body = ProblemBody, description = "`no-api-key`"),
    (status = 429, body = ProblemBody, description = "`account-locked`"),
))]
pub async fn attempt(
    State(app): State<AppState>,
    at: AtOrganization,
    body: Result<JsonBody<TryApiKey>, Problem>,
) -> Result<Json<ApiTrial>, Problem> {
    at.may(&app, Operation::ApiKeyTry)?;
    let JsonBody(TryApiKey { password }) = body?;
    Ok(Json(trial::run(&app, &at, &password).await?))
}
