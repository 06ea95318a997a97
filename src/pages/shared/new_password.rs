//! What is said of a new password while it is typed. Whether it is a common one, the gateway tells when it is sent.

use keyward_contract::{PASSWORD_MIN, PasswordStrength, SignInOptions, password_strength};
use leptos::prelude::*;

use crate::state::SessionStore;

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
        let needed = ["At least ", &min.to_string(), " characters."].concat();
        match strength {
            None => [&needed, " Several unrelated words are easy to remember."].concat(),
            Some(PasswordStrength::Short(_)) => ["Too short. ", &needed].concat(),
            Some(PasswordStrength::Predictable) => "Too predictable: it repeats or follows a sequence.".to_owned(),
            Some(PasswordStrength::Fair) => "Long enough. Another word makes it stronger.".to_owned(),
            Some(PasswordStrength::Strong) => "Strong, unless it's a well-known phrase.".to_owned(),
        }
    })
}
