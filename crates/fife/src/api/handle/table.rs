//! The handle of a table.

use super::class::{class_table, shown_name};
use super::collections::field_text;
use super::convert::{begin, make_table};
use super::natives::{call_method, get_index, set_index};
use super::root::{Root, handle};
use super::{
    Access, AsyncHostFunction, Error, FromLua, FromLuaMulti, Function, HostFunction, IntoLua, IntoLuaMulti, Result,
    UserData,
};
use crate::api::Lua;
use crate::object as gc;
use std::sync::Arc;

/// A table, kept alive by this handle.
///
/// **[`get`](Self::get) is raw**: it ignores metamethods, and so do [`set`](Self::set) and all other methods that take
/// [`&impl Access`](Access), since metamethods may run Lua code. Where the key is absent and a metatable has `__index`,
/// `get` answers nil. [`index`](Self::index), [`set_index`](Self::set_index) and [`call_method`](Self::call_method) run
/// metamethods, and take `&mut Lua`.
///
/// ```
/// use fife::{Lua, Table};
///
/// let mut lua = Lua::new();
/// let config: Table = lua.load("return {name = 'demo', ports = {80, 443}}").eval()?;
/// assert_eq!(config.get::<String>(&lua, "name")?, "demo");
/// assert_eq!(config.get::<Vec<u16>>(&lua, "ports")?, [80, 443]);
/// assert_eq!(config.get::<Option<i64>>(&lua, "size")?, None);
/// let error = config.get::<i64>(&lua, "size").unwrap_err();
/// assert_eq!(error.to_string(), "field 'size': integer expected, got nil");
/// config.set(&lua, "size", 12)?;
/// config.set(&lua, 1, "first")?;
/// assert_eq!(config.len(&lua)?, 1);
/// # Ok::<(), fife::Error>(())
/// ```
#[doc(alias = "create_table")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Table {
    root: Arc<Root>,
}
handle!(Table, Table, of_table, table);

impl Table {
    /// Makes an empty table.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`](crate::ErrorKind::Memory).
    pub fn new(vm: &impl Access) -> Result<Table> {
        vm.access(|ctx| Ok(Table::stash(ctx, make_table(ctx, 0, 0)?)))
    }

    /// The value of a key, without metamethods. An absent key gives nil, which is `None` of an `Option`.
    ///
    /// # Errors
    /// [`ErrorKind::Conversion`](crate::ErrorKind::Conversion) if the value is of another type;
    /// [`ErrorKind::Handle`](crate::ErrorKind::Handle).
    #[doc(alias = "raw_get")]
    pub fn get<V: for<'g> FromLua<'g>>(&self, vm: &impl Access, key: impl for<'g> IntoLua<'g>) -> Result<V> {
        vm.access(|ctx| {
            let (table, key) = (self.fetch(ctx)?, key.into_lua(ctx)?);
            begin(ctx);
            let value = V::from_lua(ctx, table.get(ctx, key));
            value.map_err(|mismatch| mismatch.within(field_text(key)).into())
        })
    }

    /// Sets the value of a key, without metamethods; nil removes it.
    ///
    /// # Errors
    /// The key is nil or NaN; the table is [frozen](Self::freeze); [`ErrorKind::Memory`](crate::ErrorKind::Memory);
    /// those of converting key and value.
    #[doc(alias = "raw_set")]
    pub fn set(&self, vm: &impl Access, key: impl for<'g> IntoLua<'g>, value: impl for<'g> IntoLua<'g>) -> Result<()> {
        vm.access(|ctx| {
            let (table, key, value) = (self.fetch(ctx)?, key.into_lua(ctx)?, value.into_lua(ctx)?);
            table.set(ctx, key, value).map_err(Error::of_table)
        })
    }

    /// Makes a function of a closure and sets it under `name`, which messages show.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub fn set_function<M>(&self, vm: &impl Access, name: &str, function: impl HostFunction<M>) -> Result<()> {
        let function = Function::new(vm, name, function)?;
        self.set(vm, name, function)
    }

    /// Makes an async function and sets it under `name`: see [`AsyncHostFunction`].
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub fn set_async_function<M: 'static>(
        &self,
        vm: &impl Access,
        name: &str,
        function: impl AsyncHostFunction<M>,
    ) -> Result<()> {
        let function = Function::new_async(vm, name, function)?;
        self.set(vm, name, function)
    }

    /// Sets a [class](UserData) under the last part of its name. It is a table of its functions and methods, which
    /// scripts cannot change.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    #[doc(alias = "create_proxy")]
    pub fn set_class<T: UserData>(&self, vm: &impl Access) -> Result<()> {
        self.set(vm, shown_name::<T>(), Table::of_class::<T>(vm)?)
    }

    /// The table of a [class](UserData)'s functions and methods, which scripts cannot change.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`](crate::ErrorKind::Memory).
    pub fn of_class<T: UserData>(vm: &impl Access) -> Result<Table> {
        vm.access(|ctx| Ok(Table::stash(ctx, class_table::<T>(ctx)?)))
    }

    /// Adds an element after the last one, without metamethods.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub fn push(&self, vm: &impl Access, value: impl for<'g> IntoLua<'g>) -> Result<()> {
        let next = self.len(vm)?.wrapping_add(1);
        self.set(vm, next, value)
    }

    /// The number of elements from 1 on, as by the operator `#` without metamethods: a border, where there are holes.
    ///
    /// # Errors
    /// [`ErrorKind::Handle`](crate::ErrorKind::Handle).
    #[allow(clippy::len_without_is_empty, reason = "a table without elements may have other entries")]
    #[doc(alias = "raw_len")]
    pub fn len(&self, vm: &impl Access) -> Result<i64> {
        vm.access(|ctx| Ok(self.fetch(ctx)?.length()))
    }

    /// The elements from 1 on, up to the [length](Self::len), without metamethods.
    ///
    /// ```
    /// use fife::{Lua, Table};
    ///
    /// let mut lua = Lua::new();
    /// let list: Table = lua.load("{3, 1, 2, name = 'numbers'}").eval()?;
    /// assert_eq!(list.elements::<i64>(&lua)?, [3, 1, 2]);
    /// # Ok::<(), fife::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Conversion`](crate::ErrorKind::Conversion) for an element of another type;
    /// [`ErrorKind::Handle`](crate::ErrorKind::Handle).
    #[doc(alias = "sequence_values")]
    pub fn elements<V: for<'g> FromLua<'g>>(&self, vm: &impl Access) -> Result<Vec<V>> {
        vm.access(|ctx| {
            begin(ctx);
            Ok(FromLua::from_lua(ctx, self.fetch(ctx)?.into())?)
        })
    }

    /// Calls `each` with every key and its value, in the order of `pairs`, without metamethods. `each` may change and
    /// remove entries, but not add any.
    ///
    /// ```
    /// use fife::{Lua, Table};
    ///
    /// let mut lua = Lua::new();
    /// let prices: Table = lua.load("return {tea = 3, cake = 4}").eval()?;
    /// let mut sum = 0;
    /// prices.for_each(&lua, |_: String, price: i64| {
    ///     sum += price;
    ///     Ok(())
    /// })?;
    /// assert_eq!(sum, 7);
    /// # Ok::<(), fife::Error>(())
    /// ```
    ///
    /// # Errors
    /// The first error of `each`; [`ErrorKind::Conversion`](crate::ErrorKind::Conversion) for a key or value of another
    /// type.
    #[doc(alias = "pairs")]
    pub fn for_each<K, V>(&self, vm: &impl Access, mut each: impl FnMut(K, V) -> Result<()>) -> Result<()>
    where
        K: for<'g> FromLua<'g>,
        V: for<'g> FromLua<'g>,
    {
        vm.access(|ctx| {
            let table = self.fetch(ctx)?;
            let mut last = gc::Value::Nil;
            loop {
                let next = table.next(ctx, last);
                let Some((key, value)) = next.map_err(|_| Error::runtime("entries were added during the loop"))? else {
                    return Ok(());
                };
                ctx.state().charge(1);
                begin(ctx);
                let converted = K::from_lua(ctx, key).map_err(|mismatch| mismatch.within("key"))?;
                let value = V::from_lua(ctx, value).map_err(|mismatch| mismatch.within(field_text(key)))?;
                each(converted, value)?;
                last = key;
            }
        })
    }

    /// The metatable.
    ///
    /// # Errors
    /// [`ErrorKind::Handle`](crate::ErrorKind::Handle).
    pub fn metatable(&self, vm: &impl Access) -> Result<Option<Table>> {
        vm.access(|ctx| Ok(self.fetch(ctx)?.metatable().map(|table| Table::stash(ctx, table))))
    }

    /// Sets or removes the metatable, even if it is protected. If it has a `__gc` now, that will be called before the
    /// table is freed.
    ///
    /// # Errors
    /// The table is [frozen](Self::freeze); [`ErrorKind::Memory`](crate::ErrorKind::Memory);
    /// [`ErrorKind::Handle`](crate::ErrorKind::Handle).
    pub fn set_metatable(&self, vm: &impl Access, metatable: Option<&Table>) -> Result<()> {
        vm.access(|ctx| {
            let table = self.fetch(ctx)?;
            let metatable = metatable.map(|table| table.fetch(ctx)).transpose()?;
            if table.is_frozen() {
                return Err(Error::of_table(gc::TableError::Frozen));
            }
            ctx.set_metatable(table.into(), metatable).map_err(|_| Error::memory())
        })
    }

    /// Freezes the table: every later store into it, by a script or the host, raises "attempt to change a frozen
    /// table", and so does setting its metatable. For globals and metatables that several scripts share. It cannot be
    /// undone. What the entries refer to is not frozen. A `__newindex` of the table still catches stores of absent
    /// keys.
    ///
    /// ```
    /// use fife::Lua;
    ///
    /// let mut lua = Lua::new();
    /// lua.globals().freeze(&lua)?;
    /// let error = lua.load("local x = 1 y = 2").name("=demo").exec().unwrap_err();
    /// assert_eq!(error.to_string(), "demo:1: attempt to change a frozen table");
    /// # Ok::<(), fife::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Handle`](crate::ErrorKind::Handle).
    pub fn freeze(&self, vm: &impl Access) -> Result<()> {
        vm.access(|ctx| {
            self.fetch(ctx)?.freeze();
            Ok(())
        })
    }

    /// Whether it is [frozen](Self::freeze).
    ///
    /// # Errors
    /// [`ErrorKind::Handle`](crate::ErrorKind::Handle).
    pub fn is_frozen(&self, vm: &impl Access) -> Result<bool> {
        vm.access(|ctx| Ok(self.fetch(ctx)?.is_frozen()))
    }

    // ---- What may run Lua code ----

    /// The value of a key, as a script reads it, with `__index`.
    ///
    /// ```
    /// use fife::{Lua, Table};
    ///
    /// let mut lua = Lua::new();
    /// let source = "return setmetatable({}, {__index = function(_, key) return key .. '!' end})";
    /// let table: Table = lua.load(source).eval()?;
    /// assert_eq!(table.get::<Option<String>>(&lua, "hi")?, None);
    /// assert_eq!(table.index::<String>(&mut lua, "hi")?, "hi!");
    /// # Ok::<(), fife::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Function::call`].
    pub fn index<V: for<'g> FromLua<'g>>(&self, lua: &mut Lua, key: impl for<'g> IntoLua<'g>) -> Result<V> {
        get_index(lua, self, key)
    }

    /// Sets the value of a key, as a script does, with `__newindex`.
    ///
    /// # Errors
    /// Those of [`Function::call`].
    pub fn set_index(
        &self,
        lua: &mut Lua,
        key: impl for<'g> IntoLua<'g>,
        value: impl for<'g> IntoLua<'g>,
    ) -> Result<()> {
        set_index(lua, self, key, value)
    }

    /// Calls a method, as a script does by `table:name(…)`: the value of the key `name`, found with `__index`, with the
    /// table before the arguments.
    ///
    /// # Errors
    /// Those of [`Function::call`], also because there is no such method.
    pub fn call_method<R: for<'g> FromLuaMulti<'g>>(
        &self,
        lua: &mut Lua,
        name: &str,
        arguments: impl for<'g> IntoLuaMulti<'g>,
    ) -> Result<R> {
        call_method(lua, self, name, arguments)
    }
}
