//! What people read: `print`, `tostring` and `warn`.

use crate::error::Error;
use crate::native::{Call, Host, Poll, Reply, Sequence};
use crate::object::{Context, Value};
use crate::semantics::Outcome;
use crate::stdlib::buffer::Buffer;
use fife_arena::Collect;
use fife_bytecode::number::{self, NumberText};

const BAD_TOSTRING: &str = "'__tostring' must return a string";

/// `tostring`
pub(super) fn tostring<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let value = call.any(0)?;
    match call.make_text(value)? {
        Outcome::Value(text) => call.one(text),
        Outcome::Call { function, arguments, .. } => {
            call.push(function);
            call.push(arguments[0]);
            call.sequence(ToStringHandler { is_called: false })
        }
    }
}

/// A call of `__tostring`.
#[derive(Collect)]
struct ToStringHandler {
    is_called: bool,
}

impl<'gc> Sequence<'gc> for ToStringHandler {
    const NAME: &'static str = "tostring";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if !self.is_called {
            self.is_called = true;
            return Ok(Poll::Call(1));
        }
        match call.get(call.results_from()) {
            text @ Value::String(_) => call.push(text),
            Value::Integer(value) => call.push(call.make_string(number::integer_text(value).as_bytes())?),
            Value::Number(value) => call.push(call.make_string(number::float_text(value).as_bytes())?),
            _ => return Err(call.error(BAD_TOSTRING)),
        }
        Ok(Poll::Return(1))
    }
}

/// A value as `print` shows it.
enum Shown<'gc> {
    Bytes(&'gc [u8]),
    Number(NumberText),
    /// What this function returns for this value.
    Call(Value<'gc>, Value<'gc>),
}

fn shown<'gc>(call: &Call<'gc, '_>, value: Value<'gc>) -> Result<Shown<'gc>, Error<'gc>> {
    Ok(match value {
        Value::String(text) => Shown::Bytes(text.as_bytes()),
        Value::Integer(value) => Shown::Number(number::integer_text(value)),
        Value::Number(value) => Shown::Number(number::float_text(value)),
        Value::Nil => Shown::Bytes(b"nil"),
        Value::Boolean(value) => Shown::Bytes(if value { b"true" } else { b"false" }),
        other => match call.make_text(other)? {
            Outcome::Value(Value::String(text)) => Shown::Bytes(text.as_bytes()),
            Outcome::Value(_) => return Err(call.error(BAD_TOSTRING)),
            Outcome::Call { function, arguments, .. } => Shown::Call(function, arguments[0]),
        },
    })
}

/// The most bytes that `print` hands to the host between two looks at the fuel.
const CHUNK: usize = 1 << 18;

/// Collects small pieces, so that the host sees one write for a line; large ones are handed on as they are.
struct Output<'gc> {
    host: &'gc dyn Host,
    collected: Vec<u8>,
}

impl<'gc> Output<'gc> {
    /// The most bytes collected.
    const SIZE: usize = 4096;

    fn new(ctx: Context<'gc>) -> Output<'gc> {
        Output { host: &*ctx.state().settings.host, collected: Vec::with_capacity(128) }
    }

    fn add(&mut self, bytes: &[u8]) {
        if self.collected.len() + bytes.len() > Output::SIZE {
            self.write();
        }
        if bytes.len() > Output::SIZE {
            // That output fails is no error of `print`, as in PUC-Rio Lua.
            let _ = self.host.write_output(bytes);
        } else {
            self.collected.extend_from_slice(bytes);
        }
    }

    fn write(&mut self) {
        if !self.collected.is_empty() {
            let _ = self.host.write_output(&self.collected);
            self.collected.clear();
        }
    }
}

/// `print`
pub(super) fn print<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let mut output = Output::new(call.ctx());
    for index in 0..call.len() {
        if index > 0 {
            output.collected.push(b'\t');
        }
        let value = shown(call, call.get(index))?;
        let bytes = match &value {
            Shown::Bytes(bytes) => bytes,
            Shown::Number(text) => text.as_bytes(),
            Shown::Call(..) => &[],
        };
        if matches!(value, Shown::Call(..)) || output.collected.len() + bytes.len() >= Output::SIZE {
            // Nothing has been written so far.
            let arguments = call.len();
            return call.sequence(Print { arguments, next: 0, offset: 0, is_called: false });
        }
        output.collected.extend_from_slice(bytes);
    }
    call.charge(call.len() + output.collected.len() / 16);
    output.collected.push(b'\n');
    output.write();
    call.nothing()
}

/// A `print` that calls `__tostring`, or has much to write.
#[derive(Collect)]
struct Print {
    arguments: usize,
    /// The argument to be written next, and how many of its bytes have been.
    next: usize,
    offset: usize,
    /// Whether `__tostring` was called for that argument.
    is_called: bool,
}

impl<'gc> Sequence<'gc> for Print {
    const NAME: &'static str = "print";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if self.is_called {
            self.is_called = false;
            match call.get(call.results_from()) {
                text @ (Value::String(_) | Value::Integer(_) | Value::Number(_)) => call.set(self.next, text),
                _ => return Err(call.error(BAD_TOSTRING)),
            }
            call.truncate(self.arguments);
        }
        let mut output = Output::new(call.ctx());
        while self.next < self.arguments {
            let value = match shown(call, call.get(self.next)) {
                Ok(value) => value,
                Err(error) => {
                    output.write();
                    return Err(error);
                }
            };
            let bytes = match &value {
                Shown::Bytes(bytes) => bytes,
                Shown::Number(text) => text.as_bytes(),
                Shown::Call(function, argument) => {
                    // What comes before is written before, in case the function writes too.
                    output.write();
                    self.is_called = true;
                    call.push(*function);
                    call.push(*argument);
                    return Ok(Poll::Call(1));
                }
            };
            if self.next > 0 && self.offset == 0 {
                output.add(b"\t");
            }
            let rest = &bytes[self.offset..];
            let chunk = &rest[..rest.len().min(CHUNK)];
            call.charge(1 + chunk.len() / 16);
            output.add(chunk);
            if chunk.len() < rest.len() {
                self.offset += chunk.len();
            } else {
                self.next += 1;
                self.offset = 0;
            }
            // Looked at after some work, so that a step with any fuel gets on.
            if call.fuel_left() <= 0 && self.next < self.arguments {
                output.write();
                return Ok(Poll::Pending);
            }
        }
        output.add(b"\n");
        output.write();
        Ok(Poll::Return(0))
    }
}

/// `warn`
pub(super) fn warn<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let first = call.string(0)?;
    for index in 1..call.len() {
        if !matches!(call.get(index), Value::String(_) | Value::Integer(_) | Value::Number(_)) {
            return Err(call.type_error(index, "string"));
        }
    }
    call.charge(call.len() / 4);
    let state = call.ctx().state();
    if call.len() == 1 && first.as_bytes().first() == Some(&b'@') {
        match first.as_bytes() {
            b"@on" => state.settings.shows_warnings.set(true),
            b"@off" => state.settings.shows_warnings.set(false),
            // Other control messages are ignored.
            _ => {}
        }
        return call.nothing();
    }
    if !state.settings.shows_warnings.get() {
        return call.nothing();
    }
    call.set(0, first);
    let mut warning = Warning { next: 0, count: call.len(), text: Buffer::new(call) };
    if warning.run(call)? { call.nothing() } else { call.sequence(warning) }
}

/// A warning that is put together.
#[derive(Collect)]
struct Warning<'gc> {
    next: usize,
    count: usize,
    text: Buffer<'gc>,
}

impl<'gc> Warning<'gc> {
    /// Adds arguments, and shows the warning after the last one, as far as the fuel goes; whether that is all.
    fn run(&mut self, call: &Call<'gc, '_>) -> Result<bool, Error<'gc>> {
        while self.next < self.count {
            let value = shown(call, call.get(self.next))?;
            let bytes = match &value {
                Shown::Bytes(bytes) => bytes,
                Shown::Number(text) => text.as_bytes(),
                Shown::Call(..) => &[],
            };
            call.charge(1);
            self.text.append(call, bytes)?;
            self.next += 1;
            if call.fuel_left() < 0 {
                return Ok(false);
            }
        }
        call.ctx().warn(&[self.text.as_slice()]);
        Ok(true)
    }
}

impl<'gc> Sequence<'gc> for Warning<'gc> {
    const NAME: &'static str = "warn";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        Ok(if self.run(call)? { Poll::Return(0) } else { Poll::Pending })
    }
}
