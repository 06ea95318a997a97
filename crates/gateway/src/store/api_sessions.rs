//! Sessions of the cloud service API, by the hash of their JSESSIONID.

use chrono::{DateTime, Utc};
use keyward_contract::{Admin, AdminId, OrganizationId, Subscription};
use sqlx::Row as _;

use super::{Connection, StoreError, organizations, portal_sessions::Origin};
use crate::{clock, random};

/// A live session.
#[derive(Clone, Debug)]
pub struct ApiSession {
    /// Whose API it opens.
    pub organization: OrganizationId,
    /// The subscription of that organization.
    pub subscription: Subscription,
    /// Who signed in.
    pub admin: Admin,
    /// Name of the admin's role, while they can make use of it.
    pub role: Option<String>,
    /// Whether that role grants API access.
    pub api_access: bool,
    /// When it was last used.
    pub last_used_on: DateTime<Utc>,
}

impl ApiSession {
    /// Whether it may be used at present.
    pub fn is_usable(&self) -> bool {
        self.subscription == Subscription::Active && self.api_access
    }
}

/// Opens a session with the key at `key_version`.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    connection: &mut Connection,
    id_hash: &[u8; 32],
    (organization, admin, key_version): (OrganizationId, AdminId, i64),
    origin: &Origin<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO api_sessions (id_hash, public_id, organization_id, admin_id, key_version, created_on, last_used_on,
                                   client_address, user_agent)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8)",
    )
    .bind(id_hash.as_slice())
    .bind(random::id())
    .bind(organization.0)
    .bind(admin.0)
    .bind(key_version)
    .bind(now.timestamp_millis())
    .bind(&origin.client_address)
    .bind(origin.user_agent)
    .execute(connection)
    .await?;
    Ok(())
}

/// The session with this JSESSIONID, if it is alive now: used since `idle_since`, and opened with the key that is valid
/// now and not disabled. Whether it may be used depends on subscription and role as well: see
/// [`ApiSession::is_usable`].
///
/// All of that is read from one snapshot of the database at each request. No memory of an earlier answer is involved,
/// so that a change is obeyed by every request that begins after it was committed.
///
/// # Errors
/// When the database fails.
pub async fn find_live(
    connection: &mut Connection,
    id_hash: &[u8; 32],
    idle_since: DateTime<Utc>,
) -> Result<Option<ApiSession>, StoreError> {
    let row = sqlx::query(
        "SELECT s.organization_id, o.subscription, a.id, a.name, r.name AS role, COALESCE(r.api_access, 0) AS api_access,
                s.last_used_on
         FROM api_sessions s
         JOIN admins a ON a.id = s.admin_id
         JOIN organizations o ON o.id = s.organization_id
         LEFT JOIN admin_roles m ON m.organization_id = s.organization_id AND m.admin_id = s.admin_id
                                AND m.status = 'active'
         LEFT JOIN roles r ON r.id = m.role_id
         JOIN api_keys k ON k.organization_id = s.organization_id AND k.version = s.key_version
                        AND k.enabled = 1 AND k.sealed_key IS NOT NULL
         WHERE s.id_hash = $1 AND s.last_used_on > $2",
    )
    .bind(id_hash.as_slice())
    .bind(idle_since.timestamp_millis())
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(ApiSession {
            organization: OrganizationId(row.try_get("organization_id")?),
            subscription: organizations::subscription(row.try_get("subscription")?)?,
            role: row.try_get("role")?,
            api_access: row.try_get::<i64, _>("api_access")? == 1,
            admin: Admin {
                id: AdminId(row.try_get("id")?),
                name: row.try_get("name")?,
            },
            last_used_on: clock::from_millis(row.try_get("last_used_on")?),
        })
    })
    .transpose()
}

/// Notes that the session was used.
///
/// # Errors
/// When the database fails.
pub async fn touch(connection: &mut Connection, id_hash: &[u8; 32], now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("UPDATE api_sessions SET last_used_on = $2 WHERE id_hash = $1")
        .bind(id_hash.as_slice())
        .bind(now.timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// When the database fails.
pub async fn delete(connection: &mut Connection, id_hash: &[u8; 32]) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM api_sessions WHERE id_hash = $1")
        .bind(id_hash.as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends every session of an organization and answers how many there were.
///
/// # Errors
/// When the database fails.
pub async fn delete_all(connection: &mut Connection, organization: OrganizationId) -> Result<u64, StoreError> {
    let ended = sqlx::query("DELETE FROM api_sessions WHERE organization_id = $1")
        .bind(organization.0)
        .execute(connection)
        .await?;
    Ok(ended.rows_affected())
}

/// Removes the sessions that ended by themselves: not used since `idle_since`.
///
/// # Errors
/// When the database fails.
pub async fn delete_ended(connection: &mut Connection, idle_since: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM api_sessions WHERE last_used_on <= $1")
        .bind(idle_since.timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}
