//! Changing the key.

use keyward_contract::{KeyString, OrganizationId};

use super::{Attempt, KeyStore};
use crate::api::{
    Request,
    api_key::{self as api, KeyAnswer},
};

/// Changes of the key.
pub(crate) type KeyChange = Attempt<KeyStore>;

impl KeyChange {
    pub(crate) fn add(self) {
        self.start(api::api_key_add(self.of.org));
    }

    pub(crate) fn edit(self, key: KeyString) {
        self.replace(|org, version| api::api_key_edit(org, version, key));
    }

    pub(crate) fn regenerate(self) {
        self.replace(api::api_key_regenerate);
    }

    pub(crate) fn delete(self) {
        self.replace(api::api_key_delete);
    }

    pub(crate) fn confirm(self) {
        self.replace(api::api_key_confirm);
    }

    /// Changes the key that is there.
    fn replace(self, request: impl FnOnce(OrganizationId, i64) -> Request<KeyAnswer>) {
        match self.of.version() {
            Some(version) => self.start(request(self.of.org, version)),
            None => self.overtaken(self.of.last_change()),
        }
    }
}
