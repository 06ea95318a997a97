//! What the program of the first load shows in place of pages that it does not have, until the one that has them takes its place.
//!
//! `boot.js` starts that one at the event [`ASK`], and says [`FAILED`] where it can't. It leaves out who has gone back to a page of
//! the first load.

use leptos::prelude::*;

use crate::{
    api::ApiError,
    browser::{events, page},
    pages::{
        frame::SecurityPage,
        shared::{message::FailedLoad, panel::page_heading},
    },
    present::title,
    reactive::{memo, reactive, watch},
    routes::Route,
    ui::skeleton::Bar,
};

const ASK: &str = "keyward-more";
const FAILED: &str = "keyward-more-failed";
/// On the root element while a page shows that is not there yet.
const WANTED: &str = "data-more";

/// Whether the program with every page could not be had.
#[derive(Clone, Copy)]
struct Failed(RwSignal<bool>);

/// Has the other program come whenever a page shows that this one does not have.
pub(crate) fn keep(shown: Signal<Route>) {
    let failed = Failed(RwSignal::new(false));
    provide_context(failed);
    let is_wanted = memo(move || !shown.with(Route::is_of_first_load));
    watch(move || {
        page::set_root_attribute(WANTED, is_wanted.get().then_some(""));
        if is_wanted.get() {
            ask(failed);
        }
    });
    events::on_window(FAILED, move || failed.0.set(true));
    events::on_window("online", move || {
        if is_wanted.get_untracked() && failed.0.get_untracked() {
            ask(failed);
        }
    });
}

fn ask(failed: Failed) {
    failed.0.set(false);
    events::tell_window(ASK);
}

/// The page until it is there.
pub(crate) fn coming(route: &Route) -> AnyView {
    let failed = expect_context::<Failed>();
    let content = move || {
        if !failed.0.get() {
            let bars: Vec<AnyView> = (0..3)
                .map(|_| view! { <p><Bar width="w20" /></p> }.into_any())
                .collect();
            return view! { <div class="coming" aria-busy="true">{bars}</div> }.into_any();
        }
        view! { <FailedLoad error=ApiError::Unreachable on_retry=move |()| ask(failed) /> }.into_any()
    };
    let name = title::of(route);
    match *route {
        Route::OauthServers(org) | Route::SandboxTokens(org) => view! {
            <SecurityPage org=org>
                <section class="panel"><header class="panel-head">{page_heading(name)}</header>{reactive(content)}</section>
            </SecurityPage>
        }
        .into_any(),
        _ => view! { <div class="page"><header class="page-head">{page_heading(name)}</header>{reactive(content)}</div> }
            .into_any(),
    }
}
