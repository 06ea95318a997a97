//! Sources of settings, and their precedence.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fs,
};

use toml::Value;
use zeroize::Zeroizing;

use super::{
    ConfigError,
    settings::{Flags, NAMES},
};
use crate::text::utf8;

const CONFIG: &str = "KEYWARD_CONFIG";
const DATABASE_URL: &str = "database-url";
const MASTER_KEY: &str = "KEYWARD_MASTER_KEY";

/// The settings as texts, from all sources.
pub(super) struct Sources {
    /// By name, the one that wins.
    settings: BTreeMap<&'static str, Setting>,
    master_key: Option<Zeroizing<String>>,
}

struct Setting {
    value: String,
    /// Its source, for error messages.
    origin: String,
}

impl Sources {
    pub(super) fn read(
        flags: Flags,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigError> {
        let mut environment = Environment::read(environment)?;
        let mut settings = match flags.config.or(environment.config.take()) {
            Some(file) => read_file(&file)?,
            None => BTreeMap::new(),
        };
        // Later ones replace earlier ones.
        settings.append(&mut environment.settings);
        settings.extend(flags.values.into_iter().map(|(name, value)| {
            (
                name,
                Setting {
                    value,
                    origin: format!("--{name}"),
                },
            )
        }));
        Ok(Self {
            settings,
            master_key: environment.master_key,
        })
    }

    pub(super) fn master_key(&self) -> Option<Zeroizing<String>> {
        self.master_key.clone()
    }

    /// The value of a setting, or `None` if no source has it. The error of `parse` says what is allowed.
    pub(super) fn value<T, E: ToString>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(Setting { value, .. }) = self.settings.get(name) else {
            return Ok(None);
        };
        match parse(value) {
            Ok(parsed) => Ok(Some(parsed)),
            Err(reason) => Err(self.refuse(name, reason.to_string())),
        }
    }

    /// The error that a setting's value is not allowed.
    pub(super) fn refuse(&self, name: &'static str, reason: String) -> ConfigError {
        match self.settings.get(name) {
            Some(Setting { value, origin }) => ConfigError::Value {
                origin: origin.clone(),
                // A URL with a password stays out of terminals and logs.
                value: if name == DATABASE_URL {
                    "the value".to_owned()
                } else {
                    value.clone()
                },
                reason,
            },
            None => ConfigError::Value {
                origin: name.to_owned(),
                value: "the default".to_owned(),
                reason,
            },
        }
    }
}

#[derive(Default)]
struct Environment {
    config: Option<String>,
    master_key: Option<Zeroizing<String>>,
    settings: BTreeMap<&'static str, Setting>,
}

impl Environment {
    /// A variable that is set but empty counts as not set.
    fn read(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, ConfigError> {
        let mut environment = Self::default();
        for (variable, value) in variables {
            let Some(variable) = variable
                .to_str()
                .filter(|name| name.starts_with("KEYWARD_") && !is_service_link(name))
            else {
                continue;
            };
            if value.is_empty() {
                continue;
            }
            if variable == MASTER_KEY {
                environment.master_key = Some(Zeroizing::new(text(variable, &value)?));
            } else if variable == CONFIG {
                environment.config = Some(text(variable, &value)?);
            } else if let Some(name) = NAMES.iter().copied().find(|name| variable_of(name) == variable) {
                let setting = Setting {
                    value: text(variable, &value)?,
                    origin: variable.to_owned(),
                };
                environment.settings.insert(name, setting);
            } else {
                return Err(ConfigError::UnknownVariable {
                    variable: variable.to_owned(),
                    allowed: NAMES
                        .iter()
                        .map(|name| variable_of(name))
                        .chain([CONFIG.into(), MASTER_KEY.into()])
                        .collect(),
                });
            }
        }
        Ok(environment)
    }
}

fn variable_of(name: &str) -> String {
    format!("KEYWARD_{}", name.to_uppercase().replace('-', "_"))
}

/// Variables that Kubernetes sets for a service named `keyward`. None of our settings has such a name.
fn is_service_link(variable: &str) -> bool {
    variable == "KEYWARD_PORT" || variable.starts_with("KEYWARD_PORT_") || variable.starts_with("KEYWARD_SERVICE_")
}

fn text(variable: &str, value: &OsStr) -> Result<String, ConfigError> {
    match value.to_str() {
        Some(value) => Ok(value.to_owned()),
        None => Err(ConfigError::NotText {
            variable: variable.to_owned(),
        }),
    }
}

fn read_file(path: &str) -> Result<BTreeMap<&'static str, Setting>, ConfigError> {
    let bytes = fs::read(path).map_err(|source| ConfigError::File {
        path: path.to_owned(),
        source,
    })?;
    let text = utf8(&bytes).map_err(|error| ConfigError::Syntax {
        path: path.to_owned(),
        reason: format!("it's {error}"),
    })?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| ConfigError::Syntax {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    let mut settings = BTreeMap::new();
    for (key, value) in table {
        let Some(name) = NAMES.iter().copied().find(|name| *name == key) else {
            return Err(ConfigError::UnknownKey {
                path: path.to_owned(),
                key,
                allowed: NAMES.to_vec(),
            });
        };
        let origin = format!("{name} in {path}");
        match as_text(&value) {
            Some(value) => settings.insert(name, Setting { value, origin }),
            None => {
                let reason = "it must be a string in quotes, a number, or a list of strings".to_owned();
                return Err(ConfigError::Value {
                    origin,
                    value: value.to_string(),
                    reason,
                });
            }
        };
    }
    Ok(settings)
}

/// A list becomes the same text that a flag takes.
fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Array(list) if list.is_empty() => Some("none".to_owned()),
        Value::Array(list) => {
            let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    }
}
