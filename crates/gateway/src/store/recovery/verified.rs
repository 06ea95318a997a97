//! After a database was restored by its own means, such as `pg_restore` or a recovery to a point in time: whether it is intact,
//! and what a restore does beyond bringing rows back.

use chrono::{DateTime, Utc};
use keyward_contract::{AuditAction, AuditSubCategory, OrganizationId, SandboxTokenId};
use serde_json::json;

use super::{
    held::{self, Held},
    restore::{self, EMPTIED_TABLES, VERSIONED_TABLES},
    statements::run,
};
use crate::{
    audit::Event,
    secrets::Secrets,
    store::{
        Connection, Store, StoreError,
        audit::{
            audit_chain::{self, Link, Verified},
            audit_log,
        },
        keys::{api_keys, sandbox_tokens},
    },
};

/// By how much versions go on: more than anybody can have changed since the state that was restored, so that no version that
/// was lost comes again.
const LEAP: i64 = 1_000_000;

/// Verifies the audit log and what is sealed; then ends all sessions and one-time links, marks keys and tokens as possibly
/// replaced, and lets versions go on from where none has been.
///
/// # Errors
/// When the log was tampered with or doesn't contain the head `noted`, or the database fails; then nothing was changed.
pub async fn take_up(
    store: &Store,
    secrets: &Secrets,
    noted: Option<Link>,
    now: DateTime<Utc>,
) -> Result<(Verified, Vec<Held>), StoreError> {
    let mut transaction = store.write().await?;
    let verified = audit_chain::verify(&mut transaction, secrets, noted).await?;
    for table in EMPTIED_TABLES {
        run(&mut transaction, format!("DELETE FROM {table}")).await?;
    }
    restore::end_links(&mut transaction, now).await?;
    reseal(&mut transaction, secrets).await?;
    for (table, _) in VERSIONED_TABLES {
        run(
            &mut transaction,
            format!("UPDATE {table} SET version = version + {LEAP}"),
        )
        .await?;
    }
    restore::doubt_all(&mut transaction).await?;
    let in_doubt = held::list(&mut transaction).await?;
    restore::log_versions(&mut transaction, secrets, now).await?;
    let mut event = Event::of_operator(AuditAction::Update, AuditSubCategory::Installation, "Database", now);
    event.after = Some(json!({
        "restoredByTheDatabase": true,
        "inDoubt": in_doubt.len(),
        "auditLogHeadBefore": verified.chain.head.to_string(),
    }));
    audit_log::insert(&mut transaction, secrets, &event).await?;
    transaction.commit().await?;
    Ok((verified, in_doubt))
}

/// What is sealed for the version that it had is sealed for the one that it gets.
async fn reseal(connection: &mut Connection, secrets: &Secrets) -> Result<(), StoreError> {
    let keys: Vec<(i64, i64, i64, Vec<u8>)> =
        sqlx::query_as("SELECT organization_id, id, version, sealed_key FROM api_keys WHERE sealed_key IS NOT NULL")
            .fetch_all(&mut *connection)
            .await?;
    for (organization, id, version, sealed) in keys {
        let context = |version| api_keys::context(OrganizationId(organization), id, version);
        sqlx::query("UPDATE api_keys SET sealed_key = $2 WHERE organization_id = $1")
            .bind(organization)
            .bind(secrets.reseal((&context(version), &context(version + LEAP)), &sealed))
            .execute(&mut *connection)
            .await?;
    }
    let tokens: Vec<(i64, i64, i64, Vec<u8>)> =
        sqlx::query_as("SELECT organization_id, id, version, sealed_token FROM sandbox_tokens")
            .fetch_all(&mut *connection)
            .await?;
    for (organization, id, version, sealed) in tokens {
        let context = |version| sandbox_tokens::context(OrganizationId(organization), SandboxTokenId(id), version);
        sqlx::query("UPDATE sandbox_tokens SET sealed_token = $2 WHERE id = $1")
            .bind(id)
            .bind(secrets.reseal((&context(version), &context(version + LEAP)), &sealed))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
