//! JSON, read by the browser.
//!
//! A derived reader of a type weighs as much as a page does. Where an answer has several types and is not the first thing
//! that a page needs, it is read with this, and a test holds it against the derived one.

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// An object.
pub struct Object(JsValue);

impl Object {
    /// Reads a text; nothing where it is no JSON.
    pub fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Self)
    }

    fn get(&self, name: &str) -> JsValue {
        Reflect::get(&self.0, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).as_string()
    }

    /// A number. Integers are exact up to 2⁵³.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.get(name).as_f64()
    }

    /// Whether something is `true`.
    pub fn is(&self, name: &str) -> bool {
        self.get(name).is_truthy()
    }

    /// An object within it.
    pub fn object(&self, name: &str) -> Option<Self> {
        Some(self.get(name)).filter(JsValue::is_object).map(Self)
    }

    /// A list of objects; empty where there is none.
    pub fn objects(&self, name: &str) -> Vec<Self> {
        self.list(name).into_iter().map(Self).collect()
    }

    /// A list of numbers; empty where there is none.
    pub fn numbers(&self, name: &str) -> Vec<f64> {
        self.list(name).iter().filter_map(JsValue::as_f64).collect()
    }

    fn list(&self, name: &str) -> Vec<JsValue> {
        self.get(name).dyn_ref::<Array>().map(Array::to_vec).unwrap_or_default()
    }
}
