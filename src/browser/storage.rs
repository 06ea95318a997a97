//! What the browser keeps. All of it may be missing (private windows, policies), and the page works without.

use web_sys::{Storage, Window};

/// Which of the browser's two stores.
#[derive(Clone, Copy)]
pub enum Kept {
    /// Until someone clears it.
    Always,
    /// As long as the tab is open.
    WithTab,
}

/// Reads a value.
pub fn read(kept: Kept, name: &str) -> Option<String> {
    store(kept)?.get_item(name).ok().flatten()
}

/// Writes a value, or says nothing where it can't be kept.
pub fn write(kept: Kept, name: &str, value: &str) {
    if let Some(store) = store(kept) {
        let _ = store.set_item(name, value);
    }
}

/// Forgets a value.
pub fn remove(kept: Kept, name: &str) {
    if let Some(store) = store(kept) {
        let _ = store.remove_item(name);
    }
}

fn store(kept: Kept) -> Option<Storage> {
    let window: Window = web_sys::window()?;
    match kept {
        Kept::Always => window.local_storage(),
        Kept::WithTab => window.session_storage(),
    }
    .ok()
    .flatten()
}
