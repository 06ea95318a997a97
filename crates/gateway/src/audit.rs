//! What is written to the audit log: who did what to which resource, from where, and how it ended.

use chrono::{DateTime, Utc};
use keyward_contract::{Admin, AdminId, OrganizationId};
use serde_json::Value;

use crate::edge::ClientInfo;

/// The name under which the service provider's own changes appear.
pub const SERVICE_PROVIDER: &str = "Service Provider";

/// Something that happened.
#[derive(Debug)]
pub struct Event<'a> {
    /// When.
    pub logged_on: DateTime<Utc>,
    /// In which organization; `None` where it concerns no particular one.
    pub organization: Option<OrganizationId>,
    /// What was done.
    pub action: Action,
    /// To what kind of thing.
    pub subject: Subject,
    /// To which one, by name.
    pub resource: &'a str,
    /// By whom.
    pub actor: Actor<'a>,
    /// From where; `None` for the operator's command line.
    pub client: Option<&'a ClientInfo>,
    /// By which way.
    pub interface: Interface,
    /// The true reason why it failed; `None` when it succeeded.
    pub failure: Option<&'a str>,
    /// What was before, without secrets.
    pub before: Option<Value>,
    /// What is after, without secrets.
    pub after: Option<Value>,
}

/// Who did it.
#[derive(Clone, Copy, Debug)]
pub enum Actor<'a> {
    /// A known admin.
    Admin(&'a Admin),
    /// Somebody who gave a user name that nobody has. It is not kept: people type passwords there.
    Unknown,
    /// Who runs the service.
    ServiceProvider,
}

impl<'a> Actor<'a> {
    /// The identifier, if there is one.
    pub fn admin_id(self) -> Option<AdminId> {
        match self {
            Self::Admin(admin) => Some(admin.id),
            Self::Unknown => None,
            Self::ServiceProvider => Some(AdminId::SERVICE_PROVIDER),
        }
    }

    /// The name, if it is known.
    pub fn name(self) -> Option<&'a str> {
        match self {
            Self::Admin(admin) => Some(&admin.name),
            Self::Unknown => None,
            Self::ServiceProvider => Some(SERVICE_PROVIDER),
        }
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$word_doc])* $word,)*
        }

        impl $name {
            /// The word in the log.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$word => $text,)*
                }
            }
        }
    };
}

words! {
    /// What was done.
    Action {
        /// Something new is there.
        Create = "Create",
        /// Something has another value.
        Update = "Update",
        /// Something is gone.
        Delete = "Delete",
        /// A key was replaced by a random one.
        Regenerate = "Regenerate",
        /// A secret was shown.
        Reveal = "Reveal",
        /// A session began, or should have.
        SignIn = "Sign In",
        /// A session was ended by its owner.
        SignOut = "Sign Out",
        /// An account was locked after failed sign-ins.
        Lock = "Lock",
    }
}

words! {
    /// By which way it was done.
    Interface {
        /// The portal.
        AdminUi = "Admin UI",
        /// The cloud service API.
        Api = "API",
        /// The operator's command line.
        CommandLine = "Command Line",
    }
}

/// What kind of thing it was done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The cloud service API key.
    ApiKey,
    /// A session of the portal or of the cloud service API.
    Session,
    /// The API subscription.
    Subscription,
    /// The installation itself.
    Installation,
}

impl Subject {
    /// The category in the log.
    pub fn category(self) -> &'static str {
        match self {
            Self::ApiKey => "Cloud Service API Key",
            Self::Session => "Login",
            Self::Subscription => "Subscription",
            Self::Installation => "Installation",
        }
    }

    /// The sub-category in the log.
    pub fn sub_category(self) -> &'static str {
        self.category()
    }
}
