//! Traverses the entries of a table, as `next` and `pairs` do.
//!
//! Each entry has a position: the array slots come first, then the nodes, then those that have yet to move to them (see
//! `migration`). Positions keep their meaning as long as no entry is added, whatever is removed.
//!
//! # Safety argument
//!
//! Slots below the array's length and nodes are initialised; positions are compared with how many there are.

use super::node::{Block, Node};
use super::{TableObject, flag};
use crate::object::Slot;
use crate::object::slot::tag;
use crate::object::string::StringObject;

/// The position behind all entries.
pub(crate) const END: u32 = u32::MAX;

/// How many empty places are passed at a time.
const PORTION: u32 = if cfg!(miri) { 1 << 6 } else { 1 << 15 };

impl<'gc> TableObject<'gc> {
    /// How many entries the collector has to look at: array slots, then nodes.
    pub(crate) fn entry_count(&self) -> usize {
        self.array_extent() as usize + self.all_nodes_count()
    }

    /// The node that is this entry, or nothing if it is an array slot.
    pub(in crate::object) fn node_of_entry(&self, entry: usize) -> Option<*mut Node> {
        let index = entry.checked_sub(self.array_extent() as usize)?;
        Some(self.any_node(index))
    }

    /// How many nodes there are, old ones included.
    #[inline]
    pub(super) fn all_nodes_count(&self) -> usize {
        self.node_count() + self.old_block().map_or(0, Block::count)
    }

    /// The node with this number; below `all_nodes_count`.
    #[inline]
    pub(super) fn any_node(&self, index: usize) -> *mut Node {
        let count = self.node_count();
        match self.old_block() {
            Some(old) if index >= count => old.node((index - count) as u32),
            _ => self.node(index as u32),
        }
    }

    /// The node with this number, if it is one of those that are yet to move.
    #[cold]
    fn old_node(&self, index: u32) -> Option<*mut Node> {
        ((index as usize) < self.all_nodes_count()).then(|| self.any_node(index as usize))
    }

    /// The entry behind a key's, if the key is at the position before `hint`, the entry at `hint`, and the table is not
    /// changing in portions: most turns of a loop find it so.
    #[inline(always)]
    pub(crate) fn entry_after(&self, key: Slot<'gc>, hint: u32) -> Option<(Slot<'gc>, Slot<'gc>)> {
        let position = self.hinted_position(key, hint)?;
        let capacity = self.array_capacity.get();
        // SAFETY: slots below the capacity are initialised, and so are nodes; one of this table, or one that stands for
        // none.
        unsafe {
            if position < capacity {
                let slot = *self.array.get().as_ptr().add(position as usize);
                return (!slot.is_nil()).then(|| (Slot::integer(i64::from(position) + 1), slot));
            }
            let index = position - capacity;
            if index > self.node_mask.get() {
                return None;
            }
            let node = self.nodes.get().add(index as usize).as_ref();
            (node.value_tag != tag::NIL).then(|| (node.key(), node.value()))
        }
    }

    /// The position after a key's, if that is `hint` and the table is not changing in portions.
    #[inline(always)]
    pub(crate) fn hinted_position(&self, key: Slot<'gc>, hint: u32) -> Option<u32> {
        if self.flags.get() & (flag::GROWING | flag::DRAINING | flag::MOVING) != 0 {
            return None;
        }
        let capacity = self.array_capacity.get();
        if hint <= capacity {
            let is_slot = hint != 0 && key.as_integer() == Some(i64::from(hint));
            return is_slot.then_some(hint);
        }
        let index = hint - capacity - 1;
        if index > self.node_mask.get() {
            return None;
        }
        // SAFETY: a node of this table, or one that stands for none; payload bits are compared under equal tags.
        let is_node = unsafe {
            let node = self.nodes.get().add(index as usize).as_ref();
            node.key_tag == key.tag() && node.key.bits == key.payload().bits
        };
        is_node.then_some(hint)
    }

    /// The position after a key's, for [`next_entry`](Self::next_entry); `None` if the key is not in the table.
    /// `hint` is tried first.
    #[inline(never)]
    pub(crate) fn position_after(&self, key: Slot<'gc>, hint: u32, seed: u64) -> Option<u32> {
        let capacity = self.array_extent();
        let mut key = key.as_key();
        if key.tag() == tag::NIL {
            return Some(0);
        }
        // SAFETY: payloads are read as their tags say.
        unsafe {
            if key.tag() == tag::FLOAT
                && let Some(integer) = fife_bytecode::number::float_to_integer(key.payload().float)
            {
                key = Slot::integer(integer);
            }
            if key.tag() == tag::INTEGER {
                let index = (key.payload().integer as u64).wrapping_sub(1);
                if index < u64::from(self.array_capacity.get()) {
                    return Some(index as u32 + 1);
                }
            }
        }
        let block = self.block();
        if let Some(index) = hint.checked_sub(capacity + 1) {
            let node = if (index as usize) < block.count() { Some(block.node(index)) } else { self.old_node(index) };
            // SAFETY: a node of this table; payload bits are compared under equal tags.
            if node
                // SAFETY: as above; bits are compared under equal tags.
                .is_some_and(|node| unsafe { (*node).key_tag == key.tag() && (*node).key.bits == key.payload().bits })
            {
                return Some(hint);
            }
        }
        if self.is_without_nodes() {
            return None;
        }
        if let Some(string) = key.as_string() {
            StringObject::hash(string, seed);
        }
        let block = self.block();
        let blocks = [Some(block), self.old_block()];
        let position = |block: Block, node: *mut Node| {
            // SAFETY: a node of this block.
            let index = (unsafe { node.offset_from(block.nodes.as_ptr()) }) as u32;
            let before = if block.nodes == self.block().nodes { 0 } else { self.node_count() as u32 };
            capacity + before + index + 1
        };
        for block in blocks.into_iter().flatten() {
            if let Some(node) = block.find(key) {
                return Some(position(block, node));
            }
        }
        // A key whose entry was removed, and which the collector did not see as a key any more.
        for block in blocks.into_iter().flatten() {
            if let Some(node) = block.find_dead(key) {
                return Some(position(block, node));
            }
        }
        None
    }

    /// The first entry from a position on, the position after it, and how many empty places were passed. Without an
    /// entry the position is [`END`]; or it is where to go on, after [`PORTION`] empty places.
    #[inline]
    pub(crate) fn next_entry(&self, position: u32) -> (Option<(Slot<'gc>, Slot<'gc>)>, u32, u32) {
        let capacity = self.array_extent();
        let length = self.array_length.get();
        let mut at = position;
        // SAFETY: slots below the length and nodes are initialised.
        unsafe {
            let stop = length.min(position.saturating_add(PORTION));
            while at < stop {
                let slot = self.array_value(at);
                at += 1;
                if !slot.is_nil() {
                    return (Some((Slot::integer(i64::from(at)), slot)), at, at - position);
                }
            }
            let mut passed = at - position;
            if at < length {
                return (None, at, passed);
            }
            if passed > 0 {
                // There is nothing from the position on: nobody need look again.
                self.array_length.set(position);
            }
            at = at.max(capacity);
            let start = at;
            let block = self.block();
            let end = capacity + block.count() as u32;
            let stop = end.min(start + PORTION);
            while at < stop {
                let node = &*block.node(at - capacity);
                at += 1;
                if node.value_tag != tag::NIL {
                    return (Some((node.key(), node.value())), at, passed + (at - start));
                }
            }
            passed += at - start;
            if at < end {
                return (None, at, passed);
            }
            if self.flags.get() & flag::MOVING == 0 { (None, END, passed) } else { self.next_old_entry(at, passed) }
        }
    }

    /// As [`next_entry`](Self::next_entry), among the nodes that are yet to move.
    #[cold]
    fn next_old_entry(&self, position: u32, passed: u32) -> (Option<(Slot<'gc>, Slot<'gc>)>, u32, u32) {
        let start = self.array_extent() as usize;
        let end = start + self.all_nodes_count();
        let stop = end.min((position + PORTION) as usize);
        let mut at = position as usize;
        while at < stop {
            // SAFETY: a node of this table.
            let node = unsafe { &*self.any_node(at - start) };
            at += 1;
            if node.value_tag != tag::NIL {
                let passed = passed + (at - position as usize) as u32;
                return (Some((node.key(), node.value())), at as u32, passed);
            }
        }
        (None, if at < end { at as u32 } else { END }, passed + (at as u32 - position))
    }
}
