//! The VM's account of memory against what is really taken: an allocator that counts, the heaps' mappings, and the resident size of
//! the process.
//!
//! A limit holds for what the VM counts, so whatever it forgets to count is out of any limit; and a test that asks the VM alone
//! cannot find that. Here hostile scripts (`tests/hostile`), all of `tests/lua`, the inputs of the fuzz targets that are text, and
//! programs at random run through the library under limits, in steps of all sizes. After each step this must hold:
//!
//! - what Rust's allocator and `fife::arena::system_bytes` have out, less what they had before the VM was made, is at most what the
//!   VM says it holds, the parts of a VM that no script makes larger, and [`WORKING`];
//! - the resident size, less what it was, is at most the limit and [`RESIDENT_OVER`];
//! - the most that was ever held is at most the limit and [`HELD_OVER`].
//!
//! In between, the allocator remembers the most that was out, which must be within the limit and all that is excused. When the
//! VM is gone, so is what it took. What scripts print is looked at in `tests/hostile` alone: see the README.md there.
//!
//! In the environment, `ACCOUNT_FUEL` is the most fuel of one script, `ACCOUNT_FULL=1` gives each all that it asks for and makes
//! more programs at random, `ACCOUNT_ONLY` is a part of the names of those to run, and `ACCOUNT_SHOW=1` shows the figures of each. Linux says how much is
//! resident; elsewhere it is not looked at.

#[path = "common/files.rs"]
mod files;
#[path = "common/host.rs"]
mod host;

use fife::gc::Value;
use fife::{Fuel, Host, Libraries, Limits, Lua, LuaString, Stepped, Task};
use fife_generator::{Choices, Style, generate};
use fife_system::SystemHost;
use files::files_below;
use host::TestHost;
use std::alloc::{GlobalAlloc, Layout, System};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use std::{env, fs};

/// What natives work with while they run, and nobody counts: SECURITY.md, "Memory is bounded".
const WORKING: usize = 100 << 10;

/// What small objects may take beyond the limit.
const HELD_OVER: usize = 256 << 10;

/// What may be resident beyond the limit: that and the above, the tables of the system, and what Rust's allocator keeps.
const RESIDENT_OVER: usize = 8 << 20;

/// What may be left when a VM is gone: what is made once in a process or a thread, at its first use.
const LEFT: usize = 16 << 10;

/// The most fuel of one script, if the environment does not say.
const FUEL: u64 = 200_000_000;

/// How many programs are made at random, and how many if all is run.
const PROGRAMS: u64 = 300;
const FULL_PROGRAMS: u64 = 10_000;

/// The limit of scripts that do not say what theirs is: that of `Limits::untrusted`, and of those that are marked as heavy.
const MEMORY: usize = 64 << 20;
const HEAVY_MEMORY: usize = 256 << 20;

/// The most fuel of a program at random.
const FUZZED_FUEL: u64 = 120_000;

/// The most fuel of one script if it may have all. Scripts that do not say how much they need end before this, or never.
const FULL_FUEL: u64 = 2 << 30;

/// The most fuel of a step.
const STEP_MAX: u64 = 10_000;

/// The most steps in a row that use no fuel: a collection takes some.
const IDLE_MAX: u32 = 1_000_000;

/// Rust's allocator with a count of what is out, and of the most there was together with what the heaps have.
struct Counting;

static ALLOCATED: AtomicUsize = AtomicUsize::new(0);
static TAKEN_MAX: AtomicUsize = AtomicUsize::new(0);

fn count(more: usize, less: usize) {
    let before = ALLOCATED.fetch_add(more.wrapping_sub(less), Relaxed);
    if more > less {
        let taken = before + (more - less) + system_bytes();
        if taken > TAKEN_MAX.load(Relaxed) {
            TAKEN_MAX.store(taken, Relaxed);
        }
    }
}

// SAFETY: the system's allocator does it all.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(layout) }
    }
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size, layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.realloc(at, layout, size) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(0, layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn system_bytes() -> usize {
    fife::arena::system_bytes()
}

/// Bytes that this process has taken.
fn taken() -> usize {
    let taken = ALLOCATED.load(Relaxed) + system_bytes();
    TAKEN_MAX.fetch_max(taken, Relaxed);
    taken
}

/// What the resident size is read from. It is kept open: it is read at each step.
struct Resident {
    #[cfg(target_os = "linux")]
    file: fs::File,
    #[cfg(target_os = "linux")]
    page: usize,
}

impl Resident {
    #[cfg(target_os = "linux")]
    fn open() -> Option<Resident> {
        // Pairs of words; what follows 6, AT_PAGESZ, is the size of a page.
        let vector = fs::read("/proc/self/auxv").ok()?;
        let words: Vec<usize> = vector
            .chunks_exact(size_of::<usize>())
            .map(|bytes| usize::from_ne_bytes(bytes.try_into().expect("a word")))
            .collect();
        let page = words.chunks_exact(2).find(|pair| pair[0] == 6)?[1];
        Some(Resident { file: fs::File::open("/proc/self/statm").ok()?, page })
    }

    #[cfg(not(target_os = "linux"))]
    fn open() -> Option<Resident> {
        None
    }

    /// Resident bytes, without those of files: the program's own code is none of a script's memory.
    #[cfg(target_os = "linux")]
    fn bytes(&self) -> usize {
        use std::os::unix::fs::FileExt;
        let mut text = [0; 128];
        let length = self.file.read_at(&mut text, 0).expect("the system says what is resident");
        let text = std::str::from_utf8(&text[..length]).expect("numbers");
        let mut pages = text.split(' ').skip(1).map(|it| it.parse::<usize>().expect("a number"));
        let (resident, shared) = (pages.next().expect("two numbers"), pages.next().expect("two numbers"));
        (resident - shared) * self.page
    }

    #[cfg(not(target_os = "linux"))]
    fn bytes(&self) -> usize {
        unreachable!("there is none")
    }
}

/// Has the C allocator give back what it kept of the scripts before, so that it is not there for the next one to use.
fn trim() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        unsafe extern "C" {
            fn malloc_trim(pad: usize) -> i32;
        }
        // SAFETY: it may be called at any time.
        unsafe { malloc_trim(0) };
    }
}

/// The last bytes of an output.
#[derive(Default)]
struct Tail {
    bytes: [u8; 16],
}

impl Tail {
    fn write(&mut self, bytes: &[u8]) {
        let bytes = &bytes[bytes.len().saturating_sub(self.bytes.len())..];
        self.bytes.rotate_left(bytes.len());
        let rest = self.bytes.len() - bytes.len();
        self.bytes[rest..].copy_from_slice(bytes);
    }

    /// Whether the last line says `ok`.
    fn is_ok(&self) -> bool {
        self.bytes.ends_with(b"\nok\n") || self.bytes.ends_with(b"\0ok\n")
    }
}

/// A script, and how it runs.
struct Case {
    name: String,
    source: Vec<u8>,
    memory: usize,
    fuel: u64,
    /// How it may end, from the first line of a hostile script.
    expect: Option<String>,
    /// All libraries, not those of a sandbox alone.
    is_full: bool,
    /// Loaded by Lua's `load`, and not by the host.
    is_loaded: bool,
    /// How many tasks run it, in turns.
    tasks: usize,
}

impl Case {
    fn new(name: String, source: Vec<u8>, memory: usize) -> Case {
        Case { name, source, memory, fuel: u64::MAX, expect: None, is_full: true, is_loaded: false, tasks: 1 }
    }

    /// As the first line says: `-- hostile: fuel=10M memory=32M expect=ok|fuel`.
    fn hostile(name: String, source: Vec<u8>) -> Case {
        let head = source.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let head = String::from_utf8(head.to_vec()).expect("the first line is text");
        let (_, settings) = head.split_once("-- hostile: ").unwrap_or_else(|| panic!("{name} says how it runs"));
        let (settings, expect) = settings.split_once("expect=").unwrap_or_else(|| panic!("{name} says how it ends"));
        let expect = Some(expect.trim().to_owned());
        let mut case = Case { expect, is_full: false, ..Case::new(name, source, 0) };
        for setting in settings.split_whitespace() {
            match setting.split_once('=') {
                Some(("fuel", value)) => case.fuel = size(value) as u64,
                Some(("memory", value)) => case.memory = size(value),
                Some(("tasks", value)) => case.tasks = size(value),
                Some(("libraries", "all")) => case.is_full = true,
                _ => panic!("{}: {setting}", case.name),
            }
        }
        case
    }

    fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        limits.memory = Some(self.memory);
        limits
    }

    fn make(&self, outside: impl Host + 'static) -> Lua {
        let libraries = if self.is_full { Libraries::ALL } else { Libraries::SANDBOX };
        Lua::builder().host(outside).limits(self.limits()).libraries(libraries).build().expect("it has no deadline")
    }
}

/// A number with K, M or G behind it.
fn size(text: &str) -> usize {
    let (digits, unit) = match text.split_at(text.len() - 1) {
        (digits, "K") => (digits, 10),
        (digits, "M") => (digits, 20),
        (digits, "G") => (digits, 30),
        _ => (text, 0),
    };
    digits.parse::<usize>().expect("a number") << unit
}

/// The most of something, and after how many steps that was.
#[derive(Clone, Copy, Default)]
struct Most {
    bytes: usize,
    step: u64,
}

impl Most {
    fn note(&mut self, bytes: usize, step: u64) {
        if bytes > self.bytes {
            *self = Most { bytes, step };
        }
    }
}

/// What was found after the steps of a script. It takes no memory while it is written.
#[derive(Clone, Copy, Default)]
struct Found {
    steps: u64,
    fuel: u64,
    /// What was taken beyond what was held then.
    not_held: Most,
    resident: Most,
    peak_held: usize,
    peak_taken: usize,
    /// What was still taken when the VM was gone.
    left: usize,
    /// Whether the script ended as its first line says.
    is_expected: bool,
}

/// How a script ended.
enum End {
    Finished,
    /// The start of the message.
    Failed(String),
    Fuel,
    /// The fuel that this test gives was used up, of more that the script may have.
    Cut,
}

/// The start of the message that a task failed with. Not all of it: that would be memory that the host takes.
fn failure(lua: &Lua, task: &Task) -> String {
    lua.enter(|ctx| match task.fetch(ctx).expect("its own task").error().map(|error| error.value()) {
        Some(Value::String(text)) => start_of(text.as_bytes()),
        other => format!("{other:?}"),
    })
}

fn start_of(message: &[u8]) -> String {
    String::from_utf8_lossy(&message[..message.len().min(200)]).into_owned()
}

/// Watches one VM.
struct Watch<'a> {
    before: usize,
    resident: Option<(&'a Resident, usize)>,
    found: Found,
}

impl Watch<'_> {
    fn start(resident: Option<&Resident>) -> Watch<'_> {
        trim();
        let before = taken();
        TAKEN_MAX.store(before, Relaxed);
        Watch {
            before,
            resident: resident.map(|it| (it, it.bytes())),
            found: Found { is_expected: true, ..Found::default() },
        }
    }

    fn look(&mut self, lua: &Lua) {
        let (taken, memory) = (taken().saturating_sub(self.before), lua.memory());
        let found = &mut self.found;
        found.not_held.note(taken.saturating_sub(memory.held_bytes), found.steps);
        found.peak_held = memory.peak_held_bytes;
        if let Some((resident, start)) = self.resident {
            found.resident.note(resident.bytes().saturating_sub(start), found.steps);
        }
    }

    fn finish(mut self) -> Found {
        self.found.left = taken().saturating_sub(self.before);
        self.found.peak_taken = TAKEN_MAX.load(Relaxed) - self.before;
        self.found
    }
}

/// A small generator (xorshift64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }

    /// The fuel of a step: of all magnitudes.
    fn step(&mut self) -> u64 {
        let bound = STEP_MAX >> (2 * (self.next() & 3));
        1 + self.next() % bound
    }
}

/// What [`Case::is_loaded`] runs a source with.
const LOADER: &[u8] = b"local f = load((...)) if f then return f() end";

/// Runs a script in a VM of its own.
fn run(case: &Case, fuel_max: u64, resident: Option<&Resident>) -> (Found, End) {
    let tail = Arc::new(Mutex::new(Tail::default()));
    let has_exited = Arc::new(AtomicBool::new(false));
    let written = tail.clone();
    let keep_tail = move |bytes: &[u8]| written.lock().expect("no panic while it was locked").write(bytes);
    let outside = TestHost { system: SystemHost::new(), output: keep_tail, has_exited: has_exited.clone() };
    let mut watch = Watch::start(resident);
    let mut lua = case.make(outside);
    watch.look(&lua);
    let end = play(case, fuel_max, &mut lua, &mut watch, &has_exited);
    lua.close(&mut Fuel::with(20_000));
    watch.look(&lua);
    lua.collect_all();
    watch.look(&lua);
    drop(lua);
    let is_ok = tail.lock().expect("no panic while it was locked").is_ok();
    let mut found = watch.finish();
    if let Some(expect) = &case.expect {
        found.is_expected = expect.split('|').any(|expect| match (expect, &end) {
            (_, End::Cut) | ("fuel", End::Fuel) => true,
            ("ok", End::Finished) => is_ok,
            (error, End::Failed(message)) => error.strip_prefix("error:").is_some_and(|it| message.contains(it)),
            _ => false,
        });
    }
    (found, end)
}

/// Runs a script as far as its fuel goes.
fn play(case: &Case, fuel_max: u64, lua: &mut Lua, watch: &mut Watch<'_>, has_exited: &AtomicBool) -> End {
    let mut tasks = Vec::with_capacity(case.tasks);
    for _ in 0..case.tasks {
        let task = if case.is_loaded {
            lua.load(LOADER).name("=load").start(LuaString::from(&*case.source))
        } else {
            lua.load(fife::source_of_file(&case.source)).name("=account").start(())
        };
        watch.look(lua);
        match task {
            Ok(task) => tasks.push(task),
            Err(error) => return End::Failed(start_of(error.message())),
        }
    }
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut left = fuel_max.min(case.fuel);
    let mut idle = 0;
    let mut failed = None;
    let mut which = 0;
    while left > 0 && !tasks.is_empty() {
        let given = random.step().min(left);
        let mut fuel = Fuel::with(given);
        let stepped = lua.step(&tasks[which], &mut fuel);
        watch.found.steps += 1;
        let used = given.saturating_add_signed(-fuel.remaining());
        watch.found.fuel += used;
        watch.look(lua);
        left = left.saturating_sub(used);
        idle = if used == 0 { idle + 1 } else { 0 };
        assert!(idle < IDLE_MAX, "{}: steps that use no fuel and do not end", case.name);
        let has_ended = match stepped {
            Stepped::Finished => true,
            Stepped::Failed => {
                failed = Some(failure(lua, &tasks[which]));
                true
            }
            _ => has_exited.swap(false, Relaxed),
        };
        if has_ended {
            tasks.swap_remove(which);
        } else if tasks.len() > 1 && stepped == Stepped::Ready {
            which += 1;
        }
        which = if which < tasks.len() { which } else { 0 };
    }
    match failed {
        _ if !tasks.is_empty() && fuel_max < case.fuel => End::Cut,
        _ if !tasks.is_empty() => End::Fuel,
        Some(message) => End::Failed(message),
        None => End::Finished,
    }
}

/// All scripts.
fn cases(programs: u64) -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let name = |path: &Path| path.strip_prefix(&root).unwrap_or(path).display().to_string();
    let read = |path: &Path| fs::read(path).expect("a readable file");
    let mut cases = Vec::new();
    for path in files_below(&root.join("tests/hostile"), "lua") {
        cases.push(Case::hostile(name(&path), read(&path)));
    }
    for path in files_below(&root.join("tests/lua"), "lua") {
        let source = read(&path);
        // Some of those need more than a sandbox has.
        let is_heavy = source.split(|byte| *byte == b'\n').any(|line| line.starts_with(b"-- heavy"));
        cases.push(Case::new(name(&path), source, if is_heavy { HEAVY_MEMORY } else { MEMORY }));
    }
    for folder in ["seeds", "regressions"] {
        for path in files(&root.join("fuzz").join(folder).join("compile")) {
            cases.push(Case { is_loaded: true, ..Case::new(name(&path), read(&path), MEMORY) });
        }
        for path in files(&root.join("fuzz").join(folder).join("run")) {
            cases.push(fuzzed(name(&path), &read(&path)));
        }
    }
    let mut random = Random(0x6a09_e667_f3bc_c909);
    for number in 1..=programs {
        let length = 200 + random.next() % 1000;
        let bytes: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
        cases.push(fuzzed(format!("program {number}"), &bytes));
    }
    cases
}

/// All files of a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable entry").path()).collect();
    paths.sort();
    paths
}

/// What the fuzz target `run` makes of these bytes, but for the sizes of the steps.
fn fuzzed(name: String, bytes: &[u8]) -> Case {
    let choices = Choices::from_bytes(bytes);
    let (kind, _) = (choices.byte(), choices.take(2));
    let memory = [8 << 20, 1 << 20, 2 << 20, 600 << 10][choices.below(4)];
    let source = match kind % 4 {
        0 => choices.rest().to_vec(),
        1 => generate(&choices, Style::Hostile).source,
        _ => generate(&choices, Style::Steady).source,
    };
    Case { fuel: FUZZED_FUEL, is_full: false, is_loaded: kind.is_multiple_of(2), ..Case::new(name, source, memory) }
}

/// What an empty VM takes that it does not count: the same for every script.
fn fixed_part(is_full: bool) -> usize {
    let case = Case { is_full, ..Case::new(String::new(), Vec::new(), MEMORY) };
    let (found, _) = run(&case, 0, None);
    found.not_held.bytes
}

/// What is wrong with what was found, a line each.
fn violations(case: &Case, found: &Found, end: &End, fixed: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let excused = fixed + WORKING;
    if found.not_held.bytes > excused {
        let Most { bytes, step } = found.not_held;
        lines.push(format!("{bytes} bytes taken beyond what is held, after step {step}; {excused} are excused"));
    }
    if found.peak_held > case.memory + HELD_OVER {
        lines.push(format!("{} bytes held at most, {} over the limit", found.peak_held, found.peak_held - case.memory));
    }
    if found.peak_taken > case.memory + HELD_OVER + excused {
        let over = found.peak_taken - case.memory;
        lines.push(format!("{} bytes taken at most, {over} over the limit", found.peak_taken));
    }
    if found.resident.bytes > case.memory + RESIDENT_OVER {
        let Most { bytes, step } = found.resident;
        lines.push(format!("{bytes} bytes resident after step {step}, {} over the limit", bytes - case.memory));
    }
    if found.left > LEFT {
        lines.push(format!("{} bytes left when the VM was gone", found.left));
    }
    if !found.is_expected {
        let expect = case.expect.as_deref().unwrap_or_default();
        lines.push(match end {
            End::Finished => format!("expected {expect}, but it ended"),
            End::Failed(message) => format!("expected {expect}, but it failed: {message}"),
            End::Fuel | End::Cut => format!("expected {expect}, but its fuel was used up"),
        });
    }
    lines
}

fn main() -> ExitCode {
    let is_set = |name| env::var(name).is_ok_and(|value| value == "1");
    let fuel_max = match env::var("ACCOUNT_FUEL") {
        _ if is_set("ACCOUNT_FULL") => FULL_FUEL,
        Ok(fuel) => fuel.parse().expect("ACCOUNT_FUEL is a number"),
        Err(_) => FUEL,
    };
    let only = env::var("ACCOUNT_ONLY").unwrap_or_default();
    let resident = Resident::open();
    if resident.is_none() {
        println!("account: RESIDENT SIZE NOT LOOKED AT");
    }
    // What is made once in a process is made by the first.
    fixed_part(true);
    let fixed = [fixed_part(false), fixed_part(true)];
    let (mut count, mut failed, mut steps, start) = (0, 0, 0, Instant::now());
    let programs = if is_set("ACCOUNT_FULL") { FULL_PROGRAMS } else { PROGRAMS };
    for case in cases(programs) {
        if !case.name.contains(&only) {
            continue;
        }
        let since = Instant::now();
        let (found, end) = run(&case, fuel_max, resident.as_ref());
        let wrong = violations(&case, &found, &end, fixed[usize::from(case.is_full)]);
        for line in &wrong {
            println!("FAIL {}: {line}", case.name);
        }
        if is_set("ACCOUNT_SHOW") {
            println!(
                "{}: {} KiB allowed, {} held, {} taken, {} not held, {} resident, {} left; {} units, {} steps, {:?}, {}",
                case.name,
                case.memory >> 10,
                found.peak_held >> 10,
                found.peak_taken >> 10,
                found.not_held.bytes >> 10,
                found.resident.bytes >> 10,
                found.left >> 10,
                found.fuel,
                found.steps,
                since.elapsed(),
                match &end {
                    End::Finished => "finished",
                    End::Failed(message) => message,
                    End::Fuel => "out of fuel",
                    End::Cut => "cut",
                }
            );
        }
        count += 1;
        failed += usize::from(!wrong.is_empty());
        steps += found.steps;
    }
    let seconds = start.elapsed().as_secs_f32();
    println!("account: {count} scripts, {steps} steps in {seconds:.1} s, fixed parts {fixed:?}; {failed} failed");
    if failed > 0 || count == 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
