//! The basic functions: `print`, `pairs`, `tonumber`, `error` and so on.
//!
//! [`open`] defines those that reach only the heap and the standard output; `load` and the functions that read files
//! are in [`load`](super::load). The interpreter carries out `pcall` and `xpcall` itself, since they change frames.

mod collector;
mod iterate;
mod text;

use super::library::{Library, define, make, reserve};
use crate::error::Error;
use crate::native::{Call, Reply};
use crate::object::{Context, Native, Slot, TableError, Value};
use crate::semantics::{Event, charge_key, metamethod};
use fife_arena::OutOfMemory;
use fife_bytecode::number;

library! {
    /// The basic functions.
    NATIVES: "_G." as "";

    PLAIN {
        assert("v [, message, ···]") => assert, "Constant; a failure as `error`.";
        error("message [, level]") => error,
            "A unit for each 8 bytes of a text that gets a position, and each 4 levels.";
        getmetatable("object") => getmetatable, "Constant.";
        rawequal("v1, v2") => rawequal, "A unit for each 64 bytes of equally long strings.";
        rawget("table, index") => rawget, "Constant, or what a long string as a key costs.";
        rawlen("v") => rawlen, "Constant.";
        rawset("table, index, value") => rawset, "Constant, or what a long string as a key costs.";
        select("n, ···" / "'#', ···") => select, "A unit for each 8 results.";
        setmetatable("table, metatable") => setmetatable, "Constant.";
        tonumber("e [, base]") => tonumber,
            "As for any string that is read as a number; with a base a unit for each 4 bytes.";
    }

    /// Its upvalues are the names of the types.
    TYPE {
        type("v") => type_of, "Constant.";
    }

    PROTECTED {
        pcall("f [, arg1, ···]") => by_interpreter [Pcall], "3 units, and what `f` does.";
        xpcall("f, msgh [, arg1, ···]") => by_interpreter [Xpcall],
            "3 units, 1 for each 16 arguments, and what `f` does.";
    }

    /// Its upvalues are parameters that scripts read back.
    COLLECTGARBAGE {
        collectgarbage("[opt [, arg]]") => collector::collectgarbage,
            "A collection costs a unit for each 16 bytes in use, a step one for each 16 bytes of work.";
    }

    NEXT {
        next("table [, index]") => iterate::next [Next], "A unit for each 8 empty places passed over.";
    }

    IPAIRS_STEP {
        ipairs.step as "" => iterate::ipairs_step [IpairsStep];
    }

    /// Its upvalue is `next`.
    PAIRS {
        pairs("t") => iterate::pairs, "Constant, besides a call of `__pairs`.";
    }

    /// Its upvalue is its iterator.
    IPAIRS {
        ipairs("t") => iterate::ipairs, "Constant.";
    }

    TEXT {
        print("···") => text::print, "A unit for each argument and for each 16 bytes, besides calls of `__tostring`.";
        tostring("v") => text::tostring,
            "Constant, besides a call of `__tostring`, or a unit for each 16 bytes of a `__name`.";
        warn("msg1, ···") => text::warn, "A unit for each argument and each 16 bytes.";
    }
}

/// Defines the basic functions.
pub(crate) fn open<'gc>(ctx: Context<'gc>) {
    let globals = ctx.globals();
    // And the two here, `load`, and the tables of the libraries without access to the outside.
    reserve(ctx, globals, NATIVES, 8);
    globals.set_field(ctx, "_G", globals);
    globals.set_field(ctx, "_VERSION", ctx.string("Lua 5.4"));
    define(ctx, globals, &PLAIN, &[]);
    define(ctx, globals, &TYPE, &TYPE_NAMES.map(|name| Value::String(ctx.string(name))));
    define(ctx, globals, &PROTECTED, &[]);
    define(ctx, globals, &COLLECTGARBAGE, &collector::parameters(ctx));
    define(ctx, globals, &NEXT, &[]);
    define(ctx, globals, &PAIRS, &[globals.get_field(ctx, "next")]);
    define(ctx, globals, &IPAIRS, &[make(ctx, &IPAIRS_STEP, &[])]);
    define(ctx, globals, &TEXT, &[]);
}

/// Stands in for functions that the interpreter carries out itself.
pub(super) fn by_interpreter<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    Err(call.error("internal error: a function of the interpreter was called as a native"))
}

/// `assert`
fn assert<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    if call.any(0)?.to_bool() {
        return call.values(call.len());
    }
    // As in PUC-Rio Lua, whose `assert` ends by calling `error`.
    let message = if call.is_none(1) { Value::String(call.make_string(b"assertion failed!")?) } else { call.get(1) };
    Err(thrown(call, message, 1))
}

/// `error`
fn error<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let level = call.integer_or(1, 1)?;
    Err(thrown(call, call.get(0), level))
}

/// The error with this value. Strings get the position of a level in front; level 1 is the caller of this function.
fn thrown<'gc>(call: &Call<'gc, '_>, message: Value<'gc>, level: i64) -> Error<'gc> {
    match message {
        Value::String(text) if level > 0 => {
            // The text is copied twice: with the position in front, and to a string.
            if let Err(refused) = call.reserve(2 * text.len()) {
                return refused;
            }
            let level = usize::try_from(level).unwrap_or(usize::MAX);
            call.charge(text.len() / 16);
            let error = call.error_at(level, text.as_bytes());
            // If there was no memory for the text, it is made after a collection: a script's own error must not be
            // lost.
            if error.is_out_of_memory(call.ctx()) { call.refused() } else { error }
        }
        other => Error::new(call.ctx(), other),
    }
}

/// `getmetatable`
fn getmetatable<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let object = call.any(0)?;
    let ctx = call.ctx();
    let Some(metatable) = ctx.metatable(object) else { return call.one(Value::Nil) };
    match metamethod(ctx, Slot::from(object), Event::Metatable).value() {
        Value::Nil => call.one(metatable),
        shown => call.one(shown),
    }
}

/// `setmetatable`
fn setmetatable<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let table = call.table(0)?;
    let metatable = match call.get(1) {
        Value::Table(metatable) => Some(metatable),
        Value::Nil if !call.is_none(1) => None,
        _ => return Err(call.type_error(1, "nil or table")),
    };
    let ctx = call.ctx();
    if !metamethod(ctx, Slot::from(Value::Table(table)), Event::Metatable).is_nil() {
        return Err(call.error("cannot change a protected metatable"));
    }
    if table.is_frozen() {
        return Err(call.error("attempt to change a frozen table"));
    }
    // If there is no memory to note the `__gc`, the native is called again.
    ctx.set_metatable(Value::Table(table), metatable).map_err(|OutOfMemory| call.refused())?;
    call.one(table)
}

/// `rawequal`
fn rawequal<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (left, right) = (call.any(0)?, call.any(1)?);
    if let (Value::String(left), Value::String(right)) = (left, right)
        && left.len() == right.len()
    {
        call.charge(left.len() / 64);
    }
    call.one(left.raw_equal(right))
}

/// `rawget`
fn rawget<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let table = call.table(0)?;
    let key = call.any(1)?;
    charge_key(call.ctx(), Slot::from(key));
    let value = table.get(call.ctx(), key);
    call.one(value)
}

/// `rawset`
fn rawset<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let table = call.table(0)?;
    let (key, value) = (call.any(1)?, call.any(2)?);
    charge_key(call.ctx(), Slot::from(key));
    match table.set(call.ctx(), key, value) {
        Ok(()) => call.one(table),
        Err(TableError::OutOfMemory) => {
            // Nothing has had an effect yet, so it is tried again after a collection.
            Err(call.refused())
        }
        Err(refused) => Err(call.failed(refused)),
    }
}

/// `rawlen`
fn rawlen<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    match call.get(0) {
        Value::Table(table) => call.one(table.length()),
        Value::String(string) => call.one(string.len() as i64),
        _ => Err(call.type_error(0, "table or string")),
    }
}

/// `select`
fn select<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    if let Value::String(text) = call.get(0)
        && text.as_bytes().first() == Some(&b'#')
    {
        return call.one(call.len() as i64 - 1);
    }
    let from = call.integer(0)?;
    let others = call.len() as i64 - 1;
    let skipped = match from {
        1.. => (from - 1).min(others),
        _ if from < 0 && from >= -others => others + from,
        _ => return Err(call.argument_error(0, "index out of range")),
    };
    let count = (others - skipped) as usize;
    call.charge(count / 8);
    call.values(count)
}

/// The upvalues of `type`, in the order of [`type_of`].
const TYPE_NAMES: [&str; 8] = ["nil", "boolean", "number", "string", "table", "function", "userdata", "thread"];

/// `type`
fn type_of<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let index = match call.any(0)? {
        Value::Nil => 0,
        Value::Boolean(_) => 1,
        Value::Integer(_) | Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Table(_) => 4,
        Value::Function(_) => 5,
        Value::UserData(_) => 6,
        Value::Thread(_) => 7,
    };
    call.one(call.upvalue(index))
}

/// `tonumber`
fn tonumber<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    if call.is_none_or_nil(1) {
        return match call.any(0)? {
            value @ (Value::Integer(_) | Value::Number(_)) => call.one(value),
            Value::String(text) => {
                call.charge(number::numeral_cost(text.len()));
                match number::parse(text.as_bytes()) {
                    Some(number::Number::Integer(value)) => call.one(value),
                    Some(number::Number::Float(value)) => call.one(value),
                    None => call.one(Value::Nil),
                }
            }
            _ => call.one(Value::Nil),
        };
    }
    let base = call.integer(1)?;
    let Value::String(text) = call.get(0) else { return Err(call.type_error(0, "string")) };
    if !(2..=36).contains(&base) {
        return Err(call.argument_error(1, "base out of range"));
    }
    call.charge(text.len() / 4);
    call.one(integer_in_base(text.as_bytes(), base))
}

/// The integer written in `text` in a base, with optional spaces around it and a sign. It wraps around.
fn integer_in_base(text: &[u8], base: i64) -> Option<i64> {
    let is_space = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'\x0b';
    let start = text.iter().position(|byte| !is_space(byte))?;
    let end = text.iter().rposition(|byte| !is_space(byte))? + 1;
    let (negative, digits) = match &text[start..end] {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value = 0i64;
    for digit in digits {
        let digit = char::from(*digit).to_digit(base as u32)?;
        value = value.wrapping_mul(base).wrapping_add(i64::from(digit));
    }
    Some(if negative { value.wrapping_neg() } else { value })
}
