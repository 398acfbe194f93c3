//! The handle of a coroutine.

use super::natives::{Kept, kept_function};
use super::root::{Root, handle};
use super::task::results;
use super::{Access, Error, FromLuaMulti, Function, IntoLuaMulti, Result};
use crate::api::Lua;
use crate::inspect::Inspector;
use crate::object::{self as gc, FrameInfo, Slot, ThreadObject, ThreadStatus};
use fife_arena::OutOfMemory;
use std::sync::Arc;

/// A coroutine, kept alive by this handle.
///
/// ```
/// use fife::{Function, Lua, Resumed, Thread};
///
/// let mut lua = Lua::new();
/// let body: Function = lua.load("return function(a) local b = coroutine.yield(a + 1) return a + b end").eval()?;
/// let thread = Thread::new(&lua, &body)?;
/// assert_eq!(thread.resume::<i64>(&mut lua, 1)?, Resumed::Yielded(2));
/// assert_eq!(thread.resume::<i64>(&mut lua, 10)?, Resumed::Returned(11));
/// assert!(thread.resume::<()>(&mut lua, ()).is_err());
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Thread {
    root: Arc<Root>,
}
handle!(Thread, Thread, of_thread, thread);

/// How a resumed coroutine came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resumed<R> {
    /// It yielded these values, and can be resumed again.
    Yielded(R),
    /// It returned these values, and is dead.
    Returned(R),
}

impl<R> Resumed<R> {
    /// The values, either way.
    pub fn into_inner(self) -> R {
        match self {
            Resumed::Yielded(values) | Resumed::Returned(values) => values,
        }
    }
}

impl Thread {
    /// Makes a coroutine that will call `function`.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`](crate::ErrorKind::Memory); a function of another VM.
    #[doc(alias = "create_thread")]
    pub fn new(vm: &impl Access, function: &Function) -> Result<Thread> {
        vm.access(|ctx| {
            let function = Slot::from(gc::Value::Function(function.fetch(ctx)?));
            let thread =
                ThreadObject::calling(ctx, function, std::iter::empty()).map_err(|OutOfMemory| Error::memory())?;
            Ok(Thread::stash(ctx, gc::Thread(thread)))
        })
    }

    /// Resumes it with these values, and returns when it yields or returns. The first time the values are the
    /// function's arguments, later they are what `coroutine.yield` returns.
    ///
    /// # Errors
    /// The error that it raised (it is dead then); it is dead or running already, and cannot be resumed; those of
    /// [`Function::call`].
    pub fn resume<R: for<'g> FromLuaMulti<'g>>(
        &self,
        lua: &mut Lua,
        arguments: impl for<'g> IntoLuaMulti<'g>,
    ) -> Result<Resumed<R>> {
        lua.make_room(arguments.lua_bytes());
        lua.call_and_show(
            |ctx, stack| {
                let resume = kept_function(ctx, Kept::Resume)?;
                let thread = self.fetch(ctx)?;
                stack.push(thread.into());
                stack.extend(ctx, arguments)?;
                // What it resumed runs on with it.
                stack.pass_for(thread);
                Ok(resume)
            },
            |ctx, executor| {
                let is_done = self.fetch(ctx)?.0.status.get() != ThreadStatus::Suspended;
                if !executor.succeeded() {
                    return executor
                        .with_results(1, |values| Err(self.failure(ctx, values.first().copied().unwrap_or_default())));
                }
                let values = executor.with_results(1, |values| results(ctx, values))?;
                Ok(if is_done { Resumed::Returned(values) } else { Resumed::Yielded(values) })
            },
        )
    }

    /// The error of a coroutine that failed or could not be resumed. `value` is what the resumption returned.
    fn failure<'gc>(&self, ctx: gc::Context<'gc>, value: gc::Value<'gc>) -> Error {
        match self.fetch(ctx).ok().and_then(|thread| thread.0.failure.get()) {
            Some(error) if error.value().raw_equal(value) => Error::of_branded(ctx, error),
            _ => Error::of_value(ctx, value),
        }
    }

    /// The state of the coroutine, in the words of `coroutine.status`.
    ///
    /// # Errors
    /// [`ErrorKind::Handle`](crate::ErrorKind::Handle) if it is another VM's.
    pub fn status(&self, vm: &impl Access) -> Result<ThreadStatus> {
        vm.access(|ctx| Ok(self.fetch(ctx)?.0.status.get()))
    }

    /// The functions that the coroutine is running, innermost first: where it was started and waits, or where it
    /// failed. At most 21 functions of a deep stack.
    ///
    /// # Errors
    /// [`ErrorKind::Handle`](crate::ErrorKind::Handle) if it is another VM's.
    ///
    /// ```
    /// use fife::{Lua, Thread};
    ///
    /// let mut lua = Lua::new();
    /// let source = "local co = coroutine.create(function() local t = nil\n  return t.x end) \
    ///     coroutine.resume(co) return co";
    /// let thread: Thread = lua.load(source).name("=made").eval()?;
    /// let frames = thread.frames(&lua)?;
    /// assert_eq!((frames.len(), &*frames[0].text), (1, "made:2: in function <made:1>"));
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn frames(&self, vm: &impl Access) -> Result<Vec<FrameInfo>> {
        vm.access(|ctx| Ok(Inspector::of_thread(ctx, self.fetch(ctx)?).frames(0)))
    }

    /// Ends a suspended coroutine, and closes its variables with `<close>`.
    ///
    /// # Errors
    /// The error of a `__close`, or the one with which it had failed; it is running, and cannot be closed; those of
    /// [`Function::call`].
    pub fn close(&self, lua: &mut Lua) -> Result<()> {
        lua.make_room(0);
        let (is_closed, error): (bool, Error) = lua.call(|ctx, stack| {
            let close = kept_function(ctx, Kept::CloseThread)?;
            let thread = self.fetch(ctx)?;
            stack.push(thread.into());
            stack.pass_for(thread);
            Ok(close)
        })?;
        if is_closed { Ok(()) } else { Err(error) }
    }
}
