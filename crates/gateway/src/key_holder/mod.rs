//! The key holder finds, compares and replaces keys. Permissions, versions, repetitions and the audit log are handled above
//! it, in the same way for every holder.

mod local;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use keyward_contract::{ApiKey, ChangedBy, KeyStatus, KeyString, LastChange, OrganizationId, Subscription};

pub use self::local::LocalKeys;
use crate::{
    random,
    store::{Connection, StoreError},
};

/// Which operations a holder offers at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HolderCapabilities {
    /// Add a random key where there is none.
    pub add: bool,
    /// Replace the key by a chosen one.
    pub edit: bool,
    /// Replace it by a random one.
    pub regenerate: bool,
    /// Delete it.
    pub delete: bool,
}

/// What a holder knows of an organization's key.
#[derive(Clone, Debug)]
pub struct HeldKey {
    /// The key without its secret; `None` when there is none now.
    pub key: Option<ApiKey>,
    /// The last change, deletion included.
    pub last_change: LastChange,
}

impl HeldKey {
    /// Whether the service provider lets it be used; `None` when there is none.
    pub fn status(&self) -> Option<KeyStatus> {
        self.key.as_ref().map(|key| key.status)
    }
}

/// The key of an organization, and what to read or write it with.
pub struct KeyAt<'c> {
    /// A transaction where it is changed, else any connection.
    pub connection: &'c mut Connection,
    /// Whose key it is.
    pub of: OrganizationId,
}

/// A change as it goes into the row of the key.
pub struct ChangeBy {
    /// By whom.
    pub by: ChangedBy,
    /// When.
    pub on: DateTime<Utc>,
}

/// A key that was replaced or deleted, and what that ended.
pub struct Replaced<K> {
    /// The key there is now.
    pub key: K,
    /// API sessions that have ended with the one before.
    pub sessions_ended: u64,
}

/// Holds the keys of organizations. Each change is made within the caller's transaction, and takes effect when that is
/// committed: then the old key is rejected, and its sessions have ended.
#[async_trait]
pub trait KeyHolder: Send + Sync {
    /// Which operations it offers. Others are never asked for.
    fn capabilities(&self) -> HolderCapabilities;

    /// The key; `None` when there never was one.
    async fn find(&self, at: KeyAt<'_>) -> Result<Option<HeldKey>, StoreError>;

    /// Its secret; `None` when there is no key.
    async fn reveal(&self, at: KeyAt<'_>) -> Result<Option<KeyString>, StoreError>;

    /// Makes a random key where there is none. Answers it with its secret.
    async fn add(&self, at: KeyAt<'_>, change: ChangeBy) -> Result<Replaced<ApiKey>, StoreError>;

    /// Replaces the key by this one. Answers it with its secret.
    async fn edit(&self, at: KeyAt<'_>, key: &KeyString, change: ChangeBy) -> Result<Replaced<ApiKey>, StoreError>;

    /// Replaces the key by a random one. Answers it with its secret.
    async fn regenerate(&self, at: KeyAt<'_>, change: ChangeBy) -> Result<Replaced<ApiKey>, StoreError>;

    /// Deletes the key. Answers its last change.
    async fn delete(&self, at: KeyAt<'_>, change: ChangeBy) -> Result<Replaced<LastChange>, StoreError>;

    /// Lets the key be used again after a restore. One that is not in doubt stays as it is, version and all.
    async fn confirm(&self, at: KeyAt<'_>, change: ChangeBy) -> Result<ApiKey, StoreError>;

    /// Compares a key that an API client sent in obfuscated form with the current key, and with the previous one.
    async fn check(&self, at: KeyAt<'_>, sent: Obfuscated<'_>) -> Result<KeyCheck, StoreError>;
}

/// A key as an API client sends it.
#[derive(Clone, Copy)]
pub struct Obfuscated<'a> {
    /// The key, obfuscated by the timestamp.
    pub key: &'a [u8],
    /// Epoch milliseconds.
    pub timestamp: u64,
    /// The time of the gateway.
    pub now: DateTime<Utc>,
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
    /// It is the previous key. It is rejected, even if the obfuscation shows so little of it that the current key fits as
    /// well.
    Former {
        /// Which one.
        id: i64,
        /// Whether the current key fits as well.
        fits_present: bool,
    },
    /// It is neither.
    Wrong,
    /// It matches no key.
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

/// A random key that differs in every place from the one that was before it, so that whatever timestamp a client chooses,
/// what it sends of that one does not fit the new one.
pub fn another_key(before: Option<&KeyString>) -> KeyString {
    loop {
        let key = random::key_string();
        if before.is_none_or(|before| key.places_in_common(before) == 0) {
            return key;
        }
    }
}

/// The next change of a row: its version is one more.
pub fn next_change(last: Option<&LastChange>, change: ChangeBy) -> LastChange {
    LastChange {
        last_modified_by: change.by,
        last_modified_on: change.on,
        version: last.map_or(0, |last| last.version) + 1,
    }
}
