//! Hands what a host function returned over to Lua.
//!
//! Once there is a result, the function has had its effects and must not be called again. If there is no room for the
//! result in Lua, a sequence keeps the Rust value until garbage has been collected, and converts it then, once.

use super::{IntoLuaMulti, Result};
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::{Error, Value};
use fife_arena::{Collect, MaybeSend};

/// Conversions of less than this use the room that the limit leaves for small objects.
const SMALL: usize = 4 << 10;

/// More results than this require a check of the stack's limit.
const FEW: usize = 40;

/// Returns a result now, or as soon as there is memory for it.
#[inline]
pub(super) fn deliver<'gc, R>(call: &mut Call<'gc, '_>, result: R) -> Result<Reply, Error<'gc>>
where
    R: for<'g> IntoLuaMulti<'g> + MaybeSend + 'static,
{
    let bytes = result.lua_bytes();
    if bytes != 0 && !call.ctx().mc().has_room(bytes.saturating_add(SMALL)) {
        return wait(call, result, bytes);
    }
    match hand_over(call, result) {
        Ok(Handed::One(value)) => call.one(value),
        Ok(Handed::Pushed(count)) => call.values(count),
        Err(error) => raise(call, error),
    }
}

/// Raises an error now, or as soon as there is memory for its object.
#[cold]
fn raise<'gc>(call: &mut Call<'gc, '_>, error: super::Error) -> Result<Reply, Error<'gc>> {
    let bytes = error.carried_bytes().unwrap_or(0);
    // Finding that out formats all of its texts, some of them twice.
    call.charge(bytes.max(error.message().len()) / 4);
    if bytes == 0 || call.ctx().mc().has_room(bytes.saturating_add(SMALL)) {
        return Err(error.raise(call));
    }
    call.after_effect().sequence(Delivery { kept: Some(kept(move |_| Err(error))), bytes })
}

#[cold]
#[inline(never)]
fn wait<'gc, R>(call: &mut Call<'gc, '_>, result: R, bytes: usize) -> Result<Reply, Error<'gc>>
where
    R: for<'g> IntoLuaMulti<'g> + MaybeSend + 'static,
{
    call.after_effect().sequence(Delivery { kept: Some(kept(move |call| hand_over(call, result))), bytes })
}

/// Values that were handed over.
enum Handed<'gc> {
    /// One value that was not pushed: the fastest way for a native to return one.
    One(Value<'gc>),
    /// This many, at the end of the window.
    Pushed(usize),
}

#[inline]
fn hand_over<'gc, R: IntoLuaMulti<'gc>>(call: &mut Call<'gc, '_>, result: R) -> Result<Handed<'gc>, super::Error> {
    let ctx = call.ctx();
    let result = match result.into_one(ctx) {
        Ok(value) => return value.map(Handed::One),
        Err(result) => result,
    };
    if result.count() > FEW {
        call.charge(result.count() / 8);
        call.reserve_values(result.count()).map_err(|error| super::Error::of_branded(ctx, error))?;
    }
    let (mut first, mut count) = (Value::Nil, 0);
    let converted = result.into_lua_multi(ctx, &mut |value| {
        count += 1;
        match count {
            1 => first = value,
            2 => {
                call.push(first);
                call.push(value);
            }
            _ => call.push(value),
        }
    });
    match converted {
        Ok(()) if count == 1 => Ok(Handed::One(first)),
        Ok(()) => Ok(Handed::Pushed(count)),
        Err(error) => Err(error),
    }
}

/// Hands over a result that was kept.
trait HandOver: for<'gc, 'a, 'b> FnOnce(&'b mut Call<'gc, 'a>) -> Result<Handed<'gc>, super::Error> + MaybeSend {}
impl<F> HandOver for F where
    F: for<'gc, 'a, 'b> FnOnce(&'b mut Call<'gc, 'a>) -> Result<Handed<'gc>, super::Error> + MaybeSend
{
}

fn kept<F>(hand_over: F) -> Box<dyn HandOver>
where
    F: for<'gc, 'a, 'b> FnOnce(&'b mut Call<'gc, 'a>) -> Result<Handed<'gc>, super::Error> + MaybeSend + 'static,
{
    Box::new(hand_over)
}

/// A result that waits for memory. Its window holds the arguments of the function.
#[derive(Collect)]
pub(super) struct Delivery {
    #[collect(static)]
    kept: Option<Box<dyn HandOver>>,
    bytes: usize,
}

impl Delivery {
    /// A result to be handed over in a poll.
    pub(super) fn new<R: for<'g> IntoLuaMulti<'g> + MaybeSend + 'static>(result: R) -> Delivery {
        let bytes = result.lua_bytes();
        Delivery { kept: Some(kept(move |call| hand_over(call, result))), bytes }
    }
}

impl<'gc> Sequence<'gc> for Delivery {
    const NAME: &'static str = "fife.result";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        call.reserve(self.bytes.saturating_add(SMALL))?;
        match self.kept.take().map(|kept| kept(call)).transpose().map_err(|error| error.raise(call))? {
            Some(Handed::One(value)) => {
                call.push(value);
                Ok(Poll::Return(1))
            }
            Some(Handed::Pushed(count)) => Ok(Poll::Return(count as u32)),
            None => Ok(Poll::Return(0)),
        }
    }
}
