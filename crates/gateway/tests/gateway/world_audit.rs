//! What the audit log of the world says.

use keyward_gateway::store::DATABASE_FILE;

use crate::world::World;

impl World {
    /// The rows of the audit log after one, as `action, sub-category, result, reason`, and the last one.
    pub(crate) fn audited_after(&self, row: i64) -> (Vec<String>, i64) {
        let file = self.gateway.folder.path().join(DATABASE_FILE);
        let database = rusqlite::Connection::open(file).expect("a database");
        let mut statement = database
            .prepare(
                "SELECT action || ', ' || sub_category || ', ' || result || COALESCE(', ' || reason, ''), id
                 FROM audit_log WHERE id > ?1 ORDER BY id",
            )
            .expect("SQL");
        let rows = statement.query_map([row], |row| Ok((row.get(0)?, row.get(1)?)));
        let rows: Vec<(String, i64)> = rows.expect("rows").collect::<Result<_, _>>().expect("rows");
        let last = rows.last().map_or(row, |(_, id)| *id);
        (rows.into_iter().map(|(text, _)| text).collect(), last)
    }

    /// How many a row of the audit log stands for.
    pub(crate) fn counted(&self, row: i64) -> i64 {
        let file = self.gateway.folder.path().join(DATABASE_FILE);
        let database = rusqlite::Connection::open(file).expect("a database");
        let count = "SELECT json_extract(after_change, '$.count') FROM audit_log WHERE id = ?1";
        database.query_row(count, [row], |row| row.get(0)).expect("a count")
    }
}
