//! What is done with administrators, and what that means for them.

use keyward_contract::{Administrator, AdministratorStatus, SessionsEnded};

use super::count;
use crate::state::{AdministratorAction as Action, AdministratorAnswer as Answer};

/// The entry of the menu, and the button of the dialog.
pub(crate) fn label(action: Action) -> &'static str {
    match action {
        Action::ChangeRole => "Change role",
        Action::RenewInvitation => "Renew invitation",
        Action::Disable => "Disable",
        Action::Enable => "Enable",
        Action::ConfirmPassword => "Confirm password",
        Action::Remove => "Remove",
        Action::EndSessions => "End sessions",
    }
}

/// The heading of the dialog: what is done with whom, and where.
pub(crate) fn question(action: Action, name: &str, organization: &str) -> String {
    let (before, between) = match action {
        Action::ChangeRole => ("Change role of ", " in "),
        Action::RenewInvitation => ("Renew invitation of ", " to "),
        Action::Disable => ("Disable ", " in "),
        Action::Enable => ("Enable ", " in "),
        Action::ConfirmPassword => ("Confirm password of ", " in "),
        Action::Remove => ("Remove ", " from "),
        Action::EndSessions => ("End sessions of ", " in "),
    };
    [before, name, between, organization, "?"].concat()
}

/// Whether the role can be made use of.
pub(crate) fn status(status: AdministratorStatus) -> &'static str {
    match status {
        AdministratorStatus::Active => "active",
        AdministratorStatus::Invited => "invited",
        AdministratorStatus::Disabled => "disabled",
    }
}

/// What it means for the admin whose name comes before it.
pub(crate) fn consequence(action: Action) -> &'static str {
    match action {
        Action::ChangeRole => {
            " gets the role you choose. What it doesn't allow ends immediately, open API sessions included."
        }
        Action::RenewInvitation => " gets a new link, valid for 7 days. The previous link stops working immediately.",
        Action::Disable => {
            " will be signed out and can't use this organization until you enable them again. Their role is kept. With a \
             role in another organization, they stay signed in to the portal."
        }
        Action::Enable => " can use the role again immediately. They still have to accept a pending invitation.",
        Action::ConfirmPassword => {
            " can sign in again with the password from the backup, which was replaced or removed since. If they belong to other \
             organizations too, your service provider has to confirm it."
        }
        Action::Remove => {
            " loses the role in this organization, and their sessions here end immediately. They'll need a new invitation to \
             return. With a role in another organization, they stay signed in to the portal."
        }
        Action::EndSessions => {
            " is signed out of the portal everywhere, and their API sessions in this organization end immediately. They can \
             sign in again."
        }
    }
}

/// Said when it is done.
pub(crate) fn done(action: Action, name: &str, answer: &Answer) -> String {
    let text = match action {
        Action::ChangeRole => " has a new role.",
        Action::RenewInvitation => " has a new link.",
        Action::Disable => " is disabled.",
        Action::Enable => " is enabled.",
        Action::ConfirmPassword => ": password confirmed, unless they belong to other organizations.",
        Action::Remove => " was removed.",
        Action::EndSessions => match answer {
            Answer::SessionsEnded(ended) => return [name, ": ", &sessions_ended(*ended)].concat(),
            _ => " is signed out.",
        },
    };
    [name, text].concat()
}

fn sessions_ended(ended: SessionsEnded) -> String {
    let (portal, api) = (ended.portal_sessions as usize, ended.api_sessions as usize);
    [
        &count::of(portal, "portal session"),
        " and ",
        &count::of(api, "API session"),
        " ended.",
    ]
    .concat()
}

/// The active sessions.
pub(crate) fn live_sessions(admin: &Administrator) -> String {
    let portal = [&admin.portal_sessions.to_string(), " portal"].concat();
    let api = [&admin.api_sessions.to_string(), " API"].concat();
    match (admin.portal_sessions, admin.api_sessions) {
        (0, 0) => "None".to_owned(),
        (_, 0) => portal,
        (0, _) => api,
        _ => [&portal, ", ", &api].concat(),
    }
}
