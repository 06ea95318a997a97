//! Paths of the portal API. They are relative, for the portal may be served below any base path.

use crate::OrganizationId;

/// `POST` sign in, `GET` who am I, `DELETE` sign out.
pub const SESSION: &str = "api/portal/session";
/// `POST` set the installation up.
pub const SETUP: &str = "api/portal/setup";
/// `GET` the organizations the admin has a role in.
pub const ORGANIZATIONS: &str = "api/portal/orgs";

/// `GET` an organization.
pub fn organization(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}")
}

/// `GET`, `POST` add, `PUT` edit, `DELETE`.
pub fn api_key(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/api-key")
}

/// `POST` replace the key by a random one.
pub fn api_key_regenerate(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/api-key/regenerate")
}

/// `POST` see the key in clear.
pub fn api_key_reveal(id: OrganizationId) -> String {
    format!("{ORGANIZATIONS}/{id}/api-key/reveal")
}

/// The header that every change carries, with the value `1`: a page of another site can't send it without asking.
pub const CHANGE_HEADER: &str = "X-Keyward";
/// The header that makes a change safe to repeat: a UUID, the same in each repetition.
pub const IDEMPOTENCY_KEY_HEADER: &str = "Idempotency-Key";
