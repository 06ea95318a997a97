//! Errors of the configuration.

use std::io;

/// The configuration can't be used. The text names the setting, where it came from, and what is allowed.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The value of a setting is wrong.
    #[error("{origin}: {value:?} can't be used: {reason}")]
    Value {
        /// The flag, the variable, or the key and its file.
        origin: String,
        /// What it was.
        value: String,
        /// What it must be.
        reason: String,
    },
    /// An environment variable that starts with `KEYWARD_` and isn't a setting.
    #[error("the environment variable {variable} isn't a setting. Settings: {}", allowed.join(", "))]
    UnknownVariable {
        /// The variable.
        variable: String,
        /// All that are known.
        allowed: Vec<String>,
    },
    /// A key of the file that isn't a setting.
    #[error("{path}: {key} isn't a setting{}. Settings: {}", key_hint(key), allowed.join(", "))]
    UnknownKey {
        /// The file.
        path: String,
        /// The key.
        key: String,
        /// All that are known.
        allowed: Vec<&'static str>,
    },
    /// The value of an environment variable is not UTF-8.
    #[error("the environment variable {variable} isn't valid UTF-8")]
    NotText {
        /// The variable.
        variable: String,
    },
    /// The file can't be read.
    #[error("can't read the configuration file {path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The file isn't TOML.
    #[error("the configuration file {path} isn't valid TOML: {reason}")]
    Syntax {
        /// The file.
        path: String,
        /// Where, and why.
        reason: String,
    },
}

fn key_hint(key: &str) -> &'static str {
    match key {
        "master-key" => " (secrets don't belong in this file: set KEYWARD_MASTER_KEY or master-key-file)",
        _ => "",
    }
}
