//! Identifiers of elements, for labels and descriptions.

use std::sync::atomic::{AtomicU32, Ordering};

static LAST: AtomicU32 = AtomicU32::new(0);

/// An identifier that no other element of the page has.
pub fn unique(name: &str) -> String {
    [name, "-", &LAST.fetch_add(1, Ordering::Relaxed).to_string()].concat()
}
