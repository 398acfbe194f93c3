//! Nodes, and their blocks.
//!
//! The node part is a block whose number of nodes is a power of two. From [`ANNEX_SIZE`] nodes on it ends with an
//! [`Annex`]: data that small tables do not need, and for which an object of 64 bytes has no room. After it comes the
//! decoy, an empty node: a table in which too many keys collide shows it to the fast paths as if it were a block of one
//! node.
//!
//! **Hashes.** Strings are hashed with the VM's seed. Floats are mixed with a multiplier made from that seed in tables
//! where it matters: chains of a small table are short, whatever its keys. Integers choose nodes by their low bits:
//! consecutive integers have consecutive nodes, and none of them collide, so that a queue never runs out of free nodes.
//! Objects do so by their serial numbers: those made one after another have nodes side by side. Multiples of a power of
//! two would collide. In a small table higher bits help, and a large one mixes integers and serial numbers, too, once a
//! chain gets long (see `migration`).
//!
//! # Safety argument
//!
//! A block of `mask + 1` nodes was allocated here: with an annex behind them if there are at least [`ANNEX_SIZE`]. The
//! one shared empty node belongs to no table, is never written and has no annex.

use crate::object::Slot;
use crate::object::slot::{Payload, tag};
use crate::object::string::StringObject;
use crate::object::tracing::TracingContext;
use fife_arena::{Mutation, OutOfMemory, Tracer};
use std::ptr::NonNull;

/// An entry of the node part.
#[repr(C)]
pub(crate) struct Node {
    pub(crate) value: Payload,
    pub(crate) key: Payload,
    pub(crate) value_tag: u8,
    pub(crate) key_tag: u8,
    _pad: u16,
    /// Distance in nodes to the next of the chain; 0 at the end.
    pub(crate) next: i32,
}

const _: () = assert!(size_of::<Node>() == 24);

impl Node {
    #[inline(always)]
    pub(crate) fn value<'gc>(&self) -> Slot<'gc> {
        // SAFETY: what was stored: tag and payload of one slot.
        unsafe { Slot::from_parts(self.value_tag, self.value) }
    }

    #[inline(always)]
    pub(in crate::object) fn key<'gc>(&self) -> Slot<'gc> {
        // SAFETY: as above; a key that became a dead one has a payload that is not looked at.
        unsafe { Slot::from_parts(self.key_tag, self.key) }
    }

    #[inline(always)]
    pub(super) fn set_value(&mut self, value: Slot<'_>) {
        self.value = value.payload();
        self.value_tag = value.tag();
    }

    /// Removes the entry, as the collector does: its key is kept if it is a short string, which may come back.
    pub(in crate::object) fn remove(&mut self) {
        self.value_tag = tag::NIL;
        self.bury_key();
    }

    /// The key of a removed entry: a short string is still a key, any other object is not looked at again. True if it
    /// is to be kept alive.
    #[inline]
    pub(in crate::object) fn bury_key(&mut self) -> bool {
        // SAFETY: the tag says that it is a string, which is alive: removed entries keep them, and so do others.
        if self.key_tag == tag::STRING && unsafe { (*self.key.pointer.cast::<StringObject>()).is_short() } {
            return true;
        }
        if self.key_tag >= tag::FIRST_COLLECTABLE {
            self.key_tag = tag::DEAD;
        }
        false
    }

    /// Leaves a link of a chain that no key is found at.
    pub(super) fn vacate(&mut self) {
        self.value_tag = tag::NIL;
        self.key_tag = tag::DEAD;
        self.key = Payload { integer: 0 };
    }

    /// Shows key and value, as far as they are not weak, and the key of a removed entry if it is kept.
    ///
    /// # Safety
    /// It is a node of a table, and no reference to it exists.
    #[inline(always)]
    pub(super) unsafe fn show(node: *mut Node, weak: u8, tracer: &mut Tracer<'_>) {
        // SAFETY: the caller's promise.
        let node = unsafe { &mut *node };
        if node.value_tag == tag::NIL {
            if node.bury_key() {
                node.key().trace(tracer);
            }
        } else if weak == 0 {
            node.key().trace(tracer);
            node.value().trace(tracer);
        } else {
            node.trace_weak(weak, tracer);
        }
    }

    /// Shows what is not weak. Strings among weak references are marked at the end, with the entries that stay.
    pub(super) fn trace_weak(&self, weak: u8, tracer: &mut Tracer<'_>) {
        let (key, value) = (self.key(), self.value());
        if weak & super::flag::WEAK_KEYS == 0 {
            key.trace(tracer);
        } else if weak & super::flag::WEAK_VALUES == 0 {
            // The value of a key that is reached only later is marked at the end.
            if key.tag() <= tag::STRING {
                key.trace(tracer);
                value.trace(tracer);
            // SAFETY: a key of an entry is alive, or unmarked and not swept.
            } else if unsafe { tracer.is_marked_raw(NonNull::new_unchecked(key.payload().pointer)) } {
                value.trace(tracer);
            }
        }
    }
}

struct EmptyNode(Node);
// SAFETY: it is never written.
unsafe impl Sync for EmptyNode {}
static EMPTY_NODE: EmptyNode = EmptyNode(Node {
    value: Payload { integer: 0 },
    key: Payload { integer: 0 },
    value_tag: tag::NIL,
    key_tag: tag::NIL,
    _pad: 0,
    next: 0,
});

/// What a table without nodes has instead of them.
#[inline(always)]
pub(super) fn empty_node() -> NonNull<Node> {
    NonNull::from(&EMPTY_NODE.0)
}

/// Blocks of so many nodes and more have an annex.
pub(super) const ANNEX_SIZE: usize = 64;

/// How many nodes' room an annex takes; the decoy comes behind it.
const ANNEX_NODES: usize = 2;

/// A chain that has more nodes makes its table a crowded one. No keys do that by chance: of a million tables that are
/// full, with hashes at random, none has a chain of 16.
const CROWD: usize = 24;

/// With more nodes in a chain, integers are mixed: one in a thousand chains has as many by chance where they are.
const LONG: usize = 5;

/// What there is to know of a large node part, behind its nodes.
#[repr(C)]
pub(super) struct Annex {
    /// What numbers are mixed with, but for the two last bits, which say whether integers are mixed, too, and are to
    /// be.
    multiplier: u64,
    /// The VM's; null if there is none yet.
    context: *const TracingContext,
    /// While nodes move (see `migration`): the block they come from, how many it has, less one, and how many at its
    /// start may not have moved yet.
    pub(super) old: NonNull<Node>,
    pub(super) old_mask: u32,
    pub(super) left: u32,
    /// How many array slots an insertion takes in while the array part grows with the nodes.
    pub(super) array_portion: u32,
    /// While the array part shrinks: its capacity in the end, and at the start.
    pub(super) drain_target: u32,
    pub(super) drain_extent: u32,
    /// The number of nodes less one.
    mask: u32,
}

const _: () = assert!(size_of::<Annex>() <= ANNEX_NODES * size_of::<Node>());

/// Makes a block of nodes, all empty, for at least `count` entries.
#[inline]
pub(super) fn allocate_nodes(mc: &Mutation<'_>, count: usize, forced: bool) -> Result<NonNull<Node>, OutOfMemory> {
    if count == 0 {
        return Ok(empty_node());
    }
    let count = count.next_power_of_two();
    if count >= ANNEX_SIZE {
        return allocate_with_annex(mc, count, forced);
    }
    // SAFETY: the table that they become a part of marks them; past the limit is what the caller has a reason for.
    let memory = unsafe { mc.allocate_part(count * size_of::<Node>(), forced)? };
    // SAFETY: the leaf is ours; zero bytes are nodes with nil for key and value.
    unsafe { memory.as_ptr().write_bytes(0, count * size_of::<Node>()) };
    Ok(memory.cast())
}

#[cold]
#[inline(never)]
fn allocate_with_annex(mc: &Mutation<'_>, count: usize, forced: bool) -> Result<NonNull<Node>, OutOfMemory> {
    let context = mc.context::<TracingContext>();
    // SAFETY: the table that they become a part of marks them; past the limit is what the caller has a reason for.
    let memory =
        unsafe { mc.allocate_clear_part((count + ANNEX_NODES + 1) * size_of::<Node>(), forced)? }.cast::<Node>();
    // SAFETY: the leaf is ours, and has room for the annex behind the nodes.
    unsafe {
        memory.add(count).cast::<Annex>().write(Annex {
            multiplier: context.map_or(MULTIPLIER, |context| context.multiplier) & !(MIXED | TO_MIX),
            context: context.map_or(std::ptr::null(), std::ptr::from_ref),
            old: empty_node(),
            old_mask: 0,
            left: 0,
            array_portion: 0,
            drain_target: 0,
            drain_extent: 0,
            mask: count as u32 - 1,
        });
    }
    Ok(memory)
}

/// What numbers are mixed with in small tables.
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// The multiplier for a VM with this seed: odd, with ones and zeros all over.
pub(in crate::object) fn multiplier(seed: u64) -> u64 {
    let mut mixed = seed ^ MULTIPLIER;
    // The finisher of splitmix64 (Steele, Lea and Flood, 2014), twice: every bit of the seed affects every bit of the
    // result.
    for _ in 0..2 {
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
    }
    mixed | 1
}

/// Mixes a number to the bits that choose a node: both halves of the product, since the low bits of the lower one are
/// those of the number, and may all be 0. The two last bits of the multiplier change nothing.
#[inline(always)]
fn mix(bits: u64, multiplier: u64) -> u32 {
    let product = u128::from(bits) * u128::from(multiplier | MIXED | TO_MIX);
    (product as u64 ^ (product >> 64) as u64) as u32
}

/// In an annex's multiplier: integers are mixed, and are to be.
const MIXED: u64 = 1;
const TO_MIX: u64 = 2;

/// The low bits of an integer, and something of the highest.
#[inline(always)]
fn fold(integer: i64) -> u32 {
    (integer as u64 ^ (integer as u64) >> 32) as u32
}

/// The last bits of an integer, and something of all others.
#[inline(always)]
fn fold_small(integer: i64) -> u32 {
    let low = fold(integer);
    low ^ low >> 7 ^ low >> 15 ^ low >> 23
}

/// A block of nodes.
#[derive(Clone, Copy)]
pub(super) struct Block {
    pub(super) nodes: NonNull<Node>,
    /// The number of nodes less one.
    pub(super) mask: u32,
}

impl Block {
    #[inline(always)]
    pub(super) fn node(self, index: u32) -> *mut Node {
        debug_assert!(index <= self.mask);
        // Whoever follows the pointer says why the index is at most the mask.
        self.nodes.as_ptr().wrapping_add(index as usize)
    }

    /// How many nodes there are; none in place of the shared empty one.
    #[inline(always)]
    pub(super) fn count(self) -> usize {
        if self.nodes == empty_node() { 0 } else { self.mask as usize + 1 }
    }

    /// The annex, if there is one.
    #[inline(always)]
    pub(super) fn annex(self) -> Option<NonNull<Annex>> {
        if (self.mask as usize) < ANNEX_SIZE - 1 {
            return None;
        }
        // SAFETY: a block of this size has an annex behind its nodes.
        Some(unsafe { self.nodes.add(self.mask as usize + 1).cast() })
    }

    /// The decoy as a block, if there is an annex.
    pub(super) fn decoy(self) -> Option<Block> {
        let annex = self.annex()?;
        // SAFETY: the decoy lies behind the annex.
        Some(Block { nodes: unsafe { annex.cast::<Node>().add(ANNEX_NODES) }, mask: 0 })
    }

    /// The block that this is the decoy of.
    #[cold]
    pub(super) fn behind_decoy(self) -> Block {
        // SAFETY: the annex lies before the decoy, and the nodes before the annex.
        unsafe {
            let annex = self.nodes.sub(ANNEX_NODES);
            let mask = annex.cast::<Annex>().as_ref().mask;
            Block { nodes: annex.sub(mask as usize + 1), mask }
        }
    }

    /// Whether the chain from this node on has more than [`CROWD`] nodes. In a block without an annex none has. With
    /// more than [`LONG`] integers are to be mixed.
    #[inline]
    pub(super) fn is_chain_long(self, start: *mut Node) -> bool {
        if self.annex().is_none() {
            return false;
        }
        let mut node = start;
        // SAFETY: chains stay within the block's nodes.
        unsafe {
            for length in 1..=CROWD {
                if (*node).next == 0 {
                    return false;
                }
                if length == LONG {
                    self.note(TO_MIX);
                }
                node = node.offset((*node).next as isize);
            }
        }
        true
    }

    /// The hash of a key: where its chain starts, in the bits of the mask. A long string must have been hashed.
    /// Integral floats must be integers.
    #[inline(always)]
    pub(super) fn hash(self, key: Slot<'_>) -> u32 {
        // SAFETY: payloads are read as their tags say; the objects are alive.
        let bits = unsafe {
            match key.tag() {
                tag::STRING => return (*key.payload().pointer.cast::<StringObject>()).known_hash(),
                tag::FALSE | tag::TRUE => return u32::from(key.tag()),
                tag::INTEGER => return self.hash_integer(key.payload().integer),
                tag::FLOAT => key.payload().bits,
                _ => return self.hash_integer(i64::from(key.value().serial().unwrap_or(0))),
            }
        };
        mix(bits, self.multiplier())
    }

    /// Those of small blocks need not be secret.
    #[inline(always)]
    fn multiplier(self) -> u64 {
        // SAFETY: the annex is the block's.
        self.annex().map_or(MULTIPLIER & !(MIXED | TO_MIX), |annex| unsafe { annex.as_ref().multiplier })
    }

    /// A number that scripts do not know, if there is an annex.
    pub(super) fn secret(self) -> u64 {
        self.multiplier()
    }

    /// Whether integers are mixed because of a chain.
    pub(super) fn is_mixed(self) -> bool {
        self.multiplier() & MIXED != 0
    }

    /// Whether integers are to be mixed, and are not yet.
    #[inline]
    pub(super) fn is_to_mix(self) -> bool {
        self.multiplier() & (MIXED | TO_MIX) == TO_MIX
    }

    /// Has integers be mixed, in a block without entries.
    pub(super) fn mix_integers(self) {
        self.note(MIXED);
    }

    fn note(self, bit: u64) {
        if let Some(mut annex) = self.annex() {
            // SAFETY: the annex is the block's, and nobody refers to it.
            unsafe { annex.as_mut().multiplier |= bit }
        }
    }

    /// The hash of an integer key.
    #[inline(always)]
    fn hash_integer(self, key: i64) -> u32 {
        // SAFETY: the annex is the block's.
        match self.annex().map(|annex| unsafe { annex.as_ref().multiplier }) {
            None => fold_small(key),
            Some(multiplier) if multiplier & MIXED != 0 => mix(key as u64, multiplier),
            Some(_) => fold(key),
        }
    }

    /// The node of an integer key.
    #[inline]
    pub(super) fn find_integer(self, key: i64) -> Option<*mut Node> {
        // SAFETY: the payload is an integer if the tag says so.
        self.search(self.hash_integer(key), |node| unsafe { node.key.integer == key && node.key_tag == tag::INTEGER })
    }

    /// The node of a key. Each block has hashes of its own.
    pub(super) fn find(self, key: Slot<'_>) -> Option<*mut Node> {
        let is_string = key.tag() == tag::STRING;
        // SAFETY: payload bits are compared under equal tags.
        self.search(self.hash(key), |node| unsafe {
            node.key_tag == key.tag()
                && (node.key.bits == key.payload().bits
                    || is_string && node.value_tag != tag::NIL && node.key().raw_equal(&key))
        })
    }

    /// The first node of a hash's chain that is wanted. What is passed costs fuel if it is much.
    #[inline(always)]
    fn search(self, hash: u32, is_wanted: impl Fn(&Node) -> bool) -> Option<*mut Node> {
        let mut node = self.node(hash & self.mask);
        let mut hops = 0;
        // SAFETY: chains stay within the block's nodes, of which nobody changes one meanwhile.
        let found = unsafe {
            loop {
                if is_wanted(&*node) {
                    break Some(node);
                }
                let next = (*node).next;
                if next == 0 {
                    break None;
                }
                node = node.offset(next as isize);
                hops += 1;
            }
        };
        if hops > FREE_HOPS {
            self.charge(hops / FREE_HOPS);
        }
        found
    }

    /// The node of a key whose entry was removed, and which is no key any more since the collector saw it.
    pub(super) fn find_dead(self, key: Slot<'_>) -> Option<*mut Node> {
        let mut node = self.node(self.hash(key) & self.mask);
        // SAFETY: chains stay within the block's nodes; addresses are compared as bits.
        unsafe {
            loop {
                if (*node).key_tag == tag::DEAD && (*node).key.bits == key.payload().bits {
                    return Some(node);
                }
                if (*node).next == 0 {
                    return None;
                }
                node = node.offset((*node).next as isize);
            }
        }
    }

    /// Takes fuel from what runs, if the block has an annex.
    #[cold]
    #[inline(never)]
    pub(super) fn charge(self, fuel: usize) {
        let Some(annex) = self.annex() else { return };
        // SAFETY: the annex is the block's; the context is the VM's, which outlives its tables, or null.
        if let Some(context) = unsafe { annex.as_ref().context.as_ref() } {
            context.charge(fuel);
        }
    }
}

/// So many nodes of a chain are passed for nothing, and for each unit of fuel.
const FREE_HOPS: usize = 8;
