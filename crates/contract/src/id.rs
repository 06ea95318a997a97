//! Identifiers: random, so that they don't reveal how many there are, and small enough for a JSON number.

use std::{fmt, num::ParseIntError, str::FromStr};

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
            }
        }
    };
}

id!(
    /// An organization. Below 2^53, the largest integer a JSON reader must keep exact (RFC 8259, section 6).
    OrganizationId
);

id!(
    /// An admin, or [`AdminId::SERVICE_PROVIDER`]. Below 2^53.
    AdminId
);

id!(
    /// A role. Below 2^53.
    RoleId
);

id!(
    /// A Sandbox API token. Below 2^53.
    SandboxTokenId
);

id!(
    /// An OAuth 2.0 authorization server. Below 2^53.
    OauthServerId
);

id!(
    /// An identity provider that admins sign in at. Below 2^53.
    SsoProviderId
);

id!(
    /// An API role. Below 2^53.
    ApiRoleId
);

id!(
    /// Identifies a session; it isn't a credential. Below 2^53.
    SessionId
);

impl AdminId {
    /// The service provider, which provisions the first key and isn't an admin of any organization.
    pub const SERVICE_PROVIDER: Self = Self(0);
}
