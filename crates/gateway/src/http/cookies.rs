//! Reading and writing the cookies of requests and answers.

use axum::http::{HeaderMap, HeaderValue, header};

/// Limit of cookies with one name. Browsers send one for each path and domain that has one.
const MOST: usize = 10;
/// Limit of cookies with the same prefix.
const MOST_ALIKE: usize = 50;

/// The values of the cookies with this name, in the order they are sent: another path, a parent domain or another program on
/// this host may set one with the same name (RFC 6265, section 5.4). The header is read as bytes, because cookies of others
/// may not be text.
pub fn values<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    pairs(headers)
        .filter_map(move |pair| {
            let value = pair.strip_prefix(name.as_bytes())?.strip_prefix(b"=")?;
            std::str::from_utf8(value).ok()
        })
        .take(MOST)
}

/// The cookies with this prefix: the rest of the name, and the value.
pub fn alike<'a>(headers: &'a HeaderMap, prefix: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    pairs(headers)
        .filter_map(move |pair| {
            let rest = std::str::from_utf8(pair.strip_prefix(prefix.as_bytes())?).ok()?;
            rest.split_once('=')
        })
        .take(MOST_ALIKE)
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|&byte| byte == b';'))
        .map(<[u8]>::trim_ascii)
}

/// A `Set-Cookie` value. `attributes` begin with a semicolon; `value` is of our own making and needs no quoting.
pub fn set(name: &str, value: &str, attributes: &str) -> HeaderValue {
    let mut header = HeaderValue::from_str(&format!("{name}={value}{attributes}"))
        .unwrap_or_else(|_| unreachable!("a cookie of hex digits is a header value"));
    header.set_sensitive(true);
    header
}
