//! One-time links: invitations to a role in an organization, and links that set a new password. Only the hash of a link's
//! token is stored.

use chrono::{DateTime, Utc};
use keyward_contract::{Admin, AdminId, OrganizationId};
use sqlx::Row as _;

use crate::store::{Connection, StoreError, flag};

/// What a link is for.
#[derive(Clone, Debug)]
pub struct Link {
    /// Whose it is.
    pub admin: Admin,
    /// Whether the account has any way to sign in.
    pub is_in_use: bool,
    /// Where it invites to; `None` for a link that sets a new password.
    pub invitation: Option<Invited>,
}

/// Where an invitation leads.
#[derive(Clone, Debug)]
pub struct Invited {
    /// Into which organization.
    pub organization: OrganizationId,
    /// Its name.
    pub organization_name: String,
    /// Name of the role.
    pub role: String,
}

/// Makes an invitation, in place of any there was.
pub async fn put(
    connection: &mut Connection,
    (organization, admin): (OrganizationId, AdminId),
    token_hash: [u8; 32],
    expires_on: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO invitations (organization_id, admin_id, token_hash, expires_on) VALUES ($1, $2, $3, $4)
         ON CONFLICT (organization_id, admin_id) DO UPDATE
         SET token_hash = excluded.token_hash, expires_on = excluded.expires_on",
    )
    .bind(organization.0)
    .bind(admin.0)
    .bind(token_hash.as_slice())
    .bind(expires_on.timestamp_millis())
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes a link that sets a new password, in place of any there was.
pub async fn put_password_reset(
    connection: &mut Connection,
    admin: AdminId,
    token_hash: [u8; 32],
    expires_on: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO password_resets (admin_id, token_hash, expires_on) VALUES ($1, $2, $3)
         ON CONFLICT (admin_id) DO UPDATE SET token_hash = excluded.token_hash, expires_on = excluded.expires_on",
    )
    .bind(admin.0)
    .bind(token_hash.as_slice())
    .bind(expires_on.timestamp_millis())
    .execute(connection)
    .await?;
    Ok(())
}

/// What the link with this token is for, if it can be used now.
pub async fn find(
    connection: &mut Connection,
    token_hash: [u8; 32],
    now: DateTime<Utc>,
) -> Result<Option<Link>, StoreError> {
    let row = sqlx::query(
        "SELECT a.id, a.name,
                EXISTS (SELECT 1 FROM admin_roles u WHERE u.admin_id = a.id AND u.status <> 'invited')
                    OR EXISTS (SELECT 1 FROM sso_subjects s WHERE s.admin_id = a.id) AS is_in_use,
                o.id AS organization_id, o.name AS organization, r.name AS role
         FROM invitations i
         JOIN admin_roles m ON m.organization_id = i.organization_id AND m.admin_id = i.admin_id
                           AND m.status = 'invited'
         JOIN admins a ON a.id = i.admin_id
         JOIN organizations o ON o.id = i.organization_id
         JOIN roles r ON r.id = m.role_id
         WHERE i.token_hash = $1 AND i.expires_on > $2
         UNION ALL
         SELECT a.id, a.name, FALSE, NULL, NULL, NULL
         FROM password_resets p JOIN admins a ON a.id = p.admin_id
         WHERE p.token_hash = $1 AND p.expires_on > $2",
    )
    .bind(token_hash.as_slice())
    .bind(now.timestamp_millis())
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let organization: Option<i64> = row.try_get("organization_id")?;
        let invitation = match organization {
            Some(organization) => Some(Invited {
                organization: OrganizationId(organization),
                organization_name: row.try_get("organization")?,
                role: row.try_get("role")?,
            }),
            None => None,
        };
        Ok(Link {
            admin: Admin {
                id: AdminId(row.try_get("id")?),
                name: row.try_get("name")?,
            },
            is_in_use: flag(&row, "is_in_use")?,
            invitation,
        })
    })
    .transpose()
}

/// The organizations that invite an admin now.
pub async fn open(
    connection: &mut Connection,
    admin: AdminId,
    now: DateTime<Utc>,
) -> Result<Vec<OrganizationId>, StoreError> {
    let ids: Vec<i64> = sqlx::query_scalar(
        "SELECT i.organization_id FROM invitations i
         JOIN admin_roles m ON m.organization_id = i.organization_id AND m.admin_id = i.admin_id
                           AND m.status = 'invited'
         WHERE i.admin_id = $1 AND i.expires_on > $2",
    )
    .bind(admin.0)
    .bind(now.timestamp_millis())
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(OrganizationId).collect())
}

/// Removes the invitation of an admin to an organization, if there is one.
pub async fn delete(
    connection: &mut Connection,
    (organization, admin): (OrganizationId, AdminId),
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM invitations WHERE organization_id = $1 AND admin_id = $2")
        .bind(organization.0)
        .bind(admin.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Uses a link up, so that it works once.
pub async fn use_up(connection: &mut Connection, token_hash: [u8; 32]) -> Result<(), StoreError> {
    for statement in [
        "DELETE FROM invitations WHERE token_hash = $1",
        "DELETE FROM password_resets WHERE token_hash = $1",
    ] {
        sqlx::query(statement)
            .bind(token_hash.as_slice())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
