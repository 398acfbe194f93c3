//! Tasks: code that runs in steps, and what became of it.

use super::convert::make_string;
use super::{Access, Error, FromLuaMulti, IntoLuaMulti, Mismatch, Result};
use crate::api::{Executor, Fuel, Lua, RunError, StashedExecutor, Stepped};
use crate::error::ErrorKind;
use crate::inspect::Inspector;
use crate::object::{self as gc, Context, ExecutorMode, TaskId};
use fife_arena::OutOfMemory;
use std::sync::atomic::{AtomicU64, Ordering};

/// A task: a call, and all that it calls, run in steps as its host decides. It can be sent to other threads.
///
/// Dropping it abandons it: nothing of it runs any more, and what its pending functions hold in Rust is dropped in the
/// next call that has the VM. It keeps alive what it works on until then.
///
/// ```
/// use fife::handle::Status;
/// use fife::{Fuel, Lua};
///
/// let mut lua = Lua::new();
/// let task = lua.load("local n = ... for i = 1, 1000 do n = n + i end return n").start(42)?;
/// let mut turns = 0;
/// while task.run(&mut lua, &mut Fuel::with(500))? != Status::Finished {
///     turns += 1;
/// }
/// assert!(turns > 3);
/// assert_eq!(task.results::<i64>(&lua)?, 500_542);
/// # Ok::<(), fife::handle::Error>(())
/// ```
#[derive(Debug)]
pub struct Task {
    executor: StashedExecutor,
    used: AtomicU64,
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
        Ok(Task { executor: executor.stash(ctx), used: AtomicU64::new(0) })
    }

    fn fetch<'gc>(&self, ctx: Context<'gc>) -> Result<Executor<'gc>> {
        self.executor.try_fetch(ctx).ok_or_else(Error::foreign)
    }

    /// The task's number, of no other task of its VM.
    pub fn id(&self) -> TaskId {
        self.executor.id()
    }

    /// Runs the task until it ends, its fuel is used up, or the [deadline](crate::Limits::deadline) has passed, which begins anew with
    /// each call. It takes from `fuel` what it uses, by steps of [`Limits::step_fuel`](crate::Limits::step_fuel).
    ///
    /// # Errors
    /// The task failed, now or before: the error that no script caught. [`ErrorKind::Handle`] if it is another VM's.
    pub fn run(&self, lua: &mut Lua, fuel: &mut Fuel) -> Result<Status> {
        lua.enter(|ctx| self.fetch(ctx).map(|_| ()))?;
        let before = fuel.remaining();
        let ran = lua.run(&self.executor, fuel);
        self.count(before, fuel);
        match ran {
            Ok(()) => Ok(Status::Finished),
            Err(RunError::OutOfFuel) => Ok(Status::OutOfFuel),
            Err(RunError::DeadlinePassed) => Ok(Status::Deadline),
            Err(RunError::Failed { .. }) => Err(self.error(lua).unwrap_or_else(|| Error::runtime("task failed"))),
        }
    }

    /// One [step](Lua::step) of it: takes a bounded time, whatever the task does.
    ///
    /// # Errors
    /// [`ErrorKind::Handle`] if the task is another VM's. That the task failed is no error here: see [`error`](Self::error).
    pub fn step(&self, lua: &mut Lua, fuel: &mut Fuel) -> Result<Stepped> {
        lua.enter(|ctx| self.fetch(ctx).map(|_| ()))?;
        let before = fuel.remaining();
        let stepped = lua.step(&self.executor, fuel);
        self.count(before, fuel);
        Ok(stepped)
    }

    fn count(&self, before: i64, fuel: &Fuel) {
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

    /// The error that the task ended with, if it failed.
    pub fn error(&self, vm: &impl Access) -> Option<Error> {
        vm.access(|ctx| {
            let error = self.fetch(ctx).ok()?.error()?;
            Some(Error::of_branded(ctx, error))
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

    /// The fuel that it has used, by calls of [`run`](Self::run) and [`step`](Self::step), in units of about an instruction.
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
    R::from_lua_multi(ctx, values).map_err(bad_result)
}

fn bad_result(mismatch: Mismatch) -> Error {
    let number = mismatch.index() + 1;
    mismatch.within(format_args!("result {number}")).into()
}
