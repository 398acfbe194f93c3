//! Modules: `require` and `package`.
//!
//! In reading order: the tables and their first contents are here; [`require`] asks searchers for a module and runs its
//! loader; [`searcher`] has the searchers; [`search`] looks for a file along a path.
//!
//! Libraries in C cannot be loaded. They are still searched for, so that the error says the library was found but
//! cannot be loaded.

mod require;
mod search;
mod searcher;

use super::library::{Library, define, make};
use super::load;
use crate::error::Error;
use crate::native::{Call, Poll, Reply};
use crate::object::{Context, Native, Table, Value};
use crate::semantics::{self, Outcome};
use std::array;

/// The default path of PUC-Rio Lua on Linux.
const DEFAULT_PATH: &[u8] = b"/usr/local/share/lua/5.4/?.lua;/usr/local/share/lua/5.4/?/init.lua;\
    /usr/local/lib/lua/5.4/?.lua;/usr/local/lib/lua/5.4/?/init.lua;./?.lua;./?/init.lua";
const DEFAULT_CPATH: &[u8] = b"/usr/local/lib/lua/5.4/?.so;/usr/local/lib/lua/5.4/loadall.so;./?.so";

/// Directory separator, template separator, name mark, and two marks of C libraries.
const CONFIGURATION: &str = "/\n;\n?\n!\n-\n";

/// The error for every library in C.
const NO_C_LIBRARIES: &str = "libraries in C cannot be loaded";

/// The registry's keys for `package.loaded` and `package.preload`, as in PUC-Rio Lua.
const LOADED: &str = "_LOADED";
const PRELOAD: &str = "_PRELOAD";

/// A true value under this key of the registry forbids reading the environment, as in PUC-Rio Lua.
const NO_ENVIRONMENT: &str = "LUA_NOENV";

library! {
    /// The functions of `package`.
    NATIVES: "package." as "package.";

    PLAIN {
        searchpath("name, path [, sep [, rep]]") => search::searchpath,
            "A hundred units for each place, and one for each 16 bytes of text.";
        loadlib("libname, funcname") => loadlib,
            "Answers as PUC-Rio Lua where the system has no such libraries. Constant.";
    }

    /// In order. Upvalues: `package` and `loadfile`.
    SEARCHERS {
        searchers.preload as "" => searcher::search_preload;
        searchers.lua as "" => searcher::search_lua;
        searchers.c as "" => searcher::search_c;
        searchers.c_root as "" => searcher::search_c_root;
    }
}

library! {
    /// `require`.
    GLOBAL_NATIVES: "_G." as "";

    /// Upvalues: those of the searchers.
    REQUIRE {
        require("modname") => require::require, "Constant, besides what the searchers and the loader do.";
    }
}

/// Defines `package` and `require`, and registers the libraries opened so far as loaded modules.
pub(crate) fn open<'gc>(ctx: Context<'gc>) {
    let (globals, package) = (ctx.globals(), ctx.table());
    let (loaded, preload) = (ctx.table(), ctx.table());
    globals.set_field(ctx, "package", package);
    for name in ["_G", "package", "coroutine", "table", "io", "os", "string", "math", "utf8", "debug"] {
        if let library @ Value::Table(_) = globals.get_field(ctx, name) {
            loaded.set_field(ctx, name, library);
        }
    }
    ctx.registry().set_field(ctx, LOADED, loaded);
    ctx.registry().set_field(ctx, PRELOAD, preload);
    let own = [Value::Table(package), make(ctx, &load::LOADFILE, &[])];
    let searchers = ctx.table();
    for (index, searcher) in (1i64..).zip(&SEARCHERS) {
        // Cannot fail: the array is empty, and the limit on memory may not be set yet.
        let _ = searchers.set(ctx, index, make(ctx, array::from_ref(searcher), &own));
    }
    package.set_field(ctx, "loaded", loaded);
    package.set_field(ctx, "preload", preload);
    package.set_field(ctx, "searchers", searchers);
    package.set_field(ctx, "path", ctx.string(initial_path(ctx, "LUA_PATH", DEFAULT_PATH)));
    package.set_field(ctx, "cpath", ctx.string(initial_path(ctx, "LUA_CPATH", DEFAULT_CPATH)));
    package.set_field(ctx, "config", ctx.string(CONFIGURATION));
    define(ctx, package, &PLAIN, &[]);
    define(ctx, globals, &REQUIRE, &own);
}

/// The path from the environment, in which the first `;;` stands for the default path.
fn initial_path(ctx: Context<'_>, variable: &str, default: &[u8]) -> Vec<u8> {
    let host = ctx.host();
    if ctx.registry().get_field(ctx, NO_ENVIRONMENT).to_bool() {
        return default.to_vec();
    }
    let versioned = host.environment(format!("{variable}_5_4").as_bytes());
    let Some(path) = versioned.or_else(|| host.environment(variable.as_bytes())) else { return default.to_vec() };
    let Some(mark) = path.windows(2).position(|pair| pair == b";;") else { return path };
    let (before, after) = (&path[..mark], &path[mark + 2..]);
    let parts = [before, default, after];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(&b';')
}

fn registered<'gc>(ctx: Context<'gc>, name: &str) -> Option<Table<'gc>> {
    match ctx.registry().get_field(ctx, name) {
        Value::Table(table) => Some(table),
        _ => None,
    }
}

// ---- Fields that may have metamethods ----

/// The result of an access: a value, or a metamethod to call for it.
enum Field<'gc> {
    Value(Value<'gc>),
    Call(Poll),
}

impl<'gc> Field<'gc> {
    fn get(call: &mut Call<'gc, '_>, table: Table<'gc>, key: impl Into<Value<'gc>>) -> Result<Self, Error<'gc>> {
        let outcome = semantics::get(call.ctx(), table, key.into());
        let outcome = outcome.map_err(|failure| call.failure(failure))?;
        Ok(Field::of(call, outcome))
    }

    fn set(
        call: &mut Call<'gc, '_>,
        table: Table<'gc>,
        key: impl Into<Value<'gc>>,
        value: Value<'gc>,
    ) -> Result<Self, Error<'gc>> {
        let outcome = semantics::set(call.ctx(), table, key.into(), value);
        let outcome = outcome.map_err(|failure| call.failure(failure))?;
        Ok(Field::of(call, outcome))
    }

    fn of(call: &mut Call<'gc, '_>, outcome: Outcome<'gc>) -> Field<'gc> {
        match outcome {
            Outcome::Value(value) => Field::Value(value),
            Outcome::Call { function, arguments, count } => {
                call.push(function);
                for argument in arguments.iter().take(count) {
                    call.push(*argument);
                }
                Field::Call(Poll::Call(count as u32))
            }
        }
    }
}

/// `package.loadlib`
fn loadlib<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.string(0)?;
    call.string(1)?;
    let ctx = call.ctx();
    call.all([Value::Nil, Value::String(ctx.string(NO_C_LIBRARIES)), Value::String(ctx.string("absent"))])
}
