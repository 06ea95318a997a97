//! Names of pages and tabs.

use crate::{routes::Route, text};

/// What a page is called, in its heading, its tab and the title of the window.
pub fn of(route: &Route) -> &'static str {
    match route {
        Route::Home => text::frame::product(),
        Route::SignIn { .. } => text::common::sign_in(),
        Route::SignedIn => text::signed_in::title(),
        Route::Setup => text::setup::title(),
        Route::Invitation => text::invitation::title(),
        Route::ApiKey(_) => text::api_key::title(),
        Route::OauthServers(_) => text::oauth_servers::title(),
        Route::SandboxTokens(_) => text::sandbox_tokens::title(),
        Route::GettingStarted(_) => text::frame::getting_started(),
        Route::Administrators(_) => text::administrators::title(),
        Route::Roles(_) => text::roles::title(),
        Route::AuditLog(..) => text::frame::audit_log(),
        Route::Organizations => text::frame::organizations(),
        Route::Account => text::frame::account_page(),
        Route::NotFound => text::frame::not_found(),
    }
}

/// The title of the window.
pub fn of_window(route: &Route, organization: Option<&str>) -> String {
    match (route, organization) {
        (Route::Home, _) => text::frame::product().to_owned(),
        (_, Some(organization)) => text::frame::window_of(of(route), organization, text::frame::product()),
        (_, None) => with_product(of(route)),
    }
}

/// The title of the window where the address alone doesn't say what the page is.
pub fn with_product(title: &str) -> String {
    text::frame::window(title, text::frame::product())
}
