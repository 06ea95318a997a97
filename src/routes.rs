//! Every address of the portal, and the one place that reads and writes them.
//!
//! Addresses are relative to the base of the document, so that one build serves under any base path.

mod audit_log;

use keyward_contract::{OrganizationId, ProblemCode};

pub use self::audit_log::{AuditLogQuery, Span};

/// What a page of the portal is called in the address bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// Leads on to the first organization.
    Home,
    /// The sign-in page, and where to go afterwards.
    SignIn {
        /// A page of this application; nothing else can be said.
        next: Option<Box<Route>>,
    },
    /// The end of a sign-in in a window of its own.
    SignedIn,
    /// The first start, where the one-time link leads.
    Setup,
    /// Where the one-time link of an invitation leads, or that to a new password.
    Invitation,
    /// Tab *Cloud Service API Key*.
    ApiKey(OrganizationId),
    /// Tab *OAuth 2.0 Authorization Servers*.
    OauthServers(OrganizationId),
    /// Tab *Sandbox API Token*.
    SandboxTokens(OrganizationId),
    /// How a script makes its first call.
    GettingStarted(OrganizationId),
    /// Who has which role.
    Administrators(OrganizationId),
    /// What roles allow.
    Roles(OrganizationId),
    /// The audit log, and the query of its address; [`AuditLogQuery`] reads it.
    AuditLog(OrganizationId, String),
    /// The organizations that the admin has a role in.
    Organizations,
    /// Who is signed in, and how the portal looks.
    Account,
    /// Any other address.
    NotFound,
}

impl Route {
    /// Reads a path relative to the base, and a query without its question mark.
    pub fn parse(path: &str, query: &str) -> Self {
        let path = path.strip_prefix("./").unwrap_or(path).trim_matches('/');
        let segments: Vec<&str> = path.split('/').collect();
        match segments.as_slice() {
            [""] => Self::Home,
            ["sign-in"] => Self::SignIn { next: next(query) },
            ["signed-in"] => Self::SignedIn,
            ["setup"] => Self::Setup,
            ["invitation"] => Self::Invitation,
            ["organizations"] => Self::Organizations,
            ["account"] => Self::Account,
            ["o", org] => with_organization(org, Self::ApiKey),
            ["o", org, "api-key"] => with_organization(org, Self::ApiKey),
            ["o", org, "oauth-servers"] => with_organization(org, Self::OauthServers),
            ["o", org, "sandbox-tokens"] => with_organization(org, Self::SandboxTokens),
            ["o", org, "getting-started"] => with_organization(org, Self::GettingStarted),
            ["o", org, "administrators"] => with_organization(org, Self::Administrators),
            ["o", org, "roles"] => with_organization(org, Self::Roles),
            ["o", org, "audit-log"] => with_organization(org, |org| Self::AuditLog(org, own(query))),
            _ => Self::NotFound,
        }
    }

    /// The address relative to the base.
    pub fn url(&self) -> String {
        match self {
            Self::Home | Self::NotFound => "./".into(),
            Self::SignIn { next: None } => "sign-in".into(),
            Self::SignIn { next: Some(next) } => ["sign-in?next=", &encoded(&next.url())].concat(),
            Self::SignedIn => "signed-in".into(),
            Self::Setup => "setup".into(),
            Self::Invitation => "invitation".into(),
            Self::ApiKey(org) => of_organization(*org, "api-key"),
            Self::OauthServers(org) => of_organization(*org, "oauth-servers"),
            Self::SandboxTokens(org) => of_organization(*org, "sandbox-tokens"),
            Self::GettingStarted(org) => of_organization(*org, "getting-started"),
            Self::Administrators(org) => of_organization(*org, "administrators"),
            Self::Roles(org) => of_organization(*org, "roles"),
            Self::AuditLog(org, query) if query.is_empty() => of_organization(*org, "audit-log"),
            Self::AuditLog(org, query) => [&of_organization(*org, "audit-log"), "?", query].concat(),
            Self::Organizations => "organizations".into(),
            Self::Account => "account".into(),
        }
    }

    /// The organization that the page is about.
    pub fn organization(&self) -> Option<OrganizationId> {
        match self {
            Self::ApiKey(org)
            | Self::OauthServers(org)
            | Self::SandboxTokens(org)
            | Self::GettingStarted(org)
            | Self::Administrators(org)
            | Self::Roles(org)
            | Self::AuditLog(org, _) => Some(*org),
            _ => None,
        }
    }

    /// Whether the program of the first load has the page. `boot.js` has the same in its own words, and what it takes for
    /// a part of the first load must be one here.
    pub fn is_of_first_load(&self) -> bool {
        matches!(
            self,
            Self::Home | Self::SignIn { .. } | Self::ApiKey(_) | Self::NotFound
        )
    }

    /// Whether it is the same page, perhaps with another query.
    pub fn is_same_page(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::AuditLog(org, _), Self::AuditLog(other, _)) => org == other,
            _ => self == other,
        }
    }

    /// Whether it is this page, or one that belongs to it.
    pub fn is_below(&self, page: &Self) -> bool {
        match (self, page) {
            (Self::OauthServers(org) | Self::SandboxTokens(org) | Self::GettingStarted(org), Self::ApiKey(of_page)) => {
                org == of_page
            }
            _ => self.is_same_page(page),
        }
    }

    /// Whether someone who has just signed in can be sent here.
    fn is_destination(&self) -> bool {
        !matches!(
            self,
            Self::SignIn { .. } | Self::Setup | Self::Invitation | Self::NotFound
        )
    }
}

/// A route, and how it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Which page.
    pub route: Route,
    /// `?embed`: within a page of someone else, who has a frame already.
    pub embed: bool,
}

impl Location {
    /// Reads a path relative to the base, and a query without its question mark.
    pub fn parse(path: &str, query: &str) -> Self {
        Self {
            route: Route::parse(path, query),
            embed: parameter(query, "embed").is_some(),
        }
    }

    /// The address relative to the base.
    pub fn url(&self) -> String {
        let url = self.route.url();
        if !self.embed {
            return url;
        }
        let sign = if url.contains('?') { "&" } else { "?" };
        [&url, sign, "embed"].concat()
    }
}

fn with_organization(text: &str, route: impl FnOnce(OrganizationId) -> Route) -> Route {
    match text.parse::<OrganizationId>() {
        // One organization has one address: `+7` and `007` are none.
        Ok(org) if org.0 > 0 && org.to_string() == text => route(org),
        _ => Route::NotFound,
    }
}

fn of_organization(org: OrganizationId, tab: &str) -> String {
    ["o/", &org.to_string(), "/", tab].concat()
}

/// Why a sign-in at an identity provider did not work, as the query of the page says that it leads back to.
pub fn failed_sign_in(query: &str) -> Option<ProblemCode> {
    Some(match parameter(query, "failed")? {
        "sso-unavailable" => ProblemCode::SsoUnavailable,
        "sso-denied" => ProblemCode::SsoDenied,
        "sso-no-account" => ProblemCode::SsoNoAccount,
        "sso-not-connected" => ProblemCode::SsoNotConnected,
        "sso-roles-missing" => ProblemCode::SsoRolesMissing,
        "sso-not-fresh" => ProblemCode::SsoNotFresh,
        "sso-other-admin" => ProblemCode::SsoOtherAdmin,
        "account-disabled" => ProblemCode::AccountDisabled,
        _ => ProblemCode::SsoFailed,
    })
}

fn next(query: &str) -> Option<Box<Route>> {
    let next = decoded(parameter(query, "next")?)?;
    let (path, query) = next.split_once('?').unwrap_or((&next, ""));
    let next = Route::parse(path, query);
    (!path.starts_with("//") && next.is_destination()).then(|| Box::new(next))
}

/// The query of a page, without what says how it is shown.
fn own(query: &str) -> String {
    let pairs = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !matches!(*pair, "embed" | "embed="));
    pairs.collect::<Vec<_>>().join("&")
}

fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then_some(value)
    })
}

/// With percent-encoding of everything that means something in a query, or might to some server.
pub(crate) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b':' | b'?' | b'=' => {
                encoded.push(byte.into());
            }
            byte => {
                encoded.push('%');
                for digit in [byte >> 4, byte & 15] {
                    encoded.extend(char::from_digit(digit.into(), 16).map(|digit| digit.to_ascii_uppercase()));
                }
            }
        }
    }
    encoded
}

/// Without percent-encoding; nothing where it is broken.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16).and_then(|d| u8::try_from(d).ok());
                digit(rest.next())? * 16 + digit(rest.next())?
            }
            b'+' => b' ',
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}
