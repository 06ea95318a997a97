//! Single sign-on: admins sign in to the portal at an identity provider (OpenID Connect Core 1.0, authorization code with
//! PKCE). The provider's tokens stay in the gateway; the browser gets a normal portal session.

mod account;
mod failed;
mod identity;
mod logout;
mod pending;

use axum::http::{HeaderMap, HeaderValue};
use chrono::{DateTime, Utc};
use keyward_contract::{Admin, AuditAction, AuditReason, ProblemCode, SignInOptions, SsoProviderId, paths};
use serde::Deserialize;
use serde_json::json;

pub use self::logout::log_out;
use self::{
    failed::{Failed, fail, unavailable},
    pending::{Found, Pending},
};
use crate::{
    audit::Event,
    http::ClientInfo,
    jwt::token::LEEWAY,
    net::fetch::Failure,
    oidc::{
        claims, id_token,
        id_token::IdToken,
        provider::{Asking, Discovery, discover},
    },
    portal_auth::session::{self, Authentication, SignedIn},
    random,
    state::AppState,
    store::{
        StoreError,
        audit::audit_log,
        people::{
            password_sign_in,
            sso::{self as rows, Provider},
        },
        sessions::portal_sessions::{self, ProviderSession},
    },
};

/// The page that ends a sign-in in a window of its own.
const SIGNED_IN: &str = "signed-in";

/// What comes back with the browser.
#[derive(Debug, Default, Deserialize)]
pub struct Returned {
    /// For which tokens are given.
    code: Option<String>,
    /// As it was sent.
    state: Option<String>,
    /// Why there is no code.
    error: Option<String>,
    /// The issuer that answers (RFC 9207).
    iss: Option<String>,
}

/// The redirect, and its cookies.
#[derive(Debug)]
pub struct Leads {
    /// A URL of the provider or of the portal.
    pub to: String,
    /// `Set-Cookie`.
    pub cookies: Vec<HeaderValue>,
}

/// The ways to sign in.
pub async fn options(app: &AppState) -> Result<SignInOptions, StoreError> {
    let mut reader = app.store.read().await?;
    let providers = rows::list(&mut reader, &app.secrets).await?;
    Ok(SignInOptions {
        password: password_sign_in::is_on(&mut reader).await?,
        password_min_length: app.config.password_min_length,
        providers: providers.iter().map(|it| session::shown(it.id, &it.name)).collect(),
    })
}

/// Where a provider sends browsers back to, as it is registered there. Each has its own, so that no other can pass an answer off
/// as its own (RFC 9700, section 4.4).
pub fn redirect_uri(public_url: &impl std::fmt::Display, provider: SsoProviderId) -> String {
    format!("{public_url}/{}", paths::sso_callback(provider))
}

/// The back-channel logout URI, as registered at the provider.
pub fn logout_uri(public_url: &impl std::fmt::Display) -> String {
    format!("{public_url}/{}", paths::SSO_LOGOUT)
}

/// Begins a sign-in: the browser goes to the provider. `fresh` is for re-authentication.
pub async fn begin(
    app: &AppState,
    id: SsoProviderId,
    (next, fresh): (&str, bool),
    (headers, client): (&HeaderMap, &ClientInfo),
    former: Option<&SignedIn>,
) -> Leads {
    let next = pending::within_portal(next);
    match asked(app, id, (&next, fresh), former, client).await {
        Ok((to, cookie)) => {
            let mut cookies = vec![cookie];
            cookies.extend(pending::make_room(app, headers, client));
            Leads { to, cookies }
        }
        Err(failed) => {
            let from = (next.as_str(), fresh && former.is_some());
            fail(app, client, None, from, failed, Vec::new()).await
        }
    }
}

async fn asked(
    app: &AppState,
    id: SsoProviderId,
    (next, fresh): (&str, bool),
    former: Option<&SignedIn>,
    client: &ClientInfo,
) -> Result<(String, HeaderValue), Failed> {
    // Each one costs a request to the provider.
    let is_limited = app.limits.sso.count(&client.network()).is_err();
    if is_limited {
        return Err(Failed::new(ProblemCode::SsoUnavailable, AuditReason::SsoTooMany));
    }
    let provider = provider_with(app, id).await?;
    let discovery = discover(&app.identity_providers, &provider.issuer).await;
    let discovery = discovery.map_err(|failure| unavailable(&provider, &failure))?;
    let admin = former.map(|former| former.requester.admin.clone());
    let state = random::token();
    let pending = Pending {
        provider: id,
        nonce: random::token().to_string(),
        verifier: random::token().to_string(),
        next: next.to_owned(),
        began_on: app.clock.now().timestamp_millis(),
        session: former.map(|former| *former.id_hash()),
        fresh: admin.filter(|_| fresh),
    };
    let asking = Asking {
        redirect_uri: &redirect_uri(&app.config.public_url, id),
        state: &state,
        nonce: &pending.nonce,
        verifier: &pending.verifier,
        fresh,
        login: pending.fresh.as_ref().map(|admin| admin.name.as_str()),
    };
    let url = discovery.authorization_url(&provider, &asking);
    let url = url.map_err(|failure| unavailable(&provider, &failure))?;
    Ok((url.into(), pending::begin(app, client, &state, pending)))
}

/// Completes a sign-in: the browser returns from the provider. `current` is the browser's session, if sent: SameSite cookies
/// aren't sent with a request from another site.
pub async fn finish(
    app: &AppState,
    id: SsoProviderId,
    returned: &Returned,
    (headers, client): (&HeaderMap, &ClientInfo),
    current: Option<&SignedIn>,
) -> Leads {
    let state = returned.state.as_deref().unwrap_or_default();
    let found = pending::find(app, headers, client, state);
    // The answer doesn't belong to this browser's sign-in; a signed-in admin just stays signed in.
    let to_portal = |next: &str| Leads {
        to: portal(app, next),
        cookies: Vec::new(),
    };
    let pending = match found {
        Found::Pending(pending) if pending.provider == id => pending,
        Found::Finished { next } => return to_portal(&next),
        _ if current.is_some() => return to_portal(""),
        found => {
            let reason = match found {
                Found::Other => AuditReason::SsoStateWrong,
                _ => AuditReason::SsoNotBegun,
            };
            let failed = Failed::new(ProblemCode::SsoFailed, reason);
            return fail(app, client, None, ("", false), failed, Vec::new()).await;
        }
    };
    let cleared = vec![pending::clear(app, client, state)];
    // If another tab has signed in since, a rejected second sign-in doesn't matter.
    if returned.error.is_some() && current.is_some() && pending.session.is_none() {
        return Leads {
            cookies: cleared,
            ..to_portal(&pending.next)
        };
    }
    let from = (pending.next.as_str(), pending.fresh.is_some());
    let provider = match provider_with(app, pending.provider).await {
        Ok(provider) => provider,
        Err(failed) => return fail(app, client, None, from, failed, cleared).await,
    };
    match complete(app, &provider, (&pending, current), returned, client).await {
        Ok(session) => Leads {
            to: portal(app, &pending.next),
            cookies: vec![pending::finish(app, client, state, &pending), session],
        },
        Err(failed) => fail(app, client, Some(&provider), from, failed, cleared).await,
    }
}

async fn provider_with(app: &AppState, id: SsoProviderId) -> Result<Provider, Failed> {
    let mut reader = app.store.read().await?;
    let provider = rows::find(&mut reader, &app.secrets, id).await?;
    provider.ok_or(Failed::new(ProblemCode::SsoFailed, AuditReason::SsoProviderUnknown))
}

/// Returns the cookie of the new session, or the new cookie of a re-authenticated one.
async fn complete(
    app: &AppState,
    provider: &Provider,
    (pending, current): (&Pending, Option<&SignedIn>),
    returned: &Returned,
    client: &ClientInfo,
) -> Result<HeaderValue, Failed> {
    let failed = |reason| Failed::new(ProblemCode::SsoFailed, reason);
    let is_other = |issuer: &String| *issuer != provider.issuer;
    if returned.iss.as_ref().is_some_and(is_other) {
        return Err(failed(AuditReason::TokenIssuerWrong));
    }
    if returned.error.is_some() {
        return Err(Failed::new(ProblemCode::SsoDenied, ProblemCode::SsoDenied.into()));
    }
    let code = returned.code.as_deref().ok_or(failed(AuditReason::SsoCodeMissing))?;
    let discovery = discover(&app.identity_providers, &provider.issuer).await;
    let discovery = discovery.map_err(|failure| unavailable(provider, &failure))?;
    if discovery.authorization_response_iss_parameter_supported && returned.iss.is_none() {
        return Err(failed(AuditReason::TokenIssuerWrong));
    }
    let token = believed(app, provider, &discovery, (code, pending)).await?;
    match &pending.fresh {
        Some(admin) => renew(app, provider, pending, (admin, &token), client).await,
        None => {
            let current = current.map(|current| *current.id_hash());
            open(app, provider, (pending.session, current), &token, client).await
        }
    }
}

/// The ID token for a code, with all claims that are needed.
async fn believed(
    app: &AppState,
    provider: &Provider,
    discovery: &Discovery,
    (code, pending): (&str, &Pending),
) -> Result<IdToken, Failed> {
    let fetcher = &app.identity_providers;
    let off = |failure: Failure| unavailable(provider, &failure);
    let redirect_uri = redirect_uri(&app.config.public_url, provider.id);
    let exchange = (code, pending.verifier.as_str(), redirect_uri.as_str());
    let tokens = discovery.tokens(fetcher, provider, exchange).await;
    let tokens = tokens.map_err(|refused| {
        let failed = unavailable(provider, &refused.failure);
        match refused.is_client_refused {
            true => Failed::new(failed.code, AuditReason::SsoClientRefused),
            false => failed,
        }
    })?;
    let keys = discovery.keys(fetcher).await.map_err(off)?;
    let now = app.clock.now();
    let token = id_token::id_token(&tokens.id_token, (provider, &keys), &pending.nonce, now);
    let mut token = token.map_err(|reason| Failed::new(ProblemCode::SsoFailed, reason))?;
    claims::drop_overage(&mut token.claims, &provider.roles_claim);
    let lacks = |claim: &String| !claim.is_empty() && claims::at(&token.claims, claim).is_none();
    if lacks(&provider.claim) || lacks(&provider.roles_claim) {
        let more = discovery.more_claims(fetcher, (provider, &keys), &tokens, &token.subject);
        let mut more = more.await.map_err(off)?;
        claims::drop_overage(&mut more, &provider.roles_claim);
        // `email_verified` refers to the address in the same document.
        let has_email = token.claims.contains_key("email");
        if has_email {
            more.remove("email_verified");
        } else {
            token.claims.remove("email_verified");
        }
        claims::add(&mut token.claims, more);
    }
    Ok(token)
}

/// Re-authentication at the provider.
async fn renew(
    app: &AppState,
    provider: &Provider,
    pending: &Pending,
    (admin, token): (&Admin, &IdToken),
    client: &ClientInfo,
) -> Result<HeaderValue, Failed> {
    let failed = |code, reason| Failed {
        admin: Some(admin.clone()),
        ..Failed::new(code, reason)
    };
    let (began_on, now) = (crate::clock::from_millis(pending.began_on), app.clock.now());
    // A time in the future is ignored: a provider's clock that is ahead must not extend a re-authentication.
    let is_fresh = |on: DateTime<Utc>| began_on - LEEWAY <= on && on <= now + LEEWAY;
    if !token.authenticated_on.is_some_and(is_fresh) {
        return Err(failed(ProblemCode::SsoNotFresh, AuditReason::SsoSignInNotFresh));
    }
    let session = pending
        .session
        .ok_or(failed(ProblemCode::SsoFailed, AuditReason::SsoNotBegun))?;
    let mut transaction = app.store.write().await?;
    let who = rows::admin(&mut transaction, provider.id, &token.subject).await?;
    if who.is_none_or(|who| who.id != admin.id) {
        return Err(failed(ProblemCode::SsoOtherAdmin, ProblemCode::SsoOtherAdmin.into()));
    }
    let renewed = account::renew(&mut transaction, app, provider, (admin, token)).await;
    let renewed = renewed.map_err(|error| failed(error.code, error.reason))?;
    if let Some(refused) = renewed {
        // Roles that the claim has revoked stay revoked.
        transaction.commit().await.map_err(StoreError::from)?;
        return Err(Failed {
            admin: Some(admin.clone()),
            ..refused
        });
    }
    let of = ProviderSession {
        provider: provider.id,
        subject: &token.subject,
        session: token.session.as_deref(),
    };
    portal_sessions::renew_at(&mut transaction, &session, &of).await?;
    let cookie = session::rotate(&mut transaction, app, (&session, Some(now)), client).await?;
    let cookie = cookie.ok_or(failed(ProblemCode::SsoFailed, AuditReason::SessionEnded))?;
    let event = Event {
        after: Some(json!({ "freshSignIn": provider.name })),
        ..Event::of_account(AuditAction::SignIn, admin, client, now)
    };
    audit_log::insert(&mut transaction, &app.secrets, &event).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(cookie)
}

/// Opens a portal session for a person whom the provider has signed in. It replaces the session from the start of the
/// sign-in, whose admin may link their account, and the browser's current one.
async fn open(
    app: &AppState,
    provider: &Provider,
    (former, current): (Option<[u8; 32]>, Option<[u8; 32]>),
    token: &IdToken,
    client: &ClientInfo,
) -> Result<HeaderValue, Failed> {
    let mut transaction = app.store.write().await?;
    let before = match former {
        Some(former) => portal_sessions::find(&mut transaction, &former).await?,
        None => None,
    };
    let signed_in = before.as_ref().map(|before| before.admin.id);
    let (admin, refused) = account::admit(&mut transaction, app, provider, token, signed_in).await?;
    if let Some(reason) = refused {
        // Roles that the claim has revoked stay revoked.
        transaction.commit().await.map_err(StoreError::from)?;
        return Err(Failed {
            admin: Some(admin),
            ..reason
        });
    }
    let now = app.clock.now();
    let now_there = match current.filter(|current| former.as_ref() != Some(current)) {
        Some(current) => portal_sessions::find(&mut transaction, &current).await?,
        None => None,
    };
    for (hash, ended) in [(former, before), (current, now_there)] {
        if let (Some(hash), Some(ended)) = (hash, ended) {
            portal_sessions::delete(&mut transaction, &hash).await?;
            let event = Event::of_account(AuditAction::SignOut, &ended.admin, client, now);
            audit_log::insert(&mut transaction, &app.secrets, &event).await?;
        }
    }
    let by = Authentication::Provider {
        provider,
        subject: &token.subject,
        session: token.session.as_deref(),
        // Without an `auth_time`, or with one in the future, the sign-in may have been long ago.
        authenticated_on: token
            .authenticated_on
            .filter(|on| *on <= now + LEEWAY)
            .map_or(DateTime::UNIX_EPOCH, |on| on.min(now)),
    };
    let (_, cookie) = session::open(&mut transaction, app, (&admin, by), client).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(cookie)
}

/// An address of the portal, as a browser takes it that may know the gateway by another name.
fn portal(app: &AppState, page: &str) -> String {
    format!("{}/{page}", app.config.public_url.path())
}
