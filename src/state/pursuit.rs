//! Sending a change until it is known what became of it.

use keyward_contract::LastChange;
use leptos::prelude::*;

use super::SessionStore;
use crate::{
    api::ApiError,
    browser::{events, time},
};

/// For how long a lost answer is asked for again without being told to, in milliseconds.
const PATIENCE: i32 = 30_000;

/// How far a change has got.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Phase {
    Idle,
    Sending,
    /// No answer came; the same request is being sent again.
    Repeating,
    /// No answer came for a long time. What is valid now is not known until there is one.
    Lost,
    /// Someone else was faster; who and when where that is known.
    Stale(Option<LastChange>),
    Failed(ApiError),
}

impl Phase {
    /// Whether something is under way.
    pub(crate) fn is_pending(&self) -> bool {
        matches!(self, Self::Sending | Self::Repeating)
    }
}

/// What sending has come to.
pub(super) enum Outcome<A> {
    /// There is an answer, and perhaps it is that to a repetition.
    Known {
        answer: Result<A, ApiError>,
        repeated: bool,
    },
    /// There was none for a long time.
    Lost,
    /// The session does not suffice, and the same admin did not sign in again or give the password.
    Declined,
    /// Nobody is there any longer to hear it.
    Gone,
}

/// Sends, and sends again while there is no answer, and once more after the admin has signed in again or given the
/// password.
pub(super) async fn pursue<A>(
    phase: RwSignal<Phase>,
    session: SessionStore,
    mut repeated: bool,
    send: impl AsyncFn() -> Result<A, ApiError>,
) -> Outcome<A> {
    let mut waited = 0;
    let mut pause = 500;
    loop {
        let answer = send().await;
        if phase.is_disposed() {
            return Outcome::Gone;
        }
        match answer {
            Err(error) if error.leaves_doubt() => {
                if waited >= PATIENCE {
                    return Outcome::Lost;
                }
                repeated = true;
                phase.set(Phase::Repeating);
                time::sleep(pause).await;
                waited += pause;
                pause = (pause * 2).min(2_000);
            }
            Err(error) if session.notice(&error) => {
                if !session.dealt_with().await {
                    return Outcome::Declined;
                }
            }
            answer => return Outcome::Known { answer, repeated },
        }
        if phase.is_disposed() {
            return Outcome::Gone;
        }
    }
}

/// Asks again for a lost answer as soon as there may be one, until the current owner is gone.
pub(super) fn watch(phase: RwSignal<Phase>, try_again: impl Fn() + Copy + 'static) {
    let look = move || {
        if phase.with_untracked(|phase| *phase == Phase::Lost) {
            try_again();
        }
    };
    events::on_window("online", look);
    events::every(10_000, look);
}
