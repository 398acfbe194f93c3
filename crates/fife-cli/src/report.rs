//! How errors are reported: the message handler of everything the command runs.
//!
//! It is called where the error happened. As with `lua`, an error object with a `__tostring` is shown by that;
//! everything else is shown with a traceback.

use crate::errors;
use crate::run::until_zero;
use fife::gc::semantics::{Outcome, to_text};
use fife::gc::{Call, Context, Error, Function, Poll, Reply, Sequence, Value};
use fife::{Collect, native};

/// The message handler.
pub(crate) fn handler(ctx: Context<'_>) -> Function<'_> {
    // No other native of the command has its name.
    Function::native(ctx, native!("fife.command.handler" as "", handle)).expect("the name is ours")
}

/// The text of an error that is a string or a number.
fn plain_text<'gc>(ctx: Context<'gc>, value: Value<'gc>) -> Option<Vec<u8>> {
    match (value, to_text(ctx, value)) {
        (Value::String(_) | Value::Integer(_) | Value::Number(_), Ok(Outcome::Value(Value::String(text)))) => {
            Some(text.as_bytes().to_vec())
        }
        _ => None,
    }
}

/// Whether an error without a handler is a string or a number, which is then the message.
pub(crate) fn is_text(value: Option<&fife::Value>) -> bool {
    matches!(value, Some(fife::Value::String(_) | fife::Value::Integer(_) | fife::Value::Float(_)))
}

/// In proportion to the message, besides the traceback.
fn handle<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (ctx, error) = (call.ctx(), call.get(0));
    if let Some(text) = plain_text(ctx, error) {
        let message = with_traceback(call, &text)?;
        return call.one(message);
    }
    match to_text(ctx, error) {
        Ok(Outcome::Call { .. }) => call.sequence(Asking { has_asked: false }),
        _ => {
            let message = with_traceback(call, &description(error))?;
            call.one(message)
        }
    }
}

fn description(error: Value<'_>) -> Vec<u8> {
    format!("(error object is a {} value)", error.type_name()).into_bytes()
}

/// A message up to its first zero byte, and the traceback.
fn with_traceback<'gc>(call: &Call<'gc, '_>, message: &[u8]) -> Result<Value<'gc>, Error<'gc>> {
    let message = until_zero(message);
    let traceback = call.traceback(1);
    call.charge((message.len() + traceback.len()) / 16);
    call.reserve(message.len() + traceback.len())?;
    let plain = [message, b"\n", &traceback].concat();
    errors::examine(call, message, &plain);
    call.make_string(&plain).map(Value::String)
}

/// Calls the `__tostring` of an error object, its only value.
#[derive(Collect)]
struct Asking {
    has_asked: bool,
}

impl<'gc> Sequence<'gc> for Asking {
    const NAME: &'static str = "fife.handler.asking";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        let error = call.get(0);
        if !self.has_asked
            && let Ok(Outcome::Call { function, arguments, count }) = to_text(call.ctx(), error)
        {
            self.has_asked = true;
            call.push(function);
            for argument in arguments.iter().take(count) {
                call.push(*argument);
            }
            return Ok(Poll::Call(count as u32));
        }
        let message = match call.get(call.results_from()) {
            answer @ Value::String(_) => answer,
            _ => with_traceback(call, &description(error))?,
        };
        call.push(message);
        Ok(Poll::Return(1))
    }
}
