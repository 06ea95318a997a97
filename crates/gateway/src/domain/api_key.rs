//! The cloud service API key of an organization. When a change is answered, it is on disk and in the audit log, the old key
//! no longer works, and its sessions have ended; or nothing was changed.

use keyward_contract::{
    ApiKey, AuditSubCategory, Capabilities, FieldCode, FieldError, KEY_LENGTH, KeyStatus, KeyString, LastChange,
    ProblemCode, ReadApiKey, Refusal, SIMILAR_PLACES_MAX,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    change::{Asked, Change, Made},
    upstream_key,
};
use crate::{
    http::{preconditions::Preconditions, problem::Problem},
    key_holder::{ChangeBy, HeldKey, HolderCapabilities, Replaced},
    portal_auth::at_organization::AtOrganization,
    rules::{Operation, Standing, check},
    state::AppState,
    store::{StoreError, keys::upstreams, organizations},
};

/// A change of the key.
#[derive(Clone, Debug)]
pub enum KeyChange {
    /// Create a random key if there is none.
    Add,
    /// Replace the key by this one.
    Edit(KeyString),
    /// Replace the key by a random one.
    Regenerate,
    /// Leave no key.
    Delete,
    /// Confirm it unchanged after a restore.
    Confirm,
}

impl KeyChange {
    fn operation(&self) -> Operation {
        match self {
            Self::Add => Operation::ApiKeyAdd,
            Self::Edit(_) => Operation::ApiKeyEdit,
            Self::Regenerate => Operation::ApiKeyRegenerate,
            Self::Delete => Operation::ApiKeyDelete,
            Self::Confirm => Operation::ApiKeyConfirm,
        }
    }

    fn refusal(&self, capabilities: &Capabilities) -> Option<Refusal> {
        match self {
            Self::Add => capabilities.add,
            Self::Edit(_) => capabilities.edit,
            Self::Regenerate => capabilities.regenerate,
            Self::Delete => capabilities.delete,
            // Whatever its holder offers besides.
            Self::Confirm => capabilities
                .regenerate
                .filter(|refusal| *refusal != Refusal::NotSupported),
        }
    }
}

/// A change that was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyChanged {
    /// A new key, with its secret.
    Added(ApiKey),
    /// A replaced key, with its secret.
    Replaced(ApiKey),
    /// The key was deleted.
    Deleted,
    /// The unchanged key, without its secret.
    Confirmed(ApiKey),
}

impl Made for KeyChanged {
    fn reveals(&self) -> Option<&str> {
        matches!(self, Self::Added(_) | Self::Replaced(_)).then_some(AuditSubCategory::ApiKey.as_str())
    }
}

/// What an admin can do with the key, of which this is the status.
pub fn capabilities(app: &AppState, standing: &Standing, status: Option<KeyStatus>) -> Capabilities {
    let holder = match standing.has_upstream() {
        true => HolderCapabilities::UPSTREAM,
        false => app.key_holder.capabilities(),
    };
    standing.api_key(holder, status)
}

/// The base URL that clients of the key connect to, as the page shows it. An admin with several organizations sees the
/// organization's own, since the same key may open sessions in others of them.
pub async fn base_url(app: &AppState, at: &AtOrganization) -> Result<String, StoreError> {
    let mut reader = app.store.read().await?;
    let id = at.organization.id;
    if at.organization.has_upstream {
        let row = upstreams::find(&mut reader, id).await?;
        return Ok(row.map(|row| row.place.base_url()).unwrap_or_default());
    }
    Ok(
        match organizations::of_admin(&mut reader, at.requester.admin.id).await?.len() {
            0 | 1 => app.cloud_service_api_url(),
            _ => app.organization_api_url(id),
        },
    )
}

/// The status of the key; `None` if there is none.
pub async fn status(app: &AppState, at: &AtOrganization) -> Result<Option<KeyStatus>, StoreError> {
    let mut reader = app.store.read().await?;
    if at.organization.has_upstream {
        let row = upstreams::find(&mut reader, at.organization.id).await?;
        return Ok(row.and_then(|row| row.state.key).map(|key| key.status));
    }
    let held = app.key_holder.find(at.key(&mut reader)).await?;
    Ok(held.as_ref().and_then(HeldKey::status))
}

/// The key without its secret.
///
/// # Errors
/// [`ProblemCode::SubscriptionNone`]; [`ProblemCode::NoApiKey`], with its last change if there ever was one.
pub async fn read(app: &AppState, at: &AtOrganization) -> Result<ReadApiKey, Problem> {
    check(at.standing().without_subscription())?;
    if at.organization.has_upstream {
        return upstream_key::read(app, at).await;
    }
    let mut reader = app.store.read().await?;
    let key = existing(app.key_holder.find(at.key(&mut reader)).await?)?;
    Ok(ReadApiKey { key, upstream: None })
}

/// The key with its secret. The audit row is written first.
///
/// # Errors
/// As of [`read`], and what forbids it.
pub async fn reveal(app: &AppState, at: &AtOrganization) -> Result<ApiKey, Problem> {
    if at.organization.has_upstream {
        return upstream_key::reveal(app, at).await;
    }
    let asked = Asked::at(at, Operation::ApiKeyReveal, &Preconditions::NONE);
    Change::run(app, asked, |change| {
        Box::pin(async move {
            let (standing, held) = now(change, at).await?;
            check(capabilities(app, &standing, held.as_ref().and_then(HeldKey::status)).reveal)?;
            let key = existing(held)?;
            let secret = app.key_holder.reveal(at.key(&mut change.transaction)).await?;
            Ok(Revealed(ApiKey { key: secret, ..key }))
        })
    })
    .await
    .map(|Revealed(key)| key)
}

/// A key with its secret, which no repetition gives out: it is not named.
#[derive(Serialize, Deserialize)]
pub(super) struct Revealed(pub(super) ApiKey);

impl Made for Revealed {}

/// Changes the key.
pub async fn change(
    app: &AppState,
    at: &AtOrganization,
    preconditions: &Preconditions,
    wanted: &KeyChange,
) -> Result<KeyChanged, Problem> {
    if at.organization.has_upstream && matches!(wanted, KeyChange::Regenerate) {
        return upstream_key::regenerate(app, at, preconditions).await;
    }
    let mut asked = Asked::at(at, wanted.operation(), preconditions);
    if let KeyChange::Edit(key) = wanted {
        asked = asked.body(&key.reveal());
    }
    Change::run(app, asked, |change| Box::pin(apply(change, at, wanted))).await
}

async fn apply(change: &mut Change<'_>, at: &AtOrganization, wanted: &KeyChange) -> Result<KeyChanged, Problem> {
    let app = change.app;
    let holder = &app.key_holder;
    let (standing, held) = now(change, at).await?;
    let status = held.as_ref().and_then(HeldKey::status);
    check(wanted.refusal(&capabilities(app, &standing, status)))?;
    // Nothing is restored at an upstream, and no key may be put here beside its own.
    check(standing.has_upstream().then_some(Refusal::NotSupported))?;
    if matches!(wanted, KeyChange::Add) {
        if held.as_ref().is_some_and(|held| held.key.is_some()) {
            return Err(Problem::new(ProblemCode::ApiKeyExists)
                .detail("An organization can only have one key. Regenerate this one."));
        }
    } else {
        check_version(change, &existing(held.clone())?)?;
    }
    change.before = held.and_then(|held| held.key).map(|key| json!(key));
    let by = change.last_change(0);
    let by = ChangeBy {
        by: by.last_modified_by,
        on: by.last_modified_on,
    };
    let key = at.key(&mut change.transaction);
    let (changed, after) = match wanted {
        KeyChange::Add => {
            let added = holder.add(key, by).await?;
            (KeyChanged::Added(added.key.clone()), replaced(&added))
        }
        KeyChange::Edit(new) => {
            check_difference(new, holder.reveal(at.key(&mut change.transaction)).await?.as_ref())?;
            let edited = holder.edit(at.key(&mut change.transaction), new, by).await?;
            (KeyChanged::Replaced(edited.key.clone()), replaced(&edited))
        }
        KeyChange::Regenerate => {
            let regenerated = holder.regenerate(key, by).await?;
            (KeyChanged::Replaced(regenerated.key.clone()), replaced(&regenerated))
        }
        KeyChange::Delete => {
            let deleted = holder.delete(key, by).await?;
            let after = shown(deleted.key.version, false, deleted.sessions_ended);
            (KeyChanged::Deleted, after)
        }
        KeyChange::Confirm => {
            let is_doubted = change
                .before
                .as_ref()
                .is_some_and(|before| !before["restored"].is_null());
            let key = holder.confirm(key, by).await?;
            let after = json!({ "version": key.version, "exists": true, "confirmed": is_doubted });
            (KeyChanged::Confirmed(key), after)
        }
    };
    change.after = Some(after);
    Ok(changed)
}

/// As it is within the transaction.
async fn now(change: &mut Change<'_>, at: &AtOrganization) -> Result<(Standing, Option<HeldKey>), Problem> {
    let standing = change.standing().await?;
    let held = change.app.key_holder.find(at.key(&mut change.transaction)).await?;
    Ok((standing, held))
}

fn existing(held: Option<HeldKey>) -> Result<ApiKey, Problem> {
    let (key, last_change) = held.map_or((None, None), |held| (held.key, Some(held.last_change)));
    key.ok_or_else(|| Problem::new(ProblemCode::NoApiKey).last_change(last_change))
}

/// Also says who made the change that came first.
pub(super) fn check_version(change: &Change<'_>, key: &ApiKey) -> Result<(), Problem> {
    change
        .check_version(key.version)
        .map_err(|problem| match problem.code() {
            ProblemCode::StaleVersion => Problem::new(ProblemCode::StaleVersion).last_change(Some(LastChange {
                last_modified_by: key.last_modified_by.clone(),
                last_modified_on: key.last_modified_on,
                version: key.version,
            })),
            _ => problem,
        })
}

fn check_difference(new: &KeyString, current: Option<&KeyString>) -> Result<(), Problem> {
    match current {
        Some(current) if new.places_in_common(current) == KEY_LENGTH => {
            Err(Problem::new(ProblemCode::SameApiKey).field("key", FieldCode::KeySame))
        }
        Some(current) if new.is_similar_to(current) => {
            let least = u32::try_from(KEY_LENGTH - SIMILAR_PLACES_MAX).unwrap_or_default();
            Err(Problem::new(ProblemCode::SimilarApiKey).field("key", FieldError::similar_key(least)))
        }
        _ => Ok(()),
    }
}

fn replaced(by: &Replaced<ApiKey>) -> Value {
    shown(by.key.version, true, by.sessions_ended)
}

fn shown(version: i64, exists: bool, sessions_ended: u64) -> Value {
    json!({ "version": version, "exists": exists, "sessionsEnded": sessions_ended })
}
