//! Single sign-on: admins who sign in at an identity provider (OpenID Connect Core 1.0).

use serde::{Deserialize, Serialize};

/// `GET /api/portal/sso`: the ways to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignInOptions {
    /// Whether password sign-in is one of them.
    pub password: bool,
    /// Minimum length of a new password, in characters.
    pub password_min_length: u8,
    /// Identity providers, by name.
    pub providers: Vec<SsoProvider>,
}

/// An identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SsoProvider {
    /// Its name.
    pub name: String,
    /// The page that begins a sign-in, relative to the base.
    pub sign_in: String,
}
