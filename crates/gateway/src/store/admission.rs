//! The queries of every request to the cloud service API and `/verify`: is this session active, is this token valid?
//!
//! They run on the calling thread. The driver of everything else passes each statement to a separate thread, which costs
//! several times as much as one of these; see `docs/adr/0003`.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use keyward_contract::{Admin, AdminId, ApiPermission, OauthServerId, OrganizationId, SandboxTokenId, Subscription};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row};

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

/// Timeout of reads. In WAL mode, SQLite only makes them wait during recovery after a crash.
const BUSY_TIMEOUT: Duration = Duration::from_millis(500);
/// Limit of pooled connections.
const KEPT: usize = 8;

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
    /// Required value of `client_id`, `cid` or `appid`; empty for any.
    pub client_id: String,
    /// Names of the API roles, and what they allow.
    pub api_roles: Vec<(String, ApiPermission)>,
    /// Whether the service provider has access tokens enabled.
    pub access_tokens: bool,
}

/// Connections that read.
#[derive(Debug)]
pub(super) struct Admission {
    file: std::path::PathBuf,
    /// `None` once closed.
    idle: Mutex<Option<Vec<Connection>>>,
}

impl Admission {
    /// On the database in this file, which must exist.
    pub(super) fn new(file: &Path) -> Self {
        Self {
            file: file.to_owned(),
            idle: Mutex::new(Some(Vec::new())),
        }
    }

    /// See [`Store::live_api_session`](super::Store::live_api_session).
    pub(super) fn live_api_session(
        &self,
        id_hash: &[u8; 32],
        alive: &SessionWindow,
    ) -> Result<Option<ApiSession>, StoreError> {
        self.ask(|connection| find(connection, id_hash, alive))?
            .map(Found::checked)
            .transpose()
    }

    /// See [`Store::sandbox_token`](super::Store::sandbox_token).
    pub(super) fn sandbox_token(
        &self,
        secrets: &Secrets,
        hash: &[u8; 32],
    ) -> Result<Option<ValidSandboxToken>, StoreError> {
        let found = self.ask(|connection| find_token(connection, hash))?;
        let Some(FoundToken {
            subscription,
            token,
            version,
            sealed,
        }) = found
        else {
            return Ok(None);
        };
        // Detects a hash that was replaced or rolled back in the database: its seal doesn't match the version.
        if !sandbox_tokens::is_sealed(secrets, (token.organization, token.id, version), &sealed, hash) {
            return Err(OpenError.into());
        }
        let subscription = organizations::subscription(&subscription)?;
        Ok(Some(ValidSandboxToken { subscription, ..token }))
    }

    /// See [`Store::oauth_server`](super::Store::oauth_server).
    pub(super) fn oauth_server(
        &self,
        organization: OrganizationId,
        server: Option<OauthServerId>,
    ) -> Result<Option<EnabledOauthServer>, StoreError> {
        self.ask(|connection| find_server(connection, organization, server))?
    }

    fn ask<T>(&self, question: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>) -> Result<T, StoreError> {
        let connection = match self.idle().as_mut() {
            None => return Err(StoreError::Closed),
            Some(idle) => idle.pop(),
        };
        let connection = match connection {
            Some(connection) => connection,
            None => self.connect()?,
        };
        // A connection that failed is not kept.
        let answer = question(&connection)?;
        if let Some(idle) = self.idle().as_mut()
            && idle.len() < KEPT
        {
            idle.push(connection);
        }
        Ok(answer)
    }

    /// Refuses every question from now on.
    pub(super) fn close(&self) {
        *self.idle() = None;
    }

    fn idle(&self) -> MutexGuard<'_, Option<Vec<Connection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connect(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.file, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        Ok(connection)
    }
}

/// A single statement, and so one snapshot of the database.
const LIVE: &str = "
    SELECT s.organization_id, o.subscription, a.id, a.name, r.name, COALESCE(r.api_access, 0), s.last_used_on
    FROM api_sessions s
    JOIN api_keys k ON k.organization_id = s.organization_id AND k.version = s.key_version
                   AND k.enabled = 1 AND k.sealed_key IS NOT NULL
                   AND COALESCE(k.restored, '') <> 'held'
    JOIN organizations o ON o.id = s.organization_id
    JOIN admins a ON a.id = s.admin_id
    LEFT JOIN admin_roles m ON m.organization_id = s.organization_id AND m.admin_id = s.admin_id
                           AND m.status = 'active'
    LEFT JOIN roles r ON r.id = m.role_id
    WHERE s.id_hash = ?1 AND s.last_used_on > ?2 AND s.created_on > ?3 AND s.last_used_on <= ?4 AND s.created_on <= ?4";

fn find(connection: &Connection, id_hash: &[u8; 32], alive: &SessionWindow) -> Result<Option<Found>, rusqlite::Error> {
    let SessionWindow {
        used_after,
        opened_after,
        until,
    } = alive;
    let bounds = [used_after, opened_after, until].map(DateTime::timestamp_millis);
    connection
        .prepare_cached(LIVE)?
        .query_row((id_hash.as_slice(), bounds[0], bounds[1], bounds[2]), Found::read)
        .optional()
}

const VALID: &str = "
    SELECT t.organization_id, o.subscription, t.id, t.name, t.version, t.sealed_token
    FROM sandbox_tokens t JOIN organizations o ON o.id = t.organization_id
    WHERE t.token_hash = ?1 AND COALESCE(t.restored, '') <> 'held'";

/// A row, before its words are checked and its seal is.
struct FoundToken {
    subscription: String,
    token: ValidSandboxToken,
    version: i64,
    sealed: Vec<u8>,
}

fn find_token(connection: &Connection, hash: &[u8; 32]) -> Result<Option<FoundToken>, rusqlite::Error> {
    let read = |row: &Row<'_>| {
        Ok(FoundToken {
            subscription: row.get(1)?,
            token: ValidSandboxToken {
                organization: OrganizationId(row.get(0)?),
                subscription: Subscription::None,
                id: SandboxTokenId(row.get(2)?),
                name: row.get(3)?,
            },
            version: row.get(4)?,
            sealed: row.get(5)?,
        })
    };
    connection
        .prepare_cached(VALID)?
        .query_row([hash.as_slice()], read)
        .optional()
}

const SERVER: &str = "
    SELECT o.id, o.cloud, o.subscription, s.id, s.name, s.jwks_uri, s.certificate_validation, s.audience, s.issuer,
           s.client_id, r.name, r.permission, o.access_tokens
    FROM organizations o
    JOIN oauth_servers s ON s.organization_id = o.id
    LEFT JOIN api_roles r ON r.organization_id = o.id
    WHERE o.id = ?1 AND CASE WHEN ?2 IS NULL THEN s.enabled = 1 ELSE s.id = ?2 END";

type FoundServer = Result<Option<EnabledOauthServer>, StoreError>;

fn find_server(
    connection: &Connection,
    organization: OrganizationId,
    server: Option<OauthServerId>,
) -> Result<FoundServer, rusqlite::Error> {
    let mut statement = connection.prepare_cached(SERVER)?;
    let mut rows = statement.query((organization.0, server.map(|id| id.0)))?;
    let mut found: Option<EnabledOauthServer> = None;
    while let Some(row) = rows.next()? {
        let server = match &mut found {
            Some(server) => server,
            None => {
                let subscription = match organizations::subscription(&row.get::<_, String>(2)?) {
                    Ok(subscription) => subscription,
                    Err(error) => return Ok(Err(error)),
                };
                found.insert(EnabledOauthServer {
                    organization: OrganizationId(row.get(0)?),
                    cloud: row.get(1)?,
                    subscription,
                    id: OauthServerId(row.get(3)?),
                    name: row.get(4)?,
                    jwks_uri: row.get(5)?,
                    certificate_validation: row.get::<_, i64>(6)? == 1,
                    audience: row.get(7)?,
                    issuer: row.get(8)?,
                    client_id: row.get(9)?,
                    api_roles: Vec::new(),
                    access_tokens: row.get::<_, i64>(12)? == 1,
                })
            }
        };
        if let Some(name) = row.get::<_, Option<String>>(10)? {
            let permission = api_roles::permission(&row.get::<_, String>(11)?);
            let Some(permission) = permission else {
                return Ok(Err(StoreError::Impossible("api_roles.permission")));
            };
            server.api_roles.push((name, permission));
        }
    }
    Ok(Ok(found))
}

/// A row, before its words are checked.
struct Found {
    subscription: String,
    session: ApiSession,
}

impl Found {
    fn read(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            subscription: row.get(1)?,
            session: ApiSession {
                organization: OrganizationId(row.get(0)?),
                subscription: Subscription::None,
                admin: Admin {
                    id: AdminId(row.get(2)?),
                    name: row.get(3)?,
                },
                role: row.get(4)?,
                api_access: row.get::<_, i64>(5)? == 1,
                last_used_on: clock::from_millis(row.get(6)?),
            },
        })
    }

    fn checked(self) -> Result<ApiSession, StoreError> {
        Ok(ApiSession {
            subscription: organizations::subscription(&self.subscription)?,
            ..self.session
        })
    }
}
