//! Calls of values that are not functions: `__call`.

use super::Failure;
use crate::object::{Context, Event, Slot, Value, metamethod};

/// What is called instead of a value that is not a function: its `__call`, with the value itself before the arguments.
/// `None` for functions. The result may not be a function, either.
///
/// Natives need not use this: [`Call::tail_call`](crate::gc::Call::tail_call), [`Poll::Call`](crate::gc::Poll::Call)
/// and [`Operations::call`](crate::gc::Operations::call) take any value that Lua can call, and raise the error for
/// others.
///
/// ```
/// use fife::Lua;
/// use fife::gc::{Value, semantics};
///
/// let lua = Lua::new();
/// lua.enter(|ctx| {
///     assert!(semantics::call_handler(ctx, 1).is_err(), "attempt to call a number value");
///     let (object, metatable) = (ctx.table(), ctx.table());
///     metatable.set_field(ctx, "__call", ctx.string("any value"));
///     object.set_metatable(ctx.mc(), Some(metatable));
///     let handler = semantics::call_handler(ctx, object);
///     assert!(matches!(handler, Ok(Some(Value::String(_)))));
/// });
/// ```
pub fn call_handler<'gc>(ctx: Context<'gc>, value: impl Into<Value<'gc>>) -> Result<Option<Value<'gc>>, Failure<'gc>> {
    let value = Slot::from(value.into());
    if value.is_function() {
        return Ok(None);
    }
    let handler = metamethod(ctx, value, Event::Call);
    if handler.is_nil() { Err(Failure::Type("call", value.value())) } else { Ok(Some(handler.value())) }
}
