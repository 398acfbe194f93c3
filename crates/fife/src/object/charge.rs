//! Memory that objects hold outside of the heap, counted while they hold it: the one door to the heap's account for the rest of Fife.
//!
//! # Safety argument
//!
//! The account of external memory is kept if each charge is discharged once. A [`Charge`] is made for the bytes it charged, and what it
//! says changes only together with the account. When it is dropped, which may be in a destructor that the sweeper runs, its bytes are
//! noted, and [`Context::settle_external`] takes the notes when it discharges them. The notes are those of the state that the
//! `Charge` was made with. A `Charge` that is forgotten stays counted.

use super::Context;
use fife_arena::OutOfMemory;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Memory outside of the heap, counted while it exists. Dropping it gives the bytes back at the next step.
pub(crate) struct Charge {
    bytes: usize,
    returned: Arc<AtomicUsize>,
}

impl Charge {
    /// Counts `bytes`, if the limit allows.
    pub(crate) fn take(ctx: Context<'_>, bytes: usize) -> Result<Charge, OutOfMemory> {
        // SAFETY: the new charge gives them back.
        unsafe { ctx.mc().charge_external(bytes)? };
        Ok(Charge { bytes, returned: ctx.state().returned.clone() })
    }

    /// How many bytes it counts.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Counts `bytes` more, if the limit allows.
    pub(crate) fn grow(&mut self, ctx: Context<'_>, bytes: usize) -> Result<(), OutOfMemory> {
        // SAFETY: this charge gives them back.
        unsafe { ctx.mc().charge_external(bytes)? };
        self.bytes += bytes;
        Ok(())
    }

    /// Counts `bytes` less, at once.
    pub(crate) fn shrink(&mut self, ctx: Context<'_>, bytes: usize) {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        // SAFETY: this charge counted them, and does so no more.
        unsafe { ctx.mc().discharge_external(bytes) };
    }

    /// Makes two of it, of which the new one counts `bytes`, or all if there are fewer.
    pub(crate) fn split(&mut self, bytes: usize) -> Charge {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        Charge { bytes, returned: self.returned.clone() }
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.returned.fetch_add(self.bytes, Ordering::Relaxed);
    }
}

impl Context<'_> {
    /// Discharges the external memory of objects that were dropped.
    pub(crate) fn settle_external(self) {
        let bytes = self.state().returned.swap(0, Ordering::Relaxed);
        if bytes != 0 {
            // SAFETY: the charges that were dropped counted them; they were noted once each.
            unsafe { self.mc().discharge_external(bytes) };
        }
    }
}
