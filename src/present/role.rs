//! What roles allow, in words.

use keyward_contract::{Permission, Permissions};

use crate::text::{list, roles as text};

/// A choice of *API Key Management*.
pub(crate) struct KeyManagement {
    pub(crate) permission: Permission,
    /// What stands for it in the form.
    pub(crate) value: &'static str,
    pub(crate) label: fn() -> &'static str,
    pub(crate) text: fn() -> &'static str,
}

/// Those there are, in the order of the form.
pub(crate) const KEY_MANAGEMENT: [KeyManagement; 3] = [
    KeyManagement {
        permission: Permission::None,
        value: "none",
        label: text::key_none,
        text: text::key_none_text,
    },
    KeyManagement {
        permission: Permission::View,
        value: "view",
        label: text::key_view,
        text: text::key_view_text,
    },
    KeyManagement {
        permission: Permission::Full,
        value: "full",
        label: text::key_full,
        text: text::key_full_text,
    },
];

/// A permission that is there or not.
pub(crate) struct Switchable {
    pub(crate) label: fn() -> &'static str,
    pub(crate) text: fn() -> &'static str,
    pub(crate) of: fn(&Permissions) -> bool,
    /// What it allows, where nothing comes before it.
    first: fn() -> &'static str,
    /// The same, after something else.
    also: fn() -> &'static str,
}

/// Those there are, in the order of the form.
pub(crate) const SWITCHES: [Switchable; 4] = [
    Switchable {
        label: text::reveal,
        text: text::reveal_text,
        of: |it| it.reveal,
        first: text::reveals,
        also: text::also_reveals,
    },
    Switchable {
        label: text::audit_log,
        text: text::audit_log_text,
        of: |it| it.audit_log,
        first: text::reads_audit_log,
        also: text::also_reads_audit_log,
    },
    Switchable {
        label: text::admin_management,
        text: text::admin_management_text,
        of: |it| it.admin_management,
        first: text::manages_admins,
        also: text::also_manages_admins,
    },
    Switchable {
        label: text::api_access,
        text: text::api_access_text,
        of: |it| it.api_access,
        first: text::opens_api_sessions,
        also: text::also_opens_api_sessions,
    },
];

/// All that is allowed, such as `Manages the key, reveals secrets`.
pub(crate) fn allows(permissions: &Permissions) -> String {
    let mut all = Vec::new();
    match permissions.api_key_management {
        Permission::None => {}
        Permission::View => all.push(text::sees_key_page().to_owned()),
        Permission::Full => all.push(text::manages_key().to_owned()),
    }
    for switch in SWITCHES.iter().filter(|it| (it.of)(permissions)) {
        let text = if all.is_empty() { switch.first } else { switch.also };
        all.push(text().to_owned());
    }
    if all.is_empty() {
        return text::allows_nothing().to_owned();
    }
    list(&all)
}
