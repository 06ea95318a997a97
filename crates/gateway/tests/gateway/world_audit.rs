//! What the audit log of the world says.

use serde_json::Value;

use crate::world::World;

impl World {
    /// The rows of the audit log after one, as `action, sub-category, result, reason`, and the last one.
    pub(crate) fn audited_after(&self, row: i64) -> (Vec<String>, i64) {
        let last = "SELECT COALESCE(MAX(id), ?1) FROM audit_log WHERE id > ?1";
        let last: Vec<i64> = self.gateway.data.column(last, &[row.into()]);
        let rows = self.gateway.data.column(
            "SELECT action || ', ' || sub_category || ', ' || result || COALESCE(', ' || reason, '')
             FROM audit_log WHERE id > ?1 AND id <= ?2 ORDER BY id",
            &[row.into(), last[0].into()],
        );
        (rows, last[0])
    }

    /// How many a row of the audit log stands for.
    pub(crate) fn counted(&self, row: i64) -> i64 {
        let change = "SELECT after_change FROM audit_log WHERE id = ?1";
        let change: Vec<String> = self.gateway.data.column(change, &[row.into()]);
        let change: Value = serde_json::from_str(&change[0]).expect("JSON");
        change["count"].as_i64().expect("a count")
    }
}
