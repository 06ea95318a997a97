//! Reading and writing the one cookie an answer sets.

use axum::http::{HeaderMap, HeaderValue, header};

/// How many cookies of one name are looked at. Browsers send one for each path and domain that has one.
const MOST: usize = 10;

/// The values of the cookies of this name, in the order they are sent: another path, a parent domain or another program on
/// this host may have one of the same name (RFC 6265, section 5.4). The line is read as bytes, since what others put there
/// need not be text.
pub fn values<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|&byte| byte == b';'))
        .filter_map(move |pair| {
            let value = pair.trim_ascii().strip_prefix(name.as_bytes())?.strip_prefix(b"=")?;
            std::str::from_utf8(value).ok()
        })
        .take(MOST)
}

/// The value of the first cookie of this name.
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    values(headers, name).next()
}

/// A `Set-Cookie` value. `attributes` begin with a semicolon; `value` is of our own making and needs no quoting.
pub fn set(name: &str, value: &str, attributes: &str) -> HeaderValue {
    let mut header = HeaderValue::from_str(&format!("{name}={value}{attributes}"))
        .unwrap_or_else(|_| unreachable!("a cookie of hex digits is a header value"));
    header.set_sensitive(true);
    header
}
