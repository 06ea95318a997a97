//! Two organizations, an admin of each kind, and a well-formed request for every operation of both APIs.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, Request},
};
use http_body_util::BodyExt as _;
use keyward_contract::{
    Admin, AdministratorStatus, ApiRoleId, BuiltInRole, ChangedBy, KeyString, LastChange, OauthServerId,
    OrganizationId, Permissions, RoleId, SandboxTokenId, SandboxTokenString, SessionId,
};
use keyward_gateway::{
    config::RateLimit,
    domain::oauth_servers::validation,
    openapi, random,
    secrets::hash_token,
    store::{
        keys::api_keys::{self, KeyRow},
        organizations,
        people::{admins, invitations, members, roles},
        sessions::{api_sessions, portal_sessions, portal_sessions::Origin},
    },
};
use serde_json::{Value, json};

use crate::{
    support::{Answer, Gateway, PASSWORD, obfuscated, request, usable},
    world_oauth::{JWKS, server_settings},
};

/// The admin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    SuperAdmin,
    KeyManager,
    Auditor,
    ApiClientAdmin,
    /// A Super Admin of another organization.
    Stranger,
    Nobody,
}

/// An operation of the OpenAPI document.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: Method,
    pub(crate) path: String,
}

/// Every operation of both APIs.
pub(crate) fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(openapi::document()).expect("JSON");
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("operations") {
            if let Ok(method) = method.to_uppercase().parse::<Method>()
                && let Some(id) = operation["operationId"].as_str()
            {
                operations.push(Operation {
                    id: id.to_owned(),
                    method,
                    path: path.clone(),
                });
            }
        }
    }
    operations
}

pub(crate) struct World {
    pub(crate) gateway: Gateway,
    pub(crate) acme: OrganizationId,
    pub(crate) other: OrganizationId,
    password_hash: String,
    /// Acme's admins, in the order of [`BuiltInRole::ALL`].
    admins: Vec<Admin>,
    stranger: Admin,
    /// The sessions that ask gave their password long ago.
    pub(crate) stale: bool,
    /// Where the page that asks comes from.
    pub(crate) origin: Option<&'static str>,
}

/// What a request is about, made for it.
struct Subjects {
    admin: Admin,
    role: RoleId,
    token: (SandboxTokenId, SandboxTokenString),
    server: OauthServerId,
    api_role: ApiRoleId,
    session: SessionId,
    cookie: Option<String>,
    api_cookie: Option<String>,
}

impl World {
    pub(crate) async fn new() -> Self {
        let gateway = Gateway::with(|config| {
            let off = RateLimit {
                per_second: None,
                per_hour: None,
            };
            (
                config.rate_limit_session,
                config.rate_limit_read,
                config.rate_limit_write,
            ) = (off, off, off);
        })
        .await;
        let (acme, super_admin) = gateway.organization("Acme", "super-admin").await;
        let (other, stranger) = gateway.organization("Other", "stranger").await;
        let password_hash = gateway
            .app
            .passwords
            .hash(PASSWORD, keyward_gateway::credentials::password::Asker::operator())
            .await
            .expect("a hash");
        let mut world = Self {
            gateway,
            acme,
            other,
            password_hash,
            admins: vec![super_admin],
            stranger,
            stale: false,
            origin: None,
        };
        for (role, name) in [
            (BuiltInRole::KeyManager, "key-manager"),
            (BuiltInRole::Auditor, "auditor"),
            (BuiltInRole::ApiClientAdmin, "api-client-admin"),
        ] {
            let admin = world.member(acme, name, role, AdministratorStatus::Active).await;
            world.admins.push(admin);
        }
        world
    }

    /// The key that Acme has now; no text has it when there is none.
    pub(crate) async fn key(&self) -> String {
        let key = self.key_row().await.open(&self.gateway.app.secrets).expect("a key");
        key.map_or("no key at all".to_owned(), |key| key.reveal().to_owned())
    }

    async fn key_row(&self) -> KeyRow {
        let mut reader = self.gateway.app.store.read().await.expect("a reader");
        let row = api_keys::find(&mut reader, self.acme).await;
        row.expect("a row").expect("a row")
    }

    /// Asks for an operation at Acme as its Super Admin, and for the same again. Gives the rows of the audit log too that the
    /// repetition has made.
    pub(crate) async fn ask_twice(&mut self, operation: &Operation) -> (Answer, Answer, Vec<String>) {
        self.put_key(operation.id != "api_key_add").await;
        let subjects = self.subjects(&operation.id, Caller::SuperAdmin, self.acme).await;
        let request = self.request(operation, Caller::SuperAdmin, self.acme, &subjects, subjects.role);
        let (mut parts, body) = request.await.into_parts();
        let name = uuid::Uuid::new_v4().to_string();
        parts.headers.insert("idempotency-key", name.parse().expect("a header"));
        let bytes = body.collect().await.expect("a body").to_bytes();
        let request = || {
            let mut request = Request::new(Body::from(bytes.clone()));
            request.method_mut().clone_from(&parts.method);
            request.uri_mut().clone_from(&parts.uri);
            request.headers_mut().clone_from(&parts.headers);
            request
        };
        let first = self.gateway.send(request()).await;
        let (_, last) = self.audited_after(0);
        let again = self.gateway.send(request()).await;
        (first, again, self.audited_after(last).0)
    }

    /// Asks for an operation at Acme.
    pub(crate) async fn ask(&self, operation: &Operation, caller: Caller) -> Answer {
        self.put_key(operation.id != "api_key_add").await;
        let subjects = self.subjects(&operation.id, caller, self.acme).await;
        let request = self
            .request(operation, caller, self.acme, &subjects, subjects.role)
            .await;
        self.gateway.send(request).await
    }

    /// Asks as a stranger for an operation at Acme, and the same at an organization that does not exist. Gives the rows of the
    /// audit log too that this has made.
    pub(crate) async fn ask_at_acme_and_nowhere(&self, operation: &Operation) -> ([Answer; 2], Vec<String>) {
        let subjects = self.subjects(&operation.id, Caller::Stranger, self.acme).await;
        let (_, last) = self.audited_after(0);
        let ask = async |organization| {
            let request = self
                .request(operation, Caller::Stranger, organization, &subjects, subjects.role)
                .await;
            self.gateway.send(request).await
        };
        // As long as Acme's.
        let nowhere = OrganizationId(self.acme.0 ^ 1);
        let answers = [ask(self.acme).await, ask(nowhere).await];
        (answers, self.audited_after(last).0)
    }

    /// Asks as a stranger for an operation at their own organization on what Acme has.
    pub(crate) async fn ask_across(&self, operation: &Operation) -> Answer {
        let subjects = self.subjects(&operation.id, Caller::Stranger, self.acme).await;
        let own = self.role(self.other).await;
        let request = self
            .request(operation, Caller::Stranger, self.other, &subjects, own)
            .await;
        self.gateway.send(request).await
    }

    /// As a stranger: assign someone in their own organization a role of Acme.
    pub(crate) async fn give_foreign_role(&self, id: &str) -> Answer {
        let operation = operations()
            .into_iter()
            .find(|operation| operation.id == id)
            .expect("an operation");
        let subjects = self.subjects(id, Caller::Stranger, self.other).await;
        let foreign = self.role(self.acme).await;
        let request = self
            .request(&operation, Caller::Stranger, self.other, &subjects, foreign)
            .await;
        self.gateway.send(request).await
    }

    async fn request(
        &self,
        operation: &Operation,
        caller: Caller,
        organization: OrganizationId,
        subjects: &Subjects,
        given: RoleId,
    ) -> Request<Body> {
        let key = self.key_row().await.id;
        let path = operation
            .path
            .replace("{org}", &organization.to_string())
            .replace("{role}", &subjects.role.to_string())
            .replace("{admin}", &subjects.admin.id.to_string())
            .replace("{token}", &subjects.token.0.to_string())
            .replace("{provider}", "7")
            .replace("{server}", &subjects.server.to_string())
            .replace("{api_role}", &subjects.api_role.to_string())
            .replace("{id}", &key.to_string())
            .replace("{session}", &subjects.session.to_string());
        let mut builder = request(operation.method.clone(), &path)
            .header("x-keyward", "1")
            .header("if-match", "*");
        if let Some(origin) = self.origin {
            builder = builder.header("origin", origin);
        }
        let cookie = if path.starts_with("/api/portal") {
            &subjects.cookie
        } else {
            &subjects.api_cookie
        };
        if let Some(cookie) = cookie {
            builder = builder.cookie(cookie);
        }
        match self
            .body(&operation.id, caller, organization, (given, &subjects.token.1))
            .await
        {
            Some(body) => builder.json(&body),
            None => builder.empty(),
        }
    }

    /// The body of a request that takes one.
    async fn body(
        &self,
        id: &str,
        caller: Caller,
        organization: OrganizationId,
        (role, token): (RoleId, &SandboxTokenString),
    ) -> Option<Value> {
        let name = self.admin(caller).map_or("nobody", |admin| &admin.name);
        let now = usable(self.gateway.clock.now().timestamp_millis());
        Some(match id {
            "setup" => json!({ "token": "0", "organization": "Third", "cloud": "cloud.example", "username": "third",
                               "password": PASSWORD }),
            "session_create" => json!({ "username": name, "password": PASSWORD }),
            "session_password" => json!({ "password": PASSWORD }),
            "setup_read" | "invitation_read" => json!({ "token": "0" }),
            "invitation_accept" => json!({ "token": "0", "password": PASSWORD }),
            "account_password" => json!({ "currentPassword": PASSWORD, "newPassword": "another good one" }),
            "api_key_try" => json!({ "password": PASSWORD }),
            "api_key_edit" => json!({ "key": random::key_string().reveal() }),
            "sandbox_token_add" | "sandbox_token_edit" => json!({ "name": "another" }),
            "sandbox_token_find" => json!({ "token": token.reveal() }),
            "oauth_server_validate" => json!({ "jwksUri": "nowhere", "certificateValidation": true }),
            "oauth_server_check_token" => json!({ "token": "none" }),
            "oauth_server_add" | "oauth_server_edit" => {
                let validation = validation(&self.gateway.app, organization, (JWKS, true), now + 1000);
                json!({ "settings": server_settings("Another"), "validation": validation })
            }
            "api_role_add" | "api_role_edit" => {
                json!({ "name": format!("role-{}", random::id()), "permission": "view" })
            }
            "role_add" | "role_edit" => {
                json!({ "name": format!("Role {}", random::id()), "permissions": Permissions::NONE })
            }
            "admin_invite" => json!({ "name": format!("invited-{}", random::id()), "roleId": role }),
            "admin_change_role" => json!({ "roleId": role }),
            "connector_key_regenerate" | "ztw_connector_key_regenerate" => json!({}),
            "authenticated_session_create" | "auth_create" | "ztw_auth_create" => {
                json!({ "apiKey": obfuscated(&self.key().await, now), "username": name,
                                                      "password": PASSWORD, "timestamp": now })
            }
            _ => return None,
        })
    }

    fn admin(&self, caller: Caller) -> Option<&Admin> {
        match caller {
            Caller::SuperAdmin => self.admins.first(),
            Caller::KeyManager => self.admins.get(1),
            Caller::Auditor => self.admins.get(2),
            Caller::ApiClientAdmin => self.admins.get(3),
            Caller::Stranger => Some(&self.stranger),
            Caller::Nobody => None,
        }
    }

    /// An admin and a role to change, and sessions to ask with. The session to end is one's own, but a stranger's wish
    /// is for another's.
    async fn subjects(&self, id: &str, caller: Caller, organization: OrganizationId) -> Subjects {
        let status = match id {
            "admin_renew_invitation" => AdministratorStatus::Invited,
            "admin_enable" => AdministratorStatus::Disabled,
            _ => AdministratorStatus::Active,
        };
        let name = format!("subject-{}", random::id());
        let admin = self.member(organization, &name, BuiltInRole::Auditor, status).await;
        let role = self.role(organization).await;
        let token = self.sandbox_token(organization).await;
        let server = self.oauth_server(organization).await;
        let api_role = self.api_role(organization).await;
        let (mut cookie, mut api_cookie) = (None, None);
        if let Some(asking) = self.admin(caller) {
            cookie = Some(self.portal_session(asking).await.0);
            api_cookie = Some(self.api_session(asking).await);
        }
        let of = match caller {
            Caller::Stranger | Caller::Nobody => &self.admins[0],
            _ => self.admin(caller).expect("an admin"),
        };
        let session = self.portal_session(of).await.1;
        Subjects {
            admin,
            role,
            token,
            server,
            api_role,
            session,
            cookie,
            api_cookie,
        }
    }

    async fn role(&self, organization: OrganizationId) -> RoleId {
        let mut transaction = self.gateway.app.store.write().await.expect("a transaction");
        let name = format!("Custom {}", random::id());
        let role = roles::insert(&mut transaction, organization, &name, None, Permissions::NONE)
            .await
            .expect("a role");
        transaction.commit().await.expect("a commit");
        role
    }

    async fn member(
        &self,
        organization: OrganizationId,
        name: &str,
        role: BuiltInRole,
        status: AdministratorStatus,
    ) -> Admin {
        let now = self.gateway.clock.now();
        let admin = Admin {
            id: random::admin_id(),
            name: name.to_owned(),
        };
        let mut transaction = self.gateway.app.store.write().await.expect("a transaction");
        admins::insert(&mut transaction, &admin, Some(&self.password_hash), now)
            .await
            .expect("an admin");
        let role = roles::built_in(&mut transaction, organization, role)
            .await
            .expect("a role");
        organizations::set_role(&mut transaction, organization, admin.id, role)
            .await
            .expect("a member");
        members::update(&mut transaction, (organization, admin.id), role, status)
            .await
            .expect("a status");
        if status == AdministratorStatus::Invited {
            invitations::put(&mut transaction, (organization, admin.id), hash_token(name), now)
                .await
                .expect("an invitation");
        }
        transaction.commit().await.expect("a commit");
        admin
    }

    /// A session of an admin whose password is the usual one.
    async fn portal_session(&self, admin: &Admin) -> (String, SessionId) {
        let token = random::token();
        let hash = hash_token(&token);
        let now = self.gateway.clock.now();
        let mut transaction = self.gateway.app.store.write().await.expect("a transaction");
        admins::set_password(&mut transaction, admin.id, &self.password_hash)
            .await
            .expect("a password");
        let opened_on = if self.stale {
            now - self.gateway.app.config.fresh_password
        } else {
            now
        };
        portal_sessions::insert(&mut transaction, &hash, admin.id, &origin(), opened_on)
            .await
            .expect("a session");
        let session = portal_sessions::find(&mut transaction, &hash)
            .await
            .expect("a row")
            .expect("a session");
        transaction.commit().await.expect("a commit");
        let part = self.gateway.app.secrets.cookie_part("");
        (format!("keyward-{part}={}", token.as_str()), session.public_id)
    }

    /// An API session with Acme's key, whatever the admin's role.
    async fn api_session(&self, admin: &Admin) -> String {
        let token = random::token();
        let mut transaction = self.gateway.app.store.write().await.expect("a transaction");
        let key = api_keys::find(&mut transaction, self.acme)
            .await
            .expect("a row")
            .expect("a row");
        let opened_by = (self.acme, admin.id, key.last_change.version);
        let now = self.gateway.clock.now();
        api_sessions::insert(
            &mut transaction,
            &hash_token(&token),
            opened_by,
            &origin(),
            (now, Duration::ZERO),
        )
        .await
        .expect("a session");
        transaction.commit().await.expect("a commit");
        format!("JSESSIONID={}", token.as_str())
    }

    pub(crate) fn change(&self, version: i64) -> LastChange {
        LastChange {
            last_modified_by: ChangedBy {
                id: self.admins[0].id,
                name: self.admins[0].name.clone(),
            },
            last_modified_on: self.gateway.clock.now(),
            version,
        }
    }

    /// Gives Acme a key, or takes it.
    async fn put_key(&self, exists: bool) {
        let mut transaction = self.gateway.app.store.write().await.expect("a transaction");
        let row = api_keys::find(&mut transaction, self.acme)
            .await
            .expect("a row")
            .expect("a row");
        let change = self.change(row.last_change.version + 1);
        let key: Option<KeyString> = exists.then(random::key_string);
        api_keys::put(
            &mut transaction,
            &self.gateway.app.secrets,
            self.acme,
            row.id,
            key.as_ref(),
            &change,
        )
        .await
        .expect("a key");
        transaction.commit().await.expect("a commit");
    }
}

fn origin() -> Origin<'static> {
    Origin {
        client_address: "192.0.2.1".to_owned(),
        user_agent: None,
    }
}
