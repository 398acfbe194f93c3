//! Converts data of Rust to values of Lua and back, through `serde`: types that derive `Serialize` and `Deserialize`
//! need no conversion of their own.
//!
//! In reading order: `options` and `marks` are for hosts, besides [`Serde`]; `account` bounds one conversion; `de` and
//! `entries` read, `ser` and `maker` write; `failure` says what went wrong, and where.

mod account;
mod de;
mod entries;
mod failure;
mod maker;
mod marks;
mod options;
mod ser;

use super::convert::begin;
use super::{Access, Error, FromLua, IntoLua, Mismatch, Result, Value};
use crate::object::{self as gc, Context};
use ::serde::Serialize;
use ::serde::de::DeserializeOwned;
use account::Account;
use de::Source;
use maker::Count;
pub use marks::{list_metatable, null};
pub use options::{Empty, Foreign, Mark, Null, Options};

/// A value of any type that `serde` knows, as an argument, a result, a field: converted as [`serde`](crate::serde)
/// says, with the default [`Options`].
///
/// ```
/// use fife::{Lua, Serde};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Window {
///     title: Option<String>,
///     width: u16,
/// }
///
/// let mut lua = Lua::new();
/// lua.globals().set_function(&lua, "widen", |Serde(mut window): Serde<Window>| {
///     window.width *= 2;
///     Serde(window)
/// })?;
/// let Serde(window): Serde<Window> = lua.load("return widen {width = 400}").eval()?;
/// assert_eq!((window.width, window.title), (800, None));
/// let error = lua.load("widen {width = '400'}").name("=demo").exec().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "demo:1: bad argument #1 to 'widen' (field 'width': integer from 0 to 65535 expected, got string)"
/// );
/// # Ok::<(), fife::Error>(())
/// ```
///
/// A result of a host function is serialized twice, the first time to find out how much memory it needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Serde<T>(pub T);

impl<'gc, T: DeserializeOwned> FromLua<'gc> for Serde<T> {
    fn from_lua(ctx: Context<'gc>, value: gc::Value<'gc>) -> Result<Serde<T>, Mismatch> {
        read(ctx, value, &Options::default()).map(Serde)
    }
}

impl<'gc, T: Serialize> IntoLua<'gc> for Serde<T> {
    fn into_lua(self, ctx: Context<'gc>) -> Result<gc::Value<'gc>> {
        write(ctx, &self.0, &Options::default())
    }

    fn lua_bytes(&self) -> usize {
        let options = Options::default();
        let count = Count::new(&options);
        // If counting fails, making the value will fail, too.
        let _ = ser::write(&count, &self.0);
        count.lua_bytes()
    }
}

/// Converts a value of Rust to one of Lua.
///
/// ```
/// use fife::serde::{Options, to_value};
/// use fife::{Lua, Value};
/// use std::collections::BTreeMap;
///
/// let lua = Lua::new();
/// let ports = BTreeMap::from([(80, "http"), (443, "https")]);
/// let Value::Table(ports) = to_value(&lua, &ports, &Options::default())? else { unreachable!() };
/// assert_eq!(ports.get::<String>(&lua, 443)?, "https");
/// # Ok::<(), fife::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Conversion`](crate::ErrorKind::Conversion), with the place, for what Lua cannot hold, nesting beyond
/// [`Options::depth`] and more values than [`Options::values`]; the text of the type's own errors;
/// [`ErrorKind::Memory`](crate::ErrorKind::Memory).
pub fn to_value<T: Serialize + ?Sized>(vm: &impl Access, value: &T, options: &Options) -> Result<Value> {
    vm.access(|ctx| {
        let value = write(ctx, value, options)?;
        begin(ctx);
        Ok(Value::from_lua(ctx, value)?)
    })
}

/// Converts a value of Lua to one of Rust.
///
/// ```
/// use fife::Lua;
/// use fife::serde::{Options, from_value};
/// use serde::Deserialize;
///
/// #[derive(Debug, Deserialize, PartialEq)]
/// enum Shape {
///     Empty,
///     Circle { radius: f64 },
///     Line(f64, f64),
/// }
///
/// let mut lua = Lua::new();
/// let shapes = lua.load("return {'Empty', {Circle = {radius = 2}}, {Line = {0.5, 1}}}").eval()?;
/// let shapes: Vec<Shape> = from_value(&lua, &shapes, &Options::default())?;
/// assert_eq!(shapes, [Shape::Empty, Shape::Circle { radius: 2.0 }, Shape::Line(0.5, 1.0)]);
/// # Ok::<(), fife::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Conversion`](crate::ErrorKind::Conversion), with the place, for what the type does not take, tables
/// that have themselves in them, nesting beyond [`Options::depth`] and more values than [`Options::values`];
/// [`ErrorKind::Memory`](crate::ErrorKind::Memory) if the copies have no room under
/// [`Limits::memory`](crate::Limits::memory).
pub fn from_value<T: DeserializeOwned>(vm: &impl Access, value: &Value, options: &Options) -> Result<T> {
    vm.access(|ctx| {
        begin(ctx);
        Ok(read(ctx, value.into_lua(ctx)?, options)?)
    })
}

fn read<'gc, T: DeserializeOwned>(ctx: Context<'gc>, value: gc::Value<'gc>, options: &Options) -> Result<T, Mismatch> {
    let account = Account::new(ctx, options);
    let read = T::deserialize(Source::new(&account, value));
    let settled = account.settle();
    read.and_then(|value| settled.map(|()| value)).map_err(failure::Failure::into_mismatch)
}

fn write<'gc, T: Serialize + ?Sized>(ctx: Context<'gc>, value: &T, options: &Options) -> Result<gc::Value<'gc>> {
    let account = Account::new(ctx, options);
    ser::write(&account, value).map_err(|failure| Error::from(failure.into_mismatch()))
}
