//! Runs a program of the pages: `pages NUMBER`. Without a number it prints, for each program, where it is and its
//! output as the page shows it.

#![forbid(unsafe_code)]

use std::process::{ExitCode, Termination};

include!(concat!(env!("OUT_DIR"), "/programs.rs"));

type Program = fn() -> ExitCode;

fn report(end: impl Termination) -> ExitCode {
    end.report()
}

fn main() -> ExitCode {
    match std::env::args().nth(1).map(|word| word.parse::<usize>()) {
        Some(Ok(number)) if number < PROGRAMS.len() => (PROGRAMS[number].2)(),
        Some(_) => ExitCode::from(2),
        None => {
            for (place, output, _) in &PROGRAMS {
                println!("{place}\t{}", output.escape_default());
            }
            ExitCode::SUCCESS
        }
    }
}
