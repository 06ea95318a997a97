//! JSON, parsed by the browser. What comes of it, Rust reads.
//!
//! A parser of our own beside the browser's, with words for each way in which a text can be wrong, would be a tenth of the
//! first load; the gateway's answers are never wrong in a way that a user could mend.

use js_sys::{Array, JSON, Object as JsObject, Reflect};
use serde::{
    Deserializer,
    de::{
        DeserializeOwned, Error, IntoDeserializer, Visitor,
        value::{MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};
use wasm_bindgen::{JsCast, JsValue};

/// A text is no JSON, or not of the type that was wanted.
#[derive(Debug)]
pub struct Unreadable;

impl std::fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("unreadable")
    }
}

impl std::error::Error for Unreadable {}

impl Error for Unreadable {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Reads a text as a type. Integers are exact up to 2⁵³.
///
/// # Errors
/// When the text is not JSON of that type.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    T::deserialize(Json(JSON::parse(text).map_err(|_| Unreadable)?))
}

struct Json(JsValue);

impl<'de> IntoDeserializer<'de, Unreadable> for Json {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Json {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let value = self.0;
        if value.is_null() {
            return visitor.visit_unit();
        }
        if let Some(value) = value.as_bool() {
            return visitor.visit_bool(value);
        }
        if let Some(number) = value.as_f64() {
            #[expect(clippy::cast_possible_truncation, reason = "only what has no fraction")]
            let whole = number as i64;
            #[expect(clippy::cast_precision_loss, reason = "that is what is asked")]
            let is_whole = whole as f64 == number;
            return if is_whole {
                visitor.visit_i64(whole)
            } else {
                visitor.visit_f64(number)
            };
        }
        if let Some(text) = value.as_string() {
            return visitor.visit_string(text);
        }
        if let Some(list) = value.dyn_ref::<Array>() {
            return visitor.visit_seq(SeqDeserializer::new(list.to_vec().into_iter().map(Json)));
        }
        visitor.visit_map(MapDeserializer::new(entries(&value).into_iter()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        // A word: the contract has no other enums.
        visitor.visit_enum(self.0.as_string().ok_or(Unreadable)?.into_deserializer())
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// The fields of an object, in their order.
fn entries(object: &JsValue) -> Vec<(String, Json)> {
    if !object.is_object() {
        return Vec::new();
    }
    let entries = JsObject::entries(object.unchecked_ref());
    let entry = |entry: JsValue| {
        let entry: Array = entry.unchecked_into();
        Some((entry.get(0).as_string()?, Json(entry.get(1))))
    };
    entries.to_vec().into_iter().filter_map(entry).collect()
}

/// An object. A derived reader of a type weighs as much as a page does: where an answer has several types and is not the first
/// thing that a page needs, it is read with this, and a test holds it against the derived one.
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

    /// A word that stands for one of several; nothing where it is missing or unknown.
    pub fn word<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        T::deserialize(Json(self.get(name))).ok()
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

    /// The objects of an object within it, by name; none where there is none.
    pub fn objects_by_name(&self, name: &str) -> Vec<(String, Self)> {
        let entries = entries(&self.get(name)).into_iter();
        entries.map(|(name, value)| (name, Self(value.0))).collect()
    }

    /// A list of numbers; empty where there is none.
    pub fn numbers(&self, name: &str) -> Vec<f64> {
        self.list(name).iter().filter_map(JsValue::as_f64).collect()
    }

    fn list(&self, name: &str) -> Vec<JsValue> {
        self.get(name).dyn_ref::<Array>().map(Array::to_vec).unwrap_or_default()
    }
}
