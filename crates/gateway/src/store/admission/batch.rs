//! Sessions that are asked for at the same time are found by one statement, which costs PostgreSQL little more than for one.
//!
//! A statement begins after all requests that it answers have arrived. So each of them sees every change that was committed
//! before it began, as if it had asked alone.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use super::{Columns, LIVE_ANY, Session, StoreError, postgres::PostgresAdmission, session};

/// Limit of concurrent statements.
const AT_ONCE: usize = 4;

type Hash = [u8; 32];
type Answer = Result<Option<Session>, StoreError>;

/// Finds sessions.
#[derive(Debug)]
pub(super) struct Batches {
    postgres: Arc<PostgresAdmission>,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    asked: Vec<(Hash, oneshot::Sender<Answer>)>,
    running: usize,
}

impl Batches {
    pub(super) fn new(postgres: Arc<PostgresAdmission>) -> Self {
        Self {
            postgres,
            waiting: Mutex::default(),
        }
    }

    pub(super) async fn find(self: &Arc<Self>, hash: &Hash) -> Answer {
        let (sender, answer) = oneshot::channel();
        let begins = {
            let mut waiting = self.waiting();
            waiting.asked.push((*hash, sender));
            let begins = waiting.running < AT_ONCE;
            waiting.running += usize::from(begins);
            begins
        };
        if begins {
            let run = Run {
                batches: Arc::clone(self),
                is_over: false,
            };
            // Not by the request itself: others wait for the same answer when its client is gone.
            tokio::spawn(run.while_asked());
        }
        answer.await.map_err(|_| StoreError::Closed)?
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One that runs until no request waits.
struct Run {
    batches: Arc<Batches>,
    is_over: bool,
}

impl Run {
    async fn while_asked(mut self) {
        while let Some(asked) = self.take() {
            self.answer(asked).await;
        }
    }

    fn take(&mut self) -> Option<Vec<(Hash, oneshot::Sender<Answer>)>> {
        let mut waiting = self.batches.waiting();
        if waiting.asked.is_empty() {
            // Under the same lock, so that the next request begins another one.
            waiting.running -= 1;
            self.is_over = true;
            return None;
        }
        Some(mem::take(&mut waiting.asked))
    }

    async fn answer(&self, asked: Vec<(Hash, oneshot::Sender<Answer>)>) {
        let hashes: Vec<&[u8]> = asked.iter().map(|(hash, _)| hash.as_slice()).collect();
        let rows = self
            .batches
            .postgres
            .ask(|| sqlx::query(LIVE_ANY).bind(hashes.as_slice()), hash_and_session)
            .await
            .map(|rows| rows.into_iter().collect::<HashMap<_, _>>());
        for (hash, sender) in asked {
            let answer = match &rows {
                Ok(rows) => match rows.get(hash.as_slice()) {
                    Some(Ok(session)) => Ok(Some(session.clone())),
                    Some(Err(error)) => Err(error.again()),
                    None => Ok(None),
                },
                Err(error) => Err(error.again()),
            };
            // The request may be gone.
            let _ = sender.send(answer);
        }
    }
}

/// One that has panicked is over, too.
impl Drop for Run {
    fn drop(&mut self) {
        if !self.is_over {
            let mut waiting = self.batches.waiting();
            waiting.running -= 1;
            // They fail immediately, because no run may come for them.
            waiting.asked.clear();
        }
    }
}

fn hash_and_session(row: &dyn Columns) -> Result<(Vec<u8>, Result<Session, StoreError>), StoreError> {
    Ok((row.bytes(0)?, session(row)))
}
