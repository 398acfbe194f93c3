//! Executors run tasks in steps, and fuel bounds the steps.

use super::few::Few;
use super::handle::Task;
use super::loader::{Code, HostChunk, LOAD};
use crate::error::Error;
use crate::object::{
    Cancelling, Context, DroppedTasks, ExecutorMode, ExecutorObject, Function, SequenceObject, Slot, Status, TaskId,
    TaskRoot, Thread, ThreadObject, Value, Wakeup,
};
use crate::vm::{self, Beginning, Machine, Stop};
use fife_arena::{Collect, Gc, OutOfMemory, Tracer};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Waker;
use std::vec;

/// The most fuel of a step that retries an allocation which was refused before a collection.
const FUEL_AFTER_REFUSAL: i64 = 1000;

/// In a VM with more threads than this, every thread releases the unused part of its stack when it rests. With fewer
/// threads, only those that wait for something outside do.
const MANY_THREADS: usize = 4096;

/// How much a step may do. A unit is about one instruction of the virtual machine.
///
/// ```
/// let mut fuel = fife::Fuel::with(1000);
/// assert_eq!(fuel.remaining(), 1000);
/// fuel.refill(500, 1200);
/// assert_eq!(fuel.remaining(), 1200);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fuel {
    left: i64,
}

impl Fuel {
    /// Fuel of `units` units, at most `i64::MAX`.
    pub fn with(units: u64) -> Fuel {
        Fuel { left: i64::try_from(units).unwrap_or(i64::MAX) }
    }

    /// Adds units up to a cap, as to a tank. If there is more than the cap already, nothing changes.
    pub fn refill(&mut self, units: u64, cap: u64) {
        let cap = i64::try_from(cap).unwrap_or(i64::MAX);
        self.left = self.left.max(self.left.saturating_add_unsigned(units).min(cap));
    }

    /// Takes units away. Taking more than there are leaves a debt.
    pub fn consume(&mut self, units: u64) {
        self.left = self.left.saturating_sub_unsigned(units);
    }

    /// Takes all units, so that the step that uses this fuel ends.
    pub fn interrupt(&mut self) {
        self.left = self.left.min(0);
    }

    /// The units left. A negative number is a debt, which the next refills repay.
    pub fn remaining(&self) -> i64 {
        self.left
    }

    /// How many units were used of the `before` that there were.
    #[inline]
    pub(super) fn used_of(self, before: i64) -> u64 {
        before.saturating_sub(self.left).max(0) as u64
    }

    /// Whether there are units left.
    pub fn is_positive(&self) -> bool {
        self.left > 0
    }
}

/// Why a step ended.
///
/// ```
/// use fife::{Fuel, Lua, Stepped};
///
/// let mut lua = Lua::new();
/// let task = lua.load("local n = 0 for i = 1, 1000 do n = n + i end return n").start(())?;
/// let mut steps = 0;
/// let end = loop {
///     steps += 1;
///     match lua.step(&task, &mut Fuel::with(500)) {
///         Stepped::Ready | Stepped::NeedsMemory => {} // the host does something else in between
///         end => break end,
///     }
/// };
/// assert_eq!((end, task.results::<i64>(&lua)?), (Stepped::Finished, 500_500));
/// assert!(steps > 3);
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stepped {
    /// The fuel is used up, or the step was interrupted, as the collector does when much has been allocated.
    Ready,
    /// Nothing was done: the collector has to work first, which [`Lua::step`](crate::Lua::step) and
    /// [`Lua::collect_step`](crate::Lua::collect_step) do. The task is in [`ExecutorMode::NeedsMemory`], or the
    /// collector is removing dead entries from weak tables, which scripts must not see.
    NeedsMemory,
    /// As [`ExecutorMode::Waiting`]. The rest of the fuel stays. Stepping the task again does no harm: what it waits
    /// for is polled again, which costs some fuel. [`Task::poll`] does so only when there is a reason.
    Waiting,
    /// As [`ExecutorMode::Finished`].
    Finished,
    /// As [`ExecutorMode::Failed`].
    Failed,
    /// Nothing was done, because this is inside another step of the VM: a native function or the [`Host`](crate::Host)
    /// tried to step a task. Steps do not nest. A native that needs a result of Lua uses
    /// [`Call::tail_call`](crate::gc::Call::tail_call) or a [`Sequence`](crate::gc::Sequence).
    Busy,
}

/// A step under way. If the host's code panics in it, the panic leaves the step, and the task cannot continue, because
/// its position within an operation is not recorded. So it fails, with all threads that resumed its current one; other
/// tasks and the VM are not affected.
struct Step<'gc, 'a> {
    task: Gc<'gc, ExecutorObject<'gc>>,
    machine: Machine<'gc>,
    fuel: &'a mut Fuel,
    is_over: bool,
}

impl Step<'_, '_> {
    /// Ends the step, which came to its own end.
    #[inline(always)]
    fn end(&mut self) {
        let state = self.machine.ctx.state();
        let (is_finalizing, withheld) = state.step.end();
        self.task.is_finalizing.set(is_finalizing);
        let left = state.fuel().get() + withheld;
        if left < 0 {
            self.task.debt.set(left.saturating_neg());
        }
        *self.fuel = Fuel { left: left.max(0) };
        self.is_over = true;
    }

    #[cold]
    fn abandon(&mut self) {
        let state = self.machine.ctx.state();
        let (_, withheld) = state.step.end();
        // Nobody repays a debt of the task's.
        *self.fuel = Fuel { left: (state.fuel().replace(0) + withheld).max(0) };
        self.task.abandon(self.machine.ctx, self.machine.thread, Error(state.panic_error));
        if let Some(wakeup) = self.task.known_wakeup() {
            // A panic of a waker is lost: another one is on its way, and two at once would end the process.
            let _ = catch_unwind(AssertUnwindSafe(|| wakeup.end()));
        }
    }
}

impl Drop for Step<'_, '_> {
    #[inline(always)]
    fn drop(&mut self) {
        if !self.is_over {
            self.abandon();
        }
    }
}

/// Abandons the tasks whose last handle was dropped, and drops what sequences of abandoned tasks keep in Rust. Not in a
/// step.
///
/// # Panics
/// If a destructor does, or a waker of the host's; the next call drops the rest.
#[inline]
pub(super) fn drop_abandoned(ctx: Context<'_>) {
    let state = ctx.state();
    // The next collection should free objects whose handles were dropped, even if nothing is stashed any more.
    state.roots.reclaim();
    let is_any = state.dropped.queue().is_any.load(Ordering::Relaxed) || !state.released.borrow().is_empty();
    // A native that enters its own VM, through a shared reference, must not disturb the task that runs.
    if is_any && !state.step.is_running() {
        drop_all_abandoned(ctx);
    }
}

/// Handles that were dropped, on their way to be abandoned. What is left when a waker of the host's panics goes back to
/// the queue, for the next call.
struct Taken<'a> {
    roots: vec::IntoIter<TaskRoot>,
    queue: &'a DroppedTasks,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.roots.by_ref().for_each(|root| self.queue.push(root));
    }
}

#[cold]
fn drop_all_abandoned(ctx: Context<'_>) {
    let state = ctx.state();
    loop {
        let mut taken = Taken { roots: state.dropped.queue().take().into_iter(), queue: state.dropped.queue() };
        for root in taken.roots.by_ref() {
            let Some(task) = state.roots.try_fetch(&root) else { continue };
            task.handles.set(task.handles.get().saturating_sub(1));
            if task.handles.get() == 0 && !task.mode.get().is_over() {
                Executor(task).abandon(ctx, Error(state.dropped_error));
            }
        }
        // A destructor may drop handles, too.
        let Some(sequence) = state.released.borrow_mut().pop_front() else { break };
        SequenceObject::end(sequence, ctx.mc());
    }
}

/// A number for a task that begins on this thread.
fn next_id<'gc>(ctx: Context<'gc>, main: Gc<'gc, ThreadObject<'gc>>) -> TaskId {
    let id = TaskId::after(ctx.state().executors.get());
    ctx.state().executors.set(id.get());
    // Coroutines store the lower half of their task's number.
    main.executor.set(id.get() as u32);
    main.status.set(Status::Running);
    main.is_of_task.set(true);
    id
}

#[inline(always)]
fn slots<'gc>(values: &[Value<'gc>]) -> impl ExactSizeIterator<Item = Slot<'gc>> {
    values.iter().map(|value| Slot::from(*value))
}

/// A task: a function and everything it calls, run in steps. Several executors over one VM are pre-emptive tasks.
#[derive(Clone, Copy)]
pub struct Executor<'gc>(pub(crate) Gc<'gc, ExecutorObject<'gc>>);

// SAFETY: shows its one pointer.
unsafe impl Collect for Executor<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.mark(self.0);
    }
}

impl<'gc> Executor<'gc> {
    /// Makes a task that will call `function` with these arguments.
    pub fn new(
        ctx: Context<'gc>,
        function: impl Into<Value<'gc>>,
        arguments: &[Value<'gc>],
    ) -> Result<Executor<'gc>, OutOfMemory> {
        let function = Slot::from(function.into());
        let main = ThreadObject::calling(ctx, function, slots(arguments))?;
        Executor::run_by(ctx, main, false)
    }

    /// As [`new`](Self::new), with a message handler for errors that nothing in the task catches. As with Lua's
    /// `xpcall`, it is called where the error happened, with the stack as it was then; the task fails with what it
    /// returns.
    ///
    /// ```
    /// use fife::gc::{Executor, Function};
    /// use fife::{Fuel, Lua, native};
    ///
    /// let mut lua = Lua::new();
    /// let task = lua.enter(|ctx| {
    ///     let handler = native!("app.handler", |call| {
    ///         let text = [call.string(0)?.as_bytes(), b"\n", &call.traceback(1)].concat();
    ///         let text = call.ctx().string(text);
    ///         call.one(text)
    ///     });
    ///     let handler = Function::native(ctx, handler).unwrap();
    ///     let failing = ctx.globals().get_field(ctx, "error");
    ///     Executor::with_handler(ctx, failing, &[ctx.string("oops").into()], handler).unwrap().stash(ctx)
    /// });
    /// let error = task.run(&mut lua, &mut Fuel::with(1000)).unwrap_err();
    /// assert_eq!(error.message(), b"oops\nstack traceback:\n\t[C]: in function 'error'\n\t[C]: in ?");
    /// ```
    pub fn with_handler(
        ctx: Context<'gc>,
        function: impl Into<Value<'gc>>,
        arguments: &[Value<'gc>],
        handler: Function<'gc>,
    ) -> Result<Executor<'gc>, OutOfMemory> {
        let (handler, function) = (Slot::from(Value::from(handler)), Slot::from(function.into()));
        let main = vm::new_guarded_thread(ctx, handler, function, &slots(arguments).collect::<Vec<_>>())?;
        Executor::run_by(ctx, main, true)
    }

    /// Makes a task that loads a chunk of source text or a binary chunk, in its steps and from its fuel, and returns
    /// the function. It costs what Lua's `load` costs. `name` is as in `load`: `@file`, `=text`, or the source itself.
    ///
    /// A chunk that is not Lua ends the task with an error of [`ErrorKind::Syntax`](crate::ErrorKind::Syntax), whose
    /// value is the message of `load`. To run a chunk at once, use [`Chunk::start`](crate::Chunk::start).
    ///
    /// # Errors
    /// The limit on memory, or the system, refused a copy of the source, or the task.
    ///
    /// ```
    /// use fife::gc::Executor;
    /// use fife::{ErrorKind, Fuel, Function, Lua, Status};
    ///
    /// let mut lua = Lua::new();
    /// let source = b"local a = ... return a + 1";
    /// let task = lua.enter(|ctx| Executor::loading(ctx, source, b"=add").map(|it| it.stash(ctx)))?;
    /// assert_eq!(task.run(&mut lua, &mut Fuel::with(1000))?, Status::Finished);
    /// let add: Function = task.results(&lua)?;
    /// assert_eq!(add.call::<i64>(&mut lua, 41)?, 42);
    ///
    /// let task = lua.enter(|ctx| Executor::loading(ctx, b"return 1 +", b"=add").map(|it| it.stash(ctx)))?;
    /// let error = task.run(&mut lua, &mut Fuel::with(1000)).unwrap_err();
    /// assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Syntax, "add:1: unexpected symbol near <eof>"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn loading(ctx: Context<'gc>, source: &[u8], name: &[u8]) -> Result<Executor<'gc>, OutOfMemory> {
        let chunk = HostChunk {
            code: Code::Source(source),
            name: Some(name),
            mode: None,
            environment: ctx.globals().into(),
            is_expression: false,
        };
        Executor::new(ctx, chunk.loading(ctx, &LOAD)?, &[])
    }

    fn run_by(
        ctx: Context<'gc>,
        main: Gc<'gc, ThreadObject<'gc>>,
        is_guarded: bool,
    ) -> Result<Executor<'gc>, OutOfMemory> {
        let task = Gc::try_new(ctx.mc(), ExecutorObject::new(next_id(ctx, main), main, is_guarded))?;
        if ctx.state().tracing.threads.alive() > MANY_THREADS {
            task.given_stack.set(ThreadObject::give_room(main, ctx.mc()));
        }
        Ok(Executor(task))
    }

    /// The VM's spare task, for a call of the host's: one that [rests](Self::rest), or a new one.
    #[inline]
    pub(super) fn spare(ctx: Context<'gc>) -> Result<Executor<'gc>, OutOfMemory> {
        match ctx.state().spare.get() {
            Some(spare) => Ok(Executor(spare)),
            None => Executor::make_spare(ctx),
        }
    }

    #[cold]
    fn make_spare(ctx: Context<'gc>) -> Result<Executor<'gc>, OutOfMemory> {
        // It gets its numbers when its call begins, so that those of other objects do not depend on whether it was there.
        let spare = ExecutorObject::new(TaskId::NONE, ThreadObject::idle(ctx, 0)?, false);
        let spare = Gc::try_new(ctx.mc(), spare)?;
        ctx.state().spare.set(Some(spare));
        Ok(Executor(spare))
    }

    /// Forgets what the task returned and keeps it for the next call, if that makes no difference: it has returned, and
    /// nothing refers to it.
    #[inline]
    pub(super) fn rest(self, ctx: Context<'gc>) {
        let object = self.0;
        let is_as_new = object.mode.get() == ExecutorMode::Finished
            && (object.is_guarded, object.is_finalizing.get()) == (false, false)
            && (object.handles.get(), object.async_calls.get()) == (0, 0)
            && (object.known_wakeup().is_none(), object.cancelling.get()) == (true, Cancelling::No)
            && Gc::ptr_eq(object.current.get(), object.main)
            && object.main.is_as_new();
        if is_as_new {
            object.main.let_slots_go();
            ctx.state().spare.set(Some(object));
        }
    }

    /// Makes the spare task one of its own, which belongs to no task before it. What it calls lies on its stack, below
    /// its arguments.
    #[inline]
    pub(super) fn begin(self, ctx: Context<'gc>) {
        let object = self.0;
        ctx.state().spare.set(None);
        object.id.set(next_id(ctx, object.main));
        object.mode.set(ExecutorMode::Ready);
        object.debt.set(0);
        object.collected.set(false);
        object.given_stack.set(0);
        object.interruption.set(None);
        object.main.renew(ctx.next_serial());
    }

    /// The first step of a task that has [begun](Self::begin), with `args` arguments on its stack. Not in a step.
    #[inline]
    pub(super) fn first_step(self, ctx: Context<'gc>, args: u32, fuel: &mut Fuel) -> Stepped {
        ctx.settle_external();
        self.proceed(ctx, fuel, fuel.remaining(), false, Beginning::Call { args })
    }

    /// Keeps the task outside of the VM, as long as this handle or another one of the same task exists. When all of
    /// them are dropped, the task is abandoned, even if something else refers to it.
    pub fn stash(self, ctx: Context<'gc>) -> Task {
        Task::stash(ctx, self)
    }

    /// The task's number. No other task of this VM has the same.
    ///
    /// ```
    /// use fife::Lua;
    ///
    /// let mut lua = Lua::new();
    /// let (first, second) = (lua.load("").start(())?, lua.load("").start(())?);
    /// assert_ne!(first.id(), second.id());
    /// assert_eq!(lua.enter(|ctx| first.fetch(ctx).map(|task| task.id()))?, first.id());
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn id(self) -> TaskId {
        self.0.id.get()
    }

    /// The thread in which the task will continue, or ended: the main one, or a coroutine, whose
    /// [resumers](Thread::resumer) wait for it. An [`Inspector`](crate::gc::Inspector) shows what it is doing.
    pub fn thread(self) -> Thread<'gc> {
        Thread::known(self.0.current.get())
    }

    /// The state of the task.
    pub fn mode(self) -> ExecutorMode {
        self.0.mode.get()
    }

    /// Runs the task until it ends or the fuel is used up; any positive fuel makes progress. It may use a
    /// little more fuel than there is, which the next steps repay first. Inside another step of the VM it does nothing:
    /// [`Stepped::Busy`].
    ///
    /// # Panics
    /// If the host's code panics: a native function, a sequence, a method of [`Host`](crate::Host). The task has failed
    /// then, with an error that says so, and everything else can continue.
    pub fn step(self, ctx: Context<'gc>, fuel: &mut Fuel) -> Stepped {
        let object = self.0;
        if ctx.state().step.is_running() {
            return Stepped::Busy;
        }
        match object.mode.get() {
            ExecutorMode::Finished => return Stepped::Finished,
            ExecutorMode::Failed => return Stepped::Failed,
            ExecutorMode::NeedsMemory if !object.collected.get() => {
                if self.waits_for_memory(ctx) {
                    return Stepped::NeedsMemory;
                }
                self.collected(ctx);
            }
            _ if ctx.state().is_clearing.get() => return Stepped::NeedsMemory,
            _ => {}
        }
        ctx.settle_external();
        let given = fuel.remaining().saturating_sub(object.debt.get());
        if given <= 0 {
            if fuel.remaining() > 0 {
                object.debt.set(given.saturating_neg());
                *fuel = Fuel { left: 0 };
            }
            return Stepped::Ready;
        }
        let state = ctx.state();
        // A retried allocation that is refused again becomes an error. The step is kept short, so that no other
        // allocation gets that error.
        let was_refused = object.collected.replace(false);
        if let size @ 1.. = object.given_stack.get() {
            if ThreadObject::take_room(object.current.get(), ctx.mc(), size, was_refused).is_err() {
                if was_refused {
                    let is_cancelled = object.cancelling.get() != Cancelling::No;
                    let error = if is_cancelled { state.cancel_error } else { state.memory_error };
                    if !self.abandon(ctx, Error(error)) && is_cancelled {
                        object.cancelling.set(Cancelling::Abandoned);
                    }
                    return Stepped::Failed;
                }
                object.wait_for_memory(ctx.mc());
                return Stepped::NeedsMemory;
            }
            object.given_stack.set(0);
        }
        // The debt is repaid now.
        object.debt.set(0);
        object.mode.set(ExecutorMode::Ready);
        let interruption = object.interruption.take();
        let beginning = match &interruption {
            _ if object.cancelling.get() == Cancelling::Wanted => Beginning::Cancelling,
            Some(message) => Beginning::Interruption(message.as_bytes()),
            None => Beginning::Nothing,
        };
        if let Beginning::Cancelling = beginning {
            object.cancelling.set(Cancelling::Begun);
        }
        self.proceed(ctx, fuel, given, was_refused, beginning)
    }

    /// A step that is certain to run, with the fuel `given`, which leaves the rest of it in `fuel`. With `was_refused`
    /// it is a short one.
    #[inline]
    fn proceed(
        self,
        ctx: Context<'gc>,
        fuel: &mut Fuel,
        given: i64,
        was_refused: bool,
        beginning: Beginning<'_>,
    ) -> Stepped {
        let (object, state) = (self.0, ctx.state());
        let most = if was_refused { FUEL_AFTER_REFUSAL } else { i64::MAX };
        state.fuel().set(given.min(most));
        state.step.begin(object.is_finalizing.get(), was_refused, given - given.min(most));
        state.step.task.set(Some(object));
        if let Some(wakeup) = object.known_wakeup() {
            wakeup.answer();
        }
        let (stop, thread) = {
            let machine = Machine::new(ctx, object.current.get());
            let mut step = Step { task: object, machine, fuel, is_over: false };
            let stop = step.machine.execute(beginning);
            step.end();
            (stop, step.machine.thread)
        };
        ctx.mc().barrier_backward(object);
        object.current.set(thread);
        if ctx.mc().has_checks() {
            thread.overwrite_dead();
        }
        let (mode, stepped) = match stop {
            Stop::Switch => unreachable!("the machine goes on after a switch"),
            Stop::Finished if object.is_guarded && object.main.slot(0).is_falsy() => {
                let value = object.main.slot(1);
                let failure = object.main.failure.get().filter(|error| error.0.value.raw_equal(&value));
                object.main.failure.set(Some(failure.unwrap_or_else(|| Error::from_slot(ctx, value))));
                (ExecutorMode::Failed, Stepped::Failed)
            }
            Stop::Fuel => (ExecutorMode::Ready, Stepped::Ready),
            Stop::Waiting => (ExecutorMode::Waiting, Stepped::Waiting),
            Stop::Cancelled => {
                self.abandon(ctx, Error(state.cancel_error));
                (ExecutorMode::Failed, Stepped::Failed)
            }
            Stop::Memory => {
                object.wait_for_memory(ctx.mc());
                (ExecutorMode::NeedsMemory, Stepped::NeedsMemory)
            }
            Stop::Finished => (ExecutorMode::Finished, Stepped::Finished),
            Stop::Failed => (ExecutorMode::Failed, Stepped::Failed),
        };
        object.mode.set(mode);
        let is_one_of_many = || state.tracing.threads.alive() > MANY_THREADS;
        if mode == ExecutorMode::Waiting || mode == ExecutorMode::Ready && is_one_of_many() {
            object.given_stack.set(ThreadObject::give_room(thread, ctx.mc()));
        }
        if mode.is_over()
            && let Some(wakeup) = object.known_wakeup()
        {
            wakeup.end();
        }
        stepped
    }

    /// Makes the next step begin with an error at the point where the task is; Lua code can catch it. As if a hook of
    /// PUC-Rio Lua had called `error`, the message gets the position of the caller of the interrupted function. Does
    /// nothing if the task has ended.
    ///
    /// ```
    /// use fife::{Fuel, Lua, Status};
    ///
    /// let mut lua = Lua::new();
    /// let task = lua.load("local ok, message = pcall(function() while true do end end) return message").start(())?;
    /// assert_eq!(task.run(&mut lua, &mut Fuel::with(1000))?, Status::OutOfFuel);
    /// lua.enter(|ctx| task.fetch(ctx).map(|task| task.interrupt(ctx, "enough!")))?;
    /// assert_eq!(task.run(&mut lua, &mut Fuel::with(1000))?, Status::Finished);
    /// assert_eq!(task.results::<String>(&lua)?, "enough!");
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn interrupt(self, ctx: Context<'gc>, message: impl AsRef<[u8]>) {
        if self.mode().is_over() {
            return;
        }
        ctx.mc().barrier_backward(self.0);
        self.0.interruption.set(Some(ctx.string(message)));
        // A waiting task continues with the error.
        if self.mode() == ExecutorMode::Waiting {
            self.0.mode.set(ExecutorMode::Ready);
            Waker::from(self.wakeup(ctx)).wake();
        }
    }

    /// The object that its wakers refer to.
    fn wakeup(self, ctx: Context<'gc>) -> Arc<Wakeup> {
        ExecutorObject::wakeup(self.0, ctx.mc())
    }

    /// Lets the next wake-up of the waiting task wake `caller`. False if it was woken already.
    pub(super) fn listen(self, ctx: Context<'gc>, caller: &Waker) -> bool {
        self.wakeup(ctx).listen(caller)
    }

    /// As [`listen`](Self::listen), for the `Tasks` that the task belongs to.
    pub(super) fn keep(self, ctx: Context<'gc>, keeper: &Waker) -> bool {
        self.wakeup(ctx).keep(keeper)
    }

    /// Forgets the waker of the last poll, since the task continues now.
    pub(super) fn take_over(self) {
        if let Some(wakeup) = self.0.known_wakeup() {
            wakeup.forget_caller();
        }
    }

    /// Whether it was woken since it last began to run.
    pub(super) fn is_woken(self) -> bool {
        self.0.known_wakeup().is_some_and(Wakeup::is_woken)
    }

    /// Makes the next step begin to cancel the task, whatever it waits for. Does nothing if the task has ended.
    pub(super) fn start_cancelling(self) {
        let object = self.0;
        if !object.mode.get().is_over() {
            object.cancelling.set(Cancelling::Wanted);
            object.interruption.set(None);
            object.debt.set(0);
            object.collected.set(false);
            object.mode.set(ExecutorMode::Ready);
        }
    }

    /// Whether it was being cancelled and ended before everything was closed.
    pub(super) fn was_abandoned(self) -> bool {
        self.0.cancelling.get() == Cancelling::Abandoned
    }

    /// Drops everything that the task is doing, and makes it fail with this error. For a task that was being cancelled,
    /// true if there was nothing to close.
    pub(super) fn abandon(self, ctx: Context<'gc>, error: Error<'gc>) -> bool {
        let object = self.0;
        let mut has_to_close = object.cancelling.get() == Cancelling::Begun;
        let mut thread = Some(object.current.get());
        while let Some(it) = thread {
            has_to_close |= it.last_to_close().is_some();
            thread = it.resumer.get();
        }
        ctx.mc().barrier_backward(object);
        object.abandon(ctx, object.current.get(), error);
        object.current.set(object.main);
        if let Some(wakeup) = object.known_wakeup() {
            wakeup.end();
        }
        !has_to_close
    }

    /// Whether the task waits for a collection that was not made yet.
    pub(crate) fn waits_for_memory(self, ctx: Context<'gc>) -> bool {
        self.0.mode.get() == ExecutorMode::NeedsMemory
            && ctx.mc().metrics().collections < self.0.collections_wanted.get()
    }

    /// Tells a task that waits for memory that a collection has been made since it began to wait. The task pays for
    /// that.
    pub(crate) fn collected(self, ctx: Context<'gc>) {
        if self.0.mode.get() == ExecutorMode::NeedsMemory {
            self.0.collected.set(true);
            // Otherwise a debt larger than a step's fuel would make each repaying step collect again, forever.
            self.0.mode.set(ExecutorMode::Ready);
            let fuel = ctx.mc().metrics().cycle_work() as u64 / 64;
            self.0.debt.set(self.0.debt.get().saturating_add_unsigned(fuel));
        }
    }

    /// The values that the task returned; empty until it has returned, and after an error.
    pub fn results(self) -> Vec<Value<'gc>> {
        self.with_results(0, <[_]>::to_vec)
    }

    /// Passes the [results](Self::results) from the one with this number on to a closure, without an allocation if they
    /// are few.
    #[inline]
    pub(in crate::api) fn with_results<R>(self, first: u32, show: impl FnOnce(&[Value<'gc>]) -> R) -> R {
        if self.0.mode.get() != ExecutorMode::Finished {
            return show(&[]);
        }
        // The first result of `xpcall` only says that there was no error.
        let (first, end) = (first + u32::from(self.0.is_guarded), self.0.main.open_top.get());
        if first + 1 == end {
            return show(&[self.0.main.slot(first).value()]);
        }
        self.with_slots(first, end, show)
    }

    #[inline(never)]
    fn with_slots<R>(self, first: u32, end: u32, show: impl FnOnce(&[Value<'gc>]) -> R) -> R {
        // Filled where it is: moved, it would wait for what was just written.
        let mut values = Few::new();
        (first..end).for_each(|index| values.push(self.0.main.slot(index).value()));
        show(values.as_slice())
    }

    /// Whether its first result is true, as that of a protected call.
    #[inline]
    pub(in crate::api) fn succeeded(self) -> bool {
        let main = self.0.main;
        self.0.mode.get() == ExecutorMode::Finished && main.open_top.get() > 0 && !main.slot(0).is_falsy()
    }

    /// The error the task ended with.
    pub fn error(self) -> Option<Error<'gc>> {
        if self.0.mode.get() == ExecutorMode::Failed { self.0.main.failure.get() } else { None }
    }
}
