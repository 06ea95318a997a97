//! Every address of the portal, read and written.

use chrono::DateTime;
use keyward_contract::{AuditAction, AuditInterface, AuditResult, AuditSubCategory, OrganizationId};
use keyward_portal::routes::{AuditLogQuery, Location, Route, Span};

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
        (Route::SignedIn, "signed-in"),
        (Route::Setup, "setup"),
        (Route::Invitation, "invitation"),
        (Route::ApiKey(ORG), "o/7204118906221/api-key"),
        (Route::OauthServers(ORG), "o/7204118906221/oauth-servers"),
        (Route::SandboxTokens(ORG), "o/7204118906221/sandbox-tokens"),
        (Route::GettingStarted(ORG), "o/7204118906221/getting-started"),
        (Route::Administrators(ORG), "o/7204118906221/administrators"),
        (Route::Roles(ORG), "o/7204118906221/roles"),
        (Route::AuditLog(ORG, String::new()), "o/7204118906221/audit-log"),
        (
            Route::AuditLog(ORG, "last=7d&text=a%26b".into()),
            "o/7204118906221/audit-log?last=7d&text=a%26b",
        ),
        (
            next(Route::AuditLog(ORG, "result=Failure&text=%25".into())),
            "sign-in?next=o/7204118906221/audit-log?result=Failure%26text=%2525",
        ),
        (Route::Organizations, "organizations"),
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

#[test]
fn what_the_audit_log_is_asked_reads_the_same() {
    let instant = |text: &str| text.parse::<DateTime<chrono::Utc>>().ok();
    let spans = [
        Span::All,
        Span::Last(1),
        Span::Last(720),
        Span::Between {
            from: instant("2026-11-23T06:38:00Z"),
            to: None,
        },
        Span::Between {
            from: instant("2026-11-23T06:38:43.123Z"),
            to: instant("2026-11-24T00:00:00Z"),
        },
    ];
    for span in spans {
        for text in ["", "alice", "a&b=c #100% +1 é", "=cmd|' /C calc'!A1", "?embed&embed"] {
            let asked = AuditLogQuery {
                span,
                action: Some(AuditAction::SignIn),
                sub_category: Some(AuditSubCategory::OauthServer),
                interface: Some(AuditInterface::AdminUi),
                result: Some(AuditResult::Failure),
                admin: text.into(),
                address: "10.0.".into(),
                resource: text.into(),
                text: text.into(),
                entry: Some(7),
            };
            let query = asked.query();
            assert_eq!(AuditLogQuery::parse(&query), asked, "{query}");
            let page = Route::AuditLog(ORG, query);
            for embed in [false, true] {
                let here = Location {
                    route: page.clone(),
                    embed,
                };
                assert_eq!(location(&here.url()), here);
            }
            let sign_in = Route::SignIn {
                next: Some(Box::new(page)),
            };
            assert_eq!(location(&sign_in.url()).route, sign_in);
        }
    }
    assert_eq!(AuditLogQuery::default().query(), "");
}

#[test]
fn an_open_entry_of_the_audit_log_is_no_filter() {
    let asked = AuditLogQuery::parse("result=Failure&admin=alice&entry=7");
    assert_eq!((asked.entry, asked.count(), asked.filters().entry), (Some(7), 2, None));
    assert_eq!(AuditLogQuery::parse("entry=7").filters(), AuditLogQuery::default());
}

#[test]
fn what_the_audit_log_can_t_be_asked_is_left_out() {
    for query in [
        "last=never",
        "last=&action=",
        "from=yesterday&to=2026-99-99T00:00:00Z",
        "action=Explode",
        "subCategory=%E0%A4",
        "interface=api&result=success",
        "embed&unknown=1",
        "text=",
        "admin=&address=&resource=",
        "entry=0",
        "entry=first",
    ] {
        assert_eq!(AuditLogQuery::parse(query), AuditLogQuery::default(), "{query}");
    }
    let asked = AuditLogQuery::parse("action=Explode&result=Failure&text=a+b");
    assert_eq!((asked.result, asked.text.as_str()), (Some(AuditResult::Failure), "a b"));
}
