//! A VM: its heap, its libraries, and the loop that runs tasks and the collector in turns.

mod call;
mod embed;
#[cfg(feature = "send")]
mod send;

use super::collector::Driver;
use super::executor::{Executor, Fuel, Stepped, drop_abandoned};
use super::handle::{Status, Task};
use super::loader;
use super::panics::account_for;
use super::{Builder, Libraries};
use crate::native::{Host, Limits};
use crate::object::{Context, Function, Library, Native, Natives, State, TracingContext};
use crate::stdlib::LIBRARIES;
use fife_arena::{Arena, Metrics, OutOfMemory, Rootable};
use std::{fmt, slice};

/// What the task of [`Lua::close`] runs.
static CLOSE: Native = Native::new("fife.close", "close", |call| call.nothing(), module_path!());

/// A step of a task, as it is accounted for. If it panics, the task has failed.
struct Turn<'a> {
    lua: &'a mut Lua,
    stepped: Stepped,
    /// What there was before the step.
    given: i64,
    fuel: &'a mut Fuel,
}

/// The VM's own natives.
pub(crate) static NATIVES: Library = &[
    slice::from_ref(&CLOSE),
    slice::from_ref(&loader::LOAD),
    slice::from_ref(&loader::LOAD_MODULE),
    slice::from_ref(&loader::START),
];

/// A Lua virtual machine.
///
/// Most hosts [load](Self::load) a chunk and use its results. A VM can also have any number of [tasks](Task), which run
/// one step at a time, in turns that the host decides.
///
/// ```
/// use fife::{Fuel, Lua, Stepped};
///
/// let mut lua = Lua::new();
/// let mut tasks = vec![
///     lua.load("for i = 1, 1000 do end return 6 * 7").start(())?,
///     lua.load("error('on purpose', 0)").start(())?,
/// ];
/// let mut ends = Vec::new();
/// while !tasks.is_empty() {
///     tasks.retain(|task| match lua.step(task, &mut Fuel::with(100)) {
///         Stepped::Finished | Stepped::Failed => {
///             ends.push(task.results::<i64>(&lua).map_err(|error| error.to_string()));
///             false
///         }
///         _ => true,
///     });
/// }
/// assert_eq!(ends, [Err("on purpose".to_owned()), Ok(42)]);
/// # Ok::<(), fife::Error>(())
/// ```
pub struct Lua {
    arena: Arena<Rootable![State<'_>]>,
    collector: Driver,
    /// Whether a script had the collector stopped at the end of the last step.
    was_stopped: bool,
    /// The fuel of calls that wait for their end: see `embed`.
    stock: Option<u64>,
}

impl Lua {
    /// Makes a VM step by step, with other limits, libraries and hosts than [`new`](Self::new).
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Opens all libraries in a VM that was made without them. They take account of what is defined before: a true
    /// `LUA_NOENV` in the [registry](Context::registry) keeps `package` from reading paths from the environment.
    pub fn open_libraries(&mut self) {
        self.enter(|ctx| crate::stdlib::open(ctx, Libraries::ALL));
    }

    /// A VM without any libraries, whose deadline can hold.
    pub(super) fn make(host: Box<dyn Host>, limits: Limits) -> Lua {
        let limits = limits.bounded();
        let tracing = TracingContext::new(host.hash_seed());
        let arena = Arena::with_context(tracing, |mc| State::new(mc, limits, host, Natives::new(LIBRARIES)));
        let mut arena = match arena {
            Ok(arena) => arena,
            Err(OutOfMemory) => std::alloc::handle_alloc_error(std::alloc::Layout::new::<State<'_>>()),
        };
        arena.set_limit(limits.memory);
        let collector = Driver::new(&mut arena);
        Lua { arena, collector, was_stopped: false, stock: None }
    }

    /// Opens the VM and calls `callback`, which can look at values and make some. Nothing is collected meanwhile. Calls
    /// may be nested, but the values of one cannot be used in the other.
    pub fn enter<T>(&self, callback: impl for<'gc> FnOnce(Context<'gc>) -> T) -> T {
        self.arena.mutate(|mc, state| {
            let ctx = Context::new(mc, state);
            drop_abandoned(ctx);
            callback(ctx)
        })
    }

    /// Runs a task for one step, then the collector in proportion to what was allocated. Takes a bounded time.
    /// Finalizers (`__gc`) that are due run at the start of the step, at the task's cost.
    ///
    /// A task that waits for memory, or that asked for a collection, does not run until that collection has been made,
    /// which takes some steps. No task runs while dead entries are removed from weak tables. Such steps use no fuel.
    ///
    /// For a task of another VM this returns [`Stepped::Failed`], and [`Task::error`] says why.
    pub fn step(&mut self, task: &Task, fuel: &mut Fuel) -> Stepped {
        let is_clearing = self.collector.is_clearing(&self.arena);
        let waits = self.enter(|ctx| {
            if !is_clearing {
                ctx.state().finalizers.settle(ctx.mc());
            }
            task.fetch(ctx).map(|task| task.waits_for_memory(ctx))
        });
        self.arena.give_back();
        if is_clearing {
            self.collector.slice_of_clearing(&mut self.arena);
            return Stepped::Ready;
        }
        if let Some(ended) = self.collector.asked_step(&mut self.arena) {
            if let Some(ended) = ended {
                self.enter(|ctx| ctx.state().requests.cycle_ended.set(ended));
            }
            return Stepped::Ready;
        }
        let Ok(waits) = waits else { return Stepped::Failed };
        if waits || self.collector.is_collecting_fully() {
            // Every task's step does a slice, and so may the host. Each task checks for itself whether the collection
            // that it waits for is complete.
            let done = self.collector.full_slice(&mut self.arena);
            if done {
                self.enter(|ctx| {
                    ctx.settle_external();
                    ctx.state().requests.full.set(false);
                });
            }
            return if waits { Stepped::NeedsMemory } else { Stepped::Ready };
        }
        let mut turn = Turn { lua: self, stepped: Stepped::Failed, given: fuel.remaining(), fuel };
        account_for(
            &mut turn,
            |turn| {
                turn.stepped = turn.lua.arena.mutate(|mc, state| {
                    let ctx = Context::new(mc, state);
                    task.fetch(ctx).map_or(Stepped::Failed, |task| task.step(ctx, turn.fuel))
                });
                turn.stepped
            },
            |turn| {
                task.count(turn.fuel.used_of(turn.given));
                turn.lua.after_step(turn.stepped);
            },
        )
    }

    /// Gives the collector its turn after a step.
    #[inline]
    fn after_step(&mut self, stepped: Stepped) {
        let asked = self.arena.mutate(|_, state| state.requests.take());
        if let Some(work) = asked.step {
            self.collector.ask_step(work);
        }
        if asked.full || stepped == Stepped::NeedsMemory {
            self.collector.start_full();
        } else if asked.stopped {
            self.arena.set_pressure(isize::MAX);
            self.was_stopped = true;
        } else {
            if std::mem::take(&mut self.was_stopped) {
                // A cycle starts at once, as in PUC-Rio Lua.
                self.arena.set_pressure(0);
            }
            self.collector.slice(&mut self.arena);
        }
    }

    /// Calls the finalizers (`__gc`) of all objects that have one, the latest first, until the fuel is used up or the
    /// [deadline](Limits::deadline) has passed. From then on objects get no finalizers. Returns true if all were
    /// called. For the end of a VM: dropping it runs no Lua code.
    ///
    /// ```
    /// use fife::{Fuel, Lua};
    ///
    /// let mut lua = Lua::new();
    /// lua.load("setmetatable({}, {__gc = function() closed = true end})").exec()?;
    /// assert!(lua.close(&mut Fuel::with(1000)));
    /// assert!(lua.globals().get::<bool>(&lua, "closed")?);
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn close(&mut self, fuel: &mut Fuel) -> bool {
        let Some(task) = self.start_closing() else { return false };
        matches!(task.run(self, fuel), Ok(Status::Finished))
    }

    /// Makes a task that does what [`close`](Self::close) does, for a host that runs it in steps. This is quick, unless
    /// memory is used up: then garbage is collected first. It may take memory up to 256 KiB past the limit. Returns
    /// nothing if there is none.
    pub fn start_closing(&mut self) -> Option<Task> {
        let make = |ctx: Context<'_>| {
            // Finalizers run before whatever a task does: this one does nothing.
            let nothing = Function::try_native_with(ctx, &CLOSE, &[]).ok()?;
            Executor::new(ctx, nothing, &[]).ok().map(|executor| executor.stash(ctx))
        };
        let make = |ctx: Context<'_>| ctx.mc().with_reserve(|| make(ctx));
        let task = self.enter(make).or_else(|| {
            self.collect_all();
            self.enter(make)
        });
        self.enter(|ctx| ctx.state().finalizers.close());
        task
    }

    /// Does `budget` bytes of collection work, starting a cycle if none is running. Returns true if that ended a cycle.
    /// For hosts that have time to spare, and for tests.
    pub fn collect_step(&mut self, budget: usize) -> bool {
        self.enter(|_| ());
        self.arena.give_back();
        self.collector.work(&mut self.arena, budget)
    }

    /// Collects all garbage and returns free memory to the system, however long it takes. Finalizers run in the next
    /// step.
    pub fn collect_all(&mut self) {
        self.enter(|ctx| ctx.state().spare.set(None));
        self.collector.start_full();
        while !self.collector.full_slice(&mut self.arena) {}
        self.arena.give_back_all();
        self.enter(|ctx| ctx.settle_external());
    }

    /// How many bytes are held, in use, and allowed, as of now. This is cheap.
    pub fn memory(&self) -> Metrics {
        self.arena.metrics()
    }

    /// Has the VM check itself, for tests: see [`Arena::set_poison`]. Slots of stacks that are not live are
    /// overwritten, too.
    #[doc(hidden)]
    pub fn set_poison(&mut self, poison: bool) {
        self.arena.set_poison(poison);
    }

    /// Has freed memory wait for a cycle, for tests: see [`Arena::set_quarantine`].
    #[doc(hidden)]
    pub fn set_quarantine(&mut self, quarantine: bool) {
        self.arena.set_quarantine(quarantine);
    }

    /// Numbers new objects as if `last` others had been made, for tests.
    #[doc(hidden)]
    pub fn set_last_serial(&mut self, last: u32) {
        self.enter(|ctx| ctx.set_last_serial(last));
    }

    /// Refuses allocations, for tests: see [`Arena::refuse_allocations`].
    #[doc(hidden)]
    pub fn refuse_allocations(&mut self, after: u64, count: u64) {
        self.arena.refuse_allocations(after, count);
    }
}

impl fmt::Debug for Lua {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lua").field("memory", &self.memory()).finish_non_exhaustive()
    }
}
