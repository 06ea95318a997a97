//! Identity providers, the identities of admins there, and the roles that claims grant.

use chrono::{DateTime, Utc};
use keyward_contract::{Admin, AdminId, OrganizationId, RoleId, SsoProviderId};
use sqlx::{Row as _, any::AnyRow};
use zeroize::Zeroizing;

use crate::{
    names, random,
    secrets::Secrets,
    store::{Connection, StoreError},
};

/// An identity provider.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Its identifier.
    pub id: SsoProviderId,
    /// Its name.
    pub name: String,
    /// What it calls itself (`iss`).
    pub issuer: String,
    /// What it calls the gateway.
    pub client_id: String,
    /// What the gateway proves itself with; none where it is a public client.
    pub client_secret: Option<Zeroizing<String>>,
    /// The claim that is the login of an admin.
    pub claim: String,
    /// What logins end in behind the `@`, in lower case; empty where the provider may name any.
    pub login_domain: String,
    /// The claim that roles follow from; empty where none do.
    pub roles_claim: String,
    /// What is asked to be told (`scope`); empty where the claims say it.
    pub scope: String,
}

/// The context that a client secret is sealed for. It includes the issuer, so that the secret can't be redirected to a
/// different issuer by changing the database.
fn context(provider: SsoProviderId, version: i64, (issuer, client_id): (&str, &str)) -> String {
    format!(
        "sso-client-secret/{provider}/{version}/{} {issuer}{client_id}",
        issuer.len()
    )
}

/// The providers, by name.
///
/// # Errors
/// When the database fails, or a secret can't be opened.
pub async fn list(connection: &mut Connection, secrets: &Secrets) -> Result<Vec<Provider>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, name, issuer, client_id, sealed_client_secret, secret_version, claim, login_domain, roles_claim, scope
         FROM sso_providers
         ORDER BY folded_name",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| provider(row, secrets)).collect()
}

/// The provider with this identifier.
///
/// # Errors
/// As [`list`].
pub async fn find(
    connection: &mut Connection,
    secrets: &Secrets,
    id: SsoProviderId,
) -> Result<Option<Provider>, StoreError> {
    let row = sqlx::query(
        "SELECT id, name, issuer, client_id, sealed_client_secret, secret_version, claim, login_domain, roles_claim, scope
         FROM sso_providers WHERE id = $1",
    )
    .bind(id.0)
    .fetch_optional(connection)
    .await?;
    row.map(|row| provider(&row, secrets)).transpose()
}

/// Adds a provider.
///
/// # Errors
/// [`StoreError::is_duplicate`] if the name, or the issuer with this client, is taken.
pub async fn insert(connection: &mut Connection, secrets: &Secrets, provider: &Provider) -> Result<(), StoreError> {
    let secret = provider.client_secret.as_ref();
    let context = context(provider.id, 1, (&provider.issuer, &provider.client_id));
    sqlx::query(
        "INSERT INTO sso_providers (id, name, folded_name, issuer, client_id, sealed_client_secret, claim, login_domain,
                                    roles_claim, scope)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(provider.id.0)
    .bind(&provider.name)
    .bind(names::fold_name(&provider.name))
    .bind(&provider.issuer)
    .bind(&provider.client_id)
    .bind(secret.map(|secret| secrets.seal(&context, secret.as_bytes())))
    .bind(&provider.claim)
    .bind(&provider.login_domain)
    .bind(&provider.roles_claim)
    .bind(&provider.scope)
    .execute(connection)
    .await?;
    Ok(())
}

/// Sets what the gateway proves itself with. Answers the version of the secret.
pub async fn set_client_secret(
    connection: &mut Connection,
    secrets: &Secrets,
    provider: &Provider,
    secret: &str,
) -> Result<i64, StoreError> {
    let version: i64 = sqlx::query_scalar("SELECT secret_version + 1 FROM sso_providers WHERE id = $1")
        .bind(provider.id.0)
        .fetch_one(&mut *connection)
        .await?;
    let context = context(provider.id, version, (&provider.issuer, &provider.client_id));
    sqlx::query("UPDATE sso_providers SET sealed_client_secret = $2, secret_version = $3 WHERE id = $1")
        .bind(provider.id.0)
        .bind(secrets.seal(&context, secret.as_bytes()))
        .bind(version)
        .execute(connection)
        .await?;
    Ok(version)
}

/// Binds the secrets of a version that did not bind them.
pub(in crate::store) async fn bind_all(connection: &mut Connection, secrets: &Secrets) -> Result<(), StoreError> {
    let rows: Vec<(i64, i64, String, String, Vec<u8>)> = sqlx::query_as(
        "SELECT id, secret_version, issuer, client_id, sealed_client_secret FROM sso_providers
         WHERE sealed_client_secret IS NOT NULL",
    )
    .fetch_all(&mut *connection)
    .await?;
    for (id, version, issuer, client_id, sealed) in rows {
        let contexts = (
            format!("sso-client-secret/{id}"),
            context(SsoProviderId(id), version, (&issuer, &client_id)),
        );
        sqlx::query("UPDATE sso_providers SET sealed_client_secret = $2 WHERE id = $1")
            .bind(id)
            .bind(secrets.bind((&contexts.0, &contexts.1), &sealed))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// The version of each provider's secret, and whether it opens at it.
pub(in crate::store) async fn secret_versions(
    connection: &mut Connection,
    secrets: &Secrets,
) -> Result<Vec<(i64, i64, bool)>, StoreError> {
    let rows: Vec<(i64, i64, String, String, Vec<u8>)> = sqlx::query_as(
        "SELECT id, secret_version, issuer, client_id, sealed_client_secret FROM sso_providers
         WHERE sealed_client_secret IS NOT NULL ORDER BY id",
    )
    .fetch_all(connection)
    .await?;
    let of = |(id, version, issuer, client_id, sealed): (i64, i64, String, String, Vec<u8>)| {
        let context = context(SsoProviderId(id), version, (&issuer, &client_id));
        (id, version, secrets.open(&context, &sealed).is_ok())
    };
    Ok(rows.into_iter().map(of).collect())
}

/// Removes a provider. Its sessions end; the roles that it gave stay. Answers how many.
pub async fn delete(connection: &mut Connection, id: SsoProviderId) -> Result<u64, StoreError> {
    let stay = sqlx::query("UPDATE admin_roles SET sso_provider_id = NULL WHERE sso_provider_id = $1")
        .bind(id.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM sso_providers WHERE id = $1")
        .bind(id.0)
        .execute(connection)
        .await?;
    Ok(stay.rows_affected())
}

/// An identity at a provider: the subject there.
pub async fn admin(
    connection: &mut Connection,
    provider: SsoProviderId,
    subject: &str,
) -> Result<Option<Admin>, StoreError> {
    let row = sqlx::query(
        "SELECT a.id, a.name FROM sso_identities i JOIN admins a ON a.id = i.admin_id
         WHERE i.provider_id = $1 AND i.subject = $2",
    )
    .bind(provider.0)
    .bind(subject)
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(Admin {
            id: AdminId(row.try_get("id")?),
            name: row.try_get("name")?,
        })
    })
    .transpose()
}

/// Whose account it is at an issuer, by whichever provider they came from there.
pub async fn owner(connection: &mut Connection, issuer: &str, subject: &str) -> Result<Option<Admin>, StoreError> {
    let row: Option<(i64, String)> = sqlx::query_as(
        "SELECT a.id, a.name FROM sso_subjects s JOIN admins a ON a.id = s.admin_id
         WHERE s.issuer = $1 AND s.subject = $2",
    )
    .bind(issuer)
    .bind(subject)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(id, name)| Admin { id: AdminId(id), name }))
}

/// The issuers that are linked to this account.
pub async fn issuers(connection: &mut Connection, admin: AdminId) -> Result<Vec<String>, StoreError> {
    Ok(
        sqlx::query_scalar("SELECT issuer FROM sso_subjects WHERE admin_id = $1")
            .bind(admin.0)
            .fetch_all(connection)
            .await?,
    )
}

/// Unlinks the accounts of an issuer, so that other providers can sign in to them. Returns how many there were.
pub async fn release(connection: &mut Connection, issuer: &str) -> Result<u64, StoreError> {
    let released = sqlx::query("DELETE FROM sso_subjects WHERE issuer = $1")
        .bind(issuer)
        .execute(connection)
        .await?;
    Ok(released.rows_affected())
}

/// Links an admin to an identity at a provider.
///
/// # Errors
/// [`StoreError::is_duplicate`] if the admin is linked to a different identity there.
pub async fn identify(
    connection: &mut Connection,
    provider: SsoProviderId,
    subject: &str,
    admin: AdminId,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO sso_identities (provider_id, subject, admin_id) VALUES ($1, $2, $3)")
        .bind(provider.0)
        .bind(subject)
        .bind(admin.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO sso_subjects (issuer, subject, admin_id) SELECT issuer, $2, $3 FROM sso_providers WHERE id = $1
         ON CONFLICT (issuer, subject) DO UPDATE SET admin_id = excluded.admin_id",
    )
    .bind(provider.0)
    .bind(subject)
    .bind(admin.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that a logout token is obeyed, and forgets those that have expired. False where it has been before.
pub async fn obey_logout(
    connection: &mut Connection,
    provider: SsoProviderId,
    token_hash: &[u8; 32],
    (expires_on, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<bool, StoreError> {
    sqlx::query("DELETE FROM sso_logout_tokens WHERE expires_on <= $1")
        .bind(now.timestamp_millis())
        .execute(&mut *connection)
        .await?;
    let noted = sqlx::query(
        "INSERT INTO sso_logout_tokens (provider_id, token_hash, expires_on) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(provider.0)
    .bind(token_hash.as_slice())
    .bind(expires_on.timestamp_millis())
    .execute(connection)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// Whether an active Super Admin has signed in at a provider.
pub async fn has_super_admin(connection: &mut Connection) -> Result<bool, StoreError> {
    let count: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM sso_identities i
         JOIN admin_roles m ON m.admin_id = i.admin_id AND m.status = 'active'
         JOIN roles r ON r.id = m.role_id AND r.built_in = 'super-admin'",
    )
    .fetch_one(connection)
    .await?;
    Ok(count > 0)
}

/// A value of a claim, and the role that it gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenRole {
    /// The value.
    pub value: String,
    /// In which organization.
    pub organization: OrganizationId,
    /// Its name.
    pub organization_name: String,
    /// Which role.
    pub role: RoleId,
    /// Its name.
    pub role_name: String,
}

/// The roles that a provider gives, those that count first before others.
pub async fn roles(connection: &mut Connection, provider: SsoProviderId) -> Result<Vec<GivenRole>, StoreError> {
    let rows = sqlx::query(
        "SELECT s.value, o.id AS organization_id, o.name AS organization, r.id AS role_id, r.name AS role
         FROM sso_roles s JOIN organizations o ON o.id = s.organization_id JOIN roles r ON r.id = s.role_id
         WHERE s.provider_id = $1 ORDER BY s.id",
    )
    .bind(provider.0)
    .fetch_all(connection)
    .await?;
    let read = |row: &AnyRow| {
        Ok(GivenRole {
            value: row.try_get("value")?,
            organization: OrganizationId(row.try_get("organization_id")?),
            organization_name: row.try_get("organization")?,
            role: RoleId(row.try_get("role_id")?),
            role_name: row.try_get("role")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Lets a value of the claim give a role.
///
/// # Errors
/// [`StoreError::is_duplicate`] when it gives one in this organization already.
pub async fn give_role(
    connection: &mut Connection,
    provider: SsoProviderId,
    value: &str,
    (organization, role): (OrganizationId, RoleId),
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO sso_roles (provider_id, value, organization_id, role_id) VALUES ($1, $2, $3, $4)")
        .bind(provider.0)
        .bind(value)
        .bind(organization.0)
        .bind(role.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes the role that a value of the claim grants in an organization. False if it granted none.
pub async fn take_role(
    connection: &mut Connection,
    provider: SsoProviderId,
    value: &str,
    organization: OrganizationId,
) -> Result<bool, StoreError> {
    let taken = sqlx::query("DELETE FROM sso_roles WHERE provider_id = $1 AND value = $2 AND organization_id = $3")
        .bind(provider.0)
        .bind(value)
        .bind(organization.0)
        .execute(connection)
        .await?;
    Ok(taken.rows_affected() > 0)
}

/// The organizations in which a provider gave an admin their role.
pub async fn given(
    connection: &mut Connection,
    provider: SsoProviderId,
    admin: AdminId,
) -> Result<Vec<OrganizationId>, StoreError> {
    let ids: Vec<i64> =
        sqlx::query_scalar("SELECT organization_id FROM admin_roles WHERE sso_provider_id = $1 AND admin_id = $2")
            .bind(provider.0)
            .bind(admin.0)
            .fetch_all(connection)
            .await?;
    Ok(ids.into_iter().map(OrganizationId).collect())
}

/// Notes that a provider gave an admin their role.
pub async fn mark_given(
    connection: &mut Connection,
    provider: SsoProviderId,
    (organization, admin): (OrganizationId, AdminId),
) -> Result<(), StoreError> {
    sqlx::query("UPDATE admin_roles SET sso_provider_id = $1 WHERE organization_id = $2 AND admin_id = $3")
        .bind(provider.0)
        .bind(organization.0)
        .bind(admin.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends the portal sessions that were opened at a provider by a subject, or in one session of theirs there; also those of the
/// subject of which it is not known in which. Answers whose they were.
pub async fn end_sessions(
    connection: &mut Connection,
    provider: SsoProviderId,
    subject: Option<&str>,
    session: Option<&str>,
) -> Result<Vec<AdminId>, StoreError> {
    let ids: Vec<i64> = sqlx::query_scalar(
        "DELETE FROM portal_sessions
         WHERE sso_provider_id = $1 AND ($2 IS NULL OR sso_subject = $2)
           AND ($3 IS NULL OR sso_session = $3 OR (sso_session IS NULL AND $2 IS NOT NULL))
         RETURNING admin_id",
    )
    .bind(provider.0)
    .bind(subject)
    .bind(session)
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(AdminId).collect())
}

/// An identifier for a new provider.
pub fn new_id() -> SsoProviderId {
    SsoProviderId(random::id())
}

fn provider(row: &AnyRow, secrets: &Secrets) -> Result<Provider, StoreError> {
    let id = SsoProviderId(row.try_get("id")?);
    let (issuer, client_id): (String, String) = (row.try_get("issuer")?, row.try_get("client_id")?);
    let context = context(id, row.try_get("secret_version")?, (&issuer, &client_id));
    let sealed: Option<Vec<u8>> = row.try_get("sealed_client_secret")?;
    let secret = match sealed {
        Some(sealed) => {
            let opened = secrets.open(&context, &sealed)?;
            let text = String::from_utf8(opened.to_vec()).map_err(|_| StoreError::Impossible("sso_providers"))?;
            Some(Zeroizing::new(text))
        }
        None => None,
    };
    Ok(Provider {
        id,
        name: row.try_get("name")?,
        issuer,
        client_id,
        client_secret: secret,
        claim: row.try_get("claim")?,
        login_domain: row.try_get("login_domain")?,
        roles_claim: row.try_get("roles_claim")?,
        scope: row.try_get("scope")?,
    })
}
