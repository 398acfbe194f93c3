//! Natives that call Lua in between: sequences.
//!
//! A sequence is polled. Each time it works on its values and returns what it wants next: a call, whose results it
//! finds at the end of its values in the next poll; another poll; or to return. So it never calls Lua on the Rust
//! stack, and its state is data.

use super::call::Call;
use crate::error::Error;
use crate::object::{Context, NativeObject, SequenceObject, Slot};
use fife_arena::{Collect, Gc};

/// What a sequence wants after a poll. A count larger than the number of values in the window stands for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poll {
    /// To be polled again, in the next step if there is no fuel left.
    Pending,
    /// To be polled again when the task is woken. The step ends, and keeps its fuel. Before it returns this, the
    /// sequence must arrange for [`Call::waker`] to be woken once it can continue. It may be polled earlier, and
    /// returns the same again.
    Waiting,
    /// To return the last values of its window, this many.
    Return(u32),
    /// To call a function: the last values of the window are the function and this many arguments. The results replace
    /// them; [`Call::results_from`] says where they start.
    Call(u32),
    /// To call a function as with `Call` and return its results.
    TailCall(u32),
}

/// A native function that calls Lua in between.
///
/// Implement it for an `enum` or `struct` that holds the state. Lua values that must stay alive are kept in the window
/// of the [`Call`], or in the sequence itself. To a script it is one call. The functions that it calls may yield, and
/// it continues in later steps if there is no fuel left. It is dropped as soon as it has returned or failed, or an
/// error or the end of its task has unwound it. Its type is aligned to at most 8 bytes: put a field with more, such as
/// `u128`, into a `Box`. The derive macro of [`Collect`](crate::arena::Collect) needs the crate `fife-arena` beside
/// this one.
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
    /// The unique name of this type of sequence, with the namespace of its author in front, as `string.gsub` and
    /// `app.count`. It is the same in each version of a program, so that a pending native that was saved can be found
    /// by it.
    const NAME: &'static str;

    /// Continues. `call` has the values of the sequence: at first the arguments of the native that started it.
    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>>;

    /// The function that it called has failed. It may continue, or return the error, which is the default.
    fn error(&mut self, call: &mut Call<'gc, '_>, error: Error<'gc>) -> Result<Poll, Error<'gc>> {
        let _ = call;
        Err(error)
    }

    /// Whether [`error`](Self::error) handles errors.
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

/// A sequence that raises the error of a native when it is polled: in the next step, if this one has no fuel left.
/// `None` if there is no memory for it.
pub(crate) fn raise_later<'gc>(
    ctx: Context<'gc>,
    native: Gc<'gc, NativeObject<'gc>>,
    error: Error<'gc>,
) -> Option<Slot<'gc>> {
    SequenceObject::allocate(ctx, native, Raise(error), false).ok().map(Slot::sequence)
}
