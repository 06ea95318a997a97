//! The tables of both databases are the same.

use std::{collections::BTreeMap, fs, path::Path};

use crate::{data::TestData, database::on_own_thread, filled::tables, postgres::Postgres};

/// By table and column: the type as on PostgreSQL, and whether it must have a value.
fn columns(data: &TestData) -> BTreeMap<String, Vec<String>> {
    let sql = match data.database {
        // A primary key of SQLite's rows is never NULL; another one says so itself.
        None => {
            "SELECT name || ' ' || CASE LOWER(type) WHEN 'integer' THEN 'bigint' WHEN 'blob' THEN 'bytea' ELSE LOWER(type) END
                 || CASE WHEN \"notnull\" = 1 OR pk > 0 THEN ' not null' ELSE '' END
             FROM pragma_table_info(?1) ORDER BY name"
        }
        Some(_) => {
            "SELECT column_name || ' ' || data_type || CASE WHEN is_nullable = 'NO' THEN ' not null' ELSE '' END
             FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = ?1 ORDER BY column_name COLLATE \"C\""
        }
    };
    let tables = tables(data).into_iter();
    tables
        .map(|table| (table.clone(), data.column(sql, &[table.as_str().into()])))
        .collect()
}

/// The columns of each index that admits a value once; those of primary keys, too.
fn unique(data: &TestData) -> BTreeMap<String, Vec<String>> {
    let sql = match data.database {
        None => {
            "SELECT GROUP_CONCAT(name, ',') FROM (SELECT l.name AS of_index, i.name FROM pragma_index_list(?1) l,
                 pragma_index_info(l.name) i WHERE l.\"unique\" = 1 ORDER BY l.name, i.name) GROUP BY of_index
             UNION ALL
             SELECT name FROM pragma_table_info(?1) t WHERE pk = 1 AND LOWER(type) = 'integer'
                 AND (SELECT COUNT(*) FROM pragma_table_info(?1) WHERE pk > 0) = 1"
        }
        Some(_) => {
            "SELECT string_agg(a.attname::text, ',' ORDER BY a.attname::text COLLATE \"C\")
             FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
             WHERE i.indisunique AND i.indrelid = ?1::regclass GROUP BY i.indexrelid"
        }
    };
    let tables = tables(data).into_iter();
    tables
        .map(|table| {
            let mut indexes: Vec<String> = data.column(sql, &[table.as_str().into()]);
            indexes.sort_unstable();
            indexes.dedup();
            (table, indexes)
        })
        .collect()
}

/// The number of the newest migration.
fn newest(folder: &str) -> u32 {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
    let files = fs::read_dir(folder).expect("a folder").flatten();
    let names = files.filter_map(|file| file.file_name().into_string().ok());
    let numbers = names.filter_map(|name| name.split_once('_')?.0.parse().ok());
    numbers.max().expect("a migration")
}

#[test]
fn both_databases_have_the_same_tables_and_columns() {
    assert_eq!(newest("sqlite"), newest("postgres"));
    let server = Postgres::start();
    let (sqlite, postgres) = (TestData::on_sqlite(), TestData::on(&server));
    for data in [&sqlite, &postgres] {
        on_own_thread(async || data.store().await.close().await);
    }
    assert_eq!(columns(&sqlite), columns(&postgres));
    assert_eq!(unique(&sqlite), unique(&postgres));
    let version = "SELECT MAX(version) FROM _sqlx_migrations";
    assert_eq!(sqlite.value::<i64>(version), i64::from(newest("sqlite")));
    assert_eq!(postgres.value::<i64>(version), i64::from(newest("postgres")));
}
