//! Back-channel logout (OpenID Connect Back-Channel Logout 1.0).

use keyward_contract::{AuditAction, AuditReason, ProblemCode};
use serde_json::json;

use super::failed::{Failed, unavailable, write_failure};
use crate::{
    audit::{Actor, Event},
    http::ClientInfo,
    net::fetch::Failure,
    oidc::{id_token, provider::discover},
    state::AppState,
    store::{
        StoreError,
        audit::audit_log,
        people::{
            admins,
            sso::{self as rows, Provider},
        },
    },
};

/// Ends the sessions of a person who has signed out at the provider.
///
/// # Errors
/// When the token is not one of a provider that is known.
pub async fn log_out(app: &AppState, text: &str, client: &ClientInfo) -> Result<(), ProblemCode> {
    // A separate rate limit, so that sign-ins from the same address can't block back-channel logout.
    if app.limits.sso.count(&format!("sign-out {}", client.network())).is_err() {
        return Err(ProblemCode::SsoUnavailable);
    }
    let ended = end_sessions(app, text, client).await;
    let (provider, failed) = match ended {
        Ok(()) => return Ok(()),
        Err(failed) => failed,
    };
    let code = failed.code;
    write_failure(app, client, provider.as_ref(), (AuditAction::SignOut, &failed)).await;
    Err(code)
}

async fn end_sessions(app: &AppState, text: &str, client: &ClientInfo) -> Result<(), (Option<Provider>, Failed)> {
    let nobody = |failed: Failed| (None, failed);
    let unknown = || nobody(Failed::new(ProblemCode::SsoFailed, AuditReason::TokenIssuerWrong));
    let issuer = id_token::issuer(text).ok_or_else(unknown)?;
    let providers = async {
        let mut reader = app.store.read().await?;
        rows::list(&mut reader, &app.secrets).await
    };
    let providers = providers.await.map_err(|error| nobody(error.into()))?;
    // The same issuer may have several clients for the gateway.
    let mut failed = unknown();
    for provider in providers.into_iter().filter(|provider| provider.issuer == issuer) {
        match end_sessions_of(app, &provider, text, client).await {
            Ok(()) => return Ok(()),
            Err(error) => failed = (Some(provider), error),
        }
    }
    Err(failed)
}

async fn end_sessions_of(app: &AppState, provider: &Provider, text: &str, client: &ClientInfo) -> Result<(), Failed> {
    let now = app.clock.now();
    let wrong = |reason| Failed::new(ProblemCode::SsoFailed, reason);
    let (token, of) = id_token::logout_token(text, provider, now).map_err(wrong)?;
    let off = |failure: Failure| unavailable(provider, &failure);
    let discovery = discover(&app.identity_providers, &provider.issuer).await.map_err(off)?;
    let keys = discovery.keys(&app.identity_providers).await.map_err(off)?;
    id_token::check_signature(&token, &keys).map_err(wrong)?;
    let (subject, session) = (of.subject.as_deref(), of.session.as_deref());
    let mut transaction = app.store.write().await?;
    // A replayed token, from the provider or an attacker, must not end sessions opened since.
    let is_first = rows::obey_logout(&mut transaction, provider.id, &of.id, (of.expires_on, now)).await?;
    if !is_first {
        tracing::info!(provider = provider.name, "a logout token was replayed; ignored");
        return Ok(());
    }
    let mut ended = rows::end_sessions(&mut transaction, provider.id, subject, session).await?;
    ended.dedup();
    for admin in ended {
        let Some(admin) = admins::find(&mut transaction, admin).await? else {
            continue;
        };
        let event = Event {
            action: AuditAction::SignOut,
            actor: Actor::IdentityProvider(&provider.name),
            after: Some(json!({ "provider": provider.name })),
            ..Event::of_account(AuditAction::SignOut, &admin, client, now)
        };
        audit_log::insert(&mut transaction, &app.secrets, &event).await?;
    }
    Ok(transaction.commit().await.map_err(StoreError::from)?)
}
