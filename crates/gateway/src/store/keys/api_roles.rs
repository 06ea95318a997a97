//! API roles of organizations.

use keyward_contract::{ApiPermission, ApiRoleId, OrganizationId};
use sqlx::{Row as _, any::AnyRow};

use crate::{
    random,
    store::{Connection, StoreError},
};

/// An API role of an organization.
#[derive(Clone, Debug)]
pub struct ApiRoleRow {
    /// Its identifier.
    pub id: ApiRoleId,
    /// Its name.
    pub name: String,
    /// What it allows.
    pub permission: ApiPermission,
    /// Grows with each change.
    pub version: i64,
}

/// The API roles of an organization by name, or the one that is asked for.
pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    role: Option<ApiRoleId>,
) -> Result<Vec<ApiRoleRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, name, permission, version FROM api_roles
         WHERE organization_id = $1 AND ($2 IS NULL OR id = $2) ORDER BY folded_name",
    )
    .bind(organization.0)
    .bind(role.map(|id| id.0))
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

/// Adds an API role.
///
/// # Errors
/// [`StoreError::is_duplicate`] if the name is taken.
pub async fn insert(
    connection: &mut Connection,
    organization: OrganizationId,
    name: &str,
    permission: ApiPermission,
) -> Result<ApiRoleId, StoreError> {
    let id = ApiRoleId(random::id());
    sqlx::query(
        "INSERT INTO api_roles (id, organization_id, name, folded_name, permission, version)
         VALUES ($1, $2, $3, $4, $5, 1)",
    )
    .bind(id.0)
    .bind(organization.0)
    .bind(name)
    .bind(name.to_lowercase())
    .bind(permission.as_str())
    .execute(connection)
    .await?;
    Ok(id)
}

/// Changes name and permission of an API role: the next version.
///
/// # Errors
/// [`StoreError::is_duplicate`] if the name is taken.
pub async fn update(
    connection: &mut Connection,
    role: ApiRoleId,
    name: &str,
    permission: ApiPermission,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE api_roles SET name = $2, folded_name = $3, permission = $4, version = version + 1 WHERE id = $1",
    )
    .bind(role.0)
    .bind(name)
    .bind(name.to_lowercase())
    .bind(permission.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes an API role.
pub async fn delete(connection: &mut Connection, role: ApiRoleId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM api_roles WHERE id = $1")
        .bind(role.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// The permission that a word in the database means.
pub(in crate::store) fn permission(word: &str) -> Option<ApiPermission> {
    let all = [ApiPermission::None, ApiPermission::View, ApiPermission::Full];
    all.into_iter().find(|permission| permission.as_str() == word)
}

fn read(row: &AnyRow) -> Result<ApiRoleRow, StoreError> {
    let word: String = row.try_get("permission")?;
    Ok(ApiRoleRow {
        id: ApiRoleId(row.try_get("id")?),
        name: row.try_get("name")?,
        permission: permission(&word).ok_or(StoreError::Impossible("api_roles.permission"))?,
        version: row.try_get("version")?,
    })
}
