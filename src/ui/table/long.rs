//! Rows of a table that has thousands: those beyond the screen are not in the document.

use std::ops::Range;

use leptos::{html, mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::{
    Shape, row,
    rows::{focus, rows},
};
use crate::{
    browser::events,
    reactive::{memo, watch},
};

/// How many rows there are above and below those that can be seen, so that the keyboard finds the next one.
const BEYOND: usize = 8;

/// How high a row is before one has been drawn, in CSS pixels.
const GUESS: f64 = 45.0;

/// The rows that can be seen, and a few more. All rows are of one height, whichever it is.
#[component]
pub fn LongRows(
    /// The columns.
    shape: Shape,
    /// What stands for each row.
    #[prop(into)]
    keys: Signal<Vec<i64>>,
    /// The cells of a row.
    cells: fn(i64) -> Vec<AnyView>,
    /// What can be done with a row.
    #[prop(optional_no_strip)]
    actions: Option<fn(i64) -> AnyView>,
    /// The end comes into sight.
    #[prop(optional, into)]
    on_end: Option<Callback<()>>,
) -> AnyView {
    let above = NodeRef::<html::Tr>::new();
    let total = memo(move || keys.with(Vec::len));
    let height = RwSignal::new(GUESS);
    let range = RwSignal::new(0..2 * BEYOND);
    // Finds the rows in sight, and says whether the last one is among them.
    let find = move || {
        // The page may be gone by the next frame.
        if range.is_disposed() {
            return false;
        }
        let Some(above) = above.get_untracked() else {
            return false;
        };
        if let Some(measured) = row_height(&above)
            && (measured - height.get_untracked()).abs() > 0.5
        {
            height.set(measured);
        }
        let total = total.get_untracked();
        let seen = in_sight(&above, height.get_untracked(), total);
        if seen != range.get_untracked() {
            keep_focus(&above, &seen);
            range.set(seen.clone());
        }
        seen.end == total
    };
    let look = move || {
        if find()
            && let Some(on_end) = on_end
        {
            on_end.run(());
        }
    };
    events::on_document("scroll", look);
    events::on_window("resize", look);
    // Keys can come faster than frames, and with these the events about scrolling.
    events::on_document("focusin", move || {
        find();
    });
    watch(move || {
        if let Some(above) = above.get() {
            count(&above, total.get());
        }
    });
    // Other rows, other columns: cards may be of another height now.
    watch(move || {
        total.track();
        height.track();
        shape.shown.track();
        request_animation_frame(look);
    });
    let each = move || {
        let Range { start, end } = range.get();
        keys.with(|keys| {
            let end = end.min(keys.len());
            let start = start.min(end);
            (Some(start), keys[start..end].to_vec())
        })
    };
    let row = move |key| row(shape, key, cells, actions);
    rows(move || above.get().map(Element::from), each, row);
    let on_paper = move || {
        let rows = keys.get_untracked().into_iter().map(row).collect::<Vec<_>>();
        view! { <tbody class="table-on-paper" role="rowgroup">{rows}</tbody> }.into_any()
    };
    print(above, on_paper);
    let pixels = move |rows: usize| [&(rows as f64 * height.get()).to_string(), "px"].concat();
    let top = move || pixels(range.with(|range| range.start.min(total.get())));
    let bottom = move || pixels(range.with(|range| total.get().saturating_sub(range.end)));
    view! {
        <tr node_ref=above class="table-space" role="presentation" style:height=top></tr>
        <tr class="table-space" role="presentation" style:height=bottom></tr>
    }
    .into_any()
}

/// Paper doesn't scroll: while the page is printed, every row is in a body of its own. It is there before `beforeprint` is over,
/// because Firefox copies the page then.
fn print(above: NodeRef<html::Tr>, body: impl Fn() -> AnyView + Copy + 'static) {
    let owner = Owner::current();
    let printed = StoredValue::new_local(None);
    let draw = move || {
        let table = above.get_untracked()?.closest("table").ok()??;
        let table = table.dyn_into::<HtmlElement>().ok()?;
        owner.as_ref().map(|owner| owner.with(|| mount_to(table, body)))
    };
    events::on_window("beforeprint", move || printed.set_value(draw()));
    events::on_window("afterprint", move || printed.set_value(None));
}

/// Says how many rows there are in all. Their box scrolls by the keyboard.
fn count(above: &Element, total: usize) {
    let Ok(Some(table)) = above.closest("table") else {
        return;
    };
    // The headings are a row as well.
    let _ = table.set_attribute("aria-rowcount", &(total + 1).to_string());
    let caption = table.query_selector("caption").ok().flatten();
    let caption = caption.and_then(|caption| caption.text_content()).unwrap_or_default();
    if let Some(place) = table.parent_element() {
        for (name, value) in [("tabindex", "0"), ("role", "group"), ("aria-label", caption.as_str())] {
            let _ = place.set_attribute(name, value);
        }
        let _ = place.class_list().add_1("table-box-long");
    }
}

fn row_height(above: &Element) -> Option<f64> {
    let row = above.next_element_sibling()?;
    let is_row = row.class_list().contains("row");
    let height = is_row.then(|| row.get_bounding_client_rect().height());
    // One that is on its way out of the document has none.
    height.filter(|height| *height > 0.0)
}

/// The rows that can be seen between the edges of the window and of the box that the table scrolls in.
fn in_sight(above: &Element, height: f64, total: usize) -> Range<usize> {
    let window_height = window().inner_height().ok().and_then(|it| it.as_f64());
    let (mut top, mut bottom) = (0.0_f64, window_height.unwrap_or(800.0));
    if let Ok(Some(place)) = above.closest(".table-box") {
        let place = place.get_bounding_client_rect();
        top = top.max(place.top());
        bottom = bottom.min(place.bottom());
    }
    let first = above.get_bounding_client_rect().top();
    let start = (((top - first) / height).floor().max(0.0) as usize).min(total);
    let end = ((bottom - first) / height).ceil().max(0.0) as usize;
    start.saturating_sub(BEYOND)..(end + BEYOND).clamp(start, total)
}

/// The row with the focus may go. The keyboard then goes on from the table, not from the start of the page.
fn keep_focus(above: &Element, seen: &Range<usize>) {
    let row = document()
        .active_element()
        .and_then(|focused| focused.closest("tr[aria-rowindex]").ok().flatten());
    let Some(row) = row.filter(|row| row.parent_element() == above.parent_element()) else {
        return;
    };
    let index = row
        .get_attribute("aria-rowindex")
        .and_then(|index| index.parse::<usize>().ok());
    if index.is_some_and(|index| !seen.contains(&(index - 2)))
        && let Ok(Some(place)) = above.closest(".table-box")
        && let Ok(place) = place.dyn_into::<HtmlElement>()
    {
        focus(&place);
    }
}
