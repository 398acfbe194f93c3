//! The `fife` command: runs Lua programs as `lua` does, with limits where they are asked for.
//!
//! In reading order: [`options`] is the command line, [`session`] is a VM with what the command knows of it, [`run`] does
//! what the options ask, [`report`] says what is said of errors, [`errors`] shows them, [`check`] looks for them alone, [`prompt`] talks to a person, whose lines [`input`] reads,
//! [`interrupt`] is Ctrl-C, [`stats`] counts and measures, [`list`] shows bytecode, [`definitions`] are for editors.

#![forbid(unsafe_code)]

mod check;
mod definitions;
mod errors;
mod input;
mod interrupt;
mod list;
mod options;
mod prompt;
mod report;
mod run;
mod session;
mod stats;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

/// The exit status after a Lua error, and for wrong usage.
const STATUS_ERROR: i32 = 1;
/// The exit status when a limit of the host stopped the script.
const STATUS_STOPPED: i32 = 3;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let program = options::program_name(&words);
    let usage = |before: &[u8]| [before, b"usage: ", &program, options::HELP.as_bytes()].concat();
    let status = match options::Options::parse(&words) {
        Ok(options::Request::Run(options)) => run::run(&options, &program),
        Ok(options::Request::Help) => match io::stdout().write_all(&usage(b"")) {
            Ok(()) => 0,
            Err(_) => STATUS_ERROR,
        },
        Ok(options::Request::Definitions(text)) => match io::stdout().write_all(text.as_bytes()) {
            Ok(()) => 0,
            Err(_) => STATUS_ERROR,
        },
        Err(message) => {
            // There is nowhere to complain about standard error.
            let _ = io::stderr().write_all(&usage(&[&program, &b": "[..], &message, b"\n"].concat()));
            STATUS_ERROR
        }
    };
    // The system keeps these bits of a status.
    ExitCode::from((status & 0xFF) as u8)
}
