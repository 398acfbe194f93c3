//! `tostring`.

use super::{Failure, Outcome};
use crate::object::{Context, Event, Slot, TableError, Value, metamethod};
use fife_arena::OutOfMemory;
use fife_bytecode::number;

/// `tostring(value)`: the outcome's value is a string; the result of its call must be one ("'__tostring' must return a
/// string").
pub fn to_text<'gc>(ctx: Context<'gc>, value: impl Into<Value<'gc>>) -> Result<Outcome<'gc>, Failure<'gc>> {
    let value = value.into();
    let text = match value {
        Value::String(string) => return Ok(Outcome::Value(Value::String(string))),
        Value::Nil => ctx.try_string(b"nil"),
        Value::Boolean(value) => ctx.try_string(if value { b"true" } else { b"false" }),
        Value::Integer(value) => ctx.try_string(number::integer_text(value).as_bytes()),
        Value::Number(value) => ctx.try_string(number::float_text(value).as_bytes()),
        _ => {
            let handler = metamethod(ctx, Slot::from(value), Event::ToString);
            if !handler.is_nil() {
                let arguments = [value, Value::Nil, Value::Nil];
                return Ok(Outcome::Call { function: handler.value(), arguments, count: 1 });
            }
            let name = match metamethod(ctx, Slot::from(value), Event::Name).value() {
                Value::String(name) => name.as_bytes(),
                _ => value.type_name().as_bytes(),
            };
            // A script may have chosen a name of any length.
            ctx.state().charge(name.len() / 16);
            ctx.try_string_of(name, &[b": ", address_text(ctx, value).as_bytes()], false)
        }
    };
    match text {
        Ok(text) => Ok(Outcome::Value(Value::String(text))),
        Err(OutOfMemory) => Err(Failure::Table(TableError::OutOfMemory)),
    }
}

/// The text in place of an object's address: its number, in the shape of PUC-Rio Lua's addresses.
pub fn address_text<'gc>(ctx: Context<'gc>, value: Value<'gc>) -> String {
    format!("0x{:014x}", 0x5500_0000_0000_u64 + ctx.object_number(value).unwrap_or(0) * 32)
}
