//! What the requests of this page tell of it.

use std::cell::Cell;

use keyward_contract::AdminId;

thread_local! {
    /// The admin whom the page takes itself for.
    static ADMIN: Cell<Option<AdminId>> = const { Cell::new(None) };
    /// Whether someone has used the page since the last request. Opening it counts.
    static ACTIVE: Cell<bool> = const { Cell::new(true) };
}

/// Changes are made as this admin from now on, and rejected if the browser is signed in as a different one.
pub(crate) fn act_as(admin: Option<AdminId>) {
    ADMIN.set(admin);
}

/// Someone uses the page.
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

/// Whether no one has used the page since this was last asked, so that the page asks by itself.
pub(super) fn is_alone() -> bool {
    !ACTIVE.replace(false)
}
