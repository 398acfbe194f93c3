//! A VM's settings, made by its host, and what scripts have requested from the collector.

use crate::native::{Host, Limits};
use std::cell::Cell;

/// The settings a VM was made with, and later changes.
pub(crate) struct Settings {
    pub(crate) limits: Limits,
    pub(crate) host: Box<dyn Host>,
    /// Whether warnings are shown: `warn("@on")`.
    pub(crate) shows_warnings: Cell<bool>,
}

/// What a step asks of the collector.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) full: bool,
    pub(crate) step: Option<usize>,
    pub(crate) stopped: bool,
}

impl Requests {
    /// What the collector is asked for now, the work of a step once.
    #[inline]
    pub(crate) fn take(&self) -> Asked {
        Asked { full: self.full.get(), step: self.step.take(), stopped: self.stopped.get() }
    }
}

/// The requests of `collectgarbage` and natives, which the collector's driver carries out between steps.
#[derive(Default)]
pub(crate) struct Requests {
    /// A full collection before the next step.
    pub(crate) full: Cell<bool>,
    /// This much work, in bytes, before the next step.
    pub(crate) step: Cell<Option<usize>>,
    /// Whether the last request ended a cycle.
    pub(crate) cycle_ended: Cell<bool>,
    /// Whether cycles do not start by themselves.
    pub(crate) stopped: Cell<bool>,
}
