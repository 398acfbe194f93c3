//! Sizes of array parts, and how they grow.
//!
//! An array part whose slots are used up moves to a block of twice the size. A large one only moves its pages, where the
//! system can do that (see [`Mutation::lengthen_leaf`]). Keys that are nodes then become slots: of a few nodes at once,
//! of many in portions. Until then its last slots are not in use:
//!
//! ```text
//!   0 .................... ready ............... target
//!   |        in use          |  nil, keys are nodes  |
//! ```
//!
//! `array_capacity` is `ready`, so nobody looks behind it. Only insertions advance it, since that turns entries of nodes
//! into slots, and a traversal may store under existing keys. A table without further insertions stays as it is.
//!
//! # Safety argument
//!
//! While a table has `flag::GROWING`, the last slot of its array block holds a [`Growth`]; otherwise all slots of the
//! block from `array_capacity` on are nil, if the block is one that may be lengthened: it is taken clear, and who lowers
//! the capacity clears the slots (see `migration`). The block belongs to the table alone.

use super::node::Node;
use super::rehash::{SLOW_MOVING, charge_count};
use super::{TableObject, allocate_array, flag};
use crate::object::tracing::TracingContext;
use crate::object::{Slot, tag};
use fife_arena::{Gc, Mutation, OutOfMemory};

/// An array part of up to this many slots grows only when it is full.
const SMALL_ARRAY: usize = 64;

/// How many slots the block has room for that the first element of a list takes.
const FIRST_BLOCK: usize = 4;

/// How many slots an insertion takes in.
const PORTION: u32 = 32;

/// How many slots are looked at to tell whether a large array is worth doubling.
const DENSITY_SAMPLE: usize = 1 << 12;

/// What there is to know of a growing array, in the last slot of its block.
#[repr(C)]
struct Growth {
    /// How many slots it will have.
    target: u32,
}

const _: () = assert!(size_of::<Growth>() <= size_of::<Slot<'static>>());

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
            let end = fife_arena::raw::leaf_size(self.array.get().cast()) / size_of::<Slot<'_>>();
            self.array.get().as_ptr().add(end - 1).cast()
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

    /// The slot with this number, counted from 0, if it is there.
    #[inline(always)]
    pub(in crate::object) fn array_slot(&self, index: u32) -> Option<*mut Slot<'gc>> {
        // SAFETY: the slot is in the block.
        (index < self.array_capacity.get()).then(|| unsafe { self.array.get().as_ptr().add(index as usize) })
    }

    /// The value in an array slot; nil if it is not there.
    #[inline(always)]
    pub(super) fn array_value(&self, index: u32) -> Slot<'gc> {
        // SAFETY: slots that are there are initialised.
        self.array_slot(index).map_or(Slot::NIL, |slot| unsafe { Slot::read(slot) })
    }

    /// Whether so much of the array part is in use that it may grow by an element: all of a small one, as in PUC-Rio
    /// Lua, which decides what `#` is of a list with holes; of others more than half, so that doubling them is worth
    /// it.
    pub(super) fn is_array_dense(&self, mc: &Mutation<'gc>) -> bool {
        let capacity = self.array_capacity.get() as usize;
        charge_count(mc, capacity.min(DENSITY_SAMPLE), 0);
        if capacity <= SMALL_ARRAY {
            return (0..capacity).all(|index| !self.array_value(index as u32).is_nil());
        }
        // Of a large array a sample has to do.
        let step = (capacity / DENSITY_SAMPLE).max(1);
        let sample = (0..capacity).step_by(step).filter(|index| !self.array_value(*index as u32).is_nil());
        sample.count() > capacity / step / 2
    }

    /// Doubles the array part, which is neither growing nor shrinking, so that it has a slot for the next element.
    pub(super) fn grow_array(this: Gc<'gc, Self>, mc: &Mutation<'gc>, forced: bool) -> Result<(), OutOfMemory> {
        let capacity = this.array_capacity.get() as usize;
        // As in PUC-Rio Lua; but the first block has room for some more.
        let larger = match (capacity <= SMALL_ARRAY, this.is_without_nodes()) {
            (true, true) => (capacity + 1).next_power_of_two(),
            (true, false) => this.census(mc, Slot::integer(capacity as i64 + 1)).array_size().max(capacity + 1),
            (false, _) => capacity * 2,
        };
        if larger <= FIRST_BLOCK {
            if !TableObject::extend_array(this, mc, larger) {
                TableObject::resize_array(this, mc, FIRST_BLOCK, forced)?;
                this.array_capacity.set(larger as u32);
            }
            TableObject::take_from_nodes(this, mc, capacity);
            return Ok(());
        }
        TableObject::grow_to(this, mc, larger, forced)?;
        if this.is_growing() {
            TableObject::advance_growth(this, mc, PORTION);
        }
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

    /// Extends the array part within its first block; false if the block is too short.
    fn extend_array(this: Gc<'gc, Self>, mc: &Mutation<'gc>, capacity: usize) -> bool {
        let old = this.array_capacity.get() as usize;
        if !this.has_array_block() {
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

    /// Moves the array part to a block of this size. What it holds must fit.
    pub(super) fn resize_array(
        this: Gc<'gc, Self>,
        mc: &Mutation<'gc>,
        array: usize,
        forced: bool,
    ) -> Result<(), OutOfMemory> {
        TableObject::replace_array(this, mc, array, forced)?;
        this.array_capacity.set(array as u32);
        Ok(())
    }

    /// As `resize_array`, but leaves the capacity to the caller.
    fn replace_array(this: Gc<'gc, Self>, mc: &Mutation<'gc>, array: usize, forced: bool) -> Result<(), OutOfMemory> {
        if array > super::PART_LIMIT {
            return Err(OutOfMemory);
        }
        let (old, has_old) = (this.array.get(), this.has_array_block());
        let is_longer = has_old && array > this.array_extent() as usize;
        TracingContext::charge_move(mc, this.array_length.get() as usize * size_of::<Slot<'_>>());
        // SAFETY: the block belongs to this table, and all of it behind the capacity is nil if it can be lengthened. What
        // the old array holds fits into the new one.
        unsafe {
            let longer =
                if is_longer { mc.lengthen_leaf(old.cast(), array * size_of::<Slot<'_>>(), forced) } else { None };
            if let Some(longer) = longer {
                this.array.set(longer.cast());
            } else {
                let moved = allocate_array(mc, array, forced)?;
                std::ptr::copy_nonoverlapping(old.as_ptr(), moved.as_ptr(), this.array_length.get() as usize);
                if has_old {
                    mc.free_leaf(old.cast());
                }
                this.array.set(moved);
            }
        }
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
        TableObject::grow_to(this, mc, length, false)
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

    /// Gives the array part `target` slots, which are more than it has: at once, or, with many nodes, in portions.
    pub(super) fn grow_to(
        this: Gc<'gc, Self>,
        mc: &Mutation<'gc>,
        target: usize,
        forced: bool,
    ) -> Result<(), OutOfMemory> {
        let capacity = this.array_capacity.get() as usize;
        if this.all_nodes_count().min(target - capacity) < SLOW_MOVING {
            TableObject::resize_array(this, mc, target, forced)?;
            TableObject::take_from_nodes(this, mc, capacity);
            return Ok(());
        }
        TableObject::replace_array(this, mc, target + 1, forced)?;
        this.flags.set(this.flags.get() | flag::GROWING);
        // SAFETY: the block has room for it behind the slots.
        unsafe { this.growth().write(Growth { target: target as u32 }) };
        Ok(())
    }

    /// Takes in a portion of slots, with the entries that are nodes; at the end the table is an ordinary one.
    pub(super) fn advance_growth(this: Gc<'gc, Self>, mc: &Mutation<'gc>, portion: u32) {
        // SAFETY: see the safety argument.
        let target = unsafe { (*this.growth()).target };
        let ready = this.array_capacity.get();
        let end = ready.saturating_add(portion).min(target);
        this.array_capacity.set(end);
        if !this.is_without_nodes() {
            for key in ready + 1..=end {
                if let Some(node) = this.find_node(Slot::integer(i64::from(key))) {
                    this.move_to_array(mc, node);
                }
            }
        }
        if end == target {
            // SAFETY: the block's last slot, from now on an ordinary one behind the capacity.
            unsafe { Slot::write(this.growth().cast(), Slot::NIL) };
            this.flags.set(this.flags.get() & !flag::GROWING);
        }
    }

    /// Goes on with the growth.
    #[cold]
    #[inline(never)]
    pub(super) fn advance_for_insertion(this: Gc<'gc, Self>, mc: &Mutation<'gc>) {
        TableObject::advance_growth(this, mc, PORTION);
    }

    /// Ends the growth where it is: what comes now finds another size. The rest of the slots may be as many as memory
    /// has room for, so nothing is done for each.
    pub(super) fn stop_growth(this: Gc<'gc, Self>, mc: &Mutation<'gc>) {
        if this.is_growing() {
            // SAFETY: the block's last slot, behind the capacity from now on.
            unsafe { Slot::write(this.growth().cast(), Slot::NIL) };
            this.flags.set(this.flags.get() & !flag::GROWING);
            // A marker that paused in the table counts nodes from the end of the slots.
            TableObject::trace_again(this, mc);
        }
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
