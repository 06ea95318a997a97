//! CloudFront in front of S3.

use serde_json::{Value, json};

use super::Host;
use crate::edge::portal::FIRST_LOAD;

/// The policies on response headers, and the functions of behaviors.
pub(super) fn configurations(host: &Host<'_>) -> Result<Vec<(String, String)>, serde_json::Error> {
    let no_cache = ("cache-control".to_owned(), "no-cache".to_owned());
    let mut policies = vec![
        ("", [&host.headers[..], &[no_cache]].concat()),
        // A policy is for errors as well, which must not stay for a year. Objects in the bucket say how long they stay.
        ("-hashed", host.headers.clone()),
    ];
    let mut open = host.all_open_headers();
    open.retain(|(name, _)| name != "cache-control");
    if !open.is_empty() {
        policies.push(("-open", open));
    }
    let mut files = vec![
        ("cloudfront/pages.js".to_owned(), pages(host)),
        ("cloudfront/api.js".to_owned(), api(host)),
    ];
    for (suffix, headers) in policies {
        let text = serde_json::to_string_pretty(&policy(host, suffix, &headers))?;
        files.push((format!("cloudfront/headers{suffix}.json"), text + "\n"));
    }
    Ok(files)
}

/// `ResponseHeadersPolicyConfig` of the CloudFront API. Headers that it has a field for can't be among the custom ones.
fn policy(host: &Host<'_>, suffix: &str, headers: &[(String, String)]) -> Value {
    let mut security = serde_json::Map::new();
    let mut cors = None;
    let mut custom = Vec::new();
    for (name, value) in headers {
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
            // It answers only requests with an `Origin`, and these are the ones that need it.
            "access-control-allow-origin" => {
                cors = Some(json!({
                    "AccessControlAllowOrigins": { "Quantity": 1, "Items": [value] },
                    "AccessControlAllowHeaders": { "Quantity": 1, "Items": ["*"] },
                    "AccessControlAllowMethods": { "Quantity": 2, "Items": ["GET", "HEAD"] },
                    "AccessControlAllowCredentials": false,
                    "OriginOverride": true,
                }));
            }
            _ => custom.push(json!({ "Header": name, "Value": value, "Override": true })),
        }
    }
    let mut policy = json!({
        "Name": format!("{}{suffix}", host.name()),
        "Comment": format!("Keyward's portal at {}/", host.base()),
        "SecurityHeadersConfig": security,
        "CustomHeadersConfig": { "Quantity": custom.len(), "Items": custom },
    });
    if let Some(cors) = cors {
        policy["CorsConfig"] = cors;
    }
    policy
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
