//! What the requests of this page tell of it.

use std::cell::Cell;

use keyward_contract::AdminId;

thread_local! {
    /// The admin whom the page takes itself for.
    static ADMIN: Cell<Option<AdminId>> = const { Cell::new(None) };
    /// Whether somebody has done something at the page that no request has told of yet. Opening it is something.
    static ACTIVE: Cell<bool> = const { Cell::new(true) };
}

/// Changes are made as this admin from now on; another one whom the browser is signed in as must not make them.
pub(crate) fn act_as(admin: Option<AdminId>) {
    ADMIN.set(admin);
}

/// Somebody does something at the page.
pub(crate) fn active() {
    ACTIVE.set(true);
}

/// Whether someone has used the page since the last request.
pub(crate) fn is_active() -> bool {
    ACTIVE.get()
}

pub(super) fn admin() -> Option<AdminId> {
    ADMIN.get()
}

/// Whether nobody has done anything since the last time this was asked, so that the page asks by itself.
pub(super) fn is_alone() -> bool {
    !ACTIVE.replace(false)
}
