//! What `/readyz` says, and why.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{Router, http::StatusCode};
use chrono::TimeDelta;
use keyward_gateway::{
    app::{API_ERRORS, StartError},
    clock_skew::Offset,
    config::Config,
    edge::{self, Edge, Probes},
};

use crate::{
    edge_support::send,
    support::{Gateway, get},
};

const ANSWERS: u8 = 0;
const FAILS: u8 = 1;
const HANGS: u8 = 2;

/// A router over a database that does as it is told.
fn over_database(mode: &Arc<AtomicU8>) -> Router {
    let mode = Arc::clone(mode);
    let probes = Probes {
        ready: Box::new(move || {
            let mode = mode.load(Ordering::SeqCst);
            Box::pin(async move {
                match mode {
                    HANGS => std::future::pending().await,
                    mode => mode == ANSWERS,
                }
            })
        }),
        clock_is_trusted: Box::new(|| true),
        clock_is_off: Box::new(|| false),
        is_stopping: Box::new(|| false),
    };
    let config = Config::for_data(std::path::Path::new("unused"));
    edge::portal_stack(Router::new(), Edge::new(&config, probes, API_ERRORS))
}

#[tokio::test]
async fn it_is_ready_as_long_as_the_database_answers() {
    let mode = Arc::new(AtomicU8::new(ANSWERS));
    let router = over_database(&mode);
    for (does, status) in [
        (ANSWERS, 200),
        (FAILS, 503),
        (ANSWERS, 200),
        (HANGS, 503),
        (ANSWERS, 200),
    ] {
        mode.store(does, Ordering::SeqCst);
        let asked = Instant::now();
        let answer = send(&router, get("/readyz").empty()).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
        if status == 503 {
            assert_eq!(answer.text, "not ready: the database does not answer\n");
        }
        assert!(asked.elapsed() < Duration::from_secs(10), "a probe must not hang");
        assert_eq!(send(&router, get("/healthz").empty()).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_closed_database_is_not_ready() {
    let gateway = Gateway::empty().await;
    assert_eq!(gateway.send(get("/readyz").empty()).await.text, "ready\n");
    gateway.app.store.close().await;
    let answer = gateway.send(get("/readyz").empty()).await;
    assert_eq!(
        (answer.status.as_u16(), answer.text.as_str()),
        (503, "not ready: the database does not answer\n")
    );
    assert_eq!(gateway.send(get("/healthz").empty()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_clock_that_is_off_is_not_ready() {
    let gateway = Gateway::empty().await;
    let check = async |ahead: TimeDelta| {
        let theirs = gateway.clock.now() - ahead;
        gateway.app.skew.check(async || Ok(Some(theirs))).await.expect("a time");
        let answer = gateway.send(get("/readyz").empty()).await;
        assert_eq!(gateway.send(get("/healthz").empty()).await.status, StatusCode::OK);
        (answer.status.as_u16(), answer.text)
    };
    assert_eq!(check(TimeDelta::seconds(2)).await, (200, "ready\n".to_owned()));
    for ahead in [TimeDelta::seconds(3), TimeDelta::seconds(-3)] {
        let (status, text) = check(ahead).await;
        assert_eq!(status, 503);
        assert_eq!(text, "not ready: the clock is more than 2 seconds off the database's\n");
        let metrics = gateway.send(get("/metrics").empty()).await.text;
        let skew = format!("keyward_clock_skew_seconds {}", ahead.num_seconds());
        assert!(metrics.lines().any(|line| line == skew), "{metrics}");
    }
    assert_eq!(check(TimeDelta::milliseconds(-1900)).await.0, 200);
}

#[tokio::test]
async fn a_stopping_gateway_is_not_ready() {
    let gateway = Gateway::empty().await;
    gateway.app.is_stopping.store(true, Ordering::SeqCst);
    let answer = gateway.send(get("/readyz").empty()).await;
    assert_eq!(
        (answer.status.as_u16(), answer.text.as_str()),
        (503, "not ready: stopping\n")
    );
    assert_eq!(gateway.send(get("/healthz").empty()).await.status, StatusCode::OK);
}

#[test]
fn a_start_with_a_wrong_clock_says_what_to_do() {
    let offset = Offset {
        ahead: TimeDelta::milliseconds(-4200),
        uncertainty: TimeDelta::milliseconds(3),
    };
    let text = StartError::ClockOff(offset).to_string();
    assert!(
        text.starts_with("the clock of this machine is 4.2 seconds behind the clock of the database"),
        "{text}"
    );
    assert!(text.contains("NTP"), "{text}");
}
