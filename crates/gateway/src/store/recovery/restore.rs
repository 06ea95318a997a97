//! A restore: everything is as in the backup, except that what was revoked since stays revoked.
//!
//! What `taken_over` finds revoked is rejected until someone confirms it. With nothing to compare, as in an empty folder,
//! keys and tokens are marked as possibly replaced.

use chrono::{DateTime, Utc};
use keyward_contract::{AuditAction, AuditSubCategory, OrganizationId, SandboxTokenId};
use serde_json::{Value, json};
use sqlx::Connection as _;

use super::{
    held::{self, Held},
    statements::{column_names, run},
    taken_over,
};
use crate::{
    audit::Event,
    secrets::Secrets,
    store::{
        Connection, StoreError, Tampering,
        audit::{
            audit_chain::{Chain, Link},
            audit_log,
        },
        keys::{api_keys, sandbox_tokens},
        sqlite,
    },
};

/// Tables that are restored, those that others refer to first. What is not here is of the moment (sessions, failed
/// sign-ins) and is not brought back.
const TABLES: [&str; 26] = [
    "installation",
    "organizations",
    "admins",
    "roles",
    "sso_providers",
    "sso_identities",
    "sso_subjects",
    "sso_roles",
    "admin_roles",
    "invitations",
    "api_keys",
    "upstreams",
    "oauth_servers",
    "api_roles",
    "oauth_clients",
    "oauth_client_hours",
    "sandbox_tokens",
    "sandbox_token_clients",
    "sandbox_token_client_hours",
    "former_keys",
    "former_key_clients",
    "key_clients",
    "key_client_hours",
    "key_hours",
    "idempotent_answers",
    // From the backup, so that restored rows don't expire immediately.
    "clock_marks",
];

/// Whose versions go on from where either of both was, and what tells their rows apart: an organization's key is a new one
/// after a deletion.
pub(super) const VERSIONED_TABLES: [(&str, &str); 6] = [
    ("api_keys", "organization_id"),
    ("upstreams", "organization_id"),
    ("oauth_servers", "id"),
    ("api_roles", "id"),
    ("sandbox_tokens", "id"),
    ("roles", "id"),
];

/// What is compared with what there was before, so that nothing comes back that was ended since the backup.
const COMPARED_TABLES: [&str; 14] = [
    "installation",
    "organizations",
    "admins",
    "roles",
    "admin_roles",
    "api_keys",
    "upstreams",
    "sandbox_tokens",
    "oauth_servers",
    "api_roles",
    "sso_providers",
    "sso_identities",
    "sso_subjects",
    "sso_roles",
];

/// What ends with a restore.
pub(super) const EMPTIED_TABLES: [&str; 8] = [
    "portal_sessions",
    "api_sessions",
    "sign_in_counts",
    "known_addresses",
    "key_guesses",
    "password_resets",
    "sso_logout_tokens",
    // What the upstream did with one of before, its list says.
    "upstream_changes",
];

/// The audit log: what has happened stays happened, and so it is not always brought back.
const AUDIT_TABLES: [&str; 2] = ["audit_log", "audit_chain"];

/// All tables, those that others refer to first.
pub(super) fn tables() -> impl Iterator<Item = &'static str> {
    TABLES.into_iter().chain(EMPTIED_TABLES).chain(AUDIT_TABLES)
}

/// What a restore did with the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditLogIs {
    /// It has gone on since the backup, and stays.
    Kept,
    /// It stays, but it does not go on from that of the backup: both were one once, and then each went its own way.
    KeptBeside,
    /// It is that of the backup: there was none, or a shorter one, or that of another installation.
    Restored,
    /// It is that of the backup: that of this installation can't be gone on with, for someone has tampered with it.
    Replaced,
}

/// What a restore did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoredFrom {
    /// What it did with the audit log.
    pub audit_log: AuditLogIs,
    /// Whether there was something to compare with: an installation of which the backup is one.
    pub compared: bool,
    /// What is rejected until it is confirmed; with nothing to compare, the keys and tokens that may have been replaced.
    pub in_doubt: Vec<Held>,
    /// Roles and API roles that allow less than in the backup, for they did before the restore: with their organizations.
    pub narrowed: Vec<(String, String)>,
}

/// Replaces everything by what the database that is attached as `backup` has.
///
/// # Errors
/// When the database fails; then nothing was changed.
pub(in crate::store) async fn replace_all(
    connection: &mut Connection,
    secrets: &Secrets,
    now: DateTime<Utc>,
) -> Result<RestoredFrom, StoreError> {
    let mut transaction = connection.begin_with(sqlite::BEGIN).await?;
    let head_before = Chain::read(&mut transaction, secrets).await?.map(|chain| chain.head);
    let (audit_log, head_of_backup) = audit_log_after(&mut transaction, head_before.is_some()).await?;
    let compared = is_same_installation(&mut transaction).await?;
    for table in COMPARED_TABLES {
        let statement = format!("CREATE TEMP TABLE {table}_before AS SELECT * FROM main.{table}");
        run(&mut transaction, statement).await?;
    }
    let audit_tables = match audit_log {
        AuditLogIs::Kept | AuditLogIs::KeptBeside => [].as_slice(),
        AuditLogIs::Restored | AuditLogIs::Replaced => &AUDIT_TABLES,
    };
    let tables = || TABLES.iter().chain(audit_tables);
    for table in EMPTIED_TABLES.iter().chain(tables().rev()) {
        run(&mut transaction, format!("DELETE FROM main.{table}")).await?;
    }
    for table in tables() {
        let columns = column_names(&mut transaction, table).await?.join(", ");
        let statement = format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM backup.{table}");
        run(&mut transaction, statement).await?;
    }
    for (table, key) in VERSIONED_TABLES {
        let statement = format!(
            "UPDATE main.{table} SET version = 1 + MAX(version, COALESCE(
                 (SELECT b.version FROM {table}_before b WHERE b.{key} = main.{table}.{key}), 0))"
        );
        run(&mut transaction, statement).await?;
    }
    end_links(&mut transaction, now).await?;
    let narrowed = match compared {
        true => taken_over::take_over(&mut transaction, secrets).await?,
        false => {
            doubt_all(&mut transaction).await?;
            Vec::new()
        }
    };
    reseal(&mut transaction, secrets).await?;
    for table in COMPARED_TABLES {
        run(&mut transaction, format!("DROP TABLE {table}_before")).await?;
    }
    let in_doubt = held::list(&mut transaction).await?;
    log_versions(&mut transaction, secrets, now).await?;
    log_in_doubt(&mut transaction, secrets, &in_doubt, now).await?;
    let mut event = Event::of_operator(AuditAction::Update, AuditSubCategory::Installation, "Database", now);
    let names = |(name, organization): &(String, String)| format!("{name} ({organization})");
    event.after = Some(json!({
        "restoredFromBackup": true,
        "compared": compared,
        "inDoubt": in_doubt.len(),
        "narrowedRoles": narrowed.iter().map(names).collect::<Vec<_>>(),
        "auditLog": match audit_log {
            AuditLogIs::Kept => "kept",
            AuditLogIs::KeptBeside => "kept, without what the backup has of its own",
            AuditLogIs::Restored => "from the backup",
            AuditLogIs::Replaced => "from the backup, in place of one that was tampered with",
        },
        "auditLogHeadBefore": head_before.map(|head| head.to_string()),
        "auditLogHeadOfBackup": head_of_backup.to_string(),
    }));
    audit_log::insert(&mut transaction, secrets, &event).await?;
    transaction.commit().await?;
    Ok(RestoredFrom {
        audit_log,
        compared,
        in_doubt,
        narrowed,
    })
}

async fn is_same_installation(connection: &mut Connection) -> Result<bool, StoreError> {
    let same: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM main.installation h JOIN backup.installation t ON h.created_on = t.created_on",
    )
    .fetch_one(connection)
    .await?;
    Ok(same > 0)
}

/// With nothing to compare, keys and tokens may have been replaced, and keys of authorization servers withdrawn.
pub(super) async fn doubt_all(connection: &mut Connection) -> Result<(), StoreError> {
    for statement in [
        "UPDATE api_keys SET restored = COALESCE(restored, 'unverified') WHERE sealed_key IS NOT NULL",
        "UPDATE api_keys SET restored = NULL WHERE sealed_key IS NULL",
        "UPDATE sandbox_tokens SET restored = COALESCE(restored, 'unverified')",
        "UPDATE oauth_servers SET jwks = NULL, fetched_on = NULL",
    ] {
        run(connection, statement.to_owned()).await?;
    }
    Ok(())
}

/// One-time links are revoked. Invited admins stay invited, as after an expired invitation: a new link can be created.
pub(super) async fn end_links(connection: &mut Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
    // Which no token has as its hash.
    run(
        connection,
        "UPDATE invitations SET token_hash = CAST('ended/' || organization_id || '/' || admin_id AS BLOB)".to_owned(),
    )
    .await?;
    sqlx::query("UPDATE invitations SET expires_on = $1 WHERE expires_on > $1")
        .bind(now.timestamp_millis())
        .execute(&mut *connection)
        .await?;
    run(connection, "UPDATE installation SET setup_token_hash = NULL".into()).await
}

/// What is sealed for the version that it had is sealed for the one that it has now.
async fn reseal(connection: &mut Connection, secrets: &Secrets) -> Result<(), StoreError> {
    let keys: Vec<(i64, i64, i64, i64, Vec<u8>)> = sqlx::query_as(
        "SELECT m.organization_id, m.id, b.version, m.version, m.sealed_key
         FROM main.api_keys m JOIN backup.api_keys b ON b.organization_id = m.organization_id
         WHERE m.sealed_key IS NOT NULL",
    )
    .fetch_all(&mut *connection)
    .await?;
    for (organization, id, was, is, sealed) in keys {
        let context = |version| api_keys::context(OrganizationId(organization), id, version);
        sqlx::query("UPDATE main.api_keys SET sealed_key = $2 WHERE organization_id = $1")
            .bind(organization)
            .bind(secrets.reseal((&context(was), &context(is)), &sealed))
            .execute(&mut *connection)
            .await?;
    }
    let tokens: Vec<(i64, i64, i64, i64, Vec<u8>)> = sqlx::query_as(
        "SELECT m.organization_id, m.id, b.version, m.version, m.sealed_token
         FROM main.sandbox_tokens m JOIN backup.sandbox_tokens b ON b.id = m.id",
    )
    .fetch_all(&mut *connection)
    .await?;
    for (organization, id, was, is, sealed) in tokens {
        let context = |version| sandbox_tokens::context(OrganizationId(organization), SandboxTokenId(id), version);
        sqlx::query("UPDATE main.sandbox_tokens SET sealed_token = $2 WHERE id = $1")
            .bind(id)
            .bind(secrets.reseal((&context(was), &context(is)), &sealed))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Each key and token is in the log with the version that it has now, from which its versions go on.
pub(super) async fn log_versions(
    connection: &mut Connection,
    secrets: &Secrets,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let keys: Vec<(i64, i64, i64, Option<String>)> = sqlx::query_as(
        "SELECT organization_id, version, CASE WHEN sealed_key IS NULL THEN 0 ELSE 1 END, restored FROM api_keys ORDER BY organization_id",
    )
    .fetch_all(&mut *connection)
    .await?;
    for (organization, version, exists, restored) in keys {
        let name = AuditSubCategory::ApiKey.as_str();
        let mut event = Event::of_operator(AuditAction::Update, AuditSubCategory::ApiKey, name, now);
        event.organization = Some(OrganizationId(organization));
        event.after = Some(json!({ "version": version, "exists": exists == 1, "restored": state(restored) }));
        audit_log::insert(connection, secrets, &event).await?;
    }
    let tokens: Vec<(i64, i64, String, i64, Option<String>)> =
        sqlx::query_as("SELECT organization_id, id, name, version, restored FROM sandbox_tokens ORDER BY id")
            .fetch_all(&mut *connection)
            .await?;
    for (organization, id, name, version, restored) in tokens {
        let mut event = Event::of_operator(AuditAction::Update, AuditSubCategory::SandboxToken, &name, now);
        event.organization = Some(OrganizationId(organization));
        event.after = Some(json!({ "id": id, "name": name, "version": version, "restored": state(restored) }));
        audit_log::insert(connection, secrets, &event).await?;
    }
    let providers: Vec<(i64, String, i64)> =
        sqlx::query_as("SELECT id, name, secret_version FROM sso_providers ORDER BY id")
            .fetch_all(&mut *connection)
            .await?;
    for (id, name, version) in providers {
        let mut event = Event::of_operator(AuditAction::Update, AuditSubCategory::IdentityProvider, &name, now);
        event.after = Some(json!({ "id": id, "version": version, "restored": "as before" }));
        audit_log::insert(connection, secrets, &event).await?;
    }
    Ok(())
}

fn state(restored: Option<String>) -> Value {
    restored.unwrap_or_else(|| "as before".to_owned()).into()
}

/// The admins, passwords and servers that are rejected; keys and tokens are already in the log.
async fn log_in_doubt(
    connection: &mut Connection,
    secrets: &Secrets,
    in_doubt: &[Held],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for held in in_doubt {
        let (category, what) = match held.kind.as_str() {
            "server" => (AuditSubCategory::OauthServer, "server"),
            "admin" => (AuditSubCategory::Administrator, "role"),
            "password" => (AuditSubCategory::Administrator, "password"),
            _ => continue,
        };
        let mut event = Event::of_operator(AuditAction::Update, category, &held.name, now);
        event.organization = held.organization_id.map(OrganizationId);
        event.after = Some(json!({ what: "held", "restored": "held" }));
        audit_log::insert(connection, secrets, &event).await?;
    }
    Ok(())
}

/// Which log stays: that of the same installation, if it is as long as that of the backup. `intact` says whether it can be
/// gone on with.
async fn audit_log_after(connection: &mut Connection, intact: bool) -> Result<(AuditLogIs, Link), StoreError> {
    let (id, mac, same_installation, goes_on, holds_it): (i64, Vec<u8>, i64, i64, i64) = sqlx::query_as(
        "SELECT there.head_id, there.head_mac,
             EXISTS (SELECT 1 FROM main.installation h JOIN backup.installation t ON h.created_on = t.created_on),
             COALESCE(here.head_id >= there.head_id, FALSE),
             COALESCE(here.start_id > there.head_id
                 OR (here.start_id = there.head_id AND here.start_mac = there.head_mac), FALSE)
             OR EXISTS (SELECT 1 FROM main.audit_log row WHERE row.id = there.head_id AND row.mac = there.head_mac)
         FROM backup.audit_chain there LEFT JOIN main.audit_chain here ON here.id = 1 WHERE there.id = 1",
    )
    .fetch_one(connection)
    .await?;
    let mac = mac.try_into().map_err(|_| Tampering::Record)?;
    let is = match (same_installation == 1, intact, goes_on == 1, holds_it == 1) {
        (true, true, true, true) => AuditLogIs::Kept,
        (true, true, true, false) => AuditLogIs::KeptBeside,
        (true, false, ..) => AuditLogIs::Replaced,
        _ => AuditLogIs::Restored,
    };
    Ok((is, Link { id, mac }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::MIGRATIONS;

    #[tokio::test]
    async fn a_restore_handles_every_table() {
        sqlx::any::install_default_drivers();
        let mut connection = Connection::connect("sqlite::memory:").await.expect("a database");
        MIGRATIONS.run(&mut connection).await.expect("migrated");
        let mut tables: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlx_%'",
        )
        .fetch_all(&mut connection)
        .await
        .expect("tables");
        let mut known: Vec<&str> = super::tables().collect();
        known.sort_unstable();
        tables.sort_unstable();
        assert_eq!(tables, known);
    }
}
