//! What concerns the admin alone: theme and sign-out.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    pages::shared::context::Context,
    routes::Route,
    state::Theme,
    ui::{
        button::{Button, Kind},
        icon::Icon,
        segmented::{Segment, Segmented},
    },
};

/// In the order of [`Theme::ALL`].
const SEGMENTS: [Segment; 3] = [
    Segment {
        label: "Auto",
        icon: Some(Icon::Monitor),
    },
    Segment {
        label: "Light",
        icon: Some(Icon::Sun),
    },
    Segment {
        label: "Dark",
        icon: Some(Icon::Moon),
    },
];

/// Light, dark, or as the system is.
#[component]
pub(crate) fn ThemeSwitch(#[prop(optional)] icon_only: bool) -> AnyView {
    let preferences = Context::get().preferences;
    let chosen = Signal::derive(move || {
        Theme::ALL
            .iter()
            .position(|it| *it == preferences.theme())
            .unwrap_or_default()
    });
    let choose = move |place: usize| {
        if let Some(theme) = Theme::ALL.get(place) {
            preferences.set_theme(*theme);
        }
    };
    view! { <Segmented legend="Theme" segments=&SEGMENTS chosen=chosen on_choose=choose icon_only=icon_only /> }
        .into_any()
}

/// Ends the session.
#[component]
pub(crate) fn SignOut(#[prop(optional)] icon_only: bool) -> AnyView {
    let context = Context::get();
    let pending = RwSignal::new(false);
    let press = move |()| {
        pending.set(true);
        spawn_local(async move {
            let answer = context.session.sign_out().await;
            pending.try_set(false);
            match answer {
                Err(error) => context.toast_error(&error),
                // The next one to sign in here may be someone else.
                Ok(()) => context.navigator.redirect(Route::SignIn { next: None }),
            }
        });
    };
    let kind = if icon_only { Kind::Quiet } else { Kind::Plain };
    view! { <Button label="Sign out" icon=Icon::SignOut icon_only=icon_only kind=kind pending=pending on_press=press /> }.into_any()
}
