//! Sweeping: slots in use that are not marked become free. For pages without destructors that is a few operations on
//! bitmaps; the objects themselves are not touched.

use crate::heap::{Heap, POISON};
use crate::page::{self, CLASSES, GRANULE, HEADER_GRANULES, KINDS, Kind, PAGE_SIZE, Page, PagePointer, WORDS};
use crate::raw::{HEADER_SIZE, TypeInfo};
use crate::shadow;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr::NonNull;

/// The work of sweeping a page, in bytes, without the destructors it runs.
const PAGE_WORK: usize = 1024;
/// How many bytes of a large object that is freed are a byte of work: the system takes its pages one by one.
const RELEASED_PER_WORK: usize = 16;

impl Heap {
    /// Sweeps for about `budget` bytes of work; true if nothing is left to sweep.
    pub(crate) fn sweep(&self, budget: usize) -> bool {
        let mut done = 0;
        for kind in 0..KINDS {
            for class in 0..CLASSES.len() {
                while let Some(page) = self.lanes[kind][class].unswept.pop() {
                    done += PAGE_WORK + self.sweep_small(page);
                    // SAFETY: the page is live.
                    if unsafe { page.as_ref().is_empty() } {
                        self.release(page);
                    } else {
                        self.file_swept(page);
                    }
                    self.pass_panic_on();
                    if done >= budget {
                        return false;
                    }
                }
            }
            while let Some(page) = self.large[kind].unswept.pop() {
                done += PAGE_WORK + self.sweep_large(page);
                self.pass_panic_on();
                if done >= budget {
                    return false;
                }
            }
        }
        true
    }

    /// Resumes the panic of a destructor, now that its page is swept.
    fn pass_panic_on(&self) {
        if let Some(panic) = self.panic.take() {
            resume_unwind(panic);
        }
    }

    /// Frees the dead objects of a page that is on no list, and marks the page as swept in this cycle. Returns the work
    /// of destructors.
    pub(crate) fn sweep_small(&self, page: PagePointer) -> usize {
        // SAFETY: unswept pages are live.
        let it = unsafe { page.as_ref() };
        let mut freed = 0;
        let mut work = 0;
        for word in 0..WORDS {
            let (alloc, mark) = (it.alloc[word].get(), it.mark[word].get());
            let mut dead = alloc & !mark;
            it.alloc[word].set(alloc & mark);
            it.mark[word].set(0);
            let weak = it.weak[word].replace(0);
            let held_back = if self.quarantine.get() { dead } else { 0 };
            it.husk[word].set((it.husk[word].get() | dead) & weak | held_back);
            freed += dead.count_ones() as usize;
            if it.kind.get() == Kind::Drop || self.poison.get() || cfg!(fife_asan) {
                while dead != 0 {
                    let slot = Page::slot(page, word * 64 + dead.trailing_zeros() as usize);
                    dead &= dead - 1;
                    // SAFETY: a dead object is dropped once and not reachable any more.
                    work += unsafe { self.drop_object(it, slot) };
                }
            }
        }
        it.epoch.set(self.epoch.get());
        self.object_bytes.set(self.object_bytes.get() - freed * it.slot_size.get());
        work
    }

    fn sweep_large(&self, page: PagePointer) -> usize {
        // SAFETY: unswept pages are live.
        let it = unsafe { page.as_ref() };
        let mut work = 0;
        let alive = page::test(&it.mark, HEADER_GRANULES);
        let in_use = page::test(&it.alloc, HEADER_GRANULES);
        let weak = page::test(&it.weak, HEADER_GRANULES);
        page::clear(&it.mark, HEADER_GRANULES);
        page::clear(&it.weak, HEADER_GRANULES);
        it.epoch.set(self.epoch.get());
        if in_use && !alive {
            self.object_bytes.set(self.object_bytes.get() - it.slot_size.get());
            page::clear(&it.alloc, HEADER_GRANULES);
            if it.kind.get() == Kind::Drop || self.poison.get() || cfg!(fife_asan) {
                // SAFETY: a dead object is dropped once and not reachable any more.
                work = unsafe { self.drop_object(it, Page::slot(page, HEADER_GRANULES)) };
            }
        }
        if alive && in_use {
            // SAFETY: the page was popped from its list.
            unsafe { self.large[it.kind.get() as usize].swept.push(page) };
        } else if weak {
            page::set(&it.husk, HEADER_GRANULES);
            // SAFETY: as above.
            unsafe { self.large[it.kind.get() as usize].swept.push(page) };
        } else {
            work += it.page_count.get() as usize * PAGE_SIZE / RELEASED_PER_WORK;
            self.release(page);
        }
        work
    }

    /// Runs an object's destructor, if its kind has them, and poisons the slot if requested.
    ///
    /// # Safety
    /// The object is dead and in a slot of the page whose header is `it`.
    unsafe fn drop_object(&self, it: &Page, slot: NonNull<u8>) -> usize {
        let mut work = 0;
        if it.kind.get() == Kind::Drop {
            // SAFETY: the caller's promise; kinds with destructors have headers.
            unsafe {
                let info = *slot.cast::<&'static TypeInfo>().as_ptr();
                if let Some(drop) = info.drop {
                    let object = slot.add(HEADER_SIZE);
                    // A panic waits until the page is in order.
                    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(object))) {
                        self.note_panic(panic);
                    }
                    work = it.slot_size.get();
                }
            }
        }
        if self.poison.get() {
            shadow::open(slot, it.slot_size.get());
            // SAFETY: the slot is not used any more; its size is its page's.
            unsafe { slot.as_ptr().write_bytes(POISON, it.slot_size.get()) };
        }
        shadow::close(slot, it.slot_size.get());
        work
    }

    /// Keeps the first panic of a slice.
    #[cold]
    fn note_panic(&self, panic: Box<dyn Any + Send>) {
        match self.panic.take() {
            None => self.panic.set(Some(panic)),
            Some(first) => {
                self.panic.set(Some(first));
                discard(panic);
            }
        }
    }

    /// Drops every object and gives all memory back.
    fn tear_down(&self) {
        self.open_sweep();
        for lanes in &self.lanes {
            for lane in lanes {
                while let Some(page) = lane.unswept.pop() {
                    self.sweep_small_unmarked(page);
                }
            }
        }
        for large in &self.large {
            while let Some(page) = large.unswept.pop() {
                // SAFETY: the page is live.
                let it = unsafe { page.as_ref() };
                page::clear(&it.mark, HEADER_GRANULES);
                page::clear(&it.weak, HEADER_GRANULES);
                self.sweep_large(page);
            }
        }
    }

    fn sweep_small_unmarked(&self, page: PagePointer) {
        // SAFETY: the page is live.
        let it = unsafe { page.as_ref() };
        for word in 0..WORDS {
            it.mark[word].set(0);
            it.weak[word].set(0);
        }
        self.sweep_small(page);
        self.release(page);
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        self.tear_down();
        if !std::thread::panicking() {
            self.pass_panic_on();
        } else if let Some(panic) = self.panic.take() {
            discard(panic);
        }
    }
}

/// Drops the payload of a destructor's panic. If that panics again, the second payload is leaked.
fn discard(panic: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(again);
    }
}

const _: () = assert!(GRANULE >= size_of::<&TypeInfo>());
