//! The checks of an arena, for tests and fuzzers: see [`Arena::set_poison`](crate::Arena::set_poison).
//!
//! A pointer to a freed slot does not fault, and tools that watch the system's allocator see a segment as one live
//! block. So the arena checks itself: everything that marking reaches must be in a slot in use; and when marking has
//! ended, the heap is marked a second time from nothing, with all weak references and caches treated as strong. The
//! first marking must have marked everything that the second one reaches, because everything else is about to be freed.
//! A difference ends the process with a report, without destructors: the heap cannot be trusted any more.

use crate::collect::Collect;
use crate::heap::{Heap, POISON};
use crate::mark::Tracer;
use crate::page::{self, GRANULE, Kind, LARGE, PAGE_SIZE, Page, PagePointer, WORDS};
use crate::raw::TypeInfo;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::Write;
use std::ptr::NonNull;
use std::sync::atomic::AtomicU64;

type Marks = [u64; WORDS];

/// The state of a check.
#[derive(Default)]
pub(crate) struct Check {
    /// The object being traced; `None` for the root.
    parent: Cell<Option<NonNull<u8>>>,
    /// How many cycles there have been.
    cycles: Cell<u32>,
    /// The marks of the first marking, by the address of the page, while the second one runs.
    first: RefCell<Option<HashMap<usize, Marks>>>,
}

/// How many of the first cycles are all checked.
const ALWAYS_CHECKED: u32 = 16;

/// Whether Miri is to take minutes: in CI, unlike in `.ci/long`.
pub(crate) const IS_SHORT: bool = cfg!(miri) && option_env!("FIFE_MIRI_FULL").is_none();

/// The page at [`bad_pointer`], in which no slot is in use.
#[repr(align(16384))]
struct Guard([AtomicU64; PAGE_SIZE / 8]);

const _: () = assert!(align_of::<Guard>() == PAGE_SIZE);

static GUARD: Guard = Guard([const { AtomicU64::new(0) }; PAGE_SIZE / 8]);

/// A pointer to an object that does not exist, for slots that are not live. Where checks are on, marking it ends the
/// process.
pub fn bad_pointer() -> *mut u8 {
    GUARD.0.as_ptr().cast::<u8>().cast_mut().wrapping_add(PAGE_SIZE / 2)
}

impl Heap {
    /// Notes what is traced next, for reports.
    #[cold]
    pub(crate) fn check_parent(&self, object: Option<NonNull<u8>>) {
        self.check.parent.set(object);
    }

    /// Ends the process if an object that marking reaches for the first time is not in use, or was not marked by the
    /// first marking.
    ///
    /// # Safety
    /// `page` is a page, or memory that was one; `granule` is the number of one of its granules.
    #[cold]
    pub(crate) unsafe fn check_reached(&self, page: PagePointer, granule: usize) {
        // SAFETY: the caller's promise; zero bytes and poison are valid for all fields that are read.
        let it = unsafe { page.as_ref() };
        let base = Page::slot(page, granule);
        if it.class.get() > LARGE || !page::test(&it.alloc, granule) {
            report("a slot that is not in use is reached", None, base, self.check.parent.get());
        }
        let is_traced = it.kind.get() != Kind::Leaf;
        const FREED: [u8; size_of::<&TypeInfo>()] = [POISON; size_of::<&TypeInfo>()];
        // SAFETY: a slot in use has at least a granule, and in such a page it begins with a header.
        if is_traced && unsafe { base.cast::<[u8; FREED.len()]>().read() } == FREED {
            report("a freed object is reached", None, base, self.check.parent.get());
        }
        if let Some(first) = &*self.check.first.borrow() {
            let marks = first.get(&page.addr().get());
            if marks.is_none_or(|marks| marks[granule / 64] >> (granule % 64) & 1 == 0) {
                report("what is reached is not marked", is_traced.then_some(base), base, self.check.parent.get());
            }
        }
    }

    /// Marks a second time and compares. Call it when everything reachable is marked and no lane holds slots ready.
    /// After the first cycles only every fourth is checked, to save time: what is wrong stays wrong for longer.
    pub(crate) fn check_marking(&self, root: &impl Collect) {
        let cycle = self.check.cycles.replace(self.check.cycles.get().wrapping_add(1));
        if cycle >= ALWAYS_CHECKED && !cycle.is_multiple_of(4) {
            return;
        }
        // Miri takes as long for it as for all else in a cycle, and the same tests check all of it natively.
        if IS_SHORT && cycle % 4 != 2 {
            return;
        }
        let mut first = HashMap::new();
        self.each_page(|page| {
            // SAFETY: pages on the lists are live.
            let it = unsafe { page.as_ref() };
            for word in 0..WORDS {
                let stray = it.mark[word].get() & !it.alloc[word].get();
                if stray != 0 {
                    let slot = Page::slot(page, word * 64 + stray.trailing_zeros() as usize);
                    report("a slot that is not in use is marked", None, slot, None);
                }
            }
            first.insert(page.addr().get(), std::array::from_fn(|word| it.mark[word].take()));
        });
        *self.check.first.borrow_mut() = Some(first);
        let mut tracer = Tracer::second(self);
        self.check_parent(None);
        tracer.trace_root(root);
        while !tracer.drain() {}
        let first = self.check.first.take().unwrap_or_default();
        self.each_page(|page| {
            // SAFETY: as above.
            let it = unsafe { page.as_ref() };
            if let Some(marks) = first.get(&page.addr().get()) {
                it.mark.iter().zip(marks).for_each(|(word, marks)| word.set(*marks));
            }
        });
    }

    /// All pages, when no lane has one.
    fn each_page(&self, mut with: impl FnMut(PagePointer)) {
        for lane in self.lanes.iter().flatten() {
            for list in [&lane.partial, &lane.full, &lane.unswept] {
                list.each(&mut with);
            }
        }
        for large in &self.large {
            large.swept.each(&mut with);
            large.unswept.each(&mut with);
        }
    }

    /// Makes a page that is given back recognisable as no page.
    ///
    /// # Safety
    /// Nothing of the page is in use.
    pub(crate) unsafe fn poison_page(&self, page: PagePointer) {
        // SAFETY: the caller's promise; the header is the page's own.
        let it = unsafe { page.as_ref() };
        for word in 0..WORDS {
            it.mark[word].set(0);
            it.alloc[word].set(0);
        }
        it.class.set(POISON);
    }
}

/// Reports an error and ends the process. It does not panic, which would run destructors, and does not use macros whose
/// output tests capture.
fn report(what: &str, object: Option<NonNull<u8>>, slot: NonNull<u8>, parent: Option<NonNull<u8>>) -> ! {
    // SAFETY: these have headers: they were traced, or are in use.
    let name = |object: NonNull<u8>| unsafe { ((*object.cast::<&'static TypeInfo>().as_ptr()).name)() };
    let object = object.map_or("", name);
    let parent = parent.map_or("the root", name);
    let granule = slot.addr().get() % PAGE_SIZE / GRANULE;
    let _ = writeln!(std::io::stderr(), "fife-arena: {what}: {slot:?} (granule {granule}) {object}, from {parent}");
    std::process::abort()
}
