//! Copies runs of array slots at once, as `table.insert`, `table.remove` and `table.move` mostly do.
//!
//! # Safety argument
//!
//! Slots are copied only between positions below the capacities, where all slots are initialised. The array's length is
//! raised before a slot above it can be non-nil.

use super::{TableObject, state};
use fife_arena::{Gc, Mutation};

impl<'gc> TableObject<'gc> {
    /// Copies the values of `count` integer keys from `from` on to those from `to` on, also where the two overlap.
    /// False, and nothing is done, unless all of them are in the ready part of their array, the target is not frozen,
    /// and no value has to be looked at for the collector's sake.
    pub(crate) fn copy_slots(
        source: Gc<'gc, Self>,
        target: Gc<'gc, Self>,
        mc: &Mutation<'gc>,
        from: i64,
        to: i64,
        count: u64,
    ) -> bool {
        let (from, to) = ((from as u64).wrapping_sub(1), (to as u64).wrapping_sub(1));
        let is_within = |table: &Self, start: u64| {
            let capacity = u64::from(table.array_capacity.get());
            start < capacity && count <= capacity - start
        };
        if !is_within(&source, from) || !is_within(&target, to) || target.is_frozen() {
            return false;
        }
        if target.state.get() & state::BARRIER != 0 {
            if mc.is_marking() && target.marks_what_is_stored(mc) {
                return false;
            }
            TableObject::trace_again(target, mc);
        }
        let end = (to + count) as u32;
        // SAFETY: both runs are within their arrays.
        unsafe {
            let slots = source.array.get().as_ptr().add(from as usize);
            std::ptr::copy(slots, target.array.get().as_ptr().add(to as usize), count as usize);
        }
        target.array_length.set(target.array_length.get().max(end));
        target.trim();
        true
    }
}
