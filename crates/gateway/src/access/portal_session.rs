//! Portal sessions: a random cookie of which only the hash is kept, an idle and an absolute end.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{HeaderMap, HeaderValue, request::Parts},
};
use chrono::{DateTime, Utc};
use keyward_contract::{Admin, AuditAction, ProblemCode, Session, SessionId, SsoProvider, SsoProviderId};
use serde_json::json;

use super::cookies;
use crate::{
    app::AppState,
    audit::Event,
    authority::Requester,
    edge::ClientInfo,
    problem::Problem,
    random,
    secrets::hash_token,
    sso::shown,
    store::{
        Connection, StoreError, admins, audit_log, known_addresses, organizations,
        portal_sessions::{self, Origin, PortalSession, ProviderSession},
        sso,
    },
};

/// The name where the connection is HTTPS: browsers then insist on `Secure`, `Path=/` and no `Domain` (RFC 6265bis).
const SECURE_NAME: &str = "__Host-keyward";
const PLAIN_NAME: &str = "keyward";
const ATTRIBUTES: &str = "; Path=/; HttpOnly; SameSite=Strict";

/// A request with a live portal session. As an extractor it refuses everything else.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who signed in, and where they are.
    pub requester: Requester,
    /// When the session ends if nothing happens until then.
    pub expires_at: DateTime<Utc>,
    /// What the session is called where it is listed.
    pub public_id: SessionId,
    /// The identity provider that they signed in at, and its name.
    pub provider: Option<(SsoProviderId, String)>,
    authenticated_on: DateTime<Utc>,
    id_hash: [u8; 32],
}

/// How somebody has proven who they are.
#[derive(Clone, Copy, Debug)]
pub enum Authentication<'a> {
    /// With their password, now.
    Password,
    /// At an identity provider.
    Provider {
        /// Which.
        provider: &'a sso::Provider,
        /// Who it is there.
        subject: &'a str,
        /// The provider's own session, where it says.
        session: Option<&'a str>,
        /// When.
        authenticated_on: DateTime<Utc>,
    },
}

impl SignedIn {
    /// The session as the portal sees it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn describe(&self, app: &AppState) -> Result<Session, StoreError> {
        let mut reader = app.store.read().await?;
        let provider = self.provider.as_ref().map(|(id, name)| shown(*id, name));
        describe(&mut reader, (&self.requester.admin, provider), self.expires_at).await
    }

    /// What the session is found by.
    pub fn id_hash(&self) -> &[u8; 32] {
        &self.id_hash
    }

    /// Refuses when the password was given too long ago for something of weight.
    ///
    /// # Errors
    /// [`ProblemCode::FreshPasswordRequired`].
    pub fn has_fresh_password(&self, app: &AppState) -> Result<(), Problem> {
        if app.clock.now() < self.authenticated_on + app.config.fresh_password {
            return Ok(());
        }
        let detail = match self.provider {
            Some(_) => {
                "Your last sign-in is too long ago for this. Sign in at your identity provider, and repeat the request."
            }
            None => "Your last sign-in is too long ago for this. Enter your password, and repeat the request.",
        };
        Err(Problem::new(ProblemCode::FreshPasswordRequired).detail(detail))
    }

    /// Ends the session in a transaction that the caller commits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_in(&self, connection: &mut Connection, app: &AppState) -> Result<(), StoreError> {
        portal_sessions::delete(connection, &self.id_hash).await?;
        let Requester { admin, client } = &self.requester;
        let event = Event::of_account(AuditAction::SignOut, admin, client, app.clock.now());
        audit_log::insert(connection, &app.secrets, &event).await
    }

    /// Ends the session. The answer carries the returned `Set-Cookie`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end(self, app: &AppState) -> Result<HeaderValue, StoreError> {
        let mut transaction = app.store.write().await?;
        self.end_in(&mut transaction, app).await?;
        transaction.commit().await.map_err(StoreError::from)?;
        Ok(set_cookie("", self.requester.client.https, "; Max-Age=0"))
    }
}

/// Opens a session in a transaction that the caller commits. Answers it and the `Set-Cookie` for it.
///
/// # Errors
/// When the database fails.
pub async fn open(
    connection: &mut Connection,
    app: &AppState,
    (admin, by): (&Admin, Authentication<'_>),
    client: &ClientInfo,
) -> Result<(Session, HeaderValue), StoreError> {
    let now = app.clock.now();
    let id = random::token();
    let origin = Origin {
        client_address: client.address.to_string(),
        user_agent: client.user_agent.as_deref(),
    };
    let id_hash = hash_token(&id);
    portal_sessions::insert(connection, &id_hash, admin.id, &origin, now).await?;
    let mut event = Event::of_account(AuditAction::SignIn, admin, client, now);
    let mut at = None;
    if let Authentication::Provider {
        provider,
        subject,
        session,
        authenticated_on,
    } = by
    {
        let of = ProviderSession {
            provider: provider.id,
            subject,
            session,
        };
        portal_sessions::set_provider(connection, &id_hash, &of, authenticated_on).await?;
        event.after = Some(json!({ "provider": provider.name }));
        at = Some(shown(provider.id, &provider.name));
    }
    admins::signed_in(connection, admin.id, now).await?;
    known_addresses::note(connection, admin.id, &client.network(), false, now).await?;
    audit_log::insert(connection, &app.secrets, &event).await?;
    let session = describe(connection, (admin, at), expiry(app, now, now)).await?;
    Ok((session, set_cookie(&id, client.https, "")))
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        match <Self as OptionalFromRequestParts<AppState>>::from_request_parts(parts, app).await? {
            Some(signed_in) => Ok(signed_in),
            None => Err(not_signed_in(app).await?),
        }
    }
}

impl OptionalFromRequestParts<AppState> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Option<Self>, Problem> {
        let client = ClientInfo::of(parts);
        let Some(id) = cookie(&parts.headers, client.https) else {
            return Ok(None);
        };
        let id_hash = hash_token(id);
        let mut reader = app.store.read().await?;
        let Some(found) = portal_sessions::find(&mut reader, &id_hash).await? else {
            return Ok(None);
        };
        drop(reader);
        let now = app.clock.now();
        if now >= expiry(app, found.created_on, found.last_used_on) {
            return Ok(None);
        }
        touch(app, &id_hash, &found, now).await;
        let expires_at = expiry(app, found.created_on, now);
        Ok(Some(Self {
            requester: Requester {
                admin: found.admin,
                client,
            },
            expires_at,
            public_id: found.public_id,
            provider: found.provider,
            authenticated_on: found.authenticated_on,
            id_hash,
        }))
    }
}

/// Notes the use, but not at each request: a write for every read would be dear, and being a sixtieth of the idle time
/// early hurts nobody. A database that can't be written must not keep anybody from reading.
async fn touch(app: &AppState, id_hash: &[u8; 32], found: &PortalSession, now: DateTime<Utc>) {
    if now < found.last_used_on + app.config.session_idle / 60 {
        return;
    }
    let touched = async {
        let mut transaction = app.store.write().await?;
        portal_sessions::touch(&mut transaction, id_hash, now).await?;
        transaction.commit().await.map_err(StoreError::from)
    };
    if let Err(error) = touched.await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the use of a session was not noted"
        );
    }
}

async fn not_signed_in(app: &AppState) -> Result<Problem, Problem> {
    let mut reader = app.store.read().await?;
    if organizations::count(&mut reader).await? > 0 {
        return Ok(Problem::new(ProblemCode::NotSignedIn));
    }
    Ok(Problem::new(ProblemCode::SetupRequired)
        .detail("Open the set-up link that the gateway printed when it started, or run keyward init."))
}

async fn describe(
    connection: &mut Connection,
    (admin, provider): (&Admin, Option<SsoProvider>),
    expires_at: DateTime<Utc>,
) -> Result<Session, StoreError> {
    Ok(Session {
        admin: admin.clone(),
        organizations: organizations::of_admin(connection, admin.id).await?,
        expires_at,
        provider,
        has_password: admins::has_password(connection, admin.id).await?,
    })
}

fn expiry(app: &AppState, created_on: DateTime<Utc>, last_used_on: DateTime<Utc>) -> DateTime<Utc> {
    (last_used_on + app.config.session_idle).min(created_on + app.config.session_absolute)
}

fn cookie(headers: &HeaderMap, https: bool) -> Option<&str> {
    cookies::find(headers, if https { SECURE_NAME } else { PLAIN_NAME })
}

fn set_cookie(id: &str, https: bool, more: &str) -> HeaderValue {
    if https {
        cookies::set(SECURE_NAME, id, &format!("{ATTRIBUTES}; Secure{more}"))
    } else {
        cookies::set(PLAIN_NAME, id, &format!("{ATTRIBUTES}{more}"))
    }
}
