//! The audit log: who did what, when, from where, and with what result.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::AdminId;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident = $text:tt,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$word_doc])* #[serde(rename = $text)] $word,)*
        }

        impl $name {
            /// Every one, in the order in which a page offers them.
            pub const ALL: &[Self] = &[$(Self::$word,)*];

            /// The word in the log.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$word => $text,)*
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or(())
            }
        }
    };
}

words! {
    /// What was done.
    AuditAction {
        /// Something was added.
        Create = "Create",
        /// Something was changed.
        Update = "Update",
        /// Something was deleted.
        Delete = "Delete",
        /// A secret was replaced by a random one.
        Regenerate = "Regenerate",
        /// A secret was shown.
        Reveal = "Reveal",
        /// A session began, or an attempt failed.
        SignIn = "Sign In",
        /// A session was ended.
        SignOut = "Sign Out",
        /// An account was locked after failed sign-ins.
        Lock = "Lock",
        /// Something was exported: the log itself, or a backup.
        Export = "Export",
    }
}

words! {
    /// What kind of thing it was done to.
    AuditSubCategory {
        /// The cloud service API key.
        ApiKey = "Cloud Service API Key",
        /// An identity provider of single sign-on.
        IdentityProvider = "Identity Providers",
        /// An OAuth 2.0 authorization server.
        OauthServer = "OAuth 2.0 Authorization Servers",
        /// A Sandbox API token.
        SandboxToken = "Sandbox API Token",
        /// A session of the portal or of the cloud service API.
        Session = "Login",
        /// An admin and their role.
        Administrator = "Administrators",
        /// A role.
        Role = "Roles",
        /// An API role.
        ApiRole = "API Roles",
        /// The API subscription.
        Subscription = "Subscription",
        /// The log itself.
        AuditLog = "Audit Log",
        /// The installation.
        Installation = "Installation",
    }
}

impl AuditSubCategory {
    /// The category above it.
    pub fn category(self) -> &'static str {
        match self {
            Self::ApiKey | Self::OauthServer | Self::SandboxToken => "Cloud Service API Key",
            Self::Session => "Login",
            Self::Administrator | Self::Role | Self::ApiRole | Self::IdentityProvider => "Administration",
            Self::Subscription => "Subscription",
            Self::AuditLog => "Audit Log",
            Self::Installation => "Installation",
        }
    }
}

words! {
    /// The interface it was done through.
    AuditInterface {
        /// The portal.
        AdminUi = "Admin UI",
        /// The cloud service API.
        Api = "API",
        /// The operator's command line.
        CommandLine = "Command Line",
    }
}

words! {
    /// How it ended.
    AuditResult {
        /// It succeeded.
        Success = "Success",
        /// It was rejected, or failed; `reason` says why.
        Failure = "Failure",
    }
}

/// A row of the audit log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditRow {
    /// Its place in the log of the installation. Grows.
    pub id: i64,
    /// When.
    #[serde(deserialize_with = "crate::instant::read")]
    pub timestamp: DateTime<Utc>,
    /// What was done. A word of [`AuditAction`], or one of a newer version.
    pub action: String,
    /// The kind of thing, coarse.
    pub category: String,
    /// The kind of thing. A word of [`AuditSubCategory`], or one of a newer version.
    pub sub_category: String,
    /// Its name.
    pub resource: String,
    /// The admin, 0 for the service provider; missing for an unknown user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub admin_id: Option<AdminId>,
    /// Their name at the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub admin_name: Option<String>,
    /// Address of the client; missing for the operator's command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub client_ip: Option<String>,
    /// The interface. A word of [`AuditInterface`].
    pub interface: String,
    /// How it ended. A word of [`AuditResult`].
    pub result: String,
    /// The reason of a failure: a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub reason: Option<String>,
    /// The state before: an object without secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object, nullable = false))]
    pub before: Option<Value>,
    /// The state after: an object without secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object, nullable = false))]
    pub after: Option<Value>,
    /// Identifies the request in the gateway's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub request_id: Option<String>,
}

/// A page of the audit log: `GET /api/portal/orgs/{org}/audit-log`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditLogPage {
    /// The rows.
    pub rows: Vec<AuditRow>,
    /// For the next page, ask for the rows `before` this, or `after` it if the oldest come first; missing at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub next: Option<i64>,
    /// The oldest time that is kept: older rows were pruned by the retention setting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub kept_since: Option<DateTime<Utc>>,
}

/// Filters of `audit-log` and `audit-log.csv`. Rows match all given filters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AuditLogFilter {
    /// From this time on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime<Utc>>,
    /// What was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<AuditAction>,
    /// The kind of thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_category: Option<AuditSubCategory>,
    /// The interface.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interface: Option<AuditInterface>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<AuditResult>,
    /// Text in the name of the admin, regardless of case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin: Option<String>,
    /// The client's IP address, or its beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Text in the resource, regardless of case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Text in resource, admin, address, reason, request ID, before or after, regardless of case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}
