//! Pages: 16 KiB of slots of one size, after their bitmaps.
//!
//! Every object's page is found by masking its address. That includes large objects, which have a page header of their
//! own. A bit of a bitmap stands for 16 bytes (a granule), so finding an object's bit needs no division. Only the bits
//! of slot starts are used.

use std::cell::Cell;
use std::ptr::NonNull;

pub(crate) const PAGE_SIZE: usize = 16 << 10;
pub(crate) const GRANULE: usize = 16;
pub(crate) const WORDS: usize = PAGE_SIZE / GRANULE / 64;
/// The granules of a page's header; a little more than needed where pointers are short.
pub(crate) const HEADER_GRANULES: usize = 44;
/// The granules of a page that slots may use.
pub(crate) const USABLE_GRANULES: usize = PAGE_SIZE / GRANULE - HEADER_GRANULES;

pub(crate) type PagePointer = NonNull<Page>;

/// How the collector treats the objects of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// Bytes without pointers of their own and without a header: strings and blocks that belong to
    /// another object.
    Leaf = 0,
    /// Objects with a header word that says how to trace them, and nothing to drop.
    Traced = 1,
    /// Objects with a header word and a destructor. These pages are swept only between calls of `mutate`.
    Drop = 2,
}

pub(crate) const KINDS: usize = 3;

/// Slot sizes in granules: close together where objects are common, then the divisors of a page.
pub(crate) const CLASSES: [u16; 29] = [
    1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 49, 61, 75, 98, 122, 140, 163, 196, 245, 326, 490, 980,
];

/// The class of a page that holds one large object.
pub(crate) const LARGE: u8 = CLASSES.len() as u8;

const _: () = assert!(CLASSES[CLASSES.len() - 1] as usize == USABLE_GRANULES);

/// The class for a size in granules, 1 to `USABLE_GRANULES`.
pub(crate) static CLASS_OF: [u8; USABLE_GRANULES + 1] = {
    let mut table = [0; USABLE_GRANULES + 1];
    let mut class = 0;
    let mut granules = 0;
    while granules <= USABLE_GRANULES {
        if granules > CLASSES[class] as usize {
            class += 1;
        }
        table[granules] = class as u8;
        granules += 1;
    }
    table
};

/// For each class, the bits of its slot starts.
pub(crate) static SLOTS: [[u64; WORDS]; CLASSES.len()] = {
    let mut table = [[0; WORDS]; CLASSES.len()];
    let mut class = 0;
    while class < CLASSES.len() {
        let size = CLASSES[class] as usize;
        let mut granule = HEADER_GRANULES;
        while granule + size <= PAGE_SIZE / GRANULE {
            table[class][granule / 64] |= 1 << (granule % 64);
            granule += size;
        }
        class += 1;
    }
    table
};

pub(crate) type Bitmap = [Cell<u64>; WORDS];

/// The header of a page.
#[repr(C, align(16))]
pub(crate) struct Page {
    /// Objects reached in the running cycle, or, in a page not swept since, in the last one.
    pub(crate) mark: Bitmap,
    /// Slots in use, including those that a lane has taken for itself.
    pub(crate) alloc: Bitmap,
    /// Marked objects that were not traced yet.
    pub(crate) gray: Bitmap,
    /// Slots to which a weak pointer was traced in this cycle.
    pub(crate) weak: Bitmap,
    /// Quarantined slots: dead ones that a weak pointer may still refer to. They are neither in use nor free.
    pub(crate) husk: Bitmap,
    /// Links of the list that the page is on (see `heap`).
    pub(crate) next: Cell<Option<PagePointer>>,
    pub(crate) previous: Cell<Option<PagePointer>>,
    pub(crate) next_gray: Cell<Option<PagePointer>>,
    /// The bytes of a slot, or of the one object of a large page.
    pub(crate) slot_size: Cell<usize>,
    /// The cycle in which it was last swept or made.
    pub(crate) epoch: Cell<u32>,
    /// Its segment, and how many of the segment's pages it takes; `u32::MAX` and the size of the whole allocation in
    /// pages, if it has memory of its own.
    pub(crate) segment: Cell<u32>,
    pub(crate) page_count: Cell<u32>,
    pub(crate) class: Cell<u8>,
    pub(crate) kind: Cell<Kind>,
    /// A bit for each word of `gray` that may not be zero. The page is on the gray list while one is set.
    pub(crate) gray_words: Cell<u16>,
    /// Whether it is on its lane's `full` list.
    pub(crate) is_full: Cell<bool>,
    /// Whether slots were freed that the lane has already passed, while this is the lane's current page.
    pub(crate) has_gaps: Cell<bool>,
    pub(crate) _pad: [u64; 1],
}

const _: () = assert!(size_of::<Page>() <= HEADER_GRANULES * GRANULE);

impl Page {
    /// Writes the header of a fresh page.
    ///
    /// # Safety
    /// `at` must point to `PAGE_SIZE` writable bytes, aligned to `PAGE_SIZE`, that nothing else uses.
    pub(crate) unsafe fn init(at: NonNull<u8>, kind: Kind, class: u8, slot_size: usize, epoch: u32) -> PagePointer {
        let page = at.cast::<Page>();
        // SAFETY: the caller hands over the memory; zero bytes are valid for every field (`Kind::Leaf`
        // is 0, `None` of a `NonNull` is null), and the fields that differ are set after.
        unsafe {
            page.as_ptr().write_bytes(0, 1);
            let it = page.as_ref();
            it.slot_size.set(slot_size);
            it.epoch.set(epoch);
            it.class.set(class);
            it.kind.set(kind);
        }
        page
    }

    /// The address of the slot that starts at this granule.
    #[inline]
    pub(crate) fn slot(page: PagePointer, granule: usize) -> NonNull<u8> {
        debug_assert!(granule < PAGE_SIZE / GRANULE);
        // SAFETY: a granule number is within the page's allocation.
        unsafe { page.cast::<u8>().add(granule * GRANULE) }
    }

    /// Whether no slot is in use or quarantined.
    pub(crate) fn is_empty(&self) -> bool {
        (0..WORDS).all(|word| self.alloc[word].get() | self.husk[word].get() == 0)
    }
}

/// The page of an object, and its granule's number in the page.
///
/// # Safety
/// `object` must point into a slot of a page (its first granule), with the provenance of the
/// page's allocation.
#[inline(always)]
pub(crate) unsafe fn locate(object: NonNull<u8>) -> (PagePointer, usize) {
    let granule = object.addr().get() % PAGE_SIZE / GRANULE;
    let page = object.as_ptr().map_addr(|address| address & !(PAGE_SIZE - 1));
    // SAFETY: pages are never at address 0, so neither is a masked address inside one.
    (unsafe { NonNull::new_unchecked(page) }.cast(), granule)
}

#[inline(always)]
pub(crate) fn test(bitmap: &Bitmap, granule: usize) -> bool {
    bitmap[granule / 64].get() >> (granule % 64) & 1 != 0
}

#[inline(always)]
pub(crate) fn set(bitmap: &Bitmap, granule: usize) {
    let word = &bitmap[granule / 64];
    word.set(word.get() | 1 << (granule % 64));
}

#[inline(always)]
pub(crate) fn clear(bitmap: &Bitmap, granule: usize) {
    let word = &bitmap[granule / 64];
    word.set(word.get() & !(1 << (granule % 64)));
}

/// A doubly linked list of pages through their own headers: the collector must not allocate.
#[derive(Default)]
pub(crate) struct PageList {
    head: Cell<Option<PagePointer>>,
    tail: Cell<Option<PagePointer>>,
}

impl PageList {
    /// # Safety
    /// For all methods of the list: `page` is a live page, on no other list (`push`) or on this one
    /// (`remove`).
    pub(crate) unsafe fn push(&self, page: PagePointer) {
        // SAFETY: pages on the list are live.
        unsafe {
            let it = page.as_ref();
            it.previous.set(None);
            it.next.set(self.head.get());
            match self.head.get() {
                Some(head) => head.as_ref().previous.set(Some(page)),
                None => self.tail.set(Some(page)),
            }
        }
        self.head.set(Some(page));
    }

    /// Calls `with` for each page.
    pub(crate) fn each(&self, mut with: impl FnMut(PagePointer)) {
        let mut next = self.head.get();
        while let Some(page) = next {
            with(page);
            // SAFETY: pages on the list are live.
            next = unsafe { page.as_ref().next.get() };
        }
    }

    pub(crate) fn pop(&self) -> Option<PagePointer> {
        let page = self.head.get()?;
        // SAFETY: it is on this list.
        unsafe { self.remove(page) };
        Some(page)
    }

    /// # Safety
    /// See `push`.
    pub(crate) unsafe fn remove(&self, page: PagePointer) {
        // SAFETY: pages on the list are live.
        unsafe {
            let it = page.as_ref();
            let (previous, next) = (it.previous.take(), it.next.take());
            match previous {
                Some(previous) => previous.as_ref().next.set(next),
                None => self.head.set(next),
            }
            match next {
                Some(next) => next.as_ref().previous.set(previous),
                None => self.tail.set(previous),
            }
        }
    }

    /// Moves all pages of `other` to the end of this list.
    pub(crate) fn append(&self, other: &PageList) {
        let Some(first) = other.head.take() else { return };
        let last = other.tail.take();
        match self.tail.get() {
            // SAFETY: pages on the lists are live.
            Some(tail) => unsafe {
                tail.as_ref().next.set(Some(first));
                first.as_ref().previous.set(Some(tail));
            },
            None => self.head.set(Some(first)),
        }
        self.tail.set(last);
    }
}
