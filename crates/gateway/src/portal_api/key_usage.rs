//! `/api/portal/orgs/{org}/key-usage`

use axum::{Json, extract::State};
use keyward_contract::KeyUsage;

use super::parameters::InOrganization;
use crate::{
    domain::sign_in_failures,
    http::problem::Problem,
    portal_auth::at_organization::AtOrganization,
    rules::Needs,
    state::AppState,
    store::{
        keys::{former_keys, key_guesses},
        usage::key_usage,
    },
};

/// Key usage
///
/// The clients of the last 30 days, whichever key they used; the clients that still use the previous key; whether someone is
/// guessing the key; and the last failed sign-in, if the role grants the audit log, too.
#[utoipa::path(get, path = "/api/portal/orgs/{org}/key-usage", tag = "cloud service API key",
    operation_id = "key_usage_read",
    params(InOrganization), responses((status = 200, body = KeyUsage)))]
pub async fn read(State(app): State<AppState>, at: AtOrganization) -> Result<Json<KeyUsage>, Problem> {
    at.can(Needs::View)?;
    let now = app.clock.now();
    let organization = at.organization.id;
    let mut reader = app.store.read().await?;
    let live = key_usage::live(&mut reader, organization, &app.live().api).await?;
    let (clients, more_clients) = key_usage::clients(&mut reader, organization, &live, now).await?;
    // Without a request that is rejected for it: the page shows the rest.
    let shows_failures = at.can(Needs::SignInFailures).is_ok();
    let last_failure = match shows_failures {
        true => sign_in_failures::last(&mut reader, organization, now).await?,
        false => None,
    };
    let (sessions_per_hour, hours_since) = key_usage::sessions_per_hour(&mut reader, organization, now).await?;
    Ok(Json(KeyUsage {
        clients,
        more_clients,
        live_sessions: live.values().sum(),
        sessions_per_hour,
        hours_since,
        former_key: former_keys::view(&mut reader, organization, now).await?,
        guessing: key_guesses::view(&mut reader, organization, now).await?,
        last_failure,
        age_hint_days: app.config.key_age_hint_days(),
    }))
}
