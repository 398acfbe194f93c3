//! The heap: allocation lanes, the two counts of bytes, the limit, and the phase of the collector.
//!
//! A *lane* is the allocation cache of one kind of page and one size class: a word of free slots of the lane's current
//! page. Allocating takes the lowest bit. Everything else (the next word, the next page, counting, the limit) happens
//! when a word is used up, so it costs the common case nothing. The slots of a word are booked as used when the lane
//! takes the word; unused ones are booked back before anything looks.

use crate::check::Check;
use crate::ephemeron::Ephemerons;
use crate::mark::GrayList;
use crate::page::{self, CLASS_OF, CLASSES, GRANULE, HEADER_GRANULES, KINDS, Kind, LARGE, PAGE_SIZE, Page, PageList};
use crate::page::{PagePointer, SLOTS, USABLE_GRANULES, WORDS};
use crate::segment::{OWN_MEMORY, RUN_LIMIT, SEGMENT_SIZE, Segments, own_size};
use crate::shadow;
use crate::system;
use std::any::{Any, TypeId};
use std::array::from_fn;
use std::cell::Cell;
use std::fmt;
use std::ptr::NonNull;

/// The limit on memory, or the system, refused an allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory;

impl fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not enough memory")
    }
}

impl std::error::Error for OutOfMemory {}

/// What the collector is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing: it waits for the heap to grow.
    Sleep,
    /// It marks reachable objects.
    Mark,
    /// Everything reachable is marked; weak references may be examined ([`MarkedArena`](crate::MarkedArena)).
    Marked,
    /// It frees unmarked objects.
    Sweep,
}

/// The counts of one heap, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics {
    /// The bytes of objects not yet freed, rounded to slots, and of what they hold outside of the arena.
    pub object_bytes: usize,
    /// The bytes taken from the system: segments of pages at full size, large objects, and what is held outside of the
    /// arena.
    pub held_bytes: usize,
    /// The work of the last or running cycle beyond the bytes of objects, in bytes: looking up the values of weak keys.
    pub ephemeron_work: usize,
    /// The held bytes that nothing uses: freed memory that is kept for reuse. It goes to the system before the limit
    /// refuses anything.
    pub cached_bytes: usize,
    /// The most bytes that were ever held.
    pub peak_held_bytes: usize,
    /// The limit on held bytes.
    pub limit: Option<usize>,
    /// Complete collections.
    pub collections: u64,
}

impl Metrics {
    /// An estimate, from the last cycle, of the work of a whole cycle in bytes. Collections are charged by it.
    pub fn cycle_work(&self) -> usize {
        self.object_bytes.saturating_add(self.ephemeron_work)
    }
}

pub(crate) struct Lane {
    /// Free slots of the current word, as bits.
    free: Cell<u64>,
    /// The address of the current word's granule 0.
    base: Cell<*mut u8>,
    current: Cell<Option<PagePointer>>,
    /// The number of the current page's next word.
    word: Cell<usize>,
    /// Swept pages with free slots, swept pages without, and pages not swept in this cycle.
    pub(crate) partial: PageList,
    pub(crate) full: PageList,
    pub(crate) unswept: PageList,
}

impl Default for Lane {
    fn default() -> Lane {
        Lane {
            free: Cell::new(0),
            base: Cell::new(std::ptr::null_mut()),
            current: Cell::new(None),
            word: Cell::new(WORDS),
            partial: PageList::default(),
            full: PageList::default(),
            unswept: PageList::default(),
        }
    }
}

/// Pages of one large object each.
#[derive(Default)]
pub(crate) struct LargePages {
    pub(crate) swept: PageList,
    pub(crate) unswept: PageList,
}

/// The largest object that may come from the reserve, which is one segment above the limit. When pages are full of
/// holes of other sizes, the reserve keeps a script going whose objects are few and small.
const RESERVED_OBJECT: usize = 4 << 10;

/// How many bytes are taken outside of the arena before the system is asked whether it has memory for them.
const ASKED_AT: usize = 64 << 10;

/// The most pages that an allocation sweeps before it takes a fresh one.
const SWEEP_PER_REFILL: usize = 4;

/// Whether a lane may take another page.
#[derive(Clone, Copy)]
enum Fresh {
    None,
    WithinLimit,
    PastLimit,
}

pub(crate) struct Heap {
    pub(crate) lanes: [[Lane; CLASSES.len()]; KINDS],
    pub(crate) large: [LargePages; KINDS],
    pub(crate) segments: Segments,
    pub(crate) gray: GrayList,
    pub(crate) ephemerons: Ephemerons,
    /// The result of [`Tracer::context`](crate::Tracer::context), and its type, which is kept beside it so that reading
    /// it costs no call.
    context: Box<dyn Any>,
    context_type: TypeId,
    pub(crate) phase: Cell<Phase>,
    pub(crate) epoch: Cell<u32>,
    pub(crate) object_bytes: Cell<usize>,
    pub(crate) external_bytes: Cell<usize>,
    /// Bytes taken outside of the arena since the system was last asked for room.
    unasked_bytes: Cell<usize>,
    peak_held: Cell<usize>,
    limit: Cell<usize>,
    /// Whether the limit is currently raised by the reserve.
    is_raised: Cell<bool>,
    /// Allocated bytes that the collector has not worked off; may be negative.
    pub(crate) debt: Cell<isize>,
    /// The debt above which [`is_under_pressure`](crate::Mutation::is_under_pressure) is true (see `raw`).
    pub(crate) pressure: Cell<isize>,
    pub(crate) collections: Cell<u64>,
    /// Whether objects marked now were dead and are resurrected, and how many bytes were in this cycle.
    pub(crate) is_resurrecting: Cell<bool>,
    pub(crate) resurrected_bytes: Cell<usize>,
    /// For tests: see the methods of [`Arena`](crate::Arena) of these names.
    pub(crate) poison: Cell<bool>,
    pub(crate) quarantine: Cell<bool>,
    pub(crate) refusals: Cell<(u64, u64)>,
    pub(crate) check: Check,
    /// The panic of the first destructor that panicked in this slice.
    pub(crate) panic: Cell<Option<Box<dyn Any + Send>>>,
}

impl Heap {
    pub(crate) fn new<T: 'static>(context: T) -> Heap {
        Heap {
            lanes: from_fn(|_| from_fn(|_| Lane::default())),
            large: Default::default(),
            segments: Segments::default(),
            gray: GrayList::default(),
            ephemerons: Ephemerons::default(),
            context: Box::new(context),
            context_type: TypeId::of::<T>(),
            phase: Cell::new(Phase::Sleep),
            epoch: Cell::new(0),
            object_bytes: Cell::new(0),
            external_bytes: Cell::new(0),
            unasked_bytes: Cell::new(0),
            peak_held: Cell::new(0),
            limit: Cell::new(usize::MAX),
            is_raised: Cell::new(false),
            debt: Cell::new(0),
            pressure: Cell::new(isize::MAX),
            collections: Cell::new(0),
            is_resurrecting: Cell::new(false),
            resurrected_bytes: Cell::new(0),
            poison: Cell::new(false),
            quarantine: Cell::new(false),
            refusals: Cell::new((0, 0)),
            check: Check::default(),
            panic: Cell::new(None),
        }
    }

    /// The context the arena was made with, if that has this type.
    #[inline]
    pub(crate) fn context<T: 'static>(&self) -> Option<&T> {
        // SAFETY: `context` is a `T` if its type's id is that of `T`; neither is written after `new`.
        (self.context_type == TypeId::of::<T>()).then(|| unsafe { &*(&raw const *self.context).cast::<T>() })
    }

    #[inline]
    pub(crate) fn held(&self) -> usize {
        self.segments.held().saturating_add(self.external_bytes.get())
    }

    pub(crate) fn metrics(&self) -> Metrics {
        Metrics {
            object_bytes: (self.object_bytes.get() - self.booked_ahead()).saturating_add(self.external_bytes.get()),
            held_bytes: self.held(),
            ephemeron_work: self.ephemerons.work.get(),
            cached_bytes: self.segments.cached(),
            peak_held_bytes: self.peak_held.get().max(self.held()),
            limit: Some(self.limit.get()).filter(|limit| *limit != usize::MAX),
            collections: self.collections.get(),
        }
    }

    /// The bytes of slots that lanes booked and have not given out.
    fn booked_ahead(&self) -> usize {
        let lanes = self.lanes.iter().flat_map(|lanes| lanes.iter().zip(CLASSES));
        lanes.map(|(lane, size)| lane.free.get().count_ones() as usize * size as usize * GRANULE).sum()
    }

    pub(crate) fn set_limit(&self, limit: Option<usize>) {
        self.limit.set(limit.unwrap_or(usize::MAX));
    }

    pub(crate) fn note_peak(&self) {
        self.peak_held.set(self.peak_held.get().max(self.held()));
    }

    pub(crate) fn add_debt(&self, bytes: usize) {
        self.debt.set(self.debt.get().saturating_add_unsigned(bytes));
    }

    /// Takes the next free slot of a lane, if its current word has one.
    #[inline(always)]
    pub(crate) fn take_slot(&self, kind: Kind, class: usize) -> Option<NonNull<u8>> {
        let lane = &self.lanes[kind as usize][class];
        let free = lane.free.get();
        if free == 0 {
            return None;
        }
        lane.free.set(free & (free - 1));
        // SAFETY: `base` is the address of the word's granule 0 whenever `free` is not zero, and the bit is a slot of
        // that page; a page is never at address 0.
        Some(unsafe { NonNull::new_unchecked(lane.base.get().add(free.trailing_zeros() as usize * GRANULE)) })
    }

    /// Allocates a slot for `size` bytes. With `forced` it may exceed the limit (a host's small object, the reserve).
    #[inline]
    pub(crate) fn allocate(&self, kind: Kind, size: usize, forced: bool) -> Result<NonNull<u8>, OutOfMemory> {
        if cfg!(debug_assertions) && !forced && self.refuses() {
            return Err(OutOfMemory);
        }
        let granules = size.div_ceil(GRANULE).max(1);
        if granules > USABLE_GRANULES {
            return self.allocate_large(kind, size, forced, false);
        }
        let class = CLASS_OF[granules] as usize;
        let slot = match self.take_slot(kind, class) {
            Some(slot) => slot,
            None => self.allocate_slow(kind, class, forced)?,
        };
        shadow::open(slot, size.max(1));
        Ok(slot)
    }

    /// Whether an allocation is one that a test wants refused.
    #[cold]
    fn refuses(&self) -> bool {
        let (after, count) = self.refusals.get();
        if count == 0 {
            return false;
        }
        self.refusals.set(if after > 0 { (after - 1, count) } else { (0, count - 1) });
        after == 0
    }

    /// As [`allocate`](Self::allocate), with all bytes zero. Large blocks come zeroed from the system, which is faster
    /// than clearing them.
    pub(crate) fn allocate_clear(&self, kind: Kind, size: usize, forced: bool) -> Result<NonNull<u8>, OutOfMemory> {
        if size.div_ceil(GRANULE) > USABLE_GRANULES {
            if cfg!(debug_assertions) && !forced && self.refuses() {
                return Err(OutOfMemory);
            }
            return self.allocate_large(kind, size, forced, true);
        }
        let slot = self.allocate(kind, size, forced)?;
        // SAFETY: the slot is ours, and has at least `size` bytes.
        unsafe { slot.as_ptr().write_bytes(0, size) };
        Ok(slot)
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn allocate_slow(&self, kind: Kind, class: usize, forced: bool) -> Result<NonNull<u8>, OutOfMemory> {
        // A forced allocation takes a whole page. Others may use no more of such pages than the reserve.
        if !forced && self.in_use() > self.highest_limit() {
            return Err(OutOfMemory);
        }
        if self.refill(kind, class, Fresh::WithinLimit).is_ok() {
            return self.take_slot(kind, class).ok_or(OutOfMemory);
        }
        // At the limit, a slot that is too large is better than none. Otherwise a script that leaves one object in each
        // page of many sizes could use up all memory while holding hardly any.
        let larger = (class + 1..CLASSES.len()).find(|larger| {
            self.lanes[kind as usize][*larger].free.get() != 0 || self.refill(kind, *larger, Fresh::None).is_ok()
        });
        if let Some(slot) = larger.and_then(|larger| self.take_slot(kind, larger)) {
            return Ok(slot);
        }
        if !forced {
            return Err(OutOfMemory);
        }
        self.refill(kind, class, Fresh::PastLimit)?;
        self.take_slot(kind, class).ok_or(OutOfMemory)
    }

    /// The bytes of pages in use, and of what is held outside of the arena.
    fn in_use(&self) -> usize {
        self.segments.used().saturating_add(self.external_bytes.get())
    }

    /// The limit with the reserve.
    fn highest_limit(&self) -> usize {
        self.limit.get().saturating_add(if self.is_raised.get() { 0 } else { SEGMENT_SIZE })
    }

    /// Checks that this many more pages can be used within the limit. Free pages in existing segments do not count.
    fn check_use(&self, pages: usize) -> Result<(), OutOfMemory> {
        let size = own_size(pages).ok_or(OutOfMemory)?;
        if self.in_use().saturating_add(size) <= self.limit.get() { Ok(()) } else { Err(OutOfMemory) }
    }

    /// Gives a lane a word with at least one free slot, from a fresh page if necessary and if `fresh` allows it.
    fn refill(&self, kind: Kind, class: usize, fresh: Fresh) -> Result<(), OutOfMemory> {
        let lane = &self.lanes[kind as usize][class];
        let mut swept = 0;
        loop {
            if let Some(page) = lane.current.get() {
                if self.next_word(lane, page, class) {
                    return Ok(());
                }
                // SAFETY: the current page is live and on no list.
                unsafe {
                    if page.as_ref().has_gaps.replace(false) {
                        lane.word.set(0);
                        continue;
                    }
                    lane.current.set(None);
                    page.as_ref().is_full.set(true);
                    lane.full.push(page);
                }
            }
            // Destructors run only between calls of `mutate`, so pages with destructors are not swept here.
            let may_sweep = self.phase.get() == Phase::Sweep && kind != Kind::Drop && swept < SWEEP_PER_REFILL;
            let page = if let Some(page) = lane.partial.pop() {
                page
            } else if let Some(page) = if may_sweep { lane.unswept.pop() } else { None } {
                swept += 1;
                self.sweep_small(page);
                page
            } else {
                match fresh {
                    Fresh::None => return Err(OutOfMemory),
                    Fresh::WithinLimit => self.fresh_page(kind, class, false)?,
                    Fresh::PastLimit => self.fresh_page(kind, class, true)?,
                }
            };
            // SAFETY: the page is live, and on no list any more.
            unsafe {
                page.as_ref().is_full.set(false);
                page.as_ref().has_gaps.set(false);
            }
            lane.current.set(Some(page));
            lane.word.set(0);
        }
    }

    /// Moves a lane to the next word of its page that has free slots.
    fn next_word(&self, lane: &Lane, page: PagePointer, class: usize) -> bool {
        // SAFETY: a lane's current page is live.
        let it = unsafe { page.as_ref() };
        while lane.word.get() < WORDS {
            let word = lane.word.get();
            lane.word.set(word + 1);
            let free = SLOTS[class][word] & !it.alloc[word].get() & !it.husk[word].get();
            if free == 0 {
                continue;
            }
            it.alloc[word].set(it.alloc[word].get() | free);
            if self.phase.get() == Phase::Marked {
                self.mark_slots(page, word, free);
            }
            lane.free.set(free);
            lane.base.set(Page::slot(page, word * 64).as_ptr());
            let bytes = free.count_ones() as usize * CLASSES[class] as usize * GRANULE;
            self.object_bytes.set(self.object_bytes.get() + bytes);
            self.add_debt(bytes);
            return true;
        }
        false
    }

    fn fresh_page(&self, kind: Kind, class: usize, forced: bool) -> Result<PagePointer, OutOfMemory> {
        let (memory, segment) = self.take_pages(1, forced, false)?;
        // SAFETY: `take_pages` hands over unused, aligned memory.
        unsafe {
            let page = Page::init(memory, kind, class as u8, CLASSES[class] as usize * GRANULE, self.epoch.get());
            page.as_ref().segment.set(segment);
            page.as_ref().page_count.set(1);
            shadow::close(Page::slot(page, HEADER_GRANULES), PAGE_SIZE - HEADER_GRANULES * GRANULE);
            Ok(page)
        }
    }

    fn take_pages(&self, pages: usize, forced: bool, is_clear: bool) -> Result<(NonNull<u8>, u32), OutOfMemory> {
        if !forced {
            self.check_use(pages)?;
        }
        if pages <= RUN_LIMIT {
            let run = match self.segments.take_run(pages) {
                Some(run) => run,
                None => {
                    self.check_limit(SEGMENT_SIZE, forced)?;
                    let run = self.segments.grow(pages).ok_or(OutOfMemory)?;
                    self.note_peak();
                    run
                }
            };
            if is_clear {
                // SAFETY: the run has this length, and nothing uses it.
                unsafe { run.0.as_ptr().write_bytes(0, pages * PAGE_SIZE) };
            }
            Ok(run)
        } else {
            if let Some(memory) = self.segments.take_spare(pages, is_clear) {
                return Ok((memory, OWN_MEMORY));
            }
            self.check_limit(own_size(pages).ok_or(OutOfMemory)?, forced)?;
            let memory = self.segments.take_own(pages, is_clear).ok_or(OutOfMemory)?;
            self.note_peak();
            Ok((memory, OWN_MEMORY))
        }
    }

    /// As [`allocate`](Self::allocate), but a small object that the limit refuses comes from a reserve above it.
    #[cold]
    pub(crate) fn allocate_reserved(&self, kind: Kind, size: usize) -> Result<NonNull<u8>, OutOfMemory> {
        if size > RESERVED_OBJECT {
            return Err(OutOfMemory);
        }
        self.with_reserve(|| self.allocate(kind, size, false))
    }

    /// Calls `make` with the limit raised by the reserve, of which there is one.
    pub(crate) fn with_reserve<R>(&self, make: impl FnOnce() -> R) -> R {
        if self.is_raised.replace(true) {
            return make();
        }
        /// Restores the limit, after a panic, too.
        struct Raised<'a>(&'a Heap, usize);
        impl Drop for Raised<'_> {
            fn drop(&mut self) {
                self.0.limit.set(self.1);
                self.0.is_raised.set(false);
            }
        }
        let raised = Raised(self, self.limit.get());
        self.limit.set(raised.1.saturating_add(SEGMENT_SIZE));
        make()
    }

    /// Counts memory outside of the arena, if the limit allows it. It is not debt, because the collector takes it for
    /// itself.
    pub(crate) fn hold_external(&self, bytes: usize) -> bool {
        let fits = self.check_external(bytes).is_ok();
        if fits {
            self.external_bytes.set(self.external_bytes.get().saturating_add(bytes));
            self.note_peak();
        }
        fits
    }

    /// Checks that the limit allows this much outside of the arena, and that the system has memory, without which
    /// Rust's allocator may end the process.
    pub(crate) fn check_external(&self, bytes: usize) -> Result<(), OutOfMemory> {
        self.check_limit(bytes, false)?;
        let unasked = self.unasked_bytes.get().saturating_add(bytes);
        if unasked < ASKED_AT {
            self.unasked_bytes.set(unasked);
            return Ok(());
        }
        self.unasked_bytes.set(0);
        let mut has_room = system::has_room();
        while !has_room && self.segments.give_spare() {
            has_room = system::has_room();
        }
        if has_room { Ok(()) } else { Err(OutOfMemory) }
    }

    /// Whether an object of `bytes` bytes could probably be allocated: in a run of free pages, or in memory that the
    /// limit still allows.
    pub(crate) fn has_room(&self, bytes: usize) -> bool {
        let Some(size) = bytes.checked_add(HEADER_GRANULES * GRANULE) else { return false };
        let pages = size.div_ceil(PAGE_SIZE);
        if pages > RUN_LIMIT {
            return own_size(pages).is_some_and(|size| self.check_limit(size, false).is_ok());
        }
        let has_memory = || self.fits(SEGMENT_SIZE) || self.segments.has_run(pages);
        self.check_use(pages).is_ok() && (has_memory() || self.check_limit(SEGMENT_SIZE, false).is_ok())
    }

    /// Whether this many more bytes could be held within the limit.
    fn fits(&self, more: usize) -> bool {
        self.held().checked_add(more).is_some_and(|held| held <= self.limit.get())
    }

    pub(crate) fn check_limit(&self, more: usize, forced: bool) -> Result<(), OutOfMemory> {
        if forced || self.fits(more) {
            return Ok(());
        }
        while self.segments.give_spare() {
            if self.fits(more) {
                return Ok(());
            }
        }
        Err(OutOfMemory)
    }

    #[cold]
    #[inline(never)]
    fn allocate_large(
        &self,
        kind: Kind,
        size: usize,
        forced: bool,
        is_clear: bool,
    ) -> Result<NonNull<u8>, OutOfMemory> {
        let header = HEADER_GRANULES * GRANULE;
        let pages = size.checked_add(header).ok_or(OutOfMemory)?.div_ceil(PAGE_SIZE);
        let page_count = u32::try_from(pages).map_err(|_| OutOfMemory)?;
        let (memory, segment) = self.take_pages(pages, forced, is_clear)?;
        // SAFETY: `take_pages` hands over unused, aligned memory.
        let page = unsafe { Page::init(memory, kind, LARGE, pages * PAGE_SIZE - header, self.epoch.get()) };
        // SAFETY: just made.
        let it = unsafe { page.as_ref() };
        it.segment.set(segment);
        it.page_count.set(page_count);
        page::set(&it.alloc, HEADER_GRANULES);
        if self.phase.get() == Phase::Marked {
            self.mark_slots(page, HEADER_GRANULES / 64, 1 << (HEADER_GRANULES % 64));
        }
        // SAFETY: a new page is on no list.
        unsafe { self.large[kind as usize].swept.push(page) };
        self.object_bytes.set(self.object_bytes.get() + it.slot_size.get());
        self.add_debt(it.slot_size.get());
        shadow::close(Page::slot(page, HEADER_GRANULES), it.slot_size.get());
        shadow::open(Page::slot(page, HEADER_GRANULES), size.max(1));
        Ok(Page::slot(page, HEADER_GRANULES))
    }

    /// Makes a leaf longer, so that it has at least `size` bytes, perhaps at another address; what is added is zero.
    /// `None`, with nothing changed, if its owner has to copy it: it is small, the system cannot do it, or the limit
    /// does not allow it. With checks on, blocks are always copied, so that a use of the old one finds poison.
    ///
    /// # Safety
    /// `block` is a live leaf of this heap, and only its owner knows it.
    pub(crate) unsafe fn lengthen_leaf(&self, block: NonNull<u8>, size: usize, forced: bool) -> Option<NonNull<u8>> {
        // SAFETY: a live leaf is in a page.
        let page = unsafe { page::locate(block).0 };
        // SAFETY: as above.
        let it = unsafe { page.as_ref() };
        if it.segment.get() != OWN_MEMORY || self.poison.get() {
            return None;
        }
        let header = HEADER_GRANULES * GRANULE;
        let old_pages = it.page_count.get() as usize;
        let pages = size.checked_add(header)?.div_ceil(PAGE_SIZE);
        let page_count = u32::try_from(pages).ok()?;
        if pages <= old_pages {
            shadow::open(block, size);
            return Some(block);
        }
        if !forced {
            self.check_use(pages - old_pages).ok()?;
        }
        self.check_limit(own_size(pages - old_pages)?, forced).ok()?;
        let may_take = forced || self.fits(own_size(pages)?);
        let lists = &self.large[Kind::Leaf as usize];
        let list = if it.epoch.get() == self.epoch.get() { &lists.swept } else { &lists.unswept };
        // SAFETY: a large page is on the list given by its epoch. It is taken off before it moves, since the neighbours
        // there point to it. Nothing else does: leaves are never gray. The header moves with the contents.
        unsafe {
            list.remove(page);
            let moved = self.segments.lengthen_own(page.cast(), old_pages, pages, may_take);
            let page = moved.map_or(page, NonNull::cast);
            list.push(page);
            moved?;
            let it = page.as_ref();
            let bytes = pages * PAGE_SIZE - header;
            let added = bytes - it.slot_size.replace(bytes);
            it.page_count.set(page_count);
            self.object_bytes.set(self.object_bytes.get() + added);
            self.add_debt(added);
            self.note_peak();
            let block = Page::slot(page, HEADER_GRANULES);
            shadow::close(block, bytes);
            shadow::open(block, size);
            Some(block)
        }
    }

    /// Frees a leaf at once: a block that only its owner knows.
    ///
    /// # Safety
    /// `block` is a live leaf of this heap, and is not used again.
    pub(crate) unsafe fn free_leaf(&self, block: NonNull<u8>) {
        // SAFETY: a live leaf is in a page.
        let (page, granule) = unsafe { page::locate(block) };
        // SAFETY: as above.
        let it = unsafe { page.as_ref() };
        debug_assert!(it.kind.get() == Kind::Leaf && page::test(&it.alloc, granule));
        self.object_bytes.set(self.object_bytes.get() - it.slot_size.get());
        self.debt.set(self.debt.get().saturating_sub_unsigned(it.slot_size.get()));
        if it.class.get() == LARGE {
            let lists = &self.large[Kind::Leaf as usize];
            let list = if it.epoch.get() == self.epoch.get() { &lists.swept } else { &lists.unswept };
            // SAFETY: a large page is on the list given by its epoch; nothing uses the block any more.
            unsafe {
                list.remove(page);
                if self.poison.get() {
                    shadow::open(block, it.slot_size.get());
                    block.as_ptr().write_bytes(POISON, it.slot_size.get());
                }
            }
            self.release(page);
            return;
        }
        if self.poison.get() {
            shadow::open(block, it.slot_size.get());
            // SAFETY: the slot is not used any more.
            unsafe { block.as_ptr().write_bytes(POISON, it.slot_size.get()) };
        }
        shadow::close(block, it.slot_size.get());
        let lane = &self.lanes[Kind::Leaf as usize][it.class.get() as usize];
        page::clear(&it.mark, granule);
        if self.quarantine.get() {
            page::clear(&it.alloc, granule);
            page::set(&it.husk, granule);
            return;
        }
        if lane.current.get() == Some(page) && lane.word.get() == granule / 64 + 1 {
            // It is in the lane's current word, so it is the lane's again.
            if self.phase.get() == Phase::Marked {
                page::set(&it.mark, granule);
            }
            if lane.free.get() == 0 {
                lane.base.set(Page::slot(page, granule / 64 * 64).as_ptr());
            }
            lane.free.set(lane.free.get() | 1 << (granule % 64));
            self.object_bytes.set(self.object_bytes.get() + it.slot_size.get());
            self.add_debt(it.slot_size.get());
            return;
        }
        page::clear(&it.alloc, granule);
        if lane.current.get() == Some(page) {
            it.has_gaps.set(true);
        } else if it.is_full.get() && it.epoch.get() == self.epoch.get() {
            it.is_full.set(false);
            // SAFETY: a swept page marked full is on its lane's `full` list.
            unsafe {
                lane.full.remove(page);
                lane.partial.push(page);
            }
        }
    }

    /// Returns a page that is on no list to the segments.
    pub(crate) fn release(&self, page: PagePointer) {
        // SAFETY: the page is live until it is given back, and nothing of it is used any more.
        unsafe {
            let it = page.as_ref();
            let (segment, pages) = (it.segment.get(), it.page_count.get() as usize);
            if self.poison.get() {
                self.poison_page(page);
            }
            self.segments.give(page.cast(), segment, pages);
        }
    }

    /// Books back the slots that lanes took and did not use, and puts their pages on their lists.
    pub(crate) fn retire_lanes(&self) {
        for lanes in &self.lanes {
            for lane in lanes {
                if let Some(page) = lane.current.take() {
                    // SAFETY: a lane's current page is live and on no list.
                    let it = unsafe { page.as_ref() };
                    let unused = lane.free.replace(0);
                    if let Some(word) = lane.word.replace(WORDS).checked_sub(1) {
                        it.alloc[word].set(it.alloc[word].get() & !unused);
                        it.mark[word].set(it.mark[word].get() & !unused);
                        it.gray[word].set(it.gray[word].get() & !unused);
                    }
                    let bytes = unused.count_ones() as usize * it.slot_size.get();
                    self.object_bytes.set(self.object_bytes.get() - bytes);
                    self.debt.set(self.debt.get().saturating_sub_unsigned(bytes));
                    it.is_full.set(false);
                    // SAFETY: see above.
                    unsafe { lane.partial.push(page) };
                }
            }
        }
    }

    /// Marks the slots that lanes hold ready, when marking ends: objects made from then on are alive.
    pub(crate) fn mark_lanes(&self) {
        for lane in self.lanes.iter().flatten() {
            if let (Some(page), Some(word)) = (lane.current.get(), lane.word.get().checked_sub(1)) {
                self.mark_slots(page, word, lane.free.get());
            }
        }
    }

    /// Marks slots of a page that are about to be given out after marking has ended. They are gray, too: a pointer read
    /// from a resurrected object may be stored in them before the marker gets there. So lanes must be retired before
    /// marking continues, because it expects objects only in slots that were given out.
    fn mark_slots(&self, page: PagePointer, word: usize, slots: u64) {
        // SAFETY: the caller hands over a live page.
        let it = unsafe { page.as_ref() };
        it.mark[word].set(it.mark[word].get() | slots);
        if it.kind.get() != Kind::Leaf && slots != 0 {
            self.gray.add(page, word, slots);
        }
    }

    /// Makes all pages unswept.
    pub(crate) fn open_sweep(&self) {
        self.is_resurrecting.set(false);
        self.clear_ephemerons();
        self.retire_lanes();
        self.epoch.set(self.epoch.get().wrapping_add(1));
        for lane in self.lanes.iter().flatten() {
            lane.unswept.append(&lane.partial);
            lane.unswept.append(&lane.full);
        }
        for large in &self.large {
            large.unswept.append(&large.swept);
        }
    }

    /// Puts a swept page where its lane finds it.
    pub(crate) fn file_swept(&self, page: PagePointer) {
        // SAFETY: the sweeper hands over a live page that is on no list.
        unsafe {
            let it = page.as_ref();
            let class = it.class.get() as usize;
            let lane = &self.lanes[it.kind.get() as usize][class];
            let full = (0..WORDS).all(|word| SLOTS[class][word] & !it.alloc[word].get() & !it.husk[word].get() == 0);
            it.is_full.set(full);
            if full { lane.full.push(page) } else { lane.partial.push(page) }
        }
    }

    /// Whether an object was left unmarked by a marking that has ended.
    ///
    /// # Safety
    /// `object` lies in a live page of this heap.
    pub(crate) unsafe fn is_dead(&self, object: NonNull<u8>) -> bool {
        // SAFETY: the caller's promise.
        let (page, granule) = unsafe { page::locate(object) };
        // SAFETY: as above.
        let it = unsafe { page.as_ref() };
        match self.phase.get() {
            Phase::Sleep | Phase::Mark => false,
            Phase::Marked => !page::test(&it.mark, granule),
            Phase::Sweep => it.epoch.get() != self.epoch.get() && !page::test(&it.mark, granule),
        }
    }
}

pub(crate) const POISON: u8 = 0xDB;
