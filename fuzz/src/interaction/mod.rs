//! Programs dense in features that interact badly: weak tables, changing metatables, finalizers, closing, coroutines,
//! hooks, natives that wait, and the ends of stack, depth and memory, with a collection at every pause.
//!
//! In reading order: `world.lua` is what the programs share, [`write`] makes programs from decisions and two lists of
//! templates, [`natives`] and [`host`] are the host's contributions, [`stage`] plays the programs. The target
//! `interaction` and the test `interactions` of the crate `fife` both use this folder.
//!
//! This is not a style of `fife_generator`, with which it shares only the decisions: its programs are short lines over
//! one world of shared tables, made to meet natives of this host that wait, step and panic. They seldom print, the
//! kinds of their values do not matter, and no other implementation could run them.

use fife_generator::Choices;

mod host;
mod natives;
mod stage;
mod write;

pub use stage::{NOT_LUA, Outcome, Play};
pub use write::Writer;
