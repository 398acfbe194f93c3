//! The handle of a function.

use super::async_function::{make_async_function, on_restore};
use super::host_function::{CAPTURES, Closure, make_function, make_function_with};
use super::natives::BOUND;
use super::root::{self, handle};
use super::{
    Access, AsyncHostFunction, Error, FromLuaMulti, HostFunction, IntoLuaMulti, OnRestore, Result, Running, Task,
};
use crate::api::Lua;
use crate::native::{Call, Reply};
use crate::object::{self as gc, Context, UserDataType, Value};
use fife_arena::{Collect, Gc, MaybeSend, OutOfMemory, Root, Rootable};
use std::marker::PhantomData;
use std::sync::Arc;

/// A function of Lua or of Rust, kept alive by this handle.
///
/// ```
/// use fife::{Function, Lua};
///
/// let mut lua = Lua::new();
/// let add: Function = lua.load("return function(a, b) return a + b end").eval()?;
/// assert_eq!(add.call::<i64>(&mut lua, (1, 2))?, 3);
/// let increment = add.bind(&lua, 1)?;
/// assert_eq!(increment.call::<i64>(&mut lua, 41)?, 42);
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Function {
    root: Arc<root::Root>,
}
handle!(Function, Function, of_function, function);

impl Function {
    /// Makes a function of a closure. Tracebacks and messages call it `name` where they know no better name; it may be
    /// empty.
    ///
    /// What the closure captured does not count against [`Limits::memory`](crate::Limits::memory), and is dropped when
    /// the function is collected, or with the VM. A captured handle keeps its object alive: if that object refers to
    /// the function, neither is ever collected. Give a function values that the collector should see by
    /// [`bind`](Self::bind).
    ///
    /// # Errors
    /// [`ErrorKind::Memory`](crate::ErrorKind::Memory).
    pub fn new<M>(vm: &impl Access, name: &str, function: impl HostFunction<M>) -> Result<Function> {
        let closure = function.into_closure();
        vm.access(|ctx| Ok(Function::stash(ctx, make_function(ctx, name, closure)?)))
    }

    /// Makes a function of an async closure: see [`AsyncHostFunction`]. `name` is as in [`new`](Self::new).
    ///
    /// # Errors
    /// [`ErrorKind::Memory`](crate::ErrorKind::Memory).
    #[doc(alias = "create_async_function")]
    pub fn new_async<M: 'static>(
        vm: &impl Access,
        name: &str,
        function: impl AsyncHostFunction<M>,
    ) -> Result<Function> {
        Function::new_async_with(vm, name, OnRestore::Refuse, function)
    }

    /// As [`new_async`](Self::new_async), and says what happens to calls of it in a restored VM.
    ///
    /// ```
    /// use fife::{AsyncContext, Function, Lua, OnRestore};
    ///
    /// let lua = Lua::new();
    /// let order =
    ///     Function::new_async_with(&lua, "order", OnRestore::Once, |ctx: AsyncContext, item: String| async move {
    ///         // The shop takes the same order once.
    ///         format!("{item}, order {}-{}", ctx.key().task, ctx.key().number)
    ///     })?;
    /// assert_eq!(order.on_restore(&lua)?, Some(OnRestore::Once));
    /// # Ok::<(), fife::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Memory`](crate::ErrorKind::Memory).
    pub fn new_async_with<M: 'static>(
        vm: &impl Access,
        name: &str,
        on_restore: OnRestore,
        function: impl AsyncHostFunction<M>,
    ) -> Result<Function> {
        vm.access(|ctx| Ok(Function::stash(ctx, make_async_function(ctx, name, on_restore, function)?)))
    }

    /// What happens to calls of it in a restored VM, if it is an async function.
    ///
    /// # Errors
    /// [`ErrorKind::Handle`](crate::ErrorKind::Handle) if it is another VM's.
    pub fn on_restore(&self, vm: &impl Access) -> Result<Option<OnRestore>> {
        vm.access(|ctx| Ok(on_restore(self.fetch(ctx)?)))
    }

    /// Makes a function of a closure that gets the [`Call`] itself, as a static [native](crate::native!) does: to
    /// charge for its work, to take its arguments as they are, or to continue as a [`Sequence`](crate::gc::Sequence).
    ///
    /// ```
    /// use fife::{Function, Lua};
    ///
    /// let mut lua = Lua::new();
    /// let factor = 3;
    /// let scale = Function::native(&lua, "scale", move |call| {
    ///     let number = call.integer(0)?;
    ///     call.charge(10);
    ///     call.one(number * factor)
    /// })?;
    /// assert_eq!(scale.call::<i64>(&mut lua, 14)?, 42);
    /// # Ok::<(), fife::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Memory`](crate::ErrorKind::Memory).
    pub fn native<F>(vm: &impl Access, name: &str, function: F) -> Result<Function>
    where
        F: for<'gc, 'a, 'b> Fn(&'b mut Call<'gc, 'a>) -> Result<Reply, gc::Error<'gc>> + MaybeSend + 'static,
    {
        let closure = Closure::new(function);
        vm.access(|ctx| Ok(Function::stash(ctx, make_function(ctx, name, closure)?)))
    }

    /// Calls it with these arguments, and returns when it has returned. The call draws on the VM's
    /// [fuel](Lua::set_fuel) and has the time of [`Limits::deadline`](crate::Limits::deadline).
    ///
    /// # Errors
    /// The error that it raised. [`ErrorKind::Fuel`](crate::ErrorKind::Fuel),
    /// [`ErrorKind::Deadline`](crate::ErrorKind::Deadline) or, where an async function has to wait,
    /// [`ErrorKind::Waiting`](crate::ErrorKind::Waiting), with the traceback of where it was stopped and
    /// [cancelled](Task::cancel). [`ErrorKind::Conversion`](crate::ErrorKind::Conversion) if what it returned is not of
    /// these types.
    pub fn call<R: for<'g> FromLuaMulti<'g>>(
        &self,
        lua: &mut Lua,
        arguments: impl for<'g> IntoLuaMulti<'g>,
    ) -> Result<R> {
        lua.make_room(arguments.lua_bytes());
        lua.call(|ctx, stack| {
            let function = self.fetch(ctx)?;
            stack.extend(ctx, arguments)?;
            Ok(function.into())
        })
    }

    /// Calls it with these arguments, as a future that ends when it has returned: for code that calls
    /// [async functions](super::AsyncHostFunction), and to let other tasks of the runtime have their turn. See
    /// [`Running`].
    ///
    /// # Errors
    /// As [`call`](Self::call).
    ///
    /// ```
    /// use fife::{Function, Lua};
    /// # fn block_on<T>(future: impl Future<Output = T>) -> T {
    /// #     let mut future = std::pin::pin!(future);
    /// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     loop { if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) { return value } }
    /// # }
    ///
    /// let mut lua = Lua::new();
    /// lua.globals().set_async_function(&lua, "answer", || async { 42 })?;
    /// let ask: Function = lua.load("function(question) return question .. ' ' .. answer() end").eval()?;
    /// assert_eq!(block_on(ask.call_async::<String>(&mut lua, "6 * 7 ="))?, "6 * 7 = 42");
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn call_async<'a, R: for<'g> FromLuaMulti<'g>>(
        &self,
        lua: &'a mut Lua,
        arguments: impl for<'g> IntoLuaMulti<'g>,
    ) -> Running<'a, R> {
        lua.make_room(arguments.lua_bytes());
        let task = self.start(lua, arguments);
        Running::new(lua, task)
    }

    /// Makes a task that will call it with these arguments.
    ///
    /// # Errors
    /// Those of converting the arguments; [`ErrorKind::Memory`](crate::ErrorKind::Memory).
    pub fn start(&self, vm: &impl Access, arguments: impl for<'g> IntoLuaMulti<'g>) -> Result<Task> {
        vm.access(|ctx| Task::of_call(ctx, self.fetch(ctx)?.into(), arguments))
    }

    /// Makes a function that calls this one with these arguments before its own. The collector sees them, unlike what a
    /// closure of Rust captures: an event handler that refers to itself in this way is collected when nothing else
    /// refers to it.
    ///
    /// ```
    /// use fife::{Function, Lua, Table};
    ///
    /// let mut lua = Lua::new();
    /// let counter = Table::new(&lua)?;
    /// let count: Function = lua.load("return function(t, by) t.n = (t.n or 0) + by end").eval()?;
    /// counter.set(&lua, "count", count.bind(&lua, &counter)?)?;
    /// lua.globals().set(&lua, "counter", &counter)?;
    /// lua.load("counter.count(2) counter.count(3)").exec()?;
    /// assert_eq!(counter.get::<i64>(&lua, "n")?, 5);
    /// # Ok::<(), fife::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of converting the arguments; [`ErrorKind::Memory`](crate::ErrorKind::Memory).
    pub fn bind(&self, vm: &impl Access, arguments: impl for<'g> IntoLuaMulti<'g>) -> Result<Function> {
        vm.access(|ctx| {
            let mut kept = vec![Value::Function(self.fetch(ctx)?)];
            arguments.into_lua_multi(ctx, &mut |value| kept.push(value))?;
            if kept.len() > usize::from(u16::MAX) {
                return Err(Error::runtime("too many arguments to bind"));
            }
            let bound = gc::Function::try_native_with(ctx, &BOUND, &kept).map_err(|OutOfMemory| Error::memory())?;
            Ok(Function::stash(ctx, bound))
        })
    }
}

// ---- The branded one ----

/// The captured values of a function that the collector sees.
struct CapturedType<R>(PhantomData<R>);

impl<'a, R: Rootable<'a>> Rootable<'a> for CapturedType<R> {
    type Root = R::Root;
}

impl<R> UserDataType for CapturedType<R>
where
    R: for<'a> Rootable<'a> + 'static,
{
    const NAME: &'static str = CAPTURED;
}

/// The name of the userdata that hold captured values, of any type.
const CAPTURED: &str = "fife.captured";

impl<'gc> gc::Function<'gc> {
    /// Makes a function of a closure, as [`fife::Function::native`](Function::native) does.
    ///
    /// # Errors
    /// There is no memory for it. In a native, [`Call::refused`] makes it wait for a collection.
    pub fn from_fn<F>(ctx: Context<'gc>, name: &str, function: F) -> Result<Self, OutOfMemory>
    where
        F: for<'g, 'a, 'b> Fn(&'b mut Call<'g, 'a>) -> Result<Reply, gc::Error<'g>> + MaybeSend + 'static,
    {
        make_function(ctx, name, Closure(Box::new(function))).map_err(|_| OutOfMemory)
    }

    /// Makes a function of a closure and of values of the VM, which the collector sees: unlike values behind a handle,
    /// they are collected with the function, even if they refer to it. Put what changes behind a
    /// [`Lock`](crate::arena::Lock) in an object of its own.
    ///
    /// ```
    /// use fife::arena::Rootable;
    /// use fife::gc::{Call, Function, Table};
    /// use fife::{Collect, Lua};
    ///
    /// /// A table, and what its elements are multiplied by.
    /// #[derive(Collect)]
    /// struct Scaled<'gc> {
    ///     table: Table<'gc>,
    ///     by: i64,
    /// }
    ///
    /// let mut lua = Lua::new();
    /// lua.enter(|ctx| {
    ///     let scaled = Scaled { table: ctx.table(), by: 2 };
    ///     ctx.globals().set_field(ctx, "numbers", scaled.table);
    ///     let get = Function::from_fn_with::<Rootable![Scaled<'_>], _>(ctx, "scaled", scaled, |scaled, call| {
    ///         let number = scaled.table.get_integer(call.integer(0)?).to_integer().unwrap_or(0);
    ///         call.one(number * scaled.by)
    ///     })?;
    ///     // A cycle: the table has the function, and the function the table.
    ///     ctx.globals().set_field(ctx, "scaled", get);
    ///     Ok::<(), fife::arena::OutOfMemory>(())
    /// })
    /// .expect("there is memory");
    /// assert_eq!(lua.load("numbers[1] = 21 numbers.scaled = scaled return scaled(1)").eval::<i64>()?, 42);
    /// # Ok::<(), fife::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`from_fn`](Self::from_fn).
    pub fn from_fn_with<R, F>(
        ctx: Context<'gc>,
        name: &str,
        root: Root<'gc, R>,
        function: F,
    ) -> Result<Self, OutOfMemory>
    where
        R: for<'a> Rootable<'a> + 'static,
        Root<'gc, R>: Collect,
        F: for<'g, 'a, 'b> Fn(&'b Root<'g, R>, &'b mut Call<'g, 'a>) -> Result<Reply, gc::Error<'g>>
            + MaybeSend
            + 'static,
    {
        let root = gc::UserData::try_new::<CapturedType<R>>(ctx, Gc::try_new(ctx.mc(), root)?)?;
        let closure = Closure(Box::new(move |call| {
            let Value::UserData(root) = call.upvalue(CAPTURES) else { return Err(no_root(call)) };
            match root.downcast::<CapturedType<R>>() {
                Some(root) => function(root.as_ref(), call),
                None => Err(no_root(call)),
            }
        }));
        make_function_with(ctx, name, closure, Some(root.into())).map_err(|_| OutOfMemory)
    }
}

/// A script with the library `debug` replaced the captured values.
#[cold]
fn no_root<'gc>(call: &Call<'gc, '_>) -> gc::Error<'gc> {
    call.error("what the function was made with was replaced")
}
