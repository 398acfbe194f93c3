//! Plays programs as an unfriendly host does: several tasks take turns in one VM with small limits, in short steps,
//! with collection and poisoned memory at each pause; some are interrupted, dropped or closed in the middle.
//!
//! What the programs do does not matter. They must not crash the VM, make it panic, make it hold more than the limit on
//! memory, or run forever without using fuel.

use super::Choices;
use super::host::Outside;
use super::natives::{self, OnPurpose, STAGE};
use super::write::Writer;
use fife::gc::Value;
use fife::{ErrorKind, Fuel, Libraries, Limits, Lua, MultiValue, Stepped, Task};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::Ordering;

const WORLD: &str = include_str!("world.lua");

/// What may be held beyond the limit: a segment for small objects, and one for what an error needs to be told.
const RESERVE: usize = 2 * (256 << 10);

/// How many bytes of collection work a run may ask for at its pauses. That, and not fuel, is what takes time.
const WORK: usize = 24 << 20;

/// What a panic says of a program that does not compile.
pub const NOT_LUA: &str = "a program must be Lua";

/// The most steps in a row that use no fuel.
const IDLE_MAX: u32 = 100_000;

/// How programs are played.
#[derive(Clone, Debug)]
struct Setting {
    memory: Option<usize>,
    stack_slots: usize,
    call_depth: usize,
    coroutine_depth: usize,
    /// The most fuel of one step.
    slice: u64,
    /// All fuel.
    fuel: u64,
    /// Bytes of collection work at each pause: 0 for now this, now that.
    work: usize,
    /// How often a program may call back.
    events: i64,
    /// From which the programs and the schedule of this run take what the input does not decide.
    seed: u64,
    may_panic: bool,
    may_step: bool,
    /// Whether the host leaves tasks alone until they end.
    is_patient: bool,
    end: u8,
}

impl Setting {
    fn decide(choices: &Choices<'_>) -> Setting {
        let memory = match choices.below(6) {
            0 | 1 => None,
            2 => Some(1 << 20),
            3 => Some(2 << 20),
            _ => Some((500 << 10) + choices.below(200) * 4096),
        };
        let slice = choices.of(&[64, 7, 1, 300, 20, 3000]);
        Setting {
            memory,
            stack_slots: choices.of(&[1500, 700, 400, 3000, 9000, 300]),
            call_depth: choices.of(&[180, 60, 400, 30, 1500, 9000]),
            coroutine_depth: choices.of(&[20, 5, 60, 2]),
            slice,
            fuel: if slice == 1 { 15_000 } else { 70_000 },
            work: choices.of(&[4096, 0, 4096, 20_000, 200_000, usize::MAX]),
            events: choices.of(&[150, 40, 400]),
            seed: u64::from(choices.byte()) << 8 | u64::from(choices.byte()),
            may_panic: choices.chance(40),
            may_step: choices.chance(60),
            is_patient: choices.chance(120),
            end: choices.byte() % 4,
        }
    }

    fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        limits.memory = self.memory;
        limits.stack_slots = self.stack_slots;
        limits.call_depth = self.call_depth;
        limits.coroutine_depth = self.coroutine_depth;
        limits.coroutines = 400;
        limits.string_bytes = 64 << 10;
        limits.source_bytes = 64 << 10;
        limits
    }
}

/// A small generator (xorshift64).
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % count
    }
}

/// What became of the tasks of a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    pub finished: u32,
    pub failed: u32,
    /// Tasks that were dropped.
    pub dropped: u32,
    pub steps: u32,
    pub collections: u64,
}

/// Programs, and how they are played.
pub struct Play {
    setting: Setting,
    programs: Vec<String>,
}

impl fmt::Display for Play {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "-- {:?}", self.setting)?;
        for (index, program) in self.programs.iter().enumerate() {
            writeln!(f, "-- Program {}", index + 1)?;
            f.write_str(program)?;
        }
        Ok(())
    }
}

impl Play {
    /// What the bytes decide.
    pub fn decide(writer: &Writer, bytes: &[u8]) -> Play {
        let choices = Choices::from_bytes(bytes);
        let setting = Setting::decide(&choices);
        let count = choices.of(&[1, 1, 1, 2, 3]);
        let programs = (0..count).map(|_| writer.program(&choices, 7)).collect();
        Play { setting, programs }
    }

    /// The programs.
    pub fn programs_mut(&mut self) -> &mut Vec<String> {
        &mut self.programs
    }

    /// Runs it. Panics if anything is wrong.
    pub fn run(&self) -> Outcome {
        let setting = &self.setting;
        STAGE.with(|stage| {
            stage.may_panic.set(setting.may_panic);
            stage.may_step.set(setting.may_step);
        });
        let outside = Outside::new();
        let mut lua =
            Lua::builder().host(outside.clone()).limits(setting.limits()).libraries(Libraries::ALL).build().unwrap();
        lua.set_poison(true);
        lua.enter(natives::open);
        let mut run = Run {
            allowed: setting.memory.map(|limit| limit.max(lua.memory().peak_held_bytes) + RESERVE),
            setting,
            outside,
            random: Random(0x9e37_79b9_7f4a_7c15 ^ setting.seed),
            left: setting.fuel as i64,
            work: WORK,
            idle: 0,
            closings: 0,
            outcome: Outcome::default(),
        };
        run.play(&mut lua, &self.programs);
        run.outcome.collections = lua.memory().collections;
        let late = STAGE.with(|stage| stage.tasks.take());
        if setting.end.is_multiple_of(2) {
            guarded(|| drop(late));
            while guarded(|| lua.collect_all()).is_none() {}
            guarded(|| drop(lua));
        } else {
            guarded(|| drop(lua));
            drop(late);
        }
        run.outcome
    }
}

/// Calls what may end with a panic of the host's own functions: nothing then.
fn guarded<T>(with: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(with)) {
        Ok(value) => Some(value),
        Err(panic) if panic.is::<OnPurpose>() => None,
        Err(panic) => resume_unwind(panic),
    }
}

struct Run<'a> {
    setting: &'a Setting,
    outside: Outside,
    /// The most bytes that may be held.
    allowed: Option<usize>,
    random: Random,
    /// Fuel.
    left: i64,
    /// Collection work.
    work: usize,
    idle: u32,
    closings: u32,
    outcome: Outcome,
}

impl Run<'_> {
    fn play(&mut self, lua: &mut Lua, programs: &[String]) {
        let Some(world) = self.world(lua) else { return };
        let mut tasks: Vec<Task> = Vec::new();
        for (index, program) in programs.iter().enumerate() {
            match lua.load(program).name(format!("=program {}", index + 1)).start(world.clone()) {
                Ok(task) => {
                    let stashed = lua.enter(|ctx| task.fetch(ctx).unwrap().stash(ctx));
                    STAGE.with(|stage| stage.tasks.borrow_mut().push(stashed));
                    tasks.push(task);
                }
                Err(error) => assert_eq!(error.kind(), ErrorKind::Memory, "{error}"),
            }
        }
        while self.left > 0 && self.work > 0 && !tasks.is_empty() {
            let which = self.random.below(tasks.len());
            let mut has_ended = false;
            for _ in 0..1 + self.random.below(30) {
                has_ended = self.step(lua, &tasks[which]);
                if has_ended || self.left <= 0 || self.work == 0 {
                    break;
                }
            }
            if has_ended || !self.setting.is_patient && self.random.below(120) == 0 {
                self.outcome.dropped += u32::from(!has_ended);
                let task = tasks.swap_remove(which);
                guarded(|| drop(task));
                continue;
            }
            if !self.setting.is_patient {
                self.disturb(lua, &tasks[which]);
            }
        }
        if self.setting.end < 2 {
            drop(tasks);
            self.close(lua);
        } else if self.setting.end == 2 {
            self.close(lua);
            drop(tasks);
        }
        self.check_memory(lua);
    }

    /// Makes the world that programs share: what it returned, a function. Nothing if memory does not allow it.
    fn world(&mut self, lua: &mut Lua) -> Option<MultiValue> {
        lua.set_fuel(Some(300_000));
        let world = lua.load(WORLD).name("=world").call((self.setting.seed as i64, self.setting.events));
        world
            .inspect_err(|error| {
                assert!(
                    self.setting.memory.is_some() && error.to_string() == "not enough memory",
                    "the world: {error}"
                );
            })
            .ok()
    }

    /// A step and the collector's work; true if the task has ended.
    fn step(&mut self, lua: &mut Lua, task: &Task) -> bool {
        let given = 1 + self.random.below(self.setting.slice as usize) as u64;
        let mut fuel = Fuel::with(given);
        self.outcome.steps += 1;
        let stepped = guarded(|| lua.step(task, &mut fuel));
        self.check_memory(lua);
        let used = given as i64 - fuel.remaining();
        self.left -= used.max(1);
        self.idle = if used == 0 { self.idle + 1 } else { 0 };
        assert!(self.idle < IDLE_MAX, "steps that use no fuel and do not end");
        if self.outside.has_exited.swap(false, Ordering::Relaxed) {
            return true;
        }
        match stepped {
            Some(Stepped::Finished) => {
                self.outcome.finished += 1;
                let _ = lua.enter(|ctx| task.fetch(ctx).unwrap().results().len());
                return true;
            }
            Some(Stepped::Failed) => {
                self.outcome.failed += 1;
                let error = task.error(lua).expect("it failed");
                let _ = error.to_string();
                // Of its own chunk alone: one that a program loads is another error there.
                assert_ne!(error.kind(), ErrorKind::Syntax, "{NOT_LUA}: {error}");
                return true;
            }
            _ => {}
        }
        let work = match self.setting.work {
            0 => [64, 4096, 4096, 30_000, 400_000, usize::MAX][self.random.below(6)],
            work => work,
        };
        if work == usize::MAX {
            self.work = self.work.saturating_sub(lua.memory().object_bytes.max(64 << 10));
            guarded(|| lua.collect_all());
        } else {
            self.work = self.work.saturating_sub(work.max(1024));
            guarded(|| lua.collect_step(work));
        }
        false
    }

    /// What a host may do between steps.
    fn disturb(&mut self, lua: &mut Lua, task: &Task) {
        match self.random.below(60) {
            0 | 1 => drop(task.interrupt(lua, "interrupted by the host")),
            2 => {
                guarded(|| lua.collect_all());
            }
            3 if self.closings < 2 => self.close(lua),
            4 => lua.enter(|ctx| {
                let host = ctx.globals().get_field(ctx, "host");
                if let Value::Table(host) = host {
                    let shared = ctx.globals().get_field(ctx, "u1");
                    host.set_field(ctx, "kept", shared);
                }
            }),
            5 => {
                let _ = lua.enter(|ctx| {
                    let task = task.fetch(ctx).expect("it is of this VM");
                    (task.mode(), task.results().len(), task.error().is_some())
                });
            }
            _ => {}
        }
    }

    /// Runs all finalizers; in steps, since each of them may panic.
    fn close(&mut self, lua: &mut Lua) {
        self.closings += 1;
        let Some(closing) = lua.start_closing() else { return };
        for _ in 0..200 {
            let mut fuel = Fuel::with(100);
            match guarded(|| lua.step(&closing, &mut fuel)) {
                Some(Stepped::Finished | Stepped::Failed) => break,
                _ => guarded(|| lua.collect_step(20_000)),
            };
        }
        guarded(|| lua.collect_all());
    }

    fn check_memory(&self, lua: &Lua) {
        if let Some(allowed) = self.allowed {
            let peak = lua.memory().peak_held_bytes;
            assert!(peak <= allowed, "{peak} bytes held where {allowed} are allowed");
        }
    }
}
