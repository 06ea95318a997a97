//! Before and after, field by field.

use serde_json::Value;

use crate::text;

/// What became of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field in words, such as `Last modified by › name`.
    pub field: String,
    /// What was there.
    pub before: Option<String>,
    /// What is there.
    pub after: Option<String>,
}

impl FieldChange {
    /// What happened to it, in a word.
    pub fn word(&self) -> &'static str {
        match (&self.before, &self.after) {
            (None, _) => text::audit_log::added(),
            (_, None) => text::audit_log::removed(),
            (before, after) if before == after => text::audit_log::unchanged(),
            _ => text::audit_log::changed(),
        }
    }
}

/// Every field of either, those of the first before those that only the second has.
pub fn difference(before: Option<&Value>, after: Option<&Value>) -> Vec<FieldChange> {
    let mut before_fields = Vec::new();
    let mut after_fields = Vec::new();
    for (value, fields) in [(before, &mut before_fields), (after, &mut after_fields)] {
        if let Some(value) = value {
            flatten(value, "", fields);
        }
    }
    let mut changes = Vec::new();
    for (field, before) in before_fields {
        let place = after_fields.iter().position(|(name, _)| *name == field);
        let after = place.map(|place| after_fields.remove(place).1);
        changes.push(FieldChange {
            field,
            before: Some(before),
            after,
        });
    }
    changes.extend(after_fields.into_iter().map(|(field, after)| FieldChange {
        field,
        before: None,
        after: Some(after),
    }));
    changes
}

fn flatten(value: &Value, name: &str, fields: &mut Vec<(String, String)>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let key = words(key);
                let name = if name.is_empty() {
                    key
                } else {
                    [name, " › ", &key.to_lowercase()].concat()
                };
                flatten(value, &name, fields);
            }
        }
        _ => {
            let name = if name.is_empty() {
                text::audit_log::value()
            } else {
                name
            };
            fields.push((name.to_owned(), shown(value)));
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => text::audit_log::none().to_owned(),
        Value::Bool(true) => text::audit_log::yes().to_owned(),
        Value::Bool(false) => text::audit_log::no().to_owned(),
        Value::String(string) if string.is_empty() => text::audit_log::empty().to_owned(),
        Value::String(string) => string.clone(),
        Value::Array(values) => text::list(&values.iter().map(shown).collect::<Vec<_>>()),
        other => other.to_string(),
    }
}

/// A name on the wire in words: `apiKeyManagement` and `api_key_management` are `Api key management`.
fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for (place, character) in name.chars().enumerate() {
        match character {
            '_' | '-' => words.push(' '),
            upper if upper.is_ascii_uppercase() && place > 0 => words.extend([' ', upper.to_ascii_lowercase()]),
            first if place == 0 => words.extend(first.to_uppercase()),
            other => words.push(other),
        }
    }
    words
}
