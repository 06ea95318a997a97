//! Statements built from the names of tables and columns.

use sqlx::AssertSqlSafe;

use crate::store::{Connection, StoreError};

/// Executes a statement.
pub(in crate::store) async fn run(connection: &mut Connection, statement: String) -> Result<(), StoreError> {
    sqlx::query(AssertSqlSafe(statement)).execute(connection).await?;
    Ok(())
}

/// The columns of a table.
pub(in crate::store) async fn columns(connection: &mut Connection, table: &str) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar("SELECT name FROM pragma_table_info($1)")
        .bind(table)
        .fetch_all(connection)
        .await?)
}
