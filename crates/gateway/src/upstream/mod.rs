//! Speaks to the upstreams that hold keys of organizations: one conversation with each, one request at a time.

mod answer;
mod circuit;
mod conversation;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::future::join_all;
use keyward_contract::{FetchFailureCode, OrganizationId, UpstreamFailure, UpstreamFailureCode as Code};
use tokio::sync::OwnedMutexGuard;

use self::conversation::FAREWELL;
pub use self::{answer::UpstreamKey, conversation::Conversation};
use crate::{
    clock::Clock,
    net::fetch::{self, Fetcher},
    random,
    store::keys::upstreams::{Place, UpstreamCredentials},
};

/// How long a request waits for the one before it.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is asked, and with which credentials.
pub struct Target {
    /// Where the key lives.
    pub place: Place,
    /// What to sign in with.
    pub credentials: UpstreamCredentials,
    /// Their version.
    pub credentials_version: i64,
    /// The identifier of the organization's key there, once it is known.
    pub known: Option<i64>,
}

/// Why an upstream didn't answer as it should.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The kind.
    pub code: Code,
    /// The reason and what to do.
    pub text: String,
    /// In how many seconds to ask again.
    pub retry_after: Option<u64>,
    /// Whether it may have done what it was asked for all the same.
    pub is_in_doubt: bool,
}

impl Failure {
    /// A failure after which nothing has changed.
    fn new(code: Code, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
            retry_after: None,
            is_in_doubt: false,
        }
    }

    /// A failure after which something may have changed.
    fn in_doubt(code: Code, text: impl Into<String>) -> Self {
        Self {
            is_in_doubt: true,
            ..Self::new(code, text)
        }
    }

    /// A request that the upstream didn't carry out, as is known afterwards.
    pub fn rejected(text: &str) -> Self {
        Self::new(Code::Rejected, text)
    }

    /// Of a connection. Only one that was never there leaves no doubt.
    fn of_fetch(failure: fetch::Failure, is_in_doubt: bool) -> Self {
        let code = match failure.code {
            FetchFailureCode::Dns | FetchFailureCode::Connect => Code::Unreachable,
            FetchFailureCode::TlsVersion
            | FetchFailureCode::CertificateExpired
            | FetchFailureCode::CertificateNotYetValid
            | FetchFailureCode::CertificateName
            | FetchFailureCode::CertificateIssuer
            | FetchFailureCode::CertificateInvalid => Code::Certificate,
            FetchFailureCode::Timeout => Code::Timeout,
            FetchFailureCode::Size
            | FetchFailureCode::Compressed
            | FetchFailureCode::Encoding
            | FetchFailureCode::WebPage => Code::Unreadable,
            _ => Code::Address,
        };
        Self {
            is_in_doubt,
            ..Self::new(code, failure.text)
        }
    }

    /// As the portal API has it.
    pub fn shown(&self) -> UpstreamFailure {
        UpstreamFailure {
            code: self.code,
            text: self.text.clone(),
            retry_after: self.retry_after,
        }
    }
}

/// A turn to ask an upstream, until it is dropped.
pub type Turn = OwnedMutexGuard<Conversation>;

/// The conversations with all upstreams.
pub struct Upstreams {
    fetcher: Arc<Fetcher>,
    clock: Clock,
    /// Distinguishes this running gateway from others.
    pub gateway: i64,
    conversations: Mutex<HashMap<OrganizationId, Arc<tokio::sync::Mutex<Conversation>>>>,
}

impl Upstreams {
    /// With what may be fetched from.
    pub fn new(fetcher: Fetcher, clock: Clock) -> Self {
        Self {
            fetcher: Arc::new(fetcher),
            clock,
            gateway: random::id(),
            conversations: Mutex::default(),
        }
    }

    /// The turn to ask the upstream of an organization.
    ///
    /// # Errors
    /// When the request before it takes too long.
    pub async fn turn(&self, of: OrganizationId) -> Result<Turn, Failure> {
        let conversation = {
            let mut conversations = self.conversations.lock().unwrap_or_else(PoisonError::into_inner);
            let new = || Conversation::new(Arc::clone(&self.fetcher), self.clock.clone());
            Arc::clone(conversations.entry(of).or_insert_with(|| Arc::new(new().into())))
        };
        let turn = tokio::time::timeout(PATIENCE, conversation.lock_owned()).await;
        turn.map_err(|_| Failure {
            retry_after: Some(1),
            ..Failure::new(
                Code::Timeout,
                "The upstream hasn't answered an earlier request yet. Try again.",
            )
        })
    }

    /// Ends the sessions there, as far as the upstreams answer without delay.
    pub async fn log_out(&self) {
        let all: Vec<_> = {
            let conversations = self.conversations.lock().unwrap_or_else(PoisonError::into_inner);
            conversations.values().cloned().collect()
        };
        join_all(all.iter().map(|conversation| async {
            let lock = tokio::time::timeout(FAREWELL, conversation.lock()).await;
            if let Ok(mut conversation) = lock {
                conversation.log_out().await;
            }
        }))
        .await;
    }
}
