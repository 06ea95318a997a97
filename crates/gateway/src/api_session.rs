//! Sessions of the cloud service API: the cookie `JSESSIONID`.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::http::{HeaderMap, HeaderValue};
use chrono::TimeDelta;

use crate::{
    clock::{AHEAD_MAX, Clock},
    http::{ClientInfo, cookies},
    key_usage::{Client, KeyUsageRecorder, KeyUse},
    random,
    secrets::hash_token,
    store::{
        ApiSession, Store, StoreError,
        sessions::{api_sessions, session_window::SessionWindow},
    },
};

/// The cookie of a session.
pub const COOKIE: &str = "JSESSIONID";

/// The sessions whose use is being stored.
#[derive(Default)]
struct Touches(Mutex<HashSet<[u8; 32]>>);

impl Touches {
    /// The permit to store the use of a session; `None` while a different request has it.
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

/// An active session, with its identifier.
pub struct LiveSession {
    /// The session.
    pub session: ApiSession,
    /// The hash of its identifier.
    pub id_hash: [u8; 32],
}

/// Finds API sessions, and stores their use.
pub struct ApiSessions {
    store: Store,
    clock: Clock,
    key_usage: Arc<KeyUsageRecorder>,
    touches: Touches,
}

impl ApiSessions {
    /// In this database.
    pub fn new(store: Store, clock: Clock, key_usage: Arc<KeyUsageRecorder>) -> Self {
        Self {
            store,
            clock,
            key_usage,
            touches: Touches::default(),
        }
    }

    /// The active session of a request, whether or not it is authorized; at an organization's own address, one of that
    /// organization. Using it prolongs it.
    pub async fn find(
        &self,
        headers: &HeaderMap,
        client: &ClientInfo,
        alive: &SessionWindow,
    ) -> Result<Option<LiveSession>, StoreError> {
        let is_meant = |session: &ApiSession| client.organization.is_none_or(|meant| meant == session.organization);
        let mut found: Option<LiveSession> = None;
        // Among several cookies with this name, the active session counts; of several, one that is authorized.
        for id in cookies::values(headers, COOKIE) {
            let id_hash = hash_token(id);
            let live = self.store.live_api_session(&id_hash, alive).await?;
            let Some(session) = live.filter(is_meant) else { continue };
            let is_usable = session.is_usable();
            if is_usable || found.is_none() {
                found = Some(LiveSession { session, id_hash });
            }
            if is_usable {
                break;
            }
        }
        match found {
            Some(live) if self.touch(&live).await => Ok(Some(live)),
            _ => Ok(None),
        }
    }

    /// Stores the use, throttled to one write per second for concurrent requests. False if the session ended while this
    /// waited to write.
    async fn touch(&self, LiveSession { session, id_hash }: &LiveSession) -> bool {
        let now = self.clock.now();
        // Another gateway may have stored it a moment ago, by a clock that is ahead.
        if (-AHEAD_MAX..TimeDelta::seconds(1)).contains(&(now - session.last_used_on)) {
            return true;
        }
        let Some(_turn) = self.touches.begin(*id_hash) else {
            return true;
        };
        let touched = async {
            let mut transaction = self.store.write().await?;
            let opened_by = api_sessions::touch(&mut transaction, id_hash, now).await?;
            transaction.commit().await?;
            Ok::<_, StoreError>(opened_by)
        };
        match touched.await {
            // Counted for the client that opened it, because that one has the key, wherever the requests come from.
            Ok(Some((address, user_agent))) => {
                let client = Client {
                    address: &address,
                    user_agent: user_agent.as_deref(),
                };
                self.key_usage
                    .note(session.organization, &session.admin, client, KeyUse::SessionUsed);
                true
            }
            Ok(None) => false,
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "the use of an API session could not be stored");
                true
            }
        }
    }
}

/// Whether a request shows a session, active or not.
pub fn is_shown(headers: &HeaderMap) -> bool {
    cookies::values(headers, COOKIE).next().is_some()
}

/// A new session id: 32 upper-case hex digits.
pub fn new_id() -> String {
    random::hex(&random::bytes::<16>()).to_uppercase()
}

/// The cookie for it. JSESSIONID comes first and something follows it: clients look for `JSESSIONID=(.*?);`. It is
/// `Secure` only over HTTPS: clients would drop it on plain HTTP.
pub fn set_cookie(id: &str, https: bool) -> HeaderValue {
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
