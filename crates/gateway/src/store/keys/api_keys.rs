//! Cloud service API keys, sealed. One row per organization, which outlives the key so that its version only grows.

use keyward_contract::{AdminId, ApiKey, ChangedBy, KeyStatus, KeyString, LastChange, OrganizationId, Restored};
use sqlx::{Row as _, any::AnyRow};

use super::{key_guesses, restored};
use crate::{
    clock,
    secrets::Secrets,
    store::{Connection, StoreError},
};

/// What the database knows of an organization's key.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// The key's identifier; of the last one when there is none.
    pub id: i64,
    /// Whether the service provider has enabled it.
    pub status: KeyStatus,
    /// The last change, deletion included.
    pub last_change: LastChange,
    /// What a restore has left in doubt.
    pub restored: Option<Restored>,
    sealed_key: Option<Vec<u8>>,
    organization: OrganizationId,
}

impl KeyRow {
    /// Whether there is a key now.
    pub fn exists(&self) -> bool {
        self.sealed_key.is_some()
    }

    /// The key as a resource, without its secret; `None` when there is none.
    pub fn resource(&self) -> Option<ApiKey> {
        self.exists().then(|| ApiKey {
            id: self.id,
            status: self.status,
            last_modified_by: self.last_change.last_modified_by.clone(),
            last_modified_on: self.last_change.last_modified_on,
            version: self.last_change.version,
            restored: self.restored,
            key: None,
        })
    }

    /// The key, sealed for another version.
    fn sealed_for(&self, secrets: &Secrets, version: i64) -> Option<Vec<u8>> {
        let context = |version| context(self.organization, self.id, version);
        let contexts = (context(self.last_change.version), context(version));
        let sealed = self.sealed_key.as_ref()?;
        Some(secrets.reseal((&contexts.0, &contexts.1), sealed))
    }

    /// The key in clear; `None` when there is none.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] when it does not open.
    pub fn open(&self, secrets: &Secrets) -> Result<Option<KeyString>, StoreError> {
        let Some(sealed) = &self.sealed_key else {
            return Ok(None);
        };
        let clear = secrets.open(&context(self.organization, self.id, self.last_change.version), sealed)?;
        let text = std::str::from_utf8(&clear).map_err(|_| StoreError::Impossible("api_keys.sealed_key"))?;
        text.parse()
            .map(Some)
            .map_err(|_| StoreError::Impossible("api_keys.sealed_key"))
    }
}

/// The row of an organization; `None` when it never had a key.
pub async fn find(connection: &mut Connection, organization: OrganizationId) -> Result<Option<KeyRow>, StoreError> {
    let row = sqlx::query(
        "SELECT organization_id, id, sealed_key, enabled, last_modified_by_id, last_modified_by_name,
                last_modified_on, version, restored
         FROM api_keys WHERE organization_id = $1",
    )
    .bind(organization.0)
    .fetch_optional(connection)
    .await?;
    row.map(|row| key_row(&row)).transpose()
}

/// Writes the row of an organization: a key (`Some`) or its absence, by whom and when, as the given version. Guesses at the
/// key before it are no longer counted.
pub async fn put(
    connection: &mut Connection,
    secrets: &Secrets,
    organization: OrganizationId,
    id: i64,
    key: Option<&KeyString>,
    change: &LastChange,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO api_keys (organization_id, id, sealed_key, enabled, last_modified_by_id, last_modified_by_name,
                               last_modified_on, version)
         VALUES ($1, $2, $3, 1, $4, $5, $6, $7)
         ON CONFLICT (organization_id) DO UPDATE
         SET id = excluded.id, sealed_key = excluded.sealed_key, enabled = 1, restored = NULL,
             last_modified_by_id = excluded.last_modified_by_id,
             last_modified_by_name = excluded.last_modified_by_name,
             last_modified_on = excluded.last_modified_on, version = excluded.version",
    )
    .bind(organization.0)
    .bind(id)
    .bind(key.map(|key| secrets.seal(&context(organization, id, change.version), key.reveal().as_bytes())))
    .bind(change.last_modified_by.id.0)
    .bind(&change.last_modified_by.name)
    .bind(change.last_modified_on.timestamp_millis())
    .bind(change.version)
    .execute(&mut *connection)
    .await?;
    key_guesses::delete(connection, organization).await
}

/// Enables or disables the key, as a new version, which ends the sessions of the previous one.
pub async fn set_enabled(
    connection: &mut Connection,
    secrets: &Secrets,
    row: &KeyRow,
    enabled: bool,
) -> Result<i64, StoreError> {
    let version = row.last_change.version + 1;
    sqlx::query("UPDATE api_keys SET enabled = $2, version = $3, sealed_key = $4 WHERE organization_id = $1")
        .bind(row.organization.0)
        .bind(i64::from(enabled))
        .bind(version)
        .bind(row.sealed_for(secrets, version))
        .execute(connection)
        .await?;
    Ok(version)
}

/// Confirms the key after a restore, as the next version. Active sessions stay.
pub async fn confirm(
    connection: &mut Connection,
    secrets: &Secrets,
    row: &KeyRow,
    change: &LastChange,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE api_keys SET restored = NULL, version = $2, sealed_key = $3, last_modified_by_id = $4,
                last_modified_by_name = $5, last_modified_on = $6
         WHERE organization_id = $1",
    )
    .bind(row.organization.0)
    .bind(change.version)
    .bind(row.sealed_for(secrets, change.version))
    .bind(change.last_modified_by.id.0)
    .bind(&change.last_modified_by.name)
    .bind(change.last_modified_on.timestamp_millis())
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE api_sessions SET key_version = $2 WHERE organization_id = $1 AND key_version = $3")
        .bind(row.organization.0)
        .bind(change.version)
        .bind(row.last_change.version)
        .execute(connection)
        .await?;
    Ok(())
}

/// Binds the keys of a version that did not bind them.
pub(in crate::store) async fn bind_all(connection: &mut Connection, secrets: &Secrets) -> Result<(), StoreError> {
    let rows: Vec<(i64, i64, i64, Vec<u8>)> =
        sqlx::query_as("SELECT organization_id, id, version, sealed_key FROM api_keys WHERE sealed_key IS NOT NULL")
            .fetch_all(&mut *connection)
            .await?;
    for (organization, id, version, sealed) in rows {
        let contexts = (
            format!("api-key/{organization}"),
            context(OrganizationId(organization), id, version),
        );
        sqlx::query("UPDATE api_keys SET sealed_key = $2 WHERE organization_id = $1")
            .bind(organization)
            .bind(secrets.bind((&contexts.0, &contexts.1), &sealed))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// What a key is sealed for.
pub(in crate::store) fn context(organization: OrganizationId, id: i64, version: i64) -> String {
    format!("api-key/{organization}/{id}/{version}")
}

fn key_row(row: &AnyRow) -> Result<KeyRow, StoreError> {
    let enabled: i64 = row.try_get("enabled")?;
    Ok(KeyRow {
        id: row.try_get("id")?,
        status: if enabled == 1 {
            KeyStatus::Enabled
        } else {
            KeyStatus::Disabled
        },
        last_change: LastChange {
            last_modified_by: ChangedBy {
                id: AdminId(row.try_get("last_modified_by_id")?),
                name: row.try_get("last_modified_by_name")?,
            },
            last_modified_on: clock::from_millis(row.try_get("last_modified_on")?),
            version: row.try_get("version")?,
        },
        restored: restored::restored(row)?,
        sealed_key: row.try_get("sealed_key")?,
        organization: OrganizationId(row.try_get("organization_id")?),
    })
}

/// The version of the key and when it may be used, in the one read that a sign-in is committed under.
pub async fn is_usable_at(
    connection: &mut Connection,
    organization: OrganizationId,
    version: i64,
) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar::<_, i64>(
        "SELECT COUNT(*) FROM api_keys k JOIN organizations o ON o.id = k.organization_id
         WHERE k.organization_id = $1 AND k.version = $2 AND k.enabled = 1 AND k.sealed_key IS NOT NULL
           AND COALESCE(k.restored, '') <> 'held' AND o.subscription = 'active'",
    )
    .bind(organization.0)
    .bind(version)
    .fetch_one(connection)
    .await?
        == 1)
}
