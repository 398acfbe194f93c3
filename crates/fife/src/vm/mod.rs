//! The virtual machine, which runs prototypes.
//!
//! In reading order: [`run`] is the interpreter loop, `operate` the slow path of each instruction, `call` calls and
//! returns, `unwind` raises errors and closes variables, `coroutine` switches threads, `finalize` calls `__gc`, `hook`
//! calls hooks, `load` makes functions from source text and binary chunks, `dump` turns functions into binary chunks.
//!
//! The machine is a loop over data. Every event is an [`Action`]: call a function, deliver values to their receiver,
//! raise an error, run. One function carries out each action and answers with the next, so nothing a script does
//! recurses on the Rust stack.
//!
//! # Safety argument
//!
//! Frames are added by `push_frame` and `push_waiting`, by the loop's calls, by `enter_at_once`, and when a thread is
//! made, each time with room for them. A Lua frame is made by `call` and the loop alone, with room on the stack for its
//! registers; its program counter starts at its prototype's code and moves by verified offsets only. So the instruction
//! before a saved program counter exists. Slots are copied within `stack_size`, which `ensure_stack` guarantees.

mod call;
mod coroutine;
mod dump;
mod finalize;
mod hook;
mod load;
mod loops;
mod operate;
mod run;
mod unwind;

pub(crate) use dump::Dumping;
pub(crate) use load::{BINARY_FORBIDDEN, LoadFailure, Loaded, Loading, is_binary, load_chunk, takes_binary};

use crate::error::{Error, runtime};
use crate::object::Cause;
use crate::object::{
    Context, Frame, FrameView, Moment, OPEN, OnReturn, SPARE_FRAMES, STACK_SLACK, Slot, Target, ThreadObject,
};
use fife_arena::{Gc, OutOfMemory};
use fife_bytecode::Instruction;

/// Slots beyond the limit, for message handlers that deal with an overflow.
const HANDLER_SLOTS: usize = 1000;

/// Frames beyond the limit, for the same handlers.
const HANDLER_FRAMES: usize = 300;

/// Why the machine stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The fuel is used up, or a native interrupted the step.
    Fuel,
    /// An allocation was refused; it is retried after a collection.
    Memory,
    /// A sequence is waiting to be woken.
    Waiting,
    /// The task was cancelled, and all its variables are closed.
    Cancelled,
    /// The main thread returned; its values are in its first slots, up to `open_top`.
    Finished,
    /// The main thread ended with an error, which is in its `failure`.
    Failed,
    /// Not a real stop: the code to run next needs the other instance of the loop, with or without hooks.
    Switch,
}

/// What to do next.
pub(crate) enum Action<'gc> {
    /// Continue with the top frame.
    Run,
    /// Call the value in the target's slot with the `args` values above it.
    Call { args: u32, target: Target },
    /// Deliver `count` values from slot `from` on to their receiver.
    Deliver { from: u32, count: u32, target: Target },
    /// Raise an error.
    Throw(Error<'gc>),
    /// Leave the loop.
    Stop(Stop),
}

/// What a step does first, before it continues where the last one ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Beginning<'a> {
    Nothing,
    /// Raise an error with this message.
    Interruption(&'a [u8]),
    /// End the task.
    Cancelling,
    /// Call what lies in the first slot of a thread without frames, with the `args` values above it.
    Call {
        args: u32,
    },
}

/// Whether the loop continues or stops.
pub(crate) type Control = Result<(), Stop>;

/// The machine while a step runs.
pub(crate) struct Machine<'gc> {
    pub(crate) ctx: Context<'gc>,
    pub(crate) thread: Gc<'gc, ThreadObject<'gc>>,
    /// The top frame, while the loop runs; see `run`.
    frame: *mut Frame,
    /// Whether the running instance of the loop calls hooks.
    is_hooked: bool,
    #[cfg(debug_assertions)]
    unpaid: UnpaidActions,
}

/// Counts the actions since fuel was last charged, in builds with debug assertions: a loop of actions that costs
/// nothing would make a step endless.
#[cfg(debug_assertions)]
#[derive(Default)]
struct UnpaidActions {
    count: u32,
    fuel: i64,
}

#[cfg(debug_assertions)]
impl UnpaidActions {
    /// Nested messages, closings and deliveries take a few actions; 64 in a row must be a loop.
    const MOST: u32 = 64;

    fn note(&mut self, fuel: i64) {
        self.count = if fuel == self.fuel { self.count + 1 } else { 0 };
        self.fuel = fuel;
        assert!(self.count <= Self::MOST, "{} actions that cost nothing", self.count);
    }
}

impl<'gc> Machine<'gc> {
    pub(crate) fn new(ctx: Context<'gc>, thread: Gc<'gc, ThreadObject<'gc>>) -> Machine<'gc> {
        Machine {
            ctx,
            thread,
            frame: std::ptr::null_mut(),
            is_hooked: false,
            #[cfg(debug_assertions)]
            unpaid: UnpaidActions::default(),
        }
    }

    /// Runs a thread until it stops, with the fuel in the state.
    pub(crate) fn execute(&mut self, beginning: Beginning<'_>) -> Stop {
        self.ctx.state().step.running.set(Some(self.thread));
        self.thread.disturb();
        self.ctx.mc().barrier_backward(self.thread);
        let mut stop = match self.begin(beginning) {
            Ok(()) => Stop::Switch,
            Err(stop) => stop,
        };
        while stop == Stop::Switch {
            self.is_hooked = self.wants_hooks();
            // SAFETY: Lua frames are pushed by `call` and the loop alone, for prototypes that the verifier passed.
            stop = unsafe {
                if cfg!(feature = "full") && self.is_hooked { run::run::<true>(self) } else { run::run::<false>(self) }
            };
        }
        if matches!(stop, Stop::Fuel | Stop::Memory | Stop::Waiting) {
            self.thread.live_top.set(self.thread.live_slots(Moment::Stopped));
        }
        stop
    }

    /// Does what a step does first, and what follows from it, until Lua code is on top.
    #[inline(always)]
    fn begin(&mut self, beginning: Beginning<'_>) -> Control {
        let is_due = self.ctx.state().finalizers.is_due();
        let first = match beginning {
            Beginning::Interruption(message) => self.interrupt(message),
            Beginning::Cancelling => self.cancel(),
            Beginning::Call { args } if !is_due => {
                let target = Target::new(0, OPEN, OnReturn::Thread);
                if let Some(closure) = self.thread.slot(0).as_closure()
                    && self.enter_at_once(closure, args, target)
                {
                    return Ok(());
                }
                let action = self.call(args, target);
                return self.go_on(action);
            }
            Beginning::Call { args } => {
                self.thread.wait_to_call(args);
                self.start_finalizers()
            }
            Beginning::Nothing if is_due => self.start_finalizers(),
            Beginning::Nothing => Action::Run,
        };
        self.perform(first)
    }

    /// Whether the top frame is Lua code for the running instance of the loop.
    #[inline]
    fn is_at_code(&self) -> bool {
        let is_lua = self.thread.top_frame().is_some_and(|frame| frame.is_lua());
        is_lua && self.is_hooked == self.wants_hooks()
    }

    /// As [`perform`](Self::perform). Most actions reach the Lua frame on top, or a stop, at once. The action is not
    /// copied on the way: a copy would wait for all the stores that made it.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    fn go_on(&mut self, action: Action<'gc>) -> Control {
        match action {
            Action::Call { args, target } => {
                let action = self.call(args, target);
                self.follow(action)
            }
            Action::Deliver { from, count, target } => {
                let action = self.deliver(from, count, target);
                self.follow(action)
            }
            action => self.follow(action),
        }
    }

    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    fn follow(&mut self, action: Action<'gc>) -> Control {
        match action {
            Action::Run if self.is_at_code() => Ok(()),
            Action::Stop(stop) => Err(stop),
            action => self.perform(action),
        }
    }

    /// Carries out actions until the top frame is Lua code that this instance of the loop may run.
    pub(crate) fn perform(&mut self, first: Action<'gc>) -> Control {
        let mut action = first;
        loop {
            #[cfg(debug_assertions)]
            self.unpaid.note(self.ctx.state().fuel().get());
            action = match action {
                Action::Run if self.thread.top_frame().is_some_and(|frame| frame.is_lua()) => {
                    if self.is_hooked == self.wants_hooks() {
                        return Ok(());
                    }
                    Action::Stop(Stop::Switch)
                }
                Action::Run if self.ctx.state().fuel().get() <= 0 => Action::Stop(Stop::Fuel),
                Action::Run => match self.thread.top_frame().map(|frame| frame.view()) {
                    Some(FrameView::Sequence { .. }) => self.poll(),
                    Some(FrameView::Start { .. }) => self.start(),
                    Some(FrameView::Unwind { .. }) => self.close_next(),
                    Some(FrameView::Finalizer { .. }) => self.finalize_next(),
                    Some(FrameView::Deliver { .. }) => self.deliver_waiting(),
                    _ => Action::Stop(Stop::Finished),
                },
                Action::Call { args, target } => self.call(args, target),
                Action::Deliver { from, count, target } => self.deliver(from, count, target),
                Action::Throw(error) => self.throw(error),
                Action::Stop(stop) => return Err(stop),
            };
        }
    }

    #[inline]
    pub(crate) fn charge(&self, fuel: usize) {
        self.ctx.state().charge(fuel);
    }

    /// A copy of the top frame, which must exist.
    #[inline]
    pub(crate) fn frame(&self) -> Frame {
        self.thread.top_frame().expect("a machine that runs has a frame")
    }

    /// Moves the program counter of the top frame, a Lua one, by `offset` instructions.
    ///
    /// # Safety
    /// The program counter stays within the frame's code, or right behind an instruction that does not end the flow.
    #[inline]
    pub(crate) unsafe fn move_pc(&self, offset: isize) {
        // SAFETY: the caller promises it.
        self.thread.change_top_frame(|frame| unsafe { frame.move_pc(offset) });
    }

    /// The running instruction: the one before the saved program counter of the top frame, a Lua one.
    #[inline]
    pub(crate) fn instruction(&self) -> Instruction {
        debug_assert!(self.pc_index() > 0);
        // SAFETY: the saved program counter of a Lua frame is behind an instruction of its prototype.
        unsafe { *self.frame().next().sub(1) }
    }

    /// The number of the top frame's next instruction; 0 if that is not a Lua frame.
    fn pc_index(&self) -> usize {
        self.thread.top_lua_frame().map_or(0, |frame| frame.next)
    }

    /// Makes sure that slots up to `top` exist, with the usual slack above.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    pub(crate) fn ensure_stack(&self, top: u32) -> Result<(), Error<'gc>> {
        let wanted = top as usize + STACK_SLACK;
        if wanted <= self.thread.stack_size.get() as usize { Ok(()) } else { self.extend_stack(wanted) }
    }

    #[cold]
    #[inline(never)]
    fn extend_stack(&self, wanted: usize) -> Result<(), Error<'gc>> {
        let limit = self.ctx.state().settings.limits.stack_slots;
        if wanted > limit && (wanted > limit + HANDLER_SLOTS || !self.thread.handles_overflow()) {
            return Err(self.stack_overflow());
        }
        ThreadObject::make_room(self.thread, self.ctx, wanted, false)
    }

    /// As [`ensure_stack`](Self::ensure_stack), for a thread that is not running.
    #[inline]
    pub(crate) fn ensure_stack_of(&self, thread: Gc<'gc, ThreadObject<'gc>>, top: u32) -> Result<(), Error<'gc>> {
        let wanted = top as usize + STACK_SLACK;
        if wanted <= thread.stack_size.get() as usize { Ok(()) } else { self.extend_stack_of(thread, wanted) }
    }

    #[cold]
    #[inline(never)]
    fn extend_stack_of(&self, thread: Gc<'gc, ThreadObject<'gc>>, wanted: usize) -> Result<(), Error<'gc>> {
        if wanted > self.ctx.state().settings.limits.stack_slots {
            return Err(self.stack_overflow());
        }
        ThreadObject::make_room(thread, self.ctx, wanted, false)
    }

    /// The error of a stack that is too deep.
    #[cold]
    pub(crate) fn stack_overflow(&self) -> Error<'gc> {
        if self.thread.handles_overflow() {
            return Error::in_handler(self.ctx);
        }
        runtime::error_at(self.ctx, self.thread, 0, &[b"stack overflow"]).with_cause(self.ctx, Cause::StackOverflow)
    }

    /// Pushes a frame.
    pub(crate) fn push_frame(&self, frame: Frame) -> Result<(), Error<'gc>> {
        let thread = self.thread;
        let count = thread.frame_count.get();
        if count >= thread.frame_capacity.get() {
            self.more_frames(matches!(frame.view(), FrameView::Handler { .. }))?;
        }
        // SAFETY: there is room for it.
        unsafe { thread.frames.get().as_ptr().add(count as usize).write(frame) };
        thread.frame_count.set(count + 1);
        Ok(())
    }

    /// Pushes a frame that waits for memory or fuel, if need be into the spare room beyond the capacity; false if that
    /// is full, too.
    #[cold]
    pub(crate) fn push_waiting(&self, frame: Frame) -> bool {
        let thread = self.thread;
        let count = thread.frame_count.get();
        let has_room = count < thread.frame_capacity.get() + SPARE_FRAMES;
        if has_room {
            // SAFETY: there is room for it.
            unsafe { thread.frames.get().as_ptr().add(count as usize).write(frame) };
            thread.frame_count.set(count + 1);
        }
        has_room
    }

    /// Makes room for more frames. `is_handler` if the next one handles errors.
    #[cold]
    fn more_frames(&self, is_handler: bool) -> Result<(), Error<'gc>> {
        let (capacity, limit) =
            (self.thread.frame_capacity.get() as usize, self.ctx.state().settings.limits.call_depth);
        // Waiting frames may lie beyond the capacity.
        let needed = self.thread.frame_count.get() as usize + 1;
        let larger = if needed <= limit {
            (capacity + capacity / 2 + 2).clamp(needed, limit)
        } else if needed <= limit + HANDLER_FRAMES && (is_handler || self.thread.handles_overflow()) {
            limit + HANDLER_FRAMES
        } else {
            return Err(self.stack_overflow());
        };
        let grown = ThreadObject::grow_frames(self.thread, self.ctx.mc(), larger, false);
        grown.map_err(|_| Error::out_of_memory(self.ctx))
    }

    /// Takes back the room beyond the limits that a message handler was given, unless it is in use. Slots from `top` on
    /// are free.
    pub(crate) fn restore_limits(&self, top: u32) {
        let (limits, thread) = (&self.ctx.state().settings.limits, self.thread);
        let has_slots = (top as usize) < limits.stack_slots;
        let has_frames = (thread.frame_count.get() as usize) < limits.call_depth && limits.call_depth >= 4;
        let stack_size = if has_slots { limits.stack_slots + STACK_SLACK } else { u32::MAX as usize };
        let frames = if has_frames { limits.call_depth } else { u32::MAX as usize };
        thread.shrink(stack_size as u32, frames as u32);
    }

    /// Pops the top frame.
    pub(crate) fn pop_frame(&self) -> Frame {
        let frame = self.frame();
        self.thread.frame_count.set(self.thread.frame_count.get() - 1);
        frame
    }

    /// Copies values within the running thread's stack; the ranges may overlap.
    #[inline]
    pub(crate) fn move_slots(&self, from: u32, to: u32, count: u32) {
        self.thread.move_slots(from, to, count);
    }

    /// Copies values from one thread's stack to another's, which has room for them.
    #[inline]
    pub(crate) fn copy_slots(
        &self,
        from: Gc<'gc, ThreadObject<'gc>>,
        at: u32,
        to: Gc<'gc, ThreadObject<'gc>>,
        target: u32,
        count: u32,
    ) {
        // Mostly it is one value, for which a call of `memcpy` takes longer than the rest.
        if count == 1 {
            return to.set_slot(target, from.slot(at));
        }
        assert!(at + count <= from.stack_size.get() && target + count <= to.stack_size.get() && !Gc::ptr_eq(from, to));
        let (source, destination) = (from.stack.get().as_ptr(), to.stack.get().as_ptr());
        // SAFETY: both ranges are within their stacks, which are different blocks.
        unsafe {
            std::ptr::copy_nonoverlapping(source.add(at as usize), destination.add(target as usize), count as usize);
        }
    }

    /// Whether a refused allocation may wait for a collection: only once for each allocation.
    pub(crate) fn may_wait(&self) -> bool {
        self.ctx.state().step.may_wait()
    }
}

/// Makes a thread that will call `function` and deliver what `xpcall` would: `handler` gets an error that nothing else
/// catches.
pub(crate) fn new_guarded_thread<'gc>(
    ctx: Context<'gc>,
    handler: Slot<'gc>,
    function: Slot<'gc>,
    arguments: &[Slot<'gc>],
) -> Result<Gc<'gc, ThreadObject<'gc>>, OutOfMemory> {
    let thread = ThreadObject::calling(ctx, handler, [&[function], arguments].concat().into_iter())?;
    let guard = Frame::xpcall(true, Target::new(0, OPEN, OnReturn::Thread));
    let start = Frame::start(arguments.len() as u32, Target::new(1, OPEN, OnReturn::Marker));
    // SAFETY: a new thread has room for four frames.
    unsafe {
        thread.frames.get().as_ptr().write(guard);
        thread.frames.get().as_ptr().add(1).write(start);
    }
    thread.frame_count.set(2);
    Ok(thread)
}
