//! What concerns the admin alone: theme and sign-out.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    pages::shared::context::Context,
    routes::Route,
    state::Theme,
    text,
    ui::{
        button::{Button, Kind},
        icon::Icon,
        segmented::{Segment, Segmented},
    },
};

/// In the order of [`Theme::ALL`].
const SEGMENTS: [Segment; 3] = [
    Segment {
        label: text::frame::theme_auto,
        icon: Some(Icon::Monitor),
    },
    Segment {
        label: text::frame::theme_light,
        icon: Some(Icon::Sun),
    },
    Segment {
        label: text::frame::theme_dark,
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
    view! { <Segmented legend=text::frame::theme() segments=&SEGMENTS chosen=chosen on_choose=choose icon_only=icon_only /> }
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
    view! { <Button label=text::frame::sign_out() icon=Icon::SignOut icon_only=icon_only kind=kind pending=pending on_press=press /> }.into_any()
}
