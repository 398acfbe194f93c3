//! Debug hooks: what `debug.sethook` sets for a thread, and the state of calling it.

use super::{FrameView, Slot, Thread};
use crate::object::{Context, Function, Value};
use fife_arena::{Collect, Gc, OutOfMemory, Tracer};
use std::cell::Cell;

/// Events, as bits. One instruction may trigger several, which are reported in this order.
pub(crate) mod event {
    pub(crate) const CALL: u8 = 1;
    pub(crate) const COUNT: u8 = 2;
    pub(crate) const LINE: u8 = 4;
    pub(crate) const RETURN: u8 = 8;
}

/// A function that is called when a thread's code reaches certain events, with the event's name: `debug.sethook`. It is
/// not called while it runs itself. Without the feature `full`, which is on by default, no hook is called.
///
/// ```
/// use fife::gc::{Function, Hook};
/// use fife::{Fuel, Lua, Status, native};
///
/// let mut lua = Lua::new();
/// let lines = lua.load("x = 1\nx = 2\nreturn x").into_function()?;
/// let task = lines.start(&lua, ())?;
/// lua.enter(|ctx| {
///     // It is called with the event, "line", and the line's number.
///     let note = native!("app.note", |call| {
///         let (line, ctx) = (call.integer(1)?, call.ctx());
///         let seen = ctx.globals().get_field(ctx, "seen").to_integer().unwrap_or(0);
///         ctx.globals().set_field(ctx, "seen", seen * 10 + line);
///         call.nothing()
///     });
///     let hook = Hook { lines: true, ..Hook::new(Function::native(ctx, note).unwrap()) };
///     task.fetch(ctx)?.thread().set_hook(ctx, Some(hook)).unwrap();
///     Ok::<(), fife::Error>(())
/// })?;
/// assert_eq!(task.run(&mut lua, &mut Fuel::with(1000))?, Status::Finished);
/// assert_eq!(lua.globals().get::<i64>(&lua, "seen")?, 123);
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hook<'gc> {
    /// The function to call.
    pub function: Function<'gc>,
    /// Whether it is called for each call of a function, with "call", or with "tail call" for a tail call.
    pub calls: bool,
    /// Whether it is called for each return of a function, with "return".
    pub returns: bool,
    /// Whether it is called for each new line, with "line" and the line's number.
    pub lines: bool,
    /// After how many instructions it is called, with "count"; 0 for never.
    pub count: u32,
}

impl<'gc> Hook<'gc> {
    /// A hook that is not called for any event yet.
    pub fn new(function: Function<'gc>) -> Hook<'gc> {
        Hook { function, calls: false, returns: false, lines: false, count: 0 }
    }

    /// Whether it is called for any event.
    pub fn is_called(self) -> bool {
        self.mask() != 0 || self.count != 0
    }

    /// The events it wants, besides counts.
    fn mask(self) -> u8 {
        let wanted = [(self.calls, event::CALL), (self.returns, event::RETURN), (self.lines, event::LINE)];
        wanted.iter().filter(|(is_wanted, _)| *is_wanted).fold(0, |mask, (_, event)| mask | event)
    }
}

impl<'gc> Thread<'gc> {
    /// The thread's hook.
    pub fn hook(self) -> Option<Hook<'gc>> {
        let hook = self.0.script_hook.get()?;
        let Value::Function(function) = hook.function.value() else { return None };
        let wants = |event| hook.mask & event != 0;
        let (calls, returns, lines) = (wants(event::CALL), wants(event::RETURN), wants(event::LINE));
        Some(Hook { function, calls, returns, lines, count: hook.count })
    }

    /// Sets the thread's hook, in place of the one it had, or removes it; a hook without events counts as none. Costs a
    /// unit for each 16 activations of the thread.
    ///
    /// A native that sets it for its own thread continues as a [sequence](crate::gc::Call::sequence), or
    /// [interrupts](crate::gc::Call::interrupt) the step, so that it takes effect at once: code without a hook does not
    /// check for one.
    ///
    /// # Errors
    /// The limit on memory refuses it. The hook is unchanged.
    pub fn set_hook(self, ctx: Context<'gc>, hook: Option<Hook<'gc>>) -> Result<(), OutOfMemory> {
        let frames = self.0.frame_count.get();
        ctx.state().charge(frames as usize / 16);
        let is_running = (0..frames).any(|index| matches!(self.0.frame(index).view(), FrameView::Hook { .. }));
        let object = match hook.filter(|hook| hook.is_called()) {
            None => None,
            Some(hook) => {
                // A thread that has not started enters its function yet.
                let is_new = self.0.top_frame().is_some_and(|frame| matches!(frame.view(), FrameView::Start { .. }));
                let depth = frames - u32::from(is_new);
                let function = Slot::from(Value::Function(hook.function));
                Some(Gc::try_new(ctx.mc(), HookObject::new(function, hook.mask(), hook.count, is_running, depth))?)
            }
        };
        self.0.script_hook.set(object);
        ctx.mc().barrier_backward(self.0);
        Ok(())
    }
}

/// The hook of a thread.
pub(crate) struct HookObject<'gc> {
    pub(crate) function: Slot<'gc>,
    /// The events it wants.
    pub(crate) mask: u8,
    /// How many instructions lie between two counts.
    pub(crate) count: u32,
    /// How many are left to the next.
    pub(crate) left: Cell<u32>,
    /// Whether it is running: then nothing is told.
    pub(crate) is_running: Cell<bool>,
    /// Whether the events of the next instruction were determined, and which are still to be told.
    pub(crate) is_determined: Cell<bool>,
    pub(crate) pending: Cell<u8>,
    /// Whether the call of a native was told, which is to be made now.
    pub(crate) is_call_told: Cell<bool>,
    /// The last instruction looked at: how many frames there were, its number if it is known, and whether it is a tail
    /// call.
    pub(crate) depth: Cell<u32>,
    pub(crate) index: Cell<usize>,
    pub(crate) was_tail_call: Cell<bool>,
}

impl<'gc> HookObject<'gc> {
    pub(crate) const UNKNOWN: usize = usize::MAX;

    /// A hook for a thread that is `depth` frames deep.
    pub(crate) fn new(function: Slot<'gc>, mask: u8, count: u32, is_running: bool, depth: u32) -> HookObject<'gc> {
        HookObject {
            function,
            mask,
            count,
            left: Cell::new(count),
            is_running: Cell::new(is_running),
            is_determined: Cell::new(false),
            pending: Cell::new(0),
            is_call_told: Cell::new(false),
            depth: Cell::new(depth),
            index: Cell::new(HookObject::UNKNOWN),
            was_tail_call: Cell::new(false),
        }
    }
}

// SAFETY: shows the function, its only pointer, which does not change.
unsafe impl Collect for HookObject<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.function.trace(tracer);
    }
}
