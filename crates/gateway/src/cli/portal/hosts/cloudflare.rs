//! Cloudflare Pages, in addition to `_headers` and `_redirects`.

use super::Host;

/// A Pages Function that passes the API on, below the folder `functions` of the project.
pub(super) fn function(host: &Host<'_>) -> (String, String) {
    let text = format!(
        "\
// Passes the API on to the gateway.
export const onRequest = ({{ request }}) => {{
  const url = new URL(request.url);
  const target = \"{gateway}\" + url.pathname.slice({skipped}) + url.search;
  const passed = new Request(target, request);
  passed.headers.set(\"x-forwarded-for\", request.headers.get(\"cf-connecting-ip\") ?? \"\");
  passed.headers.set(\"x-forwarded-proto\", url.protocol.slice(0, -1));
  return fetch(passed, {{ redirect: \"manual\" }});
}};
",
        gateway = host.gateway,
        skipped = host.place.api_path.len(),
    );
    (format!("cloudflare/functions{}/[[path]].js", host.api()), text)
}
