//! Elements made one by one, for what a component would draw at several times the weight: each attribute and each closure of
//! a view is a type of its own, with the code of its own that keeps it up to date.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, Event, HtmlElement};

/// An element with attributes and children.
pub fn element(name: &str, attributes: &[(&str, &str)], children: &[Element]) -> Option<Element> {
    let element = document().create_element(name).ok()?;
    for (name, value) in attributes {
        let _ = element.set_attribute(name, value);
    }
    fill(&element, children);
    Some(element)
}

/// An element with attributes and a text.
pub fn text(name: &str, attributes: &[(&str, &str)], text: &str) -> Option<Element> {
    let element = element(name, attributes, &[])?;
    element.set_text_content(Some(text));
    Some(element)
}

/// A drawing on a grid of 16 by 16.
pub fn drawing(class: &str, path: &str) -> Option<Element> {
    const SVG: Option<&str> = Some("http://www.w3.org/2000/svg");
    let svg = document().create_element_ns(SVG, "svg").ok()?;
    let line = document().create_element_ns(SVG, "path").ok()?;
    let _ = line.set_attribute("d", path);
    for (name, value) in [("class", class), ("viewBox", "0 0 16 16"), ("aria-hidden", "true")] {
        let _ = svg.set_attribute(name, value);
    }
    fill(&svg, &[line]);
    Some(svg)
}

/// Puts children in place of those that are there.
pub fn fill(element: &Element, children: &[Element]) {
    element.set_text_content(None);
    for child in children {
        let _ = element.append_child(child);
    }
}

/// Listens to events of an element until it is dropped. The element may live on: views make use of it again.
pub struct Listener {
    element: Element,
    names: &'static [&'static str],
    call: Closure<dyn Fn(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        for name in self.names {
            let call = self.call.as_ref().unchecked_ref();
            let _ = self.element.remove_event_listener_with_callback(name, call);
        }
    }
}

/// Calls at each of these events, as long as the answer is kept.
pub fn listen(element: &Element, names: &'static [&'static str], call: impl Fn(Event) + 'static) -> Listener {
    let call = Closure::<dyn Fn(Event)>::new(call);
    for name in names {
        let _ = element.add_event_listener_with_callback(name, call.as_ref().unchecked_ref());
    }
    Listener {
        element: element.clone(),
        names,
        call,
    }
}

/// The first element that fits, within another.
pub fn find(within: &Element, selector: &str) -> Option<HtmlElement> {
    within.query_selector(selector).ok()??.dyn_into().ok()
}

/// The element that an event is about, or the nearest around it that fits.
pub fn nearest(event: &Event, selector: &str) -> Option<Element> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest(selector).ok()?
}

/// Sets a property of the style, or removes it. A style in an attribute would be against the content security policy.
pub fn style(element: &HtmlElement, name: &str, value: Option<&str>) {
    let style = element.style();
    let _ = match value {
        Some(value) => style.set_property(name, value).map(|()| JsValue::NULL),
        None => style.remove_property(name).map(JsValue::from),
    };
}
