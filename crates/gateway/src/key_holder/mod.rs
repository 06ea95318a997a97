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

/// The operations that a holder supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HolderCapabilities {
    /// Add a random key if there is none.
    pub add: bool,
    /// Replace the key by a chosen one.
    pub edit: bool,
    /// Replace it by a random one.
    pub regenerate: bool,
    /// Delete it.
    pub delete: bool,
}

impl HolderCapabilities {
    /// Those of an upstream: the vendor's public API lists and regenerates keys, and nothing else.
    pub const UPSTREAM: Self = Self {
        add: false,
        edit: false,
        regenerate: true,
        delete: false,
    };
}

/// The state of an organization's key.
#[derive(Clone, Debug)]
pub struct HeldKey {
    /// The key without its secret; `None` if there is none.
    pub key: Option<ApiKey>,
    /// The last change, deletion included.
    pub last_change: LastChange,
}

impl HeldKey {
    /// Its status; `None` if there is no key.
    pub fn status(&self) -> Option<KeyStatus> {
        self.key.as_ref().map(|key| key.status)
    }
}

/// The key of an organization, with the connection to use.
pub struct KeyAt<'c> {
    /// A transaction for changes, else any connection.
    pub connection: &'c mut Connection,
    /// Whose key it is.
    pub of: OrganizationId,
}

/// A change, as stored in the row of the key.
pub struct ChangeBy {
    /// By whom.
    pub by: ChangedBy,
    /// When.
    pub on: DateTime<Utc>,
}

/// A replaced or deleted key, and what ended with it.
pub struct Replaced<K> {
    /// The key there is now.
    pub key: K,
    /// How many API sessions ended with the old one.
    pub sessions_ended: u64,
}

/// Holds the keys of organizations. Each change is made within the caller's transaction, and takes effect when that is
/// committed: then the old key is rejected, and its sessions have ended.
#[async_trait]
pub trait KeyHolder: Send + Sync {
    /// The operations that it supports. Others are never called.
    fn capabilities(&self) -> HolderCapabilities;

    /// The key; `None` if there never was one.
    async fn find(&self, at: KeyAt<'_>) -> Result<Option<HeldKey>, StoreError>;

    /// Its secret; `None` if there is no key.
    async fn reveal(&self, at: KeyAt<'_>) -> Result<Option<KeyString>, StoreError>;

    /// Creates a random key if there is none. Returns it with its secret.
    async fn add(&self, at: KeyAt<'_>, change: ChangeBy) -> Result<Replaced<ApiKey>, StoreError>;

    /// Replaces the key with this one. Returns it with its secret.
    async fn edit(&self, at: KeyAt<'_>, key: &KeyString, change: ChangeBy) -> Result<Replaced<ApiKey>, StoreError>;

    /// Replaces the key with a random one. Returns it with its secret.
    async fn regenerate(&self, at: KeyAt<'_>, change: ChangeBy) -> Result<Replaced<ApiKey>, StoreError>;

    /// Deletes the key. Returns its last change.
    async fn delete(&self, at: KeyAt<'_>, change: ChangeBy) -> Result<Replaced<LastChange>, StoreError>;

    /// Confirms the key after a restore. A key that needs no confirmation stays unchanged, with its version.
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
    /// It was restored although it had been replaced or deleted. It counts as wrong until it is confirmed.
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
    /// The subscription isn't active, but in this state.
    Subscription(Subscription),
}

/// A random key that differs in every place from the previous one, so that an obfuscated previous key never matches it,
/// whatever the timestamp.
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
