//! Attributes that seldom occur.

use leptos::tachys::html::attribute::{
    any_attribute::{AnyAttribute, IntoAnyAttribute},
    custom::custom_attribute,
};

/// Attributes to spread over an element. One that is written by its name brings code of its own; these share it.
pub fn attributes(list: &[(&'static str, &str)]) -> Vec<AnyAttribute> {
    let attribute = |(name, value): &(&'static str, &str)| custom_attribute(*name, (*value).to_owned()).into_any_attr();
    list.iter().map(attribute).collect()
}
