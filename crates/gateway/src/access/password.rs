//! Passwords: argon2id (RFC 9106), a bounded number at a time.

use std::{num::NonZero, sync::Arc, thread};

use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _, password_hash::phc::PasswordHash};
use tokio::{sync::Semaphore, task};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// Hashes and verifies passwords off the runtime's threads, as many at a time as there are cores: one takes 19 MiB and
/// some 20 ms by design, and a flood of sign-ins must not take the machine with it.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// The hash of nobody's password: checking it takes as long as checking somebody's.
    nobody: Arc<str>,
}

/// A password can't be hashed: a fault of this program.
#[derive(Debug, thiserror::Error)]
#[error("the password can't be hashed")]
pub struct HashError;

impl Passwords {
    /// # Errors
    /// When hashing does not work at all.
    pub fn new() -> Result<Self, HashError> {
        let turns = thread::available_parallelism().map_or(1, NonZero::get);
        let nobody = hash(&crate::random::token())?;
        Ok(Self {
            turns: Arc::new(Semaphore::new(turns)),
            nobody: nobody.into(),
        })
    }

    /// The hash of a new password, as a PHC string.
    ///
    /// # Errors
    /// When it can't be hashed.
    pub async fn hash(&self, password: &str) -> Result<String, HashError> {
        let password = Zeroizing::new(password.to_owned());
        self.in_turn(move || hash(&password)).await?
    }

    /// Whether `password` is the one of `hash`; without a hash it takes as long and says no.
    ///
    /// # Errors
    /// When it can't be found out.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, HashError> {
        let password = Zeroizing::new(password.to_owned());
        let known = hash.is_some();
        let hash = hash.unwrap_or(&self.nobody).to_owned();
        let matches = self.in_turn(move || verify(&password, &hash)).await??;
        Ok(matches && known)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, HashError> {
        let _turn = self.turns.acquire().await.map_err(|_| HashError)?;
        task::spawn_blocking(work).await.map_err(|_| HashError)
    }
}

/// A password as it is hashed: what looks the same is the same, however a keyboard writes it (Unicode normal form NFKC).
pub fn normal_form(password: &str) -> Zeroizing<String> {
    Zeroizing::new(password.nfkc().collect())
}

fn hash(password: &str) -> Result<String, HashError> {
    Ok(Argon2::default()
        .hash_password(normal_form(password).as_bytes())
        .map_err(|_| HashError)?
        .to_string())
}

fn verify(password: &str, hash: &str) -> Result<bool, HashError> {
    let hash = PasswordHash::new(hash).map_err(|_| HashError)?;
    let normal = normal_form(password);
    let matches = |text: &str| Argon2::default().verify_password(text.as_bytes(), &hash).is_ok();
    // Those that were set before there was a normal form.
    Ok(matches(&normal) || (*normal != password && matches(password)))
}
