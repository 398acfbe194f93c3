//! A VM driven by the command: in steps, with the limits and the counts of the command line.

use crate::errors::{Errors, Style};
use crate::interrupt::{self, Interrupts, Press};
use crate::options::Options;
use crate::report;
use crate::run;
use crate::screen::{LineStart, ScreenHost, escaped};
use crate::stats::{self, Stats};
use fife::arena::OutOfMemory;
use fife::gc::semantics::{self, Outcome};
use fife::gc::{Context, Executor, Value};
use fife::{AnyUserData, ErrorKind, Fuel, Function, Libraries, Limits, Lua, LuaString, Stepped, Task, TaskId};
use fife_system::{ExitRequest, SystemHost};
use std::io::{self, BufRead, IsTerminal};

/// The message for refused memory.
const NO_MEMORY: &[u8] = b"not enough memory";

/// A VM, its fuel, and what is counted.
pub(crate) struct Session {
    pub(crate) lua: Lua,
    /// The message handler of every call.
    handler: Function,
    /// The first task. All others follow it: they are one program, and share its coroutines.
    first: Option<TaskId>,
    /// The standard input, and its original method `read`, so that a script that changes its own does not change this
    /// one. `None` in a sandbox.
    input: Option<(AnyUserData, Function)>,
    /// What is left of `--fuel`.
    fuel: Option<u64>,
    /// The most fuel of a step.
    step_fuel: u64,
    exit: ExitRequest,
    /// How errors are shown, and the texts that they are shown with.
    pub(crate) errors: Errors,
    pub(crate) interrupts: Interrupts,
    pub(crate) line_start: LineStart,
    /// Whether scripts are not trusted with the outside.
    pub(crate) is_sandbox: bool,
    pub(crate) ignores_environment: bool,
    /// Whether output of scripts is made harmless for terminals.
    pub(crate) is_suspect: bool,
    /// Whether messages, which may quote a script that is not trusted, are made harmless for the terminal they go to.
    pub(crate) escapes: bool,
    pub(crate) stats: Stats,
    /// Whether a person is at the prompt, who need not be told which program reports an error.
    pub(crate) is_talking: bool,
}

/// Why a run stopped early.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// By an error: its message.
    Failed(Vec<u8>),
    OutOfFuel,
    /// By `os.exit`, with this status.
    Exit(i32),
    /// By the second Ctrl-C at the prompt of a terminal.
    Dropped,
}

impl Stopped {
    fn out_of_memory() -> Stopped {
        Stopped::Failed(NO_MEMORY.to_vec())
    }
}

/// An operation of the command on its VM failed.
impl From<fife::Error> for Stopped {
    fn from(error: fife::Error) -> Stopped {
        Stopped::Failed(error.message().to_vec())
    }
}

impl Session {
    pub(crate) fn new(options: &Options) -> Session {
        let mut stats = Stats::start(options.has_stats);
        let host = SystemHost::new().with_cpu_clock(stats::process_seconds).with_input_wait(interrupt::wait_for_input);
        let exit = host.exit_request();
        let is_suspect = options.is_sandbox && !options.has_raw_output;
        let escapes = is_suspect && io::stderr().is_terminal();
        let style = Style::choose(options.errors, options.ignores_environment);
        let errors = Errors::new(style, !options.is_sandbox);
        let host = ScreenHost::new(host, is_suspect && io::stdout().is_terminal(), escapes, errors.is_json());
        let line_start = host.line_start();
        let mut limits = Limits::default();
        limits.memory = options.memory;
        limits.compat_5_3 = !options.is_strict;
        if !options.is_sandbox {
            limits.binary_chunks = Some(true);
        }
        // Scripts that are not trusted get short steps, so that the host is back soon even where memory is slow.
        let step_fuel = if options.is_sandbox { Limits::untrusted() } else { Limits::default() }.step_fuel;
        let libraries = if options.is_sandbox { Libraries::SANDBOX } else { Libraries::NONE };
        let built = Lua::builder().host(host).limits(limits).libraries(libraries).build();
        let mut lua = built.expect("there is no deadline");
        if !options.is_sandbox {
            lua.enter(|ctx| ctx.registry().set_field(ctx, "LUA_NOENV", options.ignores_environment));
            lua.open_libraries();
        }
        let handler = lua.enter(|ctx| Function::stash(ctx, report::handler(ctx)));
        let input = lua.enter(standard_input);
        errors.watch(&lua);
        stats.control();
        let interrupts = Interrupts::listen();
        Session {
            lua,
            handler,
            first: None,
            input,
            fuel: options.fuel,
            step_fuel,
            exit,
            interrupts,
            errors,
            line_start,
            is_sandbox: options.is_sandbox,
            ignores_environment: options.ignores_environment,
            is_suspect,
            escapes,
            stats,
            is_talking: false,
        }
    }

    // ---- Chunks ----

    /// Runs a chunk without arguments. `name` is as in Lua's `load`.
    pub(crate) fn run_chunk(&mut self, source: &[u8], name: &[u8]) -> Result<(), Stopped> {
        let chunk = self.load(source, name)?.map_err(Stopped::Failed)?;
        self.call(|ctx| Ok((chunk.fetch(ctx)?.into(), Vec::new()))).map(drop)
    }

    /// Loads a chunk: its function, or the message of a syntax error.
    pub(crate) fn load(&mut self, source: &[u8], name: &[u8]) -> Result<Result<Function, Vec<u8>>, Stopped> {
        match self.load_once(source, name) {
            Err(Stopped::Failed(message)) if message == NO_MEMORY => {}
            loaded => return loaded,
        }
        // There was no memory, perhaps because of what an earlier task left behind.
        self.lua.collect_all();
        self.load_once(source, name)
    }

    fn load_once(&mut self, source: &[u8], name: &[u8]) -> Result<Result<Function, Vec<u8>>, Stopped> {
        let task = self.start(|ctx| Ok(Executor::loading(ctx, source, name)))?;
        if self.run_to_end(&task)? {
            self.errors.note_source(name, source);
            return Ok(Ok(task.results(&self.lua)?));
        }
        let is_syntax = task.error(&self.lua).is_some_and(|error| error.kind() == ErrorKind::Syntax);
        let text = self.error_text(&task);
        if is_syntax {
            self.errors.note_failed_load(name, source, &text);
            Ok(Err(text))
        } else {
            Err(Stopped::Failed(text))
        }
    }

    // ---- Calls ----

    /// Calls a function and runs it to its end. An error is reported with a traceback.
    pub(crate) fn call(
        &mut self,
        make: impl for<'gc> Fn(Context<'gc>) -> fife::Result<(Value<'gc>, Vec<Value<'gc>>)>,
    ) -> Result<Task, Stopped> {
        let handler = self.handler.clone();
        let task = self.start(|ctx| {
            let (function, arguments) = make(ctx)?;
            Ok(Executor::with_handler(ctx, function, &arguments, handler.fetch(ctx)?))
        })?;
        self.finish(task)
    }

    /// Calls a function and runs it to its end. An error is reported as it is.
    pub(crate) fn call_plainly(
        &mut self,
        make: impl for<'gc> Fn(Context<'gc>) -> fife::Result<(Value<'gc>, Vec<Value<'gc>>)>,
    ) -> Result<Task, Stopped> {
        let task = self.start(|ctx| {
            let (function, arguments) = make(ctx)?;
            Ok(Executor::new(ctx, function, &arguments))
        })?;
        self.finish(task)
    }

    /// The result of an operation that may call a metamethod, as `read` converts it.
    pub(crate) fn operate<T>(
        &mut self,
        operation: impl for<'gc> Fn(Context<'gc>) -> Result<Outcome<'gc>, semantics::Failure<'gc>>,
        read: impl for<'gc> Fn(Context<'gc>, Value<'gc>) -> T,
    ) -> Result<T, Stopped> {
        let done = self.lua.enter(|ctx| match operation(ctx) {
            Ok(Outcome::Value(value)) => Ok(Some(read(ctx, value))),
            Ok(Outcome::Call { .. }) => Ok(None),
            Err(_) => Err(Stopped::out_of_memory()),
        })?;
        if let Some(done) = done {
            return Ok(done);
        }
        let called = self.call_plainly(|ctx| match operation(ctx) {
            Ok(Outcome::Call { function, arguments, count }) => Ok((function, arguments[..count].to_vec())),
            _ => Ok((Value::Nil, Vec::new())),
        })?;
        self.lua.enter(|ctx| Ok(read(ctx, first_result(ctx, &called)?)))
    }

    /// Makes a task. What an earlier one left behind may be in its way, and is collected then.
    fn start(
        &mut self,
        make: impl for<'gc> Fn(Context<'gc>) -> fife::Result<Result<Executor<'gc>, OutOfMemory>>,
    ) -> Result<Task, Stopped> {
        let try_it = |lua: &Lua| lua.enter(|ctx| make(ctx).map(|made| made.map(|executor| executor.stash(ctx))));
        if let Ok(task) = try_it(&self.lua)? {
            return Ok(task);
        }
        self.lua.collect_all();
        try_it(&self.lua)?.map_err(|OutOfMemory| Stopped::out_of_memory())
    }

    /// Runs a task to its end.
    fn finish(&mut self, task: Task) -> Result<Task, Stopped> {
        match self.run_to_end(&task)? {
            true => Ok(task),
            false => Err(Stopped::Failed(self.error_text(&task))),
        }
    }

    /// Runs a task to its end, which an error and Ctrl-C may bring about; false if that is an error.
    fn run_to_end(&mut self, task: &Task) -> Result<bool, Stopped> {
        self.join(task)?;
        self.interrupts.begin();
        let result = self.drive(task);
        self.interrupts.end();
        result
    }

    /// Makes a task belong together with those before it.
    fn join(&mut self, task: &Task) -> Result<(), Stopped> {
        let first = *self.first.get_or_insert(task.id());
        Ok(task.follow(&self.lua, first)?)
    }

    fn error_text(&self, task: &Task) -> Vec<u8> {
        match task.error(&self.lua) {
            Some(error) if report::is_text(error.value()) => error.message().to_vec(),
            _ => b"(error message not a string)".to_vec(),
        }
    }

    /// Runs a task to its end; false if that is an error.
    fn drive(&mut self, task: &Task) -> Result<bool, Stopped> {
        loop {
            if let Some(status) = self.exit.status() {
                return Err(Stopped::Exit(status));
            }
            match self.pressed() {
                // Not by the task's own method, which the limit on memory may refuse.
                Some(Press::Error) => {
                    self.lua.enter(|ctx| task.fetch(ctx).map(|task| task.interrupt(ctx, interrupt::MESSAGE)))?;
                }
                Some(Press::Drop) => return Err(Stopped::Dropped),
                None => {}
            }
            match self.step(task, self.step_fuel)?.0 {
                Stepped::Finished => return Ok(true),
                Stepped::Failed => return Ok(false),
                _ => {}
            }
        }
    }

    /// What Ctrl-C asks for, if it was pressed.
    fn pressed(&mut self) -> Option<Press> {
        let press = self.interrupts.take()?;
        self.line_start.leave();
        Some(press)
    }

    /// A step with at most so much fuel: what it came to, and the fuel it took.
    fn step(&mut self, task: &Task, fuel_max: u64) -> Result<(Stepped, u64), Stopped> {
        let given = self.fuel.unwrap_or(fuel_max).min(fuel_max);
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
        Ok((stepped, used))
    }

    /// Calls a function with this much fuel at most; nothing if it fails, needs more, or Ctrl-C is pressed. Also the
    /// fuel it took.
    pub(crate) fn call_within(
        &mut self,
        units: u64,
        make: impl for<'gc> Fn(Context<'gc>) -> fife::Result<(Value<'gc>, Vec<Value<'gc>>)>,
    ) -> Result<(Option<Task>, u64), Stopped> {
        let task = self.start(|ctx| {
            let (function, arguments) = make(ctx)?;
            Ok(Executor::new(ctx, function, &arguments))
        })?;
        self.join(&task)?;
        self.interrupts.begin();
        let result = self.drive_within(&task, units);
        self.interrupts.end();
        let (is_finished, used) = result?;
        Ok((is_finished.then_some(task), used))
    }

    fn drive_within(&mut self, task: &Task, units: u64) -> Result<(bool, u64), Stopped> {
        let mut used = 0;
        while used < units && self.pressed().is_none() {
            let (stepped, more) = self.step(task, units - used)?;
            used += more;
            if let Some(status) = self.exit.status() {
                return Err(Stopped::Exit(status));
            }
            if matches!(stepped, Stepped::Finished | Stepped::Failed) {
                return Ok((matches!(stepped, Stepped::Finished), used));
            }
        }
        Ok((false, used))
    }

    // ---- The outside ----

    /// Has warnings shown, as `warn("@on")` does.
    pub(crate) fn show_warnings(&mut self) {
        self.lua.enter(|ctx| ctx.show_warnings(true));
    }

    /// Says what went wrong, after `before`, in the form in which errors are to be shown.
    pub(crate) fn complain(&self, before: &[u8], message: &[u8]) {
        if self.errors.is_plain() {
            run::complain(before, &self.harmless(message));
        } else {
            self.errors.complain(before, message);
        }
    }

    /// A message that may quote a script, fit for the terminal that it goes to.
    pub(crate) fn harmless(&self, message: &[u8]) -> Vec<u8> {
        if self.escapes { escaped(message) } else { message.to_vec() }
    }

    /// Writes to the standard output, where scripts do so too.
    pub(crate) fn write(&mut self, text: &[u8]) {
        // There is nobody to tell of an error.
        let _ = self.lua.enter(|ctx| ctx.host().write_output(text));
    }

    /// Calls the finalizers of all objects, as far as the fuel goes. Ctrl-C ends the process meanwhile.
    pub(crate) fn close(&mut self) -> Result<(), Stopped> {
        match self.lua.start_closing() {
            Some(closing) => {
                self.join(&closing)?;
                self.drive(&closing).map(drop)
            }
            None => Ok(()),
        }
    }

    /// Flushes what the script wrote.
    pub(crate) fn flush_output(&mut self) {
        // If it can not, the next write says so.
        let _ = self.lua.enter(|ctx| ctx.host().flush_output());
    }

    /// The next line of the standard input, as it is there; nothing at the end. Read as scripts read, since what one of
    /// them buffered is for the other as well.
    pub(crate) fn read_line(&mut self) -> Result<Option<Vec<u8>>, Stopped> {
        let Some((input, read)) = &self.input else {
            let mut line = Vec::new();
            let count = io::stdin().lock().read_until(b'\n', &mut line).unwrap_or(0);
            return Ok((count > 0).then_some(line));
        };
        let task = match read.start(&self.lua, (input, "L")) {
            Ok(task) => task,
            Err(_) => {
                // As in `start`.
                self.lua.collect_all();
                read.start(&self.lua, (input, "L"))?
            }
        };
        // Ctrl-C has its usual effect meanwhile.
        self.drive(&task)?;
        Ok(task.results::<LuaString>(&self.lua).ok().map(|line| line.as_bytes().to_vec()))
    }
}

/// The standard input of the library `io` and its method `read`, if that is open.
fn standard_input(ctx: Context<'_>) -> Option<(AnyUserData, Function)> {
    let Value::Table(library) = ctx.globals().get_field(ctx, "io") else { return None };
    let Value::UserData(input) = library.get_field(ctx, "stdin") else { return None };
    match semantics::get(ctx, input, ctx.string("read")) {
        Ok(Outcome::Value(Value::Function(read))) => Some((AnyUserData::stash(ctx, input), Function::stash(ctx, read))),
        _ => None,
    }
}

/// The first value that a task returned.
pub(crate) fn first_result<'gc>(ctx: Context<'gc>, task: &Task) -> fife::Result<Value<'gc>> {
    Ok(task.fetch(ctx)?.results().first().copied().unwrap_or_default())
}
