//! Operations of the service provider: set up organizations, provision keys, set subscriptions, disable keys. Each is one
//! transaction and takes effect immediately, also while the gateway runs.

use chrono::{DateTime, Utc};
use keyward_contract::{
    Admin, AdminId, AuditAction, AuditSubCategory, ChangedBy, KeyStatus, OrganizationId, RoleId, Subscription,
};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::one_time_links::INVITATION_LIFE;
use crate::{
    audit::{Event, SERVICE_PROVIDER},
    key_holder::{ChangeBy, another_key, next_change},
    random,
    secrets::{Secrets, hash_token},
    store::{
        Connection, StoreError,
        audit::audit_log,
        keys::{
            api_keys, former_keys, upstream_changes,
            upstreams::{self, Place, UpstreamCredentials, UpstreamRow},
        },
        organizations::{self, Organization, OrganizationContent},
        people::{admins, invitations, members, roles},
        sessions::{account_sessions, api_sessions},
    },
};

/// The first organization and its admin.
pub struct NewOrganization<'a> {
    /// Name of the organization.
    pub name: &'a str,
    /// The cloud it lives in.
    pub cloud: &'a str,
    /// Name of the admin.
    pub admin: &'a str,
    /// Hash of the admin's password.
    pub password_hash: &'a str,
}

/// Creates an organization with an active subscription, a key, and its admin.
pub async fn create_organization(
    connection: &mut Connection,
    secrets: &Secrets,
    new: &NewOrganization<'_>,
    now: DateTime<Utc>,
) -> Result<Admin, StoreError> {
    let organization = Organization {
        id: random::organization_id(),
        name: new.name.to_owned(),
        cloud: new.cloud.to_owned(),
        subscription: Subscription::Active,
        access_tokens: true,
        has_upstream: false,
    };
    let admin = Admin {
        id: random::admin_id(),
        name: new.admin.to_owned(),
    };
    let super_admin = insert_organization(connection, secrets, (&organization, &admin), now).await?;
    admins::insert(connection, &admin, Some(new.password_hash), now).await?;
    organizations::set_role(connection, organization.id, admin.id, super_admin).await?;
    Ok(admin)
}

/// Adds an organization and invites its first Super Admin, who may already have an account. Returns the token of the
/// invitation. With an active subscription, the organization gets a key.
///
/// # Errors
/// [`StoreError::is_duplicate`] if the name is taken.
pub async fn add_organization(
    connection: &mut Connection,
    secrets: &Secrets,
    organization: &Organization,
    admin: &str,
    now: DateTime<Utc>,
) -> Result<Zeroizing<String>, StoreError> {
    let known = admins::find_by_login(connection, admin).await?.map(|(admin, _)| admin);
    let is_known = known.is_some();
    let admin = known.unwrap_or_else(|| Admin {
        id: random::admin_id(),
        name: admin.to_owned(),
    });
    let super_admin = insert_organization(connection, secrets, (organization, &admin), now).await?;
    if !is_known {
        admins::insert(connection, &admin, None, now).await?;
    }
    members::invite(connection, organization.id, admin.id, super_admin).await?;
    let token = random::token();
    let expires_on = now + INVITATION_LIFE;
    invitations::put(connection, (organization.id, admin.id), hash_token(&token), expires_on).await?;
    Ok(token)
}

/// Returns the identifier of the role Super Admin.
async fn insert_organization(
    connection: &mut Connection,
    secrets: &Secrets,
    (organization, admin): (&Organization, &Admin),
    now: DateTime<Utc>,
) -> Result<RoleId, StoreError> {
    organizations::insert(connection, organization, now).await?;
    let super_admin = roles::insert_built_in(connection, organization.id).await?;
    let name = &organization.name;
    let mut event = Event::of_operator(AuditAction::Create, AuditSubCategory::Installation, name, now);
    event.organization = Some(organization.id);
    event.after = Some(json!({
        "organization": name,
        "cloud": organization.cloud,
        "subscription": organizations::subscription_text(organization.subscription),
        "admin": admin.name,
    }));
    audit_log::insert(connection, secrets, &event).await?;
    if organization.subscription == Subscription::Active && !organization.has_upstream {
        provision_key(connection, secrets, organization.id, now).await?;
    }
    Ok(super_admin)
}

/// Removes an organization with everything in it, and the accounts that have no role elsewhere. All its sessions end; its
/// rows in the audit log stay, and one says what was removed.
pub async fn remove_organization(
    connection: &mut Connection,
    secrets: &Secrets,
    organization: &Organization,
    now: DateTime<Utc>,
) -> Result<OrganizationContent, StoreError> {
    let content = organizations::content(connection, organization.id).await?;
    let admins = members::of_organization(connection, organization.id).await?;
    organizations::delete(connection, organization.id).await?;
    for admin in admins {
        if !members::is_active(connection, admin).await? {
            account_sessions::end_portal(connection, admin, None).await?;
        }
        admins::delete_without_role(connection, admin).await?;
    }
    let name = &organization.name;
    let mut event = Event::of_operator(AuditAction::Delete, AuditSubCategory::Installation, name, now);
    event.organization = Some(organization.id);
    event.before = Some(json!({
        "organization": name,
        "cloud": organization.cloud,
        "admins": content.admins,
        "keys": content.keys,
        "sandboxTokens": content.sandbox_tokens,
        "apiSessions": content.api_sessions,
    }));
    audit_log::insert(connection, secrets, &event).await?;
    Ok(content)
}

/// Sets the subscription. Without an active one, API sessions end; the first one comes with a key.
pub async fn set_subscription(
    connection: &mut Connection,
    secrets: &Secrets,
    organization: &Organization,
    subscription: Subscription,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if organization.subscription == subscription {
        return Ok(());
    }
    organizations::set_subscription(connection, organization.id, subscription).await?;
    let text = organizations::subscription_text;
    let mut event = Event::of_operator(
        AuditAction::Update,
        AuditSubCategory::Subscription,
        &organization.name,
        now,
    );
    event.organization = Some(organization.id);
    event.before = Some(json!({ "subscription": text(organization.subscription) }));
    event.after = Some(json!({ "subscription": text(subscription) }));
    audit_log::insert(connection, secrets, &event).await?;
    match (organization.subscription, subscription) {
        (Subscription::None, Subscription::Active) => {
            let row = api_keys::find(connection, organization.id).await?;
            if !row.is_some_and(|row| row.exists()) {
                provision_key(connection, secrets, organization.id, now).await?;
            }
        }
        (_, Subscription::Active) => {}
        _ => {
            api_sessions::delete_all(connection, organization.id).await?;
        }
    }
    Ok(())
}

/// Enables or disables the key of an organization; disabling ends its API sessions. False if there is no key.
pub async fn set_key_enabled(
    connection: &mut Connection,
    secrets: &Secrets,
    organization: OrganizationId,
    enabled: bool,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let Some(row) = api_keys::find(connection, organization)
        .await?
        .filter(|row| row.exists())
    else {
        return Ok(false);
    };
    let status = if enabled {
        KeyStatus::Enabled
    } else {
        KeyStatus::Disabled
    };
    if row.status != status {
        let version = api_keys::set_enabled(connection, secrets, &row, enabled).await?;
        api_sessions::delete_all(connection, organization).await?;
        let mut event = Event::of_operator(
            AuditAction::Update,
            AuditSubCategory::ApiKey,
            "Cloud Service API Key",
            now,
        );
        event.organization = Some(organization);
        event.before = Some(json!({ "status": row.status }));
        event.after = Some(json!({ "status": status, "version": version }));
        audit_log::insert(connection, secrets, &event).await?;
    }
    Ok(true)
}

/// Where a key lives, and what Keyward signs in with there.
type Lives<'a> = (&'a Place, &'a UpstreamCredentials);

/// Has the key of an organization without one live at an upstream.
pub async fn add_upstream(
    connection: &mut Connection,
    secrets: &Secrets,
    of: OrganizationId,
    lives: Lives<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    upstreams::insert(connection, secrets, of, lives.0, lives.1).await?;
    note_upstream(
        connection,
        secrets,
        (AuditAction::Create, of),
        (None, described(lives, 1)),
        now,
    )
    .await
}

/// Replaces where the key of an organization lives, and the credentials there.
pub async fn set_upstream(
    connection: &mut Connection,
    secrets: &Secrets,
    row: &UpstreamRow,
    lives: Lives<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let before = described((&row.place, &row.open(secrets)?), row.credentials_version);
    let version = upstreams::set(connection, secrets, row, lives.0, lives.1).await?;
    let mut after = described(lives, version);
    // The list of a different upstream can't tell the outcome of a regeneration at this one.
    if *lives.0 != row.place
        && let Some(pending) = upstream_changes::find(connection, row.organization).await?
    {
        upstream_changes::delete(connection, &pending).await?;
        after["outcomeUnknown"] = json!({ "regeneratedBy": pending.admin.name, "askedOn": pending.asked_on });
    }
    let change = (Some(before), after);
    note_upstream(
        connection,
        secrets,
        (AuditAction::Update, row.organization),
        change,
        now,
    )
    .await
}

/// Without secrets.
fn described((place, credentials): Lives<'_>, credentials_version: i64) -> Value {
    json!({ "upstream": place.url, "kind": place.kind.as_str(), "tokenUrl": place.token_url,
            "audience": place.audience, "user": credentials.name, "credentialsVersion": credentials_version })
}

async fn note_upstream(
    connection: &mut Connection,
    secrets: &Secrets,
    (action, of): (AuditAction, OrganizationId),
    (before, after): (Option<Value>, Value),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut event = Event::of_operator(action, AuditSubCategory::ApiKey, "Upstream of the key", now);
    event.organization = Some(of);
    (event.before, event.after) = (before, Some(after));
    audit_log::insert(connection, secrets, &event).await
}

/// Enables or disables the access tokens of an organization.
pub async fn set_access_tokens(
    connection: &mut Connection,
    secrets: &Secrets,
    organization: &Organization,
    enabled: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if organization.access_tokens == enabled {
        return Ok(());
    }
    organizations::set_access_tokens(connection, organization.id, enabled).await?;
    let mut event = Event::of_operator(AuditAction::Update, AuditSubCategory::OauthServer, "Access tokens", now);
    event.organization = Some(organization.id);
    event.before = Some(json!({ "enabled": !enabled }));
    event.after = Some(json!({ "enabled": enabled }));
    audit_log::insert(connection, secrets, &event).await
}

async fn provision_key(
    connection: &mut Connection,
    secrets: &Secrets,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = api_keys::find(connection, organization).await?;
    let by = ChangedBy {
        id: AdminId::SERVICE_PROVIDER,
        name: SERVICE_PROVIDER.to_owned(),
    };
    let change = next_change(row.as_ref().map(|row| &row.last_change), ChangeBy { by, on: now });
    let former = former_keys::find(connection, secrets, organization, now).await?;
    api_keys::put(
        connection,
        secrets,
        organization,
        random::id(),
        Some(&another_key(former.as_ref().map(|(_, key)| key))),
        &change,
    )
    .await?;
    let mut event = Event::of_operator(
        AuditAction::Create,
        AuditSubCategory::ApiKey,
        "Cloud Service API Key",
        now,
    );
    event.organization = Some(organization);
    event.after = Some(json!({ "version": change.version, "exists": true }));
    audit_log::insert(connection, secrets, &event).await
}
