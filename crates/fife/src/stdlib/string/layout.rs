//! `string.format`.
//!
//! A [`Layout`] goes through the format, piece by piece. It runs within the native's call as far as it comes; when it has
//! to call `__tostring`, or the fuel is used up, the same state goes on as a sequence.

use super::cache;
use super::format::{self, Conversion, NUMBER_LENGTH_MAX, Spec};
use super::slice;
use crate::error::Error;
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::{Slot, Value};
use crate::semantics::{self, Outcome};
use crate::stdlib::buffer::Buffer;
use fife_arena::Collect;
use fife_bytecode::number;

/// Bytes that `%q` quotes between two looks at the fuel, and what they grow to at most.
const QUOTE_CHUNK: usize = 4096;
const QUOTE_GROWTH: usize = 4;

/// The largest width and precision, and some more: room for whatever has no other bound.
const WIDTH_MAX: usize = 128;

/// How far a layout came.
enum Progressed {
    Done,
    /// The fuel is used up.
    Suspended,
    /// The last values of the window are to be called: a `__tostring` and its argument.
    Call,
}

/// A `format` under way. The window has the format and its arguments first.
#[derive(Collect)]
struct Layout<'gc> {
    output: Buffer<'gc>,
    /// How much of the format is done.
    at: usize,
    /// The argument used last, which the format itself is at first.
    argument: usize,
    /// How much is done of a string that `%q` quotes, if it is in the middle of one.
    quoted: Option<usize>,
    /// Whether `__tostring` was called for the next argument.
    is_called: bool,
    /// How many values the window has besides those of a call.
    window: usize,
}

/// `string.format`
pub(super) fn format<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let format = call.string(0)?;
    call.set(0, format);
    let mut layout = Layout {
        output: cache::take_buffer(call),
        at: 0,
        argument: 0,
        quoted: None,
        is_called: false,
        window: call.len(),
    };
    match layout.run(call)? {
        Progressed::Done => {
            let result = layout.output.to_string(call)?;
            cache::put_buffer(call, &mut layout.output);
            call.one_slot(Slot::string(result.0))
        }
        Progressed::Suspended => layout.go_on(call, false),
        Progressed::Call => layout.go_on(call, true),
    }
}

impl<'gc> Layout<'gc> {
    /// Goes on as a sequence, with the call that the window ends with if there is one.
    #[cold]
    #[inline(never)]
    fn go_on(self, call: &mut Call<'gc, '_>, is_to_call: bool) -> Result<Reply, Error<'gc>> {
        call.sequence(Format { layout: self, is_to_call })
    }

    fn run(&mut self, call: &mut Call<'gc, '_>) -> Result<Progressed, Error<'gc>> {
        let format = call.string(0)?.as_bytes();
        loop {
            if let Some(done) = self.quoted {
                self.quote_on(call, done)?;
                if call.fuel_left() <= 0 {
                    return Ok(Progressed::Suspended);
                }
                continue;
            }
            let rest = slice(format, self.at, format.len());
            let literal = memchr::memchr(b'%', rest).unwrap_or(rest.len());
            if literal > 0 {
                self.output.append(call, slice(rest, 0, literal))?;
                self.at += literal;
            }
            let spec_text = slice(rest, literal, rest.len());
            match spec_text.get(1) {
                None if spec_text.is_empty() => return Ok(Progressed::Done),
                Some(b'%') => {
                    call.charge(1);
                    self.output.append(call, b"%")?;
                    self.at += 2;
                    if call.fuel_left() <= 0 {
                        return Ok(Progressed::Suspended);
                    }
                    continue;
                }
                _ => {}
            }
            let index = self.argument + 1;
            if index >= self.window {
                return Err(call.argument_error(index, "no value"));
            }
            call.charge(1);
            let length = match (spec_text.get(1), call.get(index)) {
                (Some(b'd'), Value::Integer(value)) => {
                    self.output.append(call, number::integer_text(value).as_bytes())?;
                    2
                }
                (Some(b's'), Value::String(text)) => {
                    self.output.append(call, text.as_bytes())?;
                    2
                }
                (_, value) => {
                    let spec = format::parse_spec(spec_text).map_err(|error| call.error(error.message()))?;
                    if !self.convert(call, spec_text, &spec, index, value)? {
                        return Ok(Progressed::Call);
                    }
                    spec.length
                }
            };
            self.at += length;
            self.argument = index;
            if call.fuel_left() <= 0 {
                return Ok(Progressed::Suspended);
            }
        }
    }

    /// Appends an argument as a specification has it. False if that takes the call that was pushed.
    fn convert(
        &mut self,
        call: &mut Call<'gc, '_>,
        spec_text: &[u8],
        spec: &Spec,
        index: usize,
        value: Value<'gc>,
    ) -> Result<bool, Error<'gc>> {
        let check = |call: &Call<'gc, '_>| spec.check(spec_text).map_err(|error| call.error(error.message()));
        if spec.is_checked_first() {
            check(call)?;
        }
        match spec.conversion {
            Conversion::Integer => {
                let value = call.integer(index)?;
                check(call)?;
                self.output.reserve(call, WIDTH_MAX)?;
                format::render_integer(spec, value, self.output.bytes());
            }
            Conversion::Float => {
                let value = float_argument(call, index)?;
                check(call)?;
                call.charge(4 + spec.digits_cost(value));
                self.output.reserve(call, NUMBER_LENGTH_MAX)?;
                format::render_float(spec, value, self.output.bytes());
            }
            Conversion::Character => {
                let code = call.integer(index)?;
                self.output.reserve(call, WIDTH_MAX)?;
                format::render_character(spec, code, self.output.bytes());
            }
            Conversion::Pointer => {
                check(call)?;
                self.output.reserve(call, WIDTH_MAX)?;
                let address = address_of(call, value);
                format::render_pointer(spec, address.as_deref(), self.output.bytes());
            }
            Conversion::Quoted => self.quote(call, index, value)?,
            Conversion::String => return self.string(call, spec_text, spec, index, value),
        }
        Ok(true)
    }

    fn string(
        &mut self,
        call: &mut Call<'gc, '_>,
        spec_text: &[u8],
        spec: &Spec,
        index: usize,
        value: Value<'gc>,
    ) -> Result<bool, Error<'gc>> {
        let mut text = |text: &[u8]| self.text(call, spec_text, spec, index, text);
        match value {
            Value::Integer(value) => text(number::integer_text(value).as_bytes())?,
            Value::Number(value) => text(number::float_text(value).as_bytes())?,
            _ => match call.make_text(value)? {
                Outcome::Value(Value::String(string)) => text(string.as_bytes())?,
                Outcome::Value(_) => return Err(call.error("'__tostring' must return a string")),
                Outcome::Call { function, arguments, count } => {
                    call.truncate(self.window);
                    call.push(function);
                    for argument in arguments.into_iter().take(count) {
                        call.push(argument);
                    }
                    self.is_called = true;
                    return Ok(false);
                }
            },
        }
        Ok(true)
    }

    fn text(
        &mut self,
        call: &Call<'gc, '_>,
        spec_text: &[u8],
        spec: &Spec,
        index: usize,
        text: &[u8],
    ) -> Result<(), Error<'gc>> {
        call.charge(text.len() / 16);
        if !spec.is_plain() && memchr::memchr(0, text).is_some() {
            return Err(call.argument_error(index, "string contains zeros"));
        }
        spec.check(spec_text).map_err(|error| call.error(error.message()))?;
        self.output.reserve(call, text.len().saturating_add(WIDTH_MAX))?;
        format::render_string(spec, text, self.output.bytes());
        Ok(())
    }

    /// `%q`, but for the inside of long strings, which is left to [`quote_on`](Self::quote_on).
    fn quote(&mut self, call: &Call<'gc, '_>, index: usize, value: Value<'gc>) -> Result<(), Error<'gc>> {
        if let Value::String(text) = value
            && text.len() <= QUOTE_CHUNK
        {
            call.charge(text.len() / 4);
            self.output.reserve(call, text.len() * QUOTE_GROWTH + 2)?;
            format::quote_string(text.as_bytes(), self.output.bytes());
            return Ok(());
        }
        self.output.reserve(call, WIDTH_MAX)?;
        match value {
            Value::String(_) => {
                self.output.bytes().push(b'"');
                self.quoted = Some(0);
            }
            Value::Integer(value) => format::quote_integer(value, self.output.bytes()),
            Value::Number(value) => format::quote_float(value, self.output.bytes()),
            Value::Nil => self.output.bytes().extend_from_slice(b"nil"),
            Value::Boolean(true) => self.output.bytes().extend_from_slice(b"true"),
            Value::Boolean(false) => self.output.bytes().extend_from_slice(b"false"),
            _ => return Err(call.argument_error(index, "value has no literal form")),
        }
        Ok(())
    }

    /// Quotes more of the string that is the argument used last.
    fn quote_on(&mut self, call: &Call<'gc, '_>, done: usize) -> Result<(), Error<'gc>> {
        let text = call.string(self.argument)?.as_bytes();
        let end = text.len().min(done + QUOTE_CHUNK);
        call.charge((end - done.min(end)) / 4);
        self.output.reserve(call, (end - done.min(end)) * QUOTE_GROWTH + 1)?;
        format::quote_part(text, done, end, self.output.bytes());
        if end == text.len() {
            self.output.bytes().push(b'"');
            self.quoted = None;
        } else {
            self.quoted = Some(end);
        }
        Ok(())
    }

    /// Puts what `__tostring` returned in the place of the argument it was called for.
    fn use_text(&mut self, call: &mut Call<'gc, '_>) -> Result<(), Error<'gc>> {
        match call.get(call.results_from()) {
            text @ (Value::String(_) | Value::Integer(_) | Value::Number(_)) => call.set(self.argument + 1, text),
            _ => return Err(call.error("'__tostring' must return a string")),
        }
        call.truncate(self.window);
        self.is_called = false;
        Ok(())
    }
}

/// The argument as a float, integers included.
#[inline]
fn float_argument<'gc>(call: &Call<'gc, '_>, index: usize) -> Result<f64, Error<'gc>> {
    match call.get(index) {
        Value::Number(value) => Ok(value),
        Value::Integer(value) => Ok(value as f64),
        _ => call.number(index),
    }
}

/// What `%p` shows of a value: the same as `tostring`. Nothing for values that are not objects.
fn address_of<'gc>(call: &Call<'gc, '_>, value: Value<'gc>) -> Option<String> {
    match value {
        Value::String(string) => {
            call.charge(string.len() / 64);
            Some(format!("0x{:014x}", 0x5600_0000_0000_u64 + string.identity(call.ctx()) * 32))
        }
        _ => call.ctx().object_number(value).map(|_| semantics::address_text(call.ctx(), value)),
    }
}

/// A layout that calls `__tostring`, or takes long.
#[derive(Collect)]
struct Format<'gc> {
    layout: Layout<'gc>,
    /// Whether the call that the window ends with is to be made first.
    is_to_call: bool,
}

impl<'gc> Sequence<'gc> for Format<'gc> {
    const NAME: &'static str = "string.format";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if self.is_to_call {
            self.is_to_call = false;
            return Ok(Poll::Call(1));
        }
        if self.layout.is_called {
            self.layout.use_text(call)?;
        }
        let progressed = self.layout.run(call)?;
        match progressed {
            Progressed::Suspended => Ok(Poll::Pending),
            Progressed::Call => Ok(Poll::Call(1)),
            Progressed::Done => {
                let result = self.layout.output.finish(call)?;
                call.push(result);
                Ok(Poll::Return(1))
            }
        }
    }
}
