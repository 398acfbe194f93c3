//! What a unit of fuel buys: `prices [--check] [--worst N] [NAME]...`.
//!
//! Runs every function of the library and every instruction with the arguments of `prices.txt`, which were chosen to
//! make them slow. It prints the CPU seconds that a million units of each take, worst first, and how many times the
//! plain loop `for i = 1, n do end` that is. With `--check` it fails if anything takes more than [`TIMES_MAX`] times
//! the plain loop. It fails, too, if a function or an instruction has no entry.
//!
//! Each entry is an endless loop, in a VM of its own, in steps as a host gives them, collection included; nothing is
//! subtracted. It measures the functions that a script can reach from its globals, except those on the list
//! [`LEFT_OUT`]. The host's files are in memory, so that the system is not measured.

#![forbid(unsafe_code)]

use fife::{CommandEnd, Fuel, Function, Host, Libraries, Limits, Lua, OpenMode, Stepped, Stream};
use fife_bytecode::{Instruction, Prototype};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, SeekFrom};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The most that a million units of anything may take, in plain loops.
const TIMES_MAX: f64 = 50.0;

/// How long each entry is measured: at first, and again if it then seems to take more than `LOOK_AGAIN` plain loops.
const GLANCE: Duration = Duration::from_millis(4);
const MEASURE: Duration = Duration::from_millis(80);
const LOOK_AGAIN: f64 = TIMES_MAX / 2.0;

/// The fuel of each step: that of `Limits::untrusted`.
const STEP: u64 = 10_000;

/// Functions without a price, each with the reason.
const LEFT_OUT: &[(&str, &str)] = &[
    ("io.popen", "waits for a command of the host"),
    ("os.execute", "waits for a command of the host"),
    ("os.exit", "ends the program"),
];

const ENTRIES: &str = include_str!("prices.txt");

// ---- The host ----

/// Endless files in which every line is a numeral, and output that goes nowhere.
struct Memory;

struct File {
    at: usize,
}

/// The contents of files: short lines, a numeral that is slow to read, and a long line.
const LINES: &[u8] = b"2.470328229206232720882e-324\n1\n\n0x.1p-1074 -9223372036854775808 1e308 .5\n";

impl Stream for File {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            let rest = &LINES[self.at..];
            let count = rest.len().min(buffer.len() - filled);
            buffer[filled..filled + count].copy_from_slice(&rest[..count]);
            (filled, self.at) = (filled + count, (self.at + count) % LINES.len());
        }
        Ok(filled)
    }
    fn write(&mut self, _bytes: &[u8]) -> io::Result<()> {
        Ok(())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
    fn seek(&mut self, _to: SeekFrom) -> io::Result<u64> {
        Ok(0)
    }
    fn close(self: Box<Self>) -> io::Result<Option<CommandEnd>> {
        Ok(None)
    }
}

impl Host for Memory {
    fn write_output(&self, _bytes: &[u8]) -> io::Result<()> {
        Ok(())
    }
    fn write_error(&self, _bytes: &[u8]) -> io::Result<()> {
        Ok(())
    }
    fn read_input(&self, buffer: &mut [u8]) -> io::Result<usize> {
        File { at: 0 }.read(buffer)
    }
    fn now(&self) -> Option<(i64, u32)> {
        Some((1_700_000_000, 0))
    }
    fn cpu_time(&self) -> Option<f64> {
        Some(1.0)
    }
    fn environment(&self, _name: &[u8]) -> Option<Vec<u8>> {
        Some(b"value".to_vec())
    }
    /// Only files named `file` exist.
    fn open(&self, path: &[u8], _mode: OpenMode) -> io::Result<Box<dyn Stream>> {
        if path == b"file" { Ok(Box::new(File { at: 0 })) } else { Err(io::ErrorKind::NotFound.into()) }
    }
    fn remove(&self, _path: &[u8]) -> io::Result<()> {
        Ok(())
    }
    fn rename(&self, _from: &[u8], _to: &[u8]) -> io::Result<()> {
        Ok(())
    }
    fn temporary_name(&self) -> io::Result<Vec<u8>> {
        Ok(b"file".to_vec())
    }
}

// ---- Entries ----

struct Entry {
    /// The functions and instructions that it measures.
    subjects: Vec<String>,
    /// Runs before the loop.
    setup: String,
    /// The body of the loop.
    body: String,
    /// Whether it is one of the entries made for each function.
    is_of_all: bool,
}

/// The entries of `prices.txt`, and those made for each function from the lists of arguments there.
fn entries(functions: &BTreeSet<String>) -> Vec<Entry> {
    let mut entries = Vec::new();
    let (mut section, mut setup, mut prelude) = (String::new(), String::new(), String::new());
    for line in ENTRIES.lines().filter(|line| !line.is_empty() && !line.starts_with("--")) {
        if let Some(title) = line.strip_prefix("== ") {
            if section == "prelude" {
                prelude = std::mem::take(&mut setup);
            }
            (section, setup) = (title.to_owned(), prelude.clone());
        } else if let Some(arguments) = line.strip_prefix("* |").map(str::trim) {
            for name in functions.iter().filter(|name| LEFT_OUT.iter().all(|(left, _)| left != name)) {
                let setup = format!("{setup} local f = {}", expression(name));
                let body = if arguments.is_empty() { "pcall(f)".to_owned() } else { format!("pcall(f, {arguments})") };
                entries.push(Entry { subjects: vec![name.clone()], setup, body, is_of_all: true });
            }
        } else if let Some((subjects, body)) = line.split_once(" | ") {
            let subjects = subjects.split(", ").map(str::to_owned).collect();
            entries.push(Entry { subjects, setup: setup.clone(), body: body.to_owned(), is_of_all: false });
        } else {
            assert!(!section.is_empty(), "outside of a section: {line}");
            setup += line;
            setup += "\n";
        }
    }
    entries
}

/// Lua code for the function that the walk found under this name.
fn expression(name: &str) -> String {
    match name.split_once(':') {
        Some(("file", method)) if method.starts_with("__") => format!("getmetatable(io.stdout).{method}"),
        Some(("file", method)) => format!("io.stdout.{method}"),
        Some((_, event)) => format!("getmetatable('').{event}"),
        None => match name.strip_prefix("package.searchers.") {
            Some(number) => format!("package.searchers[{number}]"),
            None => name.to_owned(),
        },
    }
}

/// All functions that a script can reach: from the globals, and in the metatables of files and strings.
fn functions() -> BTreeSet<String> {
    let source = "
        local names, seen = {}, {}
        local function add(prefix, table)
          if seen[table] then return end
          seen[table] = true
          for name, value in next, table do
            if type(value) == 'function' then names[#names + 1] = prefix .. name end
          end
        end
        add('', _G)
        for name, library in next, _G do if type(library) == 'table' then add(name .. '.', library) end end
        add('package.searchers.', package.searchers)
        add('file:', getmetatable(io.stdout).__index)
        add('file:', getmetatable(io.stdout))
        add('string:', getmetatable(''))
        return table.concat(names, ' ')";
    let mut lua = Lua::builder().host(Memory).libraries(Libraries::ALL).build().unwrap();
    let names: String = lua.load(source).name("=names").call(()).expect("the chunk runs");
    names.split(' ').map(str::to_owned).collect()
}

/// Subjects without an entry, and entries that do not fit their subjects.
fn mistakes(functions: &BTreeSet<String>, entries: &[Entry]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut covered = BTreeSet::new();
    for entry in entries {
        let source = program(entry);
        let mut instructions = BTreeSet::new();
        match fife_compiler::compile(source.as_bytes(), b"=entry", &mut fife_compiler::Unmetered) {
            Ok(prototype) => note_instructions(&prototype, &mut instructions),
            Err(error) => wrong.push(format!("{}: {error}", entry.body)),
        }
        for subject in &entry.subjects {
            let is_used = if Instruction::NAMES.contains(&subject.as_str()) {
                instructions.contains(subject.as_str())
            } else if functions.contains(subject) {
                source.contains(subject.rsplit(['.', ':']).next().unwrap_or_default()) || subject.contains(":__")
            } else {
                false
            };
            if !is_used {
                wrong.push(format!("{}: there is no {subject} in it", entry.body));
            }
            // The entries made for each function were not chosen for this one.
            if !entry.is_of_all {
                covered.insert(subject.as_str());
            }
        }
    }
    for name in functions.iter().map(String::as_str).chain(Instruction::NAMES.iter().copied()) {
        let is_left_out = LEFT_OUT.iter().any(|(left, _)| *left == name);
        if covered.contains(name) == is_left_out {
            wrong.push(format!(
                "{name}: {}",
                if is_left_out { "is left out, and has an entry" } else { "has no entry" }
            ));
        }
    }
    for (name, _) in LEFT_OUT.iter().filter(|(name, _)| !functions.contains(*name)) {
        wrong.push(format!("{name}: is left out, and not there"));
    }
    wrong
}

fn note_instructions(prototype: &Prototype, found: &mut BTreeSet<&'static str>) {
    found.extend(prototype.code.iter().map(Instruction::name));
    for nested in &prototype.prototypes {
        note_instructions(nested, found);
    }
}

// ---- Measuring ----

/// Whether the running entry has finished its setup.
static IS_READY: AtomicBool = AtomicBool::new(false);

fn program(entry: &Entry) -> String {
    format!("{}\nready()\nwhile true do\n{}\nend", entry.setup, entry.body)
}

/// The CPU time of this thread, if the system reports it; else the time passed.
fn cpu_time() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    match told.and_then(|text| text.split(' ').next()?.parse().ok()) {
        Some(nanoseconds) => Duration::from_nanos(nanoseconds),
        None => START.get_or_init(Instant::now).elapsed(),
    }
}

/// CPU seconds for a million units of an entry, and its longest step.
fn measure(entry: &Entry, limits: Limits, duration: Duration) -> Result<(f64, Duration), String> {
    let mut lua = Lua::builder().host(Memory).limits(limits).libraries(Libraries::ALL).build().unwrap();
    let ready = Function::native(&lua, "ready", |call| {
        IS_READY.store(true, Ordering::Relaxed);
        call.interrupt();
        call.nothing()
    });
    lua.globals().set(&lua, "ready", ready.expect("there is memory")).expect("there is memory");
    IS_READY.store(false, Ordering::Relaxed);
    let task = lua.load(program(entry)).name("=entry").start(()).map_err(|error| error.to_string())?;
    let mut fuel = Fuel::with(0);
    let mut given: i64 = 0;
    let mut longest = Duration::ZERO;
    let mut start = None;
    loop {
        if start.is_none() && IS_READY.load(Ordering::Relaxed) {
            start = Some((Instant::now(), cpu_time()));
            (given, fuel) = (0, Fuel::with(0));
        }
        if let Some((start, cpu)) = start
            && start.elapsed() >= duration
        {
            let used = (given - fuel.remaining()).max(1) as f64;
            // The system may report CPU time in jumps of some milliseconds.
            let wall = start.elapsed();
            let time = if duration < MEASURE { wall } else { cpu_time() - cpu };
            return Ok((time.as_secs_f64() / used * 1e6, longest));
        }
        let before = fuel.remaining();
        fuel.refill(STEP, STEP);
        given += fuel.remaining() - before;
        let at = Instant::now();
        let stepped = lua.step(&task, &mut fuel);
        if start.is_some() {
            longest = longest.max(at.elapsed());
        }
        match stepped {
            Stepped::Finished => return Err("came to an end".to_owned()),
            Stepped::Failed => return Err(task.error(&lua).unwrap().to_string()),
            _ => {}
        }
    }
}

/// CPU seconds for a million units of the plain loop.
fn plain_loop(limits: Limits) -> f64 {
    let body = "for i = 1, 1000000 do end".to_owned();
    let entry = Entry { subjects: Vec::new(), setup: String::new(), body, is_of_all: false };
    measure(&entry, limits, MEASURE).expect("a loop runs").0
}

/// An entry's price, measured again if it seems high: only an entry that is too high three times counts as such. The
/// later times are compared with a plain loop measured beside them, since other load on the machine slows both down.
fn price(entry: &Entry, limits: Limits, plain: f64) -> Result<(f64, Duration), String> {
    let mut found = measure(entry, limits, GLANCE)?;
    let mut looks = 0;
    while looks < 3 && found.0 > plain * if looks == 0 { LOOK_AGAIN } else { TIMES_MAX } {
        let again = measure(entry, limits, if looks == 0 { MEASURE } else { 4 * MEASURE })?;
        let again = (again.0 * if looks == 0 { 1.0 } else { (plain / plain_loop(limits)).min(1.0) }, again.1);
        if looks == 0 || again.0 < found.0 {
            found = again;
        }
        looks += 1;
    }
    Ok(found)
}

fn main() -> ExitCode {
    let (mut is_check, mut worst, mut names) = (false, 40, Vec::new());
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--check" => is_check = true,
            "--worst" => worst = words.next().and_then(|word| word.parse().ok()).expect("--worst takes a number"),
            _ => names.push(word),
        }
    }
    let functions = functions();
    let mut entries = entries(&functions);
    let mut wrong = mistakes(&functions, &entries);
    wrong.dedup();
    for mistake in &wrong {
        eprintln!("{mistake}");
    }
    if !wrong.is_empty() {
        return ExitCode::FAILURE;
    }
    if !names.is_empty() {
        entries.retain(|entry| names.iter().any(|name| entry.subjects.contains(name)));
    }

    let mut trusted = Limits::default();
    trusted.memory = Some(512 << 20);
    let mut times: Vec<f64> = (0..5).map(|_| plain_loop(trusted)).collect();
    times.sort_by(f64::total_cmp);
    let plain = times[times.len() / 2];
    println!("{plain:9.4} s for a million units of the plain loop");

    // Several functions may share a line.
    let mut rows: BTreeMap<(String, &str), (f64, Duration)> = BTreeMap::new();
    let mut failed = 0;
    for (kind, limits) in [("default", trusted), ("untrusted", Limits::untrusted())] {
        // A page of functions with every list of arguments: once is enough.
        for entry in entries.iter().filter(|entry| !entry.is_of_all || kind == "untrusted") {
            match price(entry, limits, plain) {
                Ok(price) => {
                    let body =
                        entry.body.replacen("(f", &format!("({}", entry.subjects[0]), usize::from(entry.is_of_all));
                    rows.insert((format!("{}: {body}", entry.subjects.join(", ")), kind), price);
                }
                Err(error) => {
                    failed += 1;
                    eprintln!("{} ({kind}): {}: {error}", entry.subjects.join(", "), entry.body);
                }
            }
        }
    }
    let mut order: Vec<_> = rows.iter().collect();
    order.sort_by(|one, other| other.1.0.total_cmp(&one.1.0));
    println!("{:>9} {:>7} {:>9}  {:9}  entry", "s/million", "loops", "step us", "limits");
    let mut over = 0;
    for (index, ((name, kind), (time, longest))) in order.into_iter().enumerate() {
        let is_over = *time > plain * TIMES_MAX;
        over += usize::from(is_over);
        if index < worst || is_over {
            let times = time / plain;
            println!("{time:9.4} {times:7.1} {:9}  {kind:9}  {name}", longest.as_micros());
        }
    }
    println!("{} entries, {over} over {TIMES_MAX} plain loops, {failed} mistakes", rows.len());
    if failed > 0 || is_check && over > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
