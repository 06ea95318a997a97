//! The shape of a table, as it is kept and read again.
#![allow(clippy::unwrap_used, reason = "a test that fails where it stands is a good test")]

use keyward_portal::ui::table::{Column, Layout, Sort, WIDTHS};
use proptest::prelude::*;

const COLUMNS: &[Column] = &[
    Column::new("name", || "Name", 200),
    Column::new("cloud", || "Cloud", 120),
    Column::unsorted("key", || "Key", 300),
];

fn shown(layout: &Layout) -> Vec<&'static str> {
    layout.shown().into_iter().map(|column| COLUMNS[column].name).collect()
}

#[test]
fn nothing_kept_is_as_the_page_has_it() {
    assert_eq!(Layout::parse("", COLUMNS), Layout::new(COLUMNS));
    assert_eq!(shown(&Layout::new(COLUMNS)), ["name", "cloud", "key"]);
}

#[test]
fn what_is_kept_is_read_again() {
    let layout = Layout::parse("key:300,!name,cloud;-cloud", COLUMNS);
    assert_eq!(shown(&layout), ["key", "cloud"]);
    assert_eq!(layout.widths(COLUMNS), Some(vec![300, 120]));
    assert_eq!(
        layout.sort,
        Some(Sort {
            column: 1,
            descending: true
        })
    );
    assert_eq!(layout.print(COLUMNS), "key:300,!name,cloud;-cloud");
}

#[test]
fn what_makes_no_sense_is_left_out() {
    for text in [
        "nothing,nobody;nobody",
        ";;;",
        ",,,",
        "name:x,name:99999,name",
        "!name,!cloud,!key;key",
    ] {
        assert_eq!(Layout::parse(text, COLUMNS), Layout::new(COLUMNS), "{text}");
    }
    // A column of a newer version comes last.
    assert_eq!(
        shown(&Layout::parse("cloud,!gone,name", COLUMNS)),
        ["cloud", "name", "key"]
    );
}

#[test]
fn extra_columns_show_once_asked_for() {
    const EXTRA: &[Column] = &[
        Column::new("name", || "Name", 200),
        Column::new("role", || "Role", 100).extra(),
    ];
    let mut layout = Layout::parse("", EXTRA);
    assert_eq!(layout.shown(), [0]);
    layout.show(1, true);
    assert_eq!(layout.print(EXTRA), "name,+role");
    assert_eq!(Layout::parse("name,+role", EXTRA).shown(), [0, 1]);
    assert_eq!(Layout::parse("!name,!role", EXTRA).shown(), [0]);
    layout.reset(EXTRA);
    assert_eq!(layout.shown(), [0]);
}

#[test]
fn a_column_asked_for_and_the_last_one_do_not_give_way() {
    const WIDE: &[Column] = &[
        Column::new("name", || "Name", 200),
        Column::new("cloud", || "Cloud", 100).priority(3),
        Column::new("age", || "Age", 100).priority(2),
    ];
    let priorities = |layout: &Layout| [0, 1, 2].map(|column| layout.priority(column, WIDE));
    let mut layout = Layout::new(WIDE);
    assert_eq!(priorities(&layout), [1, 3, 2]);
    layout.show(1, true);
    assert_eq!(priorities(&layout), [1, 1, 2]);
    assert_eq!(priorities(&Layout::parse(&layout.print(WIDE), WIDE)), [1, 1, 2]);
    let rest = Layout::parse("!name,cloud,age", WIDE);
    assert_eq!(priorities(&rest), [1, 1, 1]);
}

#[test]
fn a_column_that_stays_is_never_hidden() {
    const COLUMNS: &[Column] = &[
        Column::unsorted("key", || "Key", 260).stays(),
        Column::unsorted("by", || "By", 200),
    ];
    assert_eq!(Layout::parse("by,!key", COLUMNS).shown(), [1, 0]);
}

#[test]
fn the_last_column_stays() {
    let mut layout = Layout::new(COLUMNS);
    for column in 0..COLUMNS.len() {
        layout.show(column, false);
    }
    assert_eq!(shown(&layout), ["key"]);
    layout.show(0, true);
    assert_eq!(shown(&layout), ["name", "key"]);
}

#[test]
fn a_column_lands_before_another_or_behind_all_that_show() {
    let mut layout = Layout::new(COLUMNS);
    layout.place_before(2, Some(0));
    assert_eq!(shown(&layout), ["key", "name", "cloud"]);
    layout.place_before(2, Some(2));
    assert_eq!(shown(&layout), ["key", "name", "cloud"]);
    layout.show(1, false);
    layout.place_before(2, None);
    assert_eq!(layout.print(COLUMNS), "name,key,!cloud");
    layout.place(2, 99);
    assert_eq!(layout.print(COLUMNS), "name,!cloud,key");
}

#[test]
fn a_resized_column_leaves_the_others_as_they_are() {
    let mut layout = Layout::new(COLUMNS);
    assert_eq!(layout.widths(COLUMNS), None);
    layout.resize(1, 150, &[(0, 210), (1, 130), (2, 320)]);
    assert_eq!(layout.widths(COLUMNS), Some(vec![210, 150, 320]));
    layout.resize(1, 0, &[(0, 1)]);
    layout.resize(2, u16::MAX, &[]);
    assert_eq!(layout.widths(COLUMNS), Some(vec![210, *WIDTHS.start(), *WIDTHS.end()]));
}

#[test]
fn sorting_turns_round_and_outlives_a_reset() {
    let mut layout = Layout::parse("cloud:100,!name", COLUMNS);
    layout.sort_by(0);
    layout.sort_by(0);
    layout.reset(COLUMNS);
    assert_eq!(layout.print(COLUMNS), "name,cloud,key;-name");
    layout.sort_by(0);
    assert_eq!(
        layout.sort,
        Some(Sort {
            column: 0,
            descending: false
        })
    );
}

/// Something that is done to a table.
#[derive(Clone, Debug)]
enum Step {
    Show(usize, bool),
    Place(usize, usize),
    PlaceBefore(usize, Option<usize>),
    Resize(usize, u16),
    SortBy(usize),
    Reset,
}

fn step() -> impl Strategy<Value = Step> {
    let column = 0..COLUMNS.len();
    prop_oneof![
        (column.clone(), any::<bool>()).prop_map(|(column, shown)| Step::Show(column, shown)),
        (column.clone(), 0..5_usize).prop_map(|(column, position)| Step::Place(column, position)),
        (column.clone(), proptest::option::of(column.clone()))
            .prop_map(|(column, before)| Step::PlaceBefore(column, before)),
        (column, any::<u16>()).prop_map(|(column, width)| Step::Resize(column, width)),
        (0..2_usize).prop_map(Step::SortBy),
        Just(Step::Reset),
    ]
}

proptest! {
    /// Whatever is done to a table or kept of it, each column is there once and one shows.
    #[test]
    fn whatever_is_done_every_column_is_there_once_and_one_shows(steps in proptest::collection::vec(step(), 0..30)) {
        let mut layout = Layout::new(COLUMNS);
        for step in steps {
            match step {
                Step::Show(column, shown) => layout.show(column, shown),
                Step::Place(column, position) => layout.place(column, position),
                Step::PlaceBefore(column, before) => layout.place_before(column, before),
                Step::Resize(column, width) => layout.resize(column, width, &[]),
                Step::SortBy(column) => layout.sort_by(column),
                Step::Reset => layout.reset(COLUMNS),
            }
            let mut columns: Vec<usize> = layout.places.iter().map(|place| place.column).collect();
            columns.sort_unstable();
            prop_assert_eq!(columns, vec![0, 1, 2]);
            prop_assert!(!layout.shown().is_empty());
            prop_assert_eq!(&Layout::parse(&layout.print(COLUMNS), COLUMNS), &layout);
        }
    }

    #[test]
    fn any_text_that_is_kept_gives_a_table(text in "[a-z!,:;0-9-]{0,40}") {
        let layout = Layout::parse(&text, COLUMNS);
        prop_assert_eq!(layout.places.len(), COLUMNS.len());
        prop_assert!(!layout.shown().is_empty());
    }
}
