//! Runs a script with the whole library in steps of a given number of units of fuel, with a slice of collection at each
//! pause: `slices FUEL [--memory BYTES] [--check] [-e STATEMENT]... [SCRIPT]`. With `--check` the VM checks itself.
//!
//! Scripts cannot tell the difference. This finds out what a host with small steps would. `tests/official.sh -s` uses
//! it.

#![forbid(unsafe_code)]

use fife::{ErrorKind, Fuel, Libraries, Limits, Lua, Stepped, Table};
use fife_system::{ExitRequest, SystemHost};
use std::io::Write;
use std::process::ExitCode;

/// Bytes of collection at a pause: from the minimum up by 1 KiB, this many values in turn, so that a script which
/// itself collects in steps does not always meet the same.
const COLLECTION_MIN: usize = 4 << 10;
const COLLECTION_SIZES: usize = 29;

fn main() -> ExitCode {
    let mut words = std::env::args().peekable();
    let command = words.next().unwrap_or_default();
    let Some(fuel) = words.next().and_then(|word| word.parse().ok()).filter(|fuel| *fuel > 0) else {
        eprintln!("usage: {command} FUEL [--memory BYTES] [--check] [-e STATEMENT]... [SCRIPT]");
        return ExitCode::from(2);
    };
    let mut limits = Limits::default();
    if words.next_if(|word| word == "--memory").is_some() {
        limits.memory = words.next().and_then(|word| word.parse().ok());
    }
    let host = SystemHost::new();
    let exit = host.exit_request();
    let mut lua = Lua::builder().host(host).limits(limits).libraries(Libraries::ALL).build().unwrap();
    if words.next_if(|word| word == "--check").is_some() {
        lua.set_poison(true);
        lua.set_quarantine(true);
    }
    while let Some(word) = words.next() {
        let status = if word == "-e" {
            run(&mut lua, &exit, fuel, words.next().unwrap_or_default().as_bytes(), "=(command line)")
        } else {
            match std::fs::read(&word) {
                Ok(source) => {
                    set_arg(&mut lua, &command, &word);
                    run(&mut lua, &exit, fuel, fife::source_of_file(&source), &format!("@{word}"))
                }
                Err(error) => Some(complain(format!("cannot read {word}: {error}").as_bytes())),
            }
        };
        if let Some(status) = status {
            return status;
        }
    }
    ExitCode::SUCCESS
}

/// Makes the global `arg`, without arguments.
fn set_arg(lua: &mut Lua, command: &str, script: &str) {
    let set = |lua: &Lua| -> fife::Result<()> {
        let arg = Table::new(lua)?;
        arg.set(lua, -1, command)?;
        arg.set(lua, 0, script)?;
        lua.globals().set(lua, "arg", arg)
    };
    set(lua).expect("there is memory at the start");
}

/// Runs a chunk; returns the status if it ends the program.
fn run(lua: &mut Lua, exit: &ExitRequest, fuel: u64, source: &[u8], name: &str) -> Option<ExitCode> {
    let task = match lua.load(source).name(name).start(()) {
        Ok(task) => task,
        Err(error) => return Some(complain(error.to_string().as_bytes())),
    };
    for pause in 0.. {
        let stepped = lua.step(&task, &mut Fuel::with(fuel));
        if let Some(status) = exit.status() {
            return Some(ExitCode::from(status as u8));
        }
        match stepped {
            Stepped::Finished => return None,
            Stepped::Failed => break,
            _ => drop(lua.collect_step(COLLECTION_MIN + ((pause * 11 % COLLECTION_SIZES) << 10))),
        }
    }
    // Output goes before messages. A failure here cannot be reported.
    let _ = lua.enter(|ctx| ctx.host().flush_output());
    let error = task.error(lua)?;
    let traceback = error.traceback().filter(|_| error.kind() != ErrorKind::Syntax);
    Some(complain(&[error.message(), b"\n", traceback.unwrap_or_default().as_bytes()].concat()))
}

fn complain(message: &[u8]) -> ExitCode {
    // A failure to write to standard error cannot be reported.
    let _ = std::io::stderr().write_all(&[b"slices: ", message, b"\n"].concat());
    ExitCode::FAILURE
}
