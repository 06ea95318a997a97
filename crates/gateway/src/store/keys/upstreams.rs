//! Keys that live at an upstream: where they are, how Keyward signs in there, and the last known state. The key itself is
//! never stored as such; only `ztw-legacy` signs in with it, and so has it among its sealed credentials.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use keyward_contract::{AdminId, ApiKey, ChangedBy, KeyStatus, KeyString, OrganizationId};
use serde::{Deserialize, Serialize};
use sqlx::{Row as _, any::AnyRow};
use zeroize::{Zeroize as _, Zeroizing};

use crate::{
    clock,
    secrets::Secrets,
    store::{Connection, StoreError},
};

/// How an upstream is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum UpstreamKind {
    /// Cloud & Branch Connector: a session, opened with the key and an admin's password
    ZtwLegacy,
    /// OneAPI: an access token, by client credentials
    #[value(name = "oneapi")]
    OneApi,
}

impl UpstreamKind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ZtwLegacy => "ztw-legacy",
            Self::OneApi => "oneapi",
        }
    }
}

impl FromStr for UpstreamKind {
    type Err = StoreError;

    fn from_str(word: &str) -> Result<Self, StoreError> {
        match word {
            "ztw-legacy" => Ok(Self::ZtwLegacy),
            "oneapi" => Ok(Self::OneApi),
            _ => Err(StoreError::Impossible("upstreams.kind")),
        }
    }
}

/// Where a key lives.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// How it is spoken to.
    pub kind: UpstreamKind,
    /// Its address, without a slash at the end.
    pub url: String,
    /// Where access tokens come from; empty for `ztw-legacy`.
    pub token_url: String,
    /// What access tokens are for; empty for `ztw-legacy`.
    pub audience: String,
}

impl Place {
    /// The base URL of its API.
    pub fn base_url(&self) -> String {
        match self.kind {
            UpstreamKind::ZtwLegacy => format!("{}/api/v1", self.url),
            UpstreamKind::OneApi => format!("{}/ztw/api/v1", self.url),
        }
    }
}

/// What Keyward signs in with. Wiped when dropped.
#[derive(Clone, Serialize, Deserialize)]
pub struct UpstreamCredentials {
    /// A user name, or a client ID.
    pub name: String,
    /// A password, or a client secret.
    pub secret: String,
    /// The key, which `ztw-legacy` signs in with as well.
    pub key: Option<KeyString>,
}

impl Drop for UpstreamCredentials {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

/// The state of a key, as it was last read at the upstream.
#[derive(Clone, Debug)]
pub struct UpstreamState {
    /// The key without its secret, at our version; `None` while there is none, or nothing is known.
    pub key: Option<ApiKey>,
    /// A keyed hash of the key; empty if there is none.
    pub fingerprint: Vec<u8>,
    /// Our version. It grows with each change that was seen, and is 0 until the first one.
    pub version: i64,
    /// When it was read; `None` if it never was.
    pub fetched_on: Option<DateTime<Utc>>,
}

/// What the database knows of an organization's upstream.
pub struct UpstreamRow {
    /// Whose key it is.
    pub organization: OrganizationId,
    /// Where it lives.
    pub place: Place,
    /// The version of the credentials.
    pub credentials_version: i64,
    /// The last known state.
    pub state: UpstreamState,
    /// Whether the outcome of a regeneration isn't known yet.
    pub is_pending: bool,
    sealed_credentials: Vec<u8>,
}

impl UpstreamRow {
    /// The credentials.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] when they don't open.
    pub fn open(&self, secrets: &Secrets) -> Result<UpstreamCredentials, StoreError> {
        let context = context(self.organization, self.credentials_version);
        let clear = secrets.open(&context, &self.sealed_credentials)?;
        serde_json::from_slice(&clear).map_err(|_| StoreError::Impossible("upstreams.sealed_credentials"))
    }
}

/// The upstream of an organization; `None` if its key lives here.
pub async fn find(connection: &mut Connection, of: OrganizationId) -> Result<Option<UpstreamRow>, StoreError> {
    let row = sqlx::query(
        "SELECT organization_id, kind, url, token_url, audience, sealed_credentials, credentials_version, version, key_id,
                key_fingerprint, enabled, last_modified_by_id, last_modified_by_name, last_modified_on, fetched_on,
                (SELECT count(*) FROM upstream_changes WHERE organization_id = $1) AS pending
         FROM upstreams WHERE organization_id = $1",
    )
    .bind(of.0)
    .fetch_optional(connection)
    .await?;
    row.map(|row| upstream_row(&row)).transpose()
}

/// Has the key of an organization live at an upstream, of which nothing is known yet.
pub async fn insert(
    connection: &mut Connection,
    secrets: &Secrets,
    of: OrganizationId,
    place: &Place,
    credentials: &UpstreamCredentials,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO upstreams (organization_id, kind, url, token_url, audience, sealed_credentials, credentials_version,
                                version, enabled, last_modified_by_id, last_modified_by_name, last_modified_on)
         VALUES ($1, $2, $3, $4, $5, $6, 1, 0, 1, 0, '', 0)",
    )
    .bind(of.0)
    .bind(place.kind.as_str())
    .bind(&place.url)
    .bind(&place.token_url)
    .bind(&place.audience)
    .bind(seal(secrets, (of, 1), credentials)?)
    .execute(connection)
    .await?;
    Ok(())
}

/// Replaces place and credentials. Returns the version of the credentials.
pub async fn set(
    connection: &mut Connection,
    secrets: &Secrets,
    row: &UpstreamRow,
    place: &Place,
    credentials: &UpstreamCredentials,
) -> Result<i64, StoreError> {
    let version = row.credentials_version + 1;
    sqlx::query(
        "UPDATE upstreams SET kind = $2, url = $3, token_url = $4, audience = $5, sealed_credentials = $6,
                credentials_version = $7
         WHERE organization_id = $1",
    )
    .bind(row.organization.0)
    .bind(place.kind.as_str())
    .bind(&place.url)
    .bind(&place.token_url)
    .bind(&place.audience)
    .bind(seal(secrets, (row.organization, version), credentials)?)
    .bind(version)
    .execute(connection)
    .await?;
    Ok(version)
}

/// Stores what was read at the upstream.
pub async fn set_state(
    connection: &mut Connection,
    of: OrganizationId,
    state: &UpstreamState,
) -> Result<(), StoreError> {
    let key = state.key.as_ref();
    sqlx::query(
        "UPDATE upstreams SET version = $2, key_id = $3, key_fingerprint = $4, enabled = $5, last_modified_by_id = $6,
                last_modified_by_name = $7, last_modified_on = $8, fetched_on = $9
         WHERE organization_id = $1",
    )
    .bind(of.0)
    .bind(state.version)
    .bind(key.map(|key| key.id))
    .bind(state.fingerprint.as_slice())
    .bind(i64::from(key.is_none_or(|key| key.status == KeyStatus::Enabled)))
    .bind(key.map_or(0, |key| key.last_modified_by.id.0))
    .bind(key.map_or("", |key| key.last_modified_by.name.as_str()))
    .bind(key.map_or(0, |key| key.last_modified_on.timestamp_millis()))
    .bind(state.fetched_on.map(|on| on.timestamp_millis()))
    .execute(connection)
    .await?;
    Ok(())
}

fn seal(
    secrets: &Secrets,
    (of, version): (OrganizationId, i64),
    credentials: &UpstreamCredentials,
) -> Result<Vec<u8>, StoreError> {
    let text = serde_json::to_vec(credentials).map(Zeroizing::new);
    let text = text.map_err(|_| StoreError::Impossible("upstreams.sealed_credentials"))?;
    Ok(secrets.seal(&context(of, version), &text))
}

/// What credentials are sealed for.
fn context(of: OrganizationId, version: i64) -> String {
    format!("upstream-credentials/{of}/{version}")
}

fn upstream_row(row: &AnyRow) -> Result<UpstreamRow, StoreError> {
    let version = row.try_get("version")?;
    let key = row.try_get::<Option<i64>, _>("key_id")?.map(|id| {
        Ok::<_, StoreError>(ApiKey {
            id,
            status: match row.try_get::<i64, _>("enabled")? {
                1 => KeyStatus::Enabled,
                _ => KeyStatus::Disabled,
            },
            last_modified_by: ChangedBy {
                id: AdminId(row.try_get("last_modified_by_id")?),
                name: row.try_get("last_modified_by_name")?,
            },
            last_modified_on: clock::from_millis(row.try_get("last_modified_on")?),
            version,
            restored: None,
            key: None,
        })
    });
    Ok(UpstreamRow {
        organization: OrganizationId(row.try_get("organization_id")?),
        place: Place {
            kind: row.try_get::<String, _>("kind")?.parse()?,
            url: row.try_get("url")?,
            token_url: row.try_get("token_url")?,
            audience: row.try_get("audience")?,
        },
        credentials_version: row.try_get("credentials_version")?,
        state: UpstreamState {
            key: key.transpose()?,
            fingerprint: row
                .try_get::<Option<Vec<u8>>, _>("key_fingerprint")?
                .unwrap_or_default(),
            version,
            fetched_on: row.try_get::<Option<i64>, _>("fetched_on")?.map(clock::from_millis),
        },
        is_pending: row.try_get::<i64, _>("pending")? > 0,
        sealed_credentials: row.try_get("sealed_credentials")?,
    })
}
