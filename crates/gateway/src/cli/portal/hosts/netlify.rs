//! `_headers` and `_redirects`, as Netlify and Cloudflare Pages read them.

use std::fmt::Write as _;

use super::{CHANGE_PASSWORD, Host, IMMUTABLE, PAGES};

/// Both join the values of a header that several rules set, so no two rules set the same. Without a rule, files are checked each
/// time, as the gateway's `no-cache` asks for. The first rule is for the whole site, because `404.html` is a page of the portal at
/// its root.
pub(super) fn headers(host: &Host<'_>) -> String {
    let mut text = "/*\n".to_owned();
    text += &host.header_lines(|name, value| format!("  {name}: {value}\n"));
    for path in host.immutable() {
        let _ = write!(text, "/{path}\n  cache-control: {IMMUTABLE}\n");
    }
    text
}

/// The first rule that fits counts. What none fits is a file, or the page `404.html`. Cloudflare Pages doesn't pass requests on to
/// other hosts by a rule: its function does.
pub(super) fn redirects(host: &Host<'_>) -> String {
    let (base, api) = (host.base(), host.api());
    let mut text = format!("{api}/* {}/api/:splat 200\n", host.gateway);
    for first in ["sign-in", "o/:organization", "o/:organization/api-key"] {
        let _ = writeln!(text, "{base}/{first} {base}/ 200");
    }
    for page in PAGES.into_iter().chain(["o/*"]) {
        let _ = writeln!(text, "{base}/{page} {base}/more 200");
    }
    let _ = writeln!(text, "{base}/{CHANGE_PASSWORD} {base}/account 302");
    text
}
