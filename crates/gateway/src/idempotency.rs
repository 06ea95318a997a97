//! Repetition without a second effect (the IETF draft *The Idempotency-Key HTTP Header Field*).
//!
//! The first answer is written in the transaction of the change itself, so that there is no instant at which one
//! exists without the other.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::AdminId;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    secrets::Secrets,
    store::{Connection, StoreError, idempotent_answers, idempotent_answers::RequestName},
};

/// How long a first answer is kept for repetitions.
pub const IDEMPOTENCY_RETENTION: TimeDelta = TimeDelta::hours(24);

/// A name for a change within the admin's requests to one path, so that a repetition is told from a second wish.
#[derive(Clone, Debug)]
pub struct Idempotency {
    /// The path.
    pub path: String,
    /// The header `Idempotency-Key`.
    pub key: Uuid,
}

/// The answer to a change, as it is kept for repetitions.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer<T, R> {
    /// It was made.
    Changed(T),
    /// The state of things forbade it.
    Refused(R),
}

/// Why a named request is not carried out.
#[derive(Debug, thiserror::Error)]
pub enum IdempotencyError {
    /// The name was used for another request.
    #[error("the idempotency key was used for another request")]
    Reused,
    /// The first request of this name is still running.
    #[error("the first request with this idempotency key is still running")]
    InUse,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The named requests that are running in this process. It only tells a hasty repetition to come back later: that
/// nothing happens twice is the database's doing.
#[derive(Clone, Default)]
pub struct Running(Arc<Mutex<HashSet<RequestName>>>);

impl Running {
    /// Enters a request that names itself, until what is returned goes; `None` for one that has no name. `asked` is what
    /// a repetition must ask for again.
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

/// A change that names itself, and what it asks for. It is among the running ones while this lives.
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
    pub async fn first_answer<T: DeserializeOwned, R: DeserializeOwned>(
        &self,
        connection: &mut Connection,
        secrets: &Secrets,
        now: DateTime<Utc>,
    ) -> Result<Option<Answer<T, R>>, IdempotencyError> {
        let since = now - IDEMPOTENCY_RETENTION;
        let Some(first) = idempotent_answers::find(connection, secrets, &self.name, since).await? else {
            return Ok(None);
        };
        if first.request_fingerprint != self.fingerprint {
            return Err(IdempotencyError::Reused);
        }
        let answer = serde_json::from_slice(&first.answer);
        Ok(Some(answer.map_err(|_| {
            StoreError::Impossible("idempotent_answers.sealed_answer")
        })?))
    }

    /// Keeps the answer for repetitions.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep<T: Serialize, R: Serialize>(
        &self,
        connection: &mut Connection,
        secrets: &Secrets,
        answer: &Answer<T, R>,
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
