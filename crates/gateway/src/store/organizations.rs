//! Organizations, and who has which role in them.

use chrono::{DateTime, Utc};
use keyward_contract::{AdminId, OrganizationAccess, OrganizationId, Permission, Subscription};
use sqlx::{Row as _, sqlite::SqliteRow};

use super::{Connection, StoreError};

/// An organization.
#[derive(Clone, Debug)]
pub struct Organization {
    /// Its identifier.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// The cloud it lives in.
    pub cloud: String,
    /// Its API subscription.
    pub subscription: Subscription,
}

/// What an admin may do in an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// The permission *API Key Management*.
    pub api_key_management: Permission,
    /// May see secrets in clear.
    pub reveal: bool,
    /// May open API sessions.
    pub api_access: bool,
}

impl Role {
    /// Everything.
    pub const SUPER_ADMIN: Self = Self {
        api_key_management: Permission::Full,
        reveal: true,
        api_access: true,
    };
}

/// Adds an organization.
///
/// # Errors
/// [`StoreError::is_duplicate`] when there is one of this name.
pub async fn insert(
    connection: &mut Connection,
    organization: &Organization,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO organizations (id, name, folded_name, cloud, subscription, created_on)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(organization.id.0)
    .bind(&organization.name)
    .bind(organization.name.to_lowercase())
    .bind(&organization.cloud)
    .bind(subscription_text(organization.subscription))
    .bind(now.timestamp_millis())
    .execute(connection)
    .await?;
    Ok(())
}

/// How many organizations there are: none until the installation is set up.
///
/// # Errors
/// When the database fails.
pub async fn count(connection: &mut Connection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("SELECT COUNT(*) FROM organizations")
        .fetch_one(connection)
        .await?)
}

/// The organization with this identifier.
///
/// # Errors
/// When the database fails.
pub async fn find(connection: &mut Connection, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
    let row = sqlx::query("SELECT id, name, cloud, subscription FROM organizations WHERE id = $1")
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    row.map(|row| organization(&row)).transpose()
}

/// The organization with this name, or with this identifier written out. Case does not matter.
///
/// # Errors
/// When the database fails.
pub async fn find_by_name(connection: &mut Connection, name: &str) -> Result<Option<Organization>, StoreError> {
    let row = sqlx::query(
        "SELECT id, name, cloud, subscription FROM organizations
         WHERE folded_name = $1 OR CAST(id AS TEXT) = $1",
    )
    .bind(name.to_lowercase())
    .fetch_optional(connection)
    .await?;
    row.map(|row| organization(&row)).transpose()
}

/// The names of all organizations, for an error that lists them.
///
/// # Errors
/// When the database fails.
pub async fn names(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    Ok(
        sqlx::query_scalar("SELECT name FROM organizations ORDER BY folded_name")
            .fetch_all(connection)
            .await?,
    )
}

/// Sets the subscription.
///
/// # Errors
/// When the database fails.
pub async fn set_subscription(
    connection: &mut Connection,
    id: OrganizationId,
    subscription: Subscription,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE organizations SET subscription = $2 WHERE id = $1")
        .bind(id.0)
        .bind(subscription_text(subscription))
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives an admin a role in an organization, in place of the one they had.
///
/// # Errors
/// When the database fails.
pub async fn set_role(
    connection: &mut Connection,
    organization: OrganizationId,
    admin: AdminId,
    role: Role,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO admin_roles (organization_id, admin_id, api_key_management, reveal, api_access)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (organization_id, admin_id) DO UPDATE
         SET api_key_management = excluded.api_key_management, reveal = excluded.reveal,
             api_access = excluded.api_access",
    )
    .bind(organization.0)
    .bind(admin.0)
    .bind(permission_text(role.api_key_management))
    .bind(i64::from(role.reveal))
    .bind(i64::from(role.api_access))
    .execute(connection)
    .await?;
    Ok(())
}

/// The role of an admin in an organization.
///
/// # Errors
/// When the database fails.
pub async fn role(
    connection: &mut Connection,
    organization: OrganizationId,
    admin: AdminId,
) -> Result<Option<Role>, StoreError> {
    let row = sqlx::query(
        "SELECT api_key_management, reveal, api_access FROM admin_roles
         WHERE organization_id = $1 AND admin_id = $2",
    )
    .bind(organization.0)
    .bind(admin.0)
    .fetch_optional(connection)
    .await?;
    row.map(|row| read_role(&row)).transpose()
}

/// The roles of an admin, in whichever organizations.
///
/// # Errors
/// When the database fails.
pub async fn roles_of_admin(
    connection: &mut Connection,
    admin: AdminId,
) -> Result<Vec<(OrganizationId, Role)>, StoreError> {
    let rows = sqlx::query(
        "SELECT organization_id, api_key_management, reveal, api_access FROM admin_roles WHERE admin_id = $1",
    )
    .bind(admin.0)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| Ok((OrganizationId(row.try_get("organization_id")?), read_role(row)?)))
        .collect()
}

/// The organizations an admin has a role in, by name.
///
/// # Errors
/// When the database fails.
pub async fn of_admin(connection: &mut Connection, admin: AdminId) -> Result<Vec<OrganizationAccess>, StoreError> {
    let rows = sqlx::query(
        "SELECT o.id, o.name, r.api_key_management FROM admin_roles r
         JOIN organizations o ON o.id = r.organization_id
         WHERE r.admin_id = $1 ORDER BY o.folded_name",
    )
    .bind(admin.0)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(OrganizationAccess {
                id: OrganizationId(row.try_get("id")?),
                name: row.try_get("name")?,
                permission: permission(row.try_get("api_key_management")?)?,
            })
        })
        .collect()
}

fn read_role(row: &SqliteRow) -> Result<Role, StoreError> {
    Ok(Role {
        api_key_management: permission(row.try_get("api_key_management")?)?,
        reveal: row.try_get::<i64, _>("reveal")? == 1,
        api_access: row.try_get::<i64, _>("api_access")? == 1,
    })
}

fn organization(row: &SqliteRow) -> Result<Organization, StoreError> {
    Ok(Organization {
        id: OrganizationId(row.try_get("id")?),
        name: row.try_get("name")?,
        cloud: row.try_get("cloud")?,
        subscription: match row.try_get("subscription")? {
            "active" => Subscription::Active,
            "expired" => Subscription::Expired,
            "none" => Subscription::None,
            _ => return Err(StoreError::Impossible("organizations.subscription")),
        },
    })
}

/// The word for a subscription, as the database and the operator's commands have it.
pub fn subscription_text(subscription: Subscription) -> &'static str {
    match subscription {
        Subscription::Active => "active",
        Subscription::Expired => "expired",
        Subscription::None => "none",
    }
}

fn permission(text: &str) -> Result<Permission, StoreError> {
    match text {
        "READ_WRITE" => Ok(Permission::Full),
        "READ_ONLY" => Ok(Permission::View),
        "NONE" => Ok(Permission::None),
        _ => Err(StoreError::Impossible("admin_roles.api_key_management")),
    }
}

fn permission_text(permission: Permission) -> &'static str {
    match permission {
        Permission::Full => "READ_WRITE",
        Permission::View => "READ_ONLY",
        Permission::None => "NONE",
    }
}
