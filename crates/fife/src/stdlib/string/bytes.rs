//! The plain functions on the bytes of strings: `byte`, `char`, `len`, `lower`, `rep`, `reverse`, `sub`, `upper`.

use super::{end_of, new_string, offset_of, slice};
use crate::error::Error;
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::{LuaString, Slot};
use fife_arena::Collect;

/// `string.len`
pub(super) fn len<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let length = call.string(0)?.len();
    call.one_slot(Slot::integer(length as i64))
}

/// The integer at this place of the window, or a default after its end. `None` for any other value.
#[inline(always)]
fn plain_integer(call: &Call<'_, '_>, index: usize, default: i64) -> Option<i64> {
    if call.is_none(index) { Some(default) } else { call.slot(index).as_integer() }
}

/// `string.byte`
pub(super) fn byte<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    if call.len() <= 2
        && let Some(string) = call.slot(0).to_lua_string()
        && let Some(position) = plain_integer(call, 1, 1)
    {
        return byte_at(call, string, position);
    }
    any_bytes(call)
}

#[inline(always)]
fn byte_at<'gc>(call: &mut Call<'gc, '_>, string: LuaString<'gc>, position: i64) -> Result<Reply, Error<'gc>> {
    let bytes = string.as_bytes();
    // Zero, and positions before the beginning, give offsets after the end.
    let offset = if position > 0 { position - 1 } else { position.wrapping_add(bytes.len() as i64) };
    match bytes.get(offset as usize) {
        Some(byte) => call.one_slot(Slot::integer(i64::from(*byte))),
        None => call.nothing(),
    }
}

#[inline(never)]
fn any_bytes<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let string = call.string(0)?;
    let first = call.integer_or(1, 1)?;
    if call.is_none_or_nil(2) { byte_at(call, string, first) } else { many_bytes(call, string.as_bytes(), first) }
}

fn many_bytes<'gc>(call: &mut Call<'gc, '_>, bytes: &'gc [u8], first: i64) -> Result<Reply, Error<'gc>> {
    let end = end_of(call.integer(2)?, bytes.len());
    let bytes = slice(bytes, offset_of(first, bytes.len()), end);
    if bytes.len() > 8 {
        if let Err(error) = call.reserve_values(bytes.len()) {
            let is_memory = error.is_out_of_memory(call.ctx());
            return Err(if is_memory { error } else { call.error("stack overflow (string slice too long)") });
        }
        call.charge(bytes.len() / 4);
    }
    for byte in bytes {
        call.push_slot(Slot::integer(i64::from(*byte)));
    }
    call.values(bytes.len())
}

/// `string.sub`
pub(super) fn sub<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    if let Some(string) = call.slot(0).to_lua_string()
        && let Some(first) = call.slot(1).as_integer()
        && let Some(last) = plain_integer(call, 2, -1)
    {
        return sub_of(call, string, first, last);
    }
    sub_of_any(call)
}

#[inline(always)]
fn sub_of<'gc>(call: &mut Call<'gc, '_>, string: LuaString<'gc>, first: i64, last: i64) -> Result<Reply, Error<'gc>> {
    let bytes = string.as_bytes();
    let part = slice(bytes, offset_of(first, bytes.len()), end_of(last, bytes.len()));
    let result = if part.len() == bytes.len() { string } else { new_string(call, part)? };
    call.one_slot(Slot::from(result))
}

#[inline(never)]
fn sub_of_any<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let string = call.string(0)?;
    let first = call.integer(1)?;
    let last = call.integer_or(2, -1)?;
    sub_of(call, string, first, last)
}

/// The argument as the code of a byte.
#[inline]
fn code<'gc>(call: &Call<'gc, '_>, index: usize) -> Result<u8, Error<'gc>> {
    let code = call.integer(index)?;
    u8::try_from(code).map_err(|_| call.argument_error(index, "value out of range"))
}

/// `string.char`
pub(super) fn char<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    if call.len() == 1 {
        let code = code(call, 0)?;
        let result = new_string(call, &[code])?;
        return call.one_slot(Slot::from(result));
    }
    let count = call.len();
    call.charge(count / 4);
    call.reserve(count)?;
    let mut codes = Codes { count, checked: 0 };
    match codes.run(call)? {
        Some(string) => call.one(string),
        None => call.sequence(codes),
    }
}

/// A running `string.char`.
#[derive(Collect)]
struct Codes {
    count: usize,
    /// How many arguments are checked, and are integers in the window.
    checked: usize,
}

impl Codes {
    /// Continues. At the end, returns the string.
    fn run<'gc>(&mut self, call: &mut Call<'gc, '_>) -> Result<Option<LuaString<'gc>>, Error<'gc>> {
        while self.checked < self.count {
            let code = code(call, self.checked)?;
            let is_text = call.slot(self.checked).to_lua_string().is_some();
            call.replace_slot(self.checked, Slot::integer(i64::from(code)));
            self.checked += 1;
            if is_text && call.fuel_left() < 0 {
                // Reading a long string as a number takes long.
                return Ok(None);
            }
        }
        let count = self.count;
        let byte_of = |index| call.slot(index).as_integer().and_then(|code| u8::try_from(code).ok()).unwrap_or(0);
        let mut few = [0; 64];
        let string = if let Some(bytes) = few.get_mut(..count) {
            bytes.iter_mut().enumerate().for_each(|(index, byte)| *byte = byte_of(index));
            new_string(call, bytes)?
        } else {
            call.reserve(count)?;
            call.make_string_with(count, |bytes| {
                bytes.iter_mut().enumerate().for_each(|(index, byte)| *byte = byte_of(index));
            })?
        };
        Ok(Some(string))
    }
}

impl<'gc> Sequence<'gc> for Codes {
    const NAME: &'static str = "string.char";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        let Some(string) = self.run(call)? else { return Ok(Poll::Pending) };
        call.push(string);
        Ok(Poll::Return(1))
    }
}

/// Makes one string from the bytes of another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    Lower,
    Upper,
    Reverse,
    /// This many copies.
    Repeat {
        count: usize,
        length: usize,
    },
}

impl Work {
    /// Longer results are made only after their fuel has been paid.
    const AT_ONCE: usize = 1 << 18;

    /// The bytes of the result.
    fn length(self, string: LuaString<'_>) -> usize {
        match self {
            Work::Repeat { length, .. } => length,
            _ => string.len(),
        }
    }

    /// Does it, or continues as a sequence.
    #[inline]
    fn start<'gc>(self, call: &mut Call<'gc, '_>, string: LuaString<'gc>) -> Result<Reply, Error<'gc>> {
        let length = self.length(string);
        // An impossible length is refused before it is paid for.
        call.reserve(length)?;
        call.charge(length / 16);
        if length <= Work::AT_ONCE || call.fuel_left() > 0 {
            let result = self.run(call, string)?;
            return call.one(result);
        }
        call.set(0, string);
        call.sequence(Paid { work: self, is_waiting: false })
    }

    fn run<'gc>(self, call: &Call<'gc, '_>, string: LuaString<'gc>) -> Result<LuaString<'gc>, Error<'gc>> {
        let length = self.length(string);
        call.reserve(length)?;
        let from = string.as_bytes();
        call.make_string_with(length, |bytes| match self {
            Work::Lower => {
                bytes.copy_from_slice(from);
                bytes.make_ascii_lowercase();
            }
            Work::Upper => {
                bytes.copy_from_slice(from);
                bytes.make_ascii_uppercase();
            }
            Work::Reverse => {
                for (to, byte) in bytes.iter_mut().zip(from.iter().rev()) {
                    *to = *byte;
                }
            }
            Work::Repeat { count, .. } => repeat(bytes, from, call, count),
        })
    }
}

/// Fills `bytes` with copies of `from`, separated by argument 2 of the call.
fn repeat(bytes: &mut [u8], from: &[u8], call: &Call<'_, '_>, count: usize) {
    if let [byte] = from
        && bytes.len() == count
    {
        bytes.fill(*byte);
        return;
    }
    let separator = call.slot(2).to_lua_string();
    let separator = separator.as_ref().map_or(&[][..], |separator| separator.as_bytes());
    // First one copy and separator, or as much of it as fits; then repeatedly twice of what there is.
    let mut filled = 0;
    for part in [from, separator] {
        let part = &part[..part.len().min(bytes.len() - filled)];
        bytes[filled..filled + part.len()].copy_from_slice(part);
        filled += part.len();
    }
    while filled > 0 && filled < bytes.len() {
        let more = filled.min(bytes.len() - filled);
        bytes.copy_within(..more, filled);
        filled += more;
    }
}

/// Work whose fuel is being paid. It is done in a later step, which first repays the debt.
#[derive(Collect)]
struct Paid {
    #[collect(static)]
    work: Work,
    is_waiting: bool,
}

impl<'gc> Sequence<'gc> for Paid {
    const NAME: &'static str = "string.paid";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if call.fuel_left() <= 0 && !self.is_waiting {
            self.is_waiting = true;
            return Ok(Poll::Pending);
        }
        let string = call.string(0)?;
        let result = self.work.run(call, string)?;
        call.push(result);
        Ok(Poll::Return(1))
    }
}

/// `string.lower`
pub(super) fn lower<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let string = call.string(0)?;
    Work::Lower.start(call, string)
}

/// `string.upper`
pub(super) fn upper<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let string = call.string(0)?;
    Work::Upper.start(call, string)
}

/// `string.reverse`
pub(super) fn reverse<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let string = call.string(0)?;
    Work::Reverse.start(call, string)
}

/// `string.rep`
pub(super) fn rep<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let string = call.string(0)?;
    let count = call.integer(1)?;
    let separator = call.string_or_none(2)?;
    if count <= 0 {
        let empty = call.make_string(b"")?;
        return call.one(empty);
    }
    let separator_length = separator.map_or(0, LuaString::len);
    // No overflow: lengths are below 2^31, and the count below 2^63. As in PUC-Rio Lua, there must be room for one more
    // separator.
    let length = count as i128 * (string.len() + separator_length) as i128;
    if length > call.ctx().limits().string_bytes as i128 {
        return Err(call.error("resulting string too large"));
    }
    if let Some(separator) = separator {
        // It may have been given as a number.
        call.set(2, separator);
    }
    let length = length as usize - separator_length;
    let work = Work::Repeat { count: count as usize, length };
    if length == 0 || count == 1 {
        return call.one(string);
    }
    work.start(call, string)
}
