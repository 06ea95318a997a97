//! The headings as they stand in the document.

use leptos::prelude::window;
use web_sys::Element;

use crate::browser::dom::find;

/// The headings of the columns that show, from left to right.
pub(super) fn headings(area: &Element) -> Vec<(usize, Element)> {
    let Some(row) = find(area, "thead tr") else {
        return Vec::new();
    };
    let cells = row.children();
    let cells = (0..cells.length()).filter_map(|index| cells.item(index));
    cells
        .filter_map(|cell| Some((number(&cell, "data-column")?, cell)))
        .collect()
}

/// Before which column something lands that is let go here.
pub(super) fn before(area: &Element, x: f64) -> Option<(usize, Element)> {
    headings(area).into_iter().find(|(_, heading)| {
        let place = heading.get_bounding_client_rect();
        x < place.left() + place.width() / 2.0
    })
}

/// How wide the columns are that show.
pub(super) fn measured(area: &Element) -> Vec<(usize, u16)> {
    let width =
        |(column, heading): (usize, Element)| (column, heading.get_bounding_client_rect().width().round() as u16);
    let widths = headings(area).into_iter().map(width);
    widths.filter(|(_, width)| *width > 0).collect()
}

/// Whether a column that is to show hasn't given way. Cards have no headings, and still their styles.
pub(super) fn has_room(area: &Element, column: usize) -> bool {
    let heading = headings(area).into_iter().find(|(it, _)| *it == column);
    let style = heading.and_then(|(_, heading)| window().get_computed_style(&heading).ok()?);
    let display = style.and_then(|style| style.get_property_value("display").ok());
    display.is_none_or(|display| display != "none")
}

pub(super) fn number(element: &Element, attribute: &str) -> Option<usize> {
    element.get_attribute(attribute)?.parse().ok()
}
