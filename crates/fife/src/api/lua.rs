//! A VM: its heap, its libraries, and the loop that runs tasks and the collector in turns.

mod embed;

use super::clock::Deadline;
use super::collector::Driver;
use super::executor::{Executor, Fuel, StashedExecutor, Stepped, drop_abandoned};
use super::loader::{self, LoadError};
use super::{Builder, Libraries, handle};
use crate::error::{Error, ErrorKind};
use crate::native::{Host, Limits, NoHost};
use crate::object::{Context, Function, Library, Native, Natives, State, TracingContext, Value};
use crate::stdlib::LIBRARIES;
use crate::vm::load_chunk;
use fife_arena::{Arena, Metrics, OutOfMemory, Rootable};
use std::cell::Cell;
use std::{fmt, slice};

/// What the task of [`Lua::close`] runs.
static CLOSE: Native = Native::new("fife.close", "close", |call| call.nothing(), module_path!());

/// The VM's own natives.
pub(crate) static NATIVES: Library = &[
    slice::from_ref(&CLOSE),
    slice::from_ref(&loader::LOAD),
    slice::from_ref(&loader::START),
    slice::from_ref(handle::NATIVES[0]),
    slice::from_ref(handle::NATIVES[1]),
    slice::from_ref(handle::NATIVES[2]),
    slice::from_ref(handle::NATIVES[3]),
    slice::from_ref(handle::NATIVES[4]),
    slice::from_ref(handle::NATIVES[5]),
    slice::from_ref(handle::NATIVES[6]),
    slice::from_ref(handle::NATIVES[7]),
    slice::from_ref(handle::NATIVES[8]),
];

/// A Lua virtual machine.
///
/// It has any number of tasks, which run one step at a time, as the host has them take turns. [`run`](Self::run) is for a host
/// that waits for one.
///
/// ```
/// use fife::{Fuel, Lua, Stepped};
///
/// let mut lua = Lua::core();
/// let mut tasks = vec![
///     lua.start(b"for i = 1, 1000 do end return 6 * 7", "=answer").unwrap(),
///     lua.start(b"error('on purpose', 0)", "=failing").unwrap(),
/// ];
/// let mut ends = Vec::new();
/// while !tasks.is_empty() {
///     tasks.retain(|task| match lua.step(task, &mut Fuel::with(100)) {
///         Stepped::Finished => {
///             ends.push(lua.enter(|ctx| format!("{:?}", task.fetch(ctx).results())));
///             false
///         }
///         Stepped::Failed => {
///             ends.push(lua.failure(task).to_string());
///             false
///         }
///         _ => true,
///     });
/// }
/// assert_eq!(ends, ["on purpose", "[42]"]);
/// ```
pub struct Lua {
    arena: Arena<Rootable![State<'_>]>,
    collector: Driver,
    /// Whether a script had the collector stopped at the end of the last step.
    was_stopped: bool,
    /// The fuel of calls that wait for their end: see `embed`.
    stock: Option<u64>,
}

/// What became of a task that was run to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunError {
    /// It ended with an error: what kind that is, what `tostring` says of it, and the traceback.
    #[non_exhaustive]
    Failed {
        /// What kind of error: that of refused memory is told from one of the same text.
        kind: ErrorKind,
        /// The error's text, if it is a string or a number; else its type.
        message: Vec<u8>,
        /// Where it happened. Empty if there was no memory to say it, and where a [chunk](Lua::start_loading) could not be loaded.
        traceback: Vec<u8>,
    },
    /// The fuel is used up; the task can go on.
    OutOfFuel,
    /// The time is over that [`Limits::deadline`] gives one call; the task can go on.
    DeadlinePassed,
}

impl RunError {
    /// What kind of error it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            RunError::Failed { kind, .. } => *kind,
            RunError::OutOfFuel => ErrorKind::Fuel,
            RunError::DeadlinePassed => ErrorKind::Deadline,
        }
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::Failed { message, .. } => f.write_str(&String::from_utf8_lossy(message)),
            RunError::OutOfFuel => f.write_str("out of fuel"),
            RunError::DeadlinePassed => f.write_str("deadline passed"),
        }
    }
}

impl std::error::Error for RunError {}

impl Lua {
    /// A VM with the libraries that can not touch the outside, and no outside: `print` fails. Default limits.
    pub fn core() -> Lua {
        Lua::sandboxed(NoHost, Limits::default())
    }

    /// Makes a VM step by step, and says why where it cannot be made.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// A VM with the libraries that can not touch the outside; the host is for output, entropy and the hash seed.
    ///
    /// # Panics
    /// If [`Builder::build`] fails: the limits set a deadline, and there is no clock.
    #[track_caller]
    pub fn sandboxed(host: impl Host + 'static, limits: Limits) -> Lua {
        Lua::builder().host(host).limits(limits).expect()
    }

    /// A VM with all libraries, that loads binary chunks unless [`Limits::binary_chunks`] says otherwise.
    ///
    /// # Panics
    /// As [`sandboxed`](Self::sandboxed).
    #[track_caller]
    pub fn full(host: impl Host + 'static, limits: Limits) -> Lua {
        Lua::builder().host(host).limits(limits).libraries(Libraries::ALL).expect()
    }

    /// Opens all libraries in a VM that was made without. Something may be defined before that they are to find: a true
    /// `LUA_NOENV` in the [registry](Context::registry) keeps `package` from looking at the environment for paths.
    pub fn open_libraries(&mut self) {
        self.enter(|ctx| crate::stdlib::open(ctx, Libraries::ALL));
    }

    /// A VM without any libraries.
    ///
    /// # Panics
    /// As [`sandboxed`](Self::sandboxed).
    #[track_caller]
    pub fn without_libraries(host: impl Host + 'static, limits: Limits) -> Lua {
        Lua::builder().host(host).limits(limits).libraries(Libraries::NONE).expect()
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

    /// Opens the VM: inside, values can be looked at and made. Nothing is collected meanwhile. Calls may be nested, but the values of one
    /// are not those of the other.
    pub fn enter<T>(&self, callback: impl for<'gc> FnOnce(Context<'gc>) -> T) -> T {
        self.arena.mutate(|mc, state| {
            let ctx = Context::new(mc, state);
            drop_abandoned(ctx);
            callback(ctx)
        })
    }

    /// Loads a chunk, of source text or binary, as a task without arguments.
    ///
    /// `name` is as in Lua's `load`: `@file`, `=text`, or the source itself.
    pub fn start(&mut self, source: &[u8], name: &str) -> Result<StashedExecutor, LoadError> {
        self.start_with(source, name.as_bytes(), |_| Vec::new())
    }

    /// Loads a chunk, of source text or binary, as a task with the arguments that `arguments` makes. If there is no memory
    /// for it, all garbage is collected first. Takes as long as that takes, and as the chunk is large: it has neither fuel nor a
    /// deadline. [`start_loading`](Self::start_loading) has both.
    pub fn start_with(
        &mut self,
        source: &[u8],
        name: &[u8],
        arguments: impl for<'gc> FnOnce(Context<'gc>) -> Vec<Value<'gc>>,
    ) -> Result<StashedExecutor, LoadError> {
        self.start_function(arguments, |ctx| {
            let function = load_chunk(ctx, source, name, ctx.globals().into())?;
            Ok((function, Vec::new()))
        })
    }

    /// As [`start_with`](Self::start_with), but the chunk is loaded as the first thing that the task does: in its steps, from its fuel, and
    /// under the [deadline](Limits::deadline) of [`run`](Self::run). It costs what Lua's `load` costs. For source text that comes from others.
    ///
    /// What is not Lua ends the task with an error of [`ErrorKind::Syntax`], whose message is what `load` would say.
    ///
    /// # Errors
    /// Of [`ErrorKind::Memory`], if there is no memory for the task and a copy of the source, even after a collection; of
    /// [`ErrorKind::Syntax`], if the chunk is longer than [`Limits::source_bytes`].
    ///
    /// ```
    /// use fife::{ErrorKind, Fuel, Lua, RunError};
    ///
    /// let mut lua = Lua::core();
    /// let long = [&b"local x = 0 "[..], &b"x = x + 1 ".repeat(10_000), b"return x, ..."].concat();
    /// let task = lua.start_loading(&long, b"=long", |_| vec![true.into()])?;
    /// assert_eq!(lua.run(&task, &mut Fuel::with(1000)), Err(RunError::OutOfFuel));
    /// lua.run(&task, &mut Fuel::with(1_000_000)).unwrap();
    /// assert_eq!(lua.enter(|ctx| format!("{:?}", task.fetch(ctx).results())), "[10000, true]");
    ///
    /// let task = lua.start_loading(b"x =", b"=wrong", |_| Vec::new())?;
    /// let error = lua.run(&task, &mut Fuel::with(1000)).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Syntax);
    /// assert_eq!(error.to_string(), "wrong:1: unexpected symbol near <eof>");
    /// # Ok::<(), fife::LoadError>(())
    /// ```
    pub fn start_loading(
        &mut self,
        source: &[u8],
        name: &[u8],
        arguments: impl for<'gc> FnOnce(Context<'gc>) -> Vec<Value<'gc>>,
    ) -> Result<StashedExecutor, LoadError> {
        if source.len() > self.enter(|ctx| ctx.limits().source_bytes) {
            return Err(LoadError::too_long());
        }
        self.start_function(arguments, |ctx| {
            let function = loader::loading(ctx, &loader::START, source, name);
            // What it loads takes the place of its first argument.
            Ok((function.map_err(|OutOfMemory| LoadError::memory())?, vec![Value::Nil]))
        })
    }

    /// A task that calls a function with some first arguments, which `make` makes, and then others. If there is no memory for it, all
    /// garbage is collected first.
    fn start_function(
        &mut self,
        arguments: impl for<'gc> FnOnce(Context<'gc>) -> Vec<Value<'gc>>,
        make: impl for<'gc> Fn(Context<'gc>) -> Result<(Function<'gc>, Vec<Value<'gc>>), LoadError>,
    ) -> Result<StashedExecutor, LoadError> {
        let arguments = Cell::new(Some(arguments));
        let start = |ctx: Context<'_>| -> Result<StashedExecutor, LoadError> {
            let (function, mut all) = make(ctx)?;
            if !ctx.mc().allows(TASK_BYTES) {
                return Err(LoadError::memory());
            }
            all.extend(arguments.take().map_or(Vec::new(), |arguments| arguments(ctx)));
            let executor = Executor::new(ctx, function, &all).map_err(|OutOfMemory| LoadError::memory())?;
            Ok(executor.stash(ctx))
        };
        let started = self.enter(start);
        let unused = arguments.take();
        if unused.is_none() || !started.as_ref().is_err_and(|error| error.kind() == ErrorKind::Memory) {
            return started;
        }
        arguments.set(unused);
        self.collect_all();
        self.enter(start)
    }

    /// Runs a task for one step, then the collector for as much as was allocated. Takes a bounded time. Finalizers (`__gc`) that
    /// are due run at the start of the step, at the task's cost.
    ///
    /// A task that waits for memory, and one that asked for a collection, is not run until that has been made, which
    /// takes some steps; and no task is run while dead entries are removed from weak tables. Such a step uses no fuel.
    pub fn step(&mut self, task: &StashedExecutor, fuel: &mut Fuel) -> Stepped {
        self.enter(|_| ());
        self.arena.give_back();
        if self.collector.is_clearing(&self.arena) {
            self.collector.slice_of_clearing(&mut self.arena);
            return Stepped::Ready;
        }
        if let Some(ended) = self.collector.asked_step(&mut self.arena) {
            if let Some(ended) = ended {
                self.enter(|ctx| ctx.state().requests.cycle_ended.set(ended));
            }
            return Stepped::Ready;
        }
        let waits = self.enter(|ctx| task.fetch(ctx).waits_for_memory(ctx));
        if waits || self.collector.is_collecting_fully() {
            // Any task's step does a slice, and the host may do some; whether the one that it waits for has been made, each sees itself.
            let done = self.collector.full_slice(&mut self.arena);
            if done {
                self.enter(|ctx| {
                    ctx.settle_external();
                    ctx.state().requests.full.set(false);
                });
            }
            return if waits { Stepped::NeedsMemory } else { Stepped::Ready };
        }
        let (stepped, wanted, step, stopped) = self.arena.mutate(|mc, state| {
            let ctx = Context::new(mc, state);
            let stepped = task.fetch(ctx).step(ctx, fuel);
            (stepped, state.requests.full.get(), state.requests.step.take(), state.requests.stopped.get())
        });
        if let Some(work) = step {
            self.collector.ask_step(work);
        }
        if wanted || stepped == Stepped::NeedsMemory {
            self.collector.start_full();
        } else if stopped {
            self.arena.set_pressure(isize::MAX);
            self.was_stopped = true;
        } else {
            if std::mem::take(&mut self.was_stopped) {
                // A cycle starts at once, as in PUC-Rio Lua.
                self.arena.set_pressure(0);
            }
            self.collector.slice(&mut self.arena);
        }
        stepped
    }

    /// Runs a task to its end by [steps](Self::step) of [`Limits::step_fuel`], and takes what they use from `fuel`.
    ///
    /// # Errors
    /// The task failed; or it has not ended, and can be run further or dropped: the fuel is used up, or the
    /// [deadline](Limits::deadline) has passed, which is looked at after each step.
    pub fn run(&mut self, task: &StashedExecutor, fuel: &mut Fuel) -> Result<(), RunError> {
        let (step_fuel, deadline) = self.enter(|ctx| {
            let limits = ctx.state().settings.limits;
            (limits.step_fuel, Deadline::after(limits.deadline, ctx.host()))
        });
        loop {
            if !fuel.is_positive() {
                return Err(RunError::OutOfFuel);
            }
            let before = fuel.remaining();
            let mut slice = Fuel::with(step_fuel.min(before as u64));
            let given = slice.remaining();
            let stepped = self.step(task, &mut slice);
            fuel.consume((given - slice.remaining()) as u64);
            match stepped {
                Stepped::Finished => return Ok(()),
                Stepped::Failed => return Err(self.failure(task)),
                Stepped::Ready | Stepped::NeedsMemory | Stepped::Busy => {}
            }
            // After a step, so that each call gets the task further, however short the deadline.
            if self.enter(|ctx| deadline.has_passed(ctx.host())) {
                return Err(RunError::DeadlinePassed);
            }
        }
    }

    /// What a failed task's error says. Of one that has not failed, the same as of an error that is nil.
    pub fn failure(&mut self, task: &StashedExecutor) -> RunError {
        self.enter(|ctx| {
            let error = task.fetch(ctx).error();
            let message = match error.map_or(Value::Nil, |error| error.value()) {
                Value::String(string) => string.as_bytes().to_vec(),
                value @ (Value::Integer(_) | Value::Number(_)) => match crate::semantics::to_text(ctx, value) {
                    Ok(crate::semantics::Outcome::Value(Value::String(text))) => text.as_bytes().to_vec(),
                    _ => Vec::new(),
                },
                other => format!("(error object is a {} value)", other.type_name()).into_bytes(),
            };
            let traceback = error.and_then(|error| error.traceback()).map_or(Vec::new(), |it| it.as_bytes().to_vec());
            RunError::Failed { kind: error.map_or(ErrorKind::Runtime, Error::kind), message, traceback }
        })
    }

    /// Calls the finalizers (`__gc`) of all objects that have one, the latest first, until the fuel is used up or the
    /// [deadline](Limits::deadline) has passed; from now on objects get none. True if all were called. For the end of a VM:
    /// dropping it calls no Lua code.
    ///
    /// ```
    /// use fife::{Fuel, Lua};
    ///
    /// let mut lua = Lua::core();
    /// let task = lua.start(b"local n = 0 setmetatable({}, {__gc = function() closed = true end})", "=end").unwrap();
    /// lua.run(&task, &mut Fuel::with(1000)).unwrap();
    /// assert!(lua.close(&mut Fuel::with(1000)));
    /// assert!(lua.enter(|ctx| ctx.globals().get_field(ctx, "closed").to_bool()));
    /// ```
    pub fn close(&mut self, fuel: &mut Fuel) -> bool {
        let Some(task) = self.start_closing() else { return false };
        self.run(&task, fuel).is_ok()
    }

    /// A task that does what [`close`](Self::close) does, for a host that runs it by steps. Nothing if there is no memory for it.
    pub fn start_closing(&mut self) -> Option<StashedExecutor> {
        while self.collector.is_clearing(&self.arena) {
            self.collector.slice_of_clearing(&mut self.arena);
        }
        self.enter(|ctx| ctx.state().finalizers.close(ctx.mc()));
        let make = |ctx: Context<'_>| {
            // Finalizers run before whatever a task does: this one does nothing.
            let nothing = Function::try_native_with(ctx, &CLOSE, &[]).ok()?;
            Executor::new(ctx, nothing, &[]).ok().map(|executor| executor.stash(ctx))
        };
        self.enter(make).or_else(|| {
            self.collect_all();
            self.enter(make)
        })
    }

    /// Does `budget` bytes of collection work, starting a cycle if none is running; true if that ended one. For hosts that
    /// have time to spare, and for tests.
    pub fn collect_step(&mut self, budget: usize) -> bool {
        self.enter(|_| ());
        self.arena.give_back();
        self.collector.work(&mut self.arena, budget)
    }

    /// Collects all garbage and gives memory that is free back to the system, however long it takes. Finalizers are left to the next step.
    pub fn collect_all(&mut self) {
        self.enter(|_| ());
        self.collector.start_full();
        while !self.collector.full_slice(&mut self.arena) {}
        self.arena.give_back_all();
        self.enter(|ctx| ctx.settle_external());
    }

    /// How many bytes are held, in use, and allowed, as of now. Cheap.
    pub fn memory(&self) -> Metrics {
        self.arena.metrics()
    }

    /// Has the VM check itself, for tests: see [`Arena::set_poison`]. Slots of stacks that are not live are overwritten, too.
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

/// Enough memory for a task, besides its arguments.
const TASK_BYTES: usize = 1 << 14;
