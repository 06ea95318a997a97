//! A row of the audit log, and the MAC that chains it to the previous row.

use sqlx::FromRow;

use crate::secrets::Secrets;

/// A row of the log as it is stored.
#[derive(Debug, FromRow)]
pub(in crate::store) struct ChainedRow {
    pub(in crate::store) id: i64,
    pub(in crate::store) logged_on: i64,
    pub(in crate::store) organization_id: Option<i64>,
    pub(in crate::store) action: String,
    pub(in crate::store) category: String,
    pub(in crate::store) sub_category: String,
    pub(in crate::store) resource: String,
    pub(in crate::store) admin_id: Option<i64>,
    pub(in crate::store) admin_name: Option<String>,
    pub(in crate::store) client_address: Option<String>,
    pub(in crate::store) interface: String,
    pub(in crate::store) result: String,
    pub(in crate::store) reason: Option<String>,
    pub(in crate::store) before_change: Option<String>,
    pub(in crate::store) after_change: Option<String>,
    pub(in crate::store) request_id: Option<String>,
    pub(in crate::store) mac: Option<Vec<u8>>,
}

impl ChainedRow {
    /// The MAC that the row has to have after a row with the MAC `before`.
    pub(in crate::store) fn mac_after(&self, secrets: &Secrets, before: &[u8; 32]) -> [u8; 32] {
        let mut message = Message::new("row");
        message.bytes(before);
        message.number(Some(self.id));
        message.number(Some(self.logged_on));
        message.number(self.organization_id);
        message.number(self.admin_id);
        for text in [&self.action, &self.category, &self.sub_category, &self.resource] {
            message.text(Some(text));
        }
        for text in [&self.interface, &self.result] {
            message.text(Some(text));
        }
        for text in [
            &self.admin_name,
            &self.client_address,
            &self.reason,
            &self.before_change,
            &self.after_change,
            &self.request_id,
        ] {
            message.text(text.as_deref());
        }
        secrets.audit_mac(&message.0)
    }
}

/// The input of a MAC. Parts are length-prefixed, so that no two lists of parts have the same bytes.
pub(in crate::store) struct Message(pub(super) Vec<u8>);

impl Message {
    pub(in crate::store) fn new(purpose: &str) -> Self {
        let mut message = Self(Vec::with_capacity(512));
        message.text(Some(purpose));
        message
    }

    pub(in crate::store) fn bytes(&mut self, bytes: &[u8]) {
        self.0.push(1);
        self.0.extend((bytes.len() as u64).to_be_bytes());
        self.0.extend(bytes);
    }

    pub(in crate::store) fn text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.bytes(text.as_bytes()),
            None => self.0.push(0),
        }
    }

    pub(in crate::store) fn number(&mut self, number: Option<i64>) {
        match number {
            Some(number) => self.bytes(&number.to_be_bytes()),
            None => self.0.push(0),
        }
    }
}
