//! The `utf8` library, over [`utf8_codec`](super::utf8_codec).
//!
//! Positions are bytes, counted from 1; negative ones count from the end. Functions that traverse a long string are
//! sequences that do a part of it at a time.

use super::buffer::Buffer;
use super::library::{Library, define, make, reserve};
use super::utf8_codec::{self, CHARACTER_PATTERN, INVALID_CODE, Walk};
use crate::error::Error;
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::{Context, LuaString, Native, Slot, Value};
use fife_arena::Collect;

/// How many bytes are read without a sequence, and between two checks of the fuel.
const CHUNK: usize = 4096;

library! {
    /// The functions of `utf8`.
    NATIVES: "utf8." as "utf8.";

    PLAIN {
        char("···") => char, "2 units for each argument.";
        codepoint("s [, i [, j [, lax]]]") => codepoint,
            "A unit for each byte. There are at most as many as the stack takes.";
        len("s [, i [, j [, lax]]]") => len, "A unit for each 4 bytes.";
        offset("s, n [, i]") => offset, "A unit for each 16 bytes passed.";
    }

    /// Its upvalues are its iterators.
    CODES {
        codes("s [, lax]") => codes, "Constant; so is a step of the loop, but for continuation bytes to be skipped.";
    }

    STEP {
        codes.step as "" => next_strict;
    }

    STEP_LAX {
        codes.step_lax as "" => next_lax;
    }
}

/// Defines the library.
pub(crate) fn open<'gc>(ctx: Context<'gc>) {
    let library = ctx.table();
    reserve(ctx, library, &[&PLAIN, &CODES], 1);
    define(ctx, library, &PLAIN, &[]);
    define(ctx, library, &CODES, &[make(ctx, &STEP, &[]), make(ctx, &STEP_LAX, &[])]);
    library.set_field(ctx, "charpattern", ctx.string(CHARACTER_PATTERN));
    ctx.globals().set_field(ctx, "utf8", library);
}

/// Converts a position counted from the end to one counted from the start; 0 for one before the start.
fn position_from_start(position: i64, length: usize) -> i64 {
    if position >= 0 {
        position
    } else {
        (length as i64).checked_add(position).map_or(0, |from_start| from_start.saturating_add(1).max(0))
    }
}

// ---- char ----

/// `utf8.char`
fn char<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    if call.len() == 1 {
        let encoded = encode(call, 0)?;
        let text = call.make_string(encoded.as_bytes())?;
        return call.one(text);
    }
    let mut characters = Characters { next: 0, count: call.len(), bytes: Buffer::new(call) };
    if characters.run(call)? {
        let text = characters.bytes.finish(call)?;
        return call.one(text);
    }
    call.sequence(characters)
}

fn encode<'gc>(call: &Call<'gc, '_>, argument: usize) -> Result<utf8_codec::Encoded, Error<'gc>> {
    let code = call.integer(argument)?;
    let encoded = u32::try_from(code).ok().and_then(utf8_codec::encode);
    encoded.ok_or_else(|| call.argument_error(argument, "value out of range"))
}

/// A running `utf8.char`.
#[derive(Collect)]
struct Characters<'gc> {
    next: usize,
    count: usize,
    bytes: Buffer<'gc>,
}

impl<'gc> Characters<'gc> {
    /// Encodes the next arguments; true if these were the last.
    fn run(&mut self, call: &Call<'gc, '_>) -> Result<bool, Error<'gc>> {
        let end = self.count.min(self.next + CHUNK / 4);
        while self.next < end {
            call.charge(2);
            let encoded = encode(call, self.next)?;
            self.bytes.append(call, encoded.as_bytes())?;
            self.next += 1;
            if call.slot(self.next - 1).to_lua_string().is_some() && call.fuel_left() < 0 {
                // Reading a long string as a number takes long.
                break;
            }
        }
        Ok(self.next == self.count)
    }
}

impl<'gc> Sequence<'gc> for Characters<'gc> {
    const NAME: &'static str = "utf8.char";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if !self.run(call)? {
            return Ok(Poll::Pending);
        }
        let text = self.bytes.finish(call)?;
        call.push(text);
        Ok(Poll::Return(1))
    }
}

// ---- codepoint ----

/// `utf8.codepoint`
fn codepoint<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let string = call.string(0)?;
    let begin = position_from_start(call.integer_or(1, 1)?, string.len());
    let end = position_from_start(call.integer_or(2, begin)?, string.len());
    if begin < 1 {
        return Err(call.argument_error(1, "out of bounds"));
    }
    if end > string.len() as i64 {
        return Err(call.argument_error(2, "out of bounds"));
    }
    if begin > end {
        return call.nothing();
    }
    let size = (end - begin + 1) as usize;
    let ctx = call.ctx();
    call.reserve_values(size).map_err(|error| {
        if error.is_out_of_memory(ctx) { error } else { call.error("stack overflow (string slice too long)") }
    })?;
    let is_strict = !call.get(3).to_bool();
    let mut points = CodePoints { string, position: begin as usize - 1, end: end as usize, is_strict, count: 0 };
    if points.run(call)? {
        return call.values(points.count);
    }
    call.sequence(points)
}

/// A running `utf8.codepoint`. The code points are at the end of the window.
#[derive(Collect)]
struct CodePoints<'gc> {
    string: LuaString<'gc>,
    position: usize,
    end: usize,
    is_strict: bool,
    count: usize,
}

impl<'gc> CodePoints<'gc> {
    /// Decodes a part of the string. True at its end.
    fn run(&mut self, call: &mut Call<'gc, '_>) -> Result<bool, Error<'gc>> {
        let bytes = self.string.as_bytes();
        let stop = self.end.min(self.position + CHUNK);
        call.charge(stop - self.position);
        while self.position < stop {
            let rest = bytes.get(self.position..).unwrap_or_default();
            let Some((code, length)) = utf8_codec::decode(rest, self.is_strict) else {
                return Err(call.error(INVALID_CODE));
            };
            call.push_slot(Slot::integer(i64::from(code)));
            self.count += 1;
            self.position += length;
        }
        Ok(self.position >= self.end)
    }
}

impl<'gc> Sequence<'gc> for CodePoints<'gc> {
    const NAME: &'static str = "utf8.codepoint";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        Ok(if self.run(call)? { Poll::Return(self.count as u32) } else { Poll::Pending })
    }
}

// ---- len ----

/// `utf8.len`
fn len<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let string = call.string(0)?;
    let begin = position_from_start(call.integer_or(1, 1)?, string.len());
    let end = position_from_start(call.integer_or(2, -1)?, string.len());
    if begin < 1 || begin - 1 > string.len() as i64 {
        return Err(call.argument_error(1, "initial position out of bounds"));
    }
    if end > string.len() as i64 {
        return Err(call.argument_error(2, "final position out of bounds"));
    }
    let is_strict = !call.get(3).to_bool();
    let mut length = Length { string, position: begin as usize - 1, end: end as usize, is_strict, count: 0 };
    match length.run(call) {
        None => call.sequence(length),
        Some(Ok(count)) => call.one(count),
        Some(Err(position)) => call.all([Value::Nil, Value::Integer(position)]),
    }
}

/// A running `utf8.len`.
#[derive(Collect)]
struct Length<'gc> {
    string: LuaString<'gc>,
    position: usize,
    end: usize,
    is_strict: bool,
    count: i64,
}

impl<'gc> Length<'gc> {
    /// Counts in a part of the string. At its end, returns the number of characters, or the position of an invalid one.
    fn run(&mut self, call: &Call<'gc, '_>) -> Option<Result<i64, i64>> {
        let stop = self.end.min(self.position.saturating_add(CHUNK));
        call.charge(stop.saturating_sub(self.position) / 4);
        match utf8_codec::count(self.string.as_bytes(), self.position, stop, self.is_strict) {
            Err(position) => Some(Err(position as i64 + 1)),
            Ok((count, position)) => {
                self.count += count as i64;
                self.position = position;
                (position >= self.end).then_some(Ok(self.count))
            }
        }
    }
}

impl<'gc> Sequence<'gc> for Length<'gc> {
    const NAME: &'static str = "utf8.len";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        match self.run(call) {
            None => Ok(Poll::Pending),
            Some(Ok(count)) => {
                call.push(count);
                Ok(Poll::Return(1))
            }
            Some(Err(position)) => {
                call.push(Value::Nil);
                call.push(position);
                Ok(Poll::Return(2))
            }
        }
    }
}

// ---- offset ----

/// `utf8.offset`
fn offset<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let string = call.string(0)?;
    let n = call.integer(1)?;
    let default = if n >= 0 { 1 } else { string.len() as i64 + 1 };
    let position = position_from_start(call.integer_or(2, default)?, string.len());
    if position < 1 || position - 1 > string.len() as i64 {
        return Err(call.argument_error(2, "position out of bounds"));
    }
    let position = position as usize - 1;
    if n != 0 && utf8_codec::is_continuation_at(string.as_bytes(), position) {
        return Err(call.error("initial position is a continuation byte"));
    }
    let mut search = Offset { string, walk: Walk::new(string.as_bytes(), position, n) };
    match search.run(call) {
        None => call.sequence(search),
        Some(found) => call.one(found),
    }
}

/// A running `utf8.offset`.
#[derive(Collect)]
struct Offset<'gc> {
    string: LuaString<'gc>,
    #[collect(static)]
    walk: Walk,
}

impl<'gc> Offset<'gc> {
    /// Walks on. At the end, returns the position, if there is one.
    fn run(&mut self, call: &Call<'gc, '_>) -> Option<Option<i64>> {
        let limit = (CHUNK / 16) as i64;
        let mut left = limit;
        let found = self.walk.run(self.string.as_bytes(), &mut left);
        call.charge((limit - left) as usize);
        found.map(|offset| offset.map(|offset| offset as i64 + 1))
    }
}

impl<'gc> Sequence<'gc> for Offset<'gc> {
    const NAME: &'static str = "utf8.offset";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        match self.run(call) {
            None => Ok(Poll::Pending),
            Some(found) => {
                call.push(found);
                Ok(Poll::Return(1))
            }
        }
    }
}

// ---- codes ----

/// `utf8.codes`
fn codes<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let string = call.string(0)?;
    if utf8_codec::is_continuation_at(string.as_bytes(), 0) {
        return Err(call.argument_error(0, INVALID_CODE));
    }
    let iterator = call.upvalue(usize::from(call.get(1).to_bool()));
    call.all([iterator, Value::String(string), Value::Integer(0)])
}

fn next_strict<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    next(call, true)
}

fn next_lax<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    next(call, false)
}

/// The character after the one at a position: its own position and its code.
#[inline]
fn next<'gc>(call: &mut Call<'gc, '_>, is_strict: bool) -> Result<Reply, Error<'gc>> {
    let string = call.string(0)?;
    let bytes = string.as_bytes();
    let previous = match call.slot(1).as_integer() {
        Some(previous) => previous,
        None => {
            call.charge_numeral(call.get(1));
            call.get(1).to_integer().unwrap_or(0)
        }
    };
    // A negative position is after the end, as in PUC-Rio Lua.
    let Ok(mut position) = usize::try_from(previous) else { return call.nothing() };
    let Some(rest) = bytes.get(position..) else { return call.nothing() };
    let skipped = rest.iter().take_while(|byte| utf8_codec::is_continuation(**byte)).count();
    call.charge(skipped / 8);
    position += skipped;
    if position >= bytes.len() {
        return call.nothing();
    }
    match bytes.get(position..).and_then(|rest| utf8_codec::decode(rest, is_strict)) {
        Some((code, length)) if !utf8_codec::is_continuation_at(bytes, position + length) => {
            call.push_slot(Slot::integer(position as i64 + 1));
            call.push_slot(Slot::integer(i64::from(code)));
            call.values(2)
        }
        _ => Err(call.error(INVALID_CODE)),
    }
}
