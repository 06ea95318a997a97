//! Names of pages and tabs.

use crate::routes::Route;

/// The product.
pub const PRODUCT: &str = "Keyward";
/// The page with the three tabs.
pub const SECURITY: &str = "Cloud Service API Security";

/// What a page is called, in its heading, its tab and the title of the window.
pub fn of(route: &Route) -> &'static str {
    match route {
        Route::Home => PRODUCT,
        Route::SignIn { .. } => "Sign in",
        Route::SignedIn => "Signed in",
        Route::Setup => "Set up Keyward",
        Route::Invitation => "Welcome to Keyward",
        Route::ApiKey(_) => "Cloud Service API Key",
        Route::OauthServers(_) => "OAuth 2.0 Authorization Servers",
        Route::SandboxTokens(_) => "Sandbox API Token",
        Route::Administrators(_) => "Administrators",
        Route::Roles(_) => "Roles",
        Route::AuditLog(..) => "Audit Log",
        Route::Organizations => "Organizations",
        Route::Account => "Account",
        Route::NotFound => "Page not found",
    }
}

/// The title of the window.
pub fn of_window(route: &Route, organization: Option<&str>) -> String {
    match (route, organization) {
        (Route::Home, _) => PRODUCT.to_owned(),
        (_, Some(organization)) => [of(route), " · ", organization, " · ", PRODUCT].concat(),
        (_, None) => with_product(of(route)),
    }
}

/// The title of the window where the address alone doesn't say what the page is.
pub fn with_product(title: &str) -> String {
    [title, " · ", PRODUCT].concat()
}
