//! Events for the audit log: who did what to which resource, from where, and with what result.

use chrono::{DateTime, Utc};
use keyward_contract::{Admin, AdminId, AuditAction, AuditInterface, AuditReason, AuditSubCategory, OrganizationId};
use serde_json::{Value, json};

use crate::http::ClientInfo;

/// The name under which the service provider's own changes appear.
pub const SERVICE_PROVIDER: &str = "Service Provider";

/// Something that happened.
#[derive(Debug)]
pub struct Event<'a> {
    /// When.
    pub logged_on: DateTime<Utc>,
    /// The organization; `None` if it concerns no particular one.
    pub organization: Option<OrganizationId>,
    /// What was done.
    pub action: AuditAction,
    /// To what kind of thing.
    pub sub_category: AuditSubCategory,
    /// To which one, by name.
    pub resource: &'a str,
    /// By whom.
    pub actor: Actor<'a>,
    /// The client; `None` for the operator's command line.
    pub client: Option<&'a ClientInfo>,
    /// By which way.
    pub interface: AuditInterface,
    /// The reason why it failed; `None` if it succeeded.
    pub failure: Option<AuditReason>,
    /// What was before, without secrets.
    pub before: Option<Value>,
    /// What is after, without secrets.
    pub after: Option<Value>,
}

impl<'a> Event<'a> {
    /// A minimal event in the portal.
    pub fn new(
        (action, sub_category): (AuditAction, AuditSubCategory),
        resource: &'a str,
        (actor, client): (Actor<'a>, Option<&'a ClientInfo>),
        logged_on: DateTime<Utc>,
    ) -> Self {
        Self {
            logged_on,
            organization: None,
            action,
            sub_category,
            resource,
            actor,
            client,
            interface: AuditInterface::AdminUi,
            failure: None,
            before: None,
            after: None,
        }
    }

    /// An admin's own sign-in or sign-out in the portal.
    pub fn of_account(action: AuditAction, admin: &'a Admin, client: &'a ClientInfo, logged_on: DateTime<Utc>) -> Self {
        let by = (Actor::Admin(admin), Some(client));
        Self::new((action, AuditSubCategory::Session), &admin.name, by, logged_on)
    }

    /// An action of the operator on the command line, or of the gateway as configured by the operator.
    pub fn of_operator(
        action: AuditAction,
        sub_category: AuditSubCategory,
        resource: &'a str,
        logged_on: DateTime<Utc>,
    ) -> Self {
        Self {
            interface: AuditInterface::CommandLine,
            ..Self::new(
                (action, sub_category),
                resource,
                (Actor::ServiceProvider, None),
                logged_on,
            )
        }
    }
}

/// A repeated answer: a secret was revealed again, and nothing was changed.
pub fn repeated(action: AuditAction) -> Value {
    json!({ "repeatedAnswerTo": action })
}

/// What the row of a failed API sign-in says about the script besides its address.
pub fn script(client: &ClientInfo) -> Option<Value> {
    let agent = client.user_agent.as_deref()?;
    Some(json!({ "userAgent": agent }))
}

/// The actor.
#[derive(Clone, Copy, Debug)]
pub enum Actor<'a> {
    /// A known admin.
    Admin(&'a Admin),
    /// A client with an access token, by its `oauth-…` name.
    ApiClient(&'a str),
    /// An identity provider, by name: provisioning from its claims.
    IdentityProvider(&'a str),
    /// Someone with an unknown user name. The name isn't stored, because people type passwords there.
    Unknown,
    /// The operator.
    ServiceProvider,
}

impl<'a> Actor<'a> {
    /// The identifier, if there is one.
    pub fn admin_id(self) -> Option<AdminId> {
        match self {
            Self::Admin(admin) => Some(admin.id),
            Self::ApiClient(_) | Self::IdentityProvider(_) | Self::Unknown => None,
            Self::ServiceProvider => Some(AdminId::SERVICE_PROVIDER),
        }
    }

    /// The name, if it is known.
    pub fn name(self) -> Option<&'a str> {
        match self {
            Self::Admin(admin) => Some(&admin.name),
            Self::ApiClient(name) | Self::IdentityProvider(name) => Some(name),
            Self::Unknown => None,
            Self::ServiceProvider => Some(SERVICE_PROVIDER),
        }
    }
}
