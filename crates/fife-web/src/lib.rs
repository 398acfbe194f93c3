//! Fife in a web page: a WebAssembly module that imports nothing.
//!
//! A page makes an instance of the module for each virtual machine. It writes source text into the module's memory, starts *jobs* (what a
//! prompt or an editor was told to run), gives them turns of so much fuel each, and reads what they printed. Whatever a script does, each call
//! returns after bounded work; so the page needs no worker, and nothing it does later can be held up.
//!
//! In reading order: `output` keeps what scripts print until the page fetches it, `report` says what errors are, `show.lua` shows
//! values, `finalizers` runs what objects leave behind, `job` is a script that runs, `machine` has the jobs of one virtual machine, `text` looks at source text (colours, whether
//! it is complete), and `exports` is all of that for JavaScript: the only file with `unsafe` code.

#![deny(unsafe_code)]

mod exports;
mod finalizers;
mod job;
mod machine;
mod output;
mod report;
mod text;

#[cfg(test)]
#[allow(unsafe_code)]
mod tests;
