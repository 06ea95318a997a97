//! Whether this program still has the page, or the one with every page has taken its place.

use std::cell::Cell;

thread_local! {
    static LEFT: Cell<bool> = const { Cell::new(false) };
}

/// Another program has the page from now on: what this one hears or was waiting for, it no longer acts on.
pub fn leave() {
    LEFT.set(true);
}

/// Whether another program has the page.
pub fn has_left() -> bool {
    LEFT.get()
}

/// Goes on as long as this program has the page; after that, never.
pub async fn go_on() {
    if has_left() {
        std::future::pending::<()>().await;
    }
}
