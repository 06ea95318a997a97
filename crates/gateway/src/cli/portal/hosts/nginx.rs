//! nginx, from version 1.18.

use std::fmt::Write as _;

use super::{AUTHORITIES, CHANGE_PASSWORD, HASHED, Host, IMMUTABLE, escaped, for_others};
use crate::edge::portal::FIRST_LOAD;

/// A file to include in a `server` block.
pub(super) fn configuration(host: &Host<'_>) -> String {
    let (base, api, gateway) = (host.base(), host.api(), &host.gateway);
    let folder = host.folder.display();
    let missing = format!("@{}-missing", host.name());
    // nginx inherits headers only where a location sets none of its own.
    let headers = |indent: &str, cache: &str| {
        let line = |name: &str, value: &str| format!("{indent}add_header {name} \"{value}\" always;\n");
        host.header_lines(line) + &line("cache-control", cache)
    };
    let open = match host.all_open_headers() {
        none if none.is_empty() => String::new(),
        open => {
            let lines: String = open
                .iter()
                .map(|(name, value)| format!("        add_header {name} \"{value}\" always;\n"))
                .collect();
            let (base, names) = (escaped(base), for_others());
            format!(
                "    # Pages of other origins load these.\n    location ~ \"^{base}/{names}$\" {{\n        try_files $uri =404;\n\
                 {lines}    }}\n\n"
            )
        }
    };
    let mut types = String::new();
    let mut with_charset = Vec::new();
    for (ending, (media, _)) in host.kinds() {
        let (media, charset) = media.split_once("; ").unwrap_or((media, ""));
        let _ = writeln!(types, "        {media} {ending};");
        // nginx adds it to HTML in any case.
        if !charset.is_empty() && media != "text/html" {
            with_charset.push(media);
        }
    }
    let bare = match base {
        "" => String::new(),
        _ => format!("location = {base} {{\n    rewrite ^ {base}/ last;\n}}\n\n"),
    };
    // nginx checks no certificate by itself. Above the gateway's there may be more than one authority.
    let checks = match host.gateway.is_https() {
        true => format!(
            "    proxy_ssl_server_name on;\n    proxy_ssl_verify on;\n    proxy_ssl_verify_depth 4;\n    \
             proxy_ssl_trusted_certificate {AUTHORITIES};\n"
        ),
        false => String::new(),
    };
    format!(
        "\
# Keyward's portal at {base}/. Include this file in the server block of the host.

location ^~ {api}/ {{
    proxy_pass {gateway}/api/;
    proxy_http_version 1.1;
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
{checks}}}

{bare}location = {base}/{CHANGE_PASSWORD} {{
    return 303 ../account;
}}

location ^~ {base}/ {{
    root \"{folder}\";
    default_type application/octet-stream;
    types {{
{types}    }}
    charset utf-8;
    charset_types {charset_types};
    gzip_static on;
    gzip_vary on;
    # With the module ngx_brotli, which Debian has as libnginx-mod-http-brotli-static:
    # brotli_static on;
    error_page 404 = {missing};
{page_headers}
    # The addresses of the program that starts with less, and all others.
    location ~ ^{base_expression}/({FIRST_LOAD})?$ {{
        try_files {base}/index.html =404;
    }}
    try_files {base}/more.html =404;

    location ~ \"{HASHED}\" {{
        try_files $uri =404;
{immutable_headers}    }}

{open}    # Compressed variants have no names of their own.
    location ~ \\.(br|gz)$ {{
        return 404;
    }}

    # What looks like a file is one, or is missing.
    location ~ \\.[^/]*$ {{
        try_files $uri =404;
    }}
}}

location {missing} {{
    default_type text/plain;
{missing_headers}    return 404 \"Not found\\n\";
}}
",
        charset_types = with_charset.join(" "),
        page_headers = headers("    ", "no-cache"),
        immutable_headers = headers("        ", IMMUTABLE),
        missing_headers = headers("    ", "no-store"),
        base_expression = escaped(base),
    )
}
