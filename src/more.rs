//! The pages that are no part of the first load. What does not call this does not carry them.

use leptos::prelude::*;

use crate::{pages::audit_log::AuditLogPage, routes::Route};

/// The page at an address, if it is one of these.
pub fn page(route: &Route) -> Option<AnyView> {
    match route {
        Route::AuditLog(org, _) => Some(view! { <AuditLogPage org=*org /> }.into_any()),
        _ => None,
    }
}
