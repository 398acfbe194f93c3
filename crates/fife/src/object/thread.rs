//! Threads (coroutines): a value stack and a frame array, both blocks of the heap that the thread owns.
//!
//! A thread that does not run ends in a marker frame that says what it waits for: a resume or yield to be answered,
//! a sequence to be polled, a protected call to end. So all that is pending is data.
//!
//! # Safety argument
//!
//! `stack` has `stack_capacity` slots, all initialised, of which `stack_size` may be used; the others are nil. Each holds a value: those below `live_top` are traced, and what the others
//! held is forgotten when the thread is traced (`forget_dead`). Whatever a thread that runs leaves in slots that are not live was
//! alive when it ran, and it is gray again whenever it runs while the collector marks: so at the end of marking no slot holds a
//! pointer to what is about to be freed, and a slot that is looked at although it is not live shows something old, never something freed.
//!
//! `frames` has room for `frame_capacity` frames and [`SPARE_FRAMES`] more, of which `frame_count` are initialised. The running thread
//! is written without barriers: it is made gray when it starts to run in a step, and nothing is traced during a step.

use super::Value;
use super::sequence::SequenceObject;
use super::slot::Slot;
use super::tracing::TracingContext;
use fife_arena::{Collect, Gc, Mutation, OutOfMemory, Tracer};
use fife_bytecode::Instruction;
use std::cell::Cell;
use std::fmt;
use std::ptr::NonNull;

/// What a frame is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum FrameKind {
    /// Lua code that runs or waits for a call. The closure lies in the slot below `base`.
    Lua,
    /// The function in slot `func` is to be called with the `extra` arguments above it: the thread has not started, or
    /// the call waits for a collection.
    Start,
    /// `pcall`: results of what it called get `true` in front.
    Pcall,
    /// `xpcall`: as `Pcall`; the handler lies in slot `func`.
    Xpcall,
    /// The call of an `xpcall` handler with an error that goes on after it.
    Handler,
    /// Waits for a coroutine it resumed: `coroutine.resume`.
    Resume,
    /// Waits for a coroutine it resumed: a function made by `coroutine.wrap`.
    Wrap,
    /// Waits to be resumed.
    Yield,
    /// A sequence in slot `func`, its values above it.
    Sequence,
    /// Closing variables because of an error, which lies in slot `func`.
    Unwind,
    /// `coroutine.close` of another thread waits for that one's closing to end.
    CloseThread,
    /// Finalizers run before the frame below goes on; `extra` keeps that one's `open_top`.
    Finalizer,
    /// A hook runs before the frame below goes on; `extra` keeps that one's `open_top`, `results` is the event.
    Hook,
    /// The `extra` values from slot `base` on, results of what is in slot `func`, wait for a hook.
    Deliver,
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

/// Where the results of a call go, as whoever made it said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The slot of what is called, where results go.
    pub(crate) func: u32,
    /// The number of results wanted plus one, 0 for all of them; or a register, as `on_return` says.
    pub(crate) results: u16,
    pub(crate) on_return: OnReturn,
}

impl Target {
    pub(crate) fn new(func: u32, results: u16, on_return: OnReturn) -> Target {
        Target { func, results, on_return }
    }
}

/// One activation, or something pending.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Frame {
    /// Lua: the next instruction, while something else runs.
    pub(crate) pc: *const Instruction,
    /// Lua: the prototype's constants, as bytes.
    pub(crate) constants: *const u8,
    /// Lua: register 0. Sequence: its first value.
    pub(crate) base: u32,
    /// As in [`Target`].
    pub(crate) func: u32,
    pub(crate) kind: FrameKind,
    pub(crate) on_return: OnReturn,
    pub(crate) results: u16,
    /// Lua: further arguments, below `base`. Sequence: where the results of its last call start.
    pub(crate) extra: u32,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Frame>() == 32);

impl Frame {
    /// In `extra` of a Lua frame: it was tail called.
    pub(crate) const TAIL: u32 = 1 << 31;

    /// In `extra` of an `Xpcall` frame: no `xpcall` made it, but the host, for a task with a message handler.
    pub(crate) const HOST: u32 = 1;

    /// A frame that is not of Lua code.
    pub(crate) fn marker(kind: FrameKind, target: Target) -> Frame {
        let nothing = std::ptr::null();
        let Target { func, results, on_return } = target;
        Frame { pc: nothing, constants: nothing.cast(), base: func + 1, func, kind, on_return, results, extra: 0 }
    }

    /// Where its results go.
    pub(crate) fn target(&self) -> Target {
        Target { func: self.func, results: self.results, on_return: self.on_return }
    }

    /// Whether a Lua frame took the place of its caller's.
    pub(crate) fn is_tail_call(&self) -> bool {
        self.kind == FrameKind::Lua && self.extra & Frame::TAIL != 0
    }

    /// How many further arguments a Lua frame has.
    pub(crate) fn vararg_count(&self) -> u32 {
        self.extra & !Frame::TAIL
    }
}

/// `Frame::results` for "all of them".
pub(crate) const OPEN: u16 = 0;

/// Where a thread is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    /// Not started, or waiting in a yield.
    Suspended,
    /// It runs.
    Running,
    /// It resumed another.
    Normal,
    /// It returned, or was closed.
    Dead,
    /// It ended with an error.
    Failed,
}

pub use Status as ThreadStatus;

/// How many frames there is room for beyond `frame_capacity`: for what waits until there is memory for more.
pub(crate) const SPARE_FRAMES: u32 = 2;

/// How many slots above the live ones tests overwrite: a mistake by a few frames looks there.
const OVERWRITTEN_SLOTS: u32 = 512;
const OVERWRITTEN_FRAMES: u32 = 16;

/// How many frames tests look at: the topmost.
const CHECKED_FRAMES: u32 = 64;

/// The least size that a stack is left with when what is not live of it is forgotten.
const LEAST_SIZE: u32 = 1024;

/// The least room above a function's registers: for a native's results and a metamethod's arguments.
pub(crate) const STACK_SLACK: usize = 48;

pub(crate) struct ThreadObject<'gc> {
    pub(crate) stack: Cell<NonNull<Slot<'gc>>>,
    pub(crate) frames: Cell<NonNull<Frame>>,
    /// Stack slots (numbers) of variables to be closed, in order.
    to_close: Cell<NonNull<u32>>,
    pub(crate) stack_size: Cell<u32>,
    stack_capacity: Cell<u32>,
    pub(crate) frame_capacity: Cell<u32>,
    pub(crate) frame_count: Cell<u32>,
    to_close_capacity: Cell<u32>,
    pub(crate) to_close_count: Cell<u32>,
    /// The end of the initialised slots, while it does not run.
    pub(crate) live_top: Cell<u32>,
    /// The end of an open list of values.
    pub(crate) open_top: Cell<u32>,
    /// Whether it has not run since what is not live was forgotten.
    is_tidy: Cell<bool>,
    serial: u32,
    /// The executor it belongs to, by number; 0 if it has not run.
    pub(crate) executor: Cell<u32>,
    pub(crate) status: Cell<Status>,
    pub(crate) resumer: Cell<Option<Gc<'gc, ThreadObject<'gc>>>>,
    /// How many threads it runs within, one resumed by the other.
    pub(crate) nesting: Cell<u32>,
    /// The cycle in which the collector last counted it.
    counted: Cell<u32>,
    /// The error it ended with.
    pub(crate) failure: Cell<Option<crate::error::Error<'gc>>>,
    /// What `debug.sethook` set.
    pub(crate) hook: Cell<Option<Gc<'gc, super::HookObject<'gc>>>>,
}

/// How many slots of a thread at rest the marker looks at before it may pause.
const SHOWN_AT_ONCE: usize = 1 << 14;

// SAFETY: shows the initialised slots and the resumer. Writes: see the safety argument above.
unsafe impl Collect for ThreadObject<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        debug_assert!(self.live_top.get() <= self.stack_size.get());
        let (start, top) = (tracer.resume_point(), self.live_top.get().min(self.stack_size.get()) as usize);
        if start == 0
            && let Some(context) = TracingContext::of(tracer)
        {
            context.threads.reach(&self.counted);
        }
        // The stack of a thread that runs is shown at once, since it is gray again after each step.
        let is_at_rest = self.status.get() == Status::Suspended;
        let stop = if is_at_rest { top.min(start + SHOWN_AT_ONCE) } else { top };
        // SAFETY: the blocks are this thread's and live; the slots below `live_top` are initialised.
        unsafe {
            if self.stack_size.get() != 0 {
                tracer.mark_block(self.stack.get().cast());
            }
            if self.frame_capacity.get() != 0 {
                tracer.mark_block(self.frames.get().cast());
            }
            if self.to_close_capacity.get() != 0 {
                tracer.mark_block(self.to_close.get().cast());
            }
            if start == 0 && !tracer.is_check() {
                if tracer.overwrites_dead() && !self.is_tidy.get() {
                    self.forget_dead();
                    self.overwrite_dead();
                }
                self.forget_dead();
            }
            for index in start.min(stop)..stop {
                (*self.stack.get().as_ptr().add(index)).trace(tracer);
            }
        }
        if start == 0 && tracer.is_check() {
            self.check_frames();
        }
        tracer.work(stop.saturating_sub(start) * 4);
        if stop < top {
            tracer.pause_at(stop);
        }
        if let Some(resumer) = self.resumer.get() {
            tracer.mark(resumer);
        }
        if let Some(hook) = self.hook.get() {
            tracer.mark(hook);
        }
        if let Some(failure) = self.failure.get() {
            tracer.mark(failure.0);
        }
    }
}

impl<'gc> ThreadObject<'gc> {
    pub(crate) fn allocate(mc: &Mutation<'gc>, serial: u32, forced: bool) -> Result<Gc<'gc, Self>, OutOfMemory> {
        // SAFETY: the object is written before anyone sees it.
        let thread: Gc<'gc, Self> = unsafe {
            let memory = mc.allocate_traced::<ThreadObject<'gc>>(size_of::<ThreadObject<'gc>>(), forced)?;
            memory.write(ThreadObject {
                stack: Cell::new(NonNull::dangling()),
                frames: Cell::new(NonNull::dangling()),
                to_close: Cell::new(NonNull::dangling()),
                stack_size: Cell::new(0),
                stack_capacity: Cell::new(0),
                frame_capacity: Cell::new(0),
                frame_count: Cell::new(0),
                to_close_capacity: Cell::new(0),
                to_close_count: Cell::new(0),
                live_top: Cell::new(0),
                open_top: Cell::new(0),
                is_tidy: Cell::new(true),
                serial,
                executor: Cell::new(0),
                status: Cell::new(Status::Suspended),
                resumer: Cell::new(None),
                nesting: Cell::new(0),
                counted: Cell::new(0),
                failure: Cell::new(None),
                hook: Cell::new(None),
            });
            Gc::from_ptr(memory.as_ptr())
        };
        ThreadObject::grow_stack(thread, mc, STACK_SLACK + 16, 0, forced)?;
        ThreadObject::grow_frames(thread, mc, 4, forced)?;
        Ok(thread)
    }

    pub(crate) fn serial(&self) -> u32 {
        self.serial
    }

    /// Moves the stack to a block of at least `size` slots, keeping the first `keep`.
    pub(crate) fn grow_stack(
        this: Gc<'gc, Self>,
        mc: &Mutation<'gc>,
        size: usize,
        keep: usize,
        forced: bool,
    ) -> Result<(), OutOfMemory> {
        let old_size = this.stack_size.get() as usize;
        assert!(size > old_size && keep <= old_size);
        if size <= this.stack_capacity.get() as usize {
            this.stack_size.set(size as u32);
            return Ok(());
        }
        // SAFETY: the thread marks its stack; past the limit is what the caller has a reason for.
        let memory = unsafe { mc.allocate_leaf(size * size_of::<Slot<'_>>(), forced)? }.cast::<Slot<'gc>>();
        // SAFETY: the new block is larger; the old one is not used again. Zero bytes are nil.
        unsafe {
            std::ptr::copy_nonoverlapping(this.stack.get().as_ptr(), memory.as_ptr(), keep);
            memory.as_ptr().add(keep).write_bytes(0, size - keep);
            if old_size != 0 {
                mc.free_leaf(this.stack.get().cast());
            }
        }
        this.stack.set(memory);
        this.stack_size.set(size as u32);
        this.stack_capacity.set(size as u32);
        // The block is new to a marker that saw the thread already.
        mc.barrier_backward(this);
        Ok(())
    }

    /// Makes room for `capacity` frames, more than there is room for.
    pub(crate) fn grow_frames(
        this: Gc<'gc, Self>,
        mc: &Mutation<'gc>,
        capacity: usize,
        forced: bool,
    ) -> Result<(), OutOfMemory> {
        let old = this.frame_capacity.get() as usize;
        debug_assert!(capacity > old && capacity + SPARE_FRAMES as usize >= this.frame_count.get() as usize);
        let room = capacity + SPARE_FRAMES as usize;
        // SAFETY: the thread marks its frames; past the limit is what the caller has a reason for.
        let memory = unsafe { mc.allocate_leaf(room * size_of::<Frame>(), forced)? }.cast::<Frame>();
        // SAFETY: as in `grow_stack`.
        unsafe {
            std::ptr::copy_nonoverlapping(this.frames.get().as_ptr(), memory.as_ptr(), this.frame_count.get() as usize);
            if old != 0 {
                mc.free_leaf(this.frames.get().cast());
            }
        }
        this.frames.set(memory);
        this.frame_capacity.set(capacity as u32);
        mc.barrier_backward(this);
        Ok(())
    }

    /// Has slots that are not live hold nothing, so that none holds a pointer to what the collector is about to free.
    #[inline]
    fn forget_dead(&self) {
        if !self.is_tidy.replace(true) {
            let (live, size) = (self.live_top.get().min(self.stack_size.get()), self.stack_size.get());
            self.clear_slots(live, size);
            // A stack that was deep once is not cleared each time: to be used again it must be made larger first.
            self.stack_size.set(size.min(live + live / 2 + LEAST_SIZE));
        }
    }

    fn clear_slots(&self, from: u32, to: u32) {
        assert!(from <= to && to <= self.stack_capacity.get());
        // SAFETY: checked; zero bytes are nil.
        unsafe { self.stack.get().as_ptr().add(from as usize).write_bytes(0, (to - from) as usize) }
    }

    /// Takes back slots at the end of the stack, and room for frames, of which nothing is live.
    pub(crate) fn shrink(&self, stack_size: u32, frame_capacity: u32) {
        if stack_size < self.stack_size.get() {
            self.clear_slots(stack_size, self.stack_size.get());
            self.stack_size.set(stack_size);
        }
        if self.frame_count.get() <= frame_capacity && frame_capacity < self.frame_capacity.get() {
            self.frame_capacity.set(frame_capacity);
        }
    }

    /// The thread is about to run, or gets values: to be called before the barrier that has it traced again.
    #[inline]
    pub(crate) fn disturb(&self) {
        self.is_tidy.set(false);
    }

    /// Nothing on its stack is live any more.
    pub(crate) fn let_slots_go(&self) {
        self.live_top.set(0);
        self.disturb();
    }

    /// Writes over what is not live, for tests: what looks at it nevertheless finds pointers to objects that do not exist. The
    /// thread does not run.
    #[cold]
    pub(crate) fn overwrite_dead(&self) {
        // SAFETY: the blocks are this thread's, and as long as it says. The bad pointers lie in slots that are not live.
        unsafe {
            let payload = super::slot::Payload { pointer: fife_arena::raw::bad_pointer() };
            let bad = Slot::from_parts(super::slot::tag::TABLE, payload);
            let end = self.stack_size.get().min(self.live_top.get() + OVERWRITTEN_SLOTS);
            for index in self.live_top.get()..end {
                Slot::write(self.stack.get().as_ptr().add(index as usize), bad);
            }
            let (count, capacity) = (self.frame_count.get(), self.frame_capacity.get());
            let spare = (capacity + SPARE_FRAMES).saturating_sub(count).min(OVERWRITTEN_FRAMES) as usize;
            self.frames.get().as_ptr().add(count as usize).write_bytes(0xDB, spare);
            let (count, capacity) = (self.to_close_count.get(), self.to_close_capacity.get());
            self.to_close.get().as_ptr().add(count as usize).write_bytes(0xDB, (capacity - count) as usize);
        }
    }

    /// Fails if a frame does not say the truth, for tests: a Lua frame's function lies below its base, and its program counter
    /// is in that one's code; live slots are within the stack, and variables to be closed among them.
    #[cold]
    fn check_frames(&self) {
        assert!(self.live_top.get() <= self.stack_size.get());
        assert!(self.frame_count.get() <= self.frame_capacity.get() + SPARE_FRAMES);
        for index in self.frame_count.get().saturating_sub(CHECKED_FRAMES)..self.frame_count.get() {
            let frame = self.frame(index);
            if frame.kind == FrameKind::Lua {
                assert!(frame.base > 0 && frame.base <= self.stack_size.get());
                let Some(closure) = self.slot(frame.base - 1).as_closure() else {
                    panic!("a Lua frame without a closure")
                };
                let code = &closure.prototype.chunk.code;
                assert!(closure.prototype.index_of(frame.pc) <= code.len() && frame.pc.addr() >= code.as_ptr().addr());
            }
        }
        assert!(self.last_to_close().is_none_or(|slot| slot < self.stack_size.get()));
    }

    /// A copy of the topmost frame, if there is one.
    #[inline]
    pub(crate) fn top_frame(&self) -> Option<Frame> {
        let count = self.frame_count.get() as usize;
        // SAFETY: the frames below the count are initialised.
        (count > 0).then(|| unsafe { *self.frames.get().as_ptr().add(count - 1) })
    }

    /// Changes the topmost frame, if there is one.
    #[inline]
    pub(crate) fn change_top_frame(&self, change: impl FnOnce(&mut Frame)) {
        if let Some(top) = self.frame_count.get().checked_sub(1) {
            // SAFETY: the frames below the count are initialised. The reference ends with `change`, which gets no other
            // way to the frame, since threads hand out copies only.
            change(unsafe { &mut *self.frames.get().as_ptr().add(top as usize) });
        }
    }

    /// A frame by number.
    pub(crate) fn frame(&self, index: u32) -> Frame {
        assert!(index < self.frame_count.get());
        // SAFETY: checked.
        unsafe { *self.frames.get().as_ptr().add(index as usize) }
    }

    /// Moves the program counter of a frame, if it is a Lua one, over the instruction it is at, or back.
    pub(crate) fn step_over(&self, index: u32, by: isize) {
        assert!(index < self.frame_count.get());
        let frame = self.frame(index);
        let Some(closure) = self.slot(frame.base - 1).as_closure().filter(|_| frame.kind == FrameKind::Lua) else {
            return;
        };
        let prototype = closure.prototype;
        let place = prototype.index_of(frame.pc).checked_add_signed(by);
        let place =
            place.filter(|place| *place <= prototype.chunk.code.len()).expect("it stays in the function's code");
        // SAFETY: the frame exists; no reference to it does.
        unsafe { (*self.frames.get().as_ptr().add(index as usize)).pc = prototype.code.get().wrapping_add(place) }
    }

    /// Whether a finalizer runs on it. In proportion to its depth.
    pub(crate) fn is_in_finalizer(&self) -> bool {
        (0..self.frame_count.get()).any(|index| self.frame(index).kind == FrameKind::Finalizer)
    }

    /// What lies in a slot. Panics if there is none of this number.
    #[inline]
    pub(crate) fn slot(&self, index: u32) -> Slot<'gc> {
        assert!(index < self.stack_size.get());
        // SAFETY: checked; all slots of the stack hold values.
        unsafe { *self.stack.get().as_ptr().add(index as usize) }
    }

    /// Writes a slot. Panics if there is none of this number.
    #[inline]
    pub(crate) fn set_slot(&self, index: u32, value: Slot<'gc>) {
        assert!(index < self.stack_size.get());
        // SAFETY: checked.
        unsafe { Slot::write(self.stack.get().as_ptr().add(index as usize), value) }
    }

    /// Copies values within the stack; the ranges may overlap. Panics if one is not within the stack.
    #[inline]
    pub(crate) fn move_slots(&self, from: u32, to: u32, count: u32) {
        if from == to || count == 0 {
            return;
        }
        assert!(from.max(to).checked_add(count).is_some_and(|end| end <= self.stack_size.get()));
        let stack = self.stack.get().as_ptr();
        // SAFETY: checked.
        unsafe { std::ptr::copy(stack.add(from as usize), stack.add(to as usize), count as usize) }
    }

    /// Drops the frames from this number on, and what their sequences keep in Rust. In proportion to their number.
    pub(crate) fn truncate_frames(&self, mc: &Mutation<'gc>, count: u32) {
        while let Some(top) = self.frame_count.get().checked_sub(1).filter(|top| *top >= count) {
            let sequence = self.sequence(top);
            // First the frame, since a destructor may panic.
            self.frame_count.set(top);
            if let Some(sequence) = sequence {
                SequenceObject::end(sequence, mc);
            }
        }
    }

    /// Drops what all sequences keep in Rust, where the frames stay to be looked at but do not continue.
    pub(crate) fn drop_sequences(&self, mc: &Mutation<'gc>) {
        for sequence in (0..self.frame_count.get()).rev().filter_map(|index| self.sequence(index)) {
            SequenceObject::end(sequence, mc);
        }
    }

    /// The sequence of a frame; nothing if it is another kind of frame.
    pub(crate) fn sequence(&self, index: u32) -> Option<Gc<'gc, SequenceObject<'gc>>> {
        let frame = self.frame(index);
        if frame.kind != FrameKind::Sequence || frame.func >= self.stack_size.get() {
            return None;
        }
        self.slot(frame.func).as_sequence()
    }

    /// Drops all that the thread was doing, since nothing of it can continue. What it had to close is not closed; its sequences are
    /// added to `released`, the innermost first.
    pub(crate) fn abandon(&self, released: &mut impl Extend<Gc<'gc, SequenceObject<'gc>>>) {
        let sequences = (0..self.frame_count.get()).rev().filter_map(|index| self.sequence(index));
        released.extend(sequences.filter(|sequence| !SequenceObject::is_over(*sequence)));
        self.frame_count.set(0);
        self.to_close_count.set(0);
        self.let_slots_go();
        self.open_top.set(0);
        self.resumer.set(None);
        self.status.set(Status::Dead);
        if let Some(hook) = self.hook.get() {
            hook.is_running.set(false);
        }
    }

    /// Notes a variable to be closed.
    pub(crate) fn push_to_close(this: Gc<'gc, Self>, mc: &Mutation<'gc>, slot: u32) -> Result<(), OutOfMemory> {
        let (count, capacity) = (this.to_close_count.get(), this.to_close_capacity.get());
        if count == capacity {
            let larger = if capacity == 0 { 4 } else { capacity * 2 };
            // SAFETY: the thread marks its list.
            let memory = unsafe { mc.allocate_leaf(larger as usize * size_of::<u32>(), false)? }.cast::<u32>();
            // SAFETY: as in `grow_stack`.
            unsafe {
                std::ptr::copy_nonoverlapping(this.to_close.get().as_ptr(), memory.as_ptr(), count as usize);
                if capacity != 0 {
                    mc.free_leaf(this.to_close.get().cast());
                }
            }
            this.to_close.set(memory);
            this.to_close_capacity.set(larger);
            mc.barrier_backward(this);
        }
        // SAFETY: there is room.
        unsafe { this.to_close.get().as_ptr().add(count as usize).write(slot) };
        this.to_close_count.set(count + 1);
        Ok(())
    }

    /// The slot of the last variable to be closed.
    #[inline]
    pub(crate) fn last_to_close(&self) -> Option<u32> {
        let count = self.to_close_count.get().checked_sub(1)?;
        // SAFETY: entries below the count are initialised.
        Some(unsafe { *self.to_close.get().as_ptr().add(count as usize) })
    }

    pub(crate) fn pop_to_close(&self) {
        self.to_close_count.set(self.to_close_count.get().saturating_sub(1));
    }
}

/// A coroutine.
#[derive(Clone, Copy)]
pub struct Thread<'gc>(pub(crate) Gc<'gc, ThreadObject<'gc>>);

// SAFETY: shows its one pointer.
unsafe impl Collect for Thread<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.mark(self.0);
    }
}

impl PartialEq for Thread<'_> {
    fn eq(&self, other: &Self) -> bool {
        Gc::ptr_eq(self.0, other.0)
    }
}

impl fmt::Debug for Thread<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Value::Thread(*self).fmt(f)
    }
}
