//! Members of organizations: admins, each with a role and a status.

use chrono::{DateTime, Utc};
use keyward_contract::{Admin, AdminId, AdministratorStatus, BuiltInRole, OrganizationId, Permissions, RoleId};
use sqlx::{AssertSqlSafe, Row as _, any::AnyRow};

use super::roles::{PERMISSIONS, built_in_of, permissions};
use crate::{
    clock,
    store::{Connection, StoreError, flag, sessions::session_window::SessionWindow},
};

/// An admin in an organization.
#[derive(Clone, Debug)]
pub struct Member {
    /// The admin.
    pub admin: Admin,
    /// The role.
    pub role_id: RoleId,
    /// The role's name.
    pub role: String,
    /// The identity provider whose claim grants it; `None` if an admin assigned it.
    pub given_by: Option<String>,
    /// Which built-in role it is, if one.
    pub built_in: Option<BuiltInRole>,
    /// What it allows.
    pub permissions: Permissions,
    /// Whether they can make use of it.
    pub status: AdministratorStatus,
    /// Whether a restore has disabled them.
    pub held: bool,
    /// Whether a restore holds their password.
    pub password_held: bool,
    /// Grows with each change.
    pub version: i64,
    /// When the invitation ends, as long as it was not accepted.
    pub invitation_expires_on: Option<DateTime<Utc>>,
    /// When they last signed in, as far as it concerns this organization.
    pub last_sign_in_on: Option<DateTime<Utc>>,
    /// Active portal sessions, as far as they concern this organization.
    pub portal_sessions: u32,
    /// Live API sessions in this organization.
    pub api_sessions: u32,
}

/// Which sessions are alive.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    /// Of the portal.
    pub portal: SessionWindow,
    /// Of the cloud service API.
    pub api: SessionWindow,
}

/// The admins of an organization by name, or only the given one.
///
/// An account may belong to other organizations as well. Its portal sessions and sign-ins only show where it is an active
/// member, and an admin who hasn't accepted shows with the canonical login, so that an invitation reveals nothing about the
/// account.
pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    admin: Option<AdminId>,
    live: &Live,
) -> Result<Vec<Member>, StoreError> {
    let rows = sqlx::query(AssertSqlSafe(format!(
        "SELECT a.id, CASE WHEN i.admin_id IS NULL THEN a.name ELSE a.login END AS name, m.status, m.version, m.held, a.held_password_hash IS NOT NULL AS password_held, r.id AS role_id, r.name AS role, r.built_in, {PERMISSIONS},
                i.expires_on, p.name AS given_by,
                COALESCE(m.last_api_sign_in_on, 0) AS last_api_sign_in_on,
                CASE m.status WHEN 'active' THEN COALESCE(a.last_sign_in_on, 0) ELSE 0 END AS last_portal_sign_in_on,
                (SELECT COUNT(*) FROM portal_sessions s
                 WHERE s.admin_id = a.id AND m.status = 'active' AND s.last_used_on > $3 AND s.created_on > $4
                   AND s.last_used_on <= $5 AND s.created_on <= $5)
                    AS portal_sessions,
                (SELECT COUNT(*) FROM api_sessions s
                 WHERE s.admin_id = a.id AND s.organization_id = m.organization_id AND s.last_used_on + s.idle_extra > $6
                   AND s.created_on > $7 AND s.last_used_on <= $5 AND s.created_on <= $5)
                    AS api_sessions
         FROM admin_roles m
         JOIN admins a ON a.id = m.admin_id
         JOIN roles r ON r.id = m.role_id
         LEFT JOIN sso_providers p ON p.id = m.sso_provider_id
         LEFT JOIN invitations i ON i.organization_id = m.organization_id AND i.admin_id = m.admin_id
         WHERE m.organization_id = $1 AND ($2 IS NULL OR m.admin_id = $2)
         ORDER BY a.login"
    )))
    .bind(organization.0)
    .bind(admin.map(|id| id.0))
    .bind(live.portal.used_after.timestamp_millis())
    .bind(live.portal.opened_after.timestamp_millis())
    .bind(live.portal.until.timestamp_millis())
    .bind(live.api.used_after.timestamp_millis())
    .bind(live.api.opened_after.timestamp_millis())
    .fetch_all(connection)
    .await?;
    rows.iter().map(member).collect()
}

/// How many active admins have the built-in role Super Admin.
pub async fn active_super_admins(connection: &mut Connection, organization: OrganizationId) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT COUNT(*) FROM admin_roles m JOIN roles r ON r.id = m.role_id
         WHERE m.organization_id = $1 AND m.status = 'active' AND r.built_in = 'super-admin'",
    )
    .bind(organization.0)
    .fetch_one(connection)
    .await?)
}

/// Adds a member who is invited.
///
/// # Errors
/// [`StoreError::is_duplicate`] when the admin is a member already.
pub async fn invite(
    connection: &mut Connection,
    organization: OrganizationId,
    admin: AdminId,
    role: RoleId,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO admin_roles (organization_id, admin_id, role_id, status, version)
         VALUES ($1, $2, $3, 'invited', 1)",
    )
    .bind(organization.0)
    .bind(admin.0)
    .bind(role.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Changes role or status of a member: the next version. A changed role no longer counts as granted by an identity provider.
pub async fn update(
    connection: &mut Connection,
    (organization, admin): (OrganizationId, AdminId),
    role: RoleId,
    status: AdministratorStatus,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE admin_roles SET role_id = $3, status = $4, version = version + 1,
                held = CASE WHEN $4 = 'disabled' THEN held ELSE 0 END,
                sso_provider_id = CASE WHEN role_id = $3 THEN sso_provider_id END
         WHERE organization_id = $1 AND admin_id = $2",
    )
    .bind(organization.0)
    .bind(admin.0)
    .bind(role.0)
    .bind(status_text(status))
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes an invited member an active one.
pub async fn accept(
    connection: &mut Connection,
    organization: OrganizationId,
    admin: AdminId,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE admin_roles SET status = 'active', version = version + 1
         WHERE organization_id = $1 AND admin_id = $2 AND status = 'invited'",
    )
    .bind(organization.0)
    .bind(admin.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes a membership that of another account.
///
/// # Errors
/// [`StoreError::is_duplicate`] when that one is a member already.
pub async fn hand_over(
    connection: &mut Connection,
    organization: OrganizationId,
    (from, to): (AdminId, AdminId),
) -> Result<(), StoreError> {
    sqlx::query("UPDATE admin_roles SET admin_id = $3 WHERE organization_id = $1 AND admin_id = $2")
        .bind(organization.0)
        .bind(from.0)
        .bind(to.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes a member, and the invitation if there is one.
pub async fn delete(
    connection: &mut Connection,
    organization: OrganizationId,
    admin: AdminId,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM admin_roles WHERE organization_id = $1 AND admin_id = $2")
        .bind(organization.0)
        .bind(admin.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes the opening of an API session.
pub async fn signed_in(
    connection: &mut Connection,
    (organization, admin): (OrganizationId, AdminId),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE admin_roles SET last_api_sign_in_on = $3 WHERE organization_id = $1 AND admin_id = $2")
        .bind(organization.0)
        .bind(admin.0)
        .bind(now.timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether every organization that the admin has worked in has disabled them.
pub async fn is_disabled(connection: &mut Connection, admin: AdminId) -> Result<bool, StoreError> {
    let (active, disabled): (i64, i64) = sqlx::query_as(
        "SELECT COUNT(CASE status WHEN 'active' THEN 1 END), COUNT(CASE status WHEN 'disabled' THEN 1 END)
         FROM admin_roles WHERE admin_id = $1",
    )
    .bind(admin.0)
    .fetch_one(connection)
    .await?;
    Ok(active == 0 && disabled > 0)
}

/// Whether the account belongs to no other organization, not even by an invitation or disabled.
pub async fn is_only_in(
    connection: &mut Connection,
    organization: OrganizationId,
    admin: AdminId,
) -> Result<bool, StoreError> {
    let others: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM admin_roles WHERE admin_id = $1 AND organization_id <> $2")
            .bind(admin.0)
            .bind(organization.0)
            .fetch_one(connection)
            .await?;
    Ok(others == 0)
}

/// The organizations that an admin belongs to, disabled or not, but not those that only invite them.
pub async fn organizations_of(connection: &mut Connection, admin: AdminId) -> Result<Vec<OrganizationId>, StoreError> {
    let ids: Vec<i64> = sqlx::query_scalar(
        "SELECT organization_id FROM admin_roles WHERE admin_id = $1 AND status <> 'invited' ORDER BY organization_id",
    )
    .bind(admin.0)
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(OrganizationId).collect())
}

/// The members of an organization, whatever their status.
pub async fn of_organization(
    connection: &mut Connection,
    organization: OrganizationId,
) -> Result<Vec<AdminId>, StoreError> {
    let ids: Vec<i64> = sqlx::query_scalar("SELECT admin_id FROM admin_roles WHERE organization_id = $1")
        .bind(organization.0)
        .fetch_all(connection)
        .await?;
    Ok(ids.into_iter().map(AdminId).collect())
}

/// Whether the admin is an active member anywhere.
pub async fn is_active(connection: &mut Connection, admin: AdminId) -> Result<bool, StoreError> {
    let active: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM admin_roles WHERE admin_id = $1 AND status = 'active'")
        .bind(admin.0)
        .fetch_one(connection)
        .await?;
    Ok(active > 0)
}

/// The word for a status.
pub fn status_text(status: AdministratorStatus) -> &'static str {
    match status {
        AdministratorStatus::Active => "active",
        AdministratorStatus::Invited => "invited",
        AdministratorStatus::Disabled => "disabled",
    }
}

fn member(row: &AnyRow) -> Result<Member, StoreError> {
    let instant = |column| Ok::<_, StoreError>(row.try_get::<Option<i64>, _>(column)?.map(clock::from_millis));
    let count = |column| Ok::<_, StoreError>(u32::try_from(row.try_get::<i64, _>(column)?).unwrap_or(u32::MAX));
    let last_sign_in_on = row
        .try_get::<i64, _>("last_api_sign_in_on")?
        .max(row.try_get("last_portal_sign_in_on")?);
    Ok(Member {
        admin: Admin {
            id: AdminId(row.try_get("id")?),
            name: row.try_get("name")?,
        },
        role_id: RoleId(row.try_get("role_id")?),
        role: row.try_get("role")?,
        given_by: row.try_get("given_by")?,
        built_in: built_in_of(row)?,
        permissions: permissions(row)?,
        status: match row.try_get("status")? {
            "active" => AdministratorStatus::Active,
            "invited" => AdministratorStatus::Invited,
            "disabled" => AdministratorStatus::Disabled,
            _ => return Err(StoreError::Impossible("admin_roles.status")),
        },
        held: row.try_get::<i64, _>("held")? == 1,
        password_held: flag(row, "password_held")?,
        version: row.try_get("version")?,
        invitation_expires_on: instant("expires_on")?,
        last_sign_in_on: (last_sign_in_on > 0).then(|| clock::from_millis(last_sign_in_on)),
        portal_sessions: count("portal_sessions")?,
        api_sessions: count("api_sessions")?,
    })
}
