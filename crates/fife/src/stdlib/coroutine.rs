//! Coroutines: `coroutine`.
//!
//! The interpreter carries out everything that switches threads. Here are the functions that only look, and those that
//! make coroutines.

use super::base::by_interpreter;
use super::library::{Library, define, reserve};
use crate::error::Error;
use crate::native::{Call, Reply};
use crate::object::{Context, Native, ThreadStatus, Value};

library! {
    /// The functions of `coroutine`.
    NATIVES: "coroutine." as "coroutine.";

    PLAIN {
        close("co") => by_interpreter [CloseThread], "2 units, and what `__close` does.";
        resume("co [, val1, ···]") => by_interpreter [Resume],
            "2 units, and 1 for each 4 values passed; in a finalizer 1 for each 16 activations. So do the functions \
            of `coroutine.wrap`.";
        yield("···") => by_interpreter [Yield],
            "2 units, and 1 for each 4 values passed; in a finalizer 1 for each 16 activations.";
        yieldto("co [, val1, ···]") => by_interpreter [YieldTo],
            "2 units, and 1 for each 4 values passed; in a finalizer 1 for each 16 activations.";
        create("f") => create, "20 units.";
        isyieldable("[co]") => isyieldable, "Constant; in a finalizer, a unit for each 16 activations.";
        running("") => running, "Constant.";
        status("co") => status, "Constant.";
        wrap("f") => wrap, "20 units.";
    }

    /// The functions that `wrap` makes. Upvalue: the coroutine.
    WRAPPED {
        wrap.resume as "" => by_interpreter [Wrapped];
    }
}

/// Defines `coroutine`.
pub(crate) fn open<'gc>(ctx: Context<'gc>) {
    let library = ctx.table();
    reserve(ctx, library, &[&PLAIN], 0);
    define(ctx, library, &PLAIN, &[]);
    ctx.globals().set_field(ctx, "coroutine", library);
}

/// `coroutine.create`
fn create<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let thread = call.make_coroutine(call.function(0)?)?;
    call.one(thread)
}

/// `coroutine.wrap`
fn wrap<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let thread = call.make_coroutine(call.function(0)?)?;
    let resumer = call.make_function(&WRAPPED[0], &[Value::Thread(thread)])?;
    call.one(resumer)
}

/// `coroutine.status`
fn status<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let thread = call.thread(0)?;
    let text = match thread.status() {
        _ if thread == call.running_thread() => "running",
        ThreadStatus::Running => "running",
        ThreadStatus::Suspended => "suspended",
        ThreadStatus::Normal => "normal",
        ThreadStatus::Dead | ThreadStatus::Failed => "dead",
    };
    let text = call.make_string(text.as_bytes())?;
    call.one(text)
}

/// `coroutine.isyieldable`
fn isyieldable<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let thread = if call.is_none(0) { call.running_thread() } else { call.thread(0)? };
    call.one(thread.is_yieldable(call.ctx()))
}

/// `coroutine.running`
fn running<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let thread = call.running_thread();
    call.all([Value::Thread(thread), Value::Boolean(thread.is_main())])
}
