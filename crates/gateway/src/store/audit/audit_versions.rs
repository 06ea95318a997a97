//! Detects rolled-back secrets. Each change of a key, token or secret is logged with its new version, and each sealed value
//! only opens at its own version: a rolled-back value is older than the log says, or can't be opened.

use std::collections::HashMap;

use keyward_contract::{AuditSubCategory, OrganizationId, SandboxTokenId};
use serde_json::Value;

use super::chained_row::ChainedRow;
use crate::{
    secrets::Secrets,
    store::{
        Connection, StoreError, Tampering,
        keys::{api_keys, sandbox_tokens},
        people::sso,
    },
};

/// The last version of each that the log has; `None` where it was removed.
#[derive(Debug, Default)]
pub(in crate::store) struct Versions(HashMap<(&'static str, i64), Option<i64>>);

impl Versions {
    /// Takes in a row of the log.
    pub(in crate::store) fn note(&mut self, row: &ChainedRow) {
        if row.result != "Success" {
            return;
        }
        let json = |text: &Option<String>| -> Value {
            text.as_ref()
                .and_then(|text| serde_json::from_str(text).ok())
                .unwrap_or_default()
        };
        let Some(kind) = KINDS.into_iter().find(|kind| kind.as_str() == row.sub_category) else {
            return;
        };
        let (before, after) = (json(&row.before_change), json(&row.after_change));
        // An organization has one key at most. The others say which they are.
        let id = match kind {
            AuditSubCategory::ApiKey => row.organization_id,
            _ => after["id"].as_i64().or(before["id"].as_i64()),
        };
        let Some(id) = id else { return };
        let last = self.0.entry((kind.as_str(), id)).or_insert(Some(0));
        if let Some(version) = after["version"].as_i64() {
            // A restore may begin again with something that was removed.
            let was = last.filter(|_| after["restored"].is_null());
            *last = Some(was.map_or(version, |was| was.max(version)));
        } else if row.after_change.is_none() && !before["version"].is_null() {
            *last = None;
        }
    }

    /// Compares the current secrets with it. Returns how many there are.
    ///
    /// # Errors
    /// The first that is not the last one; or that the database failed.
    pub(in crate::store) async fn check(
        &self,
        connection: &mut Connection,
        secrets: &Secrets,
    ) -> Result<u64, StoreError> {
        let mut count = 0;
        let mut found = |kind: AuditSubCategory, id: i64, version: i64, opens: bool, name: &dyn Fn() -> String| {
            count += 1;
            let is_last = self
                .0
                .get(&(kind.as_str(), id))
                .is_none_or(|last| last.is_some_and(|last| version >= last));
            if is_last && opens {
                return Ok(());
            }
            Err(Tampering::PutBack(name()))
        };
        let keys: Vec<(i64, i64, i64, Option<Vec<u8>>)> =
            sqlx::query_as("SELECT organization_id, id, version, sealed_key FROM api_keys ORDER BY organization_id")
                .fetch_all(&mut *connection)
                .await?;
        for (organization, id, version, sealed) in keys {
            let context = api_keys::context(OrganizationId(organization), id, version);
            let opens = sealed.is_none_or(|sealed| secrets.open(&context, &sealed).is_ok());
            let name = || format!("the key of organization {organization}");
            found(AuditSubCategory::ApiKey, organization, version, opens, &name)?;
        }
        type Token = (i64, i64, i64, Vec<u8>, Vec<u8>);
        let tokens: Vec<Token> = sqlx::query_as(
            "SELECT organization_id, id, version, sealed_token, token_hash FROM sandbox_tokens ORDER BY id",
        )
        .fetch_all(&mut *connection)
        .await?;
        for (organization, id, version, sealed, hash) in tokens {
            let of = (OrganizationId(organization), SandboxTokenId(id), version);
            let opens = sandbox_tokens::is_sealed(secrets, of, &sealed, &hash);
            let name = || format!("Sandbox API token {id} of organization {organization}");
            found(AuditSubCategory::SandboxToken, id, version, opens, &name)?;
        }
        for (id, version, opens) in sso::secret_versions(connection, secrets).await? {
            let name = || format!("the secret of identity provider {id}");
            found(AuditSubCategory::IdentityProvider, id, version, opens, &name)?;
        }
        Ok(count)
    }
}

const KINDS: [AuditSubCategory; 3] = [
    AuditSubCategory::ApiKey,
    AuditSubCategory::SandboxToken,
    AuditSubCategory::IdentityProvider,
];
