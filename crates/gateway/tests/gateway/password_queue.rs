//! Many passwords at a time.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::atomic::{AtomicUsize, Ordering},
};

use axum::{http::StatusCode, response::IntoResponse as _};
use futures_util::future::join_all;
use keyward_gateway::{
    cloud_api::error::ApiError,
    credentials::password::{Asker, HashError},
    http::problem::Problem,
};

use crate::support::Gateway;

const FLOOD: usize = 300;

fn address(last: u8) -> IpAddr {
    Ipv4Addr::new(203, 0, 113, last).into()
}

#[tokio::test]
async fn a_flood_from_one_address_delays_no_one_else() {
    let gateway = Gateway::empty().await;
    let passwords = &gateway.app.passwords;
    let (checked, turned_away) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let before = AtomicUsize::new(usize::MAX);
    let flood = join_all((0..FLOOD).map(|_| async {
        match passwords.verify("wrong", None, Asker::stranger(address(1))).await {
            Ok(_) => checked.fetch_add(1, Ordering::Relaxed),
            Err(HashError::Busy) => turned_away.fetch_add(1, Ordering::Relaxed),
            Err(HashError::Fault) => panic!("a fault"),
        };
    }));
    let other = async {
        let other = passwords.verify("right", None, Asker::stranger(address(2))).await;
        before.store(checked.load(Ordering::Relaxed), Ordering::Relaxed);
        other
    };
    let ((), other) = tokio::join!(async { drop(flood.await) }, other);
    assert!(!other.expect("its turn"), "nobody has this password");
    assert!(turned_away.load(Ordering::Relaxed) > FLOOD / 2, "{turned_away:?}");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    assert!(
        before.load(Ordering::Relaxed) <= 2 * cores + 2,
        "{before:?} came before it"
    );
}

#[tokio::test]
async fn a_rejected_sign_in_says_when_to_try_again() {
    let problem = Problem::from(HashError::Busy).into_response();
    assert_eq!(problem.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(problem.headers()["retry-after"], "5");
    let api = ApiError::busy().into_response();
    assert_eq!(api.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(api.headers()["retry-after"], "5");
}
