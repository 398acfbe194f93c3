//! How an async function uses the VM: through a mailbox.
//!
//! The future of an async function never holds the VM. It puts requests into a mailbox and waits for the answers. The
//! sequence that polls it ([`Await`](super::async_function::Await)) carries them out between two polls. So this is safe
//! code, and an [`AsyncContext`] may be used anywhere: a request is carried out in its turn, or fails because the
//! function has ended.

use super::convert::begin;
use super::natives::{YIELD, function};
use super::task::bad_result;
use super::{Error, FromLuaMulti, Function, IntoLuaMulti, MaybeSend, Mismatch, Result};
use crate::native::Call;
use crate::object::{self as gc, Context, TaskId};
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{self, Poll, Waker};

/// An async function's access to the VM. A function whose first argument is an `AsyncContext` can call Lua, yield, and
/// look at values, by awaiting each. See [`AsyncHostFunction`](super::AsyncHostFunction).
///
/// Requests are carried out one after another, in the order in which they were made, while the function's future is not
/// polled. So several may be made at once (`join!`), and a request that is no longer awaited when its turn comes is
/// left out. Nothing else in the function proceeds while Lua runs for it: a timeout around [`call`](Self::call) does
/// not end a call that runs.
///
/// Clones may be kept and used anywhere. Once the function has ended, requests fail.
///
/// ```
/// use fife::{AsyncContext, Error, Function, Lua};
/// # fn block_on<T>(future: impl Future<Output = T>) -> T {
/// #     let mut future = std::pin::pin!(future);
/// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// #     loop { if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) { return value } }
/// # }
///
/// let mut lua = Lua::new();
/// // `retry(n, f)`: calls `f` until it does not fail, n times at most.
/// lua.globals().set_async_function(&lua, "retry", |ctx: AsyncContext, times: u32, f: Function| async move {
///     let mut last = Error::new("not called");
///     for attempt in 1..=times {
///         match ctx.call::<String>(&f, attempt).await {
///             Ok(text) => return Ok(text),
///             Err(error) => last = error,
///         }
///     }
///     Err(last)
/// })?;
/// let source = "return retry(3, function(n) if n < 2 then error('not yet') end return 'call ' .. n end)";
/// assert_eq!(block_on(lua.load(source).call_async::<String>(()))?, "call 2");
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone)]
pub struct AsyncContext {
    mailbox: Arc<Mailbox<Box<dyn Request>>>,
    key: CallKey,
}

/// Identifies a call of an async function: no other call in its VM, or in a VM restored from it, has the same task and
/// number. A service outside can use it to do something only once, even if a restored VM asks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CallKey {
    /// The task that called.
    pub task: TaskId,
    /// The number of the call among the task's calls of async functions, from 1.
    pub number: u64,
}

impl AsyncContext {
    /// The context of a call of an async function that is about to begin.
    #[allow(clippy::arc_with_non_send_sync, reason = "what scripts are given need not be `Send`")]
    pub(super) fn of_call(call: &Call<'_, '_>) -> AsyncContext {
        let key = call.ctx().state().step.task.get().map_or(CallKey { task: TaskId::NONE, number: 0 }, |task| {
            CallKey { task: task.id.get(), number: task.async_calls.get() + 1 }
        });
        AsyncContext { mailbox: Arc::default(), key }
    }

    pub(super) fn mailbox(&self) -> Arc<Mailbox<Box<dyn Request>>> {
        self.mailbox.clone()
    }

    /// Identifies the call.
    pub fn key(&self) -> CallKey {
        self.key
    }

    /// Calls a function of Lua, as if the async function had called it: it may itself wait or yield.
    ///
    /// # Errors
    /// Those of [`Function::call`], except that fuel and time are the task's; the async function has ended.
    pub async fn call<R>(
        &self,
        function: &Function,
        arguments: impl for<'g> IntoLuaMulti<'g> + MaybeSend + 'static,
    ) -> Result<R>
    where
        R: for<'g> FromLuaMulti<'g> + MaybeSend + 'static,
    {
        let (function, bytes) = (function.clone(), arguments.lua_bytes());
        self.call_by(bytes, move |call| {
            let function = function.fetch(call.ctx())?;
            push_call(call, function, arguments)
        })
        .await
    }

    /// Yields these values from the coroutine that called the async function, as `coroutine.yield` does, and waits
    /// until that is resumed.
    ///
    /// # Errors
    /// The function was not called in a coroutine, or where a coroutine cannot yield; the async function has ended.
    ///
    /// ```
    /// use fife::{AsyncContext, Function, Lua, Resumed, Thread};
    ///
    /// let mut lua = Lua::new();
    /// let ask = lua.async_function("ask", |ctx: AsyncContext, question: String| async move {
    ///     ctx.yield_with::<String>(question + "?").await
    /// })?;
    /// let thread = Thread::new(&lua, &ask)?;
    /// assert_eq!(thread.resume::<String>(&mut lua, "who")?, Resumed::Yielded("who?".to_owned()));
    /// assert_eq!(thread.resume::<String>(&mut lua, "me")?, Resumed::Returned("me".to_owned()));
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub async fn yield_with<R>(&self, values: impl for<'g> IntoLuaMulti<'g> + MaybeSend + 'static) -> Result<R>
    where
        R: for<'g> FromLuaMulti<'g> + MaybeSend + 'static,
    {
        let bytes = values.lua_bytes();
        self.call_by(bytes, move |call| {
            let function = function(call.ctx(), &YIELD)?;
            push_call(call, function, values)
        })
        .await
    }

    /// Calls a closure that can look at values of the VM and make some, using handles with its context.
    ///
    /// # Errors
    /// The async function has ended.
    ///
    /// ```
    /// use fife::{AsyncContext, Lua, Table};
    ///
    /// let mut lua = Lua::new();
    /// lua.globals().set_async_function(&lua, "total", |ctx: AsyncContext, prices: Table| async move {
    ///     // … waits for the rate …
    ///     let rate = 2;
    ///     ctx.with(move |ctx| prices.get::<i64>(&ctx, "apples").map(|apples| apples * rate)).await?
    /// })?;
    /// assert_eq!(lua.load("return total {apples = 21}").eval::<i64>()?, 42);
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub async fn with<R: MaybeSend + 'static>(
        &self,
        look: impl for<'gc> FnOnce(Context<'gc>) -> R + MaybeSend + 'static,
    ) -> Result<R> {
        let (answer, asking) = question();
        self.mailbox.put(Box::new(Look { look: Some(look), answer }));
        asking.await
    }

    /// Requests a call. `push` puts a function and its arguments into the window, and returns how many arguments there
    /// are.
    async fn call_by<R, P>(&self, bytes: usize, push: P) -> Result<R>
    where
        R: for<'g> FromLuaMulti<'g> + MaybeSend + 'static,
        P: for<'gc, 'a, 'b> FnOnce(&'b mut Call<'gc, 'a>) -> Result<usize> + MaybeSend + 'static,
    {
        let (answer, asking) = question();
        self.mailbox.put(Box::new(CallOf { bytes, push: Some(push), answer }));
        asking.await
    }
}

impl fmt::Debug for AsyncContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncContext").field("key", &self.key).finish_non_exhaustive()
    }
}

// ---- The mailbox ----

/// The requests of a future that wait for their turn. No code of the host's is called or dropped while it is locked.
pub(super) struct Mailbox<Q>(Mutex<Post<Q>>);

struct Post<Q> {
    requests: VecDeque<Q>,
    /// The function has ended.
    is_closed: bool,
    /// Wakes the task, while it waits for the next request.
    waker: Option<Waker>,
}

impl<Q> Default for Mailbox<Q> {
    fn default() -> Self {
        Mailbox(Mutex::new(Post { requests: VecDeque::new(), is_closed: false, waker: None }))
    }
}

impl<Q> Mailbox<Q> {
    fn post(&self) -> MutexGuard<'_, Post<Q>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn put(&self, request: Q) {
        let mut post = self.post();
        if post.is_closed {
            drop(post);
            // Dropping a request fails it.
            drop(request);
            return;
        }
        post.requests.push_back(request);
        let waker = post.waker.take();
        drop(post);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// From now on requests do not wake the task, which is about to look for them.
    pub(super) fn attend(&self) {
        let waker = self.post().waker.take();
        drop(waker);
    }

    /// The next request. If there is none, the next one to come wakes the task.
    pub(super) fn take(&self, waker: &Waker) -> Option<Q> {
        let waker = waker.clone();
        let mut post = self.post();
        let request = post.requests.pop_front();
        let unused = if request.is_none() { post.waker.replace(waker) } else { Some(waker) };
        drop(post);
        drop(unused);
        request
    }

    /// Fails all requests, and later ones at once.
    pub(super) fn close(&self) {
        let mut post = self.post();
        post.is_closed = true;
        let left = (std::mem::take(&mut post.requests), post.waker.take());
        drop(post);
        drop(left);
    }
}

/// The mailbox of a future. It closes when the future is dropped.
pub(super) struct Owned<Q>(pub(super) Arc<Mailbox<Q>>);

impl<Q> Drop for Owned<Q> {
    fn drop(&mut self) {
        self.0.close();
    }
}

// ---- Requests ----

/// A request to the VM. It fails if it is dropped without an answer.
pub(super) trait Request: MaybeSend {
    /// Whether the answer is still awaited.
    fn is_wanted(&self) -> bool;

    /// An upper bound of the bytes of the VM's memory that [`begin`](Self::begin) takes, if they are many.
    fn lua_bytes(&self) -> usize;

    /// Puts a function and its arguments into the window and returns how many arguments there are; or answers at once.
    fn begin(&mut self, call: &mut Call<'_, '_>) -> Result<Option<usize>>;

    /// Answers with the values of the window from number `first` on.
    ///
    /// # Errors
    /// There is no memory for it yet.
    fn answer(&mut self, call: &Call<'_, '_>, first: usize) -> Result<(), Mismatch>;

    fn fail(&mut self, error: Error);
}

/// A call of a function.
struct CallOf<P, R> {
    bytes: usize,
    push: Option<P>,
    answer: Answering<Result<R>>,
}

impl<P, R> Request for CallOf<P, R>
where
    R: for<'g> FromLuaMulti<'g> + MaybeSend + 'static,
    P: for<'gc, 'a, 'b> FnOnce(&'b mut Call<'gc, 'a>) -> Result<usize> + MaybeSend,
{
    fn is_wanted(&self) -> bool {
        self.answer.is_wanted()
    }

    fn lua_bytes(&self) -> usize {
        self.bytes
    }

    fn begin(&mut self, call: &mut Call<'_, '_>) -> Result<Option<usize>> {
        self.push.take().map(|push| push(call)).transpose()
    }

    fn answer(&mut self, call: &Call<'_, '_>, first: usize) -> Result<(), Mismatch> {
        if !self.is_wanted() {
            return Ok(());
        }
        begin(call.ctx());
        let results = match R::from_call(call, first) {
            Err(mismatch) if mismatch.is_memory() => return Err(mismatch),
            Err(mismatch) => Err(bad_result(mismatch)),
            Ok(results) => Ok(results),
        };
        self.answer.give(results);
        Ok(())
    }

    fn fail(&mut self, error: Error) {
        self.answer.give(Err(error));
    }
}

/// A look at values.
struct Look<F, R> {
    look: Option<F>,
    answer: Answering<Result<R>>,
}

impl<F, R> Request for Look<F, R>
where
    R: MaybeSend + 'static,
    F: for<'gc> FnOnce(Context<'gc>) -> R + MaybeSend,
{
    fn is_wanted(&self) -> bool {
        self.answer.is_wanted()
    }

    fn lua_bytes(&self) -> usize {
        0
    }

    fn begin(&mut self, call: &mut Call<'_, '_>) -> Result<Option<usize>> {
        if let Some(look) = self.look.take() {
            let seen = look(call.ctx());
            self.answer.give(Ok(seen));
        }
        Ok(None)
    }

    fn answer(&mut self, _: &Call<'_, '_>, _: usize) -> Result<(), Mismatch> {
        Ok(())
    }

    fn fail(&mut self, error: Error) {
        self.answer.give(Err(error));
    }
}

/// Puts a function and arguments into the window. Returns how many arguments there are.
fn push_call<'gc>(
    call: &mut Call<'gc, '_>,
    function: gc::Function<'gc>,
    arguments: impl IntoLuaMulti<'gc>,
) -> Result<usize> {
    let ctx = call.ctx();
    let count = arguments.count();
    call.charge(count / 8);
    call.reserve_values(count + 1).map_err(|error| Error::of_branded(ctx, error))?;
    call.push(function);
    let before = call.len();
    arguments.into_lua_multi(ctx, &mut |value| call.push(value))?;
    Ok(call.len() - before)
}

// ---- Answers ----

/// The answer to a question that nothing will answer.
pub(super) trait Lost {
    fn lost() -> Self;
}

impl<R> Lost for Result<R> {
    fn lost() -> Self {
        Err(Error::runtime(LOST))
    }
}

pub(super) const LOST: &str = "the async function that asks has ended";

/// Makes a question: the side that answers, and the side that waits.
#[allow(clippy::arc_with_non_send_sync, reason = "answers need not be `Send`")]
pub(super) fn question<T: Lost>() -> (Answering<T>, Asking<T>) {
    let answer = Answer { value: None, is_given: false, is_abandoned: false, waker: None };
    let answer = Arc::new(Mutex::new(answer));
    (Answering(answer.clone()), Asking(answer))
}

/// The place of the answer to a question.
struct Answer<T> {
    value: Option<T>,
    is_given: bool,
    /// The waiting side was dropped.
    is_abandoned: bool,
    waker: Option<Waker>,
}

fn locked<T>(answer: &Mutex<Answer<T>>) -> MutexGuard<'_, Answer<T>> {
    answer.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The side that answers.
pub(super) struct Answering<T: Lost>(Arc<Mutex<Answer<T>>>);

impl<T: Lost> Answering<T> {
    /// Whether the answer is still awaited.
    pub(super) fn is_wanted(&self) -> bool {
        !locked(&self.0).is_abandoned
    }

    /// Gives an answer. Only the first one counts.
    pub(super) fn give(&self, value: T) {
        let mut answer = locked(&self.0);
        if answer.is_given || answer.is_abandoned {
            drop(answer);
            drop(value);
            return;
        }
        answer.is_given = true;
        answer.value = Some(value);
        let waker = answer.waker.take();
        drop(answer);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T: Lost> Drop for Answering<T> {
    fn drop(&mut self) {
        self.give(T::lost());
    }
}

/// The side that waits for the answer.
pub(super) struct Asking<T>(Arc<Mutex<Answer<T>>>);

impl<T> Future for Asking<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<T> {
        let waker = cx.waker().clone();
        let mut answer = locked(&self.0);
        match answer.value.take() {
            Some(value) => {
                drop(answer);
                Poll::Ready(value)
            }
            None => {
                let before = answer.waker.replace(waker);
                drop(answer);
                drop(before);
                Poll::Pending
            }
        }
    }
}

impl<T> Drop for Asking<T> {
    fn drop(&mut self) {
        let mut answer = locked(&self.0);
        answer.is_abandoned = true;
        let left = (answer.value.take(), answer.waker.take());
        drop(answer);
        drop(left);
    }
}
