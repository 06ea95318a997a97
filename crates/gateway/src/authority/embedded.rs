//! The embedded authority: the full system on our own database.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use keyward_contract::{
    ApiKey, AuditAction, AuditInterface, AuditSubCategory, ChangedBy, KEY_LENGTH, KeyStatus, KeyString, LastChange,
    OrganizationId, Restored, SIMILAR_PLACES_MAX, Subscription, obfuscate,
};
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{
    Authority, ChangeRequest, KeyChange, KeyChanged, KeyCheck, KeyError, KeyRefusal, Precondition, Requester, Unusable,
    another_key, next_change, refuse,
};
use crate::{
    audit::{Actor, Event, repeated},
    clock::Clock,
    idempotency::{Answer, Running},
    random,
    secrets::Secrets,
    store::{
        Connection, Store, StoreError,
        api_keys::{self, KeyRow},
        api_sessions, audit_log, former_keys, organizations,
    },
};

/// The name of the resource in the audit log: an organization has one key at most.
const RESOURCE: &str = "Cloud Service API Key";

/// Holds the keys in our own database.
pub struct EmbeddedAuthority {
    store: Store,
    secrets: Arc<Secrets>,
    clock: Clock,
    running: Running,
}

impl EmbeddedAuthority {
    /// An authority on this database.
    pub fn new(store: Store, secrets: Arc<Secrets>, clock: Clock, running: Running) -> Self {
        Self {
            store,
            secrets,
            clock,
            running,
        }
    }

    /// Decides on a change within its transaction and makes it.
    async fn apply(
        &self,
        connection: &mut Connection,
        organization: OrganizationId,
        change: &KeyChange,
        request: &ChangeRequest,
        now: DateTime<Utc>,
    ) -> Result<KeyChanged, KeyError> {
        let row = api_keys::find(connection, organization).await?;
        check_subscription(connection, organization).await?;
        check_state(row.as_ref(), change, &request.precondition)?;
        if let (KeyChange::Confirm, Some(row)) = (change, &row) {
            return self.confirm(connection, organization, row, request, now).await;
        }
        let present = match row.as_ref().map(|row| row.open(&self.secrets)).transpose() {
            // What does not open was put back or changed. It is not to stay for that.
            Err(StoreError::Sealed(_)) if matches!(change, KeyChange::Regenerate | KeyChange::Delete) => None,
            opened => opened?.flatten(),
        };
        let key = match change {
            KeyChange::Add => {
                let former = former_keys::find(connection, &self.secrets, organization, now).await?;
                Some(another_key(former.as_ref().map(|(_, key)| key)))
            }
            KeyChange::Regenerate => Some(another_key(present.as_ref())),
            KeyChange::Edit(key) => {
                check_difference(key, present.as_ref())?;
                Some(key.clone())
            }
            KeyChange::Delete | KeyChange::Confirm => None,
        };
        let id = match (&row, change) {
            (Some(row), KeyChange::Edit(_) | KeyChange::Regenerate | KeyChange::Delete) => row.id,
            _ => random::id(),
        };
        let admin = &request.by.admin;
        let by = ChangedBy {
            id: admin.id,
            name: admin.name.clone(),
        };
        let made = next_change(row.as_ref().map(|row| &row.last_change), by, now);
        if let Some(present) = &present {
            former_keys::put(connection, &self.secrets, organization, present, now).await?;
        }
        api_keys::put(connection, &self.secrets, organization, id, key.as_ref(), &made).await?;
        let ended = api_sessions::delete_all(connection, organization).await?;
        let mut event = event(organization, action(change), &request.by, now);
        event.before = row.as_ref().and_then(without_secret);
        event.after = Some(json!({ "version": made.version, "exists": key.is_some(), "sessionsEnded": ended }));
        audit_log::insert(connection, &self.secrets, &event).await?;
        let Some(key) = key else { return Ok(KeyChanged::Deleted) };
        let key = resource(id, made, Some(key));
        Ok(if matches!(change, KeyChange::Add) {
            KeyChanged::Added(key)
        } else {
            KeyChanged::Replaced(key)
        })
    }
}

impl EmbeddedAuthority {
    /// Ends the doubt that a restore has left. Where it has left none, the key stays as it is, version and all.
    async fn confirm(
        &self,
        connection: &mut Connection,
        organization: OrganizationId,
        row: &KeyRow,
        request: &ChangeRequest,
        now: DateTime<Utc>,
    ) -> Result<KeyChanged, KeyError> {
        let admin = &request.by.admin;
        let mut event = event(organization, AuditAction::Update, &request.by, now);
        event.before = without_secret(row);
        let mut made = row.last_change.clone();
        if row.restored.is_some() {
            // It must open: what was put back or changed can't be confirmed.
            row.open(&self.secrets)?;
            let by = ChangedBy {
                id: admin.id,
                name: admin.name.clone(),
            };
            made = next_change(Some(&row.last_change), by, now);
            api_keys::confirm(connection, &self.secrets, row, &made).await?;
        }
        event.after = Some(json!({ "version": made.version, "exists": true, "confirmed": true }));
        audit_log::insert(connection, &self.secrets, &event).await?;
        Ok(KeyChanged::Confirmed(ApiKey {
            key: None,
            status: row.status,
            ..resource(row.id, made, None)
        }))
    }

    async fn reveal(&self, connection: &mut Connection, organization: OrganizationId) -> Result<ApiKey, KeyError> {
        if subscription(connection, organization).await? == Subscription::None {
            return refuse(KeyRefusal::SubscriptionNone);
        }
        let row = api_keys::find(connection, organization).await?;
        let Some((row, key)) = row.as_ref().and_then(|row| Some((row, row.resource()?))) else {
            return refuse(KeyRefusal::NoKey(row.map(|row| row.last_change)));
        };
        let key_string = row.open(&self.secrets)?;
        Ok(ApiKey { key: key_string, ..key })
    }
}

#[async_trait]
impl Authority for EmbeddedAuthority {
    async fn key(&self, organization: OrganizationId) -> Result<ApiKey, KeyError> {
        let mut reader = self.store.read().await?;
        if subscription(&mut reader, organization).await? == Subscription::None {
            return refuse(KeyRefusal::SubscriptionNone);
        }
        let row = api_keys::find(&mut reader, organization).await?;
        match row.as_ref().and_then(KeyRow::resource) {
            Some(key) => Ok(key),
            None => refuse(KeyRefusal::NoKey(row.map(|row| row.last_change))),
        }
    }

    async fn reveal_key(&self, organization: OrganizationId, by: &Requester) -> Result<ApiKey, KeyError> {
        let mut transaction = self.store.write().await?;
        let revealed = self.reveal(&mut transaction, organization).await;
        let reason = match &revealed {
            Ok(_) => None,
            Err(KeyError::Refused(refusal)) => Some(reason(refusal)),
            Err(KeyError::Store(_)) => return revealed,
        };
        let mut event = event(organization, AuditAction::Reveal, by, self.clock.now());
        event.failure = reason.as_deref();
        audit_log::insert(&mut transaction, &self.secrets, &event).await?;
        transaction.commit().await.map_err(StoreError::from)?;
        revealed
    }

    async fn change_key(
        &self,
        organization: OrganizationId,
        change: &KeyChange,
        request: &ChangeRequest,
    ) -> Result<KeyChanged, KeyError> {
        let now = self.clock.now();
        let admin = request.by.admin.id;
        let named = self
            .running
            .enter(admin, request.idempotency.as_ref(), &asked(change), &self.secrets)?;
        let mut transaction = self.store.write().await?;
        if let Some(named) = &named
            && let Some(answer) = named.first_answer(&mut transaction, &self.secrets, now).await?
        {
            if let Answer::Changed(KeyChanged::Added(_) | KeyChanged::Replaced(_)) = &answer {
                let mut event = event(organization, AuditAction::Reveal, &request.by, now);
                event.after = Some(repeated(action(change)));
                audit_log::insert(&mut transaction, &self.secrets, &event).await?;
                transaction.commit().await.map_err(StoreError::from)?;
            }
            return into_result(answer);
        }
        let answer = match self.apply(&mut transaction, organization, change, request, now).await {
            Ok(changed) => Answer::Changed(changed),
            Err(KeyError::Refused(refusal)) => {
                let reason = reason(&refusal);
                let mut event = event(organization, action(change), &request.by, now);
                event.failure = Some(&reason);
                audit_log::insert(&mut transaction, &self.secrets, &event).await?;
                Answer::Refused(refusal)
            }
            Err(error) => return Err(error),
        };
        if let Some(named) = &named {
            named.keep(&mut transaction, &self.secrets, &answer, now).await?;
        }
        transaction.commit().await.map_err(StoreError::from)?;
        into_result(answer)
    }

    async fn check_key(
        &self,
        organization: OrganizationId,
        obfuscated: &[u8],
        timestamp: u64,
    ) -> Result<KeyCheck, StoreError> {
        let mut reader = self.store.read().await?;
        let subscription = subscription(&mut reader, organization).await?;
        let fits = |key: &KeyString| bool::from(obfuscate(key, timestamp).ct_eq(obfuscated));
        let former = former_keys::find(&mut reader, &self.secrets, organization, self.clock.now()).await?;
        let row = api_keys::find(&mut reader, organization).await?;
        let present = row.as_ref().map(|row| row.open(&self.secrets)).transpose()?.flatten();
        let fits_present = present.as_ref().is_some_and(fits);
        if let Some((id, _)) = former.filter(|(_, key)| fits(key)) {
            return Ok(KeyCheck::Former { id, fits_present });
        }
        let Some(row) = row.filter(KeyRow::exists) else {
            return Ok(KeyCheck::NoKey);
        };
        if !fits_present {
            return Ok(KeyCheck::Wrong);
        }
        if row.restored == Some(Restored::Held) {
            return Ok(KeyCheck::Held);
        }
        Ok(match (subscription, row.status) {
            (Subscription::Active, KeyStatus::Enabled) => KeyCheck::Valid {
                version: row.last_change.version,
            },
            (Subscription::Active, KeyStatus::Disabled) => KeyCheck::Unusable(Unusable::Disabled),
            (subscription, _) => KeyCheck::Unusable(Unusable::Subscription(subscription)),
        })
    }
}

/// What a repetition of the change must ask for again.
fn asked(change: &KeyChange) -> Zeroizing<String> {
    Zeroizing::new(match change {
        KeyChange::Add => "add".to_owned(),
        KeyChange::Edit(key) => format!("edit {}", key.reveal()),
        KeyChange::Regenerate => "regenerate".to_owned(),
        KeyChange::Delete => "delete".to_owned(),
        KeyChange::Confirm => "confirm".to_owned(),
    })
}

fn into_result(answer: Answer<KeyChanged, KeyRefusal>) -> Result<KeyChanged, KeyError> {
    match answer {
        Answer::Changed(changed) => Ok(changed),
        Answer::Refused(refusal) => refuse(refusal),
    }
}

async fn subscription(connection: &mut Connection, organization: OrganizationId) -> Result<Subscription, StoreError> {
    let found = organizations::find(connection, organization).await?;
    // An organization that was removed since the caller looked has nothing any more.
    Ok(found.map_or(Subscription::None, |found| found.subscription))
}

async fn check_subscription(connection: &mut Connection, organization: OrganizationId) -> Result<(), KeyError> {
    match subscription(connection, organization).await? {
        Subscription::Active => Ok(()),
        Subscription::Expired => refuse(KeyRefusal::SubscriptionExpired),
        Subscription::None => refuse(KeyRefusal::SubscriptionNone),
    }
}

fn check_state(row: Option<&KeyRow>, change: &KeyChange, precondition: &Precondition) -> Result<(), KeyError> {
    let Some(row) = row.filter(|row| row.exists()) else {
        return match change {
            KeyChange::Add => Ok(()),
            _ => refuse(KeyRefusal::NoKey(row.map(|row| row.last_change.clone()))),
        };
    };
    if row.status == KeyStatus::Disabled {
        return refuse(KeyRefusal::Disabled);
    }
    if matches!(change, KeyChange::Add) {
        return refuse(KeyRefusal::KeyExists);
    }
    match precondition {
        Precondition::Missing => refuse(KeyRefusal::PreconditionRequired),
        Precondition::Versions(versions) if !versions.contains(&row.last_change.version) => {
            refuse(KeyRefusal::Stale(row.last_change.clone()))
        }
        Precondition::Any | Precondition::Versions(_) => Ok(()),
    }
}

fn check_difference(new: &KeyString, present: Option<&KeyString>) -> Result<(), KeyError> {
    match present.map_or(0, |present| new.places_in_common(present)) {
        KEY_LENGTH => refuse(KeyRefusal::SameKey),
        places if places > SIMILAR_PLACES_MAX => refuse(KeyRefusal::SimilarKey),
        _ => Ok(()),
    }
}

fn resource(id: i64, made: LastChange, key: Option<KeyString>) -> ApiKey {
    ApiKey {
        id,
        status: KeyStatus::Enabled,
        last_modified_by: made.last_modified_by,
        last_modified_on: made.last_modified_on,
        version: made.version,
        restored: None,
        key,
    }
}

/// The word for it in the audit log.
fn reason(refusal: &KeyRefusal) -> String {
    let text = format!("{refusal:?}");
    text.split('(').next().unwrap_or_default().to_owned()
}

fn action(change: &KeyChange) -> AuditAction {
    match change {
        KeyChange::Add => AuditAction::Create,
        KeyChange::Edit(_) | KeyChange::Confirm => AuditAction::Update,
        KeyChange::Regenerate => AuditAction::Regenerate,
        KeyChange::Delete => AuditAction::Delete,
    }
}

fn without_secret(row: &KeyRow) -> Option<Value> {
    row.resource().and_then(|key| serde_json::to_value(key).ok())
}

fn event<'a>(organization: OrganizationId, action: AuditAction, by: &'a Requester, now: DateTime<Utc>) -> Event<'a> {
    Event {
        logged_on: now,
        organization: Some(organization),
        action,
        sub_category: AuditSubCategory::ApiKey,
        resource: RESOURCE,
        actor: Actor::Admin(&by.admin),
        client: Some(&by.client),
        interface: AuditInterface::AdminUi,
        failure: None,
        before: None,
        after: None,
    }
}
