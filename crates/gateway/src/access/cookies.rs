//! Reading and writing the one cookie an answer sets.

use axum::http::{HeaderMap, HeaderValue, header};

/// The value of the first cookie of this name.
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}

/// A `Set-Cookie` value. `attributes` begin with a semicolon; `value` is of our own making and needs no quoting.
pub fn set(name: &str, value: &str, attributes: &str) -> HeaderValue {
    let mut header = HeaderValue::from_str(&format!("{name}={value}{attributes}"))
        .unwrap_or_else(|_| unreachable!("a cookie of hex digits is a header value"));
    header.set_sensitive(true);
    header
}
