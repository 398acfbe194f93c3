//! `debug.sethook` and `debug.gethook`.

use super::thread_argument;
use crate::error::Error;
use crate::inspect::level::Activation;
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::{Context, FrameView, HookObject, Slot, Table, Thread, Value, hook_event};
use fife_arena::{Collect, Gc};
use fife_bytecode::Instruction;

/// Where the registry has the table of hooks.
const HOOKS: &str = "_HOOKKEY";

const LETTERS: [(u8, u8); 3] = [(b'c', hook_event::CALL), (b'r', hook_event::RETURN), (b'l', hook_event::LINE)];

/// `debug.sethook`
pub(super) fn sethook<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (thread, first) = thread_argument(call);
    let ctx = call.ctx();
    let hook = if call.get(first).is_nil() {
        None
    } else {
        let letters = call.string(first + 1)?;
        let function = call.get(first);
        if !matches!(function, Value::Function(_)) {
            return Err(call.type_error(first, "function"));
        }
        let count = call.integer_or(first + 2, 0)?;
        let count = u32::try_from(count.max(0)).unwrap_or(u32::MAX);
        let has = |letter: &u8| letters.as_bytes().contains(letter);
        let mask = LETTERS.iter().filter(|(letter, _)| has(letter)).fold(0, |mask, (_, event)| mask | event);
        (mask != 0 || count != 0).then_some((Slot::from(function), mask, count))
    };
    let frames = thread.0.frame_count.get();
    call.charge(frames as usize / 16);
    let is_running = (0..frames).any(|index| matches!(thread.0.frame(index).view(), FrameView::Hook { .. }));
    let hook = match hook {
        None => None,
        Some((function, mask, count)) => {
            // A thread that has not started enters its function yet.
            let is_new = thread.0.top_frame().is_some_and(|frame| matches!(frame.view(), FrameView::Start { .. }));
            let hook = HookObject::new(function, mask, count, is_running, frames - u32::from(is_new));
            Some(Gc::try_new(ctx.mc(), hook).map_err(|_| call.refused())?)
        }
    };
    let function = if hook.is_some() { call.get(first) } else { Value::Nil };
    hooks_table(ctx).set(ctx, Value::Thread(thread), function).map_err(|_| call.refused())?;
    thread.0.script_hook.set(hook);
    ctx.mc().barrier_backward(thread.0);
    call.sequence(Switch)
}

/// The table of the registry that has the hook of each thread, as in PUC-Rio Lua: for scripts that look there.
fn hooks_table<'gc>(ctx: Context<'gc>) -> Table<'gc> {
    if let Value::Table(hooks) = ctx.registry().get_field(ctx, HOOKS) {
        return hooks;
    }
    let hooks = ctx.table();
    hooks.set_field(ctx, "__mode", ctx.string("k"));
    hooks.set_metatable(ctx.mc(), Some(hooks));
    ctx.registry().set_field(ctx, HOOKS, hooks);
    hooks
}

/// `debug.gethook`
pub(super) fn gethook<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (thread, _) = thread_argument(call);
    let Some(hook) = thread.0.script_hook.get() else { return call.one(Value::Nil) };
    let letters = LETTERS.iter().filter(|(_, event)| hook.mask & event != 0).map(|(letter, _)| *letter);
    let mask = call.ctx().string(letters.collect::<Vec<u8>>());
    call.all([hook.function.value(), Value::String(mask), Value::Integer(i64::from(hook.count))])
}

/// The event, and the `open_top` that is kept, if a hook is being told of what the frame with this number does.
pub(super) fn above(thread: Thread<'_>, frame: u32) -> Option<(u8, u32)> {
    let above = frame.checked_add(1).filter(|above| *above < thread.0.frame_count.get())?;
    match thread.0.frame(above).view() {
        FrameView::Hook { event, open_top } => Some((event, open_top)),
        _ => None,
    }
}

/// The first slot and the number of what a native returned that the function of the frame with this number tail called, while a
/// hook is told that this function returns it.
pub(super) fn tail_results(thread: Thread<'_>, frame: u32) -> Option<(u32, u32)> {
    above(thread, frame.checked_add(1)?)?;
    let kept = thread.0.frame(frame + 1);
    match kept.view() {
        FrameView::Deliver { from, count } if thread.0.slot(kept.func()).is_nil() => Some((from, count)),
        _ => None,
    }
}

/// The number of the first argument of a call, or result of a return, that a hook is being told of, and how many there are.
pub(super) fn transfer<'gc>(thread: Thread<'gc>, at: Activation<'gc>) -> Option<(u32, u32)> {
    let (Activation::Lua { frame: index, .. } | Activation::Native { below: index, .. }) = at;
    if let Activation::Lua { frame, .. } = at
        && let Some((from, count)) = tail_results(thread, frame)
    {
        return Some((from.checked_sub(thread.0.frame(frame).base())? + 1, count));
    }
    let (event, open_top) = above(thread, index)?;
    let frame = thread.0.frame(index);
    let (closure, pc) = match at {
        Activation::Native { .. } => {
            return match frame.view() {
                FrameView::Start { args } => Some((1, args)),
                FrameView::Deliver { from, count } => Some((from - frame.func(), count)),
                _ => None,
            };
        }
        Activation::Lua { closure, pc, .. } => (closure, pc),
    };
    let chunk = &closure.prototype.chunk;
    if event == hook_event::CALL {
        return Some((1, u32::from(chunk.parameter_count)));
    }
    if event != hook_event::RETURN {
        return None;
    }
    match *chunk.code.get(pc)? {
        Instruction::Return1 { src } => Some((src.index() as u32 + 1, 1)),
        Instruction::Return { first, count } => Some((first.index() as u32 + 1, count.into())),
        Instruction::ReturnOpen { first } => {
            let first = first.index() as u32;
            Some((first + 1, open_top.saturating_sub(frame.base() + first)))
        }
        _ => Some((1, 0)),
    }
}

/// Leaves the loop, which then goes on with the instance that the hook needs.
#[derive(Collect)]
struct Switch;

impl<'gc> Sequence<'gc> for Switch {
    const NAME: &'static str = "debug.sethook";

    fn poll(&mut self, _: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        Ok(Poll::Return(0))
    }
}
