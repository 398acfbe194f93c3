//! The debug library: `debug`.
//!
//! It looks at activations through [`activation`](crate::error::activation), as tracebacks do. What a script may change
//! is limited to what the interpreter does not rely on: values of variables, never what a loop keeps in hidden ones.
//!
//! Where Fife's variables are not PUC-Rio Lua's: a captured variable that is not assigned any more is copied into each
//! closure, so `setlocal` and `setupvalue` change one copy of it, and `upvalueid` tells the copies apart. A local function
//! finds itself without an upvalue; it is shown as the last one. Upvalues of natives are not shown.

mod hook;
mod upvalue;

use crate::api::{Call, Reply};
use crate::error::Error;
use crate::error::activation::{Activation, levels};
use crate::error::traceback::traceback_in;
use crate::object::{Context, Function, LuaString, NativeFunction, NativeObject, Slot, Table, Thread, Value};
use fife_arena::Gc;
use fife_bytecode::name::local_name;
use fife_bytecode::{Instruction, Prototype};
use fife_compiler::chunk_name::chunk_display_name;

/// Defines `debug`.
pub(crate) fn open<'gc>(ctx: Context<'gc>) {
    let library = open_core(ctx);
    let natives: [(&str, &'static str, NativeFunction<'gc>); 10] = [
        ("getlocal", "debug.getlocal", getlocal),
        ("getmetatable", "debug.getmetatable", getmetatable),
        ("getregistry", "debug.getregistry", getregistry),
        ("getupvalue", "debug.getupvalue", upvalue::getupvalue),
        ("getuservalue", "debug.getuservalue", getuservalue),
        ("setcstacklimit", "debug.setcstacklimit", setcstacklimit),
        ("setlocal", "debug.setlocal", setlocal),
        ("setmetatable", "debug.setmetatable", setmetatable),
        ("setupvalue", "debug.setupvalue", upvalue::setupvalue),
        ("setuservalue", "debug.setuservalue", setuservalue),
    ];
    for (field, name, function) in natives {
        library.set_field(ctx, field, Function::native(ctx, name, function));
    }
    hook::open(ctx, library);
    upvalue::open(ctx, library);
}

/// Defines `debug` with what only looks at what runs.
pub(crate) fn open_core<'gc>(ctx: Context<'gc>) -> Table<'gc> {
    let library = ctx.table();
    library.set_field(ctx, "getinfo", Function::native(ctx, "debug.getinfo", getinfo));
    library.set_field(ctx, "traceback", Function::native(ctx, "debug.traceback", traceback));
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
    thread.0.failure.get().and_then(|error| error.thrower())
}

/// The activation at a level of a thread. In proportion to the level.
fn activation_at<'gc>(call: &Call<'gc, '_>, thread: Thread<'gc>, level: i64) -> Option<Activation<'gc>> {
    let level = usize::try_from(level).ok()?;
    call.charge(level.min(thread.0.frame_count.get() as usize) / 16);
    levels(thread.0, native_on_top(call, thread)).nth(level)
}

/// `debug.traceback([thread,] [message [, level]])`. In proportion to the depth of the stack, and a search of the loaded
/// modules for each line.
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
    let trace = traceback_in(call.ctx(), thread.0, native_on_top(call, thread), i64::from(first as i32));
    let message = message.map_or(&b""[..], LuaString::as_bytes);
    call.charge((message.len() + trace.len()) / 16);
    call.reserve(message.len() + trace.len())?;
    let separator: &[u8] = if call.is_none_or_nil(skipped) { b"" } else { b"\n" };
    let text = call.make_string(&[message, separator, &trace].concat())?;
    call.one(text)
}

/// What `getinfo` may be asked for.
const OPTIONS: &[u8] = b"SlnrutLf";

/// `debug.getinfo([thread,] f [, what])`. In proportion to the level; with `L` also to the length of the function.
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
    if options.iter().any(|option| !OPTIONS.contains(option)) {
        return Err(call.argument_error(skipped + 1, "invalid option"));
    }
    let wants = |option: u8| options.contains(&option);
    let info = call.ctx().table();
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
        let (upvalues, parameters, is_vararg) = match function {
            Some(Function::Closure(closure)) => {
                let chunk = &closure.prototype.chunk;
                (upvalue::count(closure), i64::from(chunk.parameter_count), chunk.is_vararg)
            }
            _ => (0, 0, true),
        };
        set(call, info, "nups", upvalues as i64)?;
        set(call, info, "nparams", parameters)?;
        set(call, info, "isvararg", is_vararg)?;
    }
    if wants(b'n') {
        let called = activation.and_then(|activation| activation.called_name(thread.0));
        if let Some((_, name)) = called {
            let name = call.make_string(name)?;
            set(call, info, "name", name)?;
        }
        set(call, info, "namewhat", call.ctx().string(called.map_or("", |(kind, _)| kind.as_str())))?;
    }
    if wants(b'r') {
        set(call, info, "ftransfer", 0)?;
        set(call, info, "ntransfer", 0)?;
    }
    if wants(b't') {
        set(call, info, "istailcall", activation.is_some_and(|activation| activation.is_tail_call(thread.0)))?;
    }
    if wants(b'L')
        && let Some(Function::Closure(closure)) = function
    {
        let lines = call.ctx().table();
        call.charge(closure.prototype.chunk.positions.len());
        for run in &closure.prototype.chunk.positions {
            let line = i64::from(run.position.line);
            lines.set(call.ctx(), line, true).map_err(|refused| call.failed(refused))?;
        }
        set(call, info, "activelines", lines)?;
    }
    if wants(b'f') {
        set(call, info, "func", function)?;
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
            (&chunk.source[..], [chunk.line_defined, chunk.last_line_defined].map(i64::from), what)
        }
        _ => (&b"=[C]"[..], [-1, -1], "C"),
    };
    call.charge(source.len() / 16);
    let short = call.ctx().string(chunk_display_name(source));
    set(call, info, "source", call.make_string(source)?)?;
    set(call, info, "short_src", short)?;
    set(call, info, "linedefined", lines[0])?;
    set(call, info, "lastlinedefined", lines[1])?;
    set(call, info, "what", call.ctx().string(what))
}

fn set<'gc>(
    call: &Call<'gc, '_>,
    table: Table<'gc>,
    field: &str,
    value: impl Into<Value<'gc>>,
) -> Result<(), Error<'gc>> {
    table.set(call.ctx(), call.ctx().string(field), value).map_err(|refused| call.failed(refused))
}

// ---- Local variables ----

/// A variable of an activation: its name, and its slot.
struct Variable {
    name: Vec<u8>,
    slot: u32,
    /// Whether its value may be changed.
    is_open: bool,
}

/// The variable with a number at a level: a local variable from 1 on, a further argument from -1 down, or a temporary
/// value.
fn variable<'gc>(call: &Call<'gc, '_>, thread: Thread<'gc>, at: Activation<'gc>, number: i64) -> Option<Variable> {
    let Activation::Lua { frame: index, closure, pc } = at else { return None };
    let frame = thread.0.frame(index);
    // Number 0 counts as a further argument that is not there.
    let Some(position) = usize::try_from(number).ok().and_then(|number| number.checked_sub(1)) else {
        let further = u32::try_from(number.checked_neg()?.checked_sub(1)?).ok()?;
        let slot = (further < frame.vararg_count()).then(|| frame.base - 1 - frame.vararg_count() + further)?;
        return Some(Variable { name: b"(vararg)".to_vec(), slot, is_open: true });
    };
    let chunk = &closure.prototype.chunk;
    // What the function has in use, up to what it calls, and what is kept of a thread that does not run.
    let mut end = frame.base + chunk.live.get(pc).copied().map_or(0, u32::from);
    end = end.min(frame.base + called_register(chunk, pc));
    end = end.min(end_of_frame(call, thread, index));
    let (name, register, is_open) = match local_name(chunk, position + 1, pc) {
        Some(local) => (local.name.to_vec(), u32::from(local.register), !local.is_hidden()),
        None => (b"(temporary)".to_vec(), u32::try_from(position).ok()?, false),
    };
    let slot = frame.base.checked_add(register)?;
    (slot < end).then_some(Variable { name, slot, is_open })
}

/// The slot up to which values are a frame's own: from there on there is what runs above it, or nothing. It may be less than the
/// instruction before the next one had in use, which need not have led there: a finalizer may run between any two.
fn end_of_frame<'gc>(call: &Call<'gc, '_>, thread: Thread<'gc>, index: u32) -> u32 {
    if index + 1 < thread.0.frame_count.get() {
        thread.0.frame(index + 1).func
    } else if thread == call.running_thread() {
        call.base - 1
    } else {
        thread.0.live_top.get()
    }
}

/// The register of what an instruction calls, from which on nothing is the function's own any more.
fn called_register(chunk: &Prototype, pc: usize) -> u32 {
    use Instruction::*;
    match chunk.code.get(pc) {
        Some(
            Call { func, .. }
            | CallOpenArgs { func, .. }
            | CallOpenResults { func, .. }
            | CallOpen { func, .. }
            | TailCall { func, .. }
            | TailCallOpen { func },
        ) => func.index() as u32,
        // The call is above the control variables.
        Some(ForGenericCall { base, .. }) => base.index() as u32 + 4,
        _ => u32::from(chunk.register_count),
    }
}

/// The activation that arguments `first` names as a level.
fn level_argument<'gc>(call: &Call<'gc, '_>, thread: Thread<'gc>, first: usize) -> Result<Activation<'gc>, Error<'gc>> {
    let level = call.integer(first)?;
    activation_at(call, thread, level).ok_or_else(|| call.argument_error(first, "level out of range"))
}

/// `debug.getlocal([thread,] f, local)`. In proportion to the level and to the number of variables.
fn getlocal<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (thread, skipped) = thread_argument(call);
    let number = call.integer(skipped + 1)?;
    if let Value::Function(function) = call.get(skipped) {
        let Function::Closure(closure) = function else { return call.one(Value::Nil) };
        let chunk = &closure.prototype.chunk;
        call.charge(chunk.locals.len() / 8);
        let parameter = usize::try_from(number).ok().and_then(|number| local_name(chunk, number, 0));
        return match parameter {
            Some(parameter) => {
                let name = call.make_string(&parameter.name)?;
                call.one(name)
            }
            None => call.one(Value::Nil),
        };
    }
    let at = level_argument(call, thread, skipped)?;
    charge_variables(call, at);
    let Some(found) = variable(call, thread, at, number) else { return call.one(Value::Nil) };
    let slot = thread.0.slot(found.slot);
    let value = slot.as_cell().map_or(slot, |cell| cell.value.get());
    let name = call.make_string(&found.name)?;
    call.all([Value::String(name), value.value()])
}

fn charge_variables(call: &Call<'_, '_>, at: Activation<'_>) {
    if let Activation::Lua { closure, .. } = at {
        call.charge(closure.prototype.chunk.locals.len() / 8);
    }
}

/// `debug.setlocal([thread,] level, local, value)`. As `getlocal`.
fn setlocal<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (thread, skipped) = thread_argument(call);
    call.integer(skipped)?;
    let number = call.integer(skipped + 1)?;
    let at = level_argument(call, thread, skipped)?;
    let value = Slot::from(call.any(skipped + 2)?);
    charge_variables(call, at);
    let Some(found) = variable(call, thread, at, number).filter(|found| found.is_open) else {
        return call.one(Value::Nil);
    };
    let name = call.make_string(&found.name)?;
    match thread.0.slot(found.slot).as_cell() {
        Some(cell) => upvalue::set_cell(call.ctx(), cell, value),
        None => {
            // The running thread needs no barrier, any other does.
            call.ctx().mc().barrier_backward(thread.0);
            thread.0.set_slot(found.slot, value);
        }
    }
    call.one(name)
}

// ---- Metatables and the rest ----

/// `debug.getmetatable(value)`. Constant.
fn getmetatable<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let value = call.any(0)?;
    let metatable = call.ctx().metatable(value);
    call.one(metatable)
}

/// `debug.setmetatable(value, table)`. Constant.
fn setmetatable<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let metatable = match call.get(1) {
        Value::Table(metatable) => Some(metatable),
        Value::Nil if !call.is_none(1) => None,
        _ => return Err(call.type_error(1, "nil or table")),
    };
    let (ctx, value) = (call.ctx(), call.get(0));
    if ctx.set_metatable(value, metatable).is_err() {
        return Err(Error::out_of_memory(ctx));
    }
    call.one(value)
}

/// `debug.getregistry()`. Constant.
fn getregistry<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let registry = call.ctx().registry();
    call.one(registry)
}

/// `debug.getuservalue(u, n)`. Constant. No userdata has user values here.
fn getuservalue<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.integer_or(1, 1)?;
    call.one(Value::Nil)
}

/// `debug.setuservalue(udata, value, n)`. Constant. No userdata has user values here.
fn setuservalue<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.integer_or(2, 1)?;
    call.userdata(0, "userdata")?;
    call.any(1)?;
    call.one(Value::Nil)
}

/// `debug.setcstacklimit(limit)`. Constant. It does nothing, as in PUC-Rio Lua, and says what that says.
fn setcstacklimit<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.integer(0)?;
    call.one(200)
}
