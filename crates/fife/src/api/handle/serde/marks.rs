//! The two objects that represent in Lua what tables alone cannot: null, and the metatable of lists. There is one of
//! each per VM.

use crate::api::handle::convert::{make_string, make_table};
use crate::api::handle::{Access, AnyUserData, Error, Result, Table, Value};
use crate::object::{self as gc, Context, UserData};
use crate::userdata_type;
use fife_arena::{Gc, OutOfMemory, Static};

userdata_type! {
    /// The type of null. Its userdata holds nothing.
    NullType("fife.null") for Static<()>;
}

/// The registry's key for null.
const NULL: &str = "fife.null";

/// The registry's key for the metatable of lists.
const LIST: &str = "fife.list";

/// The value that stands for `None` where nil cannot: a userdata, which `tostring` shows as `null: 0x…`. There is one
/// per VM. Scripts find it in data that they get; to let them use it themselves, set it as a global variable.
///
/// ```
/// use fife::{Lua, Serde, serde};
///
/// let mut lua = Lua::new();
/// lua.globals().set(&lua, "null", serde::null(&lua)?)?;
/// let Serde(list): Serde<Vec<Option<i64>>> = lua.load("return {1, null, 3}").eval()?;
/// assert_eq!(list, [Some(1), None, Some(3)]);
/// # Ok::<(), fife::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Memory`](crate::ErrorKind::Memory).
pub fn null(vm: &impl Access) -> Result<Value> {
    vm.access(|ctx| Ok(Value::UserData(AnyUserData::stash(ctx, null_object(ctx)?))))
}

/// The metatable that marks a table as a list, whatever it holds: see
/// [`Options::mark_lists`](super::Options::mark_lists). It is empty and frozen, so it is safe to give it to scripts.
///
/// ```
/// use fife::{Lua, Serde, Table, serde};
///
/// let mut lua = Lua::new();
/// let metatable = serde::list_metatable(&lua)?;
/// lua.globals().set_function(&lua, "list", move |ctx: fife::gc::Context<'_>, table: Table| -> fife::Result<Table> {
///     table.set_metatable(&ctx, Some(&metatable))?;
///     Ok(table)
/// })?;
/// let Serde(json): Serde<serde_json::Value> = lua.load("return {map = {}, list = list {}}").eval()?;
/// assert_eq!(json, serde_json::json!({"map": {}, "list": []}));
/// # Ok::<(), fife::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Memory`](crate::ErrorKind::Memory).
pub fn list_metatable(vm: &impl Access) -> Result<Table> {
    vm.access(|ctx| Ok(Table::stash(ctx, list_mark(ctx)?)))
}

pub(super) fn null_object<'gc>(ctx: Context<'gc>) -> Result<UserData<'gc>> {
    if let gc::Value::UserData(data) = ctx.registry().get_field(ctx, NULL)
        && is_null(data)
    {
        return Ok(data);
    }
    let metatable = make_table(ctx, 0, 1)?;
    set(ctx, metatable, "__name", make_string(ctx, b"null")?)?;
    metatable.freeze();
    let data = Gc::try_new(ctx.mc(), Static(())).map_err(|OutOfMemory| Error::memory())?;
    let data = UserData::try_new::<NullType>(ctx, data).map_err(|OutOfMemory| Error::memory())?;
    data.set_metatable(ctx.mc(), Some(metatable));
    set(ctx, ctx.registry(), NULL, data.into())?;
    Ok(data)
}

pub(super) fn is_null(data: UserData<'_>) -> bool {
    data.downcast::<NullType>().is_some()
}

pub(super) fn list_mark<'gc>(ctx: Context<'gc>) -> Result<gc::Table<'gc>> {
    if let Some(metatable) = known_list_mark(ctx) {
        return Ok(metatable);
    }
    let metatable = make_table(ctx, 0, 0)?;
    metatable.freeze();
    set(ctx, ctx.registry(), LIST, metatable.into())?;
    Ok(metatable)
}

/// The metatable of lists, if there is one yet.
pub(super) fn known_list_mark<'gc>(ctx: Context<'gc>) -> Option<gc::Table<'gc>> {
    if let gc::Value::Table(metatable) = ctx.registry().get_field(ctx, LIST) { Some(metatable) } else { None }
}

fn set<'gc>(ctx: Context<'gc>, table: gc::Table<'gc>, key: &str, value: gc::Value<'gc>) -> Result<()> {
    table.set(ctx, make_string(ctx, key.as_bytes())?, value).map_err(Error::of_table)
}
