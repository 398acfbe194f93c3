//! The metamethods behind `"10" + 1`: arithmetic on strings that read as numbers.
//!
//! As in PUC-Rio Lua they belong to this library and are in the metatable of strings, where scripts can find and
//! replace them.

use crate::error::Error;
use crate::native::{Call, Reply};
use crate::object::{Slot, Value};
use fife_bytecode::number::{self, ArithmeticOperator, Number};

macro_rules! metamethods {
    ($($name:ident $event:literal $operator:ident;)*) => {$(
        #[doc = concat!("`", $event, "(a, b)`. A unit for each 8 bytes of strings.")]
        pub(super) fn $name<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
            compute(call, $event, ArithmeticOperator::$operator)
        }
    )*};
}
metamethods! {
    add "__add" Add;
    sub "__sub" Subtract;
    mul "__mul" Multiply;
    div "__div" Divide;
    modulo "__mod" Modulo;
    pow "__pow" Power;
    idiv "__idiv" FloorDivide;
    unm "__unm" Negate;
}

/// The operand as a number: a number, or a string that reads as one.
fn operand(call: &Call<'_, '_>, index: usize) -> Option<Number> {
    match call.get(index) {
        Value::Integer(value) => Some(Number::Integer(value)),
        Value::Number(value) => Some(Number::Float(value)),
        Value::String(text) => {
            call.charge(number::numeral_cost(text.len()));
            number::parse(text.as_bytes())
        }
        _ => None,
    }
}

fn compute<'gc>(
    call: &mut Call<'gc, '_>,
    event: &'static str,
    operator: ArithmeticOperator,
) -> Result<Reply, Error<'gc>> {
    let first = operand(call, 0);
    // With one argument, PUC-Rio Lua takes it for both operands.
    let second = if call.is_none(1) { first } else { operand(call, 1) };
    let (Some(left), Some(right)) = (first, second) else { return by_other(call, event) };
    if operator == ArithmeticOperator::Modulo && number::is_far(left.to_float(), right.to_float()) {
        call.charge(6);
    }
    match number::compute(operator, left, right) {
        Some(Number::Integer(value)) => call.one_slot(Slot::integer(value)),
        Some(Number::Float(value)) => call.one_slot(Slot::float(value)),
        // There is no position, because this is not Lua code.
        None if operator == ArithmeticOperator::Modulo => Err(Error::from_text(call.ctx(), "attempt to perform 'n%0'")),
        None => Err(Error::from_text(call.ctx(), "attempt to divide by zero")),
    }
}

/// Calls the metamethod of the second operand, unless that is a string, too.
fn by_other<'gc>(call: &mut Call<'gc, '_>, event: &'static str) -> Result<Reply, Error<'gc>> {
    let (first, second) = (call.get(0), call.get(1));
    let handler = match second {
        Value::String(_) => Value::Nil,
        _ => match call.ctx().metatable(second) {
            Some(metatable) => metatable.get_field(call.ctx(), event),
            None => Value::Nil,
        },
    };
    if handler.is_nil() {
        let (first, second) = (first.type_name(), second.type_name());
        let action = event.trim_start_matches('_');
        return Err(call.error(format!("attempt to {action} a '{first}' with a '{second}'")));
    }
    call.push(handler);
    call.push(first);
    call.push(second);
    call.tail_call(2)
}
