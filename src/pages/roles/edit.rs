//! *Add role* and *Edit role*.

use keyward_contract::{EditRole, Permission, Permissions, ProblemCode, Role, check_role_name};
use leptos::prelude::*;

use super::Page;
use crate::{
    pages::shared::{
        change_form::{Elsewhere, Progress},
        context::Context,
        input::Input,
        list_page::EditForm,
        row::strong,
    },
    present::role::{self, KEY_MANAGEMENT, KeyManagement, SWITCHES, Switchable},
    reactive::reactive,
    text,
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
    /// In the order of [`SWITCHES`].
    switches: [RwSignal<bool>; 4],
}

impl Form {
    fn new(name: &str, permissions: &Permissions) -> Self {
        let mut keys = KEY_MANAGEMENT.iter();
        let key = keys.find(|it| it.permission == permissions.api_key_management);
        Self {
            name: Input::unique(name, check_role_name, ProblemCode::RoleExists),
            key: RwSignal::new(key.map_or("", |it| it.value).to_owned()),
            switches: SWITCHES.map(|it| RwSignal::new((it.of)(permissions))),
        }
    }

    fn read(self) -> Option<EditRole> {
        let key = self.key.get_untracked();
        let key = KEY_MANAGEMENT.iter().find(|it| it.value == key);
        let [reveal, audit_log, admin_management, api_access] = self.switches.map(|it| it.get_untracked());
        Some(EditRole {
            name: self.name.try_it()?,
            permissions: Permissions {
                api_key_management: key.map_or(Permission::None, |it| it.permission),
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
    let (now, elsewhere) = (subject.now, subject.elsewhere);
    view! {
        <EditForm
            page=page
            subject=subject
            gone=text::roles::gone()
            inputs=vec![form.name]
            read=move |()| form.read()
        >
            {reactive(move || now.get().filter(|role| role.admins > 0).map(holders))}
            <Field label=text::common::name() name="role-name" value=form.name.value autofocus=true readonly=pending error=form.name.error(progress.failure()) />
            <Allowed form=form pending=pending />
            {reactive(move || {
                (elsewhere.get() == Elsewhere::Changed)
                    .then(|| now.get())
                    .flatten()
                    .map(|role| {
                        let now = text::roles::now(strong(role.name), &role::allows(&role.permissions));
                        view! { <p class="dialog-text">{now}</p> }
                    })
            })}
        </EditForm>
    }
    .into_any()
}

/// How many have it.
fn holders(role: Role) -> AnyView {
    view! { <p class="dialog-text">{text::roles::holders(role.admins as usize)}</p> }.into_any()
}

/// The permissions. What the admin does not have is not theirs to give.
#[component]
fn Allowed(form: Form, pending: Signal<bool>) -> AnyView {
    let access = untrack(|| Context::get().session.access(Page::get().list.of.org));
    // The gateway refuses the same.
    let own = access.map_or(Permissions::NONE, |access| access.permissions);
    let beyond = |is: bool| is.then(|| text::roles::beyond().to_owned());
    let choice = |it: &KeyManagement| Explained {
        value: it.value.to_owned(),
        is_name: false,
        label: (it.label)().to_owned(),
        text: (it.text)().to_owned(),
        reason: beyond(it.permission > own.api_key_management),
    };
    let choices: Vec<Explained> = KEY_MANAGEMENT.iter().map(choice).collect();
    let switch = |(it, on): (Switchable, RwSignal<bool>)| {
        let reason = beyond(!(it.of)(&own));
        view! { <Switch label=(it.label)() text=(it.text)() on=on reason=reason readonly=pending /> }
    };
    view! {
        <RadioList
            legend=text::roles::key_management()
            choices=Signal::stored(choices)
            chosen=form.key
            readonly=pending
        />
        <fieldset class="choices">
            <legend class="field-label">{text::roles::more()}</legend>
            <div class="choices-box">
                {SWITCHES.into_iter().zip(form.switches).map(switch).collect_view()}
            </div>
        </fieldset>
    }
    .into_any()
}
