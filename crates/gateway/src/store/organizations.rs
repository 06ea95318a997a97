//! Organizations, and the roles of admins in them.

use chrono::{DateTime, Utc};
use keyward_contract::{
    AdminId, ChangedBy, KeyStatus, LastChange, OrganizationAccess, OrganizationId, Permissions, RoleId, Subscription,
};
use sqlx::{AssertSqlSafe, Row as _, any::AnyRow};

use super::{
    Connection, StoreError, flag, number_of,
    people::roles::{PERMISSIONS, permissions},
    sessions::session_window::SessionWindow,
};
use crate::{clock, names};

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
    /// Whether the service provider has access tokens enabled.
    pub access_tokens: bool,
    /// Whether its key lives at an upstream.
    pub has_upstream: bool,
}

/// The columns of an organization `o`.
const COLUMNS: &str = "o.id, o.name, o.cloud, o.subscription, o.access_tokens,
    EXISTS (SELECT 1 FROM upstreams e WHERE e.organization_id = o.id) AS has_upstream";

/// The role of an admin in an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Which role.
    pub role_id: RoleId,
    /// Its name.
    pub role: String,
    /// What it allows.
    pub permissions: Permissions,
}

/// Adds an organization.
///
/// # Errors
/// [`StoreError::is_duplicate`] if the name is taken.
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
    .bind(names::fold_name(&organization.name))
    .bind(&organization.cloud)
    .bind(subscription_text(organization.subscription))
    .bind(now.timestamp_millis())
    .execute(connection)
    .await?;
    Ok(())
}

/// How many organizations there are: none until the installation is set up.
pub async fn count(connection: &mut Connection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("SELECT COUNT(*) FROM organizations")
        .fetch_one(connection)
        .await?)
}

/// The organization with this identifier.
pub async fn find(connection: &mut Connection, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
    let row = sqlx::query(AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM organizations o WHERE o.id = $1"
    )))
    .bind(id.0)
    .fetch_optional(connection)
    .await?;
    row.map(|row| organization(&row)).transpose()
}

/// The organization with this name, or with this identifier written out. Case does not matter.
pub async fn find_by_name(connection: &mut Connection, name: &str) -> Result<Option<Organization>, StoreError> {
    let row = sqlx::query(AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM organizations o
         WHERE o.folded_name IN ($1, $2) OR CAST(o.id AS TEXT) = $1 ORDER BY o.folded_name = $2 DESC LIMIT 1"
    )))
    .bind(names::fold_name(name))
    // The old canonical form, if the new one is already taken.
    .bind(name.to_lowercase())
    .fetch_optional(connection)
    .await?;
    row.map(|row| organization(&row)).transpose()
}

/// The names of all organizations, for an error that lists them.
pub async fn names(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    Ok(
        sqlx::query_scalar("SELECT name FROM organizations ORDER BY folded_name")
            .fetch_all(connection)
            .await?,
    )
}

/// What is in an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrganizationContent {
    /// Admins, disabled and invited ones included.
    pub admins: u32,
    /// Cloud service API keys: one, or none.
    pub keys: u32,
    /// Sandbox API tokens.
    pub sandbox_tokens: u32,
    /// API sessions that have not ended.
    pub api_sessions: u32,
}

/// Lets its access tokens in, or not.
pub async fn set_access_tokens(
    connection: &mut Connection,
    id: OrganizationId,
    enabled: bool,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE organizations SET access_tokens = $2 WHERE id = $1")
        .bind(id.0)
        .bind(i64::from(enabled))
        .execute(connection)
        .await?;
    Ok(())
}

/// What is in an organization.
pub async fn content(connection: &mut Connection, id: OrganizationId) -> Result<OrganizationContent, StoreError> {
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM admin_roles WHERE organization_id = $1) AS admins,
                (SELECT COUNT(*) FROM api_keys WHERE organization_id = $1 AND sealed_key IS NOT NULL)
                    + (SELECT COUNT(*) FROM upstreams WHERE organization_id = $1 AND key_id IS NOT NULL) AS keys,
                (SELECT COUNT(*) FROM sandbox_tokens WHERE organization_id = $1) AS sandbox_tokens,
                (SELECT COUNT(*) FROM api_sessions WHERE organization_id = $1) AS api_sessions",
    )
    .bind(id.0)
    .fetch_one(connection)
    .await?;
    Ok(OrganizationContent {
        admins: number_of(&row, "admins")?,
        keys: number_of(&row, "keys")?,
        sandbox_tokens: number_of(&row, "sandbox_tokens")?,
        api_sessions: number_of(&row, "api_sessions")?,
    })
}

/// Every organization, by name.
pub async fn list(connection: &mut Connection) -> Result<Vec<Organization>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM organizations o ORDER BY o.folded_name");
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(connection).await?;
    rows.iter().map(organization).collect()
}

/// Removes an organization with everything that belongs to it but the audit log.
pub async fn delete(connection: &mut Connection, id: OrganizationId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM organizations WHERE id = $1")
        .bind(id.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Sets the subscription.
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

/// Assigns an admin a role in an organization, replacing a previous one.
pub async fn set_role(
    connection: &mut Connection,
    organization: OrganizationId,
    admin: AdminId,
    role: RoleId,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO admin_roles (organization_id, admin_id, role_id, status, version) VALUES ($1, $2, $3, 'active', 1)
         ON CONFLICT (organization_id, admin_id) DO UPDATE
         SET role_id = excluded.role_id, version = admin_roles.version + 1",
    )
    .bind(organization.0)
    .bind(admin.0)
    .bind(role.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// The role of an admin in an organization; `None` if they have none that they can use.
pub async fn membership(
    connection: &mut Connection,
    organization: OrganizationId,
    admin: AdminId,
) -> Result<Option<Membership>, StoreError> {
    let row = sqlx::query(AssertSqlSafe(format!(
        "SELECT r.id, r.name, {PERMISSIONS} FROM admin_roles m JOIN roles r ON r.id = m.role_id
         WHERE m.organization_id = $1 AND m.admin_id = $2 AND m.status = 'active'"
    )))
    .bind(organization.0)
    .bind(admin.0)
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(Membership {
            role_id: RoleId(row.try_get("id")?),
            role: row.try_get("name")?,
            permissions: permissions(&row)?,
        })
    })
    .transpose()
}

/// The organizations in which an admin has a role that they can use, by name.
pub async fn of_admin(connection: &mut Connection, admin: AdminId) -> Result<Vec<OrganizationAccess>, StoreError> {
    let rows = sqlx::query(AssertSqlSafe(format!(
        "SELECT o.id, o.name, r.name AS role, {PERMISSIONS} FROM admin_roles m
         JOIN roles r ON r.id = m.role_id
         JOIN organizations o ON o.id = m.organization_id
         WHERE m.admin_id = $1 AND m.status = 'active' ORDER BY o.folded_name"
    )))
    .bind(admin.0)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(OrganizationAccess {
                id: OrganizationId(row.try_get("id")?),
                name: row.try_get("name")?,
                role: row.try_get("role")?,
                permissions: permissions(row)?,
            })
        })
        .collect()
}

/// An organization beside the others that an admin has a role in.
pub struct OverviewRow {
    /// The organization.
    pub organization: Organization,
    /// The admin's role.
    pub membership: Membership,
    /// Whether there is a key, and whether it may be used.
    pub status: Option<KeyStatus>,
    /// The last change of the key.
    pub last_change: Option<LastChange>,
    /// API sessions that live now.
    pub live_sessions: u32,
}

/// The organizations of [`of_admin`] with an overview of their keys, in one statement. `alive` says which API sessions are
/// active.
pub async fn overview(
    connection: &mut Connection,
    admin: AdminId,
    alive: &SessionWindow,
) -> Result<Vec<OverviewRow>, StoreError> {
    let rows = sqlx::query(AssertSqlSafe(format!(
        "SELECT {COLUMNS}, r.id AS role_id, r.name AS role, {PERMISSIONS},
                k.sealed_key IS NOT NULL OR u.key_id IS NOT NULL AS has_key, COALESCE(k.enabled, u.enabled) AS enabled,
                COALESCE(k.last_modified_by_id, u.last_modified_by_id) AS last_modified_by_id,
                COALESCE(k.last_modified_by_name, u.last_modified_by_name) AS last_modified_by_name,
                COALESCE(k.last_modified_on, u.last_modified_on) AS last_modified_on,
                CASE WHEN u.key_id IS NULL THEN k.version ELSE u.version END AS version,
                (SELECT COUNT(*) FROM api_sessions s
                 WHERE s.organization_id = o.id AND s.key_version = k.version AND s.last_used_on + s.idle_extra > $2
                   AND s.created_on > $3 AND s.last_used_on <= $4 AND s.created_on <= $4
                   AND k.enabled = 1 AND k.sealed_key IS NOT NULL) AS live_sessions
         FROM admin_roles m
         JOIN roles r ON r.id = m.role_id
         JOIN organizations o ON o.id = m.organization_id
         LEFT JOIN api_keys k ON k.organization_id = o.id
         LEFT JOIN upstreams u ON u.organization_id = o.id
         WHERE m.admin_id = $1 AND m.status = 'active' ORDER BY o.folded_name"
    )))
    .bind(admin.0)
    .bind(alive.used_after.timestamp_millis())
    .bind(alive.opened_after.timestamp_millis())
    .bind(alive.until.timestamp_millis())
    .fetch_all(connection)
    .await?;
    rows.iter().map(overview_row).collect()
}

fn overview_row(row: &AnyRow) -> Result<OverviewRow, StoreError> {
    let status = if row.try_get::<Option<i64>, _>("enabled")? == Some(1) {
        KeyStatus::Enabled
    } else {
        KeyStatus::Disabled
    };
    let version: Option<i64> = row.try_get("version")?;
    let last_change = version
        .map(|version| {
            Ok::<_, StoreError>(LastChange {
                last_modified_by: ChangedBy {
                    id: AdminId(row.try_get("last_modified_by_id")?),
                    name: row.try_get("last_modified_by_name")?,
                },
                last_modified_on: clock::from_millis(row.try_get("last_modified_on")?),
                version,
            })
        })
        .transpose()?;
    Ok(OverviewRow {
        organization: organization(row)?,
        membership: Membership {
            role_id: RoleId(row.try_get("role_id")?),
            role: row.try_get("role")?,
            permissions: permissions(row)?,
        },
        status: flag(row, "has_key")?.then_some(status),
        last_change,
        live_sessions: number_of(row, "live_sessions")?,
    })
}

fn organization(row: &AnyRow) -> Result<Organization, StoreError> {
    Ok(Organization {
        id: OrganizationId(row.try_get("id")?),
        name: row.try_get("name")?,
        cloud: row.try_get("cloud")?,
        subscription: subscription(row.try_get("subscription")?)?,
        access_tokens: row.try_get::<i64, _>("access_tokens")? == 1,
        has_upstream: flag(row, "has_upstream")?,
    })
}

pub(super) fn subscription(text: &str) -> Result<Subscription, StoreError> {
    match text {
        "active" => Ok(Subscription::Active),
        "expired" => Ok(Subscription::Expired),
        "none" => Ok(Subscription::None),
        _ => Err(StoreError::Impossible("organizations.subscription")),
    }
}

/// The word for a subscription, as the database and the operator's commands have it.
pub fn subscription_text(subscription: Subscription) -> &'static str {
    match subscription {
        Subscription::Active => "active",
        Subscription::Expired => "expired",
        Subscription::None => "none",
    }
}
