//! What a host has set for a VM, and what scripts have asked of the collector.

use crate::native::{Host, Limits};
use std::cell::Cell;

/// What a VM was made with, and what was set since.
pub(crate) struct Settings {
    pub(crate) limits: Limits,
    pub(crate) host: Box<dyn Host>,
    /// Whether warnings are shown: `warn("@on")`.
    pub(crate) shows_warnings: Cell<bool>,
}

/// What `collectgarbage` and natives have asked of the collector, which its driver does between steps.
#[derive(Default)]
pub(crate) struct Requests {
    /// A full collection, to be made before the next step.
    pub(crate) full: Cell<bool>,
    /// So much work, in bytes, to be done before the next step.
    pub(crate) step: Cell<Option<usize>>,
    /// Whether what was asked for last ended a cycle.
    pub(crate) cycle_ended: Cell<bool>,
    /// That it does not start by itself.
    pub(crate) stopped: Cell<bool>,
}
