//! *Invite admin*.

use keyward_contract::{InviteAdministrator, ProblemCode, check_login};
use leptos::prelude::*;

use super::{Page, Roles, chosen_role, role_choices};
use crate::{
    browser::page::focus_wrong,
    pages::shared::{
        change_form::{ChangeForm, Elsewhere, Progress},
        input::Input,
    },
    text,
    ui::{button::Kind, choice::RadioList, field::Field},
};

#[component]
pub(super) fn InviteForm() -> AnyView {
    let page = Page::get();
    let progress = Progress::of(page.change);
    let pending = progress.is_pending();
    let roles = expect_context::<Roles>();
    let name = Input::unique("", check_login, ProblemCode::AdministratorExists);
    let role = RwSignal::new(String::new());
    let role_error = Signal::derive(move || {
        let none = role.with(String::is_empty);
        (none && name.is_tried()).then(|| text::administrators::choose_role().to_owned())
    });
    let submit = move |()| {
        let Some(entered) = name.try_it() else {
            return request_animation_frame(focus_wrong);
        };
        if let Some(role_id) = chosen_role(roles, role) {
            page.change.invite(&InviteAdministrator { name: entered, role_id });
        }
    };
    view! {
        <ChangeForm
            progress=progress
            verb=text::administrators::invite()
            kind=Kind::Primary
            elsewhere=Signal::stored(Elsewhere::Same)
            gone=""
            inputs=vec![name]
            on_submit=Callback::new(submit)
            on_close=page.on_close()
        >
            <p class="dialog-text">{text::administrators::invite_text()}</p>
            <Field
                label=text::administrators::user_name()
                name="invited-user-name"
                value=name.value
                autofocus=true
                readonly=pending
                error=name.error(progress.failure())
                hint=text::administrators::user_name_hint()
            />
            <RadioList legend=text::common::role() choices=role_choices() chosen=role error=role_error readonly=pending />
        </ChangeForm>
    }
    .into_any()
}
