//! Runs every script of `tests/lua` and compares its output with the expectations beside its lines.
//!
//! The expected output is the text of all `-- expect: TEXT`, a line for each, in the order of the file; the expected
//! error is that of `-- expect error: MESSAGE`. `tests/lua/README.md` documents the format.
//!
//! Each script then runs again as a binary chunk, which must do the same; and in steps of 1, 7 and 64 units of fuel, or
//! longer ones if those would be too many, with a slice of collection at each pause and freed memory overwritten. The
//! output must be the same, since a script can see neither pauses nor the collector. Only a script marked
//! `-- gc-visible: REASON` may then print something else.

#[path = "common/files.rs"]
mod files;
#[path = "common/host.rs"]
mod host;

use fife::gc::ExecutorMode;
use fife::{Fuel, Libraries, Lua, Stepped, Task, Value};
use fife_system::SystemHost;
use files::files_below;
use host::TestHost;
use libtest_mimic::{Arguments, Failed, Trial};
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// Scripts that use more fuel than this do not run in steps of one unit.
const SINGLE_STEPS_MAX: u64 = 200_000;

/// The fuel of one step, and the most steps: a script that uses more fuel runs in longer ones. A slice of collection
/// follows each step, so 10,000 of them meet all of a script's loops in all phases of the collector. What happens once
/// in a long script, and only between two particular instructions, is for `.ci/long`, where any number of steps is
/// made.
const SLICES: [(u64, u64); 2] = [(7, 10_000), (64, 10_000)];

/// Scripts that hold more than this, most of it a deep stack, make a tenth of the steps: after each, the collector
/// looks at the whole stack once more.
const HELD_MAX: usize = 4 << 20;

/// Scripts that use more run without the machine's checks in the shorter of these steps: many recurse to the limit, and
/// a check looks at the whole stack.
const CHECKED_FUEL_MAX: u64 = 2_000_000;

/// The bytes of collection work at each pause.
const COLLECTION_SLICE: usize = 4096;

/// The fuel after which a script counts as endless.
const FUEL_MAX: u64 = 4_000_000_000;

/// A script and its expectations.
struct Script {
    file_name: String,
    source: Vec<u8>,
    output: Vec<u8>,
    error: Option<String>,
    /// Whether pauses or collections may change its output.
    is_gc_visible: bool,
}

impl Script {
    fn read(path: &Path) -> io::Result<Script> {
        let source = fs::read(path)?;
        let mut script = Script {
            file_name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            source,
            output: Vec::new(),
            error: None,
            is_gc_visible: false,
        };
        for line in script.source.split(|byte| *byte == b'\n') {
            if let Some(text) = after(line, b"-- expect error:") {
                script.error = Some(String::from_utf8_lossy(text).into_owned());
            } else if let Some(text) = after(line, b"-- expect:") {
                script.output.extend_from_slice(text);
                script.output.push(b'\n');
            } else if line.starts_with(b"-- gc-visible") {
                script.is_gc_visible = true;
            }
        }
        Ok(script)
    }

    /// The same script as a binary chunk, if it compiles.
    fn binary(&self) -> Option<Script> {
        let (source, name) = (fife::source_of_file(&self.source), self.chunk_name());
        let prototype = fife_compiler::compile(source, name.as_bytes(), &mut fife_compiler::Unmetered).ok()?;
        Some(Script {
            file_name: self.file_name.clone(),
            source: fife_bytecode::chunk::write(&prototype, false),
            output: Vec::new(),
            error: None,
            ..*self
        })
    }

    fn chunk_name(&self) -> String {
        format!("={}", self.file_name)
    }
}

/// Whether the head of a script says that it takes long.
fn is_heavy(source: &[u8]) -> bool {
    let mut head = source.split(|byte| *byte == b'\n').take_while(|line| line.starts_with(b"--"));
    head.any(|line| line.starts_with(b"-- heavy"))
}

/// The text after a mark in a line, without the space behind the mark.
fn after<'a>(line: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    let at = line.windows(mark.len()).position(|window| window == mark)?;
    let text = &line[at + mark.len()..];
    Some(text.strip_prefix(b" ").unwrap_or(text))
}

/// The result of a run.
struct Run {
    output: Vec<u8>,
    error: Option<String>,
    fuel: u64,
    /// The most bytes that the machine held.
    held: usize,
}

/// Runs a script in steps of `slice` units, with collection at each pause, or in the steps of the command.
fn run(script: &Script, slice: Option<u64>, is_checked: bool) -> Result<Run, Failed> {
    let output = Arc::new(Mutex::new(Vec::new()));
    let has_exited = Arc::new(AtomicBool::new(false));
    let collected = output.clone();
    let collect = move |bytes: &[u8]| collected.lock().expect("no panic while it was locked").extend_from_slice(bytes);
    let host = TestHost { system: SystemHost::new(), output: collect, has_exited: has_exited.clone() };
    let mut lua = Lua::builder().host(host).libraries(Libraries::ALL).build().unwrap();
    lua.set_poison(is_checked);
    let name = script.chunk_name();
    let mut fuel_used = 0u64;
    let error = match lua.load(fife::source_of_file(&script.source)).name(&name).start(()) {
        Err(error) => Some(error.to_string()),
        Ok(task) => loop {
            let given = slice.unwrap_or(fife::STEP_FUEL);
            let mut fuel = Fuel::with(given);
            let stepped = lua.step(&task, &mut fuel);
            fuel_used += given.saturating_add_signed(-fuel.remaining());
            match stepped {
                Stepped::Finished => break None,
                Stepped::Failed => break Some(error_text(&mut lua, &task)?),
                _ if has_exited.load(Ordering::Relaxed) => break None,
                _ if fuel_used > FUEL_MAX => return Err("does not end".into()),
                _ if slice.is_some() && lua.enter(|ctx| task.fetch(ctx).unwrap().mode()) == ExecutorMode::Ready => {
                    lua.collect_step(COLLECTION_SLICE);
                }
                _ => {}
            }
        },
    };
    let output = std::mem::take(&mut *output.lock().expect("no panic while it was locked"));
    Ok(Run { output, error, fuel: fuel_used, held: lua.memory().peak_held_bytes })
}

/// The command's text for the error that ended a task: for an object with `__tostring`, its result.
fn error_text(lua: &mut Lua, task: &Task) -> Result<String, Failed> {
    let error = task.error(lua).ok_or("failed without an error")?;
    if let Some(value @ Value::Table(table)) = error.value()
        && let Some(metatable) = table.metatable(lua)?
        && metatable.get::<Value>(lua, "__tostring")?.to_bool()
    {
        lua.set_fuel(Some(1_000_000));
        return Ok(lua.to_text(value)?.to_string());
    }
    Ok(error.to_string())
}

/// Fails at the first difference between two texts.
fn compare(what: &str, expected: &[u8], found: &[u8]) -> Result<(), Failed> {
    if expected == found {
        return Ok(());
    }
    let mut lines = (1, expected.split(|byte| *byte == b'\n'), found.split(|byte| *byte == b'\n'));
    loop {
        let (left, right) = (lines.1.next(), lines.2.next());
        if left != right {
            let show =
                |line: Option<&[u8]>| line.map_or("nothing".into(), |it| String::from_utf8_lossy(it).into_owned());
            return Err(
                format!("{what}, line {}:\n  expected: {}\n  found:    {}", lines.0, show(left), show(right)).into()
            );
        }
        lines.0 += 1;
    }
}

fn check(path: &Path) -> Result<(), Failed> {
    let script = Script::read(path)?;
    let plain = run(&script, None, false)?;
    if script.error.is_none()
        && let Some(error) = &plain.error
    {
        return Err(format!("error: {error}\nafter: {}", String::from_utf8_lossy(&plain.output)).into());
    }
    compare("output", &script.output, &plain.output)?;
    if let Some(expected) = &script.error {
        compare("error", expected.as_bytes(), plain.error.as_deref().unwrap_or("no error").as_bytes())?;
    }
    if let Some(binary) = script.binary()
        && !script.is_gc_visible
    {
        let again = run(&binary, None, false)?;
        compare("output as a binary chunk", &plain.output, &again.output)?;
        let error = |run: &Run| run.error.clone().unwrap_or_default().into_bytes();
        compare("error as a binary chunk", &error(&plain), &error(&again))?;
    }
    let is_full = std::env::var_os("SCRIPTS_FULL").is_some();
    let part = if plain.held > HELD_MAX { 10 } else { 1 };
    let [shorter, longer] =
        SLICES.map(|(slice, steps_max)| slice.max(plain.fuel / if is_full { u64::MAX } else { steps_max / part }));
    let mut slices = vec![(longer, true)];
    // A long script has all its steps in the first run.
    if shorter < longer {
        slices.push((shorter, plain.fuel <= CHECKED_FUEL_MAX));
    }
    if plain.fuel <= SINGLE_STEPS_MAX {
        slices.push((1, true));
    }
    for (slice, is_checked) in slices {
        let sliced = run(&script, Some(slice), is_checked)?;
        if !script.is_gc_visible {
            compare(&format!("output in steps of {slice}"), &plain.output, &sliced.output)?;
            let error = |run: &Run| run.error.clone().unwrap_or_default().into_bytes();
            compare(&format!("error in steps of {slice}"), &error(&plain), &error(&sliced))?;
        }
    }
    Ok(())
}

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/lua");
    let mut paths = files_below(&folder, "lua");
    // Long scripts go first: one that started last would keep the other cores waiting.
    paths.sort_by_cached_key(|path| !is_heavy(&fs::read(path).unwrap_or_default()));
    let trials = paths
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&folder).unwrap_or(&path).with_extension("");
            Trial::test(name.to_string_lossy().into_owned(), move || check(&path))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}
