//! The debug library: `debug`.
//!
//! It looks at activations through [`level`](crate::inspect::level), as tracebacks do. What a script may change
//! is limited to what the interpreter does not rely on: values of variables, never what a loop keeps in hidden ones.
//!
//! Where Fife's variables are not PUC-Rio Lua's: a captured variable that is not assigned any more is copied into each
//! closure, so `setlocal` and `setupvalue` change one copy of it, and `upvalueid` tells the copies apart. A local function
//! finds itself without an upvalue; it is shown as the last one. Of natives those upvalues are shown that they have in
//! PUC-Rio Lua, too.

mod hook;
mod lines;
mod local;
mod prompt;
mod upvalue;

use super::library::{Library, define};
use crate::error::Error;
use crate::inspect::level::{Activation, levels};
use crate::inspect::traceback;
use crate::native::{Call, Reply};
use crate::object::{Context, Function, LuaString, Native, NativeObject, Status, Table, Thread, Value};
use fife_arena::{Gc, OutOfMemory};
use fife_compiler::chunk_name::chunk_display_name;

library! {
    /// The functions of `debug`.
    NATIVES: "debug." as "debug.";

    /// They only look at what runs.
    CORE {
        getinfo("[thread,] f [, what]") => getinfo,
            "3 units for each field of the result, one for each 16 levels; with `n` what it takes to find a name, \
            with `L` one for each line, with `S` one for each 16 bytes of the source.";
        traceback("[thread,] [message [, level]]") => traceback,
            "A unit for each 16 levels and each 16 bytes, and for each line what it takes to find a name.";
    }

    OTHERS {
        debug("") => prompt::debug, "50 units for each line, besides what that does.";
        getlocal("[thread,] f, local") => local::getlocal,
            "A unit for each 16 levels, and each 8 variables and 16 instructions of the function.";
        getmetatable("value") => getmetatable, "Constant.";
        getregistry("") => getregistry, "Constant.";
        getupvalue("f, up") => upvalue::getupvalue, "Constant.";
        getuservalue("u, n") => getuservalue, "Constant. No userdata has user values here.";
        setcstacklimit("limit") => setcstacklimit,
            "Constant. It does nothing, as in PUC-Rio Lua, and says what that says.";
        setlocal("[thread,] level, local, value") => local::setlocal, "As `getlocal`.";
        setmetatable("value, table") => setmetatable, "Constant.";
        setupvalue("f, up, value") => upvalue::setupvalue, "Constant.";
        setuservalue("udata, value, n") => setuservalue, "Constant. No userdata has user values here.";
        gethook("[thread]") => hook::gethook, "Constant.";
        sethook("[thread,] hook, mask [, count]") => hook::sethook, "A unit for each 16 activations of the thread.";
        upvalueid("f, n") => upvalue::upvalueid,
            "5 units the first time for a variable, and one on average, to make room for it.";
        upvaluejoin("f1, n1, f2, n2") => upvalue::upvaluejoin,
            "Constant. An upvalue that is held by value takes the other's value.";
    }
}

/// Defines `debug`.
pub(crate) fn open<'gc>(ctx: Context<'gc>) {
    let library = open_core(ctx);
    define(ctx, library, &OTHERS, &[]);
}

/// Defines `debug` with what only looks at what runs.
pub(crate) fn open_core<'gc>(ctx: Context<'gc>) -> Table<'gc> {
    let library = ctx.table();
    define(ctx, library, &CORE, &[]);
    ctx.globals().set_field(ctx, "debug", library);
    library
}

/// The thread that the first argument is, or the running one, and how many arguments that took.
fn thread_argument<'gc>(call: &Call<'gc, '_>) -> (Thread<'gc>, usize) {
    match call.get(0) {
        Value::Thread(thread) => (thread, 1),
        _ => (call.running_thread(), 0),
    }
}

/// The native at level 0 of a thread: the running one, or the one that a coroutine failed in.
fn native_on_top<'gc>(call: &Call<'gc, '_>, thread: Thread<'gc>) -> Option<Gc<'gc, NativeObject<'gc>>> {
    if thread == call.running_thread() {
        return Some(call.native);
    }
    let failure = thread.0.failure.get().filter(|_| thread.0.status.get() == Status::Failed);
    failure.and_then(|error| error.thrower())
}

/// The activation at a level of a thread. A unit for each 16 levels.
fn activation_at<'gc>(call: &Call<'gc, '_>, thread: Thread<'gc>, level: i64) -> Option<Activation<'gc>> {
    // Levels are numbers of 32 bits in PUC-Rio Lua.
    let level = usize::try_from(level as i32).ok()?;
    call.charge(level.min(thread.0.frame_count.get() as usize) / 16);
    levels(thread.0, native_on_top(call, thread)).nth(level)
}

/// `debug.traceback`
fn traceback<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (thread, skipped) = thread_argument(call);
    let message = match call.get(skipped) {
        Value::Nil => None,
        Value::String(_) | Value::Integer(_) | Value::Number(_) => Some(call.string(skipped)?),
        other => return call.one(other),
    };
    let is_running = thread == call.running_thread();
    let first = call.integer_or(skipped + 1, i64::from(is_running))?;
    // Levels are numbers of 32 bits in PUC-Rio Lua.
    let trace = traceback::traceback(call.ctx(), thread.0, native_on_top(call, thread), i64::from(first as i32));
    let message = message.map_or(&b""[..], LuaString::as_bytes);
    call.charge((message.len() + trace.len()) / 16);
    call.reserve(message.len() + trace.len())?;
    let separator: &[u8] = if call.is_none_or_nil(skipped) { b"" } else { b"\n" };
    let text = call.make_string(&[message, separator, &trace].concat())?;
    call.one(text)
}

/// What `getinfo` may be asked for.
const OPTIONS: &[u8] = b"SlnrutLf";

/// Which options a text has, as bits in the order of [`OPTIONS`]; nothing if it has others.
fn options_of(text: &[u8]) -> Option<u8> {
    text.iter().try_fold(0, |found, option| {
        let number = OPTIONS.iter().position(|it| it == option)?;
        Some(found | 1 << number)
    })
}

/// `debug.getinfo`
fn getinfo<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (thread, skipped) = thread_argument(call);
    let options = match call.string_or_none(skipped + 1)? {
        Some(options) => options.as_bytes(),
        None => b"flnSrtu",
    };
    if options.first() == Some(&b'>') {
        return Err(call.argument_error(skipped + 1, "invalid option '>'"));
    }
    let (function, activation) = match call.get(skipped) {
        Value::Function(function) => (Some(function), None),
        _ => {
            let level = call.integer(skipped)?;
            let Some(activation) = activation_at(call, thread, level) else { return call.one(Value::Nil) };
            let function = match activation.function().map(|slot| slot.value()) {
                Some(Value::Function(function)) => Some(function),
                _ => None,
            };
            (function, Some(activation))
        }
    };
    call.charge(options.len() / 8);
    let Some(options) = options_of(options) else {
        return Err(call.argument_error(skipped + 1, "invalid option"));
    };
    let wants = |option: u8| OPTIONS.iter().position(|it| *it == option).is_some_and(|at| options >> at & 1 != 0);
    let info = call.make_table()?;
    if wants(b'S') {
        describe_source(call, info, function)?;
    }
    if wants(b'l') {
        let line = match activation {
            Some(Activation::Lua { closure, pc, .. }) => closure.prototype.chunk.line(pc).map_or(-1, i64::from),
            _ => -1,
        };
        set(call, info, "currentline", line)?;
    }
    if wants(b'u') {
        let (parameters, is_vararg) = match function {
            Some(Function::Closure(closure)) => {
                let chunk = &closure.prototype.chunk;
                (i64::from(chunk.parameter_count), chunk.is_vararg)
            }
            _ => (0, true),
        };
        set(call, info, "nups", function.map_or(0, upvalue::count) as i64)?;
        set(call, info, "nparams", parameters)?;
        set(call, info, "isvararg", is_vararg)?;
    }
    if wants(b'n') {
        let called = activation.and_then(|activation| activation.called_name(call.ctx(), thread.0));
        if let Some((_, name)) = called {
            let name = call.make_string(name)?;
            set(call, info, "name", name)?;
        }
        set(call, info, "namewhat", call.ctx().string(called.map_or("", |(kind, _)| kind.as_str())))?;
    }
    if wants(b'r') {
        let (first, count) =
            activation.and_then(|at| hook::transfer(thread, at)).filter(|found| found.1 != 0).unwrap_or((0, 0));
        set(call, info, "ftransfer", i64::from(first))?;
        set(call, info, "ntransfer", i64::from(count))?;
    }
    if wants(b't') {
        set(call, info, "istailcall", activation.is_some_and(|activation| activation.is_tail_call(thread.0)))?;
    }
    let mut active = None;
    if wants(b'L')
        && let Some(Function::Closure(closure)) = function
    {
        let lines = call.make_table()?;
        set(call, info, "activelines", lines)?;
        active = Some(lines::ActiveLines::new(info, lines, closure.prototype));
    }
    if wants(b'f') {
        set(call, info, "func", function)?;
    }
    if let Some(mut active) = active
        && !active.run(call)?
    {
        return call.sequence(active);
    }
    call.one(info)
}

/// What option `S` asks for.
fn describe_source<'gc>(
    call: &Call<'gc, '_>,
    info: Table<'gc>,
    function: Option<Function<'gc>>,
) -> Result<(), Error<'gc>> {
    let (source, lines, what) = match &function {
        Some(Function::Closure(closure)) => {
            let chunk = &closure.prototype.chunk;
            let what = if chunk.line_defined == 0 { "main" } else { "Lua" };
            (closure.prototype.source(), [chunk.line_defined, chunk.last_line_defined].map(i64::from), what)
        }
        _ => (&b"=[C]"[..], [-1, -1], "C"),
    };
    call.charge(source.len() / 16);
    let short = call.make_string(chunk_display_name(source).as_ref())?;
    set(call, info, "source", call.make_string(source)?)?;
    set(call, info, "short_src", short)?;
    set(call, info, "linedefined", lines[0])?;
    set(call, info, "lastlinedefined", lines[1])?;
    set(call, info, "what", call.ctx().string(what))
}

/// Sets a field of a table that nobody has seen.
fn set<'gc>(
    call: &Call<'gc, '_>,
    table: Table<'gc>,
    field: &str,
    value: impl Into<Value<'gc>>,
) -> Result<(), Error<'gc>> {
    call.charge(3);
    // Only the limit can refuse a string key.
    table.set(call.ctx(), call.ctx().string(field), value).map_err(|_| call.refused())
}

// ---- Metatables and the rest ----

/// `debug.getmetatable`
fn getmetatable<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let value = call.any(0)?;
    let metatable = call.ctx().metatable(value);
    call.one(metatable)
}

/// `debug.setmetatable`
fn setmetatable<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let metatable = match call.get(1) {
        Value::Table(metatable) => Some(metatable),
        Value::Nil if !call.is_none(1) => None,
        _ => return Err(call.type_error(1, "nil or table")),
    };
    let value = call.get(0);
    call.ctx().set_metatable(value, metatable).map_err(|OutOfMemory| call.refused())?;
    call.one(value)
}

/// `debug.getregistry`
fn getregistry<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let registry = call.ctx().registry();
    call.one(registry)
}

/// `debug.getuservalue`
fn getuservalue<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.integer_or(1, 1)?;
    call.one(Value::Nil)
}

/// `debug.setuservalue`
fn setuservalue<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.integer_or(2, 1)?;
    let data = call.userdata(0, "userdata")?;
    if upvalue::is_identity(data) {
        return Err(call.argument_error(0, "userdata expected, got light userdata"));
    }
    call.any(1)?;
    call.one(Value::Nil)
}

/// `debug.setcstacklimit`
fn setcstacklimit<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.integer(0)?;
    call.one(200)
}
