//! *Add API Role* and *Edit API Role*.

use keyward_contract::{ApiPermission, ApiRole, EditApiRole, ProblemCode, check_api_role_name};
use leptos::prelude::*;

use super::{PERMISSIONS, Roles};
use crate::{
    browser::page::focus_first,
    pages::shared::{
        change_form::{ChangeForm, Progress, follow},
        input::Input,
        list_page::Subject,
    },
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
    let name = role.as_ref().map_or("", |role| &role.name);
    let name = Input::unique(name, check_api_role_name, ProblemCode::ApiRoleExists);
    let chosen = role.as_ref().map_or(ApiPermission::View, |role| role.permission);
    let chosen = RwSignal::new(chosen.as_str().to_owned());
    let Subject { now, meanwhile } = roles.subject(role.as_ref());
    // What nobody has filled in otherwise here follows what somebody else has saved.
    Effect::new(move |shown: Option<Option<ApiRole>>| {
        let now = now.get();
        if let (Some(Some(shown)), Some(now)) = (shown, &now) {
            follow(name.value, &shown.name, now.name.clone());
            let permission = |role: &ApiRole| role.permission.as_str().to_owned();
            follow(chosen, &permission(&shown), permission(now));
        }
        now
    });
    let is_renamed = Memo::new(move |_| {
        let now = now.get();
        now.is_some_and(|now| name.value.with(|name| name.trim() != now.name))
    });
    let submit = move |()| {
        let Some(entered) = name.try_it() else {
            return request_animation_frame(|| focus_first("[aria-invalid=true]"));
        };
        let chosen = chosen.get_untracked();
        let permission = PERMISSIONS.iter().find(|it| it.0.as_str() == chosen);
        let to = EditApiRole {
            name: entered,
            permission: permission.map_or(ApiPermission::None, |it| it.0),
        };
        match now.get_untracked() {
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
            inputs=vec![name]
            on_submit=Callback::new(submit)
            on_close=Callback::new(move |()| roles.close())
        >
            <Field
                label="Name"
                name="api-role-name"
                value=name.value
                autofocus=true
                readonly=pending
                error=name.error(progress)
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
