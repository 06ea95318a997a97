//! *Add API Role* and *Edit API Role*.

use keyward_contract::{ApiPermission, ApiRole, EditApiRole, ProblemCode, check_api_role_name};
use leptos::prelude::*;

use super::{PERMISSIONS, Roles, allows};
use crate::{
    pages::shared::{
        change_form::{Progress, follow},
        input::Input,
        list_page::EditForm,
    },
    reactive::{memo, reactive},
    text,
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
        let permission = PERMISSIONS.into_iter().find(|it| it.as_str() == chosen);
        Some(EditApiRole {
            name: name.try_it()?,
            permission: permission.unwrap_or(ApiPermission::None),
        })
    };
    let choices: Vec<Explained> = PERMISSIONS.into_iter().map(choice).collect();
    view! {
        <EditForm page=roles subject=subject gone=text::api_roles::gone() inputs=vec![name] read=read>
            <Field
                label=text::common::name()
                name="api-role-name"
                value=name.value
                autofocus=true
                readonly=pending
                error=name.error(progress.failure())
                hint=text::api_roles::name_hint()
            />
            {reactive(move || is_renamed.get().then(renamed))}
            <RadioList
                legend=text::api_roles::permission()
                choices=Signal::stored(choices)
                chosen=chosen
                readonly=pending
            />
        </EditForm>
    }
    .into_any()
}

fn choice(permission: ApiPermission) -> Explained {
    let label = match permission {
        ApiPermission::Full => text::api_roles::full(),
        ApiPermission::View => text::api_roles::view(),
        ApiPermission::None => text::api_roles::none(),
    };
    Explained {
        value: permission.as_str().to_owned(),
        is_name: false,
        label: label.to_owned(),
        text: allows(permission).to_owned(),
        reason: None,
    }
}

fn renamed() -> AnyView {
    notice(
        Tone::Warning,
        false,
        text::api_roles::renamed_title(),
        text::api_roles::renamed_text(),
    )
}
