//! How someone has shaped the columns of a table: order, which show, widths, and what the rows are sorted by.

/// The narrowest and the widest that a column can be made, in CSS pixels.
pub const WIDTHS: std::ops::RangeInclusive<u16> = 64..=960;

/// A column of a table, as the page has it.
#[derive(Debug)]
pub struct Column {
    /// What stands for it in what is kept. Never changes.
    pub name: &'static str,
    /// Its heading.
    pub label: fn() -> &'static str,
    /// How wide it is in a table whose columns have set widths, in CSS pixels: its share of the room there is.
    pub width: u16,
    /// Whether rows can be sorted by it.
    pub sorts: bool,
    /// How soon it gives way where there is little room: 1 never does, 4 is the first. Nothing that someone has asked for does.
    pub priority: u8,
    /// Whether it shows only once someone asks for it.
    pub is_extra: bool,
    /// Whether it is a number, which stands on the right.
    pub is_number: bool,
    /// Whether it is in the first line of a card, beside the first column.
    pub leads: bool,
    /// Whether it can't be hidden.
    pub stays: bool,
}

impl Column {
    /// A column that rows can be sorted by.
    pub const fn new(name: &'static str, label: fn() -> &'static str, width: u16) -> Self {
        Self {
            name,
            label,
            width,
            sorts: true,
            priority: 1,
            is_extra: false,
            is_number: false,
            leads: false,
            stays: false,
        }
    }

    /// A column that rows can't be sorted by.
    pub const fn unsorted(name: &'static str, label: fn() -> &'static str, width: u16) -> Self {
        Self {
            sorts: false,
            ..Self::new(name, label, width)
        }
    }

    /// The same, giving way where there is little room.
    pub const fn priority(self, priority: u8) -> Self {
        Self { priority, ..self }
    }

    /// The same, hidden at first.
    pub const fn extra(self) -> Self {
        Self { is_extra: true, ..self }
    }

    /// The same, as a number.
    pub const fn number(self) -> Self {
        Self {
            is_number: true,
            ..self
        }
    }

    /// The same, always there.
    pub const fn stays(self) -> Self {
        Self { stays: true, ..self }
    }

    /// The same, in the first line of a card.
    pub const fn leads(self) -> Self {
        Self { leads: true, ..self }
    }
}

/// Where a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Which: its index among the columns that the page has.
    pub column: usize,
    /// Whether it shows.
    pub shown: bool,
    /// Whether someone asked for it, so that it doesn't give way.
    pub asked: bool,
    /// The width it was given, in CSS pixels.
    pub width: Option<u16>,
}

/// What the rows are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// Which column.
    pub column: usize,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// The shape of a table. Every column is in it once, and at least one shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The columns, in their order.
    pub places: Vec<Placed>,
    /// None: the rows are in the order in which the page has them.
    pub sort: Option<Sort>,
}

impl Layout {
    /// As the page has them.
    pub fn new(columns: &[Column]) -> Self {
        let place = |column| Placed {
            column,
            shown: !columns[column].is_extra,
            asked: false,
            width: None,
        };
        Self {
            places: (0..columns.len()).map(place).collect(),
            sort: None,
        }
    }

    /// Reads what [`Self::print`] has written, perhaps of an older version with other columns. What makes no sense is left out;
    /// columns that are not named come last.
    pub fn parse(text: &str, columns: &[Column]) -> Self {
        let find = |name: &str| columns.iter().position(|column| column.name == name);
        let (placed, sort) = text.split_once(';').unwrap_or((text, ""));
        let mut places: Vec<Placed> = Vec::new();
        for word in placed.split(',') {
            let (name, width) = word.split_once(':').unwrap_or((word, ""));
            let (name, shown) = name.strip_prefix('!').map_or((name, true), |name| (name, false));
            let (name, asked) = name.strip_prefix('+').map_or((name, false), |name| (name, shown));
            if let Some(column) = find(name)
                && places.iter().all(|place| place.column != column)
            {
                let width = width.parse().ok().filter(|width| WIDTHS.contains(width));
                let shown = shown || columns[column].stays;
                places.push(Placed {
                    column,
                    shown,
                    asked,
                    width,
                });
            }
        }
        for place in Self::new(columns).places {
            if places.iter().all(|it| it.column != place.column) {
                places.push(place);
            }
        }
        if places.iter().all(|place| !place.shown) {
            places
                .iter_mut()
                .for_each(|place| place.shown = !columns[place.column].is_extra);
        }
        let (sort, descending) = sort.strip_prefix('-').map_or((sort, false), |name| (name, true));
        let column = find(sort).filter(|column| columns[*column].sorts);
        let sort = column.map(|column| Sort { column, descending });
        Self { places, sort }
    }

    /// As text to keep: `name:180,!cloud,+role;-name`.
    pub fn print(&self, columns: &[Column]) -> String {
        let mut text = String::new();
        for (index, place) in self.places.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            if !place.shown {
                text.push('!');
            } else if place.asked {
                text.push('+');
            }
            text.push_str(columns[place.column].name);
            if let Some(width) = place.width {
                text.push(':');
                text.push_str(&width.to_string());
            }
        }
        if let Some(sort) = self.sort {
            text.push(';');
            if sort.descending {
                text.push('-');
            }
            text.push_str(columns[sort.column].name);
        }
        text
    }

    /// The columns that show, in their order.
    pub fn shown(&self) -> Vec<usize> {
        let shown = self.places.iter().filter(|place| place.shown);
        shown.map(|place| place.column).collect()
    }

    /// Where a column is.
    pub fn position(&self, column: usize) -> usize {
        let found = self.places.iter().position(|place| place.column == column);
        found.unwrap_or_default()
    }

    /// Shows or hides a column. The last that shows stays.
    pub fn show(&mut self, column: usize, shown: bool) {
        let others = self.places.iter().any(|place| place.shown && place.column != column);
        if shown || others {
            let position = self.position(column);
            self.places[position].shown = shown;
            self.places[position].asked = shown;
        }
    }

    /// How soon a column gives way. One stays, whichever show.
    pub fn priority(&self, column: usize, columns: &[Column]) -> u8 {
        let priority = |place: &Placed| if place.asked { 1 } else { columns[place.column].priority };
        let one_stays = self.places.iter().any(|place| place.shown && priority(place) == 1);
        if one_stays {
            priority(&self.places[self.position(column)])
        } else {
            1
        }
    }

    /// Moves a column to another place; the others keep their order.
    pub fn place(&mut self, column: usize, position: usize) {
        let place = self.places.remove(self.position(column));
        self.places.insert(position.min(self.places.len()), place);
    }

    /// Moves a column before another, or behind all that show.
    pub fn place_before(&mut self, column: usize, before: Option<usize>) {
        if before == Some(column) {
            return;
        }
        let place = self.places.remove(self.position(column));
        let last = self.places.iter().rposition(|place| place.shown);
        let position = before.map_or_else(|| last.map_or(0, |last| last + 1), |before| self.position(before));
        self.places.insert(position, place);
    }

    /// Makes a column so wide. The others keep what they have: the widths that they show with are `measured`, by column.
    pub fn resize(&mut self, column: usize, width: u16, measured: &[(usize, u16)]) {
        for (column, width) in measured {
            let position = self.position(*column);
            self.places[position].width.get_or_insert(within(*width));
        }
        let position = self.position(column);
        self.places[position].width = Some(within(width));
    }

    /// The widths of the columns that show, if any was given one.
    pub fn widths(&self, columns: &[Column]) -> Option<Vec<u16>> {
        self.places.iter().any(|place| place.width.is_some()).then(|| {
            let shown = self.places.iter().filter(|place| place.shown);
            shown
                .map(|place| place.width.unwrap_or(columns[place.column].width))
                .collect()
        })
    }

    /// Sorts by a column: upwards first, then the other way round.
    pub fn sort_by(&mut self, column: usize) {
        let descending = self.sort.is_some_and(|sort| sort.column == column && !sort.descending);
        self.sort = Some(Sort { column, descending });
    }

    /// As the page has them. The order of the rows stays.
    pub fn reset(&mut self, columns: &[Column]) {
        self.places = Self::new(columns).places;
    }
}

fn within(width: u16) -> u16 {
    width.clamp(*WIDTHS.start(), *WIDTHS.end())
}
