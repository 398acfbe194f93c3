//! Several values at once: arguments and results.
//!
//! A tuple is as many values as it has elements, and its last element may be several values again. Any other type is
//! one value.

use super::{Error, FromLua, IntoLua, Mismatch, Result, Value};
use crate::native::Call;
use crate::object::{self as gc, Context};
use std::error::Error as StdError;
use std::ops::{Deref, DerefMut};

/// Types that several values of Lua can be converted to: `()`, one value, a tuple, [`Variadic`], [`MultiValue`]. As in
/// Lua, absent values are nil, and surplus values are dropped.
///
/// ```
/// use fife::{Lua, Variadic};
///
/// let mut lua = Lua::new();
/// let (first, rest): (String, Variadic<i64>) = lua.load("return 'sum', 1, 2, 3").eval()?;
/// assert_eq!((&*first, rest.iter().sum::<i64>()), ("sum", 6));
/// let (a, b): (i64, Option<i64>) = lua.load("return 1").eval()?;
/// assert_eq!((a, b), (1, None));
/// # Ok::<(), fife::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "Lua values cannot be turned into `{Self}`",
    label = "needs `FromLua`, or a tuple of such types",
    note = "integers, floats, `bool`, `String`, `LuaString`, `Option`, `Vec`, `HashMap`, `Value`, `Table` and `Function` have `FromLua`; \
            borrowed types such as `&str` do not: take the owned one; a value of a class is taken as a `Ref` of it"
)]
pub trait FromLuaMulti<'gc>: Sized {
    /// Converts the values.
    ///
    /// # Errors
    /// One of them has another type.
    fn from_lua_multi(ctx: Context<'gc>, values: &[gc::Value<'gc>]) -> Result<Self, Mismatch>;

    /// As [`from_lua_multi`](Self::from_lua_multi), of the arguments of a call from this number on.
    #[doc(hidden)]
    fn from_call(call: &Call<'gc, '_>, first: usize) -> Result<Self, Mismatch> {
        let values: Vec<gc::Value<'gc>> = (first..call.len()).map(|index| call.get(index)).collect();
        Self::from_lua_multi(call.ctx(), &values)
    }
}

/// Types that can be converted to several values of Lua: `()`, one value, a tuple, [`Variadic`], [`MultiValue`]; and a
/// `Result` of these, whose error may be of any type that converts to a boxed `std::error::Error`.
///
/// ```
/// use fife::{Function, Lua};
///
/// let mut lua = Lua::new();
/// lua.globals().set_function(&lua, "divide", |a: i64, b: i64| {
///     if b == 0 { Err("division by zero") } else { Ok((a / b, a % b)) }
/// })?;
/// let divide: Function = lua.load("return divide").eval()?;
/// assert_eq!(divide.call::<(i64, i64)>(&mut lua, (17, 5))?, (3, 2));
/// # Ok::<(), fife::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be turned into Lua values",
    label = "needs `IntoLua`, or a tuple of such types, or a `Result` of one",
    note = "the error of a `Result` may be any type with `Into<Box<dyn Error + Send + Sync>>`"
)]
pub trait IntoLuaMulti<'gc>: Sized {
    /// Passes the values to `each`, one after another.
    ///
    /// # Errors
    /// As [`IntoLua::into_lua`]; for a `Result`, its error.
    fn into_lua_multi(self, ctx: Context<'gc>, each: &mut dyn FnMut(gc::Value<'gc>)) -> Result<()>;

    /// As [`IntoLua::lua_bytes`], of all values.
    fn lua_bytes(&self) -> usize {
        0
    }

    /// How many values there are.
    fn count(&self) -> usize {
        1
    }

    /// Converts a value of a type that is always one value, which natives return in the fastest way. Other types are
    /// given back.
    #[doc(hidden)]
    fn into_one(self, ctx: Context<'gc>) -> Result<Result<gc::Value<'gc>>, Self> {
        let _ = ctx;
        Err(self)
    }
}

impl<'gc, T: FromLua<'gc>> FromLuaMulti<'gc> for T {
    #[inline]
    fn from_lua_multi(ctx: Context<'gc>, values: &[gc::Value<'gc>]) -> Result<T, Mismatch> {
        match values.first() {
            Some(value) => T::from_lua(ctx, *value),
            None => T::from_lua(ctx, gc::Value::Nil).map_err(Mismatch::absent),
        }
    }

    #[inline]
    fn from_call(call: &Call<'gc, '_>, first: usize) -> Result<T, Mismatch> {
        T::from_lua(call.ctx(), call.get(first))
            .map_err(|mismatch| if call.is_none(first) { mismatch.absent() } else { mismatch })
    }
}

impl<'gc, T: IntoLua<'gc>> IntoLuaMulti<'gc> for T {
    #[inline]
    fn into_lua_multi(self, ctx: Context<'gc>, each: &mut dyn FnMut(gc::Value<'gc>)) -> Result<()> {
        each(self.into_lua(ctx)?);
        Ok(())
    }
    #[inline]
    fn lua_bytes(&self) -> usize {
        IntoLua::lua_bytes(self)
    }
    #[inline]
    fn into_one(self, ctx: Context<'gc>) -> Result<Result<gc::Value<'gc>>, Self> {
        Ok(self.into_lua(ctx))
    }
}

impl<'gc> FromLuaMulti<'gc> for () {
    fn from_lua_multi(_: Context<'gc>, _: &[gc::Value<'gc>]) -> Result<(), Mismatch> {
        Ok(())
    }
}

impl<'gc> IntoLuaMulti<'gc> for () {
    fn into_lua_multi(self, _: Context<'gc>, _: &mut dyn FnMut(gc::Value<'gc>)) -> Result<()> {
        Ok(())
    }
    fn count(&self) -> usize {
        0
    }
}

impl<'gc, T, E> IntoLuaMulti<'gc> for Result<T, E>
where
    T: IntoLuaMulti<'gc>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    fn into_lua_multi(self, ctx: Context<'gc>, each: &mut dyn FnMut(gc::Value<'gc>)) -> Result<()> {
        self.map_err(Error::new)?.into_lua_multi(ctx, each)
    }
    fn lua_bytes(&self) -> usize {
        self.as_ref().map_or(0, T::lua_bytes)
    }
    fn count(&self) -> usize {
        self.as_ref().map_or(0, T::count)
    }
    #[inline]
    fn into_one(self, ctx: Context<'gc>) -> Result<Result<gc::Value<'gc>>, Self> {
        match self {
            Ok(values) => values.into_one(ctx).map_err(Ok),
            Err(error) => Ok(Err(Error::new(error))),
        }
    }
}

macro_rules! tuples {
    ($(($($name:ident $index:tt)* ; $last:ident $last_index:tt))*) => {$(
        #[allow(non_snake_case)]
        impl<'gc, $($name: FromLua<'gc>,)* $last: FromLuaMulti<'gc>> FromLuaMulti<'gc> for ($($name,)* $last,) {
            #[inline]
            fn from_lua_multi(ctx: Context<'gc>, values: &[gc::Value<'gc>]) -> Result<Self, Mismatch> {
                $(
                    let rest = values.get($index..).unwrap_or_default();
                    let $name = <$name as FromLuaMulti>::from_lua_multi(ctx, rest).map_err(|it| it.at($index))?;
                )*
                let rest = values.get($last_index..).unwrap_or_default();
                let $last = $last::from_lua_multi(ctx, rest).map_err(|it| it.at($last_index))?;
                Ok(($($name,)* $last,))
            }
        }
        #[allow(non_snake_case)]
        impl<'gc, $($name: IntoLua<'gc>,)* $last: IntoLuaMulti<'gc>> IntoLuaMulti<'gc> for ($($name,)* $last,) {
            #[inline]
            fn into_lua_multi(self, ctx: Context<'gc>, each: &mut dyn FnMut(gc::Value<'gc>)) -> Result<()> {
                let ($($name,)* $last,) = self;
                $(each($name.into_lua(ctx)?);)*
                $last.into_lua_multi(ctx, each)
            }
            fn lua_bytes(&self) -> usize {
                let ($($name,)* $last,) = self;
                let sum = 0usize;
                $(let sum = sum.saturating_add(IntoLua::lua_bytes($name));)*
                sum.saturating_add($last.lua_bytes())
            }
            fn count(&self) -> usize {
                self.$last_index.count() + $last_index
            }
        }
    )*};
}
tuples! {
    (; A 0)
    (A 0; B 1)
    (A 0 B 1; C 2)
    (A 0 B 1 C 2; D 3)
    (A 0 B 1 C 2 D 3; E 4)
    (A 0 B 1 C 2 D 3 E 4; F 5)
    (A 0 B 1 C 2 D 3 E 4 F 5; G 6)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6; H 7)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7; I 8)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8; J 9)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9; K 10)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10; L 11)
}

/// Any number of values of one type: the remaining arguments of a host function, as its last argument; or its results.
///
/// ```
/// use fife::{Lua, Variadic};
///
/// let mut lua = Lua::new();
/// lua.globals().set_function(&lua, "sum", |start: i64, rest: Variadic<i64>| start + rest.iter().sum::<i64>())?;
/// lua.globals().set_function(&lua, "digits", |text: String| -> Variadic<u32> {
///     text.chars().filter_map(|it| it.to_digit(10)).collect()
/// })?;
/// assert_eq!(lua.load("return sum(1, digits('2-0-3'))").eval::<i64>()?, 6);
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variadic<T>(Vec<T>);

/// Any number of values of any type.
///
/// ```
/// use fife::{Lua, MultiValue, Value};
///
/// let mut lua = Lua::new();
/// let values: MultiValue = lua.load("return 1, nil, 'three'").eval()?;
/// assert_eq!(values.len(), 3);
/// assert_eq!(values[0], Value::Integer(1));
/// # Ok::<(), fife::Error>(())
/// ```
pub type MultiValue = Variadic<Value>;

impl<T> Variadic<T> {
    /// None.
    pub fn new() -> Variadic<T> {
        Variadic(Vec::new())
    }

    /// The values.
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T> Deref for Variadic<T> {
    type Target = Vec<T>;
    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T> DerefMut for Variadic<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

impl<T> From<Vec<T>> for Variadic<T> {
    fn from(values: Vec<T>) -> Variadic<T> {
        Variadic(values)
    }
}

impl<T> FromIterator<T> for Variadic<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Variadic<T> {
        Variadic(values.into_iter().collect())
    }
}

impl<T> IntoIterator for Variadic<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Variadic<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'gc, T: FromLua<'gc>> FromLuaMulti<'gc> for Variadic<T> {
    fn from_lua_multi(ctx: Context<'gc>, values: &[gc::Value<'gc>]) -> Result<Self, Mismatch> {
        super::convert::take(ctx, values.len().saturating_mul(size_of::<T>().max(1)))?;
        let values = values.iter().enumerate();
        values.map(|(index, value)| T::from_lua(ctx, *value).map_err(|mismatch| mismatch.at(index))).collect()
    }
}

impl<'gc, T: IntoLua<'gc>> IntoLuaMulti<'gc> for Variadic<T> {
    fn into_lua_multi(self, ctx: Context<'gc>, each: &mut dyn FnMut(gc::Value<'gc>)) -> Result<()> {
        self.0.into_iter().try_for_each(|value| value.into_lua(ctx).map(&mut *each))
    }
    fn lua_bytes(&self) -> usize {
        self.0.iter().map(T::lua_bytes).fold(0, usize::saturating_add)
    }
    fn count(&self) -> usize {
        self.0.len()
    }
}
