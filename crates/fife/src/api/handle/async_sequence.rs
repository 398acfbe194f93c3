//! Sequences written as futures: code that works on values in place, calls Lua in between, and reads like a plain
//! function.
//!
//! As with async functions, the future never holds the VM: it makes requests through a mailbox, and its sequence
//! carries them out between two polls. The values it keeps are [`Locals`], which belong to the sequence: the collector
//! reaches them only through it.

use super::MaybeSend;
use super::async_context::{Answering, LOST, Lost, Mailbox, Owned, question};
use super::async_function::{FUTURE_BYTES, POLL_FUEL, quietly};
use super::natives::{RESUME, YIELD, YIELD_TO};
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::{Context, Error, Function, HeldBytes, Native, Thread, Value};
use fife_arena::{Collect, DynamicRoot, DynamicRootSet, Gc, OutOfMemory, Root, Rootable};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task;

// ---- Locals ----

/// The values that an [`async_sequence`] keeps. They live as long as it does. A sequence that is abandoned in a
/// suspended coroutine is collected with them, even if they refer to that coroutine.
#[derive(Clone, Copy, Collect)]
pub struct Locals<'gc>(DynamicRootSet<'gc>);

/// A value among the [`Locals`] of an [`async_sequence`], kept while this or a clone exists. `R` is its type, as
/// [`Rootable!`](crate::arena::Rootable!) says it: `Local<Rootable![Table<'_>]>`. It has no lifetime.
pub struct Local<R: for<'a> Rootable<'a>>(Arc<DynamicRoot<R>>);

impl<R: for<'a> Rootable<'a>> Clone for Local<R> {
    fn clone(&self) -> Self {
        Local(self.0.clone())
    }
}

impl<R: for<'a> Rootable<'a>> fmt::Debug for Local<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Local").field(&self.0).finish()
    }
}

impl<'gc> Locals<'gc> {
    /// Keeps a value.
    ///
    /// # Errors
    /// There is no memory for it.
    pub fn stash<R>(self, ctx: Context<'gc>, value: Root<'gc, R>) -> Result<Local<R>, Error<'gc>>
    where
        R: for<'a> Rootable<'a> + 'static,
        Root<'gc, R>: Collect,
    {
        let object = Gc::try_new_in_reserve(ctx.mc(), value).map_err(|OutOfMemory| Error::out_of_memory(ctx))?;
        Ok(Local(Arc::new(self.0.stash::<R>(ctx.mc(), object))))
    }

    /// The value.
    ///
    /// # Errors
    /// It is another sequence's.
    pub fn fetch<R>(self, ctx: Context<'gc>, local: &Local<R>) -> Result<Root<'gc, R>, Error<'gc>>
    where
        R: for<'a> Rootable<'a> + 'static,
        Root<'gc, R>: Copy,
    {
        let found = self.0.try_fetch(&local.0).map(|object| *object.as_ref());
        found.ok_or_else(|| Error::from_text(ctx, "the local belongs to another sequence"))
    }
}

/// An error in an [`async_sequence`]: one that Lua raised, kept among its locals; or that the sequence has ended.
#[derive(Clone, Debug)]
pub struct LocalError(Option<StashedError>);

type StashedError = Local<Rootable![Error<'_>]>;

impl LocalError {
    fn stash<'gc>(ctx: Context<'gc>, locals: Locals<'gc>, error: Error<'gc>) -> LocalError {
        // If there is no memory for it, this is the error of refused memory, or none.
        let memory = |_| locals.stash(ctx, Error::out_of_memory(ctx)).ok();
        LocalError(locals.stash(ctx, error).map_or_else(memory, Some))
    }

    /// The error itself.
    pub fn fetch<'gc>(&self, ctx: Context<'gc>, locals: Locals<'gc>) -> Error<'gc> {
        match &self.0 {
            Some(local) => locals.fetch(ctx, local).unwrap_or_else(|error| error),
            None => Error::from_text(ctx, LOST),
        }
    }
}

impl<R> Lost for Result<R, LocalError> {
    fn lost() -> Self {
        Err(LocalError(None))
    }
}

// ---- What the future has ----

/// The access to the VM that the future of an [`async_sequence`] has. Requests are carried out between two polls, in
/// the order in which they were made.
#[derive(Clone)]
pub struct AsyncSequence(Arc<Mailbox<Request>>);

impl AsyncSequence {
    /// Opens the VM, to look at the values in the window of the sequence and among its locals. As in every native, work
    /// that is more than constant should be charged for.
    ///
    /// # Errors
    /// The closure's; the sequence has ended. The closure cannot run again after a collection, so refused memory is an
    /// error.
    pub async fn enter<R: MaybeSend + 'static>(
        &self,
        look: impl for<'gc, 'a, 'b> FnOnce(Locals<'gc>, &'b mut Call<'gc, 'a>) -> Result<R, Error<'gc>>
        + MaybeSend
        + 'static,
    ) -> Result<R, LocalError> {
        let (answer, asking) = question();
        self.0.put(Request::Enter(Box::new(Look { look: Some(look), answer })));
        asking.await
    }

    /// Calls a function with the last `arguments` values of the window, and replaces them by the results. Returns the
    /// number of the first result in the window.
    ///
    /// # Errors
    /// The error that it raised; the sequence has ended.
    pub async fn call(&self, function: &Local<Rootable![Function<'_>]>, arguments: usize) -> Result<usize, LocalError> {
        self.ask(Called::Function(function.clone()), arguments).await
    }

    /// Resumes a coroutine with the last `arguments` values of the window, and replaces them by what it yields or
    /// returns. Returns the number of the first of these in the window.
    ///
    /// # Errors
    /// The error that it raised (it is dead then); it cannot be resumed; the sequence has ended.
    pub async fn resume(&self, thread: &Local<Rootable![Thread<'_>]>, arguments: usize) -> Result<usize, LocalError> {
        self.ask(Called::Resume(thread.clone()), arguments).await
    }

    /// Yields the last `values` values of the window, and replaces them by those that the coroutine is resumed with.
    /// Returns the number of the first of these in the window.
    ///
    /// # Errors
    /// There is no coroutine, or it cannot yield here; the sequence has ended.
    pub async fn yield_(&self, values: usize) -> Result<usize, LocalError> {
        self.ask(Called::Yield, values).await
    }

    /// As [`yield_`](Self::yield_), but continues with another coroutine in place of this one, as `coroutine.yieldto`
    /// does.
    ///
    /// # Errors
    /// As [`yield_`](Self::yield_); the other coroutine cannot be resumed.
    pub async fn yield_to(&self, thread: &Local<Rootable![Thread<'_>]>, values: usize) -> Result<usize, LocalError> {
        self.ask(Called::YieldTo(thread.clone()), values).await
    }

    /// Waits until there is fuel: for long work that makes no other request.
    ///
    /// # Errors
    /// The sequence has ended.
    pub async fn pending(&self) -> Result<(), LocalError> {
        self.enter(|_, _| Ok(())).await
    }

    async fn ask(&self, called: Called, arguments: usize) -> Result<usize, LocalError> {
        let (answer, asking) = question();
        self.0.put(Request::Call { called, arguments, answer });
        asking.await
    }
}

impl fmt::Debug for AsyncSequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncSequence").finish_non_exhaustive()
    }
}

/// A request.
enum Request {
    Enter(Box<dyn Enter>),
    Call { called: Called, arguments: usize, answer: Answering<Result<usize, LocalError>> },
}

enum Called {
    Function(Local<Rootable![Function<'_>]>),
    Resume(Local<Rootable![Thread<'_>]>),
    Yield,
    YieldTo(Local<Rootable![Thread<'_>]>),
}

trait Enter: MaybeSend {
    fn is_wanted(&self) -> bool;
    fn enter<'gc>(&mut self, locals: Locals<'gc>, call: &mut Call<'gc, '_>);
}

struct Look<F, R> {
    look: Option<F>,
    answer: Answering<Result<R, LocalError>>,
}

impl<F, R> Enter for Look<F, R>
where
    R: MaybeSend + 'static,
    F: for<'gc, 'a, 'b> FnOnce(Locals<'gc>, &'b mut Call<'gc, 'a>) -> Result<R, Error<'gc>> + MaybeSend,
{
    fn is_wanted(&self) -> bool {
        self.answer.is_wanted()
    }

    fn enter<'gc>(&mut self, locals: Locals<'gc>, call: &mut Call<'gc, '_>) {
        let Some(look) = self.look.take() else { return };
        let seen = look(locals, call);
        // The closure cannot run again.
        call.withdraw_refusal();
        let ctx = call.ctx();
        self.answer.give(seen.map_err(|error| LocalError::stash(ctx, locals, error)));
    }
}

// ---- The sequence ----

/// Continues as a sequence that is written as a future. The future gets an [`AsyncSequence`], through which it looks
/// into the VM and calls Lua. It may wait for other futures, too, and is woken as
/// [async functions](crate::AsyncHostFunction) are. Its output says how many of the window's last values are returned.
///
/// It keeps values of the VM as [`Local`]s. Unlike handles, which are roots, these belong to the sequence: one that is
/// abandoned, in a coroutine that is never resumed, is collected with all of them, including cycles.
///
/// For a library function prefer a plain [`Sequence`]: a future cannot be saved with its VM.
///
/// ```
/// use fife::arena::Rootable;
/// use fife::gc::{Call, Error, Function, Reply, async_sequence};
/// use fife::{Lua, native};
///
/// /// `map(f, …)`: what `f` makes of each value.
/// fn map<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
///     let (function, count) = (call.function(0)?, call.len() - 1);
///     async_sequence(call, |ctx, locals, sequence| {
///         let function = locals.stash::<Rootable![Function<'_>]>(ctx, function)?;
///         Ok(async move {
///             for index in 1..=count {
///                 sequence
///                     .enter(move |_, call| {
///                         call.push(call.get(index));
///                         Ok(())
///                     })
///                     .await?;
///                 let first = sequence.call(&function, 1).await?;
///                 sequence
///                     .enter(move |_, call| {
///                         let result = call.get(first);
///                         call.set(index, result);
///                         call.truncate(first);
///                         Ok(())
///                     })
///                     .await?;
///             }
///             Ok(count)
///         })
///     })
/// }
///
/// let mut lua = Lua::new();
/// lua.enter(|ctx| ctx.globals().set_field(ctx, "map", Function::native(ctx, native!("app.map", map)).unwrap()));
/// let source = "local co = coroutine.wrap(function() return map(coroutine.yield, 1, 2, 3) end)
///     local got = {co()} for i = 1, 2 do got[#got + 1] = co(got[#got] * 10) end
///     local a, b, c = co(30) return table.concat(got, ' ') .. ' then ' .. a .. ' ' .. b .. ' ' .. c";
/// assert_eq!(lua.load(source).eval::<String>()?, "1 2 3 then 10 20 30");
/// # Ok::<(), fife::Error>(())
/// ```
///
/// # Errors
/// Those of `start`, and refused memory.
pub fn async_sequence<'gc, F>(
    call: &mut Call<'gc, '_>,
    start: impl FnOnce(Context<'gc>, Locals<'gc>, AsyncSequence) -> Result<F, Error<'gc>>,
) -> Result<Reply, Error<'gc>>
where
    F: Future<Output = Result<usize, LocalError>> + MaybeSend + 'static,
{
    let ctx = call.ctx();
    let held = HeldBytes::take(ctx, size_of::<F>() + FUTURE_BYTES).map_err(|OutOfMemory| call.refused())?;
    let locals = Locals(DynamicRootSet::new(ctx.mc()));
    #[allow(clippy::arc_with_non_send_sync, reason = "what is asked for need not be `Send`")]
    let mailbox = Arc::new(Mailbox::default());
    let future = Box::pin(start(ctx, locals, AsyncSequence(mailbox.clone()))?);
    let going = Going { future, request: None, mailbox: Owned(mailbox), _held: held };
    // The future has begun.
    call.after_effect().sequence(AsyncWait { locals, going })
}

#[derive(Collect)]
struct AsyncWait<'gc> {
    locals: Locals<'gc>,
    #[collect(static)]
    going: Going,
}

struct Going {
    // Dropped first, as it may still ask for something.
    future: Pin<Box<dyn SomeFuture>>,
    /// Where the result of the current call goes.
    request: Option<(Called, Answering<Result<usize, LocalError>>)>,
    mailbox: Owned<Request>,
    _held: HeldBytes,
}

trait SomeFuture: Future<Output = Result<usize, LocalError>> + MaybeSend {}
impl<F: Future<Output = Result<usize, LocalError>> + MaybeSend> SomeFuture for F {}

/// Inserts values before the last `count` of the window.
fn insert<'gc>(call: &mut Call<'gc, '_>, values: &[Value<'gc>], count: usize) -> Result<usize, Error<'gc>> {
    let count = count.min(call.len());
    call.charge(count / 8);
    call.reserve_values(values.len())?;
    let first = call.len() - count;
    for _ in values {
        call.push(Value::Nil);
    }
    for index in (first..first + count).rev() {
        let moved = call.get(index);
        call.set(index + values.len(), moved);
    }
    for (index, value) in values.iter().enumerate() {
        call.set(first + index, *value);
    }
    Ok(count + values.len() - 1)
}

impl<'gc> AsyncWait<'gc> {
    /// Answers the request whose call has returned.
    fn answer(&mut self, call: &mut Call<'gc, '_>) {
        let Some((called, answer)) = self.going.request.take() else { return };
        let first = call.results_from();
        let result = match called {
            Called::Resume(_) => {
                let is_good = call.get(first).to_bool();
                call.charge((call.len() - first.min(call.len())) / 8);
                for index in first + 1..call.len() {
                    let moved = call.get(index);
                    call.set(index - 1, moved);
                }
                call.truncate(call.len().saturating_sub(1));
                if is_good { Ok(first) } else { Err(Error::new(call.ctx(), call.get(first))) }
            }
            Called::Function(_) | Called::Yield | Called::YieldTo(_) => Ok(first),
        };
        let (ctx, locals) = (call.ctx(), self.locals);
        quietly(ctx, || answer.give(result.map_err(|error| LocalError::stash(ctx, locals, error))));
    }

    /// Carries out the next request.
    fn ask(&mut self, call: &mut Call<'gc, '_>) -> Poll {
        let (ctx, locals) = (call.ctx(), self.locals);
        loop {
            call.charge(2);
            match self.going.mailbox.0.take(&call.waker()) {
                None => return Poll::Waiting,
                Some(Request::Enter(mut enter)) => {
                    if enter.is_wanted() {
                        quietly(ctx, || enter.enter(locals, call));
                        return Poll::Pending;
                    }
                }
                Some(Request::Call { called, arguments, answer }) => {
                    if !answer.is_wanted() {
                        continue;
                    }
                    match begin(call, locals, &called, arguments) {
                        Ok(count) => {
                            self.going.request = Some((called, answer));
                            return Poll::Call(count as u32);
                        }
                        Err(error) => {
                            quietly(ctx, || answer.give(Err(LocalError::stash(ctx, locals, error))));
                            return Poll::Pending;
                        }
                    }
                }
            }
        }
    }

    fn go_on(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        call.charge(POLL_FUEL);
        self.going.mailbox.0.attend();
        let waker = call.waker();
        match self.going.future.as_mut().poll(&mut task::Context::from_waker(&waker)) {
            task::Poll::Pending => Ok(self.ask(call)),
            task::Poll::Ready(Ok(count)) => Ok(Poll::Return(u32::try_from(count).unwrap_or(u32::MAX))),
            task::Poll::Ready(Err(error)) => Err(error.fetch(call.ctx(), self.locals)),
        }
    }
}

/// Inserts what is called before its arguments. Returns how many there are then.
fn begin<'gc>(
    call: &mut Call<'gc, '_>,
    locals: Locals<'gc>,
    called: &Called,
    arguments: usize,
) -> Result<usize, Error<'gc>> {
    let ctx = call.ctx();
    let native = |native: &'static Native| {
        Function::try_native_with(ctx, native, &[])
            .map(Value::Function)
            .map_err(|OutOfMemory| Error::out_of_memory(ctx))
    };
    match called {
        Called::Function(function) => insert(call, &[locals.fetch(ctx, function)?.into()], arguments),
        Called::Resume(thread) => insert(call, &[native(&RESUME)?, locals.fetch(ctx, thread)?.into()], arguments),
        Called::Yield => insert(call, &[native(&YIELD)?], arguments),
        Called::YieldTo(thread) => insert(call, &[native(&YIELD_TO)?, locals.fetch(ctx, thread)?.into()], arguments),
    }
}

impl<'gc> Sequence<'gc> for AsyncWait<'gc> {
    const NAME: &'static str = "fife.async_sequence";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.answer(call);
        self.go_on(call)
    }

    fn error(&mut self, call: &mut Call<'gc, '_>, error: Error<'gc>) -> Result<Poll, Error<'gc>> {
        let Some((_, answer)) = self.going.request.take() else { return Err(error) };
        let (ctx, locals) = (call.ctx(), self.locals);
        quietly(ctx, || answer.give(Err(LocalError::stash(ctx, locals, error))));
        self.go_on(call)
    }

    fn catches(&self) -> bool {
        self.going.request.is_some()
    }
}
