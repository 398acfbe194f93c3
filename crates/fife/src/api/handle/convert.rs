//! Conversion between values of Rust and of Lua: scalars, strings, handles and branded values.
//!
//! One pair of traits serves both layers: a handle implements them for all `'gc`, a branded type for its own.

use super::{AnyUserData, Error, Function, LuaString, Mismatch, Result, Table, Thread, Value};
use crate::object::{self as gc, Context, TableObject, draws_on_reserve, string_at_once};
use fife_arena::OutOfMemory;
use fife_bytecode::number;
use std::borrow::Cow;
use std::str::Utf8Error;

/// Types that a value of Lua can be converted to: arguments of host functions, results of calls, fields of tables.
///
/// The conversions are those of Lua's own library: a string may stand for a number and a number for a string, and a
/// float without a fraction for an integer. There are no others: `bool` takes only booleans, and nil becomes only the
/// `None` of an `Option`. An integer out of the range of its Rust type is refused, and so is a `String` that is not
/// UTF-8; [`LuaString`] takes any bytes.
///
/// ```
/// use fife::gc::{Context, Value};
/// use fife::{FromLua, Lua, Mismatch};
///
/// /// From 0 to 100.
/// struct Percent(u8);
///
/// impl<'gc> FromLua<'gc> for Percent {
///     fn from_lua(ctx: Context<'gc>, value: Value<'gc>) -> Result<Percent, Mismatch> {
///         match u8::from_lua(ctx, value)? {
///             number @ 0..=100 => Ok(Percent(number)),
///             number => Err(Mismatch::unexpected("percentage", number)),
///         }
///     }
/// }
///
/// let mut lua = Lua::new();
/// lua.globals().set_function(&lua, "dim", |by: Percent| 100 - by.0)?;
/// assert_eq!(lua.load("return dim('30')").eval::<i64>()?, 70);
/// let error = lua.load("dim(200)").name("=demo").exec().unwrap_err();
/// assert_eq!(error.to_string(), "demo:1: bad argument #1 to 'dim' (percentage expected, got 200)");
/// # Ok::<(), fife::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a Lua value cannot be turned into `{Self}`",
    label = "needs `FromLua`",
    note = "integers, floats, `bool`, `String`, `LuaString`, `Option`, `Vec`, `HashMap`, `Value`, `Table` and `Function` have it; \
            borrowed types such as `&str` do not: take the owned one; a value of a class is taken as a `Ref` of it"
)]
pub trait FromLua<'gc>: Sized {
    /// Converts the value.
    ///
    /// # Errors
    /// The value has another type. The mismatch says what was expected, and the caller adds which argument or field it
    /// was.
    fn from_lua(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<Self, Mismatch>;
}

/// Types that can be converted to a value of Lua: arguments of calls, results of host functions, fields of tables.
///
/// ```
/// use fife::gc::{Context, Value};
/// use fife::{IntoLua, Lua, Result};
///
/// /// A color, which scripts see as `#rrggbb`.
/// struct Color(u8, u8, u8);
///
/// impl<'gc> IntoLua<'gc> for Color {
///     fn into_lua(self, ctx: Context<'gc>) -> Result<Value<'gc>> {
///         format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2).into_lua(ctx)
///     }
/// }
///
/// let mut lua = Lua::new();
/// lua.globals().set(&lua, "sky", Color(135, 206, 235))?;
/// assert_eq!(lua.load("return sky").eval::<String>()?, "#87ceeb");
/// # Ok::<(), fife::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be turned into a Lua value",
    label = "needs `IntoLua`",
    note = "integers, floats, `bool`, `String`, `&str`, `LuaString`, `Option`, `Vec`, `HashMap`, `Value`, the handles and every class have it; \
            `#[derive(fife::UserData)]` makes a type of yours a class"
)]
pub trait IntoLua<'gc>: Sized {
    /// Converts the value.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`](crate::ErrorKind::Memory), [`ErrorKind::Conversion`](crate::ErrorKind::Conversion) for an
    /// integer that Lua cannot hold, [`ErrorKind::Handle`](crate::ErrorKind::Handle) for a handle of another VM.
    fn into_lua(self, ctx: Context<'gc>) -> Result<gc::Value<'gc>>;

    /// An upper bound of the bytes of the VM's memory that [`into_lua`](Self::into_lua) takes; 0 if they are less than
    /// 4 KiB. What a host function returns waits for a collection if there is no room for that.
    fn lua_bytes(&self) -> usize {
        0
    }
}

// ---- Taking memory outside of the VM ----

/// Begins a conversion of one value, or of the arguments of a call.
#[inline]
pub(super) fn begin(ctx: Context<'_>) {
    ctx.state().converted.set(0);
}

/// Requests Rust memory for a copy of a script's data. Copies are not bounded by what the script holds, since a table
/// can contain one long string a thousand times. Within a step, everything that one conversion takes must fit under the
/// limit on memory; outside of steps it may be as much as the limit.
///
/// # Errors
/// There is not enough. When a host function's arguments are converted, the call is repeated after a collection.
#[inline]
pub(super) fn take(ctx: Context<'_>, bytes: usize) -> Result<(), Mismatch> {
    let state = ctx.state();
    let total = state.converted.get().saturating_add(bytes);
    state.converted.set(total);
    if total <= FREE_BYTES { Ok(()) } else { take_more(ctx, total) }
}

#[cold]
fn take_more(ctx: Context<'_>, total: usize) -> Result<(), Mismatch> {
    let state = ctx.state();
    let has_room = if state.step.is_running() {
        ctx.mc().has_room(total)
    } else {
        state.settings.limits.memory.is_none_or(|limit| total <= limit)
    };
    if has_room { Ok(()) } else { Err(Mismatch::memory()) }
}

/// What a conversion may take without a request.
const FREE_BYTES: usize = 4096;

/// An upper bound of what a handle takes, with the root that keeps its object.
const HANDLE_BYTES: usize = 128;

// ---- Making objects ----

/// Makes a string. If memory is used up, a small one comes from the reserve for errors.
pub(super) fn make_string<'gc>(ctx: Context<'gc>, bytes: &[u8]) -> Result<gc::Value<'gc>> {
    let limits = &ctx.state().settings.limits;
    if bytes.len() > limits.string_bytes && limits.memory.is_none_or(|limit| bytes.len() < limit) {
        return Err(Error::runtime("resulting string too large"));
    }
    ctx.state().charge(bytes.len() / 16);
    string_at_once(ctx, bytes).map(gc::Value::String).ok_or_else(Error::memory)
}

/// Makes a table with room for this many elements and other entries. If memory is used up, a small one comes from the
/// reserve.
pub(super) fn make_table<'gc>(ctx: Context<'gc>, elements: usize, others: usize) -> Result<gc::Table<'gc>> {
    let allocate = |forced| TableObject::allocate(ctx.mc(), elements, others, ctx.next_serial(), forced).map(gc::Table);
    match allocate(false) {
        Ok(table) => Ok(table),
        Err(OutOfMemory) if draws_on_reserve(ctx, table_bytes(elements, others)) => {
            allocate(true).map_err(|OutOfMemory| Error::memory())
        }
        Err(OutOfMemory) => Err(Error::memory()),
    }
}

/// An upper bound of the bytes of a table with this many elements and other entries.
pub(super) fn table_bytes(elements: usize, others: usize) -> usize {
    let nodes = others.checked_next_power_of_two().unwrap_or(usize::MAX);
    elements.saturating_mul(16).saturating_add(nodes.saturating_mul(24)).saturating_add(128)
}

// ---- Scalars ----

impl<'gc> FromLua<'gc> for bool {
    fn from_lua(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<bool, Mismatch> {
        match value {
            gc::Value::Boolean(value) => Ok(value),
            other => Err(Mismatch::expected(ctx, "boolean", other)),
        }
    }
}
impl<'gc> IntoLua<'gc> for bool {
    fn into_lua(self, _: Context<'gc>) -> Result<gc::Value<'gc>> {
        Ok(gc::Value::Boolean(self))
    }
}

/// Charges for reading a string as a number.
fn charge_numeral(ctx: Context<'_>, value: gc::Value<'_>) {
    if let gc::Value::String(text) = value {
        ctx.state().charge(number::numeral_cost(text.len()));
    }
}

#[cold]
fn integer_of_other<'gc>(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<i64, Mismatch> {
    charge_numeral(ctx, value);
    match value.to_integer() {
        Some(integer) => Ok(integer),
        None if value.to_number().is_some() => Err(Mismatch::text("number has no integer representation")),
        None => Err(Mismatch::expected(ctx, "integer", value)),
    }
}

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl<'gc> FromLua<'gc> for $type {
            #[inline]
            fn from_lua(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<$type, Mismatch> {
                let integer = match value {
                    gc::Value::Integer(integer) => integer,
                    other => integer_of_other(ctx, other)?,
                };
                <$type>::try_from(integer).map_err(|_| {
                    let expected = format!("integer from {} to {}", <$type>::MIN, <$type>::MAX);
                    Mismatch::unexpected(expected, integer)
                })
            }
        }
        impl<'gc> IntoLua<'gc> for $type {
            #[inline]
            fn into_lua(self, _: Context<'gc>) -> Result<gc::Value<'gc>> {
                match i64::try_from(self) {
                    Ok(integer) => Ok(gc::Value::Integer(integer)),
                    Err(_) => {
                        let expected = format!("integer from {} to {}", i64::MIN, i64::MAX);
                        Err(Mismatch::unexpected(expected, self).into())
                    }
                }
            }
        }
    )*};
}
integers! { i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }

impl<'gc> FromLua<'gc> for f64 {
    #[inline]
    fn from_lua(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<f64, Mismatch> {
        if let gc::Value::Number(number) = value {
            return Ok(number);
        }
        charge_numeral(ctx, value);
        value.to_number().ok_or_else(|| Mismatch::expected(ctx, "number", value))
    }
}
impl<'gc> IntoLua<'gc> for f64 {
    #[inline]
    fn into_lua(self, _: Context<'gc>) -> Result<gc::Value<'gc>> {
        Ok(gc::Value::Number(self))
    }
}

/// The nearest `f32`.
impl<'gc> FromLua<'gc> for f32 {
    fn from_lua(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<f32, Mismatch> {
        f64::from_lua(ctx, value).map(|number| number as f32)
    }
}
impl<'gc> IntoLua<'gc> for f32 {
    fn into_lua(self, _: Context<'gc>) -> Result<gc::Value<'gc>> {
        Ok(gc::Value::Number(self.into()))
    }
}

/// Nil is `None`, in both directions.
impl<'gc, T: FromLua<'gc>> FromLua<'gc> for Option<T> {
    fn from_lua(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<Option<T>, Mismatch> {
        if value.is_nil() { Ok(None) } else { T::from_lua(ctx, value).map(Some) }
    }
}
impl<'gc, T: IntoLua<'gc>> IntoLua<'gc> for Option<T> {
    fn into_lua(self, ctx: Context<'gc>) -> Result<gc::Value<'gc>> {
        self.map_or(Ok(gc::Value::Nil), |value| value.into_lua(ctx))
    }
    fn lua_bytes(&self) -> usize {
        self.as_ref().map_or(0, T::lua_bytes)
    }
}

// ---- Strings ----

impl<'gc> FromLua<'gc> for LuaString {
    fn from_lua(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<LuaString, Mismatch> {
        match value {
            gc::Value::String(text) => {
                ctx.state().charge(text.len() / 16);
                take(ctx, text.len())?;
                Ok(text.as_bytes().into())
            }
            gc::Value::Integer(value) => Ok(number::integer_text(value).as_bytes().into()),
            gc::Value::Number(value) => Ok(number::float_text(value).as_bytes().into()),
            other => Err(Mismatch::expected(ctx, "string", other)),
        }
    }
}

/// UTF-8 only; [`LuaString`] takes any bytes.
impl<'gc> FromLua<'gc> for String {
    fn from_lua(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<String, Mismatch> {
        let bytes = LuaString::from_lua(ctx, value)?.into_bytes();
        String::from_utf8(bytes).map_err(|error| not_utf8(&error.utf8_error()))
    }
}

/// The mismatch of bytes that are not UTF-8.
pub(super) fn not_utf8(error: &Utf8Error) -> Mismatch {
    let at = error.valid_up_to() + 1;
    Mismatch::unexpected("UTF-8 string", format_args!("a string with other bytes, from byte {at} on"))
}

/// An upper bound of the bytes of a string of this length.
pub(super) fn string_bytes(length: usize) -> usize {
    length.saturating_add(64)
}

macro_rules! strings {
    ($($type:ty: $text:ident => $bytes:expr;)*) => {$(
        impl<'gc> IntoLua<'gc> for $type {
            fn into_lua(self, ctx: Context<'gc>) -> Result<gc::Value<'gc>> {
                let $text = &self;
                make_string(ctx, $bytes)
            }
            fn lua_bytes(&self) -> usize {
                string_bytes(self.len())
            }
        }
    )*};
}
strings! {
    String: text => text.as_bytes();
    &String: text => text.as_bytes();
    &str: text => text.as_bytes();
    Cow<'_, str>: text => text.as_bytes();
    LuaString: text => text.as_bytes();
    &LuaString: text => text.as_bytes();
}

// ---- Handles and values ----

macro_rules! handles {
    ($($handle:ident $branded:ident $name:literal;)*) => {$(
        impl<'gc> FromLua<'gc> for $handle {
            fn from_lua(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<$handle, Mismatch> {
                match value {
                    gc::Value::$branded(object) => {
                        take(ctx, HANDLE_BYTES)?;
                        Ok($handle::stash(ctx, object))
                    }
                    other => Err(Mismatch::expected(ctx, $name, other)),
                }
            }
        }
        impl<'gc> IntoLua<'gc> for &$handle {
            fn into_lua(self, ctx: Context<'gc>) -> Result<gc::Value<'gc>> {
                self.fetch(ctx).map(gc::Value::$branded)
            }
        }
        impl<'gc> IntoLua<'gc> for $handle {
            fn into_lua(self, ctx: Context<'gc>) -> Result<gc::Value<'gc>> {
                self.fetch(ctx).map(gc::Value::$branded)
            }
        }
        impl<'gc> FromLua<'gc> for gc::$branded<'gc> {
            fn from_lua(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<gc::$branded<'gc>, Mismatch> {
                match value {
                    gc::Value::$branded(object) => Ok(object),
                    other => Err(Mismatch::expected(ctx, $name, other)),
                }
            }
        }
        impl<'gc> IntoLua<'gc> for gc::$branded<'gc> {
            fn into_lua(self, _: Context<'gc>) -> Result<gc::Value<'gc>> {
                Ok(gc::Value::$branded(self))
            }
        }
    )*};
}
handles! {
    Table Table "table";
    Function Function "function";
    Thread Thread "coroutine";
    AnyUserData UserData "userdata";
}

impl<'gc> FromLua<'gc> for gc::LuaString<'gc> {
    fn from_lua(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<gc::LuaString<'gc>, Mismatch> {
        match value {
            gc::Value::String(text) => Ok(text),
            other => Err(Mismatch::expected(ctx, "string", other)),
        }
    }
}
impl<'gc> IntoLua<'gc> for gc::LuaString<'gc> {
    fn into_lua(self, _: Context<'gc>) -> Result<gc::Value<'gc>> {
        Ok(gc::Value::String(self))
    }
}

impl<'gc> FromLua<'gc> for gc::Value<'gc> {
    fn from_lua(_: Context<'gc>, value: gc::Value<'gc>) -> Result<gc::Value<'gc>, Mismatch> {
        Ok(value)
    }
}
impl<'gc> IntoLua<'gc> for gc::Value<'gc> {
    fn into_lua(self, _: Context<'gc>) -> Result<gc::Value<'gc>> {
        Ok(self)
    }
}

impl<'gc> FromLua<'gc> for Value {
    fn from_lua(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<Value, Mismatch> {
        take(ctx, HANDLE_BYTES)?;
        Ok(match value {
            gc::Value::Nil => Value::Nil,
            gc::Value::Boolean(value) => Value::Boolean(value),
            gc::Value::Integer(value) => Value::Integer(value),
            gc::Value::Number(value) => Value::Float(value),
            gc::Value::String(_) => Value::String(LuaString::from_lua(ctx, value)?),
            gc::Value::Table(table) => Value::Table(Table::stash(ctx, table)),
            gc::Value::Function(function) => Value::Function(Function::stash(ctx, function)),
            gc::Value::UserData(data) => Value::UserData(AnyUserData::stash(ctx, data)),
            gc::Value::Thread(thread) => Value::Thread(Thread::stash(ctx, thread)),
        })
    }
}
impl<'gc> IntoLua<'gc> for &Value {
    fn into_lua(self, ctx: Context<'gc>) -> Result<gc::Value<'gc>> {
        match self {
            Value::Nil => Ok(gc::Value::Nil),
            Value::Boolean(value) => value.into_lua(ctx),
            Value::Integer(value) => value.into_lua(ctx),
            Value::Float(value) => value.into_lua(ctx),
            Value::String(text) => text.into_lua(ctx),
            Value::Table(table) => table.into_lua(ctx),
            Value::Function(function) => function.into_lua(ctx),
            Value::Thread(thread) => thread.into_lua(ctx),
            Value::UserData(data) => data.into_lua(ctx),
        }
    }
    fn lua_bytes(&self) -> usize {
        if let Value::String(text) = self { text.lua_bytes() } else { 0 }
    }
}
impl<'gc> IntoLua<'gc> for Value {
    fn into_lua(self, ctx: Context<'gc>) -> Result<gc::Value<'gc>> {
        (&self).into_lua(ctx)
    }
    fn lua_bytes(&self) -> usize {
        (&self).lua_bytes()
    }
}

/// The error as a script that catches it sees it: a string if it is a text, otherwise an object that `tostring` shows
/// and that becomes the same error of Rust again.
impl<'gc> IntoLua<'gc> for Error {
    fn into_lua(self, ctx: Context<'gc>) -> Result<gc::Value<'gc>> {
        self.into_value(ctx)
    }
}
/// Any value, as an error raised with it.
impl<'gc> FromLua<'gc> for Error {
    fn from_lua(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<Error, Mismatch> {
        let error = Error::of_value(ctx, value);
        // A text is kept twice: as the message and as the value. Both exist by now, and at most one of them exceeds the
        // limit.
        let length = error.message().len();
        ctx.state().charge(length / 8);
        take(ctx, length.saturating_mul(2).saturating_add(HANDLE_BYTES))?;
        Ok(error)
    }
}
