//! Setting up an empty installation.

use serde::{Deserialize, Serialize};

/// Body of `POST /api/portal/setup`. The answer, 201, is a [`Session`](crate::Session) of the new admin.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The secret of the one-time set-up link, from the link's fragment.
    pub token: String,
    /// Name of the first organization.
    pub organization: String,
    /// Its cloud, such as `cloud.example`.
    pub cloud: String,
    /// Login of the first admin.
    pub username: String,
    /// Password of the first admin.
    pub password: String,
}

/// Body of `POST /api/portal/setup/read`. The answer, 204, says that the link is valid.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReadSetup {
    /// The secret of the one-time set-up link.
    pub token: String,
}
