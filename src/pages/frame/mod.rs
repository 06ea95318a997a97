//! What is around every page: the rail, the bar with the drawer on small screens, the three tabs.

mod rail;
mod tabs;
pub(crate) mod theme;

use leptos::prelude::*;

pub(crate) use self::rail::main_pages;
use self::rail::{RailContent, organization_name};
pub(crate) use self::tabs::SecurityPage;
use crate::{
    attributes::attributes,
    browser::page,
    pages::shared::context::Context,
    reactive::{memo, reactive},
    state::Heard,
    text,
    ui::{
        banner::{Banner, Tone},
        button::{Button, Kind},
        dialog::Dialog,
        icon::{Icon, Mark},
    },
};

/// The frame. `index.html` draws the same before the application runs.
#[component]
pub(crate) fn Frame(children: Children) -> AnyView {
    let navigator = Context::get().navigator;
    let embedded = memo(move || navigator.is_embedded());
    view! {
        <a class="skip" href=Signal::derive(move || navigator.place("main"))>{text::frame::skip()}</a>
        <div class="frame" class:frame-embedded=Signal::derive(move || embedded.get())>
            {reactive(move || {
                (!embedded.get())
                    .then(|| {
                        view! {
                            <TopBar />
                            <aside class="rail"><RailContent /></aside>
                        }
                    })
            })}
            <main {..attributes(&[("id", "main")])} class="main" tabindex="-1">
                <ConnectionBanner />
                <ClockBanner />
                {children()}
            </main>
        </div>
    }
    .into_any()
}

/// On small screens, in place of the rail.
#[component]
fn TopBar() -> AnyView {
    let navigator = Context::get().navigator;
    let moves = navigator.moves();
    // It was opened at this many moves: with the next it is closed.
    let opened_at = RwSignal::new(None::<u32>);
    let open = memo(move || opened_at.get().is_some_and(|at| at == moves.get()));
    view! {
        <header class="top-bar">
            <Button
                label=text::frame::menu()
                icon=Icon::Menu
                icon_only=true
                kind=Kind::Quiet
                on_press=move |()| opened_at.set(Some(moves.get_untracked()))
            />
            <span class="brand"><Mark /><span>{text::frame::product()}</span></span>
            <span class="top-bar-organization" dir="auto" translate="no">{organization_name}</span>
        </header>
        <Dialog open=open title=text::frame::menu() class="drawer" on_close=move |()| opened_at.set(None)>
            <RailContent />
            <div class="drawer-close">
                <Button
                    label=text::frame::close_menu()
                    icon=Icon::Close
                    icon_only=true
                    kind=Kind::Quiet
                    on_press=move |()| opened_at.set(None)
                />
            </div>
        </Dialog>
    }
    .into_any()
}

/// Tells a Super Admin that the gateway does not trust its clock.
#[component]
fn ClockBanner() -> AnyView {
    let session = Context::get().session;
    let doubted = memo(move || session.clock_doubted());
    view! {
        {reactive(move || doubted.get().then(|| view! { <Banner tone=Tone::Warning><p>{text::frame::clock_doubted()}</p></Banner> }))}
    }
    .into_any()
}

/// Says when there is no connection; goes by itself when there is one again.
#[component]
fn ConnectionBanner() -> AnyView {
    let connection = Context::get().connection;
    let text = memo(move || match (connection.is_online(), connection.last_heard()) {
        (false, _) => Some(text::frame::offline()),
        (true, Heard::Nothing) => Some(text::frame::unreachable()),
        (true, Heard::Interceptor) => Some(text::frame::intercepted()),
        (true, Heard::Gateway) => None,
    });
    let reload = move || {
        let is_intercepted = connection.is_online() && connection.last_heard() == Heard::Interceptor;
        is_intercepted.then(|| view! { <Button label=text::common::reload() on_press=|()| page::reload() /> })
    };
    view! {
        <div role="status">
            {reactive(move || text.get().map(|text| view! { <Banner tone=Tone::Warning><p>{text}</p>{reload()}</Banner> }))}
        </div>
    }
    .into_any()
}
