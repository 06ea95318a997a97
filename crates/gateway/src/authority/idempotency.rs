//! Repetition without a second effect (the IETF draft *The Idempotency-Key HTTP Header Field*).
//!
//! The first answer is written in the transaction of the change itself, so that there is no instant at which one
//! exists without the other.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ChangeRequest, IDEMPOTENCY_RETENTION, KeyChange, KeyChanged, KeyError, KeyRefusal, refuse};
use crate::{
    secrets::Secrets,
    store::{Connection, StoreError, idempotent_answers, idempotent_answers::RequestName},
};

/// The answer to a change, as it is kept for repetitions.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Answer {
    Changed(KeyChanged),
    Refused(KeyRefusal),
}

impl Answer {
    pub(super) fn into_result(self) -> Result<KeyChanged, KeyError> {
        match self {
            Self::Changed(changed) => Ok(changed),
            Self::Refused(refusal) => refuse(refusal),
        }
    }
}

/// A change that names itself, and what it asks for.
pub(super) struct NamedRequest {
    name: RequestName,
    fingerprint: [u8; 32],
}

impl NamedRequest {
    /// `None` when the request has no idempotency key.
    pub(super) fn of(request: &ChangeRequest, change: &KeyChange, secrets: &Secrets) -> Option<Self> {
        let idempotency = request.idempotency.as_ref()?;
        let asked = match change {
            KeyChange::Add => "add",
            KeyChange::Edit(key) => &format!("edit {}", key.reveal()),
            KeyChange::Regenerate => "regenerate",
            KeyChange::Delete => "delete",
        };
        Some(Self {
            name: RequestName {
                admin: request.by.admin.id,
                path: idempotency.path.clone(),
                idempotency_key: idempotency.key.to_string(),
            },
            fingerprint: secrets.fingerprint(asked.as_bytes()),
        })
    }

    /// The first answer, if this is a repetition.
    pub(super) async fn first_answer(
        &self,
        connection: &mut Connection,
        secrets: &Secrets,
        now: DateTime<Utc>,
    ) -> Result<Option<Answer>, KeyError> {
        let since = now - IDEMPOTENCY_RETENTION;
        let Some(first) = idempotent_answers::find(connection, secrets, &self.name, since).await? else {
            return Ok(None);
        };
        if first.request_fingerprint != self.fingerprint {
            return refuse(KeyRefusal::IdempotencyKeyReused);
        }
        let answer = serde_json::from_slice(&first.answer);
        Ok(Some(answer.map_err(|_| {
            StoreError::Impossible("idempotent_answers.sealed_answer")
        })?))
    }

    /// Keeps the answer for repetitions.
    pub(super) async fn keep(
        &self,
        connection: &mut Connection,
        secrets: &Secrets,
        answer: &Answer,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let text = serde_json::to_vec(answer).map(zeroize::Zeroizing::new);
        let text = text.map_err(|_| StoreError::Impossible("answer"))?;
        let times = (now - IDEMPOTENCY_RETENTION, now);
        idempotent_answers::insert(connection, secrets, &self.name, (&self.fingerprint, &text), times).await
    }
}

/// The named requests that are running in this process. It only tells a hasty repetition to come back later: that
/// nothing happens twice is the database's doing.
#[derive(Clone, Default)]
pub(super) struct Running(Arc<Mutex<HashSet<RequestName>>>);

impl Running {
    /// Enters a request until the guard goes.
    pub(super) fn enter(&self, request: &NamedRequest) -> Result<RunningGuard, KeyError> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !running.insert(request.name.clone()) {
            return refuse(KeyRefusal::IdempotencyKeyInUse);
        }
        Ok(RunningGuard {
            running: self.clone(),
            name: request.name.clone(),
        })
    }
}

/// Keeps a request among the running ones.
pub(super) struct RunningGuard {
    running: Running,
    name: RequestName,
}

impl Drop for RunningGuard {
    fn drop(&mut self) {
        self.running
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.name);
    }
}
