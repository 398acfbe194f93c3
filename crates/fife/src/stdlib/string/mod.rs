//! Strings: `string`, and the metatable that makes its functions the methods of strings.
//!
//! The engines know nothing of Lua's values: `pattern` matches, `format` renders numbers and texts, `pack` encodes. The
//! functions are over them: `bytes` are the plain ones, `find` and `gsub` those on patterns, `layout` is
//! `string.format`, `packing` is `string.pack` and its like, `dump` is `string.dump`, `arithmetic` are the metamethods of
//! strings. `cache` and `buffer` are what they share.
//!
//! Invariant: every function first tries to finish at once. What runs out of fuel, or has to call Lua, goes on from
//! the very state it has come to, as a sequence. Memory is refused only at points that may be come to again.

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

pub(super) use find::iterate as gmatch_iterator;

use crate::api::Call;
use crate::error::Error;
use crate::object::{Context, Function, LuaString, NativeFunction, Value};

/// Defines `string`, and makes it the `__index` of all strings.
pub(crate) fn open<'gc>(ctx: Context<'gc>) {
    let library = ctx.table();
    let plain: [(&str, &'static str, NativeFunction<'gc>); 10] = [
        ("byte", "string.byte", bytes::byte),
        ("dump", "string.dump", dump::dump),
        ("len", "string.len", bytes::len),
        ("lower", "string.lower", bytes::lower),
        ("pack", "string.pack", packing::pack),
        ("packsize", "string.packsize", packing::packsize),
        ("rep", "string.rep", bytes::rep),
        ("reverse", "string.reverse", bytes::reverse),
        ("unpack", "string.unpack", packing::unpack),
        ("upper", "string.upper", bytes::upper),
    ];
    for (field, name, function) in plain {
        library.set_field(ctx, field, Function::native(ctx, name, function));
    }
    let of_bytes: [(&str, &'static str, NativeFunction<'gc>); 2] =
        [("char", "string.char", bytes::char), ("sub", "string.sub", bytes::sub)];
    for (field, name, function) in of_bytes {
        library.set_field(ctx, field, Function::native_with(ctx, name, function, &[Value::Nil; 256]));
    }
    let cached: [(&str, &'static str, NativeFunction<'gc>); 5] = [
        ("find", "string.find", find::find),
        ("format", "string.format", layout::format),
        ("gmatch", "string.gmatch", find::gmatch),
        ("gsub", "string.gsub", gsub::gsub),
        ("match", "string.match", find::match_pattern),
    ];
    let cache = cache::new(ctx);
    for (field, name, function) in cached {
        library.set_field(ctx, field, Function::native_with(ctx, name, function, &[cache]));
    }
    ctx.globals().set_field(ctx, "string", library);
    let metatable = ctx.table();
    metatable.set_field(ctx, "__index", library);
    arithmetic::open(ctx, metatable);
    ctx.set_shared_metatable(Value::String(ctx.string("")), Some(metatable));
}

/// The fuel that a search is given even if there is none: whoever is polled gets further, however small the steps are.
const FUEL_MIN: i64 = 32;

/// A string with these bytes; a unit for each 16.
///
/// # Errors
/// Refused memory; the native or poll is run again after a collection, so it must not have had an effect yet.
#[inline]
fn new_string<'gc>(call: &Call<'gc, '_>, bytes: &[u8]) -> Result<LuaString<'gc>, Error<'gc>> {
    if bytes.len() >= 16 {
        call.charge(bytes.len() / 16);
    }
    match call.ctx().string_object(bytes, false) {
        Ok(string) => Ok(LuaString(string)),
        Err(_) => Err(call.refused()),
    }
}

/// The offset, from 0, that a position in a string names: from 1 on, or from the end if negative. What lies before the
/// beginning is the beginning; what lies behind the end is kept.
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

/// The offset up to which a range goes that ends with this position, at most the length.
#[inline(always)]
fn end_of(position: i64, length: usize) -> usize {
    let length = length as i64;
    if position >= 0 { position.min(length) as usize } else { (length + position + 1).max(0) as usize }
}

/// The bytes from `begin` up to `end`, which lie in the string.
#[inline(always)]
fn slice(bytes: &[u8], begin: usize, end: usize) -> &[u8] {
    bytes.get(begin..end).unwrap_or_default()
}
