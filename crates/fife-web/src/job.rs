//! A job: an input of a prompt, from compiling it to showing the values it returned.

use crate::finalizers::Finalizers;
use crate::report::Report;
use fife::arena::OutOfMemory;
use fife::gc::{Call, Executor, HeldBytes};
use fife::{Fuel, Function, Lua, Stepped, Task};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The outcome of a job's turn, by the number that the page knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Turn {
    /// It can continue.
    Ready = 0,
    /// It waits for a collection. The next turns do that, a slice each, and cost nothing.
    Collecting = 1,
    Finished = 2,
    Failed = 3,
    /// Its tank is empty.
    Thirsty = 4,
    /// There is no such job.
    Unknown = 5,
}

/// What a job is doing.
enum Stage {
    /// Not begun; this is to be compiled.
    Source(Vec<u8>),
    /// Compiling.
    Loading(Task),
    Running(Task),
    /// It has returned, and its values are being shown.
    Showing(Task),
    Finished,
    Failed(Report),
}

/// What jobs need from their machine.
pub(crate) struct Tools {
    /// The function that `show.lua` returns.
    pub(crate) show: Function,
    /// The message handler of all jobs, which leaves its findings in `scene`.
    pub(crate) handler: Function,
    pub(crate) scene: Scene,
    pub(crate) finalizers: Finalizers,
    /// Memory that is released when a job cannot even begin, so that a script can release what fills the rest. It is
    /// taken again when there is room.
    pub(crate) ballast: Option<HeldBytes>,
}

/// The error that a job gets from its interrupt button.
const INTERRUPTED: &str = "interrupted!";

/// The size of the ballast in bytes: what the heap may have taken beyond its limit, what it takes from the system at a
/// time (256 KiB each), and some more.
const BALLAST_BYTES: usize = 576 << 10;

impl Tools {
    /// Takes the ballast again, if there is room.
    pub(crate) fn load_ballast(&mut self, lua: &Lua) {
        if self.ballast.is_none() {
            self.ballast = lua.enter(|ctx| HeldBytes::take(ctx, BALLAST_BYTES)).ok();
        }
    }
}

/// Where the last error was raised, as its message handler saw it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scene(Arc<Mutex<Option<Seen>>>);

#[derive(Debug)]
struct Seen {
    chunk: String,
    line: u32,
    column: u32,
    traceback: Vec<String>,
}

impl Scene {
    /// Notes what a message handler finds.
    pub(crate) fn note(&self, call: &Call<'_, '_>) {
        let levels = call.inspector().levels().skip(1);
        let lua = levels.filter_map(|level| Some((level.function()?.code()?, level.position()?))).next();
        let (chunk, line, column) = lua.map_or_else(Default::default, |(code, position)| {
            (String::from_utf8_lossy(&code.short_source()).into_owned(), position.line, position.column)
        });
        let text = call.traceback(1);
        let text = String::from_utf8_lossy(&text);
        let traceback = text.lines().filter_map(|line| line.strip_prefix('\t')).map(str::to_owned).collect();
        *self.lock() = Some(Seen { chunk, line, column, traceback });
    }

    fn lock(&self) -> MutexGuard<'_, Option<Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How much a turn collects while a job waits for memory, in bytes of work.
const COLLECTION_SLICE: usize = 256 << 10;

pub(crate) struct Job {
    /// The console that it writes to.
    pub(crate) console: usize,
    stage: Stage,
    /// The fuel it may use; `None` for any amount.
    pub(crate) tank: Option<Fuel>,
    /// The fuel it has used, in units of about an instruction.
    pub(crate) used: u64,
    /// The line breaks that it has written.
    pub(crate) lines: u64,
    /// The name of its chunk in messages.
    name: String,
    /// The bytes in its first line that the user did not type.
    shift: u32,
    /// It was interrupted before it began.
    is_interrupted: bool,
    /// After the limit on memory refused the next stage: the collections to finish before the next try. A refusal after
    /// that is an error.
    collections: Option<u8>,
}

impl Job {
    /// A job that compiles a source and runs it.
    pub(crate) fn new(console: usize, name: &str, source: Vec<u8>, shift: u32) -> Job {
        let stage = Stage::Source(source);
        Job {
            console,
            stage,
            tank: None,
            used: 0,
            lines: 0,
            name: name.to_owned(),
            shift,
            is_interrupted: false,
            collections: None,
        }
    }

    /// Gives it a turn of `fuel` units, from its tank if it has one.
    pub(crate) fn step(&mut self, lua: &mut Lua, tools: &mut Tools, fuel: u64) -> Turn {
        let mut left = self.tank.map_or(fuel, |tank| fuel.min(tank.remaining().max(0) as u64));
        if let Some(count @ 1..) = self.collections {
            // One slice per turn, since all of it at once may take long.
            if lua.collect_step(COLLECTION_SLICE) {
                self.collections = Some(count - 1);
                // Dead objects may hold others that the next collection finds; and the ballast is given back by a step.
                self.run_finalizers(lua, tools, &mut left);
            }
            return Turn::Collecting;
        }
        if left == 0 && !self.is_over() {
            return Turn::Thirsty;
        }
        // Each stage continues where the one before it ended.
        while left > 0 && !self.is_over() {
            if self.task().is_some() && !self.run_finalizers(lua, tools, &mut left) {
                break;
            }
            let stepped = match self.task() {
                Some(task) => {
                    let mut slice = Fuel::with(left);
                    let stepped = lua.step(task, &mut slice);
                    let used = left.saturating_sub(slice.remaining().max(0) as u64);
                    left -= used;
                    self.count(used);
                    stepped
                }
                None => Stepped::Finished,
            };
            match stepped {
                Stepped::Finished => match self.next_stage(lua, tools) {
                    Ok(Ok(stage)) => {
                        (self.stage, self.collections) = (stage, None);
                        if std::mem::take(&mut self.is_interrupted) {
                            self.interrupt(lua);
                        }
                    }
                    Ok(Err(OutOfMemory)) if self.collections.is_none() => {
                        tools.ballast = None;
                        // A cycle that is already running does not find all garbage.
                        self.collections = Some(2);
                        return Turn::Collecting;
                    }
                    Ok(Err(OutOfMemory)) => self.stage = Stage::Failed(Report::out_of_memory()),
                    Err(error) => self.stage = Stage::Failed(Report::of_error(&error)),
                },
                Stepped::Failed => self.fail(lua, tools),
                Stepped::NeedsMemory => return Turn::Collecting,
                _ => break,
            }
        }
        self.turn()
    }

    /// Runs finalizers that are due, on the fuel of its turn. Returns whether it can continue.
    fn run_finalizers(&mut self, lua: &mut Lua, tools: &mut Tools, left: &mut u64) -> bool {
        let before = *left;
        let is_done = tools.finalizers.run(lua, left);
        self.count(before - *left);
        is_done && *left > 0
    }

    fn count(&mut self, used: u64) {
        self.used = self.used.saturating_add(used);
        if let Some(tank) = &mut self.tank {
            tank.consume(used);
        }
    }

    fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Finished | Stage::Failed(_))
    }

    fn turn(&self) -> Turn {
        match self.stage {
            Stage::Source(_) | Stage::Loading(_) | Stage::Running(_) | Stage::Showing(_) => Turn::Ready,
            Stage::Finished => Turn::Finished,
            Stage::Failed(_) => Turn::Failed,
        }
    }

    /// The stage after the one that ended. The limit on memory may refuse it.
    fn next_stage(&self, lua: &Lua, tools: &Tools) -> fife::Result<Result<Stage, OutOfMemory>> {
        lua.enter(|ctx| match &self.stage {
            Stage::Source(source) => {
                let executor = Executor::loading(ctx, source, &[b"=", self.name.as_bytes()].concat());
                Ok(executor.map(|it| Stage::Loading(it.stash(ctx))))
            }
            Stage::Loading(task) => {
                let function = task.fetch(ctx)?.results().first().copied().unwrap_or_default();
                let executor = Executor::with_handler(ctx, function, &[], tools.handler.fetch(ctx)?);
                Ok(executor.map(|it| Stage::Running(it.stash(ctx))))
            }
            Stage::Running(task) => {
                let values = task.fetch(ctx)?.results();
                if values.is_empty() {
                    return Ok(Ok(Stage::Finished));
                }
                let executor = Executor::new(ctx, tools.show.fetch(ctx)?, &values);
                Ok(executor.map(|it| Stage::Showing(it.stash(ctx))))
            }
            Stage::Showing(_) | Stage::Finished | Stage::Failed(_) => Ok(Ok(Stage::Finished)),
        })
    }

    fn fail(&mut self, lua: &Lua, tools: &Tools) {
        let seen = tools.scene.lock().take();
        let error = self.task().and_then(|task| task.error(lua));
        let mut report = error.map_or_else(|| Report::of_host("the job failed"), |error| Report::of_error(&error));
        if let (Some(Seen { chunk, line, column, traceback }), Stage::Running(_)) = (seen, &self.stage) {
            let shift = if line == 1 && chunk == self.name { self.shift } else { 0 };
            report = Report { chunk, line, column: column.saturating_sub(shift), traceback, ..report };
        }
        self.stage = Stage::Failed(report);
    }

    /// Raises an error in it, which its script can catch.
    pub(crate) fn interrupt(&mut self, lua: &Lua) {
        match self.task() {
            // The task's own method could be refused by the limit on memory.
            Some(task) => drop(lua.enter(|ctx| task.fetch(ctx).map(|task| task.interrupt(ctx, INTERRUPTED)))),
            None => self.is_interrupted = true,
        }
    }

    /// Its task, if it has not ended.
    pub(crate) fn task(&self) -> Option<&Task> {
        match &self.stage {
            Stage::Loading(task) | Stage::Running(task) | Stage::Showing(task) => Some(task),
            Stage::Source(_) | Stage::Finished | Stage::Failed(_) => None,
        }
    }

    /// The report of its failure.
    pub(crate) fn report(&self) -> Option<&Report> {
        if let Stage::Failed(report) = &self.stage { Some(report) } else { None }
    }
}
