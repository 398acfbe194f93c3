//! What can go wrong in compiling.

use fife_bytecode::Position;
use std::fmt;

/// A syntax error, in PUC-Rio Lua's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The whole message, as Lua shows it: `chunk:line: text near token`. Bytes, since it may quote
    /// the source.
    pub message: Box<[u8]>,
    /// Where in the source the error was found.
    pub position: Position,
}

/// Why a chunk was not compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompileError {
    /// It is not Lua, or goes past one of the language's limits. In a box, for all that may fail returns a place for it.
    Syntax(Box<SyntaxError>),
    /// The meter refused memory.
    Memory,
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
