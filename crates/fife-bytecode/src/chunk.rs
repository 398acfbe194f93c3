//! Prototypes as bytes: the files that `string.dump` writes and `load` reads.
//!
//! **Format.** `ESC Fife`, the format's version, the fingerprint of the instruction table (four bytes, lowest first),
//! the name of the source, and the main function. Each function has the two lines of its definition, the numbers of
//! parameters and registers and the rest of its header, the code with the live counts, constants, upvalues, its own
//! name, local variables, positions, the number of nested functions, and these one after another, each complete.
//! Numbers are written in groups of seven bits, lowest first, with the eighth bit set on all but the last; signed
//! numbers are folded so that small ones stay short. A list is its length and its elements. An instruction is its place
//! in the table and its operands.
//!
//! A build with other instructions has another fingerprint and refuses the file. If instructions change their meaning
//! but keep their names, [`VERSION`] must change.
//!
//! **Trust.** A file may come from anywhere, and nothing here trusts it. Memory is asked for before it is taken, and no
//! list is longer than the remaining bytes can hold. The result is a [`Prototype`] that must pass
//! [`verify`](crate::verify()) like any other before any of it runs.
//!
//! **Stripped** files have no variable names and no positions; `?` is shown in their place.

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

/// The first bytes of every file. The first of them is that of PUC-Rio Lua's precompiled chunks; no text starts with
/// it.
pub const SIGNATURE: &[u8] = b"\x1bFife";

/// The first bytes of PUC-Rio Lua's precompiled chunks.
pub const PUC_SIGNATURE: &[u8] = b"\x1bLua";

/// The version of the format and of the meaning of instructions.
pub const VERSION: u8 = 1;

/// Every name in a stripped file: one that no program can use.
pub const UNKNOWN_NAME: &[u8] = b"?";

/// The name of the source in a stripped file.
pub const UNKNOWN_SOURCE: &[u8] = b"=?";

/// The fingerprint of the instruction table, which changes with every name and operand in it.
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
