//! Calls and returns, other than the loop's fast paths.
//!
//! # Safety argument
//!
//! While a Lua frame waits for a call, its program counter is behind the instruction that called.

use super::{Action, Machine, Stop};
use crate::error::{Error, runtime};
use crate::native::{Call, Poll, Reply};
use crate::object::metamethod;
use crate::object::{
    ClosureObject, Context, Event, Frame, FrameView, Intrinsic, NativeObject, OPEN, OnReturn, Over, STACK_SLACK,
    SequenceObject, Slot, Status, Target, tag,
};
use crate::semantics::Failure;
use fife_arena::Gc;
use fife_bytecode::Instruction;

/// The longest chain of values with `__call`.
const CALL_CHAIN_LIMIT: u32 = 1000;

/// What [`Machine::return_quickly`] did.
pub(super) enum Returned {
    Not,
    /// The function returned to a Lua frame, which continues.
    ToLua,
    /// The function returned to a sequence, which is to be polled.
    ToSequence,
    /// The main thread returned.
    Finished,
}

impl<'gc> Machine<'gc> {
    /// Calls the value in the target's slot.
    pub(super) fn call(&mut self, mut args: u32, target: Target) -> Action<'gc> {
        let func = target.func();
        if !self.thread.slot(func).is_function() {
            match self.insert_handlers(func, args) {
                Ok(inserted) => args += inserted,
                Err(error) => return Action::Throw(error),
            }
        }
        self.call_function(self.thread.slot(func), args, target)
    }

    /// Calls `function`, which is in the target's slot.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    pub(super) fn call_function(&mut self, function: Slot<'gc>, args: u32, target: Target) -> Action<'gc> {
        if let Some(closure) = function.as_closure() {
            return match self.enter(closure, args, target, false) {
                Ok(()) => Action::Run,
                Err(error) => self.refused_call(error, args, target),
            };
        }
        match function.as_native() {
            Some(native) => self.call_native(native, args, target),
            None => Action::Throw(runtime::call_error(self.ctx, self.thread, function)),
        }
    }

    /// Defers a call that was refused memory until after a collection, unless it has already waited for one. Nothing
    /// may have been changed for the call yet.
    pub(super) fn refused_call(&mut self, error: Error<'gc>, args: u32, target: Target) -> Action<'gc> {
        let frame = Frame::start(args, target);
        if error.is_out_of_memory(self.ctx) && self.may_wait() && self.push_waiting(frame) {
            return Action::Stop(Stop::Memory);
        }
        Action::Throw(error)
    }

    /// Makes the call that a `Start` frame stands for.
    pub(super) fn start(&mut self) -> Action<'gc> {
        let frame = self.pop_frame();
        let (FrameView::Start { args }, target) = (frame.view(), frame.target()) else { return Action::Run };
        if target.on_return() == OnReturn::Tail {
            return self.tail_call(target.func(), args);
        }
        Action::Call { args, target }
    }

    /// As [`enter`](Self::enter), if the closure needs only a frame and there is room for it; otherwise does nothing
    /// and returns false.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    pub(super) fn enter_at_once(&mut self, closure: Gc<'gc, ClosureObject<'gc>>, args: u32, target: Target) -> bool {
        let (thread, prototype) = (self.thread, closure.prototype);
        let base = target.func() + 1;
        let (parameters, registers) = (u32::from(prototype.parameter_count), u32::from(prototype.register_count));
        let top = base as usize + args as usize + registers as usize + STACK_SLACK;
        let count = thread.frame_count.get();
        if prototype.is_vararg || top > thread.stack_size.get() as usize || count >= thread.frame_capacity.get() {
            return false;
        }
        // SAFETY: there is room for the registers and the frame. Parameters are among a function's registers.
        unsafe {
            let first = thread.stack.get().as_ptr().add(base as usize);
            for index in args..parameters {
                Slot::set_tag(first.add(index as usize), tag::NIL);
            }
            let frame = thread.frames.get().as_ptr().add(count as usize);
            frame.write(Frame::lua(&prototype, base, 0, false, target));
        }
        thread.frame_count.set(count + 1);
        self.charge(usize::from(prototype.entry_cost));
        true
    }

    /// Enters `function`, which is in the target's slot, if that needs only a frame; otherwise says that it has to be
    /// called.
    #[cfg_attr(feature = "full", inline(always))]
    #[cfg_attr(not(feature = "full"), inline(never))]
    pub(super) fn enter_or_call(&mut self, function: Slot<'gc>, args: u32, target: Target) -> Action<'gc> {
        match function.as_closure() {
            Some(closure) if self.enter_at_once(closure, args, target) => Action::Run,
            _ => Action::Call { args, target },
        }
    }

    /// Pushes the frame of a closure whose arguments are above the target's slot. `is_tail` if it replaces its caller's
    /// frame.
    pub(super) fn enter(
        &mut self,
        closure: Gc<'gc, ClosureObject<'gc>>,
        args: u32,
        target: Target,
        is_tail: bool,
    ) -> Result<(), Error<'gc>> {
        if !is_tail && self.enter_at_once(closure, args, target) {
            return Ok(());
        }
        let func = target.func();
        let prototype = closure.prototype;
        let parameters = u32::from(prototype.parameter_count);
        let extra = if prototype.is_vararg { args.saturating_sub(parameters) } else { 0 };
        self.ensure_room(closure, args, func)?;
        for index in args..parameters {
            self.thread.set_slot(func + 1 + index, Slot::NIL);
        }
        let mut base = func + 1;
        if extra > 0 {
            // The function and its parameters move above the extra arguments, which stay below the base.
            base = func + 1 + args + 1;
            self.thread.set_slot(base - 1, Slot::closure(closure));
            for index in 0..parameters {
                self.thread.set_slot(base + index, self.thread.slot(func + 1 + index));
            }
            self.charge(extra as usize / 16);
        }
        self.push_frame(Frame::lua(&prototype, base, extra, is_tail, target))?;
        self.charge(usize::from(prototype.entry_cost));
        Ok(())
    }

    /// Makes sure that the stack has room for a closure called in slot `func`.
    fn ensure_room(&self, closure: Gc<'gc, ClosureObject<'gc>>, args: u32, func: u32) -> Result<(), Error<'gc>> {
        let prototype = closure.prototype;
        let (parameters, registers) = (u32::from(prototype.parameter_count), u32::from(prototype.register_count));
        self.ensure_stack(func + 1 + args.max(parameters) + registers + 2)
    }

    /// A tail call: the function and arguments from slot `func` on replace the running Lua function.
    pub(super) fn tail_call(&mut self, func: u32, mut args: u32) -> Action<'gc> {
        if !self.thread.slot(func).is_function() {
            match self.insert_handlers(func, args) {
                Ok(inserted) => args += inserted,
                Err(error) => return Action::Throw(error),
            }
        }
        let frame = self.frame();
        let target = Target::new(func, OPEN, OnReturn::Tail);
        let Some(closure) = self.thread.slot(func).as_closure() else {
            // Natives keep the caller's frame: they may need its position, and they return at once.
            return Action::Call { args, target };
        };
        if let Err(error) = self.ensure_room(closure, args, frame.func()) {
            return self.refused_call(error, args, target);
        }
        self.charge(args as usize / 16 + 1);
        self.move_slots(func, frame.func(), args + 1);
        self.pop_frame();
        // The stack has room, and popping the caller's frame has made room for this one.
        self.enter(closure, args, frame.target(), true).map_or_else(Action::Throw, |()| Action::Run)
    }

    /// Inserts the `__call` of a value before it, so that the value becomes the first argument, then the `__call` of
    /// that, until the first is a function. All arguments move at once: there may be many of them, and the chain may be
    /// long.
    #[inline(never)]
    fn insert_handlers(&mut self, func: u32, args: u32) -> Result<u32, Error<'gc>> {
        let first = self.thread.slot(func);
        let mut called = first;
        let mut count = 0;
        while !called.is_function() {
            let handler = metamethod(self.ctx, called, Event::Call);
            if handler.is_nil() {
                self.charge(4 * count as usize);
                return Err(runtime::call_error(self.ctx, self.thread, called));
            }
            if count == CALL_CHAIN_LIMIT {
                self.charge(4 * count as usize);
                return Err(runtime::error_at(self.ctx, self.thread, 0, &[b"'__call' chain too long"]));
            }
            called = handler;
            count += 1;
        }
        self.charge(4 * count as usize + args as usize / 8);
        self.ensure_stack(func + args + count + 1)?;
        self.move_slots(func, func + count, args + 1);
        // The function found last comes first. Mostly it is the only one.
        self.thread.set_slot(func, called);
        called = first;
        for slot in (func + 1..func + count).rev() {
            called = metamethod(self.ctx, called, Event::Call);
            self.thread.set_slot(slot, called);
        }
        Ok(count)
    }

    /// Defers a call until there is fuel. In `pcall(pcall, ···)`, or when variables are closed, natives may call
    /// natives for long without Lua code in between, which would notice that fuel has run out. `None` if there is fuel,
    /// or no room for the frame.
    #[inline]
    fn put_off_call(&self, args: u32, target: Target) -> Option<Action<'gc>> {
        if self.ctx.state().fuel().get() >= 0 {
            return None;
        }
        self.push_waiting(Frame::start(args, target)).then_some(Action::Run)
    }

    /// Defers delivery until there is fuel, for the same reason: the frames of natives may pass values on to one
    /// another.
    #[cold]
    pub(super) fn put_off_delivery(&mut self, from: u32, count: u32, target: Target) -> Option<Action<'gc>> {
        self.ensure_stack(target.func() + count + 1).ok()?;
        let place = target.func() + 1;
        if !self.push_waiting(Frame::deliver(place, count, target)) {
            return None;
        }
        self.charge(count as usize / 16);
        self.move_slots(from, place, count);
        self.thread.set_slot(target.func(), Slot::NIL);
        Some(Action::Run)
    }

    pub(super) fn call_native(&mut self, native: Gc<'gc, NativeObject<'gc>>, args: u32, target: Target) -> Action<'gc> {
        if let Some(waiting) = self.put_off_call(args, target) {
            return waiting;
        }
        if let Some(told) = self.tell_call(args, target) {
            return told;
        }
        if native.intrinsic >= Intrinsic::Pcall {
            return self.call_intrinsic(native, args, target);
        }
        if let Err(error) = self.ensure_stack(target.func() + 1 + args) {
            return self.refused_call(error, args, target);
        }
        let mut call = Call::new(self.ctx, self.thread, native, target.func() + 1, args);
        let reply = (native.function)(&mut call);
        let (end, pending) = (call.base + call.count, call.pending);
        self.native_replied(Slot::native(native), reply, end, pending, args, target)
    }

    /// Continues with a native's reply, which hooks may want to know of. `end` is the end of its window.
    pub(super) fn native_replied(
        &mut self,
        native: Slot<'gc>,
        reply: Result<Reply, Error<'gc>>,
        end: u32,
        pending: Slot<'gc>,
        args: u32,
        target: Target,
    ) -> Action<'gc> {
        let func = target.func();
        match reply {
            Ok(Reply::One) => self.tell_return(native, func, 1, target),
            Ok(Reply::Values(count)) => {
                let count = count.min(end - func - 1);
                self.tell_return(native, end - count, count, target)
            }
            Ok(Reply::TailCall(count)) => {
                if end == func + 1 {
                    return Action::Throw(self.nothing_to_call());
                }
                // Natives may tail call one another forever.
                self.charge(1);
                let count = count.min(end - func - 2);
                self.move_slots(end - count - 1, func, count + 1);
                let called = self.thread.slot(func);
                let is_function = called.is_function();
                if !is_function && metamethod(self.ctx, called, Event::Call).is_nil() {
                    // The native has no frame that would keep the caller's position and names out of the message.
                    let failure = Failure::Type("call", called.value());
                    return Action::Throw(runtime::failure(self.ctx, self.thread, usize::MAX, failure, None));
                }
                if target.on_return() == OnReturn::Tail {
                    return self.tail_call(func, count);
                }
                Action::Call { args: count, target }
            }
            Ok(Reply::Sequence) => {
                let frame = Frame::sequence(target);
                let pushed = self.push_frame(frame);
                if let Err(error) = pushed
                    && !(error.is_out_of_memory(self.ctx) && self.may_wait() && self.push_waiting(frame))
                {
                    if let Some(sequence) = pending.as_sequence() {
                        SequenceObject::end(sequence, self.ctx.mc());
                    }
                    return Action::Throw(error);
                }
                self.thread.set_slot(func, pending);
                self.thread.open_top.set(end);
                // The native is done; it is the sequence that waits.
                if pushed.is_err() { Action::Stop(Stop::Memory) } else { Action::Run }
            }
            Err(error) => {
                if self.ctx.state().step.take_refusal() {
                    return self.refused_call(error, args, target);
                }
                if let Some(native) = self.thread.slot(func).as_native() {
                    error.set_thrower(self.ctx, native);
                }
                Action::Throw(error)
            }
        }
    }

    /// The error of a native that asks for a call with an empty window.
    #[cold]
    fn nothing_to_call(&self) -> Error<'gc> {
        Error::from_text(self.ctx, "native asks for a call without a function")
    }

    /// Polls the sequence of the top frame.
    pub(super) fn poll(&mut self) -> Action<'gc> {
        self.poll_with(None)
    }

    /// Polls the sequence of the top frame, or passes it an error.
    pub(super) fn poll_with(&mut self, error: Option<Error<'gc>>) -> Action<'gc> {
        let frame = self.frame();
        let (FrameView::Sequence { first, results_from }, Some(sequence)) =
            (frame.view(), self.thread.slot(frame.func()).as_sequence())
        else {
            self.pop_frame();
            return Action::Throw(lost_sequence(self.ctx));
        };
        if let Err(refused) = self.ensure_stack(self.thread.open_top.get()) {
            if error.is_none() && refused.is_out_of_memory(self.ctx) && self.may_wait() {
                return Action::Stop(Stop::Memory);
            }
            self.thread.truncate_frames(self.ctx.mc(), self.thread.frame_count.get() - 1);
            return Action::Throw(refused);
        }
        let count = self.thread.open_top.get() - first;
        let mut call = Call::new(self.ctx, self.thread, sequence.native, first, count);
        call.results_from = results_from - first;
        let poll = SequenceObject::poll(sequence, &mut call, error);
        // What a sequence holds in Rust is dropped as soon as it is over, not by a collection, and last, when the
        // thread is in order.
        let over = || Over(sequence, self.ctx.mc());
        // Charged after the poll. Charged before it, this would use up a last unit of fuel, and a sequence that checks
        // the fuel first would never make progress.
        self.charge(2);
        let count = call.count;
        let end = first + count;
        self.thread.open_top.set(end);
        match poll {
            Ok(Poll::Pending) => {
                if self.ctx.state().fuel().get() <= 0 {
                    Action::Stop(Stop::Fuel)
                } else {
                    Action::Run
                }
            }
            Ok(Poll::Waiting) => match self.not_to_wait() {
                None => Action::Stop(Stop::Waiting),
                Some(message) => {
                    let _over = over();
                    self.pop_frame();
                    let error = Error::from_text(self.ctx, message);
                    error.set_thrower(self.ctx, sequence.native);
                    Action::Throw(error)
                }
            },
            Ok(Poll::Return(values)) => {
                let _over = over();
                let values = values.min(count);
                self.pop_frame();
                let target = frame.target();
                self.tell_return(Slot::native(sequence.native), end - values, values, target)
            }
            Ok(Poll::Call(_) | Poll::TailCall(_)) if count == 0 => {
                let _over = over();
                self.pop_frame();
                Action::Throw(self.nothing_to_call())
            }
            Ok(Poll::Call(arguments)) => {
                let arguments = arguments.min(count.saturating_sub(1));
                let func = end - arguments - 1;
                self.thread.change_top_frame(|top| top.expect_results(func));
                let target = Target::new(func, OPEN, OnReturn::Marker);
                self.enter_or_call(self.thread.slot(func), arguments, target)
            }
            Ok(Poll::TailCall(arguments)) => {
                let _over = over();
                let arguments = arguments.min(count.saturating_sub(1));
                self.pop_frame();
                self.move_slots(end - arguments - 1, frame.func(), arguments + 1);
                Action::Call { args: arguments, target: frame.target() }
            }
            Err(error) => {
                if self.ctx.state().step.take_refusal() {
                    return Action::Stop(Stop::Memory);
                }
                let _over = over();
                self.pop_frame();
                error.set_thrower(self.ctx, sequence.native);
                Action::Throw(error)
            }
        }
    }

    /// Why a sequence may not wait now: a cancelled task has to end, and finalizers may have nothing to do with the
    /// task they run in.
    #[cold]
    fn not_to_wait(&self) -> Option<&'static str> {
        let step = &self.ctx.state().step;
        if step.is_cancelling() {
            Some("attempt to wait in a task that is cancelled")
        } else {
            step.is_finalizing.get().then_some("attempt to wait in a finalizer")
        }
    }

    /// Pays for the code with which a Lua frame continues.
    fn charge_landing(&self) {
        if !self.frame().is_lua() {
            return;
        }
        match self.instruction().landing_cost() {
            Some(cost) => self.charge(cost.0.into()),
            // As for the result of a metamethod.
            None => self.charge(1),
        }
    }

    /// Gives the first result of a metamethod to the instruction that called it, in the top frame, a Lua one. The code
    /// behind it was paid for with the code before it, but each return costs something, since there may be many in a
    /// row.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    fn answer_instruction(&mut self, value: Slot<'gc>, target: Target) {
        match target.on_return() {
            OnReturn::Store => self.thread.set_slot(self.frame().base() + u32::from(target.results()), value),
            OnReturn::Test | OnReturn::TestNot => {
                self.decide(value.is_falsy() == (target.on_return() == OnReturn::TestNot));
            }
            _ => {}
        }
        self.charge(1);
    }

    /// Gives results to the sequence of the top frame, which finds them at its next poll.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    fn answer_sequence(&self, from: u32, count: u32, results_from: u32) {
        // The common case: a comparator returns one value.
        if count == 1 {
            self.thread.set_slot(results_from, self.thread.slot(from));
        } else {
            self.move_slots(from, results_from, count);
        }
        self.thread.open_top.set(results_from + count);
    }

    /// Shortcut for [`return_values`](Self::return_values) and what follows it, where a Lua function returns to an
    /// instruction that called it as a metamethod, to a sequence, or to the host; does nothing anywhere else. For the
    /// loop alone.
    #[inline(always)]
    pub(super) fn return_quickly(&mut self, first: u32, count: u32) -> Returned {
        let thread = self.thread;
        if thread.script_hook.get().is_some() {
            return Returned::Not;
        }
        // SAFETY: while the loop runs, this is its frame, the top one, a Lua one.
        let frame = unsafe { *self.frame };
        // SAFETY: called only if there is a frame below that waits for the results.
        let caller = || unsafe { *self.frame.sub(1) };
        let (from, target) = (frame.base() + first, frame.target());
        let value = || {
            if count == 0 {
                return Slot::NIL;
            }
            // SAFETY: the first of the values, in a register of the frame.
            unsafe { Slot::read(thread.stack.get().as_ptr().add(from as usize)) }
        };
        match target.on_return() {
            OnReturn::Store => {
                // SAFETY: the caller's instruction has this register.
                unsafe {
                    let register = caller().base() as usize + usize::from(target.results());
                    Slot::write(thread.stack.get().as_ptr().add(register), value());
                }
                thread.frame_count.set(thread.frame_count.get() - 1);
                self.charge(1);
                Returned::ToLua
            }
            OnReturn::Discard | OnReturn::Test | OnReturn::TestNot => {
                let value = value();
                thread.frame_count.set(thread.frame_count.get() - 1);
                self.answer_instruction(value, target);
                Returned::ToLua
            }
            OnReturn::Marker => match caller().view() {
                FrameView::Sequence { results_from, .. } => {
                    self.pop_frame();
                    self.answer_sequence(from, count, results_from);
                    Returned::ToSequence
                }
                FrameView::Pcall | FrameView::Xpcall { .. } if cfg!(feature = "full") => {
                    if self.return_from_protected(caller(), from, count) { Returned::ToLua } else { Returned::Not }
                }
                _ => Returned::Not,
            },
            OnReturn::Thread if thread.resumer.get().is_none() && self.ctx.state().fuel().get() >= 0 => {
                self.charge(1);
                self.pop_frame();
                self.finish_main(from, count);
                Returned::Finished
            }
            _ => Returned::Not,
        }
    }

    /// Returns `true` and these values from the protected call of a Lua function to a Lua frame, as delivering them
    /// would. False, with nothing changed, if there is more to do.
    #[inline]
    fn return_from_protected(&mut self, protected: Frame, from: u32, count: u32) -> bool {
        let (thread, target) = (self.thread, protected.target());
        // SAFETY: while the loop runs, this is the top frame, and there is a third one from the top.
        let is_to_lua = thread.frame_count.get() >= 3 && unsafe { (*self.frame.sub(2)).is_lua() };
        if !is_to_lua || target.on_return() != OnReturn::Plain || self.ctx.state().fuel().get() < 0 {
            return false;
        }
        thread.frame_count.set(thread.frame_count.get() - 2);
        self.place_success(protected.func(), from, count);
        self.deliver_plainly(protected.func(), count + 1, target);
        true
    }

    /// Places `true` in slot `func` and the values that a protected call returns above it.
    #[inline(always)]
    fn place_success(&self, func: u32, from: u32, count: u32) {
        if from == func + 1 {
            self.charge(1);
        } else {
            self.charge(1 + count as usize / 16);
            self.move_slots(from, func + 1, count);
        }
        self.thread.set_slot(func, Slot::boolean(true));
    }

    /// Delivers values to the place of a call, whose results they are.
    #[cfg_attr(feature = "full", inline(always))]
    #[cfg_attr(not(feature = "full"), inline(never))]
    fn deliver_plainly(&self, from: u32, count: u32, target: Target) {
        let (func, results) = (target.func(), target.results());
        if results == OPEN {
            self.move_slots(from, func, count);
            self.thread.open_top.set(func + count);
            self.charge(count as usize / 16);
        } else {
            let wanted = u32::from(results) - 1;
            self.move_slots(from, func, count.min(wanted));
            for index in count..wanted {
                self.thread.set_slot(func + index, Slot::NIL);
            }
        }
        self.charge_landing();
    }

    /// Ends the main thread, which has no frames any more and returns these values.
    #[cfg_attr(not(target_family = "wasm"), inline(always))]
    fn finish_main(&self, from: u32, count: u32) {
        let thread = self.thread;
        debug_assert_eq!(thread.frame_count.get(), 0);
        if count == 1 {
            thread.set_slot(0, thread.slot(from));
        } else {
            self.move_slots(from, 0, count);
        }
        thread.open_top.set(count);
        thread.live_top.set(count);
        thread.status.set(Status::Dead);
    }

    /// Delivers values to their receiver.
    #[inline(never)]
    pub(super) fn deliver(&mut self, from: u32, count: u32, target: Target) -> Action<'gc> {
        let (func, results, on_return) = (target.func(), target.results(), target.on_return());
        match on_return {
            OnReturn::Plain => {
                self.deliver_plainly(from, count, target);
                Action::Run
            }
            OnReturn::Store | OnReturn::Discard | OnReturn::Test | OnReturn::TestNot => {
                let value = if count == 0 { Slot::NIL } else { self.thread.slot(from) };
                self.answer_instruction(value, target);
                Action::Run
            }
            OnReturn::Concat => {
                let value = if count == 0 { Slot::NIL } else { self.thread.slot(from) };
                let Instruction::Concat { first, .. } = self.instruction() else { return Action::Run };
                let remaining = u32::from(results);
                self.thread.set_slot(self.frame().base() + first.index() as u32 + remaining - 1, value);
                self.charge_landing();
                self.concat(first.index() as u32, remaining, false)
            }
            OnReturn::Close => {
                // The instruction runs again and looks for the next variable to close.
                self.thread.open_top.set(func);
                // SAFETY: the program counter is behind the `Close`.
                unsafe { self.move_pc(-1) };
                if self.wants_hooks() {
                    self.closes_again();
                }
                self.charge_landing();
                Action::Run
            }
            OnReturn::Tail => {
                if self.wants_hooks()
                    && let Some(told) = self.tell_tail_return(from, count, target)
                {
                    return told;
                }
                self.charge(1);
                let frame = self.pop_frame();
                let target = frame.target();
                Action::Deliver { from, count, target }
            }
            OnReturn::Thread => {
                if self.ctx.state().fuel().get() < 0
                    && let Some(waiting) = self.put_off_delivery(from, count, target)
                {
                    return waiting;
                }
                // A thread that ends may end many more, each waiting for the next.
                self.charge(1);
                self.finish_thread(from, count)
            }
            OnReturn::Marker => {
                let frame = self.frame();
                let func = frame.func();
                match frame.view() {
                    FrameView::Pcall | FrameView::Xpcall { .. } => {
                        if self.ctx.state().fuel().get() < 0
                            && let Some(waiting) = self.put_off_delivery(from, count, target)
                        {
                            return waiting;
                        }
                        self.pop_frame();
                        // `pcall` itself is where the answer goes.
                        let native = self.protected_call(frame);
                        self.place_success(func, from, count);
                        self.tell_return(native, func, count + 1, frame.target())
                    }
                    FrameView::Sequence { results_from, .. } => {
                        self.answer_sequence(from, count, results_from);
                        Action::Run
                    }
                    FrameView::Unwind { .. } => self.close_next(),
                    FrameView::Finalizer { .. } => self.finalize_next(),
                    FrameView::Hook { .. } => self.hook_returned(),
                    FrameView::Handler { .. } => {
                        let value = if count == 0 { Slot::NIL } else { self.thread.slot(from) };
                        self.handler_returned(value)
                    }
                    _ => Action::Throw(Error::from_text(self.ctx, "internal error: results without a receiver")),
                }
            }
        }
    }

    /// Ends the thread, whose function returned these values.
    fn finish_thread(&mut self, from: u32, count: u32) -> Action<'gc> {
        let thread = self.thread;
        if let Some(resumer) = thread.resumer.get()
            && let Some(frame) = resumer.top_frame()
            && let Err(error) = self.ensure_stack_of(resumer, frame.func() + 1 + count)
        {
            let target = Target::new(0, OPEN, OnReturn::Thread);
            let may_wait = error.is_out_of_memory(self.ctx) && self.may_wait();
            if may_wait && self.put_off_delivery(from, count, target).is_some() {
                return Action::Stop(Stop::Memory);
            }
        }
        thread.truncate_frames(self.ctx.mc(), 0);
        match thread.resumer.take() {
            None => {
                self.finish_main(from, count);
                Action::Stop(Stop::Finished)
            }
            Some(resumer) => {
                thread.status.set(Status::Dead);
                thread.let_slots_go();
                self.hand_over(resumer, from, count)
            }
        }
    }
}

/// A frame that should have a sequence has none, or has one that is over.
#[cold]
fn lost_sequence(ctx: Context<'_>) -> Error<'_> {
    Error::from_text(ctx, "internal error: sequence missing from its frame")
}
