//! Arithmetic, bitwise operations and length.

use super::{Answer, Failure, Outcome, handler_of};
use crate::object::{Context, Event, Slot, Value, metamethod, metamethod_in, tag};
use fife_bytecode::number::{self, ArithmeticOperator, Number};

/// The value as a number, if it is one. Strings are left to their metatable.
pub(crate) fn to_numeric(value: Slot<'_>) -> Option<Number> {
    value.as_integer().map(Number::Integer).or(value.as_float().map(Number::Float))
}

pub(crate) fn slot_of<'gc>(value: Number) -> Slot<'gc> {
    match value {
        Number::Integer(value) => Slot::integer(value),
        Number::Float(value) => Slot::float(value),
    }
}

fn event_of(operator: ArithmeticOperator) -> Event {
    use ArithmeticOperator as A;
    match operator {
        A::Add => Event::Add,
        A::Subtract => Event::Sub,
        A::Multiply => Event::Mul,
        A::Divide => Event::Div,
        A::Modulo => Event::Mod,
        A::Power => Event::Pow,
        A::FloorDivide => Event::IDiv,
        A::BitAnd => Event::BAnd,
        A::BitOr => Event::BOr,
        A::BitXor => Event::BXor,
        A::ShiftLeft => Event::Shl,
        A::ShiftRight => Event::Shr,
        A::Negate => Event::Unm,
        A::BitNot => Event::BNot,
    }
}

/// `left operator right`, for any operands; for unary operators `right` is `left`, as in Lua. Arithmetic on strings is
/// left to their metamethods, which the library `string` defines.
pub fn arithmetic<'gc>(
    ctx: Context<'gc>,
    operator: ArithmeticOperator,
    left: impl Into<Value<'gc>>,
    right: impl Into<Value<'gc>>,
) -> Result<Outcome<'gc>, Failure<'gc>> {
    arithmetic_slot(ctx, operator, Slot::from(left.into()), Slot::from(right.into())).map(Into::into)
}

/// The metamethod of two operands, one of which is not a number; nil if there is none.
#[inline]
pub(crate) fn arithmetic_handler<'gc>(
    ctx: Context<'gc>,
    operator: ArithmeticOperator,
    left: Slot<'gc>,
    right: Slot<'gc>,
) -> Slot<'gc> {
    handler_of(ctx, event_of(operator), left, right)
}

pub(crate) fn arithmetic_slot<'gc>(
    ctx: Context<'gc>,
    operator: ArithmeticOperator,
    left: Slot<'gc>,
    right: Slot<'gc>,
) -> Result<Answer<'gc>, Failure<'gc>> {
    let numbers = to_numeric(left).zip(to_numeric(right));
    if let Some((left_number, right_number)) = numbers {
        if operator == ArithmeticOperator::Modulo && number::is_far(left_number.to_float(), right_number.to_float()) {
            ctx.state().charge(6);
        }
        if let Some(result) = number::compute(operator, left_number, right_number) {
            return Ok(Answer::Value(slot_of(result)));
        }
        return Err(match operator {
            ArithmeticOperator::Modulo => Failure::Text("attempt to perform 'n%0'"),
            ArithmeticOperator::FloorDivide => Failure::Text("attempt to divide by zero"),
            _ if left_number.to_integer().is_none() => Failure::NoInteger(left.value()),
            _ => Failure::NoInteger(right.value()),
        });
    }
    let handler = arithmetic_handler(ctx, operator, left, right);
    if !handler.is_nil() {
        return Ok(Answer::Call(handler, [left, right]));
    }
    // The second operand is to blame only if the first is a number.
    let culprit = if to_numeric(left).is_some() { right } else { left };
    if operator.is_bitwise() {
        Err(Failure::Type("perform bitwise operation on", culprit.value()))
    } else {
        Err(Failure::Type("perform arithmetic on", culprit.value()))
    }
}

/// `-value` and `~value`.
pub(crate) fn unary<'gc>(
    ctx: Context<'gc>,
    operator: ArithmeticOperator,
    value: Slot<'gc>,
) -> Result<Answer<'gc>, Failure<'gc>> {
    arithmetic_slot(ctx, operator, value, value)
}

/// `#value`.
pub fn length<'gc>(ctx: Context<'gc>, value: impl Into<Value<'gc>>) -> Result<Outcome<'gc>, Failure<'gc>> {
    length_slot(ctx, Slot::from(value.into())).map(Into::into)
}

pub(crate) fn length_slot<'gc>(ctx: Context<'gc>, value: Slot<'gc>) -> Result<Answer<'gc>, Failure<'gc>> {
    let handler = match value.tag() {
        tag::STRING => {
            let length = value.as_string().map_or(0, |string| string.len());
            return Ok(Answer::Value(Slot::integer(length as i64)));
        }
        tag::TABLE => {
            let Some(table) = value.as_table() else { return Err(Failure::Type("get length of", value.value())) };
            let handler =
                table.metatable.get().map_or(Slot::NIL, |metatable| metamethod_in(ctx, metatable, Event::Len));
            if handler.is_nil() {
                return Ok(Answer::Value(Slot::integer(table.length())));
            }
            handler
        }
        _ => metamethod(ctx, value, Event::Len),
    };
    if handler.is_nil() {
        return Err(Failure::Type("get length of", value.value()));
    }
    Ok(Answer::Call(handler, [value, value]))
}
