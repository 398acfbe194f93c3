//! Where pages come from: segments of 16 pages, and allocations of their own for huge objects.
//!
//! Single 16 KiB blocks at 16 KiB alignment would cost the system's allocator as much again in gaps. A
//! segment is counted as held while it exists, whether or not its pages are in use: so what is held
//! is what the process really has.

#[cfg(test)]
mod tests;

use crate::page::PAGE_SIZE;
use std::alloc::{Layout, alloc, dealloc};
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

fn segment_layout() -> Layout {
    Layout::from_size_align(SEGMENT_SIZE, PAGE_SIZE).expect("constant layout")
}

fn own_layout(pages: usize) -> Option<Layout> {
    Layout::from_size_align(pages.checked_mul(PAGE_SIZE)?, PAGE_SIZE).ok()
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
            return Some((unsafe { memory.add(first * PAGE_SIZE) }, index));
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
        Some((memory, index))
    }

    /// Memory of its own for one object.
    pub(crate) fn take_own(&self, pages: usize) -> Option<NonNull<u8>> {
        let layout = own_layout(pages)?;
        let mut spare = self.spare.borrow_mut();
        if let Some(index) = spare.iter().rposition(|it| it.pages == pages) {
            return Some(spare.remove(index).memory);
        }
        // SAFETY: the layout's size is not zero.
        let memory = NonNull::new(unsafe { alloc(layout) })?;
        self.held.set(self.held.get() + layout.size());
        Some(memory)
    }

    /// Whether a block of this size is there without asking the system.
    pub(crate) fn has_spare(&self, pages: usize) -> bool {
        self.spare.borrow().iter().any(|it| it.pages == pages)
    }

    /// Gives all freed blocks to the system.
    pub(crate) fn release_spare(&self) {
        for spare in self.spare.take() {
            self.give_own(spare.memory, spare.pages);
        }
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

    /// Gives a block with memory of its own, which is not used any more, to the system.
    fn give_own(&self, memory: NonNull<u8>, pages: usize) {
        let layout = own_layout(pages).expect("the layout it was allocated with");
        // SAFETY: allocated in `take_own` with this layout; the callers hand over what nobody uses.
        unsafe { dealloc(memory.as_ptr(), layout) };
        self.held.set(self.held.get() - layout.size());
    }

    /// Gives pages back.
    ///
    /// # Safety
    /// They must come from this object's `take_run` or `take_own` with the same numbers, and not be used
    /// again.
    pub(crate) unsafe fn give(&self, pages_at: NonNull<u8>, segment: u32, pages: usize) {
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
        self.release_spare();
        for segment in self.segments.get_mut() {
            if let Some(memory) = segment.memory {
                // SAFETY: allocated in `grow` with this layout; the heap is gone.
                unsafe { dealloc(memory.as_ptr(), segment_layout()) };
            }
        }
    }
}
