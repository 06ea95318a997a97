//! Admins: accounts, roles, memberships, the ways to sign in.

pub mod admins;
pub mod invitations;
pub mod known_addresses;
pub mod members;
pub mod names;
pub mod password_sign_in;
pub mod roles;
pub mod service_passwords;
pub mod sign_in_counts;
pub mod sso;
