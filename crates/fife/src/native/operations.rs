//! `t[k]`, `t[k] = v`, `#t`, `a < b`, `a == b`, `a .. b`, `f(···)` and `tostring(v)` within sequences, metamethods
//! included.
//!
//! At any of these operations a sequence may have to call Lua. It then *asks*: the poll ends with the call, and the
//! next poll reaches the same operation again and finds the answer there. So a sequence reads like a plain loop.

use super::{Call, Interrupt, Step};
use crate::object::{Context, LuaString, Slot, Value};
use crate::semantics::{self, Answer, ArithmeticOperator, Failure, Outcome};
use fife_arena::Collect;
use fife_bytecode::number;

/// Lua's operations for a sequence that is written as a loop, and the answer of the operation that had to call Lua.
///
/// A poll begins with [`resume`](Self::resume), runs the loop, and ends with [`finish`](crate::gc::finish). An
/// operation that has to call Lua interrupts the loop. The poll ends with that call, and the next poll begins the loop
/// anew; its first operation finds what the call returned. That requires two rules:
///
/// 1. Between two operations the sequence stores its progress in itself, or among the values of its window, so that the
///    first operation of a loop that begins anew is the one that asked.
/// 2. An answer is given once. After an operation, and before anything that the limit on memory may refuse, the
///    sequence stores the answer: a poll that was refused memory runs again after a collection.
///
/// Values that the sequence pushed above its window before it asked are dropped with the answer. A sequence that
/// handles [errors](crate::gc::Sequence::error) asks anew after one: there is no answer, so it continues with
/// `Operations::default()`.
///
/// A native that mostly works without calls begins at once, and continues as a sequence only if it is interrupted:
/// [`Call::go_on`].
///
/// ```
/// use fife::gc::{Call, Error, Function, Operations, Poll, Reply, Sequence, Step, finish};
/// use fife::{Collect, Lua, native};
///
/// /// Adds the elements of a list, which may have metamethods.
/// #[derive(Collect, Default)]
/// struct Sum<'gc> {
///     operations: Operations<'gc>,
///     length: Option<i64>,
///     next: i64,
///     /// Whether the next element lies in the window's value 2. The sum is its value 1.
///     is_read: bool,
/// }
///
/// impl<'gc> Sum<'gc> {
///     fn run(&mut self, call: &mut Call<'gc, '_>) -> Step<'gc, u32> {
///         let list = call.get(0);
///         let length = match self.length {
///             Some(length) => length,
///             None => self.operations.length(call, list)?,
///         };
///         self.length = Some(length);
///         while self.next < length {
///             if !self.is_read {
///                 let element = self.operations.get(call, list, self.next + 1)?;
///                 call.set(2, element.value());
///                 self.is_read = true;
///             }
///             let sum = self.operations.add(call, call.get(1), call.get(2))?;
///             call.set(1, sum.value());
///             self.is_read = false;
///             self.next += 1;
///             call.spend(2)?;
///         }
///         call.truncate(2);
///         Ok(1)
///     }
/// }
///
/// impl<'gc> Sequence<'gc> for Sum<'gc> {
///     const NAME: &'static str = "app.sum";
///
///     fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
///         self.operations.resume(call);
///         finish(self.run(call))
///     }
/// }
///
/// /// `sum(list)`
/// fn sum<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
///     call.any(0)?;
///     call.truncate(1);
///     call.push(0);
///     call.push(0);
///     call.sequence(Sum::default())
/// }
///
/// let mut lua = Lua::new();
/// lua.enter(|ctx| ctx.globals().set_field(ctx, "sum", Function::native(ctx, native!("app.sum", sum)).unwrap()));
/// let source = "local meta = {__len = function() return 4 end, __index = function(_, i) return i * i end}
///     return sum {1, 2, 3.5} + sum(setmetatable({}, meta))";
/// assert_eq!(lua.load(source).eval::<f64>()?, 36.5);
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Collect, Default)]
pub struct Operations<'gc> {
    is_asked: bool,
    /// Whether all results of the call are wanted. They stay in the window then.
    wants_all: bool,
    /// Whether the answer is to be negated: `not (b < a)` for `a <= b`.
    is_negated: bool,
    /// What the call returned first; taken before the poll ends.
    answer: Option<Slot<'gc>>,
}

/// What `__tostring` must return.
const BAD_TOSTRING: &str = "'__tostring' must return a string";

impl<'gc> Operations<'gc> {
    // ---- Asking ----

    /// Takes up the answer, if one was asked for. Call it first in every poll.
    #[inline(always)]
    pub fn resume(&mut self, call: &mut Call<'gc, '_>) {
        if self.is_asked {
            self.is_asked = false;
            let at = call.results_from();
            self.answer = Some(call.slot(at));
            call.truncate(at);
        }
    }

    /// Whether there was a call whose answer has not been taken up.
    #[inline(always)]
    pub fn is_waiting(&self) -> bool {
        self.is_asked
    }

    /// Whether the next operation will find its answer waiting.
    #[inline(always)]
    pub fn has_answer(&self) -> bool {
        self.answer.is_some()
    }

    /// The answer that the next operation will find, to look at before [`take_answer`](Self::take_answer), if memory
    /// may be refused in between.
    #[inline(always)]
    pub fn answer(&self) -> Option<Slot<'gc>> {
        self.answer
    }

    /// The answer to what was [asked](Self::ask), once.
    #[inline(always)]
    pub fn take_answer(&mut self) -> Option<Slot<'gc>> {
        self.answer.take()
    }

    /// Asks for the first result of a call of the window's last values: a function and this many arguments. Return the
    /// interrupt; [`take_answer`](Self::take_answer) gives the answer in the next poll.
    #[inline]
    pub fn ask(&mut self, arguments: usize) -> Interrupt<'gc> {
        self.is_asked = true;
        Interrupt::Call(arguments)
    }

    /// The value of an outcome, or the interrupt for the call that it asks for.
    pub fn value_of(&mut self, call: &mut Call<'gc, '_>, outcome: Outcome<'gc>) -> Step<'gc, Slot<'gc>> {
        match outcome {
            Outcome::Value(value) => Ok(Slot::from(value)),
            Outcome::Call { function, arguments, count } => {
                call.push(function);
                for argument in arguments.into_iter().take(count) {
                    call.push(argument);
                }
                Err(self.ask(count.min(arguments.len())))
            }
        }
    }

    /// The waiting answer, or the outcome of an operation.
    #[inline]
    fn operate(
        &mut self,
        call: &mut Call<'gc, '_>,
        operation: impl FnOnce(Context<'gc>) -> Result<Answer<'gc>, Failure<'gc>>,
    ) -> Step<'gc, Slot<'gc>> {
        if let Some(answer) = self.answer.take() {
            return Ok(answer);
        }
        match operation(call.ctx()) {
            Ok(Answer::Value(value)) => Ok(value),
            Ok(Answer::Call(function, arguments)) => self.call(call, function, arguments),
            Err(failure) => Err(call.failure(failure).into()),
        }
    }

    /// As [`operate`](Self::operate), for calls with any number of arguments.
    fn operate_widely(
        &mut self,
        call: &mut Call<'gc, '_>,
        operation: impl FnOnce(Context<'gc>) -> Result<Outcome<'gc>, Failure<'gc>>,
    ) -> Step<'gc, Slot<'gc>> {
        if let Some(answer) = self.answer.take() {
            return Ok(answer);
        }
        match operation(call.ctx()) {
            Ok(Outcome::Value(value)) => Ok(Slot::from(value)),
            Ok(outcome) => self.value_of(call, outcome),
            Err(failure) => Err(call.failure(failure).into()),
        }
    }

    // ---- Calls ----

    /// The first result of `function(···)`. The function is any value that Lua can call. For a variable number of
    /// arguments see [`ask`](Self::ask).
    #[inline(always)]
    pub fn call<const N: usize>(
        &mut self,
        call: &mut Call<'gc, '_>,
        function: impl Into<Slot<'gc>>,
        arguments: [Slot<'gc>; N],
    ) -> Step<'gc, Slot<'gc>> {
        if let Some(answer) = self.answer.take() {
            return Ok(answer);
        }
        call.push_slot(function.into());
        for argument in arguments {
            call.push_slot(argument);
        }
        Err(self.ask(N))
    }

    /// All results of `function(···)`: they are the window's values from this number on.
    pub fn call_for_all<const N: usize>(
        &mut self,
        call: &mut Call<'gc, '_>,
        function: impl Into<Slot<'gc>>,
        arguments: [Slot<'gc>; N],
    ) -> Step<'gc, usize> {
        if std::mem::take(&mut self.wants_all) {
            return Ok(call.results_from());
        }
        call.push_slot(function.into());
        for argument in arguments {
            call.push_slot(argument);
        }
        self.wants_all = true;
        Err(Interrupt::Call(N))
    }

    // ---- Tables ----

    /// `receiver[key]`.
    #[inline]
    pub fn get(
        &mut self,
        call: &mut Call<'gc, '_>,
        receiver: impl Into<Value<'gc>>,
        key: impl Into<Value<'gc>>,
    ) -> Step<'gc, Slot<'gc>> {
        let (receiver, key) = (Slot::from(receiver.into()), Slot::from(key.into()));
        self.operate(call, |ctx| semantics::get_slot(ctx, receiver, key))
    }

    /// `receiver[key] = value`.
    #[inline]
    pub fn set(
        &mut self,
        call: &mut Call<'gc, '_>,
        receiver: impl Into<Value<'gc>>,
        key: impl Into<Value<'gc>>,
        value: impl Into<Value<'gc>>,
    ) -> Step<'gc, ()> {
        self.operate_widely(call, |ctx| semantics::set(ctx, receiver, key, value)).map(|_| ())
    }

    /// `receiver[key]` for an element of a list, where `receiver` is the window's value of that number: the fastest
    /// way. Charges 2 units unless the receiver is a table without a metatable.
    #[inline(always)]
    pub fn get_element(&mut self, call: &mut Call<'gc, '_>, receiver: usize, key: i64) -> Step<'gc, Slot<'gc>> {
        if self.answer.is_none()
            && let Some(table) = call.raw_table(receiver)
        {
            return Ok(table.get_slot(key));
        }
        self.get_element_slow(call, receiver, key)
    }

    #[inline(never)]
    fn get_element_slow(&mut self, call: &mut Call<'gc, '_>, receiver: usize, key: i64) -> Step<'gc, Slot<'gc>> {
        let receiver = call.slot(receiver);
        self.operate(call, |ctx| {
            ctx.state().charge(2);
            semantics::get_slot(ctx, receiver, Slot::integer(key))
        })
    }

    /// `receiver[key] = value`, as [`get_element`](Self::get_element) gets.
    #[inline(always)]
    pub fn set_element(
        &mut self,
        call: &mut Call<'gc, '_>,
        receiver: usize,
        key: i64,
        value: Slot<'gc>,
    ) -> Step<'gc, ()> {
        if self.answer.is_none()
            && let Some(table) = call.raw_table(receiver)
        {
            return Ok(call.raw_set(table, key, value)?);
        }
        self.set_element_slow(call, receiver, key, value)
    }

    #[inline(never)]
    fn set_element_slow(
        &mut self,
        call: &mut Call<'gc, '_>,
        receiver: usize,
        key: i64,
        value: Slot<'gc>,
    ) -> Step<'gc, ()> {
        let receiver = call.get(receiver);
        let set = |ctx: Context<'gc>| {
            ctx.state().charge(2);
            semantics::set(ctx, receiver, key, value.value())
        };
        self.operate_widely(call, set).map(|_| ())
    }

    /// `#receiver`, which must be an integer.
    pub fn length(&mut self, call: &mut Call<'gc, '_>, receiver: impl Into<Value<'gc>>) -> Step<'gc, i64> {
        let receiver = Slot::from(receiver.into());
        let length = self.operate(call, |ctx| semantics::length_slot(ctx, receiver))?;
        call.charge_numeral(length.value());
        Ok(length.value().to_integer().ok_or_else(|| call.error("object length is not an integer"))?)
    }

    // ---- Comparison ----

    /// `left < right`.
    #[inline]
    pub fn less(
        &mut self,
        call: &mut Call<'gc, '_>,
        left: impl Into<Value<'gc>>,
        right: impl Into<Value<'gc>>,
    ) -> Step<'gc, bool> {
        let (left, right) = (Slot::from(left.into()), Slot::from(right.into()));
        Ok(!self.operate(call, |ctx| semantics::less_slot(ctx, left, right))?.is_falsy())
    }

    /// `left <= right`. Where [`Limits::compat_5_3`](crate::Limits) says so, `not (right < left)` stands in for it if
    /// there is no `__le`.
    pub fn less_equal(
        &mut self,
        call: &mut Call<'gc, '_>,
        left: impl Into<Value<'gc>>,
        right: impl Into<Value<'gc>>,
    ) -> Step<'gc, bool> {
        if let Some(answer) = self.answer.take() {
            return Ok(answer.is_falsy() == std::mem::take(&mut self.is_negated));
        }
        let (ctx, left, right) = (call.ctx(), left.into(), right.into());
        let mut outcome = semantics::less_equal(ctx, left, right);
        if outcome.is_err()
            && ctx.limits().compat_5_3
            && let Ok(stand_in @ Outcome::Call { .. }) = semantics::less(ctx, right, left)
        {
            self.is_negated = true;
            outcome = Ok(stand_in);
        }
        let outcome = outcome.map_err(|failure| call.failure(failure))?;
        Ok(!self.value_of(call, outcome)?.is_falsy())
    }

    /// `left == right`.
    pub fn equal(
        &mut self,
        call: &mut Call<'gc, '_>,
        left: impl Into<Value<'gc>>,
        right: impl Into<Value<'gc>>,
    ) -> Step<'gc, bool> {
        let (left, right) = (Slot::from(left.into()), Slot::from(right.into()));
        Ok(!self.operate(call, |ctx| Ok(semantics::equal_slot(ctx, left, right)))?.is_falsy())
    }

    // ---- Arithmetic and text ----

    /// `left + right`.
    pub fn add(
        &mut self,
        call: &mut Call<'gc, '_>,
        left: impl Into<Value<'gc>>,
        right: impl Into<Value<'gc>>,
    ) -> Step<'gc, Slot<'gc>> {
        self.arithmetic(call, ArithmeticOperator::Add, left, right)
    }

    /// `left operator right`; for unary operators both are the operand.
    pub fn arithmetic(
        &mut self,
        call: &mut Call<'gc, '_>,
        operator: ArithmeticOperator,
        left: impl Into<Value<'gc>>,
        right: impl Into<Value<'gc>>,
    ) -> Step<'gc, Slot<'gc>> {
        let (left, right) = (Slot::from(left.into()), Slot::from(right.into()));
        self.operate(call, |ctx| semantics::arithmetic_slot(ctx, operator, left, right))
    }

    /// `left .. right`.
    pub fn concatenate(
        &mut self,
        call: &mut Call<'gc, '_>,
        left: impl Into<Value<'gc>>,
        right: impl Into<Value<'gc>>,
    ) -> Step<'gc, Slot<'gc>> {
        self.operate_widely(call, |ctx| semantics::concatenate(ctx, left, right))
    }

    /// `tostring(value)`, with `__tostring` and `__name`. Refused memory leaves the answer where it was.
    pub fn text(&mut self, call: &mut Call<'gc, '_>, value: impl Into<Value<'gc>>) -> Step<'gc, LuaString<'gc>> {
        let shown = self.shown(call, value)?;
        let text = match shown {
            Value::String(text) => Ok(text),
            Value::Integer(value) => call.make_string(number::integer_text(value).as_bytes()),
            Value::Number(value) => call.make_string(number::float_text(value).as_bytes()),
            _ => Err(call.error(BAD_TOSTRING)),
        };
        Ok(text.inspect_err(|_| self.answer = Some(Slot::from(shown)))?)
    }

    /// As [`text`](Self::text), without making a string: returns a string, or a number that `__tostring` returned.
    pub fn shown(&mut self, call: &mut Call<'gc, '_>, value: impl Into<Value<'gc>>) -> Step<'gc, Value<'gc>> {
        match self.operate_widely(call, |ctx| semantics::to_text(ctx, value))?.value() {
            shown @ (Value::String(_) | Value::Integer(_) | Value::Number(_)) => Ok(shown),
            _ => Err(call.error(BAD_TOSTRING).into()),
        }
    }
}
