//! What a restore of a backup has left in doubt.

use serde::{Deserialize, Serialize};

/// Why it is in doubt whether something that a restore has brought back is still meant to be valid. Confirming it as it is,
/// or replacing it, ends the doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Restored {
    /// It was replaced or removed after the backup was made, and is refused until it is confirmed.
    Held,
    /// There was nothing to compare it with. It is valid, and may be one that was replaced.
    Unverified,
}
