//! Calls as futures.

use super::task::results_of;
use super::{Error, FromLuaMulti, Result, Status, Task};
use crate::api::clock::Stopwatch;
use crate::api::panics::account_for;
use crate::api::{Fuel, Lua};
use crate::error::ErrorKind;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A call under way, as a future: made by [`Function::call_async`](super::Function::call_async) and
/// [`Chunk::call_async`](super::Chunk::call_async). It runs under any runtime, and its output is what the function
/// returns.
///
/// A poll uses at most [`Limits::step_fuel`](crate::Limits::step_fuel), and wakes its waker if there is more to do, so
/// a script that spins does not hold up the runtime. The call draws on the VM's [fuel](Lua::set_fuel), and has the time
/// of [`Limits::deadline`](crate::Limits::deadline). Only the time of its polls counts, not how long it waits in
/// between: for that, use the timeout of your runtime.
///
/// Dropping it before its end [cancels](Task::cancel) the call, with [`Limits::close_fuel`](crate::Limits::close_fuel):
/// variables with `<close>` are closed, and the futures of async functions are dropped. The same happens when the fuel
/// or the time is used up. (If a panic drops it, the call is dropped as a [`Task`] is, and nothing is closed.)
///
/// ```
/// use fife::{Function, Lua};
/// use std::task::{Context, Poll, Waker};
///
/// let mut lua = Lua::new();
/// lua.globals().set_async_function(&lua, "forever", || std::future::pending::<()>())?;
/// let source = "local door <close> = setmetatable({}, {__close = function() closed = true end}) forever()";
/// {
///     let mut running = std::pin::pin!(lua.load(source).call_async::<()>(()));
///     assert!(running.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
/// }
/// assert!(lua.load("closed").eval::<bool>()?);
/// # Ok::<(), fife::Error>(())
/// ```
#[must_use = "futures do nothing unless polled"]
pub struct Running<'a, R> {
    lua: &'a mut Lua,
    /// `None` once the call has ended.
    task: Option<Task>,
    /// Why the call could not begin.
    error: Option<Error>,
    fuel: Fuel,
    time: Stopwatch,
    results: PhantomData<fn() -> R>,
}

impl<'a, R> Running<'a, R> {
    pub(super) fn new(lua: &'a mut Lua, task: Result<Task>) -> Running<'a, R> {
        let fuel = Fuel::with(lua.fuel_of_run().unwrap_or(u64::MAX));
        let time = Stopwatch::new(lua.enter(|ctx| ctx.limits().deadline));
        let (task, error) = match task {
            Ok(task) => (Some(task), None),
            Err(error) => (None, Some(error)),
        };
        Running { lua, task, error, fuel, time, results: PhantomData }
    }
}

impl<R: for<'g> FromLuaMulti<'g>> Future for Running<'_, R> {
    type Output = Result<R>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<R>> {
        let this = &mut *self;
        let Some(task) = &this.task else {
            return Poll::Ready(Err(this
                .error
                .take()
                .unwrap_or_else(|| Error::runtime("the future was polled after its end"))));
        };
        let before = this.fuel.remaining();
        this.lua.enter(|ctx| this.time.start(ctx.host()));
        let status = account_for(
            &mut (&mut *this.lua, &mut this.fuel),
            |(lua, fuel)| task.poll(lua, fuel, cx),
            |(lua, fuel)| lua.draw_fuel(fuel.used_of(before)),
        );
        let is_late = this.lua.enter(|ctx| this.time.stop(ctx.host()));
        let result = match status {
            Ok(Status::Waiting) if !is_late => return Poll::Pending,
            Ok(Status::Finished) => this.lua.enter(|ctx| results_of(ctx, task.fetch(ctx)?)),
            Ok(Status::OutOfFuel) => Err(task.stop(this.lua, ErrorKind::Fuel)),
            Ok(Status::Waiting | Status::Deadline) => Err(task.stop(this.lua, ErrorKind::Deadline)),
            Err(error) => Err(error),
        };
        this.task = None;
        Poll::Ready(result)
    }
}

impl<R> Drop for Running<'_, R> {
    fn drop(&mut self) {
        // During a panic, closing might panic again, and end the process.
        if let Some(task) = self.task.take()
            && !std::thread::panicking()
        {
            task.close(self.lua);
        }
    }
}

impl<R> fmt::Debug for Running<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("task", &self.task).finish_non_exhaustive()
    }
}
