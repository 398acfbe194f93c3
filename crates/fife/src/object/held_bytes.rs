//! Memory that objects hold outside of the heap, counted while they hold it: the one door to the heap's account for the rest of Fife.
//!
//! # Safety argument
//!
//! The account of external memory is kept if what is held is released once. A [`HeldBytes`] is made for the bytes it holds, and what it
//! says changes only together with the account. When it is dropped, which may be in a destructor that the sweeper runs, its bytes are
//! noted, and [`HeldBytes::settle`] takes the notes when it releases them. The notes are those of the state that the
//! `HeldBytes` was made with. A `HeldBytes` that is forgotten stays counted.

use super::Context;
use fife_arena::OutOfMemory;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Memory outside of the heap, counted while it exists. Dropping it gives the bytes back at the next step.
pub(crate) struct HeldBytes {
    bytes: usize,
    returned: Arc<AtomicUsize>,
}

impl HeldBytes {
    /// Counts `bytes`, if the limit allows.
    pub(crate) fn take(ctx: Context<'_>, bytes: usize) -> Result<HeldBytes, OutOfMemory> {
        // SAFETY: the new `HeldBytes` gives them back.
        unsafe { ctx.mc().hold_external(bytes)? };
        Ok(HeldBytes { bytes, returned: ctx.state().returned.clone() })
    }

    /// How many bytes it counts.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Counts `bytes` more, if the limit allows.
    pub(crate) fn grow(&mut self, ctx: Context<'_>, bytes: usize) -> Result<(), OutOfMemory> {
        // SAFETY: this one gives them back.
        unsafe { ctx.mc().hold_external(bytes)? };
        self.bytes += bytes;
        Ok(())
    }

    /// Counts `bytes` less, at once.
    pub(crate) fn shrink(&mut self, ctx: Context<'_>, bytes: usize) {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        // SAFETY: this one counted them, and does so no more.
        unsafe { ctx.mc().release_external(bytes) };
    }

    /// Makes two of it, of which the new one counts `bytes`, or all if there are fewer.
    pub(crate) fn split(&mut self, bytes: usize) -> HeldBytes {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        HeldBytes { bytes, returned: self.returned.clone() }
    }

    /// Releases what was dropped.
    pub(super) fn settle(ctx: Context<'_>) {
        let bytes = ctx.state().returned.swap(0, Ordering::Relaxed);
        if bytes != 0 {
            // SAFETY: those that were dropped counted them; they were noted once each.
            unsafe { ctx.mc().release_external(bytes) };
        }
    }
}

impl Drop for HeldBytes {
    fn drop(&mut self) {
        self.returned.fetch_add(self.bytes, Ordering::Relaxed);
    }
}
