//! The sessions of an admin, of portal and API, by the identifiers in their list.

use keyward_contract::{AccountSession, AdminId, OrganizationId, RoleId, SessionId, SessionKind, SessionsEnded};
use sqlx::{Row as _, any::AnyRow};

use crate::{
    clock,
    store::{Connection, StoreError, people::members::Live},
};

/// The live sessions of an admin, last used first. `current` is the one that asks.
pub async fn list(
    connection: &mut Connection,
    admin: AdminId,
    current: SessionId,
    live: &Live,
) -> Result<Vec<AccountSession>, StoreError> {
    let rows = sqlx::query(
        "SELECT public_id, NULL AS organization, created_on, last_used_on, client_address, user_agent
         FROM portal_sessions
         WHERE admin_id = $1 AND last_used_on > $2 AND created_on > $3 AND last_used_on <= $4 AND created_on <= $4
         UNION ALL
         SELECT s.public_id, o.name, s.created_on, s.last_used_on, s.client_address, s.user_agent
         FROM api_sessions s
         JOIN organizations o ON o.id = s.organization_id
         JOIN admin_roles m ON m.organization_id = o.id AND m.admin_id = s.admin_id AND m.status = 'active'
         JOIN roles r ON r.id = m.role_id AND r.api_access = 1
         WHERE s.admin_id = $1 AND s.last_used_on + s.idle_extra > $5 AND s.created_on > $6 AND s.last_used_on <= $4 AND s.created_on <= $4
         ORDER BY last_used_on DESC, created_on DESC",
    )
    .bind(admin.0)
    .bind(live.portal.used_after.timestamp_millis())
    .bind(live.portal.opened_after.timestamp_millis())
    .bind(live.portal.until.timestamp_millis())
    .bind(live.api.used_after.timestamp_millis())
    .bind(live.api.opened_after.timestamp_millis())
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| session(row, current)).collect()
}

/// Ends a session of the admin. Answers its kind, and the organization of an API session; `None` when there is none.
pub async fn end(
    connection: &mut Connection,
    admin: AdminId,
    session: SessionId,
) -> Result<Option<(SessionKind, Option<OrganizationId>)>, StoreError> {
    let ended = sqlx::query("DELETE FROM portal_sessions WHERE admin_id = $1 AND public_id = $2")
        .bind(admin.0)
        .bind(session.0)
        .execute(&mut *connection)
        .await?;
    if ended.rows_affected() == 1 {
        return Ok(Some((SessionKind::Portal, None)));
    }
    let organization: Option<i64> =
        sqlx::query_scalar("DELETE FROM api_sessions WHERE admin_id = $1 AND public_id = $2 RETURNING organization_id")
            .bind(admin.0)
            .bind(session.0)
            .fetch_optional(connection)
            .await?;
    Ok(organization.map(|id| (SessionKind::Api, Some(OrganizationId(id)))))
}

/// Ends the portal sessions of an admin, except one, and answers how many there were.
pub async fn end_portal(
    connection: &mut Connection,
    admin: AdminId,
    except: Option<SessionId>,
) -> Result<u32, StoreError> {
    let ended = sqlx::query("DELETE FROM portal_sessions WHERE admin_id = $1 AND ($2 IS NULL OR public_id <> $2)")
        .bind(admin.0)
        .bind(except.map(|id| id.0))
        .execute(connection)
        .await?;
    Ok(u32::try_from(ended.rows_affected()).unwrap_or(u32::MAX))
}

/// Ends the API sessions of an admin, in one organization or in all, and answers how many there were.
pub async fn end_api(
    connection: &mut Connection,
    admin: AdminId,
    organization: Option<OrganizationId>,
) -> Result<u32, StoreError> {
    let ended = sqlx::query("DELETE FROM api_sessions WHERE admin_id = $1 AND ($2 IS NULL OR organization_id = $2)")
        .bind(admin.0)
        .bind(organization.map(|id| id.0))
        .execute(connection)
        .await?;
    Ok(u32::try_from(ended.rows_affected()).unwrap_or(u32::MAX))
}

/// Ends every session of an admin, except one portal session.
pub async fn end_all(
    connection: &mut Connection,
    admin: AdminId,
    except: Option<SessionId>,
) -> Result<SessionsEnded, StoreError> {
    Ok(SessionsEnded {
        portal_sessions: end_portal(connection, admin, except).await?,
        api_sessions: end_api(connection, admin, None).await?,
    })
}

/// Ends the sessions of an admin that a password has opened: all but those of the portal that an identity provider has.
pub async fn end_by_password(connection: &mut Connection, admin: AdminId) -> Result<SessionsEnded, StoreError> {
    let ended = sqlx::query("DELETE FROM portal_sessions WHERE admin_id = $1 AND sso_provider_id IS NULL")
        .bind(admin.0)
        .execute(&mut *connection)
        .await?;
    Ok(SessionsEnded {
        portal_sessions: u32::try_from(ended.rows_affected()).unwrap_or(u32::MAX),
        api_sessions: end_api(connection, admin, None).await?,
    })
}

/// Ends the API sessions of everyone with this role.
pub async fn end_api_of_role(
    connection: &mut Connection,
    organization: OrganizationId,
    role: RoleId,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM api_sessions WHERE organization_id = $1
         AND admin_id IN (SELECT admin_id FROM admin_roles WHERE organization_id = $1 AND role_id = $2)",
    )
    .bind(organization.0)
    .bind(role.0)
    .execute(connection)
    .await?;
    Ok(())
}

fn session(row: &AnyRow, current: SessionId) -> Result<AccountSession, StoreError> {
    let id = SessionId(row.try_get("public_id")?);
    let organization: Option<String> = row.try_get("organization")?;
    Ok(AccountSession {
        id,
        kind: if organization.is_some() {
            SessionKind::Api
        } else {
            SessionKind::Portal
        },
        organization,
        created_on: clock::from_millis(row.try_get("created_on")?),
        last_used_on: clock::from_millis(row.try_get("last_used_on")?),
        client_address: row.try_get("client_address")?,
        user_agent: row.try_get("user_agent")?,
        current: id == current,
    })
}
