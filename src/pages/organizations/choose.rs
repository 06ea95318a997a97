//! Which key, and where.

use keyward_contract::{KEY_LENGTH, KeyFormatError, KeyString, OrganizationOverview};
use leptos::prelude::*;

use super::{Page, Step, fits, reason};
use crate::{
    browser::{
        page::{focus_first, focus_wrong},
        random,
    },
    present::field,
    text,
    ui::{
        button::{Button, Kind},
        choice::{CheckList, Explained},
        field::Field,
        form::on_submit,
        icon::Icon,
    },
};

/// How many organizations are offered at a time; a search finds the others.
const OFFERED: usize = 100;

#[component]
pub(super) fn ChooseForm() -> AnyView {
    let page = Page::get();
    let search = RwSignal::new(String::new());
    let tried = RwSignal::new(false);
    let key_error = Signal::derive(move || {
        let parsed = page.key.with(|key| key.parse::<KeyString>().err());
        let unfinished = matches!(parsed, Some(KeyFormatError::Length(length)) if length < KEY_LENGTH);
        parsed
            .filter(|_| tried.get() || !unfinished)
            .map(|error| field::words(&error.into()))
    });
    let chosen_error = Signal::derive(move || {
        let none = page.chosen.with(Vec::is_empty);
        (tried.get() && none).then(|| text::organizations::none_chosen().to_owned())
    });
    let choices = Signal::derive(move || {
        let search = search.with(|search| search.trim().to_lowercase());
        page.organizations.rows.with(|rows| {
            let found = rows.ready().into_iter().flatten().filter(|it| fits(it, &search));
            found.take(OFFERED).map(choice).collect()
        })
    });
    let submit = on_submit(false, move || {
        tried.set(true);
        let key = page.key.with_untracked(|key| key.parse::<KeyString>());
        let chosen = page.chosen.get_untracked();
        match key {
            Ok(key) if !chosen.is_empty() => page.step.set(Some(Step::Confirm(key, organizations(page, &chosen)))),
            Err(_) => request_animation_frame(focus_wrong),
            Ok(_) => focus_first("dialog[open] input[type=checkbox]:enabled"),
        }
    });
    let generate = move |()| {
        if let Some(key) = random::alphanumeric(KEY_LENGTH) {
            page.key.set(key);
        }
    };
    // Also by *Generate*, which no field tells of.
    let is_changed = Signal::derive(move || {
        let is_changed = !page.key.with(String::is_empty) || !page.chosen.with(Vec::is_empty);
        is_changed.then_some("")
    });
    view! {
        <form class="form" novalidate on:submit=submit>
            <p class="dialog-text">{text::organizations::same_key_warning()}</p>
            <Field
                label=text::organizations::new_key()
                name="same-key"
                value=page.key
                mono=true
                autofocus=true
                length=KEY_LENGTH
                error=key_error
                hint=text::organizations::key_format()
            />
            <p><Button label=text::organizations::generate() icon=Icon::Rotate on_press=generate /></p>
            <Field label=text::common::search() name="same-key-search" kind="search" value=search />
            <CheckList legend=text::organizations::organizations() choices=choices chosen=page.chosen error=chosen_error />
            <div class="dialog-actions dialog-saves" data-changed=is_changed>
                <Button label=text::common::cancel() on_press=move |()| page.close() />
                <Button label=text::organizations::next() kind=Kind::Primary submit=true on_press=|()| {} />
            </div>
        </form>
    }
    .into_any()
}

fn choice(organization: &OrganizationOverview) -> Explained {
    Explained {
        value: organization.id.to_string(),
        is_name: true,
        label: organization.name.clone(),
        text: organization.cloud.clone(),
        reason: reason(organization),
    }
}

/// Those that are chosen, as they are now.
fn organizations(page: Page, chosen: &[String]) -> Vec<OrganizationOverview> {
    page.organizations.rows.with_untracked(|rows| {
        let rows = rows.ready().into_iter().flatten();
        rows.filter(|it| chosen.contains(&it.id.to_string()) && reason(it).is_none())
            .cloned()
            .collect()
    })
}
