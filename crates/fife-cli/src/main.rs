//! The `fife` command: runs Lua programs, with limits where they are asked for.
//!
//! In reading order: [`options`] is the command line, [`session`] is a VM with what the command knows of it, [`run`] does
//! what the options ask, [`prompt`] talks to a person, [`stats`] counts and measures, [`list`] shows bytecode.

#![forbid(unsafe_code)]

mod list;
mod options;
mod prompt;
mod run;
mod session;
mod stats;

use std::process::ExitCode;

/// The exit status after a Lua error.
const STATUS_ERROR: i32 = 1;
/// The exit status for wrong usage.
const STATUS_USAGE: i32 = 2;
/// The exit status when a limit of the host stopped the script.
const STATUS_STOPPED: i32 = 3;

fn main() -> ExitCode {
    let status = match options::Options::parse(std::env::args_os()) {
        Ok(options::Request::Run(options)) => run::run(&options),
        Ok(options::Request::Help) => {
            print!("{}", options::HELP);
            0
        }
        Err(message) => {
            eprint!("fife: {message}\n{}", options::HELP);
            STATUS_USAGE
        }
    };
    // The system keeps these bits of a status.
    ExitCode::from((status & 0xFF) as u8)
}
