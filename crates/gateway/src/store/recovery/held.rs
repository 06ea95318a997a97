//! What a restore couldn't verify: it was replaced or removed since the backup, and is rejected until it is confirmed or
//! replaced.

use chrono::{DateTime, Utc};
use keyward_contract::{AdminId, AuditAction, AuditSubCategory, ChangedBy, LastChange, OrganizationId};
use serde_json::json;
use sqlx::Row as _;

use crate::{
    audit::{Event, SERVICE_PROVIDER},
    secrets::Secrets,
    store::{
        Connection, StoreError,
        audit::audit_log,
        flag,
        keys::{api_keys, sandbox_tokens},
        people::admins,
    },
};

/// Something that is in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What it is: `key`, `token`, `server`, `admin` (their role in an organization) or `password`.
    pub kind: String,
    /// In which organization; a password is the account's and in none.
    pub organization_id: Option<i64>,
    /// Its name.
    pub organization: Option<String>,
    /// Which one, by identifier: of the token, the server or the admin; of the organization for its key.
    pub id: i64,
    /// Its name; empty for a key, of which an organization has one.
    pub name: String,
    /// Whether it is rejected. Otherwise it is valid, but may have been replaced.
    pub refused: bool,
}

/// Everything that is in doubt.
pub async fn list(connection: &mut Connection) -> Result<Vec<Held>, StoreError> {
    let rows = sqlx::query(
        "SELECT kind, organization_id, organization, id, name, refused FROM (
             SELECT 1 AS place, 'key' AS kind, o.id AS organization_id, o.name AS organization, o.id AS id, '' AS name,
                    k.restored = 'held' AS refused
             FROM api_keys k JOIN organizations o ON o.id = k.organization_id WHERE k.restored IS NOT NULL
             UNION ALL
             SELECT 2, 'token', o.id, o.name, t.id, t.name, t.restored = 'held'
             FROM sandbox_tokens t JOIN organizations o ON o.id = t.organization_id WHERE t.restored IS NOT NULL
             UNION ALL
             SELECT 3, 'server', o.id, o.name, s.id, s.name, TRUE
             FROM oauth_servers s JOIN organizations o ON o.id = s.organization_id WHERE s.held = 1
             UNION ALL
             SELECT 4, 'admin', o.id, o.name, a.id, a.name, TRUE
             FROM admin_roles m JOIN organizations o ON o.id = m.organization_id JOIN admins a ON a.id = m.admin_id
             WHERE m.held = 1
             UNION ALL
             SELECT 5, 'password', NULL, NULL, id, name, TRUE FROM admins WHERE held_password_hash IS NOT NULL
         ) found
         ORDER BY place, organization, name",
    )
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Held {
                kind: row.try_get("kind")?,
                organization_id: row.try_get("organization_id")?,
                organization: row.try_get("organization")?,
                id: row.try_get("id")?,
                name: row.try_get("name")?,
                refused: flag(row, "refused")?,
            })
        })
        .collect()
}

/// Confirms it as the operator. A server stays disabled if a different one is enabled.
pub async fn confirm(
    connection: &mut Connection,
    secrets: &Secrets,
    held: &Held,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let made = |version| LastChange {
        last_modified_by: ChangedBy {
            id: AdminId::SERVICE_PROVIDER,
            name: SERVICE_PROVIDER.to_owned(),
        },
        last_modified_on: now,
        version,
    };
    let organization = held.organization_id.map(OrganizationId);
    let mut after = json!({ "confirmed": true });
    let category = match (held.kind.as_str(), organization) {
        ("key", Some(organization)) => {
            let row = api_keys::find(connection, organization).await?;
            let row = row.ok_or(StoreError::Impossible("api_keys.restored"))?;
            // What was put back or changed can't be confirmed.
            row.open(secrets)?;
            let made = made(row.last_change.version + 1);
            api_keys::confirm(connection, secrets, &row, &made).await?;
            after["version"] = made.version.into();
            AuditSubCategory::ApiKey
        }
        ("token", Some(organization)) => {
            let id = keyward_contract::SandboxTokenId(held.id);
            let row = sandbox_tokens::list(connection, organization, Some(id)).await?.pop();
            let row = row.ok_or(StoreError::Impossible("sandbox_tokens.restored"))?;
            row.open(secrets)?;
            let made = made(row.token.version + 1);
            sandbox_tokens::confirm(connection, secrets, &row, &made).await?;
            after["id"] = held.id.into();
            after["version"] = made.version.into();
            AuditSubCategory::SandboxToken
        }
        ("server", _) => {
            sqlx::query(
                "UPDATE oauth_servers SET held = 0, version = version + 1, enabled =
                     CASE WHEN EXISTS (SELECT 1 FROM oauth_servers o
                                       WHERE o.organization_id = oauth_servers.organization_id AND o.enabled = 1)
                          THEN 0 ELSE 1 END
                 WHERE id = $1 AND held = 1",
            )
            .bind(held.id)
            .execute(&mut *connection)
            .await?;
            AuditSubCategory::OauthServer
        }
        ("admin", Some(organization)) => {
            sqlx::query(
                "UPDATE admin_roles SET held = 0, status = 'active', version = version + 1
                 WHERE organization_id = $1 AND admin_id = $2 AND held = 1",
            )
            .bind(organization.0)
            .bind(held.id)
            .execute(&mut *connection)
            .await?;
            AuditSubCategory::Administrator
        }
        _ => {
            admins::confirm_password(connection, AdminId(held.id)).await?;
            AuditSubCategory::Administrator
        }
    };
    let mut event = Event::of_operator(AuditAction::Update, category, held.resource(), now);
    event.organization = organization;
    event.before = Some(json!({ "restored": if held.refused { "held" } else { "unverified" } }));
    event.after = Some(after);
    audit_log::insert(connection, secrets, &event).await
}

impl Held {
    /// What the audit log calls it.
    pub fn resource(&self) -> &str {
        match self.kind.as_str() {
            "key" => AuditSubCategory::ApiKey.as_str(),
            _ => &self.name,
        }
    }
}
