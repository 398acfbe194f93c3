//! New sizes for a table whose nodes are used up: as many array slots as will be more than half full, and nodes for the
//! rest.
//!
//! The sizes are chosen as in PUC-Rio Lua's `ltable.c`. In a small table all entries are counted and moved at once. In
//! a large one a sample is counted, and entries move in portions afterwards (see `migration`, `growth`). The sample
//! depends on the VM's secret multiplier, so a script cannot arrange its entries for it.
//!
//! # Safety argument
//!
//! Slots below the array's length and nodes are initialised. The parts of a table belong to it alone, and the old ones
//! are freed once nothing is in them any more.

use super::node::{ANNEX_SIZE, Block, Node, allocate_nodes};
use super::{PART_LIMIT, TableObject, allocate_array, flag};
use crate::object::Slot;
use crate::object::slot::tag;
use crate::object::tracing::TracingContext;
use fife_arena::{Gc, Mutation, OutOfMemory};

/// A table with so many nodes and array slots in use is large. Miri is too slow for those.
const LARGE: usize = if cfg!(miri) { 1 << 7 } else { 1 << 15 };

/// So many nodes and more move in portions.
pub(super) const SLOW_MOVING: usize = if cfg!(miri) { 1 << 7 } else { 1 << 14 };

/// How many nodes, or slots of each range of the array part, a sample has.
const SAMPLE: usize = 1 << 12;
const RANGE_SAMPLE: usize = 1 << 10;

/// Nodes up to this many are filled to the last; with more, one in eight is to be free, so that it takes some
/// insertions until they are used up again even if none is needed any more.
const TIGHT: usize = 16;

/// How many nodes are counted and placed anew for a unit of fuel: they may lie anywhere in memory.
const NODES_PER_UNIT: usize = 2;

/// Charges for counting entries. A table may have a long list and few nodes, and keys that come and go use these up
/// again and again, so the slots cost as well.
pub(super) fn charge_count(mc: &Mutation<'_>, slots: usize, nodes: usize) {
    TracingContext::charge_growth(mc, slots / SLOTS_PER_UNIT + nodes / NODES_PER_UNIT);
}

/// How many slots of an array part are looked at for a unit of fuel.
const SLOTS_PER_UNIT: usize = 16;

/// How many entries there are, of which kinds.
#[derive(Default)]
pub(super) struct Census {
    /// Entries of the array part, and entries among the nodes, by their keys: `[n]` is for the integers k with 2^(n-1)
    /// < k <= 2^n.
    array: [u32; 32],
    nodes: [u32; 32],
    /// Entries with integer keys of all ranges; with what a sample adds for chance, fewer than 2^32, since a part has
    /// at most 2^30 ([`PART_LIMIT`]). Most tables that grow among their nodes have none.
    integers: u32,
    /// Entries with other keys.
    other: u32,
}

/// The number of the range that a key is in, if it could be an array slot's.
fn range_of(key: i64) -> Option<usize> {
    (key > 0 && key as usize <= PART_LIMIT).then(|| (key as u64).next_power_of_two().trailing_zeros() as usize)
}

impl Census {
    fn add_node(&mut self, key: Slot<'_>) {
        match key.as_integer().and_then(range_of) {
            Some(range) => {
                self.nodes[range] += 1;
                self.integers += 1;
            }
            None => self.other += 1,
        }
    }

    /// Counts entries of the array part in a range.
    fn add_slots(&mut self, range: usize, count: u32) {
        self.array[range] += count;
        self.integers += count;
    }

    /// The size of the array part that more than half of would be in use.
    pub(super) fn array_size(&self) -> usize {
        let integers = self.integers as usize;
        let mut below = 0;
        let mut size = 0;
        for range in 0..32 {
            let candidate = 1usize << range;
            if integers <= candidate / 2 {
                break;
            }
            below += (self.array[range] + self.nodes[range]) as usize;
            if below > candidate / 2 {
                size = candidate;
            }
        }
        size
    }

    /// How many entries of the array part would not fit into one of this size.
    fn beyond(&self, size: usize) -> usize {
        if self.integers == 0 {
            return 0;
        }
        (0..32).filter(|range| 1 << range > size).map(|range| self.array[range] as usize).sum()
    }

    /// How many entries would be nodes beside an array part of this size, if those of the array part stay there.
    fn in_nodes(&self, size: usize) -> usize {
        let other = self.other as usize;
        if self.integers == 0 {
            return other;
        }
        other + (0..32).filter(|range| 1 << range > size).map(|range| self.nodes[range] as usize).sum::<usize>()
    }
}

/// Numbers that a script cannot foresee (splitmix64).
struct Sampler(u64);

impl Sampler {
    /// A number below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        (((mixed ^ mixed >> 32) as u32 as u64 * end as u64) >> 32) as usize
    }
}

/// `found` of `sampled` stand for as many of `all`, with a margin for chance.
fn scale(found: usize, sampled: usize, all: usize) -> usize {
    if found == 0 || sampled >= all {
        return found;
    }
    let found = found + 3 * found.isqrt();
    (found as u64 * all as u64 / sampled as u64).min(all as u64) as usize
}

impl<'gc> TableObject<'gc> {
    /// Gives the table new sizes that fit what it holds and `key`.
    #[cold]
    #[inline(never)]
    pub(super) fn rehash(
        this: Gc<'gc, Self>,
        mc: &Mutation<'gc>,
        key: Slot<'gc>,
        forced: bool,
    ) -> Result<(), OutOfMemory> {
        // What is still to be moved has had the time for it, but by chances that never come.
        let is_left = this.flags.get() & flag::MOVING != 0;
        if !is_left && this.is_large() {
            return TableObject::rehash_large(this, mc, key, forced);
        }
        TableObject::stop_growth(this, mc);
        if let Some(context) = mc.context::<TracingContext>() {
            context.charge(6);
        }
        let census = this.count_entries(mc, key);
        let array = census.array_size();
        let nodes = census.in_nodes(array) + census.beyond(array);
        let room = if nodes < TIGHT { nodes } else { nodes + nodes / 8 };
        TableObject::resize(this, mc, array, room, forced)
    }

    /// Gives the table nodes for this many entries, at once.
    pub(super) fn reserve_nodes(this: Gc<'gc, Self>, mc: &Mutation<'gc>, count: usize) -> Result<(), OutOfMemory> {
        if count <= this.all_nodes_count() {
            return Ok(());
        }
        TableObject::stop_growth(this, mc);
        TableObject::resize(this, mc, this.array_capacity.get() as usize, count, false)
    }

    /// Counts the entries, of a large table a sample, and a new one with this key.
    pub(super) fn census(&self, mc: &Mutation<'gc>, key: Slot<'gc>) -> Census {
        if self.is_large() { self.sample(mc, key) } else { self.count_entries(mc, key) }
    }

    fn is_large(&self) -> bool {
        self.array_length.get() as usize + self.node_count() >= LARGE
    }

    fn count_entries(&self, mc: &Mutation<'gc>, key: Slot<'gc>) -> Census {
        charge_count(mc, self.array_length.get() as usize, self.all_nodes_count());
        let mut census = Census::default();
        for index in 0..self.array_length.get() {
            if !self.array_value(index).is_nil()
                && let Some(range) = range_of(i64::from(index) + 1)
            {
                census.add_slots(range, 1);
            }
        }
        for index in 0..self.all_nodes_count() {
            // SAFETY: a node of this table.
            let node = unsafe { &*self.any_node(index) };
            if node.value_tag != tag::NIL {
                census.add_node(node.key());
            }
        }
        census.add_node(key);
        census
    }

    /// As `rehash`, of a large table: what takes time is done by the insertions to come.
    fn rehash_large(this: Gc<'gc, Self>, mc: &Mutation<'gc>, key: Slot<'gc>, forced: bool) -> Result<(), OutOfMemory> {
        let old = this.block();
        let old_count = old.count();
        let census = this.sample(mc, key);
        let is_slow = old_count >= SLOW_MOVING;
        let wanted = census.array_size();
        // An array part that is changing already goes on with that.
        let is_draining = this.flags.get() & flag::DRAINING != 0;
        let may_change = !this.is_growing() && !is_draining;
        let is_to_grow = may_change && wanted > this.array_capacity.get() as usize;
        let capacity = if is_to_grow { wanted } else { this.array_extent() as usize };
        let drained_to = (may_change && wanted < capacity).then_some(wanted);
        // Few nodes move at once, before a growing array part has taken in any more.
        let takes_in = is_to_grow || is_slow && this.is_growing();
        let staying = census.in_nodes(if takes_in { capacity } else { this.array_capacity.get() as usize });
        let needed = staying + drained_to.map_or(0, |target| census.beyond(target));
        let count = (needed + needed / 8 + old_count / 8 + 1).next_power_of_two().max(ANNEX_SIZE);
        if count > PART_LIMIT {
            return Err(OutOfMemory);
        }
        // All memory first: a refusal leaves the table as it was.
        let nodes = allocate_nodes(mc, count, forced)?;
        if is_to_grow && let Err(refused) = TableObject::grow_to(this, mc, wanted, forced) {
            // SAFETY: just allocated, used by nobody.
            unsafe { mc.free_leaf(nodes.cast()) };
            return Err(refused);
        }
        // What an array part that is shrinking was shrinking to is in the old annex.
        // SAFETY: if it is shrinking, the old block has an annex, and the new one has as well.
        let draining = is_draining.then(|| unsafe { ((*this.annex()).drain_target, (*this.annex()).drain_extent) });
        TableObject::start_moving(this, mc, Block { nodes, mask: count as u32 - 1 });
        let annex = this.annex();
        // SAFETY: the new block has an annex.
        unsafe {
            if let Some((target, extent)) = draining {
                (*annex).drain_target = target;
                (*annex).drain_extent = extent;
            }
            // The array part is to be done within a sixteenth of the insertions that there is room for.
            let work = capacity - this.array_capacity.get() as usize;
            (*annex).array_portion = (work / (old_count / 16).max(1)).min(u32::MAX as usize / 2) as u32;
        }
        if let Some(target) = drained_to {
            this.start_draining(target as u32);
        }
        if !is_slow {
            TableObject::move_nodes(this, mc, u32::MAX);
        }
        Ok(())
    }

    /// Counts a sample of the entries.
    fn sample(&self, mc: &Mutation<'gc>, key: Slot<'gc>) -> Census {
        let block = self.block();
        let mut sampler = Sampler(block.secret() ^ block.count() as u64);
        let mut census = Census::default();
        let length = self.array_length.get() as usize;
        let mut slots = 0;
        for range in 0..32 {
            // The slots of the keys in this range.
            let (start, end) = (if range == 0 { 0 } else { 1usize << (range - 1) }, (1usize << range).min(length));
            if start >= end {
                break;
            }
            let size = end - start;
            slots += size.min(RANGE_SAMPLE);
            let is_used = |index: usize| !self.array_value(index as u32).is_nil();
            let count = if size <= RANGE_SAMPLE {
                (start..end).filter(|index| is_used(*index)).count()
            } else {
                let found = (0..RANGE_SAMPLE).filter(|_| is_used(start + sampler.below(size))).count();
                found * size / RANGE_SAMPLE
            };
            census.add_slots(range, count as u32);
        }
        let count = block.count();
        let mut found = Census::default();
        let mut look = |node: *const Node| {
            // SAFETY: a node of this table.
            let node = unsafe { &*node };
            if node.value_tag != tag::NIL {
                found.add_node(node.key());
            }
        };
        let sampled = count.min(SAMPLE);
        charge_count(mc, slots, sampled);
        if count <= SAMPLE {
            (0..count).for_each(|index| look(block.node(index as u32)));
        } else {
            (0..SAMPLE).for_each(|_| look(block.node(sampler.below(count) as u32)));
        }
        for range in 0..32 {
            census.nodes[range] = scale(found.nodes[range] as usize, sampled, count) as u32;
            census.integers += census.nodes[range];
        }
        census.other = scale(found.other as usize, sampled, count) as u32;
        census.add_node(key);
        census
    }

    /// Gives the table an array part and a node part of new sizes. Everything it holds must fit.
    fn resize(
        this: Gc<'gc, Self>,
        mc: &Mutation<'gc>,
        array: usize,
        nodes: usize,
        forced: bool,
    ) -> Result<(), OutOfMemory> {
        if array > PART_LIMIT || nodes > PART_LIMIT {
            return Err(OutOfMemory);
        }
        // All memory first: a refusal leaves the table as it was.
        let new_nodes = allocate_nodes(mc, nodes, forced)?;
        let (old_array, old_capacity, old_length) =
            (this.array.get(), this.array_capacity.get() as usize, this.array_length.get() as usize);
        // A block from which the last slots were moved is not kept.
        let is_other = array != old_capacity || this.flags.get() & flag::DRAINING != 0;
        let has_old = this.has_array_block();
        if is_other {
            TracingContext::charge_move(mc, old_length * size_of::<Slot<'_>>());
            let moved = match allocate_array(mc, array, forced) {
                Ok(moved) => moved,
                Err(refused) => {
                    if nodes != 0 {
                        // SAFETY: just allocated, used by nobody.
                        unsafe { mc.free_leaf(new_nodes.cast()) };
                    }
                    return Err(refused);
                }
            };
            // SAFETY: both arrays are large enough for what is copied.
            unsafe {
                std::ptr::copy_nonoverlapping(old_array.as_ptr(), moved.as_ptr(), old_length.min(array));
            }
            this.array.set(moved);
            this.array_capacity.set(array as u32);
            this.array_length.set(old_length.min(array) as u32);
        }
        let old_blocks = [this.old_block(), Some(this.block())];
        let new_count = if nodes == 0 { 0 } else { nodes.next_power_of_two() };
        this.set_changing(0, flag::MOVING | flag::DRAINING);
        let new_block = Block { nodes: new_nodes, mask: new_count.saturating_sub(1) as u32 };
        if this.block().is_mixed() {
            new_block.mix_integers();
        }
        this.set_block(new_block);
        // SAFETY: the old parts are still there, and belong to this table alone.
        unsafe {
            for index in array..old_length {
                let slot = *old_array.as_ptr().add(index);
                if !slot.is_nil() {
                    let placed = this.place(mc, Slot::integer(index as i64 + 1), slot);
                    debug_assert!(placed);
                }
            }
            for old in old_blocks.into_iter().flatten().filter(|block| block.count() != 0) {
                // From the end, as PUC-Rio Lua does: it keeps chains in the order in which they were made.
                for index in (0..old.count()).rev() {
                    let node = &*old.node(index as u32);
                    if node.value_tag == tag::NIL {
                        continue;
                    }
                    if node.key_tag == tag::INTEGER {
                        let index = (node.key.integer as u64).wrapping_sub(1);
                        if index < array as u64 {
                            Slot::write(this.array.get().as_ptr().add(index as usize), node.value());
                            this.array_length.set(this.array_length.get().max(index as u32 + 1));
                            continue;
                        }
                    }
                    let placed = this.place(mc, node.key(), node.value());
                    debug_assert!(placed);
                }
                mc.free_leaf(old.nodes.cast());
            }
            if is_other && has_old {
                mc.free_leaf(old_array.cast());
            }
        }
        TableObject::trace_again(this, mc);
        Ok(())
    }
}
