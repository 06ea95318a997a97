//! The queries of every request to the cloud service API and `/verify`: is this session active, is this token valid?
//!
//! Each is one statement, and so one snapshot of the database, which is read at each request without any cache.
//!
//! With SQLite they run on the calling thread. The driver of everything else passes each statement to a separate thread, which
//! costs several times as much as one of these; see `docs/adr/0003`. With PostgreSQL they have connections of their own, which
//! are not tried before and after each use as those of the pool are.

mod batch;
mod postgres;
mod sqlite;

use std::{path::Path, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::{Admin, AdminId, ApiPermission, OauthServerId, OrganizationId, SandboxTokenId, Subscription};
use sqlx::postgres::PgConnectOptions;

use self::{
    batch::Batches,
    postgres::{PostgresAdmission, query},
    sqlite::SqliteAdmission,
};
use super::{
    StoreError,
    keys::{api_roles, sandbox_tokens},
    organizations,
    sessions::session_window::SessionWindow,
};
use crate::{
    clock,
    secrets::{OpenError, Secrets},
};

/// An active session of the cloud service API.
#[derive(Clone, Debug)]
pub struct ApiSession {
    /// Whose API it opens.
    pub organization: OrganizationId,
    /// The subscription of that organization.
    pub subscription: Subscription,
    /// The signed-in admin.
    pub admin: Admin,
    /// Name of the admin's role, while they can use it.
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

/// A Sandbox API token that is valid.
#[derive(Clone, Debug)]
pub struct ValidSandboxToken {
    /// Whose it is.
    pub organization: OrganizationId,
    /// The subscription of that organization.
    pub subscription: Subscription,
    /// Which one.
    pub id: SandboxTokenId,
    /// Its name.
    pub name: String,
}

/// The authorization server whose tokens an organization accepts, with its API roles.
#[derive(Clone, Debug)]
pub struct EnabledOauthServer {
    /// Whose it is.
    pub organization: OrganizationId,
    /// The name of its cloud.
    pub cloud: String,
    /// The subscription of that organization.
    pub subscription: Subscription,
    /// Which one.
    pub id: OauthServerId,
    /// Its name.
    pub name: String,
    /// Where its keys are.
    pub jwks_uri: String,
    /// Whether the certificate of the server there must be valid.
    pub certificate_validation: bool,
    /// Required value of `aud`, or of one of its items; empty for any.
    pub audience: String,
    /// What `iss` must be; empty for anything.
    pub issuer: String,
    /// Required value of `client_id`, `cid` or `appid`, or else of `azp`; empty for any.
    pub client_id: String,
    /// Names of the API roles, and what they allow.
    pub api_roles: Vec<(String, ApiPermission)>,
    /// Whether the service provider has access tokens enabled.
    pub access_tokens: bool,
}

/// Asks the database.
#[derive(Debug)]
pub(super) struct Admission(Engine);

#[derive(Debug)]
enum Engine {
    Sqlite(SqliteAdmission),
    Postgres(Arc<PostgresAdmission>, Arc<Batches>),
}

/// A value in a statement.
#[derive(Clone, Copy)]
enum Value<'a> {
    Number(Option<i64>),
    Bytes(&'a [u8]),
}

/// A row, by the places of its columns.
trait Columns {
    fn number(&self, place: usize) -> Result<i64, StoreError>;
    fn text(&self, place: usize) -> Result<String, StoreError>;
    fn text_if_any(&self, place: usize) -> Result<Option<String>, StoreError>;
    fn bytes(&self, place: usize) -> Result<Vec<u8>, StoreError>;
}

impl Admission {
    /// By SQLite in this file, which must exist.
    pub(super) fn of_file(file: &Path) -> Self {
        Self(Engine::Sqlite(SqliteAdmission::new(file)))
    }

    /// By PostgreSQL.
    pub(super) fn of_postgres(options: PgConnectOptions) -> Self {
        let postgres = Arc::new(PostgresAdmission::new(options));
        Self(Engine::Postgres(
            Arc::clone(&postgres),
            Arc::new(Batches::new(postgres)),
        ))
    }

    /// The rows that a statement finds. The values are numbered in the order in which they first come: `$1` is a number to
    /// PostgreSQL and only a name to SQLite.
    async fn ask<T: Send>(
        &self,
        statement: &'static str,
        values: &[Value<'_>],
        read: fn(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.ask(statement, values, read),
            Engine::Postgres(postgres, _) => postgres.ask(|| query(statement, values), read).await,
        }
    }

    /// See [`Store::live_api_session`](super::Store::live_api_session).
    pub(super) async fn live_api_session(
        &self,
        id_hash: &[u8; 32],
        alive: &SessionWindow,
    ) -> Result<Option<ApiSession>, StoreError> {
        let found = match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.ask(LIVE, &[Value::Bytes(id_hash)], session)?.pop(),
            Engine::Postgres(_, batches) => batches.find(id_hash).await?,
        };
        let is_alive = |found: &Session| {
            let alive = alive.longer(found.idle_extra);
            alive.holds(found.created_on, found.session.last_used_on)
        };
        Ok(found.filter(is_alive).map(|found| found.session))
    }

    /// See [`Store::sandbox_token`](super::Store::sandbox_token).
    pub(super) async fn sandbox_token(
        &self,
        secrets: &Secrets,
        hash: &[u8; 32],
    ) -> Result<Option<ValidSandboxToken>, StoreError> {
        let Some((token, version, sealed)) = self.ask(VALID, &[Value::Bytes(hash)], token).await?.pop() else {
            return Ok(None);
        };
        // Detects a hash that was replaced or rolled back in the database: its seal doesn't match the version.
        if !sandbox_tokens::is_sealed(secrets, (token.organization, token.id, version), &sealed, hash) {
            return Err(OpenError.into());
        }
        Ok(Some(token))
    }

    /// See [`Store::oauth_server`](super::Store::oauth_server).
    pub(super) async fn oauth_server(
        &self,
        organization: OrganizationId,
        server: Option<OauthServerId>,
    ) -> Result<Option<EnabledOauthServer>, StoreError> {
        let values = [
            Value::Number(Some(organization.0)),
            Value::Number(server.map(|id| id.0)),
        ];
        // A row for each API role.
        let mut rows = self.ask(SERVER, &values, self::server).await?.into_iter();
        let Some(mut server) = rows.next() else {
            return Ok(None);
        };
        server.api_roles.extend(rows.flat_map(|row| row.api_roles));
        Ok(Some(server))
    }

    /// Refuses every question from now on.
    pub(super) fn close(&self) {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.close(),
            Engine::Postgres(postgres, _) => postgres.close(),
        }
    }
}

/// Sessions opened with the current, enabled key, that this condition finds.
macro_rules! live {
    ($condition:literal) => {
        concat!(
            "SELECT s.id_hash, s.organization_id, o.subscription, a.id, a.name, r.name, COALESCE(r.api_access, 0),
                    s.last_used_on, s.created_on, s.idle_extra
             FROM api_sessions s
             JOIN api_keys k ON k.organization_id = s.organization_id AND k.version = s.key_version
                            AND k.enabled = 1 AND k.sealed_key IS NOT NULL
                            AND COALESCE(k.restored, '') <> 'held'
             JOIN organizations o ON o.id = s.organization_id
             JOIN admins a ON a.id = s.admin_id
             LEFT JOIN admin_roles m ON m.organization_id = s.organization_id AND m.admin_id = s.admin_id
                                    AND m.status = 'active'
             LEFT JOIN roles r ON r.id = m.role_id
             WHERE ",
            $condition
        )
    };
}

const LIVE: &str = live!("s.id_hash = $1");
/// On PostgreSQL. Behind a pooler, even a connection that was one to the primary may lead to a standby.
const LIVE_ANY: &str = live!("s.id_hash = ANY($1) AND NOT pg_is_in_recovery()");

/// A session, and when it was opened.
#[derive(Clone, Debug)]
struct Session {
    session: ApiSession,
    created_on: DateTime<Utc>,
    /// By how much it outlives the idle time that is set.
    idle_extra: TimeDelta,
}

fn session(row: &dyn Columns) -> Result<Session, StoreError> {
    Ok(Session {
        session: ApiSession {
            organization: OrganizationId(row.number(1)?),
            subscription: organizations::subscription(&row.text(2)?)?,
            admin: Admin {
                id: AdminId(row.number(3)?),
                name: row.text(4)?,
            },
            role: row.text_if_any(5)?,
            api_access: row.number(6)? == 1,
            last_used_on: clock::from_millis(row.number(7)?),
        },
        created_on: clock::from_millis(row.number(8)?),
        idle_extra: TimeDelta::milliseconds(row.number(9)?),
    })
}

const VALID: &str = "
    SELECT t.organization_id, o.subscription, t.id, t.name, t.version, t.sealed_token
    FROM sandbox_tokens t JOIN organizations o ON o.id = t.organization_id
    WHERE t.token_hash = $1 AND COALESCE(t.restored, '') <> 'held'";

/// A token, its version and what is sealed for both.
fn token(row: &dyn Columns) -> Result<(ValidSandboxToken, i64, Vec<u8>), StoreError> {
    let token = ValidSandboxToken {
        organization: OrganizationId(row.number(0)?),
        subscription: organizations::subscription(&row.text(1)?)?,
        id: SandboxTokenId(row.number(2)?),
        name: row.text(3)?,
    };
    Ok((token, row.number(4)?, row.bytes(5)?))
}

const SERVER: &str = "
    SELECT o.id, o.cloud, o.subscription, s.id, s.name, s.jwks_uri, s.certificate_validation, s.audience, s.issuer,
           s.client_id, r.name, r.permission, o.access_tokens
    FROM organizations o
    JOIN oauth_servers s ON s.organization_id = o.id
    LEFT JOIN api_roles r ON r.organization_id = o.id
    WHERE o.id = $1 AND CASE WHEN $2 IS NULL THEN s.enabled = 1 ELSE s.id = $2 END";

fn server(row: &dyn Columns) -> Result<EnabledOauthServer, StoreError> {
    let mut roles = Vec::new();
    if let Some(name) = row.text_if_any(10)? {
        let permission = api_roles::permission(&row.text(11)?);
        roles.push((name, permission.ok_or(StoreError::Impossible("api_roles.permission"))?));
    }
    Ok(EnabledOauthServer {
        organization: OrganizationId(row.number(0)?),
        cloud: row.text(1)?,
        subscription: organizations::subscription(&row.text(2)?)?,
        id: OauthServerId(row.number(3)?),
        name: row.text(4)?,
        jwks_uri: row.text(5)?,
        certificate_validation: row.number(6)? == 1,
        audience: row.text(7)?,
        issuer: row.text(8)?,
        client_id: row.text(9)?,
        api_roles: roles,
        access_tokens: row.number(12)? == 1,
    })
}
