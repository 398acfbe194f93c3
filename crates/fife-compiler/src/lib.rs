//! The Lua 5.4 compiler of Fife: source text to prototypes.
//!
//! In reading order: [`meter`] is how memory is asked for, `lexer` makes tokens, [`ast`] is the tree,
//! `parser` builds it and resolves names, `code` generates instructions, `assemble` cuts them into
//! segments and fits their jumps. [`compile`] does all of it.

#![forbid(unsafe_code)]

pub mod ast;
mod assemble;
pub mod chunk_name;
mod code;
pub mod error;
mod lexer;
pub mod meter;
mod parser;

pub use code::heap_bytes;
pub use error::{CompileError, SyntaxError};
pub use meter::{Meter, Refused, Unmetered};

use fife_bytecode::Prototype;
use std::sync::Arc;

/// Compiles a chunk of source text.
///
/// `chunk_name` is as in Lua's `load`: `@file`, `=text`, or the source itself. The memory that the
/// compiler takes, its result included, is asked of `meter` before it is taken and what is temporary
/// is given back; if the meter refuses, the answer is [`CompileError::Memory`]. The result has not been verified.
pub fn compile(source: &[u8], chunk_name: &[u8], meter: &mut dyn Meter) -> Result<Prototype, CompileError> {
    let tree = parser::parse(source, chunk_name, meter)?;
    code::generate(tree, Arc::from(chunk_name), meter)
}
