//! Service accounts: their passwords open API sessions even while password sign-in is off.

use keyward_contract::AdminId;

use crate::store::{Connection, StoreError};

/// Whether an admin's password works: while password sign-in is off, only those of service accounts do, and only for API
/// sessions.
pub async fn opens_api_sessions(connection: &mut Connection, admin: AdminId) -> Result<bool, StoreError> {
    let allowed: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM admins WHERE id = $1
         AND (service_password = 1 OR NOT EXISTS (SELECT 1 FROM installation WHERE password_sign_in = 0))",
    )
    .bind(admin.0)
    .fetch_one(connection)
    .await?;
    Ok(allowed == 1)
}

/// Makes an admin a service account, or not.
pub async fn set(connection: &mut Connection, admin: AdminId, on: bool) -> Result<(), StoreError> {
    sqlx::query("UPDATE admins SET service_password = $2 WHERE id = $1")
        .bind(admin.0)
        .bind(i64::from(on))
        .execute(&mut *connection)
        .await?;
    end_others(connection).await.map(drop)
}

/// The admins whose passwords open API sessions also while passwords are turned off, by login.
pub async fn list(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    Ok(
        sqlx::query_scalar("SELECT name FROM admins WHERE service_password = 1 ORDER BY login")
            .fetch_all(connection)
            .await?,
    )
}

/// Ends the API sessions that could not be opened now.
pub(in crate::store) async fn end_others(connection: &mut Connection) -> Result<u64, StoreError> {
    let ended = sqlx::query(
        "DELETE FROM api_sessions WHERE EXISTS (SELECT 1 FROM installation WHERE password_sign_in = 0)
         AND admin_id NOT IN (SELECT id FROM admins WHERE service_password = 1)",
    )
    .execute(connection)
    .await?;
    Ok(ended.rows_affected())
}
