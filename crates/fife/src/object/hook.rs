//! Debug hooks: what `debug.sethook` sets for a thread, and where its code is in telling it.

use super::Slot;
use fife_arena::{Collect, Tracer};
use std::cell::Cell;

/// Events, as bits. One instruction may bring several, which are told in this order.
pub(crate) mod event {
    pub(crate) const CALL: u8 = 1;
    pub(crate) const COUNT: u8 = 2;
    pub(crate) const LINE: u8 = 4;
    pub(crate) const RETURN: u8 = 8;
}

/// The hook of a thread.
pub(crate) struct HookObject<'gc> {
    pub(crate) function: Slot<'gc>,
    /// The events it wants.
    pub(crate) mask: u8,
    /// How many instructions lie between two counts.
    pub(crate) count: u32,
    /// How many are left to the next.
    pub(crate) left: Cell<u32>,
    /// Whether it is running: then nothing is told.
    pub(crate) is_running: Cell<bool>,
    /// Whether the events of the next instruction were determined, and which are still to be told.
    pub(crate) is_determined: Cell<bool>,
    pub(crate) pending: Cell<u8>,
    /// Whether the call of a native was told, which is to be made now.
    pub(crate) is_call_told: Cell<bool>,
    /// The last instruction looked at: how many frames there were, its number if it is known, and whether it is a tail call.
    pub(crate) depth: Cell<u32>,
    pub(crate) index: Cell<usize>,
    pub(crate) was_tail_call: Cell<bool>,
}

impl<'gc> HookObject<'gc> {
    pub(crate) const UNKNOWN: usize = usize::MAX;

    /// A hook for a thread that is `depth` frames deep.
    pub(crate) fn new(function: Slot<'gc>, mask: u8, count: u32, is_running: bool, depth: u32) -> HookObject<'gc> {
        HookObject {
            function,
            mask,
            count,
            left: Cell::new(count),
            is_running: Cell::new(is_running),
            is_determined: Cell::new(false),
            pending: Cell::new(0),
            is_call_told: Cell::new(false),
            depth: Cell::new(depth),
            index: Cell::new(HookObject::UNKNOWN),
            was_tail_call: Cell::new(false),
        }
    }
}

// SAFETY: shows the function, its only pointer, which does not change.
unsafe impl Collect for HookObject<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.function.trace(tracer);
    }
}
