//! Concatenation of two values: `left .. right`.

use super::{Failure, Outcome};
use crate::object::{
    Context, Event, LuaString, SHORT_STRING_LIMIT, STRING_LIMIT, Slot, StringObject, TableError, Unwritten, Value,
    metamethod, tag,
};
use fife_arena::OutOfMemory;
use fife_bytecode::number::{self, NumberText};

/// The text of a string or a number.
enum Text<'gc> {
    Bytes(&'gc [u8]),
    Number(NumberText),
}

impl<'gc> Text<'gc> {
    /// `None` for other values. A float's text takes longer, which is charged.
    fn of(ctx: Context<'gc>, value: Slot<'gc>) -> Option<Text<'gc>> {
        match value.value() {
            Value::String(string) => Some(Text::Bytes(string.as_bytes())),
            Value::Integer(value) => Some(Text::Number(number::integer_text(value))),
            Value::Number(value) => {
                ctx.state().charge(1);
                Some(Text::Number(number::float_text(value)))
            }
            _ => None,
        }
    }

    fn as_bytes(&self) -> &[u8] {
        match self {
            Text::Bytes(bytes) => bytes,
            Text::Number(text) => text.as_bytes(),
        }
    }
}

/// Whether a value is concatenated as text, without a look at its metatable.
pub(crate) fn is_text(value: Slot<'_>) -> bool {
    matches!(value.tag(), tag::STRING | tag::INTEGER | tag::FLOAT)
}

/// `left .. right`. Charges 2 units and one for each 16 bytes of the result. Refused memory is a failure without
/// effect.
pub fn concatenate<'gc>(
    ctx: Context<'gc>,
    left: impl Into<Value<'gc>>,
    right: impl Into<Value<'gc>>,
) -> Result<Outcome<'gc>, Failure<'gc>> {
    let (left, right) = (Slot::from(left.into()), Slot::from(right.into()));
    if is_text(left)
        && is_text(right)
        && let (Some(left), Some(right)) = (Text::of(ctx, left), Text::of(ctx, right))
    {
        return join(ctx, left.as_bytes(), right.as_bytes());
    }
    for operand in [left, right] {
        let handler = metamethod(ctx, operand, Event::Concat);
        if !handler.is_nil() {
            return Ok(Outcome::Call {
                function: handler.value(),
                arguments: [left.value(), right.value(), Value::Nil],
                count: 2,
            });
        }
    }
    let culprit = if is_text(left) { right } else { left };
    Err(Failure::Type("concatenate", culprit.value()))
}

fn join<'gc>(ctx: Context<'gc>, left: &[u8], right: &[u8]) -> Result<Outcome<'gc>, Failure<'gc>> {
    let length = left.len() + right.len();
    if length > ctx.limits().string_bytes.min(STRING_LIMIT) {
        return Err(Failure::Text("string length overflow"));
    }
    ctx.state().charge(length / 16 + 2);
    let fill = |bytes: &mut Unwritten<'_>| {
        bytes.put(left);
        bytes.put(right);
    };
    let made = if length <= SHORT_STRING_LIMIT {
        let mut bytes = [0; SHORT_STRING_LIMIT];
        fill(&mut Unwritten::over(&mut bytes[..length]));
        ctx.string_object(&bytes[..length], false)
    } else {
        StringObject::allocate(ctx.mc(), length, 0, false, fill)
    };
    match made {
        Ok(string) => Ok(Outcome::Value(Value::String(LuaString(string)))),
        Err(OutOfMemory) => Err(Failure::Table(TableError::OutOfMemory)),
    }
}
