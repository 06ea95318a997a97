//! *Add API Role* and *Edit API Role*.

use keyward_contract::{ApiPermission, ApiRole, EditApiRole, ProblemCode, check_api_role_name};
use leptos::prelude::*;

use super::{PERMISSIONS, Roles};
use crate::{
    pages::shared::{
        change_form::{Progress, follow},
        input::Input,
        list_page::EditForm,
    },
    reactive::{memo, reactive},
    ui::{
        banner::{Tone, notice},
        choice::{Explained, RadioList},
        field::Field,
    },
};

#[component]
pub(super) fn ApiRoleForm(role: Option<ApiRole>) -> AnyView {
    let roles = Roles::get();
    let progress = Progress::of(roles.change);
    let pending = progress.is_pending();
    let name = role.as_ref().map_or("", |role| &role.name);
    let name = Input::unique(name, check_api_role_name, ProblemCode::ApiRoleExists);
    let chosen = role.as_ref().map_or(ApiPermission::View, |role| role.permission);
    let chosen = RwSignal::new(chosen.as_str().to_owned());
    let subject = roles.subject(role.as_ref());
    let now = subject.now;
    // What no one has changed here follows what someone else has saved.
    Effect::new(move |shown: Option<Option<ApiRole>>| {
        let now = now.get();
        if let (Some(Some(shown)), Some(now)) = (shown, &now) {
            follow(name.value, &shown.name, now.name.clone());
            let permission = |role: &ApiRole| role.permission.as_str().to_owned();
            follow(chosen, &permission(&shown), permission(now));
        }
        now
    });
    let is_renamed = memo(move || {
        let now = now.get();
        now.is_some_and(|now| name.value.with(|name| name.trim() != now.name))
    });
    let read = move |()| {
        let chosen = chosen.get_untracked();
        let permission = PERMISSIONS.iter().find(|it| it.0.as_str() == chosen);
        Some(EditApiRole {
            name: name.try_it()?,
            permission: permission.map_or(ApiPermission::None, |it| it.0),
        })
    };
    let choice = |(permission, label, text): &(ApiPermission, &str, &str)| Explained {
        value: permission.as_str().to_owned(),
        label: (*label).to_owned(),
        text: (*text).to_owned(),
        reason: None,
    };
    let choices: Vec<Explained> = PERMISSIONS.iter().map(choice).collect();
    view! {
        <EditForm page=roles subject=subject gone="Someone else deleted this API role" inputs=vec![name] read=read>
            <Field
                label="Name"
                name="api-role-name"
                value=name.value
                autofocus=true
                readonly=pending
                error=name.error(progress.failure())
                hint="A–Z, a–z, 0–9, - and _. It becomes part of the scope."
            />
            {reactive(move || is_renamed.get().then(renamed))}
            <RadioList legend="Permission" choices=Signal::stored(choices) chosen=chosen readonly=pending />
        </EditForm>
    }
    .into_any()
}

fn renamed() -> AnyView {
    notice(
        Tone::Warning,
        false,
        "The scope changes with the name",
        "Tokens with the old scope stop working immediately. Set the new one in your identity provider.",
    )
}
