//! The admin's own sessions, and ending them.

use keyward_contract::{AccountSession, SessionId, SessionKind};
use leptos::prelude::*;

use super::{Page, end_button};
use crate::{
    pages::shared::{
        change_form::{ChangeForm, Meanwhile, Progress},
        list_table::{ListTable, Rank, Terms},
        message::FailedLoad,
    },
    present::{
        user_agent,
        when::{When, local},
    },
    state::Load,
    ui::{
        button::Kind,
        table::{Column, Shape},
    },
};

const COLUMNS: &[Column] = &[
    Column::new("session", "Session", 180),
    Column::new("client", "Client", 240),
    Column::new("signed-in", "Signed in", 180),
    Column::new("last-used", "Last used", 180),
];

const TERMS: Terms<AccountSession> = Terms {
    key: |session| session.id.0,
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
        2 => Rank::Number(session.created_on.timestamp_millis()),
        3 => Rank::Number(session.last_used_on.timestamp_millis()),
        _ => Rank::Text,
    },
};

#[component]
pub(super) fn SessionTable() -> AnyView {
    let sessions = Page::get().sessions;
    let alone = Signal::derive(move || {
        let alone = sessions
            .rows
            .with(|rows| rows.ready().is_none_or(|rows| rows.len() < 2));
        alone.then(|| "There is no other session.".to_owned())
    });
    let failure = Memo::new(move |_| sessions.rows.with(Load::failure));
    let table = move || match failure.get() {
        Some(error) => view! { <FailedLoad error=error on_retry=move |()| sessions.reload() /> }.into_any(),
        None => view! {
            <ListTable
                list=sessions
                shape=Shape::new("sessions", COLUMNS)
                terms=TERMS
                caption="Your sessions"
                thing="session"
                cells=cells
                actions=actions
            />
        }
        .into_any(),
    };
    view! {
        <section class="panel panel-below">
            <header class="panel-head">
                <h2>"Your sessions"</h2>
                {end_button("End all others", alone, None)}
            </header>
            {table}
        </section>
    }
    .into_any()
}

fn row(id: i64) -> Memo<Option<AccountSession>> {
    Page::get().sessions.row(move |session| session.id == SessionId(id))
}

fn cells(id: i64) -> Vec<AnyView> {
    let row = row(id);
    let kind = move || {
        row.get().map(|session| {
            let this = session
                .current
                .then(|| view! { " " <span class="badge badge-quiet">"This session"</span> });
            view! { <span class="row-name">{kind(&session)}</span> {this} }
        })
    };
    let client = move || {
        row.get().map(|session| {
            let agent = user_agent::words(session.user_agent.as_deref());
            view! { <span class="row-text">{agent}</span> <span class="row-note">{session.client_address}</span> }
        })
    };
    let created = move || row.get().map(|session| view! { <When instant=session.created_on /> });
    let used = move || row.get().map(|session| view! { <When instant=session.last_used_on /> });
    vec![kind.into_any(), client.into_any(), created.into_any(), used.into_any()]
}

fn kind(session: &AccountSession) -> String {
    match (session.kind, &session.organization) {
        (SessionKind::Portal, _) => "Portal".to_owned(),
        (SessionKind::Api, Some(organization)) => ["API of ", organization].concat(),
        (SessionKind::Api, None) => "API".to_owned(),
    }
}

fn actions(id: i64) -> AnyView {
    let row = row(id);
    (move || {
        row.get().map(|session| {
            let own = session.current.then(|| "Sign out to end this session.".to_owned());
            end_button("End", Signal::stored(own), Some(session))
        })
    })
    .into_any()
}

#[component]
pub(super) fn EndForm(
    /// All but the present one where there is none.
    session: Option<AccountSession>,
) -> AnyView {
    let page = Page::get();
    let id = session.as_ref().map(|session| session.id);
    let meanwhile = Signal::derive(move || {
        let gone = id.is_some_and(|id| {
            page.sessions
                .rows
                .with(|rows| rows.ready().is_some_and(|rows| rows.iter().all(|row| row.id != id)))
        });
        if gone { Meanwhile::Gone } else { Meanwhile::Same }
    });
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
            ". Its next request is refused.",
        ]
        .concat(),
        None => "In the portal and of the API. The next request of each is refused; this session stays.".to_owned(),
    };
    view! {
        <ChangeForm
            progress=Progress::of(page.change)
            verb=if id.is_some() { "End session" } else { "End all others" }
            kind=Kind::Warning
            meanwhile=meanwhile
            gone="This session has ended already"
            only_confirms=true
            on_submit=Callback::new(submit)
            on_close=Callback::new(move |()| page.close())
        >
            <p class="dialog-text">{text}</p>
        </ChangeForm>
    }
    .into_any()
}
