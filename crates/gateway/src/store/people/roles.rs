//! Roles of organizations.

use keyward_contract::{BuiltInRole, OrganizationId, Permission, Permissions, RoleId};
use sqlx::{AssertSqlSafe, Row as _, any::AnyRow};

use crate::{
    names, random,
    store::{Connection, StoreError},
};

/// The columns that [`permissions`] reads, of a table called `r`.
pub(in crate::store) const PERMISSIONS: &str =
    "r.api_key_management, r.reveal, r.audit_log, r.admin_management, r.api_access";

/// A role of an organization.
#[derive(Clone, Debug)]
pub struct RoleRow {
    /// Its identifier.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// Which built-in role it is, if one.
    pub built_in: Option<BuiltInRole>,
    /// What it allows.
    pub permissions: Permissions,
    /// How many admins have it.
    pub admins: u32,
    /// Grows with each change.
    pub version: i64,
}

/// The roles of an organization: built-in ones first, the most powerful before the others, then by name. Or only the given
/// one.
pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    role: Option<RoleId>,
) -> Result<Vec<RoleRow>, StoreError> {
    let rows = sqlx::query(AssertSqlSafe(format!(
        "SELECT r.id, r.name, r.built_in, {PERMISSIONS}, r.version,
                (SELECT COUNT(*) FROM admin_roles m WHERE m.role_id = r.id) AS admins
         FROM roles r WHERE r.organization_id = $1 AND ($2 IS NULL OR r.id = $2) ORDER BY r.folded_name"
    )))
    .bind(organization.0)
    .bind(role.map(|id| id.0))
    .fetch_all(connection)
    .await?;
    let mut roles = rows.iter().map(role_row).collect::<Result<Vec<_>, StoreError>>()?;
    let place = |role: &RoleRow| {
        BuiltInRole::ALL
            .iter()
            .position(|built_in| Some(*built_in) == role.built_in)
    };
    roles.sort_by_key(|role| place(role).unwrap_or(usize::MAX));
    Ok(roles)
}

/// Changes name and permissions of a role: the next version.
///
/// # Errors
/// [`StoreError::is_duplicate`] if the name is taken.
pub async fn update(
    connection: &mut Connection,
    role: RoleId,
    name: &str,
    permissions: Permissions,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE roles SET name = $2, folded_name = $3, api_key_management = $4, reveal = $5, audit_log = $6,
                          admin_management = $7, api_access = $8, version = version + 1
         WHERE id = $1",
    )
    .bind(role.0)
    .bind(name)
    .bind(names::fold_name(name))
    .bind(permission_text(permissions.api_key_management))
    .bind(i64::from(permissions.reveal))
    .bind(i64::from(permissions.audit_log))
    .bind(i64::from(permissions.admin_management))
    .bind(i64::from(permissions.api_access))
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes a role that no one has.
pub async fn delete(connection: &mut Connection, role: RoleId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM roles WHERE id = $1")
        .bind(role.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Creates the built-in roles of a new organization, and returns the identifier of Super Admin.
pub async fn insert_built_in(connection: &mut Connection, organization: OrganizationId) -> Result<RoleId, StoreError> {
    let mut super_admin = RoleId(0);
    for built_in in BuiltInRole::ALL {
        let id = insert(
            &mut *connection,
            organization,
            built_in.name(),
            Some(built_in),
            built_in.permissions(),
        )
        .await?;
        if built_in == BuiltInRole::SuperAdmin {
            super_admin = id;
        }
    }
    Ok(super_admin)
}

/// Adds a role.
///
/// # Errors
/// [`StoreError::is_duplicate`] if the name is taken.
pub async fn insert(
    connection: &mut Connection,
    organization: OrganizationId,
    name: &str,
    built_in: Option<BuiltInRole>,
    permissions: Permissions,
) -> Result<RoleId, StoreError> {
    let id = RoleId(random::id());
    sqlx::query(
        "INSERT INTO roles (id, organization_id, name, folded_name, built_in, api_key_management, reveal, audit_log,
                            admin_management, api_access, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)",
    )
    .bind(id.0)
    .bind(organization.0)
    .bind(name)
    .bind(names::fold_name(name))
    .bind(built_in.map(built_in_text))
    .bind(permission_text(permissions.api_key_management))
    .bind(i64::from(permissions.reveal))
    .bind(i64::from(permissions.audit_log))
    .bind(i64::from(permissions.admin_management))
    .bind(i64::from(permissions.api_access))
    .execute(connection)
    .await?;
    Ok(id)
}

/// The identifier of a built-in role.
pub async fn built_in(
    connection: &mut Connection,
    organization: OrganizationId,
    role: BuiltInRole,
) -> Result<RoleId, StoreError> {
    let id = sqlx::query_scalar("SELECT id FROM roles WHERE organization_id = $1 AND built_in = $2")
        .bind(organization.0)
        .bind(built_in_text(role))
        .fetch_optional(connection)
        .await?;
    id.map(RoleId).ok_or(StoreError::Impossible("roles.built_in"))
}

fn role_row(row: &AnyRow) -> Result<RoleRow, StoreError> {
    Ok(RoleRow {
        id: RoleId(row.try_get("id")?),
        name: row.try_get("name")?,
        built_in: built_in_of(row)?,
        permissions: permissions(row)?,
        admins: u32::try_from(row.try_get::<i64, _>("admins")?).unwrap_or(u32::MAX),
        version: row.try_get("version")?,
    })
}

pub(in crate::store) fn built_in_of(row: &AnyRow) -> Result<Option<BuiltInRole>, StoreError> {
    let Some(text) = row.try_get::<Option<&str>, _>("built_in")? else {
        return Ok(None);
    };
    let found = BuiltInRole::ALL.into_iter().find(|role| built_in_text(*role) == text);
    found.map(Some).ok_or(StoreError::Impossible("roles.built_in"))
}

pub(in crate::store) fn permissions(row: &AnyRow) -> Result<Permissions, StoreError> {
    let flag = |column| Ok::<_, StoreError>(row.try_get::<i64, _>(column)? == 1);
    Ok(Permissions {
        api_key_management: match row.try_get("api_key_management")? {
            "READ_WRITE" => Permission::Full,
            "READ_ONLY" => Permission::View,
            "NONE" => Permission::None,
            _ => return Err(StoreError::Impossible("roles.api_key_management")),
        },
        reveal: flag("reveal")?,
        audit_log: flag("audit_log")?,
        admin_management: flag("admin_management")?,
        api_access: flag("api_access")?,
    })
}

/// The word for *API Key Management* that the vendor's API has.
fn permission_text(permission: Permission) -> &'static str {
    match permission {
        Permission::Full => "READ_WRITE",
        Permission::View => "READ_ONLY",
        Permission::None => "NONE",
    }
}

fn built_in_text(role: BuiltInRole) -> &'static str {
    match role {
        BuiltInRole::SuperAdmin => "super-admin",
        BuiltInRole::KeyManager => "key-manager",
        BuiltInRole::Auditor => "auditor",
        BuiltInRole::ApiClientAdmin => "api-client-admin",
    }
}
