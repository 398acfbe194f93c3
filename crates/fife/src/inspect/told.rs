//! The event that a hook is handling: the call or return below it, and the values passed.

use super::level::Level;
use crate::object::{FrameView, ThreadObject, hook_event};
use fife_arena::Gc;
use fife_bytecode::Instruction;

/// The event, and the `open_top` that is kept, if a hook is being told of what the frame with this number does.
pub(super) fn above(thread: Gc<'_, ThreadObject<'_>>, frame: u32) -> Option<(u8, u32)> {
    let above = frame.checked_add(1).filter(|above| *above < thread.frame_count.get())?;
    match thread.frame(above).view() {
        FrameView::Hook { event, open_top } => Some((event, open_top)),
        _ => None,
    }
}

/// The first slot and the number of what a native returned that the function of the frame with this number tail called,
/// while a hook is told that this function returns it.
pub(super) fn tail_results(thread: Gc<'_, ThreadObject<'_>>, frame: u32) -> Option<(u32, u32)> {
    above(thread, frame.checked_add(1)?)?;
    let kept = thread.frame(frame + 1);
    match kept.view() {
        FrameView::Deliver { from, count } if thread.slot(kept.func()).is_nil() => Some((from, count)),
        _ => None,
    }
}

/// The number of the first argument of a call, or result of a return, that a hook is being told of, and how many there
/// are.
pub(super) fn transfer<'gc>(thread: Gc<'gc, ThreadObject<'gc>>, at: Level<'gc>) -> Option<(u32, u32)> {
    let (Level::Lua { frame: index, .. } | Level::Native { below: index, .. }) = at;
    if let Level::Lua { frame, .. } = at
        && let Some((from, count)) = tail_results(thread, frame)
    {
        return Some((from.checked_sub(thread.frame(frame).base())? + 1, count));
    }
    let (event, open_top) = above(thread, index)?;
    let frame = thread.frame(index);
    let (closure, pc) = match at {
        Level::Native { .. } => {
            return match frame.view() {
                FrameView::Start { args } => Some((1, args)),
                FrameView::Deliver { from, count } => Some((from - frame.func(), count)),
                _ => None,
            };
        }
        Level::Lua { closure, pc, .. } => (closure, pc),
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
