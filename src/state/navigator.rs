//! Where in the application the user is.

use leptos::prelude::*;

use crate::{
    browser::{history, page},
    reactive::memo,
    routes::{Location, Route},
};

/// The present location, and ways to another.
#[derive(Clone, Copy)]
pub(crate) struct Navigator {
    location: RwSignal<Location>,
    /// Grows with each navigation that the application has made itself.
    moves: RwSignal<u32>,
}

impl Navigator {
    pub(crate) fn new() -> Self {
        Self {
            location: RwSignal::new(present()),
            moves: RwSignal::new(0),
        }
    }

    /// Follows links and the browser's own buttons.
    pub(crate) fn listen(self) {
        history::on_return(move || self.arrive());
        history::on_link(move |address| {
            let mut to = Location::parse(&address.path, &address.query);
            to.embed |= self.location.with_untracked(|here| here.embed);
            // An unknown address stays as it is, so that the page can say so.
            if to.route == Route::NotFound {
                history::push(&address.path);
            } else {
                history::push(&to.url());
            }
            self.arrive();
        });
    }

    pub(crate) fn route(self) -> Memo<Route> {
        memo(move || self.location.with(|location| location.route.clone()))
    }

    pub(crate) fn is_embedded(self) -> bool {
        self.location.with(|location| location.embed)
    }

    /// How often the user has moved since the start.
    pub(crate) fn moves(self) -> Signal<u32> {
        self.moves.into()
    }

    /// The address of a place within the present page, also of one that does not exist.
    pub(crate) fn place(self, id: &str) -> String {
        self.location.track();
        let here = history::here();
        let sign = if here.query.is_empty() { "" } else { "?" };
        ["./", &here.path, sign, &here.query, "#", id].concat()
    }

    /// The address to put into a link.
    pub(crate) fn href(self, route: Route) -> String {
        Location {
            route,
            embed: self.is_embedded(),
        }
        .url()
    }

    /// Goes there without a way back to here.
    pub(crate) fn redirect(self, route: Route) {
        history::replace(&untrack(|| self.href(route)));
        self.arrive();
    }

    /// Says in the address what the present page shows now; the focus stays where it is. With `step`, the browser's own
    /// button leads back to what it showed before.
    pub(crate) fn adjust(self, route: Route, step: bool) {
        let url = untrack(|| self.href(route));
        if step {
            history::push(&url);
        } else {
            history::replace(&url);
        }
        self.location.set(present());
    }

    fn arrive(self) {
        let location = present();
        let before = self.location.get_untracked();
        if before != location {
            let is_same_page = before.route.is_same_page(&location.route);
            self.location.set(location);
            if is_same_page {
                return;
            }
            self.moves.update(|moves| *moves += 1);
            page::set_root_attribute("data-bars", None);
            // After the new page is there.
            request_animation_frame(page::focus_heading);
        }
    }
}

fn present() -> Location {
    let address = history::here();
    Location::parse(&address.path, &address.query)
}
