//! The Lua 5.4 compiler of Fife: source text to prototypes.
//!
//! In reading order: [`meter`] grants memory, `lexer` makes tokens, [`ast`] is the tree, `parser` builds it and
//! resolves names, `code` generates instructions, `assemble` cuts them into segments and resolves their jumps.
//! [`compile`] does all of it, [`parse`] the first half. [`tokens`] is for tools that colour source text, `check` for
//! tools that check it.

#![forbid(unsafe_code)]

mod account;
mod assemble;
pub mod ast;
mod check;
pub mod chunk_name;
mod code;
pub mod error;
mod hash;
mod lexer;
pub mod meter;
mod nesting;
mod parser;
mod segments;
pub mod tokens;

pub use check::{Warning, check};
pub use code::{Generated, Generation};
pub use error::{CompileError, Opener, SyntaxError};
pub use meter::{Meter, Refused, Unmetered, Work};
pub use segments::Segments;

use fife_bytecode::Prototype;
use std::sync::Arc;

/// A chunk that was parsed: the first half of [`compile`], for hosts that want control in between.
pub struct Parsed {
    tree: ast::Ast,
    chunk_name: Arc<[u8]>,
}

/// Parses a chunk of source text.
///
/// `chunk_name` is as in Lua's `load`: `@file`, `=text`, or the source itself. The memory for the tree is requested
/// from `meter` before it is taken. If the meter refuses, the result is [`CompileError::Memory`]. A caller that drops a
/// [`Parsed`] must release what it still holds.
pub fn parse(source: &[u8], chunk_name: &[u8], meter: &mut dyn Meter) -> Result<Parsed, CompileError> {
    let name = fife_bytecode::shared_name(chunk_name).ok_or(CompileError::Memory)?;
    let tree = parser::parse(source, chunk_name, meter)?;
    Ok(Parsed { tree, chunk_name: name })
}

impl Parsed {
    /// Generates code. The bytes of the tree are given back; those of the result stay taken. The result has not been
    /// verified.
    pub fn generate(self, meter: &mut dyn Meter) -> Result<Prototype, CompileError> {
        nesting::generate(self.generation(), meter)
    }

    /// As [`generate`](Self::generate), in pieces.
    pub fn generation(self) -> Generation {
        Generation::new(self.tree, self.chunk_name)
    }
}

/// Compiles a chunk of source text: [`parse`] and [`Parsed::generate`].
pub fn compile(source: &[u8], chunk_name: &[u8], meter: &mut dyn Meter) -> Result<Prototype, CompileError> {
    parse(source, chunk_name, meter)?.generate(meter)
}
