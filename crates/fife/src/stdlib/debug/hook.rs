//! `debug.sethook` and `debug.gethook`.

use super::thread_argument;
use crate::error::Error;
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::{Context, Hook, Table, Value};
use fife_arena::{Collect, OutOfMemory};

/// The registry's key for the table of hooks.
const HOOKS: &str = "_HOOKKEY";

/// `debug.sethook`
pub(super) fn sethook<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (thread, first) = thread_argument(call);
    let ctx = call.ctx();
    let hook = if call.get(first).is_nil() {
        None
    } else {
        let letters = call.string(first + 1)?.as_bytes();
        let function = call.function(first)?;
        let count = call.integer_or(first + 2, 0)?;
        let [calls, returns, lines] = [b'c', b'r', b'l'].map(|letter| letters.contains(&letter));
        let count = u32::try_from(count.max(0)).unwrap_or(u32::MAX);
        Some(Hook { function, calls, returns, lines, count }).filter(|hook| hook.is_called())
    };
    // If one is refused, both can be done again.
    let function = hook.map(|hook| hook.function);
    hooks_table(ctx).set(ctx, Value::Thread(thread), function).map_err(|_| call.refused())?;
    thread.set_hook(ctx, hook).map_err(|OutOfMemory| call.refused())?;
    call.sequence(Switch)
}

/// The registry's table with the hook of each thread, as in PUC-Rio Lua, for scripts that look there.
fn hooks_table<'gc>(ctx: Context<'gc>) -> Table<'gc> {
    if let Value::Table(hooks) = ctx.registry().get_field(ctx, HOOKS) {
        return hooks;
    }
    let hooks = ctx.table();
    hooks.set_field(ctx, "__mode", ctx.string("k"));
    hooks.set_metatable(ctx.mc(), Some(hooks));
    ctx.registry().set_field(ctx, HOOKS, hooks);
    hooks
}

/// `debug.gethook`
pub(super) fn gethook<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (thread, _) = thread_argument(call);
    let Some(hook) = thread.hook() else { return call.one(Value::Nil) };
    let letters = [(hook.calls, "c"), (hook.returns, "r"), (hook.lines, "l")];
    let mask: String = letters.iter().filter(|(is_wanted, _)| *is_wanted).map(|(_, letter)| *letter).collect();
    let mask = call.make_string(mask.as_bytes())?;
    call.all([Value::Function(hook.function), Value::String(mask), Value::Integer(i64::from(hook.count))])
}

/// Leaves the loop, which then continues in the instance that the hook needs.
#[derive(Collect)]
struct Switch;

impl<'gc> Sequence<'gc> for Switch {
    const NAME: &'static str = "debug.sethook";

    fn poll(&mut self, _: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        Ok(Poll::Return(0))
    }
}
