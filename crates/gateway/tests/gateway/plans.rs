//! How the databases find rows: no statement reads a table that grows as a whole.

use std::{collections::BTreeMap, fs, path::Path};

use regex::Regex;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use crate::{data::TestData, support::Gateway};

/// Tables that grow with use, and not with what admins make.
const GROWING: [&str; 5] = [
    "api_sessions",
    "audit_log",
    "idempotent_answers",
    "organizations",
    "portal_sessions",
];

/// Statements that read one of them as a whole, each with the reason.
const ALLOWED: [(&str, &str); 8] = [
    (
        "SELECT COUNT(*) FROM organizations",
        "at set-up and in the audit log: a thousand rows",
    ),
    ("SELECT name FROM organizations ORDER BY", "a command lists all of them"),
    ("SELECT action || ', '", "for tests"),
    (
        "SELECT admin_id, path, idempotency_key",
        "once, for values of an early version",
    ),
    ("DELETE FROM sso_providers", "a command removes an identity provider"),
    (
        "DELETE FROM portal_sessions WHERE sso_provider_id",
        "a command removes an identity provider",
    ),
    (
        "DELETE FROM api_sessions WHERE EXISTS (SELECT 1 FROM installation",
        "a command turns passwords off",
    ),
    (
        "SELECT COALESCE((SELECT believed_on FROM clock_marks",
        "at a start: the last row alone",
    ),
];

/// A thousand organizations, a hundred thousand sessions, a million rows of the audit log, in the words of both databases.
const FILL: [&str; 7] = [
    "INSERT INTO organizations (id, name, folded_name, cloud, subscription, created_on)
     SELECT n, 'o' || n, 'o' || n, 'cloud.example', 'active', 1 FROM numbers WHERE n <= 1000",
    "INSERT INTO admins (id, name, login, password_hash, created_on)
     SELECT n, 'a' || n, 'a' || n, '', 1 FROM numbers WHERE n <= 1000",
    "INSERT INTO api_keys (organization_id, id, enabled, last_modified_by_id, last_modified_by_name, last_modified_on, version)
     SELECT n, n, 1, 0, '', 1, 1 FROM numbers WHERE n <= 1000",
    "INSERT INTO api_sessions (id_hash, organization_id, admin_id, key_version, created_on, last_used_on, client_address, public_id)
     SELECT CAST('s' || n AS BLOB), n % 1000 + 1, n % 1000 + 1, 1, n, n, '', n FROM numbers WHERE n <= 100000",
    "INSERT INTO portal_sessions (id_hash, former_id_hash, admin_id, created_on, last_used_on, client_address, public_id)
     SELECT CAST('s' || n AS BLOB), CAST('f' || n AS BLOB), n % 1000 + 1, n, n, '', n FROM numbers WHERE n <= 20000",
    "INSERT INTO idempotent_answers (admin_id, path, idempotency_key, request_fingerprint, sealed_answer, created_on)
     SELECT n % 1000 + 1, '', 'k' || n, CAST('' AS BLOB), CAST('' AS BLOB), n FROM numbers WHERE n <= 20000",
    "INSERT INTO audit_log (id, logged_on, organization_id, action, category, sub_category, resource, interface, result)
     SELECT n, n, CASE WHEN n % 7 > 0 THEN n % 1000 + 1 END, CASE WHEN n % 10 = 0 THEN 'Sign In' ELSE 'Update' END, '', 'Login', '',
            CASE WHEN n % 10 = 0 THEN 'API' ELSE '' END, CASE WHEN n % 10 = 0 THEN 'Failure' ELSE '' END
     FROM numbers WHERE n <= 1000000",
];

#[tokio::test]
async fn no_statement_reads_a_growing_table_as_a_whole() {
    let gateway = Gateway::empty().await;
    gateway.app.store.close().await;
    let data = gateway.data;
    for fill in FILL {
        let numbers = match data.database {
            Some(_) => "WITH numbers AS (SELECT n FROM generate_series(1, 1000000) n)",
            None => "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000000)",
        };
        data.execute(&format!("{numbers} {fill}"));
    }
    data.execute("ANALYZE");
    let statements = statements();
    assert!(statements.len() > 150, "{}", statements.len());
    let mut faults = Vec::new();
    for (statement, file) in &statements {
        for scanned in scanned(&data, statement).await {
            let is_allowed = ALLOWED.iter().any(|(begin, _)| statement.starts_with(begin));
            if GROWING.contains(&scanned.as_str()) && !is_allowed {
                faults.push(format!("{file}: {scanned} by {statement}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The statements in the source that need no names put in, by their text, with the file.
fn statements() -> BTreeMap<String, String> {
    let literal = Regex::new(r#""((?:SELECT|INSERT|UPDATE|DELETE)\s[^"{]*)""#).expect("an expression");
    let mut found = BTreeMap::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.display().to_string();
            // For one of the databases alone.
            if ["sqlite.rs", "postgres.rs", "evidence.rs"]
                .iter()
                .any(|file| name.ends_with(file))
            {
                continue;
            }
            if path.is_dir() {
                // What a restore does is done once, with the whole database.
                if !name.ends_with("recovery") {
                    folders.push(path);
                }
                continue;
            }
            let source = fs::read_to_string(&path).expect("text");
            for literal in literal.captures_iter(&source) {
                let words: Vec<&str> = literal[1].split_whitespace().collect();
                // The beginnings of statements that are put together.
                if !words.last().is_some_and(|last| ["WHERE", "SET"].contains(last)) {
                    found.insert(words.join(" "), name.clone());
                }
            }
        }
    }
    found
}

/// The tables that a statement reads as a whole.
async fn scanned(data: &TestData, statement: &str) -> Vec<String> {
    match &data.database {
        None => scanned_by_sqlite(data, statement),
        Some(database) => scanned_by_postgres(database.url.as_str(), statement).await,
    }
}

fn scanned_by_sqlite(data: &TestData, statement: &str) -> Vec<String> {
    let file = data.path().join(keyward_gateway::store::DATABASE_FILE);
    let connection = rusqlite::Connection::open(file).expect("a database");
    let mut plan = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {statement}"))
        .expect(statement);
    let nothing = vec![rusqlite::types::Null; plan.parameter_count()];
    let lines = plan
        .query_map(rusqlite::params_from_iter(nothing), |row| row.get::<_, String>(3))
        .expect(statement);
    let lines: Vec<String> = lines.collect::<Result<_, _>>().expect(statement);
    let named = Regex::new(r"(?:FROM|JOIN|UPDATE|INTO) (\w+)(?: (\w+))?").expect("an expression");
    let tables: BTreeMap<String, String> = named
        .captures_iter(statement)
        .map(|names| {
            (
                names.get(2).map_or(&names[1], |alias| alias.as_str()).to_owned(),
                names[1].to_owned(),
            )
        })
        .collect();
    let table = |name: &str| tables.get(name).cloned().unwrap_or_else(|| name.to_owned());
    let scans = lines.iter().filter_map(|line| line.strip_prefix("SCAN "));
    scans
        .map(|scan| table(scan.split(' ').next().unwrap_or_default()))
        .collect()
}

async fn scanned_by_postgres(url: &str, statement: &str) -> Vec<String> {
    // The driver names the types of values; here PostgreSQL has to find out.
    let untyped = Regex::new(r"(\$\d) IS NULL").expect("an expression");
    let mut error = None;
    for of in ["BIGINT", "TEXT"] {
        let typed = untyped.replace_all(statement, format!("CAST(${{1}} AS {of}) IS NULL"));
        match explained(url, &typed).await {
            Ok(lines) => {
                let of_line = |line: &String| {
                    let (_, after) = line.split_once("Seq Scan on ")?;
                    after.split(' ').next().map(str::to_owned)
                };
                return lines.iter().filter_map(of_line).collect();
            }
            Err(refused) => error = Some(refused),
        }
    }
    panic!("{statement}: {error:?}");
}

async fn explained(url: &str, statement: &str) -> Result<Vec<String>, sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    let values = (1..100)
        .take_while(|number| statement.contains(&format!("${number}")))
        .count();
    let prepare = format!("SET plan_cache_mode = force_generic_plan; PREPARE asked AS {statement}");
    sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut connection).await?;
    let explain = match vec!["NULL"; values].join(", ") {
        nothing if nothing.is_empty() => "EXPLAIN EXECUTE asked".to_owned(),
        nothing => format!("EXPLAIN EXECUTE asked({nothing})"),
    };
    let rows = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_all(&mut connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}
