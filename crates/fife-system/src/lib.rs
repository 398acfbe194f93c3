//! The operating system as a host for Fife: files, commands, standard streams, clock, time zone, environment.
//!
//! It is a separate crate so that `fife` cannot reach outside: a program that embeds only `fife` contains no Fife code
//! that opens a file or starts a process for a script. A program that wants this passes a [`SystemHost`] when it makes
//! its VM.
//!
//! In reading order: `system` is the host, its files and standard streams; `command` runs commands; `zone` knows the
//! rules of local time.
//!
//! The crate is for targets with an operating system. It does not compile for `wasm32-unknown-unknown`, which has no
//! clock and no files; programs for that target implement [`fife::Host`] themselves, or use [`fife::NoHost`].

#![forbid(unsafe_code)]

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
compile_error!("fife-system needs an operating system: on this target, implement `fife::Host` or use `fife::NoHost`");

mod command;
mod system;
mod zone;

pub use system::{ExitRequest, SystemHost};
