//! The variables of an activation: local variables, further arguments, and values without a name.
//!
//! Not all may be changed: loops keep their state in registers, and constructors their tables, and the interpreter
//! relies on these (see [`is_relied_on`]).

use super::inspector::Inspector;
use super::told;
use crate::object::{CellObject, Slot, Value};
use fife_bytecode::name::local_name;
use fife_bytecode::{Instruction, Prototype};
use std::fmt;

/// What kind of variable it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VariableKind {
    /// A local variable of the source, parameters among them.
    Local,
    /// A variable that a loop keeps its state in, without a name in the source: `(for state)`.
    Hidden,
    /// A further argument: `(vararg)`.
    Vararg,
    /// A value in the middle of an expression, or one that a native works with: `(temporary)`, `(C temporary)`.
    Temporary,
}

/// A variable of an activation, from [`Activation::local`](crate::gc::Activation::local) and similar methods. If that
/// is outdated, the variable is nil and cannot be changed.
///
/// ```
/// use fife::gc::{Inspector, VariableKind};
/// use fife::{Fuel, Lua, Status};
///
/// let mut lua = Lua::new();
/// let task = lua.load("local limit = 1e9 for i = 1, limit do local twice = 2 * i end").start(())?;
/// assert_eq!(task.run(&mut lua, &mut Fuel::with(1000))?, Status::OutOfFuel);
/// lua.enter(|ctx| {
///     let level = Inspector::of_thread(ctx, task.fetch(ctx)?.thread()).level(0).unwrap();
///     // The control variables of the loop are the interpreter's.
///     let hidden = level.locals().find(|variable| variable.kind() == VariableKind::Hidden).unwrap();
///     assert!(!hidden.is_writable() && !hidden.set(5));
///     let limit = level.locals().next().unwrap();
///     assert_eq!((limit.name(), limit.value().to_number()), (&b"limit"[..], Some(1e9)));
///     Ok::<(), fife::Error>(())
/// })?;
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Variable<'gc> {
    inspector: Inspector<'gc>,
    name: &'gc [u8],
    kind: VariableKind,
    /// None for a register that was not written yet.
    slot: Option<u32>,
    is_open: bool,
}

impl<'gc> Variable<'gc> {
    /// Its name, in parentheses if it has none in the source.
    pub fn name(self) -> &'gc [u8] {
        self.name
    }

    /// What kind of variable it is.
    pub fn kind(self) -> VariableKind {
        self.kind
    }

    /// The slot, if the thread still is as it was.
    fn current_slot(self) -> Option<u32> {
        let object = self.inspector.object();
        self.slot.filter(|slot| self.inspector.is_current() && *slot < object.stack_size.get())
    }

    /// Its value.
    pub fn value(self) -> Value<'gc> {
        let slot = self.current_slot().map_or(Slot::NIL, |slot| self.inspector.object().slot(slot));
        slot.as_cell().map_or(slot, |cell| cell.value.get()).value()
    }

    /// Whether it can be [`set`](Self::set): the interpreter relies on some, and natives on theirs.
    pub fn is_writable(self) -> bool {
        self.is_open && self.current_slot().is_some()
    }

    /// Changes the variable, and returns whether that was [possible](Self::is_writable). Closures that have captured it
    /// by value keep the value they have.
    pub fn set(self, value: impl Into<Value<'gc>>) -> bool {
        let Some(slot) = self.current_slot().filter(|_| self.is_open) else { return false };
        let (object, mc, value) = (self.inspector.object(), self.inspector.ctx().mc(), Slot::from(value.into()));
        match object.slot(slot).as_cell() {
            Some(cell) => CellObject::set(cell, mc, value),
            None => {
                // The running thread needs no barrier, any other does.
                mc.barrier_backward(object);
                // It may be an operand of a concatenation that is to continue.
                object.unfinished.set(None);
                object.set_slot(slot, value);
            }
        }
        true
    }
}

impl fmt::Debug for Variable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {:?}", String::from_utf8_lossy(self.name), self.value())
    }
}

/// The variable with a number of Lua code that is at the instruction `pc`: a local variable from 1 on, a further
/// argument from -1 down, or a temporary value.
pub(super) fn of_code<'gc>(
    inspector: Inspector<'gc>,
    index: u32,
    chunk: &'gc Prototype,
    pc: usize,
    number: i64,
) -> Option<Variable<'gc>> {
    let thread = inspector.object();
    let frame = thread.frame(index);
    // Number 0 counts as a further argument that is not there.
    let Some(position) = usize::try_from(number).ok().and_then(|number| number.checked_sub(1)) else {
        let further = u32::try_from(number.checked_neg()?.checked_sub(1)?).ok()?;
        let slot = (further < frame.vararg_count()).then(|| frame.base() - 1 - frame.vararg_count() + further)?;
        return Some(Variable {
            inspector,
            name: b"(vararg)",
            kind: VariableKind::Vararg,
            slot: Some(slot),
            is_open: true,
        });
    };
    let hook = told::above(thread, index);
    let end = inspector.end_of_code(index);
    let end = if inspector.is_stopped_in(index) { end } else { end.min(used_end(chunk, frame.base(), pc, hook)) };
    let (name, kind, register, is_open) = match local_name(chunk, position + 1, pc) {
        Some(local) => {
            let kind = if local.is_hidden() { VariableKind::Hidden } else { VariableKind::Local };
            (&*local.name, kind, u32::from(local.register), !local.is_hidden())
        }
        None => {
            let is_open = u8::try_from(position).is_ok_and(|register| !is_relied_on(chunk, register));
            (&b"(temporary)"[..], VariableKind::Temporary, u32::try_from(position).ok()?, is_open)
        }
    };
    let slot = frame.base().checked_add(register)?;
    let is_returned =
        told::tail_results(thread, index).is_some_and(|(from, count)| (from..from + count).contains(&slot));
    if slot < end || is_returned {
        return Some(Variable { inspector, name, kind, slot: Some(slot), is_open });
    }
    // To a hook PUC-Rio Lua shows all registers, whatever is in those not in use.
    let is_shown = hook.is_some() && register < u32::from(chunk.register_count);
    is_shown.then_some(Variable { inspector, name, kind, slot: None, is_open: false })
}

/// The end of what a function has in use in the middle of an instruction, up to what that calls. `hook` is what a hook
/// is told above it.
fn used_end(chunk: &Prototype, base: u32, pc: usize, hook: Option<(u8, u32)>) -> u32 {
    let end = base + chunk.live.get(pc).copied().map_or(0, u32::from);
    let end = end.min(base + called_register(chunk, pc));
    match hook {
        Some((_, open_top)) if chunk.code.get(pc).is_some_and(Instruction::takes_open) => end.max(open_top),
        _ => end,
    }
}

/// The value with a number, from 1 on, that a native has on the stack: its arguments, and what it works with.
pub(super) fn of_native<'gc>(inspector: Inspector<'gc>, below: u32, number: i64) -> Option<Variable<'gc>> {
    let (first, end) = inspector.native_values(below)?;
    let slot = first.checked_add(u32::try_from(number).ok()?.checked_sub(1)?)?;
    let (name, kind) = (&b"(C temporary)"[..], VariableKind::Temporary);
    (slot < end).then_some(Variable { inspector, name, kind, slot: Some(slot), is_open: false })
}

/// Whether a loop may keep its state in the register, or a constructor its table: the interpreter relies on what they
/// put there. In proportion to the code.
fn is_relied_on(chunk: &Prototype, register: u8) -> bool {
    chunk.code.iter().any(|instruction| {
        let count = if instruction.keeps_loop() { 4 } else { usize::from(instruction.constructs()) };
        instruction.block().is_some_and(|it| (it.index()..it.index() + count).contains(&register.into()))
    })
}

/// The register of what an instruction calls, from which on nothing is the function's own any more.
fn called_register(chunk: &Prototype, pc: usize) -> u32 {
    chunk.code.get(pc).and_then(Instruction::called).unwrap_or(chunk.register_count.into())
}
