//! The little of HTML that finishing a page takes: its start tags, with their attributes.

use std::ops::Range;

/// A start tag, and for `script` and `style` the content with it.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    /// In lower case.
    pub(super) name: String,
    /// Names in lower case; a value is empty where there is none.
    pub(super) attributes: Vec<(String, &'a str)>,
    /// What is between start and end tag of `script` and `style`.
    pub(super) content: &'a str,
    /// Where all of it is in the page, end tag of `script` and `style` included.
    pub(super) range: Range<usize>,
}

impl Tag<'_> {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(it, _)| it == name)
            .map(|(_, value)| *value)
    }

    /// The file that a `<meta id=… content=…>` names, for a script to load.
    pub(super) fn mentioned(&self) -> Option<&str> {
        let is_mention = self.name == "meta" && self.attribute("id").is_some();
        self.attribute("content").filter(|_| is_mention)
    }
}

/// All start tags of a page, in order.
pub(super) fn tags(page: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(open) = page[at..].find('<').map(|found| at + found) {
        let rest = &page[open + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            at = comment.find("-->").map_or(page.len(), |end| open + 4 + end + 3);
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let tag = tag(page, open);
            at = tag.range.end;
            tags.push(tag);
        } else {
            at = open + 1;
        }
    }
    tags
}

fn tag(page: &str, open: usize) -> Tag<'_> {
    let ends_name = |c: char| c.is_ascii_whitespace() || c == '>' || c == '/';
    let mut at = open + 1 + page[open + 1..].find(ends_name).unwrap_or(page.len() - open - 1);
    let name = page[open + 1..at].to_ascii_lowercase();
    let mut attributes = Vec::new();
    loop {
        at += page[at..]
            .find(|c: char| !c.is_ascii_whitespace() && c != '/')
            .unwrap_or(page.len() - at);
        if page[at..].is_empty() || page[at..].starts_with('>') {
            at = (at + 1).min(page.len());
            break;
        }
        let length = page[at..]
            .find(|c: char| c == '=' || ends_name(c))
            .unwrap_or(page.len() - at)
            .max(1);
        let attribute = page[at..at + length].to_ascii_lowercase();
        at += length;
        let (value, used) = page[at..].strip_prefix('=').map_or(("", 0), |rest| {
            let (value, used) = value(rest);
            (value, used + 1)
        });
        at += used;
        attributes.push((attribute, value));
    }
    let mut content = "";
    if name == "script" || name == "style" {
        let end = page[at..].find(&format!("</{name}")).map_or(page.len(), |end| at + end);
        content = &page[at..end];
        at = page[end..].find('>').map_or(page.len(), |close| end + close + 1);
    }
    Tag {
        name,
        attributes,
        content,
        range: open..at,
    }
}

/// An attribute's value, and how many bytes it takes with its quotes.
fn value(rest: &str) -> (&str, usize) {
    for quote in ['"', '\''] {
        if let Some(quoted) = rest.strip_prefix(quote) {
            let value = quoted.find(quote).map_or(quoted, |end| &quoted[..end]);
            return (value, (value.len() + 2).min(rest.len()));
        }
    }
    let value = rest
        .find(|c: char| c.is_ascii_whitespace() || c == '>')
        .map_or(rest, |end| &rest[..end]);
    (value, value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_tags_and_attributes() {
        let page =
            "<!doctype html><!-- <b> --><LINK rel=stylesheet href='a > b'/><input disabled value=\"x\"><p>1 < 2</p>";
        let tags = tags(page);
        let names: Vec<&str> = tags.iter().map(|tag| tag.name.as_str()).collect();
        assert_eq!(names, ["link", "input", "p"]);
        assert_eq!(tags[0].attribute("rel"), Some("stylesheet"));
        assert_eq!(tags[0].attribute("href"), Some("a > b"));
        assert_eq!(tags[1].attribute("disabled"), Some(""));
        assert_eq!(tags[1].attribute("value"), Some("x"));
    }

    #[test]
    fn a_script_is_one_tag_with_its_content() {
        let page = "<script type=\"module\">if (a < b) { x('<p>') }</script ><p>";
        let tags = tags(page);
        assert_eq!(tags.len(), 2);
        assert_eq!(tags[0].content, "if (a < b) { x('<p>') }");
        assert_eq!(&page[tags[0].range.end..], "<p>");
    }

    #[test]
    fn broken_pages_end() {
        for page in [
            "<", "<a", "<a b", "<a b=", "<a b=\"", "<script>", "<!--", "<a =", "<style", "<ä",
        ] {
            tags(page);
        }
    }
}
