//! The interface of native functions.
//!
//! In reading order: a native gets a [`Call`] and returns a [`Reply`]; a [`Sequence`] is a native that calls Lua in
//! between, and [`Operations`] with [`Step`] make it read like a plain loop; [`Limits`] and [`Host`] are what a host
//! allows. The VM calls natives through these, and the libraries are written on them.

mod call;
mod host;
mod limits;
mod long_string;
mod operations;
mod sequence;
mod step;

pub use call::{AfterEffect, Call, Reply};
pub use host::error_text;
pub use host::{Buffering, CommandEnd, Host, LocalTime, NoHost, OpenMode, PipeMode, Stream};
pub use limits::{Limits, STEP_FUEL};
pub use long_string::LongString;
pub use operations::Operations;
pub(crate) use sequence::raise_later;
pub use sequence::{Poll, Sequence};
pub use step::{Interrupt, Step, finish};
