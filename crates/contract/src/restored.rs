//! What a restore couldn't verify.

use serde::{Deserialize, Serialize};

/// Why it is uncertain whether something restored is still meant to be valid. Confirming or replacing it settles that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Restored {
    /// It was replaced or removed after the backup, and is rejected until it is confirmed.
    Held,
    /// There was nothing to compare it with. It is valid, but may have been replaced after the backup.
    Unverified,
}
