//! From bytes to tokens.
//!
//! The source is bytes, not UTF-8: outside of strings and comments, everything that is not ASCII is a token that
//! nothing expects. Readers of files handle a first line with `#` and a byte order mark. Messages are those of PUC-Rio
//! Lua (`llex.c`). A line break is `\n`, `\r`, `\r\n` or `\n\r`.

mod literal;
pub(crate) mod memory;
pub(crate) mod strings;
mod token;

#[cfg(test)]
mod tests;

pub(crate) use token::{Token, TokenKind};

use crate::chunk_name::chunk_display_name;
use crate::error::{CompileError, Opener, SyntaxError};
use fife_arena::Vector;
use fife_bytecode::Position;
use memory::Memory;
use std::ops::Range;
use strings::Strings;

/// Reads tokens from a chunk's source.
pub(crate) struct Lexer<'s> {
    source: &'s [u8],
    chunk_name: &'s [u8],
    /// The next byte to read.
    at: usize,
    /// The line of that byte, which is also the line in messages.
    line: u32,
    /// The first byte of that line.
    line_start: usize,
    /// The string that is being assembled.
    buffer: Vector<u8>,
    /// All names and literals so far.
    pub(crate) strings: Strings,
}

/// What a message says the error is near.
pub(crate) enum Near<'a> {
    Nothing,
    EndOfSource,
    Token(&'a Token),
    Text(&'a [u8]),
}

impl<'s> Lexer<'s> {
    pub(crate) fn new(source: &'s [u8], chunk_name: &'s [u8]) -> Lexer<'s> {
        Lexer { source, chunk_name, at: 0, line: 1, line_start: 0, buffer: Vector::new(), strings: Strings::default() }
    }

    /// The line reached so far.
    pub(crate) fn line(&self) -> u32 {
        self.line
    }

    /// Reads the next token into its place.
    pub(crate) fn next(&mut self, memory: &mut Memory<'_>, token: &mut Token) -> Result<(), CompileError> {
        // Most blanks are single spaces.
        self.at += usize::from(self.peek() == Some(b' '));
        if matches!(self.peek(), Some(b'-' | ..=b' ')) {
            self.skip_blanks(memory)?;
        }
        token.start = self.at as u32;
        token.position = self.position();
        token.kind = self.token(memory)?;
        token.end = self.at as u32;
        if self.line != token.position.line {
            // As in PUC-Rio Lua, a string over several lines is where it ends.
            token.position = self.position();
        }
        Ok(())
    }

    /// An error in PUC-Rio Lua's form, `chunk:line: message near token`. `position` is that of the bytes `range`.
    pub(crate) fn error(
        &self,
        memory: &mut Memory<'_>,
        message: &str,
        near: Near<'_>,
        position: Position,
        range: Range<usize>,
    ) -> CompileError {
        let mut all = chunk_display_name(self.chunk_name);
        all.extend_from_slice(format!(":{}: {message}", self.line).as_bytes());
        // A token may be as long as the source.
        let near_length = match near {
            Near::Token(token) => token.indices().len(),
            Near::Text(text) => text.len(),
            Near::Nothing | Near::EndOfSource => 0,
        };
        if memory.probe(all.len() + 2 * near_length).is_err() {
            return CompileError::Memory;
        }
        match near {
            Near::EndOfSource => all.extend_from_slice(b" near <eof>"),
            Near::Text(text) => quote(&mut all, &[text]),
            Near::Token(token) => self.name_token(&mut all, token),
            Near::Nothing => {}
        }
        CompileError::Syntax(Box::new(SyntaxError { message: all.into(), position, range, opener: None }))
    }

    /// The token that begins at this byte, which was read before, as an opener. Takes time in proportion to the source
    /// before it.
    #[cold]
    pub(crate) fn opener(&self, start: usize) -> Opener {
        let before = &self.source[..start];
        let mut lines = Lexer::new(before, self.chunk_name);
        while let Some(found) = before[lines.at..].iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            lines.at += found;
            lines.line_break();
        }
        lines.at = start;
        let length = self.source[start..].iter().take_while(|byte| IS_WORD[usize::from(**byte)]).count().max(1);
        Opener { position: lines.position(), range: start..start + length }
    }

    /// Appends the token an error is near.
    fn name_token(&self, message: &mut Vec<u8>, token: &Token) {
        let source = &self.source[token.indices()];
        match token.kind {
            TokenKind::Name(_) | TokenKind::Integer(_) | TokenKind::Float(_) => quote(message, &[source]),
            // A string is shown by its value, not its text, between its own brackets.
            TokenKind::String(id) => {
                let length = match source {
                    [b'[', rest @ ..] => rest.iter().take_while(|byte| **byte == b'=').count() + 2,
                    _ => 1,
                };
                let (opening, closing) = (&source[..length], &source[source.len() - length..]);
                quote(message, &[opening, self.strings.get(id), closing]);
            }
            // In PUC-Rio Lua the token of a zero byte is the same as none.
            TokenKind::Symbol(0) => {}
            kind => {
                message.extend_from_slice(b" near ");
                message.extend_from_slice(kind.text().as_bytes());
            }
        }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.source.get(self.at).copied()
    }

    #[inline]
    fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.source.get(self.at + ahead).copied()
    }

    /// Where the next byte is.
    #[inline]
    fn position(&self) -> Position {
        Position { line: self.line, column: (self.at - self.line_start + 1) as u32 }
    }

    /// Reads a line break and returns its length.
    fn line_break(&mut self) -> usize {
        let length = match (self.peek(), self.peek_at(1)) {
            (Some(b'\n'), Some(b'\r')) | (Some(b'\r'), Some(b'\n')) => 2,
            _ => 1,
        };
        self.at += length;
        self.line += 1;
        self.line_start = self.at;
        length
    }

    /// Skips white space and comments.
    fn skip_blanks(&mut self, memory: &mut Memory<'_>) -> Result<(), CompileError> {
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' | b'\r' => {
                    self.line_break();
                }
                b' ' | b'\t' | 11 | 12 => {
                    let rest = &self.source[self.at..];
                    self.at += rest.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(rest.len()).max(1);
                }
                b'-' if self.peek_at(1) == Some(b'-') => {
                    self.at += 2;
                    if self.peek() == Some(b'[')
                        && let Ok(level) = self.long_bracket()
                    {
                        self.long_text(memory, "comment", level)?;
                    } else {
                        let rest = &self.source[self.at..];
                        self.at += rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
                    }
                }
                _ => break,
            }
        }
        Ok(())
    }

    /// Reads a token, which begins here.
    #[inline]
    fn token(&mut self, memory: &mut Memory<'_>) -> Result<TokenKind, CompileError> {
        use TokenKind::*;
        let Some(byte) = self.peek() else { return Ok(EndOfSource) };
        let (kind, length) = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => return self.word(memory),
            b'0'..=b'9' => return self.numeral(memory, self.at),
            b'"' | b'\'' => return Ok(String(self.quoted_string(memory)?)),
            b'[' if matches!(self.peek_at(1), Some(b'[' | b'=')) => return self.long_string_token(memory),
            b'.' | b'=' | b'<' | b'>' | b'/' | b'~' | b':' => match (byte, self.peek_at(1)) {
                (b'.', Some(b'0'..=b'9')) => {
                    self.at += 1;
                    return self.numeral(memory, self.at - 1);
                }
                (b'.', Some(b'.')) if self.peek_at(2) == Some(b'.') => (Dots, 3),
                (b'.', Some(b'.')) => (Concat, 2),
                (b'=', Some(b'=')) => (Equal, 2),
                (b'<', Some(b'=')) => (LessEqual, 2),
                (b'<', Some(b'<')) => (ShiftLeft, 2),
                (b'>', Some(b'=')) => (GreaterEqual, 2),
                (b'>', Some(b'>')) => (ShiftRight, 2),
                (b'/', Some(b'/')) => (FloorDivide, 2),
                (b'~', Some(b'=')) => (NotEqual, 2),
                (b':', Some(b':')) => (DoubleColon, 2),
                _ => (Symbol(byte), 1),
            },
            _ => (Symbol(byte), 1),
        };
        self.at += length;
        Ok(kind)
    }

    /// Reads a string in long brackets.
    fn long_string_token(&mut self, memory: &mut Memory<'_>) -> Result<TokenKind, CompileError> {
        match self.long_bracket() {
            Ok(level) => {
                let text = self.long_text(memory, "string", level)?;
                Ok(TokenKind::String(self.long_string(memory, text)?))
            }
            Err(length) => {
                let range = self.at..self.at + length;
                let text = &self.source[range.clone()];
                let position = self.position();
                Err(self.error(memory, "invalid long string delimiter", Near::Text(text), position, range))
            }
        }
    }

    /// Reads a name or a reserved word.
    fn word(&mut self, memory: &mut Memory<'_>) -> Result<TokenKind, CompileError> {
        let rest = &self.source[self.at..];
        let length = rest.iter().position(|byte| !IS_WORD[usize::from(*byte)]);
        let text = &rest[..length.unwrap_or(rest.len())];
        self.at += text.len();
        // Reserved words have small letters.
        if text[0] >= b'a'
            && let Some(word) = TokenKind::reserved_word(text)
        {
            return Ok(word);
        }
        Ok(TokenKind::Name(self.strings.intern(memory, text)?))
    }
}

/// Whether a byte may be part of a name.
pub(crate) const IS_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte == b'_' as usize;
        byte += 1;
    }
    table
};

/// Appends ` near '...'`. As in PUC-Rio Lua, where they are C strings, quotes end at a zero byte.
fn quote(message: &mut Vec<u8>, parts: &[&[u8]]) {
    message.extend_from_slice(b" near '");
    for part in parts {
        let end = part.iter().position(|byte| *byte == 0);
        message.extend_from_slice(&part[..end.unwrap_or(part.len())]);
        if end.is_some() {
            break;
        }
    }
    message.push(b'\'');
}
