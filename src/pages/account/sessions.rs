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
    Column::new("session", text::account::session, 180),
    Column::new("client", text::common::client, 240),
    Column::new("signed-in", text::account::signed_in, 180),
    Column::new("last-used", text::account::last_used, 180),
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
        alone.then(|| text::account::no_others().to_owned())
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
                caption=text::account::sessions()
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
                <h2>{text::account::sessions()}</h2>
                <Button
                    label=text::account::end_others()
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
            .then(|| view! { " " <span class="badge badge-quiet">{text::account::this_session()}</span> });
        view! { <span class="row-name">{kind(&session)}</span> {this} }
    };
    let client = |session: AccountSession| {
        let agent = user_agent::words(session.user_agent.as_deref());
        view! { <span class="row-text" translate="no">{agent}</span> <span class="row-note" translate="no">{session.client_address}</span> }
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
        (SessionKind::Portal, _) => text::account::portal().to_owned(),
        (SessionKind::Api, Some(organization)) => text::account::api_of(organization),
        (SessionKind::Api, None) => text::account::api().to_owned(),
    }
}

fn actions(id: i64) -> AnyView {
    cell(Page::get().row(id), |session| {
        let own = session.current.then(|| text::account::end_own().to_owned());
        let open = Page::get().open;
        let agent = user_agent::words(session.user_agent.as_deref());
        let label = text::account::end_of(&agent, &session.client_address);
        view! {
            <span class="changes">
                <Button
                    label=label
                    icon=Icon::SignOut
                    icon_only=true
                    kind=Kind::Quiet
                    reason=Signal::stored(own)
                    on_press=move |()| open.set(Some(Open::End(Some(session.clone()))))
                />
            </span>
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
    let elsewhere = page.subject(session.as_ref()).elsewhere;
    let submit = move |()| match id {
        Some(id) => page.change.end_session(id),
        None => page.change.end_others(),
    };
    let (verb, consequence) = match &session {
        Some(session) => {
            let agent = user_agent::words(session.user_agent.as_deref());
            let consequence = text::account::end_consequence(&kind(session), &agent, &session.client_address);
            (text::account::end(), consequence)
        }
        None => (text::account::end_others(), text::account::ends_others().to_owned()),
    };
    view! {
        <ChangeForm
            progress=Progress::of(page.change)
            verb=verb
            kind=Kind::Warning
            elsewhere=elsewhere
            gone=text::account::end_gone()
            only_confirms=true
            on_submit=Callback::new(submit)
            on_close=page.on_close()
        >
            <p class="dialog-text">{consequence}</p>
        </ChangeForm>
    }
    .into_any()
}
