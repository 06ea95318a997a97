//! Portal sessions: a random cookie of which only the hash is stored, an idle timeout and a maximum lifetime.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
};
use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::{
    Admin, AuditAction, AuditInterface, BuiltInRole, ProblemCode, Session, SessionId, SsoProvider, SsoProviderId, paths,
};
use serde_json::{Value, json};

use crate::{
    audit::Event,
    http::{ClientInfo, Requester, cookies, problem::Problem},
    random,
    secrets::hash_token,
    state::AppState,
    store::{
        Connection, StoreError,
        audit::audit_log,
        organizations,
        people::{admins, known_addresses, sso},
        sessions::portal_sessions::{self, Cookie, Origin, PortalSession, ProviderSession},
    },
};

/// The name where the connection is HTTPS: browsers then insist on `Secure`, `Path=/` and no `Domain` (RFC 6265bis).
const SECURE_NAME: &str = "__Host-keyward";
const PLAIN_NAME: &str = "keyward";
/// How far ahead of the clock a sign-in may lie that counts as recent.
const LEEWAY: TimeDelta = TimeDelta::minutes(1);
/// What a browser drops at a sign-out (W3C Clear Site Data): copies of answers, and pages that *Back* would show again. Not
/// `"storage"`, which holds preferences that survive a sign-out, and not `"cookies"`, which are those of everything else on the
/// domain, too.
const CLEAR_SITE_DATA: HeaderValue = HeaderValue::from_static("\"cache\", \"prefetchCache\", \"prerenderCache\"");
const ATTRIBUTES: &str = "; Path=/; HttpOnly";
/// Cookies of the portal in a window of its own are never sent from another site's page.
const OF_WINDOW: &str = "; SameSite=Strict";
/// In a frame of another site only such a cookie works, and it stays with that site: no other page that frames the portal, or
/// sends requests to it, gets it along (CHIPS, <https://datatracker.ietf.org/doc/draft-cutler-httpbis-partitioned-cookies/>).
const OF_FRAME: &str = "; SameSite=None; Partitioned";

/// A request with an active portal session. As an extractor, it rejects everything else.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The signed-in admin, and the client.
    pub requester: Requester,
    /// When the session ends without further requests.
    pub expires_at: DateTime<Utc>,
    /// The identifier of the session in its list.
    pub public_id: SessionId,
    /// The identity provider that they signed in at, and its name.
    pub provider: Option<(SsoProviderId, String)>,
    authenticated_on: DateTime<Utc>,
    id_hash: [u8; 32],
    cookie: Cookie,
}

/// The method of authentication.
#[derive(Clone, Copy, Debug)]
pub enum Authentication<'a> {
    /// With their password, now.
    Password,
    /// At an identity provider.
    Provider {
        /// Which.
        provider: &'a sso::Provider,
        /// The subject there.
        subject: &'a str,
        /// The provider's own session, if named.
        session: Option<&'a str>,
        /// When.
        authenticated_on: DateTime<Utc>,
    },
}

impl SignedIn {
    /// The session as the portal sees it.
    pub async fn describe(&self, app: &AppState) -> Result<Session, StoreError> {
        let mut reader = app.store.read().await?;
        let provider = self.provider.as_ref().map(|(id, name)| shown(*id, name));
        describe(&mut reader, app, (&self.requester.admin, provider), self.expires_at).await
    }

    /// Rejects requests of a page that shows a different admin, after someone else has signed in in another window.
    fn meant_by_the_page(self, headers: &HeaderMap) -> Result<Self, Problem> {
        let Some(meant) = headers.get(paths::ADMIN_HEADER) else {
            return Ok(self);
        };
        let admin = &self.requester.admin;
        if meant.as_bytes() == admin.id.to_string().as_bytes() {
            return Ok(self);
        }
        Err(Problem::new(ProblemCode::OtherAdmin).detail(format!(
            "This browser is signed in as {} now. Nothing was changed. Reload the page.",
            admin.name
        )))
    }

    /// What the session is found by.
    pub fn id_hash(&self) -> &[u8; 32] {
        &self.id_hash
    }

    /// Requires re-authentication for a sensitive operation.
    ///
    /// # Errors
    /// [`ProblemCode::FreshPasswordRequired`].
    pub fn has_fresh_password(&self, app: &AppState) -> Result<(), Problem> {
        let now = app.clock.now();
        if now < self.authenticated_on + app.config.fresh_password && self.authenticated_on <= now + LEEWAY {
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
    pub async fn end_in(&self, connection: &mut Connection, app: &AppState) -> Result<(), StoreError> {
        portal_sessions::delete(connection, &self.id_hash).await?;
        let Requester { admin, client, .. } = &self.requester;
        let event = Event::of_account(AuditAction::SignOut, admin, client, app.clock.now());
        audit_log::insert(connection, &app.secrets, &event).await
    }

    /// Ends the session. The answer carries the returned headers.
    pub async fn end(self, app: &AppState) -> Result<[(HeaderName, HeaderValue); 2], StoreError> {
        let mut transaction = app.store.write().await?;
        self.end_in(&mut transaction, app).await?;
        transaction.commit().await.map_err(StoreError::from)?;
        let cookie = set_cookie(app, "", &self.requester.client, "; Max-Age=0");
        Ok([
            (header::SET_COOKIE, cookie),
            (HeaderName::from_static("clear-site-data"), CLEAR_SITE_DATA),
        ])
    }

    /// Rotates the session cookie if the answer that set the current one was lost, so that a copy of the previous one can't
    /// be used (session fixation).
    pub async fn rotate_again(&self, app: &AppState) -> Result<Option<HeaderValue>, Problem> {
        if !matches!(self.cookie, Cookie::Former(_)) {
            return Ok(None);
        }
        let mut transaction = app.store.write().await?;
        let cookie = rotate(&mut transaction, app, (self.id_hash(), None), &self.requester.client).await?;
        transaction.commit().await.map_err(StoreError::from)?;
        cookie.ok_or(ProblemCode::NotSignedIn.into()).map(Some)
    }
}

/// Rotates the session cookie, in the re-authentication's transaction, which the caller commits (session fixation; OWASP
/// ASVS 5.0, 7.2.4). Returns the `Set-Cookie`; nothing if the session has ended.
pub async fn rotate(
    connection: &mut Connection,
    app: &AppState,
    (shown, authenticated_on): (&[u8; 32], Option<DateTime<Utc>>),
    client: &ClientInfo,
) -> Result<Option<HeaderValue>, StoreError> {
    let id = random::token();
    let rotated = portal_sessions::rotate(connection, shown, &hash_token(&id), authenticated_on).await?;
    Ok(rotated.then(|| set_cookie(app, &id, client, "")))
}

/// Opens a session in a transaction that the caller commits. Returns it with its `Set-Cookie`.
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
    let ended = portal_sessions::bound(connection, admin.id, &id_hash).await?;
    let mut event = Event::of_account(AuditAction::SignIn, admin, client, now);
    let mut at = None;
    let mut after = serde_json::Map::new();
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
        after.insert("provider".to_owned(), json!(provider.name));
        at = Some(shown(provider.id, &provider.name));
    }
    if ended > 0 {
        after.insert("oldSessionsEnded".to_owned(), json!(ended));
    }
    event.after = (!after.is_empty()).then_some(Value::Object(after));
    admins::signed_in(connection, admin.id, now).await?;
    known_addresses::note(connection, admin.id, &client.network(), false, now).await?;
    audit_log::insert(connection, &app.secrets, &event).await?;
    let session = describe(connection, app, (admin, at), expiry(app, now, now)).await?;
    Ok((session, set_cookie(app, &id, client, "")))
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        match <Self as OptionalFromRequestParts<AppState>>::from_request_parts(parts, app).await? {
            Some(signed_in) => signed_in.meant_by_the_page(&parts.headers),
            None => Err(not_signed_in(app).await?),
        }
    }
}

impl OptionalFromRequestParts<AppState> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Option<Self>, Problem> {
        let client = ClientInfo::of(parts);
        let now = app.clock.now();
        let Some((id_hash, mut found)) = find(app, &parts.headers, client.https, now).await? else {
            return Ok(None);
        };
        if found.cookie == Cookie::New {
            end_former(app, &id_hash, now).await;
        }
        if !parts.headers.contains_key(paths::BACKGROUND_HEADER) {
            touch(app, &id_hash, &mut found, now).await;
        }
        let authenticated_on = match found.cookie {
            Cookie::Current | Cookie::New => found.authenticated_on,
            // A later re-authentication belongs to the new cookie.
            Cookie::Former(_) => DateTime::UNIX_EPOCH,
        };
        Ok(Some(Self {
            requester: Requester {
                admin: found.admin,
                client,
                interface: AuditInterface::AdminUi,
            },
            expires_at: expiry(app, found.created_on, found.last_used_on),
            public_id: found.public_id,
            provider: found.provider,
            authenticated_on,
            id_hash,
            cookie: found.cookie,
        }))
    }
}

/// The active session of a request, whichever of its cookies has it. In a frame of the same site, browsers send the cookie for
/// frames beside that of windows: after a re-authentication one of them is the former.
async fn find(
    app: &AppState,
    headers: &HeaderMap,
    https: bool,
    now: DateTime<Utc>,
) -> Result<Option<([u8; 32], PortalSession)>, StoreError> {
    let alive = app.live().portal;
    let name = name(app, https);
    let mut cookies = cookies::values(headers, &name).peekable();
    if cookies.peek().is_none() {
        return Ok(None);
    }
    let mut reader = app.store.read().await?;
    let mut former = None;
    for id in cookies {
        let id_hash = hash_token(id);
        if let Some(found) = portal_sessions::find(&mut reader, &id_hash).await?
            && alive.holds(found.created_on, found.last_used_on)
            && found.takes_cookie(now)
        {
            if !matches!(found.cookie, Cookie::Former(_)) {
                return Ok(Some((id_hash, found)));
            }
            former.get_or_insert((id_hash, found));
        }
    }
    Ok(former)
}

/// Stores the use, throttled to 1/60 of the idle timeout to avoid a write per read. Reading works even if the database can't
/// be written.
async fn touch(app: &AppState, id_hash: &[u8; 32], found: &mut PortalSession, now: DateTime<Utc>) {
    let is_recent = now < found.last_used_on + app.config.session_idle / 60;
    // A clock that was set back must not prolong it.
    if is_recent && found.last_used_on <= now {
        return;
    }
    let touched = async {
        let mut transaction = app.store.write().await?;
        portal_sessions::touch(&mut transaction, id_hash, now).await?;
        transaction.commit().await.map_err(StoreError::from)
    };
    match touched.await {
        Ok(()) => found.last_used_on = now,
        Err(error) => tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the use of a session could not be stored"
        ),
    }
}

/// The browser has the new cookie.
async fn end_former(app: &AppState, id_hash: &[u8; 32], now: DateTime<Utc>) {
    let ended = async {
        let mut transaction = app.store.write().await?;
        portal_sessions::end_former(&mut transaction, id_hash, now).await?;
        transaction.commit().await.map_err(StoreError::from)
    };
    if let Err(error) = ended.await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the session cookie before a re-authentication could not be revoked"
        );
    }
}

async fn not_signed_in(app: &AppState) -> Result<Problem, Problem> {
    let mut reader = app.store.read().await?;
    if organizations::count(&mut reader).await? > 0 {
        return Ok(Problem::new(ProblemCode::NotSignedIn));
    }
    Ok(Problem::new(ProblemCode::SetupRequired)
        .detail("Open the set-up link that the gateway printed at its start, or run keyward init."))
}

/// A provider as the portal sees it.
pub fn shown(id: SsoProviderId, name: &str) -> SsoProvider {
    SsoProvider {
        name: name.to_owned(),
        sign_in: paths::sso_sign_in(id),
    }
}

async fn describe(
    connection: &mut Connection,
    app: &AppState,
    (admin, provider): (&Admin, Option<SsoProvider>),
    expires_at: DateTime<Utc>,
) -> Result<Session, StoreError> {
    let organizations = organizations::of_admin(connection, admin.id).await?;
    let all = BuiltInRole::SuperAdmin.permissions();
    let is_super_admin = organizations.iter().any(|access| access.permissions.covers(&all));
    Ok(Session {
        admin: admin.clone(),
        organizations,
        clock_doubted: is_super_admin && app.trust.now().is_none(),
        expires_at,
        expires_in: u32::try_from((expires_at - app.clock.now()).num_seconds()).unwrap_or(0),
        provider,
        has_password: admins::has_password(connection, admin.id).await?,
    })
}

fn expiry(app: &AppState, created_on: DateTime<Utc>, last_used_on: DateTime<Utc>) -> DateTime<Utc> {
    (last_used_on + app.config.session_idle).min(created_on + app.config.session_absolute)
}

/// The name of the cookie. Cookies know neither ports nor, for `__Host-`, paths: each installation on a host, and each base path,
/// has a name of its own, or signing in to one would sign out of the other.
fn name(app: &AppState, https: bool) -> String {
    let name = if https { SECURE_NAME } else { PLAIN_NAME };
    format!("{name}-{}", app.secrets.cookie_part(app.config.public_url.path()))
}

/// Only a page that the operator lets others frame, over HTTPS, can have a cookie for frames.
fn set_cookie(app: &AppState, id: &str, client: &ClientInfo, more: &str) -> HeaderValue {
    let is_framed = client.is_framed && client.https && !app.config.frame_ancestors.is_empty();
    let site = if is_framed { OF_FRAME } else { OF_WINDOW };
    let secure = if client.https { "; Secure" } else { "" };
    cookies::set(
        &name(app, client.https),
        id,
        &format!("{ATTRIBUTES}{site}{secure}{more}"),
    )
}
