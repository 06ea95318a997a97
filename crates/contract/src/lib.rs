//! What the portal and the gateway agree on: wire types, paths, codes, and the rules both sides obey.
//!
//! Nothing here reads a clock, a file, randomness or the network; it builds for `wasm32` and for the host alike.
//! Wire types are JSON in camelCase, instants are RFC 3339 in UTC.

mod api_key;
mod id;
mod input;
mod key_string;
mod obfuscation;
mod organization;
pub mod paths;
mod problem;
mod session;
mod setup;

pub use api_key::{ApiKey, ChangedBy, EditApiKey, KeyStatus, LastChange};
pub use id::{AdminId, OrganizationId};
pub use input::{
    CLOUD_MAX, FieldError, LOGIN_MAX, ORGANIZATION_NAME_MAX, PASSWORD_MAX, PASSWORD_MIN, check_cloud, check_login,
    check_organization_name, check_password,
};
pub use key_string::{KEY_LENGTH, KeyFormatError, KeyString};
pub use obfuscation::obfuscate;
pub use organization::{BaseUrls, Capabilities, Organization, Refusal, Subscription};
pub use problem::{Problem, ProblemCode};
pub use session::{Admin, OrganizationAccess, Permission, Session, SignIn};
pub use setup::Setup;
