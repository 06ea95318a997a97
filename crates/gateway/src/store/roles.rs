//! Roles of organizations.

use keyward_contract::{BuiltInRole, OrganizationId, Permission, Permissions, RoleId};
use sqlx::{Row as _, sqlite::SqliteRow};

use super::{Connection, StoreError};
use crate::random;

/// The columns that [`permissions`] reads, of a table called `r`.
pub(super) const PERMISSIONS: &str = "r.api_key_management, r.reveal, r.audit_log, r.admin_management, r.api_access";

/// Gives a new organization the built-in roles, and answers the identifier of the mightiest.
///
/// # Errors
/// When the database fails.
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
/// [`StoreError::is_duplicate`] when the organization has one of this name.
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
    .bind(name.to_lowercase())
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
///
/// # Errors
/// When the database fails.
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

pub(super) fn permissions(row: &SqliteRow) -> Result<Permissions, StoreError> {
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
