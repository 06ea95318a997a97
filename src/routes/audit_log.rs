//! What the audit log page shows: the query of its address, so that a link shows a colleague the same.

use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};
use keyward_contract::{AuditAction, AuditInterface, AuditResult, AuditSubCategory};

use super::{decoded, encoded, parameter};

/// The filters. What an address says and can't be read is as if it were not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditLogQuery {
    /// From when until when.
    pub span: Span,
    /// What was done.
    pub action: Option<AuditAction>,
    /// To what kind of thing.
    pub sub_category: Option<AuditSubCategory>,
    /// By which way.
    pub interface: Option<AuditInterface>,
    /// How it ended.
    pub result: Option<AuditResult>,
    /// Text in the name of the admin.
    pub admin: String,
    /// The client's address, or its beginning.
    pub address: String,
    /// Text in the resource.
    pub resource: String,
    /// Text that a row has somewhere.
    pub text: String,
    /// The row whose details are open. No filter.
    pub entry: Option<i64>,
}

/// From when until when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Span {
    /// Everything that is kept.
    #[default]
    All,
    /// The last so many hours, counted from when the rows are asked for.
    Last(u32),
    /// Between two instants, either of which may be missing; the second is no longer part of it.
    Between {
        /// The first.
        from: Option<DateTime<Utc>>,
        /// The second.
        to: Option<DateTime<Utc>>,
    },
}

impl Span {
    /// The spans to choose from, in hours, and what an address calls them.
    pub const LAST: [(u32, &str); 4] = [(1, "1h"), (24, "24h"), (168, "7d"), (720, "30d")];
}

impl AuditLogQuery {
    /// The filters alone.
    pub fn filters(&self) -> Self {
        Self {
            entry: None,
            ..self.clone()
        }
    }

    /// How many filters there are.
    pub fn count(&self) -> usize {
        let texts = [&self.admin, &self.address, &self.resource, &self.text].map(|text| !text.is_empty());
        let words = [
            self.span != Span::All,
            self.action.is_some(),
            self.sub_category.is_some(),
            self.interface.is_some(),
            self.result.is_some(),
        ];
        texts.into_iter().chain(words).filter(|is_given| *is_given).count()
    }

    /// Reads a query without its question mark.
    pub fn parse(query: &str) -> Self {
        let value = |name| decoded(parameter(query, name)?).filter(|value| !value.is_empty());
        let instant = |name| value(name).and_then(|text| text.parse().ok());
        let last = value("last").and_then(|last| Span::LAST.into_iter().find(|(_, name)| *name == last));
        Self {
            span: match (last, instant("from"), instant("to")) {
                (Some((hours, _)), _, _) => Span::Last(hours),
                (None, None, None) => Span::All,
                (None, from, to) => Span::Between { from, to },
            },
            action: word(value("action")),
            sub_category: word(value("subCategory")),
            interface: word(value("interface")),
            result: word(value("result")),
            admin: value("admin").unwrap_or_default(),
            address: value("address").unwrap_or_default(),
            resource: value("resource").unwrap_or_default(),
            text: value("text").unwrap_or_default(),
            entry: value("entry").and_then(|id| id.parse().ok()).filter(|id| *id > 0),
        }
    }

    /// The query without its question mark; empty where nothing is filtered.
    pub fn query(&self) -> String {
        let (last, from, to) = match self.span {
            Span::All => (None, None, None),
            Span::Last(hours) => (Span::LAST.into_iter().find(|it| it.0 == hours), None, None),
            Span::Between { from, to } => (None, from, to),
        };
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let instant = |it: DateTime<Utc>| it.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        let parameters = [
            ("last", last.map(|(_, name)| name.to_owned())),
            ("from", from.map(instant)),
            ("to", to.map(instant)),
            ("action", self.action.map(|it| it.as_str().to_owned())),
            ("subCategory", self.sub_category.map(|it| it.as_str().to_owned())),
            ("interface", self.interface.map(|it| it.as_str().to_owned())),
            ("result", self.result.map(|it| it.as_str().to_owned())),
            ("admin", given(&self.admin)),
            ("address", given(&self.address)),
            ("resource", given(&self.resource)),
            ("text", given(&self.text)),
            ("entry", self.entry.map(|id| id.to_string())),
        ];
        let written = |(name, value): (&str, Option<String>)| Some([name, "=", &encoded(&value?)].concat());
        parameters.into_iter().filter_map(written).collect::<Vec<_>>().join("&")
    }
}

fn word<T: FromStr>(text: Option<String>) -> Option<T> {
    text?.parse().ok()
}
