//! From Fluent files to patterns, and to the functions of the portal.
//!
//! Of Fluent, texts may have: arguments, plurals, numbers, quoted text (for spaces at an end), and comments. An element of the page
//! is written as in HTML: `<code>` and `<strong>` around text, and `<when/>` for one that the caller gives.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey},
    parser,
};

use crate::pattern::{ARGUMENT, CLOSE, END, NAME, OPEN, PLURAL, VARIANT};

/// The file of texts that stand in `index.html` alone; no function is made of them.
pub const OF_THE_PAGE: &str = "start";

/// The file of texts that stand in scripts alone; no function is made of them either.
pub const OF_SCRIPTS: &str = "embed";

/// The elements that may stand around text.
const ELEMENTS: [&str; 2] = ["code", "strong"];

/// As the functions of the portal name them.
const ARGUMENT_TYPE: &str = "keyward_catalogue::pattern::Argument";
const VIEW: &str = "leptos::prelude::AnyView";

/// What an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A number that is shown, or decides between variants.
    Number,
    /// An element of the page.
    Slot,
}

/// A text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The name of its file, without the ending.
    pub file: String,
    /// Its name within the file.
    pub id: String,
    /// As [`crate::pattern`] reads it.
    pub pattern: String,
    /// Names and kinds, in the order of their places in the pattern.
    pub arguments: Vec<(String, Kind)>,
}

impl Message {
    /// Its name within the catalogue, such as `api-key.title`.
    pub fn key(&self) -> String {
        format!("{}.{}", self.file, self.id)
    }

    fn is_rich(&self) -> bool {
        self.pattern.contains(OPEN) || self.arguments.iter().any(|(_, kind)| *kind == Kind::Slot)
    }
}

/// All texts of a language, in the order of their keys. The place of a text in the English catalogue is its number.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// The texts.
    pub messages: Vec<Message>,
}

impl Catalogue {
    /// Reads the `.ftl` files of a folder.
    ///
    /// # Errors
    ///
    /// Every fault, with the file and the text it is in.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let mut catalogue = Self::default();
        let mut faults = Vec::new();
        for file in files(folder).map_err(|error| format!("can't list {}: {error}", folder.display()))? {
            let source =
                fs::read_to_string(&file).map_err(|error| format!("can't read {}: {error}", file.display()))?;
            let name = file.file_stem().and_then(|it| it.to_str()).unwrap_or_default();
            match messages(name, &source) {
                Ok(messages) => catalogue.messages.extend(messages),
                Err(found) => faults.extend(found.into_iter().map(|fault| format!("{}: {fault}", file.display()))),
            }
        }
        catalogue.messages.sort_by_key(Message::key);
        for pair in catalogue.messages.windows(2) {
            if pair[0].key() == pair[1].key() {
                faults.push(format!("{} is there twice", pair[0].key()));
            }
        }
        if faults.is_empty() {
            Ok(catalogue)
        } else {
            Err(faults.join("\n"))
        }
    }

    /// A text by its key.
    pub fn get(&self, key: &str) -> Option<&Message> {
        self.messages.iter().find(|message| message.key() == key)
    }

    /// The patterns of another language, in the places of this one's; `None` where it has no translation yet.
    ///
    /// # Errors
    ///
    /// A text that this catalogue doesn't have, or that uses other arguments.
    pub fn translated(&self, other: &Self) -> Result<Vec<Option<String>>, String> {
        let mut patterns = vec![None; self.messages.len()];
        for message in &other.messages {
            let key = message.key();
            let place = self.messages.iter().position(|it| it.key() == key);
            let place = place.ok_or_else(|| format!("{key} is in no English file"))?;
            patterns[place] = Some(self.messages[place].renumbered(message)?);
        }
        Ok(patterns)
    }

    /// The Rust module with one function for each text.
    pub fn rust(&self) -> String {
        let mut code = String::new();
        let mut open = "";
        for (number, message) in self.messages.iter().enumerate() {
            if [OF_THE_PAGE, OF_SCRIPTS].contains(&message.file.as_str()) {
                continue;
            }
            if open != message.file {
                if !open.is_empty() {
                    code += "}\n";
                }
                let _ = write!(
                    code,
                    "/// Texts of `locales/en/{}.ftl`.\npub(crate) mod {} {{\n",
                    message.file,
                    snake(&message.file)
                );
                open = &message.file;
            }
            code += &message.rust(number);
        }
        if !open.is_empty() {
            code += "}\n";
        }
        code
    }
}

impl Message {
    fn rust(&self, number: usize) -> String {
        let name = snake(&self.id);
        let pattern = &self.pattern;
        let doc = readable(pattern, &self.arguments);
        let mut parameters = Vec::new();
        let mut values = Vec::new();
        let mut slots = Vec::new();
        for (name, kind) in &self.arguments {
            let name = snake(name);
            let (parameter, value) = match kind {
                Kind::Text => (format!("{name}: &str"), format!("{ARGUMENT_TYPE}::Text({name})")),
                Kind::Number => (format!("{name}: usize"), format!("{ARGUMENT_TYPE}::Number({name})")),
                Kind::Slot => (format!("{name}: {VIEW}"), format!("{ARGUMENT_TYPE}::Slot")),
            };
            parameters.push(parameter);
            values.push(value);
            slots.push(if *kind == Kind::Slot {
                format!("Some({name})")
            } else {
                "None".to_owned()
            });
        }
        let (parameters, values) = (parameters.join(", "), values.join(", "));
        // The text is behind one address: two words for each call would be a tenth of what texts weigh.
        let text = format!("static TEXT: super::runtime::Text = super::runtime::Text::new({number}, {pattern:?});");
        let (result, call) = if self.is_rich() {
            (
                VIEW,
                format!("super::runtime::rich(&TEXT, &[{values}], vec![{}])", slots.join(", ")),
            )
        } else if self.arguments.is_empty() {
            ("&'static str", "super::runtime::plain(&TEXT)".to_owned())
        } else {
            ("String", format!("super::runtime::filled(&TEXT, &[{values}])"))
        };
        format!(
            "#[doc = {doc:?}]\n#[inline(always)]\npub(crate) fn {name}({parameters}) -> {result} {{ {text} {call} }}\n"
        )
    }

    /// The pattern of a translation with the places of this text's arguments.
    fn renumbered(&self, other: &Self) -> Result<String, String> {
        let mut pattern = String::new();
        let mut characters = other.pattern.chars();
        while let Some(character) = characters.next() {
            pattern.push(character);
            if matches!(character, ARGUMENT | PLURAL) {
                let place = characters.next().map_or(usize::MAX, |it| it as usize - '0' as usize);
                let (name, kind) = other
                    .arguments
                    .get(place)
                    .cloned()
                    .unwrap_or_else(|| (String::new(), Kind::Text));
                let own = self
                    .arguments
                    .iter()
                    .position(|(it, own)| *it == name && (kind == Kind::Slot) == (*own == Kind::Slot));
                let own = own.ok_or_else(|| format!("{}: ${name} is no argument of the English text", self.key()))?;
                pattern.push(digit(own));
            }
        }
        Ok(pattern)
    }
}

/// The texts of a file.
///
/// # Errors
///
/// Every fault, with the name of its text.
pub fn messages(file: &str, source: &str) -> Result<Vec<Message>, Vec<String>> {
    let resource = parser::parse(source).map_err(|(_, errors)| {
        errors
            .iter()
            .map(|error| format!("line {}: {error}", source[..error.pos.start].lines().count() + 1))
            .collect::<Vec<_>>()
    })?;
    let mut messages = Vec::new();
    let mut faults = Vec::new();
    for entry in resource.body {
        let message = match entry {
            Entry::Message(message) => message,
            Entry::Term(term) => {
                faults.push(format!("-{}: terms are not supported", term.id.name));
                continue;
            }
            _ => continue,
        };
        let id = message.id.name;
        if !message.attributes.is_empty() {
            faults.push(format!("{id}: attributes are not supported"));
        }
        let mut reader = Reader::default();
        let Some(pattern) = message.value else {
            faults.push(format!("{id}: has no text"));
            continue;
        };
        match reader.pattern(&pattern, false) {
            Ok(pattern) => messages.push(Message {
                file: file.to_owned(),
                id: id.to_owned(),
                pattern,
                arguments: reader.arguments,
            }),
            Err(fault) => faults.push(format!("{id}: {fault}")),
        }
    }
    if faults.is_empty() { Ok(messages) } else { Err(faults) }
}

/// Collects the arguments while it reads a text.
#[derive(Default)]
struct Reader {
    arguments: Vec<(String, Kind)>,
    open: Vec<&'static str>,
}

impl Reader {
    fn pattern(&mut self, pattern: &Pattern<&str>, in_variant: bool) -> Result<String, String> {
        let mut compiled = String::new();
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => compiled += &self.elements(&one_line(value))?,
                PatternElement::Placeable { expression } => match expression {
                    Expression::Inline(inline) => compiled += &self.inline(inline)?,
                    Expression::Select { .. } if in_variant => return Err("a variant within a variant".to_owned()),
                    Expression::Select { selector, variants } => compiled += &self.select(selector, variants)?,
                },
            }
        }
        if let Some(open) = self.open.pop() {
            return Err(format!("<{open}> is not closed"));
        }
        Ok(compiled)
    }

    fn inline(&mut self, inline: &InlineExpression<&str>) -> Result<String, String> {
        match inline {
            InlineExpression::StringLiteral { value } => Ok((*value).to_owned()),
            InlineExpression::VariableReference { id } => {
                let place = self.place(id.name, Kind::Text)?;
                Ok([ARGUMENT, place].iter().collect())
            }
            InlineExpression::FunctionReference { id, arguments } if id.name == "NUMBER" => {
                match arguments.positional.as_slice() {
                    [InlineExpression::VariableReference { id }] if arguments.named.is_empty() => {
                        let place = self.place(id.name, Kind::Number)?;
                        Ok([ARGUMENT, place].iter().collect())
                    }
                    _ => Err("NUMBER takes one argument".to_owned()),
                }
            }
            _ => Err("only arguments, NUMBER and quoted text may stand in braces".to_owned()),
        }
    }

    fn select(&mut self, selector: &InlineExpression<&str>, variants: &[Variant<&str>]) -> Result<String, String> {
        let InlineExpression::VariableReference { id } = selector else {
            return Err("variants are chosen by an argument".to_owned());
        };
        let mut compiled: String = [PLURAL, self.place(id.name, Kind::Number)?].iter().collect();
        // The one for every other number comes last.
        let (default, others): (Vec<_>, Vec<_>) = variants.iter().partition(|variant| variant.default);
        for variant in others.into_iter().chain(default) {
            let name = match variant.key {
                VariantKey::Identifier { name } => name,
                VariantKey::NumberLiteral { value } => value,
            };
            let known = matches!(name, "zero" | "one" | "two" | "few" | "many" | "other");
            if !known && name.parse::<usize>().is_err() {
                return Err(format!("{name} is no plural category"));
            }
            compiled += &format!("{name}{NAME}{}{VARIANT}", self.pattern(&variant.value, true)?);
        }
        compiled.push(END);
        Ok(compiled)
    }

    /// The elements within text.
    fn elements(&mut self, text: &str) -> Result<String, String> {
        let mut compiled = String::new();
        let mut rest = text;
        while let Some((before, tag)) = rest.split_once('<') {
            compiled += before;
            if !tag.starts_with(|it: char| it.is_ascii_lowercase() || it == '/') {
                compiled.push('<');
                rest = tag;
                continue;
            }
            let (tag, after) = tag.split_once('>').ok_or("an element without >")?;
            rest = after;
            if let Some(name) = tag.strip_suffix('/') {
                let place = self.place(name.trim_end(), Kind::Slot)?;
                compiled.extend([ARGUMENT, place]);
            } else if let Some(name) = tag.strip_prefix('/') {
                if self.open.pop() != Some(name) {
                    return Err(format!("</{name}> closes nothing"));
                }
                compiled.push(CLOSE);
            } else {
                let name = ELEMENTS.iter().find(|it| **it == tag);
                let name = name.ok_or_else(|| format!("<{tag}> is not one of <code>, <strong> and <name/>"))?;
                self.open.push(name);
                compiled.push(OPEN);
                compiled.extend(name.chars().next());
            }
        }
        Ok(compiled + rest)
    }

    fn place(&mut self, name: &str, kind: Kind) -> Result<char, String> {
        let known = self.arguments.iter().position(|(it, _)| it == name);
        let place = known.unwrap_or_else(|| {
            self.arguments.push((name.to_owned(), kind));
            self.arguments.len() - 1
        });
        let had = &mut self.arguments[place].1;
        if (*had == Kind::Slot) != (kind == Kind::Slot) {
            return Err(format!("{name} is an argument and an element"));
        }
        // One that is counted anywhere is a number everywhere.
        if kind == Kind::Number {
            *had = Kind::Number;
        }
        if place > 9 {
            Err("more than ten arguments".to_owned())
        } else {
            Ok(digit(place))
        }
    }
}

/// What is written in several lines is one paragraph.
fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}

fn digit(place: usize) -> char {
    char::from(b'0' + u8::try_from(place).unwrap_or(0))
}

fn snake(name: &str) -> String {
    name.replace('-', "_").to_lowercase()
}

/// The text for the documentation of its function.
fn readable(pattern: &str, arguments: &[(String, Kind)]) -> String {
    let mut text = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            ARGUMENT | PLURAL => {
                let place = characters.next().map_or(0, |it| it as usize - '0' as usize);
                let name = arguments.get(place).map_or("", |(name, _)| name.as_str());
                let _ = write!(text, "{{{name}}}");
            }
            OPEN => drop(characters.next()),
            NAME => text += ": ",
            VARIANT => text += " | ",
            CLOSE | END => {}
            _ => text.push(character),
        }
    }
    // Brackets would be links, and angles elements.
    text.replace(['[', ']', '<', '>', '`'], "'")
}

/// The `.ftl` files of a folder, in order.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let found: io::Result<BTreeSet<PathBuf>> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect();
    Ok(found?
        .into_iter()
        .filter(|file| file.extension().is_some_and(|it| it == "ftl"))
        .collect())
}

#[cfg(test)]
mod tests;
