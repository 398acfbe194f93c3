//! Local variables for `debug`: those of activations, including temporary values, and the names of parameters.

use super::{activation_at, thread_argument};
use crate::error::Error;
use crate::inspect::Activation;
use crate::native::{Call, Reply};
use crate::object::{Thread, Value};

/// The activation at the level in argument `first`.
fn level_argument<'gc>(call: &Call<'gc, '_>, thread: Thread<'gc>, first: usize) -> Result<Activation<'gc>, Error<'gc>> {
    let level = call.integer(first)?;
    activation_at(call, thread, level).ok_or_else(|| call.argument_error(first, "level out of range"))
}

/// `debug.getlocal`
pub(super) fn getlocal<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (thread, skipped) = thread_argument(call);
    let number = call.integer(skipped + 1)?;
    if let Value::Function(function) = call.get(skipped) {
        let Some(code) = function.code() else { return call.one(Value::Nil) };
        let number = usize::try_from(number).unwrap_or(0);
        return match code.parameter_name(call.ctx(), number) {
            Some(parameter) => {
                let name = call.make_string(parameter)?;
                call.one(name)
            }
            None => call.one(Value::Nil),
        };
    }
    let at = level_argument(call, thread, skipped)?;
    let Some(variable) = at.local(number) else { return call.one(Value::Nil) };
    let name = call.make_string(variable.name())?;
    call.all([Value::String(name), variable.value()])
}

/// `debug.setlocal`
pub(super) fn setlocal<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (thread, skipped) = thread_argument(call);
    call.integer(skipped)?;
    let number = call.integer(skipped + 1)?;
    let at = level_argument(call, thread, skipped)?;
    let value = call.any(skipped + 2)?;
    let Some(variable) = at.local(number).filter(|variable| variable.is_writable()) else {
        return call.one(Value::Nil);
    };
    let name = call.make_string(variable.name())?;
    variable.set(value);
    call.one(name)
}
