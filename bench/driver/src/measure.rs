//! Runs one program and tells what it took.
//!
//! Only a parent learns what a process used, and as a sum over all its children. So this program runs once more as the
//! parent of each measured process, which is then its only child (as in GNU `time`).

use crate::Result;
use crate::implementations::Built;
use nix::sys::resource::{Resource, UsageWho, getrusage, setrlimit};
use nix::sys::time::TimeValLike;
use std::io::Read;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// The command by which this program is such a parent.
pub(crate) const COMMAND: &str = "as-parent";
/// A program that takes longer is ended and has failed.
const TIMEOUT: Duration = Duration::from_secs(120);
/// The address space that a program may have: one that takes ever more would have the system end something else.
const MEMORY: u64 = 8 << 30;
/// Between what the measured process writes to standard error and what the parent adds.
const MARK: &str = "\u{1}fife-bench\u{1}";

/// What one run took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    pub(crate) user: Duration,
    pub(crate) system: Duration,
    pub(crate) peak_kib: u64,
}

/// What one run came to.
pub(crate) struct Run {
    pub(crate) taken: Taken,
    /// What it wrote to its standard output.
    pub(crate) output: Vec<u8>,
}

/// Runs a program. An error says how it failed.
pub(crate) fn run(implementation: &Built, program: &std::path::Path, arguments: &[String]) -> Result<Run> {
    let mut command = Command::new(std::env::current_exe()?);
    // By its name alone, so that messages and tables do not have the folders of this machine.
    let (folder, name) =
        (program.parent().ok_or("a program is in a folder")?, program.file_name().ok_or("it has a name")?);
    command.arg(COMMAND).arg(&implementation.program).arg(name).args(arguments).current_dir(folder);
    command.envs(implementation.environment.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let mut stdout = child.stdout.take().expect("it is piped");
    let mut stderr = child.stderr.take().expect("it is piped");
    let readers =
        (std::thread::spawn(move || read_all(&mut stdout)), std::thread::spawn(move || read_all(&mut stderr)));
    child.wait()?;
    let (output, errors) = (readers.0.join().expect("it does not panic"), readers.1.join().expect("it does not panic"));
    let errors = String::from_utf8_lossy(&errors);
    let (errors, added) = errors.rsplit_once(MARK).ok_or("no measurement")?;
    let numbers: Vec<u64> = added.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [status, user, system, peak_kib] = numbers[..] else { return Err("no measurement".into()) };
    if status != 0 {
        let line = errors.lines().find(|line| !line.trim().is_empty()).unwrap_or("no message");
        return Err(line.to_owned().into());
    }
    let taken = Taken { user: Duration::from_micros(user), system: Duration::from_micros(system), peak_kib };
    Ok(Run { taken, output })
}

fn read_all(from: &mut impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What cannot be read counts as not written.
    let _ = from.read_to_end(&mut bytes);
    bytes
}

/// The parent of one measured process: runs it and writes what it took behind all else to standard error.
pub(crate) fn as_parent(words: &[String]) -> ExitCode {
    let Some((program, arguments)) = words.split_first() else { return ExitCode::FAILURE };
    if setrlimit(Resource::RLIMIT_AS, MEMORY, MEMORY).is_err() {
        return ExitCode::FAILURE;
    }
    let status = match Command::new(program).args(arguments).spawn() {
        Ok(mut child) => wait(&mut child),
        Err(error) => {
            eprintln!("{program}: {error}");
            1
        }
    };
    let Ok(usage) = getrusage(UsageWho::RUSAGE_CHILDREN) else { return ExitCode::FAILURE };
    let micros = |time: nix::sys::time::TimeVal| time.num_microseconds();
    eprintln!("{MARK}{status} {} {} {}", micros(usage.user_time()), micros(usage.system_time()), usage.max_rss());
    ExitCode::SUCCESS
}

/// The status of a process: 0 if it ended well and in time.
fn wait(child: &mut Child) -> i32 {
    let start = Instant::now();
    let mut pause = Duration::from_micros(500);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => {
                if !status.success() {
                    eprintln!("{status}");
                }
                return if status.success() { 0 } else { 1 };
            }
            Ok(None) if start.elapsed() < TIMEOUT => std::thread::sleep(pause),
            _ => {
                eprintln!("timeout");
                // It may have ended just now.
                let _ = child.kill();
                let _ = child.wait();
                return 1;
            }
        }
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}
