//! Threads (coroutines): a value stack and a frame array, both blocks of the heap that the thread owns.
//!
//! The last frame of a thread that does not run is a marker frame that says what it waits for: an answer to a resume or
//! yield, a poll of a sequence, the end of a protected call. So everything pending is data.
//!
//! # Safety argument
//!
//! `stack` has `stack_capacity` slots, all initialised, of which `stack_size` may be used; the others are nil. Each
//! holds a value. Slots below `live_top` are traced; the others are cleared when the thread is traced (`forget_dead`).
//! Whatever a running thread leaves in slots that are not live was alive when it ran, and the thread is gray again
//! whenever it runs while the collector marks. So at the end of marking no slot holds a pointer to an object that is
//! about to be freed, and a slot that is read although it is not live shows something old, never something freed.
//!
//! `frames` has room for `frame_capacity` frames and [`SPARE_FRAMES`] more, of which `frame_count` are initialised. The
//! running thread is written without barriers: it is made gray when it starts to run in a step, and nothing is traced
//! during a step.

mod frame;
mod hook;

use frame::LuaFrame;
pub(crate) use frame::{Frame, FrameView, Moment, OPEN, OnReturn, Target, UnwindCause, Waiting};
pub use hook::Hook;
pub(crate) use hook::{HookObject, event as hook_event};

use super::sequence::SequenceObject;
use super::slot::Slot;
use super::string::Unfinished;
use super::tracing::TracingContext;
use super::{Context, Error, Value};
use fife_arena::{Collect, Gc, Mutation, OutOfMemory, Tracer};
use std::cell::Cell;
use std::fmt;
use std::ptr::NonNull;

/// The state of a thread.
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

/// How many frames fit beyond `frame_capacity`: for a frame that waits until there is memory for more.
pub(crate) const SPARE_FRAMES: u32 = 2;

/// How many slots above the live ones tests overwrite: a mistake by a few frames reads there.
const OVERWRITTEN_SLOTS: u32 = 512;
const OVERWRITTEN_FRAMES: u32 = 16;

/// How many of the topmost frames tests check.
const CHECKED_FRAMES: u32 = 64;

/// The least size of a stack after its dead slots are cleared.
const LEAST_SIZE: u32 = 1024;

/// A thread with more frames than this, or with more slots in use, keeps its stack when it rests.
const GIVING_FRAMES: u32 = 16;
const MOST_KEPT: u32 = 256;

/// The least number of slots worth releasing.
const LEAST_GIVEN: u32 = 16;

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
    /// The frame of the outermost message handler that was called for an overflow, if there is one: see
    /// [`handles_overflow`](Self::handles_overflow).
    overflow_handler: Cell<u32>,
    /// Whether it has not run since its dead slots were cleared.
    is_tidy: Cell<bool>,
    serial: Cell<u32>,
    /// The executor it belongs to, by number; 0 if it has not run.
    pub(crate) executor: Cell<u32>,
    pub(crate) status: Cell<Status>,
    pub(crate) resumer: Cell<Option<Gc<'gc, ThreadObject<'gc>>>>,
    /// How many threads it runs within, each resumed by the one before.
    pub(crate) nesting: Cell<u32>,
    /// The cycle in which the collector last counted it.
    counted: Cell<u32>,
    /// The string that a concatenation has begun to make. The instruction runs again in the next step, unless an error is
    /// raised before.
    pub(crate) unfinished: Cell<Option<Gc<'gc, Unfinished<'gc>>>>,
    /// The error it ended with.
    pub(crate) failure: Cell<Option<Error<'gc>>>,
    /// The hook that `debug.sethook` set. It belongs to the script; a debugger's would be another field.
    pub(crate) script_hook: Cell<Option<Gc<'gc, HookObject<'gc>>>>,
    /// Whether a [`Thread`] for it ever existed, which scripts and natives may have kept.
    is_known: Cell<bool>,
    /// Whether it is the main thread of a task, which has failed with its error whatever becomes of the thread.
    pub(crate) is_of_task: Cell<bool>,
}

/// How many slots of a thread at rest the marker traces before it may pause.
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
        // The stack of a running thread is traced at once, since it is gray again after each step.
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
        if let Some(unfinished) = self.unfinished.get() {
            tracer.mark(unfinished);
        }
        if let Some(resumer) = self.resumer.get() {
            tracer.mark(resumer);
        }
        if let Some(hook) = self.script_hook.get() {
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
                overflow_handler: Cell::new(0),
                is_tidy: Cell::new(true),
                serial: Cell::new(serial),
                executor: Cell::new(0),
                status: Cell::new(Status::Suspended),
                resumer: Cell::new(None),
                nesting: Cell::new(0),
                counted: Cell::new(0),
                unfinished: Cell::new(None),
                failure: Cell::new(None),
                script_hook: Cell::new(None),
                is_known: Cell::new(false),
                is_of_task: Cell::new(false),
            });
            Gc::from_ptr(memory.as_ptr())
        };
        ThreadObject::grow_stack(thread, mc, STACK_SLACK + 16, 0, forced)?;
        ThreadObject::grow_frames(thread, mc, 3, forced)?;
        Ok(thread)
    }

    /// Makes a thread that will call `function`.
    pub(crate) fn calling(
        ctx: Context<'gc>,
        function: Slot<'gc>,
        arguments: impl ExactSizeIterator<Item = Slot<'gc>>,
    ) -> Result<Gc<'gc, Self>, OutOfMemory> {
        let (thread, count) = (ThreadObject::idle(ctx, ctx.next_serial())?, arguments.len());
        if count + STACK_SLACK > thread.stack_size.get() as usize {
            ThreadObject::grow_stack(thread, ctx.mc(), count + 2 * STACK_SLACK, 0, false)?;
        }
        thread.disturb();
        ctx.mc().barrier_backward(thread);
        thread.set_slot(0, function);
        for (index, argument) in (0..count).zip(arguments) {
            thread.set_slot(index as u32 + 1, argument);
        }
        thread.wait_to_call(count as u32);
        Ok(thread)
    }

    /// Makes a thread that has nothing to do yet.
    pub(crate) fn idle(ctx: Context<'gc>, serial: u32) -> Result<Gc<'gc, Self>, OutOfMemory> {
        let thread = ThreadObject::allocate(ctx.mc(), serial, false)?;
        ctx.state().tracing.threads.add(ctx.mc().is_marking());
        Ok(thread)
    }

    /// Makes a thread without frames call what lies in its first slot, with the `args` values above it, when it runs.
    pub(crate) fn wait_to_call(&self, args: u32) {
        assert!(self.frame_count.get() == 0 && self.frame_capacity.get() > 0);
        let frame = Frame::start(args, Target::new(0, OPEN, OnReturn::Thread));
        // SAFETY: there is room for a frame.
        unsafe { self.frames.get().as_ptr().write(frame) };
        self.frame_count.set(1);
        self.live_top.set(frame.arrival());
    }

    /// Whether it has returned, and calling something else would make it the same as a new thread: nothing refers to
    /// it, and it has nothing that a new one lacks, except a little memory.
    #[inline]
    pub(crate) fn is_as_new(&self) -> bool {
        self.status.get() == Status::Dead
            && !self.is_known.get()
            && (self.frame_count.get(), self.to_close_count.get(), self.nesting.get()) == (0, 0, 0)
            && self.stack_capacity.get() <= MOST_KEPT
            && self.frame_capacity.get() <= GIVING_FRAMES
            && (self.resumer.get().is_none(), self.failure.get().is_none(), self.script_hook.get().is_none())
                == (true, true, true)
    }

    /// Makes it another thread to those who tell threads apart. Nothing refers to it.
    #[inline]
    pub(crate) fn renew(&self, serial: u32) {
        self.serial.set(serial);
        self.open_top.set(0);
    }

    pub(crate) fn serial(&self) -> u32 {
        self.serial.get()
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
        let bytes = size * size_of::<Slot<'_>>();
        // SAFETY: the thread marks its stack, and only it knows the block; the caller has a reason for exceeding the limit.
        // What is behind the capacity is zero, see `move_stack`.
        unsafe {
            let longer = if old_size == 0 { None } else { mc.lengthen_leaf(this.stack.get().cast(), bytes, forced) };
            if let Some(longer) = longer {
                this.stack.set(longer.cast());
                this.clear_slots(keep as u32, old_size as u32);
                this.stack_size.set(size as u32);
                this.stack_capacity.set(size as u32);
            } else {
                this.move_stack(mc, mc.allocate_clear_leaf(bytes, forced)?, size, keep);
            }
        }
        // A marker that already traced the thread has not seen the new block.
        mc.barrier_backward(this);
        Ok(())
    }

    /// Moves the first `keep` slots to another block, which is the stack from now on.
    ///
    /// # Safety
    /// `memory` is a block of the heap with room for `size` slots, which nothing else uses. It is zero, so that its slots
    /// are nil, and those of a block that is [made longer](Self::grow_stack), too.
    unsafe fn move_stack(&self, mc: &Mutation<'gc>, memory: NonNull<u8>, size: usize, keep: usize) {
        assert!(keep <= size && keep <= self.stack_size.get() as usize);
        let memory = memory.cast::<Slot<'gc>>();
        // SAFETY: both blocks have this many slots, the new one by the caller's promise; the old one is not used again.
        unsafe {
            std::ptr::copy_nonoverlapping(self.stack.get().as_ptr(), memory.as_ptr(), keep);
            if self.stack_size.get() != 0 {
                mc.free_leaf(self.stack.get().cast());
            }
        }
        self.stack.set(memory);
        self.stack_size.set(size as u32);
        self.stack_capacity.set(size as u32);
    }

    /// Releases the room of a stack that no frame uses, while the thread rests: most of it, if little is in use.
    /// Returns how many slots must [exist again](Self::take_room) before it runs, a small number in any case; 0 if
    /// nothing was released.
    pub(crate) fn give_room(this: Gc<'gc, Self>, mc: &Mutation<'gc>) -> u32 {
        let (size, count) = (this.stack_size.get(), this.frame_count.get());
        if count > GIVING_FRAMES {
            return 0;
        }
        // Debuggers read all registers, including those that are not live.
        let ends = (0..count).filter_map(|index| {
            let registers = this.lua_frame(index)?.closure.prototype.register_count;
            Some(this.frame(index).base() + u32::from(registers))
        });
        let kept = ends.max().unwrap_or(0).max(this.live_top.get()).max(1);
        if kept + LEAST_GIVEN > this.stack_capacity.get() || kept > MOST_KEPT {
            return 0;
        }
        let live = this.live_top.get();
        // SAFETY: the thread marks its stack.
        let Ok(memory) = (unsafe { mc.allocate_clear_leaf(kept as usize * size_of::<Slot<'_>>(), false) }) else {
            return 0;
        };
        // SAFETY: the block was made for this many slots.
        unsafe { this.move_stack(mc, memory, kept as usize, live as usize) };
        this.is_tidy.set(true);
        mc.barrier_backward(this);
        usual_size(size, live)
    }

    /// Makes room for `size` slots again. With `reserve`, a small stack may use the room that the limit leaves for
    /// small objects.
    pub(crate) fn take_room(
        this: Gc<'gc, Self>,
        mc: &Mutation<'gc>,
        size: u32,
        reserve: bool,
    ) -> Result<(), OutOfMemory> {
        let keep = this.stack_size.get() as usize;
        if size as usize <= keep {
            return Ok(());
        }
        let bytes = size as usize * size_of::<Slot<'_>>();
        // SAFETY: the thread marks its stack.
        let memory = unsafe {
            if reserve { mc.allocate_clear_part(bytes, false)? } else { mc.allocate_clear_leaf(bytes, false)? }
        };
        // SAFETY: the block was made for this many slots.
        unsafe { this.move_stack(mc, memory, size as usize, keep) };
        mc.barrier_backward(this);
        Ok(())
    }

    /// Makes room for `wanted` slots, and for some more if the limits allow it. With `forced`, the limit on memory may
    /// be exceeded.
    pub(crate) fn make_room(
        this: Gc<'gc, Self>,
        ctx: Context<'gc>,
        wanted: usize,
        forced: bool,
    ) -> Result<(), Error<'gc>> {
        let size = this.stack_size.get() as usize;
        let limit = ctx.state().settings.limits.stack_slots + STACK_SLACK;
        let most = (size + size / 2).max(wanted).min(limit.max(wanted));
        // The whole stack is moved each time. So if memory is short it grows by less, but not just by a call's
        // registers each time.
        let least = (size + size / 8).max(wanted).min(limit.max(wanted)).max(size + 1);
        ctx.state().charge(size / 16);
        ThreadObject::grow_stack(this, ctx.mc(), most, size, forced)
            .or_else(|OutOfMemory| ThreadObject::grow_stack(this, ctx.mc(), least, size, forced))
            .map_err(|OutOfMemory| Error::out_of_memory(ctx))
    }

    /// Makes room for `capacity` frames, which is more than now.
    pub(crate) fn grow_frames(
        this: Gc<'gc, Self>,
        mc: &Mutation<'gc>,
        capacity: usize,
        forced: bool,
    ) -> Result<(), OutOfMemory> {
        let old = this.frame_capacity.get() as usize;
        debug_assert!(capacity > old && capacity + SPARE_FRAMES as usize >= this.frame_count.get() as usize);
        TracingContext::charge_move(mc, old * size_of::<Frame>());
        let room = capacity + SPARE_FRAMES as usize;
        let bytes = room * size_of::<Frame>();
        // SAFETY: the thread marks its frames, and only it knows the block; the caller has a reason for exceeding the limit.
        // Otherwise as in `move_stack`.
        let memory = unsafe {
            let longer = if old == 0 { None } else { mc.lengthen_leaf(this.frames.get().cast(), bytes, forced) };
            match longer {
                Some(longer) => longer.cast(),
                None => {
                    let (frames, count) = (this.frames.get(), this.frame_count.get() as usize);
                    let memory = mc.allocate_leaf(bytes, forced)?.cast::<Frame>();
                    std::ptr::copy_nonoverlapping(frames.as_ptr(), memory.as_ptr(), count);
                    if old != 0 {
                        mc.free_leaf(frames.cast());
                    }
                    memory
                }
            }
        };
        this.frames.set(memory);
        this.frame_capacity.set(capacity as u32);
        mc.barrier_backward(this);
        Ok(())
    }

    /// Clears slots that are not live, so that none holds a pointer to an object that the collector is about to free.
    #[inline]
    fn forget_dead(&self) {
        if !self.is_tidy.replace(true) {
            let (live, size) = (self.live_top.get().min(self.stack_size.get()), self.stack_size.get());
            self.clear_slots(live, size);
            self.stack_size.set(usual_size(size, live));
        }
    }

    fn clear_slots(&self, from: u32, to: u32) {
        assert!(from <= to && to <= self.stack_capacity.get());
        // SAFETY: checked; zero bytes are nil.
        unsafe { self.stack.get().as_ptr().add(from as usize).write_bytes(0, (to - from) as usize) }
    }

    /// Releases slots at the end of the stack and room for frames, none of them live.
    pub(crate) fn shrink(&self, stack_size: u32, frame_capacity: u32) {
        if stack_size < self.stack_size.get() {
            self.clear_slots(stack_size, self.stack_size.get());
            self.stack_size.set(stack_size);
        }
        if self.frame_count.get() <= frame_capacity && frame_capacity < self.frame_capacity.get() {
            self.frame_capacity.set(frame_capacity);
        }
    }

    /// Notes that the thread is about to run, or gets values. Call it before the barrier that has it traced again.
    #[inline]
    pub(crate) fn disturb(&self) {
        self.is_tidy.set(false);
    }

    /// Nothing on its stack is live any more.
    pub(crate) fn let_slots_go(&self) {
        self.live_top.set(0);
        self.disturb();
    }

    /// Overwrites slots that are not live, for tests: reading one finds a pointer to an object that does not exist. The
    /// thread does not run.
    #[cold]
    pub(crate) fn overwrite_dead(&self) {
        // SAFETY: the blocks are this thread's, and as long as it says. The bad pointers lie in slots that are not
        // live.
        unsafe {
            let payload = super::slot::Payload::of_pointer(fife_arena::raw::bad_pointer());
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

    /// Fails if a frame is inconsistent, for tests: a Lua frame's function must be below its base, and its program
    /// counter in that function's code; live slots must be within the stack, and variables to be closed among them.
    #[cold]
    fn check_frames(&self) {
        assert!(self.live_top.get() <= self.stack_size.get());
        assert!(self.frame_count.get() <= self.frame_capacity.get() + SPARE_FRAMES);
        for index in self.frame_count.get().saturating_sub(CHECKED_FRAMES)..self.frame_count.get() {
            let frame = self.frame(index);
            if frame.is_lua() {
                assert!(frame.base() > 0 && frame.base() <= self.stack_size.get());
                let Some(it) = self.lua_frame(index) else { panic!("a Lua frame without a closure") };
                let code = &it.closure.prototype.chunk.code;
                assert!(it.next <= code.len() && frame.next().addr() >= code.as_ptr().addr());
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
            // SAFETY: the frames below the count are initialised. The reference ends with `change`, which has no other
            // way to reach the frame, since threads only give out copies.
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
        let Some(LuaFrame { closure, next, .. }) = self.lua_frame(index) else { return };
        let place = next.checked_add_signed(by);
        place.filter(|place| *place <= closure.prototype.chunk.code.len()).expect("it stays in the function's code");
        // SAFETY: the frame exists, and no reference to it does; its program counter stays in the code.
        unsafe { (*self.frames.get().as_ptr().add(index as usize)).move_pc(by) }
    }

    /// Whether a finalizer runs on it. Takes time in proportion to its depth.
    pub(crate) fn is_in_finalizer(&self) -> bool {
        (0..self.frame_count.get()).any(|index| matches!(self.frame(index).view(), FrameView::Finalizer { .. }))
    }

    /// Whether its variables are closed because its task is cancelled, so that it cannot yield.
    pub(crate) fn is_being_cancelled(&self) -> bool {
        self.frame_count.get() > 0
            && matches!(self.frame(0).view(), FrameView::Unwind { cause: UnwindCause::Cancel, .. })
    }

    /// The value of a slot. Panics if there is none with this number.
    #[inline]
    pub(crate) fn slot(&self, index: u32) -> Slot<'gc> {
        assert!(index < self.stack_size.get());
        // SAFETY: checked; all slots of the stack hold values.
        unsafe { Slot::read(self.stack.get().as_ptr().add(index as usize)) }
    }

    /// Writes a slot. Panics if there is none with this number.
    #[inline]
    pub(crate) fn set_slot(&self, index: u32, value: Slot<'gc>) {
        assert!(index < self.stack_size.get());
        // SAFETY: checked.
        unsafe { Slot::write(self.stack.get().as_ptr().add(index as usize), value) }
    }

    /// Writes the slots from `first` on. Panics if there are not as many.
    #[inline(always)]
    pub(crate) fn set_slots<const N: usize>(&self, first: u32, values: [Slot<'gc>; N]) {
        assert!(first as usize + N <= self.stack_size.get() as usize);
        for (index, value) in values.into_iter().enumerate() {
            // SAFETY: checked.
            unsafe { Slot::write(self.stack.get().as_ptr().add(first as usize + index), value) }
        }
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

    /// Whether a message handler is running that was called for an overflow.
    ///
    /// The outermost one is the last of them to go, so the number of its frame is wrong only when there is none. To
    /// look for it among all frames would take a script's whole depth for each overflow.
    pub(crate) fn handles_overflow(&self) -> bool {
        let index = self.overflow_handler.get();
        index < self.frame_count.get() && self.frame(index).view() == FrameView::Handler { for_overflow: true }
    }

    /// Notes that the top frame is that of a message handler for an overflow.
    pub(crate) fn note_overflow_handler(&self) {
        if !self.handles_overflow() {
            self.overflow_handler.set(self.frame_count.get() - 1);
        }
    }

    /// Drops the frames from this number on, and what their sequences hold in Rust. Takes time in proportion to their
    /// number.
    pub(crate) fn truncate_frames(&self, mc: &Mutation<'gc>, count: u32) {
        while let Some(top) = self.frame_count.get().checked_sub(1).filter(|top| *top >= count) {
            let sequence = self.sequence(top);
            // First the frame, since a destructor may panic.
            self.frame_count.set(top);
            if let Some(sequence) = sequence {
                SequenceObject::end(sequence, mc);
            }
        }
        if self.unfinished.get().is_some_and(|unfinished| unfinished.depth > count) {
            self.unfinished.set(None);
        }
    }

    /// Drops what all sequences hold in Rust. The frames stay, to be examined, but do not continue.
    pub(crate) fn drop_sequences(&self, mc: &Mutation<'gc>) {
        for sequence in (0..self.frame_count.get()).rev().filter_map(|index| self.sequence(index)) {
            SequenceObject::end(sequence, mc);
        }
    }

    /// Drops everything that the thread was doing, since it cannot continue. Its variables are not closed. Its
    /// sequences are added to `released`, the innermost first.
    pub(crate) fn abandon(&self, released: &mut impl Extend<Gc<'gc, SequenceObject<'gc>>>) {
        let sequences = (0..self.frame_count.get()).rev().filter_map(|index| self.sequence(index));
        released.extend(sequences.filter(|sequence| !SequenceObject::is_over(*sequence)));
        self.frame_count.set(0);
        self.to_close_count.set(0);
        self.unfinished.set(None);
        self.let_slots_go();
        self.open_top.set(0);
        self.resumer.set(None);
        self.status.set(Status::Dead);
        if let Some(hook) = self.script_hook.get() {
            hook.is_running.set(false);
        }
    }

    /// Notes a variable to be closed.
    pub(crate) fn push_to_close(this: Gc<'gc, Self>, mc: &Mutation<'gc>, slot: u32) -> Result<(), OutOfMemory> {
        let (count, capacity) = (this.to_close_count.get(), this.to_close_capacity.get());
        if count == capacity {
            let larger = if capacity == 0 { 4 } else { capacity * 2 };
            TracingContext::charge_move(mc, count as usize * size_of::<u32>());
            // SAFETY: the thread marks its list.
            let memory = unsafe { mc.allocate_leaf(larger as usize * size_of::<u32>(), false)? }.cast::<u32>();
            // SAFETY: as in `move_stack`.
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

/// The size that a stack keeps when its dead slots are cleared: a stack that was deep once is not cleared as a whole
/// each time, but must be made larger before it is used again.
fn usual_size(size: u32, live: u32) -> u32 {
    size.min(live + live / 2 + LEAST_SIZE)
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

impl<'gc> Thread<'gc> {
    /// Makes a [`Thread`], which may be kept.
    pub(crate) fn known(thread: Gc<'gc, ThreadObject<'gc>>) -> Thread<'gc> {
        thread.is_known.set(true);
        Thread(thread)
    }

    /// The state of the thread. The main thread of a task also counts as running between the task's steps.
    ///
    /// ```
    /// use fife::{Lua, Thread, ThreadStatus};
    ///
    /// let mut lua = Lua::new();
    /// let source = "local co = coroutine.create(coroutine.yield) coroutine.resume(co) return co";
    /// let thread: Thread = lua.load(source).eval()?;
    /// lua.enter(|ctx| {
    ///     let thread = thread.fetch(ctx)?;
    ///     assert_eq!(thread.status(), ThreadStatus::Suspended);
    ///     assert!(thread.resumer().is_none() && !thread.is_main());
    ///     Ok::<(), fife::Error>(())
    /// })?;
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn status(self) -> Status {
        self.0.status.get()
    }

    /// The thread that resumed this one and waits for it.
    pub fn resumer(self) -> Option<Thread<'gc>> {
        self.0.resumer.get().map(Thread::known)
    }

    /// Whether it is the thread that a task started with, and has not ended; such a thread is not a coroutine.
    pub fn is_main(self) -> bool {
        matches!(self.status(), Status::Running | Status::Normal) && self.resumer().is_none()
    }

    /// Whether code that it runs may yield: it is not a main thread, not in a finalizer, and not being cancelled. While
    /// finalizers run, it costs a unit for each 16 activations.
    pub fn is_yieldable(self, ctx: Context<'gc>) -> bool {
        let is_finalizing = ctx.state().step.is_finalizing.get();
        if is_finalizing {
            ctx.state().charge(self.0.frame_count.get() as usize / 16);
        }
        !(self.is_main() || self.0.is_being_cancelled() || is_finalizing && self.0.is_in_finalizer())
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
