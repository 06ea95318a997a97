//! Apache, from version 2.4.

use super::{AUTHORITIES, CHANGE_PASSWORD, HASHED, Host, IMMUTABLE, for_others};
use crate::edge::portal::FIRST_LOAD;

/// The condition of headers that an answer without the file must not have.
const FOUND: &str = "\"expr=%{REQUEST_STATUS} in {'200', '206', '304'}\"";

/// A file to include in a `VirtualHost`.
pub(super) fn configuration(host: &Host<'_>) -> String {
    let (base, api, gateway) = (host.base(), host.api(), &host.gateway);
    let folder = host.folder.display();
    let kind = |(ending, (media, is_coded)): (&str, (&str, bool))| {
        let vary = if is_coded {
            "        Header merge Vary accept-encoding\n"
        } else {
            ""
        };
        format!(
            "    <FilesMatch \"\\.{ending}(\\.br|\\.gz)?$\">\n        ForceType \"{media}\"\n{vary}    </FilesMatch>\n"
        )
    };
    let coding = |(ending, coding)| {
        format!(
            "    <FilesMatch \"\\.{ending}$\">\n        Header set Content-Encoding {coding}\n        SetEnv no-gzip 1\n    \
             </FilesMatch>\n"
        )
    };
    let encoded = |(ending, coding)| {
        format!(
            "    RewriteCond \"%{{HTTP:Accept-Encoding}}\" \"\\b{coding}\\b\"\n    RewriteCond \"%{{REQUEST_FILENAME}}.{ending}\" -f\n    \
             RewriteRule \"^(.+)$\" \"$1.{ending}\" [END]\n"
        )
    };
    let bare = match base {
        "" => String::new(),
        _ => format!("    RewriteCond \"%{{REQUEST_URI}}\" \"={base}\"\n    RewriteRule \"^\" \"index.html\" [END]\n"),
    };
    let codings = [("br", "br"), ("gz", "gzip")];
    // Unasked, Apache checks no authority, and there may be more than one above the gateway. It compares the name in the certificate
    // with the `Host` that it sends, which has to be the gateway's then.
    let (modules, checks, preserve) = match host.gateway.is_https() {
        true => (
            "proxy_http, rewrite and ssl",
            format!(
                "SSLProxyEngine On\nSSLProxyVerify require\nSSLProxyVerifyDepth 4\nSSLProxyCheckPeerName on\n\
                 SSLProxyCACertificateFile \"{AUTHORITIES}\"\n\n"
            ),
            "Off",
        ),
        false => ("proxy_http and rewrite", String::new(), "On"),
    };
    format!(
        "\
# Keyward's portal at {base}/. Include this file in the VirtualHost of the host. It needs the modules alias, env, headers, mime, proxy,
# {modules}.

{checks}<Location \"{api}/\">
    ProxyPass \"{gateway}/api/\"
    ProxyPreserveHost {preserve}
    RequestHeader set X-Forwarded-Proto \"expr=%{{REQUEST_SCHEME}}\"
</Location>

Alias \"{alias}\" \"{folder}{alias}\"
<Directory \"{folder}{base}\">
    Require all granted
    Options SymLinksIfOwnerMatch
    AllowOverride None
    <IfModule dir_module>
        DirectoryIndex disabled
        DirectorySlash Off
    </IfModule>
{headers}    Header always set cache-control no-cache
    <FilesMatch \"{hashed}\">
        Header always set cache-control \"{IMMUTABLE}\" {FOUND}
    </FilesMatch>
{open}
    RewriteEngine On
    RewriteOptions AllowNoSlash
    RewriteBase \"{base}/\"
    RewriteRule \"^{change_password}$\" \"{base}/account\" [R=303,END]
    # Compressed variants have no names of their own.
    RewriteRule \"\\.(br|gz)$\" \"-\" [R=404,END]
    # The addresses of the program that starts with less, and all others.
{bare}    RewriteRule \"^({FIRST_LOAD})?$\" \"index.html\" [END]
    RewriteRule \"(^|/)[^./]*$\" \"more.html\" [END]
{encoded}
{kinds}{coded}</Directory>
",
        alias = if base.is_empty() { "/" } else { base },
        headers = host.header_lines(|name, value| format!("    Header always set {name} \"{value}\"\n")),
        open = open(host),
        hashed = HASHED.replace(r"[^/.]+$", ""),
        change_password = CHANGE_PASSWORD.replace('.', r"\."),
        encoded = codings.into_iter().map(encoded).collect::<String>(),
        kinds = host.kinds().into_iter().map(kind).collect::<String>(),
        coded = codings.into_iter().map(coding).collect::<String>(),
    )
}

/// For pages of other origins.
fn open(host: &Host<'_>) -> String {
    let lines = host.open_headers().into_iter();
    let lines: String = lines
        .map(|(name, value)| format!("        Header always set {name} \"{value}\" {FOUND}\n"))
        .collect();
    match lines.as_str() {
        "" => lines,
        _ => format!(
            "    <FilesMatch \"^{}(\\.br|\\.gz)?$\">\n{lines}    </FilesMatch>\n",
            for_others()
        ),
    }
}
