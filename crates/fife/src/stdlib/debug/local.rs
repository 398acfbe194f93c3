//! Local variables for `debug`: those of activations, temporary values among them, and the names of parameters.
//!
//! What the interpreter relies on is not changed: see [`is_relied_on`].

use super::{activation_at, hook, thread_argument, upvalue};
use crate::error::Error;
use crate::inspect::level::Activation;
use crate::native::{Call, Reply};
use crate::object::{Function, Slot, Thread, Value};
use fife_bytecode::name::local_name;
use fife_bytecode::{Instruction, Prototype};

/// A variable of an activation: its name, and its slot.
struct Variable<'gc> {
    name: &'gc [u8],
    /// None for a register that was not written yet.
    slot: Option<u32>,
    /// Whether its value may be changed.
    is_open: bool,
}

/// The variable with a number at a level: a local variable from 1 on, a further argument from -1 down, or a temporary
/// value.
fn variable<'gc>(call: &Call<'gc, '_>, thread: Thread<'gc>, at: Activation<'gc>, number: i64) -> Option<Variable<'gc>> {
    let (index, closure, pc) = match at {
        Activation::Lua { frame, closure, pc } => (frame, closure, pc),
        Activation::Native { below, .. } => return native_value(call, thread, below, number),
    };
    let frame = thread.0.frame(index);
    // Number 0 counts as a further argument that is not there.
    let Some(position) = usize::try_from(number).ok().and_then(|number| number.checked_sub(1)) else {
        let further = u32::try_from(number.checked_neg()?.checked_sub(1)?).ok()?;
        let slot = (further < frame.vararg_count()).then(|| frame.base() - 1 - frame.vararg_count() + further)?;
        return Some(Variable { name: b"(vararg)", slot: Some(slot), is_open: true });
    };
    let chunk = &closure.as_ref().prototype.as_ref().chunk;
    // What the function has in use, up to what it calls, and what is kept of a thread that does not run.
    let mut end = frame.base() + chunk.live.get(pc).copied().map_or(0, u32::from);
    end = end.min(frame.base() + called_register(chunk, pc));
    let hook = hook::above(thread, index);
    if let Some((_, open_top)) = hook
        && chunk.code.get(pc).is_some_and(Instruction::takes_open)
    {
        end = end.max(open_top);
    }
    end = end.min(end_of_frame(call, thread, index));
    let (name, register, is_open) = match local_name(chunk, position + 1, pc) {
        Some(local) => (&*local.name, u32::from(local.register), !local.is_hidden()),
        None => {
            let is_open = u8::try_from(position).is_ok_and(|register| !is_relied_on(chunk, register));
            (&b"(temporary)"[..], u32::try_from(position).ok()?, is_open)
        }
    };
    let slot = frame.base().checked_add(register)?;
    let is_returned =
        hook::tail_results(thread, index).is_some_and(|(from, count)| (from..from + count).contains(&slot));
    if slot < end || is_returned {
        return Some(Variable { name, slot: Some(slot), is_open });
    }
    // To a hook PUC-Rio Lua shows all registers, whatever is in those not in use.
    let is_shown = hook.is_some() && register < u32::from(chunk.register_count);
    is_shown.then_some(Variable { name, slot: None, is_open: false })
}

/// The slot up to which values are a frame's own: from there on there is what runs above it, or nothing. It may be less than the
/// instruction before the next one had in use, which need not have led there: a finalizer may run between any two.
fn end_of_frame<'gc>(call: &Call<'gc, '_>, thread: Thread<'gc>, index: u32) -> u32 {
    let on_top = || if thread == call.running_thread() { call.base - 1 } else { thread.0.live_top.get() };
    thread.0.own_end(index).unwrap_or_else(on_top)
}

/// The value with a number, from 1 on, that a native has on the stack: its arguments, and what it works with.
fn native_value<'gc>(call: &Call<'gc, '_>, thread: Thread<'gc>, frame: u32, number: i64) -> Option<Variable<'gc>> {
    let is_running = thread == call.running_thread();
    let count = thread.0.frame_count.get();
    let (first, end) = if frame == count {
        // A coroutine's native that failed left nothing.
        is_running.then_some((call.base, call.base + call.count))?
    } else {
        let top = if is_running { call.base - 1 } else { thread.0.open_top.get().min(thread.0.live_top.get()) };
        thread.0.native_values(frame, top)?
    };
    let slot = first.checked_add(u32::try_from(number).ok()?.checked_sub(1)?)?;
    (slot < end).then_some(Variable { name: b"(C temporary)", slot: Some(slot), is_open: false })
}

/// Whether a loop may keep its state in the register, or a constructor its table: the interpreter relies on what they put
/// there. In proportion to the code.
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

/// The activation that arguments `first` names as a level.
fn level_argument<'gc>(call: &Call<'gc, '_>, thread: Thread<'gc>, first: usize) -> Result<Activation<'gc>, Error<'gc>> {
    let level = call.integer(first)?;
    activation_at(call, thread, level).ok_or_else(|| call.argument_error(first, "level out of range"))
}

/// `debug.getlocal`
pub(super) fn getlocal<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (thread, skipped) = thread_argument(call);
    let number = call.integer(skipped + 1)?;
    if let Value::Function(function) = call.get(skipped) {
        let Function::Closure(closure) = function else { return call.one(Value::Nil) };
        let chunk = &closure.prototype.chunk;
        call.charge(chunk.locals.len() / 8);
        let parameter = usize::try_from(number).ok().and_then(|number| local_name(chunk, number, 0));
        return match parameter {
            Some(parameter) => {
                let name = call.make_string(&parameter.name)?;
                call.one(name)
            }
            None => call.one(Value::Nil),
        };
    }
    let at = level_argument(call, thread, skipped)?;
    charge_variables(call, at);
    let Some(found) = variable(call, thread, at, number) else { return call.one(Value::Nil) };
    let slot = found.slot.map_or(Slot::NIL, |slot| thread.0.slot(slot));
    let value = slot.as_cell().map_or(slot, |cell| cell.value.get());
    let name = call.make_string(found.name)?;
    call.all([Value::String(name), value.value()])
}

fn charge_variables(call: &Call<'_, '_>, at: Activation<'_>) {
    if let Activation::Lua { closure, .. } = at {
        let chunk = &closure.prototype.chunk;
        call.charge(chunk.locals.len() / 8 + chunk.code.len() / 16);
    }
}

/// `debug.setlocal`
pub(super) fn setlocal<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (thread, skipped) = thread_argument(call);
    call.integer(skipped)?;
    let number = call.integer(skipped + 1)?;
    let at = level_argument(call, thread, skipped)?;
    let value = Slot::from(call.any(skipped + 2)?);
    charge_variables(call, at);
    let found = variable(call, thread, at, number).filter(|found| found.is_open);
    let Some((slot, name)) = found.and_then(|found| Some((found.slot?, found.name))) else {
        return call.one(Value::Nil);
    };
    let name = call.make_string(name)?;
    match thread.0.slot(slot).as_cell() {
        Some(cell) => upvalue::set_cell(call.ctx(), cell, value),
        None => {
            // The running thread needs no barrier, any other does.
            call.ctx().mc().barrier_backward(thread.0);
            thread.0.set_slot(slot, value);
        }
    }
    call.one(name)
}
