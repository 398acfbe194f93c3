//! String literals of both kinds, long comments, and numerals.
//!
//! A literal without escapes and line breaks to rewrite is a slice of the source. Only others are assembled in the
//! lexer's buffer.

use super::memory::Memory;
use super::{Lexer, Near, TokenKind};
use crate::ast::StringId;
use crate::error::CompileError;
use fife_bytecode::Position;
use fife_bytecode::number::{self, Number};
use std::ops::Range;

/// The text between long brackets.
pub(super) struct LongText {
    start: usize,
    end: usize,
    /// Whether all its line breaks are single `\n`.
    is_plain: bool,
}

impl Lexer<'_> {
    /// Reads a numeral that begins at byte `start`; a leading point is already read. As in PUC-Rio Lua it first takes
    /// everything that looks like a number, so that `3x` is one malformed numeral.
    pub(super) fn numeral(&mut self, memory: &mut Memory<'_>, start: usize) -> Result<TokenKind, CompileError> {
        if let Some((value, length)) = small_integer(&self.source[start..]) {
            self.at = start + length;
            return Ok(TokenKind::Integer(value));
        }
        let mut exponent_marks = *b"eE";
        if self.peek() == Some(b'0') && matches!(self.peek_at(1), Some(b'x' | b'X')) {
            exponent_marks = *b"pP";
            self.at += 2;
        }
        while let Some(byte) = self.peek() {
            if exponent_marks.contains(&byte) {
                self.at += 1;
                if matches!(self.peek(), Some(b'+' | b'-')) {
                    self.at += 1;
                }
            } else if byte.is_ascii_hexdigit() || byte == b'.' {
                self.at += 1;
            } else {
                break;
            }
        }
        if matches!(self.peek(), Some(b'_' | b'a'..=b'z' | b'A'..=b'Z')) {
            self.at += 1;
        }
        let text = &self.source[start..self.at];
        match number::parse(text) {
            Some(Number::Integer(value)) => Ok(TokenKind::Integer(value)),
            Some(Number::Float(value)) => Ok(TokenKind::Float(value)),
            None => {
                // A numeral is on one line.
                let position = Position { line: self.line, column: (start - self.line_start + 1) as u32 };
                Err(self.error(memory, "malformed number", Near::Text(text), position, start..self.at))
            }
        }
    }

    /// Reads a quoted string, from its opening quote on.
    pub(super) fn quoted_string(&mut self, memory: &mut Memory<'_>) -> Result<StringId, CompileError> {
        let quote = self.source[self.at];
        let opening = self.at;
        self.at += 1;
        self.skip_plain(quote);
        if self.peek() == Some(quote) {
            let text = &self.source[opening + 1..self.at];
            self.at += 1;
            return Ok(self.strings.intern(memory, text)?);
        }
        // The buffer keeps the quote, for messages.
        self.buffer.clear();
        memory.extend(&mut self.buffer, &self.source[opening..self.at])?;
        loop {
            match self.peek() {
                Some(b'\\') => self.escape(memory)?,
                Some(byte) if byte == quote => {
                    self.at += 1;
                    return Ok(self.strings.intern(memory, &self.buffer[1..])?);
                }
                Some(b'\n' | b'\r') => {
                    let (position, range) = self.unfinished(opening);
                    return Err(self.error(memory, "unfinished string", Near::Text(&self.buffer), position, range));
                }
                Some(_) => {
                    let start = self.at;
                    self.skip_plain(quote);
                    memory.extend(&mut self.buffer, &self.source[start..self.at])?;
                }
                None => {
                    let (position, range) = self.unfinished(opening);
                    return Err(self.error(memory, "unfinished string", Near::EndOfSource, position, range));
                }
            }
        }
    }

    /// Where an unfinished string begins on its last line, and its bytes there.
    fn unfinished(&self, opening: usize) -> (Position, Range<usize>) {
        let start = opening.max(self.line_start);
        let position = Position { line: self.line, column: (start - self.line_start + 1) as u32 };
        (position, start..self.at)
    }

    /// Skips the characters that stand for themselves in a string.
    fn skip_plain(&mut self, quote: u8) {
        let rest = &self.source[self.at..];
        let special = rest.iter().position(|byte| *byte == quote || matches!(byte, b'\\' | b'\n' | b'\r'));
        self.at += special.unwrap_or(rest.len());
    }

    /// Reads an escape sequence, from its backslash on, into the buffer.
    fn escape(&mut self, memory: &mut Memory<'_>) -> Result<(), CompileError> {
        let backslash = self.at;
        self.at += 1;
        let value = match self.peek() {
            Some(b'a') => 7,
            Some(b'b') => 8,
            Some(b't') => b'\t',
            Some(b'n') => b'\n',
            Some(b'v') => 11,
            Some(b'f') => 12,
            Some(b'r') => b'\r',
            Some(byte @ (b'\\' | b'"' | b'\'')) => byte,
            Some(b'\n' | b'\r') => {
                self.line_break();
                return Ok(memory.push(&mut self.buffer, b'\n')?);
            }
            Some(b'x') => {
                let high = self.hexadecimal_digit(memory, backslash)?;
                let low = self.hexadecimal_digit(memory, backslash)?;
                (high << 4 | low) as u8
            }
            Some(b'u') => return self.unicode_escape(memory, backslash),
            Some(b'z') => {
                self.at += 1;
                while let Some(b' ' | b'\t'..=b'\r') = self.peek() {
                    if matches!(self.peek(), Some(b'\n' | b'\r')) {
                        self.line_break();
                    } else {
                        self.at += 1;
                    }
                }
                return Ok(());
            }
            Some(b'0'..=b'9') => return self.decimal_escape(memory, backslash),
            // The caller sees the end of the source next.
            None => return Ok(()),
            Some(_) => return Err(self.escape_error(memory, backslash, "invalid escape sequence")),
        };
        self.at += 1;
        Ok(memory.push(&mut self.buffer, value)?)
    }

    /// Reads `\d`, `\dd` or `\ddd`, from its first digit on.
    fn decimal_escape(&mut self, memory: &mut Memory<'_>, backslash: usize) -> Result<(), CompileError> {
        let mut value = 0;
        for _ in 0..3 {
            let Some(digit @ b'0'..=b'9') = self.peek() else { break };
            value = value * 10 + u32::from(digit - b'0');
            self.at += 1;
        }
        match u8::try_from(value) {
            Ok(value) => Ok(memory.push(&mut self.buffer, value)?),
            Err(_) => Err(self.escape_error(memory, backslash, "decimal escape too large")),
        }
    }

    /// Reads `\u{...}`, from its `u` on, into the original UTF-8, up to 2^31 - 1.
    fn unicode_escape(&mut self, memory: &mut Memory<'_>, backslash: usize) -> Result<(), CompileError> {
        self.at += 1;
        if self.peek() != Some(b'{') {
            return Err(self.escape_error(memory, backslash, "missing '{'"));
        }
        let mut value = self.hexadecimal_digit(memory, backslash)?;
        self.at += 1;
        while let Some(digit) = self.peek().and_then(hexadecimal_value) {
            if value > 0x7FFF_FFFF >> 4 {
                return Err(self.escape_error(memory, backslash, "UTF-8 value too large"));
            }
            value = value << 4 | digit;
            self.at += 1;
        }
        if self.peek() != Some(b'}') {
            return Err(self.escape_error(memory, backslash, "missing '}'"));
        }
        self.at += 1;
        let following = match value {
            0..=0x7F => return Ok(memory.push(&mut self.buffer, value as u8)?),
            0x80..=0x7FF => 1,
            0x800..=0xFFFF => 2,
            0x1_0000..=0x1F_FFFF => 3,
            0x20_0000..=0x3FF_FFFF => 4,
            _ => 5,
        };
        // The lead byte starts with as many ones as there are bytes.
        let lead = (0xFF00_u32 >> (following + 1)) as u8 | (value >> (6 * following)) as u8;
        memory.push(&mut self.buffer, lead)?;
        for rest in (0..following).rev() {
            memory.push(&mut self.buffer, 0x80 | (value >> (6 * rest) & 0x3F) as u8)?;
        }
        Ok(())
    }

    /// Moves to the next byte, which must be a hexadecimal digit, and returns its value.
    fn hexadecimal_digit(&mut self, memory: &mut Memory<'_>, backslash: usize) -> Result<u32, CompileError> {
        self.at += 1;
        match self.peek().and_then(hexadecimal_value) {
            Some(value) => Ok(value),
            None => Err(self.escape_error(memory, backslash, "hexadecimal digit expected")),
        }
    }

    /// The error of an escape sequence. It shows the string up to the byte that is wrong.
    fn escape_error(&mut self, memory: &mut Memory<'_>, backslash: usize, message: &str) -> CompileError {
        let end = (self.at + 1).min(self.source.len());
        // A line break in an escape can only be its last byte.
        let column = (backslash.saturating_sub(self.line_start) + 1) as u32;
        let position = Position { line: self.line, column };
        match memory.extend(&mut self.buffer, &self.source[backslash..end]) {
            Ok(()) => self.error(memory, message, Near::Text(&self.buffer), position, backslash..end),
            Err(refused) => refused.into(),
        }
    }

    /// The level of the long bracket that opens here (`[[` is 0), or the number of bytes that look like one without its
    /// second `[`.
    pub(super) fn long_bracket(&self) -> Result<usize, usize> {
        let level = self.source[self.at + 1..].iter().take_while(|byte| **byte == b'=').count();
        if self.peek_at(level + 1) == Some(b'[') { Ok(level) } else { Err(level + 1) }
    }

    /// Reads the text in long brackets of that level, from the opening one on.
    pub(super) fn long_text(
        &mut self,
        memory: &mut Memory<'_>,
        what: &str,
        level: usize,
    ) -> Result<LongText, CompileError> {
        let (opening_line, opening) = (self.line, self.at);
        self.at += level + 2;
        if matches!(self.peek(), Some(b'\n' | b'\r')) {
            self.line_break();
        }
        let start = self.at;
        let mut is_plain = true;
        loop {
            match self.peek() {
                Some(b']') => {
                    let end = self.at;
                    self.at += 1;
                    let equals = self.source[self.at..].iter().take_while(|byte| **byte == b'=').count();
                    self.at += equals;
                    if equals == level && self.peek() == Some(b']') {
                        self.at += 1;
                        return Ok(LongText { start, end, is_plain });
                    }
                }
                Some(byte @ (b'\n' | b'\r')) => is_plain &= self.line_break() == 1 && byte == b'\n',
                Some(_) => self.at += 1,
                None => {
                    let message = format!("unfinished long {what} (starting at line {opening_line})");
                    let error = self.error(memory, &message, Near::EndOfSource, self.position(), self.at..self.at);
                    return Err(error.with_opener(self.opener(opening)));
                }
            }
        }
    }

    /// The value of a long string: all line breaks in it are `\n`.
    pub(super) fn long_string(&mut self, memory: &mut Memory<'_>, text: LongText) -> Result<StringId, CompileError> {
        let mut rest = &self.source[text.start..text.end];
        if text.is_plain {
            return Ok(self.strings.intern(memory, rest)?);
        }
        self.buffer.clear();
        while let [first, tail @ ..] = rest {
            rest = match (first, tail) {
                (b'\r', [b'\n', tail @ ..]) | (b'\n', [b'\r', tail @ ..]) => tail,
                _ => tail,
            };
            memory.push(&mut self.buffer, if *first == b'\r' { b'\n' } else { *first })?;
        }
        Ok(self.strings.intern(memory, &self.buffer)?)
    }
}

/// The value and the length of a numeral of a few decimal digits, if the text begins with one. Most numerals are.
fn small_integer(text: &[u8]) -> Option<(i64, usize)> {
    let mut value = 0;
    for (length, byte) in text.iter().enumerate().take(18) {
        match byte {
            b'0'..=b'9' => value = value * 10 + i64::from(byte - b'0'),
            b'.' | b'_' | b'a'..=b'z' | b'A'..=b'Z' => return None,
            _ => return (length > 0).then_some((value, length)),
        }
    }
    None
}

fn hexadecimal_value(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(16)
}
