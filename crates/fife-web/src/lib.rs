//! Fife in a web page: a WebAssembly module that imports nothing.
//!
//! A page makes an instance of the module for each virtual machine. It writes source text into the module's memory,
//! starts *jobs* (inputs of a prompt or an editor), gives them turns with a limited amount of fuel, and reads what they
//! print. Whatever a script does, each call returns after bounded work, so the page needs no worker, and a script
//! cannot block it.
//!
//! In reading order: `output` keeps what scripts print until the page fetches it, `report` describes errors, `show.lua`
//! shows values, `finalizers` runs finalizers, `job` is a running script, `machine` has the jobs of one virtual
//! machine, `text` examines source text (colours, whether it is complete), and `exports` offers all this to JavaScript:
//! the only file with `unsafe` code.

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
