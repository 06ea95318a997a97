//! Who is signed in.

use std::cell::Cell;

use js_sys::{Function, Promise};
use keyward_contract::{
    AcceptInvitation, FreshPassword, OrganizationAccess, OrganizationId, PASSWORD_MIN, ProblemCode, Session, Setup,
    SignIn, SignInOptions, SsoProvider,
};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::Connection;
use crate::{
    api::{ApiError, invitation, page, session as api},
    browser::{
        early, events,
        page::{is_framed, root_attribute_is, set_root_attribute},
        storage::{self, Kept},
    },
};

/// The admin who is signed in; empty if there is none. It tells `boot.js` what to draw before the application runs, and other tabs look when
/// it changes. `boot.js` knows the name, and those of the events.
const ADMIN: &str = "keyward.admin";
/// The event of `boot.js` when another tab has signed in or out, and the one that it passes on to them.
const CHANGED: &str = "keyward-session";
const TELL: &str = "keyward-tell";
/// Tells `frame.js` that this browser keeps no cookie of a sign-in.
const REFUSED: &str = "keyward-refused";
/// On the root element of a page that comes back from the browser's memory.
const AWAY: &str = "data-away";
/// On the root element while a session is open, for the style and `frame.js`. A program that replaces this one finds it there.
const OPEN: &str = "data-session";

thread_local! {
    /// Grows with each sign-in and sign-out: an answer that was asked for before one is old.
    static CHANGES: Cell<u32> = const { Cell::new(0) };
}

/// What is known of the session.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum SessionState {
    /// Not asked yet.
    Unknown,
    SignedIn(Session),
    SignedOut,
    /// No one can sign in before the installation is set up.
    SetupRequired,
    Failed(ApiError),
}

/// What keeps an admin from going on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interruption {
    /// The session is over.
    SessionEnded,
    /// What they are about to do asks for a password that was given a short time ago.
    PasswordTooOld,
}

/// The session, and what to do when it does not suffice amid work.
#[derive(Clone, Copy)]
pub(crate) struct SessionStore {
    state: RwSignal<SessionState>,
    /// What someone at work has to deal with first, over the page.
    interruption: RwSignal<Option<Interruption>>,
    /// Whom to tell when they have (`true`) or won't (`false`).
    waiting: StoredValue<Vec<Function>, LocalStorage>,
    connection: Connection,
    /// Seconds until the session ends, as the gateway has told last; 0 where no one is signed in.
    expires_in: RwSignal<u32>,
}

impl SessionStore {
    pub(crate) fn new(connection: Connection) -> Self {
        for event in ["pointerdown", "keydown", "wheel", "focus"] {
            events::on_window(event, page::active);
        }
        let store = Self {
            state: RwSignal::new(SessionState::Unknown),
            interruption: RwSignal::new(None),
            waiting: StoredValue::new_local(Vec::new()),
            connection,
            expires_in: RwSignal::new(0),
        };
        events::on_window(CHANGED, move || store.look());
        store
    }

    /// Looks whether the session is still that of the admin whom the page shows: another tab has signed in or out, or the page
    /// comes back from the browser's memory.
    fn look(self) {
        let is_out = self.admin_id_untracked().is_none();
        if self.has_ended() || is_out && !is_framed() {
            return is_back();
        }
        let was_away = root_attribute_is(AWAY, "");
        spawn_local(async move {
            if is_out {
                // Someone may have signed in in a window beside a frame.
                let _ = self.go_on().await;
            // Where no one answers, it is not shown.
            } else if !self.refresh().await && was_away && self.admin_id_untracked().is_some() {
                self.interrupt(Interruption::SessionEnded);
            }
            is_back();
        });
    }

    /// Reads the session again. If another admin is signed in now, the session of this page has ended. Returns whether it is
    /// still that of the same one.
    pub(crate) async fn refresh(self) -> bool {
        let changes = CHANGES.get();
        let answer = api::session_read().await;
        if CHANGES.get() != changes || self.hear(&answer) {
            return false;
        }
        let (Ok(session), SessionState::SignedIn(shown)) = (answer, self.state.get_untracked()) else {
            return false;
        };
        if session.admin.id != shown.admin.id {
            self.interrupt(Interruption::SessionEnded);
            return false;
        }
        self.expires_in.set(session.expires_in);
        // A later end alone changes nothing that shows.
        let told = Session {
            expires_at: shown.expires_at,
            expires_in: shown.expires_in,
            ..session
        };
        if told != shown {
            self.state.set(SessionState::SignedIn(told));
        }
        true
    }

    /// Seconds until the session ends, each time that the gateway tells.
    pub(crate) fn expires_in(self) -> Signal<u32> {
        self.expires_in.into()
    }

    fn admin_id_untracked(self) -> Option<i64> {
        untrack(|| self.admin_id())
    }

    pub(crate) fn load(self) {
        let changes = CHANGES.get();
        spawn_local(async move {
            let answer = api::session_read().await;
            self.connection.hear(&answer);
            // Someone has signed in before the answer came.
            if CHANGES.get() != changes {
                return is_back();
            }
            self.set(match answer {
                Ok(session) => SessionState::SignedIn(session),
                Err(error) if error.is(ProblemCode::NotSignedIn) => SessionState::SignedOut,
                Err(error) if error.is(ProblemCode::SetupRequired) => SessionState::SetupRequired,
                Err(error) => SessionState::Failed(error),
            });
            is_back();
        });
    }

    pub(crate) fn state(self) -> Signal<SessionState> {
        self.state.into()
    }

    pub(crate) fn interruption(self) -> Signal<Option<Interruption>> {
        self.interruption.into()
    }

    pub(super) fn connection(self) -> Connection {
        self.connection
    }

    /// Whether this browser was signed in when it last heard. Not every browser keeps that.
    pub(crate) fn was_signed_in() -> bool {
        root_attribute_is(OPEN, "") || storage::read(Kept::Always, ADMIN).is_some_and(|admin| !admin.is_empty())
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
        let find = |session: &Session| session.organizations.iter().find(|access| access.id == org).cloned();
        self.with_session(find).flatten()
    }

    /// What the admin may do in the first of these organizations that there is a role in, else in the first of all.
    pub(crate) fn first_access(self, of: impl Iterator<Item = OrganizationId>) -> Option<OrganizationAccess> {
        let all = |session: &Session| {
            let find = |org: OrganizationId| session.organizations.iter().find(|access| access.id == org);
            let mut of = of;
            of.find_map(find).or_else(|| session.organizations.first()).cloned()
        };
        self.with_session(all).flatten()
    }

    /// Whether the admin has a role there; nothing until it is known who is signed in.
    pub(crate) fn has_role(self, org: OrganizationId) -> Option<bool> {
        self.with_session(|session| session.organizations.iter().any(|access| access.id == org))
    }

    /// Signs in. A browser that refuses cookies hears it here: anywhere else it would only be told that its session has ended.
    pub(crate) async fn sign_in(self, credentials: SignIn) -> Result<(), ApiError> {
        let session = api::session_create(&credentials).await?;
        match api::session_read().await {
            Err(error) if error.is(ProblemCode::NotSignedIn) => {
                events::tell_window(REFUSED);
                return Err(ApiError::CookieRefused);
            }
            _ => self.signed_in(session),
        }
        Ok(())
    }

    fn signed_in(self, session: Session) {
        let same = untrack(|| self.admin_id()) == Some(session.admin.id.0);
        self.resume(same);
        self.set(SessionState::SignedIn(session));
    }

    /// The ways to sign in; nothing until they are known.
    pub(crate) fn ways_in() -> RwSignal<Option<SignInOptions>> {
        let ways = RwSignal::new(None);
        spawn_local(async move {
            // Who can't be told gets the usual way, and hears there what is wrong.
            let usual = |_| SignInOptions {
                password: true,
                password_min_length: PASSWORD_MIN,
                providers: Vec::new(),
            };
            let told = api::sso_list().await.unwrap_or_else(usual);
            ways.try_set(Some(told));
        });
        ways
    }

    /// The identity provider that the admin signed in at.
    pub(crate) fn provider(self) -> Option<SsoProvider> {
        self.with_session(|session| session.provider.clone()).flatten()
    }

    /// Whether the gateway does not trust its clock, which a Super Admin is told.
    pub(crate) fn clock_doubted(self) -> bool {
        self.with_session(|session| session.clock_doubted).unwrap_or(false)
    }

    /// Whether the admin can be taken to have a password.
    pub(crate) fn has_password(self) -> bool {
        self.with_session(|session| session.has_password).unwrap_or(true)
    }

    /// Goes on where the same admin has signed in by another window.
    pub(crate) async fn go_on(self) -> Result<(), ApiError> {
        early::forget();
        self.signed_in(api::session_read().await?);
        Ok(())
    }

    pub(crate) async fn set_up(self, setup: Setup) -> Result<(), ApiError> {
        self.signed_in(api::setup(&setup).await?);
        Ok(())
    }

    pub(crate) async fn accept_invitation(self, accept: AcceptInvitation) -> Result<String, ApiError> {
        let session = invitation::invitation_accept(&accept).await?;
        let name = session.admin.name.clone();
        self.signed_in(session);
        Ok(name)
    }

    /// Ends the session at the gateway, too. Where that fails, the session is still open, and the error says so.
    pub(crate) async fn sign_out(self) -> Result<(), ApiError> {
        let answer = api::session_delete().await;
        self.connection.hear(&answer);
        match answer {
            Err(error) if !error.is(ProblemCode::NotSignedIn) => Err(error),
            _ => {
                self.leave();
                Ok(())
            }
        }
    }

    /// Re-authenticates with the password.
    pub(crate) async fn give_password(self, password: String) -> Result<(), ApiError> {
        let answer = api::session_password(&FreshPassword { password }).await;
        if let Err(error) = &answer {
            self.notice(error);
        } else {
            self.resume(true);
        }
        answer
    }

    /// Takes note of an answer that says the session does not suffice. `true` if it did: the same request can work after
    /// [`dealt_with`](Self::dealt_with).
    pub(crate) fn notice(self, error: &ApiError) -> bool {
        let interruption = match error.code() {
            Some(ProblemCode::NotSignedIn) => Interruption::SessionEnded,
            Some(ProblemCode::FreshPasswordRequired) => Interruption::PasswordTooOld,
            _ => return false,
        };
        // The session may have been read before this request, and that answer may come later.
        if matches!(
            self.state.get_untracked(),
            SessionState::SignedIn(_) | SessionState::Unknown
        ) {
            self.interrupt(interruption);
        }
        true
    }

    /// Takes note of an answer; `true` if the session does not suffice, which is dealt with elsewhere.
    pub(crate) fn hear<T>(self, answer: &Result<T, ApiError>) -> bool {
        self.connection.hear(answer);
        answer.as_ref().is_err_and(|error| self.notice(error))
    }

    /// Asks, and once more after the admin has signed in again or given the password; nothing where they did not want to.
    pub(super) async fn ask<A>(self, send: impl AsyncFn() -> Result<A, ApiError>) -> Option<Result<A, ApiError>> {
        loop {
            let answer = send().await;
            if !self.hear(&answer) {
                return Some(answer);
            }
            if !self.dealt_with().await {
                return None;
            }
        }
    }

    /// Waits until the same admin has signed in again, or re-authenticated; `false` if it was a different one, or no one.
    pub(crate) async fn dealt_with(self) -> bool {
        let promise = Promise::new(&mut |resolve, _| self.waiting.update_value(|waiting| waiting.push(resolve)));
        JsFuture::from(promise).await.is_ok_and(|same| same == JsValue::TRUE)
    }

    /// Signing in again was declined.
    pub(crate) fn leave(self) {
        self.set(SessionState::SignedOut);
    }

    /// Giving the password was declined.
    pub(crate) fn decline(self) {
        self.resume(false);
    }

    fn resume(self, same_admin: bool) {
        self.interruption.set(None);
        let mut waiting = Vec::new();
        self.waiting.update_value(|it| std::mem::swap(it, &mut waiting));
        for resolve in waiting {
            let _ = resolve.call1(&JsValue::NULL, &JsValue::from_bool(same_admin));
        }
    }

    fn interrupt(self, interruption: Interruption) {
        // A session that is over asks for no password.
        if !self.has_ended() {
            self.interruption.set(Some(interruption));
            self.mark_end();
        }
    }

    fn mark_end(self) {
        if self.has_ended() {
            set_root_attribute(OPEN, None);
        }
    }

    fn has_ended(self) -> bool {
        self.interruption.get_untracked() == Some(Interruption::SessionEnded)
    }

    fn set(self, state: SessionState) {
        let (admin, expires_in) = match &state {
            SessionState::SignedIn(session) => (Some(session.admin.id), session.expires_in),
            _ => (None, 0),
        };
        page::act_as(admin);
        if !matches!(state, SessionState::Unknown | SessionState::Failed(_)) {
            set_root_attribute(OPEN, admin.map(|_| ""));
            let admin = admin.map(|id| id.to_string()).unwrap_or_default();
            if storage::read(Kept::Always, ADMIN).as_ref() != Some(&admin) {
                storage::write(Kept::Always, ADMIN, &admin);
                events::tell_window(TELL);
            }
            // Where a later answer was here first. `frame.js` sees both steps.
            self.mark_end();
        }
        CHANGES.set(CHANGES.get() + 1);
        self.expires_in.set(expires_in);
        self.state.set(state);
        if admin.is_none() {
            self.resume(false);
        }
    }

    fn with_session<T>(self, read: impl FnOnce(&Session) -> T) -> Option<T> {
        self.state.with(|state| match state {
            SessionState::SignedIn(session) => Some(read(session)),
            _ => None,
        })
    }
}

/// `boot.js` leaves a page blank that comes back from the browser's memory, until it is known whose it is.
fn is_back() {
    set_root_attribute(AWAY, None);
}
