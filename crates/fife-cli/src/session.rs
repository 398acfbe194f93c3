//! A VM as the command drives it: in steps, with the limits and the counts of the command line.

use crate::interrupt::{self, Interrupts};
use crate::options::Options;
use crate::report;
use crate::stats::{self, Stats};
use fife::semantics::{self, Outcome};
use fife::{Context, Error, ErrorKind, Executor, Fuel, Limits, Lua, STEP_FUEL, StashedExecutor, Stepped, Value};
use fife_system::{ExitRequest, SystemHost};
use std::io::{self, BufRead};

/// Where the registry keeps functions that the command itself needs, so that a script which changes its own does not change
/// ours.
const HANDLER: &str = "fife.handler";
/// The standard input, and its method `read`. They are not there in a sandbox.
const INPUT: &str = "fife.input";
const READ: &str = "fife.read";

/// A VM, its fuel, and what is counted.
pub(crate) struct Session {
    pub(crate) lua: Lua,
    /// What is left of `--fuel`.
    fuel: Option<u64>,
    exit: ExitRequest,
    interrupts: Interrupts,
    pub(crate) stats: Stats,
    /// Whether somebody is talking at the prompt, who need not be told which program complains.
    pub(crate) is_talking: bool,
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

impl Stopped {
    fn out_of_memory() -> Stopped {
        Stopped::Failed(b"not enough memory".to_vec())
    }
}

impl Session {
    pub(crate) fn new(options: &Options) -> Session {
        let mut stats = Stats::start(options.has_stats);
        let host = SystemHost::new().with_cpu_clock(stats::process_seconds).with_input_wait(interrupt::wait_for_input);
        let exit = host.exit_request();
        let mut limits = Limits::default();
        limits.memory = options.memory;
        limits.compat_5_3 = !options.is_strict;
        let lua = if options.is_sandbox {
            Lua::sandboxed(host, limits)
        } else {
            limits.binary_chunks = Some(true);
            let mut lua = Lua::without_libraries(host, limits);
            lua.enter(|ctx| ctx.registry().set_field(ctx, "LUA_NOENV", options.ignores_environment));
            lua.open_libraries();
            lua
        };
        lua.enter(keep_functions);
        stats.control();
        let interrupts = Interrupts::listen();
        Session { lua, fuel: options.fuel, exit, interrupts, stats, is_talking: false }
    }

    // ---- Chunks ----

    /// Runs a chunk without arguments. `name` is as in Lua's `load`.
    pub(crate) fn run_chunk(&mut self, source: &[u8], name: &[u8]) -> Result<(), Stopped> {
        let chunk = self.load(source, name)?.map_err(Stopped::Failed)?;
        self.call(|ctx| (first_result(ctx, &chunk), Vec::new())).map(drop)
    }

    /// Loads a chunk: the task that returned its function, or the message of a syntax error.
    pub(crate) fn load(&mut self, source: &[u8], name: &[u8]) -> Result<Result<StashedExecutor, Vec<u8>>, Stopped> {
        let task = self.lua.enter(|ctx| Executor::loading(ctx, source, name).map(|executor| executor.stash(ctx)));
        let Ok(task) = task else { return Ok(Err(b"not enough memory".to_vec())) };
        if self.run_to_end(&task)? {
            return Ok(Ok(task));
        }
        let kind = self.lua.enter(|ctx| task.fetch(ctx).error().map(Error::kind));
        let text = self.error_text(&task);
        if kind == Some(ErrorKind::Syntax) { Ok(Err(text)) } else { Err(Stopped::Failed(text)) }
    }

    // ---- Calls ----

    /// Calls a function and runs it to its end. An error is reported with a traceback.
    pub(crate) fn call(
        &mut self,
        make: impl for<'gc> FnOnce(Context<'gc>) -> (Value<'gc>, Vec<Value<'gc>>),
    ) -> Result<StashedExecutor, Stopped> {
        let task = self.lua.enter(|ctx| {
            let (function, arguments) = make(ctx);
            let executor = match ctx.registry().get_field(ctx, HANDLER) {
                Value::Function(handler) => Executor::with_handler(ctx, function, &arguments, handler),
                _ => Executor::new(ctx, function, &arguments),
            };
            executor.map(|executor| executor.stash(ctx))
        });
        self.finish(task.map_err(|_| Stopped::out_of_memory())?)
    }

    /// Calls a function and runs it to its end. An error is reported as it is.
    pub(crate) fn call_plainly(
        &mut self,
        make: impl for<'gc> FnOnce(Context<'gc>) -> (Value<'gc>, Vec<Value<'gc>>),
    ) -> Result<StashedExecutor, Stopped> {
        let task = self.start_plainly(make)?;
        self.finish(task)
    }

    fn start_plainly(
        &mut self,
        make: impl for<'gc> FnOnce(Context<'gc>) -> (Value<'gc>, Vec<Value<'gc>>),
    ) -> Result<StashedExecutor, Stopped> {
        let task = self.lua.enter(|ctx| {
            let (function, arguments) = make(ctx);
            Executor::new(ctx, function, &arguments).map(|executor| executor.stash(ctx))
        });
        task.map_err(|_| Stopped::out_of_memory())
    }

    /// What an operation that may call a metamethod comes to: its value, in what `read` makes of it.
    pub(crate) fn operate<T>(
        &mut self,
        operation: impl for<'gc> Fn(Context<'gc>) -> Result<Outcome<'gc>, semantics::Failure<'gc>>,
        read: impl for<'gc> Fn(Context<'gc>, Value<'gc>) -> T,
    ) -> Result<T, Stopped> {
        let done = self.lua.enter(|ctx| match operation(ctx) {
            Ok(Outcome::Value(value)) => Ok(Some(read(ctx, value))),
            Ok(Outcome::Call { .. }) => Ok(None),
            Err(_) => Err(Stopped::Failed(b"not enough memory".to_vec())),
        })?;
        if let Some(done) = done {
            return Ok(done);
        }
        let called = self.call_plainly(|ctx| match operation(ctx) {
            Ok(Outcome::Call { function, arguments, count }) => (function, arguments[..count].to_vec()),
            _ => (Value::Nil, Vec::new()),
        })?;
        Ok(self.lua.enter(|ctx| read(ctx, first_result(ctx, &called))))
    }

    /// Runs a task to its end.
    fn finish(&mut self, task: StashedExecutor) -> Result<StashedExecutor, Stopped> {
        match self.run_to_end(&task)? {
            true => Ok(task),
            false => Err(Stopped::Failed(self.error_text(&task))),
        }
    }

    /// Runs a task to its end, which an error and Ctrl-C may bring about; false if that is an error.
    fn run_to_end(&mut self, task: &StashedExecutor) -> Result<bool, Stopped> {
        self.interrupts.begin();
        let result = self.drive(task);
        self.interrupts.end();
        result
    }

    fn error_text(&mut self, task: &StashedExecutor) -> Vec<u8> {
        let text = self.lua.enter(|ctx| task.fetch(ctx).error().and_then(|error| report::plain_text(ctx, error)));
        text.unwrap_or_else(|| b"(error message not a string)".to_vec())
    }

    /// Runs a task to its end; false if that is an error.
    fn drive(&mut self, task: &StashedExecutor) -> Result<bool, Stopped> {
        loop {
            if let Some(status) = self.exit.status() {
                return Err(Stopped::Exit(status));
            }
            if self.interrupts.take() {
                self.lua.enter(|ctx| task.fetch(ctx).interrupt(ctx, interrupt::MESSAGE));
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

    // ---- The outside ----

    /// Has warnings shown, as `warn("@on")` does.
    pub(crate) fn show_warnings(&mut self) {
        self.lua.enter(|ctx| ctx.show_warnings(true));
    }

    /// Writes to the standard output, where scripts do so too.
    pub(crate) fn write(&mut self, text: &[u8]) {
        // There is nobody to tell of an error.
        let _ = self.lua.enter(|ctx| ctx.host().write_output(text));
    }

    /// Calls the finalizers of all objects, as far as the fuel goes. Ctrl-C ends the process meanwhile.
    pub(crate) fn close(&mut self) -> Result<(), Stopped> {
        match self.lua.start_closing() {
            Some(closing) => self.drive(&closing).map(drop),
            None => Ok(()),
        }
    }

    /// Sees to it that what the script wrote can be read.
    pub(crate) fn flush_output(&mut self) {
        // If it can not, the next write says so.
        let _ = self.lua.enter(|ctx| ctx.host().flush_output());
    }

    /// The next line of the standard input, as it is there; nothing at the end. Read as scripts read, since what one of them
    /// buffered is for the other as well.
    pub(crate) fn read_line(&mut self) -> Result<Option<Vec<u8>>, Stopped> {
        let has_library = self.lua.enter(|ctx| ctx.registry().get_field(ctx, READ).to_bool());
        if !has_library {
            let mut line = Vec::new();
            let count = io::stdin().lock().read_until(b'\n', &mut line).unwrap_or(0);
            return Ok((count > 0).then_some(line));
        }
        let task = self.start_plainly(|ctx| {
            let registered = |name| ctx.registry().get_field(ctx, name);
            (registered(READ), vec![registered(INPUT), ctx.string("L").into()])
        })?;
        // Ctrl-C has its usual effect meanwhile.
        self.drive(&task)?;
        Ok(self.lua.enter(|ctx| match first_result(ctx, &task) {
            Value::String(line) => Some(line.as_bytes().to_vec()),
            _ => None,
        }))
    }
}

fn keep_functions(ctx: Context<'_>) {
    let (globals, registry) = (ctx.globals(), ctx.registry());
    registry.set_field(ctx, HANDLER, report::handler(ctx));
    if let Value::Table(library) = globals.get_field(ctx, "io") {
        let input = library.get_field(ctx, "stdin");
        if let Ok(Outcome::Value(read @ Value::Function(_))) = semantics::get(ctx, input, ctx.string("read")) {
            registry.set_field(ctx, INPUT, input);
            registry.set_field(ctx, READ, read);
        }
    }
}

/// The first value that a task returned.
pub(crate) fn first_result<'gc>(ctx: Context<'gc>, task: &StashedExecutor) -> Value<'gc> {
    task.fetch(ctx).results().first().copied().unwrap_or_default()
}
