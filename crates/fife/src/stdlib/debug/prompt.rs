//! `debug.debug`: reads commands from the host's standard input and runs each.
//!
//! It reads byte by byte, so that the rest is left for `io.read`. It does not see what `io.read` has read ahead
//! already.

use crate::api::{LoadArguments, Loaded, Loader};
use crate::error::Error;
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::Value;
use crate::semantics::{self, Outcome};
use fife_arena::Collect;

/// The longest line, including its end. As in PUC-Rio Lua, the rest counts as another line.
const LINE_MAX: usize = 249;

/// `debug.debug`
pub(super) fn debug<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.sequence(Prompt { stage: Stage::Ask })
}

#[derive(Collect)]
struct Prompt {
    #[collect(static)]
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    /// Read the next line.
    Ask,
    /// A command runs.
    Run,
    /// The `__tostring` of the error it threw runs.
    Complain,
}

/// Reads a line, or the rest of the input.
fn read_line(call: &Call<'_, '_>) -> Vec<u8> {
    let host = call.ctx().host();
    let _ = host.flush_output();
    let _ = host.write_error(b"lua_debug> ");
    let (mut line, mut byte) = (Vec::new(), [0]);
    while line.len() < LINE_MAX && line.last() != Some(&b'\n') && matches!(host.read_input(&mut byte), Ok(1)) {
        line.push(byte[0]);
    }
    line
}

impl Prompt {
    /// Reports what went wrong, or first calls `__tostring` for its text.
    fn complain<'gc>(&mut self, call: &mut Call<'gc, '_>, value: Value<'gc>) -> Result<Poll, Error<'gc>> {
        self.stage = Stage::Ask;
        call.truncate(0);
        match semantics::to_text(call.ctx(), value) {
            Ok(Outcome::Value(Value::String(text))) => {
                call.charge(text.len() / 16);
                let _ = call.ctx().host().write_error(&[text.as_bytes(), b"\n"].concat());
                Ok(Poll::Pending)
            }
            Ok(Outcome::Call { function, arguments, .. }) => {
                self.stage = Stage::Complain;
                call.push(function);
                call.push(arguments[0]);
                Ok(Poll::Call(1))
            }
            _ => Err(call.error("'__tostring' must return a string")),
        }
    }
}

impl<'gc> Sequence<'gc> for Prompt {
    const NAME: &'static str = "debug.debug";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if self.stage == Stage::Complain {
            return match call.get(call.results_from()) {
                text @ Value::String(_) => self.complain(call, text),
                _ => Err(call.error("'__tostring' must return a string")),
            };
        }
        call.truncate(0);
        call.charge(50);
        let line = read_line(call);
        if line.is_empty() || line == b"cont\n" {
            return Ok(Poll::Return(0));
        }
        // A line is short enough to be loaded in one step.
        match Loader::default().step(call, &LoadArguments::new(&line, b"=(debug command)"))? {
            Loaded::Pending => Ok(Poll::Pending),
            Loaded::Function(function) => {
                self.stage = Stage::Run;
                call.push(function);
                Ok(Poll::Call(0))
            }
            Loaded::Failed(error) => {
                let message = call.make_string(error.message())?;
                self.complain(call, message.into())
            }
        }
    }

    fn error(&mut self, call: &mut Call<'gc, '_>, error: Error<'gc>) -> Result<Poll, Error<'gc>> {
        if self.stage == Stage::Complain { Err(error) } else { self.complain(call, error.value()) }
    }

    fn catches(&self) -> bool {
        true
    }
}
