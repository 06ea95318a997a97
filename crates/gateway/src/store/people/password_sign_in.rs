//! Whether admins can sign in to the portal with a password.

use super::service_passwords;
use crate::store::{Connection, StoreError};

/// Whether admins can sign in to the portal with a password.
pub async fn is_on(connection: &mut Connection) -> Result<bool, StoreError> {
    let on: Option<i64> = sqlx::query_scalar("SELECT password_sign_in FROM installation")
        .fetch_optional(connection)
        .await?;
    Ok(on != Some(0))
}

/// Turns password sign-in on or off. Turning it off ends the sessions opened with a password, except API sessions of service
/// accounts. Returns how many ended.
pub async fn set(connection: &mut Connection, on: bool) -> Result<u64, StoreError> {
    sqlx::query("UPDATE installation SET password_sign_in = $1")
        .bind(i64::from(on))
        .execute(&mut *connection)
        .await?;
    if on {
        return Ok(0);
    }
    let ended = sqlx::query("DELETE FROM portal_sessions WHERE sso_provider_id IS NULL")
        .execute(&mut *connection)
        .await?;
    Ok(ended.rows_affected() + service_passwords::end_others(connection).await?)
}
