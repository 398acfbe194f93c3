//! Tasks: code that runs in steps, and its results.

use super::convert::{begin, make_string};
use super::{Access, Error, FromLuaMulti, IntoLuaMulti, Mismatch, Result};
use crate::api::clock::Deadline;
use crate::api::few::Few;
use crate::api::panics::account_for;
use crate::api::{Executor, Fuel, Lua, Stepped};
use crate::error::ErrorKind;
use crate::inspect::Inspector;
use crate::object::{self as gc, Context, DroppedTasks, ExecutorMode, FrameInfo, TaskId, TaskRoot};
use fife_arena::OutOfMemory;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task;

/// A task: a call and all that it calls, run in steps as its host decides. It can be sent to other threads.
///
/// Dropping a task abandons it: nothing of it runs any more, not even `__close` methods; [`cancel`](Self::cancel) runs
/// those. What its pending [sequences](crate::gc::Sequence) hold in Rust is dropped in the next call that has the VM:
/// [`Lua::enter`], [`Lua::step`], or one that makes a task or collects garbage. That needs no collection. (What a
/// sequence held that returned or failed is dropped at once.) Coroutines that have yielded are values, with everything
/// that they have pending: they are collected once nothing refers to them. A task that was [stashed](Executor::stash)
/// several times is abandoned when the last of its handles is dropped.
///
/// ```
/// use fife::{Fuel, Lua, Status};
///
/// let mut lua = Lua::new();
/// let task = lua.load("local n = ... for i = 1, 1000 do n = n + i end return n").start(42)?;
/// let mut turns = 0;
/// while task.run(&mut lua, &mut Fuel::with(500))? != Status::Finished {
///     turns += 1;
/// }
/// assert!(turns > 3);
/// assert_eq!(task.results::<i64>(&lua)?, 500_542);
/// # Ok::<(), fife::Error>(())
/// ```
pub struct Task {
    id: TaskId,
    /// Present until the task is dropped.
    root: Option<TaskRoot>,
    dropped: Arc<DroppedTasks>,
    used: AtomicU64,
}

impl Drop for Task {
    fn drop(&mut self) {
        if let Some(root) = self.root.take() {
            self.dropped.push(root);
        }
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Task").field(&self.id).finish()
    }
}

/// Why a run of a task returned, if the task did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// The task has returned: see [`Task::results`].
    Finished,
    /// The fuel is used up. The task can be run further.
    OutOfFuel,
    /// The time of [`Limits::deadline`](crate::Limits::deadline) is over. The task can be run further.
    Deadline,
    /// The task waits for something outside, as async functions do. It can continue when it is woken; [`Task::poll`]
    /// has a waker.
    Waiting,
}

impl Task {
    /// A task that calls a value.
    pub(super) fn of_call<'gc>(
        ctx: Context<'gc>,
        function: gc::Value<'gc>,
        arguments: impl IntoLuaMulti<'gc>,
    ) -> Result<Task> {
        let mut values = Few::new();
        arguments.into_lua_multi(ctx, &mut |value| values.push(value))?;
        let executor = Executor::new(ctx, function, values.as_slice()).map_err(|OutOfMemory| Error::memory())?;
        Ok(executor.stash(ctx))
    }

    /// Keeps a task outside of the VM: [`Executor::stash`].
    pub(in crate::api) fn stash<'gc>(ctx: Context<'gc>, executor: Executor<'gc>) -> Task {
        executor.0.handles.set(executor.0.handles.get() + 1);
        let state = ctx.state();
        let root = state.roots.stash(ctx.mc(), executor.0);
        Task { id: executor.id(), root: Some(root), dropped: state.dropped.queue().clone(), used: AtomicU64::new(0) }
    }

    /// The task itself, while the VM is open.
    ///
    /// # Errors
    /// [`ErrorKind::Handle`]: it is another VM's.
    pub fn fetch<'gc>(&self, ctx: Context<'gc>) -> Result<Executor<'gc>> {
        let root = self.root.as_ref().and_then(|root| ctx.state().roots.try_fetch(root));
        root.map(Executor).ok_or_else(Error::foreign)
    }

    /// The task's number. No other task of its VM has the same.
    pub fn id(&self) -> TaskId {
        self.id
    }

    /// Makes this task, which has not run yet, count as another task of the VM where coroutines are concerned: it may
    /// resume and close those that ran there. Otherwise a coroutine belongs to the task in which it first ran, and no
    /// other task can resume it.
    ///
    /// It is for a host that runs one program in pieces, as a prompt does: all tasks follow the first, which need not
    /// exist any more.
    ///
    /// ```
    /// use fife::{Fuel, Lua};
    ///
    /// let mut lua = Lua::new();
    /// let mut fuel = Fuel::with(10_000);
    /// let first = lua.load("co = coroutine.wrap(function() coroutine.yield(1) return 2 end) return co()").start(())?;
    /// first.run(&mut lua, &mut fuel)?;
    /// let second = lua.load("return co()").start(())?;
    /// second.follow(&lua, first.id())?;
    /// second.run(&mut lua, &mut fuel)?;
    /// assert_eq!(second.results::<i64>(&lua)?, 2);
    /// # Ok::<(), fife::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Handle`] if this task is another VM's.
    pub fn follow(&self, vm: &impl Access, other: TaskId) -> Result<()> {
        // Coroutines store the lower half of their task's number.
        vm.access(|ctx| self.fetch(ctx).map(|task| task.0.main.executor.set(other.get() as u32)))
    }

    /// Runs the task until it ends, its fuel is used up, it waits for something outside, or the
    /// [deadline](crate::Limits::deadline) has passed, which begins anew with each call. It takes what it uses from
    /// `fuel`, in steps of [`Limits::step_fuel`](crate::Limits::step_fuel).
    ///
    /// # Errors
    /// The error with which the task failed, now or before, because no script caught it. [`ErrorKind::Handle`] if it is
    /// another VM's.
    pub fn run(&self, lua: &mut Lua, fuel: &mut Fuel) -> Result<Status> {
        let (step_fuel, deadline) = lua.enter(|ctx| {
            self.fetch(ctx)?;
            let limits = ctx.state().settings.limits;
            Ok::<_, Error>((limits.step_fuel, Deadline::after(limits.deadline, ctx.host())))
        })?;
        self.run_until(lua, fuel, step_fuel, deadline, None)
    }

    /// As [`run`](Self::run). `stepped` is what its first step answered, if it was made.
    fn run_until(
        &self,
        lua: &mut Lua,
        fuel: &mut Fuel,
        step_fuel: u64,
        deadline: Deadline,
        mut stepped: Option<Stepped>,
    ) -> Result<Status> {
        loop {
            match stepped {
                None => {}
                Some(Stepped::Finished) => return Ok(Status::Finished),
                Some(Stepped::Failed) => return Err(self.failure(lua)),
                // What it waits for may have woken it already.
                Some(Stepped::Waiting) if !lua.enter(|ctx| Ok::<_, Error>(self.fetch(ctx)?.is_woken()))? => {
                    return Ok(Status::Waiting);
                }
                Some(Stepped::Waiting | Stepped::Ready | Stepped::NeedsMemory | Stepped::Busy) => {}
            }
            // Checked after a step, so that every call makes progress, however short the deadline.
            if stepped.is_some() && lua.enter(|ctx| deadline.has_passed(ctx.host())) {
                return Ok(Status::Deadline);
            }
            if !fuel.is_positive() {
                return Ok(Status::OutOfFuel);
            }
            stepped = Some(self.step_of(lua, step_fuel, fuel));
        }
    }

    /// Runs the task for one step of at most `step_fuel` units, which are taken from `fuel`.
    fn step_of(&self, lua: &mut Lua, step_fuel: u64, fuel: &mut Fuel) -> Stepped {
        let mut slice = Fuel::with(step_fuel.min(fuel.remaining().max(0) as u64));
        let given = slice.remaining();
        account_for(&mut slice, |slice| lua.step(self, slice), |slice| fuel.consume(slice.used_of(given)))
    }

    pub(super) fn failure(&self, vm: &impl Access) -> Error {
        vm.access(|ctx| self.fetch(ctx).map_or_else(|error| error, |executor| failure(ctx, executor)))
    }

    /// Runs the task a little further, if there is a reason: for futures, and for schedulers of the host's own. It
    /// takes what it uses from `fuel`, at most [`Limits::step_fuel`](crate::Limits::step_fuel). There is no deadline.
    ///
    /// [`Status::Waiting`] means that the waker of `cx` is woken when the task should be polled again. The task either
    /// waits for something outside, or has more to do; then the waker has been woken already, so that other tasks have
    /// their turn. A task that waits and was not woken is not run, and uses no fuel. As with all futures, only the
    /// waker of the last call is woken, once; also if something else ends the task.
    ///
    /// [`Status::OutOfFuel`] means that `fuel` is used up; no waker is woken for that.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    ///
    /// ```
    /// use fife::{Fuel, Lua, Status};
    /// use std::task::{Context, Waker};
    ///
    /// let mut lua = Lua::new();
    /// let task = lua.load("for i = 1, 100000 do end return 42").start(())?;
    /// let (mut fuel, mut polls) = (Fuel::with(1_000_000), 1);
    /// while task.poll(&mut lua, &mut fuel, &mut Context::from_waker(Waker::noop()))? == Status::Waiting {
    ///     polls += 1;
    /// }
    /// assert!(polls > 1);
    /// assert_eq!(task.results::<i64>(&lua)?, 42);
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn poll(&self, lua: &mut Lua, fuel: &mut Fuel, cx: &mut task::Context<'_>) -> Result<Status> {
        let (mode, waits, mut left) = lua.enter(|ctx| {
            let executor = self.fetch(ctx)?;
            let waits = executor.mode() == ExecutorMode::Waiting && executor.listen(ctx, cx.waker());
            if !waits {
                executor.take_over();
            }
            Ok::<_, Error>((executor.mode(), waits, ctx.limits().step_fuel))
        })?;
        match mode {
            ExecutorMode::Finished => return Ok(Status::Finished),
            ExecutorMode::Failed => return Err(self.failure(lua)),
            _ if waits => return Ok(Status::Waiting),
            _ => {}
        }
        loop {
            if !fuel.is_positive() {
                return Ok(Status::OutOfFuel);
            }
            let before = fuel.remaining();
            match self.step_of(lua, left, fuel) {
                Stepped::Finished => return Ok(Status::Finished),
                Stepped::Failed => return Err(self.failure(lua)),
                Stepped::Waiting => {
                    if !lua.enter(|ctx| Ok::<_, Error>(self.fetch(ctx)?.listen(ctx, cx.waker())))? {
                        cx.waker().wake_by_ref();
                    }
                    return Ok(Status::Waiting);
                }
                Stepped::Ready | Stepped::NeedsMemory | Stepped::Busy => {}
            }
            let used = fuel.used_of(before);
            left = left.saturating_sub(used);
            // A step that used nothing was a slice of the collector.
            if left == 0 || used == 0 {
                cx.waker().wake_by_ref();
                return Ok(Status::Waiting);
            }
        }
    }

    /// Ends the task where it is, and closes its variables with `<close>`, as an error that nothing can catch would:
    /// first those of the coroutine that it is in, then those of the functions that resumed it. Returns true if all of
    /// them were closed, or the task had ended before.
    ///
    /// Closing takes its fuel from `fuel`. When that is used up, the rest is abandoned, and this returns false; so it
    /// does if there is no memory for the stack of a task that waited. What async functions and
    /// [sequences](crate::gc::Sequence) hold in Rust is dropped before this returns. Each `__close` gets an error as
    /// its second argument. If one fails, yields or waits for something outside, that is an error, which it can catch;
    /// the next one runs in any case. One that is running when the task is cancelled is ended where it is, as all else
    /// is, and is not called again. Finalizers, and coroutines that have yielded, are left to the collector.
    ///
    /// Afterwards the task has failed, with an error of [`ErrorKind::Cancelled`]. A task of another VM is left as it
    /// is, and this returns false.
    ///
    /// ```
    /// use fife::{ErrorKind, Fuel, Lua, Status};
    ///
    /// let mut lua = Lua::new();
    /// let source = "local file <close> = setmetatable({}, {__close = function(_, error) closed = error end})
    ///     while true do pcall(error) end";
    /// let task = lua.load(source).start(())?;
    /// assert_eq!(task.run(&mut lua, &mut Fuel::with(1000))?, Status::OutOfFuel);
    /// assert!(task.cancel(&mut lua, &mut Fuel::with(1000)));
    /// assert_eq!(task.error(&lua).map(|error| error.kind()), Some(ErrorKind::Cancelled));
    /// assert_eq!(lua.load("closed").eval::<String>()?, "task was cancelled");
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn cancel(&self, lua: &mut Lua, fuel: &mut Fuel) -> bool {
        let started = lua.enter(|ctx| {
            let executor = self.fetch(ctx)?;
            executor.start_cancelling();
            Ok::<_, Error>((executor.mode().is_over(), ctx.limits().step_fuel))
        });
        let Ok((is_over, step_fuel)) = started else { return false };
        let mut is_closed = is_over.then_some(true);
        while is_closed.is_none() && fuel.is_positive() {
            if matches!(self.step_of(lua, step_fuel, fuel), Stepped::Finished | Stepped::Failed) {
                is_closed = Some(lua.enter(|ctx| self.fetch(ctx).is_ok_and(|executor| !executor.was_abandoned())));
            }
        }
        let abandon = |ctx: Context<'_>| {
            let cancelled = gc::Error(ctx.state().cancel_error);
            self.fetch(ctx).is_ok_and(|executor| executor.abandon(ctx, cancelled))
        };
        let is_closed = is_closed.unwrap_or_else(|| lua.enter(abandon));
        // Entering the VM drops what its sequences hold in Rust.
        lua.enter(|_| ());
        is_closed
    }

    /// A number that identifies a VM: no other VM has it while this one, or a handle of one of its tasks, exists.
    pub(super) fn number_of_vm(vm: &impl Access) -> usize {
        vm.access(|ctx| Arc::as_ptr(ctx.state().dropped.queue()).addr())
    }

    /// The number of the task's own VM.
    pub(super) fn vm_number(&self) -> usize {
        Arc::as_ptr(&self.dropped).addr()
    }

    /// Whether its VM was dropped.
    pub(super) fn is_orphan(&self) -> bool {
        self.dropped.is_closed()
    }

    /// Adds the fuel that a step has used.
    pub(in crate::api) fn count(&self, used: u64) {
        self.used.fetch_add(used, Ordering::Relaxed);
    }

    /// The results of the task, converted.
    ///
    /// # Errors
    /// The error with which it failed; it has not ended; its results have other types.
    pub fn results<R: for<'g> FromLuaMulti<'g>>(&self, vm: &impl Access) -> Result<R> {
        vm.access(|ctx| {
            let executor = self.fetch(ctx)?;
            if let Some(error) = executor.error() {
                return Err(Error::of_branded(ctx, error));
            }
            if executor.mode() != ExecutorMode::Finished {
                return Err(Error::runtime("the task has not finished"));
            }
            results_of(ctx, executor)
        })
    }

    /// The error with which the task failed, if it did. With another VM than the task's, an error of
    /// [`ErrorKind::Handle`].
    pub fn error(&self, vm: &impl Access) -> Option<Error> {
        vm.access(|ctx| match self.fetch(ctx) {
            Ok(executor) => executor.error().map(|error| Error::of_branded(ctx, error)),
            Err(error) => Some(error),
        })
    }

    /// Makes its next step begin with an error in what the task is doing, which a script can catch: for Ctrl-C. Does
    /// nothing if the task has ended.
    ///
    /// # Errors
    /// [`ErrorKind::Handle`] if it is another VM's, [`ErrorKind::Memory`] if there is none for the message.
    pub fn interrupt(&self, vm: &impl Access, message: &str) -> Result<()> {
        vm.access(|ctx| {
            make_string(ctx, message.as_bytes())?;
            self.fetch(ctx)?.interrupt(ctx, message);
            Ok(())
        })
    }

    /// The fuel that it has used in [`run`](Self::run) and [`Lua::step`], in units of about an instruction.
    pub fn fuel_used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// A traceback of where it is: `stack traceback:` and a line per function, innermost first. For a failed task, of
    /// where it failed.
    ///
    /// # Errors
    /// [`ErrorKind::Handle`] if it is another VM's.
    pub fn traceback(&self, vm: &impl Access) -> Result<String> {
        vm.access(|ctx| {
            let executor = self.fetch(ctx)?;
            let text = match executor.error().and_then(|error| error.traceback()) {
                Some(text) => text.as_bytes().to_vec(),
                None => Inspector::of_thread(ctx, gc::Thread(executor.0.current.get())).traceback(0),
            };
            Ok(String::from_utf8_lossy(&text).into_owned())
        })
    }

    /// The parts of the [traceback](Self::traceback): the functions of the thread in which the task continues,
    /// innermost first. If that is a coroutine, the threads that wait for it are its
    /// [resumers](crate::gc::Thread::resumer). For a failed task, the functions where it failed.
    ///
    /// # Errors
    /// [`ErrorKind::Handle`] if it is another VM's.
    ///
    /// ```
    /// use fife::{Fuel, Lua, Status};
    ///
    /// let mut lua = Lua::new();
    /// let task = lua.load("local function spin()\n while true do end end\nspin()").name("=spin").start(())?;
    /// assert_eq!(task.run(&mut lua, &mut Fuel::with(1000))?, Status::OutOfFuel);
    /// let frames = task.frames(&lua)?;
    /// let lines: Vec<u32> = frames.iter().filter_map(|frame| Some(frame.position.as_ref()?.line)).collect();
    /// assert_eq!((frames[0].name.as_deref(), lines), (Some("local 'spin'"), vec![2, 3]));
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn frames(&self, vm: &impl Access) -> Result<Vec<FrameInfo>> {
        vm.access(|ctx| {
            let executor = self.fetch(ctx)?;
            Ok(match executor.error().and_then(|error| error.details()) {
                Some(details) => details.frames.clone(),
                None => Inspector::of_thread(ctx, gc::Thread(executor.0.current.get())).frames(0),
            })
        })
    }

    /// Runs it to its end with what is left of the call's fuel and time. If it has not ended by then, it is cancelled.
    /// `stepped` is what its first step answered, if it was made.
    pub(in crate::api) fn run_to_end(
        &self,
        lua: &mut Lua,
        mut fuel: Fuel,
        deadline: Deadline,
        stepped: Option<Stepped>,
    ) -> Result<()> {
        let step_fuel = lua.enter(|ctx| ctx.limits().step_fuel);
        let before = fuel.remaining();
        let ran = account_for(
            &mut (&mut *lua, &mut fuel),
            |(lua, fuel)| self.run_until(lua, fuel, step_fuel, deadline, stepped),
            |(lua, fuel)| lua.draw_fuel(fuel.used_of(before)),
        );
        let kind = match ran? {
            Status::Finished => return Ok(()),
            Status::OutOfFuel => ErrorKind::Fuel,
            Status::Deadline => ErrorKind::Deadline,
            Status::Waiting => ErrorKind::Waiting,
        };
        Err(self.stop(lua, kind))
    }

    /// Cancels it where it is, and returns the error that says why it may not continue.
    pub(super) fn stop(&self, lua: &mut Lua, kind: ErrorKind) -> Error {
        let error = match self.traceback(lua).and_then(|traceback| Ok((traceback, self.frames(lua)?))) {
            Ok((traceback, frames)) => Error::stopped(kind, traceback, frames),
            Err(error) => error,
        };
        self.close(lua);
        error
    }

    /// Cancels it with [`Limits::close_fuel`](crate::Limits::close_fuel). True if everything was closed.
    pub(super) fn close(&self, lua: &mut Lua) -> bool {
        let close_fuel = lua.enter(|ctx| ctx.limits().close_fuel);
        self.cancel(lua, &mut Fuel::with(close_fuel))
    }
}

/// The error with which a task failed, as a call returns it.
pub(in crate::api) fn failure<'gc>(ctx: Context<'gc>, executor: Executor<'gc>) -> Error {
    match executor.error() {
        Some(error) => Error::of_branded(ctx, error),
        None => Error::runtime("task failed"),
    }
}

/// The results of a task that has returned, converted.
pub(in crate::api) fn results_of<'gc, R: FromLuaMulti<'gc>>(ctx: Context<'gc>, executor: Executor<'gc>) -> Result<R> {
    executor.with_results(0, |values| results(ctx, values))
}

/// Converts returned values.
pub(super) fn results<'gc, R: FromLuaMulti<'gc>>(ctx: Context<'gc>, values: &[gc::Value<'gc>]) -> Result<R> {
    begin(ctx);
    R::from_lua_multi(ctx, values).map_err(bad_result)
}

pub(super) fn bad_result(mismatch: Mismatch) -> Error {
    let number = mismatch.index() + 1;
    mismatch.within(format_args!("result {number}")).into()
}
