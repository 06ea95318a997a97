//! Recent failures: which failed sign-ins of scripts the page shows, to whom, and why they failed

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use keyward_contract::{
    AuditLogPage, KeyUsage, Permission, Permissions, SIGN_IN_FAILURES_DAYS, SIGN_IN_FAILURES_MAX, SignInFailures,
    Subscription,
};
use keyward_gateway::{domain::operator, store::organizations};
use serde_json::{Value, json};

use crate::support::{ADMIN, Acme, Answer, PASSWORD, get, obfuscated, post, usable};

const SESSION: &str = "/api/v1/authenticatedSession";

impl Acme {
    pub(crate) async fn set_key_enabled(&self, enabled: bool) {
        let mut transaction = self.app.store.write().await.expect("a transaction");
        let (secrets, now) = (&self.app.secrets, self.clock.now());
        let set = operator::set_key_enabled(&mut transaction, secrets, self.organization, enabled, now);
        assert!(set.await.expect("set"));
        transaction.commit().await.expect("a commit");
    }

    async fn failures(&self) -> SignInFailures {
        // The clock may have moved beyond what a portal session lives.
        let cookie = self.gateway.sign_in(ADMIN).await;
        let answer = self.send(get(&self.path("/failures")).cookie(&cookie).empty()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        serde_json::from_str(&answer.text).expect("failures")
    }

    async fn key_usage(&self) -> KeyUsage {
        let path = format!("/api/portal/orgs/{}/key-usage", self.organization);
        let cookie = self.gateway.sign_in(ADMIN).await;
        let answer = self.send(get(&path).cookie(&cookie).empty()).await;
        serde_json::from_str(&answer.text).expect("key usage")
    }

    async fn reasons(&self) -> Vec<String> {
        let failures = self.failures().await.failures;
        failures.into_iter().map(|failure| failure.reason).collect()
    }

    /// Sends any timestamp, as a script with this name.
    async fn api_sign_in_at(&self, timestamp: Value, user_agent: &str) -> Answer {
        let body = json!({ "apiKey": "AAAAAAAAAAAA", "username": ADMIN, "password": PASSWORD, "timestamp": timestamp });
        self.send(post(SESSION).header("user-agent", user_agent).json(&body))
            .await
    }
}

#[tokio::test]
async fn recent_failures_have_the_true_reason() {
    let acme = Acme::unlimited().await;
    assert!(acme.failures().await.failures.is_empty());
    let old = acme.key().await;
    assert_eq!(acme.regenerate().await.status, StatusCode::OK);
    let key = acme.key().await;
    // Each is the newest in its turn.
    let fails = async |reason: &str, key: &str, name: &str, password: &str| {
        acme.clock.advance(TimeDelta::seconds(61));
        let answer = acme.api_sign_in(key, name, password).await;
        assert!(!answer.status.is_success(), "{reason}");
        let failure = acme.failures().await.failures.swap_remove(0);
        assert_eq!(
            (
                failure.reason.as_str(),
                failure.count,
                failure.client_address.as_deref()
            ),
            (reason, 1, Some("127.0.0.1"))
        );
        assert_eq!(
            (failure.first_on, failure.last_on),
            (acme.clock.now(), acme.clock.now())
        );
        // The key page has the last one.
        let last = acme.key_usage().await.last_failure.expect("a failure");
        assert_eq!((last.reason.as_str(), last.on), (reason, acme.clock.now()));
        failure
    };
    let failure = fails("wrong-password", &key, ADMIN, "wrong password").await;
    assert_eq!(
        (failure.admin_id, failure.admin_name.as_deref()),
        (Some(acme.admin.id), Some(ADMIN))
    );
    fails("wrong-key", "AAAAAAAAAAAA", ADMIN, PASSWORD).await;
    fails("former-key", &old, ADMIN, PASSWORD).await;
    let failure = fails("unknown-user", &key, "nobody", PASSWORD).await;
    assert_eq!((failure.admin_id, failure.admin_name), (None, None));
    acme.set_key_enabled(false).await;
    fails("api-key-disabled", &key, ADMIN, PASSWORD).await;
    acme.set_key_enabled(true).await;
    acme.subscribe(Subscription::Expired).await;
    fails("subscription-expired", &key, ADMIN, PASSWORD).await;
    acme.subscribe(Subscription::Active).await;
    let only_reads = Permissions {
        api_key_management: Permission::View,
        audit_log: true,
        ..Permissions::NONE
    };
    acme.set_permissions(acme.organization, &acme.admin, only_reads).await;
    fails("no-api-access", &key, ADMIN, PASSWORD).await;
    acme.clock.advance(TimeDelta::seconds(61));
    for _ in 0..6 {
        acme.api_sign_in(&key, "admin@elsewhere.example", PASSWORD).await;
    }
    assert_eq!(acme.reasons().await[0], "locked", "of the login and address");

    // As the audit log has it, line by line.
    let path = format!(
        "/api/portal/orgs/{}/audit-log?action=Sign%20In&interface=API&result=Failure&subCategory=Login",
        acme.organization
    );
    let cookie = acme.gateway.sign_in(ADMIN).await;
    let page = acme.send(get(&path).cookie(&cookie).empty()).await;
    let page: AuditLogPage = serde_json::from_str(&page.text).expect("a page");
    let count = |row: &keyward_contract::AuditRow| {
        let after = row.after.as_ref();
        after.and_then(|after| after["count"].as_u64()).unwrap_or(1)
    };
    let failures = acme.failures().await;
    assert_eq!(
        failures.failures.iter().map(|failure| failure.count).sum::<u64>(),
        page.rows.iter().map(count).sum::<u64>()
    );
    assert!(!failures.more);
}

#[tokio::test]
async fn a_wrong_clock_is_told_with_its_offset() {
    let acme = Acme::unlimited().await;
    let now = acme.clock.now().timestamp_millis();
    let hours = |hours: i64| hours * 3_600_000;
    for (timestamp, offset) in [
        (json!(now - hours(3)), Some(-hours(3))),
        (json!((now + hours(48)).to_string()), Some(hours(48))),
        // Seconds, and what is no number at all.
        (json!(now / 1000), Some(now / 1000 - now)),
        (json!("soon"), None),
    ] {
        let answer = acme.api_sign_in_at(timestamp.clone(), "cron/1").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
        // Those of a minute are one row, with the offset of the last.
        acme.clock.advance(TimeDelta::seconds(61));
        let failure = acme.failures().await.failures.swap_remove(0);
        assert_eq!(failure.reason, "timestamp-out-of-range", "{timestamp}");
        let sent = timestamp.as_i64().or_else(|| timestamp.as_str()?.parse().ok());
        assert_eq!(failure.clock_offset_ms.is_some(), offset.is_some(), "{timestamp}");
        if let (Some(sent), Some(offset)) = (sent, failure.clock_offset_ms) {
            let seen = sent - offset;
            assert!(
                (now..=acme.clock.now().timestamp_millis()).contains(&seen),
                "{timestamp}: {offset}"
            );
        }
        assert_eq!(failure.user_agent.as_deref(), Some("cron/1"));
    }
    let first = acme.failures().await.failures.swap_remove(0);
    assert_eq!(first.count, 4, "one script, one reason");
}

#[tokio::test]
async fn equal_failures_are_one_line_per_script() {
    let acme = Acme::unlimited().await;
    let first_on = acme.clock.now();
    let sign_in = async |user_agent: &str| {
        let timestamp = usable(acme.clock.now().timestamp_millis());
        let body = json!({ "apiKey": obfuscated("AbC123xYz789", timestamp), "username": ADMIN,
                           "password": "wrong password", "timestamp": timestamp });
        acme.send(post(SESSION).header("user-agent", user_agent).json(&body))
            .await;
    };
    for _ in 0..3 {
        for script in ["nightly/1", "hourly/1"] {
            sign_in(script).await;
            acme.clock.advance(TimeDelta::minutes(2));
            acme.app.counted.write_due().await.expect("written");
        }
    }
    let failures = acme.failures().await.failures;
    let lines: Vec<_> = failures
        .iter()
        .map(|line| (line.user_agent.as_deref(), line.count))
        .collect();
    assert_eq!(lines, [(Some("hourly/1"), 3), (Some("nightly/1"), 3)]);
    assert_eq!(failures[1].first_on, first_on);
    assert_eq!(failures[1].last_on, first_on + TimeDelta::minutes(8));

    // Those that the audit log only counts, too.
    for _ in 0..4 {
        sign_in("hourly/1").await;
    }
    acme.clock.advance(TimeDelta::minutes(1));
    assert_eq!(acme.failures().await.failures[0].count, 7);

    acme.clock
        .advance(TimeDelta::days(SIGN_IN_FAILURES_DAYS.into()) + TimeDelta::milliseconds(1));
    assert_eq!(acme.key_usage().await.last_failure, None, "it is old");
    let failures = acme.failures().await;
    assert_eq!(failures.since, acme.clock.now() - TimeDelta::days(7));
    assert!(failures.failures.is_empty(), "they are old");
}

#[tokio::test]
async fn the_list_of_failures_is_bounded() {
    let acme = Acme::with(|config| {
        config.trusted_proxies = "127.0.0.1".parse().expect("a network");
        config.rate_limit_session = "off".parse().expect("a limit");
    })
    .await;
    let key = acme.key().await;
    acme.set_key_enabled(false).await;
    for number in 0..=SIGN_IN_FAILURES_MAX {
        acme.clock.advance(TimeDelta::milliseconds(1));
        acme.api_sign_in_from(&format!("192.0.2.{number}"), &key, ADMIN, PASSWORD)
            .await;
    }
    let failures = acme.failures().await;
    assert_eq!((failures.failures.len(), failures.more), (SIGN_IN_FAILURES_MAX, true));
    let newest = format!("192.0.2.{SIGN_IN_FAILURES_MAX}");
    assert_eq!(failures.failures[0].client_address, Some(newest));
}

/// As in the audit log: an organization sees its own and those of its members.
#[tokio::test]
async fn failures_of_others_are_not_shown() {
    let acme = Acme::unlimited().await;
    let (other, stranger) = acme.organization("Other", "stranger").await;
    acme.api_sign_in("AbC123xYz789", "stranger", "wrong password").await;
    acme.api_sign_in("AbC123xYz789", "nobody", PASSWORD).await;
    assert!(acme.reasons().await.is_empty(), "{:?}", acme.reasons().await);

    // Of a member, but at another organization.
    let member = format!(
        "INSERT INTO admin_roles (organization_id, admin_id, role_id, status, version)
         SELECT {}, {}, id, 'active', 1 FROM roles WHERE organization_id = {} AND built_in = 'auditor'",
        acme.organization, stranger.id, acme.organization
    );
    acme.data.execute(&member);
    assert_eq!(acme.reasons().await, ["wrong-password"]);
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    organizations::set_subscription(&mut transaction, other, Subscription::Expired)
        .await
        .expect("set");
    transaction.commit().await.expect("a commit");
    let mut reader = acme.app.store.read().await.expect("a reader");
    let row = keyward_gateway::store::keys::api_keys::find(&mut reader, other)
        .await
        .expect("a row")
        .expect("a row");
    let key = row.open(&acme.app.secrets).expect("a key").expect("a key");
    drop(reader);
    let answer = acme.api_sign_in(key.reveal(), "stranger", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text);
    assert_eq!(acme.reasons().await, ["wrong-password"]);
    acme.data.execute(&format!(
        "UPDATE admin_roles SET status = 'disabled' WHERE organization_id = {} AND admin_id = {}",
        acme.organization, stranger.id
    ));
    assert!(acme.reasons().await.is_empty());
}

/// What an organization says beforehand is what is answered then.
#[tokio::test]
async fn capabilities_say_who_sees_failures_and_tries_keys() {
    let acme = Acme::unlimited().await;
    acme.api_sign_in("AAAAAAAAAAAA", ADMIN, PASSWORD).await;
    for (view, audit_log, api_access) in [
        (true, true, true),
        (true, true, false),
        (true, false, true),
        (false, true, true),
    ] {
        let role = Permissions {
            api_key_management: if view { Permission::View } else { Permission::None },
            audit_log,
            api_access,
            ..Permissions::NONE
        };
        acme.set_permissions(acme.organization, &acme.admin, role).await;
        let path = format!("/api/portal/orgs/{}", acme.organization);
        let organization = acme.send(get(&path).cookie(&acme.cookie).empty()).await.json();
        let failures = acme
            .send(get(&acme.path("/failures")).cookie(&acme.cookie).empty())
            .await;
        if view {
            assert_eq!(acme.key_usage().await.last_failure.is_some(), audit_log);
        }
        let body = json!({ "password": PASSWORD });
        let tried = acme.send(acme.change(Method::POST, "/try").json(&body)).await;
        for (name, answer, is_granted) in [
            ("failures", failures, view && audit_log),
            ("tryIt", tried, view && api_access),
        ] {
            let said = &organization["apiSignIns"][name];
            let (status, refusal) = match is_granted {
                true => (200, Value::Null),
                false => (403, json!("permission-denied")),
            };
            assert_eq!((answer.status.as_u16(), said), (status, &refusal), "{name} of {role:?}");
        }
    }
}
