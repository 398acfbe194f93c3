//! Prototypes as bytes: the files that `string.dump` makes and `load` takes back.
//!
//! **Format.** `ESC Fife`, the format's version, the fingerprint of the instruction table (four bytes, the least
//! first), the name of the source, and the main function. Of a function: the two lines of its definition, the
//! numbers of parameters and registers and what else its head says, the code with the live counts, constants,
//! upvalues, the name of itself, local variables, positions, the number of nested functions and these one after
//! another, each whole. Numbers are in groups of seven bits, the least first, with the eighth bit set on all but
//! the last; signed ones are folded so that small ones stay short. A list is its length and its elements. An
//! instruction is its place in the table and its operands.
//!
//! A binary that has other instructions has another fingerprint and refuses the file. One whose instructions
//! mean something else under the same names must change [`VERSION`].
//!
//! **Trust.** A file may come from anywhere, and nothing here believes it. Memory is asked for before it is taken,
//! and no list is longer than the bytes that are left can hold. What comes out is a [`Prototype`] that still has to
//! pass [`verify`](crate::verify()) like any other: without that nothing of it runs.
//!
//! **Stripped** files have no names of variables and no positions: what shows them shows `?`.

mod portable;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::{ReadError, read};
pub use write::{Length, Writer, write};

pub(crate) use portable::Portable;
pub(crate) use read::Reader;

use crate::instruction::Instruction;
use crate::prototype::Prototype;

/// What every file starts with. The first byte is that of PUC-Rio Lua's precompiled chunks, which no text starts with.
pub const SIGNATURE: &[u8] = b"\x1bFife";

/// What precompiled chunks of PUC-Rio Lua start with.
pub const PUC_SIGNATURE: &[u8] = b"\x1bLua";

/// The version of the format, and of what instructions mean.
pub const VERSION: u8 = 1;

/// What a name is in a stripped file: no name that a program could have.
pub const UNKNOWN_NAME: &[u8] = b"?";

/// The name of the source in a stripped file.
pub const UNKNOWN_SOURCE: &[u8] = b"=?";

/// The fingerprint of the instruction table: changes with every name and every operand in it.
pub const FINGERPRINT: u32 = fingerprint(Instruction::TABLE.as_bytes());

/// Fowler, Noll and Vo's hash, FNV-1a.
const fn fingerprint(text: &[u8]) -> u32 {
    let mut hash = 0x811C_9DC5_u32;
    let mut at = 0;
    while at < text.len() {
        hash = (hash ^ text[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash
}
