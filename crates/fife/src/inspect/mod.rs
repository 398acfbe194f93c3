//! What threads are doing, for those who look: messages, tracebacks, `debug`, and tools of a host.
//!
//! The interpreter keeps frames; people think of functions that run, one called by the other. This layer makes these of
//! those. It stands below the layer that writes messages, which quote the names and positions found here.

pub(crate) mod level;
pub(crate) mod traceback;
