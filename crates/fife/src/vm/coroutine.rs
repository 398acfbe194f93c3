//! Coroutines, whose functions swap the machine's thread: resume, yield, transfer, close. And protected calls, which
//! are natives carried out by the machine itself, too.

use super::{Action, Machine};
use crate::error::{Error, runtime};
use crate::object::failure_text;
use crate::object::{
    Frame, FrameView, Intrinsic, NativeObject, OPEN, OnReturn, Slot, Status, Target, ThreadObject, Waiting,
};
use fife_arena::Gc;

impl<'gc> Machine<'gc> {
    /// Calls a native that changes frames or threads.
    pub(super) fn call_intrinsic(
        &mut self,
        native: Gc<'gc, NativeObject<'gc>>,
        args: u32,
        target: Target,
    ) -> Action<'gc> {
        let func = target.func();
        if let Err(error) = self.ensure_stack(func + args + 4) {
            return self.refused_call(error, args, target);
        }
        self.charge(2);
        let action = match native.intrinsic {
            Intrinsic::Pcall => {
                if args == 0 {
                    return self.argument(native, 0, [b"value expected", b"", b""]);
                }
                if let Err(error) = self.push_frame(Frame::pcall(target)) {
                    return self.refused_call(error, args, target);
                }
                let target = Target::new(func + 1, OPEN, OnReturn::Marker);
                self.enter_or_call(self.thread.slot(func + 1), args - 1, target)
            }
            Intrinsic::Xpcall => {
                if args < 2
                    || self.thread.slot(func + 2).as_closure().is_none()
                        && self.thread.slot(func + 2).as_native().is_none()
                {
                    let got = if args < 2 {
                        b"no value"
                    } else {
                        runtime::type_name_of(self.ctx, self.thread.slot(func + 2))
                    };
                    return self.not_expected(native, 1, b"function", got);
                }
                if let Err(error) = self.push_frame(Frame::xpcall(false, target)) {
                    return self.refused_call(error, args, target);
                }
                // `xpcall f handler args` becomes `handler f args`: the frame expects the handler in its slot.
                let function = self.thread.slot(func + 1);
                let handler = self.thread.slot(func + 2);
                self.thread.set_slot(func, handler);
                self.thread.set_slot(func + 1, function);
                self.charge(args as usize / 16);
                self.move_slots(func + 3, func + 2, args - 2);
                Action::Call { args: args - 2, target: Target::new(func + 1, OPEN, OnReturn::Marker) }
            }
            Intrinsic::Resume => match self.thread.slot(func + 1).as_thread() {
                Some(thread) if args > 0 => self.resume(Waiting::Resume, thread, args, target),
                _ => self.thread_expected(native, func, args),
            },
            Intrinsic::Wrapped => match NativeObject::upvalue(native, 0).as_thread() {
                Some(thread) => self.resume(Waiting::Wrap, thread, args, target),
                None => {
                    Action::Throw(Error::from_text(self.ctx, "internal error: coroutine missing from its function"))
                }
            },
            Intrinsic::Yield => self.yield_values(args, target),
            Intrinsic::YieldTo => match self.thread.slot(func + 1).as_thread() {
                Some(thread) if args > 0 => self.yield_to(thread, args, target),
                _ => self.thread_expected(native, func, args),
            },
            Intrinsic::CloseThread => match self.thread.slot(func + 1).as_thread() {
                Some(thread) if args > 0 => self.close_thread(thread, args, target),
                _ => self.thread_expected(native, func, args),
            },
            Intrinsic::EndTask if args == 0 => return self.argument(native, 0, [b"value expected", b"", b""]),
            Intrinsic::EndTask => self.end_task(self.thread.slot(func + 1)),
            Intrinsic::None | Intrinsic::Next | Intrinsic::IpairsStep | Intrinsic::ClassIndex => Action::Run,
        };
        if let Action::Throw(error) = action {
            error.set_thrower(self.ctx, native);
        }
        action
    }

    fn argument(&self, native: Gc<'gc, NativeObject<'gc>>, index: usize, message: [&[u8]; 3]) -> Action<'gc> {
        let error = runtime::argument_error(self.ctx, self.thread, native, None, index, message);
        error.set_thrower(self.ctx, native);
        Action::Throw(error)
    }

    fn thread_expected(&self, native: Gc<'gc, NativeObject<'gc>>, func: u32, args: u32) -> Action<'gc> {
        let got = if args == 0 { b"no value" } else { runtime::type_name_of(self.ctx, self.thread.slot(func + 1)) };
        self.not_expected(native, 0, b"thread", got)
    }

    /// The error of an argument of the wrong type.
    fn not_expected(
        &self,
        native: Gc<'gc, NativeObject<'gc>>,
        index: usize,
        expected: &[u8],
        got: &[u8],
    ) -> Action<'gc> {
        self.argument(native, index, [expected, b" expected, got ", got])
    }

    /// Switches to another thread.
    #[inline]
    pub(super) fn switch_to(&mut self, thread: Gc<'gc, ThreadObject<'gc>>) {
        thread.disturb();
        thread.status.set(Status::Running);
        thread.executor.set(self.thread.executor.get());
        thread.nesting.set(thread.resumer.get().map_or(0, |resumer| resumer.nesting.get() + 1));
        self.thread = thread;
        self.ctx.state().step.running.set(Some(thread));
        self.ctx.mc().barrier_backward(thread);
    }

    /// Why a thread cannot be resumed.
    fn not_resumable(&self, thread: Gc<'gc, ThreadObject<'gc>>) -> Option<&'static str> {
        match thread.status.get() {
            Status::Dead | Status::Failed => Some("cannot resume dead coroutine"),
            Status::Running | Status::Normal => Some("cannot resume non-suspended coroutine"),
            Status::Suspended if thread.executor.get() != 0 && thread.executor.get() != self.thread.executor.get() => {
                Some("cannot resume a coroutine of another task")
            }
            Status::Suspended
                if self.thread.nesting.get() as usize >= self.ctx.state().settings.limits.coroutine_depth =>
            {
                Some("C stack overflow")
            }
            Status::Suspended => None,
        }
    }

    fn resume(&mut self, by: Waiting, thread: Gc<'gc, ThreadObject<'gc>>, args: u32, target: Target) -> Action<'gc> {
        let func = target.func();
        // The first argument of `coroutine.resume` is the coroutine.
        let own = u32::from(by == Waiting::Resume);
        let (from, count) = (func + 1 + own, args - own);
        if let Some(message) = self.not_resumable(thread) {
            if by == Waiting::Wrap {
                return Action::Throw(runtime::error_at(self.ctx, self.thread, 1, &[message.as_bytes()]));
            }
            let native = self.thread.slot(func);
            self.thread.set_slot(func, Slot::boolean(false));
            self.thread.set_slot(func + 1, Slot::string(failure_text(self.ctx, message.as_bytes()).0));
            return self.tell_return(native, func, 2, target);
        }
        let resumer = self.thread;
        if let Err(error) = self.make_room(thread, count) {
            return self.refused_call(error, args, target);
        }
        let waiting = Frame::waiting(by, target);
        if let Err(error) = self.push_frame(waiting) {
            return self.refused_call(error, args, target);
        }
        self.pass(resumer, from, count, thread);
        resumer.status.set(Status::Normal);
        resumer.live_top.set(waiting.waiting_end());
        thread.resumer.set(Some(resumer));
        self.switch_to(thread);
        self.wake(count)
    }

    /// Makes room for values where the top frame of the thread, a `Start` or `Yield` one, takes them.
    fn make_room(&self, to: Gc<'gc, ThreadObject<'gc>>, count: u32) -> Result<(), Error<'gc>> {
        self.ensure_stack_of(to, arrival(to) + count)
    }

    /// Copies values to where the top frame of the thread takes them, which has room for them.
    #[inline]
    fn pass(&self, from: Gc<'gc, ThreadObject<'gc>>, at: u32, count: u32, to: Gc<'gc, ThreadObject<'gc>>) {
        self.charge(count as usize / 4);
        to.disturb();
        self.copy_slots(from, at, to, arrival(to), count);
    }

    /// Continues the thread that was just switched to, with `count` values.
    #[inline]
    fn wake(&mut self, count: u32) -> Action<'gc> {
        let from = arrival(self.thread);
        if matches!(self.frame().view(), FrameView::Start { .. }) {
            self.thread.change_top_frame(|frame| frame.add_arguments(count));
            return Action::Run;
        }
        let target = self.pop_frame().target();
        // The values overwrote the native.
        self.tell_return(Self::UNKNOWN_NATIVE, from, count, target)
    }

    /// The error of a main thread that yields. It has no position, as in PUC-Rio Lua.
    #[cold]
    fn yield_from_outside(&self) -> Error<'gc> {
        Error::from_text(self.ctx, "attempt to yield from outside a coroutine")
    }

    fn yield_values(&mut self, args: u32, target: Target) -> Action<'gc> {
        let thread = self.thread;
        let Some(resumer) = thread.resumer.get() else {
            return Action::Throw(self.yield_from_outside());
        };
        if waits_in(resumer) == Some(Waiting::CloseThread) || self.is_in_finalizer() || self.is_being_cancelled() {
            return Action::Throw(Error::from_text(self.ctx, "attempt to yield across a C-call boundary"));
        }
        if let Some(frame) = resumer.top_frame()
            && let Err(error) = self.ensure_stack_of(resumer, frame.func() + 1 + args)
            && error.is_out_of_memory(self.ctx)
            && self.may_wait()
        {
            return self.refused_call(error, args, target);
        }
        let waiting = Frame::waiting(Waiting::Yield, target);
        if let Err(error) = self.push_frame(waiting) {
            return self.refused_call(error, args, target);
        }
        thread.resumer.set(None);
        thread.status.set(Status::Suspended);
        thread.live_top.set(waiting.waiting_end());
        self.hand_over(resumer, target.func() + 1, args)
    }

    /// Whether the running thread is closing variables because its task is cancelled.
    #[inline]
    fn is_being_cancelled(&self) -> bool {
        self.ctx.state().step.is_cancelling() && self.thread.is_being_cancelled()
    }

    /// Switches to the thread that resumed the running one, passing it values of the running one.
    pub(super) fn hand_over(&mut self, resumer: Gc<'gc, ThreadObject<'gc>>, from: u32, count: u32) -> Action<'gc> {
        let thread = self.thread;
        self.switch_to(resumer);
        let waited_in = waits_in(resumer);
        let frame = self.pop_frame();
        let func = frame.func();
        // Values that do not fit on the stack are lost. If memory was short, they have already waited for a collection.
        if let Err(error) = self.ensure_stack(func + 1 + count) {
            return Action::Throw(error);
        }
        self.charge(count as usize / 4);
        self.copy_slots(thread, from, resumer, func + 1, count);
        if waited_in == Some(Waiting::Wrap) {
            return self.tell_return(resumer.slot(func), func + 1, count, frame.target());
        }
        let native = resumer.slot(func);
        resumer.set_slot(func, Slot::boolean(true));
        let count = if waited_in == Some(Waiting::CloseThread) { 1 } else { count + 1 };
        self.tell_return(native, func, count, frame.target())
    }

    /// Whether the resumer of the running thread wants its variables closed when it fails.
    pub(super) fn closes_on_failure(&self) -> bool {
        self.thread.resumer.get().and_then(waits_in).is_some_and(|waits_in| waits_in != Waiting::Resume)
    }

    /// Switches to the thread that resumed the running one, which failed.
    pub(super) fn hand_over_error(&mut self, resumer: Gc<'gc, ThreadObject<'gc>>, error: Error<'gc>) -> Action<'gc> {
        let thread = self.thread;
        self.switch_to(resumer);
        let waited_in = waits_in(resumer);
        let frame = self.pop_frame();
        let func = frame.func();
        if waited_in != Some(Waiting::Resume) {
            // Its variables are closed; the coroutine is now dead in the ordinary way.
            thread.status.set(Status::Dead);
            thread.failure.set(None);
        }
        if waited_in == Some(Waiting::Wrap) {
            let native = resumer.slot(func).as_native();
            resumer.open_top.set(func);
            let (value, inner) = (error.0.value, error);
            // As in PUC-Rio Lua, the caller's position goes before a message.
            let error = match value.as_string() {
                Some(string) if !error.is_out_of_memory(self.ctx) => {
                    self.charge(string.len() / 16);
                    runtime::error_at(self.ctx, resumer, 1, &[crate::object::StringObject::bytes(string)])
                }
                _ => error,
            };
            if thread.frame_count.get() > 0 {
                error.set_origin(self.ctx, thread, inner);
            }
            let Some(native) = native else { return Action::Throw(error) };
            error.set_thrower(self.ctx, native);
            // Nested coroutines may fail one after another, without Lua code in between.
            self.charge(1);
            if self.ctx.state().fuel().get() > 0 {
                return Action::Throw(error);
            }
            let Some(later) = crate::native::raise_later(self.ctx, native, error) else { return Action::Throw(error) };
            resumer.set_slot(func, later);
            resumer.open_top.set(func + 1);
            let waiting = Frame::sequence(frame.target());
            // There is room, since a frame was popped.
            return self.push_frame(waiting).map_or_else(Action::Throw, |()| Action::Run);
        }
        let native = resumer.slot(func);
        resumer.set_slot(func, Slot::boolean(false));
        resumer.set_slot(func + 1, error.0.value);
        self.tell_return(native, func, 2, frame.target())
    }

    fn yield_to(&mut self, thread: Gc<'gc, ThreadObject<'gc>>, args: u32, target: Target) -> Action<'gc> {
        // The first argument is the coroutine.
        let count = args - 1;
        let current = self.thread;
        let Some(resumer) = current.resumer.get() else {
            return Action::Throw(self.yield_from_outside());
        };
        if self.is_in_finalizer() || self.is_being_cancelled() {
            return Action::Throw(Error::from_text(self.ctx, "attempt to yield across a C-call boundary"));
        }
        if let Some(message) = self.not_resumable(thread) {
            return Action::Throw(runtime::error_at(self.ctx, current, 1, &[message.as_bytes()]));
        }
        if let Err(error) = self.make_room(thread, count) {
            return self.refused_call(error, args, target);
        }
        let waiting = Frame::waiting(Waiting::Yield, target);
        if let Err(error) = self.push_frame(waiting) {
            return self.refused_call(error, args, target);
        }
        self.pass(current, target.func() + 2, count, thread);
        current.resumer.set(None);
        current.status.set(Status::Suspended);
        current.live_top.set(waiting.waiting_end());
        thread.resumer.set(Some(resumer));
        self.switch_to(thread);
        self.wake(count)
    }

    fn close_thread(&mut self, thread: Gc<'gc, ThreadObject<'gc>>, args: u32, target: Target) -> Action<'gc> {
        let func = target.func();
        let status = match thread.status.get() {
            Status::Running => Some("running"),
            Status::Normal => Some("normal"),
            _ if thread.executor.get() != 0 && thread.executor.get() != self.thread.executor.get() => Some("foreign"),
            _ => None,
        };
        if let Some(status) = status {
            let message = format!("cannot close a {status} coroutine");
            return Action::Throw(runtime::error_at(self.ctx, self.thread, 1, &[message.as_bytes()]));
        }
        // The frame goes first, since there may be no room for it: then the coroutine stays as it is.
        let has_to_close = thread.last_to_close().is_some();
        let waiting = Frame::waiting(Waiting::CloseThread, target);
        if has_to_close && let Err(error) = self.push_frame(waiting) {
            return self.refused_call(error, args, target);
        }
        let failure = thread.failure.get().filter(|_| thread.status.get() == Status::Failed);
        if !thread.is_of_task.get() {
            thread.failure.set(None);
        }
        thread.truncate_frames(self.ctx.mc(), 0);
        if !has_to_close {
            thread.status.set(Status::Dead);
            thread.let_slots_go();
            let native = self.thread.slot(func);
            self.thread.set_slot(func, Slot::boolean(failure.is_none()));
            let mut count = 1;
            if let Some(error) = failure {
                self.thread.set_slot(func + 1, error.0.value);
                count = 2;
            }
            return self.tell_return(native, func, count, target);
        }
        let resumer = self.thread;
        resumer.status.set(Status::Normal);
        resumer.live_top.set(waiting.waiting_end());
        thread.resumer.set(Some(resumer));
        self.switch_to(thread);
        self.close_all(failure)
    }

    /// Drops all that the task was doing, closes the variables of its main thread, and then calls `last` in its place.
    /// Coroutines are abandoned with whatever they have pending, as when PUC-Rio Lua closes a state.
    fn end_task(&mut self, last: Slot<'gc>) -> Action<'gc> {
        let mut main = self.thread;
        while let Some(resumer) = main.resumer.get() {
            self.charge(1);
            // It cannot continue, and nothing in it is live.
            main.abandon(&mut *self.ctx.state().released.borrow_mut());
            main = resumer;
        }
        self.switch_to(main);
        self.ctx.state().step.is_finalizing.set(false);
        main.truncate_frames(self.ctx.mc(), 0);
        main.set_slot(0, last);
        if let Err(error) = self.push_frame(Frame::start(0, Target::new(0, OPEN, OnReturn::Thread))) {
            return Action::Throw(error);
        }
        self.close_all(None)
    }
}

/// Where a suspended thread takes values.
#[inline]
fn arrival(thread: Gc<'_, ThreadObject<'_>>) -> u32 {
    thread.top_frame().map_or(0, |frame| frame.arrival())
}

/// What a thread that is not running waits in.
fn waits_in(thread: Gc<'_, ThreadObject<'_>>) -> Option<Waiting> {
    match thread.top_frame()?.view() {
        FrameView::Waiting(what) => Some(what),
        _ => None,
    }
}
