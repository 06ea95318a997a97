//! The pages that are no part of the first load. A program that does not call this does not carry them.

use leptos::prelude::*;

use crate::{
    pages::{
        account::AccountPage, administrators::AdministratorsPage, audit_log::AuditLogPage, frame::SecurityPage,
        getting_started::GettingStartedPage, invitation::InvitationPage, oauth_servers::OauthServersPanel,
        organizations::OrganizationsPage, roles::RolesPage, sandbox_tokens::SandboxTokensPanel, setup::SetupPage,
        signed_in::SignedInPage,
    },
    routes::Route,
};

/// The page at an address, if it is one of these.
pub fn page(route: &Route) -> Option<AnyView> {
    Some(match route.clone() {
        Route::SignedIn => view! { <SignedInPage /> }.into_any(),
        Route::Setup => view! { <SetupPage /> }.into_any(),
        Route::Invitation => view! { <InvitationPage /> }.into_any(),
        Route::OauthServers(org) => {
            view! { <SecurityPage org=org><OauthServersPanel org=org /></SecurityPage> }.into_any()
        }
        Route::SandboxTokens(org) => {
            view! { <SecurityPage org=org><SandboxTokensPanel org=org /></SecurityPage> }.into_any()
        }
        Route::GettingStarted(org) => view! { <GettingStartedPage org=org /> }.into_any(),
        Route::Administrators(org) => view! { <AdministratorsPage org=org /> }.into_any(),
        Route::Roles(org) => view! { <RolesPage org=org /> }.into_any(),
        Route::AuditLog(org, _) => view! { <AuditLogPage org=org /> }.into_any(),
        Route::Organizations => view! { <OrganizationsPage /> }.into_any(),
        Route::Account => view! { <AccountPage /> }.into_any(),
        _ => return None,
    })
}
