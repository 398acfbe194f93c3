//! How an arena checks itself, for tests and fuzzers: see [`Arena::set_poison`](crate::Arena::set_poison).
//!
//! A pointer to a freed slot does not fault, and tools that watch the system's allocator see a segment as one live block. So the
//! arena looks itself: everything that marking comes upon must lie in a slot that is in use; and when marking has ended, the heap
//! is marked a second time from nothing, with all weak references and caches taken for strong ones. What the second marking
//! reaches must be marked by the first, since all that is not is about to be freed. A difference ends the process with a report: the heap
//! is not to be trusted any more, destructors included.

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

/// What a check knows while it runs.
#[derive(Default)]
pub(crate) struct Check {
    /// The object that is looked into; none for the root.
    parent: Cell<Option<NonNull<u8>>>,
    /// How many cycles there have been.
    cycles: Cell<u32>,
    /// What the first marking marked, by the address of the page, while the second one runs.
    first: RefCell<Option<HashMap<usize, Marks>>>,
}

/// How many cycles are checked one after another.
const ALWAYS_CHECKED: u32 = 16;

/// What lies at [`bad_pointer`]: a page in which no slot is in use.
#[repr(align(16384))]
struct Guard([AtomicU64; PAGE_SIZE / 8]);

const _: () = assert!(align_of::<Guard>() == PAGE_SIZE);

static GUARD: Guard = Guard([const { AtomicU64::new(0) }; PAGE_SIZE / 8]);

/// A pointer to an object that does not exist: marking it ends the process, where checks are on. For slots that are not live.
pub fn bad_pointer() -> *mut u8 {
    GUARD.0.as_ptr().cast::<u8>().cast_mut().wrapping_add(PAGE_SIZE / 2)
}

impl Heap {
    /// Notes what is looked into next, for reports.
    #[cold]
    pub(crate) fn check_parent(&self, object: Option<NonNull<u8>>) {
        self.check.parent.set(object);
    }

    /// Ends the process if what marking comes upon for the first time is not in use, or was not marked by the first marking.
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
        // SAFETY: a slot in use has at least a granule, and one of such a page begins with a header.
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

    /// Marks a second time and compares: to be called when everything reachable is marked and no lane holds slots ready.
    /// After the first cycles only every fourth is checked, for the sake of time: what is wrong stays so for longer.
    pub(crate) fn check_marking(&self, root: &impl Collect) {
        let cycle = self.check.cycles.replace(self.check.cycles.get().wrapping_add(1));
        if cycle >= ALWAYS_CHECKED && !cycle.is_multiple_of(4) {
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

    /// Has a page that is given back show that it is none any more.
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

/// Says what is wrong and ends the process. Not by a panic, which would run destructors, and not by macros that tests capture.
fn report(what: &str, object: Option<NonNull<u8>>, slot: NonNull<u8>, parent: Option<NonNull<u8>>) -> ! {
    // SAFETY: these have headers: they were looked into, or are in use.
    let name = |object: NonNull<u8>| unsafe { ((*object.cast::<&'static TypeInfo>().as_ptr()).name)() };
    let object = object.map_or("", name);
    let parent = parent.map_or("the root", name);
    let granule = slot.addr().get() % PAGE_SIZE / GRANULE;
    let _ = writeln!(std::io::stderr(), "fife-arena: {what}: {slot:?} (granule {granule}) {object}, from {parent}");
    std::process::abort()
}
