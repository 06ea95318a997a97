//! The table of tokens.

use keyward_contract::{Restored, SandboxToken, SandboxTokenId};
use leptos::prelude::*;

use super::{Open, Page, token_cell::TokenCell};
use crate::{
    pages::shared::{
        list_table::{ListTable, Rank, Terms},
        message::Message,
        row::{Action, Pill, cell, data, name, pill, row_actions},
    },
    present::when::{When, days_since},
    text,
    ui::{
        icon::Icon,
        table::{Column, Shape},
    },
};

const COLUMNS: &[Column] = &[
    Column::new("name", text::common::name, 140),
    Column::unsorted("token", text::sandbox_tokens::token, 460),
    Column::new("last-modified-by", text::common::last_modified_by, 200).priority(3),
    Column::new("last-modified-on", text::common::last_modified_on, 190).priority(3),
    Column::new("last-used", text::common::last_used, 190),
];

const TERMS: Terms<SandboxToken> = Terms {
    text: |token, column| match column {
        0 => token.name.clone(),
        _ => token.last_modified_by.name.clone(),
    },
    rank: |token, column| match column {
        3 => Rank::of_time(Some(token.last_modified_on)),
        4 => Rank::of_time(token.last_used_on),
        _ => Rank::Text,
    },
};

#[component]
pub(super) fn TokenTable() -> AnyView {
    view! {
        <ListTable
            list=Page::get().list
            shape=Shape::new("sandbox-tokens", COLUMNS)
            terms=TERMS
            caption=text::sandbox_tokens::caption()
            empty=none
            cells=cells
            actions=actions
        />
    }
    .into_any()
}

fn none() -> AnyView {
    view! {
        <Message icon=Icon::Box title=text::sandbox_tokens::empty_title()>
            <p>{text::sandbox_tokens::empty_text()}</p>
        </Message>
    }
    .into_any()
}

fn cells(id: i64) -> Vec<AnyView> {
    let row = Page::get().row(id);
    let with_doubt = |token: SandboxToken| (name(&token.name), token.restored.map(in_doubt));
    vec![
        cell(row, with_doubt),
        view! { <TokenCell id=SandboxTokenId(id) /> }.into_any(),
        cell(row, |token| data(token.last_modified_by.name)),
        cell(row, |token| view! { <When instant=token.last_modified_on /> }),
        cell(row, last_used),
    ]
}

/// After a restore.
fn in_doubt(restored: Restored) -> AnyView {
    let (tone, badge, note) = match restored {
        Restored::Held => (
            Pill::Ended,
            text::sandbox_tokens::held(),
            text::sandbox_tokens::held_text(),
        ),
        Restored::Unverified => (
            Pill::Waits,
            text::sandbox_tokens::unconfirmed(),
            text::sandbox_tokens::unconfirmed_text(),
        ),
    };
    view! {
        " "
        {pill(tone, badge)}
        <span class="row-note">{note}</span>
    }
    .into_any()
}

/// Leads on to who it was.
fn last_used(token: SandboxToken) -> AnyView {
    let open = Page::get().open;
    let Some(instant) = token.last_used_on else {
        return view! { <span class="faint">{not_used(&token)}</span> }.into_any();
    };
    let label = text::sandbox_tokens::usage_of(&token.name);
    view! {
        <button
            type="button"
            class="link-button"
            aria-label=label
            on:click=move |_| open.set(Some(Open::Clients(token.clone())))
        >
            <When instant=instant />
        </button>
    }
    .into_any()
}

/// Use is known for 30 days. A younger token, unchanged since it was added, has never been used.
fn not_used(token: &SandboxToken) -> &'static str {
    if token.version == 1 && days_since(token.last_modified_on) < 30 {
        text::sandbox_tokens::never_used()
    } else {
        text::sandbox_tokens::not_used()
    }
}

fn actions(id: i64) -> AnyView {
    let page = Page::get();
    let actions = vec![
        Action::new(text::common::confirm(), Open::Confirm)
            .unless(page.reason(|it| it.edit))
            .only_where(|token| token.restored.is_some()),
        Action::edit(Open::Edit).unless(page.reason(|it| it.edit)),
        Action::new(text::common::regenerate(), Open::Regenerate).unless(page.reason(|it| it.regenerate)),
        Action::delete(Open::Delete).unless(page.reason(|it| it.delete)),
    ];
    row_actions(page.row(id), page.open, actions)
}
