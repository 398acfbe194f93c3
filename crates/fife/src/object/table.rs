//! Tables: an array part and a node part, both blocks of the heap that the table owns.
//!
//! The node part is a chained scatter table with Brent's variation, as in PUC-Rio Lua's `ltable.c`: a node that is not
//! in its main position gives way to a key whose main position that is. A removed entry keeps its key until the next
//! rehash, and only an insertion can cause a rehash, so `next` works over a table that is being emptied.
//!
//! **Order.** The order of `pairs` must depend only on the program and the hash seed, never on when a collection ran.
//! So objects hash by serial number and strings by content; a removed entry's short string key is kept alive, since the
//! same string may come back; and an entry removed under any other key is never reused.
//!
//! Blocks of up to some ten thousand nodes are replaced at once, larger ones in portions: see `migration`. The block of
//! an array part moves at once, whatever its size: see `growth`.
//!
//! # Safety argument
//!
//! `array` has `array_capacity` slots, all initialised; those from `array_length` on, which is at most the capacity, are
//! nil. While an array part grows or shrinks in portions its block has more: see `growth` and `migration`. `nodes` has
//! `node_mask + 1` nodes (see `node`), or is the one shared empty node, which is never written (`is_without_nodes`).
//! While nodes move there are more: see `migration`. The blocks belong to this table alone. They are replaced only in
//! `rehash`, `growth` and `migration`, and no pointer into them is kept across a call that may store. Every store of a
//! collectable value runs the barrier: a traced table has the `BARRIER` bit.

use super::slot::{Slot, tag};
use super::string::{SHORT_STRING_LIMIT, StringObject};
use super::tracing::TracingContext;
use super::{Context, Event, Value};
use fife_arena::{Collect, Gc, Mutation, OutOfMemory, Phase, Tracer};
use std::cell::Cell;
use std::fmt;
use std::ptr::NonNull;

mod copy;
mod cursor;
mod growth;
mod migration;
mod node;
mod raw;
mod rehash;
#[cfg(test)]
mod tests;
mod traverse;

pub use cursor::{TableCursor, Visited};
pub(crate) use node::Node;
pub(in crate::object) use node::multiplier;
use node::{Block, allocate_nodes, empty_node};
pub(crate) use traverse::END;

/// State bits. If all are clear, a store needs nothing else.
pub(crate) mod state {
    /// The table was traced in this cycle, so a store must run the barrier.
    pub(crate) const BARRIER: u8 = 1;
    /// The table is used as a metatable whose lookups are cached, so a store must clear the cache.
    pub(crate) const CACHED: u8 = 2;
    /// Too many of its keys collide: the fast paths for short strings find nothing in it, and leave it to searches that
    /// charge fuel.
    pub(crate) const CROWDED: u8 = 4;
    /// It changes in portions (see `migration`): entries may be where the fast paths do not look.
    pub(crate) const CHANGING: u8 = 8;
    /// It refuses stores.
    pub(crate) const FROZEN: u8 = 16;
}

/// More flags for the collector. Unlike the state bits they cost a store nothing.
pub(crate) mod flag {
    /// In this cycle the table was found to have weak keys, weak values.
    pub(crate) const WEAK_KEYS: u8 = 1;
    pub(crate) const WEAK_VALUES: u8 = 2;
    /// It is noted for the end of marking.
    pub(crate) const NOTED: u8 = 4;
    /// It is noted, and its parts were replaced since.
    pub(crate) const RESIZED: u8 = 8;
    pub(crate) const OF_ONE_CYCLE: u8 = WEAK_KEYS | WEAK_VALUES | NOTED | RESIZED;
    /// Its `__gc` must be called before it is freed.
    pub(crate) const FINALIZABLE: u8 = 16;
    /// Its array part is growing, see `growth`.
    pub(crate) const GROWING: u8 = 32;
    /// Nodes are moving from an old block, its array part is shrinking, see `migration`.
    pub(crate) const MOVING: u8 = 64;
    pub(crate) const DRAINING: u8 = 128;
}

/// From this many entries on, a store during marking marks the stored value instead of having the whole table traced
/// again, which might never end.
const FORWARD_BARRIER_SIZE: usize = 1 << 10;

/// In an array part of up to this many slots the border is searched for, even if the last value is known.
const SEARCHED_ARRAY: u32 = 8;

/// The most array slots or nodes of one table.
const PART_LIMIT: usize = 1 << 30;

/// A table.
#[repr(C)]
pub(crate) struct TableObject<'gc> {
    pub(crate) array: Cell<NonNull<Slot<'gc>>>,
    pub(crate) nodes: Cell<NonNull<Node>>,
    pub(crate) array_capacity: Cell<u32>,
    /// All slots from here on are nil. Usually this is the border.
    pub(crate) array_length: Cell<u32>,
    pub(crate) node_mask: Cell<u32>,
    /// The nodes from here on are in use.
    last_free: Cell<u32>,
    pub(crate) metatable: Cell<Option<Gc<'gc, TableObject<'gc>>>>,
    /// For a metatable with the `CACHED` bit: its `__index`, if that is a table. It is not traced, because the entry
    /// itself keeps the table alive. So everything that changes or removes an entry clears it first: stores do
    /// (`before_store`), and so does the collector when it removes entries of weak tables (`weak`). A check of the
    /// arena shows it, see `trace`.
    pub(crate) index_cache: Cell<Option<Gc<'gc, TableObject<'gc>>>>,
    serial: u32,
    /// For a metatable with the `CACHED` bit: the events it has no metamethod for.
    pub(crate) absent: Cell<u16>,
    pub(crate) state: Cell<u8>,
    pub(crate) flags: Cell<u8>,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<TableObject<'static>>() + fife_arena::raw::HEADER_SIZE <= 64);

/// Why a table did not take an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableError {
    /// The key is nil.
    NilKey,
    /// The key is not a number (NaN).
    NanKey,
    /// The table is [frozen](Table::freeze).
    Frozen,
    /// There is no memory for it.
    OutOfMemory,
}

impl From<OutOfMemory> for TableError {
    fn from(_: OutOfMemory) -> TableError {
        TableError::OutOfMemory
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TableError::NilKey => "table index is nil",
            TableError::NanKey => "table index is NaN",
            TableError::Frozen => "attempt to change a frozen table",
            TableError::OutOfMemory => "not enough memory",
        })
    }
}

impl std::error::Error for TableError {}

// SAFETY: shows the metatable and every key and value, except weak ones, for which the table is noted: their dead
// entries are removed before the objects are freed (see `weak`). Stores run the barrier (see above).
unsafe impl<'gc> Collect for TableObject<'gc> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        let start = tracer.resume_point();
        let block = self.block();
        let length = self.array_length.get() as usize;
        // Most tables have one block of nodes, and nothing behind their array slots.
        let is_changing = self.flags.get() & (flag::GROWING | flag::MOVING | flag::DRAINING) != 0;
        let (capacity, nodes) = if is_changing {
            (self.array_extent() as usize, self.all_nodes_count())
        } else {
            (self.array_capacity.get() as usize, block.count())
        };
        // SAFETY: the blocks are this table's and live; slots and nodes are initialised.
        unsafe {
            if start == 0 {
                self.state.set(self.state.get() | state::BARRIER);
                if let Some(metatable) = self.metatable.get() {
                    tracer.mark(metatable);
                }
                if capacity != 0 {
                    tracer.mark_block(self.array.get().cast());
                }
                if block.count() != 0 {
                    tracer.mark_block(block.nodes.cast());
                }
                if is_changing && let Some(old) = self.old_block().filter(|old| old.count() != 0) {
                    tracer.mark_block(old.nodes.cast());
                }
                if self.metatable.get().is_some() || self.flags.get() & flag::OF_ONE_CYCLE != 0 {
                    self.find_weakness(tracer);
                }
                if tracer.is_check()
                    && let Some(cached) = self.index_cache.get()
                {
                    tracer.mark(cached);
                }
            }
            let weak = self.flags.get() & (flag::WEAK_KEYS | flag::WEAK_VALUES);
            // Positions count through the array's capacity and then the nodes, so that they keep their meaning while
            // entries are added; after a resize the table is traced from the start. Old nodes come last and may have
            // been freed, after moving marked their entries.
            let end = capacity + nodes;
            let start = start.min(end);
            let stop = end.min(start + 1024 + tracer.budget() / 32);
            if weak & flag::WEAK_VALUES == 0 {
                for index in start.min(length)..stop.min(length) {
                    (*self.array.get().as_ptr().add(index)).trace(tracer);
                }
            }
            let (first, last, count) = (start.saturating_sub(capacity), stop.saturating_sub(capacity), block.count());
            for index in first..last.min(count) {
                Node::show(block.node(index as u32), weak, tracer);
            }
            for index in first.max(count)..last {
                Node::show(self.any_node(index), weak, tracer);
            }
            tracer.work((stop - start) * 16);
            if stop < end {
                tracer.pause_at(stop);
            }
        }
    }
}

impl<'gc> TableObject<'gc> {
    /// A table with room for this many array elements and other entries.
    #[inline]
    pub(crate) fn allocate(
        mc: &Mutation<'gc>,
        array: usize,
        nodes: usize,
        serial: u32,
        forced: bool,
    ) -> Result<Gc<'gc, TableObject<'gc>>, OutOfMemory> {
        // SAFETY: the object is written before anyone sees it.
        let table = unsafe {
            let memory = mc.allocate_traced::<TableObject<'gc>>(size_of::<TableObject<'gc>>(), forced)?;
            memory.write(TableObject {
                array: Cell::new(NonNull::dangling()),
                nodes: Cell::new(empty_node()),
                array_capacity: Cell::new(0),
                array_length: Cell::new(0),
                node_mask: Cell::new(0),
                last_free: Cell::new(0),
                metatable: Cell::new(None),
                index_cache: Cell::new(None),
                serial,
                absent: Cell::new(0),
                state: Cell::new(0),
                flags: Cell::new(0),
            });
            Gc::from_ptr(memory.as_ptr())
        };
        if array != 0 {
            table.array.set(allocate_array(mc, array, forced)?);
            table.array_capacity.set(array as u32);
        }
        if nodes != 0 {
            table.nodes.set(allocate_nodes(mc, nodes, forced)?);
            let count = nodes.next_power_of_two() as u32;
            table.node_mask.set(count - 1);
            table.last_free.set(count);
        }
        Ok(table)
    }

    #[inline(always)]
    pub(crate) fn serial(&self) -> u32 {
        self.serial
    }

    /// Finds out which of its references are weak, and notes the table if any are.
    #[inline(never)]
    fn find_weakness(&self, tracer: &mut Tracer<'_>) {
        let Some(context) = TracingContext::of(tracer) else { return };
        let weak = self.metatable.get().map_or(0, |metatable| context.weakness(metatable));
        let mut flags = self.flags.get() & !(flag::WEAK_KEYS | flag::WEAK_VALUES);
        if weak != 0 && (flags & flag::NOTED != 0 || context.weak.note(tracer, self)) {
            flags |= weak | flag::NOTED;
        }
        self.flags.set(flags);
    }

    #[inline(always)]
    fn is_without_nodes(&self) -> bool {
        self.nodes.get() == empty_node()
    }

    #[inline]
    pub(crate) fn node_count(&self) -> usize {
        self.block().count()
    }

    #[inline(always)]
    fn block(&self) -> Block {
        let block = Block { nodes: self.nodes.get(), mask: self.node_mask.get() };
        if self.state.get() & state::CROWDED == 0 { block } else { block.behind_decoy() }
    }

    /// Whether the table may have a short string that `find_short_string` does not find.
    #[inline(always)]
    pub(crate) fn is_hiding(&self) -> bool {
        self.state.get() & (state::CROWDED | state::CHANGING) != 0
    }

    /// Replaces the node part.
    fn set_block(&self, block: Block) {
        self.state.set(self.state.get() & !state::CROWDED);
        self.nodes.set(block.nodes);
        self.node_mask.set(block.mask);
        self.last_free.set(block.count() as u32);
    }

    /// Makes short strings hard to find.
    #[cold]
    fn become_crowded(&self) {
        if let Some(decoy) = self.block().decoy() {
            self.nodes.set(decoy.nodes);
            self.node_mask.set(decoy.mask);
            self.state.set(self.state.get() | state::CROWDED);
        }
    }

    #[inline(always)]
    fn node(&self, index: u32) -> *mut Node {
        self.block().node(index)
    }

    fn has_array_block(&self) -> bool {
        self.array.get() != NonNull::dangling()
    }

    // ---- Reading ----

    /// The value of a short string key.
    #[inline(always)]
    pub(crate) fn get_short_string(&self, key: Gc<'gc, StringObject>) -> Slot<'gc> {
        let node = self.find_short_string(key.as_ptr(), key.short_hash());
        // SAFETY: what is found is a node of this table or the shared empty node.
        let value = unsafe { (*node).value() };
        if value.is_nil() && self.is_hiding() { self.get_hidden(key) } else { value }
    }

    #[cold]
    #[inline(never)]
    fn get_hidden(&self, key: Gc<'gc, StringObject>) -> Slot<'gc> {
        // SAFETY: what is found is a node of this table.
        self.find_node(Slot::string(key)).map_or(Slot::NIL, |node| unsafe { (*node).value() })
    }

    /// The node of a short string key, or the shared empty node, which must not be written. The key may be
    /// [hidden](Self::is_hiding).
    #[inline(always)]
    pub(crate) fn find_short_string(&self, key: *mut StringObject, hash: u32) -> *mut Node {
        // Not `block`: a crowded table shows a decoy.
        let mut node = Block { nodes: self.nodes.get(), mask: self.node_mask.get() }.node(hash & self.node_mask.get());
        // SAFETY: chains stay within the table's nodes.
        unsafe {
            // Most keys are where their chain starts. Separate, that is straight-line code.
            if (*node).key.pointer == key.cast() && (*node).key_tag == tag::STRING {
                return node;
            }
            loop {
                let next = (*node).next;
                if next == 0 {
                    return empty_node().as_ptr();
                }
                node = node.offset(next as isize);
                if (*node).key.pointer == key.cast() && (*node).key_tag == tag::STRING {
                    return node;
                }
            }
        }
    }

    /// The value of an integer key.
    #[inline(always)]
    pub(crate) fn get_integer(&self, key: i64) -> Slot<'gc> {
        let index = (key as u64).wrapping_sub(1);
        if index < u64::from(self.array_capacity.get()) {
            // SAFETY: below the capacity, all slots are initialised.
            unsafe { Slot::read(self.array.get().as_ptr().add(index as usize)) }
        } else {
            self.get_integer_node(key)
        }
    }

    pub(crate) fn get_integer_node(&self, key: i64) -> Slot<'gc> {
        if self.is_without_nodes() {
            return Slot::NIL;
        }
        // SAFETY: what is found is a node of this table.
        self.find_integer(key).map_or(Slot::NIL, |node| unsafe { (*node).value() })
    }

    /// The node of an integer key.
    #[inline]
    fn find_integer(&self, key: i64) -> Option<*mut Node> {
        self.block().find_integer(key).or_else(|| self.old_block().and_then(|old| old.find_integer(key)))
    }

    /// The value of any key.
    pub(crate) fn get(&self, key: Slot<'gc>, seed: u64) -> Slot<'gc> {
        match key.tag() {
            tag::NIL => Slot::NIL,
            // SAFETY: the tag says so.
            tag::INTEGER => self.get_integer(unsafe { key.payload().integer }),
            // SAFETY: the tag says so.
            tag::FLOAT => match fife_bytecode::number::float_to_integer(unsafe { key.payload().float }) {
                Some(key) => self.get_integer(key),
                // SAFETY: what is found is a node of this table.
                None => self.find_node(key).map_or(Slot::NIL, |node| unsafe { (*node).value() }),
            },
            tag::STRING => {
                // SAFETY: the tag says so.
                let string: Gc<'gc, StringObject> = unsafe { Gc::from_ptr(key.payload().pointer.cast()) };
                if string.is_short() {
                    self.get_short_string(string)
                } else {
                    StringObject::hash(string, seed);
                    // SAFETY: what is found is a node of this table.
                    self.find_node(key).map_or(Slot::NIL, |node| unsafe { (*node).value() })
                }
            }
            // SAFETY: what is found is a node of this table.
            _ => self.find_node(key.as_key()).map_or(Slot::NIL, |node| unsafe { (*node).value() }),
        }
    }

    /// Where a key's chain starts. A long string must have been hashed. Integral floats must be integers.
    fn main_position(&self, key: Slot<'gc>) -> u32 {
        let block = self.block();
        block.hash(key) & block.mask
    }

    /// The node of a key. A long string must have been hashed. Integral floats must be integers.
    fn find_node(&self, key: Slot<'gc>) -> Option<*mut Node> {
        if let Some(integer) = key.as_integer() {
            return self.find_integer(integer);
        }
        self.block().find(key).or_else(|| self.old_block().and_then(|old| old.find(key)))
    }

    /// A border: 0, or an index whose value is not nil while the next one's is.
    #[inline]
    pub(crate) fn length(&self) -> i64 {
        let length = self.array_length.get();
        let capacity = self.array_capacity.get();
        if length < capacity && capacity <= SEARCHED_ARRAY {
            // As in PUC-Rio Lua, which tries the last two slots and then the middle: programs may know which border
            // they get for a small list with holes.
            let is_last = length == capacity - 1 && (length == 0 || !self.array_value(length - 1).is_nil());
            return if is_last { i64::from(length) } else { self.border_in_array(capacity) };
        }
        if length != 0 && self.array_value(length - 1).is_nil() {
            return self.border_in_array(length);
        }
        if length == capacity && !self.is_without_nodes() {
            return self.border_in_nodes(i64::from(length));
        }
        i64::from(length)
    }

    #[cold]
    fn border_in_array(&self, length: u32) -> i64 {
        let (mut low, mut high) = (0, length);
        // The slot below `low` is not nil (or low is 0), the slot below `high` is nil.
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.array_value(middle - 1).is_nil() {
                high = middle;
            } else {
                low = middle;
            }
        }
        i64::from(low)
    }

    #[cold]
    fn border_in_nodes(&self, from: i64) -> i64 {
        let is_nil = |key: i64| self.get_integer_node(key).is_nil();
        if is_nil(from + 1) {
            return from;
        }
        let (mut low, mut high) = (from + 1, from + 1);
        loop {
            if high > i64::MAX / 2 {
                high = i64::MAX;
                if !is_nil(high) {
                    return high;
                }
                break;
            }
            high *= 2;
            if is_nil(high) {
                break;
            }
            low = high;
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if is_nil(middle) { high = middle } else { low = middle }
        }
        low
    }

    // ---- Writing ----

    /// Call this before storing `value` (and `key` with it) into a table whose state is not 0.
    #[cold]
    #[inline(never)]
    pub(crate) fn before_store(this: Gc<'gc, Self>, mc: &Mutation<'gc>, key: Slot<'gc>, value: Slot<'gc>) {
        if this.state.get() & state::CACHED != 0 {
            this.forget_cache();
        }
        if this.state.get() & state::BARRIER == 0 {
            return;
        }
        if !mc.is_marking() {
            this.state.set(this.state.get() & !state::BARRIER);
        } else if this.marks_what_is_stored(mc) {
            for slot in [key, value] {
                if slot.tag() >= tag::FIRST_COLLECTABLE {
                    // SAFETY: a collectable payload points to a live object.
                    unsafe { mc.barrier_forward_raw(NonNull::new_unchecked(slot.payload().pointer)) }
                }
            }
        } else {
            this.state.set(this.state.get() & !state::BARRIER);
            mc.barrier_backward(this);
        }
    }

    /// Whether a store marks the stored value, rather than having the whole table traced again.
    fn marks_what_is_stored(&self, mc: &Mutation<'gc>) -> bool {
        self.array_length.get() as usize + self.node_count() >= FORWARD_BARRIER_SIZE
            || self.flags.get() & flag::NOTED != 0 && mc.phase() == Phase::Marked
    }

    #[inline(always)]
    pub(crate) fn check_store(this: Gc<'gc, Self>, mc: &Mutation<'gc>, key: Slot<'gc>, value: Slot<'gc>) {
        if this.state.get() != 0 {
            TableObject::before_store(this, mc, key, value);
        }
    }

    /// Whether it takes no stores.
    pub(crate) fn is_frozen(&self) -> bool {
        self.state.get() & state::FROZEN != 0
    }

    /// Clears the caches of the table as a metatable.
    pub(super) fn forget_cache(&self) {
        self.state.set(self.state.get() & !state::CACHED);
        self.absent.set(0);
        self.index_cache.set(None);
    }

    /// In `absent`: the table has an `__index` that is not a table.
    pub(crate) const NO_INDEX_TABLE: u16 = 1 << 15;

    /// The bit of an event in `absent`; 0 if it has none.
    #[inline(always)]
    pub(super) fn absent_bit(event: Event) -> u16 {
        // Those behind are asked for too seldom.
        1u16.checked_shl(event as u32).unwrap_or(0) & !Self::NO_INDEX_TABLE
    }

    /// Whether the table is known to have no metamethod for an event. It may have none without that being known:
    /// nothing is searched.
    #[inline(always)]
    pub(crate) fn is_known_to_lack(&self, event: Event) -> bool {
        self.metatable.get().is_none_or(|metatable| metatable.absent.get() & TableObject::absent_bit(event) != 0)
    }

    /// Sets the metatable, which counts as a store.
    pub(crate) fn set_metatable(this: Gc<'gc, Self>, mc: &Mutation<'gc>, metatable: Option<Gc<'gc, TableObject<'gc>>>) {
        let value = metatable.map_or(Slot::NIL, Slot::table);
        TableObject::check_store(this, mc, Slot::NIL, value);
        this.metatable.set(metatable);
        if this.flags.get() & flag::NOTED != 0 {
            // References that were weak may be strong now.
            TableObject::trace_again(this, mc);
        }
    }

    /// Stores into an existing array slot. True if it exists and the table is not frozen; otherwise nothing was stored.
    #[inline(always)]
    #[must_use]
    pub(crate) fn set_array(this: Gc<'gc, Self>, mc: &Mutation<'gc>, key: i64, value: Slot<'gc>) -> bool {
        let index = (key as u64).wrapping_sub(1);
        if index >= u64::from(this.array_capacity.get()) {
            return false;
        }
        if this.state.get() != 0 {
            if this.is_frozen() {
                return false;
            }
            TableObject::before_store(this, mc, Slot::NIL, value);
        }
        // SAFETY: below the capacity.
        unsafe { Slot::write(this.array.get().as_ptr().add(index as usize), value) };
        this.note_stored(index as u32, value);
        true
    }

    /// Lowers the length over nil slots at its end, but only a few: the rest is found by search.
    #[inline(never)]
    pub(crate) fn trim(&self) {
        let mut length = self.array_length.get();
        let stop = length.saturating_sub(8);
        while length > stop && self.array_value(length - 1).is_nil() {
            length -= 1;
        }
        self.array_length.set(length);
    }

    /// Stores a value under any key.
    pub(crate) fn set(
        this: Gc<'gc, Self>,
        mc: &Mutation<'gc>,
        key: Slot<'gc>,
        value: Slot<'gc>,
        seed: u64,
    ) -> Result<(), TableError> {
        if this.is_frozen() {
            return Err(TableError::Frozen);
        }
        let key = match key.tag() {
            tag::NIL => return Err(TableError::NilKey),
            tag::FLOAT => {
                // SAFETY: the tag says so.
                let float = unsafe { key.payload().float };
                match fife_bytecode::number::float_to_integer(float) {
                    Some(integer) => Slot::integer(integer),
                    None if float.is_nan() => return Err(TableError::NanKey),
                    None => key,
                }
            }
            tag::STRING => {
                // SAFETY: the tag says so.
                StringObject::hash(unsafe { Gc::from_ptr(key.payload().pointer.cast()) }, seed);
                key
            }
            _ => key.as_key(),
        };
        if let Some(integer) = key.as_integer()
            && TableObject::set_array(this, mc, integer, value)
        {
            return Ok(());
        }
        if let Some(node) = this.find_node(key).filter(|_| !this.is_without_nodes()) {
            // A removed entry is reused only under a key that the collector keeps. SAFETY: a node of this table.
            let live = unsafe { (*node).value_tag } != tag::NIL;
            if live || value.is_nil() || this.is_kept_key(key) {
                TableObject::check_store(this, mc, key, value);
                // SAFETY: as above.
                unsafe { (*node).set_value(value) };
                return Ok(());
            }
        }
        if value.is_nil() {
            return Ok(());
        }
        TableObject::insert(this, mc, key, value, false).map_err(Into::into)
    }

    /// Adds an entry under a short string without a value. False if there is no memory. The table hides nothing.
    pub(crate) fn add_short_string(this: Gc<'gc, Self>, mc: &Mutation<'gc>, key: Slot<'gc>, value: Slot<'gc>) -> bool {
        let Some(string) = key.as_string() else { return false };
        TableObject::check_store(this, mc, key, value);
        let node = this.find_short_string(string.as_ptr(), string.short_hash());
        if node != empty_node().as_ptr() {
            // SAFETY: a node of this table.
            unsafe { (*node).set_value(value) };
            return true;
        }
        // The node of the main position is free most of the time.
        let main = this.node(string.short_hash() & this.node_mask.get());
        // SAFETY: a node of this table, unless it has none.
        unsafe {
            if (*main).key_tag == tag::NIL && !this.is_without_nodes() {
                (*main).key = key.payload();
                (*main).key_tag = key.tag();
                (*main).set_value(value);
                return true;
            }
        }
        TableObject::insert(this, mc, key, value, false).is_ok()
    }

    /// Whether a removed entry with this key is the same with and without a collection in between.
    fn is_kept_key(&self, key: Slot<'gc>) -> bool {
        match key.tag() {
            tag::STRING => key.as_string().is_some_and(|string| string.is_short()),
            key_tag => key_tag < tag::FIRST_COLLECTABLE,
        }
    }

    /// Adds an entry for a key that has none (of a kind that `set` would use). Long strings must have been hashed.
    pub(crate) fn insert(
        this: Gc<'gc, Self>,
        mc: &Mutation<'gc>,
        key: Slot<'gc>,
        value: Slot<'gc>,
        forced: bool,
    ) -> Result<(), OutOfMemory> {
        if this.is_growing() {
            TableObject::advance_for_insertion(this, mc);
            if let Some(integer) = key.as_integer()
                && TableObject::set_array(this, mc, integer, value)
            {
                return Ok(());
            }
        }
        if let Some(integer) = key.as_integer()
            && integer == i64::from(this.array_extent()) + 1
            && this.flags.get() & (flag::DRAINING | flag::GROWING) == 0
            && this.is_array_dense(mc)
            && !this.is_small_with_integers()
        {
            TableObject::grow_array(this, mc, forced)?;
            if TableObject::set_array(this, mc, integer, value) {
                return Ok(());
            }
        }
        if this.is_changing() {
            TableObject::advance(this, mc);
            // There may be a slot for it now.
            if let Some(integer) = key.as_integer()
                && TableObject::set_array(this, mc, integer, value)
            {
                return Ok(());
            }
        }
        TableObject::check_store(this, mc, key, value);
        if this.place(mc, key, value) {
            if this.block().is_to_mix() {
                TableObject::start_mixing(this, mc);
            }
            return Ok(());
        }
        TableObject::rehash(this, mc, key, forced)?;
        if let Some(integer) = key.as_integer()
            && TableObject::set_array(this, mc, integer, value)
        {
            return Ok(());
        }
        TableObject::check_store(this, mc, key, value);
        let placed = this.place(mc, key, value);
        debug_assert!(placed, "a rehash makes room for the key");
        Ok(())
    }

    /// Puts an entry into the node part, if a node is free for it.
    fn place(&self, mc: &Mutation<'gc>, key: Slot<'gc>, value: Slot<'gc>) -> bool {
        if self.is_without_nodes() {
            return false;
        }
        // SAFETY: nodes of this table; chains stay within it.
        unsafe {
            let main = self.node(self.main_position(key));
            let target = if (*main).value_tag == tag::NIL {
                // It holds no entry, but may still be a link of a chain, so its `next` stays.
                main
            } else {
                let Some(free) = self.take_free() else { return false };
                let other_main = self.node(self.main_position((*main).key()));
                if other_main == main {
                    // The chain belongs to the new key: the free node comes second.
                    if self.block().is_chain_long(main) {
                        self.become_crowded();
                    }
                    (*free).next =
                        if (*main).next == 0 { 0 } else { main.offset((*main).next as isize).offset_from(free) as i32 };
                    (*main).next = free.offset_from(main) as i32;
                    free
                } else {
                    // The entry there belongs to another chain, so it moves to the free node. A marker in the middle of
                    // this table may have passed that one.
                    self.mark_moved(mc, (*main).key(), (*main).value());
                    let mut before = other_main;
                    while before.offset((*before).next as isize) != main {
                        before = before.offset((*before).next as isize);
                    }
                    (*before).next = free.offset_from(before) as i32;
                    std::ptr::copy_nonoverlapping(main, free, 1);
                    if (*main).next != 0 {
                        (*free).next = main.offset((*main).next as isize).offset_from(free) as i32;
                        (*main).next = 0;
                    }
                    main
                }
            };
            (*target).key = key.payload();
            (*target).key_tag = key.tag();
            (*target).set_value(value);
        }
        true
    }

    fn take_free(&self) -> Option<*mut Node> {
        let mut index = self.last_free.get();
        while index > 0 {
            index -= 1;
            let node = self.node(index);
            // SAFETY: a node of this table.
            if unsafe { (*node).key_tag } == tag::NIL {
                self.last_free.set(index);
                return Some(node);
            }
        }
        self.last_free.set(0);
        None
    }

    /// The parts are new: a marker that already saw the old ones must see these.
    fn trace_again(this: Gc<'gc, Self>, mc: &Mutation<'gc>) {
        if this.flags.get() & flag::NOTED != 0 {
            this.flags.set(this.flags.get() | flag::RESIZED);
        }
        if this.state.get() & state::BARRIER != 0 {
            this.state.set(this.state.get() & !state::BARRIER);
            mc.barrier_backward(this);
        }
    }
}

fn allocate_array<'gc>(mc: &Mutation<'gc>, count: usize, forced: bool) -> Result<NonNull<Slot<'gc>>, OutOfMemory> {
    if count == 0 {
        return Ok(NonNull::dangling());
    }
    // Zero bytes are nil. SAFETY: it becomes a part of a table, which marks it; the caller has a reason for exceeding
    // the limit.
    Ok(unsafe { mc.allocate_clear_part(count * size_of::<Slot<'_>>(), forced)? }.cast())
}

/// A Lua table.
///
/// Its methods are raw: they ignore metamethods.
#[derive(Clone, Copy)]
pub struct Table<'gc>(pub(crate) Gc<'gc, TableObject<'gc>>);

// SAFETY: shows its one pointer.
unsafe impl Collect for Table<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.mark(self.0);
    }
}

impl PartialEq for Table<'_> {
    fn eq(&self, other: &Self) -> bool {
        Gc::ptr_eq(self.0, other.0)
    }
}
impl Eq for Table<'_> {}

impl fmt::Debug for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Value::Table(*self).fmt(f)
    }
}

impl<'gc> Table<'gc> {
    /// A border of the array-like part, as the operator `#` without metamethods.
    pub fn length(self) -> i64 {
        self.0.length()
    }

    /// The metatable.
    pub fn metatable(self) -> Option<Table<'gc>> {
        self.0.metatable.get().map(Table)
    }

    /// Sets or removes the metatable. A `__gc` in it is ignored:
    /// [`Context::set_metatable`](crate::gc::Context::set_metatable) does that.
    pub fn set_metatable(self, mc: &Mutation<'gc>, metatable: Option<Table<'gc>>) {
        TableObject::set_metatable(self.0, mc, metatable.map(|table| table.0));
    }

    /// Makes every later store into the table fail with "attempt to change a frozen table". Scripts cannot set its
    /// metatable then, either.
    pub fn freeze(self) {
        self.0.state.set(self.0.state.get() | state::FROZEN);
    }

    /// Whether it is [frozen](Self::freeze).
    pub fn is_frozen(self) -> bool {
        self.0.is_frozen()
    }

    /// The value of an integer key.
    pub fn get_integer(self, key: i64) -> Value<'gc> {
        self.0.get_integer(key).value()
    }

    /// The value of a key, without metamethods.
    pub fn get(self, ctx: Context<'gc>, key: impl Into<Value<'gc>>) -> Value<'gc> {
        self.0.get(Slot::from(key.into()), ctx.state().interner.seed).value()
    }

    /// The value of a string key, without metamethods.
    pub fn get_field(self, ctx: Context<'gc>, key: &str) -> Value<'gc> {
        match ctx.try_string(key.as_bytes()) {
            Ok(key) => self.get(ctx, key),
            // A string that does not exist takes memory, but then it is a key of no table.
            Err(OutOfMemory) if key.len() <= SHORT_STRING_LIMIT => Value::Nil,
            Err(OutOfMemory) => self.get(ctx, ctx.string(key)),
        }
    }

    /// Sets the value of a key, without metamethods.
    pub fn set(
        self,
        ctx: Context<'gc>,
        key: impl Into<Value<'gc>>,
        value: impl Into<Value<'gc>>,
    ) -> Result<(), TableError> {
        TableObject::set(self.0, ctx.mc(), Slot::from(key.into()), Slot::from(value.into()), ctx.state().interner.seed)
    }

    /// Sets the value of a string key, without metamethods. It may exceed the limit on memory: for hosts. A frozen
    /// table stays unchanged.
    pub fn set_field(self, ctx: Context<'gc>, key: &str, value: impl Into<Value<'gc>>) {
        let key = Slot::from(Value::String(ctx.string(key)));
        let value = Slot::from(value.into());
        let stored = TableObject::set(self.0, ctx.mc(), key, value, ctx.state().interner.seed);
        if stored == Err(TableError::OutOfMemory) {
            let _ = TableObject::insert(self.0, ctx.mc(), key, value, true);
        }
    }

    /// The entry after a key's in traversal order, nil for the first; `None` at the end, an error if the key is not
    /// in the table.
    pub fn next(self, ctx: Context<'gc>, key: Value<'gc>) -> Result<Option<(Value<'gc>, Value<'gc>)>, UnknownKey> {
        let mut position = self.0.position_after(Slot::from(key), 0, ctx.state().interner.seed).ok_or(UnknownKey)?;
        let entry = loop {
            let (entry, after, passed) = self.0.next_entry(position);
            ctx.state().charge(passed as usize / 8);
            if entry.is_some() || after == END {
                break entry;
            }
            position = after;
        };
        Ok(entry.map(|(key, value)| (key.value(), value.value())))
    }
}

/// The key given to [`Table::next`] is not in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownKey;
