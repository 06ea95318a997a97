//! Admins.

use chrono::{DateTime, Utc};
use keyward_contract::{Admin, AdminId};
use sqlx::Row as _;

use super::{Connection, StoreError};

/// Adds an admin. They sign in with their name, in any case.
///
/// # Errors
/// [`StoreError::is_duplicate`] when there is one of this name.
pub async fn insert(
    connection: &mut Connection,
    admin: &Admin,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO admins (id, name, login, password_hash, created_on) VALUES ($1, $2, $3, $4, $5)")
        .bind(admin.id.0)
        .bind(&admin.name)
        .bind(fold_login(&admin.name))
        .bind(password_hash)
        .bind(now.timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}

/// The admin with this login, and their password hash.
///
/// # Errors
/// When the database fails.
pub async fn find_by_login(connection: &mut Connection, login: &str) -> Result<Option<(Admin, String)>, StoreError> {
    let row = sqlx::query("SELECT id, name, password_hash FROM admins WHERE login = $1")
        .bind(fold_login(login))
        .fetch_optional(connection)
        .await?;
    row.map(|row| {
        let admin = Admin {
            id: AdminId(row.try_get("id")?),
            name: row.try_get("name")?,
        };
        Ok((admin, row.try_get("password_hash")?))
    })
    .transpose()
}

/// A login as it is compared: in lower case.
pub fn fold_login(login: &str) -> String {
    login.to_lowercase()
}
