//! Keys in our own database, sealed.

use std::sync::Arc;

use async_trait::async_trait;
use keyward_contract::{ApiKey, KeyStatus, KeyString, LastChange, OrganizationId, Restored, Subscription, obfuscate};
use subtle::ConstantTimeEq as _;

use super::{
    ChangeBy, HeldKey, HolderCapabilities, KeyAt, KeyCheck, KeyHolder, Obfuscated, Replaced, Unusable, another_key,
    next_change,
};
use crate::{
    random,
    secrets::Secrets,
    store::{
        Connection, StoreError,
        keys::{
            api_keys::{self, KeyRow},
            former_keys,
        },
        organizations,
        sessions::api_sessions,
    },
};

/// Holds the keys in our own database.
pub struct LocalKeys {
    secrets: Arc<Secrets>,
}

impl LocalKeys {
    /// Sealed by these secrets.
    pub fn new(secrets: Arc<Secrets>) -> Self {
        Self { secrets }
    }

    /// Replaces the key of `row` with a new one or none. The old one becomes the previous key.
    async fn put(
        &self,
        connection: &mut Connection,
        of: OrganizationId,
        (row, current): (Option<&KeyRow>, Option<&KeyString>),
        key: Option<&KeyString>,
        change: ChangeBy,
    ) -> Result<Replaced<(i64, LastChange)>, StoreError> {
        let id = match row {
            Some(row) if row.exists() => row.id,
            _ => random::id(),
        };
        let made = next_change(row.map(|row| &row.last_change), change);
        if let Some(current) = current {
            former_keys::put(connection, &self.secrets, of, current, made.last_modified_on).await?;
        }
        api_keys::put(connection, &self.secrets, of, id, key, &made).await?;
        let sessions_ended = api_sessions::delete_all(connection, of).await?;
        let key = (id, made);
        Ok(Replaced { key, sessions_ended })
    }

    async fn replace(
        &self,
        connection: &mut Connection,
        of: OrganizationId,
        from: (Option<&KeyRow>, Option<&KeyString>),
        key: &KeyString,
        change: ChangeBy,
    ) -> Result<Replaced<ApiKey>, StoreError> {
        let put = self.put(connection, of, from, Some(key), change).await?;
        let (id, made) = put.key;
        let key = ApiKey {
            id,
            status: KeyStatus::Enabled,
            last_modified_by: made.last_modified_by,
            last_modified_on: made.last_modified_on,
            version: made.version,
            restored: None,
            key: Some(key.clone()),
        };
        let sessions_ended = put.sessions_ended;
        Ok(Replaced { key, sessions_ended })
    }

    fn open(&self, row: Option<&KeyRow>) -> Result<Option<KeyString>, StoreError> {
        Ok(row.map(|row| row.open(&self.secrets)).transpose()?.flatten())
    }

    /// The key, if it opens. One that doesn't was rolled back or changed, and is treated as missing.
    fn open_if_whole(&self, row: Option<&KeyRow>) -> Result<Option<KeyString>, StoreError> {
        match self.open(row) {
            Err(StoreError::Sealed(_)) => Ok(None),
            opened => opened,
        }
    }
}

#[async_trait]
impl KeyHolder for LocalKeys {
    fn capabilities(&self) -> HolderCapabilities {
        HolderCapabilities {
            add: true,
            edit: true,
            regenerate: true,
            delete: true,
        }
    }

    async fn find(&self, KeyAt { connection, of }: KeyAt<'_>) -> Result<Option<HeldKey>, StoreError> {
        let row = api_keys::find(connection, of).await?;
        Ok(row.map(|row| HeldKey {
            key: row.resource(),
            last_change: row.last_change,
        }))
    }

    async fn reveal(&self, KeyAt { connection, of }: KeyAt<'_>) -> Result<Option<KeyString>, StoreError> {
        self.open(api_keys::find(connection, of).await?.as_ref())
    }

    async fn add(&self, KeyAt { connection, of }: KeyAt<'_>, change: ChangeBy) -> Result<Replaced<ApiKey>, StoreError> {
        let row = api_keys::find(connection, of).await?;
        let former = former_keys::find(connection, &self.secrets, of, change.on).await?;
        let key = another_key(former.as_ref().map(|(_, key)| key));
        self.replace(connection, of, (row.as_ref(), None), &key, change).await
    }

    async fn edit(
        &self,
        KeyAt { connection, of }: KeyAt<'_>,
        key: &KeyString,
        change: ChangeBy,
    ) -> Result<Replaced<ApiKey>, StoreError> {
        let row = api_keys::find(connection, of).await?;
        let current = self.open(row.as_ref())?;
        self.replace(connection, of, (row.as_ref(), current.as_ref()), key, change)
            .await
    }

    async fn regenerate(
        &self,
        KeyAt { connection, of }: KeyAt<'_>,
        change: ChangeBy,
    ) -> Result<Replaced<ApiKey>, StoreError> {
        let row = api_keys::find(connection, of).await?;
        let current = self.open_if_whole(row.as_ref())?;
        let key = another_key(current.as_ref());
        self.replace(connection, of, (row.as_ref(), current.as_ref()), &key, change)
            .await
    }

    async fn delete(
        &self,
        KeyAt { connection, of }: KeyAt<'_>,
        change: ChangeBy,
    ) -> Result<Replaced<LastChange>, StoreError> {
        let row = api_keys::find(connection, of).await?;
        let current = self.open_if_whole(row.as_ref())?;
        let put = self
            .put(connection, of, (row.as_ref(), current.as_ref()), None, change)
            .await?;
        Ok(Replaced {
            key: put.key.1,
            sessions_ended: put.sessions_ended,
        })
    }

    async fn confirm(&self, KeyAt { connection, of }: KeyAt<'_>, change: ChangeBy) -> Result<ApiKey, StoreError> {
        const NO_KEY: StoreError = StoreError::Impossible("api_keys");
        let row = api_keys::find(connection, of).await?.ok_or(NO_KEY)?;
        if row.restored.is_none() {
            return row.resource().ok_or(NO_KEY);
        }
        // It has to open: a rolled-back or changed value can't be confirmed.
        row.open(&self.secrets)?;
        let made = next_change(Some(&row.last_change), change);
        api_keys::confirm(connection, &self.secrets, &row, &made).await?;
        let row = api_keys::find(connection, of).await?.ok_or(NO_KEY)?;
        row.resource().ok_or(NO_KEY)
    }

    async fn check(&self, KeyAt { connection, of }: KeyAt<'_>, sent: Obfuscated<'_>) -> Result<KeyCheck, StoreError> {
        let found = organizations::find(connection, of).await?;
        // An organization that was removed in the meantime has no key.
        let subscription = found.map_or(Subscription::None, |found| found.subscription);
        let fits = |key: &KeyString| bool::from(obfuscate(key, sent.timestamp).ct_eq(sent.key));
        let former = former_keys::find(connection, &self.secrets, of, sent.now).await?;
        let row = api_keys::find(connection, of).await?;
        let fits_present = self.open(row.as_ref())?.as_ref().is_some_and(fits);
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
