//! Calls finalizers: the `__gc` metamethods of objects that were found dead.
//!
//! They run at the start of a step, as calls on top of the code that the step continues: the task pays for them, they
//! may be suspended, and an error in one becomes a warning (manual §2.5.3). They may not yield, since the code below
//! did not call them.

use super::{Action, Machine};
use crate::error::Error;
use crate::object::metamethod;
use crate::object::{Event, Frame, FrameView, OPEN, OnReturn, Slot, StringObject, Target};

impl<'gc> Machine<'gc> {
    /// Starts calling the finalizers that are due, unless the task is running one already or is cancelled: then its
    /// fuel is for closing its own variables.
    pub(super) fn start_finalizers(&mut self) -> Action<'gc> {
        let step = &self.ctx.state().step;
        if step.is_finalizing.get() || step.is_cancelling() {
            return Action::Run;
        }
        let thread = self.thread;
        let top = thread.live_top.get();
        let frame = Frame::finalizer(top, thread.open_top.get());
        // With no room left, finalizers wait until there is some.
        if self.ensure_stack(top + 3).is_err() || self.push_frame(frame).is_err() {
            return Action::Run;
        }
        self.ctx.state().step.is_finalizing.set(true);
        self.finalize_next()
    }

    /// Calls the next finalizer, or continues with the frame below.
    pub(super) fn finalize_next(&mut self) -> Action<'gc> {
        let frame = self.frame();
        let func = frame.func();
        while let Some(object) = self.ctx.take_due_finalizer() {
            self.charge(2);
            let finalizer = metamethod(self.ctx, object, Event::Gc);
            if finalizer.is_nil() {
                // Many objects in a row may have nothing to call.
                if self.ctx.state().fuel().get() <= 0 {
                    return Action::Run;
                }
                continue;
            }
            self.thread.set_slot(func, Slot::NIL);
            self.thread.set_slot(func + 1, finalizer);
            self.thread.set_slot(func + 2, object);
            return Action::Call { args: 1, target: Target::new(func + 1, OPEN, OnReturn::Marker) };
        }
        self.pop_frame();
        if let FrameView::Finalizer { open_top } = frame.view() {
            self.thread.open_top.set(open_top);
        }
        self.ctx.state().step.is_finalizing.set(false);
        Action::Run
    }

    /// Turns the error of a finalizer into a warning.
    pub(super) fn finalizer_failed(&mut self, error: Error<'gc>) -> Action<'gc> {
        let message = match error.0.value.as_string() {
            Some(message) => StringObject::bytes(message),
            None => b"error object is not a string",
        };
        self.charge(message.len() / 16);
        self.ctx.warn(&[b"error in __gc (", message, b")"]);
        self.finalize_next()
    }

    /// Whether the running thread is in a finalizer, which it may not leave by yielding.
    pub(super) fn is_in_finalizer(&self) -> bool {
        if !self.ctx.state().step.is_finalizing.get() {
            return false;
        }
        self.charge(self.thread.frame_count.get() as usize / 16);
        self.thread.is_in_finalizer()
    }
}
