//! The access log line and the latency histogram of each request.

use std::{net::IpAddr, time::Instant};

use axum::{
    extract::MatchedPath,
    http::{Method, StatusCode},
};
use uuid::Uuid;

const LOGGED_PATH_MAX: usize = 256;

/// A request on its way.
pub(super) struct Measure {
    pub(super) started: Instant,
    pub(super) id: Uuid,
    pub(super) client: IpAddr,
    pub(super) method: Method,
}

impl Measure {
    /// Logs and counts a request. `path` is without the query, which may contain secrets.
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
        // Labels have few values, whatever clients send.
        let route = match route {
            Some(route) => metrics::SharedString::from(route.to_owned()),
            None if portal => metrics::SharedString::const_str("portal"),
            None => metrics::SharedString::const_str("none"),
        };
        crate::metrics::answered(route, method_label(&self.method), class(status), elapsed);
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
