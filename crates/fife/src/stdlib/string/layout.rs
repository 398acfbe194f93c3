//! `string.format`.
//!
//! A [`Layout`] goes through the format, piece by piece, at first within the native's call. When it has to call
//! `__tostring`, or the fuel is used up, the same state continues as a sequence.

use super::cache;
use super::format::{self, Conversion, NUMBER_LENGTH_MAX, Spec};
use super::slice;
use crate::error::Error;
use crate::native::{Call, Interrupt, Operations, Poll, Reply, Sequence, Step, finish};
use crate::object::Value;
use crate::semantics;
use crate::stdlib::buffer::Buffer;
use fife_arena::Collect;
use fife_bytecode::number;

/// How many bytes `%q` quotes between two checks of the fuel, and how many they may become.
const QUOTE_CHUNK: usize = 4096;
const QUOTE_GROWTH: usize = 4;

/// The largest width and precision, with some to spare: enough room for anything without another bound.
const WIDTH_MAX: usize = 128;

/// A running `format`. The window begins with the format and its arguments.
#[derive(Collect)]
struct Layout<'gc> {
    output: Buffer<'gc>,
    /// How much of the format is done.
    at: usize,
    /// The number of the last argument used. At first that is the format itself.
    argument: usize,
    /// How many bytes of a string are quoted, in the middle of a `%q`.
    quoted: Option<usize>,
    /// How many arguments there are, including the format.
    window: usize,
    operations: Operations<'gc>,
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
        window: call.len(),
        operations: Operations::default(),
    };
    match layout.run(call) {
        Ok(()) => {
            let result = layout.output.to_string(call)?;
            cache::put_buffer(call, &mut layout.output);
            call.one(result)
        }
        Err(interrupt) => layout.go_on(call, interrupt),
    }
}

impl<'gc> Layout<'gc> {
    /// Continues as a sequence.
    #[cold]
    #[inline(never)]
    fn go_on(self, call: &mut Call<'gc, '_>, interrupt: Interrupt<'gc>) -> Result<Reply, Error<'gc>> {
        call.go_on(interrupt, self)
    }

    fn run(&mut self, call: &mut Call<'gc, '_>) -> Step<'gc, ()> {
        let format = call.string(0)?.as_bytes();
        loop {
            if let Some(done) = self.quoted {
                self.quote_on(call, done)?;
                call.spend(0)?;
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
                None if spec_text.is_empty() => return Ok(()),
                Some(b'%') => {
                    call.charge(1);
                    self.output.append(call, b"%")?;
                    self.at += 2;
                    call.spend(0)?;
                    continue;
                }
                _ => {}
            }
            let index = self.argument + 1;
            if index >= self.window {
                return Err(call.argument_error(index, "no value").into());
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
                    self.convert(call, spec_text, &spec, index, value)?;
                    spec.length
                }
            };
            self.at += length;
            self.argument = index;
            call.spend(0)?;
        }
    }

    /// Appends an argument as a specification renders it.
    fn convert(
        &mut self,
        call: &mut Call<'gc, '_>,
        spec_text: &[u8],
        spec: &Spec,
        index: usize,
        value: Value<'gc>,
    ) -> Step<'gc, ()> {
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
            Conversion::String => self.string(call, spec_text, spec, index, value)?,
        }
        Ok(())
    }

    fn string(
        &mut self,
        call: &mut Call<'gc, '_>,
        spec_text: &[u8],
        spec: &Spec,
        index: usize,
        value: Value<'gc>,
    ) -> Step<'gc, ()> {
        match value {
            Value::Integer(value) => self.text(call, spec_text, spec, index, number::integer_text(value).as_bytes())?,
            Value::Number(value) => self.text(call, spec_text, spec, index, number::float_text(value).as_bytes())?,
            _ => {
                if let Value::String(string) = self.operations.shown(call, value)? {
                    self.text(call, spec_text, spec, index, string.as_bytes())?;
                }
            }
        }
        Ok(())
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

    /// `%q`, except for the inside of long strings, which [`quote_on`](Self::quote_on) does.
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

    /// Quotes more of the last argument used, a string.
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

    /// Replaces the argument by the result of its `__tostring`.
    fn use_text(&mut self, call: &mut Call<'gc, '_>) -> Step<'gc, ()> {
        let place = self.argument + 1;
        let text = self.operations.shown(call, call.get(place))?;
        call.set(place, text);
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

/// What `%p` shows of a value: the same as `tostring`. `None` for values that are not objects.
fn address_of<'gc>(call: &Call<'gc, '_>, value: Value<'gc>) -> Option<String> {
    match value {
        Value::String(string) => {
            call.charge(string.len() / 64);
            Some(format!("0x{:014x}", 0x5600_0000_0000_u64 + string.identity(call.ctx()) * 32))
        }
        _ => call.ctx().object_number(value).map(|_| semantics::address_text(call.ctx(), value)),
    }
}

impl<'gc> Sequence<'gc> for Layout<'gc> {
    const NAME: &'static str = "string.format";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.operations.resume(call);
        let used = if self.operations.has_answer() { self.use_text(call) } else { Ok(()) };
        if let Err(interrupt) = used.and_then(|()| self.run(call)) {
            return finish(Err(interrupt));
        }
        let result = self.output.finish(call)?;
        call.push(result);
        Ok(Poll::Return(1))
    }
}
