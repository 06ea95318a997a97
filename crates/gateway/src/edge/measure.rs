//! What is known of each request afterwards: a line in the log, and its time in a histogram.

use std::{
    net::IpAddr,
    sync::OnceLock,
    time::{Duration, Instant},
};

use axum::{
    extract::MatchedPath,
    http::{Method, StatusCode},
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use uuid::Uuid;

const DURATION: &str = "keyward_http_request_duration_seconds";
const KEY_USES_DROPPED: &str = "keyward_key_uses_dropped_total";
const WRONG_KEYS: &str = "keyward_wrong_keys_total";
const CLOCK_BELIEVED: &str = "keyward_clock_believed";
const AUDIT_EVENTS_COUNTED: &str = "keyward_audit_events_counted_total";
const CONNECTIONS: &str = "keyward_connections";
const CONNECTIONS_ENDED: &str = "keyward_connections_ended_total";
const BUCKETS: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];
const LOGGED_PATH_MAX: usize = 256;

/// The recorder of this process. Several gateways in one process, as in tests, share it.
pub(super) fn recorder() -> PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let builder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Full(DURATION.to_owned()), BUCKETS)
                .unwrap_or_else(|_| unreachable!("there are buckets"));
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            if metrics::set_global_recorder(recorder).is_err() {
                tracing::warn!("another recorder is in place; /metrics stays empty");
            }
            metrics::describe_histogram!(
                DURATION,
                metrics::Unit::Seconds,
                "Requests, by the time to their answer"
            );
            metrics::describe_counter!(
                KEY_USES_DROPPED,
                "Uses of the key that were not noted because too many clients came at once"
            );
            metrics::describe_gauge!(
                CLOCK_BELIEVED,
                "0 while nothing is deleted by its age, because the clock has jumped"
            );
            metrics::describe_counter!(
                WRONG_KEYS,
                "Sign-ins to the cloud service API with the right password and a key that is none of the admin's"
            );
            metrics::describe_gauge!(
                CONNECTIONS,
                "Connections: silent (no request yet), idle (none now), busy"
            );
            metrics::describe_counter!(
                CONNECTIONS_ENDED,
                "Connections that were ended or not begun: full, address-limit, gave-way, idle, not-read"
            );
            metrics::describe_counter!(
                AUDIT_EVENTS_COUNTED,
                "Failures that have no row of their own in the audit log, but are counted in one with others"
            );
            handle
        })
        .clone()
}

/// Folds measurements together, for ever. Without it they pile up until somebody reads `/metrics`.
pub async fn keep_up() {
    let recorder = recorder();
    let mut tick = tokio::time::interval(Duration::from_secs(10));
    loop {
        tick.tick().await;
        recorder.run_upkeep();
    }
}

/// Counts a use of the key that there was no room to note.
pub fn key_use_dropped() {
    metrics::counter!(KEY_USES_DROPPED).increment(1);
}

/// Counts a wrong key beside a right password.
pub fn wrong_key() {
    metrics::counter!(WRONG_KEYS).increment(1);
}

/// How many connections of a listener are in this state.
pub fn connection_gauge(listener: &'static str, state: &'static str) -> metrics::Gauge {
    metrics::gauge!(CONNECTIONS, "listener" => listener, "state" => state)
}

/// Counts a connection that was ended, or not begun, by the gateway.
pub fn connection_ended(listener: &'static str, reason: &'static str) {
    metrics::counter!(CONNECTIONS_ENDED, "listener" => listener, "reason" => reason).increment(1);
}

/// Notes whether the clock can be believed.
pub fn clock_is_believed(it_is: bool) {
    metrics::gauge!(CLOCK_BELIEVED).set(if it_is { 1.0 } else { 0.0 });
}

/// Counts a failure that is in the audit log together with others.
pub fn audit_event_counted() {
    metrics::counter!(AUDIT_EVENTS_COUNTED).increment(1);
}

/// A request on its way.
pub(super) struct Measure {
    pub(super) started: Instant,
    pub(super) id: Uuid,
    pub(super) client: IpAddr,
    pub(super) method: Method,
}

impl Measure {
    /// Logs and counts it. `path` is what was asked for, without its query, which may hold anything.
    pub(super) fn finish(self, path: &str, route: Option<&MatchedPath>, portal: bool, status: StatusCode) {
        let elapsed = self.started.elapsed();
        let cut = path
            .char_indices()
            .nth(LOGGED_PATH_MAX)
            .map_or(path, |(end, _)| &path[..end]);
        let route = route.map(MatchedPath::as_str);
        tracing::info!(
            target: "keyward::access",
            method = self.method.as_str(),
            path = route.unwrap_or(cut),
            status = status.as_u16(),
            ms = elapsed.as_micros() as f64 / 1000.0,
            client = %self.client,
            request_id = %self.id,
        );
        // A label has few values, whatever clients send.
        let route = match route {
            Some(route) => metrics::SharedString::from(route.to_owned()),
            None if portal => metrics::SharedString::const_str("portal"),
            None => metrics::SharedString::const_str("none"),
        };
        metrics::histogram!(DURATION, "route" => route, "method" => method_label(&self.method), "status" => class(status))
            .record(elapsed.as_secs_f64());
    }
}

fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}
