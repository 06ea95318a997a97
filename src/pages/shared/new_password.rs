//! What is said of a new password while it is typed. Whether it is a common one, the gateway tells when it is sent.

use keyward_contract::{PASSWORD_MIN, PasswordStrength, SignInOptions, password_strength};
use leptos::prelude::*;

use crate::{state::SessionStore, text::shared as text};

/// How many characters it must have; the usual number until the gateway has told.
pub(crate) fn min_length() -> Signal<usize> {
    let ways: RwSignal<Option<SignInOptions>> = SessionStore::ways_in();
    let told = move |ways: &Option<SignInOptions>| ways.as_ref().map_or(PASSWORD_MIN, |ways| ways.password_min_length);
    Signal::derive(move || ways.with(told).into())
}

/// The hint below its field.
pub(crate) fn hint(password: RwSignal<String>, min: Signal<usize>) -> Signal<String> {
    Signal::derive(move || {
        let min = min.get();
        let strength = password.with(|password| (!password.is_empty()).then(|| password_strength(password, min)));
        match strength {
            None => text::password_hint(min),
            Some(PasswordStrength::Short(_)) => text::password_short(min),
            Some(PasswordStrength::Predictable) => text::password_predictable().to_owned(),
            Some(PasswordStrength::Fair) => text::password_fair().to_owned(),
            Some(PasswordStrength::Strong) => text::password_strong().to_owned(),
        }
    })
}
