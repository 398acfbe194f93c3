//! `collectgarbage`.
//!
//! Collection happens only between steps, so a script that asks for one ends its step, and the driver collects before
//! the next. The parameters of PUC-Rio Lua's collector are kept for whoever reads them back; ours paces itself.

use crate::api::{Call, Poll, Reply, Sequence};
use crate::error::Error;
use crate::object::{Context, Function, Value};
use fife_arena::Collect;

/// The upvalues of `collectgarbage`.
const PAUSE: usize = 0;
const STEP_MULTIPLIER: usize = 1;
const MODE: usize = 2;

pub(super) fn open<'gc>(ctx: Context<'gc>) {
    let upvalues = [Value::Integer(200), Value::Integer(100), Value::String(ctx.string("incremental"))];
    let function = Function::native_with(ctx, "collectgarbage", collectgarbage, &upvalues);
    ctx.globals().set_field(ctx, "collectgarbage", function);
}

const OPTIONS: [&str; 10] = [
    "collect",
    "stop",
    "restart",
    "count",
    "step",
    "setpause",
    "setstepmul",
    "isrunning",
    "generational",
    "incremental",
];

/// `collectgarbage([opt [, arg]])`. A collection costs a sixteenth of the bytes in use.
fn collectgarbage<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let option = OPTIONS[call.option(0, Some("collect"), &OPTIONS)?];
    let ctx = call.ctx();
    let state = ctx.state();
    match option {
        "collect" => call.sequence(FullCollection { is_asked_for: false, result: Value::Integer(0) }),
        "step" => {
            call.integer_or(1, 0)?;
            // Whether a cycle ended: one does, since it is all done at once.
            call.sequence(FullCollection { is_asked_for: false, result: Value::Boolean(true) })
        }
        "stop" => {
            state.collector_stopped.set(true);
            call.one(0)
        }
        "restart" => {
            state.collector_stopped.set(false);
            call.one(0)
        }
        "isrunning" => call.one(!state.collector_stopped.get()),
        "count" => call.one(ctx.mc().metrics().object_bytes as f64 / 1024.0),
        "setpause" => set_parameter(call, PAUSE),
        "setstepmul" => set_parameter(call, STEP_MULTIPLIER),
        mode => {
            call.integer_or(1, 0)?;
            call.integer_or(2, 0)?;
            call.integer_or(3, 0)?;
            let previous = call.upvalue(MODE);
            call.set_upvalue(MODE, ctx.string(mode));
            call.one(previous)
        }
    }
}

fn set_parameter<'gc>(call: &mut Call<'gc, '_>, upvalue: usize) -> Result<Reply, Error<'gc>> {
    let value = call.integer_or(1, 0)?;
    let previous = call.upvalue(upvalue);
    call.set_upvalue(upvalue, value);
    call.one(previous)
}

/// Waits for the driver to collect.
#[derive(Collect)]
struct FullCollection<'gc> {
    is_asked_for: bool,
    result: Value<'gc>,
}

impl<'gc> Sequence<'gc> for FullCollection<'gc> {
    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if !self.is_asked_for {
            self.is_asked_for = true;
            let (ctx, state) = (call.ctx(), call.ctx().state());
            call.charge(ctx.mc().metrics().object_bytes / 16);
            state.collection_wanted.set(true);
            state.interrupt();
            return Ok(Poll::Pending);
        }
        call.push(self.result);
        Ok(Poll::Return(1))
    }
}
