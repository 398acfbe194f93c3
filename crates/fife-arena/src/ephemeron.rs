//! Ephemerons: values that are marked once their key is marked.
//!
//! When marking has ended, a structure with weak keys shows each entry whose key was not reached
//! ([`Finalization::mark_with`](crate::Finalization::mark_with)). An index from keys to values remembers them, and the
//! marker looks up each object that it still reaches. So a chain of any length through any number of entries takes
//! linear time. Traversing the entries again until nothing changes would take quadratic time.
//!
//! A script can make the collector take memory for the index, so it is counted. Entries for which the limit has no room
//! are treated as if their keys were reached: they stay for this cycle. The index grows in chunks, and its table of
//! chains has its final size from the start, so that no insertion takes long.

use crate::heap::Heap;
use crate::page::{self, GRANULE};
use std::cell::{Cell, RefCell};
use std::ptr::NonNull;

const CHUNK: usize = 1024;
/// The most entries that are remembered.
const ENTRIES_MAX: usize = u32::MAX as usize - CHUNK;

#[derive(Clone, Copy)]
struct Entry {
    /// The address of the key's granule.
    key: usize,
    value: NonNull<u8>,
    /// The next entry of the chain, counted from 1; 0 at its end.
    next: u32,
}

/// The entries whose keys have not been reached in this cycle.
#[derive(Default)]
pub(crate) struct Ephemerons {
    /// Whether there are any.
    pub(crate) is_active: Cell<bool>,
    /// The work of looking up keys in this cycle, or the last one, in bytes.
    pub(crate) work: Cell<usize>,
    index: RefCell<Index>,
}

#[derive(Default)]
struct Index {
    /// The first entry of each chain, counted from 1, so that a fresh table is all zeros, which costs nothing to make.
    chains: Vec<u32>,
    chunks: Vec<Box<[Entry]>>,
    count: u32,
    charged: usize,
}

impl Index {
    fn entry(&mut self, number: usize) -> &mut Entry {
        &mut self.chunks[number / CHUNK][number % CHUNK]
    }
}

/// The work that following a link counts as, in bytes: its target may be anywhere, and so may the value that is marked.
const LINK_WORK: isize = 256;

fn granule_of(object: NonNull<u8>) -> usize {
    object.addr().get() / GRANULE
}

fn chain_of(key: usize, chains: usize) -> usize {
    ((key as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & (chains - 1)
}

impl Heap {
    /// Makes marking `key` mark `value`; at once if `key` is marked, or if there is no memory to remember the pair.
    ///
    /// # Safety
    /// Both point into the first granules of live slots of this heap.
    pub(crate) unsafe fn mark_with(&self, key: NonNull<u8>, value: NonNull<u8>) {
        // SAFETY: the caller's promise.
        let is_reached = unsafe {
            let (page, granule) = page::locate(key);
            page::test(&page.as_ref().mark, granule)
        };
        if is_reached || !self.remember(key, value) {
            // SAFETY: the caller's promise.
            unsafe { self.mark_forward(value) }
        }
    }

    fn remember(&self, key: NonNull<u8>, value: NonNull<u8>) -> bool {
        let mut index = self.ephemerons.index.borrow_mut();
        if index.chains.is_empty() {
            let chains = (self.object_bytes.get() / 512).next_power_of_two().clamp(256, 1 << 26);
            if !self.hold_external(chains * size_of::<u32>()) {
                return false;
            }
            index.charged += chains * size_of::<u32>();
            let Some(zeros) = filled(0, chains) else { return false };
            index.chains = zeros;
        }
        let at = index.count as usize;
        if at == index.chunks.len() * CHUNK {
            if at >= ENTRIES_MAX || !self.hold_external(CHUNK * size_of::<Entry>()) {
                return false;
            }
            index.charged += CHUNK * size_of::<Entry>();
            let Some(chunk) = filled(Entry { key: 0, value, next: 0 }, CHUNK) else { return false };
            if index.chunks.try_reserve(1).is_err() {
                return false;
            }
            index.chunks.push(chunk.into_boxed_slice());
        }
        let key = granule_of(key);
        let chain = chain_of(key, index.chains.len());
        let next = std::mem::replace(&mut index.chains[chain], at as u32 + 1);
        *index.entry(at) = Entry { key, value, next };
        index.count += 1;
        self.ephemerons.is_active.set(true);
        true
    }

    /// Marks the values of a key that was just reached. Returns the work of looking them up, in bytes.
    ///
    /// # Safety
    /// No slot was freed since they were remembered.
    #[cold]
    pub(crate) unsafe fn key_reached(&self, key: NonNull<u8>) -> isize {
        let mut index = self.ephemerons.index.borrow_mut();
        let index = &mut *index;
        let key = granule_of(key);
        let chain = chain_of(key, index.chains.len());
        let mut previous = None;
        let mut at = index.chains[chain];
        let mut work = LINK_WORK;
        // Finished entries leave their chain: a key is reached once, but many may share a chain.
        while at != 0 {
            let number = at as usize - 1;
            let entry = *index.entry(number);
            if entry.key == key {
                match previous {
                    None => index.chains[chain] = entry.next,
                    Some(previous) => index.entry(previous).next = entry.next,
                }
                // SAFETY: the promise of `mark_with`; nothing was freed since.
                unsafe { self.mark_forward(entry.value) }
            } else {
                previous = Some(number);
            }
            at = entry.next;
            work += LINK_WORK;
        }
        self.ephemerons.work.set(self.ephemerons.work.get().saturating_add_signed(work));
        work
    }

    /// Forgets all entries: their keys are dead.
    pub(crate) fn clear_ephemerons(&self) {
        if self.ephemerons.is_active.replace(false) {
            let index = self.ephemerons.index.take();
            self.external_bytes.set(self.external_bytes.get().saturating_sub(index.charged));
        }
    }
}

/// A vector with `count` copies of `value`, if the system has memory for it.
fn filled<T: Clone>(value: T, count: usize) -> Option<Vec<T>> {
    let mut all = Vec::new();
    all.try_reserve_exact(count).ok()?;
    all.resize(count, value);
    Some(all)
}
