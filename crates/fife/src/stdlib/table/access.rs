//! `t[i]`, `t[i] = v`, `#t`, `a < b` and `a == b` within sequences, metamethods included.
//!
//! A function that goes through a table with metamethods may have to call Lua at any of these operations. Its
//! sequence then *asks*: the poll ends with the call, and the next poll comes to the same operation again, which
//! finds the answer waiting. So a sequence reads like the plain loop it is, with one rule to keep: whatever it
//! does between two operations it notes in itself, so that a poll that begins anew arrives at the operation that asked.

use crate::error::Error;
use crate::native::{Call, Poll};
use crate::object::{Slot, Table, TableError, TableObject, Value};
use crate::semantics::{self, Outcome};
use fife_arena::Collect;

/// Why a sequence leaves its loop in the middle.
pub(super) enum Interrupt<'gc> {
    /// It waits for fuel.
    Pause,
    /// It waits for a call of the window's last values: a function and so many arguments.
    /// (As wide as an error, so that the whole is two words and not moved in pieces.)
    Call(usize),
    /// It failed.
    Fail(Error<'gc>),
}

impl<'gc> From<Error<'gc>> for Interrupt<'gc> {
    fn from(error: Error<'gc>) -> Interrupt<'gc> {
        Interrupt::Fail(error)
    }
}

/// What an operation comes to, unless it interrupts.
pub(super) type Step<'gc, T> = Result<T, Interrupt<'gc>>;

/// What the poll of a sequence answers whose loop ended so: if with a number, it returns so many of its last values.
#[inline(always)]
pub(super) fn finish<'gc>(step: Step<'gc, u32>) -> Result<Poll, Error<'gc>> {
    match step {
        Ok(values) => Ok(Poll::Return(values)),
        Err(Interrupt::Pause) => Ok(Poll::Pending),
        Err(Interrupt::Call(arguments)) => Ok(Poll::Call(arguments as u32)),
        Err(Interrupt::Fail(error)) => Err(error),
    }
}

/// Pays for work that was done, and ends the step if the fuel is used up. The sequence must be ready to go on.
#[inline]
pub(super) fn spend<'gc>(call: &Call<'gc, '_>, fuel: usize) -> Step<'gc, ()> {
    call.charge(fuel);
    if call.fuel_left() <= 0 { Err(Interrupt::Pause) } else { Ok(()) }
}

/// The table at this place of the window if it has no metatable, so that all access to it is raw.
#[inline(always)]
pub(super) fn raw_table<'gc>(call: &Call<'gc, '_>, index: usize) -> Option<Table<'gc>> {
    let table = call.slot(index).as_table()?;
    if table.metatable.get().is_none() { Some(Table(table)) } else { None }
}

/// `t[key] = value`, raw.
///
/// # Errors
/// Refused memory. The store was then without effect, so that it may be tried again: from a native before
/// its first effect, or from a poll that comes to the same store again.
#[inline]
pub(super) fn raw_set<'gc>(
    call: &Call<'gc, '_>,
    table: Table<'gc>,
    key: i64,
    value: Slot<'gc>,
) -> Result<(), Error<'gc>> {
    if TableObject::set_array(table.0, call.ctx().mc(), key, value) {
        return Ok(());
    }
    raw_set_elsewhere(call, table, key, value)
}

#[inline(never)]
fn raw_set_elsewhere<'gc>(
    call: &Call<'gc, '_>,
    table: Table<'gc>,
    key: i64,
    value: Slot<'gc>,
) -> Result<(), Error<'gc>> {
    let ctx = call.ctx();
    TableObject::set(table.0, ctx.mc(), Slot::integer(key), value, ctx.state().interner.seed).map_err(|error| {
        // Nothing has happened yet: it is tried again after a collection.
        if error == TableError::OutOfMemory { call.refused() } else { call.failed(error) }
    })
}

/// Asks for what may take a call to find out.
#[derive(Collect, Default)]
pub(super) struct Access<'gc> {
    is_asked: bool,
    /// What the call returned first; taken before the poll ends.
    answer: Option<Slot<'gc>>,
}

impl<'gc> Access<'gc> {
    /// To be called first in every poll: takes up the answer, if one was asked for.
    #[inline(always)]
    pub(super) fn resume(&mut self, call: &mut Call<'gc, '_>) {
        if self.is_asked {
            self.is_asked = false;
            let at = call.results_from();
            self.answer = Some(call.slot(at));
            call.truncate(at);
        }
    }

    /// Whether a call was asked for whose answer has not been taken up.
    #[inline]
    pub(super) fn is_waiting(&self) -> bool {
        self.is_asked
    }

    /// Whether the next operation will find its answer waiting.
    #[inline]
    pub(super) fn has_answer(&self) -> bool {
        self.answer.is_some()
    }

    /// The first result of `function(first, second)`.
    #[inline(always)]
    pub(super) fn call_function(
        &mut self,
        call: &mut Call<'gc, '_>,
        function: Slot<'gc>,
        first: Slot<'gc>,
        second: Slot<'gc>,
    ) -> Step<'gc, Slot<'gc>> {
        if let Some(answer) = self.answer.take() {
            return Ok(answer);
        }
        call.push_slot(function);
        call.push_slot(first);
        call.push_slot(second);
        self.is_asked = true;
        Err(Interrupt::Call(2))
    }

    /// `receiver[key]`, where `receiver` is the window's value of that number.
    #[inline(always)]
    pub(super) fn get(&mut self, call: &mut Call<'gc, '_>, receiver: usize, key: i64) -> Step<'gc, Slot<'gc>> {
        if self.answer.is_none()
            && let Some(table) = raw_table(call, receiver)
        {
            return Ok(table.0.get_integer(key));
        }
        self.get_slow(call, receiver, key)
    }

    #[inline(never)]
    fn get_slow(&mut self, call: &mut Call<'gc, '_>, receiver: usize, key: i64) -> Step<'gc, Slot<'gc>> {
        if let Some(answer) = self.answer.take() {
            return Ok(answer);
        }
        call.charge(2);
        let outcome = semantics::get(call.ctx(), call.get(receiver), key).map_err(|failure| call.failure(failure))?;
        self.ask(call, outcome)
    }

    /// `receiver[key] = value`, where `receiver` is the window's value of that number.
    #[inline(always)]
    pub(super) fn set(
        &mut self,
        call: &mut Call<'gc, '_>,
        receiver: usize,
        key: i64,
        value: Slot<'gc>,
    ) -> Step<'gc, ()> {
        if self.answer.is_none()
            && let Some(table) = raw_table(call, receiver)
        {
            return Ok(raw_set(call, table, key, value)?);
        }
        self.set_slow(call, receiver, key, value)
    }

    #[inline(never)]
    fn set_slow(&mut self, call: &mut Call<'gc, '_>, receiver: usize, key: i64, value: Slot<'gc>) -> Step<'gc, ()> {
        if self.answer.take().is_some() {
            return Ok(());
        }
        call.charge(2);
        let outcome = semantics::set(call.ctx(), call.get(receiver), key, value.value())
            .map_err(|failure| call.failure(failure))?;
        self.ask(call, outcome).map(|_| ())
    }

    /// `#receiver`, where `receiver` is the window's value of that number.
    pub(super) fn length(&mut self, call: &mut Call<'gc, '_>, receiver: usize) -> Step<'gc, i64> {
        let length = match self.answer.take() {
            Some(answer) => answer,
            None => {
                let outcome =
                    semantics::length(call.ctx(), call.get(receiver)).map_err(|failure| call.failure(failure))?;
                self.ask(call, outcome)?
            }
        };
        call.charge_numeral(length.value());
        Ok(length.value().to_integer().ok_or_else(|| call.error("object length is not an integer"))?)
    }

    /// `left < right`.
    #[inline]
    pub(super) fn less(&mut self, call: &mut Call<'gc, '_>, left: Slot<'gc>, right: Slot<'gc>) -> Step<'gc, bool> {
        let result = match self.answer.take() {
            Some(answer) => answer,
            None => {
                let outcome = semantics::less(call.ctx(), left.value(), right.value())
                    .map_err(|failure| call.failure(failure))?;
                self.ask(call, outcome)?
            }
        };
        Ok(!result.is_falsy())
    }

    /// `left == right`.
    pub(super) fn equal(&mut self, call: &mut Call<'gc, '_>, left: Value<'gc>, right: Value<'gc>) -> Step<'gc, bool> {
        let result = match self.answer.take() {
            Some(answer) => answer,
            None => {
                let outcome = semantics::equal(call.ctx(), left, right);
                self.ask(call, outcome)?
            }
        };
        Ok(!result.is_falsy())
    }

    /// The value of an outcome, or the call it wants.
    fn ask(&mut self, call: &mut Call<'gc, '_>, outcome: Outcome<'gc>) -> Step<'gc, Slot<'gc>> {
        match outcome {
            Outcome::Value(value) => Ok(Slot::from(value)),
            Outcome::Call { function, arguments, count } => {
                call.push(function);
                for argument in arguments.into_iter().take(count) {
                    call.push(argument);
                }
                self.is_asked = true;
                Err(Interrupt::Call(count))
            }
        }
    }
}
