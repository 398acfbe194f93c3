//! What Fife's compiler and virtual machine share.
//!
//! In reading order: [`number`] is Lua's arithmetic on plain numbers and their text, [`operand`] and [`instruction`]
//! are the code, and `attribute` classifies instructions; [`prototype`] is a compiled function, `text` its names, `positions`
//! where its instructions come from, [`verify()`] the only
//! way to one that runs; [`listing`] prints it for people, [`name`] finds what a register is called, [`chunk`] writes
//! it to files.

#![forbid(unsafe_code)]

mod attribute;
pub mod chunk;
pub mod instruction;
pub mod listing;
pub mod name;
pub mod number;
pub mod operand;
mod positions;
pub mod prototype;
mod sink;
mod text;
pub mod verify;

pub use instruction::{Instruction, Operand};
pub use operand::*;
pub use positions::Positions;
pub use prototype::*;
pub use sink::ByteSink;
pub use text::Text;
pub use verify::{Verified, VerifyError, verify};
