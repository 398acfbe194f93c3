//! Which frames are levels of a thread's stack, as messages, tracebacks and debuggers count them.
//!
//! Frames are the interpreter's own: besides activations there are frames that only say what happens next, and a native
//! that returns at once has no frame. This file turns them into the list that PUC-Rio Lua would show: Lua functions and
//! natives, innermost first.
//!
//! For a thread that does not run, only slots below its `live_top` may be read. That is above the slot of its top
//! frame.

use super::name::{self, Name, NameKind};
use crate::object::{ClosureObject, Context, FrameView, Function, Moment, NativeObject, OnReturn, ThreadObject};
use fife_arena::Gc;
use fife_bytecode::Prototype;

/// A function that runs, or waits for one it called.
#[derive(Clone, Copy)]
pub(crate) enum Level<'gc> {
    /// A Lua function.
    Lua {
        /// The number of its frame.
        frame: u32,
        /// The function.
        closure: Gc<'gc, ClosureObject<'gc>>,
        /// The instruction that it is at.
        pc: usize,
    },
    /// A native.
    Native {
        /// The function; not always known for what the interpreter carries out itself.
        function: Option<Gc<'gc, NativeObject<'gc>>>,
        /// Its name, with its library; empty if it has none.
        name: &'gc str,
        /// How many frames there are below it.
        below: u32,
    },
}

/// The function of a frame, if it is one of Lua code, and the instruction that it is in the middle of.
pub(crate) fn lua_frame<'gc>(
    thread: Gc<'gc, ThreadObject<'gc>>,
    index: u32,
) -> Option<(Gc<'gc, ClosureObject<'gc>>, usize)> {
    thread.lua_frame(index).map(|frame| (frame.closure, frame.next.saturating_sub(1)))
}

/// The level that a frame is, if it is one. A Lua frame on top is at this moment.
pub(super) fn level_of<'gc>(thread: Gc<'gc, ThreadObject<'gc>>, index: u32, top: Moment) -> Option<Level<'gc>> {
    let frame = thread.frame(index);
    let native = |name| Some(Level::Native { function: None, name, below: index });
    let known = |function| Some(native_level(function, index));
    let in_slot = || thread.slot(frame.func()).as_native();
    match frame.view() {
        FrameView::Lua { .. } => {
            let (closure, pc) = lua_frame(thread, index)?;
            let is_before = top == Moment::Stopped && index + 1 == thread.frame_count.get();
            let pc = if is_before { thread.lua_frame(index)?.next } else { pc };
            Some(Level::Lua { frame: index, closure, pc })
        }
        FrameView::Unwind { .. } | FrameView::Finalizer { .. } | FrameView::Hook { .. } => None,
        // Natives that a hook is told of.
        FrameView::Start { .. } if index == 0 => None,
        FrameView::Start { .. } => in_slot().and_then(known),
        FrameView::Deliver { .. } => match in_slot() {
            Some(function) => known(function),
            // None, where a Lua function is told of; or not known.
            None if thread.slot(frame.func()).is_nil() => None,
            None => native(""),
        },
        // Its slot keeps the native that raised the error, which has no frame of its own.
        FrameView::Handler { .. } => in_slot().and_then(known),
        FrameView::Pcall => in_slot().map_or_else(|| native("pcall"), known),
        FrameView::Xpcall { is_host } => native(if is_host { "" } else { "xpcall" }),
        // They are on top of a thread that does not run, which keeps their slot.
        FrameView::Waiting(_) => in_slot().map_or_else(|| native(""), known),
        FrameView::Sequence { .. } => match thread.sequence(index) {
            Some(sequence) => known(sequence.native),
            None => native(""),
        },
    }
}

/// Whether a frame is a level.
pub(crate) fn is_level<'gc>(thread: Gc<'gc, ThreadObject<'gc>>, index: u32) -> bool {
    level_of(thread, index, Moment::Working).is_some()
}

/// A native with this many frames below it.
pub(super) fn native_level<'gc>(function: Gc<'gc, NativeObject<'gc>>, below: u32) -> Level<'gc> {
    Level::Native { function: Some(function), name: NativeObject::shown_name(function), below }
}

impl<'gc> Level<'gc> {
    /// The function, where it is known.
    pub(super) fn function(self) -> Option<Function<'gc>> {
        match self {
            Level::Lua { closure, .. } => Some(Function::Closure(closure)),
            Level::Native { function, .. } => function.map(Function::Native),
        }
    }

    /// Whether it took the place of the function that called it.
    pub(super) fn is_tail_call(self, thread: Gc<'gc, ThreadObject<'gc>>) -> bool {
        match self {
            Level::Lua { frame, .. } => thread.frame(frame).is_tail_call(),
            Level::Native { .. } => false,
        }
    }

    /// What the Lua function below calls it, if that is what called it. Pays for the search.
    pub(super) fn called_name(self, ctx: Context<'gc>, thread: Gc<'gc, ThreadObject<'gc>>) -> Option<Name<'gc>> {
        let below = match self {
            Level::Lua { frame, .. } => {
                let it = thread.frame(frame);
                let caller = frame.checked_sub(1).map(|index| thread.frame(index).view());
                match it.target().on_return() {
                    _ if it.is_tail_call() => return None,
                    // As in PUC-Rio Lua, a handler is taken for what the instruction that failed may call.
                    OnReturn::Marker if matches!(caller, Some(FrameView::Handler { .. })) => {
                        let has_thrower = is_level(thread, frame - 1);
                        if has_thrower {
                            return None;
                        }
                        frame - 1
                    }
                    OnReturn::Marker if matches!(caller, Some(FrameView::Hook { .. })) => {
                        return Some(Name { kind: NameKind::Hook, text: b"?" });
                    }
                    OnReturn::Marker if matches!(caller, Some(FrameView::Finalizer { .. })) => {
                        return Some(name::FINALIZER);
                    }
                    OnReturn::Marker | OnReturn::Thread => return None,
                    _ => frame,
                }
            }
            Level::Native { below, .. } => below,
        };
        called_name(ctx, thread, below.checked_sub(1)?)
    }
}

/// What the frame with this number calls the function that runs above it. Pays for the search.
pub(crate) fn called_name<'gc>(ctx: Context<'gc>, thread: Gc<'gc, ThreadObject<'gc>>, index: u32) -> Option<Name<'gc>> {
    if matches!(thread.frame(index).view(), FrameView::Finalizer { .. }) {
        return Some(name::FINALIZER);
    }
    let (closure, pc) = lua_frame(thread, index)?;
    let chunk: &Prototype = &closure.as_ref().prototype.as_ref().chunk;
    name::charge(ctx, chunk, pc);
    name::of_called(chunk, pc)
}
