//! Waiting for the write lock, and for a database that doesn't answer.

use std::time::Duration;

use keyward_gateway::{
    clock::Clock,
    store::{Store, StoreError, sessions::session_window::SessionWindow},
};
use sqlx::{Connection as _, PgConnection};

use crate::{data::TestData, postgres::Postgres};

async fn store(data: &TestData) -> Store {
    Store::open(&data.config().data).await.expect("a database")
}

/// A transaction of someone else that holds the write lock.
async fn holder(data: &TestData) -> PgConnection {
    let url = data.database.as_ref().expect("PostgreSQL").url.as_str();
    let mut holder = PgConnection::connect(url).await.expect("a connection");
    sqlx::raw_sql("BEGIN; SELECT pg_advisory_xact_lock(30227277347385956)")
        .execute(&mut holder)
        .await
        .expect("the lock");
    holder
}

async fn release(mut holder: PgConnection) {
    sqlx::raw_sql("ROLLBACK")
        .execute(&mut holder)
        .await
        .expect("rolled back");
}

async fn writes(store: &Store) {
    let transaction = store.write().await.expect("a transaction");
    transaction.commit().await.expect("a commit");
}

#[tokio::test]
async fn a_gateway_that_waited_in_vain_writes_afterwards() {
    let data = TestData::on_shared_postgres();
    let store = store(&data).await;
    let holder = holder(&data).await;
    let refused = store.write().await.expect_err("the lock is taken");
    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused:?}");
    release(holder).await;
    for _ in 0..3 {
        writes(&store).await;
    }
    store.close().await;
}

/// As when a client hangs up while its change waits for its turn.
#[tokio::test]
async fn a_cancelled_change_leaves_no_lock_behind() {
    let data = TestData::on_shared_postgres();
    let (cancelled, other) = (store(&data).await, store(&data).await);
    let holder = holder(&data).await;
    let waited = tokio::time::timeout(Duration::from_millis(300), cancelled.write()).await;
    assert!(waited.is_err(), "the lock is taken");
    release(holder).await;
    writes(&other).await;
    writes(&cancelled).await;
    cancelled.close().await;
    other.close().await;
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_given_up() {
    let server = Postgres::start();
    let data = TestData::on(&server);
    let store = store(&data).await;
    let alive = SessionWindow::new(Clock::System.now(), Duration::from_secs(60), Duration::from_secs(60));
    let ask = async || store.live_api_session(&[7; 32], &alive).await;
    assert!(ask().await.expect("an answer").is_none());
    writes(&store).await;
    server.freeze();
    // More than there are statements at once, so that no later one waits for those.
    for _ in 0..2 {
        let asked = futures_util::future::join_all((0..8).map(|_| ask())).await;
        for answer in asked {
            assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
        }
    }
    let waited = tokio::time::timeout(Duration::from_secs(1), store.write()).await;
    assert!(!matches!(waited, Ok(Ok(_))), "nothing is written");
    server.thaw();
    assert!(ask().await.expect("an answer").is_none());
    writes(&store).await;
    assert!(store.is_ready().await);
    store.close().await;
}
