//! OpenID Connect as a relying party: discovery, tokens for a code, ID tokens and logout tokens. `sso` decides what follows
//! from them.

pub mod claims;
pub mod id_token;
pub mod provider;
