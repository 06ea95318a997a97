//! Caddy, from version 2.6.

use super::{CHANGE_PASSWORD, HASHED, Host, IMMUTABLE, escaped, for_others};
use crate::edge::portal::FIRST_LOAD;

/// A file to import in a site block.
pub(super) fn configuration(host: &Host<'_>) -> String {
    let (base, api, gateway) = (host.base(), host.api(), &host.gateway);
    let name = host.name();
    let strip = match host.place.api_path.as_str() {
        "" => String::new(),
        path => format!("\turi strip_prefix {path}\n"),
    };
    let kind = |(ending, (media, _)): (&str, (&str, bool))| {
        format!("\t\t@{ending} path *.{ending}\n\t\theader @{ending} content-type \"{media}\"\n")
    };
    let kinds: String = host.kinds().into_iter().map(kind).collect();
    format!(
        "\
# Keyward's portal at {base}/. Import this file in the site block of the host.

handle {api}/* {{
{strip}\treverse_proxy {gateway}
}}

@{name} path {bare}{base}/*
handle @{name} {{
\troot * \"{folder}\"
\troute {{
{headers}\t\theader cache-control no-cache
{open}
\t\t@change-password path {base}/{CHANGE_PASSWORD}
\t\tredir @change-password ../account 303

\t\t# The addresses of the program that starts with less, and all others.
\t\t@first path_regexp ^{base_expression}(/({FIRST_LOAD})?)?$
\t\trewrite @first {base}/index.html
\t\t@address not path_regexp \\.[^/]*$
\t\trewrite @address {base}/more.html

\t\t# What looks like a file is one, or is missing. Compressed variants have no names of their own.
\t\t@coded path *.br *.gz
\t\t@missing not file {{path}}
\t\theader @coded cache-control no-store
\t\trespond @coded \"Not found\" 404
\t\theader @missing cache-control no-store
\t\trespond @missing \"Not found\" 404

\t\t@hashed path_regexp {HASHED}
\t\theader @hashed cache-control \"{IMMUTABLE}\"
{kinds}\t\tfile_server {{
\t\t\tprecompressed br gzip
\t\t}}
\t}}
}}
",
        bare = if base.is_empty() {
            String::new()
        } else {
            format!("{base} ")
        },
        folder = host.folder.display(),
        headers = host.header_lines(|name, value| format!("\t\theader {name} \"{value}\"\n")),
        base_expression = escaped(base),
        open = open(host),
    )
}

/// For pages of other origins.
fn open(host: &Host<'_>) -> String {
    let lines = host.open_headers().into_iter();
    let lines: String = lines
        .map(|(name, value)| format!("\t\theader @open {name} \"{value}\"\n"))
        .collect();
    match lines.as_str() {
        "" => lines,
        _ => format!(
            "\t\t@open path_regexp ^{}/{}$\n{lines}",
            escaped(host.base()),
            for_others()
        ),
    }
}
