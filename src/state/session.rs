//! Who is signed in.

use js_sys::{Function, Promise};
use keyward_contract::{OrganizationAccess, OrganizationId, ProblemCode, Session, Setup, SignIn};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::Connection;
use crate::{
    api::{ApiError, session as api},
    browser::storage::{self, Kept},
};

/// Tells `boot.js` what to draw before the application runs.
const SIGNED_IN: &str = "keyward.signed-in";

/// What is known of the session.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum SessionState {
    /// Not asked yet.
    Unknown,
    SignedIn(Session),
    SignedOut,
    /// Nobody can sign in before the installation is set up.
    SetupRequired,
    Failed(ApiError),
}

/// The session, and what to do when it ends amid work.
#[derive(Clone, Copy)]
pub(crate) struct SessionStore {
    state: RwSignal<SessionState>,
    /// The session ended while someone was working: they sign in again over the page.
    interrupted: RwSignal<bool>,
    /// Whom to tell when they have (`true`) or won't (`false`).
    waiting: StoredValue<Vec<Function>, LocalStorage>,
    connection: Connection,
}

impl SessionStore {
    pub(crate) fn new(connection: Connection) -> Self {
        Self {
            state: RwSignal::new(SessionState::Unknown),
            interrupted: RwSignal::new(false),
            waiting: StoredValue::new_local(Vec::new()),
            connection,
        }
    }

    pub(crate) fn load(self) {
        spawn_local(async move {
            let answer = api::session_view().await;
            self.connection.heard(answer != Err(ApiError::Unreachable));
            self.set(match answer {
                Ok(session) => SessionState::SignedIn(session),
                Err(error) if error.is(ProblemCode::NotSignedIn) => SessionState::SignedOut,
                Err(error) if error.is(ProblemCode::SetupRequired) => SessionState::SetupRequired,
                Err(error) => SessionState::Failed(error),
            });
        });
    }

    pub(crate) fn state(self) -> Signal<SessionState> {
        self.state.into()
    }

    pub(crate) fn interrupted(self) -> Signal<bool> {
        self.interrupted.into()
    }

    pub(super) fn connection(self) -> Connection {
        self.connection
    }

    /// Whether this browser was signed in when it last heard.
    pub(crate) fn was_signed_in() -> bool {
        storage::read(Kept::Always, SIGNED_IN).as_deref() == Some("1")
    }

    pub(crate) fn admin_name(self) -> Option<String> {
        self.with_session(|session| session.admin.name.clone())
    }

    pub(crate) fn admin_id(self) -> Option<i64> {
        self.with_session(|session| session.admin.id.0)
    }

    pub(crate) fn organizations(self) -> Vec<OrganizationAccess> {
        self.with_session(|session| session.organizations.clone())
            .unwrap_or_default()
    }

    pub(crate) fn access(self, org: OrganizationId) -> Option<OrganizationAccess> {
        self.organizations().into_iter().find(|access| access.id == org)
    }

    pub(crate) async fn sign_in(self, credentials: SignIn) -> Result<(), ApiError> {
        let session = api::session_create(&credentials).await?;
        let same = untrack(|| self.admin_id()) == Some(session.admin.id.0);
        self.set(SessionState::SignedIn(session));
        self.resume(same);
        Ok(())
    }

    pub(crate) async fn set_up(self, setup: Setup) -> Result<(), ApiError> {
        let session = api::setup(&setup).await?;
        self.set(SessionState::SignedIn(session));
        Ok(())
    }

    /// Ends the session at the gateway, too. Where that fails, the session is still open, and the error says so.
    pub(crate) async fn sign_out(self) -> Result<(), ApiError> {
        match api::session_end().await {
            Err(error) if !error.is(ProblemCode::NotSignedIn) => Err(error),
            _ => {
                self.leave();
                Ok(())
            }
        }
    }

    /// Takes note of an answer that says the session is over. `true` if it did.
    pub(crate) fn notice(self, error: &ApiError) -> bool {
        let over = error.is(ProblemCode::NotSignedIn);
        if over && matches!(self.state.get_untracked(), SessionState::SignedIn(_)) {
            self.interrupted.set(true);
        }
        over
    }

    /// Takes note of an answer; `true` if the session is over, which is dealt with elsewhere.
    pub(crate) fn hear<T>(self, answer: &Result<T, ApiError>) -> bool {
        self.connection.heard(!matches!(answer, Err(ApiError::Unreachable)));
        answer.as_ref().is_err_and(|error| self.notice(error))
    }

    /// Waits until the same admin has signed in again; `false` if it was another one, or nobody.
    pub(crate) async fn signed_in_again(self) -> bool {
        let promise = Promise::new(&mut |resolve, _| self.waiting.update_value(|waiting| waiting.push(resolve)));
        JsFuture::from(promise).await.is_ok_and(|same| same == JsValue::TRUE)
    }

    /// Signing in again was declined.
    pub(crate) fn leave(self) {
        self.set(SessionState::SignedOut);
        self.resume(false);
    }

    fn resume(self, same_admin: bool) {
        self.interrupted.set(false);
        let mut waiting = Vec::new();
        self.waiting.update_value(|it| std::mem::swap(it, &mut waiting));
        for resolve in waiting {
            let _ = resolve.call1(&JsValue::NULL, &JsValue::from_bool(same_admin));
        }
    }

    fn set(self, state: SessionState) {
        match &state {
            SessionState::SignedIn(_) => storage::write(Kept::Always, SIGNED_IN, "1"),
            SessionState::SignedOut | SessionState::SetupRequired => storage::write(Kept::Always, SIGNED_IN, "0"),
            SessionState::Unknown | SessionState::Failed(_) => {}
        }
        self.state.set(state);
    }

    fn with_session<T>(self, read: impl FnOnce(&Session) -> T) -> Option<T> {
        self.state.with(|state| match state {
            SessionState::SignedIn(session) => Some(read(session)),
            _ => None,
        })
    }
}
