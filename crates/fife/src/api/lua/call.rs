//! Calls of the host that wait for their end.
//!
//! Most end in their first step. So that is made while the VM is open for what comes before and after it anyway, and by
//! the VM's spare task, on whose stack the arguments are put where the function takes them. Only a call that has not
//! ended by then becomes a [`Task`] with a handle, which is run on like any other.

use super::{Lua, Turn};
use crate::api::clock::Deadline;
use crate::api::executor::{Executor, Fuel, Stepped, drop_abandoned};
use crate::api::handle::{Error, FromLuaMulti, IntoLuaMulti, Result, Task, failure, results_of};
use crate::api::panics::account_for;
use crate::object::{Context, STACK_SLACK, Slot, Thread, ThreadObject, Value};
use fife_arena::{Gc, OutOfMemory};

/// Takes the arguments of a call: they are put on the stack of the thread that will run it.
pub(in crate::api) struct Arguments<'gc> {
    thread: Gc<'gc, ThreadObject<'gc>>,
    /// How many fit on the stack as it is.
    room: u32,
    count: u32,
    /// The others.
    more: Vec<Slot<'gc>>,
    /// The number of the task that the call counts as part of; 0 for none.
    owner: u32,
}

impl<'gc> Arguments<'gc> {
    #[inline(always)]
    fn of(thread: Gc<'gc, ThreadObject<'gc>>) -> Arguments<'gc> {
        let room = thread.stack_size.get().saturating_sub(STACK_SLACK as u32 + 1);
        Arguments { thread, room, count: 0, more: Vec::new(), owner: 0 }
    }

    #[inline(always)]
    pub(in crate::api) fn push(&mut self, value: Value<'gc>) {
        if self.count < self.room {
            self.thread.set_slot(self.count + 1, Slot::from(value));
        } else {
            self.push_beyond(value);
        }
        self.count += 1;
    }

    #[cold]
    fn push_beyond(&mut self, value: Value<'gc>) {
        self.more.push(Slot::from(value));
    }

    #[inline(always)]
    pub(in crate::api) fn extend(&mut self, ctx: Context<'gc>, values: impl IntoLuaMulti<'gc>) -> Result<()> {
        values.into_lua_multi(ctx, &mut |value| self.push(value))
    }

    /// Makes the call count as part of the task in which a coroutine ran. A coroutine belongs to the task in which it
    /// first ran, together with all coroutines that it has resumed.
    pub(in crate::api) fn pass_for(&mut self, thread: Thread<'gc>) {
        self.owner = thread.0.executor.get();
    }

    /// Puts the arguments that did not fit on the stack, after all.
    #[cold]
    fn make_room(&self, ctx: Context<'gc>) -> Result<(), OutOfMemory> {
        let size = self.count as usize + 2 * STACK_SLACK;
        ThreadObject::grow_stack(self.thread, ctx.mc(), size, self.room as usize + 1, false)?;
        for (index, argument) in (self.room + 1..).zip(&self.more) {
            self.thread.set_slot(index, *argument);
        }
        Ok(())
    }
}

/// Why the first step did not end a call.
enum Unended {
    Refused(Error),
    Pending(Box<Pending>),
}

/// What a call has come to that has not ended in its first step.
struct Pending {
    task: Task,
    /// What that step answered, if it was made.
    stepped: Option<Stepped>,
    /// What is left of the fuel and the time.
    fuel: Fuel,
    deadline: Deadline,
}

impl From<Error> for Unended {
    #[cold]
    fn from(error: Error) -> Unended {
        Unended::Refused(error)
    }
}

impl Lua {
    /// Makes a call, waits for its end and converts its results. `callee` takes the arguments to the stack and returns
    /// what is called.
    #[inline]
    pub(in crate::api) fn call<R: for<'g> FromLuaMulti<'g>>(
        &mut self,
        callee: impl for<'gc> FnOnce(Context<'gc>, &mut Arguments<'gc>) -> Result<Value<'gc>>,
    ) -> Result<R> {
        self.call_and_show(callee, |ctx, executor| results_of(ctx, executor))
    }

    /// As [`call`](Self::call). `show` converts the results of the task that has made the call.
    #[inline]
    pub(in crate::api) fn call_and_show<R>(
        &mut self,
        callee: impl for<'gc> FnOnce(Context<'gc>, &mut Arguments<'gc>) -> Result<Value<'gc>>,
        show: impl for<'gc> Fn(Context<'gc>, Executor<'gc>) -> Result<R>,
    ) -> Result<R> {
        self.arena.give_back();
        let (lets_step, stock) = (self.collector.lets_step(&self.arena), self.stock);
        let mut turn = Turn { lua: self, stepped: Stepped::Failed, given: 0, fuel: &mut Fuel::with(0) };
        let work = |turn: &mut Turn<'_>| {
            turn.lua.arena.mutate(|mc, state| {
                let ctx = Context::new(mc, state);
                drop_abandoned(ctx);
                let executor = Executor::spare(ctx).map_err(|OutOfMemory| Error::memory())?;
                let (main, limits) = (executor.0.main, &state.settings.limits);
                // Before the stack is written: the conversion of an argument may fail, or panic.
                main.disturb();
                mc.barrier_backward(main);
                let mut arguments = Arguments::of(main);
                let function = callee(ctx, &mut arguments)?;
                if !arguments.more.is_empty() {
                    arguments.make_room(ctx).map_err(|OutOfMemory| Error::memory())?;
                }
                main.set_slot(0, Slot::from(function));
                executor.begin(ctx);
                if arguments.owner != 0 {
                    main.executor.set(arguments.owner);
                }
                let fuel = Fuel::with(least(stock, limits.fuel).unwrap_or(u64::MAX));
                let deadline = Deadline::after(limits.deadline, ctx.host());
                if !lets_step || !fuel.is_positive() {
                    main.wait_to_call(arguments.count);
                    return Err(pending(ctx, executor, None, fuel, 0, deadline));
                }
                state.finalizers.settle(mc);
                *turn.fuel = Fuel::with(limits.step_fuel.min(fuel.remaining() as u64));
                turn.given = turn.fuel.remaining();
                turn.stepped = executor.first_step(ctx, arguments.count, turn.fuel);
                drop_abandoned(ctx);
                match turn.stepped {
                    Stepped::Finished => {
                        let shown = show(ctx, executor);
                        executor.rest(ctx);
                        shown.map_err(Unended::Refused)
                    }
                    Stepped::Failed => Err(failure(ctx, executor).into()),
                    stepped => {
                        Err(pending(ctx, executor, Some(stepped), fuel, turn.fuel.used_of(turn.given), deadline))
                    }
                }
            })
        };
        let ended = account_for(&mut turn, work, |turn| {
            if turn.given > 0 {
                turn.lua.draw_fuel(turn.fuel.used_of(turn.given));
                turn.lua.after_step(turn.stepped);
            }
        });
        match ended {
            Ok(shown) => Ok(shown),
            Err(Unended::Refused(error)) => Err(error),
            Err(Unended::Pending(pending)) => self.end_call(*pending, show),
        }
    }

    /// Runs a call to its end.
    #[cold]
    fn end_call<R>(
        &mut self,
        pending: Pending,
        show: impl for<'gc> Fn(Context<'gc>, Executor<'gc>) -> Result<R>,
    ) -> Result<R> {
        let Pending { task, stepped, fuel, deadline } = pending;
        task.run_to_end(self, fuel, deadline, stepped)?;
        self.enter(|ctx| show(ctx, task.fetch(ctx)?))
    }
}

/// What becomes of a call that has used this much of its fuel.
#[cold]
fn pending<'gc>(
    ctx: Context<'gc>,
    executor: Executor<'gc>,
    stepped: Option<Stepped>,
    mut fuel: Fuel,
    used: u64,
    deadline: Deadline,
) -> Unended {
    fuel.consume(used);
    let task = Task::stash(ctx, executor);
    task.count(used);
    Unended::Pending(Box::new(Pending { task, stepped, fuel, deadline }))
}

/// The lesser of two limits, of which each may be none.
#[inline]
pub(in crate::api) fn least(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests;
