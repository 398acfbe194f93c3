//! Checks the VM's account of memory against the memory really taken: a counting allocator, the heaps' mappings, and
//! the resident size of the process.
//!
//! A limit applies to what the VM counts, so whatever it forgets to count escapes every limit, and a test that asks
//! only the VM cannot find that. Here hostile scripts (`tests/hostile`), all of `tests/lua`, the fuzz targets' inputs
//! that are text, and random programs run through the library under limits, in steps of all sizes. After each step this
//! must hold:
//!
//! - the bytes out from Rust's allocator and by `fife::arena::system_bytes`, minus those before the VM was made, are at
//!   most what the VM says it holds, the parts of a VM that scripts cannot enlarge, and [`WORKING`];
//! - the resident size, minus that at the start, is at most the limit and [`RESIDENT_OVER`];
//! - the most bytes ever held are at most the limit and [`HELD_OVER`].
//!
//! In between, the allocator records the most bytes out, which must be within the limit and all these allowances. When
//! the VM is dropped, its memory must be gone. Output is checked for `tests/hostile` alone: see the README.md there.
//!
//! Environment variables: `ACCOUNT_FUEL` is the most fuel of one script, `ACCOUNT_FULL=1` gives each script all it asks
//! for and makes more random programs, `ACCOUNT_ONLY` selects scripts by a part of their name, and `ACCOUNT_SHOW=1`
//! shows the figures of each. The resident size is known on Linux only, and not checked elsewhere.

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

/// Uncounted memory with which natives work while they run: SECURITY.md, "Memory is bounded".
const WORKING: usize = 100 << 10;

/// The most by which small objects may exceed the limit.
const HELD_OVER: usize = 256 << 10;

/// The most by which resident memory may exceed the limit: the two above, the tables of the system, and what Rust's
/// allocator keeps.
const RESIDENT_OVER: usize = 8 << 20;

/// The most that may be left after a VM is dropped: memory for things made once in a process or a thread, at first use.
const LEFT: usize = 16 << 10;

/// The most fuel of one script, unless the environment says otherwise. What shows only after more than this is for the
/// full run.
const FUEL: u64 = 50_000_000;

/// The number of random programs, and the number in a full run.
const PROGRAMS: u64 = 300;
const FULL_PROGRAMS: u64 = 10_000;

/// The limit of scripts that do not set theirs: that of `Limits::untrusted`, and that of scripts marked as heavy.
const MEMORY: usize = 64 << 20;
const HEAVY_MEMORY: usize = 256 << 20;

/// The most fuel of a random program.
const FUZZED_FUEL: u64 = 120_000;

/// The most fuel of one script in a full run. Scripts that do not say how much they need end before this, or never.
const FULL_FUEL: u64 = 2 << 30;

/// The most fuel of a step.
const STEP_MAX: u64 = 10_000;

/// The most steps in a row that use no fuel: a collection takes some.
const IDLE_MAX: u32 = 1_000_000;

/// Rust's allocator with a count of the bytes out, and of their maximum together with the heaps'.
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

// SAFETY: the system's allocator does all the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller promises it.
        unsafe { System.alloc(layout) }
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller promises it.
        unsafe { System.alloc_zeroed(layout) }
    }
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size, layout.size());
        // SAFETY: the caller promises it.
        unsafe { System.realloc(at, layout, size) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(0, layout.size());
        // SAFETY: the caller promises it.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn system_bytes() -> usize {
    fife::arena::system_bytes()
}

/// The bytes that this process has taken.
fn taken() -> usize {
    let taken = ALLOCATED.load(Relaxed) + system_bytes();
    TAKEN_MAX.fetch_max(taken, Relaxed);
    taken
}

/// The file with the resident size, kept open because it is read at each step.
struct Resident {
    #[cfg(target_os = "linux")]
    file: fs::File,
    #[cfg(target_os = "linux")]
    page: usize,
}

impl Resident {
    #[cfg(target_os = "linux")]
    fn open() -> Option<Resident> {
        // Pairs of words. Key 6, AT_PAGESZ, has the size of a page.
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

    /// Resident bytes without those of files: the program's own code is not a script's memory.
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

/// Makes the C allocator give back what it kept from earlier scripts, so that the next one cannot use it.
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

    /// Whether the last line is `ok`.
    fn is_ok(&self) -> bool {
        self.bytes.ends_with(b"\nok\n") || self.bytes.ends_with(b"\0ok\n")
    }
}

/// A script, and how to run it.
struct Case {
    name: String,
    source: Vec<u8>,
    memory: usize,
    fuel: u64,
    /// The permitted ends, from the first line of a hostile script.
    expect: Option<String>,
    /// All libraries, not just a sandbox's.
    is_full: bool,
    /// Loaded by Lua's `load`, not by the host.
    is_loaded: bool,
    /// How many tasks run it, in turns.
    tasks: usize,
}

impl Case {
    fn new(name: String, source: Vec<u8>, memory: usize) -> Case {
        Case { name, source, memory, fuel: u64::MAX, expect: None, is_full: true, is_loaded: false, tasks: 1 }
    }

    /// As in the first line: `-- hostile: fuel=10M memory=32M expect=ok|fuel`.
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

/// A number with the suffix K, M or G.
fn size(text: &str) -> usize {
    let (digits, unit) = match text.split_at(text.len() - 1) {
        (digits, "K") => (digits, 10),
        (digits, "M") => (digits, 20),
        (digits, "G") => (digits, 30),
        _ => (text, 0),
    };
    digits.parse::<usize>().expect("a number") << unit
}

/// The maximum of a figure, and after how many steps it was reached.
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

/// The findings after the steps of a script. Writing them takes no memory.
#[derive(Clone, Copy, Default)]
struct Found {
    steps: u64,
    fuel: u64,
    /// How much more was taken than held at that moment.
    not_held: Most,
    resident: Most,
    peak_held: usize,
    peak_taken: usize,
    /// What was still taken after the VM was gone.
    left: usize,
    /// Whether the script ended as its first line permits.
    is_expected: bool,
}

/// How a script ended.
enum End {
    Finished,
    /// The start of the message.
    Failed(String),
    Fuel,
    /// It used up this test's fuel, although the script may have more.
    Cut,
}

/// The start of the message with which a task failed. Not all of it, since that would be the host's memory.
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

    /// The fuel of a step, of any magnitude.
    fn step(&mut self) -> u64 {
        let bound = STEP_MAX >> (2 * (self.next() & 3));
        1 + self.next() % bound
    }
}

/// The chunk that runs a source for [`Case::is_loaded`].
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

/// Runs a script until its fuel is used up.
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

/// All files in a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable entry").path()).collect();
    paths.sort();
    paths
}

/// The program that the fuzz target `run` makes from these bytes, apart from the sizes of the steps.
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

/// The uncounted memory of an empty VM, which is the same for every script.
fn fixed_part(is_full: bool) -> usize {
    let case = Case { is_full, ..Case::new(String::new(), Vec::new(), MEMORY) };
    let (found, _) = run(&case, 0, None);
    found.not_held.bytes
}

/// The violations among these findings, a line each.
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
    // The first VM makes everything that a process makes only once.
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
