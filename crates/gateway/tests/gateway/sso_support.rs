//! Acme with an identity provider, and sign-ins there

use std::{collections::HashMap, sync::Arc};

use axum::http::{StatusCode, header};
use keyward_contract::{AdminId, BuiltInRole};
use keyward_gateway::store::people::{
    admins, members, password_sign_in, roles,
    sso::{self, Provider},
};
use serde_json::{Value, json};
use url::Url;

use crate::{
    sso_provider::{CLIENT, IdentityProvider, SECRET},
    support::{ADMIN, Acme, Answer, get, post},
};

/// The admin of Acme at the provider.
pub(crate) const SUBJECT: &str = "248289761001";

pub(crate) struct Sso {
    pub(crate) acme: Arc<Acme>,
    pub(crate) provider: Provider,
    pub(crate) idp: IdentityProvider,
}

/// A sign-in under way: what the provider was asked, and the cookie that the browser has.
pub(crate) struct Begun {
    pub(crate) asked: HashMap<String, String>,
    pub(crate) cookie: String,
}

impl Sso {
    pub(crate) async fn new() -> Self {
        Self::with_roles_claim("").await
    }

    /// The admin of Acme has connected the account.
    pub(crate) async fn with_roles_claim(roles_claim: &str) -> Self {
        let sso = Self::at(Arc::new(Acme::new().await), "Acme Login", "", roles_claim).await;
        let mut transaction = sso.acme.app.store.write().await.expect("a transaction");
        sso::identify(&mut transaction, sso.provider.id, SUBJECT, sso.acme.admin.id)
            .await
            .expect("connected");
        transaction.commit().await.expect("a commit");
        sso
    }

    /// Another provider of the same installation.
    pub(crate) async fn another(&self, name: &str, login_domain: &str) -> Self {
        Self::at(Arc::clone(&self.acme), name, login_domain, "").await
    }

    async fn at(acme: Arc<Acme>, name: &str, login_domain: &str, roles_claim: &str) -> Self {
        Self::configured(acme, |provider| {
            provider.name = name.to_owned();
            provider.login_domain = login_domain.to_owned();
            provider.roles_claim = roles_claim.to_owned();
        })
        .await
    }

    /// With settings of its own.
    pub(crate) async fn configured(acme: Arc<Acme>, change: impl FnOnce(&mut Provider)) -> Self {
        let idp = IdentityProvider::start().await;
        let mut provider = Provider {
            id: sso::new_id(),
            name: "Acme Login".to_owned(),
            issuer: idp.url().to_owned(),
            client_id: CLIENT.to_owned(),
            client_secret: Some(SECRET.to_owned().into()),
            claim: "email".to_owned(),
            login_domain: String::new(),
            roles_claim: String::new(),
            scope: String::new(),
        };
        change(&mut provider);
        let mut transaction = acme.app.store.write().await.expect("a transaction");
        sso::insert(&mut transaction, &acme.app.secrets, &provider)
            .await
            .expect("a provider");
        transaction.commit().await.expect("a commit");
        Self { acme, provider, idp }
    }

    pub(crate) async fn begin(&self, query: &str, session: Option<&str>) -> Begun {
        let path = format!("/api/portal/sso/{}/sign-in{query}", self.provider.id);
        let mut asked = get(&path);
        if let Some(session) = session {
            asked = asked.cookie(session);
        }
        let answer = self.acme.send(asked.empty()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let url = Url::parse(answer.header(header::LOCATION)).expect("an address of the provider");
        assert!(
            url.as_str()
                .starts_with(&format!("{}/auth?tenant=acme&", self.idp.url())),
            "{url}"
        );
        Begun {
            asked: url.query_pairs().into_owned().collect(),
            cookie: answer.cookie(),
        }
    }

    /// Claims of a sign-in that works.
    pub(crate) fn claims(&self, begun: &Begun) -> Value {
        let now = self.acme.clock.now().timestamp();
        json!({ "iss": self.idp.url(), "aud": CLIENT, "sub": SUBJECT, "iat": now, "exp": now + 300,
                "auth_time": now, "nonce": begun.asked["nonce"], "email": ADMIN, "email_verified": true, "sid": "one" })
    }

    pub(crate) async fn come_back(&self, begun: &Begun, claims: &Value) -> Answer {
        let code = self.idp.code(self.idp.sign(claims), &begun.asked["code_challenge"]);
        self.come_back_with(begun, &format!("code={code}&state={}", begun.asked["state"]))
            .await
    }

    pub(crate) async fn come_back_with(&self, begun: &Begun, query: &str) -> Answer {
        let path = format!("/api/portal/sso/{}/callback?{query}", self.provider.id);
        let answer = self.acme.send(get(&path).cookie(&begun.cookie).empty()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        answer
    }

    /// A sign-in with some claims in place of the usual.
    pub(crate) async fn sign_in(&self, change: impl FnOnce(&mut Value)) -> Answer {
        let begun = self.begin("", None).await;
        let mut claims = self.claims(&begun);
        change(&mut claims);
        self.come_back(&begun, &claims).await
    }

    pub(crate) async fn session(&self, cookie: &str) -> Answer {
        self.acme.send(get("/api/portal/session").cookie(cookie).empty()).await
    }

    /// The redirect of a failed sign-in, and its reason in the audit log.
    pub(crate) async fn refused(&self, answer: &Answer, code: &str, reason: &str) {
        self.refused_at("sign-in", answer, code, reason).await;
    }

    pub(crate) async fn refused_at(&self, page: &str, answer: &Answer, code: &str, reason: &str) {
        let location = answer.header(header::LOCATION);
        assert!(
            location.starts_with(&format!("/{page}?failed={code}")),
            "{reason}: {location}"
        );
        assert_eq!(session_cookie(answer), None, "{reason}");
        let log = self.acme.audit_log().await;
        let last = log.last().expect("a row");
        assert!(last.contains("Failure") && last.contains(reason), "{reason}: {last}");
    }

    pub(crate) async fn member(&self, admin: AdminId) -> Option<members::Member> {
        let mut reader = self.acme.app.store.read().await.expect("a reader");
        let live = self.acme.app.live();
        let mut found = members::list(&mut reader, self.acme.organization, Some(admin), &live)
            .await
            .expect("members");
        found.pop()
    }

    pub(crate) async fn admin(&self, login: &str) -> Option<AdminId> {
        let mut reader = self.acme.app.store.read().await.expect("a reader");
        let found = admins::find_by_login(&mut reader, login).await.expect("an answer");
        found.map(|(admin, _)| admin.id)
    }

    pub(crate) async fn give_role(&self, value: &str, role: BuiltInRole) {
        let mut transaction = self.acme.app.store.write().await.expect("a transaction");
        let of = self.acme.organization;
        let all = roles::list(&mut transaction, of, None).await.expect("roles");
        let role = all.into_iter().find(|it| it.built_in == Some(role)).expect("a role").id;
        sso::give_role(&mut transaction, self.provider.id, value, (of, role))
            .await
            .expect("given");
        transaction.commit().await.expect("a commit");
    }

    pub(crate) async fn log_out(&self, token: &str) -> Answer {
        let body = format!("logout_token={token}");
        self.acme
            .send(post("/api/portal/sso/logout").text("application/x-www-form-urlencoded", body))
            .await
    }

    pub(crate) async fn set_password_sign_in(&self, on: bool) {
        let mut transaction = self.acme.app.store.write().await.expect("a transaction");
        password_sign_in::set(&mut transaction, on).await.expect("set");
        transaction.commit().await.expect("a commit");
    }
}

/// The cookie of a portal session that an answer sets.
pub(crate) fn session_cookie(answer: &Answer) -> Option<String> {
    let cookies = answer.headers.get_all(header::SET_COOKIE).iter();
    let mut cookies = cookies.map(|cookie| cookie.to_str().expect("text").split(';').next().unwrap_or_default());
    let is_session = |cookie: &&str| cookie.starts_with("keyward-") && !cookie.starts_with("keyward-sso");
    cookies.find(is_session).map(str::to_owned)
}
