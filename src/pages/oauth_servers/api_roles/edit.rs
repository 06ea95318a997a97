//! *Add API Role*, *Edit API Role* and *Delete API Role*.

use keyward_contract::{ApiPermission, ApiRole, EditApiRole, ProblemCode, check_api_role_name};
use leptos::prelude::*;

use super::{PERMISSIONS, Roles};
use crate::{
    api::ApiError,
    browser::page::focus_first,
    pages::shared::change_form::{ChangeForm, Meanwhile, Progress, follow},
    present::problem,
    ui::{
        banner::{Banner, Tone},
        button::Kind,
        choice::{Explained, RadioList},
        field::Field,
    },
};

#[component]
pub(super) fn EditForm(role: Option<ApiRole>) -> AnyView {
    let roles = Roles::get();
    let progress = Progress::of(roles.change);
    let pending = progress.is_pending();
    let is_new = role.is_none();
    let seen = role.as_ref().map(|role| role.version);
    let name = RwSignal::new(role.as_ref().map(|role| role.name.clone()).unwrap_or_default());
    let chosen = role.as_ref().map_or(ApiPermission::View, |role| role.permission);
    let chosen = RwSignal::new(chosen.as_str().to_owned());
    let now = role.map(|role| roles.row(role.id));
    let now = move || now.and_then(|now| now.get());
    let meanwhile = Memo::new(move |_| Meanwhile::of(seen, now().map(|now| now.version)));
    // What nobody has filled in otherwise here follows what somebody else has saved.
    Effect::new(move |shown: Option<Option<ApiRole>>| {
        let now = now();
        if let (Some(Some(shown)), Some(now)) = (shown, &now) {
            follow(name, &shown.name, now.name.clone());
            let permission = |role: &ApiRole| role.permission.as_str().to_owned();
            follow(chosen, &permission(&shown), permission(now));
        }
        now
    });
    let is_renamed = Memo::new(move |_| now().is_some_and(|now| name.with(|name| name.trim() != now.name)));
    let tried = RwSignal::new(None::<String>);
    let error = Signal::derive(move || {
        let name = name.get();
        if tried.get().as_ref() != Some(&name) {
            return None;
        }
        let own = check_api_role_name(name.trim()).err().map(|error| error.to_string());
        own.or_else(|| progress.failure().and_then(|error| about_name(&error)))
    });
    let submit = move |()| {
        let entered = name.get_untracked();
        tried.set(Some(entered.clone()));
        if check_api_role_name(entered.trim()).is_err() {
            return request_animation_frame(|| focus_first("[aria-invalid=true]"));
        }
        let chosen = chosen.get_untracked();
        let permission = PERMISSIONS.iter().find(|it| it.0.as_str() == chosen);
        let to = EditApiRole {
            name: entered.trim().to_owned(),
            permission: permission.map_or(ApiPermission::None, |it| it.0),
        };
        match untrack(now) {
            Some(role) => roles.change.edit(&role, &to),
            None if is_new => roles.change.add(&to),
            None => {}
        }
    };
    let choice = |(permission, label, text): &(ApiPermission, &str, &str)| Explained {
        value: permission.as_str().to_owned(),
        label: (*label).to_owned(),
        text: (*text).to_owned(),
        reason: None,
    };
    let choices: Vec<Explained> = PERMISSIONS.iter().map(choice).collect();
    view! {
        <ChangeForm
            progress=progress
            verb=if is_new { "Add" } else { "Save" }
            kind=Kind::Primary
            meanwhile=meanwhile
            gone="This API role was deleted meanwhile"
            is_about_field=|error| about_name(error).is_some()
            on_submit=Callback::new(submit)
            on_close=Callback::new(move |()| roles.close())
        >
            <Field
                label="Name"
                name="api-role-name"
                value=name
                autofocus=true
                readonly=pending
                error=error
                hint="A-Z, a-z, 0-9, - and _. It is a part of the scope."
            />
            {move || is_renamed.get().then(renamed)}
            <RadioList legend="Permission" choices=Signal::stored(choices) chosen=chosen readonly=pending />
        </ChangeForm>
    }
    .into_any()
}

fn renamed() -> AnyView {
    view! {
        <Banner tone=Tone::Warning>
            <p class="banner-title">"The scope changes with the name"</p>
            <p>"Calls with tokens of the old scope are refused at once. Configure the new one at the identity provider."</p>
        </Banner>
    }
    .into_any()
}

#[component]
pub(super) fn DeleteForm(role: ApiRole) -> AnyView {
    let roles = Roles::get();
    let now = roles.row(role.id);
    let seen = Some(role.version);
    let meanwhile = Signal::derive(move || Meanwhile::of(seen, now.with(|now| now.as_ref().map(|now| now.version))));
    let submit = move |()| {
        if let Some(role) = now.get_untracked() {
            roles.change.delete(&role);
        }
    };
    view! {
        <ChangeForm
            progress=Progress::of(roles.change)
            verb="Delete"
            kind=Kind::Danger
            meanwhile=meanwhile
            gone="This API role was deleted already"
            only_confirms=true
            on_submit=Callback::new(submit)
            on_close=Callback::new(move |()| roles.close())
        >
            <p class="dialog-text">
                <strong>{role.name}</strong> " is deleted. "
                <strong>"Calls with access tokens of its scope are refused at once. This cannot be undone."</strong>
            </p>
        </ChangeForm>
    }
    .into_any()
}

/// Where the name is what is wrong.
fn about_name(error: &ApiError) -> Option<String> {
    match error.code()? {
        code @ ProblemCode::ApiRoleExists => Some(problem::sentence(code).to_owned()),
        ProblemCode::InvalidInput => error.problem()?.fields.get("name").cloned(),
        _ => None,
    }
}
