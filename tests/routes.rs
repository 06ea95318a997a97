//! Every address of the portal, read and written.

use keyward_contract::OrganizationId;
use keyward_portal::routes::{Location, Route};

const ORG: OrganizationId = OrganizationId(7_204_118_906_221);

fn every_route() -> Vec<(Route, &'static str)> {
    let next = |route| Route::SignIn {
        next: Some(Box::new(route)),
    };
    vec![
        (Route::Home, "./"),
        (Route::SignIn { next: None }, "sign-in"),
        (next(Route::Account), "sign-in?next=account"),
        (next(Route::ApiKey(ORG)), "sign-in?next=o/7204118906221/api-key"),
        (Route::Setup, "setup"),
        (Route::ApiKey(ORG), "o/7204118906221/api-key"),
        (Route::OauthServers(ORG), "o/7204118906221/oauth-servers"),
        (Route::SandboxTokens(ORG), "o/7204118906221/sandbox-tokens"),
        (Route::Account, "account"),
    ]
}

fn location(url: &str) -> Location {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    Location::parse(path, query)
}

#[test]
fn what_is_written_reads_the_same() {
    for (route, url) in every_route() {
        assert_eq!(route.url(), url);
        for embed in [false, true] {
            let written = Location {
                route: route.clone(),
                embed,
            };
            assert_eq!(location(&written.url()), written, "{url}");
        }
    }
}

#[test]
fn addresses_are_relative_to_the_base() {
    for (route, url) in every_route() {
        assert!(!route.url().starts_with('/'), "{url}");
    }
}

#[test]
fn embedding_goes_with_the_address() {
    assert_eq!(
        Location {
            route: Route::ApiKey(ORG),
            embed: true
        }
        .url(),
        "o/7204118906221/api-key?embed"
    );
    assert_eq!(
        location("sign-in?next=account&embed"),
        Location {
            route: Route::SignIn {
                next: Some(Box::new(Route::Account))
            },
            embed: true
        }
    );
}

#[test]
fn forms_people_type_are_understood() {
    for (url, route) in [
        ("", Route::Home),
        ("o/7", Route::ApiKey(OrganizationId(7))),
        ("o/7/", Route::ApiKey(OrganizationId(7))),
        ("o/7/api-key/", Route::ApiKey(OrganizationId(7))),
    ] {
        assert_eq!(location(url).route, route, "{url}");
    }
}

#[test]
fn everything_else_is_not_found() {
    for url in [
        "o",
        "o/",
        "o/x/api-key",
        "o/-7/api-key",
        "o/+7/api-key",
        "o/007/api-key",
        "o/0/api-key",
        "o/7/nothing",
        "o/7/api-key/more",
        "o/99999999999999999999/api-key",
        "index.html",
        "O/7/api-key",
        "sign-in/more",
    ] {
        assert_eq!(location(url).route, Route::NotFound, "{url}");
    }
}

#[test]
fn signing_in_leads_only_into_the_application() {
    for next in [
        "https://elsewhere.example/",
        "//elsewhere.example/o/7/api-key",
        "javascript:alert(1)",
        "sign-in",
        "setup",
        "%2F%2Felsewhere.example",
        "nothing",
        "%E0%A4",
        "%",
        "",
    ] {
        let route = location(&format!("sign-in?next={next}")).route;
        let Route::SignIn { next: destination } = route else {
            panic!("{next}: {route:?}")
        };
        assert!(destination.is_none_or(|to| *to == Route::Home), "{next}");
    }
    let encoded = location("sign-in?next=o%2F7%2Fapi-key").route;
    assert_eq!(
        encoded,
        Route::SignIn {
            next: Some(Box::new(Route::ApiKey(OrganizationId(7))))
        }
    );
}
