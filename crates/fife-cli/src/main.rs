//! The `fife` command: runs Lua programs as `lua` does, with limits on request.
//!
//! In reading order: [`options`] is the command line, [`session`] a VM with the command's state, [`run`] does what the
//! options ask, [`report`] words errors, [`errors`] shows them, [`check`] only looks for them, [`prompt`] talks to a
//! person, [`screen`] is the terminal as scripts see it, [`interrupt`] is Ctrl-C, [`stats`] counts and measures,
//! [`list`] shows bytecode, [`nearest`] finds what was meant, [`definitions`] are for editors.

#![forbid(unsafe_code)]

mod check;
mod definitions;
mod errors;
mod interrupt;
mod list;
mod nearest;
mod options;
mod prompt;
mod report;
mod run;
mod screen;
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
    let say = |text: &[u8]| match io::stdout().write_all(text) {
        Ok(()) => 0,
        Err(_) => STATUS_ERROR,
    };
    let status = match options::Options::parse(&words) {
        Ok(options::Request::Run(options)) => run::run(&options, &program),
        Ok(options::Request::Help) => {
            let usage = [options::USAGE, options::EXAMPLES].concat();
            say(&[b"usage: ", &options::short_name(&program)[..], usage.as_bytes()].concat())
        }
        Ok(options::Request::Version) => say(run::VERSION_WITH_COMMIT.as_bytes()),
        Ok(options::Request::Definitions(text)) => say(text.as_bytes()),
        Err(wrong) if wrong.errors().tell_usage(&wrong.message, wrong.meant) => STATUS_ERROR,
        Err(wrong) => {
            let meant = wrong.meant.map_or(String::new(), |meant| format!("did you mean '{meant}'?\n"));
            let parts: [&[u8]; 7] =
                [&program, b": ", &wrong.message, b"\nusage: ", &program, options::USAGE.as_bytes(), meant.as_bytes()];
            // A failure of standard error cannot be reported.
            let _ = io::stderr().write_all(&parts.concat());
            STATUS_ERROR
        }
    };
    // The system keeps these bits of a status.
    ExitCode::from((status & 0xFF) as u8)
}
