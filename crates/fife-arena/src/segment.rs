//! Where pages come from: segments of 16 pages, and blocks of their own for huge objects.
//!
//! 16 pages are taken from the system at once, and objects of up to half of that share them. A segment counts as held
//! while it exists, whether or not its pages are in use, so the held bytes are what the process really has.

#[cfg(test)]
mod tests;

use crate::page::PAGE_SIZE;
use crate::shadow;
use crate::system;
use std::cell::{Cell, RefCell};
use std::ptr::NonNull;

pub(crate) const SEGMENT_PAGES: usize = 16;
pub(crate) const SEGMENT_SIZE: usize = SEGMENT_PAGES * PAGE_SIZE;
/// The most pages of one object inside a segment; larger ones get memory of their own.
pub(crate) const RUN_LIMIT: usize = 8;
/// The mark of a page with memory of its own.
pub(crate) const OWN_MEMORY: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Segment {
    /// `None` for an entry that waits for reuse.
    memory: Option<NonNull<u8>>,
    /// A bit for each page not in use.
    free: u16,
    /// Whether it is in `open`.
    is_open: bool,
}

/// All memory of one heap.
///
/// Freed memory is kept for a while, because the system clears each page that it gives: empty segments, and blocks of
/// the last used sizes, since a growing table frees one size and requests the next, over and over. All of it counts as
/// held. It goes to the system when the limit needs its room, when a whole cycle passed without a use for it, and
/// beyond [`keep`](Self::keep).
#[derive(Default)]
pub(crate) struct Segments {
    segments: RefCell<Vec<Segment>>,
    /// Segments with free pages, each once, by index. It may include some that have no more free pages, are empty, or
    /// no longer exist.
    open: RefCell<Vec<u32>>,
    /// Segments without a page in use, by index; the last used one is at the end.
    empty: RefCell<Vec<u32>>,
    unused_entries: RefCell<Vec<u32>>,
    held: Cell<usize>,
    /// Freed blocks with memory of their own, the youngest last.
    spare: RefCell<Vec<Spare>>,
    /// Large blocks that are returned to the system in portions.
    leaving: RefCell<Vec<Leaving>>,
    /// The bytes of `empty`, `spare` and `leaving`.
    cached: Cell<usize>,
    /// The bytes of pages that were taken and not given back.
    used: Cell<usize>,
    /// How many blocks with memory of their own are so large that they may have huge pages.
    large: Cell<usize>,
    /// See [`keep`](Self::keep).
    kept: Cell<usize>,
    /// The fewest empty segments since the last cycle, and how many must go because they were too many in the last one.
    fewest_empty: Cell<usize>,
    surplus: Cell<usize>,
}

/// A freed block whose end was given back.
#[derive(Clone, Copy)]
struct Leaving {
    memory: NonNull<u8>,
    size: usize,
}

#[derive(Clone, Copy)]
struct Spare {
    memory: NonNull<u8>,
    pages: usize,
    /// Whether a cycle has begun since it was freed.
    is_old: bool,
}

/// The number of pages of a block with `size` bytes, a multiple of the page size, behind its header.
const fn pages_for(size: usize) -> usize {
    size / PAGE_SIZE + 1
}

/// How many freed blocks are kept while all freed memory together is little, and how many otherwise; how large each may
/// be; and how many go at a time if there are more.
const SPARE_COUNT: usize = 32;
const SPARE_ALWAYS: usize = 8;
const SPARE_PAGES: usize = pages_for(16 << 20);
const SPARE_LEAVING: usize = 4;
/// How many bytes are returned to the system at once: some hundred microseconds.
const PORTION: usize = 8 << 20;
/// The largest freed block that is cleared for reuse: clearing a larger one takes longer than a new one from the
/// system.
const CLEARED_PAGES: usize = pages_for(4 << 20);
/// The largest freed block that another one is copied to: less than a millisecond.
const COPIED_PAGES: usize = pages_for(8 << 20);
/// How many bytes of freed memory are always kept.
const KEPT_MIN: usize = 8 << 20;

/// How many blocks have huge pages at once. The system clears such a page when it is first used, and nobody pays for
/// that then: a script can fill many lists side by side, so that all come to a new page in one step.
const HUGE_BLOCKS_MAX: usize = 4;

/// How many bytes a block with memory of its own takes from the system.
pub(crate) fn own_size(pages: usize) -> Option<usize> {
    pages.checked_mul(PAGE_SIZE)
}

/// How many segments a search for a run examines.
const LOOKED_AT: usize = 64;

/// A bit for each page at which a run of `pages` free pages begins.
fn starts_of_runs(free: u16, pages: usize) -> u16 {
    (1..pages).fold(free, |starts, shift| starts & free >> shift)
}

/// The pages of a run that begins at `first`, as bits.
fn run_bits(first: usize, pages: usize) -> u16 {
    (((1u32 << pages) - 1) << first) as u16
}

impl Segments {
    /// The bytes taken from the system.
    #[inline]
    pub(crate) fn held(&self) -> usize {
        self.held.get()
    }

    /// The bytes of these that nothing uses.
    pub(crate) fn cached(&self) -> usize {
        self.cached.get()
    }

    /// The bytes of pages in use: the held bytes without what is cached and without free pages of segments in use.
    pub(crate) fn used(&self) -> usize {
        self.used.get()
    }

    fn use_pages(&self, pages: usize) {
        self.used.set(self.used.get() + pages * PAGE_SIZE);
    }

    /// Sets how many bytes of freed memory are kept, if that is more than 8 MiB: as much as will probably be used
    /// again soon.
    pub(crate) fn keep(&self, bytes: usize) {
        self.kept.set(bytes);
    }

    /// Whether [`take_run`](Self::take_run) would find a run.
    pub(crate) fn has_run(&self, pages: usize) -> bool {
        let segments = self.segments.borrow();
        let has_run = |index: &u32| starts_of_runs(segments[*index as usize].free, pages) != 0;
        !self.empty.borrow().is_empty() || self.open.borrow().iter().rev().take(LOOKED_AT).any(has_run)
    }

    /// Finds a run of pages in the existing segments.
    pub(crate) fn take_run(&self, pages: usize) -> Option<(NonNull<u8>, u32)> {
        let mut segments = self.segments.borrow_mut();
        let mut open = self.open.borrow_mut();
        // A search for a long run examines a bounded number of segments, newest first.
        let mut position = open.len();
        let mut looked_at = 0;
        while position > 0 && looked_at < LOOKED_AT {
            position -= 1;
            let index = open[position];
            let segment = &mut segments[index as usize];
            let (Some(memory), false) = (segment.memory, segment.free == 0 || segment.free == u16::MAX) else {
                segment.is_open = false;
                open.swap_remove(position);
                continue;
            };
            looked_at += 1;
            let starts = starts_of_runs(segment.free, pages);
            if starts == 0 {
                continue;
            }
            let first = starts.trailing_zeros() as usize;
            segment.free &= !run_bits(first, pages);
            if segment.free == 0 {
                segment.is_open = false;
                open.swap_remove(position);
            }
            self.use_pages(pages);
            return Some((run_at(memory, first, pages), index));
        }
        let index = self.empty.borrow_mut().pop()?;
        self.cached.set(self.cached.get() - SEGMENT_SIZE);
        self.fewest_empty.set(self.fewest_empty.get().min(self.empty.borrow().len()));
        self.surplus.set(self.surplus.get().min(self.empty.borrow().len()));
        let segment = &mut segments[index as usize];
        let memory = segment.memory.expect("empty segments exist");
        segment.free &= !run_bits(0, pages);
        if !std::mem::replace(&mut segment.is_open, true) {
            open.push(index);
        }
        self.use_pages(pages);
        Some((run_at(memory, 0, pages), index))
    }

    /// Takes a new segment from the system, and a run of its pages; `None` if the system has no memory.
    pub(crate) fn grow(&self, pages: usize) -> Option<(NonNull<u8>, u32)> {
        self.make_room(SEGMENT_SIZE);
        let memory = self.take_from_system(SEGMENT_SIZE, false)?;
        let segment = self.add_segment(memory, pages);
        if segment.is_none() {
            // SAFETY: taken above with this size, and not in use.
            unsafe { system::shorten(memory, SEGMENT_SIZE, 0) };
        }
        segment
    }

    /// Lists a segment, of which `pages` pages are in use.
    fn add_segment(&self, memory: NonNull<u8>, pages: usize) -> Option<(NonNull<u8>, u32)> {
        let mut segments = self.segments.borrow_mut();
        let (mut open, mut empty) = (self.open.borrow_mut(), self.empty.borrow_mut());
        let mut unused_entries = self.unused_entries.borrow_mut();
        if unused_entries.is_empty() {
            // The other lists contain each segment at most once, so after this they never have to grow when something
            // is freed.
            let more = |it: &mut Vec<u32>| it.try_reserve(segments.len() + 1 - it.len());
            more(&mut open).and(more(&mut empty)).and(more(&mut unused_entries)).ok()?;
            segments.try_reserve(1).ok()?;
        }
        let index = unused_entries.pop().unwrap_or_else(|| {
            segments.push(Segment { memory: None, free: 0, is_open: false });
            segments.len() as u32 - 1
        });
        let segment = &mut segments[index as usize];
        segment.memory = Some(memory);
        segment.free = !run_bits(0, pages);
        if !std::mem::replace(&mut segment.is_open, true) {
            open.push(index);
        }
        self.held.set(self.held.get() + SEGMENT_SIZE);
        self.use_pages(pages);
        shadow::close(memory, SEGMENT_SIZE);
        Some((run_at(memory, 0, pages), index))
    }

    /// A freed block for one object, all zero if `is_clear`. `None` if there is none of this size, or if clearing it
    /// would take longer than taking another one from the system.
    pub(crate) fn take_spare(&self, pages: usize, is_clear: bool) -> Option<NonNull<u8>> {
        if is_clear && pages > CLEARED_PAGES {
            return None;
        }
        let mut spare = self.spare.borrow_mut();
        let index = spare.iter().rposition(|it| it.pages == pages)?;
        let memory = spare.remove(index).memory;
        self.cached.set(self.cached.get() - pages * PAGE_SIZE);
        self.use_pages(pages);
        shadow::open(memory, pages * PAGE_SIZE);
        if is_clear {
            // SAFETY: the block has this length, and is not in use.
            unsafe { memory.as_ptr().write_bytes(0, pages * PAGE_SIZE) };
        }
        Some(memory)
    }

    /// Memory of its own for one object from the system, all zero if `is_clear`.
    pub(crate) fn take_own(&self, pages: usize, is_clear: bool) -> Option<NonNull<u8>> {
        let size = own_size(pages)?;
        self.make_room(size);
        let memory = self.take_from_system(size, is_clear)?;
        self.held.set(self.held.get() + size);
        self.use_pages(pages);
        self.large.set(self.large.get() + usize::from(system::has_huge_pages(size)));
        // SAFETY: just taken with this size.
        unsafe { self.use_huge_pages(memory, size) };
        Some(memory)
    }

    /// Asks for huge pages for a block, which counts as large already, if there are not too many.
    ///
    /// # Safety
    /// The block is one of this object's with memory of its own, and `size` bytes long.
    unsafe fn use_huge_pages(&self, block: NonNull<u8>, size: usize) {
        if system::has_huge_pages(size) && self.large.get() <= HUGE_BLOCKS_MAX {
            // SAFETY: the caller's promise.
            unsafe { system::use_huge_pages(block, size) }
        }
    }

    /// Where the system refuses memory, freed memory that is kept goes back first.
    fn take_from_system(&self, size: usize, is_clear: bool) -> Option<NonNull<u8>> {
        loop {
            match system::take(size, is_clear) {
                None if self.give_spare() => {}
                taken => return taken,
            }
        }
    }

    /// Makes memory of its own longer, perhaps at another address; what is added is zero. `None`, with nothing changed,
    /// if the system does not do that.
    ///
    /// If there is a freed block, the contents are copied to it: that costs less than page faults. They are also copied
    /// to a new block if that is the first one with huge pages and `may_take`, which says that all of it may be held
    /// beside the old one. So the small blocks that a growing table went through stay for the next table that grows, and
    /// the contents get huge pages, too.
    ///
    /// # Safety
    /// The block came from [`take_own`](Self::take_own) or [`take_spare`](Self::take_spare) with this number of pages,
    /// or from this function, and is not used any more where it was if it moves.
    pub(crate) unsafe fn lengthen_own(
        &self,
        block: NonNull<u8>,
        pages: usize,
        wanted: usize,
        may_take: bool,
    ) -> Option<NonNull<u8>> {
        let (size, longer) = (own_size(pages)?, own_size(wanted)?);
        let becomes_large = system::has_huge_pages(longer) && !system::has_huge_pages(size);
        let spare = if wanted <= COPIED_PAGES { self.take_spare(wanted, false) } else { None };
        let new = match spare {
            Some(spare) => {
                // SAFETY: the freed block has this length.
                unsafe { spare.add(size).write_bytes(0, longer - size) };
                Some(spare)
            }
            None if may_take && becomes_large => self.take_own(wanted, true),
            None => None,
        };
        if let Some(new) = new {
            // All of it is copied, also what its user did not ask for.
            shadow::open(block, size);
            // SAFETY: the new block is longer; the old one is not used any more.
            unsafe {
                new.copy_from_nonoverlapping(block, size);
                self.give(block, OWN_MEMORY, pages);
            }
            return Some(new);
        }
        self.make_room(longer - size);
        // SAFETY: the caller's promise.
        let block = unsafe { system::lengthen_pages(block, size, longer)? };
        self.held.set(self.held.get() + (longer - size));
        self.use_pages(wanted - pages);
        self.large.set(self.large.get() + usize::from(becomes_large));
        // SAFETY: just lengthened to this size.
        unsafe { self.use_huge_pages(block, longer) };
        Some(block)
    }

    /// Returns some freed memory that is not kept to the system before `size` bytes are taken, so that the peak stays
    /// low.
    fn make_room(&self, size: usize) {
        let goal = self.held.get().saturating_sub(size);
        while self.held.get() > goal && self.cached.get() > self.kept() && self.give_some(self.kept()) {}
    }

    /// Returns up to [`PORTION`] bytes of freed memory to the system; false if there is none.
    pub(crate) fn give_spare(&self) -> bool {
        self.give_some(0)
    }

    /// Returns up to [`PORTION`] bytes of freed memory that is not kept to the system; false if nothing of it is left.
    pub(crate) fn give_portion(&self) -> bool {
        if !self.leaving.borrow().is_empty() {
            return self.give_leaving();
        }
        if self.surplus.get() > 0 {
            return self.give_empty(self.surplus.get());
        }
        self.cached.get() > self.kept() && self.give_some(self.kept())
    }

    fn kept(&self) -> usize {
        self.kept.get().max(KEPT_MIN)
    }

    /// Returns up to [`PORTION`] bytes of freed memory to the system, until `kept` bytes are left; false if there is
    /// nothing to return. The largest block goes first: it costs the fewest page faults for its size, and the room that
    /// many small ones need.
    fn give_some(&self, kept: usize) -> bool {
        if !self.leaving.borrow().is_empty() {
            return self.give_leaving();
        }
        let largest = {
            let mut spare = self.spare.borrow_mut();
            let largest = (0..spare.len()).max_by_key(|&it| (spare[it].pages, std::cmp::Reverse(it)));
            largest.map(|it| spare.remove(it))
        };
        match largest {
            Some(largest) => {
                self.give_own(largest);
                true
            }
            None => self.give_empty(self.cached.get().saturating_sub(kept).div_ceil(SEGMENT_SIZE)),
        }
    }

    /// Returns up to `count` empty segments to the system, the longest unused first; false if there are none.
    fn give_empty(&self, count: usize) -> bool {
        let mut empty = self.empty.borrow_mut();
        let count = count.min(empty.len()).min(PORTION / SEGMENT_SIZE);
        let mut segments = self.segments.borrow_mut();
        for index in empty.drain(..count) {
            let segment = &mut segments[index as usize];
            let memory = segment.memory.take().expect("empty segments exist");
            segment.free = 0;
            self.unused_entries.borrow_mut().push(index);
            self.cached.set(self.cached.get() - SEGMENT_SIZE);
            shadow::open(memory, SEGMENT_SIZE);
            // SAFETY: taken in `grow`, and no page of it is in use. If the system refuses it, it stays held.
            let left = unsafe { system::shorten(memory, SEGMENT_SIZE, 0) };
            self.held.set(self.held.get() - (SEGMENT_SIZE - left));
        }
        self.surplus.set(self.surplus.get().saturating_sub(count));
        self.fewest_empty.set(self.fewest_empty.get().min(empty.len()));
        count > 0
    }

    /// At the end of a cycle, releases what was not needed since the end of the last one: blocks that were freed before
    /// that, and as many empty segments as there were all the time.
    pub(crate) fn age(&self) {
        self.spare.borrow_mut().retain_mut(|spare| {
            if spare.is_old {
                self.give_own(*spare);
            }
            !std::mem::replace(&mut spare.is_old, true)
        });
        self.surplus.set(self.fewest_empty.replace(self.empty.borrow().len()));
    }

    /// Returns a block with memory of its own, which counts as cached, to the system; a large one in portions from now
    /// on.
    fn give_own(&self, block: Spare) {
        let size = block.pages * PAGE_SIZE;
        self.large.set(self.large.get() - usize::from(system::has_huge_pages(size)));
        shadow::open(block.memory, size);
        self.leaving.borrow_mut().push(Leaving { memory: block.memory, size });
        if size <= PORTION {
            self.give_leaving();
        }
    }

    /// Returns up to [`PORTION`] bytes of the last freed block to the system; false if there is none left.
    fn give_leaving(&self) -> bool {
        let mut leaving = self.leaving.borrow_mut();
        let Some(Leaving { memory, size }) = leaving.pop() else { return false };
        // SAFETY: taken in `take_own` or shortened here, and not in use.
        let left = unsafe {
            let rest = size.saturating_sub(PORTION);
            let left = system::shorten(memory, size, rest);
            // On systems where blocks are returned whole, or if mappings cannot be split any more.
            if left == size && rest > 0 { system::shorten(memory, size, 0) } else { left }
        };
        self.held.set(self.held.get() - (size - left));
        self.cached.set(self.cached.get() - (size - left));
        if left < size && left > 0 {
            leaving.push(Leaving { memory, size: left });
        } else if left > 0 {
            // The system refuses it, so it stays held.
            self.cached.set(self.cached.get() - left);
        }
        true
    }

    /// Takes pages back.
    ///
    /// # Safety
    /// They come from this object's `take_run`, `grow`, `take_spare`, `take_own` or `lengthen_own` with the same numbers,
    /// and are not used again.
    pub(crate) unsafe fn give(&self, pages_at: NonNull<u8>, segment: u32, pages: usize) {
        shadow::close(pages_at, pages * PAGE_SIZE);
        self.used.set(self.used.get() - pages * PAGE_SIZE);
        if segment == OWN_MEMORY {
            self.cached.set(self.cached.get() + pages * PAGE_SIZE);
            let block = Spare { memory: pages_at, pages, is_old: false };
            if pages > SPARE_PAGES {
                return self.give_own(block);
            }
            let mut spare = self.spare.borrow_mut();
            let most = if self.cached.get() > self.kept() { SPARE_ALWAYS } else { SPARE_COUNT };
            let surplus = (spare.len() + 1).saturating_sub(most).min(SPARE_LEAVING);
            spare.drain(..surplus).for_each(|oldest| self.give_own(oldest));
            spare.push(block);
            return;
        }
        let mut segments = self.segments.borrow_mut();
        let it = &mut segments[segment as usize];
        let memory = it.memory.expect("pages are given back to a segment that exists");
        let first = (pages_at.addr().get() - memory.addr().get()) / PAGE_SIZE;
        it.free |= run_bits(first, pages);
        if it.free == u16::MAX {
            self.empty.borrow_mut().push(segment);
            self.cached.set(self.cached.get() + SEGMENT_SIZE);
        } else if !std::mem::replace(&mut it.is_open, true) {
            self.open.borrow_mut().push(segment);
        }
    }
}

/// A run of pages of a segment, opened for its user.
fn run_at(segment: NonNull<u8>, first: usize, pages: usize) -> NonNull<u8> {
    debug_assert!(first + pages <= SEGMENT_PAGES);
    // SAFETY: the run is in the segment.
    let run = unsafe { segment.add(first * PAGE_SIZE) };
    shadow::open(run, pages * PAGE_SIZE);
    run
}

impl Drop for Segments {
    fn drop(&mut self) {
        while self.give_spare() {}
        for segment in self.segments.get_mut() {
            if let Some(memory) = segment.memory {
                shadow::open(memory, SEGMENT_SIZE);
                // SAFETY: taken in `grow`; the heap is gone.
                unsafe { system::shorten(memory, SEGMENT_SIZE, 0) };
            }
        }
    }
}
