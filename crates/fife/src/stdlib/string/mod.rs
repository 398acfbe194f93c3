//! Strings: `string`, and the metatable that makes its functions the methods of strings.
//!
//! The engines know nothing of Lua's values: `pattern` matches, `format` renders numbers and texts, `pack` encodes. The
//! functions use them: `bytes` has the plain ones, `find` and `gsub` those on patterns, `layout` is `string.format`,
//! `packing` is `string.pack` and so on, `dump` is `string.dump`, `arithmetic` has the metamethods of strings. They
//! share `cache` and `buffer`.
//!
//! Invariant: every function first tries to finish at once. If it runs out of fuel, or has to call Lua, it continues
//! from the same state as a sequence. Memory is refused only at points that can be reached again.

mod arithmetic;
mod bytes;
mod cache;
mod dump;
mod find;
mod format;
mod gsub;
mod layout;
mod pack;
mod packing;
mod pattern;

use super::library::{Library, define, reserve};
use crate::error::Error;
use crate::native::Call;
use crate::object::{Context, LuaString, Native, Value};

library! {
    /// The functions of `string`.
    NATIVES: "string." as "string.";

    PLAIN {
        byte("s [, i [, j]]") => bytes::byte, "A quarter of the number of results.";
        char("···") => bytes::char, "A unit for each 4 arguments.";
        dump("function [, strip]") => dump::dump, "A unit for each 4 bytes of the result.";
        len("s") => bytes::len, "Constant.";
        lower("s") => bytes::lower, "A unit for each 16 bytes.";
        pack("fmt, v1, v2, ···") => packing::pack, "A unit for each option and for each 8 bytes.";
        packsize("fmt") => packing::packsize, "A unit for each option.";
        rep("s, n [, sep]") => bytes::rep, "A unit for each 16 bytes of the result.";
        reverse("s") => bytes::reverse, "A unit for each 16 bytes.";
        sub("s, i [, j]") => bytes::sub, "A unit for each 16 bytes of the result.";
        unpack("fmt, s [, pos]") => packing::unpack, "A unit for each option and for each 16 bytes.";
        upper("s") => bytes::upper, "A unit for each 16 bytes.";
    }

    /// Upvalue: the cache of compiled patterns.
    CACHED {
        find("s, pattern [, init [, plain]]") => find::find, "A unit for each step of matching, which may be 16 bytes.";
        format("formatstring, ···") => layout::format,
            "A unit for each conversion, 5 for floats, 17 with more than 17 digits, and one for each 8 bytes of the \
            result, besides calls of `__tostring`.";
        gmatch("s, pattern [, init]") => find::gmatch, "8 units; the iterator as `string.match`.";
        gsub("s, pattern, repl [, n]") => gsub::gsub,
            "As `string.match`, and a unit for each match and each 16 bytes of the result, besides calls of \
            functions.";
        match("s, pattern [, init]") => find::match_pattern, "A unit for each step of matching, which may be 16 bytes.";
    }

    /// The iterator of `gmatch`. For its upvalues see [`find`].
    GMATCH_STEP {
        gmatch.step as "" => find::step;
    }

    /// Metamethods of strings.
    METAMETHODS {
        __add as "__add" => arithmetic::add;
        __sub as "__sub" => arithmetic::sub;
        __mul as "__mul" => arithmetic::mul;
        __div as "__div" => arithmetic::div;
        __mod as "__mod" => arithmetic::modulo;
        __pow as "__pow" => arithmetic::pow;
        __idiv as "__idiv" => arithmetic::idiv;
        __unm as "__unm" => arithmetic::unm;
    }
}

/// Defines `string`, and makes it the `__index` of all strings.
pub(crate) fn open<'gc>(ctx: Context<'gc>) {
    let library = ctx.table();
    reserve(ctx, library, &[&PLAIN, &CACHED], 0);
    define(ctx, library, &PLAIN, &[]);
    define(ctx, library, &CACHED, &[cache::new(ctx)]);
    ctx.globals().set_field(ctx, "string", library);
    let metatable = ctx.table();
    metatable.set_field(ctx, "__index", library);
    define(ctx, metatable, &METAMETHODS, &[]);
    ctx.set_shared_metatable(Value::String(ctx.string("")), Some(metatable));
}

/// The fuel that a search gets even if there is none, so that every poll makes progress, however small the steps are.
const FUEL_MIN: i64 = 32;

/// A string with these bytes. Costs a unit per 16 bytes.
///
/// # Errors
/// Memory was refused. The native or poll runs again after a collection, so it must not have had an effect yet.
#[cfg_attr(feature = "full", inline(always))]
fn new_string<'gc>(call: &Call<'gc, '_>, bytes: &[u8]) -> Result<LuaString<'gc>, Error<'gc>> {
    if bytes.len() >= 16 {
        call.charge(bytes.len() / 16);
    }
    call.ctx().try_string(bytes).map_err(|_| call.refused())
}

/// The offset, from 0, of a position in a string: positive ones count from 1, negative ones from the end. Positions
/// before the beginning give 0; those after the end are kept.
#[inline(always)]
fn offset_of(position: i64, length: usize) -> usize {
    if position > 0 {
        position as usize - 1
    } else if position == 0 {
        0
    } else {
        (length as i64 + position).max(0) as usize
    }
}

/// The end offset of a range that ends with this position, at most the length.
#[inline(always)]
fn end_of(position: i64, length: usize) -> usize {
    let length = length as i64;
    if position >= 0 { position.min(length) as usize } else { (length + position + 1).max(0) as usize }
}

/// The bytes from `begin` up to `end`, which must be in the string.
#[inline(always)]
fn slice(bytes: &[u8], begin: usize, end: usize) -> &[u8] {
    bytes.get(begin..end).unwrap_or_default()
}
