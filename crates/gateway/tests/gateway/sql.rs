//! SQL on the database of a test, beside its gateway: as someone who can write to it, on SQLite and on PostgreSQL.

use std::fs;

use keyward_gateway::store::DATABASE_FILE;
use rusqlite::{ToSql, types::ToSqlOutput};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Postgres, Row as _, postgres::PgArguments, query::Query};
use url::Url;

use crate::{
    data::TestData,
    database::{execute, on_own_thread},
};

/// A value for `?1` and so on.
pub(crate) enum Value {
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_owned())
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Number(number) => number.to_sql(),
            Self::Text(text) => text.to_sql(),
            Self::Bytes(bytes) => bytes.to_sql(),
        }
    }
}

/// What can be read from both databases.
pub(crate) trait Read:
    rusqlite::types::FromSql + for<'row> sqlx::Decode<'row, Postgres> + sqlx::Type<Postgres> + Send + Unpin
{
}

impl<T> Read for T where
    T: rusqlite::types::FromSql + for<'row> sqlx::Decode<'row, Postgres> + sqlx::Type<Postgres> + Send + Unpin
{
}

impl TestData {
    /// Runs statements one after the other.
    pub(crate) fn execute(&self, sql: &str) {
        match &self.database {
            None => self.file().execute_batch(sql).expect(sql),
            Some(database) => execute(&database.url, sql).expect(sql),
        }
    }

    /// Runs one statement with values.
    pub(crate) fn execute_with(&self, sql: &str, values: &[Value]) {
        let Some(database) = &self.database else {
            self.file().execute(sql, rusqlite::params_from_iter(values)).expect(sql);
            return;
        };
        on_own_thread(async || {
            let mut connection = PgConnection::connect(database.url.as_str())
                .await
                .expect("a connection");
            bound(sql, values).execute(&mut connection).await.expect(sql);
        });
    }

    /// The only column of a result.
    pub(crate) fn column<T: Read>(&self, sql: &str, values: &[Value]) -> Vec<T> {
        let Some(database) = &self.database else {
            let file = self.file();
            let mut statement = file.prepare(sql).expect(sql);
            let rows = statement.query_map(rusqlite::params_from_iter(values), |row| row.get(0));
            return rows.expect(sql).collect::<Result<_, _>>().expect(sql);
        };
        column(&database.url, sql, values)
    }

    /// The one value of a result.
    pub(crate) fn value<T: Read>(&self, sql: &str) -> T {
        let mut all = self.column(sql, &[]);
        assert_eq!(all.len(), 1, "{sql}");
        all.remove(0)
    }

    /// The number of rows of a table, or of those with a condition.
    pub(crate) fn rows(&self, table: &str) -> i64 {
        self.value(&format!("SELECT COUNT(*) FROM {table}"))
    }

    /// The names of a table's columns.
    pub(crate) fn columns(&self, table: &str) -> Vec<String> {
        let sql = match self.database {
            None => "SELECT name FROM pragma_table_info(?1)",
            Some(_) => {
                "SELECT column_name::text FROM information_schema.columns
                 WHERE table_schema = current_schema() AND table_name = ?1"
            }
        };
        self.column(sql, &[table.into()])
    }

    /// Makes each insertion into a table fail.
    pub(crate) fn reject_insertions(&self, table: &str) {
        self.execute(&match self.database {
            None => format!("CREATE TRIGGER stop BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END"),
            Some(_) => format!(
                "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'no'; END$$;
                 CREATE TRIGGER stop BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION stop()"
            ),
        });
    }

    /// Takes [`reject_insertions`](Self::reject_insertions) back.
    pub(crate) fn allow_insertions(&self, table: &str) {
        self.execute(&match self.database {
            None => "DROP TRIGGER stop".to_owned(),
            Some(_) => format!("DROP TRIGGER stop ON {table}; DROP FUNCTION stop()"),
        });
    }

    /// Everything that is stored: the files, and each row of the database. Bytes that are no text are left out or escaped.
    pub(crate) fn everything(&self) -> String {
        let files = fs::read_dir(self.path()).expect("a folder");
        let files = files.map(|file| fs::read(file.expect("a file").path()).unwrap_or_default());
        let mut parts: Vec<String> = files
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .collect();
        if let Some(database) = &self.database {
            let mut url = database.url.clone();
            // Bytes that are text are shown as text.
            url.query_pairs_mut().append_pair("options[bytea_output]", "escape");
            let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()";
            for table in column::<String>(&url, tables, &[]) {
                parts.extend(column::<String>(&url, &format!("SELECT it::text FROM {table} it"), &[]));
            }
        }
        parts.concat()
    }

    fn file(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path().join(DATABASE_FILE)).expect("a database")
    }
}

/// The only column of a result on PostgreSQL.
pub(crate) fn column<T: Read>(url: &Url, sql: &str, values: &[Value]) -> Vec<T> {
    on_own_thread(async || {
        let mut connection = PgConnection::connect(url.as_str()).await.expect("a connection");
        let rows = bound(sql, values).fetch_all(&mut connection).await.expect(sql);
        rows.iter().map(|row| row.try_get(0).expect(sql)).collect()
    })
}

/// With `$1` in place of `?1`.
fn bound<'values>(sql: &str, values: &'values [Value]) -> Query<'values, Postgres, PgArguments> {
    let sql = (1..=values.len()).fold(sql.to_owned(), |sql, place| {
        sql.replace(&format!("?{place}"), &format!("${place}"))
    });
    let query = sqlx::query(AssertSqlSafe(sql));
    values.iter().fold(query, |query, value| match value {
        Value::Number(number) => query.bind(number),
        Value::Text(text) => query.bind(text),
        Value::Bytes(bytes) => query.bind(bytes),
    })
}
