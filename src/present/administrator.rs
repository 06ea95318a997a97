//! What is done with administrators, and what that means for them.

use keyward_contract::{Administrator, AdministratorStatus};
use leptos::prelude::*;

use crate::{
    state::{AdministratorAction as Action, AdministratorAnswer as Answer},
    text::{administrators as text, common},
};

/// The entry of the menu, and the button of the dialog.
pub(crate) fn label(action: Action) -> &'static str {
    match action {
        Action::ChangeRole => text::change_role(),
        Action::RenewInvitation => text::renew_invitation(),
        Action::Disable => text::disable(),
        Action::Enable => text::enable(),
        Action::ConfirmPassword => text::confirm_password(),
        Action::Remove => text::remove(),
        Action::EndSessions => text::end_sessions(),
    }
}

/// The heading of the dialog: what is done with whom, and where.
pub(crate) fn question(action: Action, name: &str, organization: &str) -> String {
    let title = match action {
        Action::ChangeRole => text::change_role_title,
        Action::RenewInvitation => text::renew_invitation_title,
        Action::Disable => text::disable_title,
        Action::Enable => text::enable_title,
        Action::ConfirmPassword => text::confirm_password_title,
        Action::Remove => text::remove_title,
        Action::EndSessions => text::end_sessions_title,
    };
    title(name, organization)
}

/// What it means for the admin with this name.
pub(crate) fn consequence(action: Action, name: AnyView) -> AnyView {
    match action {
        Action::ChangeRole => text::change_role_consequence(name),
        Action::RenewInvitation => text::renew_invitation_consequence(name),
        Action::Disable => text::disable_consequence(name),
        Action::Enable => text::enable_consequence(name),
        Action::ConfirmPassword => text::confirm_password_consequence(name),
        Action::Remove => text::remove_consequence(name),
        Action::EndSessions => text::end_sessions_consequence(name),
    }
}

/// Said when it is done.
pub(crate) fn done(action: Action, name: &str, answer: &Answer) -> String {
    match (action, answer) {
        (Action::ChangeRole, _) => text::change_role_done(name),
        (Action::RenewInvitation, _) => text::renew_invitation_done(name),
        (Action::Disable, _) => text::disable_done(name),
        (Action::Enable, _) => text::enable_done(name),
        (Action::ConfirmPassword, _) => text::confirm_password_done(name),
        (Action::Remove, _) => text::remove_done(name),
        (Action::EndSessions, Answer::SessionsEnded(ended)) => {
            text::end_sessions_done(name, ended.portal_sessions as usize, ended.api_sessions as usize)
        }
        (Action::EndSessions, _) => text::end_sessions_done_uncounted(name),
    }
}

/// What someone else has made of the admin, and whether the role can be made use of.
pub(crate) fn now(admin: &Administrator) -> AnyView {
    let role = view! { <strong translate="no">{admin.role.clone()}</strong> }.into_any();
    match admin.status {
        AdministratorStatus::Active => text::now_active(role),
        AdministratorStatus::Invited => text::now_invited(role),
        AdministratorStatus::Disabled => text::now_disabled(role),
    }
}

/// The active sessions.
pub(crate) fn live_sessions(admin: &Administrator) -> String {
    match (admin.portal_sessions as usize, admin.api_sessions as usize) {
        (0, 0) => common::none().to_owned(),
        (portal, 0) => text::sessions_of_portal(portal),
        (0, api) => text::sessions_of_api(api),
        (portal, api) => text::sessions_of_both(portal, api),
    }
}
