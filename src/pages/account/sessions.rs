//! The admin's own sessions, and ending them.

use keyward_contract::{AccountSession, SessionKind};
use leptos::prelude::*;

use super::{Open, Page};
use crate::{
    pages::shared::{
        change_form::{ChangeForm, Progress},
        list_table::{Counts, ListTable, Rank, Terms},
        message::FailedLoad,
        row::cell,
    },
    present::{
        user_agent,
        when::{When, local},
    },
    reactive::reactive,
    text,
    ui::{
        button::{Button, Kind},
        icon::Icon,
        table::{Column, Shape},
    },
};

const COLUMNS: &[Column] = &[
    Column::new("session", || "Session", 180),
    Column::new("client", || "Client", 240),
    Column::new("signed-in", || "Signed in", 180),
    Column::new("last-used", || "Last used", 180),
];

const TERMS: Terms<AccountSession> = Terms {
    text: |session, column| match column {
        0 => kind(session),
        1 => {
            let agent = user_agent::words(session.user_agent.as_deref());
            [&agent, " ", &session.client_address].concat()
        }
        2 => local(session.created_on),
        _ => local(session.last_used_on),
    },
    rank: |session, column| match column {
        2 => Rank::of_time(Some(session.created_on)),
        3 => Rank::of_time(Some(session.last_used_on)),
        _ => Rank::Text,
    },
};

#[component]
pub(super) fn SessionTable() -> AnyView {
    let page = Page::get();
    let sessions = page.list;
    let alone = Signal::derive(move || {
        let alone = sessions
            .rows
            .with(|rows| rows.ready().is_none_or(|rows| rows.len() < 2));
        alone.then(|| "You have no other sessions.".to_owned())
    });
    let failure = page.list.failure();
    let table = move || {
        match failure.get() {
        Some(error) => view! { <FailedLoad error=error on_retry=move |()| sessions.reload() /> }.into_any(),
        None => view! {
            <ListTable
                list=sessions
                shape=Shape::new("sessions", COLUMNS)
                terms=TERMS
                caption="Your sessions"
                counts=Counts { all: text::account::sessions_count, found: text::account::sessions_found, none: text::account::sessions_none_found }
                cells=cells
                actions=actions
            />
        }
        .into_any(),
    }
    };
    view! {
        <section class="panel panel-below">
            <header class="panel-head">
                <h2>"Your sessions"</h2>
                <Button
                    label="Sign out other sessions"
                    reason=alone
                    on_press=move |()| page.open.set(Some(Open::End(None)))
                />
            </header>
            {reactive(table)}
        </section>
    }
    .into_any()
}

fn cells(id: i64) -> Vec<AnyView> {
    let row = Page::get().row(id);
    let kind = |session: AccountSession| {
        let this = session
            .current
            .then(|| view! { " " <span class="badge badge-quiet">"This session"</span> });
        view! { <span class="row-name">{kind(&session)}</span> {this} }
    };
    let client = |session: AccountSession| {
        let agent = user_agent::words(session.user_agent.as_deref());
        view! { <span class="row-text">{agent}</span> <span class="row-note">{session.client_address}</span> }
    };
    vec![
        cell(row, kind),
        cell(row, client),
        cell(row, |session| view! { <When instant=session.created_on /> }),
        cell(row, |session| view! { <When instant=session.last_used_on /> }),
    ]
}

fn kind(session: &AccountSession) -> String {
    match (session.kind, &session.organization) {
        (SessionKind::Portal, _) => "Portal".to_owned(),
        (SessionKind::Api, Some(organization)) => ["API of ", organization].concat(),
        (SessionKind::Api, None) => "API".to_owned(),
    }
}

fn actions(id: i64) -> AnyView {
    cell(Page::get().row(id), |session| {
        let own = session.current.then(|| "Sign out to end this session.".to_owned());
        let open = Page::get().open;
        let agent = user_agent::words(session.user_agent.as_deref());
        let label = ["End session of ", &agent, ", ", &session.client_address].concat();
        view! {
            <Button
                label=label
                icon=Icon::SignOut
                icon_only=true
                kind=Kind::Quiet
                reason=Signal::stored(own)
                on_press=move |()| open.set(Some(Open::End(Some(session.clone()))))
            />
        }
    })
}

#[component]
pub(super) fn EndForm(
    /// All but the present one where there is none.
    session: Option<AccountSession>,
) -> AnyView {
    let page = Page::get();
    let id = session.as_ref().map(|session| session.id);
    let meanwhile = page.subject(session.as_ref()).meanwhile;
    let submit = move |()| match id {
        Some(id) => page.change.end_session(id),
        None => page.change.end_others(),
    };
    let text = match &session {
        Some(session) => [
            &kind(session),
            ", ",
            &user_agent::words(session.user_agent.as_deref()),
            ", from ",
            &session.client_address,
            ". Its next request will be rejected.",
        ]
        .concat(),
        None => "You'll be signed out everywhere else, including API sessions.".to_owned(),
    };
    view! {
        <ChangeForm
            progress=Progress::of(page.change)
            verb=if id.is_some() { "End session" } else { "Sign out other sessions" }
            kind=Kind::Warning
            meanwhile=meanwhile
            gone="This session has already ended"
            only_confirms=true
            on_submit=Callback::new(submit)
            on_close=page.on_close()
        >
            <p class="dialog-text">{text}</p>
        </ChangeForm>
    }
    .into_any()
}
