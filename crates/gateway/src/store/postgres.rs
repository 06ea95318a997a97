//! PostgreSQL, where several gateways share one database.
//!
//! Everything that holds between gateways is a lock of a transaction: it works through a pooler in transaction mode, and ends
//! with its holder.

use std::{fs::File, io, net::IpAddr, time::Duration};

use sqlx::{
    AnyPool, ConnectOptions as _, Connection as _, PgConnection,
    any::{AnyConnectOptions, AnyPoolOptions},
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgSslMode},
};

use super::{ACQUIRE_TIMEOUT, Connection, OpenStoreError, StoreError, WriteTransaction, newest};
use crate::config::DatabaseUrl;

static MIGRATIONS: Migrator = Migrator {
    // Its own lock is one of the session. Ours is below.
    locking: false,
    ..sqlx::migrate!("migrations/postgres")
};

/// Parameters of a URL that name a file, or hold what is in it.
const FILES: [&str; 3] = ["sslrootcert", "sslcert", "sslkey"];

const READERS: u32 = 4;
/// The pool tries to connect for so long: a request to read doesn't wait for a server that is away.
const READER_TIMEOUT: Duration = Duration::from_secs(3);
/// A connection that rested for this long is tried before it is used: the server may have gone in between.
const RESTED: Duration = Duration::from_secs(1);
/// A server that doesn't answer in this time is gone.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);
const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// Begins a transaction that takes the write lock first. Both can't be one statement: a transaction that sqlx doesn't know to have
/// begun isn't rolled back when it waits in vain, or when its request is cancelled.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
/// The write lock, so that there is one writing transaction at a time, as in SQLite. One that waits longer than `lock_timeout` gives
/// up. The server ends the transaction of a gateway that is gone after `idle_in_transaction_session_timeout`. The number is the
/// name of the lock: "keyward" in ASCII.
const LOCK: &str = "SET LOCAL client_min_messages = warning;
     SET LOCAL lock_timeout = '10s';
     SET LOCAL idle_in_transaction_session_timeout = '15s';
     SELECT pg_advisory_xact_lock(30227277347385956)";
/// The same at the start, where another gateway may be migrating.
const LOCK_TO_MIGRATE: &str = "SET LOCAL client_min_messages = warning;
     SET LOCAL lock_timeout = '5min';
     SELECT pg_advisory_xact_lock(30227277347385956)";
/// For an operator's command that takes its time within a transaction.
pub(super) const TAKE_TIME: &str = "SET LOCAL idle_in_transaction_session_timeout = 0";

/// A transaction with the write lock.
pub(super) async fn begin(writer: &AnyPool) -> Result<WriteTransaction, StoreError> {
    let mut transaction = writer.begin_with(BEGIN).await?;
    sqlx::raw_sql(LOCK).execute(&mut *transaction).await?;
    Ok(transaction)
}

/// Takes the lock of the background tasks until the end of the transaction, unless someone else has it. Its name is that of the
/// write lock, plus one.
pub(super) const TRY_TASK: &str = "SELECT pg_try_advisory_xact_lock(30227277347385957) AS is_ours";

/// What time it is now, not when the transaction began.
pub(super) const TIME: &str = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";

/// Whether the server is a standby. A primary doesn't become one while a connection to it lasts.
const IS_STANDBY: &str = "SELECT pg_is_in_recovery()";

/// Opens the database and brings its tables up to date: one gateway does so, and others that start wait for it. Gives the readers
/// and the writer.
pub(super) async fn open(url: &DatabaseUrl) -> Result<(AnyPool, AnyPool), OpenStoreError> {
    sqlx::any::install_default_drivers();
    let place = url.to_string();
    let failed = |error| OpenStoreError::Database(place.clone(), error);
    warn_if_unverified(&place, &options(url)?);
    let writer = pool(1, ACQUIRE_TIMEOUT)
        .connect_with(any(url).map_err(failed)?)
        .await
        .map_err(failed)?;
    let durability: String = sqlx::query_scalar("SELECT current_setting('synchronous_commit')")
        .fetch_one(&writer)
        .await
        .map_err(failed)?;
    if durability == "off" {
        return Err(OpenStoreError::NotDurable(place));
    }
    let mut transaction = writer.begin_with(BEGIN).await.map_err(failed)?;
    sqlx::raw_sql(LOCK_TO_MIGRATE)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    let migrated = async {
        MIGRATIONS.run(&mut *transaction).await?;
        transaction.commit().await.map_err(MigrateError::Execute)
    };
    migrated
        .await
        .map_err(|error| OpenStoreError::of_migration(place.clone(), newest(&MIGRATIONS), error))?;
    let readers = pool(READERS, READER_TIMEOUT)
        .after_connect(|connection, _| {
            Box::pin(async move { refuse_standby(sqlx::query_scalar(IS_STANDBY).fetch_one(connection).await?) })
        })
        .connect_lazy_with(any(url).map_err(failed)?);
    Ok((readers, writer))
}

/// On a network, someone in between can answer in place of the server.
fn warn_if_unverified(place: &str, options: &PgConnectOptions) {
    let host = options.get_host();
    let is_here = options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    let is_verified = matches!(options.get_ssl_mode(), PgSslMode::VerifyCa | PgSslMode::VerifyFull);
    if !is_here && !is_verified {
        tracing::warn!(
            database = place,
            "the connection to the database isn't verified: an attacker on the network can answer in its place. Use \
             sslmode=verify-full with sslrootcert in database-url"
        );
    }
}

/// A connection to admit requests with.
pub(super) async fn connect_to_admit(options: &PgConnectOptions) -> sqlx::Result<PgConnection> {
    let mut connection = options.connect().await?;
    refuse_standby(sqlx::query_scalar(IS_STANDBY).fetch_one(&mut connection).await?)?;
    Ok(connection)
}

/// A standby may not know yet what the primary has acknowledged, so that it would admit requests by a key that was replaced.
/// After a failover, the address may lead to one before it is promoted.
fn refuse_standby(is_standby: bool) -> sqlx::Result<()> {
    match is_standby {
        true => Err(sqlx::Error::Io(io::Error::other(
            "it is a standby, and not the primary",
        ))),
        false => Ok(()),
    }
}

/// How it is connected to.
pub(super) fn options(url: &DatabaseUrl) -> Result<PgConnectOptions, OpenStoreError> {
    url.reveal()
        .parse()
        .map_err(|error| OpenStoreError::Database(url.to_string(), error))
}

/// One connection, with which nothing is changed yet.
pub(super) async fn connect(url: &DatabaseUrl) -> Result<Connection, OpenStoreError> {
    sqlx::any::install_default_drivers();
    let connected = async { any(url)?.connect().await };
    connected
        .await
        .map_err(|error| OpenStoreError::Database(url.to_string(), error))
}

/// Whether there is an installation.
pub(super) async fn exists(url: &DatabaseUrl) -> Result<bool, OpenStoreError> {
    let mut connection = connect(url).await?;
    let exists = async {
        let tables: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'installation'",
        )
        .fetch_one(&mut connection)
        .await?;
        let rows: i64 = match tables {
            0 => 0,
            _ => {
                sqlx::query_scalar("SELECT COUNT(*) FROM installation")
                    .fetch_one(&mut connection)
                    .await?
            }
        };
        connection.close().await?;
        Ok(rows > 0)
    };
    exists
        .await
        .map_err(|error| OpenStoreError::Database(url.to_string(), error))
}

fn any(url: &DatabaseUrl) -> Result<AnyConnectOptions, sqlx::Error> {
    let options: AnyConnectOptions = url.reveal().parse()?;
    // Its own error doesn't name the file.
    for (name, file) in options.database_url.query_pairs() {
        if FILES.contains(&&*name)
            && !file.starts_with("-----BEGIN ")
            && let Err(error) = File::open(&*file)
        {
            return Err(sqlx::Error::Configuration(
                format!("can't read {name} {file}: {error}").into(),
            ));
        }
    }
    Ok(options)
}

/// Fails unless the server answers soon: where its machine is gone, no packet says so.
async fn answers(connection: &mut Connection) -> sqlx::Result<()> {
    tokio::time::timeout(ANSWER_TIMEOUT, connection.ping())
        .await
        .unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

fn pool(connections: u32, timeout: Duration) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(timeout)
        .test_before_acquire(false)
        .max_lifetime(LIFETIME)
        .before_acquire(|connection, metadata| {
            Box::pin(async move {
                if metadata.idle_for > RESTED {
                    answers(connection).await?;
                }
                Ok(true)
            })
        })
        // A connection to a machine that is gone would be tried without an end, and its place stay taken.
        .after_release(|connection, _| {
            Box::pin(async move {
                answers(connection).await?;
                Ok(true)
            })
        })
}
