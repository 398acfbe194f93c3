//! Compares Fife with other Lua implementations, and with itself.
//!
//! In reading order: [`options`] is the command line, [`implementations`] builds what is compared, [`programs`] finds
//! the programs, [`measure`] runs one of them and returns its measurements, [`measurements`] keeps all of these,
//! [`compare`] runs every program everywhere, [`report`] and [`chart`] show the results, [`instructions`] counts
//! instructions against budgets, [`scaling`] measures how cost grows.

mod chart;
mod compare;
mod implementations;
mod instructions;
mod measure;
mod measurements;
mod options;
mod programs;
mod report;
mod scaling;

use std::process::ExitCode;

/// What goes wrong here is told to a person, and ends the run.
type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.split_first() {
        Some((command, rest)) => match command.as_str() {
            "run" => options::Options::parse(rest).and_then(|options| compare::run(&options)),
            "report" => options::Options::parse(rest).and_then(|options| compare::report(&options)),
            "agree" => options::Options::parse(rest).and_then(|options| compare::agree(&options)),
            "instructions" => options::Options::parse(rest).and_then(|options| instructions::run(&options)),
            "scaling" => options::Options::parse(rest).and_then(|options| scaling::run(&options)),
            "list" => programs::list(rest.first().is_some_and(|word| word == "--check")),
            // For this program itself: see `measure`.
            measure::COMMAND => return measure::as_parent(rest),
            _ => Err(format!("unknown command {command:?}\n{}", options::USAGE).into()),
        },
        None => Err(options::USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fife-bench: {error}");
            ExitCode::FAILURE
        }
    }
}
