//! The names of values in code: `global 'print'`, `field 'x'`. Found by a walk over the code, which is charged for.

use crate::object::Context;
use fife_bytecode::name::{self, WALK_MAX};
use fife_bytecode::{Operand, Prototype};
use std::fmt;

pub use fife_bytecode::name::NameKind;

/// The name of a value in the code that works with it, and the kind of the name. It prints as in messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'gc> {
    /// What kind of name.
    pub kind: NameKind,
    /// The name itself.
    pub text: &'gc [u8],
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} '{}'", self.kind, String::from_utf8_lossy(self.text))
    }
}

/// What calls a finalizer.
pub(crate) const FINALIZER: Name<'static> = Name { kind: NameKind::Metamethod, text: b"__gc" };

/// Charges for finding the name of a value that the instruction at `pc` works with, which may take a search through a
/// long function.
pub(crate) fn charge(ctx: Context<'_>, chunk: &Prototype, pc: usize) {
    ctx.state().charge(pc.min(WALK_MAX) / 8 + chunk.locals.len() / 4);
}

/// The name of what the instruction at `pc` calls.
pub(super) fn of_called(chunk: &Prototype, pc: usize) -> Option<Name<'_>> {
    name::call_name(chunk, pc).map(|(kind, text)| Name { kind, text })
}

/// The name of an operand of the instruction at `pc`.
pub(crate) fn of_operand(chunk: &Prototype, pc: usize, operand: Operand) -> Option<Name<'_>> {
    name::operand_name(chunk, pc, operand).map(|(kind, text)| Name { kind, text })
}

/// The name of what is in a register before the instruction at `pc`.
pub(super) fn of_register(chunk: &Prototype, pc: usize, register: u8) -> Option<Name<'_>> {
    name::register_name(chunk, pc, register).map(|(kind, text)| Name { kind, text })
}

/// The name of an upvalue.
pub(super) fn of_upvalue(chunk: &Prototype, upvalue: usize) -> Option<Name<'_>> {
    let text = &*chunk.upvalues.get(upvalue)?.name;
    (!text.is_empty()).then_some(Name { kind: NameKind::Upvalue, text })
}
