//! What roles allow, in words.

use keyward_contract::{Permission, Permissions};

/// The choices of *API Key Management*, with their names and what they mean.
pub(crate) const KEY_MANAGEMENT: [(Permission, &str, &str); 3] = [
    (Permission::None, "None", "Hides Cloud Service API Security."),
    (
        Permission::View,
        "View Only",
        "See that there is a key, who uses it, and who changed it when.",
    ),
    (
        Permission::Full,
        "Full",
        "Add, edit, regenerate and delete the key. An admin who adds or regenerates it sees the new key once, even \
         without Reveal secrets.",
    ),
];

/// A permission that is there or not.
pub(crate) struct Switchable {
    pub(crate) label: &'static str,
    pub(crate) text: &'static str,
    pub(crate) of: fn(&Permissions) -> bool,
}

/// Those there are, in the order of the form.
pub(crate) const SWITCHES: [Switchable; 4] = [
    Switchable {
        label: "Reveal secrets",
        text: "See and copy keys and tokens. Requires API Key Management.",
        of: |it| it.reveal,
    },
    Switchable {
        label: "Audit log",
        text: "Read who did what, and when.",
        of: |it| it.audit_log,
    },
    Switchable {
        label: "Administrators and roles",
        text: "Invite admins, change their roles, and make roles, within their own permissions.",
        of: |it| it.admin_management,
    },
    Switchable {
        label: "API access",
        text: "Open API sessions with the key, as scripts do.",
        of: |it| it.api_access,
    },
];

/// Said where an admin can't give what they don't have.
pub(crate) const BEYOND: &str = "Your own role doesn't allow this.";

/// All that is allowed, such as `Manages the key, reveals secrets`.
pub(crate) fn allows(permissions: &Permissions) -> String {
    let key = match permissions.api_key_management {
        Permission::None => None,
        Permission::View => Some("sees the key page"),
        Permission::Full => Some("manages the key"),
    };
    let others = [
        (permissions.reveal, "reveals secrets"),
        (permissions.audit_log, "reads the audit log"),
        (permissions.admin_management, "manages administrators and roles"),
        (permissions.api_access, "opens API sessions"),
    ];
    let others = others.into_iter().filter_map(|(allowed, text)| allowed.then_some(text));
    let all: Vec<&str> = key.into_iter().chain(others).collect();
    if all.is_empty() {
        return "Nothing".to_owned();
    }
    let mut text = all.join(", ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}
