//! `string.pack`, `string.packsize` and `string.unpack`.
//!
//! Each goes through its format option by option, within the native's call while there is fuel, and then as a sequence.
//! After refused memory the same option is read again.

use super::pack::{
    FormatReader, Kind, PackError, PackOption, add_size, check_integer, check_length, decode_double, decode_integer,
    decode_single, encode_double, encode_integer, encode_single, take, take_zero_terminated,
};
use super::{new_string, offset_of, slice};
use crate::error::Error;
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::{Bytes, Value};
use crate::stdlib::buffer::Buffer;
use fife_arena::Collect;

/// The bytes of the widest number.
const NUMBER_SIZE_MAX: usize = 16;

fn complaint<'gc>(call: &Call<'gc, '_>, error: PackError) -> Error<'gc> {
    match error.argument() {
        Some(number) => call.argument_error(number - 1, error.message()),
        None => call.error(error.message()),
    }
}

/// A running `pack`. The window has the format and the values.
#[derive(Collect)]
struct Pack<'gc> {
    #[collect(static)]
    reader: FormatReader,
    output: Buffer<'gc>,
    /// The number of the last argument used. At first that is the format itself.
    argument: usize,
}

/// `string.pack`
pub(super) fn pack<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let format = call.string(0)?;
    call.set(0, format);
    // PUC-Rio Lua keeps a nil after the arguments, and so takes a missing one for nil.
    call.push(Value::Nil);
    let mut pack = Pack { reader: FormatReader::new(), output: Buffer::new(call), argument: 0 };
    if pack.run(call)? {
        let result = pack.output.finish(call)?;
        return call.one(result);
    }
    call.sequence(pack)
}

impl<'gc> Pack<'gc> {
    /// Continues. Returns whether everything is packed.
    fn run(&mut self, call: &Call<'gc, '_>) -> Result<bool, Error<'gc>> {
        let format = call.string(0)?.as_bytes();
        loop {
            call.charge(1);
            let mut reader = self.reader;
            let option = reader.next(format, self.output.len()).map_err(|error| complaint(call, error))?;
            let Some(option) = option else { return Ok(true) };
            self.append(call, &option)?;
            self.reader = reader;
            if option.kind.has_value() {
                self.argument += 1;
            }
            if call.fuel_left() <= 0 {
                return Ok(false);
            }
        }
    }

    /// Appends the next argument as an option packs it. No effect if it fails.
    fn append(&mut self, call: &Call<'gc, '_>, option: &PackOption) -> Result<(), Error<'gc>> {
        let PackOption { kind, padding, size, is_little_endian } = *option;
        let index = self.argument + 1;
        match kind {
            Kind::Signed | Kind::Unsigned => {
                let is_signed = kind == Kind::Signed;
                let value = call.integer(index)?;
                check_integer(value, size, is_signed).map_err(|message| call.argument_error(index, message))?;
                encode_integer(value, size, is_little_endian, is_signed, self.pad(call, padding, NUMBER_SIZE_MAX)?);
            }
            Kind::Single => {
                encode_single(float(call, index)?, is_little_endian, self.pad(call, padding, NUMBER_SIZE_MAX)?);
            }
            Kind::Double => {
                encode_double(float(call, index)?, is_little_endian, self.pad(call, padding, NUMBER_SIZE_MAX)?);
            }
            Kind::Fixed => {
                let text = call.string(index)?;
                if text.len() > size {
                    return Err(call.argument_error(index, "string longer than given size"));
                }
                let output = self.pad(call, padding, size)?;
                output.extend_from_slice(text.as_bytes());
                output.resize(output.len() + (size - text.len()), 0);
            }
            Kind::Prefixed => {
                let text = call.string(index)?;
                check_length(text.len(), size).map_err(|message| call.argument_error(index, message))?;
                let output = self.pad(call, padding, text.len().saturating_add(NUMBER_SIZE_MAX))?;
                encode_integer(text.len() as i64, size, is_little_endian, false, output);
                output.extend_from_slice(text.as_bytes());
            }
            Kind::ZeroTerminated => {
                let text = call.string(index)?;
                call.charge(text.len() / 16);
                if memchr::memchr(0, text.as_bytes()).is_some() {
                    return Err(call.argument_error(index, "string contains zeros"));
                }
                let output = self.pad(call, padding, text.len() + 1)?;
                output.extend_from_slice(text.as_bytes());
                output.push(0);
            }
            Kind::Padding => self.pad(call, padding, size)?.push(0),
            Kind::Align | Kind::Nothing => {
                self.pad(call, padding, 0)?;
            }
        }
        Ok(())
    }

    /// Appends the padding, with room for `more` bytes after it, and charges for all of them.
    fn pad(&mut self, call: &Call<'gc, '_>, padding: usize, more: usize) -> Result<&mut Bytes<'gc>, Error<'gc>> {
        self.output.reserve(call, more.saturating_add(padding))?;
        call.charge(more / 16);
        let output = self.output.bytes();
        output.resize(output.len() + padding, 0);
        Ok(output)
    }
}

/// The argument as a float, integers included.
fn float<'gc>(call: &Call<'gc, '_>, index: usize) -> Result<f64, Error<'gc>> {
    match call.get(index) {
        Value::Integer(value) => Ok(value as f64),
        _ => call.number(index),
    }
}

impl<'gc> Sequence<'gc> for Pack<'gc> {
    const NAME: &'static str = "string.pack";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if !self.run(call)? {
            return Ok(Poll::Pending);
        }
        let result = self.output.finish(call)?;
        call.push(result);
        Ok(Poll::Return(1))
    }
}

/// A running `packsize`.
#[derive(Collect)]
struct PackSize {
    #[collect(static)]
    reader: FormatReader,
    total: usize,
}

/// `string.packsize`
pub(super) fn packsize<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let format = call.string(0)?;
    call.set(0, format);
    let mut size = PackSize { reader: FormatReader::new(), total: 0 };
    if size.run(call)? {
        return call.one(size.total as i64);
    }
    call.sequence(size)
}

impl PackSize {
    /// Continues. Returns whether everything is summed up.
    fn run<'gc>(&mut self, call: &Call<'gc, '_>) -> Result<bool, Error<'gc>> {
        let format = call.string(0)?.as_bytes();
        loop {
            call.charge(1);
            let option = self.reader.next(format, self.total).map_err(|error| complaint(call, error))?;
            let Some(option) = option else { return Ok(true) };
            self.total = add_size(self.total, &option).map_err(|error| complaint(call, error))?;
            if call.fuel_left() <= 0 {
                return Ok(false);
            }
        }
    }
}

impl<'gc> Sequence<'gc> for PackSize {
    const NAME: &'static str = "string.packsize";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if !self.run(call)? {
            return Ok(Poll::Pending);
        }
        call.push(self.total as i64);
        Ok(Poll::Return(1))
    }
}

/// A running `unpack`. The window begins with format and data; the results so far are last.
#[derive(Collect)]
struct Unpack {
    #[collect(static)]
    reader: FormatReader,
    /// The offset in the data.
    position: usize,
    /// The number of values in the window before the results, and of results.
    window: usize,
    count: usize,
}

/// `string.unpack`
pub(super) fn unpack<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let format = call.string(0)?;
    let data = call.string(1)?;
    let position = if call.is_none_or_nil(2) { 0 } else { offset_of(call.integer(2)?, data.len()) };
    if position > data.len() {
        return Err(call.argument_error(2, "initial position out of string"));
    }
    call.set(0, format);
    call.set(1, data);
    let mut unpack = Unpack { reader: FormatReader::new(), position, window: call.len(), count: 0 };
    if unpack.run(call)? { call.values(unpack.count) } else { call.sequence(unpack) }
}

impl Unpack {
    /// Continues. Returns whether everything is unpacked, and the position after it pushed.
    fn run<'gc>(&mut self, call: &mut Call<'gc, '_>) -> Result<bool, Error<'gc>> {
        let format = call.string(0)?.as_bytes();
        let data = call.string(1)?.as_bytes();
        loop {
            call.charge(1);
            if let Err(error) = call.reserve_values(2) {
                let is_memory = error.is_out_of_memory(call.ctx());
                return Err(if is_memory { error } else { call.error("stack overflow (too many results)") });
            }
            let mut reader = self.reader;
            let option = reader.next(format, self.position).map_err(|error| complaint(call, error))?;
            let Some(option) = option else {
                call.push(self.position as i64 + 1);
                self.count += 1;
                return Ok(true);
            };
            let (value, position) = self.read(call, data, &option)?;
            self.reader = reader;
            self.position = position;
            if let Some(value) = value {
                call.push(value);
                self.count += 1;
            }
            if call.fuel_left() <= 0 {
                return Ok(false);
            }
        }
    }

    /// The value of an option, and the offset after it.
    fn read<'gc>(
        &self,
        call: &Call<'gc, '_>,
        data: &'gc [u8],
        option: &PackOption,
    ) -> Result<(Option<Value<'gc>>, usize), Error<'gc>> {
        let complain = |error| complaint(call, error);
        let bytes = take(data, self.position, option).map_err(complain)?;
        let end = self.position + option.padding + bytes.len();
        let is_little_endian = option.is_little_endian;
        let value = match option.kind {
            Kind::Signed | Kind::Unsigned => {
                let is_signed = option.kind == Kind::Signed;
                Value::Integer(decode_integer(bytes, is_little_endian, is_signed).map_err(complain)?)
            }
            Kind::Single => Value::Number(decode_single(bytes, is_little_endian)),
            Kind::Double => Value::Number(decode_double(bytes, is_little_endian)),
            Kind::Fixed => Value::String(self.text(call, bytes)?),
            Kind::Prefixed => {
                let length = decode_integer(bytes, is_little_endian, false).map_err(complain)?;
                // As in PUC-Rio Lua the length is unsigned.
                let length = usize::try_from(length as u64).unwrap_or(usize::MAX);
                if length > data.len() - end {
                    return Err(complain(PackError::DataTooShort));
                }
                let text = slice(data, end, end + length);
                return Ok((Some(Value::String(self.text(call, text)?)), end + length));
            }
            Kind::ZeroTerminated => {
                call.charge((data.len() - end) / 64);
                let text = take_zero_terminated(data, end).map_err(complain)?;
                return Ok((Some(Value::String(self.text(call, text)?)), end + text.len() + 1));
            }
            Kind::Padding | Kind::Align | Kind::Nothing => return Ok((None, end)),
        };
        Ok((Some(value), end))
    }

    fn text<'gc>(&self, call: &Call<'gc, '_>, text: &[u8]) -> Result<crate::object::LuaString<'gc>, Error<'gc>> {
        call.reserve(text.len())?;
        new_string(call, text)
    }
}

impl<'gc> Sequence<'gc> for Unpack {
    const NAME: &'static str = "string.unpack";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        // A refused poll may have pushed results, which are pushed again.
        call.truncate(self.window + self.count);
        if self.run(call)? { Ok(Poll::Return(self.count as u32)) } else { Ok(Poll::Pending) }
    }
}
