//! The errors of compiling.

use fife_bytecode::Position;
use std::fmt;
use std::ops::Range;

/// A syntax error, in PUC-Rio Lua's words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyntaxError {
    /// The whole message, as Lua shows it: `chunk:line: text near token`. Bytes, since it may quote
    /// the source.
    pub message: Box<[u8]>,
    /// Where in the source the error was found.
    pub position: Position,
    /// The bytes of the source at which the error was found: a token, or the wrong part of one. Empty at the end of the
    /// source, and where only a position is known.
    pub range: Range<usize>,
    /// The word or bracket that began the construct which is not complete: what must be closed, or the `if` whose
    /// `then` is missing.
    pub opener: Option<Opener>,
}

/// A word or bracket that begins a construct, such as `if` or `{`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Opener {
    /// Its position.
    pub position: Position,
    /// Its bytes in the source.
    pub range: Range<usize>,
}

/// Why a chunk was not compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompileError {
    /// The source is not Lua, or exceeds one of the language's limits. In a box, because every fallible function
    /// returns room for it.
    Syntax(Box<SyntaxError>),
    /// The meter refused memory.
    Memory,
}

impl CompileError {
    /// Adds what began the incomplete construct, if this is a syntax error.
    pub(crate) fn with_opener(mut self, opener: Opener) -> CompileError {
        if let CompileError::Syntax(error) = &mut self {
            error.opener = Some(opener);
        }
        self
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::Syntax(error) => f.write_str(&String::from_utf8_lossy(&error.message)),
            CompileError::Memory => f.write_str("not enough memory"),
        }
    }
}

impl std::error::Error for CompileError {}

impl From<crate::meter::Refused> for CompileError {
    fn from(_: crate::meter::Refused) -> Self {
        CompileError::Memory
    }
}
