//! Random programs that are dense in interactions, played as by the fuzz target `interaction`: see
//! `fuzz/src/interaction`.
//!
//! By default it plays the same few hundred programs. Environment variables: `INTERACTIONS_SECONDS` plays more of them,
//! for that long; `INTERACTIONS_SEED` is the number of the first; `INTERACTIONS_SHOW=1` shows each; and
//! `INTERACTIONS_INPUT` names a single file to play: an input of the fuzz target, or one that this test left. They run
//! in another process, which may crash; then this one reports the program. `INTERACTIONS_SHRINK=1` looks for a smaller
//! one that fails, too, for up to that many seconds.

#![allow(unreachable_pub)]

#[path = "../../../fuzz/src/interaction/mod.rs"]
mod interaction;

use interaction::{NOT_LUA, Outcome, Play, Writer};
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

/// The number of programs if `INTERACTIONS_SECONDS` is not set.
const PROGRAMS: u64 = 300;
/// The most time for one program, with sanitizers, on a busy machine.
const PROGRAM_MAX: Duration = Duration::from_secs(60);

/// Names the folder through which this process and the playing one communicate.
const FOLDER: &str = "INTERACTIONS_FOLDER";

/// In the folder: the bytes of the current input, and its programs if they are not those that the bytes produce.
const INPUT: &str = "input";
const SOURCE: &str = "source.lua";

fn main() -> ExitCode {
    if let Some(folder) = env::var_os(FOLDER) {
        play_all(Path::new(&folder));
        return ExitCode::SUCCESS;
    }
    let trial = Trial::test("programs_leave_the_machine_whole", programs_leave_the_machine_whole);
    libtest_mimic::run(&Arguments::from_args(), vec![trial]).exit_code()
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

/// The input with this number.
fn input(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x6a09_e667_f3bc_c909;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 24
    };
    let length = 60 + next() % 1200;
    (0..length).map(|_| next() as u8).collect()
}

/// The part of the other process.
fn play_all(folder: &Path) {
    let writer = Writer::new();
    let alone = fs::read(folder.join(INPUT)).ok();
    let is_alone = alone.is_some();
    let (seconds, first) = (number("INTERACTIONS_SECONDS"), number("INTERACTIONS_SEED").unwrap_or(1));
    let start = Instant::now();
    let mut total = Outcome::default();
    let mut seed = first;
    loop {
        let bytes = alone.clone().unwrap_or_else(|| input(seed));
        if !is_alone {
            fs::write(folder.join(INPUT), &bytes).expect("the folder is there");
            fs::write(folder.join("seed"), seed.to_string()).expect("the folder is there");
        }
        let mut play = Play::decide(&writer, &bytes);
        if let Ok(source) = fs::read_to_string(folder.join(SOURCE)) {
            *play.programs_mut() = source.split(SEPARATOR).map(str::to_owned).collect();
        }
        if number("INTERACTIONS_SHOW").is_some() {
            println!("{play}");
        }
        let outcome = play.run();
        total.finished += outcome.finished;
        total.failed += outcome.failed;
        total.dropped += outcome.dropped;
        total.steps += outcome.steps;
        total.collections += outcome.collections;
        seed += 1;
        let is_over = match seconds {
            Some(seconds) => start.elapsed().as_secs() >= seconds,
            None => seed == first + PROGRAMS,
        };
        if is_over || is_alone {
            break;
        }
    }
    println!("{} programs in {:?}: {total:?}", seed - first, start.elapsed());
}

/// Separates the programs in a file [`SOURCE`].
const SEPARATOR: &str = "-- ----\n";

/// Starts the other process. Its output goes to a file in the folder.
fn start(folder: &Path) -> Child {
    let said = fs::File::create(folder.join("said")).expect("the folder is there");
    let mut command = Command::new(env::current_exe().expect("a test has a file"));
    command.env(FOLDER, folder).stdin(Stdio::null());
    command.stdout(said.try_clone().expect("files can be shared")).stderr(said);
    command.spawn().expect("the test can be run once more")
}

/// Waits for its end; false if it fails, or if one program takes too long.
fn wait(mut child: Child, folder: &Path) -> bool {
    let mut since = (Vec::new(), Instant::now());
    loop {
        if let Some(status) = child.try_wait().expect("it is our process") {
            return status.success();
        }
        let seed = fs::read(folder.join("seed")).unwrap_or_default();
        if seed != since.0 {
            since = (seed, Instant::now());
        } else if since.1.elapsed() > PROGRAM_MAX {
            let _ = child.kill();
            let _ = child.wait();
            return false;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn programs_leave_the_machine_whole() -> Result<(), Failed> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("interactions-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    if let Some(path) = env::var_os("INTERACTIONS_INPUT") {
        fs::copy(path, folder.join(INPUT))?;
    }
    let passed = wait(start(&folder), &folder);
    let said = fs::read(folder.join("said")).unwrap_or_default();
    println!("{}", String::from_utf8_lossy(&said));
    if passed {
        fs::remove_dir_all(&folder)?;
        return Ok(());
    }
    let seed = fs::read_to_string(folder.join("seed")).unwrap_or_default();
    let bytes = fs::read(folder.join(INPUT))?;
    let mut play = Play::decide(&Writer::new(), &bytes);
    if number("INTERACTIONS_SHRINK").is_some() {
        shrink(&mut play, &folder)?;
    }
    Err(format!("program {seed} fails; its input is {}\n{play}", folder.join(INPUT).display()).into())
}

/// Removes lines from the programs as long as they still fail.
fn shrink(play: &mut Play, folder: &Path) -> Result<(), Failed> {
    let start_of_all = Instant::now();
    let fails = |programs: &[Vec<String>]| -> Result<bool, Failed> {
        let sources: Vec<String> = programs.iter().map(|lines| lines.concat()).collect();
        fs::write(folder.join(SOURCE), sources.join(SEPARATOR))?;
        let fails = !wait(start(folder), folder);
        let said = fs::read(folder.join("said"))?;
        Ok(fails && !String::from_utf8_lossy(&said).contains(NOT_LUA))
    };
    let lines = |program: &String| program.split_inclusive('\n').map(str::to_owned).collect();
    let mut programs: Vec<Vec<String>> = play.programs_mut().iter().map(lines).collect();
    for which in 0..programs.len() {
        let mut size = programs[which].len();
        while size > 0 {
            let mut at = 0;
            while at < programs[which].len()
                && start_of_all.elapsed().as_secs() < number("INTERACTIONS_SHRINK").unwrap_or(0)
            {
                let mut fewer = programs.clone();
                let end = fewer[which].len().min(at + size);
                fewer[which].drain(at..end);
                if fails(&fewer)? {
                    programs = fewer;
                } else {
                    at += size;
                }
            }
            size /= 2;
        }
    }
    *play.programs_mut() = programs.iter().map(|lines| lines.concat()).collect();
    Ok(())
}
