//! Idempotent changes (the IETF draft *The Idempotency-Key HTTP Header Field*).
//!
//! The first answer is stored in the transaction of the change itself, so that neither exists without the other.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::{AdminId, Problem as ProblemBody, ProblemCode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    http::{preconditions::Idempotency, problem::Problem},
    secrets::Secrets,
    store::{
        Connection, StoreError,
        idempotent_answers::{self, RequestName},
    },
};

/// How long a first answer is stored for repetitions.
pub const IDEMPOTENCY_RETENTION: TimeDelta = TimeDelta::hours(24);

/// The answer to a change, as it is stored for repetitions.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer<T, R = ProblemBody> {
    /// It was made.
    Changed(T),
    /// The state of things forbade it.
    Refused(R),
}

/// Why a request with an idempotency key isn't carried out.
#[derive(Debug, thiserror::Error)]
pub enum IdempotencyError {
    /// The key was used for a different request.
    #[error("the idempotency key was used for another request")]
    Reused,
    /// The first request with this key is still running.
    #[error("the first request with this idempotency key is still running")]
    InUse,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<IdempotencyError> for Problem {
    fn from(error: IdempotencyError) -> Self {
        match error {
            IdempotencyError::Reused => Self::new(ProblemCode::IdempotencyKeyReused)
                .detail("A repetition must be the same request. Send a new Idempotency-Key for a different request."),
            IdempotencyError::InUse => Self::new(ProblemCode::IdempotencyKeyInUse)
                .detail("Its answer is on the way. Repeat the request in a moment.")
                .retry_after(1),
            IdempotencyError::Store(error) => error.into(),
        }
    }
}

/// The requests with idempotency keys that are running in this process. It only makes early repetitions wait: the database
/// ensures that nothing happens twice.
#[derive(Clone, Default)]
pub struct Running(Arc<Mutex<HashSet<RequestName>>>);

impl Running {
    /// Registers a request with an idempotency key until the returned value is dropped; `None` without a key. `asked` is the
    /// content that a repetition has to match.
    ///
    /// # Errors
    /// [`IdempotencyError::InUse`].
    pub fn enter(
        &self,
        admin: AdminId,
        idempotency: Option<&Idempotency>,
        asked: &str,
        secrets: &Secrets,
    ) -> Result<Option<NamedRequest>, IdempotencyError> {
        let Some(Idempotency { path, key }) = idempotency else {
            return Ok(None);
        };
        let name = RequestName {
            admin,
            path: path.clone(),
            idempotency_key: key.to_string(),
        };
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !running.insert(name.clone()) {
            return Err(IdempotencyError::InUse);
        }
        Ok(Some(NamedRequest {
            running: self.clone(),
            name,
            fingerprint: secrets.fingerprint(asked.as_bytes()),
        }))
    }
}

/// A change with an idempotency key and its content. It counts as running until this is dropped.
pub struct NamedRequest {
    running: Running,
    name: RequestName,
    fingerprint: [u8; 32],
}

impl NamedRequest {
    /// The first answer, if this is a repetition.
    ///
    /// # Errors
    /// [`IdempotencyError::Reused`], or when the database fails.
    pub async fn first_answer<T: DeserializeOwned>(
        &self,
        connection: &mut Connection,
        secrets: &Secrets,
        now: DateTime<Utc>,
    ) -> Result<Option<Answer<T>>, IdempotencyError> {
        let since = now - IDEMPOTENCY_RETENTION;
        let Some(first) = idempotent_answers::find(connection, secrets, &self.name, since).await? else {
            return Ok(None);
        };
        if first.request_fingerprint != self.fingerprint {
            return Err(IdempotencyError::Reused);
        }
        let unreadable = |_| StoreError::Impossible("idempotent_answers.sealed_answer");
        Ok(
            match serde_json::from_slice::<Answer<T, Value>>(&first.answer).map_err(unreadable)? {
                Answer::Changed(made) => Some(Answer::Changed(made)),
                // A refusal stored by an older version changed nothing, so it is decided again.
                Answer::Refused(refusal) => serde_json::from_value::<ProblemBody>(refusal).ok().map(Answer::Refused),
            },
        )
    }

    /// Keeps the answer for repetitions.
    pub async fn keep<T: Serialize>(
        &self,
        connection: &mut Connection,
        secrets: &Secrets,
        answer: &Answer<T>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let text = serde_json::to_vec(answer).map(zeroize::Zeroizing::new);
        let text = text.map_err(|_| StoreError::Impossible("answer"))?;
        idempotent_answers::insert(connection, secrets, &self.name, (&self.fingerprint, &text), now).await
    }
}

impl Drop for NamedRequest {
    fn drop(&mut self) {
        self.running
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.name);
    }
}
