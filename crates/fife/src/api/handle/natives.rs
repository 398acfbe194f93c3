//! The natives that handles run on: operations with metamethods, calls with bound arguments, and coroutines.
//!
//! Every VM has them, and no script can reach them.

use super::async_function::ASYNC;
use super::class::{GET_FIELD, SET_FIELD};
use super::error::{CONCAT, TO_STRING};
use super::host_function::CLOSURE;
use super::{FromLua, FromLuaMulti, IntoLua, IntoLuaMulti, LuaString};
use crate::api::Lua;
use crate::native::{Call, Reply};
use crate::object::{Context, Error, Function, Intrinsic, KEPT_NATIVES, Library, Native, Value};
use crate::semantics::{self, Failure, Outcome};
use fife_arena::OutOfMemory;
use std::slice::from_ref;

/// All of them.
pub(crate) static NATIVES: Library = &[
    from_ref(&ASYNC),
    from_ref(&BOUND),
    from_ref(&CLOSE_THREAD),
    from_ref(&CLOSURE),
    from_ref(&CONCAT),
    from_ref(&GET_FIELD),
    from_ref(&INDEX),
    from_ref(&RESUME),
    from_ref(&SET_FIELD),
    from_ref(&SET_INDEX),
    from_ref(&TO_STRING),
    from_ref(&TO_TEXT),
    from_ref(&YIELD),
    from_ref(&YIELD_TO),
];

/// Calls its first upvalue with the others and then its arguments: `Function::bind`.
pub(super) static BOUND: Native = Native::new("fife.bound", "", bound, module_path!());
/// `index(object, key)`: `object[key]`.
pub(super) static INDEX: Native = Native::new("fife.index", "", index, module_path!());
/// `set_index(object, key, value)`: `object[key] = value`.
pub(super) static SET_INDEX: Native = Native::new("fife.set_index", "", assign, module_path!());
/// `to_text(value)`: the result of `tostring`, or whatever `__tostring` returns.
pub(super) static TO_TEXT: Native = Native::new("fife.to_text", "", text, module_path!());
/// As `coroutine.resume`.
pub(super) static RESUME: Native =
    Native::new("fife.resume", "", by_interpreter, module_path!()).carried_out(Intrinsic::Resume);
/// As `coroutine.yield`.
pub(super) static YIELD: Native =
    Native::new("fife.yield", "yield", by_interpreter, module_path!()).carried_out(Intrinsic::Yield);
/// As `coroutine.yieldto`.
pub(super) static YIELD_TO: Native =
    Native::new("fife.yield_to", "yieldto", by_interpreter, module_path!()).carried_out(Intrinsic::YieldTo);
/// As `coroutine.close`.
pub(super) static CLOSE_THREAD: Native =
    Native::new("fife.close_thread", "", by_interpreter, module_path!()).carried_out(Intrinsic::CloseThread);

/// A function made from one of these, if the limit on memory allows.
pub(super) fn function<'gc>(ctx: Context<'gc>, native: &'static Native) -> super::Result<Function<'gc>> {
    Function::try_native_with(ctx, native, &[]).map_err(|OutOfMemory| super::Error::memory())
}

/// A native of which the VM keeps a function, because calls of the host begin with it.
#[derive(Clone, Copy)]
pub(super) enum Kept {
    Index,
    SetIndex,
    ToText,
    Resume,
    CloseThread,
}

const KEPT: [&Native; KEPT_NATIVES] = [&INDEX, &SET_INDEX, &TO_TEXT, &RESUME, &CLOSE_THREAD];

/// The function of one of these. The first time it is made, if the limit on memory allows.
#[inline]
pub(super) fn kept_function<'gc>(ctx: Context<'gc>, kept: Kept) -> super::Result<Value<'gc>> {
    match ctx.state().kept_natives[kept as usize].get() {
        Some(native) => Ok(Function::Native(native).into()),
        None => make_kept(ctx, kept),
    }
}

#[cold]
fn make_kept<'gc>(ctx: Context<'gc>, kept: Kept) -> super::Result<Value<'gc>> {
    let made = function(ctx, KEPT[kept as usize])?;
    if let Function::Native(native) = made {
        ctx.state().kept_natives[kept as usize].set(Some(native));
    }
    Ok(made.into())
}

/// The value of a key, as a script reads it.
pub(super) fn get_index<V: for<'g> FromLua<'g>>(
    lua: &mut Lua,
    object: impl for<'g> IntoLua<'g>,
    key: impl for<'g> IntoLua<'g>,
) -> super::Result<V> {
    lua.make_room(key.lua_bytes());
    call_kept(lua, Kept::Index, (object, key))
}

/// Sets the value of a key, as a script does.
pub(super) fn set_index(
    lua: &mut Lua,
    object: impl for<'g> IntoLua<'g>,
    key: impl for<'g> IntoLua<'g>,
    value: impl for<'g> IntoLua<'g>,
) -> super::Result<()> {
    lua.make_room(key.lua_bytes().saturating_add(value.lua_bytes()));
    call_kept(lua, Kept::SetIndex, (object, key, value))
}

fn call_kept<R: for<'g> FromLuaMulti<'g>>(
    lua: &mut Lua,
    kept: Kept,
    arguments: impl for<'g> IntoLuaMulti<'g>,
) -> super::Result<R> {
    lua.call(|ctx, stack| {
        let function = kept_function(ctx, kept)?;
        stack.extend(ctx, arguments)?;
        Ok(function)
    })
}

/// Calls a method, as a script does by `object:name(…)`.
pub(super) fn call_method<'a, T: 'a, R: for<'g> FromLuaMulti<'g>>(
    lua: &mut Lua,
    object: &'a T,
    name: &str,
    arguments: impl for<'g> IntoLuaMulti<'g>,
) -> super::Result<R>
where
    &'a T: for<'g> IntoLua<'g>,
{
    let method: super::Value = get_index(lua, object, name)?;
    if method.is_nil() {
        return Err(super::Error::runtime(format!("attempt to call a nil value (method '{name}')")));
    }
    lua.make_room(arguments.lua_bytes());
    lua.call(|ctx, stack| {
        let method = method.into_lua(ctx)?;
        stack.extend(ctx, (object, arguments))?;
        Ok(method)
    })
}

/// The text of a value, as `tostring` gives it.
pub(in crate::api) fn to_text(lua: &mut Lua, value: &super::Value) -> super::Result<LuaString> {
    lua.make_room(IntoLua::lua_bytes(&value));
    match call_kept(lua, Kept::ToText, value)? {
        super::Value::String(text) => Ok(text),
        _ => Err(super::Error::runtime("'__tostring' must return a string")),
    }
}

fn by_interpreter<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    Err(call.error("internal error: a function of the interpreter was called as a native"))
}

fn bound<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (given, kept) = (call.len(), call.upvalue_count());
    call.charge((given + kept) / 4);
    call.reserve_values(given + kept)?;
    for index in 0..kept {
        call.push(call.upvalue(index));
    }
    for index in 0..given {
        call.push(call.get(index));
    }
    call.tail_call(given + kept.saturating_sub(1))
}

/// Replies with an outcome.
fn reply<'gc>(call: &mut Call<'gc, '_>, outcome: Result<Outcome<'gc>, Failure<'gc>>) -> Result<Reply, Error<'gc>> {
    match outcome.map_err(|failure| call.failure(failure))? {
        Outcome::Value(value) => call.one(value),
        Outcome::Call { function, arguments, count } => {
            call.push(function);
            for argument in arguments.iter().take(count) {
                call.push(*argument);
            }
            call.tail_call(count)
        }
    }
}

fn index<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let outcome = semantics::get(call.ctx(), call.get(0), call.get(1));
    reply(call, outcome)
}

fn assign<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (object, key, value): (Value<'gc>, _, _) = (call.get(0), call.get(1), call.get(2));
    let outcome = semantics::set(call.ctx(), object, key, value);
    reply(call, outcome)
}

fn text<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let outcome = semantics::to_text(call.ctx(), call.get(0));
    reply(call, outcome)
}
