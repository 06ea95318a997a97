//! What a restore has left in doubt, as rows have it.

use keyward_contract::Restored;
use sqlx::{Row as _, sqlite::SqliteRow};

use crate::store::StoreError;

pub(in crate::store) fn restored(row: &SqliteRow) -> Result<Option<Restored>, StoreError> {
    match row.try_get("restored")? {
        None => Ok(None),
        Some("held") => Ok(Some(Restored::Held)),
        Some("unverified") => Ok(Some(Restored::Unverified)),
        Some(_) => Err(StoreError::Impossible("restored")),
    }
}
