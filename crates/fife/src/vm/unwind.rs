//! Errors: finding their catcher, closing variables on the way, and closing variables in general.
//!
//! A thrown error looks for the innermost frame that catches: a protected call, a sequence that handles errors, or the
//! closing of variables because of an earlier error, which the new one replaces. With `xpcall` the handler is called
//! first, on top of everything. Then the frames above the catcher are dropped. An `Unwind` frame, called back after
//! each, closes the variables in their slots, and the catcher gets the error. All this takes no more memory than a
//! frame or two.
//!
//! A task is cancelled in the same way, from the innermost thread to the main one, but the `Unwind` frame is at the
//! bottom of each thread and nothing gets past it: an error or a yield in a closing method ends that method alone.

use super::{Action, Machine, Stop};
use crate::error::{Error, runtime};
use crate::inspect::Inspector;
use crate::object::metamethod;
use crate::object::{Cause, Details, string_at_once};
use crate::object::{
    Event, Frame, FrameView, Moment, OPEN, OnReturn, SequenceObject, Slot, Status, Target, ThreadObject, UnwindCause,
    Waiting, tag,
};
use fife_arena::OutOfMemory;

/// How many handlers may run at once, each for an error in the one before. PUC-Rio Lua overflows its C stack at about
/// as many.
const HANDLER_LIMIT: usize = 215;

impl<'gc> Machine<'gc> {
    /// The innermost frame that catches.
    fn catcher(&self) -> Option<u32> {
        self.catcher_that(|view| !matches!(view, FrameView::Lua { .. }))
    }

    /// The innermost frame that catches and satisfies `may_be`.
    fn catcher_that(&self, may_be: impl Fn(FrameView) -> bool) -> Option<u32> {
        (0..self.thread.frame_count.get()).rev().find(|index| match self.thread.frame(*index).view() {
            view if !may_be(view) => false,
            FrameView::Pcall
            | FrameView::Xpcall { .. }
            | FrameView::Unwind { .. }
            | FrameView::Handler { .. }
            | FrameView::Finalizer { .. } => true,
            FrameView::Sequence { .. } => self.thread.sequence(*index).is_some_and(SequenceObject::catches),
            _ => false,
        })
    }

    /// The view of the frame with this number.
    fn view(&self, index: u32) -> FrameView {
        self.thread.frame(index).view()
    }

    /// Raises an error.
    pub(super) fn throw(&mut self, mut error: Error<'gc>) -> Action<'gc> {
        self.charge(4 + self.thread.frame_count.get() as usize / 64);
        if error.is_out_of_memory(self.ctx) {
            // The refusal that waited for a collection is settled; the next one may wait for another, and pays for it.
            self.ctx.state().step.let_wait();
        }
        if error.cause() == Cause::InHandler {
            let catcher = self.catcher_that(|view| !matches!(view, FrameView::Handler { .. }));
            return self.unwind(catcher, error);
        }
        let catcher = self.catcher();
        // While variables are closed on the way to an `xpcall`, it still sees errors: its handler gets those of closing
        // methods, too.
        let view = catcher.map(|index| match self.view(index) {
            FrameView::Unwind { .. } if index > 0 => self.view(index - 1),
            view => view,
        });
        if matches!(view, Some(FrameView::Xpcall { .. } | FrameView::Handler { .. })) {
            if !error.is_out_of_memory(self.ctx) {
                match self.call_handler(error) {
                    Ok(Some(action)) => return action,
                    Ok(None) => {}
                    Err(OutOfMemory) => error = Error::out_of_memory(self.ctx),
                }
            }
            if matches!(view, Some(FrameView::Handler { .. })) {
                return self.unwind(self.xpcall_below(), Error::in_handler(self.ctx));
            }
        }
        let is_caught = catcher.is_some_and(|index| {
            let is_at_bottom = index == 0 && matches!(self.view(index), FrameView::Unwind { .. });
            !is_at_bottom || self.thread.is_being_cancelled()
        });
        if !is_caught && self.thread.resumer.get().is_none() && error.traceback().is_none() {
            // If one of the host's chunks could not be loaded, none of it has run, so there is nothing to trace.
            if error.cause() != Cause::Syntax {
                error = self.with_traceback(error);
            }
            // While variables are closed, the stack has only the error's value.
            self.thread.failure.set(Some(error));
        }
        self.unwind(catcher, error)
    }

    /// Adds a traceback to the error, unless memory is short even with the reserve: a host may keep many failed tasks.
    fn with_traceback(&self, error: Error<'gc>) -> Error<'gc> {
        let (text, frames) = Inspector::of_error(self.ctx, self.thread, error).traceback_in_parts();
        if let Some(own) = error.of_its_own(self.ctx)
            && let Some(text) = string_at_once(self.ctx, &text)
            && own.set_traceback(self.ctx, text.0)
        {
            let position = frames.iter().find_map(|frame| frame.position.clone());
            own.set_details(self.ctx, Details::new(self.ctx, position, Vec::new(), frames));
            return own;
        }
        error
    }

    /// Raises an error in a thread that was stopped between two instructions, or while a native waited. Its position is
    /// that of the interrupted code's caller, as in PUC-Rio Lua, where a hook raises such errors.
    pub(super) fn interrupt(&mut self, message: &[u8]) -> Action<'gc> {
        let frame = self.frame();
        let (level, thrower) = match frame.view() {
            FrameView::Lua { .. } => {
                // As if the next instruction had failed: live are the registers that are live before it.
                self.thread.step_over(self.thread.frame_count.get() - 1, 1);
                (2, None)
            }
            FrameView::Sequence { .. } => {
                let sequence = self.thread.slot(frame.func()).as_sequence();
                self.thread.truncate_frames(self.ctx.mc(), self.thread.frame_count.get() - 1);
                (1, sequence.map(|it| it.native))
            }
            FrameView::Start { .. } => {
                self.pop_frame();
                (1, None)
            }
            _ => (1, None),
        };
        let error = runtime::error_at(self.ctx, self.thread, level, &[message]);
        if let Some(native) = thrower {
            error.set_thrower(self.ctx, native);
        }
        self.throw(error)
    }

    /// Calls the handler of the `xpcall` that is to catch an error. Nothing is called where too many handlers run.
    fn call_handler(&mut self, error: Error<'gc>) -> Result<Option<Action<'gc>>, OutOfMemory> {
        let count = self.thread.frame_count.get();
        let mut handlers = 0;
        let owner = (0..count).rev().map(|index| self.thread.frame(index)).find(|frame| {
            handlers += usize::from(matches!(frame.view(), FrameView::Handler { .. }));
            matches!(frame.view(), FrameView::Xpcall { .. })
        });
        self.charge(2 + handlers / 8);
        let Some(owner) = owner.filter(|_| handlers < HANDLER_LIMIT) else { return Ok(None) };
        if matches!(owner.view(), FrameView::Xpcall { is_host: true }) {
            // The host's handler may inspect the coroutine that the error came from.
            self.thread.failure.set(Some(error));
        }
        let handler = self.thread.slot(owner.func());
        let top = self.thread.live_slots(Moment::Working);
        // The handler may use the room above the stack's limit: it may have to deal with an overflow.
        let wanted = top as usize + crate::object::STACK_SLACK;
        if wanted > self.thread.stack_size.get() as usize {
            ThreadObject::make_room(self.thread, self.ctx, wanted, true).map_err(|_| OutOfMemory)?;
        }
        // For an overflow, the handler gets some room beyond the limits.
        let for_overflow = error.cause() == Cause::StackOverflow;
        match self.push_frame(Frame::handler(top, for_overflow)) {
            Ok(()) => {}
            Err(refused) if refused.is_out_of_memory(self.ctx) => return Err(OutOfMemory),
            Err(_) => return Ok(None),
        }
        if for_overflow {
            self.thread.note_overflow_handler();
        }
        // Shows as the level that raised the error, if that has no frame of its own.
        self.thread.set_slot(top, error.thrower().map_or(Slot::NIL, Slot::native));
        self.thread.set_slot(top + 1, handler);
        self.thread.set_slot(top + 2, error.0.value);
        Ok(Some(Action::Call { args: 1, target: Target::new(top + 1, OPEN, OnReturn::Marker) }))
    }

    /// Replaces the error by the value that its `xpcall` handler returned.
    pub(super) fn handler_returned(&mut self, value: Slot<'gc>) -> Action<'gc> {
        self.pop_frame();
        let error = Error::from_slot(self.ctx, value);
        let catcher = self.catcher();
        match catcher.map(|index| self.view(index)) {
            // This was the handler of an error in a handler: both are over.
            Some(FrameView::Handler { .. }) => self.unwind(self.xpcall_below(), error),
            _ => self.unwind(catcher, error),
        }
    }

    fn xpcall_below(&self) -> Option<u32> {
        (0..self.thread.frame_count.get()).rev().find(|index| matches!(self.view(*index), FrameView::Xpcall { .. }))
    }

    /// Drops the frames above the catcher (all of them, if there is none) and closes the variables in them.
    fn unwind(&mut self, catcher: Option<u32>, error: Error<'gc>) -> Action<'gc> {
        let thread = self.thread;
        if catcher.is_none() && thread.resumer.get().is_some() && (!self.closes_on_failure() || self.is_of_interest()) {
            // `coroutine.resume` leaves a failed coroutine as it is, for a traceback and for `coroutine.close`.
            thread.live_top.set(thread.live_slots(Moment::Working));
            thread.drop_sequences(self.ctx.mc());
            return self.fail_thread(error);
        }
        let (frames, floor) = match catcher {
            Some(index) => (index + 1, thread.frame(index).func() + 1),
            None => (0, 0),
        };
        self.forget_hook(frames);
        if let Some(index) = catcher
            && matches!(self.view(index), FrameView::Unwind { .. })
        {
            // The error replaces the one being dealt with, unless that is the end of the task.
            thread.truncate_frames(self.ctx.mc(), frames);
            if index > 0 || !thread.is_being_cancelled() {
                thread.set_slot(thread.frame(index).func(), error.0.value);
                thread.change_top_frame(|frame| frame.replace_cause(cause_of(error)));
            }
            return self.close_next();
        }
        if thread.last_to_close().is_none_or(|slot| slot < floor) {
            thread.truncate_frames(self.ctx.mc(), frames);
            return self.caught(error);
        }
        thread.truncate_frames(self.ctx.mc(), frames);
        let slot = thread.last_to_close().unwrap_or(0) + 1;
        if let Err(refused) = self.push_frame(Frame::unwind(slot, floor, cause_of(error))) {
            return self.caught(refused);
        }
        thread.set_slot(slot, error.0.value);
        self.close_next()
    }

    /// Closes the next variable of the `Unwind` frame on top, or passes its error to the catcher.
    pub(super) fn close_next(&mut self) -> Action<'gc> {
        let thread = self.thread;
        let frame = self.frame();
        let FrameView::Unwind { floor, cause } = frame.view() else { return Action::Run };
        let error = thread.slot(frame.func());
        match thread.last_to_close() {
            Some(slot) if slot >= floor => {
                thread.pop_to_close();
                let value = thread.slot(slot);
                let handler = metamethod(self.ctx, value, Event::Close);
                // The error moves down to just above the variable: nothing above it is needed any more.
                let at = slot + 1;
                thread.change_top_frame(|frame| frame.move_error(at));
                self.charge(2);
                thread.set_slot(at, error);
                thread.set_slot(at + 1, handler);
                thread.set_slot(at + 2, value);
                thread.set_slot(at + 3, error);
                Action::Call { args: 2, target: Target::new(at + 1, OPEN, OnReturn::Marker) }
            }
            _ => {
                self.pop_frame();
                match cause {
                    UnwindCause::End => return self.closed(),
                    UnwindCause::Cancel => return self.cancelled(),
                    UnwindCause::Error | UnwindCause::Memory => {}
                }
                let failure = thread.failure.get().filter(|failure| failure.0.value.raw_equal(&error));
                self.caught(failure.unwrap_or_else(|| match cause {
                    UnwindCause::Memory => Error::out_of_memory(self.ctx),
                    _ => Error::from_slot(self.ctx, error),
                }))
            }
        }
    }

    /// Closes all variables of the running thread, whose frames are gone, for `coroutine.close` or the end of a task.
    pub(super) fn close_all(&mut self, failure: Option<Error<'gc>>) -> Action<'gc> {
        let slot = self.thread.last_to_close().unwrap_or(0) + 1;
        let cause = failure.map_or(UnwindCause::End, cause_of);
        if let Err(refused) = self.push_frame(Frame::unwind(slot, 0, cause)) {
            return self.caught(refused);
        }
        self.thread.set_slot(slot, failure.map_or(Slot::NIL, |error| error.0.value));
        self.close_next()
    }

    // ---- Cancelling a task ----

    /// Drops what the running thread was doing and closes its variables, then does the same for the threads below it.
    /// Closing methods get an error, so that they do not take this for an ordinary exit.
    pub(super) fn cancel(&mut self) -> Action<'gc> {
        let thread = self.thread;
        self.charge(2 + thread.frame_count.get() as usize / 16);
        self.ctx.state().step.is_finalizing.set(false);
        self.forget_hook(0);
        thread.truncate_frames(self.ctx.mc(), 0);
        let slot = thread.last_to_close().map_or(0, |last| last + 1);
        // A thread has room for a few frames, whatever the limits.
        if self.push_frame(Frame::unwind(slot, 0, UnwindCause::Cancel)).is_err() {
            return Action::Stop(Stop::Cancelled);
        }
        thread.set_slot(slot, self.ctx.state().cancel_error.value);
        Action::Run
    }

    /// Continues once a thread of a cancelled task has closed all its variables.
    fn cancelled(&mut self) -> Action<'gc> {
        self.thread.status.set(Status::Dead);
        self.thread.let_slots_go();
        match self.thread.resumer.take() {
            Some(resumer) => {
                self.switch_to(resumer);
                self.cancel()
            }
            None => Action::Stop(Stop::Cancelled),
        }
    }

    /// Continues once all variables of a thread are closed without an error.
    fn closed(&mut self) -> Action<'gc> {
        if self.thread.top_frame().is_some() {
            // At the end of a task its last function is called after all finalizers.
            let state = self.ctx.state();
            state.finalizers.close();
            state.finalizers.settle(self.ctx.mc());
            self.thread.live_top.set(self.thread.live_slots(Moment::Stopped));
            return if state.finalizers.is_due() { self.start_finalizers() } else { Action::Run };
        }
        self.thread.status.set(Status::Dead);
        self.thread.let_slots_go();
        match self.thread.resumer.take() {
            Some(resumer) => self.hand_over(resumer, 0, 0),
            None => Action::Stop(Stop::Finished),
        }
    }

    /// Whether the running thread may be inspected after an error leaves it through a function of `coroutine.wrap`: it
    /// has no variable to close, and only the host will catch the error. Otherwise its stack is released.
    fn is_of_interest(&self) -> bool {
        let mut inner = self.thread;
        if inner.last_to_close().is_some() {
            return false;
        }
        while let Some(thread) = inner.resumer.get() {
            let Some(top) = thread.frame_count.get().checked_sub(1) else { return false };
            if thread.frame(top).view() != FrameView::Waiting(Waiting::Wrap) {
                return false;
            }
            self.charge(1 + top as usize / 64);
            let is_last = thread.resumer.get().is_none();
            let catches = (0..top).rev().any(|index| match thread.frame(index).view() {
                FrameView::Lua { .. } => false,
                FrameView::Xpcall { is_host: true } => !is_last,
                FrameView::Pcall
                | FrameView::Xpcall { .. }
                | FrameView::Unwind { .. }
                | FrameView::Handler { .. }
                | FrameView::Finalizer { .. } => true,
                FrameView::Sequence { .. } => thread.sequence(index).is_some_and(SequenceObject::catches),
                _ => false,
            });
            if catches {
                return false;
            }
            inner = thread;
        }
        true
    }

    /// Passes an error to the frame on top, which catches it; without one the thread fails.
    fn caught(&mut self, error: Error<'gc>) -> Action<'gc> {
        let Some(frame) = self.thread.top_frame() else {
            self.thread.let_slots_go();
            return self.fail_thread(error);
        };
        // Room is needed for a sequence's values and for the two that a protected call will get.
        self.restore_limits(self.thread.live_slots(Moment::Working) + 2);
        match frame.view() {
            FrameView::Sequence { results_from, .. } => {
                self.thread.open_top.set(results_from);
                self.poll_with(Some(error))
            }
            // At the end of a task, errors of closing methods are dropped.
            FrameView::Start { .. } => self.closed(),
            FrameView::Finalizer { .. } => self.finalizer_failed(error),
            view => {
                self.pop_frame();
                if view == (FrameView::Xpcall { is_host: true }) {
                    // The host needs the whole error, not just its value.
                    self.thread.failure.set(Some(error));
                }
                let (func, native) = (frame.func(), self.protected_call(frame));
                self.thread.set_slot(func, Slot::boolean(false));
                self.thread.set_slot(func + 1, error.0.value);
                self.tell_return(native, func, 2, frame.target())
            }
        }
    }

    /// Ends the thread with an error.
    fn fail_thread(&mut self, error: Error<'gc>) -> Action<'gc> {
        let thread = self.thread;
        thread.status.set(Status::Failed);
        thread.unfinished.set(None);
        thread.failure.set(Some(error));
        match thread.resumer.take() {
            None => {
                thread.let_slots_go();
                Action::Stop(Stop::Failed)
            }
            Some(resumer) => self.hand_over_error(resumer, error),
        }
    }

    // ---- Closing at the end of a scope ----

    /// The instructions `Close` and `CloseOpen`. If there is a variable to close from `from` on, closes the last one;
    /// the instruction then runs again.
    pub(super) fn close_from(&mut self, from: u32, keep_open: bool) -> Action<'gc> {
        let floor = self.frame().base() + from;
        match self.thread.last_to_close() {
            Some(slot) if slot >= floor => {
                self.thread.pop_to_close();
                let value = self.thread.slot(slot);
                let handler = metamethod(self.ctx, value, Event::Close);
                let top = if keep_open { self.thread.open_top.get() } else { self.thread.live_slots(Moment::Working) };
                if let Err(error) = self.ensure_stack(top + 3) {
                    return Action::Throw(error);
                }
                self.thread.set_slot(top, handler);
                self.thread.set_slot(top + 1, value);
                self.thread.set_slot(top + 2, Slot::NIL);
                Action::Call { args: 2, target: Target::new(top, 1, OnReturn::Close) }
            }
            _ => Action::Run,
        }
    }

    /// Marks the variable in a register as to be closed, unless its value is false or nil.
    pub(super) fn mark_to_be_closed(&mut self, register: u32) -> Action<'gc> {
        let slot = self.frame().base() + register;
        let value = self.thread.slot(slot);
        if value.is_falsy() {
            return Action::Run;
        }
        if metamethod(self.ctx, value, Event::Close).tag() == tag::NIL {
            let message: [&[u8]; 3] = [b"variable '", &self.local_name(register), b"' got a non-closable value"];
            return Action::Throw(runtime::error_at(self.ctx, self.thread, 0, &message));
        }
        match ThreadObject::push_to_close(self.thread, self.ctx.mc(), slot) {
            Ok(()) => Action::Run,
            Err(_) => self.wait_for_memory(),
        }
    }

    fn local_name(&self, register: u32) -> Vec<u8> {
        let Some(frame) = self.thread.top_lua_frame() else { return b"?".to_vec() };
        let pc = frame.next;
        let locals = &frame.closure.prototype.chunk.locals;
        self.charge(locals.len() / 8);
        let found = locals.iter().rev().find(|local| {
            u32::from(local.register) == register && local.start as usize <= pc + 1 && pc <= local.end as usize
        });
        found.map_or(b"(temporary)".to_vec(), |local| local.name.to_vec())
    }
}

/// The cause under which variables are closed for this error.
fn cause_of(error: Error<'_>) -> UnwindCause {
    if error.cause() == Cause::Memory { UnwindCause::Memory } else { UnwindCause::Error }
}
