//! Tasks: code that runs in steps, and what became of it.

use super::convert::{begin, make_string};
use super::{Access, Error, FromLuaMulti, IntoLuaMulti, Mismatch, Result};
use crate::api::clock::Deadline;
use crate::api::{Executor, Fuel, Lua, Stepped};
use crate::error::ErrorKind;
use crate::inspect::Inspector;
use crate::object::{self as gc, Context, DroppedTasks, ExecutorMode, TaskId, TaskRoot};
use fife_arena::OutOfMemory;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A task: a call, and all that it calls, run in steps as its host decides. It can be sent to other threads.
///
/// Dropping it abandons it: nothing of it runs any more, neither `__close` methods nor anything else. What its pending
/// [sequences](crate::gc::Sequence) hold in Rust is dropped in the next call that has the VM, be it [`Lua::enter`], [`Lua::step`], or one that
/// makes a task or collects garbage; it needs no collection. (What a task that goes on no longer needs, because a sequence returned or
/// failed, goes at once.) Coroutines that have yielded are values, with all that they have pending: they go with a collection, once
/// nothing refers to them. A task that was [stashed](Executor::stash) several times is abandoned when the last one is dropped.
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
    /// There until it is dropped.
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

/// How a run of a task ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// The task has returned: see [`Task::results`].
    Finished,
    /// The fuel is used up. The task can be run further.
    OutOfFuel,
    /// The time of [`Limits::deadline`](crate::Limits::deadline) is over. The task can be run further.
    Deadline,
}

impl Task {
    /// A task that calls a value.
    pub(super) fn of_call<'gc>(
        ctx: Context<'gc>,
        function: gc::Value<'gc>,
        arguments: impl IntoLuaMulti<'gc>,
    ) -> Result<Task> {
        let mut values = Vec::with_capacity(arguments.count());
        arguments.into_lua_multi(ctx, &mut |value| values.push(value))?;
        let executor = Executor::new(ctx, function, &values).map_err(|OutOfMemory| Error::memory())?;
        Ok(executor.stash(ctx))
    }

    /// Keeps a task outside of the VM: [`Executor::stash`].
    pub(in crate::api) fn stash<'gc>(ctx: Context<'gc>, executor: Executor<'gc>) -> Task {
        executor.0.handles.set(executor.0.handles.get() + 1);
        let state = ctx.state();
        let root = state.roots.stash(ctx.mc(), executor.0);
        Task { id: executor.id(), root: Some(root), dropped: state.dropped.clone(), used: AtomicU64::new(0) }
    }

    /// The task itself, while the VM is open.
    ///
    /// # Errors
    /// [`ErrorKind::Handle`]: it is another VM's.
    pub fn fetch<'gc>(&self, ctx: Context<'gc>) -> Result<Executor<'gc>> {
        let root = self.root.as_ref().and_then(|root| ctx.state().roots.try_fetch(root));
        root.map(Executor).ok_or_else(Error::foreign)
    }

    /// The task's number, of no other task of its VM.
    pub fn id(&self) -> TaskId {
        self.id
    }

    /// Runs the task until it ends, its fuel is used up, or the [deadline](crate::Limits::deadline) has passed, which begins anew with
    /// each call. It takes from `fuel` what it uses, by steps of [`Limits::step_fuel`](crate::Limits::step_fuel).
    ///
    /// # Errors
    /// The task failed, now or before: the error that no script caught. [`ErrorKind::Handle`] if it is another VM's.
    pub fn run(&self, lua: &mut Lua, fuel: &mut Fuel) -> Result<Status> {
        let (step_fuel, deadline) = lua.enter(|ctx| {
            self.fetch(ctx)?;
            let limits = ctx.state().settings.limits;
            Ok::<_, Error>((limits.step_fuel, Deadline::after(limits.deadline, ctx.host())))
        })?;
        loop {
            if !fuel.is_positive() {
                return Ok(Status::OutOfFuel);
            }
            let before = fuel.remaining();
            let mut slice = Fuel::with(step_fuel.min(before as u64));
            let given = slice.remaining();
            let stepped = lua.step(self, &mut slice);
            fuel.consume((given - slice.remaining()) as u64);
            match stepped {
                Stepped::Finished => return Ok(Status::Finished),
                Stepped::Failed => return Err(self.error(lua).unwrap_or_else(|| Error::runtime("task failed"))),
                Stepped::Ready | Stepped::NeedsMemory | Stepped::Busy => {}
            }
            // After a step, so that each call gets the task further, however short the deadline.
            if lua.enter(|ctx| deadline.has_passed(ctx.host())) {
                return Ok(Status::Deadline);
            }
        }
    }

    /// Counts what a step has used.
    pub(in crate::api) fn count(&self, before: i64, fuel: &Fuel) {
        let used = before.saturating_sub(fuel.remaining()).max(0) as u64;
        self.used.fetch_add(used, Ordering::Relaxed);
    }

    /// What the task returned.
    ///
    /// # Errors
    /// It failed, and this is the error; it has not ended; or what it returned is not of these types.
    pub fn results<R: for<'g> FromLuaMulti<'g>>(&self, vm: &impl Access) -> Result<R> {
        vm.access(|ctx| {
            let executor = self.fetch(ctx)?;
            if let Some(error) = executor.error() {
                return Err(Error::of_branded(ctx, error));
            }
            if executor.mode() != ExecutorMode::Finished {
                return Err(Error::runtime("the task has not finished"));
            }
            results(ctx, &executor.results())
        })
    }

    /// The error that the task ended with, if it failed; for another VM, that the task is not its own.
    pub fn error(&self, vm: &impl Access) -> Option<Error> {
        vm.access(|ctx| match self.fetch(ctx) {
            Ok(executor) => executor.error().map(|error| Error::of_branded(ctx, error)),
            Err(error) => Some(error),
        })
    }

    /// Has its next step begin with an error in what the task is doing. A script can catch it: what a host does for Ctrl-C. Nothing happens if
    /// the task has ended.
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

    /// The fuel that it has used, by calls of [`run`](Self::run) and [`Lua::step`], in units of about an instruction.
    pub fn fuel_used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// Where it is: `stack traceback:` and a line for each function, innermost first. Of a task that failed, where that was.
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

    /// Runs it to its end on the VM's own fuel. It is to be dropped if it has not ended then.
    pub(super) fn run_to_end(&self, lua: &mut Lua) -> Result<()> {
        let given = lua.fuel_of_run();
        let mut fuel = Fuel::with(given.unwrap_or(u64::MAX));
        let before = fuel.remaining();
        let ran = self.run(lua, &mut fuel);
        lua.draw_fuel(before.saturating_sub(fuel.remaining()).max(0) as u64);
        let kind = match ran? {
            Status::Finished => return Ok(()),
            Status::OutOfFuel => ErrorKind::Fuel,
            Status::Deadline => ErrorKind::Deadline,
        };
        Err(Error::stopped(kind, self.traceback(lua)?))
    }

    /// As [`run_to_end`](Self::run_to_end), for what it returned.
    pub(super) fn finish<R: for<'g> FromLuaMulti<'g>>(self, lua: &mut Lua) -> Result<R> {
        self.run_to_end(lua)?;
        self.results(lua)
    }

    /// Has the task's main thread pass for one of the task that a coroutine ran in.
    pub(super) fn pass_for<'gc>(&self, ctx: Context<'gc>, thread: gc::Thread<'gc>) -> Result<()> {
        let owner = thread.0.executor.get();
        if owner != 0 {
            self.fetch(ctx)?.0.main.executor.set(owner);
        }
        Ok(())
    }

    /// What it returned, as it is.
    pub(super) fn branded_results<'gc>(&self, ctx: Context<'gc>) -> Result<Vec<gc::Value<'gc>>> {
        Ok(self.fetch(ctx)?.results())
    }
}

/// What values that were returned become in Rust.
pub(super) fn results<'gc, R: FromLuaMulti<'gc>>(ctx: Context<'gc>, values: &[gc::Value<'gc>]) -> Result<R> {
    begin(ctx);
    R::from_lua_multi(ctx, values).map_err(bad_result)
}

fn bad_result(mismatch: Mismatch) -> Error {
    let number = mismatch.index() + 1;
    mismatch.within(format_args!("result {number}")).into()
}
