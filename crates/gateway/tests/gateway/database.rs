//! Which database tests run on, and databases on PostgreSQL, one for each test.
//!
//! Tests run on SQLite. `KEYWARD_TEST_DATABASE=postgres` runs them on a PostgreSQL server that they start and share;
//! `KEYWARD_TEST_DATABASE_URL` names a server that runs already: the URL of a database there, and of a role that can make more.

use std::{env, sync::OnceLock, thread};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use url::Url;

use crate::postgres::Postgres;

/// A database of a test's own, dropped with the value.
pub(crate) struct Database {
    pub(crate) name: String,
    pub(crate) url: Url,
    /// Where databases can be made and dropped.
    maintenance: Url,
}

impl Database {
    /// On the server that the tests of this process share.
    pub(crate) fn shared() -> Self {
        Self::create(shared(), "template1")
    }

    pub(crate) fn on(server: &Postgres) -> Self {
        Self::create(&server.url("postgres"), "template1")
    }

    /// With everything that is in this one. Nothing may be connected to it.
    pub(crate) fn copy(&self) -> Self {
        Self::create(&self.maintenance, &self.name)
    }

    fn create(maintenance: &Url, template: &str) -> Self {
        let name = format!("keyward_{}", uuid::Uuid::new_v4().simple());
        execute(maintenance, &format!("CREATE DATABASE {name} TEMPLATE {template}")).expect("a database");
        let mut url = maintenance.clone();
        url.set_path(&name);
        Self {
            name,
            url,
            maintenance: maintenance.clone(),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Its server may be gone.
        let _ = execute(&self.maintenance, &format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

/// Whether tests run on PostgreSQL, and not on SQLite.
pub(crate) fn on_postgres() -> bool {
    if variable("KEYWARD_TEST_DATABASE_URL").is_some() {
        return true;
    }
    match variable("KEYWARD_TEST_DATABASE").as_deref() {
        None | Some("sqlite") => false,
        Some("postgres") => true,
        Some(other) => panic!("KEYWARD_TEST_DATABASE is {other:?}; it must be postgres or sqlite"),
    }
}

/// Whether a test that is about SQLite's own file can run; says why not.
#[must_use]
pub(crate) fn sqlite_only(why: &str) -> bool {
    if on_postgres() {
        println!("Only on SQLite: {why}");
    }
    !on_postgres()
}

/// The maintenance database of the server that tests share: that of `KEYWARD_TEST_DATABASE_URL`, or of one started here.
fn shared() -> &'static Url {
    static SERVER: OnceLock<(Url, Option<Postgres>)> = OnceLock::new();
    let (url, _) = SERVER.get_or_init(|| match variable("KEYWARD_TEST_DATABASE_URL") {
        Some(url) => (Url::parse(&url).expect("KEYWARD_TEST_DATABASE_URL"), None),
        None => {
            let server = Postgres::start();
            (server.url("postgres"), Some(server))
        }
    });
    url
}

#[expect(
    clippy::disallowed_methods,
    reason = "these choose how tests run, and aren't settings of Keyward"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// Runs statements on a connection of their own.
pub(crate) fn execute(url: &Url, sql: &str) -> sqlx::Result<()> {
    on_own_thread(async || {
        let mut connection = PgConnection::connect(url.as_str()).await?;
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&mut connection)
            .await?;
        connection.close().await
    })
}

/// Waits for something asynchronous, also where an asynchronous test calls.
pub(crate) fn on_own_thread<T: Send>(work: impl AsyncFnOnce() -> T + Send) -> T {
    let run = || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().build().expect("a runtime").block_on(work())
    };
    thread::scope(|scope| scope.spawn(run).join()).expect("no panic")
}
