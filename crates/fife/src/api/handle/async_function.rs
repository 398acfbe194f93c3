//! Async functions of Rust that Lua can call: futures, polled by a sequence.
//!
//! All async functions are made from one native definition, [`ASYNC`], as all closures are made from theirs. A call of
//! one is a sequence, [`Await`], which makes the future in its first poll. The arguments stay in its window until it is
//! done, so that a waiting call can be saved as the name of the function and its arguments. The future's requests to
//! the VM come through a mailbox (`async_context`).

use super::async_context::{AsyncContext, Mailbox, Owned, Request};
use super::convert::make_string;
use super::deliver::Delivery;
use super::host_function::{Plain, WithContext, argument, for_each_arity, last_arguments};
use super::{Error, FromLua, FromLuaMulti, IntoLuaMulti, MaybeSend, Result};
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::{self as gc, Context, HeldBytes, Native, UserData};
use crate::userdata_type;
use fife_arena::{Collect, Gc, OutOfMemory, Static};
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task;

/// The least cost of a poll of a future: more than it takes to find out that nothing is new.
pub(super) const POLL_FUEL: usize = 20;

/// The bytes that a future takes besides its own size.
pub(super) const FUTURE_BYTES: usize = 256;

/// An async function of Rust that Lua can call: `Fn(A, …) -> Future` or `Fn(AsyncContext, A, …) -> Future`, with up to
/// 12 arguments. To a script it is a function like any other, and can be called anywhere: in a coroutine, in a
/// comparator of `table.sort`, in a metamethod. While it waits, its task waits, and other tasks of the VM can run.
///
/// Arguments and results are those of a [`HostFunction`](super::HostFunction). The future cannot reach into the VM by
/// itself: it may hold handles, and use them and call Lua through an [`AsyncContext`]. It may belong to any runtime:
/// its waker wakes the task, and so the caller that polls the task.
///
/// Run code that calls async functions by [`Chunk::call_async`](super::Chunk::call_async),
/// [`Function::call_async`](super::Function::call_async) or [`Task::poll`](super::Task::poll). Where nothing can wait,
/// as in [`Function::call`](super::Function::call), the call ends with
/// [`ErrorKind::Waiting`](crate::ErrorKind::Waiting), unless the future is ready at once.
///
/// A finalizer (`__gc`) may run in any task, so waiting in one is an error; so is waiting while the variables of a
/// cancelled task are closed.
///
/// The future is dropped when it is ready, or when an error, `coroutine.close` or the end of the task unwinds the call.
/// Its own size counts against [`Limits::memory`](crate::Limits::memory) while it exists; what it allocates does not.
/// Each poll costs fuel.
///
/// Handles in a future are roots, as they are everywhere: they keep their objects alive as long as the future exists. A
/// coroutine is never collected if it waits in an async function whose future has a handle of that coroutine, or of
/// something that refers to it. To give a function values of Lua, prefer [`Function::bind`](super::Function::bind),
/// which passes them as arguments.
///
/// A panic in the function or in its future leaves through the call that runs the script, and fails that task; the VM
/// and its other tasks stay usable.
///
/// `M` only tells the shapes apart.
///
/// ```
/// use fife::{AsyncContext, Lua, Table};
/// use std::time::Duration;
/// # async fn sleep(_: Duration) {}
/// # fn block_on<T>(future: impl Future<Output = T>) -> T {
/// #     let mut future = std::pin::pin!(future);
/// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// #     loop { if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) { return value } }
/// # }
///
/// let mut lua = Lua::new();
/// let globals = lua.globals();
/// globals.set_async_function(&lua, "sleep", |seconds: f64| sleep(Duration::from_secs_f64(seconds)))?;
/// globals.set_async_function(&lua, "fetch", |url: String| async move {
///     if url.is_empty() { Err("no URL") } else { Ok(format!("<html>{url}</html>")) }
/// })?;
/// let main = "sleep(0.01) return fetch('fife.example')";
/// assert_eq!(block_on(lua.load(main).call_async::<String>(()))?, "<html>fife.example</html>");
/// # Ok::<(), fife::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no async function that Lua could call",
    label = "returns no future, or arguments lack `FromLua`, or the future's output `IntoLua`, a tuple of such, or a `Result` of one",
    note = "write the types of a closure's arguments; the first may be `AsyncContext`, and borrowed ones such as `&str` have no `FromLua`"
)]
pub trait AsyncHostFunction<M>: MaybeSend + 'static {
    #[doc(hidden)]
    fn start<'gc>(&self, call: &mut Call<'gc, '_>) -> Result<Started, gc::Error<'gc>>;
}

/// What happens to a call of an async function that had not ended when its VM was saved, once the VM is restored.
/// Futures are not saved. (VMs cannot be saved yet.)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnRestore {
    /// The VM is not restored.
    #[default]
    Refuse,
    /// The function is called again, with the same arguments: for what does no harm if done twice, such as reading or
    /// sleeping.
    CallAgain,
    /// The function is called again, with the same arguments, and makes sure itself that its effect happens once, by
    /// the call's [key](AsyncContext::key).
    Once,
}

/// A call of an async function that has begun.
#[doc(hidden)]
pub struct Started {
    future: HostFuture,
    mailbox: Option<Arc<Mailbox<Box<dyn Request>>>>,
    held: HeldBytes,
}

/// The future of an async function. Its output is what the function returns, still to be converted.
type HostFuture = Pin<Box<dyn SomeFuture>>;

trait SomeFuture: Future<Output = Delivery> + MaybeSend {}
impl<F: Future<Output = Delivery> + MaybeSend> SomeFuture for F {}

impl Started {
    /// `make` makes the future. Until it has, the poll can be repeated.
    fn new<'gc, F>(
        call: &Call<'gc, '_>,
        mailbox: Option<Arc<Mailbox<Box<dyn Request>>>>,
        make: impl FnOnce() -> F,
    ) -> Result<Started, gc::Error<'gc>>
    where
        F: Future + MaybeSend + 'static,
        F::Output: for<'g> IntoLuaMulti<'g> + MaybeSend + 'static,
    {
        let held = HeldBytes::take(call.ctx(), size_of::<F>() + FUTURE_BYTES).map_err(|OutOfMemory| call.refused())?;
        let future = make();
        Ok(Started { future: Box::pin(async move { Delivery::new(future.await) }), mailbox, held })
    }
}

macro_rules! async_functions {
    ($(($($name:ident $index:literal)* ; $($last:ident $last_index:literal)?))*) => {$(
        #[allow(non_snake_case)]
        impl<F, U, $($name,)* $($last,)?> AsyncHostFunction<Plain<($($name,)* $($last,)? U,)>> for F
        where
            F: Fn($($name,)* $($last,)?) -> U + MaybeSend + 'static,
            $($name: for<'g> FromLua<'g>,)*
            $($last: for<'g> FromLuaMulti<'g>,)?
            U: Future + MaybeSend + 'static,
            U::Output: for<'g> IntoLuaMulti<'g> + MaybeSend + 'static,
        {
            fn start<'gc>(&self, call: &mut Call<'gc, '_>) -> Result<Started, gc::Error<'gc>> {
                $(let $name = argument::<$name>(call, $index)?;)*
                $(let $last = last_arguments::<$last>(call, $last_index)?;)?
                Started::new(call, None, || self($($name,)* $($last,)?))
            }
        }
        #[allow(non_snake_case)]
        impl<F, U, $($name,)* $($last,)?> AsyncHostFunction<WithContext<($($name,)* $($last,)? U,)>> for F
        where
            F: Fn(AsyncContext, $($name,)* $($last,)?) -> U + MaybeSend + 'static,
            $($name: for<'g> FromLua<'g>,)*
            $($last: for<'g> FromLuaMulti<'g>,)?
            U: Future + MaybeSend + 'static,
            U::Output: for<'g> IntoLuaMulti<'g> + MaybeSend + 'static,
        {
            fn start<'gc>(&self, call: &mut Call<'gc, '_>) -> Result<Started, gc::Error<'gc>> {
                $(let $name = argument::<$name>(call, $index)?;)*
                $(let $last = last_arguments::<$last>(call, $last_index)?;)?
                let context = AsyncContext::of_call(call);
                Started::new(call, Some(context.mailbox()), || self(context, $($name,)* $($last,)?))
            }
        }
    )*};
}
for_each_arity!(async_functions);

// ---- Async functions as functions of Lua ----

/// The definition of all async functions. Upvalues: the name to show, a string; and the closure, a userdata.
pub(super) static ASYNC: Native = Native::new("fife.async", "", run, module_path!()).named_apart();

/// An async function of any type.
trait Start: MaybeSend {
    fn start<'gc>(&self, call: &mut Call<'gc, '_>) -> Result<Started, gc::Error<'gc>>;
}

struct OfShape<F, M> {
    function: F,
    shape: PhantomData<fn(M)>,
}

impl<F: AsyncHostFunction<M>, M> Start for OfShape<F, M> {
    fn start<'gc>(&self, call: &mut Call<'gc, '_>) -> Result<Started, gc::Error<'gc>> {
        self.function.start(call)
    }
}

/// An async function that is not a value of Lua yet.
pub(super) struct AsyncClosure {
    function: Box<dyn Start>,
    on_restore: OnRestore,
}

userdata_type! {
    /// Userdata that hold async functions. Scripts do not see them.
    AsyncClosureType("fife.async_closure") for Static<AsyncClosure>;
}

fn run<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, gc::Error<'gc>> {
    let arguments = call.len();
    call.sequence(Await { arguments, stage: Stage::New })
}

fn closure_of<'gc>(upvalue: gc::Value<'gc>) -> Option<Gc<'gc, Static<AsyncClosure>>> {
    if let gc::Value::UserData(data) = upvalue { data.downcast::<AsyncClosureType>() } else { None }
}

/// What happens to calls of a function in a restored VM, if it is async.
pub(super) fn on_restore(function: gc::Function<'_>) -> Option<OnRestore> {
    let gc::Function::Native(native) = function else { return None };
    closure_of(gc::NativeObject::upvalue(native, 1).value()).map(|closure| closure.as_ref().0.on_restore)
}

/// Makes a function of an async one.
pub(super) fn make_async_function<'gc, M: 'static>(
    ctx: Context<'gc>,
    name: &str,
    on_restore: OnRestore,
    function: impl AsyncHostFunction<M>,
) -> Result<gc::Function<'gc>> {
    AsyncClosure::new(on_restore, function).into_function(ctx, name)
}

impl AsyncClosure {
    pub(super) fn new<M: 'static>(on_restore: OnRestore, function: impl AsyncHostFunction<M>) -> AsyncClosure {
        AsyncClosure { function: Box::new(OfShape { function, shape: PhantomData }), on_restore }
    }

    pub(super) fn into_function<'gc>(self, ctx: Context<'gc>, name: &str) -> Result<gc::Function<'gc>> {
        let name = make_string(ctx, name.as_bytes())?;
        let memory = |OutOfMemory| Error::memory();
        let data = Gc::try_new(ctx.mc(), Static(self)).map_err(memory)?;
        let data = UserData::try_new::<AsyncClosureType>(ctx, data).map_err(memory)?;
        gc::Function::try_native_with(ctx, &ASYNC, &[name, data.into()]).map_err(memory)
    }
}

// ---- Waiting ----

/// A call of an async function. Its window holds the arguments.
#[derive(Collect)]
struct Await {
    arguments: usize,
    #[collect(static)]
    stage: Stage,
}

enum Stage {
    New,
    Going(Going),
    Done(Delivery),
}

struct Going {
    // Dropped first, because it may still make requests.
    future: HostFuture,
    /// The current request: its call is under way, or it waits for memory.
    request: Option<(Box<dyn Request>, Progress)>,
    mailbox: Option<Owned<Box<dyn Request>>>,
    _held: HeldBytes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    NotBegun,
    Called,
}

/// Answers a request without waking the sequence's own future, which is polled next anyway.
pub(super) fn quietly<T>(ctx: Context<'_>, answer: impl FnOnce() -> T) -> T {
    let task = ctx.state().step.task.get();
    let mute = |is_muted| {
        if let Some(wakeup) = task.as_ref().and_then(|task| task.known_wakeup()) {
            wakeup.mute(is_muted);
        }
    };
    mute(true);
    let answered = answer();
    mute(false);
    answered
}

/// The error of refused memory, if waiting for a collection can help.
fn waits_for_memory<'gc>(call: &Call<'gc, '_>) -> Option<gc::Error<'gc>> {
    let error = call.refused();
    call.ctx().state().step.is_refused().then_some(error)
}

impl Going {
    /// Answers the request whose call has returned.
    fn answer<'gc>(&mut self, call: &mut Call<'gc, '_>, arguments: usize) -> Result<(), gc::Error<'gc>> {
        let Some((request, Progress::Called)) = &mut self.request else { return Ok(()) };
        let first = call.results_from();
        call.charge((call.len() - first.min(call.len())) / 4);
        if let Err(mismatch) = quietly(call.ctx(), || request.answer(call, first)) {
            if let Some(error) = waits_for_memory(call) {
                return Err(error);
            }
            quietly(call.ctx(), || request.fail(mismatch.into()));
        }
        self.request = None;
        call.truncate(arguments);
        Ok(())
    }

    /// Begins the next request.
    fn ask<'gc>(&mut self, call: &mut Call<'gc, '_>, arguments: usize) -> Result<Poll, gc::Error<'gc>> {
        loop {
            if self.request.is_none()
                && let Some(Owned(mailbox)) = &self.mailbox
            {
                self.request = mailbox.take(&call.waker()).map(|request| (request, Progress::NotBegun));
            }
            let Some((request, progress)) = &mut self.request else { return Ok(Poll::Waiting) };
            call.charge(2);
            if !request.is_wanted() {
                self.request = None;
                continue;
            }
            if call.reserve(request.lua_bytes()).is_err() {
                if let Some(error) = waits_for_memory(call) {
                    return Err(error);
                }
                quietly(call.ctx(), || request.fail(Error::memory()));
                self.request = None;
                return Ok(Poll::Pending);
            }
            match quietly(call.ctx(), || request.begin(call)) {
                Ok(Some(count)) => {
                    *progress = Progress::Called;
                    return Ok(Poll::Call(count as u32));
                }
                Ok(None) => {}
                Err(error) => quietly(call.ctx(), || request.fail(error)),
            }
            self.request = None;
            call.truncate(arguments);
            return Ok(Poll::Pending);
        }
    }
}

impl Await {
    fn go_on<'gc>(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, gc::Error<'gc>> {
        let Stage::Going(going) = &mut self.stage else { return Ok(Poll::Return(0)) };
        if going.request.is_none() {
            call.charge(POLL_FUEL);
            if let Some(Owned(mailbox)) = &going.mailbox {
                mailbox.attend();
            }
            let waker = call.waker();
            if let task::Poll::Ready(delivery) = going.future.as_mut().poll(&mut task::Context::from_waker(&waker)) {
                // This drops the future.
                self.stage = Stage::Done(delivery);
                return self.poll(call);
            }
        }
        going.ask(call, self.arguments)
    }
}

impl<'gc> Sequence<'gc> for Await {
    const NAME: &'static str = "fife.await";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, gc::Error<'gc>> {
        match &mut self.stage {
            Stage::New => {
                let Some(closure) = closure_of(call.upvalue(1)) else {
                    return Err(call.error("internal error: closure missing from its function"));
                };
                let Started { future, mailbox, held } = closure.as_ref().0.function.start(call)?;
                if let Some(task) = call.ctx().state().step.task.get() {
                    task.async_calls.set(task.async_calls.get() + 1);
                }
                self.stage = Stage::Going(Going { future, request: None, mailbox: mailbox.map(Owned), _held: held });
            }
            Stage::Going(going) => going.answer(call, self.arguments)?,
            Stage::Done(delivery) => return delivery.poll(call),
        }
        self.go_on(call)
    }

    /// A requested call failed.
    fn error(&mut self, call: &mut Call<'gc, '_>, error: gc::Error<'gc>) -> Result<Poll, gc::Error<'gc>> {
        let ctx = call.ctx();
        call.truncate(self.arguments);
        let Stage::Going(going) = &mut self.stage else { return Err(error) };
        let Some((mut request, _)) = going.request.take() else { return Err(error) };
        quietly(ctx, || request.fail(Error::of_branded(ctx, error)));
        drop(request);
        self.go_on(call)
    }

    fn catches(&self) -> bool {
        matches!(&self.stage, Stage::Going(Going { request: Some((_, Progress::Called)), .. }))
    }
}
