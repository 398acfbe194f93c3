//! The debug library: `debug`.
//!
//! It looks at threads through an [`Inspector`], as a host's tools do. A script may change only what the interpreter
//! does not rely on: values of variables, but not the hidden variables of loops.
//!
//! Variables differ from PUC-Rio Lua's in this: a captured variable that is not assigned any more is copied into each
//! closure, so `setlocal` and `setupvalue` change one copy, and `upvalueid` tells the copies apart. A local function
//! refers to itself without an upvalue, and shows itself as the last one. Natives show the upvalues that they have in
//! PUC-Rio Lua, too.

mod hook;
mod lines;
mod local;
mod prompt;
mod upvalue;

use super::library::{Library, define};
use crate::error::Error;
use crate::inspect::{Activation, Inspector};
use crate::native::{Call, Reply};
use crate::object::{Context, Function, FunctionCode, LuaString, Native, Table, Thread, Upvalue, Value};
use fife_arena::OutOfMemory;

library! {
    /// The functions of `debug`.
    NATIVES: "debug." as "debug.";

    /// These only look at what runs.
    CORE {
        getinfo("[thread,] f [, what]") => getinfo,
            "3 units for each field of the result, one for each 8 levels; with `n` what it takes to find a name, \
            with `L` one for each line, with `S` one for each 16 bytes of the source.";
        traceback("[thread,] [message [, level]]") => traceback,
            "A unit for each 2 levels and each 16 bytes, and for each line what it takes to find a name.";
    }

    OTHERS {
        debug("") => prompt::debug, "50 units for each line, besides what that does.";
        getlocal("[thread,] f, local") => local::getlocal,
            "A unit for each 8 levels and variables, and each 16 instructions of the function.";
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

/// Defines `debug` with the functions that only look at what runs.
pub(crate) fn open_core<'gc>(ctx: Context<'gc>) -> Table<'gc> {
    let library = ctx.table();
    define(ctx, library, &CORE, &[]);
    ctx.globals().set_field(ctx, "debug", library);
    library
}

/// The thread in the first argument, or the running thread; and how many arguments that took.
fn thread_argument<'gc>(call: &Call<'gc, '_>) -> (Thread<'gc>, usize) {
    match call.get(0) {
        Value::Thread(thread) => (thread, 1),
        _ => (call.running_thread(), 0),
    }
}

/// Looks at a thread, which may be the running one.
fn inspector<'gc>(call: &Call<'gc, '_>, thread: Thread<'gc>) -> Inspector<'gc> {
    if thread == call.running_thread() { call.inspector() } else { Inspector::of_thread(call.ctx(), thread) }
}

/// The activation at a level of a thread. Costs a unit per 8 levels.
fn activation_at<'gc>(call: &Call<'gc, '_>, thread: Thread<'gc>, level: i64) -> Option<Activation<'gc>> {
    inspector(call, thread).level(level_number(level)?)
}

/// A level given by a script, which is a number of 32 bits in PUC-Rio Lua. No level is below 0.
fn level_number(level: i64) -> Option<usize> {
    usize::try_from(level as i32).ok()
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
    let trace = match level_number(first) {
        Some(first) => inspector(call, thread).traceback(first),
        None => b"stack traceback:".to_vec(),
    };
    let message = message.map_or(&b""[..], LuaString::as_bytes);
    call.charge((message.len() + trace.len()) / 16);
    call.reserve(message.len() + trace.len())?;
    let separator: &[u8] = if call.is_none_or_nil(skipped) { b"" } else { b"\n" };
    let text = call.make_string(&[message, separator, &trace].concat())?;
    call.one(text)
}

/// The options of `getinfo`.
const OPTIONS: &[u8] = b"SlnrutLf";

/// The options in a text, as bits in the order of [`OPTIONS`]; `None` if it has others.
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
            (activation.function(), Some(activation))
        }
    };
    call.charge(options.len() / 8);
    let Some(options) = options_of(options) else {
        return Err(call.argument_error(skipped + 1, "invalid option"));
    };
    let wants = |option: u8| OPTIONS.iter().position(|it| *it == option).is_some_and(|at| options >> at & 1 != 0);
    let code = function.and_then(Function::code);
    let info = call.make_table()?;
    if wants(b'S') {
        describe_source(call, info, code)?;
    }
    if wants(b'l') {
        let position = activation.and_then(Activation::position);
        set(call, info, "currentline", position.map_or(-1, |position| i64::from(position.line)))?;
    }
    if wants(b'u') {
        let parameters = code.map_or(0, |code| i64::from(code.parameter_count()));
        let is_vararg = code.is_none_or(FunctionCode::is_vararg);
        set(call, info, "nups", function.map_or(0, upvalue::count) as i64)?;
        set(call, info, "nparams", parameters)?;
        set(call, info, "isvararg", is_vararg)?;
    }
    if wants(b'n') {
        let called = activation.and_then(Activation::name);
        if let Some(name) = called {
            let name = call.make_string(name.text)?;
            set(call, info, "name", name)?;
        }
        let what = call.make_string(called.map_or("", |name| name.kind.as_str()).as_bytes())?;
        set(call, info, "namewhat", what)?;
    }
    if wants(b'r') {
        let numbers = activation.and_then(Activation::transferred).filter(|it| !it.is_empty()).unwrap_or(0..0);
        set(call, info, "ftransfer", numbers.start)?;
        set(call, info, "ntransfer", numbers.end - numbers.start)?;
    }
    if wants(b't') {
        set(call, info, "istailcall", activation.is_some_and(Activation::is_tail_call))?;
    }
    let mut active = None;
    if wants(b'L')
        && let Some(code) = code
    {
        let lines = call.make_table()?;
        set(call, info, "activelines", lines)?;
        active = Some(lines::NoteLines::new(info, lines, code.active_lines()));
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

/// The fields for option `S`.
fn describe_source<'gc>(
    call: &Call<'gc, '_>,
    info: Table<'gc>,
    code: Option<FunctionCode<'gc>>,
) -> Result<(), Error<'gc>> {
    let (source, lines, what) = match code {
        Some(code) => {
            let what = if code.is_main() { "main" } else { "Lua" };
            (code.source(), [code.first_line(), code.last_line()].map(i64::from), what)
        }
        None => (&b"=[C]"[..], [-1, -1], "C"),
    };
    call.charge(source.len() / 16);
    let short = match code {
        Some(code) => call.make_string(&code.short_source())?,
        None => call.make_string(b"[C]")?,
    };
    set(call, info, "source", call.make_string(source)?)?;
    set(call, info, "short_src", short)?;
    set(call, info, "linedefined", lines[0])?;
    set(call, info, "lastlinedefined", lines[1])?;
    let what = call.make_string(what.as_bytes())?;
    set(call, info, "what", what)
}

/// Sets a field of a new table.
fn set<'gc>(
    call: &Call<'gc, '_>,
    table: Table<'gc>,
    field: &str,
    value: impl Into<Value<'gc>>,
) -> Result<(), Error<'gc>> {
    call.charge(3);
    // Only the limit on memory can refuse a string key.
    let field = call.make_string(field.as_bytes())?;
    table.set(call.ctx(), field, value).map_err(|_| call.refused())
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
    if let Value::Table(table) = value
        && table.is_frozen()
    {
        return Err(call.error("attempt to change a frozen table"));
    }
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
    if Upvalue::is_identity(data) {
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
