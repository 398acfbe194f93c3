//! `collectgarbage`.
//!
//! Collection happens only between steps, so a script that asks for one ends its step, and the driver collects before
//! the next step. The parameters of PUC-Rio Lua's collector are only kept to be read back; Fife's collector paces
//! itself.

use crate::error::Error;
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::{Context, Value};
use fife_arena::Collect;

/// The upvalues of `collectgarbage`.
const PAUSE: usize = 0;
const STEP_MULTIPLIER: usize = 1;
const MODE: usize = 2;

/// Their initial values.
pub(super) fn parameters<'gc>(ctx: Context<'gc>) -> [Value<'gc>; 3] {
    [Value::Integer(200), Value::Integer(100), Value::String(ctx.string("incremental"))]
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

/// `collectgarbage`
pub(super) fn collectgarbage<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let option = OPTIONS[call.option(0, Some("collect"), &OPTIONS)?];
    let (ctx, collector) = (call.ctx(), call.ctx().collector());
    // As in PUC-Rio Lua, a finalizer cannot control the collector.
    if collector.is_finalizing() {
        return call.one(Value::Nil);
    }
    match option {
        "collect" => collect(call, None, false),
        "step" => {
            // In KiB; 0 stands for a step of the collector's own size.
            let size = call.integer_or(1, 0)?;
            // In generational mode a basic step frees everything that has just become garbage.
            let is_generational =
                matches!(call.upvalue(MODE), Value::String(mode) if mode.as_bytes() == b"generational");
            if size == 0 && is_generational {
                return collect(call, None, true);
            }
            let allocated = usize::try_from(size).unwrap_or(0).saturating_mul(1024).max(STEP_SIZE);
            let work = allocated.saturating_mul(STEP_FACTOR);
            collect(call, Some(work), true)
        }
        "stop" => {
            collector.stop();
            call.one(0)
        }
        "restart" => {
            collector.restart();
            call.one(0)
        }
        "isrunning" => call.one(collector.is_running()),
        "count" => call.one(collector.count() as f64 / 1024.0),
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

/// The size in bytes of a step without a given size, as in PUC-Rio Lua.
const STEP_SIZE: usize = 8 << 10;

/// A step does the work that is due after this many bytes of allocation. It marks and sweeps several times as many
/// bytes; otherwise a cycle would take so many steps that they allocate more than it frees.
const STEP_FACTOR: usize = 4;

/// Makes the driver collect. This does not fail for lack of memory: if the limit refuses the sequence that waits, a
/// collection is made before the native is called again, and if it refuses again, that collection was the one asked
/// for.
fn collect<'gc>(call: &mut Call<'gc, '_>, work: Option<usize>, is_step: bool) -> Result<Reply, Error<'gc>> {
    match call.sequence(Collection { work, is_step, is_asked_for: false }) {
        Err(_) if call.ctx().collector().was_refused_again() => {
            call.one(if is_step { Value::Boolean(true) } else { Value::Integer(0) })
        }
        reply => reply,
    }
}

fn set_parameter<'gc>(call: &mut Call<'gc, '_>, upvalue: usize) -> Result<Reply, Error<'gc>> {
    let value = call.integer_or(1, 0)?;
    let previous = call.upvalue(upvalue);
    call.set_upvalue(upvalue, value);
    call.one(previous)
}

/// Waits for the driver to collect all garbage, or to do this much work.
#[derive(Collect)]
struct Collection {
    work: Option<usize>,
    /// Whether the result says that a cycle has ended.
    is_step: bool,
    is_asked_for: bool,
}

impl<'gc> Sequence<'gc> for Collection {
    const NAME: &'static str = "collectgarbage";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        let collector = call.ctx().collector();
        if !self.is_asked_for {
            self.is_asked_for = true;
            match self.work {
                Some(work) => collector.request_step(work),
                None => collector.request_full(),
            }
            return Ok(Poll::Pending);
        }
        if self.work.is_some() {
            call.push(Value::Boolean(collector.take_cycle_end()));
        } else if self.is_step {
            call.push(Value::Boolean(true));
        } else {
            call.push(Value::Integer(0));
        }
        Ok(Poll::Return(1))
    }
}
