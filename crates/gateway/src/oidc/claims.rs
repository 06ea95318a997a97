//! Claims as providers send them, which doesn't always follow the specification.

use serde_json::{Map, Value};

/// The claim of a path: the one that is called so, or one within others, `realm_access.roles` (Keycloak).
pub fn at<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(claim) = claims.get(path) {
        return Some(claim).filter(|claim| !claim.is_null());
    }
    path.match_indices('.').find_map(|(dot, _)| {
        let within = claims.get(&path[..dot])?.as_object()?;
        at(within, &path[dot + 1..])
    })
}

/// Whether a claim or flag is `true`, or the text `"true"` in any case. Texts come from Amazon Cognito (`email_verified`),
/// from Apple in older tokens, and from brokers that map SAML or LDAP attributes. Numbers don't count.
pub fn is_true(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(is_true)) => *is_true,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

/// Adds missing claims from another document of the same subject.
pub fn add(claims: &mut Map<String, Value>, more: Map<String, Value>) {
    for (name, value) in more {
        match (claims.get_mut(&name), value) {
            (Some(Value::Object(within)), Value::Object(more)) => add(within, more),
            (Some(_), _) | (None, Value::Null) => {}
            (None, value) => {
                claims.insert(name, value);
            }
        }
    }
}

/// Takes a claim away if the provider says beside it that it is elsewhere, or too long: then what is there is not all of it
/// (OpenID Connect Core 1.0, section 5.6.2, and the marker of Microsoft Entra ID in its place).
pub fn drop_overage(claims: &mut Map<String, Value>, path: &str) {
    let is_of_path = |name: &&String| {
        path.strip_prefix(name.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let names = claims.get("_claim_names").and_then(Value::as_object);
    let elsewhere = names.and_then(|names| names.keys().find(is_of_path)).cloned();
    let has_groups = path == "groups"
        && claims
            .get("hasgroups")
            .is_some_and(|marker| *marker != Value::Bool(false));
    if let Some(name) = elsewhere.or_else(|| has_groups.then(|| path.to_owned())) {
        claims.remove(&name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().expect("an object").clone()
    }

    #[test]
    fn a_path_finds_a_nested_claim() {
        let claims = object(json!({
            "groups": ["a"], "realm_access": { "roles": ["b"] }, "https://acme.example/roles": ["c"], "none": null,
            "resource_access": { "my.app": { "roles": ["d"] } }, "text": "x", "x.y": "literal", "x": { "y": "within" },
        }));
        for (path, value) in [
            ("groups", json!(["a"])),
            ("realm_access.roles", json!(["b"])),
            ("https://acme.example/roles", json!(["c"])),
            ("resource_access.my.app.roles", json!(["d"])),
            ("x.y", json!("literal")),
        ] {
            assert_eq!(at(&claims, path), Some(&value), "{path}");
        }
        for path in [
            "",
            ".",
            "none",
            "realm_access.",
            "realm_access.roles.0",
            "text.x",
            "other.roles",
            "none.x",
        ] {
            assert_eq!(at(&claims, path), None, "{path}");
        }
    }

    #[test]
    fn email_verified_can_be_a_text() {
        for yes in [json!(true), json!("true"), json!("True"), json!("TRUE")] {
            assert!(is_true(Some(&yes)), "{yes}");
        }
        for no in [
            json!(false),
            json!("false"),
            json!(1),
            json!("1"),
            json!("yes"),
            json!(" true"),
            Value::Null,
            json!([true]),
        ] {
            assert!(!is_true(Some(&no)), "{no}");
        }
        assert!(!is_true(None));
    }

    #[test]
    fn userinfo_adds_claims_and_overrides_none() {
        let mut claims = object(json!({ "email": "a@acme.example", "realm_access": { "kind": 1 } }));
        let more =
            json!({ "email": "b@acme.example", "realm_access": { "kind": 2, "roles": ["r"] }, "name": "A", "x": null });
        add(&mut claims, object(more));
        let whole = json!({ "email": "a@acme.example", "realm_access": { "kind": 1, "roles": ["r"] }, "name": "A" });
        assert_eq!(claims, object(whole));
    }
}
