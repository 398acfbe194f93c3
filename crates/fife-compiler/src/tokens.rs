//! Tokens for tools that show source text: prompts and editors that colour it.
//!
//! [`scan`] never fails. It takes anything a person has typed so far, finds the tokens that the compiler's lexer would
//! find, and has kinds for what the lexer refuses: an unfinished string ends with its line, an unfinished long string
//! or comment with the source, and bytes without a meaning in Lua are [`TokenKind::Unknown`]. Here comments are tokens,
//! and white space is between them. It allocates nothing.
//!
//! A test compares it with the lexer on all scripts of the repository.

#[cfg(test)]
mod tests;

use crate::lexer;
use std::iter::FusedIterator;
use std::ops::Range;

/// What a token is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// A comment, with its two hyphens, without the line break at its end.
    Comment,
    /// A reserved word: `and`, `nil`, `while`.
    Word,
    /// Any other name.
    Name,
    /// A numeral, including malformed ones: `3x`.
    Number,
    /// A string with its quotes or brackets.
    String,
    /// An operator or a delimiter.
    Symbol,
    /// Bytes that begin no token: `@`, `?`, and a whole run of bytes that are not ASCII.
    Unknown,
}

/// A token of a source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes, as indices of the source. Never empty.
    pub range: Range<usize>,
}

/// The tokens of a source text, from its start to its end. All of them take time in proportion to the source.
///
/// ```
/// use fife_compiler::tokens::{TokenKind, scan};
///
/// let source = b"print('half a str";
/// let tokens: Vec<_> = scan(source).map(|token| (token.kind, &source[token.range])).collect();
/// assert_eq!(tokens, [
///     (TokenKind::Name, &b"print"[..]),
///     (TokenKind::Symbol, b"("),
///     (TokenKind::String, b"'half a str"),
/// ]);
/// ```
pub fn scan(source: &[u8]) -> Tokens<'_> {
    Tokens { source, at: 0 }
}

/// The bytes of a line of a source text, counted from 1, without the line break at its end. Lines are counted as in
/// messages: `\n`, `\r`, `\r\n` and `\n\r` end one. `None` if there are fewer lines. Takes time in proportion to the
/// text before it.
///
/// ```
/// use fife_compiler::tokens::line;
///
/// let source = b"one\r\ntwo\n\nfour";
/// assert_eq!([2, 3, 4, 5].map(|number| line(source, number)), [Some(&b"two"[..]), Some(b""), Some(b"four"), None]);
/// ```
pub fn line(source: &[u8], number: u32) -> Option<&[u8]> {
    let start = line_start(source, number)?;
    let rest = &source[start..];
    Some(&rest[..rest.iter().position(|byte| is_line_break(*byte)).unwrap_or(rest.len())])
}

/// The first byte of a line, counted from 1.
pub fn line_start(source: &[u8], number: u32) -> Option<usize> {
    let mut at = 0;
    for _ in 1..number {
        at += source[at..].iter().position(|byte| is_line_break(*byte))?;
        let is_pair = matches!(source[at..], [b'\r', b'\n', ..] | [b'\n', b'\r', ..]);
        at += if is_pair { 2 } else { 1 };
    }
    (number > 0).then_some(at)
}

/// What [`scan`] returns.
#[derive(Clone, Debug)]
pub struct Tokens<'s> {
    source: &'s [u8],
    /// The first byte after the tokens found so far.
    at: usize,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.at += count(self.rest(), |byte| matches!(byte, b' ' | b'\t'..=b'\r'));
        let (kind, length) = first_token(self.rest())?;
        let start = self.at;
        self.at += length;
        Some(Token { kind, range: start..self.at })
    }
}

impl FusedIterator for Tokens<'_> {}

impl<'s> Tokens<'s> {
    fn rest(&self) -> &'s [u8] {
        self.source.get(self.at..).unwrap_or_default()
    }
}

/// The first token of a text, and its length; `None` for an empty text.
fn first_token(text: &[u8]) -> Option<(TokenKind, usize)> {
    let found = match *text {
        [] => return None,
        [b'-', b'-', ref comment @ ..] => (TokenKind::Comment, 2 + comment_length(comment)),
        [b'a'..=b'z' | b'A'..=b'Z' | b'_', ..] => word(text),
        [b'0'..=b'9', ..] | [b'.', b'0'..=b'9', ..] => (TokenKind::Number, numeral_length(text)),
        [quote @ (b'"' | b'\''), ..] => (TokenKind::String, quoted_length(text, quote)),
        [b'[', b'[' | b'=', ..] => match long_length(text) {
            Some(length) => (TokenKind::String, length),
            // `[=` is an error in the lexer, and two tokens for a person.
            None => (TokenKind::Symbol, 1),
        },
        [b'.', b'.', b'.', ..] => (TokenKind::Symbol, 3),
        [b'.', b'.', ..]
        | [b'=' | b'<' | b'>' | b'~', b'=', ..]
        | [b'<', b'<', ..]
        | [b'>', b'>', ..]
        | [b'/', b'/', ..]
        | [b':', b':', ..] => (TokenKind::Symbol, 2),
        [byte, ..] if is_symbol(byte) => (TokenKind::Symbol, 1),
        [128..=255, ..] => (TokenKind::Unknown, count(text, |byte| byte >= 128)),
        [_, ..] => (TokenKind::Unknown, 1),
    };
    Some(found)
}

/// How many of the first bytes satisfy this.
fn count(text: &[u8], is_one: impl Fn(u8) -> bool) -> usize {
    text.iter().position(|byte| !is_one(*byte)).unwrap_or(text.len())
}

fn is_line_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn is_symbol(byte: u8) -> bool {
    b"+-*/%^#&~|<>=(){}[];:,.".contains(&byte)
}

fn word(text: &[u8]) -> (TokenKind, usize) {
    let length = count(text, |byte| lexer::IS_WORD[usize::from(byte)]);
    let is_reserved = lexer::TokenKind::reserved_word(&text[..length]).is_some();
    (if is_reserved { TokenKind::Word } else { TokenKind::Name }, length)
}

/// The length of a comment without its hyphens.
fn comment_length(text: &[u8]) -> usize {
    let is_long = matches!(text, [b'[', b'[' | b'=', ..]);
    let long = if is_long { long_length(text) } else { None };
    long.unwrap_or_else(|| count(text, |byte| !is_line_break(byte)))
}

/// The length of a numeral: everything that looks like one, as in the lexer.
fn numeral_length(text: &[u8]) -> usize {
    let is_hexadecimal = matches!(text, [b'0', b'x' | b'X', ..]);
    let mark = if is_hexadecimal { b'p' } else { b'e' };
    let mut at = if is_hexadecimal { 2 } else { 0 };
    while let Some(&byte) = text.get(at) {
        if byte.eq_ignore_ascii_case(&mark) {
            at += if matches!(text.get(at + 1), Some(b'+' | b'-')) { 2 } else { 1 };
        } else if byte.is_ascii_hexdigit() || byte == b'.' {
            at += 1;
        } else {
            break;
        }
    }
    // Letters directly after it make it malformed. For a person all of them belong to it; for the lexer only the first.
    at + count(&text[at..], |byte| lexer::IS_WORD[usize::from(byte)])
}

/// The length of a quoted string, up to the end of the line if there is no closing quote.
fn quoted_length(text: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' => at += escape_length(&text[at..]),
            byte if byte == quote => return at + 1,
            byte if is_line_break(byte) => return at,
            _ => at += 1,
        }
    }
    text.len()
}

/// The length of an escape sequence that may hide a quote or a line break, at most that of the text.
fn escape_length(text: &[u8]) -> usize {
    match text {
        [_, b'\n', b'\r', ..] | [_, b'\r', b'\n', ..] => 3,
        [_, b'z', rest @ ..] => 2 + count(rest, |byte| matches!(byte, b' ' | b'\t'..=b'\r')),
        _ => text.len().min(2),
    }
}

/// The length of a text in long brackets, up to the end of the source if they are not closed; `None` without an opening
/// bracket.
fn long_length(text: &[u8]) -> Option<usize> {
    let level = count(&text[1..], |byte| byte == b'=');
    let opening = level + 2;
    if text.get(level + 1) != Some(&b'[') {
        return None;
    }
    let mut at = opening;
    while let Some(bracket) = text[at..].iter().position(|byte| *byte == b']') {
        at += bracket + 1;
        let equals = count(&text[at..], |byte| byte == b'=');
        at += equals;
        if equals == level && text.get(at) == Some(&b']') {
            return Some(at + 1);
        }
    }
    Some(text.len())
}
