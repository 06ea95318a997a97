//! Sandbox API tokens, sealed.

use keyward_contract::{
    AdminId, ChangedBy, LastChange, OrganizationId, SandboxToken, SandboxTokenId, SandboxTokenString,
};
use sqlx::{Row as _, any::AnyRow};

use super::restored;
use crate::{
    clock, names, random,
    secrets::{Secrets, hash_token},
    store::{Connection, StoreError},
};

/// What the database knows of a Sandbox API token.
pub struct SandboxTokenRow {
    /// The token as a resource, without its secret.
    pub token: SandboxToken,
    organization: OrganizationId,
    sealed_token: Vec<u8>,
}

impl SandboxTokenRow {
    /// The token, sealed for another version.
    fn sealed_for(&self, secrets: &Secrets, version: i64) -> Vec<u8> {
        let context = |version| context(self.organization, self.token.id, version);
        let contexts = (context(self.token.version), context(version));
        secrets.reseal((&contexts.0, &contexts.1), &self.sealed_token)
    }

    /// The token in clear.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] when it does not open.
    pub fn open(&self, secrets: &Secrets) -> Result<SandboxTokenString, StoreError> {
        let clear = secrets.open(
            &context(self.organization, self.token.id, self.token.version),
            &self.sealed_token,
        )?;
        let impossible = StoreError::Impossible("sandbox_tokens.sealed_token");
        let token = std::str::from_utf8(&clear).ok().and_then(|text| text.parse().ok());
        token.ok_or(impossible)
    }
}

/// The tokens of an organization, by name, or the one that is asked for.
pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    token: Option<SandboxTokenId>,
) -> Result<Vec<SandboxTokenRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, organization_id, name, sealed_token, last_modified_by_id, last_modified_by_name, last_modified_on,
                version, restored,
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
/// [`StoreError::is_duplicate`] if the name is taken.
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
    .bind(secrets.seal(&context(organization, id, change.version), token.reveal().as_bytes()))
    .bind(hash_token(token.reveal()).as_slice())
    .bind(change.last_modified_by.id.0)
    .bind(&change.last_modified_by.name)
    .bind(change.last_modified_on.timestamp_millis())
    .bind(change.version)
    .execute(connection)
    .await?;
    Ok(id)
}

/// Renames a token, and replaces its secret if given, which settles what a restore couldn't verify.
///
/// # Errors
/// [`StoreError::is_duplicate`] if the name is taken.
pub async fn update(
    connection: &mut Connection,
    secrets: &Secrets,
    row: &SandboxTokenRow,
    (name, token): (&str, Option<&SandboxTokenString>),
    change: &LastChange,
) -> Result<(), StoreError> {
    let sealed = match token {
        Some(token) => secrets.seal(
            &context(row.organization, row.token.id, change.version),
            token.reveal().as_bytes(),
        ),
        None => row.sealed_for(secrets, change.version),
    };
    sqlx::query(
        "UPDATE sandbox_tokens
         SET name = $2, folded_name = $3, sealed_token = $4, token_hash = COALESCE($5, token_hash),
             restored = CASE WHEN $5 IS NULL THEN restored END, last_modified_by_id = $6, last_modified_by_name = $7,
             last_modified_on = $8, version = $9
         WHERE id = $1",
    )
    .bind(row.token.id.0)
    .bind(name)
    .bind(names::fold_name(name))
    .bind(sealed)
    .bind(token.map(|token| hash_token(token.reveal()).to_vec()))
    .bind(change.last_modified_by.id.0)
    .bind(&change.last_modified_by.name)
    .bind(change.last_modified_on.timestamp_millis())
    .bind(change.version)
    .execute(connection)
    .await?;
    Ok(())
}

/// Confirms the token after a restore, as the next version.
pub async fn confirm(
    connection: &mut Connection,
    secrets: &Secrets,
    row: &SandboxTokenRow,
    change: &LastChange,
) -> Result<(), StoreError> {
    update(&mut *connection, secrets, row, (&row.token.name, None), change).await?;
    sqlx::query("UPDATE sandbox_tokens SET restored = NULL WHERE id = $1")
        .bind(row.token.id.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Binds the tokens of a version that did not bind them.
pub(in crate::store) async fn bind_all(connection: &mut Connection, secrets: &Secrets) -> Result<(), StoreError> {
    let rows: Vec<(i64, i64, i64, Vec<u8>)> =
        sqlx::query_as("SELECT organization_id, id, version, sealed_token FROM sandbox_tokens")
            .fetch_all(&mut *connection)
            .await?;
    for (organization, id, version, sealed) in rows {
        let contexts = (
            format!("sandbox-token/{id}"),
            context(OrganizationId(organization), SandboxTokenId(id), version),
        );
        sqlx::query("UPDATE sandbox_tokens SET sealed_token = $2 WHERE id = $1")
            .bind(id)
            .bind(secrets.bind((&contexts.0, &contexts.1), &sealed))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Removes a token.
pub async fn delete(connection: &mut Connection, id: SandboxTokenId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sandbox_tokens WHERE id = $1")
        .bind(id.0)
        .execute(connection)
        .await?;
    Ok(())
}

fn token_row(row: &AnyRow) -> Result<SandboxTokenRow, StoreError> {
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
            restored: restored::restored(row)?,
            token: None,
        },
        organization: OrganizationId(row.try_get("organization_id")?),
        sealed_token: row.try_get("sealed_token")?,
    })
}

/// What a token is sealed for.
pub(in crate::store) fn context(organization: OrganizationId, id: SandboxTokenId, version: i64) -> String {
    format!("sandbox-token/{organization}/{id}/{version}")
}

/// Whether a sealed token is that of this row, and the one that is found by this hash.
pub(in crate::store) fn is_sealed(
    secrets: &Secrets,
    (organization, id, version): (OrganizationId, SandboxTokenId, i64),
    sealed: &[u8],
    hash: &[u8],
) -> bool {
    let opened = secrets.open(&context(organization, id, version), sealed);
    let text = opened.as_ref().ok().and_then(|clear| std::str::from_utf8(clear).ok());
    text.is_some_and(|text| hash_token(text).as_slice() == hash)
}
