//! OAuth 2.0 authorization servers of organizations.

use chrono::{DateTime, Utc};
use keyward_contract::{
    AdminId, ChangedBy, LastChange, OauthServer, OauthServerId, OauthServerSettings, OrganizationId,
};
use sqlx::{Row as _, any::AnyRow};

use crate::{
    clock, random,
    store::{Connection, StoreError},
};

/// The servers of an organization by name, or the one that is asked for.
pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    server: Option<OauthServerId>,
) -> Result<Vec<OauthServer>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, name, description, enabled, jwks_uri, certificate_validation, audience, issuer, client_id, fetched_on,
                last_modified_by_id, last_modified_by_name, last_modified_on, version, held
         FROM oauth_servers WHERE organization_id = $1 AND ($2 IS NULL OR id = $2) ORDER BY folded_name",
    )
    .bind(organization.0)
    .bind(server.map(|id| id.0))
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

/// Adds a server.
///
/// # Errors
/// When the database fails, or the name is taken.
pub async fn insert(
    connection: &mut Connection,
    organization: OrganizationId,
    settings: &OauthServerSettings,
    change: &LastChange,
) -> Result<OauthServerId, StoreError> {
    let id = OauthServerId(random::id());
    sqlx::query(
        "INSERT INTO oauth_servers (id, organization_id, name, folded_name, description, enabled, jwks_uri,
                                    certificate_validation, audience, issuer, client_id, last_modified_by_id,
                                    last_modified_by_name, last_modified_on, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(id.0)
    .bind(organization.0)
    .bind(&settings.name)
    .bind(settings.name.to_lowercase())
    .bind(&settings.description)
    .bind(i64::from(settings.enabled))
    .bind(&settings.jwks_uri)
    .bind(i64::from(settings.certificate_validation))
    .bind(&settings.audience)
    .bind(&settings.issuer)
    .bind(&settings.client_id)
    .bind(change.last_modified_by.id.0)
    .bind(&change.last_modified_by.name)
    .bind(change.last_modified_on.timestamp_millis())
    .bind(change.version)
    .execute(connection)
    .await?;
    Ok(id)
}

/// Changes the settings of a server. Keys fetched from a different URL, or with a different certificate setting, are
/// dropped.
///
/// # Errors
/// When the database fails, or the name is taken.
pub async fn update(
    connection: &mut Connection,
    id: OauthServerId,
    settings: &OauthServerSettings,
    change: &LastChange,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE oauth_servers
         SET jwks = CASE WHEN jwks_uri = $6 AND certificate_validation = $7 THEN jwks END,
             fetched_on = CASE WHEN jwks_uri = $6 AND certificate_validation = $7 THEN fetched_on END,
             name = $2, folded_name = $3, description = $4, enabled = $5, jwks_uri = $6, certificate_validation = $7,
             audience = $8, issuer = $9, client_id = $10, last_modified_by_id = $11, last_modified_by_name = $12,
             last_modified_on = $13, version = $14, held = 0
         WHERE id = $1",
    )
    .bind(id.0)
    .bind(&settings.name)
    .bind(settings.name.to_lowercase())
    .bind(&settings.description)
    .bind(i64::from(settings.enabled))
    .bind(&settings.jwks_uri)
    .bind(i64::from(settings.certificate_validation))
    .bind(&settings.audience)
    .bind(&settings.issuer)
    .bind(&settings.client_id)
    .bind(change.last_modified_by.id.0)
    .bind(&change.last_modified_by.name)
    .bind(change.last_modified_on.timestamp_millis())
    .bind(change.version)
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes a server.
pub async fn delete(connection: &mut Connection, id: OauthServerId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM oauth_servers WHERE id = $1")
        .bind(id.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Where a JWKS is, and what was last fetched from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JwksRow {
    /// Whose it is.
    pub server: OauthServerId,
    /// Its location.
    pub jwks_uri: String,
    /// Whether the certificate of the server there must be valid.
    pub certificate_validation: bool,
    /// The document as it was last fetched, and when.
    pub fetched: Option<(String, DateTime<Utc>)>,
}

/// The JWKS URLs of all enabled servers with an active subscription, without the documents, which would be large.
pub async fn locations(connection: &mut Connection) -> Result<Vec<JwksRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT s.id, s.jwks_uri, s.certificate_validation, NULL AS jwks, NULL AS fetched_on
         FROM oauth_servers s JOIN organizations o ON o.id = s.organization_id
         WHERE s.enabled = 1 AND o.subscription = 'active'",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(read_jwks).collect()
}

/// The JWKS of a server, whatever its state.
pub async fn jwks(connection: &mut Connection, server: OauthServerId) -> Result<Option<JwksRow>, StoreError> {
    let row =
        sqlx::query("SELECT id, jwks_uri, certificate_validation, jwks, fetched_on FROM oauth_servers WHERE id = $1")
            .bind(server.0)
            .fetch_optional(connection)
            .await?;
    row.as_ref().map(read_jwks).transpose()
}

fn read_jwks(row: &AnyRow) -> Result<JwksRow, StoreError> {
    let text: Option<String> = row.try_get("jwks")?;
    let fetched_on: Option<i64> = row.try_get("fetched_on")?;
    Ok(JwksRow {
        server: OauthServerId(row.try_get("id")?),
        jwks_uri: row.try_get("jwks_uri")?,
        certificate_validation: row.try_get::<i64, _>("certificate_validation")? == 1,
        fetched: text.zip(fetched_on.map(clock::from_millis)),
    })
}

/// Stores a fetched JWKS, or none if the last one was withdrawn, unless the server's URL has changed.
pub async fn keep_jwks(connection: &mut Connection, of: &JwksRow) -> Result<(), StoreError> {
    let (jwks, fetched_on) = of
        .fetched
        .as_ref()
        .map(|(jwks, on)| (jwks, on.timestamp_millis()))
        .unzip();
    sqlx::query(
        "UPDATE oauth_servers SET jwks = $4, fetched_on = COALESCE($5, fetched_on)
         WHERE id = $1 AND jwks_uri = $2 AND certificate_validation = $3",
    )
    .bind(of.server.0)
    .bind(&of.jwks_uri)
    .bind(i64::from(of.certificate_validation))
    .bind(jwks)
    .bind(fetched_on)
    .execute(connection)
    .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<OauthServer, StoreError> {
    Ok(OauthServer {
        id: OauthServerId(row.try_get("id")?),
        settings: OauthServerSettings {
            name: row.try_get("name")?,
            description: row.try_get("description")?,
            enabled: row.try_get::<i64, _>("enabled")? == 1,
            jwks_uri: row.try_get("jwks_uri")?,
            certificate_validation: row.try_get::<i64, _>("certificate_validation")? == 1,
            audience: row.try_get("audience")?,
            issuer: row.try_get("issuer")?,
            client_id: row.try_get("client_id")?,
        },
        last_successful_fetch_on: row.try_get::<Option<i64>, _>("fetched_on")?.map(clock::from_millis),
        fetch_failure: None,
        held: row.try_get::<i64, _>("held")? == 1,
        last_modified_by: ChangedBy {
            id: AdminId(row.try_get("last_modified_by_id")?),
            name: row.try_get("last_modified_by_name")?,
        },
        last_modified_on: clock::from_millis(row.try_get("last_modified_on")?),
        version: row.try_get("version")?,
    })
}
