//! The language of the page, and how it writes numbers and lists.
//!
//! Outside of a browser, where some tests run, it is English.

#[cfg(target_arch = "wasm32")]
mod page {
    use js_sys::{Array, Function, Intl, Number, Object, Reflect};
    use wasm_bindgen::{JsCast, JsValue};

    /// The texts that `boot.js` has fetched, in the order of the catalogue; none in English.
    pub fn texts() -> Vec<Option<String>> {
        let texts = Reflect::get(&js_sys::global(), &JsValue::from_str("keywardTexts"));
        let texts = texts.ok().and_then(|it| it.dyn_into::<Array>().ok());
        texts.map_or_else(Vec::new, |it| it.iter().map(|text| text.as_string()).collect())
    }

    fn tag() -> String {
        let root = web_sys::window()
            .and_then(|it| it.document())
            .and_then(|it| it.document_element());
        root.and_then(|it| it.get_attribute("lang"))
            .unwrap_or_else(|| "en".to_owned())
    }

    fn tags() -> Array {
        Array::of1(&JsValue::from_str(&tag()))
    }

    /// In digits, such as `10,000`.
    pub fn number(number: usize) -> String {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
        let number = number as f64;
        Number::from(number).to_locale_string(&tag()).into()
    }

    /// The plural category, such as `one`.
    pub fn category(number: usize) -> String {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
        let number = number as f64;
        Intl::PluralRules::new(&tags(), &Object::new()).select(number).into()
    }

    /// One after the other, such as `a, b, c`.
    pub fn list(items: &[String]) -> String {
        let list = || {
            let get = |of: &JsValue, name: &str| Reflect::get(of, &JsValue::from_str(name)).ok();
            let class: Function = get(&get(&js_sys::global(), "Intl")?, "ListFormat")?.dyn_into().ok()?;
            let options = Object::new();
            Reflect::set(&options, &JsValue::from_str("type"), &JsValue::from_str("unit")).ok()?;
            let format = Reflect::construct(&class, &Array::of2(&tags(), &options)).ok()?;
            let function: Function = get(&format, "format")?.dyn_into().ok()?;
            let items: Array = items.iter().map(|it| JsValue::from_str(it)).collect();
            function.call1(&format, &items).ok()?.as_string()
        };
        list().unwrap_or_else(|| items.join(", "))
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod page {
    /// None: English is compiled in.
    pub fn texts() -> Vec<Option<String>> {
        Vec::new()
    }

    /// In digits.
    pub fn number(number: usize) -> String {
        number.to_string()
    }

    /// The plural category of English.
    pub fn category(number: usize) -> String {
        if number == 1 { "one" } else { "other" }.to_owned()
    }

    /// One after the other, such as `a, b, c`.
    pub fn list(items: &[String]) -> String {
        items.join(", ")
    }
}

pub use page::{category, list, number, texts};
