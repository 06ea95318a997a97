//! Reading the audit log: which rows, in which order, and for whom.

use axum::http::{Method, StatusCode, header};
use chrono::TimeDelta;
use keyward_contract::{AuditAction, AuditLogPage, AuditRow, AuditSubCategory};
use keyward_gateway::{audit::Event, store::audit::audit_log};
use serde_json::json;

use crate::support::{ADMIN, Acme, Answer, PASSWORD, get, post};

impl Acme {
    async fn asked(&self, query: &str) -> Answer {
        let path = format!("/api/portal/orgs/{}/{query}", self.organization);
        self.send(get(&path).cookie(&self.cookie).empty()).await
    }

    async fn page(&self, query: &str) -> AuditLogPage {
        let answer = self.asked(&format!("audit-log{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        serde_json::from_str(&answer.text).expect("a page")
    }

    async fn rows(&self, query: &str) -> Vec<AuditRow> {
        self.page(query).await.rows
    }
}

/// Reads RFC 4180.
fn csv(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').expect("the mark of UTF-8");
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '"' if quoted && rest.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {
                assert_eq!(rest.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            character => cell.push(character),
        }
    }
    assert!(row.is_empty() && cell.is_empty() && !quoted, "the last line ends");
    rows
}

#[tokio::test]
async fn every_field_is_there_newest_first_and_no_secret() {
    let acme = Acme::new().await;
    let old = acme.key().await;
    let new = acme.regenerate().await.json()["key"]
        .as_str()
        .expect("a key")
        .to_owned();
    let answer = acme.asked("audit-log").await;
    for secret in [&old, &new, PASSWORD] {
        assert!(!answer.text.contains(secret));
    }
    let rows = acme.rows("").await;
    assert!(rows.is_sorted_by(|newer, older| newer.id > older.id), "{rows:?}");
    let first = &rows[0];
    assert_eq!(
        (
            first.action.as_str(),
            first.category.as_str(),
            first.sub_category.as_str()
        ),
        ("Regenerate", "Cloud Service API Key", "Cloud Service API Key")
    );
    assert_eq!(
        (first.admin_id, first.admin_name.as_deref()),
        (Some(acme.admin.id), Some(ADMIN))
    );
    assert_eq!(
        (first.interface.as_str(), first.result.as_str()),
        ("Admin UI", "Success")
    );
    assert_eq!(first.timestamp, acme.clock.now());
    assert!(first.client_ip.is_some() && first.request_id.is_some() && first.reason.is_none());
    let version = |change: &Option<serde_json::Value>| change.as_ref().and_then(|it| it["version"].as_i64());
    assert_eq!((version(&first.before), version(&first.after)), (Some(1), Some(2)));
}

#[tokio::test]
async fn each_filter_selects_matching_rows() {
    let acme = Acme::unlimited().await;
    acme.key().await;
    let middle = acme.clock.now() + TimeDelta::seconds(1);
    acme.clock.advance(TimeDelta::seconds(2));
    acme.api_sign_in("AbC123xYz789", ADMIN, PASSWORD).await;
    let all = acme.rows("").await;
    let words = |query: &'static str, keep: fn(&AuditRow) -> bool| (query.to_owned(), keep);
    let instant = middle.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    for (query, keep) in [
        words("?action=Reveal", |row| row.action == "Reveal"),
        words("?action=Sign%20In", |row| row.action == "Sign In"),
        words("?subCategory=Login", |row| row.sub_category == "Login"),
        words("?interface=API", |row| row.interface == "API"),
        words("?result=Failure", |row| row.result == "Failure"),
        words("?admin=ADMIN%40acme", |row| row.admin_name.as_deref() == Some(ADMIN)),
        words("?resource=ADMIN%40acme", |row| row.resource == ADMIN),
        words("?admin=acme&action=Reveal", |row| row.action == "Reveal"),
        words("?text=WRONG-KEY", |row| row.reason.as_deref() == Some("wrong-key")),
        words("?text=admin%40ACME", |row| json!(row).to_string().contains(ADMIN)),
        words("?action=Sign%20In&interface=API&result=Failure", |row| {
            row.interface == "API"
        }),
        words("?text=%25", |_| false),
        words("?text=_", |_| false),
        words("?text=%5C", |_| false),
        words("?admin=%25", |_| false),
        words("?address=%25", |_| false),
        words("?resource=_", |_| false),
    ] {
        let expected: Vec<_> = all.iter().filter(|row| keep(row)).map(|row| row.id).collect();
        let found: Vec<_> = acme.rows(&query).await.iter().map(|row| row.id).collect();
        assert_eq!(found, expected, "{query}");
        if !query.contains("=%") && !query.contains("=_") {
            assert!(
                !found.is_empty() && found.len() < all.len(),
                "{query} shows nothing: {found:?}"
            );
        }
    }
    let later = acme.rows(&format!("?from={instant}")).await;
    let earlier = acme.rows(&format!("?to={instant}")).await;
    assert!(later.iter().all(|row| row.timestamp >= middle) && !later.is_empty());
    assert_eq!(earlier.len() + later.len(), all.len());
}

#[tokio::test]
async fn addresses_match_exactly_or_by_prefix() {
    let acme = Acme::new().await;
    for address in ["10.0.0.1", "10.0.0.12", "2001:db8::1", "2001:db8::12"] {
        acme.key().await;
        let newest = acme.rows("?action=Reveal").await[0].id;
        acme.data.execute(&format!(
            "UPDATE audit_log SET client_address = '{address}' WHERE id = {newest}"
        ));
    }
    for (asked, expected) in [
        ("10.0.0.1", 1),
        ("10.0.0.", 2),
        ("2001:DB8:0::1", 1),
        ("2001:db8::", 2),
        ("0.0.1", 0),
        ("%25.1", 0),
    ] {
        let query = format!("?action=Reveal&address={asked}");
        assert_eq!(acme.rows(&query).await.len(), expected, "{asked}");
        let table = csv(&acme.asked(&format!("audit-log.csv{query}")).await.text);
        assert_eq!(table.len() - 1, expected, "{asked} as CSV");
    }
}

#[tokio::test]
async fn pages_have_no_gaps_or_repetitions() {
    let acme = Acme::new().await;
    for _ in 0..7 {
        acme.key().await;
    }
    let all: Vec<_> = acme.rows("").await.iter().map(|row| row.id).collect();
    let (mut seen, mut before) = (Vec::new(), String::new());
    loop {
        let page = acme.page(&format!("?limit=3{before}")).await;
        assert!(page.rows.len() <= 3);
        seen.extend(page.rows.iter().map(|row| row.id));
        // Rows written in the meantime don't shift the pages.
        acme.key().await;
        let Some(next) = page.next else { break };
        before = format!("&before={next}");
    }
    assert_eq!(seen, all);
}

#[tokio::test]
async fn oldest_first_continues_to_new_rows() {
    let acme = Acme::new().await;
    for _ in 0..5 {
        acme.key().await;
    }
    let mut all: Vec<_> = acme.rows("").await.iter().map(|row| row.id).collect();
    all.reverse();
    let (mut seen, mut after) = (Vec::new(), 0);
    for part in 0.. {
        let page = acme.page(&format!("?limit=3&after={after}")).await;
        seen.extend(page.rows.iter().map(|row| row.id));
        if part == 0 {
            acme.key().await;
        }
        let Some(next) = page.next else { break };
        after = next;
    }
    assert_eq!(seen[..all.len()], all);
    assert!(seen.len() > all.len() && seen.is_sorted());
    let reveals = acme.page("?after=0&action=Reveal").await.rows;
    assert!(reveals.iter().all(|row| row.action == "Reveal") && reveals.is_sorted_by_key(|row| row.id));
}

#[tokio::test]
async fn an_invalid_query_is_rejected_by_parameter() {
    let acme = Acme::new().await;
    for (query, field) in [
        ("?action=Explode", "action"),
        ("?from=yesterday", "from"),
        ("?limit=0", "limit"),
        ("?limit=201", "limit"),
        ("?limit=many", "limit"),
        ("?before=0", "before"),
        ("?after=-1", "after"),
        ("?after=0&before=7", "after"),
        ("?colour=red", "colour"),
        ("?text=a&text=b", "text"),
    ] {
        let answer = acme.asked(&format!("audit-log{query}")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (422, "invalid-input".into()),
            "{query}: {}",
            answer.text
        );
        assert!(answer.json()["fields"][field].is_string(), "{query}: {}", answer.text);
    }
    assert_eq!(
        acme.asked("audit-log.csv?limit=1").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

/// An organization sees its own rows of the audit log and those of its active members, no others.
#[tokio::test]
async fn an_organization_sees_only_its_rows_and_its_members() {
    let acme = Acme::unlimited().await;
    let body = json!({ "username": "nobody@elsewhere.example", "password": PASSWORD });
    let refused = acme.send(post("/api/portal/session").json(&body)).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    let unknown = async || acme.rows("?text=unknown-user").await.len();
    assert_eq!(unknown().await, 1, "there is nobody else that it could concern");

    let (_, stranger) = acme.organization("Other", "stranger").await;
    acme.sign_in("stranger").await;
    assert_eq!(unknown().await, 0, "it could concern the other organization");
    let of_stranger = async || acme.rows("?text=stranger").await.len();
    assert_eq!(of_stranger().await, 0);
    assert!(
        acme.rows("")
            .await
            .iter()
            .any(|row| row.action == "Sign In" && row.admin_id == Some(acme.admin.id)),
        "one's own sign-in to the portal concerns no organization, and shows"
    );

    // As a member their sign-ins show, and no longer when they are none.
    let member = format!(
        "INSERT INTO admin_roles (organization_id, admin_id, role_id, status, version)
         SELECT {}, {}, id, 'active', 1 FROM roles WHERE organization_id = {} AND built_in = 'auditor'",
        acme.organization, stranger.id, acme.organization
    );
    acme.data.execute(&member);
    assert_eq!(of_stranger().await, 1);
    acme.data.execute(&format!(
        "UPDATE admin_roles SET status = 'disabled' WHERE organization_id = {} AND admin_id = {}",
        acme.organization, stranger.id
    ));
    assert_eq!(of_stranger().await, 0);
}

#[tokio::test]
async fn the_csv_has_the_same_rows_and_no_formulas() {
    let acme = Acme::new().await;
    let evil = "=HYPERLINK(\"http://x\",1)\r\n2";
    acme.data.execute(&format!(
        "UPDATE admins SET name = '{evil}' WHERE id = {}",
        acme.admin.id
    ));
    for _ in 0..3 {
        acme.key().await;
    }
    let page = acme.rows("?action=Reveal").await;
    let answer = acme.asked("audit-log.csv?action=Reveal").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header(header::CONTENT_TYPE), "text/csv; charset=utf-8");
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    assert!(
        answer
            .header(header::CONTENT_DISPOSITION)
            .starts_with("attachment; filename=\"audit-log-")
    );
    let table = csv(&answer.text);
    assert_eq!(table[0][1..4], ["Timestamp", "Action", "Category"]);
    assert_eq!(table.len() - 1, page.len());
    for (line, row) in table[1..].iter().zip(&page) {
        assert_eq!(line[0], row.id.to_string());
        assert_eq!(line[7], format!("'{evil}"));
        assert_eq!(line.len(), table[0].len());
        assert!(
            line.iter()
                .all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])),
            "{line:?}"
        );
    }
    let export = &acme.rows("?action=Export").await[0];
    assert_eq!(export.sub_category, "Audit Log");
    assert_eq!(export.after, Some(json!({ "action": "Reveal" })));
}

#[tokio::test]
async fn the_csv_of_a_long_log_is_complete() {
    let acme = Acme::new().await;
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    for _ in 0..1201 {
        let mut event = Event::of_operator(
            AuditAction::Update,
            AuditSubCategory::Subscription,
            "Acme",
            acme.clock.now(),
        );
        event.organization = Some(acme.organization);
        audit_log::insert(&mut transaction, &acme.app.secrets, &event)
            .await
            .expect("a row");
    }
    transaction.commit().await.expect("a commit");
    let table = csv(&acme
        .asked("audit-log.csv?action=Update&subCategory=Subscription")
        .await
        .text);
    assert_eq!(table.len(), 1 + 1201);
    assert!(table[1..].is_sorted_by_key(|line| -line[0].parse::<i64>().expect("an id")));
}

/// The CSV of the audit log has no cell that a spreadsheet runs, and does not begin before it is in the log.
#[tokio::test]
async fn a_download_that_cannot_be_logged_does_not_start() {
    let acme = Acme::new().await;
    acme.data.reject_insertions("audit_log");
    let answer = acme.asked("audit-log.csv").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!answer.text.contains("Timestamp,"));
    let change = acme.send(acme.change(Method::POST, "/reveal").empty()).await;
    assert_eq!(change.status, StatusCode::INTERNAL_SERVER_ERROR);
}
