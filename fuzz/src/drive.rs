//! Runs tasks as an unfriendly host does, and says what must never happen.
//!
//! What must never happen: a panic; more bytes held than the limit and the arena's reserve (two segments); a step that
//! takes long, whatever fuel it was given; endless steps that use no fuel. With `FUZZ_SHOW` set in the environment,
//! programs are shown.

use fife::{Error, ErrorKind, Fuel, Host, Libraries, Limits, Lua, MultiValue, Stepped, Task, Value};
use rustix::time::{ClockId, clock_gettime};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Bytes that may be held beyond the limit: one segment for small objects when the limit refuses them, and one for
/// reporting an error.
pub const RESERVE: usize = 2 * (256 << 10);

/// The most CPU time of one step, with a sanitizer. Clock time would include the time for which others have the
/// processor.
const STEP_MAX: Duration = Duration::from_secs(4);

/// The output a program may make; what is beyond is dropped.
const OUTPUT_MAX: usize = 64 << 10;

/// How a task is run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The limit on held bytes.
    pub memory: Option<usize>,
    /// From which the sizes of the steps are made.
    pub seed: u64,
    /// The most fuel of one step.
    pub slice_max: u64,
    /// All fuel.
    pub fuel: u64,
    /// Whether the collector works at each pause, and freed memory is overwritten.
    pub is_collecting: bool,
}

impl Plan {
    /// In one piece, without interference.
    pub fn plain(fuel: u64) -> Plan {
        Plan { memory: Some(64 << 20), seed: 1, slice_max: fife::STEP_FUEL, fuel, is_collecting: false }
    }

    /// In small slices, each followed by some collection.
    pub fn sliced(fuel: u64, seed: u64) -> Plan {
        Plan { memory: Some(8 << 20), seed, slice_max: 700, fuel, is_collecting: true }
    }

    /// The limits of the VM.
    pub fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        limits.memory = self.memory;
        limits.stack_slots = 50_000;
        limits.call_depth = 10_000;
        limits.coroutine_depth = 200;
        limits.source_bytes = 1 << 16;
        limits.binary_chunks = Some(true);
        limits
    }
}

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Returned.
    Finished,
    /// Failed with this message.
    Failed(String),
    /// Was still running when the fuel was used up.
    OutOfFuel,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Run {
    /// How it ended.
    pub end: End,
    /// What it printed.
    pub output: Vec<u8>,
    /// Whether memory may have run short, so that what a program does may depend on when garbage was collected.
    pub was_short: bool,
}

/// A host that collects output and gives nothing.
struct Collector {
    output: Arc<Mutex<Vec<u8>>>,
}

impl Host for Collector {
    fn write_output(&self, bytes: &[u8]) -> io::Result<()> {
        let mut output = self.output.lock().expect("no panic while it was locked");
        let room = OUTPUT_MAX.saturating_sub(output.len());
        output.extend_from_slice(&bytes[..bytes.len().min(room)]);
        Ok(())
    }
}

/// A small generator (xorshift64) for the sizes of slices.
struct Slices(u64);

impl Slices {
    fn next(&mut self, max: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // Of all magnitudes.
        let bound = max >> (self.0 & 7);
        1 + (self.0 >> 8) % bound.max(1)
    }
}

/// An argument of a script.
#[derive(Clone, Debug)]
pub enum Argument {
    /// An integer.
    Integer(i64),
    /// A float.
    Float(f64),
    /// A string.
    Bytes(Vec<u8>),
}

impl From<i64> for Argument {
    fn from(value: i64) -> Argument {
        Argument::Integer(value)
    }
}

impl From<usize> for Argument {
    fn from(value: usize) -> Argument {
        Argument::Integer(value as i64)
    }
}

impl From<f64> for Argument {
    fn from(value: f64) -> Argument {
        Argument::Float(value)
    }
}

impl From<&[u8]> for Argument {
    fn from(value: &[u8]) -> Argument {
        Argument::Bytes(value.to_vec())
    }
}

/// Two runs of one program came to the same, unless memory was short; one that is out of fuel may have come less far.
pub fn compare(sliced: &Run, plain: &Run) {
    if sliced.was_short || plain.was_short {
        return;
    }
    let length = if sliced.end == End::OutOfFuel || plain.end == End::OutOfFuel {
        sliced.output.len().min(plain.output.len())
    } else {
        assert_eq!(sliced.end, plain.end, "pauses and collections can not be seen");
        usize::MAX
    };
    let cut = |output: &[u8]| String::from_utf8_lossy(&output[..output.len().min(length)]).into_owned();
    assert_eq!(cut(&sliced.output), cut(&plain.output), "pauses and collections can not be seen");
}

/// Calls a script that is known to be Lua with these arguments.
pub fn call(script: &str, arguments: &[Argument], plan: Plan) -> Run {
    run_with(script.as_bytes(), arguments, plan).expect("the script is Lua")
}

/// Loads a chunk in a new VM and runs it, all in the steps of the plan. An error is what `load` says of the chunk.
pub fn run(chunk: &[u8], plan: Plan) -> Result<Run, Error> {
    run_with(chunk, &[], plan)
}

fn run_with(chunk: &[u8], arguments: &[Argument], plan: Plan) -> Result<Run, Error> {
    let output = Arc::new(Mutex::new(Vec::new()));
    let host = Collector { output: output.clone() };
    let mut lua = Lua::builder().host(host).limits(plan.limits()).libraries(Libraries::ALL).build().unwrap();
    lua.set_poison(plan.is_collecting);
    if std::env::var_os("FUZZ_SHOW").is_some() {
        eprintln!(
            "---- {plan:?}, {} bytes at first, {arguments:?}\n{}\n----",
            lua.memory().held_bytes,
            String::from_utf8_lossy(chunk)
        );
    }
    let value = |argument: &Argument| match argument {
        Argument::Integer(value) => Value::Integer(*value),
        Argument::Float(value) => Value::Float(*value),
        Argument::Bytes(bytes) => Value::String(bytes.as_slice().into()),
    };
    let task = lua.load(chunk).name("=fuzz").start(arguments.iter().map(value).collect::<MultiValue>());
    let end = match &task {
        Err(_) => {
            check_memory(&lua, plan);
            End::OutOfFuel
        }
        Ok(task) => drive(&mut lua, task, plan),
    };
    // It could not be loaded, or there was no memory for a task.
    let refused = task.map(|task| task.error(&lua));
    match refused {
        Ok(Some(error)) if error.kind() == ErrorKind::Syntax => return Err(error),
        Ok(_) => {}
        Err(error) => return Err(error),
    }
    if plan.is_collecting {
        lua.close(&mut Fuel::with(20_000));
        lua.collect_all();
        check_memory(&lua, plan);
    }
    let was_short = plan.memory.is_some_and(|limit| lua.memory().peak_held_bytes > limit / 2);
    drop(lua);
    let output = std::mem::take(&mut *output.lock().expect("no panic while it was locked"));
    Ok(Run { end, output, was_short })
}

/// Runs a task to its end or as far as the fuel goes.
pub fn drive(lua: &mut Lua, task: &Task, plan: Plan) -> End {
    let mut slices = Slices(plan.seed | 1);
    let mut left = plan.fuel;
    let mut idle = 0u32;
    let mut before = cpu_time();
    while left > 0 {
        let given = slices.next(plan.slice_max).min(left);
        let mut fuel = Fuel::with(given);
        let stepped = lua.step(task, &mut fuel);
        let now = cpu_time();
        assert!(now - before < STEP_MAX, "a step of {given} units took {:?}", now - before);
        before = now;
        assert!((0..=given as i64).contains(&fuel.remaining()), "a step of {given} units left {}", fuel.remaining());
        check_memory(lua, plan);
        match stepped {
            Stepped::Finished => return End::Finished,
            Stepped::Failed => {
                let error = task.error(lua).expect("it failed");
                assert!(!error.message().starts_with(b"internal error"), "{error}");
                return End::Failed(error.to_string());
            }
            _ => {}
        }
        let used = given - fuel.remaining() as u64;
        left -= used;
        idle = if used == 0 { idle + 1 } else { 0 };
        assert!(idle < 100_000, "steps that use no fuel and do not end");
        if plan.is_collecting && stepped == Stepped::Ready {
            lua.collect_step(4096 << (slices.0 >> 20 & 3));
        }
    }
    End::OutOfFuel
}

/// CPU time of this thread.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn check_memory(lua: &Lua, plan: Plan) {
    if let Some(limit) = plan.memory {
        let peak = lua.memory().peak_held_bytes;
        assert!(peak <= limit + RESERVE, "{peak} bytes held under a limit of {limit}");
    }
}
