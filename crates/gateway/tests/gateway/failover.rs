//! Gateways and databases that are killed at any point: what was answered stays, and what wasn't is repeated.

use std::{
    fs,
    os::unix::fs::symlink,
    path::PathBuf,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use futures_util::future::join_all;
use keyward_gateway::store::StoreError;
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::block_in_place;
use url::Url;

use crate::{
    data::TestData,
    database::Database,
    nginx::Nginx,
    postgres::Postgres,
    process::open_session,
    several_support::{Gateways, random_moment, times, until, version},
};

/// Each change is repeated at the other gateway until it is answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_gateways_lose_no_change_and_double_none() {
    let mut gateways = Gateways::start(TestData::on_shared_postgres()).await;
    let (rounds, mut before, mut after) = (times(40, 100), 0, 0);
    for round in 0..rounds {
        let (killed, other) = (round % 2, (round + 1) % 2);
        let old = version(&gateways.servers[other].key().await);
        let change = gateways.change();
        let (first, url) = (change.clone(), gateways.servers[killed].url.clone());
        let first = tokio::spawn(async move { first.send(&url).await });
        random_moment().await;
        gateways.servers[killed].kill();
        let answered = first.await.expect("no panic").is_ok();

        let now = gateways.servers[other].key().await;
        assert!(
            version(&now) > old || !answered,
            "round {round}: an acknowledged change is lost"
        );
        let made = change.repeat(&[gateways.urls()[other]]).await;
        assert_eq!(version(&made), old + 1, "round {round}");
        if version(&now) > old {
            after += 1;
            assert_eq!(made["key"], now["key"], "round {round}: the first answer");
        } else {
            before += 1;
        }
        gateways.restart(killed);
        let now = gateways.servers[killed].key().await;
        assert_eq!((version(&now), &now["key"]), (old + 1, &made["key"]), "round {round}");
    }
    println!("killed {before} times before and {after} times after the commit");
    gateways.assert_audited(rounds);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_databases_lose_no_change_and_double_none() {
    let mut server = Postgres::start();
    let gateways = Gateways::start(TestData::on(&server)).await;
    let rounds = times(8, 20);
    for round in 0..rounds {
        let old = gateways.version(gateways.urls()[0]).await;
        let [url, other] = gateways.urls();
        let [first, second] = [gateways.change(), gateways.change()];
        let sent = [(first.clone(), url.to_owned()), (second.clone(), other.to_owned())]
            .map(|(change, url)| tokio::spawn(async move { answered(change.send(&url).await).await }));
        random_moment().await;
        block_in_place(|| server.kill_9());
        let answers = join_all(sent).await;
        block_in_place(|| server.restart());

        for answer in answers.into_iter().filter_map(|answer| answer.expect("no panic")) {
            let version = version(&answer);
            assert!(version > old && version <= old + 2, "round {round}: version {version}");
        }
        let (urls, turned) = ([url, other], [other, url]);
        let made = tokio::join!(first.repeat(&turned), second.repeat(&urls));
        let mut versions = [version(&made.0), version(&made.1)];
        versions.sort_unstable();
        assert_eq!(versions, [old + 1, old + 2], "round {round}");
        assert_eq!(gateways.version(other).await, old + 2, "round {round}");
    }
    gateways.assert_audited(2 * rounds);
}

/// The key that a change made, where it was answered so.
async fn answered(answer: reqwest::Result<reqwest::Response>) -> Option<Value> {
    let answer = answer.ok()?;
    match answer.status() {
        StatusCode::OK => answer.json().await.ok(),
        StatusCode::SERVICE_UNAVAILABLE => None,
        status => panic!("{status} {:?}", answer.text().await),
    }
}

/// An address that leads to one server, and later to another one.
struct Address {
    link: PathBuf,
    _around: TempDir,
}

impl Address {
    fn of(server: &Postgres) -> Self {
        let around = TempDir::new().expect("a folder");
        let link = around.path().join("database");
        let address = Self { link, _around: around };
        address.lead_to(server);
        address
    }

    fn lead_to(&self, server: &Postgres) {
        let new = self.link.with_extension("new");
        symlink(server.folder(), &new).expect("a link");
        fs::rename(new, &self.link).expect("switched");
    }

    /// A database on this server that gateways reach at the address.
    fn data_on(&self, server: &Postgres) -> TestData {
        let mut database = Database::on(server);
        let mut url = database.url.clone();
        url.set_query(None);
        let host = [("host", self.link.to_str().expect("text"))];
        database.url = Url::parse_with_params(url.as_str(), host).expect("a URL");
        TestData::with(Some(database))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failover_loses_no_acknowledged_change() {
    let mut primary = Postgres::start();
    let replica = Postgres::replica_of(&primary);
    primary.wait_for_replicas();
    let address = Address::of(&primary);
    let gateways = Gateways::start(address.data_on(&primary)).await;

    let acknowledged = AtomicUsize::new(0);
    let is_done = AtomicBool::new(false);
    // Makes changes without pause, first at this gateway, and returns them with the versions they made.
    let work = async |at: usize| {
        let urls = [gateways.urls()[at % 2], gateways.urls()[(at + 1) % 2]];
        let mut made = Vec::new();
        while !is_done.load(Ordering::SeqCst) {
            let change = gateways.change();
            let version = version(&change.repeat(&urls).await);
            acknowledged.fetch_add(1, Ordering::SeqCst);
            made.push((change, version));
        }
        made
    };
    let more = times(20, 100);
    let fail_over = async {
        until("changes are made", async || acknowledged.load(Ordering::SeqCst) >= more).await;
        random_moment().await;
        block_in_place(|| primary.kill_9());
        // The address may lead there before it is the primary.
        address.lead_to(&replica);
        for url in [gateways.urls(), gateways.urls()].concat() {
            let refused = gateways.change().send(url).await.expect("an answer");
            assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        }
        block_in_place(|| replica.promote());
        let before = acknowledged.load(Ordering::SeqCst);
        until("changes are made", async || {
            acknowledged.load(Ordering::SeqCst) >= before + more
        })
        .await;
        is_done.store(true, Ordering::SeqCst);
    };
    let (made, ()) = tokio::join!(join_all((0..4).map(work)), fail_over);
    let made: Vec<_> = made.into_iter().flatten().collect();
    let mut versions: Vec<usize> = made.iter().map(|(_, version)| *version).collect();
    versions.sort_unstable();
    let expected: Vec<usize> = (2..made.len() + 2).collect();
    assert_eq!(versions, expected, "each one once");
    for (change, first) in &made {
        assert_eq!(
            version(&change.repeat(&gateways.urls()).await),
            *first,
            "the first answer"
        );
    }
    gateways.assert_audited(made.len());
}

/// It may not know yet what the primary has acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_is_trusted_only_after_its_promotion() {
    let mut primary = Postgres::start();
    let address = Address::of(&primary);
    let gateways = Gateways::start(address.data_on(&primary)).await;
    let key = gateways.servers[0].key().await;
    let session = open_session(gateways.urls()[0], key["key"].as_str().expect("a key")).await;
    let session = session.expect("a session");
    let replica = block_in_place(|| Postgres::replica_of(&primary));
    replica.stop_replaying();
    gateways.change().repeat(&gateways.urls()).await;
    for url in gateways.urls() {
        assert_eq!(verify(url, &session).await, StatusCode::UNAUTHORIZED);
    }
    let store = gateways.data().store().await;
    block_in_place(|| primary.kill_9());
    address.lead_to(&replica);
    // The first time, there is a connection from before.
    for _ in 0..2 {
        let error = store.write().await.expect_err("nothing can be written there");
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    }
    for url in [gateways.urls(), gateways.urls()].concat() {
        assert_eq!(
            verify(url, &session).await,
            StatusCode::FORBIDDEN,
            "by a key that was replaced"
        );
        assert_eq!(status(url, "/readyz").await, StatusCode::SERVICE_UNAVAILABLE);
    }
    block_in_place(|| replica.promote());
    for url in gateways.urls() {
        until("it is ready", async || is_ready(url).await).await;
        gateways.change().repeat(&[url]).await;
        assert_eq!(verify(url, &session).await, StatusCode::UNAUTHORIZED);
    }
}

async fn verify(url: &str, session: &str) -> StatusCode {
    let request = Client::new().get(format!("{url}/verify")).header("cookie", session);
    request.send().await.expect("an answer").status()
}

async fn status(url: &str, path: &str) -> StatusCode {
    let answer = Client::new().get(format!("{url}{path}")).send().await;
    answer.expect("an answer").status()
}

async fn is_ready(url: &str) -> bool {
    status(url, "/readyz").await == StatusCode::OK
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_database_nothing_passes_until_it_is_back() {
    let mut server = Postgres::start();
    let gateways = Gateways::start(TestData::on(&server)).await;
    let key = gateways.servers[0].key().await;
    let session = open_session(gateways.urls()[0], key["key"].as_str().expect("a key")).await;
    let session = session.expect("a session");
    for url in gateways.urls() {
        assert_eq!(verify(url, &session).await, StatusCode::NO_CONTENT);
    }
    block_in_place(|| server.kill_9());
    let change = gateways.change();
    for url in gateways.urls() {
        // The second time, there are no connections from before.
        for _ in 0..2 {
            assert_eq!(verify(url, &session).await, StatusCode::FORBIDDEN);
            let refused = change.send(url).await.expect("an answer");
            assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert!(refused.headers().contains_key("retry-after"), "{refused:?}");
            let refused: Value = refused.json().await.expect("a problem");
            assert_eq!(refused["code"], "storage-unavailable");
            assert_eq!(status(url, "/readyz").await, StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(status(url, "/healthz").await, StatusCode::OK);
        }
    }
    block_in_place(|| server.restart());
    for url in gateways.urls() {
        assert_eq!(
            verify(url, &session).await,
            StatusCode::NO_CONTENT,
            "the session is as it was"
        );
        until("it is ready", async || is_ready(url).await).await;
    }
    let made = change.repeat(&gateways.urls()).await;
    assert_eq!(version(&made), version(&key) + 1);
    for url in gateways.urls() {
        assert_eq!(
            verify(url, &session).await,
            StatusCode::UNAUTHORIZED,
            "the key was replaced"
        );
        let key = gateways
            .key_request(Method::GET, url, "")
            .send()
            .await
            .expect("an answer");
        assert_eq!(key.status(), StatusCode::OK);
    }
    gateways.assert_audited(1);
}

/// nginx as the guide has it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_nginx_the_portal_survives_a_killed_gateway() {
    let mut gateways = Gateways::start_with(TestData::on_shared_postgres(), &["--trusted-proxies", "127.0.0.1"]).await;
    let nginx = Nginx::in_front_of(gateways.urls());
    let repeated = gateways.change();
    let first = repeated.send(gateways.urls()[0]).await.expect("an answer");
    let first = first.text().await.expect("a key");

    let (is_killed, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    let is_over = |since: &AtomicUsize| is_killed.load(Ordering::SeqCst) && since.load(Ordering::SeqCst) > 50;
    let since = AtomicUsize::new(0);
    let read = async || {
        while !is_over(&since) {
            let answer = gateways
                .key_request(Method::GET, &nginx.url, "")
                .send()
                .await
                .expect("an answer");
            assert_eq!(answer.status(), StatusCode::OK, "{:?}", answer.text().await);
            asked.fetch_add(1, Ordering::SeqCst);
            since.fetch_add(usize::from(is_killed.load(Ordering::SeqCst)), Ordering::SeqCst);
        }
    };
    let change = async || {
        let mut changes = 0;
        while !is_over(&since) {
            gateways.change().repeat(&[&nginx.url]).await;
            changes += 1;
        }
        changes
    };
    let kill = async {
        until("requests are answered", async || asked.load(Ordering::SeqCst) > 50).await;
        gateways.servers[0].signal("KILL");
        is_killed.store(true, Ordering::SeqCst);
    };
    let ((), (), changes, ()) = tokio::join!(read(), read(), change(), kill);
    gateways.servers[0].kill();
    let again = repeated.send(&nginx.url).await.expect("an answer");
    assert_eq!(again.text().await.expect("a key"), first);
    assert_eq!(version(&gateways.servers[1].key().await), changes + 2);
    gateways.assert_audited(changes + 1);
}
