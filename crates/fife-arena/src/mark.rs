//! Marking: a reached object is marked in its page's bitmap; a reached object that was not traced yet is gray.
//!
//! Gray objects need no queue: they are bits in their pages, and pages with such bits are linked through their headers.
//! So marking allocates nothing, and traces objects of one page together. Pages that a write barrier made gray again go
//! to the end of that list, so that objects which change often are traced last.
//!
//! Work is measured in bytes traced. One object may take many slices: its `trace` may pause at a point of its choice
//! and is called again with that point.

use crate::collect::Collect;
use crate::gc::Gc;
use crate::heap::Heap;
use crate::page::{self, GRANULE, Kind, Page, PagePointer};
use crate::raw::{HEADER_SIZE, TypeInfo};
use std::cell::Cell;
use std::ptr::NonNull;

/// The list of pages with gray objects, and the object whose tracing is paused.
#[derive(Default)]
pub(crate) struct GrayList {
    head: Cell<Option<PagePointer>>,
    tail: Cell<Option<PagePointer>>,
    paused: Cell<Option<(NonNull<u8>, usize)>>,
}

impl GrayList {
    fn push_front(&self, page: PagePointer) {
        // SAFETY: pages with gray objects are live.
        unsafe { page.as_ref().next_gray.set(self.head.get()) };
        self.head.set(Some(page));
        if self.tail.get().is_none() {
            self.tail.set(Some(page));
        }
    }

    fn push_back(&self, page: PagePointer) {
        // SAFETY: pages on the list are live.
        unsafe {
            page.as_ref().next_gray.set(None);
            match self.tail.get() {
                Some(tail) => tail.as_ref().next_gray.set(Some(page)),
                None => self.head.set(Some(page)),
            }
        }
        self.tail.set(Some(page));
    }

    fn pop(&self) -> Option<PagePointer> {
        let page = self.head.get()?;
        // SAFETY: pages on the list are live.
        let next = unsafe { page.as_ref().next_gray.take() };
        self.head.set(next);
        if next.is_none() {
            self.tail.set(None);
        }
        Some(page)
    }

    /// Makes objects gray. Their page goes to the end of the list.
    pub(crate) fn add(&self, page: PagePointer, word: usize, objects: u64) {
        // SAFETY: pages with gray objects are live.
        let it = unsafe { page.as_ref() };
        it.gray[word].set(it.gray[word].get() | objects);
        if it.gray_words.replace(it.gray_words.get() | 1 << word) == 0 {
            self.push_back(page);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.head.get().is_none() && self.paused.get().is_none()
    }
}

/// Receives an object's pointers from `Collect::trace`.
pub struct Tracer<'a> {
    heap: &'a Heap,
    budget: isize,
    resume: usize,
    pause: Option<usize>,
    /// Whether traced objects may be keys of ephemerons.
    has_ephemerons: bool,
    /// Whether the arena checks what is reached, and whether this is the second marking: see `check`.
    is_checked: bool,
    is_second: bool,
    /// Whether each reached object must be checked or counted.
    is_watched: bool,
}

impl<'a> Tracer<'a> {
    pub(crate) fn new(heap: &'a Heap, budget: usize) -> Tracer<'a> {
        let budget = isize::try_from(budget).unwrap_or(isize::MAX);
        Tracer {
            heap,
            budget,
            resume: 0,
            pause: None,
            has_ephemerons: heap.ephemerons.is_active.get(),
            is_checked: heap.poison.get(),
            is_second: false,
            is_watched: heap.poison.get() || heap.is_resurrecting.get(),
        }
    }

    /// For the second marking of a check: all references count as strong ones.
    pub(crate) fn second(heap: &'a Heap) -> Tracer<'a> {
        Tracer {
            has_ephemerons: false,
            is_checked: true,
            is_second: true,
            is_watched: true,
            ..Tracer::new(heap, usize::MAX)
        }
    }

    /// Whether the arena checks itself and this is the marking that decides what is freed, so that slots which are not
    /// live may be overwritten.
    #[inline]
    pub fn overwrites_dead(&self) -> bool {
        self.is_checked && !self.is_second
    }

    /// Whether this marking checks an earlier one. Then every reference must be shown that is followed without being
    /// traced, such as those of caches.
    #[inline]
    pub fn is_check(&self) -> bool {
        self.is_second
    }

    /// Shows a pointer.
    #[inline(always)]
    pub fn mark<T: ?Sized>(&mut self, object: Gc<'_, T>) {
        // SAFETY: a `Gc` points to a live object of the one heap being marked.
        unsafe { self.mark_raw(object.erased()) }
    }

    /// Shows an object, given as a pointer to its first granule.
    ///
    /// # Safety
    /// It is in a live slot of the heap being marked.
    #[inline(always)]
    pub unsafe fn mark_raw(&mut self, object: NonNull<u8>) {
        // SAFETY: the caller's promise.
        let (page, granule) = unsafe { page::locate(object) };
        // SAFETY: as above.
        let it = unsafe { page.as_ref() };
        let word = &it.mark[granule / 64];
        let bit = 1u64 << (granule % 64);
        let marked = word.get();
        if marked & bit != 0 {
            return;
        }
        if self.is_watched {
            // SAFETY: by the caller's promise, the pointer is to a page; if that is broken, to memory that was one.
            unsafe { self.watch(page, granule) }
        }
        word.set(marked | bit);
        if it.kind.get() != Kind::Leaf {
            let gray = &it.gray[granule / 64];
            gray.set(gray.get() | bit);
            if it.gray_words.replace(it.gray_words.get() | 1 << (granule / 64)) == 0 {
                self.heap.gray.push_front(page);
            }
        }
    }

    /// Marks a leaf block that belongs to the object being traced.
    ///
    /// # Safety
    /// It is in a live slot of the heap being marked.
    #[inline(always)]
    pub unsafe fn mark_block(&mut self, block: NonNull<u8>) {
        // SAFETY: the caller's promise.
        unsafe {
            let (page, granule) = page::locate(block);
            if self.is_watched {
                self.watch(page, granule);
            }
            page::set(&page.as_ref().mark, granule);
        }
    }

    /// Checks or counts a reached object.
    ///
    /// # Safety
    /// As [`mark_raw`](Self::mark_raw).
    #[cold]
    unsafe fn watch(&self, page: PagePointer, granule: usize) {
        // SAFETY: the caller's promise.
        unsafe {
            if self.is_checked {
                self.heap.check_reached(page, granule);
            }
            if self.heap.is_resurrecting.get() && !page::test(&page.as_ref().mark, granule) {
                let bytes = self.heap.resurrected_bytes.get() + page.as_ref().slot_size.get();
                self.heap.resurrected_bytes.set(bytes);
            }
        }
    }

    /// Notes that a weak pointer to the object exists, so that its slot is not reused in this cycle.
    ///
    /// # Safety
    /// It is in a slot of the heap being marked that is live or quarantined for weak pointers.
    #[inline]
    pub(crate) unsafe fn mark_weak_raw(&mut self, object: NonNull<u8>) {
        // SAFETY: the caller's promise.
        unsafe {
            let (page, granule) = page::locate(object);
            page::set(&page.as_ref().weak, granule);
        }
    }

    /// Whether the object was already reached in this cycle.
    ///
    /// # Safety
    /// It is in a live slot of the heap being marked.
    #[inline]
    pub unsafe fn is_marked_raw(&self, object: NonNull<u8>) -> bool {
        // SAFETY: the caller's promise.
        unsafe {
            let (page, granule) = page::locate(object);
            page::test(&page.as_ref().mark, granule)
        }
    }

    /// The context that the arena was made with ([`Arena::with_context`](crate::Arena::with_context)), if it has this
    /// type: for `Collect` implementations whose tracing depends on it. `None` in a [check](Self::is_check), in which
    /// everything is shown.
    #[inline]
    pub fn context<T: 'static>(&self) -> Option<&'a T> {
        if self.is_second { None } else { self.heap.context() }
    }

    /// Counts memory that tracing takes outside of the arena, if the limit allows it. Returns whether it does.
    ///
    /// # Safety
    /// The caller keeps the account of this arena, see [`raw`](crate::raw): it takes the memory, and releases it.
    pub unsafe fn hold_external(&mut self, bytes: usize) -> bool {
        self.heap.hold_external(bytes)
    }

    /// Where to continue with a large object: 0, or the point that its last `trace` gave to
    /// [`pause_at`](Self::pause_at).
    #[inline]
    pub fn resume_point(&self) -> usize {
        self.resume
    }

    /// Counts `bytes` of work beyond the object's own slot.
    #[inline]
    pub fn work(&mut self, bytes: usize) {
        // Stays far from the end of the range, so that other subtractions need no check.
        self.budget = self.budget.saturating_sub_unsigned(bytes).max(isize::MIN / 2);
    }

    /// How many bytes of work this slice still has.
    #[inline]
    pub fn budget(&self) -> usize {
        self.budget.max(0) as usize
    }

    /// Says that `trace` returns before it has shown everything, and must be called again with
    /// [`resume_point`](Self::resume_point) `point`.
    ///
    /// Each call must show something more. If the object is written to in between ([`Gc::write`] or another backward
    /// barrier), the next call starts at 0 again. Only for types that are whole objects: see the contract of
    /// [`Collect`](crate::Collect).
    #[inline]
    pub fn pause_at(&mut self, point: usize) {
        self.pause = Some(point);
    }

    /// Traces the whole root: it has no slot, so its tracing cannot pause.
    pub(crate) fn trace_root(&mut self, root: &impl Collect) {
        loop {
            root.trace(self);
            match self.pause.take() {
                Some(point) => self.resume = point,
                None => break,
            }
        }
        self.resume = 0;
    }

    /// Traces gray objects until there are none (true) or the budget is used up (false).
    pub(crate) fn drain(&mut self) -> bool {
        let list = &self.heap.gray;
        loop {
            if let Some((object, point)) = list.paused.take() {
                self.resume = point;
                // SAFETY: a paused object is marked, so it is live.
                unsafe { self.look_into(object) };
                self.resume = 0;
                self.keep_pause(object);
            } else {
                let Some(page) = list.pop() else { return true };
                self.drain_page(page);
                // SAFETY: the page is live.
                if unsafe { page.as_ref().gray_words.get() != 0 } {
                    list.push_front(page);
                }
            }
            if self.budget <= 0 {
                return list.is_empty();
            }
        }
    }

    /// Traces the gray objects of a page, until the budget is used up or an object pauses.
    fn drain_page(&mut self, page: PagePointer) {
        // SAFETY: pages with gray objects are live.
        let it = unsafe { page.as_ref() };
        let work = 16 + it.slot_size.get().min(1024) as isize;
        while it.gray_words.get() != 0 {
            let word = it.gray_words.get().trailing_zeros() as usize;
            let base = Page::slot(page, word * 64);
            // The word's bit stays set while its objects are traced, so that what they turn gray does not list the page
            // again.
            let mut is_over = false;
            while it.gray[word].get() != 0 && !is_over {
                let mut gray = it.gray[word].replace(0);
                while gray != 0 {
                    // SAFETY: a gray object is live, and its page's kind has headers.
                    let object = unsafe { base.add(gray.trailing_zeros() as usize * GRANULE) };
                    gray &= gray - 1;
                    self.budget -= work;
                    // SAFETY: as above.
                    unsafe { self.look_into(object) };
                    if self.budget <= 0 || self.pause.is_some() {
                        self.keep_pause(object);
                        it.gray[word].set(it.gray[word].get() | gray);
                        is_over = true;
                        break;
                    }
                }
            }
            if it.gray[word].get() == 0 {
                it.gray_words.set(it.gray_words.get() & !(1 << word));
            }
            if is_over {
                return;
            }
        }
    }

    /// # Safety
    /// `object` is the first granule of a live object with a header.
    #[inline(always)]
    unsafe fn look_into(&mut self, object: NonNull<u8>) {
        // SAFETY: the caller's promise; the header word is written before a slot is given out.
        unsafe {
            if self.has_ephemerons {
                self.budget -= self.heap.key_reached(object);
            }
            if self.is_checked {
                self.heap.check_parent(Some(object));
            }
            let info = *object.cast::<&'static TypeInfo>().as_ptr();
            (info.trace)(object.add(HEADER_SIZE), self);
        }
    }

    /// Notes where to continue with the object just traced, if it paused.
    fn keep_pause(&mut self, object: NonNull<u8>) {
        if let Some(point) = self.pause.take() {
            self.heap.gray.paused.set(Some((object, point)));
        }
    }
}

impl Heap {
    /// Makes a marked object gray again: it was written to, or is about to be.
    ///
    /// # Safety
    /// It is in a live slot of this heap.
    pub(crate) unsafe fn regray(&self, object: NonNull<u8>) {
        // SAFETY: the caller's promise.
        let (page, granule) = unsafe { page::locate(object) };
        // SAFETY: as above.
        let it = unsafe { page.as_ref() };
        if it.kind.get() == Kind::Leaf || !page::test(&it.mark, granule) {
            return;
        }
        if let Some((paused, _)) = self.gray.paused.get()
            && paused.addr().get() / GRANULE == object.addr().get() / GRANULE
        {
            self.gray.paused.set(None);
        }
        self.gray.add(page, granule / 64, 1 << (granule % 64));
    }

    /// Marks an object that a write stored into one that is already marked.
    ///
    /// # Safety
    /// It is in a live slot of this heap.
    pub(crate) unsafe fn mark_forward(&self, object: NonNull<u8>) {
        // SAFETY: the caller's promise.
        unsafe { Tracer::new(self, 0).mark_raw(object) }
    }
}
