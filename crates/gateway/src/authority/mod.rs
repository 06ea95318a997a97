//! Who holds the keys. The portal API and the cloud service API ask the authority; they don't know which one it is.

mod embedded;
pub mod provider;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
pub use embedded::EmbeddedAuthority;
use keyward_contract::{Admin, ApiKey, ChangedBy, KeyString, LastChange, OrganizationId, Subscription};
use serde::{Deserialize, Serialize};

use crate::{
    edge::ClientInfo,
    idempotency::{Idempotency, IdempotencyError},
    random,
    store::StoreError,
};

/// Holds the keys of organizations.
///
/// Whoever calls has made sure that the organization exists and that the admin's role grants the operation.
#[async_trait]
pub trait Authority: Send + Sync {
    /// The key without its secret.
    async fn key(&self, organization: OrganizationId) -> Result<ApiKey, KeyError>;

    /// The key with its secret. Written to the audit log first.
    async fn reveal_key(&self, organization: OrganizationId, by: &Requester) -> Result<ApiKey, KeyError>;

    /// Changes the key. When this returns, the change is on disk, the audit log has it, the old key is refused and the
    /// sessions opened with it have ended; or nothing of that is so.
    async fn change_key(
        &self,
        organization: OrganizationId,
        change: &KeyChange,
        request: &ChangeRequest,
    ) -> Result<KeyChanged, KeyError>;

    /// Compares a key that an API client sent in obfuscated form with the key that is valid now, and with the former one.
    async fn check_key(
        &self,
        organization: OrganizationId,
        obfuscated: &[u8],
        timestamp: u64,
    ) -> Result<KeyCheck, StoreError>;
}

/// A change of the key.
#[derive(Clone, Debug)]
pub enum KeyChange {
    /// Make a random key where there is none.
    Add,
    /// Replace the key by this one.
    Edit(KeyString),
    /// Replace the key by a random one.
    Regenerate,
    /// Leave no key.
    Delete,
    /// Leave it as it is, and let it be used again after a restore.
    Confirm,
}

/// Who asks, and from where.
#[derive(Clone, Debug)]
pub struct Requester {
    /// The admin.
    pub admin: Admin,
    /// Where they are.
    pub client: ClientInfo,
}

/// How a change is asked for.
#[derive(Clone, Debug)]
pub struct ChangeRequest {
    /// By whom.
    pub by: Requester,
    /// Which version it is meant to change.
    pub precondition: Precondition,
    /// What makes it safe to repeat.
    pub idempotency: Option<Idempotency>,
}

/// Which version of the key a change is meant for: the header `If-Match` (RFC 9110, section 13.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// There was none.
    Missing,
    /// Any version (`*`).
    Any,
    /// One of these. An entity tag that no version has is left out.
    Versions(Vec<i64>),
}

/// A change that was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyChanged {
    /// There is a key now; here it is, with its secret.
    Added(ApiKey),
    /// There is another key now; here it is, with its secret.
    Replaced(ApiKey),
    /// There is no key any more.
    Deleted,
    /// It is as it was; here it is, without its secret.
    Confirmed(ApiKey),
}

/// Why an operation on the key did not happen.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The state of things forbids it.
    #[error("refused: {0:?}")]
    Refused(KeyRefusal),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why the state of things forbids an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyRefusal {
    /// There is no key; this is its last change, if it ever had one.
    NoKey(Option<LastChange>),
    /// There is one already.
    KeyExists,
    /// The service provider has disabled it.
    Disabled,
    /// The subscription is over.
    SubscriptionExpired,
    /// There is no subscription.
    SubscriptionNone,
    /// The new key is the present one.
    SameKey,
    /// The new key has the character of the present one in more than [`SIMILAR_PLACES_MAX`] places.
    ///
    /// [`SIMILAR_PLACES_MAX`]: keyward_contract::SIMILAR_PLACES_MAX
    SimilarKey,
    /// A change must say which version it means.
    PreconditionRequired,
    /// It means another version; this was the last change.
    Stale(LastChange),
    /// The idempotency key was used for another request.
    IdempotencyKeyReused,
    /// The first request with this idempotency key is still running.
    IdempotencyKeyInUse,
}

/// How a key that an API client sent compares with the valid one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyCheck {
    /// It is the valid key, at this version.
    Valid {
        /// The version to open the session with.
        version: i64,
    },
    /// A restore has brought it back though it was replaced or deleted. It is as good as a wrong one until it is confirmed.
    Held,
    /// It is the key, but it may not be used.
    Unusable(Unusable),
    /// It is the former key. It opens nothing, not even where the obfuscation shows so little of it that the present key
    /// fits as well.
    Former {
        /// Which one.
        id: i64,
        /// Whether the present key fits as well.
        fits_present: bool,
    },
    /// It is neither.
    Wrong,
    /// There is no key that it could be.
    NoKey,
}

/// Why a right key opens no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// The service provider has disabled it.
    Disabled,
    /// The subscription is not active but this.
    Subscription(Subscription),
}

impl From<IdempotencyError> for KeyError {
    fn from(error: IdempotencyError) -> Self {
        match error {
            IdempotencyError::Reused => Self::Refused(KeyRefusal::IdempotencyKeyReused),
            IdempotencyError::InUse => Self::Refused(KeyRefusal::IdempotencyKeyInUse),
            IdempotencyError::Store(error) => Self::Store(error),
        }
    }
}

fn refuse<T>(refusal: KeyRefusal) -> Result<T, KeyError> {
    Err(KeyError::Refused(refusal))
}

/// A random key that differs in every place from the one that was before it, so that whatever timestamp a client chooses,
/// what it sends of that one does not fit the new one.
fn another_key(before: Option<&KeyString>) -> KeyString {
    loop {
        let key = random::key_string();
        if before.is_none_or(|before| key.places_in_common(before) == 0) {
            return key;
        }
    }
}

/// The next change of a row: its version is one more.
fn next_change(last: Option<&LastChange>, by: ChangedBy, on: DateTime<Utc>) -> LastChange {
    LastChange {
        last_modified_by: by,
        last_modified_on: on,
        version: last.map_or(0, |last| last.version) + 1,
    }
}
