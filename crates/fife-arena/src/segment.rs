//! Where pages come from: segments of 16 pages, and allocations of their own for huge objects.
//!
//! Single 16 KiB blocks at 16 KiB alignment would cost the system's allocator as much again in gaps. A
//! segment is counted as held while it exists, whether or not its pages are in use: so what is held
//! is what the process really has.

#[cfg(test)]
mod tests;

use crate::page::PAGE_SIZE;
use crate::shadow;
use std::alloc::{Layout, alloc, alloc_zeroed, dealloc, realloc};
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
    /// `None` for an entry that waits to be used again.
    memory: Option<NonNull<u8>>,
    /// A bit for each page not in use.
    free: u16,
    /// Whether `open` names it.
    is_open: bool,
}

/// All memory of one heap.
#[derive(Default)]
pub(crate) struct Segments {
    segments: RefCell<Vec<Segment>>,
    /// Segments with free pages, each once, by index; may name some that have none any more or are gone.
    open: RefCell<Vec<u32>>,
    unused_entries: RefCell<Vec<u32>>,
    empty_count: Cell<usize>,
    held: Cell<usize>,
    /// Freed blocks with memory of their own, with their sizes in pages: a table that grows frees one size and asks for
    /// the next, over and over, and the system clears each anew. They count as held.
    spare: RefCell<Vec<Spare>>,
    /// Large blocks that are given back to the system in portions.
    leaving: RefCell<Vec<Leaving>>,
}

/// A freed block of which the end was given back.
#[derive(Clone, Copy)]
struct Leaving {
    /// What the system's allocator gave, and how long it is now.
    taken: NonNull<u8>,
    size: usize,
}

#[derive(Clone, Copy)]
struct Spare {
    memory: NonNull<u8>,
    pages: usize,
    /// Whether a cycle has begun since it was freed.
    is_old: bool,
}

/// How many freed blocks are kept, and how large each may be.
const SPARE_COUNT: usize = 8;
const SPARE_PAGES: usize = (16 << 20) / PAGE_SIZE;
/// How much memory is given to the system at once, in bytes: some hundred microseconds.
const PORTION: usize = 8 << 20;
/// What the system's allocator aligns to.
const OWN_ALIGN: usize = 16;
/// The largest freed block that is cleared to be used again: a larger one takes longer than getting it clear from the system.
const CLEARED_PAGES: usize = (4 << 20) / PAGE_SIZE;

fn segment_layout() -> Layout {
    Layout::from_size_align(SEGMENT_SIZE, PAGE_SIZE).expect("constant layout")
}

/// The layout of a block with memory of its own. It asks for a page more than for alignment: aligned memory that is to be
/// clear, the system's allocator clears byte for byte, other memory it gets clear from the system.
fn own_layout(pages: usize) -> Option<Layout> {
    Layout::from_size_align(pages.checked_add(1)?.checked_mul(PAGE_SIZE)?, OWN_ALIGN).ok()
}

/// How many bytes a block with memory of its own takes from the system.
pub(crate) fn own_size(pages: usize) -> Option<usize> {
    own_layout(pages).map(|layout| layout.size())
}

impl Segments {
    /// Bytes taken from the system.
    #[inline]
    pub(crate) fn held(&self) -> usize {
        self.held.get()
    }

    /// Finds a run of pages in the segments there are.
    pub(crate) fn take_run(&self, pages: usize) -> Option<(NonNull<u8>, u32)> {
        let mut segments = self.segments.borrow_mut();
        let mut open = self.open.borrow_mut();
        // A search for a long run looks at a bounded number of segments, newest first.
        let mut position = open.len();
        let mut looked_at = 0;
        while position > 0 && looked_at < 64 {
            position -= 1;
            let index = open[position];
            let segment = &mut segments[index as usize];
            let (Some(memory), true) = (segment.memory, segment.free != 0) else {
                segment.is_open = false;
                open.swap_remove(position);
                continue;
            };
            looked_at += 1;
            let mut starts = segment.free;
            for shift in 1..pages {
                starts &= segment.free >> shift;
            }
            if starts == 0 {
                continue;
            }
            let first = starts.trailing_zeros() as usize;
            if segment.free == u16::MAX {
                self.empty_count.set(self.empty_count.get() - 1);
            }
            segment.free &= !(((1u32 << pages) - 1) << first) as u16;
            if segment.free == 0 {
                segment.is_open = false;
                open.swap_remove(position);
            }
            // SAFETY: `first` is one of the segment's pages.
            let run = unsafe { memory.add(first * PAGE_SIZE) };
            shadow::open(run, pages * PAGE_SIZE);
            return Some((run, index));
        }
        None
    }

    /// Takes a new segment from the system, and a run of its pages; `None` if the system has no memory. A search would not
    /// do: a new segment may have the number of one that is gone, and that one's place in `open`, far from the newest.
    pub(crate) fn grow(&self, pages: usize) -> Option<(NonNull<u8>, u32)> {
        // SAFETY: the layout's size is not zero.
        let memory = NonNull::new(unsafe { alloc(segment_layout()) })?;
        let mut segments = self.segments.borrow_mut();
        let index = match self.unused_entries.borrow_mut().pop() {
            Some(index) => index,
            None => {
                segments.push(Segment { memory: None, free: 0, is_open: false });
                segments.len() as u32 - 1
            }
        };
        let segment = &mut segments[index as usize];
        segment.memory = Some(memory);
        segment.free = u16::MAX << pages;
        if !std::mem::replace(&mut segment.is_open, true) {
            self.open.borrow_mut().push(index);
        }
        self.held.set(self.held.get() + SEGMENT_SIZE);
        shadow::close(memory, SEGMENT_SIZE);
        shadow::open(memory, pages * PAGE_SIZE);
        Some((memory, index))
    }

    /// Memory of its own for one object, all zero if `is_clear`.
    pub(crate) fn take_own(&self, pages: usize, is_clear: bool) -> Option<NonNull<u8>> {
        let layout = own_layout(pages)?;
        if !is_clear || pages <= CLEARED_PAGES {
            let mut spare = self.spare.borrow_mut();
            if let Some(index) = spare.iter().rposition(|it| it.pages == pages) {
                let memory = spare.remove(index).memory;
                shadow::open(memory, pages * PAGE_SIZE);
                if is_clear {
                    // SAFETY: the block is that long, and nobody uses it.
                    unsafe { memory.as_ptr().write_bytes(0, pages * PAGE_SIZE) };
                }
                return Some(memory);
            }
        }
        // SAFETY: the layout's size is not zero. The pages are aligned within what was taken: it is a page longer, and where
        // they end there is room for how far they were moved, since `alloc` aligns to 16 bytes.
        unsafe {
            let taken = NonNull::new(if is_clear { alloc_zeroed(layout) } else { alloc(layout) })?;
            let shift = taken.addr().get().next_multiple_of(PAGE_SIZE) - taken.addr().get();
            let memory = taken.add(shift);
            memory.add(pages * PAGE_SIZE).cast::<usize>().write(shift);
            self.held.set(self.held.get() + layout.size());
            Some(memory)
        }
    }

    /// Whether a block of this size is there without asking the system.
    pub(crate) fn has_spare(&self, pages: usize) -> bool {
        self.spare.borrow().iter().any(|it| it.pages == pages)
    }

    /// Gives some memory of freed blocks to the system; false if there is none.
    pub(crate) fn give_spare(&self) -> bool {
        if self.give_portion() {
            return true;
        }
        let spare = self.spare.borrow_mut().pop();
        if let Some(spare) = spare {
            self.give_own(spare.memory, spare.pages);
        }
        spare.is_some()
    }

    /// Gives those freed blocks to the system that nobody wanted for a whole cycle.
    pub(crate) fn age_spare(&self) {
        self.spare.borrow_mut().retain_mut(|spare| {
            if spare.is_old {
                self.give_own(spare.memory, spare.pages);
            }
            !std::mem::replace(&mut spare.is_old, true)
        });
    }

    /// Gives a block with memory of its own, which is not used any more, to the system: a large one in portions from now on.
    fn give_own(&self, memory: NonNull<u8>, pages: usize) {
        let size = own_size(pages).expect("the layout it was allocated with");
        shadow::open(memory, pages * PAGE_SIZE);
        // SAFETY: allocated in `take_own`, that many bytes before; the callers hand over what nobody uses.
        let taken = unsafe { memory.sub(memory.add(pages * PAGE_SIZE).cast::<usize>().read()) };
        let mut leaving = self.leaving.borrow_mut();
        leaving.push(Leaving { taken, size });
        if size <= PORTION {
            drop(leaving);
            self.give_portion();
        }
    }

    /// Gives up to [`PORTION`] bytes of the block that was freed last to the system; false if there is none left.
    pub(crate) fn give_portion(&self) -> bool {
        let mut leaving = self.leaving.borrow_mut();
        let Some(Leaving { taken, size }) = leaving.pop() else { return false };
        // SAFETY: allocated in `take_own` or shortened below, with these layouts; nobody uses it.
        unsafe {
            let layout = Layout::from_size_align_unchecked(size, OWN_ALIGN);
            let rest = size.saturating_sub(PORTION);
            // Where the system's allocator gets large blocks as mappings of their own, it gives back the end of one in place.
            match NonNull::new(if rest == 0 { std::ptr::null_mut() } else { realloc(taken.as_ptr(), layout, rest) }) {
                Some(taken) => {
                    leaving.push(Leaving { taken, size: rest });
                    self.held.set(self.held.get() - PORTION);
                }
                None => {
                    dealloc(taken.as_ptr(), layout);
                    self.held.set(self.held.get() - size);
                }
            }
        }
        true
    }

    /// Gives pages back.
    ///
    /// # Safety
    /// They must come from this object's `take_run` or `take_own` with the same numbers, and not be used
    /// again.
    pub(crate) unsafe fn give(&self, pages_at: NonNull<u8>, segment: u32, pages: usize) {
        shadow::close(pages_at, pages * PAGE_SIZE);
        if segment == OWN_MEMORY {
            if pages <= SPARE_PAGES {
                let mut spare = self.spare.borrow_mut();
                let oldest = if spare.len() == SPARE_COUNT { Some(spare.remove(0)) } else { None };
                spare.push(Spare { memory: pages_at, pages, is_old: false });
                drop(spare);
                if let Some(oldest) = oldest {
                    self.give_own(oldest.memory, oldest.pages);
                }
            } else {
                self.give_own(pages_at, pages);
            }
            return;
        }
        let mut segments = self.segments.borrow_mut();
        let it = &mut segments[segment as usize];
        let memory = it.memory.expect("pages are given back to a segment that exists");
        let first = (pages_at.addr().get() - memory.addr().get()) / PAGE_SIZE;
        it.free |= (((1u32 << pages) - 1) << first) as u16;
        if it.free == u16::MAX {
            // One empty segment is kept, against taking and giving back in turns.
            if self.empty_count.get() == 0 {
                self.empty_count.set(1);
            } else {
                it.memory = None;
                it.free = 0;
                // SAFETY: allocated in `grow` with this layout, and no page of it is in use.
                unsafe { dealloc(memory.as_ptr(), segment_layout()) };
                self.unused_entries.borrow_mut().push(segment);
                self.held.set(self.held.get() - SEGMENT_SIZE);
                return;
            }
        }
        if !std::mem::replace(&mut it.is_open, true) {
            self.open.borrow_mut().push(segment);
        }
    }
}

impl Drop for Segments {
    fn drop(&mut self) {
        while self.give_spare() {}
        for segment in self.segments.get_mut() {
            if let Some(memory) = segment.memory {
                // SAFETY: allocated in `grow` with this layout; the heap is gone.
                unsafe { dealloc(memory.as_ptr(), segment_layout()) };
            }
        }
    }
}
