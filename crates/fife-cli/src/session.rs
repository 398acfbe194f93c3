//! A VM as the command drives it: in steps, with the limits and the counts of the command line.

use crate::options::Options;
use crate::stats::{self, Stats};
use fife::semantics::{Outcome, to_text};
use fife::{Context, Executor, ExitRequest, Fuel, Limits, Lua, STEP_FUEL, StashedExecutor, Stepped, SystemHost, Value};

/// Where the registry keeps the function `load`, so that a script which changes its own does not change ours.
const LOAD: &str = "fife.load";

/// A VM, its fuel, and what is counted.
pub(crate) struct Session {
    pub(crate) lua: Lua,
    /// What is left of `--fuel`.
    fuel: Option<u64>,
    exit: ExitRequest,
    pub(crate) stats: Stats,
}

/// Why something did not end by itself and well.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// By an error: what is to be said of it.
    Failed(Vec<u8>),
    OutOfFuel,
    /// By `os.exit`, with this status.
    Exit(i32),
}

impl Session {
    pub(crate) fn new(options: &Options) -> Session {
        let mut stats = Stats::start(options.has_stats);
        let host = SystemHost::new().with_cpu_clock(stats::process_seconds);
        let exit = host.exit_request();
        let mut limits = Limits::default();
        limits.memory = options.memory;
        let mut lua = if options.is_sandbox { Lua::sandboxed(host, limits) } else { Lua::full(host, limits) };
        lua.enter(|ctx| {
            let load = ctx.globals().get_field(ctx, "load");
            ctx.registry().set_field(ctx, LOAD, load);
        });
        stats.control();
        Session { lua, fuel: options.fuel, exit, stats }
    }

    /// Runs a chunk with these arguments. `name` is as in Lua's `load`.
    pub(crate) fn run_chunk(
        &mut self,
        source: &[u8],
        name: &[u8],
        arguments: &[Vec<u8>],
    ) -> Result<StashedExecutor, Stopped> {
        let loaded = self.load(source, name)?.map_err(Stopped::Failed)?;
        self.call(|ctx| {
            let arguments = arguments.iter().map(|argument| ctx.string(argument).into()).collect();
            (first_result(ctx, &loaded), arguments)
        })
    }

    /// Loads a chunk: the task that returned its function, or the message of a syntax error.
    pub(crate) fn load(&mut self, source: &[u8], name: &[u8]) -> Result<Result<StashedExecutor, Vec<u8>>, Stopped> {
        let has_room = self.lua.enter(|ctx| ctx.mc().has_room(source.len()));
        if !has_room {
            return Ok(Err(b"not enough memory".to_vec()));
        }
        let loaded = self.call(|ctx| {
            let load = ctx.registry().get_field(ctx, LOAD);
            (load, vec![ctx.string(source).into(), ctx.string(name).into()])
        })?;
        let failure = self.lua.enter(|ctx| match loaded.fetch(ctx).results()[..] {
            [Value::Nil, Value::String(message), ..] => Some(message.as_bytes().to_vec()),
            _ => None,
        });
        Ok(failure.map_or(Ok(loaded), Err))
    }

    /// Calls a function and runs it to its end.
    pub(crate) fn call(
        &mut self,
        make: impl for<'gc> Fn(Context<'gc>) -> (Value<'gc>, Vec<Value<'gc>>),
    ) -> Result<StashedExecutor, Stopped> {
        let task = self.lua.enter(|ctx| {
            let (function, arguments) = make(ctx);
            Executor::new(ctx, function, &arguments).map(|executor| executor.stash(ctx))
        });
        let Ok(task) = task else { return Err(Stopped::Failed(b"not enough memory".to_vec())) };
        match self.drive(&task)? {
            true => Ok(task),
            false => Err(Stopped::Failed(self.report(&task)?)),
        }
    }

    /// Runs a task to its end; false if that is an error.
    fn drive(&mut self, task: &StashedExecutor) -> Result<bool, Stopped> {
        loop {
            if let Some(status) = self.exit.status() {
                return Err(Stopped::Exit(status));
            }
            let given = self.fuel.unwrap_or(STEP_FUEL).min(STEP_FUEL);
            if given == 0 {
                return Err(Stopped::OutOfFuel);
            }
            let mut fuel = Fuel::with(given);
            let stepped = self.lua.step(task, &mut fuel);
            let used = given.saturating_sub(fuel.remaining().try_into().unwrap_or(0));
            self.stats.fuel += used;
            self.stats.steps += 1;
            // Output is seen soon, as if each `print` flushed it.
            self.flush_output();
            self.stats.control();
            if let Some(left) = &mut self.fuel {
                *left = left.saturating_sub(used);
            }
            match stepped {
                Stepped::Finished => return Ok(true),
                Stepped::Failed => return Ok(false),
                _ => {}
            }
        }
    }

    /// What is to be said of a failed task: as `lua` says it.
    fn report(&mut self, task: &StashedExecutor) -> Result<Vec<u8>, Stopped> {
        enum Report {
            Message(Vec<u8>),
            /// The error object has a `__tostring`, which is to be asked.
            Call(StashedExecutor),
        }
        let (report, traceback) = self.lua.enter(|ctx| {
            let Some(error) = task.fetch(ctx).error() else { return (Report::Message(Vec::new()), Vec::new()) };
            let value = error.value();
            let report = match (value, to_text(ctx, value)) {
                (Value::String(_) | Value::Integer(_) | Value::Number(_), Ok(Outcome::Value(Value::String(text)))) => {
                    Report::Message(text.as_bytes().to_vec())
                }
                (_, Ok(Outcome::Call { function, arguments, count })) => {
                    match Executor::new(ctx, function, &arguments[..count]) {
                        Ok(executor) => Report::Call(executor.stash(ctx)),
                        Err(_) => Report::Message(b"not enough memory".to_vec()),
                    }
                }
                _ => Report::Message(format!("(error object is a {} value)", value.type_name()).into_bytes()),
            };
            (report, error.traceback().map_or(Vec::new(), |text| text.as_bytes().to_vec()))
        });
        match report {
            Report::Message(message) if traceback.is_empty() => Ok(message),
            // The command itself is what called, as `lua` is.
            Report::Message(message) => Ok([&message[..], b"\n", &traceback, b"\n\t[C]: in ?"].concat()),
            Report::Call(asking) => {
                let is_answered = self.drive(&asking)?;
                let text = self.lua.enter(|ctx| match first_result(ctx, &asking) {
                    Value::String(text) if is_answered => Some(text.as_bytes().to_vec()),
                    _ => None,
                });
                Ok(text.unwrap_or_else(|| b"(error object has a '__tostring' that fails)".to_vec()))
            }
        }
    }

    /// Calls the finalizers of all objects, as far as the fuel goes.
    pub(crate) fn close(&mut self) {
        let given = self.fuel.unwrap_or(u64::MAX);
        let mut fuel = Fuel::with(given);
        self.lua.close(&mut fuel);
        self.stats.fuel += Fuel::with(given).remaining().saturating_sub(fuel.remaining()).max(0) as u64;
    }

    /// Sees to it that what the script wrote can be read.
    pub(crate) fn flush_output(&mut self) {
        // If it can not, the next write says so.
        let _ = self.lua.enter(|ctx| ctx.host().flush_output());
    }
}

/// The first value that a task returned.
pub(crate) fn first_result<'gc>(ctx: Context<'gc>, task: &StashedExecutor) -> Value<'gc> {
    task.fetch(ctx).results().first().copied().unwrap_or_default()
}
