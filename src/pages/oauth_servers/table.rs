//! The table of authorization servers.

use keyward_contract::OauthServer;
use leptos::prelude::*;

use super::{Open, Page};
use crate::{
    pages::shared::{
        list_table::{ListTable, Rank, Terms},
        message::Message,
        row::{Action, Pill, cell, name_cell, pill, row_actions},
    },
    present::{
        jwks,
        when::{When, local},
    },
    text,
    ui::{
        icon::Icon,
        table::{Column, Shape},
    },
};

const COLUMNS: &[Column] = &[
    Column::new("name", text::oauth_servers::name, 190),
    Column::new("status", text::common::status, 100).leads(),
    Column::new("description", text::oauth_servers::description, 260).priority(3),
    Column::new("last-successful-fetch", text::oauth_servers::last_successful_fetch, 220).priority(2),
];

const TERMS: Terms<OauthServer> = Terms {
    text: |server, column| match column {
        0 => server.settings.name.clone(),
        1 => status(server).to_owned(),
        2 => server.settings.description.clone(),
        _ => server.last_successful_fetch_on.map(local).unwrap_or_default(),
    },
    rank: |server, column| match column {
        3 => Rank::of_time(server.last_successful_fetch_on),
        _ => Rank::Text,
    },
};

fn status(server: &OauthServer) -> &'static str {
    if server.settings.enabled {
        text::oauth_servers::enabled()
    } else {
        text::oauth_servers::disabled()
    }
}

#[component]
pub(super) fn ServerTable() -> AnyView {
    view! {
        <ListTable
            list=Page::get().list
            shape=Shape::new("oauth-servers", COLUMNS)
            terms=TERMS
            caption=text::oauth_servers::caption()
            empty=none
            cells=cells
            actions=actions
        />
    }
    .into_any()
}

fn none() -> AnyView {
    view! {
        <Message icon=Icon::Shield title=text::oauth_servers::empty_title()>
            <p>{text::oauth_servers::empty_text()}</p>
        </Message>
    }
    .into_any()
}

fn cells(id: i64) -> Vec<AnyView> {
    let row = Page::get().row(id);
    let status = |server: OauthServer| {
        let held = server.held.then(text::oauth_servers::held_text);
        let held = held.map(|text| view! { <span class="row-note">{text}</span> });
        let tone = if server.settings.enabled { Pill::On } else { Pill::Off };
        (pill(tone, status(&server)), held)
    };
    let description = |server: OauthServer| match server.settings.description {
        text if text.is_empty() => "–".to_owned(),
        text => text,
    };
    vec![
        name_cell(row),
        cell(row, status),
        cell(row, description),
        cell(row, fetched),
    ]
}

/// When the keys were fetched, and why not since.
fn fetched(server: OauthServer) -> AnyView {
    let when = match server.last_successful_fetch_on {
        Some(instant) => view! { <When instant=instant /> }.into_any(),
        None => view! { <span class="faint">{text::oauth_servers::never_fetched()}</span> }.into_any(),
    };
    let failed = server
        .fetch_failure
        .map(|failure| view! { <span class="row-note">{jwks::failure(&failure)}</span> });
    view! {
        {when}
        {failed}
    }
    .into_any()
}

fn actions(id: i64) -> AnyView {
    let page = Page::get();
    let refused = page.reason(|it| it.edit);
    let actions = vec![
        Action::edit(Open::Edit).unless(refused),
        Action::new(text::token_check::title(), Open::Check),
        Action::delete(Open::Delete).unless(refused),
    ];
    row_actions(page.row(id), page.open, actions)
}
