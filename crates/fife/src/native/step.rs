//! How a sequence leaves its loop in the middle: the result of an operation that may have to call Lua, or wait for
//! fuel.

use super::{Poll, Sequence};
use crate::error::Error;
use crate::native::{Call, Reply};
use fife_arena::Collect;

/// Why a sequence leaves its loop in the middle.
#[derive(Clone, Copy, Debug)]
pub enum Interrupt<'gc> {
    /// It waits for fuel.
    Pause,
    /// It waits for a call of the window's last values: a function and this many arguments.
    // As wide as an error, so that the enum is two words and is not moved in pieces.
    Call(usize),
    /// It failed.
    Fail(Error<'gc>),
}

impl<'gc> From<Error<'gc>> for Interrupt<'gc> {
    #[inline(always)]
    fn from(error: Error<'gc>) -> Interrupt<'gc> {
        Interrupt::Fail(error)
    }
}

/// The result of an operation, unless it interrupts. An [`Error`] becomes an interrupt by `?`.
pub type Step<'gc, T> = Result<T, Interrupt<'gc>>;

/// The result of a poll whose loop ended like this. With a number, it returns that many of its last values.
#[inline(always)]
pub fn finish<'gc>(step: Step<'gc, u32>) -> Result<Poll, Error<'gc>> {
    match step {
        Ok(values) => Ok(Poll::Return(values)),
        Err(Interrupt::Pause) => Ok(Poll::Pending),
        Err(Interrupt::Call(arguments)) => Ok(Poll::Call(arguments as u32)),
        Err(Interrupt::Fail(error)) => Err(error),
    }
}

/// The reply of a native whose work, begun at once, was interrupted: `sequence` continues it.
pub(super) fn go_on<'gc>(
    call: &mut Call<'gc, '_>,
    interrupt: Interrupt<'gc>,
    sequence: impl Sequence<'gc> + 'gc,
) -> Result<Reply, Error<'gc>> {
    let first_call = match interrupt {
        Interrupt::Pause => None,
        Interrupt::Call(arguments) => Some(arguments as u32),
        Interrupt::Fail(error) => return Err(error),
    };
    call.sequence(Begun { first_call, sequence })
}

/// A sequence whose work was begun by the native that started it.
#[derive(Collect)]
struct Begun<S> {
    /// How many arguments the call at the end of the window has, if one is to be made first.
    first_call: Option<u32>,
    sequence: S,
}

impl<'gc, S: Sequence<'gc>> Sequence<'gc> for Begun<S> {
    const NAME: &'static str = S::NAME;

    #[inline]
    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        match self.first_call.take() {
            Some(arguments) => Ok(Poll::Call(arguments)),
            None => self.sequence.poll(call),
        }
    }

    fn error(&mut self, call: &mut Call<'gc, '_>, error: Error<'gc>) -> Result<Poll, Error<'gc>> {
        self.sequence.error(call, error)
    }

    fn catches(&self) -> bool {
        self.sequence.catches()
    }
}
