//! Admins.

use chrono::{DateTime, Utc};
use keyward_contract::{Admin, AdminId};
use sqlx::Row as _;

use crate::{
    names,
    store::{Connection, NUL, StoreError},
};

/// Adds an admin. They sign in with their name, in any case; without a password hash they can't yet.
///
/// # Errors
/// [`StoreError::is_duplicate`] if the name is taken.
pub async fn insert(
    connection: &mut Connection,
    admin: &Admin,
    password_hash: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO admins (id, name, login, password_hash, created_on) VALUES ($1, $2, $3, $4, $5)")
        .bind(admin.id.0)
        .bind(&admin.name)
        .bind(fold_login(&admin.name))
        .bind(password_hash.unwrap_or_default())
        .bind(now.timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}

/// The admin with this identifier.
pub async fn find(connection: &mut Connection, id: AdminId) -> Result<Option<Admin>, StoreError> {
    let name: Option<String> = sqlx::query_scalar("SELECT name FROM admins WHERE id = $1")
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    Ok(name.map(|name| Admin { id, name }))
}

/// The admin with this login, and their password hash if they have a password. A login of an older version that could not be
/// brought into the form of others is found exactly as it is.
pub async fn find_by_login(
    connection: &mut Connection,
    login: &str,
) -> Result<Option<(Admin, Option<String>)>, StoreError> {
    if login.contains(NUL) {
        return Ok(None);
    }
    let row = sqlx::query(
        "SELECT id, name, password_hash FROM admins WHERE login = $1 OR login = $2 ORDER BY login = $1 DESC LIMIT 1",
    )
    .bind(names::as_typed(login))
    .bind(fold_login(login))
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let admin = Admin {
            id: AdminId(row.try_get("id")?),
            name: row.try_get("name")?,
        };
        let hash: String = row.try_get("password_hash")?;
        Ok((admin, Some(hash).filter(|hash| !hash.is_empty())))
    })
    .transpose()
}

/// Whether a restore holds the admin's password.
pub async fn is_password_held(connection: &mut Connection, admin: AdminId) -> Result<bool, StoreError> {
    let held: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM admins WHERE id = $1 AND held_password_hash IS NOT NULL")
        .bind(admin.0)
        .fetch_one(connection)
        .await?;
    Ok(held == 1)
}

/// Confirms a password held by a restore. False if there is none.
pub async fn confirm_password(connection: &mut Connection, admin: AdminId) -> Result<bool, StoreError> {
    let confirmed = sqlx::query(
        "UPDATE admins SET password_hash = held_password_hash, held_password_hash = NULL
         WHERE id = $1 AND held_password_hash IS NOT NULL",
    )
    .bind(admin.0)
    .execute(connection)
    .await?;
    Ok(confirmed.rows_affected() == 1)
}

/// Sets the password, replacing one held by a restore.
pub async fn set_password(connection: &mut Connection, admin: AdminId, password_hash: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE admins SET password_hash = $2, held_password_hash = NULL WHERE id = $1")
        .bind(admin.0)
        .bind(password_hash)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes the password, and a link that would set one. Password sign-in no longer works for the account.
pub async fn end_password(connection: &mut Connection, admin: AdminId) -> Result<(), StoreError> {
    for statement in [
        "UPDATE admins SET password_hash = '', held_password_hash = NULL WHERE id = $1",
        "DELETE FROM password_resets WHERE admin_id = $1",
    ] {
        sqlx::query(statement).bind(admin.0).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Whether the admin has a password.
pub async fn has_password(connection: &mut Connection, admin: AdminId) -> Result<bool, StoreError> {
    let found: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM admins WHERE id = $1 AND password_hash <> ''")
        .bind(admin.0)
        .fetch_one(connection)
        .await?;
    Ok(found == 1)
}

/// Whether the admin's password is still the one of this hash.
pub async fn has_password_hash(
    connection: &mut Connection,
    admin: AdminId,
    password_hash: &str,
) -> Result<bool, StoreError> {
    let found: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM admins WHERE id = $1 AND password_hash = $2")
        .bind(admin.0)
        .bind(password_hash)
        .fetch_one(connection)
        .await?;
    Ok(found == 1)
}

/// Notes a sign-in to the portal.
pub async fn signed_in(connection: &mut Connection, admin: AdminId, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("UPDATE admins SET last_sign_in_on = $2 WHERE id = $1")
        .bind(admin.0)
        .bind(now.timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes the account, and with it its sessions, if it has no role anywhere.
pub async fn delete_without_role(connection: &mut Connection, admin: AdminId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM admins WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM admin_roles WHERE admin_id = $1)")
        .bind(admin.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// A login as it is compared; see `names`.
pub fn fold_login(login: &str) -> String {
    names::fold_login(login)
}
