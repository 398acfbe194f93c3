//! The levels of a thread's stack, as messages, tracebacks and debuggers count them.
//!
//! Frames are what the interpreter needs: besides activations there are frames that only say what happens next, and a
//! native that returns at once has no frame at all. Here that becomes the list that PUC-Rio Lua would show: Lua functions
//! and natives, innermost first.
//!
//! Of a thread that does not run, only slots below its `live_top` may be read. That is above the slot of its top frame.

use crate::object::{ClosureObject, Context, FrameView, NativeObject, OnReturn, Slot, ThreadObject};
use fife_arena::Gc;
use fife_bytecode::Prototype;
use fife_bytecode::name::{self, Name, NameKind};

/// A function that runs, or waits for one it called.
#[derive(Clone, Copy)]
pub(crate) enum Activation<'gc> {
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
        name: &'static str,
        /// How many frames there are below it.
        below: u32,
    },
}

/// The function and the instruction of a frame, if it is one of Lua code.
pub(crate) fn lua_frame<'gc>(
    thread: Gc<'gc, ThreadObject<'gc>>,
    index: u32,
) -> Option<(Gc<'gc, ClosureObject<'gc>>, usize)> {
    thread.lua_frame(index).map(|frame| (frame.closure, frame.next.saturating_sub(1)))
}

/// The activation that a frame is, if it is one.
pub(crate) fn activation_of<'gc>(thread: Gc<'gc, ThreadObject<'gc>>, index: u32) -> Option<Activation<'gc>> {
    let frame = thread.frame(index);
    let native = |name| Some(Activation::Native { function: None, name, below: index });
    let known = |function| Some(native_activation(function, index));
    let in_slot = || thread.slot(frame.func()).as_native();
    match frame.view() {
        FrameView::Lua { .. } => {
            let (closure, pc) = lua_frame(thread, index)?;
            Some(Activation::Lua { frame: index, closure, pc })
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

fn native_activation<'gc>(function: Gc<'gc, NativeObject<'gc>>, below: u32) -> Activation<'gc> {
    Activation::Native { function: Some(function), name: function.definition.shown_name(), below }
}

/// The activations of a thread, innermost first.
pub(crate) struct Levels<'gc> {
    thread: Gc<'gc, ThreadObject<'gc>>,
    native: Option<Gc<'gc, NativeObject<'gc>>>,
    /// How many frames have not been looked at.
    rest: u32,
}

/// The levels of a thread. `native` is level 0 where a native runs on top of all frames.
pub(crate) fn levels<'gc>(
    thread: Gc<'gc, ThreadObject<'gc>>,
    native: Option<Gc<'gc, NativeObject<'gc>>>,
) -> Levels<'gc> {
    Levels { thread, native, rest: thread.frame_count.get() }
}

impl<'gc> Iterator for Levels<'gc> {
    type Item = Activation<'gc>;

    fn next(&mut self) -> Option<Activation<'gc>> {
        if let Some(function) = self.native.take() {
            return Some(native_activation(function, self.rest));
        }
        while self.rest > 0 {
            self.rest -= 1;
            let found = activation_of(self.thread, self.rest);
            if found.is_some() {
                return found;
            }
        }
        None
    }
}

impl<'gc> Activation<'gc> {
    /// The function, where it is known.
    pub(crate) fn function(self) -> Option<Slot<'gc>> {
        match self {
            Activation::Lua { closure, .. } => Some(Slot::closure(closure)),
            Activation::Native { function, .. } => function.map(Slot::native),
        }
    }

    /// Whether it took the place of the function that called it.
    pub(crate) fn is_tail_call(self, thread: Gc<'gc, ThreadObject<'gc>>) -> bool {
        match self {
            Activation::Lua { frame, .. } => thread.frame(frame).is_tail_call(),
            Activation::Native { .. } => false,
        }
    }

    /// What the Lua function below calls it, if that is what called it. Pays for the search.
    pub(crate) fn called_name(self, ctx: Context<'gc>, thread: Gc<'gc, ThreadObject<'gc>>) -> Option<Name<'gc>> {
        let below = match self {
            Activation::Lua { frame, .. } => {
                let it = thread.frame(frame);
                let caller = frame.checked_sub(1).map(|index| thread.frame(index).view());
                match it.target().on_return {
                    _ if it.is_tail_call() => return None,
                    // As in PUC-Rio Lua, a handler is taken for what the instruction that failed may call.
                    OnReturn::Marker if matches!(caller, Some(FrameView::Handler { .. })) => {
                        let has_thrower = activation_of(thread, frame - 1).is_some();
                        if has_thrower {
                            return None;
                        }
                        frame - 1
                    }
                    OnReturn::Marker if matches!(caller, Some(FrameView::Hook { .. })) => {
                        return Some((NameKind::Hook, b"?"));
                    }
                    OnReturn::Marker if matches!(caller, Some(FrameView::Finalizer { .. })) => {
                        return Some((NameKind::Metamethod, b"__gc"));
                    }
                    OnReturn::Marker | OnReturn::Thread => return None,
                    _ => frame,
                }
            }
            Activation::Native { below, .. } => below,
        };
        called_name(ctx, thread, below.checked_sub(1)?)
    }
}

/// Pays for finding the name of a value that the instruction at `pc` works with, which may take looking through a long function.
pub(crate) fn charge_name(ctx: Context<'_>, chunk: &Prototype, pc: usize) {
    ctx.state().charge(pc.min(name::WALK_MAX) / 8 + chunk.locals.len() / 4);
}

/// What the frame with this number calls the function that runs above it. Pays for the search.
pub(crate) fn called_name<'gc>(ctx: Context<'gc>, thread: Gc<'gc, ThreadObject<'gc>>, index: u32) -> Option<Name<'gc>> {
    if matches!(thread.frame(index).view(), FrameView::Finalizer { .. }) {
        return Some((NameKind::Metamethod, b"__gc"));
    }
    let (closure, pc) = lua_frame(thread, index)?;
    charge_name(ctx, &closure.prototype.as_ref().chunk, pc);
    name::call_name(&closure.prototype.as_ref().chunk, pc)
}
