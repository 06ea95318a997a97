//! Sandbox API tokens, sealed.

use keyward_contract::{
    AdminId, ChangedBy, LastChange, OrganizationId, SandboxToken, SandboxTokenId, SandboxTokenString,
};
use sqlx::{Row as _, sqlite::SqliteRow};

use super::{Connection, StoreError};
use crate::{
    clock, names, random,
    secrets::{Secrets, hash_token},
};

/// What the database knows of a Sandbox API token.
pub struct SandboxTokenRow {
    /// The token as a resource, without its secret.
    pub token: SandboxToken,
    sealed_token: Vec<u8>,
}

impl SandboxTokenRow {
    /// The token in clear.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] when it does not open.
    pub fn open(&self, secrets: &Secrets) -> Result<SandboxTokenString, StoreError> {
        let clear = secrets.open(&context(self.token.id), &self.sealed_token)?;
        let impossible = StoreError::Impossible("sandbox_tokens.sealed_token");
        let token = std::str::from_utf8(&clear).ok().and_then(|text| text.parse().ok());
        token.ok_or(impossible)
    }
}

/// The tokens of an organization, by name, or the one that is asked for.
///
/// # Errors
/// When the database fails.
pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    token: Option<SandboxTokenId>,
) -> Result<Vec<SandboxTokenRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, name, sealed_token, last_modified_by_id, last_modified_by_name, last_modified_on, version,
                (SELECT MAX(last_seen_on) FROM sandbox_token_clients WHERE token_id = t.id) AS last_used_on
         FROM sandbox_tokens t WHERE organization_id = $1 AND ($2 IS NULL OR id = $2) ORDER BY folded_name",
    )
    .bind(organization.0)
    .bind(token.map(|id| id.0))
    .fetch_all(connection)
    .await?;
    rows.iter().map(token_row).collect()
}

/// Which of an organization's tokens a string is.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    organization: OrganizationId,
    token: &SandboxTokenString,
) -> Result<Option<SandboxTokenId>, StoreError> {
    let id = sqlx::query_scalar("SELECT id FROM sandbox_tokens WHERE organization_id = $1 AND token_hash = $2")
        .bind(organization.0)
        .bind(hash_token(token.reveal()).as_slice())
        .fetch_optional(connection)
        .await?;
    Ok(id.map(SandboxTokenId))
}

/// Adds a token.
///
/// # Errors
/// [`StoreError::is_duplicate`] when the organization has one of this name.
pub async fn insert(
    connection: &mut Connection,
    secrets: &Secrets,
    organization: OrganizationId,
    (name, token): (&str, &SandboxTokenString),
    change: &LastChange,
) -> Result<SandboxTokenId, StoreError> {
    let id = SandboxTokenId(random::id());
    sqlx::query(
        "INSERT INTO sandbox_tokens (id, organization_id, name, folded_name, sealed_token, token_hash,
                                     last_modified_by_id, last_modified_by_name, last_modified_on, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(id.0)
    .bind(organization.0)
    .bind(name)
    .bind(names::fold_name(name))
    .bind(secrets.seal(&context(id), token.reveal().as_bytes()))
    .bind(hash_token(token.reveal()).as_slice())
    .bind(change.last_modified_by.id.0)
    .bind(&change.last_modified_by.name)
    .bind(change.last_modified_on.timestamp_millis())
    .bind(change.version)
    .execute(connection)
    .await?;
    Ok(id)
}

/// Gives a token another name, and another string where there is one.
///
/// # Errors
/// [`StoreError::is_duplicate`] when the organization has another one of this name.
pub async fn update(
    connection: &mut Connection,
    secrets: &Secrets,
    id: SandboxTokenId,
    (name, token): (&str, Option<&SandboxTokenString>),
    change: &LastChange,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE sandbox_tokens
         SET name = $2, folded_name = $3, sealed_token = COALESCE($4, sealed_token),
             token_hash = COALESCE($5, token_hash), last_modified_by_id = $6, last_modified_by_name = $7,
             last_modified_on = $8, version = $9
         WHERE id = $1",
    )
    .bind(id.0)
    .bind(name)
    .bind(names::fold_name(name))
    .bind(token.map(|token| secrets.seal(&context(id), token.reveal().as_bytes())))
    .bind(token.map(|token| hash_token(token.reveal()).to_vec()))
    .bind(change.last_modified_by.id.0)
    .bind(&change.last_modified_by.name)
    .bind(change.last_modified_on.timestamp_millis())
    .bind(change.version)
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes a token.
///
/// # Errors
/// When the database fails.
pub async fn delete(connection: &mut Connection, id: SandboxTokenId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sandbox_tokens WHERE id = $1")
        .bind(id.0)
        .execute(connection)
        .await?;
    Ok(())
}

fn token_row(row: &SqliteRow) -> Result<SandboxTokenRow, StoreError> {
    let modified_on = clock::from_millis(row.try_get("last_modified_on")?);
    Ok(SandboxTokenRow {
        token: SandboxToken {
            id: SandboxTokenId(row.try_get("id")?),
            name: row.try_get("name")?,
            last_modified_by: ChangedBy {
                id: AdminId(row.try_get("last_modified_by_id")?),
                name: row.try_get("last_modified_by_name")?,
            },
            last_modified_on: modified_on,
            version: row.try_get("version")?,
            last_used_on: row.try_get::<Option<i64>, _>("last_used_on")?.map(clock::from_millis),
            token: None,
        },
        sealed_token: row.try_get("sealed_token")?,
    })
}

fn context(id: SandboxTokenId) -> String {
    format!("sandbox-token/{id}")
}
