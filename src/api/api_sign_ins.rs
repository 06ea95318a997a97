//! Sign-ins of API clients: trying one, and those that failed.

use keyward_contract::{ApiTrial, OrganizationId, SignInFailures, TryApiKey, paths};

use super::{
    ApiError,
    client::{self, Change},
};

/// What an API client would send and get now.
pub(crate) async fn api_key_try(org: OrganizationId, password: String) -> Result<ApiTrial, ApiError> {
    Change::post(paths::api_key_try(org))
        .with_body(&TryApiKey { password })
        .ask()
        .await
}

/// The last first.
pub(crate) async fn api_key_failures(org: OrganizationId) -> Result<SignInFailures, ApiError> {
    client::read(&paths::api_key_failures(org)).await
}
