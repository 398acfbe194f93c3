//! Frames: the pending work of a thread.
//!
//! A frame has 32 bytes, whatever its kind, since the loop pushes and pops them. The meaning of the fields depends on
//! the kind, and only this file knows it. Other code makes frames by the constructors, one for each kind, and reads
//! them as a [`FrameView`], as a [`LuaFrame`], or by asking what is live ([`ThreadObject::live_slots`]). Only the loop
//! (`vm/run.rs`) reads and writes the fields of Lua frames itself.
//!
//! # Safety argument
//!
//! Only a Lua frame's program counter is dereferenced, and only by the loop and its slow paths. It starts at the
//! beginning of its prototype's code, and the caller of [`Frame::move_pc`] promises that it stays within the code.

use super::ThreadObject;
use crate::object::prototype::PrototypeObject;
use crate::object::{ClosureObject, SequenceObject};
use fife_arena::Gc;
use fife_bytecode::Instruction;

/// What a frame is for; see [`FrameView`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum FrameKind {
    Lua,
    Start,
    Pcall,
    Xpcall,
    Handler,
    Resume,
    Wrap,
    Yield,
    CloseThread,
    Sequence,
    Unwind,
    Finalizer,
    Hook,
    Deliver,
}

/// The kind of a frame, with its data besides the [`Target`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameView {
    /// Lua code that runs or waits for a call, with its registers from the slot `base` on. The closure lies in the slot
    /// below.
    Lua { base: u32 },
    /// The function in slot `func` is to be called with the `args` values above it: the thread has not started, or the
    /// call waits for a collection, for fuel or for a hook.
    Start { args: u32 },
    /// `pcall`: results of what it called get `true` in front.
    Pcall,
    /// `xpcall`: as `Pcall`; the handler lies in slot `func`. No `xpcall` made one of the host, which is for a task
    /// with a message handler.
    Xpcall { is_host: bool },
    /// The call of an `xpcall` handler; the error travels on when it returns. Slot `func` holds the native that raised
    /// the error, if one did.
    Handler { for_overflow: bool },
    /// Waits for another thread; slot `func` has the native that waits.
    Waiting(Waiting),
    /// A sequence in slot `func`, its values from the slot `first` on, the results of its last call from `results_from`
    /// on.
    Sequence { first: u32, results_from: u32 },
    /// Closing variables in slots from `floor` on because of an error, which lies in slot `func`.
    Unwind { floor: u32, cause: UnwindCause },
    /// Finalizers run before the frame below goes on, whose `open_top` this keeps.
    Finalizer { open_top: u32 },
    /// A hook is told of an event before the frame below goes on, whose `open_top` this keeps.
    Hook { event: u8, open_top: u32 },
    /// The `count` values from slot `from` on, results of what is in slot `func`, wait for fuel or for a hook.
    Deliver { from: u32, count: u32 },
}

/// What a thread waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// For a coroutine it resumed by `coroutine.resume`.
    Resume,
    /// For a coroutine it resumed by a function made by `coroutine.wrap`.
    Wrap,
    /// To be resumed.
    Yield,
    /// For the end of closing another thread, in `coroutine.close`.
    CloseThread,
}

/// Why variables are closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnwindCause {
    /// An error.
    Error,
    /// There is none: a thread or task ends.
    End,
    /// The error of refused memory, of which only the value lies on the stack.
    Memory,
    /// The task is cancelled. Errors change nothing of that.
    Cancel,
}

/// What happens to a function's results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum OnReturn {
    /// They go to the slots from `func` on, as many as `results` says.
    Plain,
    /// The first goes to register `results` of the Lua frame below.
    Store,
    /// They are dropped.
    Discard,
    /// The first decides the conditional jump before the Lua frame's pc.
    Test,
    /// As `Test`, by the opposite of the first: `a <= b` was found out by `b < a`.
    TestNot,
    /// The first is the value of the last two operands of the `Concat` before the Lua frame's pc.
    Concat,
    /// Goes on closing variables for the `Close` before the Lua frame's pc.
    Close,
    /// The frame below, a marker, takes them.
    Marker,
    /// They are the results of the Lua frame below, which tail called a native.
    Tail,
    /// The thread ends.
    Thread,
}

/// Where the results of a call go, as its caller said. It is one word, so that it is written by one store: a load that
/// spans several waits for all of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target(u64);

impl Target {
    #[inline(always)]
    pub(crate) fn new(func: u32, results: u16, on_return: OnReturn) -> Target {
        Target(u64::from(func) | u64::from(results) << 32 | (on_return as u64) << 48)
    }

    /// The slot of what is called, where results go.
    #[inline(always)]
    pub(crate) fn func(self) -> u32 {
        self.0 as u32
    }

    /// The number of results wanted plus one, 0 for all of them; or a register, as `on_return` says.
    #[inline(always)]
    pub(crate) fn results(self) -> u16 {
        (self.0 >> 32) as u16
    }

    #[inline(always)]
    pub(crate) fn on_return(self) -> OnReturn {
        match (self.0 >> 48) as u8 {
            byte if byte == OnReturn::Plain as u8 => OnReturn::Plain,
            byte if byte == OnReturn::Store as u8 => OnReturn::Store,
            byte if byte == OnReturn::Discard as u8 => OnReturn::Discard,
            byte if byte == OnReturn::Test as u8 => OnReturn::Test,
            byte if byte == OnReturn::TestNot as u8 => OnReturn::TestNot,
            byte if byte == OnReturn::Concat as u8 => OnReturn::Concat,
            byte if byte == OnReturn::Close as u8 => OnReturn::Close,
            byte if byte == OnReturn::Marker as u8 => OnReturn::Marker,
            byte if byte == OnReturn::Tail as u8 => OnReturn::Tail,
            _ => OnReturn::Thread,
        }
    }
}

/// `results` of a [`Target`] for "all of them".
pub(crate) const OPEN: u16 = 0;

/// One activation, or something pending.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Frame {
    /// Lua: the next instruction, while something else runs.
    pub(crate) pc: *const Instruction,
    /// Lua: the prototype's constants, as bytes.
    pub(crate) constants: *const u8,
    /// Lua: register 0. `Deliver`: the first of the values. Else the slot above `func`.
    pub(crate) base: u32,
    /// As in [`Target`].
    pub(crate) func: u32,
    pub(crate) kind: FrameKind,
    pub(crate) on_return: OnReturn,
    /// As in [`Target`]. `Unwind`: the cause. `Hook`: the event.
    pub(crate) results: u16,
    /// Lua: how many further arguments lie below `base`, and [`TAIL`](Self::TAIL). `Sequence`: where the results of its
    /// last call start, from `base` on. `Start` and `Deliver`: how many values. `Unwind`: the floor. `Finalizer` and
    /// `Hook`: the `open_top` kept. `Xpcall` and `Handler`: whether it is one of the host, or for an overflow.
    pub(crate) extra: u32,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Frame>() == 32);

// ---- Making frames ----

impl Frame {
    /// The `kind` of Lua frames, for the loop.
    pub(crate) const LUA: FrameKind = FrameKind::Lua;

    /// In `extra` of a Lua frame: it was tail called.
    pub(crate) const TAIL: u32 = 1 << 31;

    /// Lua code with its registers from the slot `base` on, below which lie its function and `further` arguments.
    /// `is_tail` if it takes the place of its caller.
    pub(crate) fn lua(
        prototype: &PrototypeObject<'_>,
        base: u32,
        further: u32,
        is_tail: bool,
        target: Target,
    ) -> Frame {
        let (func, results, on_return) = (target.func(), target.results(), target.on_return());
        let extra = further | if is_tail { Frame::TAIL } else { 0 };
        let (pc, constants) = (prototype.code.get(), prototype.constants.get().cast());
        Frame { pc, constants, base, func, kind: FrameKind::Lua, on_return, results, extra }
    }

    fn marker(kind: FrameKind, extra: u32, target: Target) -> Frame {
        let nothing = std::ptr::null();
        let (func, results, on_return) = (target.func(), target.results(), target.on_return());
        Frame { pc: nothing, constants: nothing.cast(), base: func + 1, func, kind, on_return, results, extra }
    }

    /// A frame on top of what goes on below, that no results go through.
    fn above(kind: FrameKind, func: u32, results: u16, extra: u32) -> Frame {
        Frame::marker(kind, extra, Target::new(func, results, OnReturn::Discard))
    }

    /// A call of what lies in the target's slot with the `args` values above it, which is to be made.
    pub(crate) fn start(args: u32, target: Target) -> Frame {
        Frame::marker(FrameKind::Start, args, target)
    }

    pub(crate) fn pcall(target: Target) -> Frame {
        Frame::marker(FrameKind::Pcall, 0, target)
    }

    pub(crate) fn xpcall(is_host: bool, target: Target) -> Frame {
        Frame::marker(FrameKind::Xpcall, is_host.into(), target)
    }

    /// The call of a message handler, with what raised the error in slot `func`.
    pub(crate) fn handler(func: u32, for_overflow: bool) -> Frame {
        Frame::marker(FrameKind::Handler, for_overflow.into(), Target::new(func, OPEN, OnReturn::Marker))
    }

    pub(crate) fn waiting(what: Waiting, target: Target) -> Frame {
        let kind = match what {
            Waiting::Resume => FrameKind::Resume,
            Waiting::Wrap => FrameKind::Wrap,
            Waiting::Yield => FrameKind::Yield,
            Waiting::CloseThread => FrameKind::CloseThread,
        };
        Frame::marker(kind, 0, target)
    }

    /// The sequence in the target's slot, its values above it.
    pub(crate) fn sequence(target: Target) -> Frame {
        Frame::marker(FrameKind::Sequence, 0, target)
    }

    /// The closing of variables in slots from `floor` on, with what is the error in slot `func`.
    pub(crate) fn unwind(func: u32, floor: u32, cause: UnwindCause) -> Frame {
        Frame::marker(FrameKind::Unwind, floor, Target::new(func, cause as u16, OnReturn::Marker))
    }

    pub(crate) fn finalizer(func: u32, open_top: u32) -> Frame {
        Frame::above(FrameKind::Finalizer, func, OPEN, open_top)
    }

    pub(crate) fn hook(func: u32, event: u8, open_top: u32) -> Frame {
        Frame::above(FrameKind::Hook, func, event.into(), open_top)
    }

    /// Results, from slot `from` on, that are to be handed on.
    pub(crate) fn deliver(from: u32, count: u32, target: Target) -> Frame {
        Frame { base: from, ..Frame::marker(FrameKind::Deliver, count, target) }
    }
}

// ---- Looking at frames, and changing them ----

impl Frame {
    #[inline(always)]
    pub(crate) fn view(&self) -> FrameView {
        match self.kind {
            FrameKind::Lua => FrameView::Lua { base: self.base },
            FrameKind::Start => FrameView::Start { args: self.extra },
            FrameKind::Pcall => FrameView::Pcall,
            FrameKind::Xpcall => FrameView::Xpcall { is_host: self.extra != 0 },
            FrameKind::Handler => FrameView::Handler { for_overflow: self.extra != 0 },
            FrameKind::Resume => FrameView::Waiting(Waiting::Resume),
            FrameKind::Wrap => FrameView::Waiting(Waiting::Wrap),
            FrameKind::Yield => FrameView::Waiting(Waiting::Yield),
            FrameKind::CloseThread => FrameView::Waiting(Waiting::CloseThread),
            FrameKind::Sequence => FrameView::Sequence { first: self.base, results_from: self.base + self.extra },
            FrameKind::Unwind => {
                let causes = [UnwindCause::Error, UnwindCause::End, UnwindCause::Memory, UnwindCause::Cancel];
                let cause = causes.into_iter().find(|cause| *cause as u16 == self.results);
                FrameView::Unwind { floor: self.extra, cause: cause.unwrap_or(UnwindCause::Error) }
            }
            FrameKind::Finalizer => FrameView::Finalizer { open_top: self.extra },
            FrameKind::Hook => FrameView::Hook { event: self.results as u8, open_top: self.extra },
            FrameKind::Deliver => FrameView::Deliver { from: self.base, count: self.extra },
        }
    }

    #[inline]
    pub(crate) fn is_lua(&self) -> bool {
        self.kind == FrameKind::Lua
    }

    /// The slot of what was called, where results go.
    #[inline]
    pub(crate) fn func(&self) -> u32 {
        self.func
    }

    /// Where its results go.
    #[inline]
    pub(crate) fn target(&self) -> Target {
        Target::new(self.func, self.results, self.on_return)
    }

    /// The slot of register 0 of a Lua frame.
    #[inline]
    pub(crate) fn base(&self) -> u32 {
        self.base
    }

    /// The constants of a Lua frame, as bytes.
    #[inline]
    pub(crate) fn constants(&self) -> *const u8 {
        self.constants
    }

    /// The next instruction of a Lua frame.
    #[inline]
    pub(crate) fn next(&self) -> *const Instruction {
        self.pc
    }

    /// Whether a Lua frame took the place of its caller's.
    pub(crate) fn is_tail_call(&self) -> bool {
        self.is_lua() && self.extra & Frame::TAIL != 0
    }

    /// How many further arguments a Lua frame has, in the slots below its function.
    #[inline]
    pub(crate) fn vararg_count(&self) -> u32 {
        self.extra & !Frame::TAIL
    }

    /// Moves the program counter of a Lua frame by so many instructions.
    ///
    /// # Safety
    /// It stays within the frame's code, or right behind an instruction that does not end the flow.
    #[inline]
    pub(crate) unsafe fn move_pc(&mut self, offset: isize) {
        // SAFETY: the caller's promise.
        self.pc = unsafe { self.pc.offset(offset) };
    }

    /// Where values for a thread go that stops with this frame on top: behind the arguments of what it starts with, or
    /// in place of what it waits in.
    #[inline]
    pub(crate) fn arrival(&self) -> u32 {
        if self.kind == FrameKind::Start { self.func + 1 + self.extra } else { self.func }
    }

    /// The end of what is live of a thread that waits in this frame: behind the slot of what was called.
    #[inline]
    pub(crate) fn waiting_end(&self) -> u32 {
        self.func + 1
    }

    /// Adds arguments of the call that a `Start` frame is to make.
    pub(crate) fn add_arguments(&mut self, count: u32) {
        debug_assert_eq!(self.kind, FrameKind::Start);
        self.extra += count;
    }

    /// Says where the results of the call will be that a `Sequence` frame makes.
    pub(crate) fn expect_results(&mut self, slot: u32) {
        debug_assert_eq!(self.kind, FrameKind::Sequence);
        self.extra = slot - self.base;
    }

    /// Says where the error of an `Unwind` frame is now.
    pub(crate) fn move_error(&mut self, func: u32) {
        debug_assert_eq!(self.kind, FrameKind::Unwind);
        self.func = func;
    }

    /// Says that variables are closed because of another error now.
    pub(crate) fn replace_cause(&mut self, cause: UnwindCause) {
        debug_assert_eq!(self.kind, FrameKind::Unwind);
        self.results = cause as u16;
    }
}

// ---- What frames say of their thread ----

/// Where a thread is when it is asked what is live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// In the middle of what the top frame does: of its instruction, which calls a metamethod or fails, or of the call
    /// that failed on top of it.
    Working,
    /// Stopped, before what the top frame does next.
    Stopped,
}

/// A Lua frame, looked at.
#[derive(Clone, Copy)]
pub(crate) struct LuaFrame<'gc> {
    pub(crate) closure: Gc<'gc, ClosureObject<'gc>>,
    /// The slot of register 0.
    base: u32,
    /// The number of the next instruction.
    pub(crate) next: usize,
}

impl<'gc> LuaFrame<'gc> {
    /// How many registers are live before the instruction with this number.
    fn live_registers(&self, pc: usize) -> u32 {
        self.closure.prototype.chunk.live.get(pc).copied().unwrap_or(0).into()
    }

    fn instruction(&self, pc: usize) -> Option<Instruction> {
        self.closure.prototype.chunk.code.get(pc).copied()
    }
}

impl<'gc> ThreadObject<'gc> {
    /// The Lua frame with this number; nothing if it is another kind of frame.
    #[inline]
    pub(crate) fn lua_frame(&self, index: u32) -> Option<LuaFrame<'gc>> {
        self.look_at_lua(self.frame(index))
    }

    /// The Lua frame on top; nothing if that is another kind of frame.
    #[inline]
    pub(crate) fn top_lua_frame(&self) -> Option<LuaFrame<'gc>> {
        self.look_at_lua(self.top_frame()?)
    }

    #[inline]
    fn look_at_lua(&self, frame: Frame) -> Option<LuaFrame<'gc>> {
        if !frame.is_lua() {
            return None;
        }
        let closure = self.slot(frame.base - 1).as_closure()?;
        Some(LuaFrame { closure, base: frame.base, next: closure.prototype.index_of(frame.pc) })
    }

    /// The sequence of a frame; nothing if it is another kind of frame.
    pub(crate) fn sequence(&self, index: u32) -> Option<Gc<'gc, SequenceObject<'gc>>> {
        let frame = self.frame(index);
        if frame.kind != FrameKind::Sequence || frame.func >= self.stack_size.get() {
            return None;
        }
        self.slot(frame.func).as_sequence()
    }

    /// The end of what is live on the stack at this moment.
    ///
    /// Of a Lua frame that stands behind a call, neither what it called nor what lies above is live: that became the
    /// callee's, which may have dropped it long ago, and a collection in the meantime did not see it.
    pub(crate) fn live_slots(&self, moment: Moment) -> u32 {
        let Some(frame) = self.top_frame() else {
            // A thread whose body is a native has no frame: it failed, or it returned what lies below `open_top`.
            return if moment == Moment::Working { 1 } else { self.open_top.get() };
        };
        match (frame.view(), moment) {
            (FrameView::Lua { base }, _) => match self.look_at_lua(frame) {
                Some(it) => self.live_of_lua(it, moment),
                None => base,
            },
            (FrameView::Sequence { results_from, .. }, Moment::Working) => results_from,
            (FrameView::Sequence { .. }, Moment::Stopped) => self.open_top.get(),
            (FrameView::Start { args }, _) => frame.func + 1 + args,
            (FrameView::Deliver { from, count }, _) => from + count,
            // What lies in its slot is written with the first call.
            (FrameView::Finalizer { .. }, _) => frame.func,
            _ => frame.waiting_end(),
        }
    }

    fn live_of_lua(&self, frame: LuaFrame<'gc>, moment: Moment) -> u32 {
        let pc = match moment {
            Moment::Working => frame.next.saturating_sub(1),
            Moment::Stopped => frame.next,
        };
        let Some(instruction) = frame.instruction(pc) else { return frame.base };
        if moment == Moment::Working
            && let Some(called) = instruction.called()
        {
            return frame.base + called;
        }
        let top = frame.base + frame.live_registers(pc);
        if instruction.takes_open() { top.max(self.open_top.get()) } else { top }
    }

    /// The slot up to which values are the own ones of the frame with this number, which something runs above of;
    /// nothing if it is on top.
    pub(crate) fn own_end(&self, index: u32) -> Option<u32> {
        let above = index.checked_add(1).filter(|above| *above < self.frame_count.get())?;
        Some(self.frame(above).func)
    }

    /// The first of the values that a native has on the stack whose frame has this number, and the end of them. `top`
    /// is the end of those of a sequence on top. Nothing for natives that keep none.
    pub(crate) fn native_values(&self, index: u32, top: u32) -> Option<(u32, u32)> {
        let frame = self.frame(index);
        match frame.view() {
            FrameView::Sequence { first, .. } => Some((first, self.own_end(index).unwrap_or(top))),
            // While a hook is told of its call, or of its return.
            FrameView::Start { args } => Some((frame.func + 1, frame.func + 1 + args)),
            FrameView::Deliver { from, count } => Some((frame.func + 1, from + count)),
            _ => None,
        }
    }
}
