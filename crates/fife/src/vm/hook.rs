//! Debug hooks: functions called when a thread calls, returns, reaches a new line or has run a given number of
//! instructions.
//!
//! A thread with a hook runs on a separate instance of the loop ([`run`](super::run::run) with `HOOKED`), which asks
//! here before each instruction, so code without hooks pays nothing. The hook is called on top of the running code,
//! under a `Hook` frame; then the same instruction runs again. Natives have no instructions: while the hook is told, a
//! native's call waits under a `Start` frame, and its results under a `Deliver` frame.

use super::{Action, Machine};
use crate::object::{Frame, FrameView, HookObject, Moment, OPEN, OnReturn, Slot, Target, hook_event as event};
use fife_arena::Gc;
use fife_bytecode::Instruction;

impl<'gc> Machine<'gc> {
    /// In the slot of a `Deliver` frame: an unknown native returned.
    pub(super) const UNKNOWN_NATIVE: Slot<'gc> = Slot::boolean(false);

    /// In the same slot: the Lua function below returned, which tail called a native.
    const LUA_FUNCTION: Slot<'gc> = Slot::NIL;

    /// Whether the running thread has a hook that wants to be told.
    #[inline]
    pub(super) fn wants_hooks(&self) -> bool {
        self.thread.script_hook.get().is_some_and(|hook| !hook.is_running.get())
    }

    #[inline(always)]
    fn active_hook(&self) -> Option<Gc<'gc, HookObject<'gc>>> {
        self.thread.script_hook.get().filter(|hook| !hook.is_running.get())
    }

    /// Fires the next event that the hook is due before the instruction of the top frame, a Lua one.
    #[cold]
    pub(super) fn before_instruction(&mut self) -> Option<Action<'gc>> {
        let hook = self.active_hook()?;
        let frame = self.thread.top_lua_frame()?;
        let index = frame.next;
        let chunk = &frame.closure.prototype.chunk;
        if !hook.is_determined.replace(true) {
            hook.pending.set(self.determine(hook, index, chunk));
        }
        let pending = hook.pending.get();
        if pending == 0 {
            hook.is_determined.set(false);
            return None;
        }
        let told = 1 << pending.trailing_zeros();
        hook.pending.set(pending & !told);
        Some(match told {
            event::CALL if self.frame().is_tail_call() => self.tell(hook, told, "tail call", None),
            event::CALL => self.tell(hook, told, "call", None),
            event::COUNT => self.tell(hook, told, "count", None),
            event::LINE => self.tell(hook, told, "line", line_of(chunk, index)),
            _ => self.tell(hook, told, "return", None),
        })
    }

    /// The events that an instruction triggers.
    fn determine(&self, hook: Gc<'gc, HookObject<'gc>>, index: usize, chunk: &fife_bytecode::Prototype) -> u8 {
        let depth = self.thread.frame_count.get();
        let last_depth = hook.depth.replace(depth);
        let last_index = hook.index.replace(index);
        let instruction = chunk.code[index];
        // After a return, code at the same depth was called by a native, which had called the function that returned.
        let has_left = hook.was_tail_call.replace(instruction.tail_calls() || instruction.returns());
        let came_from =
            |found: &dyn Fn(&Instruction) -> bool| depth == last_depth && chunk.code.get(last_index).is_some_and(found);
        match instruction {
            // PUC-Rio Lua carries these out with the instruction before.
            Instruction::ForGenericLoop { .. } => {
                hook.index.set(index - 1);
                return 0;
            }
            Instruction::ForGenericCall { .. }
                if came_from(&|it| matches!(it, Instruction::ForGenericPrepare { .. })) =>
            {
                return 0;
            }
            _ => {}
        }
        // A jump back to the first instruction is not an entry: the depth stays the same.
        let is_entry = index == 0 && (depth > last_depth || has_left && depth == last_depth);
        let mut events = 0;
        if is_entry {
            events |= event::CALL;
        }
        if hook.count != 0 {
            hook.left.set(hook.left.get() - 1);
            if hook.left.get() == 0 {
                hook.left.set(hook.count);
                events |= event::COUNT;
            }
        }
        // For a hook that did not see the call, the first instruction is on a new line, as in PUC-Rio Lua.
        let is_line_new = is_entry || index == 0 || {
            let is_same = depth == last_depth && last_index != HookObject::UNKNOWN && !has_left;
            let last = if is_same { last_index } else { index.saturating_sub(1) };
            is_same && index <= last_index || line_of(chunk, index) != line_of(chunk, last)
        };
        if is_line_new {
            events |= event::LINE;
        }
        if instruction.returns() {
            events |= event::RETURN;
        }
        events & (hook.mask | event::COUNT)
    }

    /// Calls the hook, then continues with the frame on top.
    fn tell(&mut self, hook: Gc<'gc, HookObject<'gc>>, event: u8, name: &str, line: Option<u32>) -> Action<'gc> {
        let thread = self.thread;
        let top = thread.live_slots(Moment::Stopped);
        // Steps over the instruction as if it had run: inspecting the frame below finds the instruction before its
        // program counter, and that is the one that fails if the hook cannot be called.
        thread.step_over(thread.frame_count.get() - 1, 1);
        let frame = Frame::hook(top, event, thread.open_top.get());
        if let Err(error) = self.ensure_stack(top + 4).and_then(|()| self.push_frame(frame)) {
            return Action::Throw(error);
        }
        self.charge(3);
        hook.is_running.set(true);
        thread.set_slot(top, Slot::NIL);
        thread.set_slot(top + 1, hook.function);
        thread.set_slot(top + 2, Slot::string(self.ctx.string(name).0));
        thread.set_slot(top + 3, line.map_or(Slot::NIL, |line| Slot::integer(i64::from(line))));
        Action::Call { args: 2, target: Target::new(top + 1, OPEN, OnReturn::Marker) }
    }

    /// Suppresses events for a `Close` that runs again after the closing method it called has returned.
    #[cold]
    pub(super) fn closes_again(&self) {
        if let Some(hook) = self.thread.script_hook.get() {
            hook.depth.set(self.thread.frame_count.get());
            hook.index.set(self.pc_index());
            hook.pending.set(0);
            hook.is_determined.set(true);
        }
    }

    /// The hook returned.
    pub(super) fn hook_returned(&mut self) -> Action<'gc> {
        if let FrameView::Hook { open_top, .. } = self.pop_frame().view() {
            self.thread.open_top.set(open_top);
        }
        self.thread.step_over(self.thread.frame_count.get() - 1, -1);
        if let Some(hook) = self.thread.script_hook.get() {
            hook.is_running.set(false);
            let is_call = self.thread.top_frame().is_some_and(|below| matches!(below.view(), FrameView::Start { .. }));
            hook.is_call_told.set(is_call);
        }
        Action::Run
    }

    /// Fires the call event of a native if the hook wants it; meanwhile the call waits.
    #[inline]
    pub(super) fn tell_call(&mut self, args: u32, target: Target) -> Option<Action<'gc>> {
        let hook = self.active_hook()?;
        if hook.mask & event::CALL == 0 || hook.is_call_told.replace(false) {
            return None;
        }
        Some(match self.push_frame(Frame::start(args, target)) {
            Ok(()) => self.tell(hook, event::CALL, "call", None),
            Err(error) => Action::Throw(error),
        })
    }

    /// Fires the return event of a native if the hook wants it; meanwhile the results wait.
    #[inline(always)]
    pub(super) fn tell_return(&mut self, native: Slot<'gc>, from: u32, count: u32, target: Target) -> Action<'gc> {
        match self.active_hook().filter(|hook| hook.mask & event::RETURN != 0) {
            None => Action::Deliver { from, count, target },
            Some(hook) => self.tell_returned(hook, native, from, count, target),
        }
    }

    #[cold]
    #[inline(never)]
    fn tell_returned(
        &mut self,
        hook: Gc<'gc, HookObject<'gc>>,
        native: Slot<'gc>,
        mut from: u32,
        count: u32,
        target: Target,
    ) -> Action<'gc> {
        if let Err(error) = self.ensure_stack(from + count + 1) {
            return Action::Throw(error);
        }
        if from == target.func() {
            self.move_slots(from, from + 1, count);
            from += 1;
        }
        self.thread.set_slot(target.func(), native);
        match self.push_frame(Frame::deliver(from, count, target)) {
            Ok(()) => self.tell(hook, event::RETURN, "return", None),
            Err(error) => Action::Throw(error),
        }
    }

    /// Delivers the results that the top frame kept while a hook was told of them, or while there was no fuel.
    pub(super) fn deliver_waiting(&mut self) -> Action<'gc> {
        let frame = self.pop_frame();
        let (FrameView::Deliver { from, count }, target) = (frame.view(), frame.target()) else { return Action::Run };
        let is_tail = target.on_return() == OnReturn::Tail && self.thread.slot(target.func()).is_nil();
        // The Lua function has ended; its caller gets the results.
        let target = if is_tail { self.pop_frame().target() } else { target };
        Action::Deliver { from, count, target }
    }

    /// Fires the return event of a Lua function whose tail call of a native has returned.
    #[cold]
    pub(super) fn tell_tail_return(&mut self, from: u32, count: u32, target: Target) -> Option<Action<'gc>> {
        let told = self.tell_return(Self::LUA_FUNCTION, from, count, target);
        if let Action::Deliver { .. } = told { None } else { Some(told) }
    }

    /// The native that returns, for the hook, when the protected call of this frame ends.
    pub(super) fn protected_call(&self, frame: Frame) -> Slot<'gc> {
        // `xpcall` keeps its handler in the slot.
        if frame.view() == FrameView::Pcall { self.thread.slot(frame.func()) } else { Self::UNKNOWN_NATIVE }
    }

    /// Resets the hook's state when an error drops the frames from this number on, unless the hook itself caught it.
    pub(super) fn forget_hook(&self, frames: u32) {
        if let Some(hook) = self.thread.script_hook.get() {
            let is_running = (0..frames).any(|index| matches!(self.thread.frame(index).view(), FrameView::Hook { .. }));
            hook.is_running.set(is_running);
            if is_running {
                return;
            }
            hook.is_determined.set(false);
            hook.is_call_told.set(false);
            hook.depth.set(frames);
            hook.index.set(HookObject::UNKNOWN);
        }
    }
}

/// The line of an instruction, if the prototype has lines.
fn line_of(chunk: &fife_bytecode::Prototype, index: usize) -> Option<u32> {
    Some(chunk.position(index).line).filter(|line| *line != 0)
}
