//! Grows large array parts in small portions: no store copies more than a few slots.
//!
//! A table that doubles a large array gets the new block at once and moves into it in portions: each slow access that
//! stores moves [`PORTION`] slots. Meanwhile its array part consists of up to three pieces:
//!
//! ```text
//!   0 ......... ready ......... old_capacity ......... + tail ......... target
//!   |  new block  |   old block   |    new block (appended)  |  not yet initialised
//! ```
//!
//! `array` is the new block and `array_capacity` is `ready`, so the fast paths find what has moved; everything else
//! goes through this file. Once all slots have moved, the old block is freed, and the rest of the new one is cleared in
//! the same way. If there are nodes, only insertions do that, since it turns entries of nodes into slots, and a
//! traversal may store under existing keys. A table that is appended to has moved long before it is full again; one
//! without further stores stays as it is.
//!
//! # Safety argument
//!
//! While a table has `flag::GROWING`, its block has two slots more than `target`, which hold a [`Growth`]. Slots are
//! read only where the picture above says that they are initialised. Both blocks belong to the table alone.

use super::node::Node;
use super::rehash::Census;
use super::{TableObject, allocate_array, flag};
use crate::object::{Slot, tag};
use fife_arena::{Gc, Mutation, OutOfMemory};
use std::ptr::NonNull;

/// From this many slots on, an array grows in portions: a smaller one takes less than half a millisecond at once.
pub(super) const SLOW_GROWTH_SIZE: usize = if cfg!(miri) { 1 << 7 } else { 1 << 15 };

/// An array part of up to this many slots grows only when it is full.
const SMALL_ARRAY: usize = 64;

/// How many slots the block has room for that the first element of a list takes.
const FIRST_BLOCK: usize = 4;

/// How many slots a store moves, or clears.
const PORTION: u32 = 32;

/// How many slots are looked at to tell whether a large array is worth doubling.
const DENSITY_SAMPLE: usize = 1 << 12;

/// What there is to know of a growing array, in the last two slots of its block.
#[repr(C)]
struct Growth {
    /// The block that still has the slots from `ready` on; not valid any more once all have moved.
    old: NonNull<u8>,
    old_capacity: u32,
    /// How many slots behind `old_capacity` are in use.
    tail: u32,
    target: u32,
}

const _: () = assert!(size_of::<Growth>() <= 2 * size_of::<Slot<'static>>());

impl<'gc> TableObject<'gc> {
    #[inline(always)]
    pub(super) fn is_growing(&self) -> bool {
        self.flags.get() & flag::GROWING != 0
    }

    /// Where the growth is described; the table is growing.
    fn growth(&self) -> *mut Growth {
        debug_assert!(self.is_growing());
        // SAFETY: the block is a live leaf and ends with the description.
        unsafe {
            let block = self.array.get().cast::<u8>();
            let end = fife_arena::raw::leaf_size(block) / size_of::<Slot<'_>>();
            self.array.get().as_ptr().add(end - 2).cast()
        }
    }

    /// How many positions the array part takes in the order of the table's entries.
    #[inline(always)]
    pub(super) fn array_extent(&self) -> u32 {
        if self.flags.get() & (flag::GROWING | flag::DRAINING) == 0 {
            self.array_capacity.get()
        } else {
            self.changing_extent()
        }
    }

    #[cold]
    fn changing_extent(&self) -> u32 {
        // SAFETY: see `growth`, and `migration` for a table that is draining.
        unsafe { if self.is_growing() { (*self.growth()).target } else { (*self.annex()).drain_extent } }
    }

    /// The end of the slots that are there.
    pub(super) fn array_end(&self) -> u32 {
        if !self.is_growing() {
            return self.array_capacity.get();
        }
        // SAFETY: see `growth`.
        let growth = unsafe { &*self.growth() };
        self.array_capacity.get().max(growth.old_capacity + growth.tail)
    }

    /// The slot with this number, counted from 0, if it is there.
    #[inline(always)]
    pub(in crate::object) fn array_slot(&self, index: u32) -> Option<*mut Slot<'gc>> {
        let ready = self.array_capacity.get();
        // SAFETY: the slot is in its block.
        unsafe {
            if index < ready {
                return Some(self.array.get().as_ptr().add(index as usize));
            }
            if self.is_growing() { self.growing_slot(index) } else { None }
        }
    }

    #[cold]
    fn growing_slot(&self, index: u32) -> Option<*mut Slot<'gc>> {
        // SAFETY: the slot is in its block.
        unsafe {
            let growth = &*self.growth();
            if index < growth.old_capacity {
                Some(growth.old.cast::<Slot<'gc>>().as_ptr().add(index as usize))
            } else if index < growth.old_capacity + growth.tail {
                Some(self.array.get().as_ptr().add(index as usize))
            } else {
                None
            }
        }
    }

    /// The value in an array slot; nil if it is not there.
    #[inline(always)]
    pub(super) fn array_value(&self, index: u32) -> Slot<'gc> {
        // SAFETY: slots that are there are initialised.
        self.array_slot(index).map_or(Slot::NIL, |slot| unsafe { Slot::read(slot) })
    }

    /// The block that slots are yet to be moved from.
    pub(super) fn old_array(&self) -> Option<NonNull<u8>> {
        if !self.is_growing() {
            return None;
        }
        // SAFETY: see `growth`.
        let growth = unsafe { &*self.growth() };
        (self.array_capacity.get() < growth.old_capacity).then_some(growth.old)
    }

    /// Whether so much of the array part is in use that it may grow by an element: all of a small one, as in PUC-Rio
    /// Lua, which decides what `#` is of a list with holes; of others more than half, so that doubling them is worth
    /// it.
    pub(super) fn is_array_dense(&self) -> bool {
        let capacity = self.array_end() as usize;
        if capacity <= SMALL_ARRAY {
            return (0..capacity).all(|index| !self.array_value(index as u32).is_nil());
        }
        // Of a large array a sample has to do.
        let step = (capacity / DENSITY_SAMPLE).max(1);
        let sample = (0..capacity).step_by(step).filter(|index| !self.array_value(*index as u32).is_nil());
        sample.count() > capacity / step / 2
    }

    /// Doubles the array part.
    pub(super) fn grow_array(this: Gc<'gc, Self>, mc: &Mutation<'gc>, forced: bool) -> Result<(), OutOfMemory> {
        let capacity = this.array_capacity.get() as usize;
        if capacity >= SLOW_GROWTH_SIZE {
            return TableObject::start_growth(this, mc, capacity * 2, forced);
        }
        // As in PUC-Rio Lua; but the first block has room for some more.
        let larger = match (capacity <= SMALL_ARRAY, this.is_without_nodes()) {
            (true, true) => (capacity + 1).next_power_of_two(),
            (true, false) => {
                let mut census = Census::default();
                this.count_entries(Slot::integer(capacity as i64 + 1), &mut census);
                census.array_size().max(capacity + 1)
            }
            (false, _) => capacity * 2,
        };
        if !TableObject::extend_array(this, mc, larger) {
            TableObject::resize_array(this, mc, larger.max(FIRST_BLOCK), forced)?;
            this.array_capacity.set(larger as u32);
        }
        TableObject::take_from_nodes(this, mc, capacity);
        Ok(())
    }

    /// Whether it is a small list of which some elements are nodes, and nothing else: then a rehash finds the sizes
    /// that PUC-Rio Lua would give it.
    pub(super) fn is_small_with_integers(&self) -> bool {
        if self.is_without_nodes()
            || self.array_capacity.get() as usize > SMALL_ARRAY
            || self.node_count() > SMALL_ARRAY
        {
            return false;
        }
        let mut has_integers = false;
        for index in 0..self.node_count() {
            // SAFETY: a node of this table.
            let node = unsafe { &*self.node(index as u32) };
            match (node.value_tag, node.key_tag) {
                (tag::NIL, _) => {}
                (_, tag::INTEGER) => has_integers = true,
                _ => return false,
            }
        }
        has_integers
    }

    /// Extends the array part within its block; false if the block is too short.
    fn extend_array(this: Gc<'gc, Self>, mc: &Mutation<'gc>, capacity: usize) -> bool {
        let old = this.array_capacity.get() as usize;
        if capacity > FIRST_BLOCK || !this.has_array_block() {
            return false;
        }
        // SAFETY: the block is a live leaf of the table's, and as long as it says.
        unsafe {
            if fife_arena::raw::leaf_size(this.array.get().cast()) < capacity * size_of::<Slot<'_>>() {
                return false;
            }
            for index in old..capacity {
                Slot::write(this.array.get().as_ptr().add(index), Slot::NIL);
            }
        }
        this.array_capacity.set(capacity as u32);
        // A marker that paused in the middle of the table counts entries through its array part.
        TableObject::trace_again(this, mc);
        true
    }

    /// Moves the array part to a block of this size, at once. What it holds must fit.
    pub(super) fn resize_array(
        this: Gc<'gc, Self>,
        mc: &Mutation<'gc>,
        array: usize,
        forced: bool,
    ) -> Result<(), OutOfMemory> {
        if array > super::PART_LIMIT {
            return Err(OutOfMemory);
        }
        let moved = allocate_array(mc, array, forced)?;
        let (old, has_old) = (this.array.get(), this.has_array_block());
        // SAFETY: what the old array holds fits into the new one.
        unsafe {
            std::ptr::copy_nonoverlapping(old.as_ptr(), moved.as_ptr(), this.array_length.get() as usize);
            if has_old {
                mc.free_leaf(old.cast());
            }
        }
        this.array.set(moved);
        this.array_capacity.set(array as u32);
        TableObject::trace_again(this, mc);
        Ok(())
    }

    /// Moves the entries of nodes to the array slots from `start` on, which are new.
    fn take_from_nodes(this: Gc<'gc, Self>, mc: &Mutation<'gc>, start: usize) {
        if this.is_without_nodes() {
            return;
        }
        let end = this.array_capacity.get() as usize;
        let nodes = this.all_nodes_count();
        if nodes <= end - start {
            for index in 0..nodes {
                this.move_to_array(mc, this.any_node(index));
            }
        } else {
            for key in start + 1..=end {
                if let Some(node) = this.find_node(Slot::integer(key as i64)) {
                    this.move_to_array(mc, node);
                }
            }
        }
    }

    /// Makes room for array elements up to `length`, as a constructor or `table.move` knows them beforehand.
    pub(crate) fn reserve_array(this: Gc<'gc, Self>, mc: &Mutation<'gc>, length: usize) -> Result<(), OutOfMemory> {
        if length <= this.array_capacity.get() as usize || this.is_growing() {
            return Ok(());
        }
        TableObject::stop_draining(this, mc);
        let capacity = this.array_capacity.get() as usize;
        if capacity.max(this.all_nodes_count().min(length - capacity)) >= SLOW_GROWTH_SIZE {
            return TableObject::start_growth(this, mc, length, false);
        }
        TableObject::resize_array(this, mc, length, false)?;
        TableObject::take_from_nodes(this, mc, capacity);
        Ok(())
    }

    /// Moves a node's entry to the array part if its key belongs there, leaving a removed entry.
    pub(super) fn move_to_array(&self, mc: &Mutation<'gc>, node: *mut Node) {
        // SAFETY: a node of this table; the array slot is below the capacity.
        unsafe {
            if (*node).key_tag != tag::INTEGER || (*node).value_tag == tag::NIL {
                return;
            }
            let index = ((*node).key.integer as u64).wrapping_sub(1);
            if index < u64::from(self.array_capacity.get()) {
                self.mark_moved(mc, Slot::NIL, (*node).value());
                Slot::write(self.array.get().as_ptr().add(index as usize), (*node).value());
                (*node).value_tag = tag::NIL;
                self.array_length.set(self.array_length.get().max(index as u32 + 1));
            }
        }
    }

    /// Starts the growth of the array part to `target` slots.
    pub(super) fn start_growth(
        this: Gc<'gc, Self>,
        mc: &Mutation<'gc>,
        target: usize,
        forced: bool,
    ) -> Result<(), OutOfMemory> {
        let old_capacity = this.array_capacity.get();
        if target > super::PART_LIMIT {
            return Err(OutOfMemory);
        }
        // SAFETY: the table marks its parts; past the limit is what the caller has a reason for.
        let block = unsafe { mc.allocate_part((target + 2) * size_of::<Slot<'_>>(), forced)? };
        let old = this.array.get().cast();
        this.array.set(block.cast());
        this.array_capacity.set(0);
        this.flags.set(this.flags.get() | flag::GROWING);
        // SAFETY: the block was just allocated with room for it.
        unsafe { this.growth().write(Growth { old, old_capacity, tail: 0, target: target as u32 }) };
        TableObject::trace_again(this, mc);
        Ok(())
    }

    /// Moves a portion of slots to the new block, or clears a portion of its rest; at the end the table is an ordinary
    /// one.
    pub(super) fn advance_growth(this: Gc<'gc, Self>, mc: &Mutation<'gc>, portion: u32) {
        // SAFETY: see the safety argument; what is moved or cleared lies within its block.
        unsafe {
            let growth = this.growth();
            let (old_capacity, target) = ((*growth).old_capacity, (*growth).target);
            let ready = this.array_capacity.get();
            let new = this.array.get().as_ptr();
            if ready < old_capacity {
                let end = ready.saturating_add(portion).min(old_capacity);
                let old = (*growth).old.cast::<Slot<'gc>>().as_ptr();
                let count = (end - ready) as usize;
                std::ptr::copy_nonoverlapping(old.add(ready as usize), new.add(ready as usize), count);
                this.array_capacity.set(end);
                if end == old_capacity {
                    mc.free_leaf((*growth).old);
                    this.array_capacity.set(end + (*growth).tail);
                    (*growth).tail = 0;
                    (*growth).old_capacity = 0;
                }
            } else {
                let end = ready.saturating_add(portion).min(target);
                new.add(ready as usize).write_bytes(0, (end - ready) as usize);
                this.array_capacity.set(end);
                // What was stored under these keys before there were slots for them.
                if !this.is_without_nodes() {
                    for key in ready + 1..=end {
                        if let Some(node) = this.find_node(Slot::integer(i64::from(key))) {
                            this.move_to_array(mc, node);
                        }
                    }
                }
            }
            if this.array_capacity.get() == target {
                this.flags.set(this.flags.get() & !flag::GROWING);
            }
        }
    }

    /// Whether the next portion of the growth may turn entries of nodes into array slots.
    fn takes_in_nodes(&self) -> bool {
        // SAFETY: see `growth`.
        self.is_growing()
            && !self.is_without_nodes()
            && unsafe { self.array_capacity.get() >= (*self.growth()).old_capacity }
    }

    /// Goes on with the part of the growth that only insertions may do.
    #[cold]
    #[inline(never)]
    pub(super) fn advance_for_insertion(this: Gc<'gc, Self>, mc: &Mutation<'gc>) {
        if this.takes_in_nodes() {
            TableObject::advance_growth(this, mc, PORTION);
        }
    }

    /// Ends the growth at once: what comes now looks at all slots anyway.
    pub(super) fn finish_growth(this: Gc<'gc, Self>, mc: &Mutation<'gc>) {
        while this.is_growing() {
            TableObject::advance_growth(this, mc, u32::MAX / 2);
        }
    }

    /// Stores into an array slot that has not moved yet, or appends; false if there is no slot for the index. The
    /// barrier is the caller's.
    #[cold]
    #[inline(never)]
    pub(super) fn set_growing(this: Gc<'gc, Self>, mc: &Mutation<'gc>, index: u64, value: Slot<'gc>) -> bool {
        // Slots that move keep their positions. Entries of nodes that become slots do not, and a traversal may store
        // under keys that are there: only an insertion does that (see `insert`).
        if !this.takes_in_nodes() {
            TableObject::advance_growth(this, mc, PORTION);
        }
        let Ok(index) = u32::try_from(index) else { return false };
        let slot = match this.array_slot(index) {
            Some(slot) => slot,
            None if this.is_growing() && !value.is_nil() => {
                let growth = this.growth();
                // SAFETY: see `growth`. The tail is there while there is an old block.
                unsafe {
                    let end = (*growth).old_capacity + (*growth).tail;
                    if index != end || (*growth).old_capacity == 0 || index >= (*growth).target {
                        return false;
                    }
                    // The entry may be in a node, from when there was no slot for it: it stays there, where a traversal
                    // finds it.
                    if !this.is_without_nodes()
                        && let Some(node) = this.find_node(Slot::integer(i64::from(index) + 1))
                        && (*node).value_tag != tag::NIL
                    {
                        return false;
                    }
                    (*growth).tail += 1;
                    this.array.get().as_ptr().add(index as usize)
                }
            }
            None => return false,
        };
        // SAFETY: the slot is there, or was just added.
        unsafe { Slot::write(slot, value) };
        this.note_stored(index, value);
        true
    }

    /// Keeps the length after a store into an array slot.
    #[inline(always)]
    pub(super) fn note_stored(&self, index: u32, value: Slot<'gc>) {
        let length = self.array_length.get();
        if index >= length {
            if !value.is_nil() {
                self.array_length.set(index + 1);
            }
        } else if value.is_nil() && index + 1 == length {
            self.trim();
        }
    }
}
