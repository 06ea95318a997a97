//! A page of the portal, adapted to where it is served.

use std::borrow::Cow;

/// Where a page and its API are, both on the same origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The path of the page: empty, or with a slash at its start and none at its end.
    pub base_path: &'a str,
    /// The path that `/api` is below, in the same form.
    pub api_path: &'a str,
}

/// The page for this place: its files are below the base path, and so is its API unless it says otherwise. `None` if the text isn't
/// a page of the portal.
pub fn placed<'a>(text: &'a str, place: Place<'_>) -> Option<Cow<'a, str>> {
    const BASE: &str = r#"<base href="/""#;
    const ROOT: &str = "<html ";
    if place.base_path.is_empty() && place.api_path.is_empty() {
        return text.contains(BASE).then_some(Cow::Borrowed(text));
    }
    let (before, after) = text.split_once(BASE)?;
    let mut page = format!(r#"{before}<base href="{}/"{after}"#, place.base_path);
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
/// `more.html`. [`super::page_at`] has the same in its own words.
pub const FIRST_LOAD: &str = "(sign-in|o/[0-9]+(/api-key)?)/?";

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<html lang="en" data-build="1-0a"><base href="/"><p>"#;

    fn at<'a>(base_path: &'a str, api_path: &'a str) -> Place<'a> {
        Place { base_path, api_path }
    }

    #[test]
    fn a_page_says_where_its_files_and_its_api_are() {
        assert_eq!(placed(PAGE, at("", "")).as_deref(), Some(PAGE));
        let below = PAGE.replace(r#"href="/""#, r#"href="/a/b/""#);
        assert_eq!(placed(PAGE, at("/a/b", "/a/b")), Some(Cow::Owned(below.clone())));
        let elsewhere = below.replace("<html ", r#"<html data-api="/keyward/" "#);
        assert_eq!(placed(PAGE, at("/a/b", "/keyward")), Some(Cow::Owned(elsewhere)));
        let root = below.replace("<html ", r#"<html data-api="/" "#);
        assert_eq!(placed(PAGE, at("/a/b", "")), Some(Cow::Owned(root)));
        assert_eq!(placed("<p>", at("/a", "/a")), None);
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
