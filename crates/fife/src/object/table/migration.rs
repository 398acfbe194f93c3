//! Grows large node parts in small portions: no insertion moves more than a few entries.
//!
//! A table whose nodes are used up gets a new block at once, and each insertion moves [`PORTION`] entries of the old
//! one into it, from the end. Until all have moved, keys that are not found in the new block are looked up in the old
//! one. Only insertions move entries, so that `next` works as always, and the order does not depend on when the
//! collector ran. The array part may have to change, too (see `rehash`). It grows (see `growth`) before the nodes move,
//! since it takes in some of their entries; or it shrinks after they moved, and its last slots become nodes in the same
//! way.
//!
//! # Safety argument
//!
//! While a table has `flag::MOVING`, its block has an annex, and `old`, `old_mask` there are a block that belongs to
//! this table alone. Old nodes that moved are links of chains that nothing is found at. While it has `flag::DRAINING`,
//! its block has an annex, too, and its array block has `drain_extent` slots, of which those from `array_capacity` on
//! are nil, as `growth` relies on. A marker may be anywhere in the table: what moves is marked, if the table was traced.

use super::node::{Annex, Block, allocate_nodes};
use super::rehash::SLOW_MOVING;
use super::{PART_LIMIT, TableObject, flag, state};
use crate::object::Slot;
use crate::object::slot::tag;
use fife_arena::{Gc, Mutation};
use std::ptr::NonNull;

/// How many nodes or slots an insertion moves. A new block has room for an eighth of the old one's nodes more than is
/// to be moved (see `rehash`), so it is not full before all have.
const PORTION: u32 = 16;

/// An array part with fewer slots gets a block of its size when it has shrunk: copying it takes less than half a
/// millisecond.
const SMALL_BLOCK: u32 = if cfg!(miri) { 1 << 7 } else { 1 << 15 };

/// Fuel for each entry that is moved: its new place is rarely in a cache, and the system may have yet to provide its
/// memory, which takes up to a microsecond.
const MOVE_FUEL: usize = 16;

impl<'gc> TableObject<'gc> {
    /// The block that nodes are yet to be moved from.
    #[inline(always)]
    pub(super) fn old_block(&self) -> Option<Block> {
        if self.flags.get() & flag::MOVING == 0 {
            return None;
        }
        // SAFETY: see the safety argument.
        self.block().annex().map(|annex| unsafe { Block { nodes: annex.as_ref().old, mask: annex.as_ref().old_mask } })
    }

    /// Its annex; the table is moving or draining.
    pub(super) fn annex(&self) -> *mut Annex {
        self.block().annex().expect("a block with which something is to be done in portions has an annex").as_ptr()
    }

    #[inline(always)]
    pub(super) fn is_changing(&self) -> bool {
        self.state.get() & state::CHANGING != 0
    }

    /// Sets and clears flags of what the table changes by.
    pub(super) fn set_changing(&self, set: u8, clear: u8) {
        let flags = (self.flags.get() | set) & !clear;
        self.flags.set(flags);
        let is_changing = flags & (flag::MOVING | flag::DRAINING) != 0;
        self.state.set(self.state.get() & !state::CHANGING | if is_changing { state::CHANGING } else { 0 });
    }

    /// Replaces the block of nodes by a new one, to which the entries of the old one are yet to move.
    pub(super) fn start_moving(this: Gc<'gc, Self>, mc: &Mutation<'gc>, new: Block) {
        let old = this.block();
        if old.is_mixed() {
            new.mix_integers();
        }
        this.set_block(new);
        let annex = this.annex();
        // SAFETY: the annex of the new block.
        unsafe {
            (*annex).old = old.nodes;
            (*annex).old_mask = old.mask;
            (*annex).left = old.count() as u32;
        }
        this.set_changing(flag::MOVING, 0);
        TableObject::trace_again(this, mc);
    }

    /// Moves the nodes of a table with too long a chain to a block of twice the size, which is not full before all have
    /// moved. There, integers are mixed, so that no script knows which of them collide. Without memory for it, the table
    /// stays as it is, and long searches in it cost fuel.
    #[cold]
    pub(super) fn start_mixing(this: Gc<'gc, Self>, mc: &Mutation<'gc>) {
        let old = this.block();
        let count = 2 * old.count();
        if this.is_changing() || this.is_growing() || old.annex().is_none() || count > PART_LIMIT {
            return;
        }
        let Ok(nodes) = allocate_nodes(mc, count, false) else { return };
        let new = Block { nodes, mask: count as u32 - 1 };
        new.mix_integers();
        TableObject::start_moving(this, mc, new);
        if old.count() < SLOW_MOVING {
            new.charge(old.count());
            TableObject::move_nodes(this, mc, u32::MAX);
        }
    }

    /// Does the portion of an insertion.
    #[cold]
    #[inline(never)]
    pub(super) fn advance(this: Gc<'gc, Self>, mc: &Mutation<'gc>) {
        if this.flags.get() & flag::MOVING == 0 {
            TableObject::drain(this, mc);
        } else if this.is_growing() {
            // SAFETY: see the safety argument.
            let portion = unsafe { (*this.annex()).array_portion }.max(PORTION);
            this.block().charge(portion as usize);
            TableObject::advance_growth(this, mc, portion);
        } else {
            this.block().charge(PORTION as usize * MOVE_FUEL);
            TableObject::move_nodes(this, mc, PORTION);
        }
    }

    /// Moves the entries of so many old nodes; stops before one for which there is no room.
    pub(super) fn move_nodes(this: Gc<'gc, Self>, mc: &Mutation<'gc>, portion: u32) {
        let Some(old) = this.old_block() else { return };
        let annex = this.annex();
        if this.flags.get() & flag::NOTED != 0 {
            // What moves may get behind where the end of marking is in it.
            this.flags.set(this.flags.get() | flag::RESIZED);
        }
        // SAFETY: see the safety argument.
        unsafe {
            // From the end, as PUC-Rio Lua does: it keeps chains in the order in which they were made.
            let end = (*annex).left.saturating_sub(portion);
            while (*annex).left > end {
                let node = old.node((*annex).left - 1);
                if (*node).value_tag != tag::NIL {
                    let (key, value) = ((*node).key(), (*node).value());
                    // An entry of the array part, if that has a slot for it by now.
                    this.move_to_array(mc, node);
                    if (*node).value_tag != tag::NIL {
                        this.mark_moved(mc, key, value);
                        if !this.place(mc, key, value) {
                            return;
                        }
                    }
                }
                (*node).vacate();
                (*annex).left -= 1;
            }
            if (*annex).left == 0 {
                this.set_changing(0, flag::MOVING);
                if old.count() != 0 {
                    mc.free_leaf(old.nodes.cast());
                }
            }
        }
    }

    /// Marks what moves within a table that a marker may be in the middle of.
    pub(super) fn mark_moved(&self, mc: &Mutation<'gc>, key: Slot<'gc>, value: Slot<'gc>) {
        if self.state.get() & state::BARRIER == 0 {
            return;
        }
        for moved in [key, value] {
            if moved.tag() >= tag::FIRST_COLLECTABLE {
                // SAFETY: a collectable payload of an entry points to a live object.
                unsafe { mc.barrier_forward_raw(NonNull::new_unchecked(moved.payload().pointer)) }
            }
        }
    }

    /// Starts to shrink the array part to `target` slots. The block of nodes has an annex.
    pub(super) fn start_draining(&self, target: u32) {
        let annex = self.annex();
        // SAFETY: see the safety argument.
        unsafe {
            (*annex).drain_target = target;
            (*annex).drain_extent = self.array_capacity.get();
        }
        self.set_changing(flag::DRAINING, 0);
    }

    /// Moves the entries of the last array slots to nodes; stops before one for which there is no room.
    fn drain(this: Gc<'gc, Self>, mc: &Mutation<'gc>) {
        // SAFETY: see the safety argument.
        let target = unsafe { (*this.annex()).drain_target };
        this.block().charge(PORTION as usize);
        let end = this.array_capacity.get().saturating_sub(PORTION).max(target);
        while this.array_capacity.get() > end {
            let index = this.array_capacity.get() - 1;
            let value = this.array_value(index);
            if !value.is_nil() {
                this.mark_moved(mc, Slot::NIL, value);
                if !this.place(mc, Slot::integer(i64::from(index) + 1), value) {
                    return;
                }
                // SAFETY: below the capacity.
                unsafe { Slot::write(this.array.get().as_ptr().add(index as usize), Slot::NIL) };
            }
            this.array_capacity.set(index);
            this.array_length.set(this.array_length.get().min(index));
        }
        if end == target {
            this.set_changing(0, flag::DRAINING);
            // A small array gets a block of its size; a large one keeps the one it has until it grows again.
            if target < SMALL_BLOCK {
                // If there is no memory for that, it stays as it is.
                let _ = TableObject::resize_array(this, mc, target as usize, false);
            }
            TableObject::trace_again(this, mc);
        }
    }

    /// Stops shrinking the array part: it is about to grow.
    pub(super) fn stop_draining(this: Gc<'gc, Self>, mc: &Mutation<'gc>) {
        if this.flags.get() & flag::DRAINING != 0 {
            this.set_changing(0, flag::DRAINING);
            TableObject::trace_again(this, mc);
        }
    }
}
