//! Statements built from the names of tables and columns.

use sqlx::AssertSqlSafe;

use crate::store::{Connection, StoreError, is_postgres};

/// Executes a statement.
pub(in crate::store) async fn run(connection: &mut Connection, statement: String) -> Result<(), StoreError> {
    sqlx::query(AssertSqlSafe(statement)).execute(connection).await?;
    Ok(())
}

/// A column of a table.
pub(in crate::store) struct Column {
    pub(in crate::store) name: String,
    pub(in crate::store) kind: Kind,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Kind {
    Number,
    Text,
    Bytes,
}

/// The columns of a table, by name.
pub(in crate::store) async fn columns(connection: &mut Connection, table: &str) -> Result<Vec<Column>, StoreError> {
    let of_table = match is_postgres(connection) {
        true => {
            "SELECT CAST(column_name AS TEXT), CAST(data_type AS TEXT) FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY column_name COLLATE \"C\""
        }
        false => "SELECT name, LOWER(type) FROM pragma_table_info($1) ORDER BY name",
    };
    let columns: Vec<(String, String)> = sqlx::query_as(of_table).bind(table).fetch_all(connection).await?;
    let column = |(name, of): (String, String)| {
        let kind = match of.as_str() {
            "bigint" | "integer" => Kind::Number,
            "text" => Kind::Text,
            "blob" | "bytea" => Kind::Bytes,
            _ => return Err(StoreError::Impossible("the type of a column")),
        };
        Ok(Column { name, kind })
    };
    columns.into_iter().map(column).collect()
}

/// Their names.
pub(in crate::store) async fn column_names(
    connection: &mut Connection,
    table: &str,
) -> Result<Vec<String>, StoreError> {
    let columns = columns(connection, table).await?;
    Ok(columns.into_iter().map(|column| column.name).collect())
}
