//! The metrics for `/metrics`. Every name is here.

use std::{sync::OnceLock, time::Duration};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

const DURATION: &str = "keyward_http_request_duration_seconds";
const KEY_USES_DROPPED: &str = "keyward_key_uses_dropped_total";
const WRONG_KEYS: &str = "keyward_wrong_keys_total";
const CLOCK_BELIEVED: &str = "keyward_clock_believed";
const CLOCK_SKEW: &str = "keyward_clock_skew_seconds";
const CLOCK_JUMPS: &str = "keyward_clock_jumps_total";
const AUDIT_EVENTS_COUNTED: &str = "keyward_audit_events_counted_total";
const CONNECTIONS: &str = "keyward_connections";
const CONNECTIONS_ENDED: &str = "keyward_connections_ended_total";
const BUCKETS: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// The recorder of this process. Several gateways in one process, as in tests, share it.
pub fn recorder() -> PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let builder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Full(DURATION.to_owned()), BUCKETS)
                .unwrap_or_else(|_| unreachable!("there are buckets"));
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            if ::metrics::set_global_recorder(recorder).is_err() {
                tracing::warn!("a different metrics recorder is installed; /metrics stays empty");
            }
            ::metrics::describe_histogram!(
                DURATION,
                ::metrics::Unit::Seconds,
                "Requests, by the time to their answer"
            );
            ::metrics::describe_counter!(
                KEY_USES_DROPPED,
                "Uses of the key that were not noted because there were too many clients at the same time"
            );
            ::metrics::describe_gauge!(
                CLOCK_BELIEVED,
                "0 while nothing is deleted by its age, because the clock has jumped"
            );
            ::metrics::describe_gauge!(
                CLOCK_SKEW,
                ::metrics::Unit::Seconds,
                "How far this gateway's clock is ahead of the clock of a shared database; negative if it is behind"
            );
            ::metrics::describe_counter!(
                CLOCK_JUMPS,
                "Jumps of the clock by more than five minutes, a start far from the last one included"
            );
            ::metrics::describe_counter!(
                WRONG_KEYS,
                "Sign-ins to the cloud service API with the right password and a key that is none of the admin's"
            );
            ::metrics::describe_gauge!(
                CONNECTIONS,
                "Connections: silent (no request yet), idle (none now), busy"
            );
            ::metrics::describe_counter!(
                CONNECTIONS_ENDED,
                "Connections that were ended or not begun: full, address-limit, gave-way, idle, not-read"
            );
            ::metrics::describe_counter!(
                AUDIT_EVENTS_COUNTED,
                "Failures that have no row of their own in the audit log, but are counted in one with others"
            );
            handle
        })
        .clone()
}

/// Aggregates measurements regularly; otherwise they pile up until `/metrics` is read. Never returns.
pub async fn keep_up() {
    let recorder = recorder();
    let mut tick = tokio::time::interval(Duration::from_secs(10));
    loop {
        tick.tick().await;
        recorder.run_upkeep();
    }
}

/// Counts a use of the key that was dropped for lack of room.
pub fn key_use_dropped() {
    ::metrics::counter!(KEY_USES_DROPPED).increment(1);
}

/// Counts a wrong key beside a right password.
pub fn wrong_key() {
    ::metrics::counter!(WRONG_KEYS).increment(1);
}

/// How many connections of a listener are in this state.
pub fn connection_gauge(listener: &'static str, state: &'static str) -> ::metrics::Gauge {
    ::metrics::gauge!(CONNECTIONS, "listener" => listener, "state" => state)
}

/// Counts a connection that the gateway closed or rejected.
pub fn connection_ended(listener: &'static str, reason: &'static str) {
    ::metrics::counter!(CONNECTIONS_ENDED, "listener" => listener, "reason" => reason).increment(1);
}

/// Sets whether the clock can be trusted.
pub fn clock_is_believed(it_is: bool) {
    ::metrics::gauge!(CLOCK_BELIEVED).set(if it_is { 1.0 } else { 0.0 });
}

/// Sets how far the clock is ahead of the database's.
pub fn clock_skew(seconds: f64) {
    ::metrics::gauge!(CLOCK_SKEW).set(seconds);
}

/// Counts a jump of the clock.
pub fn clock_jumped() {
    // The start is before anything else is counted.
    recorder();
    ::metrics::counter!(CLOCK_JUMPS).increment(1);
}

/// Counts a failure that shares an audit row with others.
pub fn audit_event_counted() {
    ::metrics::counter!(AUDIT_EVENTS_COUNTED).increment(1);
}

/// Counts an answer to a request, by the time to it. Each label has few values, whatever clients send.
pub fn answered(route: ::metrics::SharedString, method: &'static str, class: &'static str, elapsed: Duration) {
    ::metrics::histogram!(DURATION, "route" => route, "method" => method, "status" => class)
        .record(elapsed.as_secs_f64());
}
