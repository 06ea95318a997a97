//! Requests without pause while the key changes, over real connections to the real binary.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use reqwest::{Client, StatusCode};
use serde_json::Value;

use crate::process::{Server, init, open_session};

const CLIENTS: usize = 8;

/// What is known to be so.
#[derive(Default)]
struct Known {
    /// The last session whose key was replaced, entered when the answer to the change had arrived.
    dead: Option<String>,
    /// The session of the present key, and how many there were before; none while the key is being changed.
    live: (usize, Option<String>),
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_that_began_after_a_change_is_admitted_on_an_old_session() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(init(folder.path()).status.success());
    let server = Server::start(folder.path());
    let question = format!("{}/verify", server.url);
    race(&server, &question, StatusCode::NO_CONTENT, 200).await;
}

/// Not one request that began after the answer to a change is admitted on a session of the key before, and no session
/// of the valid key is refused. Whoever is admitted to `question` gets the status `admitted`.
pub(crate) async fn race(server: &Server, question: &str, admitted: StatusCode, changes: usize) {
    server.sign_in().await;
    let url = server.key_url("").await;
    let known = Arc::new(Mutex::new(Known::default()));
    let done = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| tokio::spawn(ask(question.to_owned(), admitted, known.clone(), done.clone())))
        .collect();

    let mut key = server.key().await["key"].as_str().expect("a key").to_owned();
    for number in 1..=changes {
        let session = open_session(&server.url, &key).await.expect("a session");
        known.lock().expect("known").live = (number, Some(session.clone()));
        // So that clients get to use it.
        assert_eq!(get(&server.client, question, &session).await, admitted);
        known.lock().expect("known").live = (number, None);
        let change = server.change(server.client.post(format!("{url}/regenerate")));
        let answer = change.header("if-match", "*").send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        let answer: Value = answer.json().await.expect("a key");
        known.lock().expect("known").dead = Some(session);
        key = answer["key"].as_str().expect("a key").to_owned();
    }
    done.store(true, Ordering::SeqCst);
    let mut total = 0;
    for client in clients {
        let counts = client.await.expect("what was asserted held");
        assert!(
            counts.refused >= changes,
            "too few questions on dead sessions: {}",
            counts.refused
        );
        total += counts.admitted;
    }
    assert!(total >= changes, "too few questions on live sessions: {total}");
}

#[derive(Default)]
struct Counts {
    admitted: usize,
    refused: usize,
}

/// Asks without pause, in turns on a dead and on a live session.
async fn ask(question: String, admitted: StatusCode, known: Arc<Mutex<Known>>, done: Arc<AtomicBool>) -> Counts {
    let client = Client::new();
    let mut counts = Counts::default();
    while !done.load(Ordering::SeqCst) {
        let (dead, live) = {
            let known = known.lock().expect("known");
            (known.dead.clone(), known.live.clone())
        };
        if let Some(session) = dead {
            let status = get(&client, &question, &session).await;
            assert_eq!(
                status,
                StatusCode::UNAUTHORIZED,
                "admitted on the session of an old key"
            );
            counts.refused += 1;
        }
        if let (number, Some(session)) = live {
            let status = get(&client, &question, &session).await;
            let still = known.lock().expect("known").live == (number, Some(session));
            match status {
                status if status == admitted => counts.admitted += 1,
                // A change began meanwhile.
                StatusCode::UNAUTHORIZED if !still => {}
                status => panic!("a session of the valid key was answered {status}"),
            }
        }
        tokio::task::yield_now().await;
    }
    counts
}

async fn get(client: &Client, url: &str, session: &str) -> StatusCode {
    let request = client.get(url).header("cookie", session);
    request.send().await.expect("an answer").status()
}
