//! What is done with administrators, and what that means for them.

use keyward_contract::{Administrator, AdministratorStatus, SessionsEnded};

use super::count;
use crate::state::{AdministratorAction as Action, AdministratorAnswer as Answer};

/// The entry of the menu, and the heading of the dialog.
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
        Action::ChangeRole => " gets another role. What it does not allow ends at once, open API sessions included.",
        Action::RenewInvitation => " gets a new link, valid for 7 days. The old link stops working at once.",
        Action::Disable => {
            " keeps the role and can't make use of it until enabled again. API sessions here end at once; portal \
             sessions too, unless there is a role in another organization."
        }
        Action::Enable => " can make use of the role again, at once. An invitation still has to be accepted.",
        Action::ConfirmPassword => {
            " can sign in again with the password from the backup, which was replaced or removed since. Who belongs to other \
             organizations too needs your service provider to confirm it."
        }
        Action::Remove => {
            " loses the role in this organization. API sessions here end at once; portal sessions too, unless there is \
             a role in another organization. Only a new invitation brings them back."
        }
        Action::EndSessions => {
            " is signed out of the portal everywhere, and API sessions in this organization end at once. Signing in \
             again stays possible."
        }
    }
}

/// Said when it is done.
pub(crate) fn done(action: Action, name: &str, answer: &Answer) -> String {
    let text = match action {
        Action::ChangeRole => " has another role now.",
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

/// The sessions that live.
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
