//! Portal sessions, by the hash of their cookie.

use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::{Admin, AdminId, SessionId, SsoProviderId};
use sqlx::Row as _;

use crate::{
    clock,
    clock::AHEAD_MAX,
    random,
    store::{Connection, StoreError, flag},
};

/// How long the cookie before is still taken once the new one has been used: requests may be under way with it.
const GRACE: TimeDelta = TimeDelta::seconds(10);
/// The most sessions of an admin.
const MOST: i64 = 20;

/// A portal session that exists; whether it is still alive is for its user to say.
#[derive(Clone, Debug)]
pub struct PortalSession {
    /// The signed-in admin.
    pub admin: Admin,
    /// When they signed in.
    pub created_on: DateTime<Utc>,
    /// When they were last seen.
    pub last_used_on: DateTime<Utc>,
    /// When they last gave their password.
    pub authenticated_on: DateTime<Utc>,
    /// The identifier of the session in its list.
    pub public_id: SessionId,
    /// The identity provider that they signed in at, and its name.
    pub provider: Option<(SsoProviderId, String)>,
    /// Which of its cookies this is.
    pub cookie: Cookie,
}

/// A session's cookie changes with each re-authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The current one.
    Current,
    /// The current one, and the one before has not ended yet.
    New,
    /// The one before, until then; without an end while the new one has not been used.
    Former(Option<DateTime<Utc>>),
}

impl PortalSession {
    /// Whether the cookie that it was found by still opens it.
    pub fn takes_cookie(&self, now: DateTime<Utc>) -> bool {
        match self.cookie {
            Cookie::Current | Cookie::New | Cookie::Former(None) => true,
            Cookie::Former(Some(end)) => now < end && end <= now + GRACE + AHEAD_MAX,
        }
    }
}

/// Where a session was opened from.
#[derive(Clone, Debug)]
pub struct Origin<'a> {
    /// Address of the client.
    pub client_address: String,
    /// What the client calls itself.
    pub user_agent: Option<&'a str>,
}

/// The identity provider of the sign-in.
#[derive(Clone, Copy, Debug)]
pub struct ProviderSession<'a> {
    /// Which provider.
    pub provider: SsoProviderId,
    /// The subject there.
    pub subject: &'a str,
    /// In which of the provider's own sessions, where it says so.
    pub session: Option<&'a str>,
}

/// Notes that a session was opened at an identity provider, and when the person signed in there.
pub async fn set_provider(
    connection: &mut Connection,
    id_hash: &[u8; 32],
    of: &ProviderSession<'_>,
    authenticated_on: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE portal_sessions SET sso_provider_id = $2, sso_subject = $3, sso_session = $4, authenticated_on = $5
         WHERE id_hash = $1",
    )
    .bind(id_hash.as_slice())
    .bind(of.provider.0)
    .bind(of.subject)
    .bind(of.session)
    .bind(authenticated_on.timestamp_millis())
    .execute(connection)
    .await?;
    Ok(())
}

/// Opens a session.
pub async fn insert(
    connection: &mut Connection,
    id_hash: &[u8; 32],
    admin: AdminId,
    origin: &Origin<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO portal_sessions (id_hash, public_id, admin_id, created_on, last_used_on, authenticated_on,
                                      client_address, user_agent)
         VALUES ($1, $2, $3, $4, $4, $4, $5, $6)",
    )
    .bind(id_hash.as_slice())
    .bind(random::id())
    .bind(admin.0)
    .bind(now.timestamp_millis())
    .bind(&origin.client_address)
    .bind(origin.user_agent)
    .execute(connection)
    .await?;
    Ok(())
}

/// The session with this cookie, be it the one before.
pub async fn find(connection: &mut Connection, id_hash: &[u8; 32]) -> Result<Option<PortalSession>, StoreError> {
    let row = sqlx::query(
        "SELECT a.id, a.name, s.created_on, s.last_used_on, s.authenticated_on, s.public_id, p.id AS provider_id,
                p.name AS provider, s.id_hash = $1 AS is_current, s.former_id_hash IS NOT NULL AS has_former,
                s.former_ends_on
         FROM portal_sessions s
         JOIN admins a ON a.id = s.admin_id
         LEFT JOIN sso_providers p ON p.id = s.sso_provider_id WHERE s.id_hash = $1 OR s.former_id_hash = $1",
    )
    .bind(id_hash.as_slice())
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let provider: Option<i64> = row.try_get("provider_id")?;
        let name: Option<String> = row.try_get("provider")?;
        let former_ends_on: Option<i64> = row.try_get("former_ends_on")?;
        let cookie = match (flag(&row, "is_current")?, flag(&row, "has_former")?) {
            (false, _) => Cookie::Former(former_ends_on.map(clock::from_millis)),
            (true, true) if former_ends_on.is_none() => Cookie::New,
            (true, _) => Cookie::Current,
        };
        Ok(PortalSession {
            admin: Admin {
                id: AdminId(row.try_get("id")?),
                name: row.try_get("name")?,
            },
            created_on: clock::from_millis(row.try_get("created_on")?),
            last_used_on: clock::from_millis(row.try_get("last_used_on")?),
            authenticated_on: clock::from_millis(row.try_get("authenticated_on")?),
            public_id: SessionId(row.try_get("public_id")?),
            provider: provider.map(SsoProviderId).zip(name),
            cookie,
        })
    })
    .transpose()
}

/// Notes that the session was used.
pub async fn touch(connection: &mut Connection, id_hash: &[u8; 32], now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("UPDATE portal_sessions SET last_used_on = $2 WHERE id_hash = $1 OR former_id_hash = $1")
        .bind(id_hash.as_slice())
        .bind(now.timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}

/// Stores the provider's own session after a re-authentication there, if this session was opened there.
pub async fn renew_at(
    connection: &mut Connection,
    id_hash: &[u8; 32],
    of: &ProviderSession<'_>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE portal_sessions SET sso_session = $4
         WHERE (id_hash = $1 OR former_id_hash = $1) AND sso_provider_id = $2 AND sso_subject = $3",
    )
    .bind(id_hash.as_slice())
    .bind(of.provider.0)
    .bind(of.subject)
    .bind(of.session)
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives the session another cookie, `new`, and notes when its admin re-authenticated where that makes it fresh. The cookie
/// that asks, `shown`, is the one before from now on, unless the browser has shown a newer one since. False when there is no such session anymore.
pub async fn rotate(
    connection: &mut Connection,
    shown: &[u8; 32],
    new: &[u8; 32],
    authenticated_on: Option<DateTime<Utc>>,
) -> Result<bool, StoreError> {
    let rotated = sqlx::query(
        "UPDATE portal_sessions SET
             id_hash = $2,
             former_id_hash = CASE WHEN id_hash = $1 OR former_ends_on IS NULL THEN $1 ELSE id_hash END,
             former_ends_on = NULL,
             authenticated_on = COALESCE($3, authenticated_on)
         WHERE id_hash = $1 OR former_id_hash = $1",
    )
    .bind(shown.as_slice())
    .bind(new.as_slice())
    .bind(authenticated_on.map(|on| on.timestamp_millis()))
    .execute(connection)
    .await?;
    Ok(rotated.rows_affected() == 1)
}

/// Notes that the new cookie has arrived, so that the one before ends.
pub async fn end_former(connection: &mut Connection, id_hash: &[u8; 32], now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("UPDATE portal_sessions SET former_ends_on = $2 WHERE id_hash = $1 AND former_ends_on IS NULL")
        .bind(id_hash.as_slice())
        .bind((now + GRACE).timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends the sessions of an admin beyond the most they can have, the longest unused first, but not the one that was just
/// opened. Answers how many.
pub async fn bound(connection: &mut Connection, admin: AdminId, opened: &[u8; 32]) -> Result<u64, StoreError> {
    let ended = sqlx::query(
        "DELETE FROM portal_sessions WHERE admin_id = $1 AND id_hash <> $2 AND id_hash NOT IN (
             SELECT id_hash FROM portal_sessions WHERE admin_id = $1 AND id_hash <> $2
             ORDER BY last_used_on DESC, created_on DESC LIMIT $3)",
    )
    .bind(admin.0)
    .bind(opened.as_slice())
    .bind(MOST - 1)
    .execute(connection)
    .await?;
    Ok(ended.rows_affected())
}

/// Ends a session.
pub async fn delete(connection: &mut Connection, id_hash: &[u8; 32]) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM portal_sessions WHERE id_hash = $1 OR former_id_hash = $1")
        .bind(id_hash.as_slice())
        .execute(connection)
        .await?;
    Ok(())
}
