//! Values that have no parts, as Lua source: strings, numbers, and names where a key is one.

use fife::number::{Number, float_text, integer_text, parse};
use fife_compiler::tokens::{TokenKind, scan};

/// More than this of a string is not looked at to see whether it is a name.
const NAME_BYTES_MAX: usize = 100;

/// A piece of text, and whether it means the whole value when it is read as Lua.
#[derive(Debug)]
pub(super) struct Literal {
    pub(super) text: Vec<u8>,
    pub(super) is_complete: bool,
}

impl Literal {
    pub(super) fn complete(text: impl Into<Vec<u8>>) -> Literal {
        Literal { text: text.into(), is_complete: true }
    }

    pub(super) fn partial(text: impl Into<Vec<u8>>) -> Literal {
        Literal { text: text.into(), is_complete: false }
    }
}

pub(super) fn integer(value: i64) -> Literal {
    match value {
        // Its digits are a float, since the hyphen is an operator.
        i64::MIN => Literal::complete("math.mininteger"),
        _ => Literal::complete(integer_text(value).as_bytes()),
    }
}

/// As `print` has it, or with as many digits as it takes to be read back.
pub(super) fn float(value: f64) -> Literal {
    if value.is_infinite() {
        return Literal::complete(if value > 0.0 { "math.huge" } else { "-math.huge" });
    }
    let usual = float_text(value);
    let is_exact = matches!(parse(usual.as_bytes()), Some(Number::Float(read)) if read == value);
    if is_exact {
        Literal::complete(usual.as_bytes())
    } else if value.is_nan() {
        Literal::partial(usual.as_bytes())
    } else {
        Literal::complete(format!("{value:?}"))
    }
}

/// A string in quotes, at most about so many bytes of text.
pub(super) fn string(value: &[u8], bytes_max: usize) -> Literal {
    let mut text = vec![b'"'];
    let mut rest = value;
    while !rest.is_empty() && text.len() < bytes_max {
        rest = &rest[push_first(rest, true, &mut text)..];
    }
    text.push(b'"');
    if rest.is_empty() {
        return Literal::complete(text);
    }
    text.extend_from_slice(format!("... {} more bytes", rest.len()).as_bytes());
    Literal::partial(text)
}

/// A text of a script, as a terminal may show it: as it is but for control bytes, at most about so many bytes.
pub(super) fn plain(value: &[u8], bytes_max: usize) -> Vec<u8> {
    let mut text = Vec::new();
    let mut rest = value;
    while !rest.is_empty() && text.len() < bytes_max {
        match rest[0] {
            byte @ (b'\n' | b'\t') => {
                text.push(byte);
                rest = &rest[1..];
            }
            _ => rest = &rest[push_first(rest, false, &mut text)..],
        }
    }
    if !rest.is_empty() {
        text.extend_from_slice(format!("... {} more bytes", rest.len()).as_bytes());
    }
    text
}

/// Appends the first character of a text that has one, escaped if it has to be; returns how many bytes that were. In
/// quotes where `is_quoted`.
fn push_first(text: &[u8], is_quoted: bool, shown: &mut Vec<u8>) -> usize {
    let next_is_digit = text.get(1).is_some_and(u8::is_ascii_digit);
    let escape: &[u8] = match text[0] {
        b'\n' => b"\\n",
        b'\r' => b"\\r",
        b'\t' => b"\\t",
        b'"' if is_quoted => b"\\\"",
        b'\\' if is_quoted => b"\\\\",
        byte @ (0..0x20 | 0x7F) => {
            // With a digit behind it, the escape sequence has all three of its own.
            let code = if next_is_digit { format!("\\{byte:03}") } else { format!("\\{byte}") };
            shown.extend_from_slice(code.as_bytes());
            return 1;
        }
        byte @ 0x20..0x7F => {
            shown.push(byte);
            return 1;
        }
        byte => {
            let Some(character) = first_character(text) else {
                shown.extend_from_slice(format!("\\x{byte:02x}").as_bytes());
                return 1;
            };
            if is_shown(character) {
                shown.extend_from_slice(&text[..character.len_utf8()]);
            } else {
                shown.extend_from_slice(format!("\\u{{{:x}}}", u32::from(character)).as_bytes());
            }
            return character.len_utf8();
        }
    };
    shown.extend_from_slice(escape);
    1
}

/// The character that a text begins with, if it begins with one of UTF-8.
fn first_character(text: &[u8]) -> Option<char> {
    let start = &text[..text.len().min(4)];
    start.utf8_chunks().next()?.valid().chars().next()
}

/// Whether a character shows itself, and changes nothing about how others are shown.
fn is_shown(character: char) -> bool {
    // Controls; marks without a width, and those for the direction of writing.
    !(character.is_control()
        || matches!(character, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'))
}

/// A key of a table as a field: `name`, or `["a string"]`.
pub(super) fn field(key: &[u8], bytes_max: usize) -> Literal {
    if is_name(key) {
        return Literal::complete(key);
    }
    in_brackets(string(key, bytes_max))
}

pub(super) fn in_brackets(key: Literal) -> Literal {
    Literal { text: [b"[", &key.text[..], b"]"].concat(), is_complete: key.is_complete }
}

/// Whether a string is a name, and no reserved word.
pub(crate) fn is_name(text: &[u8]) -> bool {
    if text.len() > NAME_BYTES_MAX {
        return false;
    }
    let first = scan(text).next();
    first.is_some_and(|token| token.kind == TokenKind::Name && token.range == (0..text.len()))
}
