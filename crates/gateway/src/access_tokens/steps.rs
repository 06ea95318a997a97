//! The checks of access tokens (RFC 9068), in their order.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, Utc};
use keyward_contract::{ApiPermission, AuditReason, OrganizationId, TokenCheck, TokenCheckCode, TokenReport};
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
/// The one that does in tokens without those: Entra ID in version 2, Auth0.
const AUTHORIZED_PARTY: [&str; 1] = ["azp"];
/// Claims that ID tokens and logout tokens have, but access tokens don't.
const OTHER_KINDS: [&str; 4] = ["nonce", "at_hash", "c_hash", "events"];

/// A check.
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
    /// In the order of the specification: header, signature, times, scope, role, and the configured values.
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
            Self::Kind => "The token isn't an access token.",
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
    /// Whether it can be an access token. The provider signs ID tokens (OpenID Connect Core 1.0) and logout tokens with the same
    /// keys; they must not be accepted as access tokens (RFC 8725, section 3.11).
    fn is_access_token(&self) -> bool {
        let typ = self.typ.to_ascii_lowercase();
        matches!(typ.trim_start_matches("application/"), "" | "jwt" | "at+jwt")
            && self.claims_of_other_kinds().is_empty()
    }

    fn claims_of_other_kinds(&self) -> Vec<&'static str> {
        let has = |claim: &&str| self.claims.contains_key(*claim);
        OTHER_KINDS.into_iter().filter(has).collect()
    }

    /// All words of a claim: the items of a list, or the words of a text.
    fn words(&self, claim: &str) -> Vec<&str> {
        match self.claims.get(claim) {
            Some(Value::String(text)) => text.split_ascii_whitespace().collect(),
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Cloud, organization and API role of each well-formed scope.
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

    /// The organization that it is for. `None` if it names none, or several.
    pub(super) fn organization(&self) -> Option<OrganizationId> {
        let named: BTreeSet<i64> = self.scopes().into_iter().map(|(_, id, _)| id.0).collect();
        named.first().filter(|_| named.len() == 1).copied().map(OrganizationId)
    }

    /// The claims that name the client.
    fn client_claims(&self) -> &'static [&'static str] {
        match CLIENT_CLAIMS.iter().any(|claim| self.claims.contains_key(*claim)) {
            true => &CLIENT_CLAIMS,
            false => &AUTHORIZED_PARTY,
        }
    }

    /// These claims, where the token has them.
    fn values(&self, claims: &[&str]) -> Vec<String> {
        let value = |claim: &&str| self.claims.get(*claim).map(|value| format!("{claim}: {value}"));
        claims.iter().filter_map(value).collect()
    }
}

/// A token and what it is checked against.
pub(super) struct Judged<'a> {
    pub(super) token: &'a Token<'a>,
    pub(super) server: &'a EnabledOauthServer,
    pub(super) keys: &'a KeySet,
    pub(super) now: DateTime<Utc>,
}

impl Judged<'_> {
    /// The first check that it fails.
    pub(super) fn failed(&self) -> Option<Step> {
        Step::ALL.into_iter().find(|step| !self.passes(*step))
    }

    /// What the audit log says when a check fails, and what the caller is told.
    pub(super) fn why(&self, step: Step) -> (AuditReason, &'static str) {
        if step == Step::Key && self.token.is_ambiguous(self.keys) {
            return (
                AuditReason::TokenKeyNotNamed,
                "The token names no key, and there are several.",
            );
        }
        (step.reason(), step.description())
    }

    /// The API role that it is accepted as: of those that its scopes name, the one that allows most, which is what they allow
    /// together. The order of scopes has no meaning (RFC 6749, section 3.3).
    pub(super) fn api_role(&self) -> Option<(&str, ApiPermission)> {
        let named = self.own_scopes();
        let roles = self.server.api_roles.iter();
        let known = roles.filter(|(role, _)| named.contains(&role.as_str()));
        known
            .max_by_key(|(name, permission)| (*permission, std::cmp::Reverse(name)))
            .map(|(name, permission)| (name.as_str(), *permission))
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
                server.client_id.is_empty() || token.client_claims().iter().any(is_client)
            }
        }
    }

    /// Each check as a code with values.
    pub(super) fn checks(&self) -> Vec<TokenCheck> {
        let check = |step: Step| {
            let (code, actual, expected) = self.values(step);
            TokenCheck {
                code,
                passed: self.passes(step),
                actual,
                expected,
                failure: None,
            }
        };
        Step::ALL.into_iter().map(check).collect()
    }

    fn values(&self, step: Step) -> (TokenCheckCode, Vec<String>, Vec<String>) {
        let (token, server) = (self.token, self.server);
        let known = |text: &str| match text {
            "" => Vec::new(),
            text => vec![text.to_owned()],
        };
        let instant = |claim: &str| match token.instant(claim) {
            Some(instant) => vec![instant.to_rfc3339_opts(SecondsFormat::Secs, true)],
            None => token.values(&[claim]),
        };
        let now = || vec![self.now.to_rfc3339_opts(SecondsFormat::Secs, true)];
        match step {
            Step::Algorithm if token.critical => (TokenCheckCode::Extensions, vec!["crit".to_owned()], Vec::new()),
            Step::Algorithm => {
                let actual = match &token.algorithm {
                    Ok(algorithm) => vec![format!("{algorithm:?}")],
                    Err(name) => known(name),
                };
                (
                    TokenCheckCode::Algorithm,
                    actual,
                    key_set::ALGORITHMS.map(str::to_owned).to_vec(),
                )
            }
            Step::Kind => {
                let others = token.claims_of_other_kinds().into_iter().map(str::to_owned);
                let actual = std::iter::once(token.typ.clone()).chain(others).collect();
                (
                    TokenCheckCode::Kind,
                    actual,
                    vec!["JWT".to_owned(), "at+jwt".to_owned()],
                )
            }
            Step::Key if token.is_ambiguous(self.keys) => (TokenCheckCode::KeyNamed, Vec::new(), self.keys.kids()),
            Step::Key => (TokenCheckCode::Key, known(&token.kid), self.keys.kids()),
            Step::Signature => (TokenCheckCode::Signature, Vec::new(), Vec::new()),
            Step::Expiry => (TokenCheckCode::Expiry, instant("exp"), now()),
            Step::NotBefore => (TokenCheckCode::NotBefore, instant("nbf"), now()),
            Step::Scope => {
                let expected = format!("{}::{}::", server.cloud, server.organization);
                (TokenCheckCode::Scope, token.values(&SCOPE_CLAIMS), vec![expected])
            }
            Step::ApiRole => {
                let named = self.own_scopes().into_iter().map(str::to_owned).collect();
                let roles = server.api_roles.iter().map(|(name, _)| name.clone()).collect();
                (TokenCheckCode::ApiRole, named, roles)
            }
            Step::Audience => (
                TokenCheckCode::Audience,
                token.values(&["aud"]),
                known(&server.audience),
            ),
            Step::Issuer => (TokenCheckCode::Issuer, token.values(&["iss"]), known(&server.issuer)),
            Step::Client => (
                TokenCheckCode::Client,
                token.values(token.client_claims()),
                known(&server.client_id),
            ),
        }
    }
}

/// The answer for a text that isn't a token at all.
pub(super) fn no_token() -> TokenReport {
    TokenReport {
        admitted: false,
        checks: vec![TokenCheck {
            code: TokenCheckCode::Form,
            passed: false,
            actual: Vec::new(),
            expected: Vec::new(),
            failure: None,
        }],
    }
}
