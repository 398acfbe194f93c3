//! Natives that call Lua in between: sequences.
//!
//! A sequence is polled. Each time it works on its values and answers what it wants: a call, whose results it
//! finds at the end of its values at the next poll; to be polled again; or to return. So it never calls
//! Lua on the Rust stack, and what it is in the middle of is data.

use super::call::Call;
use crate::error::Error;
use crate::object::{Context, NativeObject, SequenceObject, Slot};
use fife_arena::{Collect, Gc};

/// What a sequence wants after a poll. Where it counts more values than the window has, it means all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poll {
    /// To be polled again, in the next step if there is no fuel left.
    Pending,
    /// To be polled again when the task is woken: the step ends, and keeps its fuel. Before it answers so, it has to see to it that
    /// [`Call::waker`] is woken when it can go on. It may be polled earlier, and then answers the same again.
    Waiting,
    /// To return its last so many values.
    Return(u32),
    /// To call a function: the last values are the function and so many arguments. They are replaced by the
    /// results; [`Call::results_from`] says where those start.
    Call(u32),
    /// To call a function as with `Call` and return its results.
    TailCall(u32),
}

/// A native function that calls Lua in between.
///
/// Implement it for an `enum` or `struct` that says where it is; keep Lua values that must live on among the values
/// of the [`Call`] window or in the sequence itself. What it looks like to a script is one call, in which the functions that it
/// calls may yield, and which goes on in later steps where there is no fuel left. It is dropped as soon as it has returned or failed, or
/// an error or the end of its task has passed it. Its type is aligned to at most 8
/// bytes: a field with more, such as `u128`, goes into a `Box`. The derive macro of
/// [`Collect`](crate::arena::Collect) needs the crate `fife-arena` beside this one.
///
/// ```
/// use fife::gc::{Call, Error, Function, Poll, Reply, Sequence};
/// use fife::{Collect, Lua, native};
///
/// /// Calls a function until it returns nothing true.
/// #[derive(Collect)]
/// struct Count {
///     calls: i64,
/// }
///
/// impl<'gc> Sequence<'gc> for Count {
///     const NAME: &'static str = "app.count";
///
///     fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
///         if self.calls > 0 && !call.get(call.results_from()).to_bool() {
///             call.push(self.calls);
///             return Ok(Poll::Return(1));
///         }
///         self.calls += 1;
///         // What the last call returned goes, the argument stays.
///         call.truncate(1);
///         call.push(call.get(0));
///         Ok(Poll::Call(0))
///     }
/// }
///
/// /// `count(f)`: how often that was.
/// fn count<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
///     call.function(0)?;
///     call.sequence(Count { calls: 0 })
/// }
///
/// let mut lua = Lua::new();
/// lua.enter(|ctx| ctx.globals().set_field(ctx, "count", Function::native(ctx, native!("app.count", count)).unwrap()));
/// let source = "local n = 0 return count(function() n = n + 1 return n < 5 end)";
/// assert_eq!(lua.load(source).eval::<i64>()?, 5);
/// # Ok::<(), fife::Error>(())
/// ```
pub trait Sequence<'gc>: Collect {
    /// What sequences of this type are called wherever one is named: unique, and the same in each version of a program, with the
    /// name of who makes it in front, as `string.gsub` and `app.count`. By this name a pending native that was written to bytes will
    /// be found again.
    const NAME: &'static str;

    /// Goes on. `call` shows the values of the sequence: at first the arguments of the native that started it.
    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>>;

    /// The function it called failed. It may go on, or pass the error on, as it does if this is not overridden.
    fn error(&mut self, call: &mut Call<'gc, '_>, error: Error<'gc>) -> Result<Poll, Error<'gc>> {
        let _ = call;
        Err(error)
    }

    /// Whether [`error`](Self::error) does anything but pass errors on.
    fn catches(&self) -> bool {
        false
    }
}

/// Raises an error.
#[derive(Collect)]
struct Raise<'gc>(Error<'gc>);

impl<'gc> Sequence<'gc> for Raise<'gc> {
    const NAME: &'static str = "fife.raise";

    fn poll(&mut self, _: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        Err(self.0)
    }
}

/// What raises the error of a native once it is polled: in the next step, where this one has no fuel left. Nothing if there is
/// no memory for it.
pub(crate) fn raise_later<'gc>(
    ctx: Context<'gc>,
    native: Gc<'gc, NativeObject<'gc>>,
    error: Error<'gc>,
) -> Option<Slot<'gc>> {
    SequenceObject::allocate(ctx, native, Raise(error), false).ok().map(Slot::sequence)
}
