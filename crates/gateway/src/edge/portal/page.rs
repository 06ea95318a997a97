//! A page of the portal, adapted to where it is served.

use std::borrow::Cow;

/// Where a page and its API are, both on the same origin, and whose pages may frame it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The path of the page: empty, or with a slash at its start and none at its end.
    pub base_path: String,
    /// The path that `/api` is below, in the same form.
    pub api_path: String,
    /// The origins that may frame the page, as `frame-ancestors` lists them.
    pub frame_ancestors: Vec<String>,
}

impl Place {
    /// Whether the page says the same as it was built.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// The configuration lets no character into either that would have to be escaped.
    fn head(&self) -> String {
        let base = format!(r#"<base href="{}/">"#, self.base_path);
        match self.frame_ancestors.as_slice() {
            [] => base,
            origins => format!(r#"{base}<meta id="frame-ancestors" content="{}">"#, origins.join(" ")),
        }
    }
}

/// The page for this place: its files are below the base path, and so is its API unless it says otherwise. `None` if the text isn't
/// a page of the portal.
pub fn placed<'a>(text: &'a str, place: &Place) -> Option<Cow<'a, str>> {
    const BASE: &str = r#"<base href="/">"#;
    const ROOT: &str = "<html ";
    if place.is_plain() {
        return text.contains(BASE).then_some(Cow::Borrowed(text));
    }
    let (before, after) = text.split_once(BASE)?;
    let mut page = [before, &place.head(), after].concat();
    if place.api_path != place.base_path {
        page.contains(ROOT).then_some(())?;
        page = page.replacen(ROOT, &format!(r#"{ROOT}data-api="{}/" "#, place.api_path), 1);
    }
    Some(Cow::Owned(page))
}

/// The build that a page belongs to, as the portal's build has written it.
pub fn build(page: &str) -> Option<&str> {
    let (_, build) = page.split_once(r#" data-build=""#)?;
    build.split('"').next().filter(|build| !build.is_empty())
}

/// The addresses below the base path whose page is `index.html`, as a regular expression without anchors: that of all others is
/// `more.html`. `page_at` has the same in its own words.
pub const FIRST_LOAD: &str = "(sign-in|o/[0-9]+(/api-key)?)/?";

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<html lang="en" data-build="1-0a"><base href="/"><p>"#;

    fn at(base_path: &str, api_path: &str) -> Place {
        Place {
            base_path: base_path.to_owned(),
            api_path: api_path.to_owned(),
            frame_ancestors: Vec::new(),
        }
    }

    #[test]
    fn a_page_says_where_its_files_and_its_api_are() {
        assert_eq!(placed(PAGE, &at("", "")).as_deref(), Some(PAGE));
        let below = PAGE.replace(r#"href="/""#, r#"href="/a/b/""#);
        assert_eq!(placed(PAGE, &at("/a/b", "/a/b")), Some(Cow::Owned(below.clone())));
        let elsewhere = below.replace("<html ", r#"<html data-api="/keyward/" "#);
        assert_eq!(placed(PAGE, &at("/a/b", "/keyward")), Some(Cow::Owned(elsewhere)));
        let root = below.replace("<html ", r#"<html data-api="/" "#);
        assert_eq!(placed(PAGE, &at("/a/b", "")), Some(Cow::Owned(root)));
        assert_eq!(placed("<p>", &at("/a", "/a")), None);
        let framed = Place {
            frame_ancestors: vec!["https://a.example".to_owned(), "https://*.b.example".to_owned()],
            ..Place::default()
        };
        let page = PAGE.replace(
            "<p>",
            r#"<meta id="frame-ancestors" content="https://a.example https://*.b.example"><p>"#,
        );
        assert_eq!(placed(PAGE, &framed), Some(Cow::Owned(page)));
    }

    #[test]
    fn a_page_names_its_build() {
        assert_eq!(build(PAGE), Some("1-0a"));
        assert_eq!(build(r#"<html data-build="">"#), None);
        assert_eq!(build("<html>"), None);
    }

    #[test]
    fn both_rules_find_the_same_page() {
        let rule = regex::Regex::new(&format!("^/({FIRST_LOAD})?$")).expect("an expression");
        for path in [
            "/",
            "/sign-in",
            "/sign-in/",
            "/o/1",
            "/o/12/",
            "/o/12/api-key",
            "/o/12/api-key/",
            "/o",
            "/o/",
            "/o/x",
            "/o/x/api-key",
            "/o/1/api-key/more",
            "/o/1/audit-log",
            "/account",
            "/sign-in/x",
            "/signed-in",
        ] {
            let is_first = super::super::page_at(path) == super::super::INDEX;
            assert_eq!(rule.is_match(path), is_first, "{path}");
        }
    }
}
