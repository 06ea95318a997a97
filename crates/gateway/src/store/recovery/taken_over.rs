//! What a restore takes over from the installation that it replaces: what was revoked there since the backup.
//!
//! It compares the previous tables (`…_before`) with those from the backup. What would become valid again is held; the
//! service provider's settings and roles become the lesser of both.

use keyward_contract::OrganizationId;
use sqlx::{AssertSqlSafe, Row as _, any::AnyRow};

use super::statements::{column_names, run};
use crate::{
    secrets::Secrets,
    store::{Connection, StoreError, keys::api_keys},
};

/// Takes over what was ended. Answers the roles that allow less than in the backup, with their organizations.
pub(in crate::store) async fn take_over(
    connection: &mut Connection,
    secrets: &Secrets,
) -> Result<Vec<(String, String)>, StoreError> {
    for statement in PROVIDER {
        run(connection, statement.to_owned()).await?;
    }
    take_over_identity_providers(connection).await?;
    // The key is at the upstream and not in the backup, and so are the credentials that are valid there.
    stay_as_they_are(connection, "upstreams", "organization_id").await?;
    take_over_keys(connection, secrets).await?;
    for statement in HELD {
        run(connection, statement.to_owned()).await?;
    }
    let narrowed = sqlx::query_as(NARROWED).fetch_all(&mut *connection).await?;
    for statement in LESSER {
        run(connection, statement.to_owned()).await?;
    }
    Ok(narrowed)
}

/// What the service provider has said: the stricter of both. In the words of SQLite, `MIN` and `MAX` of several values.
const PROVIDER: [&str; 4] = [
    "UPDATE main.installation SET password_sign_in =
         MIN(password_sign_in, (SELECT b.password_sign_in FROM installation_before b))",
    "UPDATE main.admins SET service_password = MIN(service_password, COALESCE(
         (SELECT b.service_password FROM admins_before b WHERE b.id = main.admins.id), 0))",
    "UPDATE main.organizations SET access_tokens = MIN(main.organizations.access_tokens, b.access_tokens),
            subscription = CASE WHEN 'none' IN (main.organizations.subscription, b.subscription) THEN 'none'
                                WHEN 'expired' IN (main.organizations.subscription, b.subscription) THEN 'expired'
                                ELSE 'active' END
     FROM organizations_before b WHERE b.id = main.organizations.id",
    "UPDATE main.api_keys SET enabled = MIN(main.api_keys.enabled, b.enabled)
     FROM api_keys_before b WHERE b.organization_id = main.api_keys.organization_id",
];

/// A removed provider stays removed, an existing one stays as it is, and no one regains an identity or a role that was
/// revoked.
async fn take_over_identity_providers(connection: &mut Connection) -> Result<(), StoreError> {
    for statement in [
        "UPDATE main.admin_roles SET sso_provider_id = NULL
         WHERE sso_provider_id NOT IN (SELECT id FROM sso_providers_before)",
        "DELETE FROM main.sso_providers WHERE id NOT IN (SELECT id FROM sso_providers_before)",
        "DELETE FROM main.sso_identities
         WHERE admin_id IN (SELECT id FROM admins_before)
           AND NOT EXISTS (SELECT 1 FROM sso_identities_before b
                           WHERE b.provider_id = main.sso_identities.provider_id
                             AND b.subject = main.sso_identities.subject AND b.admin_id = main.sso_identities.admin_id)",
        // Whose account it is, also where that became known after the backup.
        "DELETE FROM main.sso_subjects WHERE admin_id IN (SELECT id FROM admins_before)",
        "INSERT OR REPLACE INTO main.sso_subjects (issuer, subject, admin_id)
         SELECT issuer, subject, admin_id FROM sso_subjects_before
         WHERE admin_id IN (SELECT id FROM main.admins)",
        "DELETE FROM main.sso_roles
         WHERE NOT EXISTS (SELECT 1 FROM sso_roles_before b
                           WHERE b.provider_id = main.sso_roles.provider_id AND b.value = main.sso_roles.value
                             AND b.organization_id = main.sso_roles.organization_id
                             AND b.role_id = main.sso_roles.role_id)",
    ] {
        run(connection, statement.to_owned()).await?;
    }
    stay_as_they_are(connection, "sso_providers", "id").await
}

/// The rows that there were until the restore are as they were then.
async fn stay_as_they_are(connection: &mut Connection, table: &str, key: &str) -> Result<(), StoreError> {
    let columns = column_names(connection, table).await?;
    let set: Vec<String> = columns.iter().map(|column| format!("{column} = b.{column}")).collect();
    let set = set.join(", ");
    let statement = format!("UPDATE main.{table} SET {set} FROM {table}_before b WHERE b.{key} = main.{table}.{key}");
    run(connection, statement).await
}

/// The identifier and version of a key, and what is sealed for them.
type Sealed = (i64, i64, Option<Vec<u8>>);

/// The keys of a table by organization, each with the doubt that it is in.
async fn sealed_in(connection: &mut Connection, table: &str) -> Result<Vec<(i64, Sealed, Option<String>)>, StoreError> {
    let statement = format!("SELECT organization_id, id, version, sealed_key, restored FROM {table}");
    let rows = sqlx::query(AssertSqlSafe(statement)).fetch_all(connection).await?;
    let read = |row: &AnyRow| {
        let sealed = (row.try_get("id")?, row.try_get("version")?, row.try_get("sealed_key")?);
        Ok((row.try_get("organization_id")?, sealed, row.try_get("restored")?))
    };
    rows.iter().map(read).collect()
}

/// A key is held unless it is the one that was valid until the restore; then it is in the doubt that that one was in.
async fn take_over_keys(connection: &mut Connection, secrets: &Secrets) -> Result<(), StoreError> {
    let before = sealed_in(connection, "api_keys_before").await?;
    let open = |organization, (id, version, sealed): &Sealed| {
        let context = api_keys::context(OrganizationId(organization), *id, *version);
        sealed.as_ref().and_then(|sealed| secrets.open(&context, sealed).ok())
    };
    for (organization, sealed, _) in sealed_in(connection, "backup.api_keys").await? {
        if sealed.2.is_none() {
            continue;
        }
        let was = before.iter().find(|(id, ..)| *id == organization);
        let key = open(organization, &sealed);
        let same = was.filter(|(_, was, _)| key.is_some() && open(organization, was) == key);
        let state = match same {
            Some((.., state)) => state.as_deref(),
            None => Some("held"),
        };
        sqlx::query("UPDATE main.api_keys SET restored = $2 WHERE organization_id = $1")
            .bind(organization)
            .bind(state)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// What is held unless it was valid as it is until the restore.
const HELD: [&str; 6] = [
    "UPDATE main.sandbox_tokens SET restored = CASE WHEN b.id IS NULL THEN 'held' ELSE b.restored END
     FROM main.sandbox_tokens t
     LEFT JOIN sandbox_tokens_before b ON b.id = t.id AND b.token_hash = t.token_hash
                                      AND b.organization_id = t.organization_id
     WHERE t.id = main.sandbox_tokens.id",
    "UPDATE main.admin_roles SET status = 'disabled', held = 1
     WHERE status = 'active'
       AND NOT EXISTS (SELECT 1 FROM admin_roles_before b
                       WHERE b.organization_id = main.admin_roles.organization_id
                         AND b.admin_id = main.admin_roles.admin_id AND b.status = 'active'
                         AND b.role_id = main.admin_roles.role_id)",
    "UPDATE main.admins SET held_password_hash = password_hash, password_hash = ''
     WHERE password_hash <> ''
       AND NOT EXISTS (SELECT 1 FROM admins_before b
                       WHERE b.id = main.admins.id AND b.password_hash = main.admins.password_hash)",
    "UPDATE main.oauth_servers SET enabled = 0, held = 1
     WHERE enabled = 1
       AND NOT EXISTS (SELECT 1 FROM oauth_servers_before b
                       WHERE b.id = main.oauth_servers.id AND b.enabled = 1
                         AND b.jwks_uri = main.oauth_servers.jwks_uri AND b.audience = main.oauth_servers.audience
                         AND b.certificate_validation = main.oauth_servers.certificate_validation
                         AND b.issuer = main.oauth_servers.issuer AND b.client_id = main.oauth_servers.client_id)",
    // Keys of a provider that it has withdrawn since are in no document that was fetched since.
    "UPDATE main.oauth_servers SET jwks = NULL, fetched_on = NULL",
    "UPDATE main.oauth_servers SET jwks = b.jwks, fetched_on = b.fetched_on
     FROM oauth_servers_before b
     WHERE b.id = main.oauth_servers.id AND b.jwks_uri = main.oauth_servers.jwks_uri
       AND b.certificate_validation = main.oauth_servers.certificate_validation",
];

/// The roles that allow more in the backup than before the restore.
const NARROWED: &str = "
    SELECT r.name, o.name FROM main.roles r
    JOIN roles_before b ON b.id = r.id JOIN main.organizations o ON o.id = r.organization_id
    WHERE r.reveal > b.reveal OR r.audit_log > b.audit_log OR r.admin_management > b.admin_management
       OR r.api_access > b.api_access
       OR (b.api_key_management = 'NONE' AND r.api_key_management <> 'NONE')
       OR (b.api_key_management = 'READ_ONLY' AND r.api_key_management = 'READ_WRITE')
    UNION ALL
    SELECT r.name, o.name FROM main.api_roles r
    LEFT JOIN api_roles_before b ON b.id = r.id AND b.folded_name = r.folded_name JOIN main.organizations o ON o.id = r.organization_id
    WHERE r.permission <> 'none' AND (b.id IS NULL OR b.permission = 'none')
       OR (r.permission = 'full' AND b.permission = 'view')
    ORDER BY 2, 1";

/// The lesser of both. An API role that was deleted or had another name allows nothing until it is edited: tokens name it.
const LESSER: [&str; 2] = [
    "UPDATE main.roles SET reveal = MIN(main.roles.reveal, b.reveal), audit_log = MIN(main.roles.audit_log, b.audit_log),
            admin_management = MIN(main.roles.admin_management, b.admin_management),
            api_access = MIN(main.roles.api_access, b.api_access),
            api_key_management = CASE WHEN 'NONE' IN (main.roles.api_key_management, b.api_key_management) THEN 'NONE'
                                      WHEN 'READ_ONLY' IN (main.roles.api_key_management, b.api_key_management)
                                      THEN 'READ_ONLY' ELSE 'READ_WRITE' END
     FROM roles_before b WHERE b.id = main.roles.id",
    "UPDATE main.api_roles SET permission =
            CASE WHEN b.id IS NULL OR 'none' IN (r.permission, b.permission) THEN 'none'
                 WHEN 'view' IN (r.permission, b.permission) THEN 'view' ELSE 'full' END
     FROM main.api_roles r LEFT JOIN api_roles_before b ON b.id = r.id AND b.folded_name = r.folded_name
     WHERE r.id = main.api_roles.id",
];
