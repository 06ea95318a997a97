//! Sessions of the cloud service API: the cookie `JSESSIONID`.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::http::{HeaderMap, HeaderValue, Method};

use keyward_contract::{AdminId, OrganizationId};

use super::error::ApiError;
use crate::{
    access::cookies,
    app::AppState,
    edge::ClientInfo,
    key_usage::{Client, KeyUse},
    random,
    secrets::hash_token,
    store::{ApiSession, StoreError, api_sessions},
};

const COOKIE: &str = "JSESSIONID";

/// The sessions whose use is being noted.
#[derive(Default)]
pub struct Touches(Mutex<HashSet<[u8; 32]>>);

impl Touches {
    /// The turn to note the use of a session; `None` while somebody else has it.
    fn begin(&self, id_hash: [u8; 32]) -> Option<Touch<'_>> {
        let begun = self.lock().insert(id_hash);
        begun.then_some(Touch { touches: self, id_hash })
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<[u8; 32]>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A turn that ends when dropped.
struct Touch<'a> {
    touches: &'a Touches,
    id_hash: [u8; 32],
}

impl Drop for Touch<'_> {
    fn drop(&mut self) {
        self.touches.lock().remove(&self.id_hash);
    }
}

/// A live session, and what it is found by.
pub struct LiveSession {
    /// The session.
    pub session: ApiSession,
    pub(super) id_hash: [u8; 32],
}

/// The session of the request, if it is alive and may be used now. Using it keeps it alive.
pub(super) async fn find(app: &AppState, headers: &HeaderMap) -> Result<Option<LiveSession>, StoreError> {
    Ok(find_live(app, headers).await?.filter(|live| live.session.is_usable()))
}

/// The session of the request, if it is alive now, whether or not it may be used. Using it keeps it alive.
///
/// # Errors
/// When the database fails.
pub async fn find_live(app: &AppState, headers: &HeaderMap) -> Result<Option<LiveSession>, StoreError> {
    let now = app.clock.now();
    let alive = app.live().api;
    let mut found = None;
    // Whatever else is called so on this host, or has ended: the live one counts.
    for id in cookies::values(headers, COOKIE) {
        let id_hash = hash_token(id);
        if let Some(session) = app.store.live_api_session(&id_hash, &alive)? {
            found = Some((session, id_hash));
            break;
        }
    }
    let Some((session, id_hash)) = found else {
        return Ok(None);
    };
    // Whole seconds are enough, and one of the requests that come at once: many a second cost one write.
    if (now - session.last_used_on).num_seconds() != 0
        && let Some(_turn) = app.touches.begin(id_hash)
    {
        let touched = async {
            let mut transaction = app.store.write().await?;
            let opened_by = api_sessions::touch(&mut transaction, &id_hash, now).await?;
            transaction.commit().await?;
            Ok::<_, StoreError>(opened_by)
        };
        match touched.await {
            // Whoever opened it has the key, whether or not the requests come from there.
            Ok(Some((address, user_agent))) => {
                let client = Client {
                    address: &address,
                    user_agent: user_agent.as_deref(),
                };
                app.key_usage
                    .note(session.organization, &session.admin, client, KeyUse::SessionUsed);
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the use of an API session was not noted"
            ),
        }
    }
    Ok(Some(LiveSession { session, id_hash }))
}

/// The session of the request; refuses when there is none, and counts the request against the limit on reads or writes.
pub(super) async fn require(
    app: &AppState,
    method: &Method,
    headers: &HeaderMap,
    client: &ClientInfo,
) -> Result<LiveSession, ApiError> {
    let found = find(app, headers).await?;
    let limits = if method.is_safe() {
        &app.limits.read
    } else {
        &app.limits.write
    };
    limits.count(&caller("", found.as_ref(), client))?;
    found.ok_or(ApiError::SESSION_NOT_VALID)
}

/// Whose requests of this kind are counted together: those of an admin in an organization, or else of a client address.
pub(super) fn caller(kind: &str, session: Option<&LiveSession>, client: &ClientInfo) -> String {
    match session {
        Some(LiveSession { session, .. }) => admin_caller(kind, session.organization, session.admin.id),
        None => format!("{kind} from {}", client.network()),
    }
}

/// The same of an admin who has proven to be one.
pub(super) fn admin_caller(kind: &str, organization: OrganizationId, admin: AdminId) -> String {
    format!("{kind} {organization} {admin}")
}

/// A new session id: 32 upper-case hex digits.
pub(super) fn new_id() -> String {
    random::hex(&random::bytes::<16>()).to_uppercase()
}

/// The cookie for it. JSESSIONID comes first and something follows it: clients look for `JSESSIONID=(.*?);`. It is
/// `Secure` only over HTTPS: clients would drop it on plain HTTP.
pub(super) fn set_cookie(id: &str, https: bool) -> HeaderValue {
    cookies::set(
        COOKIE,
        id,
        if https {
            "; Path=/; Secure; HttpOnly"
        } else {
            "; Path=/; HttpOnly"
        },
    )
}
