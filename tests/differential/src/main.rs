//! Runs random programs in Fife and in PUC-Rio Lua, and shows those that behave differently, made as small as possible.
//!
//! `README.md` says how to run it.

use fife_differential::known::known_difference;
use fife_differential::run::{Pauses, has_hooks, keep_panics, run_fife, run_puc};
use fife_differential::shrink;
use fife_generator::{Choices, Program, Style, generate};
use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const USAGE: &str =
    "usage: fife-differential [--programs N] [--seed N] [--differences N] [--no-shrink] [--file FILE] [--print SEED]";

/// The options of the command line.
struct Options {
    programs: u64,
    seed: u64,
    /// The number of differences after which to stop.
    differences: u64,
    shrinks: bool,
    file: Option<String>,
    print: Option<u64>,
    tally: Tally,
}

/// The results of the programs so far.
#[derive(Clone, Copy, Default)]
struct Tally {
    same: u64,
    nothing: u64,
    different: u64,
}

fn options() -> Option<Options> {
    let mut options = Options {
        programs: 100_000,
        seed: 1,
        differences: 1,
        shrinks: true,
        file: None,
        print: None,
        tally: Tally::default(),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|it| it.parse::<u64>().ok());
        match argument.as_str() {
            "--programs" => options.programs = number()?,
            "--seed" => options.seed = number()?,
            "--differences" => options.differences = number()?,
            "--no-shrink" => options.shrinks = false,
            "--file" => options.file = Some(arguments.next()?),
            "--print" => options.print = Some(number()?),
            // Passed by `watch` alone.
            "--tally" => options.tally = Tally { same: number()?, nothing: number()?, different: number()? },
            _ => return None,
        }
    }
    Some(options)
}

/// How the implementations differ on a program.
struct Difference {
    puc: Vec<u8>,
    fife: Vec<u8>,
    how: &'static str,
}

enum Verdict {
    Same,
    /// The program was stopped, or shows a known difference.
    Nothing(&'static str),
    Different(Difference),
}

/// Runs a program in PUC Lua, in Fife, and in Fife with pauses decided by the seed.
fn judge(program: &Program, seed: u64) -> Verdict {
    PROGRESS.runs.fetch_add(1, Ordering::Relaxed);
    let puc = run_puc(program);
    if puc.is_stopped {
        return Verdict::Nothing("stopped");
    }
    for (how, pauses) in [("", Pauses::Few), (" in slices", Pauses::Many(seed))] {
        PROGRESS.runs.fetch_add(1, Ordering::Relaxed);
        PROGRESS.is_in_fife.store(true, Ordering::Relaxed);
        let fife = run_fife(program, pauses);
        PROGRESS.is_in_fife.store(false, Ordering::Relaxed);
        if fife.output == puc.output && !fife.is_stopped {
            continue;
        }
        if let Some(reason) = known_difference(program, &puc, &fife) {
            return Verdict::Nothing(reason);
        }
        if !fife.is_stopped {
            return Verdict::Different(Difference { puc: puc.output, fife: fife.output, how });
        }
        if has_hooks(program) {
            // PUC Lua was not stopped, however long it took.
            return Verdict::Nothing("stopped");
        }
        if how.is_empty() {
            return Verdict::Different(Difference { puc: puc.output, fife: fife.output, how: " does not end" });
        }
    }
    Verdict::Same
}

/// Shows a difference.
fn report(program: &Program, difference: &Difference, what: &str) {
    let mut out = std::io::stdout().lock();
    let as_coroutine = if program.is_coroutine { ", as a coroutine" } else { "" };
    let _ = writeln!(out, "==== {what}{as_coroutine}: Fife{} differs", difference.how);
    let _ = out.write_all(&program.source);
    let _ = writeln!(out, "\n---- PUC Lua");
    let _ = out.write_all(&difference.puc);
    let _ = writeln!(out, "---- Fife");
    let _ = out.write_all(&difference.fife);
    let _ = writeln!(out);
    let _ = out.flush();
}

/// Shows a program's difference, after shrinking it if requested.
fn show(program: Program, difference: Difference, seed: u64, options: &Options, what: &str) {
    let (mut program, mut difference) = (program, difference);
    if options.shrinks {
        let is_coroutine = program.is_coroutine;
        let how = difference.how;
        let differs = |source: &[u8]| {
            let smaller = Program { source: source.to_vec(), is_coroutine };
            matches!(judge(&smaller, seed), Verdict::Different(difference) if difference.how == how)
        };
        program.source = shrink::shrink(&program.source, differs);
        if let Verdict::Different(smaller) = judge(&program, seed) {
            difference = smaller;
        }
    }
    report(&program, &difference, what);
}

/// The current state, for `watch`.
struct Progress {
    /// The number of runs so far.
    runs: AtomicU64,
    seed: AtomicU64,
    is_in_fife: AtomicBool,
    is_shrinking: AtomicBool,
    tally: Mutex<Tally>,
}

static PROGRESS: Progress = Progress {
    runs: AtomicU64::new(0),
    seed: AtomicU64::new(0),
    is_in_fife: AtomicBool::new(false),
    is_shrinking: AtomicBool::new(false),
    tally: Mutex::new(Tally { same: 0, nothing: 0, different: 0 }),
};

/// Handles runs that do not end because PUC Lua does some work in one piece. There is no other way out of that, so the
/// process replaces itself by a new one, which continues with the next program. If it is Fife that does not return,
/// that is a difference.
fn watch(end: u64, differences: u64, shrinks: bool) {
    std::thread::spawn(move || {
        let mut last = (0, Instant::now());
        loop {
            std::thread::sleep(Duration::from_millis(500));
            let runs = PROGRESS.runs.load(Ordering::Relaxed);
            if runs != last.0 {
                last = (runs, Instant::now());
            }
            let is_in_fife = PROGRESS.is_in_fife.load(Ordering::Relaxed);
            if last.1.elapsed() < Duration::from_secs(if is_in_fife { 20 } else { 3 }) {
                continue;
            }
            let seed = PROGRESS.seed.load(Ordering::Relaxed);
            let mut tally = *PROGRESS.tally.lock().expect("no panic while it was locked");
            if is_in_fife {
                println!("==== program {seed}: Fife does not come back");
                std::process::exit(1);
            }
            let mut command = Command::new(std::env::current_exe().expect("the program has a path"));
            if PROGRESS.is_shrinking.load(Ordering::Relaxed) {
                println!(
                    "==== program {seed}: differs, but something smaller does not end; see --seed {seed} --no-shrink"
                );
                tally.different += 1;
            } else {
                tally.nothing += 1;
                println!("1 not comparable: PUC Lua does not come back");
            }
            print_reasons();
            let numbers = [tally.same, tally.nothing, tally.different].map(|number| number.to_string());
            command.arg("--tally").args(numbers);
            command.args(["--seed", &(seed + 1).to_string(), "--programs", &(end - seed - 1).to_string()]);
            command.args(["--differences", &differences.to_string()]);
            if !shrinks {
                command.arg("--no-shrink");
            }
            let error = command.exec();
            println!("can not go on after program {seed}: {error}");
            std::process::exit(1);
        }
    });
}

/// The program made from a seed.
fn program(seed: u64) -> Program {
    generate(&Choices::from_seed(seed), Style::Comparable)
}

/// Why programs were not compared, and how many; in this process, if `watch` started a new one.
static REASONS: Mutex<BTreeMap<&str, u64>> = Mutex::new(BTreeMap::new());

fn print_reasons() {
    for (why, count) in REASONS.lock().expect("no panic while it was locked").iter() {
        println!("{count} not comparable: {why}");
    }
}

fn main() -> ExitCode {
    let Some(options) = options() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    if let Some(seed) = options.print {
        let _ = std::io::stdout().write_all(&program(seed).source);
        return ExitCode::SUCCESS;
    }
    // SAFETY: no other thread is running yet. Times are UTC, as with Fife's host here.
    unsafe { std::env::set_var("TZ", "UTC") };
    keep_panics();
    if let Some(file) = &options.file {
        let Ok(source) = std::fs::read(file) else {
            eprintln!("can not read {file}");
            return ExitCode::from(2);
        };
        let program = Program { source, is_coroutine: false };
        match judge(&program, options.seed) {
            Verdict::Same => println!("same"),
            Verdict::Nothing(why) => println!("not compared: {why}"),
            Verdict::Different(difference) => {
                show(program, difference, options.seed, &options, file);
                return ExitCode::FAILURE;
            }
        }
        return ExitCode::SUCCESS;
    }
    let end = options.seed.saturating_add(options.programs);
    watch(end, options.differences, options.shrinks);
    let start = Instant::now();
    let mut tally = options.tally;
    for seed in options.seed..end {
        if tally.different >= options.differences {
            break;
        }
        PROGRESS.seed.store(seed, Ordering::Relaxed);
        let program = program(seed);
        match judge(&program, seed) {
            Verdict::Same => tally.same += 1,
            Verdict::Nothing(why) => {
                tally.nothing += 1;
                *REASONS.lock().expect("no panic while it was locked").entry(why).or_default() += 1;
            }
            Verdict::Different(difference) => {
                PROGRESS.is_shrinking.store(true, Ordering::Relaxed);
                show(program, difference, seed, &options, &format!("program {seed}"));
                PROGRESS.is_shrinking.store(false, Ordering::Relaxed);
                tally.different += 1;
            }
        }
        *PROGRESS.tally.lock().expect("no panic while it was locked") = tally;
    }
    print_reasons();
    let Tally { same, nothing, different } = tally;
    println!("{same} the same, {nothing} not comparable, {different} different, {:.0?}", start.elapsed());
    if different > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
