//! CloudFront in front of S3.

use serde_json::{Value, json};

use super::{Host, IMMUTABLE};
use crate::edge::portal::FIRST_LOAD;

/// Two policies on response headers, and the functions of the two behaviors.
pub(super) fn configurations(host: &Host<'_>) -> Result<Vec<(String, String)>, serde_json::Error> {
    let policy = |name: &str, cache: &str| {
        Ok::<_, serde_json::Error>(serde_json::to_string_pretty(&policy(host, name, cache))? + "\n")
    };
    Ok(vec![
        ("cloudfront/headers.json".into(), policy("", "no-cache")?),
        ("cloudfront/headers-hashed.json".into(), policy("-hashed", IMMUTABLE)?),
        ("cloudfront/pages.js".into(), pages(host)),
        ("cloudfront/api.js".into(), api(host)),
    ])
}

/// `ResponseHeadersPolicyConfig` of the CloudFront API. Headers that it has a field for can't be among the custom ones.
fn policy(host: &Host<'_>, suffix: &str, cache_control: &str) -> Value {
    let mut security = serde_json::Map::new();
    let mut custom = vec![json!({ "Header": "cache-control", "Value": cache_control, "Override": true })];
    for (name, value) in &host.headers {
        match name.as_str() {
            "content-security-policy" => {
                security.insert(
                    "ContentSecurityPolicy".into(),
                    json!({ "ContentSecurityPolicy": value, "Override": true }),
                );
            }
            "x-content-type-options" => {
                security.insert("ContentTypeOptions".into(), json!({ "Override": true }));
            }
            "referrer-policy" => {
                security.insert(
                    "ReferrerPolicy".into(),
                    json!({ "ReferrerPolicy": value, "Override": true }),
                );
            }
            "x-frame-options" => {
                security.insert("FrameOptions".into(), json!({ "FrameOption": value, "Override": true }));
            }
            "strict-transport-security" => {
                let seconds = value
                    .strip_prefix("max-age=")
                    .and_then(|seconds| seconds.parse::<u64>().ok());
                let fields = json!({ "AccessControlMaxAgeSec": seconds, "IncludeSubdomains": false, "Preload": false, "Override": true });
                security.insert("StrictTransportSecurity".into(), fields);
            }
            _ => custom.push(json!({ "Header": name, "Value": value, "Override": true })),
        }
    }
    json!({
        "Name": format!("{}{suffix}", host.name()),
        "Comment": format!("Keyward's portal at {}/", host.base()),
        "SecurityHeadersConfig": security,
        "CustomHeadersConfig": { "Quantity": custom.len(), "Items": custom },
    })
}

/// The function of the portal's behaviors, at viewer requests.
fn pages(host: &Host<'_>) -> String {
    let base = host.base();
    format!(
        "\
// Answers the portal's addresses with its pages. What looks like a file is one, or is missing.
function handler(event) {{
  var request = event.request;
  var path = request.uri.slice({length});
  if (path.lastIndexOf(\".\") <= path.lastIndexOf(\"/\")) {{
    request.uri = \"{base}/\" + (/^{FIRST}$/.test(path) ? \"index.html\" : \"more.html\");
  }}
  return request;
}}
",
        length = base.len() + 1,
        FIRST = format!("({FIRST_LOAD})?").replace('/', r"\/"),
    )
}

/// The function of the API's behavior, at viewer requests.
fn api(host: &Host<'_>) -> String {
    format!(
        "\
// Takes off the path that the gateway doesn't know.
function handler(event) {{
  event.request.uri = event.request.uri.slice({length});
  return event.request;
}}
",
        length = host.place.api_path.len(),
    )
}
