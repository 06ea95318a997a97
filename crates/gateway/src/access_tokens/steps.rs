//! Access tokens (RFC 9068): the steps of their admission, in the order in which they are gone through.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, Utc};
use keyward_contract::{ApiPermission, AuditReason, OrganizationId, TokenReport, TokenStep};
use serde_json::Value;

use crate::{
    jwt::{
        key_set::{self, KeySet},
        token::{LEEWAY, Token},
    },
    store::EnabledOauthServer,
};

/// Claims that scopes may be in: RFC 9068; Okta and Entra ID; Entra ID for programs.
const SCOPE_CLAIMS: [&str; 3] = ["scope", "scp", "roles"];
/// Claims that name the client: RFC 9068, Okta, Entra ID.
const CLIENT_CLAIMS: [&str; 3] = ["client_id", "cid", "appid"];
/// Claims that ID tokens and logout tokens have, and access tokens have not.
const OTHER_KINDS: [&str; 4] = ["nonce", "at_hash", "c_hash", "events"];

/// A step of the admission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Algorithm,
    Kind,
    Key,
    Signature,
    Expiry,
    NotBefore,
    Scope,
    ApiRole,
    Audience,
    Issuer,
    Client,
}

impl Step {
    /// In the order of the specification: header, signature, times, scope, role, what else is configured.
    pub(super) const ALL: [Self; 11] = [
        Self::Algorithm,
        Self::Kind,
        Self::Key,
        Self::Signature,
        Self::Expiry,
        Self::NotBefore,
        Self::Scope,
        Self::ApiRole,
        Self::Audience,
        Self::Issuer,
        Self::Client,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Algorithm => "Algorithm (alg)",
            Self::Kind => "Kind of token (typ)",
            Self::Key => "Key (kid)",
            Self::Signature => "Signature",
            Self::Expiry => "Expiry (exp)",
            Self::NotBefore => "Not before (nbf)",
            Self::Scope => "Scope (scope, scp or roles)",
            Self::ApiRole => "API role",
            Self::Audience => "Audience (aud)",
            Self::Issuer => "Issuer (iss)",
            Self::Client => "Client (client_id, cid or appid)",
        }
    }

    /// What the audit log says when it fails.
    pub(super) fn reason(self) -> AuditReason {
        match self {
            Self::Algorithm => AuditReason::TokenAlgorithmNotAccepted,
            Self::Kind => AuditReason::TokenKindWrong,
            Self::Key => AuditReason::TokenKeyUnknown,
            Self::Signature => AuditReason::TokenSignatureWrong,
            Self::Expiry => AuditReason::TokenExpired,
            Self::NotBefore => AuditReason::TokenNotYetValid,
            Self::Scope => AuditReason::TokenScopeMissing,
            Self::ApiRole => AuditReason::TokenApiRoleUnknown,
            Self::Audience => AuditReason::TokenAudienceWrong,
            Self::Issuer => AuditReason::TokenIssuerWrong,
            Self::Client => AuditReason::TokenClientWrong,
        }
    }

    /// What the caller is told when it fails.
    pub(super) fn description(self) -> &'static str {
        match self {
            Self::Algorithm => "The token is not signed with an algorithm that is accepted.",
            Self::Kind => "The token is no access token.",
            Self::Key => "The token names no key that is known.",
            Self::Signature => "The signature of the token is wrong.",
            Self::Expiry => "The token has expired.",
            Self::NotBefore => "The token is not valid yet.",
            Self::Scope => "The token has no scope of one organization: cloud::organization::role.",
            Self::ApiRole => "The API role in the scope of the token does not exist.",
            Self::Audience => "The audience of the token is wrong.",
            Self::Issuer => "The issuer of the token is wrong.",
            Self::Client => "The client of the token is wrong.",
        }
    }
}

/// What makes a token an access token.
impl Token<'_> {
    /// Whether it can be an access token. The provider signs ID tokens (OpenID Connect Core 1.0) and those of sign-outs with the
    /// same keys; who gets one must not be able to call with it (RFC 8725, section 3.11).
    fn is_access_token(&self) -> bool {
        let typ = self.typ.to_ascii_lowercase();
        matches!(typ.trim_start_matches("application/"), "" | "jwt" | "at+jwt")
            && self.claims_of_other_kinds().is_empty()
    }

    fn claims_of_other_kinds(&self) -> Vec<&'static str> {
        let has = |claim: &&str| self.claims.contains_key(*claim);
        OTHER_KINDS.into_iter().filter(has).collect()
    }

    /// All words of a claim: those of a list, or those of a text between spaces.
    fn words(&self, claim: &str) -> Vec<&str> {
        match self.claims.get(claim) {
            Some(Value::String(text)) => text.split_ascii_whitespace().collect(),
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Cloud, organization and API role of each scope that has the form.
    fn scopes(&self) -> Vec<(&str, OrganizationId, &str)> {
        let words = SCOPE_CLAIMS.iter().flat_map(|claim| self.words(claim));
        let scope = |word: &'_ str| -> Option<(usize, usize, OrganizationId)> {
            let (cloud, rest) = word.split_once("::")?;
            let (organization, _) = rest.split_once("::")?;
            let id = organization.parse().ok().map(OrganizationId)?;
            Some((cloud.len(), organization.len(), id))
        };
        words
            .filter_map(|word| {
                let (cloud, organization, id) = scope(word)?;
                Some((&word[..cloud], id, &word[cloud + organization + 4..]))
            })
            .collect()
    }

    /// The one organization that it is for. `None` when it names none, or several.
    pub(super) fn organization(&self) -> Option<OrganizationId> {
        let named: BTreeSet<i64> = self.scopes().into_iter().map(|(_, id, _)| id.0).collect();
        named.first().filter(|_| named.len() == 1).copied().map(OrganizationId)
    }

    fn shown(&self, claims: &[&str]) -> String {
        let value = |claim: &&str| self.claims.get(*claim).map(|value| format!("{claim}: {value}"));
        let values: Vec<String> = claims.iter().filter_map(value).collect();
        if values.is_empty() {
            "nothing".to_owned()
        } else {
            values.join(", ")
        }
    }
}

/// A token beside what it must fit.
pub(super) struct Judged<'a> {
    pub(super) token: &'a Token<'a>,
    pub(super) server: &'a EnabledOauthServer,
    pub(super) keys: &'a KeySet,
    pub(super) now: DateTime<Utc>,
}

impl Judged<'_> {
    /// The first step that it fails.
    pub(super) fn failed(&self) -> Option<Step> {
        Step::ALL.into_iter().find(|step| !self.passes(*step))
    }

    /// What the audit log says when a step fails, and what the caller is told.
    pub(super) fn why(&self, step: Step) -> (AuditReason, &'static str) {
        if step == Step::Key && self.token.is_ambiguous(self.keys) {
            return (
                AuditReason::TokenKeyNotNamed,
                "The token names no key, and there are several.",
            );
        }
        (step.reason(), step.description())
    }

    /// The API role that it is admitted as.
    pub(super) fn api_role(&self) -> Option<(&str, ApiPermission)> {
        let roles = &self.server.api_roles;
        let named = self.own_scopes().into_iter();
        let mut known = named.filter_map(|name| roles.iter().find(|(role, _)| role == name));
        known.next().map(|(name, permission)| (name.as_str(), *permission))
    }

    /// The API roles in scopes of this cloud and organization.
    fn own_scopes(&self) -> Vec<&str> {
        let server = self.server;
        let own = |(cloud, organization, role): (&'_ str, OrganizationId, &'_ str)| {
            (cloud == server.cloud && organization == server.organization).then_some(role.len())
        };
        let scopes = self.token.scopes().into_iter();
        scopes
            .filter(|scope| own(*scope).is_some())
            .map(|(_, _, role)| role)
            .collect()
    }

    fn passes(&self, step: Step) -> bool {
        let (token, server) = (self.token, self.server);
        match step {
            Step::Algorithm => token.has_algorithm(),
            Step::Kind => token.is_access_token(),
            Step::Key => {
                let algorithm = token.algorithm.as_ref().ok();
                algorithm.is_some_and(|algorithm| self.keys.find(&token.kid, *algorithm).is_ok())
            }
            Step::Signature => token.is_signed_by(self.keys),
            Step::Expiry => token.lives(self.now),
            Step::NotBefore => {
                !token.claims.contains_key("nbf")
                    || token.instant("nbf").is_some_and(|begin| begin - LEEWAY <= self.now)
            }
            Step::Scope => token.organization().is_some() && !self.own_scopes().is_empty(),
            Step::ApiRole => self.api_role().is_some(),
            Step::Audience => server.audience.is_empty() || token.names("aud", &server.audience),
            Step::Issuer => server.issuer.is_empty() || token.text("iss") == Some(&server.issuer),
            Step::Client => {
                let is_client = |claim: &&str| token.text(claim) == Some(&server.client_id);
                server.client_id.is_empty() || CLIENT_CLAIMS.iter().any(is_client)
            }
        }
    }

    /// Each step, for people.
    pub(super) fn report(&self) -> Vec<TokenStep> {
        let told = |step: Step| {
            let (found, wanted) = self.told(step);
            TokenStep {
                name: step.name().to_owned(),
                passed: self.passes(step),
                found,
                wanted,
            }
        };
        Step::ALL.into_iter().map(told).collect()
    }

    fn told(&self, step: Step) -> (String, String) {
        let (token, server) = (self.token, self.server);
        let instant = |claim: &str| match token.instant(claim) {
            Some(instant) => instant.to_rfc3339_opts(SecondsFormat::Secs, true),
            None => token.shown(&[claim]),
        };
        let now = self.now.to_rfc3339_opts(SecondsFormat::Secs, true);
        let or_anything = |text: &str| {
            if text.is_empty() {
                "anything".to_owned()
            } else {
                text.to_owned()
            }
        };
        let or_nothing = |text: &str| {
            if text.is_empty() {
                "nothing".to_owned()
            } else {
                text.to_owned()
            }
        };
        match step {
            Step::Algorithm if token.critical => ("crit".to_owned(), "no crit, which asks for extensions".to_owned()),
            Step::Algorithm => {
                let found = match &token.algorithm {
                    Ok(algorithm) => format!("{algorithm:?}"),
                    Err(name) => or_nothing(name),
                };
                (found, key_set::ALGORITHMS.to_owned())
            }
            Step::Kind => {
                let typ = or_nothing(&token.typ);
                let others = token.claims_of_other_kinds().join(", ");
                let found = if others.is_empty() {
                    typ
                } else {
                    format!("{typ}, with {others}")
                };
                (
                    found,
                    format!("nothing, JWT or at+jwt, without {}", OTHER_KINDS.join(", ")),
                )
            }
            Step::Key if token.is_ambiguous(self.keys) => (
                "no key, and there are several".to_owned(),
                format!("one of the JWKS by its kid: {}", self.keys.kids()),
            ),
            Step::Key => (
                or_nothing(&token.kid),
                format!("one of the JWKS, for the algorithm: {}", self.keys.kids()),
            ),
            Step::Signature => {
                let found = if self.passes(step) { "valid" } else { "not valid" };
                (found.to_owned(), "valid".to_owned())
            }
            Step::Expiry => (instant("exp"), format!("after {now}, give or take a minute")),
            Step::NotBefore => (
                instant("nbf"),
                format!("nothing, or before {now}, give or take a minute"),
            ),
            Step::Scope => {
                let wanted = format!(
                    "{}::{}::<API role>, of one organization",
                    server.cloud, server.organization
                );
                (token.shown(&SCOPE_CLAIMS), wanted)
            }
            Step::ApiRole => {
                let roles: Vec<&str> = server.api_roles.iter().map(|(name, _)| name.as_str()).collect();
                let wanted = if roles.is_empty() {
                    "There is no API role yet".to_owned()
                } else {
                    roles.join(", ")
                };
                (or_nothing(&self.own_scopes().join(", ")), wanted)
            }
            Step::Audience => (token.shown(&["aud"]), or_anything(&server.audience)),
            Step::Issuer => (token.shown(&["iss"]), or_anything(&server.issuer)),
            Step::Client => (token.shown(&CLIENT_CLAIMS), or_anything(&server.client_id)),
        }
    }
}

/// The answer for a text that is no token at all.
pub(super) fn no_token() -> TokenReport {
    TokenReport {
        admitted: false,
        steps: vec![TokenStep {
            name: "Form".to_owned(),
            passed: false,
            found: "something else".to_owned(),
            wanted: "a signed JWT: three base64url parts separated by dots".to_owned(),
        }],
    }
}
