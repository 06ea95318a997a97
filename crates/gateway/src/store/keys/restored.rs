//! What a restore couldn't verify, as stored in rows.

use keyward_contract::Restored;
use sqlx::{Row as _, any::AnyRow};

use crate::store::StoreError;

pub(in crate::store) fn restored(row: &AnyRow) -> Result<Option<Restored>, StoreError> {
    match row.try_get("restored")? {
        None => Ok(None),
        Some("held") => Ok(Some(Restored::Held)),
        Some("unverified") => Ok(Some(Restored::Unverified)),
        Some(_) => Err(StoreError::Impossible("restored")),
    }
}
