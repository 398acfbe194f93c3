//! Coroutines: `coroutine`.
//!
//! Whatever switches threads is carried out by the interpreter; here are those that only look, and those that make
//! coroutines.

use super::base::by_interpreter;
use super::library::{Library, define};
use crate::error::Error;
use crate::native::{Call, Reply};
use crate::object::{Context, Native, Slot, Thread, ThreadStatus, Value};
use fife_arena::OutOfMemory;

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

    /// What `wrap` makes; its upvalue is the coroutine.
    WRAPPED {
        wrap.resume as "" => by_interpreter [Wrapped];
    }
}

/// Defines `coroutine`.
pub(crate) fn open<'gc>(ctx: Context<'gc>) {
    let library = ctx.table();
    define(ctx, library, &PLAIN, &[]);
    ctx.globals().set_field(ctx, "coroutine", library);
}

/// What a new coroutine costs: its stack and its frames.
const CREATION_COST: usize = 20;

fn new_coroutine<'gc>(call: &Call<'gc, '_>) -> Result<Thread<'gc>, Error<'gc>> {
    let function = call.function(0)?;
    call.charge(CREATION_COST);
    call.check_coroutines()?;
    let made = crate::vm::new_thread(call.ctx(), Slot::from(Value::Function(function)), &[]);
    // Nothing has been done yet, so it may be tried again after a collection.
    let thread = made.map_err(|OutOfMemory| call.refused())?;
    call.coroutine_made();
    Ok(Thread(thread))
}

/// `coroutine.create`
fn create<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let thread = new_coroutine(call)?;
    call.one(thread)
}

/// `coroutine.wrap`
fn wrap<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let thread = new_coroutine(call)?;
    let resumer = call.make_function(&WRAPPED[0], &[Value::Thread(thread)])?;
    call.one(resumer)
}

/// Whether a thread is the one that an executor started with: it runs, or waits for what it resumed, and nobody resumed it.
fn is_main(thread: Thread<'_>) -> bool {
    let is_active = matches!(thread.0.status.get(), ThreadStatus::Running | ThreadStatus::Normal);
    is_active && thread.0.resumer.get().is_none()
}

/// `coroutine.status`
fn status<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let thread = call.thread(0)?;
    let text = match thread.0.status.get() {
        _ if thread == call.running_thread() => "running",
        ThreadStatus::Running => "running",
        ThreadStatus::Suspended => "suspended",
        ThreadStatus::Normal => "normal",
        ThreadStatus::Dead | ThreadStatus::Failed => "dead",
    };
    call.one(call.ctx().string(text))
}

/// `coroutine.isyieldable`
fn isyieldable<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let thread = if call.is_none(0) { call.running_thread() } else { call.thread(0)? };
    let is_finalizing = call.ctx().state().step.is_finalizing.get();
    if is_finalizing {
        call.charge(thread.0.frame_count.get() as usize / 16);
    }
    let is_in_finalizer = is_finalizing && thread.0.is_in_finalizer();
    call.one(!is_main(thread) && !is_in_finalizer)
}

/// `coroutine.running`
fn running<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let thread = call.running_thread();
    call.all([Value::Thread(thread), Value::Boolean(is_main(thread))])
}
