//! One of a few, side by side.

use leptos::prelude::*;

use crate::attributes::attributes;

use super::{
    icon::{Icon, Pictogram},
    id,
};

/// A choice.
#[derive(Clone, Copy)]
pub struct Segment {
    /// What it is called.
    pub label: fn() -> &'static str,
    /// Its picture, if it has one.
    pub icon: Option<Icon>,
}

/// A group of radio buttons that looks like one control.
#[component]
pub fn Segmented(
    /// What is chosen.
    legend: &'static str,
    /// From what.
    segments: &'static [Segment],
    /// Which is chosen, counted from 0.
    #[prop(into)]
    chosen: Signal<usize>,
    /// Another is chosen.
    #[prop(into)]
    on_choose: Callback<usize>,
    /// Whether the labels are only for screen readers and on hover.
    #[prop(optional)]
    icon_only: bool,
) -> AnyView {
    let name = id::unique("segmented");
    let segment = |(place, segment): (usize, &Segment)| {
        view! {
            <label class="segment" title=icon_only.then(segment.label)>
                <input
                    {..attributes(&[("name", &name)])}
                    type="radio"
                    class="visually-hidden"
                    prop:checked=Signal::derive(move || chosen.get() == place)
                    on:change=move |_| on_choose.run(place)
                />
                {segment.icon.map(|icon| view! { <Pictogram icon=icon /> })}
                <span class:visually-hidden=icon_only>{(segment.label)()}</span>
            </label>
        }
    };
    view! {
        <fieldset class="segmented" class:segmented-icons=icon_only>
            <legend class="visually-hidden">{legend}</legend>
            {segments.iter().enumerate().map(segment).collect_view()}
        </fieldset>
    }
    .into_any()
}
