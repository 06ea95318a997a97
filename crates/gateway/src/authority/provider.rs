//! What the service provider does: sets up organizations, provisions keys, applies and ends subscriptions, disables
//! keys. Each is one transaction and takes effect at once, also while the gateway runs.

use chrono::{DateTime, Utc};
use keyward_contract::{
    Admin, AdminId, AuditAction, AuditSubCategory, ChangedBy, KeyStatus, OrganizationId, Subscription,
};
use serde_json::json;

use super::{another_key, next_change};
use crate::{
    audit::{Event, SERVICE_PROVIDER},
    random,
    secrets::Secrets,
    store::{
        Connection, StoreError, admins, api_keys, api_sessions, audit_log, former_keys,
        organizations::{self, Organization},
        roles,
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

/// Makes an organization with an active subscription, and therefore a key, and its admin.
///
/// # Errors
/// When the database fails.
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
    };
    let admin = Admin {
        id: random::admin_id(),
        name: new.admin.to_owned(),
    };
    organizations::insert(connection, &organization, now).await?;
    admins::insert(connection, &admin, Some(new.password_hash), now).await?;
    let super_admin = roles::insert_built_in(connection, organization.id).await?;
    organizations::set_role(connection, organization.id, admin.id, super_admin).await?;
    let mut event = Event::of_operator(AuditAction::Create, AuditSubCategory::Installation, new.name, now);
    event.organization = Some(organization.id);
    event.after = Some(json!({ "organization": new.name, "cloud": new.cloud, "admin": new.admin }));
    audit_log::insert(connection, secrets, &event).await?;
    provision_key(connection, secrets, organization.id, now).await?;
    Ok(admin)
}

/// Sets the subscription. Its end ends all API sessions; a first one brings a key.
///
/// # Errors
/// When the database fails.
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

/// Lets the key of an organization be used, or not; that ends its API sessions. False when there is no key.
///
/// # Errors
/// When the database fails.
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
        api_keys::set_enabled(connection, organization, enabled).await?;
        api_sessions::delete_all(connection, organization).await?;
        let mut event = Event::of_operator(
            AuditAction::Update,
            AuditSubCategory::ApiKey,
            "Cloud Service API Key",
            now,
        );
        event.organization = Some(organization);
        event.before = Some(json!({ "status": row.status }));
        event.after = Some(json!({ "status": status }));
        audit_log::insert(connection, secrets, &event).await?;
    }
    Ok(true)
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
    let change = next_change(row.as_ref().map(|row| &row.last_change), by, now);
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
