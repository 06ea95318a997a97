//! Secrets at rest: sealed with a master key that isn't in the database, so that a stolen database reveals none.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305,
    aead::{Aead as _, Payload},
};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::{config::MasterKeySource, random, text::utf8};

const NONCE_LENGTH: usize = 24;
/// The first byte of a sealed value: how it is sealed. Part of the associated data.
const FORMAT: u8 = 1;

/// Why the master key can't be used. The text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The database holds secrets, but the key that opens them isn't there.
    #[error(
        "the master key {} is missing, and the secrets in the database can't be read without it. Put your copy of the \
         file back, or set KEYWARD_MASTER_KEY. If it's lost, start with an empty folder.",
        .0.display()
    )]
    Missing(PathBuf),
    /// It isn't 64 hex digits.
    #[error("the master key in {0} is not 64 hexadecimal digits")]
    Malformed(String),
    /// Others on this machine can read it.
    #[error("every user of this machine can read the master key {}. {} Or set KEYWARD_MASTER_KEY instead of the file.", .0.display(), how_to_protect(.0))]
    Exposed(PathBuf),
    /// It can't be read or written.
    #[error("can't use the master key {}: {}{}", .0.display(), .1, how_to_admit(.1))]
    Io(PathBuf, #[source] io::Error),
}

/// A sealed value that can't be opened: a different master key, or a damaged or replaced value.
#[derive(Debug, thiserror::Error)]
#[error("a sealed value can't be opened: the master key is a different one, or the value was changed")]
pub struct OpenError;

/// Seals and opens secrets. Each purpose has a key of its own (HKDF, RFC 5869).
pub struct Secrets {
    cipher: XChaCha20Poly1305,
    fingerprint_key: Zeroizing<[u8; 32]>,
    audit_key: Zeroizing<[u8; 32]>,
    cookie_key: Zeroizing<[u8; 32]>,
}

impl Secrets {
    /// Reads the master key from where the configuration says.
    ///
    /// # Errors
    /// When it is missing or can't be used.
    pub fn load(source: &MasterKeySource) -> Result<Self, MasterKeyError> {
        match source {
            MasterKeySource::Environment(text) => {
                Self::from_hex(text).ok_or_else(|| MasterKeyError::Malformed("KEYWARD_MASTER_KEY".into()))
            }
            MasterKeySource::File(path) => {
                let bytes = match fs::read(path) {
                    Ok(bytes) => Zeroizing::new(bytes),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {
                        return Err(MasterKeyError::Missing(path.clone()));
                    }
                    Err(error) => return Err(MasterKeyError::Io(path.clone(), error)),
                };
                check_private(path)?;
                let text = utf8(&bytes).ok().map(str::trim);
                text.and_then(Self::from_hex)
                    .ok_or_else(|| MasterKeyError::Malformed(path.display().to_string()))
            }
        }
    }

    /// As [`load`](Self::load), for a database that holds no secret yet: makes the key file if there is none.
    ///
    /// # Errors
    /// When the key can't be made or used.
    pub fn load_or_create(source: &MasterKeySource) -> Result<Self, MasterKeyError> {
        match (Self::load(source), source) {
            (Err(MasterKeyError::Missing(_)), MasterKeySource::File(path)) => {
                create_key_file(path).map_err(|error| MasterKeyError::Io(path.clone(), error))?;
                Self::load(source)
            }
            (result, _) => result,
        }
    }

    /// `None` when `text` is not 64 hex digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut master_key = Zeroizing::new([0_u8; 32]);
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        for (byte, digits) in master_key.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        let derive = |purpose: &[u8]| {
            let mut key = Zeroizing::new([0_u8; 32]);
            Hkdf::<Sha256>::new(None, master_key.as_ref())
                .expand(purpose, key.as_mut())
                .ok()?;
            Some(key)
        };
        Some(Self {
            cipher: XChaCha20Poly1305::new_from_slice(derive(b"keyward seal v1")?.as_ref()).ok()?,
            fingerprint_key: derive(b"keyward fingerprint v1")?,
            audit_key: derive(b"keyward audit log v1")?,
            cookie_key: derive(b"keyward cookie name v1")?,
        })
    }

    /// Encrypts `secret`, bound to `context`: what it is, whose, and which version, such as
    /// `api-key/<organization>/<key>/<version>`. Moved to a different row, or rolled back, it can't be opened.
    pub fn seal(&self, context: &str, secret: &[u8]) -> Vec<u8> {
        let nonce = random::bytes::<NONCE_LENGTH>();
        let aad = bound(context);
        let mut sealed = vec![FORMAT];
        sealed.extend(nonce);
        match self.cipher.encrypt(&nonce.into(), Payload { msg: secret, aad: &aad }) {
            Ok(ciphertext) => sealed.extend(ciphertext),
            Err(_) => unreachable!("only a plaintext beyond 256 GiB can't be sealed"),
        }
        sealed
    }

    /// Decrypts what [`seal`](Self::seal) made in the same `context`.
    ///
    /// # Errors
    /// When it is not that.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        match sealed.split_first() {
            Some((&FORMAT, sealed)) => self.decrypt(&bound(context), sealed),
            _ => Err(OpenError),
        }
    }

    /// Seals as older versions did, without binding to a version. For tests.
    #[doc(hidden)]
    pub fn seal_unbound(&self, context: &str, secret: &[u8]) -> Vec<u8> {
        let nonce = random::bytes::<NONCE_LENGTH>();
        let aad = context.as_bytes();
        let payload = Payload { msg: secret, aad };
        let sealed = self.cipher.encrypt(&nonce.into(), payload).unwrap_or_default();
        [&nonce[..], &sealed].concat()
    }

    /// Decrypts what older versions sealed without binding to a version. Only the migration at the start uses it.
    ///
    /// # Errors
    /// When it is not that.
    pub fn open_unbound(&self, context: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        self.decrypt(context.as_bytes(), sealed)
    }

    /// Seals a value for a different context. A value that can't be opened stays as it is.
    pub fn reseal(&self, (from, to): (&str, &str), sealed: &[u8]) -> Vec<u8> {
        match self.open(from, sealed) {
            Ok(secret) => self.seal(to, &secret),
            Err(OpenError) => sealed.to_vec(),
        }
    }

    /// As [`reseal`](Self::reseal), for what [`open_unbound`](Self::open_unbound) opens.
    pub fn bind(&self, (from, to): (&str, &str), sealed: &[u8]) -> Vec<u8> {
        match self.open_unbound(from, sealed) {
            Ok(secret) => self.seal(to, &secret),
            Err(OpenError) => sealed.to_vec(),
        }
    }

    fn decrypt(&self, aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_LENGTH>().ok_or(OpenError)?;
        let payload = Payload { msg: ciphertext, aad };
        let opened = self.cipher.decrypt(&(*nonce).into(), payload);
        opened.map(Zeroizing::new).map_err(|_| OpenError)
    }

    /// A keyed fingerprint: two texts can be compared without revealing them.
    pub fn fingerprint(&self, text: &[u8]) -> [u8; 32] {
        mac(&self.fingerprint_key, text)
    }

    /// The MAC by which the audit log is chained (HMAC-SHA-256, RFC 2104).
    pub fn audit_mac(&self, message: &[u8]) -> [u8; 32] {
        mac(&self.audit_key, message)
    }

    /// Distinguishes the cookies of this installation below this path from others on the same host.
    pub fn cookie_part(&self, path: &str) -> String {
        random::hex(&mac(&self.cookie_key, path.as_bytes())[..4])
    }
}

/// The associated data of a value in this context.
fn bound(context: &str) -> Vec<u8> {
    [&[FORMAT], context.as_bytes()].concat()
}

fn mac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    match <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key) {
        Ok(mac) => mac.chain_update(message).finalize().into_bytes().into(),
        Err(_) => unreachable!("HMAC takes a key of any length"),
    }
}

/// The hash under which a random token is stored. Tokens have 128 random bits or more, so that no salt is needed.
pub fn hash_token(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Writes a new master key, and syncs it to disk before anything is sealed with it.
fn create_key_file(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(random::token().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => fs::File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

fn check_private(path: &Path) -> Result<(), MasterKeyError> {
    match is_private(path) {
        Ok(true) => Ok(()),
        Ok(false) => Err(MasterKeyError::Exposed(path.to_owned())),
        Err(error) => Err(MasterKeyError::Io(path.to_owned(), error)),
    }
}

/// How to make a secret file unreadable for others. In a container, the files of a secret belong to root and can't be changed:
/// there, the group of `fsGroup` reads them.
pub fn how_to_protect(path: &Path) -> String {
    format!(
        "Run chmod o-rwx {}. In Kubernetes, mount the secret with defaultMode: 0440 and set fsGroup.",
        path.display()
    )
}

/// What to add to an error if a container lacks the group that reads its secrets.
pub fn how_to_admit(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied => ". In Kubernetes, mount the secret with defaultMode: 0440 and set fsGroup",
        _ => "",
    }
}

/// Whether only owner and group can access a file.
///
/// # Errors
/// When the operating system does not say.
#[cfg(unix)]
pub fn is_private(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::metadata(path)?.permissions().mode() & 0o007 == 0)
}

/// As on Unix, where this can be told.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn is_private(_: &Path) -> io::Result<bool> {
    Ok(true)
}
