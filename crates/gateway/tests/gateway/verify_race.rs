//! Requests without pause while the key, or a Sandbox API token, changes, over real connections to the real binary.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use reqwest::{Client, StatusCode};

use crate::{
    data::TestData,
    process::{Server, init, open_session},
};

const CLIENTS: usize = 8;

/// What clients show.
#[derive(Clone, Copy)]
pub(crate) enum Shown {
    /// The cookie of a session.
    Session,
    /// A Sandbox API token in the URI.
    SandboxToken,
}

impl Shown {
    /// One that is valid.
    async fn valid(self, server: &Server) -> String {
        match self {
            Self::Session => {
                let key = server.key().await["key"].as_str().expect("a key").to_owned();
                open_session(&server.url, &key).await.expect("a session")
            }
            Self::SandboxToken => server.sandbox_token().await,
        }
    }

    /// Where what makes it invalid is asked for.
    async fn regenerate(self, server: &Server) -> String {
        match self {
            Self::Session => server.key_url("/regenerate").await,
            Self::SandboxToken => server.sandbox_token_url("/regenerate").await,
        }
    }

    async fn ask(self, client: &Client, url: &str, shown: &str) -> StatusCode {
        let request = match self {
            Self::Session => client.get(url).header("cookie", shown),
            Self::SandboxToken => client.get(format!("{url}?api_token={shown}")),
        };
        request.send().await.expect("an answer").status()
    }
}

/// What is known to be so.
#[derive(Default)]
struct Known {
    /// The last one that was replaced, entered when the answer to the change had arrived.
    dead: Option<String>,
    /// The one that is valid, and how many there were before; none while it is being changed.
    live: (usize, Option<String>),
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_old_session_is_accepted_after_a_change() {
    let data = TestData::new();
    assert!(init(&data).status.success());
    let server = Server::start(&data);
    let question = format!("{}/verify", server.url);
    race(&[server], Shown::Session, &[question], StatusCode::NO_CONTENT, 200).await;
}

/// A replaced Sandbox API token is rejected from the next request on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_old_token_is_accepted_after_a_change() {
    let data = TestData::new();
    assert!(init(&data).status.success());
    let server = Server::start(&data);
    let question = format!("{}/verify/zscsb/submit", server.url);
    race(&[server], Shown::SandboxToken, &[question], StatusCode::NO_CONTENT, 50).await;
}

/// No request that began after the answer to a change is accepted with what was valid before, and nothing valid is rejected.
/// Accepted requests to `urls` get the status `admitted`. Each client asks at all of them in turns, and the gateways make the
/// changes in turns.
pub(crate) async fn race(gateways: &[Server], shown: Shown, urls: &[String], admitted: StatusCode, changes: usize) {
    for gateway in gateways {
        gateway.sign_in().await;
    }
    let known = Arc::new(Mutex::new(Known::default()));
    let done = Arc::new(AtomicBool::new(false));
    let question = Question {
        shown,
        urls: urls.to_owned(),
        admitted,
    };
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| tokio::spawn(ask(question.clone(), known.clone(), done.clone())))
        .collect();

    for number in 1..=changes {
        let server = &gateways[number % gateways.len()];
        // Opened at a different one than ends it.
        let valid = shown.valid(&gateways[(number + 1) % gateways.len()]).await;
        known.lock().expect("known").live = (number, Some(valid.clone()));
        // So that clients get to use it.
        for url in urls {
            assert_eq!(shown.ask(&server.client, url, &valid).await, admitted);
        }
        known.lock().expect("known").live = (number, None);
        let change = server.change(server.client.post(shown.regenerate(server).await));
        let answer = change.header("if-match", "*").send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        known.lock().expect("known").dead = Some(valid);
    }
    done.store(true, Ordering::SeqCst);
    let mut total = 0;
    for client in clients {
        let counts = client.await.expect("what was asserted held");
        assert!(
            counts.refused >= changes,
            "too few questions on what is dead: {}",
            counts.refused
        );
        total += counts.admitted;
    }
    assert!(total >= changes, "too few questions on what is valid: {total}");
}

#[derive(Default)]
struct Counts {
    admitted: usize,
    refused: usize,
}

#[derive(Clone)]
struct Question {
    shown: Shown,
    urls: Vec<String>,
    admitted: StatusCode,
}

/// Asks without pause, in turns on what is dead and on what is valid.
async fn ask(question: Question, known: Arc<Mutex<Known>>, done: Arc<AtomicBool>) -> Counts {
    let client = Client::new();
    let mut counts = Counts::default();
    for url in question.urls.iter().cycle() {
        if done.load(Ordering::SeqCst) {
            break;
        }
        let (dead, live) = {
            let known = known.lock().expect("known");
            (known.dead.clone(), known.live.clone())
        };
        if let Some(dead) = dead {
            let status = question.shown.ask(&client, url, &dead).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "admitted on what was replaced");
            counts.refused += 1;
        }
        if let (number, Some(live)) = live {
            let status = question.shown.ask(&client, url, &live).await;
            let still = known.lock().expect("known").live == (number, Some(live));
            match status {
                status if status == question.admitted => counts.admitted += 1,
                // A change began in the meantime.
                StatusCode::UNAUTHORIZED if !still => {}
                status => panic!("what is valid was answered {status}"),
            }
        }
        tokio::task::yield_now().await;
    }
    counts
}
