//! Tasks of this repository that take more than one command: `cargo xtask web build`.
//!
//! It uses the standard library alone, so that it is built in a second or two.

#![forbid(unsafe_code)]

mod serve;
mod web;

use std::env;
use std::process::ExitCode;

/// What is printed where the arguments mean nothing.
const USAGE: &str = "\
usage: cargo xtask web build           builds the playground: static files in target/web/pages
       cargo xtask web check           builds it, and fails if the module is too large or imports anything
       cargo xtask web serve [PORT]    builds it, and serves it on this machine (8080)";

/// Why a task failed, for the person who started it.
type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["web", "build"] => web::build().map(drop),
        ["web", "check"] => web::check(),
        ["web", "serve"] => serve::serve(serve::PORT),
        ["web", "serve", port] => port.parse().map_err(Failure::from).and_then(serve::serve),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
