//! Rows that stay in their place while others come and go.
//!
//! [`For`] takes rows out of the document and puts them back as soon as others come before them. The row with the focus would lose it,
//! and its menu would close.

use leptos::{
    prelude::*,
    tachys::{
        reactive_graph::{OwnedView, OwnedViewState},
        view::any_view::AnyViewState,
    },
};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, FocusOptions, HtmlElement};

use crate::reactive::watch;

/// The rows in the document, by what stands for each.
#[derive(Default)]
struct Rows(Vec<(i64, OwnedViewState<AnyViewState>)>);

impl Drop for Rows {
    fn drop(&mut self) {
        for (_, row) in &mut self.0 {
            row.unmount();
        }
    }
}

/// Draws the rows of `each` below the element `above`, in their order. Where not all rows of a table are in the document, `each` also
/// says how many come before them.
pub(super) fn rows(
    above: impl Fn() -> Option<Element> + 'static,
    each: impl Fn() -> (Option<usize>, Vec<i64>) + 'static,
    draw: impl Fn(i64) -> AnyView + 'static,
) {
    let owner = Owner::current().unwrap_or_default();
    let draw = move |key: i64| {
        let owner = owner.with(Owner::new);
        let row = untrack(|| owner.with(|| draw(key)));
        OwnedView::new_with_owner(row, owner).build()
    };
    let rows = StoredValue::new_local(Rows::default());
    watch(move || {
        let (before, keys) = each();
        let Some(above) = above() else { return };
        let focused = document().active_element();
        rows.update_value(|rows| place(rows, above, before, &keys, &draw));
        // A row that had to move lost it. It isn't taken from a page that this one is in a frame of.
        if document().has_focus().unwrap_or_default()
            && let Some(focused) =
                focused.filter(|it| it.is_connected() && document().active_element().as_ref() != Some(it))
            && let Ok(focused) = focused.dyn_into::<HtmlElement>()
        {
            focus(&focused);
        }
    });
}

/// Moves the focus where it is seen already.
pub(super) fn focus(element: &HtmlElement) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = element.focus_with_options(&options);
}

fn place(
    Rows(rows): &mut Rows,
    mut above: Element,
    before: Option<usize>,
    keys: &[i64],
    draw: &impl Fn(i64) -> OwnedViewState<AnyViewState>,
) {
    let Some(parent) = above.parent_element() else { return };
    rows.retain_mut(|(key, row)| {
        let stays = keys.contains(key);
        if !stays {
            row.unmount();
        }
        stays
    });
    for (index, key) in keys.iter().enumerate() {
        let at = rows.iter().position(|(it, _)| it == key).unwrap_or_else(|| {
            rows.push((*key, draw(*key)));
            rows.len() - 1
        });
        let (_, row) = &mut rows[at];
        let below = above.next_sibling();
        let elements = row.elements();
        let Some(element) = elements.first() else { continue };
        if below.as_ref() != Some(element) {
            match below {
                // It is the row between that has moved: it comes later.
                Some(between) if between.next_sibling().as_ref() == Some(element) => {
                    let _ = parent.remove_child(&between);
                }
                below => row.mount(&parent, below.as_ref()),
            }
        }
        if let Some(before) = before {
            // The headings are a row as well, and the first row is 1.
            let _ = element.set_attribute("aria-rowindex", &(before + index + 2).to_string());
        }
        above.clone_from(element);
    }
}
