//! Runs a program with Fife, in one piece, or in slices with some collection at each pause.

use super::{OUTPUT_MAX, Outcome, is_puc_compatible, without_addresses};
use fife::gc::{Call, Error, ExecutorMode, Reply};
use fife::{Fuel, Function, Host, Libraries, Limits, Lua, LuaString, Stepped};
use fife_generator::{Choices, PRELUDE, Program};
use std::cell::Cell;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

/// The fuel after which a program counts as endless: far more than PUC Lua gets, since work such as copying costs fuel,
/// too.
const FUEL_MAX: u64 = 20_000_000;

/// The bytes it may hold.
const MEMORY_MAX: usize = 128 << 20;

/// When a run pauses.
#[derive(Clone, Copy, Debug)]
pub enum Pauses {
    /// Only when any host would pause.
    Few,
    /// After slices of fuel whose size this seed decides, with a step of collection at each pause, and freed memory
    /// overwritten.
    Many(u64),
}

/// A host that takes output and has a clock. PUC Lua has a clock, too, and a program that has lost an argument may ask
/// for the date.
struct Output(Arc<Mutex<Vec<u8>>>);

impl Host for Output {
    fn write_output(&self, bytes: &[u8]) -> io::Result<()> {
        let mut output = self.0.lock().expect("no panic while it was locked");
        output.extend_from_slice(bytes);
        if output.len() > 2 * OUTPUT_MAX { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn now(&self) -> Option<(i64, u32)> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        Some((since.as_secs() as i64, since.subsec_nanos()))
    }
}

/// The message of the last panic, and its place.
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// Whether Fife is running, so that a panic is Fife's.
static IS_RUNNING: AtomicBool = AtomicBool::new(false);

/// Keeps the messages of Fife's panics instead of printing them.
pub fn keep_panics() {
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |info| match LAST_PANIC.lock() {
        Ok(mut text) if IS_RUNNING.load(Ordering::Relaxed) => *text = info.to_string(),
        _ => print(info),
    }));
}

/// Runs a program. A panic of Fife becomes part of the output.
pub fn run_fife(program: &Program, pauses: Pauses) -> Outcome {
    let output = Arc::new(Mutex::new(Vec::new()));
    let is_stopped = Cell::new(false);
    IS_RUNNING.store(true, Ordering::Relaxed);
    let run = panic::catch_unwind(AssertUnwindSafe(|| run(program, pauses, &output, &is_stopped)));
    IS_RUNNING.store(false, Ordering::Relaxed);
    let mut output = std::mem::take(&mut *output.lock().expect("no panic while it was locked"));
    if let Err(payload) = run {
        drop(payload);
        let text = LAST_PANIC.lock().map(|text| text.clone()).unwrap_or_default();
        output.extend_from_slice(format!("PANIC: {text}\n").as_bytes());
    }
    let is_stopped = is_stopped.get() || output.len() > OUTPUT_MAX;
    Outcome { output: without_addresses(output), is_stopped }
}

/// `emit(text)`
fn emit<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let text = call.string(0)?;
    // An excess of output is noticed where it is read.
    let _ = call.ctx().host().write_output(text.as_bytes());
    call.all([])
}

fn run(program: &Program, pauses: Pauses, output: &Arc<Mutex<Vec<u8>>>, is_stopped: &Cell<bool>) {
    let mut limits = Limits::default();
    limits.memory = Some(MEMORY_MAX);
    limits.compat_5_3 = is_puc_compatible();
    let mut lua = Lua::builder().host(Output(output.clone())).limits(limits).libraries(Libraries::ALL).build().unwrap();
    let source = format!("return (function(...) {PRELUDE}\nend)((...))(select(2, ...))");
    let emit = Function::native(&lua, "emit", emit).expect("there is memory");
    let arguments = (emit, LuaString::from(&*program.source), program.is_coroutine);
    let task = lua.load(source).name("=prelude").start(arguments).expect("there is memory");
    let slice = match pauses {
        Pauses::Few => fife::STEP_FUEL,
        Pauses::Many(seed) => {
            lua.set_poison(true);
            let choices = Choices::from_seed(seed);
            let size = choices.of(&[4, 30, 200, 2000]);
            1 + choices.below(size) as u64
        }
    };
    let mut used = 0;
    loop {
        // A long program does not get too many slices.
        let slice = slice.max(used / 10_000);
        let mut fuel = Fuel::with(slice);
        let stepped = lua.step(&task, &mut fuel);
        used += slice.saturating_add_signed(-fuel.remaining());
        match stepped {
            Stepped::Finished => return,
            Stepped::Failed => {
                let error = task.error(&lua).expect("it failed");
                let mut output = output.lock().expect("no panic while it was locked");
                output.extend_from_slice(b"prelude failed: ");
                output.extend_from_slice(error.message());
                output.extend_from_slice(error.traceback().unwrap_or_default().as_bytes());
                return;
            }
            _ if used > FUEL_MAX => {
                is_stopped.set(true);
                return;
            }
            _ if matches!(pauses, Pauses::Many(_))
                && lua.enter(|ctx| task.fetch(ctx).unwrap().mode()) == ExecutorMode::Ready =>
            {
                lua.collect_step(4096);
            }
            _ => {}
        }
    }
}
