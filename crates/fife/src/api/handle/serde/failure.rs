//! Why a conversion failed, and where in the value.
//!
//! serde's own messages are reworded like those of other conversions: `integer expected, got string`. All of them are
//! short, whatever a script passes.

use crate::api::handle::{Error, Mismatch};
use crate::object::Value;
use serde::de::{self, Expected, Unexpected};
use serde::ser;
use std::fmt::{self, Display, Write};

/// Why a conversion failed.
#[derive(Debug)]
pub(super) struct Failure {
    reason: Mismatch,
    /// The keys that lead to the place, the innermost first.
    path: Vec<Key>,
}

/// A key in the path to a value.
#[derive(Debug)]
enum Key {
    /// `.name`
    Name(String),
    /// `[index]`
    Element(String),
    /// `["any key"]`
    Other(String),
}

/// The most characters of a script's string in a message.
const QUOTED: usize = 60;

/// About the most bytes of a foreign message, and of a path.
const LENGTH: usize = 300;

impl Failure {
    pub(super) fn new(reason: Mismatch) -> Failure {
        Failure { reason, path: Vec::new() }
    }

    /// The same failure, in the value of a key.
    pub(super) fn at(mut self, key: Value<'_>) -> Failure {
        self.path.push(Key::of(key));
        self
    }

    /// The same failure, in a field.
    pub(super) fn at_name(mut self, name: &str) -> Failure {
        self.path.push(Key::of_name(name));
        self
    }

    /// The same failure, as one of a key rather than a value.
    pub(super) fn in_key(self) -> Failure {
        Failure { reason: self.reason.within("key"), path: self.path }
    }

    /// The failure with its place, in the form of other conversions.
    pub(super) fn into_mismatch(self) -> Mismatch {
        let place = match &self.path[..] {
            _ if self.reason.is_memory() => return self.reason,
            [] => return self.reason,
            [Key::Element(index)] => format!("element {index}"),
            _ => format!("field '{}'", self.path_text()),
        };
        self.reason.within(place)
    }

    /// The keys from the outside in; of a long path the end.
    fn path_text(&self) -> String {
        let mut left = LENGTH;
        let shown = self.path.iter().take_while(|key| {
            let (Key::Name(text) | Key::Element(text) | Key::Other(text)) = key;
            let fits = left > 0;
            left = left.saturating_sub(text.len() + 2);
            fits
        });
        let shown = shown.count();
        let mut text = String::new();
        for (index, key) in self.path[..shown].iter().rev().enumerate() {
            match key {
                Key::Name(name) if index == 0 && shown == self.path.len() => text += name,
                Key::Name(name) => text.extend([".", name]),
                Key::Element(key) | Key::Other(key) => text.extend(["[", key, "]"]),
            }
        }
        if shown < self.path.len() { format!("…{text}") } else { text }
    }
}

impl Key {
    fn of(key: Value<'_>) -> Key {
        match key {
            Value::String(text) => Key::of_name(&lossy_start(text.as_bytes())),
            Value::Integer(key) => Key::Element(key.to_string()),
            Value::Number(key) => Key::Other(format!("{key:?}")),
            Value::Boolean(key) => Key::Other(key.to_string()),
            other => Key::Other(other.type_name().to_owned()),
        }
    }

    fn of_name(name: &str) -> Key {
        let name = quotable(name);
        let is_word = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-' | '…');
        if !name.is_empty() && name.chars().all(is_word) { Key::Name(name) } else { Key::Other(format!("\"{name}\"")) }
    }
}

/// The beginning of a script's string; the rest is not shown.
pub(super) fn lossy_start(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(4 * QUOTED + 4)]).into_owned()
}

/// A text of any length, shortened so that it can be quoted.
pub(super) fn quotable(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The beginning of what a value displays. The rest is never made.
fn short_text(shown: impl Display) -> String {
    struct Short(String);
    impl Write for Short {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            let room = LENGTH.saturating_sub(self.0.len());
            match text.char_indices().find(|(at, it)| at + it.len_utf8() > room) {
                Some((end, _)) => {
                    self.0.extend([&text[..end], "…"]);
                    Err(fmt::Error)
                }
                None => {
                    self.0 += text;
                    Ok(())
                }
            }
        }
    }
    let mut short = Short(String::new());
    let _ = write!(short, "{shown}");
    short.0
}

/// The type of a value, in Lua's words.
fn type_text(unexpected: Unexpected<'_>) -> &'static str {
    match unexpected {
        Unexpected::Bool(_) => "boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "number",
        Unexpected::Char(_) | Unexpected::Str(_) | Unexpected::Bytes(_) => "string",
        Unexpected::Unit | Unexpected::Option => "nil",
        Unexpected::Seq => "a list",
        Unexpected::Map => "a map or an empty table",
        _ => "another value",
    }
}

/// The value itself, in Lua's words.
fn value_text(unexpected: Unexpected<'_>) -> String {
    match unexpected {
        Unexpected::Bool(value) => value.to_string(),
        Unexpected::Unsigned(value) => value.to_string(),
        Unexpected::Signed(value) => value.to_string(),
        Unexpected::Float(value) => value.to_string(),
        Unexpected::Char(value) => format!("'{value}'"),
        Unexpected::Str(text) => format!("'{}'", quotable(text)),
        other => type_text(other).to_owned(),
    }
}

/// `'a', 'b', 'c'`
fn names(names: &[&str]) -> String {
    let mut text = String::new();
    for (index, name) in names.iter().enumerate() {
        if text.len() > LENGTH {
            return text + ", …";
        }
        let comma = if index == 0 { "" } else { ", " };
        text.extend([comma, "'", name, "'"]);
    }
    text
}

impl de::Error for Failure {
    fn custom<T: Display>(text: T) -> Failure {
        Failure::new(Mismatch::text(short_text(text)))
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Failure {
        Failure::new(Mismatch::unexpected(short_text(expected), type_text(unexpected)))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Failure {
        Failure::new(Mismatch::unexpected(short_text(expected), value_text(unexpected)))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Failure {
        Failure::new(Mismatch::unexpected(short_text(expected), format_args!("{length} elements")))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Failure {
        let expected = match expected {
            [] => "no variant".to_owned(),
            [one] => format!("'{one}'"),
            many => format!("one of {}", names(many)),
        };
        Failure::new(Mismatch::unexpected(expected, format_args!("'{}'", quotable(variant))))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Failure {
        let text = match expected {
            [] => "unknown, no fields expected".to_owned(),
            known => format!("unknown, expected {}", names(known)),
        };
        Failure::new(Mismatch::text(text)).at_name(field)
    }

    fn missing_field(field: &'static str) -> Failure {
        Failure::new(Mismatch::text("missing")).at_name(field)
    }

    fn duplicate_field(field: &'static str) -> Failure {
        Failure::new(Mismatch::text("given twice")).at_name(field)
    }
}

impl ser::Error for Failure {
    fn custom<T: Display>(text: T) -> Failure {
        de::Error::custom(text)
    }
}

impl From<Mismatch> for Failure {
    fn from(reason: Mismatch) -> Failure {
        Failure::new(reason)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        if error.kind() == crate::error::ErrorKind::Memory {
            Failure::new(Mismatch::memory())
        } else {
            Failure::new(Mismatch::text(short_text(error)))
        }
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl std::error::Error for Failure {}
