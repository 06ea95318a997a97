//! What is around the rows: the headings, the widths, the menu *Columns*, and what happens at them.
//!
//! A click on a heading sorts, dragging it moves its column, its right border makes the column wider. All of it is in the menu
//! too, for anyone without a pointer (WCAG 2.2, 2.5.7) and for cards, which have no headings.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, PointerEvent};

use super::{
    Shape,
    headings::{before, has_room, headings, measured, number},
    layout::Layout,
};
use crate::{
    browser::dom::{self, element, find, nearest},
    text,
    ui::{icon::Icon, id},
};

/// How far the pointer must move for a press to be a drag, in CSS pixels.
const SLACK: f64 = 6.0;

/// How much wider or narrower a press makes a column, in CSS pixels.
const STEP: u16 = 24;

/// The room for what can be done with a row, in CSS pixels, where columns have set widths.
const ACTIONS: u16 = 124;

/// What the pointer is doing.
#[derive(Clone, Copy)]
enum Drag {
    /// Pressed on a heading; not yet clear what for.
    Pressed {
        column: usize,
        x: f64,
    },
    /// Moving a column.
    Moving {
        column: usize,
    },
    Resizing {
        column: usize,
        x: f64,
        width: f64,
    },
}

/// What a table needs besides its shape.
#[derive(Clone, Copy)]
pub(super) struct Chrome {
    pub(super) shape: Shape,
    /// Whether each row ends with what can be done with it.
    pub(super) has_actions: bool,
    /// Whether not all of the rows are in the document.
    pub(super) long: bool,
}

/// What happens to headings, their borders and the menu.
const EVENTS: &[&str] = &[
    "pointerdown",
    "pointermove",
    "pointerup",
    "pointercancel",
    "click",
    "mouseover",
    "focusin",
];

impl Chrome {
    /// Draws it within an element that has `table`, `colgroup`, `thead` and the place of the menu, and draws it again when
    /// the shape changes.
    pub(super) fn keep(self, area: NodeRef<html::Div>) {
        let menu = id::unique("columns");
        let listener = StoredValue::new_local(None);
        let drag = StoredValue::new(None);
        Effect::new(move |is_drawn: Option<bool>| {
            let Some(area) = area.get() else { return false };
            if is_drawn != Some(true) {
                self.draw_menu(&area, &menu);
                let within = area.clone();
                listener.set_value(Some(dom::listen(&area, EVENTS, move |event| {
                    self.hear(&within, drag, &event);
                })));
            }
            self.shape.layout.with(|layout| self.draw(&area, layout));
            true
        });
    }

    fn draw(self, area: &Element, layout: &Layout) {
        let focused = document().active_element().filter(|it| area.contains(Some(it)));
        let shown = layout.shown();
        self.draw_widths(area, layout, &shown);
        if let Some(row) = find(area, "thead") {
            let headings = shown.iter().filter_map(|column| self.heading(layout, *column));
            let actions = self.has_actions.then(|| {
                let name = dom::text("span", &[("class", "visually-hidden")], text::table::actions())?;
                element("th", &[("role", "columnheader"), ("scope", "col")], &[name])
            });
            let headings: Vec<Element> = headings.chain(actions.flatten()).collect();
            dom::fill(&row, element("tr", &[("role", "row")], &headings).as_slice());
        }
        self.draw_rows(area, layout);
        if let Some(focused) = focused {
            focus_again(area, &focused);
        }
    }

    /// The rows of the menu. What is checked is what shows: a column that has given way for lack of room is not.
    fn draw_rows(self, area: &Element, layout: &Layout) {
        if let Some(list) = find(area, ".columns-menu ul") {
            let rows = (0..layout.places.len()).filter_map(|position| self.menu_row(area, layout, position));
            dom::fill(&list, &rows.collect::<Vec<_>>());
        }
    }

    /// A column of a long table keeps its width while the rows come and go; in any table, those that were given one do.
    fn draw_widths(self, area: &Element, layout: &Layout, shown: &[usize]) {
        let columns = self.shape.columns;
        let given = layout.widths(columns);
        let is_given = given.is_some();
        let share = || shown.iter().map(|column| columns[*column].width).collect();
        let widths = given.or_else(|| self.long.then(share));
        let actions = self.has_actions.then_some(ACTIONS);
        let priority = |(column, width): (&usize, u16)| (layout.priority(*column, columns), width);
        let widths = widths.map(|widths| {
            let widths = shown.iter().zip(widths).map(priority);
            widths.chain(actions.map(|width| (1, width))).collect::<Vec<_>>()
        });
        if let Some(table) = find(area, "table") {
            let _ = table.class_list().toggle_with_force("table-sized", widths.is_some());
            let _ = table.class_list().toggle_with_force("table-given", is_given);
            // The room that it takes as long as the columns of a priority and those before it show.
            for (name, priority) in [("--width-1", 1), ("--width-2", 2), ("--width-3", 3), ("--width-4", 4)] {
                let sum = widths.as_ref().map(|widths| {
                    let there = widths.iter().filter(|it| it.0 <= priority);
                    there.map(|it| u32::from(it.1)).sum()
                });
                dom::style(&table, name, sum.map(pixels).as_deref());
            }
        }
        if let Some(group) = find(area, "colgroup") {
            let column = |(priority, width): (u8, u16)| {
                let attributes = [("width", width.to_string()), ("data-priority", priority.to_string())];
                let [width, priority] = attributes.each_ref().map(|(name, value)| (*name, value.as_str()));
                element("col", &[width, priority], &[])
            };
            let columns = widths.into_iter().flatten().filter_map(column);
            dom::fill(&group, &columns.collect::<Vec<_>>());
        }
    }

    fn heading(self, layout: &Layout, column: usize) -> Option<Element> {
        let name = dom::text("span", &[("class", "table-label")], self.shape.label(column))?;
        let of = column.to_string();
        let name = if self.shape.columns[column].sorts {
            let attributes = [
                ("type", "button"),
                ("class", "table-sort"),
                ("data-does", "sort"),
                ("data-of", &of),
            ];
            element("button", &attributes, &[name, Icon::Up.drawing()?])?
        } else {
            name
        };
        let border = element("span", &[("class", "table-resize"), ("aria-hidden", "true")], &[])?;
        let priority = layout.priority(column, self.shape.columns).to_string();
        let attributes = [
            ("role", "columnheader"),
            ("scope", "col"),
            ("data-column", &of),
            ("data-priority", &priority),
        ];
        let heading = element("th", &attributes, &[name, border])?;
        if self.shape.columns[column].is_number {
            let _ = heading.set_attribute("data-number", "");
        }
        if let Some(descending) = descending(layout, column) {
            let way = if descending { "descending" } else { "ascending" };
            let _ = heading.set_attribute("aria-sort", way);
        }
        Some(heading)
    }

    fn draw_menu(self, area: &Element, id: &str) {
        let open = || {
            let attributes = [
                ("type", "button"),
                ("class", "button button-quiet button-icon columns-open"),
                ("popovertarget", id),
                ("data-does", "open"),
                ("aria-label", text::table::columns()),
                ("title", text::table::columns()),
            ];
            element("button", &attributes, &[Icon::Columns.drawing()?])
        };
        let menu = || {
            let reset = [("type", "button"), ("class", "button"), ("data-does", "reset")];
            let within = [
                element("ul", &[], &[])?,
                dom::text("button", &reset, text::table::reset())?,
            ];
            let attributes = [
                ("id", id),
                ("class", "menu-list columns-menu"),
                ("popover", "auto"),
                ("role", "group"),
                ("aria-label", text::table::columns()),
            ];
            element("div", &attributes, &within)
        };
        if let Some(place) = find(area, ".columns") {
            let both: Vec<Element> = [open(), menu()].into_iter().flatten().collect();
            dom::fill(&place, &both);
        }
    }

    fn menu_row(self, area: &Element, layout: &Layout, position: usize) -> Option<Element> {
        let place = layout.places[position];
        let label = self.shape.label(place.column);
        let of = place.column.to_string();
        let shows = place.shown && has_room(area, place.column);
        let act = |does: &str, icon: Icon, name: String, off: bool| {
            let class = ["button button-quiet button-icon columns-", does].concat();
            let attributes = [
                ("type", "button"),
                ("class", &class),
                ("data-does", does),
                ("data-of", &of),
                ("aria-label", &name),
                ("title", &name),
            ];
            let button = element("button", &attributes, &[icon.drawing()?])?;
            if off {
                let _ = button.set_attribute("aria-disabled", "true");
            }
            Some(button)
        };
        let check = element(
            "input",
            &[("type", "checkbox"), ("data-does", "show"), ("data-of", &of)],
            &[],
        )?;
        if shows {
            let _ = check.set_attribute("checked", "");
        }
        let name = element(
            "label",
            &[("class", "columns-name")],
            &[check.clone(), dom::text("span", &[], label)?],
        )?;
        let stays = self.shape.columns[place.column].stays;
        if stays || (shows && layout.shown().len() == 1) {
            let why = if stays {
                text::table::stays()
            } else {
                text::table::last_stays()
            };
            let _ = check.set_attribute("aria-disabled", "true");
            let _ = name.set_attribute("title", why);
        }
        let sort = self.shape.columns[place.column].sorts.then(|| {
            let name = match descending(layout, place.column) {
                Some(true) => text::table::sort_descending(label),
                Some(false) => text::table::sort_ascending(label),
                None => text::table::sort(label),
            };
            act("sort", Icon::Sort, name, false)
        });
        let last = layout.places.len() - 1;
        let controls = [
            Some(name),
            sort.flatten(),
            act("narrower", Icon::Narrower, text::table::narrower(label), !shows),
            act("wider", Icon::Wider, text::table::wider(label), !shows),
            act("up", Icon::Up, text::table::up(label), position == 0),
            act("down", Icon::Down, text::table::down(label), position == last),
        ];
        let controls: Vec<Element> = controls.into_iter().flatten().collect();
        element("li", &[("class", "columns-row")], &controls)
    }

    fn hear(self, area: &Element, drag: StoredValue<Option<Drag>>, event: &Event) {
        match event.type_().as_str() {
            "click" => self.click(area, event),
            "mouseover" | "focusin" => tell_clipped(event),
            _ => {
                if let Some(event) = event.dyn_ref::<PointerEvent>() {
                    self.point(area, drag, event);
                }
            }
        }
    }

    fn click(self, area: &Element, event: &Event) {
        let Some(control) = nearest(event, "[data-does]") else {
            return;
        };
        if control.has_attribute("aria-disabled") {
            return event.prevent_default();
        }
        let does = control.get_attribute("data-does").unwrap_or_default();
        let column = number(&control, "data-of").unwrap_or_default();
        self.act(area, &does, column);
    }

    fn act(self, area: &Element, does: &str, column: usize) {
        let shape = self.shape;
        let label = shape.label(column);
        match does {
            "open" => shape.layout.with_untracked(|layout| self.draw_rows(area, layout)),
            "sort" => shape.change(|layout| {
                layout.sort_by(column);
                match descending(layout, column) {
                    Some(true) => text::table::sorted_descending(label),
                    _ => text::table::sorted_ascending(label),
                }
            }),
            "reset" => shape.change(|layout| {
                layout.reset(shape.columns);
                text::table::was_reset().to_owned()
            }),
            "show" => shape.change(|layout| {
                let shown = !(layout.places[layout.position(column)].shown && has_room(area, column));
                layout.show(column, shown);
                if shown {
                    text::table::is_shown(label)
                } else {
                    text::table::is_hidden(label)
                }
            }),
            "up" | "down" => shape.change(|layout| {
                let position = layout.position(column);
                let up = does == "up";
                layout.place(column, if up { position.saturating_sub(1) } else { position + 1 });
                place_of(layout, column, label)
            }),
            _ => {
                let measured = measured(area);
                let now = measured.iter().find(|(measured, _)| *measured == column);
                let now = now.map_or(shape.columns[column].width, |(_, width)| *width);
                let wider = does == "wider";
                let width = if wider { now + STEP } else { now.saturating_sub(STEP) };
                shape.change(|layout| {
                    layout.resize(column, width, &measured);
                    let width = layout.places[layout.position(column)].width.unwrap_or(width);
                    text::table::width(label, width.into())
                });
            }
        }
    }

    fn point(self, area: &Element, drag: StoredValue<Option<Drag>>, event: &PointerEvent) {
        let x = f64::from(event.client_x());
        match (event.type_().as_str(), drag.get_value()) {
            ("pointerdown", _) => drag.set_value(press(area, event, x)),
            // It was let go elsewhere.
            ("pointermove", Some(_)) if event.buttons() == 0 => end(area, drag),
            ("pointermove", Some(Drag::Pressed { column, x: from })) if (x - from).abs() > SLACK => {
                // From here on the press is no click on what is below.
                let _ = area.set_pointer_capture(event.pointer_id());
                drag.set_value(Some(Drag::Moving { column }));
                mark(area, column, x);
            }
            ("pointermove", Some(Drag::Moving { column })) => mark(area, column, x),
            ("pointermove", Some(Drag::Resizing { column, x: from, width })) => {
                let measured = measured(area);
                let width = (width + x - from).round().max(0.0) as u16;
                let resize = |layout: &mut Layout| layout.resize(column, width, &measured);
                self.shape.layout.update(resize);
            }
            ("pointerup", Some(Drag::Moving { column })) => {
                end(area, drag);
                let label = self.shape.label(column);
                let before = before(area, x).map(|(column, _)| column);
                self.shape.change(|layout| {
                    layout.place_before(column, before);
                    place_of(layout, column, label)
                });
            }
            ("pointerup" | "pointercancel", Some(_)) => {
                end(area, drag);
                self.shape.keep();
            }
            _ => {}
        }
    }
}

fn press(area: &Element, event: &PointerEvent, x: f64) -> Option<Drag> {
    let heading = nearest(event, "th[data-column]").filter(|_| event.button() == 0)?;
    let column = number(&heading, "data-column")?;
    if nearest(event, ".table-resize").is_none() {
        return Some(Drag::Pressed { column, x });
    }
    // No text is selected while it lasts.
    event.prevent_default();
    let _ = area.set_pointer_capture(event.pointer_id());
    let width = heading.get_bounding_client_rect().width();
    Some(Drag::Resizing { column, x, width })
}

fn end(area: &Element, drag: StoredValue<Option<Drag>>) {
    drag.set_value(None);
    for (_, heading) in headings(area) {
        heading.set_class_name("");
    }
}

/// Shows where a column would land.
fn mark(area: &Element, dragged: usize, x: f64) {
    let headings = headings(area);
    let before = before(area, x).map(|(column, _)| column);
    let last = headings.last().map(|(column, _)| *column);
    for (column, heading) in headings {
        let class = match column {
            column if before == Some(column) => "drop-before",
            column if before.is_none() && last == Some(column) => "drop-behind",
            _ => "",
        };
        let dragged = if column == dragged { "dragged " } else { "" };
        heading.set_class_name(&[dragged, class].concat());
    }
}

/// Which way the rows are sorted by a column, if they are.
fn descending(layout: &Layout, column: usize) -> Option<bool> {
    let sort = layout.sort.filter(|sort| sort.column == column)?;
    Some(sort.descending)
}

/// Where a column is now, in words.
fn place_of(layout: &Layout, column: usize, label: &str) -> String {
    text::table::place(label, layout.position(column) + 1, layout.places.len())
}

fn pixels(width: u32) -> String {
    [&width.to_string(), "px"].concat()
}

/// What had the focus has been drawn again.
fn focus_again(area: &Element, focused: &Element) {
    let (Some(does), Some(of)) = (focused.get_attribute("data-does"), focused.get_attribute("data-of")) else {
        return;
    };
    let place = if focused.class_name() == "table-sort" {
        "thead"
    } else {
        ".columns-menu"
    };
    let selector = [place, " [data-does=", &does, "][data-of=\"", &of, "\"]"].concat();
    if let Some(again) = find(area, &selector) {
        let _ = HtmlElement::focus(&again);
    }
}

/// Gives the cell at the pointer or the focus its text as tooltip if some of it is clipped, and takes it away if it no longer is.
/// What has a button may show a secret, which a tooltip would outlive.
fn tell_clipped(event: &Event) {
    let Some(cell) = nearest(event, ".cell, .table-label").filter(|cell| find(cell, "button").is_none()) else {
        return;
    };
    // Each of the two is rounded for itself, and what is inline clips nothing: its second is 0.
    let is_clipped = |it: &Element| it.client_width() > 0 && it.scroll_width() > it.client_width() + 1;
    let parts = cell.children();
    let mut parts = (0..parts.length()).filter_map(|index| parts.item(index));
    let _ = match cell
        .text_content()
        .filter(|_| is_clipped(&cell) || parts.any(|part| is_clipped(&part)))
    {
        Some(text) => cell.set_attribute("title", &text),
        None => cell.remove_attribute("title"),
    };
}
