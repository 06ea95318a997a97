//! Requests about administrators, roles and invitations, as the page sends them.

use axum::http::{Method, StatusCode};
use keyward_contract::Permissions;
use keyward_gateway::config::RateLimit;
use serde_json::{Value, json};

use crate::support::{Acme, Answer, Builder, PASSWORD, get, request};

impl Acme {
    /// Without rate limits of the cloud service API.
    pub(crate) async fn unlimited() -> Self {
        Self::with(|config| {
            config.rate_limit_session = RateLimit {
                per_second: None,
                per_hour: None,
            };
        })
        .await
    }

    /// A change in the organization, of whichever version.
    pub(crate) fn manage(&self, cookie: &str, method: Method, path: &str) -> Builder {
        let path = format!("/api/portal/orgs/{}/{path}", self.organization);
        request(method, &path)
            .cookie(cookie)
            .header("x-keyward", "1")
            .header("if-match", "*")
    }

    /// What a list has under a name.
    pub(crate) async fn listed(&self, list: &str, name: &str) -> Value {
        self.listed_as(&self.cookie, list, name).await
    }

    pub(crate) async fn listed_as(&self, cookie: &str, list: &str, name: &str) -> Value {
        let path = format!("/api/portal/orgs/{}/{list}", self.organization);
        let answer = self.send(get(&path).cookie(cookie).empty()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let rows = answer.json().as_array().expect("a list").clone();
        rows.into_iter().find(|row| row["name"] == name).unwrap_or_default()
    }

    pub(crate) async fn role_id(&self, role: &str) -> i64 {
        self.role_id_as(&self.cookie, role).await
    }

    pub(crate) async fn role_id_as(&self, cookie: &str, role: &str) -> i64 {
        let row = self.listed_as(cookie, "roles", role).await;
        row["id"].as_i64().expect("an identifier")
    }

    /// Invites an admin who accepts with [`PASSWORD`], and returns their cookie.
    pub(crate) async fn welcome(&self, name: &str, role: &str) -> String {
        let invited = self.invite(name, role).await;
        assert_eq!(invited.status, StatusCode::CREATED, "{}", invited.text);
        let accepted = self.accept(&invited, PASSWORD).await;
        assert_eq!(accepted.status, StatusCode::CREATED, "{}", accepted.text);
        accepted.cookie()
    }

    pub(crate) async fn invite(&self, name: &str, role: &str) -> Answer {
        let body = json!({ "name": name, "roleId": self.role_id(role).await });
        self.send(self.manage(&self.cookie, Method::POST, "admins").json(&body))
            .await
    }

    pub(crate) async fn accept(&self, invited: &Answer, password: &str) -> Answer {
        let body = json!({ "token": token(invited), "password": password });
        self.send(request(Method::POST, "/api/portal/invitation").json(&body))
            .await
    }

    pub(crate) async fn add_role(&self, cookie: &str, name: &str, permissions: Permissions) -> Answer {
        let body = json!({ "name": name, "permissions": permissions });
        self.send(self.manage(cookie, Method::POST, "roles").json(&body)).await
    }

    /// As the Super Admin: `disable`, `enable` or `remove` an admin, or end their `sessions`.
    pub(crate) async fn change_admin(&self, admin: &Value, what: &str) -> Answer {
        self.change_as(&self.cookie, admin, what).await
    }

    pub(crate) async fn change_as(&self, cookie: &str, admin: &Value, what: &str) -> Answer {
        let (method, path) = match what {
            "remove" => (Method::DELETE, format!("admins/{admin}")),
            "sessions" => (Method::DELETE, format!("admins/{admin}/sessions")),
            what => (Method::POST, format!("admins/{admin}/{what}")),
        };
        self.send(self.manage(cookie, method, &path).empty()).await
    }

    pub(crate) async fn give(&self, cookie: &str, admin: &Value, role: i64) -> Answer {
        let path = format!("admins/{admin}");
        self.send(self.manage(cookie, Method::PUT, &path).json(&json!({ "roleId": role })))
            .await
    }
}

/// The secret of an invitation's link.
pub(crate) fn token(invited: &Answer) -> String {
    let link = invited.json()["link"].as_str().expect("a link").to_owned();
    let (address, token) = link.split_once('#').expect("a fragment");
    assert_eq!(address, "http://127.0.0.1:8080/invitation");
    token.to_owned()
}

pub(crate) fn outcome(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.code())
}

pub(crate) fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
