//! Single sign-on in several tabs of one browser, which share its cookies

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode, header};
use chrono::TimeDelta;
use url::Url;

use crate::{
    sso_support::{Begun, Sso, session_cookie},
    support::{Answer, get, request},
};

/// The cookies of a browser.
#[derive(Default)]
struct Jar(BTreeMap<String, String>);

impl Jar {
    fn take(&mut self, answer: &Answer) {
        for line in answer.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("text");
            let (pair, attributes) = line.split_once(';').expect("attributes");
            let (name, value) = pair.split_once('=').expect("a value");
            if attributes.contains("Max-Age=0") {
                self.0.remove(name);
            } else {
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    fn line(&self) -> String {
        let pairs: Vec<_> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn sign_ins(&self) -> usize {
        self.0.keys().filter(|name| name.starts_with("keyward-sso-")).count()
    }

    /// Without the session, whose cookie a browser does not send when a request begins at the provider.
    fn sent_from_elsewhere(&self) -> Self {
        let lax = self.0.iter().filter(|(name, _)| name.starts_with("keyward-sso-"));
        Self(lax.map(|(name, value)| (name.clone(), value.clone())).collect())
    }

    async fn begin(&mut self, sso: &Sso, query: &str) -> Begun {
        let path = format!("/api/portal/sso/{}/sign-in{query}", sso.provider.id);
        let answer = sso.acme.send(get(&path).cookie(&self.line()).empty()).await;
        self.take(&answer);
        let url = Url::parse(answer.header(header::LOCATION)).expect("an address of the provider");
        Begun {
            asked: url.query_pairs().into_owned().collect(),
            cookie: answer.cookie(),
        }
    }

    async fn come_back_with(&mut self, sso: &Sso, query: &str) -> Answer {
        let path = format!("/api/portal/sso/{}/callback?{query}", sso.provider.id);
        let answer = sso.acme.send(get(&path).cookie(&self.line()).empty()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        self.take(&answer);
        answer
    }

    async fn come_back(&mut self, sso: &Sso, begun: &Begun) -> Answer {
        self.come_back_with(sso, &answered(sso, begun)).await
    }
}

/// What the provider sends a browser back with.
fn answered(sso: &Sso, begun: &Begun) -> String {
    let code = sso
        .idp
        .code(sso.idp.sign(&sso.claims(begun)), &begun.asked["code_challenge"]);
    format!("code={code}&state={}", begun.asked["state"])
}

fn location(answer: &Answer) -> &str {
    answer.header(header::LOCATION)
}

async fn failures(sso: &Sso) -> Vec<String> {
    let mut log = sso.acme.audit_log().await;
    log.retain(|row| row.contains("Failure"));
    log
}

#[tokio::test]
async fn each_tab_finishes_its_own_sign_in() {
    let sso = Sso::new().await;
    for order in [[0, 1], [1, 0]] {
        let mut jar = Jar::default();
        let tabs = [jar.begin(&sso, "?next=a").await, jar.begin(&sso, "?next=b").await];
        assert_eq!(jar.sign_ins(), 2);
        let mut sessions = Vec::new();
        for tab in order {
            let answer = jar.come_back(&sso, &tabs[tab]).await;
            assert_eq!(location(&answer), ["/a", "/b"][tab]);
            sessions.push(session_cookie(&answer).expect("a session"));
        }
        assert_eq!(sso.session(&sessions[1]).await.status, StatusCode::OK);
        let first = sso.session(&sessions[0]).await.status;
        assert_eq!(first, StatusCode::UNAUTHORIZED, "no browser has its cookie any more");
    }
    assert_eq!(failures(&sso).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_failure_ends_its_own_sign_in_only() {
    let sso = Sso::new().await;
    let mut jar = Jar::default();
    let (first, second) = (jar.begin(&sso, "").await, jar.begin(&sso, "").await);
    for query in [
        "state=x&error=access_denied",
        "error=access_denied",
        "code=x&state=",
        "",
    ] {
        let answer = jar.come_back_with(&sso, query).await;
        sso.refused(&answer, "sso-failed", "sso-state-wrong").await;
        assert!(!answer.headers.contains_key(header::SET_COOKIE), "{query}");
    }
    let denied = format!("error=access_denied&state={}", second.asked["state"]);
    let answer = jar.come_back_with(&sso, &denied).await;
    sso.refused(&answer, "sso-denied", "sso-denied").await;
    assert_eq!(jar.sign_ins(), 1);
    let answer = jar.come_back(&sso, &first).await;
    assert!(session_cookie(&answer).is_some(), "{:?}", answer.headers);
}

#[tokio::test]
async fn a_repeated_answer_redirects_to_the_portal() {
    let sso = Sso::new().await;
    let mut jar = Jar::default();
    let begun = jar.begin(&sso, "?next=account").await;
    let denied = jar.begin(&sso, "?next=account").await;
    let query = answered(&sso, &begun);
    let answer = jar.come_back_with(&sso, &query).await;
    let session = session_cookie(&answer).expect("a session");
    // A reload sends the session's cookie, and *Back* through the provider does not.
    let (mut here, mut elsewhere) = (Jar(jar.0.clone()), jar.sent_from_elsewhere());
    for jar in [&mut here, &mut elsewhere] {
        let answer = jar.come_back_with(&sso, &query).await;
        assert_eq!(location(&answer), "/account");
        assert!(!answer.headers.contains_key(header::SET_COOKIE));
    }
    // A signed-in admin isn't told about answers of other sign-ins, nor about rejected ones.
    for (query, leads_to) in [
        ("code=x&state=unknown".to_owned(), "/"),
        (
            format!("error=login_required&state={}", denied.asked["state"]),
            "/account",
        ),
    ] {
        assert_eq!(location(&jar.come_back_with(&sso, &query).await), leads_to);
    }
    assert_eq!(failures(&sso).await, Vec::<String>::new());
    assert_eq!(sso.session(&session).await.status, StatusCode::OK);
    sso.acme.clock.advance(TimeDelta::minutes(10));
    let answer = jar.sent_from_elsewhere().come_back_with(&sso, &query).await;
    sso.refused(&answer, "sso-failed", "sso-not-begun").await;
}

#[tokio::test]
async fn a_prefetch_neither_starts_nor_ends_a_sign_in() {
    let sso = Sso::new().await;
    let mut jar = Jar::default();
    let begun = jar.begin(&sso, "").await;
    let query = answered(&sso, &begun);
    let before = sso.acme.audit_log().await;
    for path in [
        format!("/api/portal/sso/{}/sign-in", sso.provider.id),
        format!("/api/portal/sso/{}/callback?{query}", sso.provider.id),
    ] {
        for (name, value) in [
            ("sec-purpose", "prefetch"),
            ("sec-purpose", "prefetch;prerender"),
            ("sec-purpose", "Prefetch; anonymous-client-ip"),
            ("purpose", "prefetch"),
            ("x-moz", "prefetch"),
            ("x-purpose", "preview"),
        ] {
            let answer = sso
                .acme
                .send(get(&path).cookie(&jar.line()).header(name, value).empty())
                .await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT, "{name}: {value}");
            assert!(!answer.headers.contains_key(header::SET_COOKIE));
            assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
        }
        let looked = request(Method::HEAD, &path).cookie(&jar.line()).empty();
        assert_eq!(sso.acme.send(looked).await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(sso.acme.audit_log().await, before);
    let answer = jar.come_back_with(&sso, &query).await;
    assert!(session_cookie(&answer).is_some(), "the code is still good");
}

#[tokio::test]
async fn a_browser_keeps_up_to_five_sign_ins() {
    let sso = Sso::new().await;
    let mut jar = Jar::default();
    let mut tabs = Vec::new();
    for _ in 0..8 {
        tabs.push(jar.begin(&sso, "").await);
        sso.acme.clock.advance(TimeDelta::seconds(1));
    }
    assert_eq!(jar.sign_ins(), 5);
    let answer = jar.come_back(&sso, &tabs[2]).await;
    sso.refused(&answer, "sso-failed", "sso-state-wrong").await;
    for tab in &tabs[3..] {
        let answer = jar.come_back(&sso, tab).await;
        assert!(session_cookie(&answer).is_some(), "{:?}", answer.headers);
    }
    // Long ones are fewer: proxies bound the line.
    let mut jar = Jar::default();
    for _ in 0..6 {
        jar.begin(&sso, &format!("?next={}", "o".repeat(1000))).await;
        sso.acme.clock.advance(TimeDelta::seconds(1));
        assert!(jar.line().len() < 7000, "{}", jar.line().len());
    }
    assert!(jar.sign_ins() >= 2);
}

#[tokio::test]
async fn sign_ins_are_kept_apart_by_installation_and_state() {
    let sso = Sso::new().await;
    let (first, second) = (sso.begin("", None).await, sso.begin("", None).await);
    let name = |begun: &Begun| begun.cookie.split_once('=').expect("a value").0.to_owned();
    let part = |begun: &Begun| name(begun).rsplit_once('-').expect("a state").0.to_owned();
    assert_ne!(name(&first), name(&second));
    assert_eq!(part(&first), part(&second));
    let other = Sso::new().await.begin("", None).await;
    assert_ne!(part(&first), part(&other), "each installation has its own");
    // One's value under the name of another is none.
    let value = first.cookie.split_once('=').expect("a value").1;
    let planted = Begun {
        asked: second.asked,
        cookie: format!("{}={value}", second.cookie.split_once('=').expect("a value").0),
    };
    let answer = sso.come_back_with(&planted, &answered(&sso, &planted)).await;
    sso.refused(&answer, "sso-failed", "sso-not-begun").await;
}
