//! *Add role* and *Edit role*.

use keyward_contract::{EditRole, Permission, Permissions, ProblemCode, Role, check_role_name};
use leptos::prelude::*;

use super::{Page, holders};
use crate::{
    api::ApiError,
    browser::page::focus_first,
    pages::shared::{
        change_form::{ChangeForm, Meanwhile, Progress},
        context::Context,
    },
    present::{problem, role as text},
    ui::{
        button::Kind,
        choice::{Explained, RadioList, Switch},
        field::Field,
    },
};

/// What is filled in.
#[derive(Clone, Copy)]
struct Form {
    name: RwSignal<String>,
    key: RwSignal<String>,
    /// In the order of [`text::SWITCHES`].
    switches: [RwSignal<bool>; 4],
}

impl Form {
    fn new(name: String, permissions: &Permissions) -> Self {
        let key = text::KEY_MANAGEMENT
            .iter()
            .find(|it| it.0 == permissions.api_key_management);
        Self {
            name: RwSignal::new(name),
            key: RwSignal::new(key.map_or("", |it| it.1).to_owned()),
            switches: text::SWITCHES.map(|it| RwSignal::new((it.of)(permissions))),
        }
    }

    fn read(self) -> EditRole {
        let key = self.key.get_untracked();
        let key = text::KEY_MANAGEMENT.iter().find(|it| it.1 == key);
        let [reveal, audit_log, admin_management, api_access] = self.switches.map(|it| it.get_untracked());
        EditRole {
            name: self.name.get_untracked().trim().to_owned(),
            permissions: Permissions {
                api_key_management: key.map_or(Permission::None, |it| it.0),
                reveal,
                audit_log,
                admin_management,
                api_access,
            },
        }
    }
}

#[component]
pub(super) fn EditForm(role: Option<Role>) -> AnyView {
    let page = Page::get();
    let progress = Progress::of(page.change);
    let pending = progress.is_pending();
    let form = role.as_ref().map_or_else(
        || Form::new(String::new(), &Permissions::NONE),
        |role| Form::new(role.name.clone(), &role.permissions),
    );
    let is_new = role.is_none();
    let seen = role.as_ref().map(|role| role.version);
    let now = role.map(|role| page.row(role.id));
    let now = move || now.and_then(|now| now.get());
    let meanwhile = Memo::new(move |_| Meanwhile::of(seen, now().map(|now| now.version)));
    // What was sent, or would have been: what is wrong with it is said until it is another.
    let tried = RwSignal::new(None::<String>);
    let error = Signal::derive(move || {
        let name = form.name.get();
        if tried.get().as_ref() != Some(&name) {
            return None;
        }
        let own = check_role_name(name.trim()).err().map(|error| error.to_string());
        own.or_else(|| progress.failure().and_then(|error| about_name(&error)))
    });
    let submit = move |()| {
        let to = form.read();
        tried.set(Some(form.name.get_untracked()));
        if check_role_name(&to.name).is_err() {
            return request_animation_frame(|| focus_first("[aria-invalid=true]"));
        }
        match untrack(now) {
            Some(role) => page.change.edit(&role, &to),
            None if is_new => page.change.add(&to),
            None => {}
        }
    };
    view! {
        <ChangeForm
            progress=progress
            verb=if is_new { "Add" } else { "Save" }
            kind=Kind::Primary
            meanwhile=meanwhile
            gone="This role was deleted meanwhile"
            is_about_field=|error| about_name(error).is_some()
            on_submit=Callback::new(submit)
            on_close=Callback::new(move |()| page.close())
        >
            {move || now().and_then(|role| holders(&role)).map(|text| view! { <p class="dialog-text">{text} "."</p> })}
            <Field label="Name" name="role-name" value=form.name autofocus=true readonly=pending error=error />
            <Allowed form=form pending=pending />
            {move || {
                (meanwhile.get() == Meanwhile::Changed)
                    .then(now)
                    .flatten()
                    .map(|role| {
                        view! {
                            <p class="dialog-text">
                                "It is now: " <strong>{role.name}</strong> " – " {text::allows(&role.permissions)} "."
                            </p>
                        }
                    })
            }}
        </ChangeForm>
    }
    .into_any()
}

/// The permissions. What the admin does not have is not theirs to give.
#[component]
fn Allowed(form: Form, pending: Signal<bool>) -> AnyView {
    let access = untrack(|| Context::get().session.access(Page::get().roles.scope));
    // The gateway refuses the same.
    let own = access.map_or(Permissions::NONE, |access| access.permissions);
    let beyond = |is: bool| is.then(|| text::BEYOND.to_owned());
    let choice = |&(permission, label, means): &(Permission, &str, &str)| Explained {
        value: label.to_owned(),
        label: label.to_owned(),
        text: means.to_owned(),
        reason: beyond(permission > own.api_key_management),
    };
    let choices: Vec<Explained> = text::KEY_MANAGEMENT.iter().map(choice).collect();
    let switch = |(it, on): (text::Switchable, RwSignal<bool>)| {
        let reason = beyond(!(it.of)(&own));
        view! { <Switch label=it.label text=it.text on=on reason=reason readonly=pending /> }
    };
    view! {
        <RadioList
            legend="API Key Management"
            choices=Signal::stored(choices)
            chosen=form.key
            readonly=pending
        />
        <fieldset class="choices">
            <legend class="field-label">"And also"</legend>
            <div class="choices-box">
                {text::SWITCHES.into_iter().zip(form.switches).map(switch).collect_view()}
            </div>
        </fieldset>
    }
    .into_any()
}

/// Where the name is what is wrong.
fn about_name(error: &ApiError) -> Option<String> {
    match error.code()? {
        code @ ProblemCode::RoleExists => Some(problem::sentence(code).to_owned()),
        ProblemCode::InvalidInput => error.problem()?.fields.get("name").cloned(),
        _ => None,
    }
}
