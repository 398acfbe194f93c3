//! A virtual machine with its jobs and consoles.

use crate::finalizers::Finalizers;
use crate::job::{Job, Scene, Tools, Turn};
use crate::output::{Kind, Output, PageHost};
use crate::report::Report;
use crate::text::{self, Typed};
use fife::gc::Inspector;
use fife::{Fuel, Function, Limits, Lua};

/// The most jobs at a time. This and the memory of the virtual machine bound what a page can be told to run.
const JOBS_MAX: usize = 1000;

/// The most bytes of a string: some operations handle a whole string in one turn, such as reading it as a number.
const STRING_MAX: usize = 64 << 20;

/// The most consoles.
pub(crate) const CONSOLES_MAX: usize = 64;

/// Shows the values that an input returned: a chunk that is called with a function for the text, and returns the
/// function that shows.
const SHOW: &[u8] = include_bytes!("show.lua");

/// More than loading this takes.
const SHOW_FUEL: u64 = 1_000_000;

pub(crate) struct Machine {
    lua: Lua,
    output: Output,
    tools: Tools,
    /// The jobs that have not been dropped, by number.
    jobs: Vec<Option<Job>>,
}

impl Machine {
    /// Makes a virtual machine with the libraries of a sandbox. `memory` is how many bytes it may hold, `seed` a random
    /// number.
    pub(crate) fn new(memory: usize, seed: u64) -> fife::Result<Machine> {
        let output = Output::default();
        let mut limits = Limits::untrusted();
        limits.memory = Some(memory);
        limits.source_bytes = text::SOURCE_MAX;
        // A string may be as long as the memory allows, so that a bomb of strings meets the same limit as one of
        // tables.
        limits.string_bytes = memory.min(STRING_MAX);
        // The page decides how long a job may run, and needs no clock for that.
        limits.deadline = None;
        let host = PageHost { output: output.clone(), seed };
        let mut lua = Lua::builder().host(host).limits(limits).build()?;
        let shown = output.clone();
        let emit = Function::native(&lua, "emit", move |call| {
            let text = call.string(0)?.as_bytes();
            call.charge(text.len() / 16);
            shown.write(Kind::Result, text);
            call.nothing()
        })?;
        // In one step of a task, as jobs run: waiting for a call is code that nothing else here needs.
        let loading = lua.load(SHOW).name("=show").start(emit)?;
        lua.step(&loading, &mut Fuel::with(SHOW_FUEL));
        let show = loading.results(&lua)?;
        let scene = Scene::default();
        let noted = scene.clone();
        let handler = Function::native(&lua, "handler", move |call| {
            noted.note(call);
            let error = call.get(0);
            call.one(error)
        })?;
        let finalizers = Finalizers::new(&lua, output.clone())?;
        let mut tools = Tools { show, handler, scene, finalizers, ballast: None };
        tools.load_ballast(&lua);
        Ok(Machine { lua, output, tools, jobs: Vec::new() })
    }

    /// Makes a job from typed text and returns its number. `name` is used in messages.
    pub(crate) fn start(&mut self, source: &[u8], name: &str, console: usize) -> Result<usize, Report> {
        if console >= CONSOLES_MAX {
            return Err(Report::of_host("there are not so many consoles"));
        }
        let (source, shift) = match text::classify(source, name) {
            Typed::Expression => (text::as_chunk(source), text::EXPRESSION.len() as u32),
            Typed::Chunk => (source.to_vec(), 0),
            Typed::Incomplete(report) | Typed::Wrong(report) => return Err(report),
        };
        let free = self.jobs.iter().position(Option::is_none);
        let number = match free {
            Some(number) => number,
            None if self.jobs.len() < JOBS_MAX => {
                self.jobs.push(None);
                self.jobs.len() - 1
            }
            None => return Err(Report::of_host("too many jobs")),
        };
        self.jobs[number] = Some(Job::new(console, name, source, shift));
        Ok(number)
    }

    pub(crate) fn job(&mut self, number: usize) -> Option<&mut Job> {
        self.jobs.get_mut(number)?.as_mut()
    }

    /// Gives a job a turn.
    pub(crate) fn step(&mut self, number: usize, fuel: u64) -> Turn {
        let Some(Some(job)) = self.jobs.get_mut(number) else { return Turn::Unknown };
        self.output.select(job.console);
        let turn = job.step(&mut self.lua, &mut self.tools, fuel);
        if matches!(turn, Turn::Finished | Turn::Failed) {
            self.tools.load_ballast(&self.lua);
        }
        job.lines = job.lines.saturating_add(self.output.lines());
        turn
    }

    /// Raises an error in a job, which its script can catch.
    pub(crate) fn interrupt(&mut self, number: usize) {
        if let Some(Some(job)) = self.jobs.get_mut(number) {
            self.tools.finalizers.interrupt();
            job.interrupt(&self.lua);
        }
    }

    /// Drops a job. None of it runs any more, and no script can prevent that.
    pub(crate) fn drop_job(&mut self, number: usize) {
        if let Some(job) = self.jobs.get_mut(number) {
            *job = None;
        }
        while self.jobs.last().is_some_and(Option::is_none) {
            self.jobs.pop();
        }
    }

    /// Fills a job's tank, giving it one if it has none.
    pub(crate) fn refill(&mut self, number: usize, units: u64, cap: u64) {
        if let Some(job) = self.job(number) {
            job.tank.get_or_insert(Fuel::with(0)).refill(units, cap);
        }
    }

    /// Where a job is: the chunk and line of the innermost Lua function; nothing if it has ended.
    pub(crate) fn place(&self, number: usize, into: &mut Vec<u8>) {
        let Some(Some(job)) = self.jobs.get(number) else { return };
        let Some(task) = job.task() else { return };
        let place = self.lua.enter(|ctx| {
            let levels = Inspector::of_thread(ctx, task.fetch(ctx).ok()?.thread()).levels();
            let found = levels.filter_map(|level| Some((level.function()?.code()?, level.position()?))).next();
            found.map(|(code, position)| (code.short_source(), position.line))
        });
        if let Some((name, line)) = place {
            into.extend_from_slice(&name);
            into.extend_from_slice(format!(":{line}").as_bytes());
        }
    }

    pub(crate) fn take_output(&self, console: usize, into: &mut Vec<u8>) {
        self.output.take(console, into);
    }

    /// The bytes held, in use, held at most so far, and allowed.
    pub(crate) fn memory(&self) -> [usize; 4] {
        let metrics = self.lua.memory();
        [metrics.held_bytes, metrics.object_bytes, metrics.peak_held_bytes, metrics.limit.unwrap_or(usize::MAX)]
    }
}
