//! *Add role* and *Edit role*.

use keyward_contract::{EditRole, Permission, Permissions, ProblemCode, Role, check_role_name};
use leptos::prelude::*;

use super::{Page, holders};
use crate::{
    pages::shared::{
        change_form::{Meanwhile, Progress},
        context::Context,
        input::Input,
        list_page::EditForm,
    },
    present::role as text,
    reactive::reactive,
    ui::{
        choice::{Explained, RadioList, Switch},
        field::Field,
    },
};

/// What is filled in.
#[derive(Clone, Copy)]
struct Form {
    name: Input,
    key: RwSignal<String>,
    /// In the order of [`text::SWITCHES`].
    switches: [RwSignal<bool>; 4],
}

impl Form {
    fn new(name: &str, permissions: &Permissions) -> Self {
        let key = text::KEY_MANAGEMENT
            .iter()
            .find(|it| it.0 == permissions.api_key_management);
        Self {
            name: Input::unique(name, check_role_name, ProblemCode::RoleExists),
            key: RwSignal::new(key.map_or("", |it| it.1).to_owned()),
            switches: text::SWITCHES.map(|it| RwSignal::new((it.of)(permissions))),
        }
    }

    fn read(self) -> Option<EditRole> {
        let key = self.key.get_untracked();
        let key = text::KEY_MANAGEMENT.iter().find(|it| it.1 == key);
        let [reveal, audit_log, admin_management, api_access] = self.switches.map(|it| it.get_untracked());
        Some(EditRole {
            name: self.name.try_it()?,
            permissions: Permissions {
                api_key_management: key.map_or(Permission::None, |it| it.0),
                reveal,
                audit_log,
                admin_management,
                api_access,
            },
        })
    }
}

#[component]
pub(super) fn RoleForm(role: Option<Role>) -> AnyView {
    let page = Page::get();
    let progress = Progress::of(page.change);
    let pending = progress.is_pending();
    let form = role.as_ref().map_or_else(
        || Form::new("", &Permissions::NONE),
        |role| Form::new(&role.name, &role.permissions),
    );
    let subject = page.subject(role.as_ref());
    let (now, meanwhile) = (subject.now, subject.meanwhile);
    view! {
        <EditForm
            page=page
            subject=subject
            gone="Someone else deleted this role"
            inputs=vec![form.name]
            read=move |()| form.read()
        >
            {reactive(move || now.get().and_then(|role| holders(&role)).map(|text| view! { <p class="dialog-text">{text} "."</p> }))}
            <Field label="Name" name="role-name" value=form.name.value autofocus=true readonly=pending error=form.name.error(progress.failure()) />
            <Allowed form=form pending=pending />
            {reactive(move || {
                (meanwhile.get() == Meanwhile::Changed)
                    .then(|| now.get())
                    .flatten()
                    .map(|role| {
                        view! {
                            <p class="dialog-text">
                                "It's now: " <strong>{role.name}</strong> " – " {text::allows(&role.permissions)} "."
                            </p>
                        }
                    })
            })}
        </EditForm>
    }
    .into_any()
}

/// The permissions. What the admin does not have is not theirs to give.
#[component]
fn Allowed(form: Form, pending: Signal<bool>) -> AnyView {
    let access = untrack(|| Context::get().session.access(Page::get().list.of.org));
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
            <legend class="field-label">"More permissions"</legend>
            <div class="choices-box">
                {text::SWITCHES.into_iter().zip(form.switches).map(switch).collect_view()}
            </div>
        </fieldset>
    }
    .into_any()
}
