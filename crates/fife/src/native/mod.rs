//! What a native function is given, and what it answers.
//!
//! In reading order: [`Call`] is what a native is given, and [`Reply`] what it answers; [`Sequence`] is a native that calls Lua in
//! between; [`Limits`] and [`Host`] are what a host allows. The machine calls natives by these, and the libraries are written on them.

mod call;
mod host;
mod limits;
mod sequence;

pub use call::{AfterEffect, Call, Reply};
pub use host::error_text;
pub use host::{Buffering, CommandEnd, Host, LocalTime, NoHost, OpenMode, PipeMode, Stream};
pub use limits::{Limits, STEP_FUEL};
pub(crate) use sequence::raise_later;
pub use sequence::{Poll, Sequence};
