//! Memory from the operating system: everything that a heap takes comes from here and returns here.
//!
//! On Unix, with the feature `system`, it uses the system's own calls. The C allocator would keep freed memory, so that
//! a process would have much more memory than any limit says, and it clears aligned memory byte by byte. Elsewhere, and
//! under Miri and AddressSanitizer, which watch Rust's allocator, it uses Rust's allocator.
//!
//! # Safety argument
//!
//! A block is mapped (or allocated) here with a size that its caller remembers. It is given back once, whole or from
//! its end, by callers that promise that it is not in use. Nothing else touches the mappings of the process.

use crate::page::PAGE_SIZE;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The bytes that all heaps of this process have taken.
static TAKEN: AtomicUsize = AtomicUsize::new(0);

/// How many bytes the heaps of this process have taken from the system and not given back, for tests that compare this
/// with what heaps report.
#[doc(hidden)]
pub fn system_bytes() -> usize {
    TAKEN.load(Ordering::Relaxed)
}

/// The bytes left to the rest of the process: Rust's allocator ends it if there is no memory for a few bytes, and
/// requests a megabyte at once.
const LEFT: usize = 2 << 20;

/// Takes a block of `size` bytes, a multiple of [`PAGE_SIZE`] and aligned to it; all zero if `is_clear`. `None` if the
/// system has no memory, or would have none left for the rest of the process.
pub(crate) fn take(size: usize, is_clear: bool) -> Option<NonNull<u8>> {
    debug_assert!(size > 0 && size.is_multiple_of(PAGE_SIZE));
    let memory = source::take(size, is_clear)?;
    if !has_room() {
        // SAFETY: just taken, and not in use.
        unsafe { source::shorten(memory, size, 0) };
        return None;
    }
    TAKEN.fetch_add(size, Ordering::Relaxed);
    Some(memory)
}

/// Whether the system has some memory for the rest of the process.
pub(crate) fn has_room() -> bool {
    has_room_for(LEFT)
}

fn has_room_for(size: usize) -> bool {
    if cfg!(miri) {
        return true;
    }
    source::has_room(size)
}

/// Makes a block longer, perhaps at another address, without touching its contents. `None`, with nothing changed, if
/// that is not possible.
///
/// # Safety
/// The block came from [`take`] or from this function and is `size` bytes long. If this returns another address, the
/// old one is not used again. The new block is aligned only to the system's pages, so it cannot be a page of a heap.
pub(crate) unsafe fn lengthen(memory: NonNull<u8>, size: usize, wanted: usize) -> Option<NonNull<u8>> {
    debug_assert!(wanted > size && wanted.is_multiple_of(PAGE_SIZE));
    if !has_room_for((wanted - size).checked_add(LEFT)?) {
        return None;
    }
    // SAFETY: the caller's promise.
    let longer = unsafe { source::lengthen(memory, size, wanted)? };
    TAKEN.fetch_add(wanted - size, Ordering::Relaxed);
    Some(longer)
}

/// As [`lengthen`], but the new block is aligned to [`PAGE_SIZE`], as those of [`take`] are, and the bytes that are added
/// are zero.
///
/// # Safety
/// As for [`lengthen`]; the block is aligned to [`PAGE_SIZE`].
pub(crate) unsafe fn lengthen_pages(memory: NonNull<u8>, size: usize, wanted: usize) -> Option<NonNull<u8>> {
    debug_assert!(wanted > size && wanted.is_multiple_of(PAGE_SIZE));
    // For a moment, both the old block and the place of the new one are mapped; and Linux 6.18 refuses if there is no room
    // for the difference besides, although it goes to that place. The place would stay mapped then.
    if !has_room_for(wanted.checked_add(wanted - size)?.checked_add(LEFT)?) {
        return None;
    }
    // SAFETY: the caller's promise.
    let longer = unsafe { source::lengthen_pages(memory, size, wanted)? };
    TAKEN.fetch_add(wanted - size, Ordering::Relaxed);
    Some(longer)
}

/// Gives back the end of a block, all but its first `rest` bytes; with 0, all of it. Returns the block's new length,
/// which is more than `rest` if the system takes blocks back only whole, or refuses to split one.
///
/// # Safety
/// The block came from [`take`], [`lengthen`] or [`lengthen_pages`], is `size` bytes long, and the part that is given
/// back is not in use.
pub(crate) unsafe fn shorten(memory: NonNull<u8>, size: usize, rest: usize) -> usize {
    debug_assert!(rest < size && rest.is_multiple_of(PAGE_SIZE));
    // SAFETY: the caller's promise.
    let left = unsafe { source::shorten(memory, size, rest) };
    TAKEN.fetch_sub(size - left, Ordering::Relaxed);
    left
}

/// Whether the system may have huge pages for blocks of this size.
pub(crate) fn has_huge_pages(size: usize) -> bool {
    source::has_huge_pages(size)
}

/// Asks for huge pages for a block; also where it is lengthened to from now on.
///
/// # Safety
/// The block came from [`take`] or [`lengthen_pages`], and is `size` bytes long.
pub(crate) unsafe fn use_huge_pages(memory: NonNull<u8>, size: usize) {
    // SAFETY: the caller's promise.
    unsafe { source::use_huge_pages(memory, size) }
}

/// Whether a block can be given back in parts.
#[cfg(test)]
pub(crate) use source::GIVES_PARTS;

#[cfg(all(unix, feature = "system", not(miri), not(fife_asan)))]
mod source {
    use super::*;
    use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous, munmap};

    #[cfg(test)]
    pub(crate) const GIVES_PARTS: bool = true;

    /// The least alignment of the system's mappings.
    const SYSTEM_PAGE: usize = 4096;

    fn map(size: usize) -> Option<NonNull<u8>> {
        // SAFETY: the system chooses a place where nothing is mapped.
        let at = unsafe {
            mmap_anonymous(std::ptr::null_mut(), size, ProtFlags::READ | ProtFlags::WRITE, MapFlags::PRIVATE)
        };
        NonNull::new(at.ok()?.cast())
    }

    pub(super) fn has_room(size: usize) -> bool {
        // SAFETY: just mapped, and not in use.
        map(size).is_some_and(|memory| unsafe { munmap(memory.as_ptr().cast(), size).is_ok() })
    }

    /// Mapped memory is always zero.
    pub(super) fn take(size: usize, _is_clear: bool) -> Option<NonNull<u8>> {
        take_aligned(size, alignment(size))
    }

    /// Maps a block whose end is aligned. (So is its beginning to `PAGE_SIZE`, of which the size is a multiple.) The
    /// blocks of tables have the size of a power of two, and a page's header before that: aligned at their end, the
    /// power of two is one of whole huge pages, also when they grow.
    fn take_aligned(size: usize, alignment: usize) -> Option<NonNull<u8>> {
        let missing = |memory: NonNull<u8>| {
            let end = memory.addr().get() + size;
            end.next_multiple_of(alignment) - end
        };
        // Mappings are mostly side by side, so that one after an aligned one is aligned, too.
        let memory = map(size)?;
        if missing(memory) == 0 {
            return Some(memory);
        }
        // SAFETY: just mapped, and not in use; the same holds for the parts cut off at both ends of the longer one.
        unsafe {
            munmap(memory.as_ptr().cast(), size).ok()?;
            let more = alignment - SYSTEM_PAGE;
            let memory = map(size.checked_add(more)?)?;
            let before = missing(memory);
            // If the system does not split mappings any more, the parts that could not be cut off stay mapped and
            // untouched.
            if before > 0 {
                let _ = munmap(memory.as_ptr().cast(), before);
            }
            if more > before {
                let _ = munmap(memory.add(before + size).as_ptr().cast(), more - before);
            }
            Some(memory.add(before))
        }
    }

    /// The system's huge pages. Each costs one page fault, where pages of 4 KiB cost 512 of them, which take more time
    /// than using the memory, and access to memory far apart needs fewer lookups.
    const HUGE_PAGE: usize = 2 << 20;

    /// Blocks of this size and more may have huge pages where the system has them. They count in full as taken, so what
    /// is resident is still no more than that.
    const HUGE_BLOCK: usize = 2 * HUGE_PAGE;

    pub(super) fn has_huge_pages(size: usize) -> bool {
        cfg!(target_os = "linux") && size >= HUGE_BLOCK
    }

    fn alignment(size: usize) -> usize {
        if has_huge_pages(size) { HUGE_PAGE } else { PAGE_SIZE }
    }

    #[cfg(target_os = "linux")]
    pub(super) unsafe fn use_huge_pages(memory: NonNull<u8>, size: usize) {
        use rustix::mm::{Advice, madvise};
        // SAFETY: the block is mapped, and what it holds does not change. A system without huge pages refuses.
        let _ = unsafe { madvise(memory.as_ptr().cast(), size, Advice::LinuxHugepage) };
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) unsafe fn use_huge_pages(_: NonNull<u8>, _: usize) {}

    #[cfg(target_os = "linux")]
    pub(super) unsafe fn lengthen(memory: NonNull<u8>, size: usize, wanted: usize) -> Option<NonNull<u8>> {
        use rustix::mm::{MremapFlags, mremap};
        // SAFETY: the caller's promise.
        let longer = unsafe { mremap(memory.as_ptr().cast(), size, wanted, MremapFlags::MAYMOVE) };
        NonNull::new(longer.ok()?.cast())
    }

    #[cfg(target_os = "linux")]
    pub(super) unsafe fn lengthen_pages(memory: NonNull<u8>, size: usize, wanted: usize) -> Option<NonNull<u8>> {
        use rustix::io::Errno;
        use rustix::mm::{MremapFlags, mremap, mremap_fixed};
        // SAFETY: the caller's promise. The place is mapped for this, so the block may replace what is there. If that
        // fails, the system may have unmapped the place already, and another thread may have mapped something there: it
        // is left alone.
        unsafe {
            match mremap(memory.as_ptr().cast(), size, wanted, MremapFlags::empty()) {
                Ok(_) => return Some(memory),
                // Something lies behind it.
                Err(Errno::NOMEM) => {}
                // A system that forbids this altogether: no place is mapped, since it could not be given back.
                Err(_) => return None,
            }
            let place = take_aligned(wanted, alignment(wanted))?;
            let moved = mremap_fixed(memory.as_ptr().cast(), size, wanted, MremapFlags::MAYMOVE, place.as_ptr().cast());
            NonNull::new(moved.ok()?.cast())
        }
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) unsafe fn lengthen(_: NonNull<u8>, _: usize, _: usize) -> Option<NonNull<u8>> {
        None
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) unsafe fn lengthen_pages(_: NonNull<u8>, _: usize, _: usize) -> Option<NonNull<u8>> {
        None
    }

    pub(super) unsafe fn shorten(memory: NonNull<u8>, size: usize, rest: usize) -> usize {
        // SAFETY: the caller's promise.
        match unsafe { munmap(memory.add(rest).as_ptr().cast(), size - rest) } {
            Ok(()) => rest,
            Err(_) => size,
        }
    }
}

#[cfg(not(all(unix, feature = "system", not(miri), not(fife_asan))))]
mod source {
    use super::*;
    use std::alloc::{Layout, alloc, alloc_zeroed, dealloc};

    #[cfg(test)]
    pub(crate) const GIVES_PARTS: bool = false;

    pub(super) fn has_huge_pages(_: usize) -> bool {
        false
    }

    pub(super) unsafe fn use_huge_pages(_: NonNull<u8>, _: usize) {}

    fn layout(size: usize) -> Option<Layout> {
        Layout::from_size_align(size, PAGE_SIZE).ok()
    }

    pub(super) fn has_room(size: usize) -> bool {
        // SAFETY: just taken, and not in use.
        take(size, false).is_some_and(|memory| unsafe { shorten(memory, size, 0) == 0 })
    }

    pub(super) fn take(size: usize, is_clear: bool) -> Option<NonNull<u8>> {
        let layout = layout(size).filter(|layout| layout.size() != 0)?;
        // SAFETY: the layout's size is not zero.
        NonNull::new(unsafe { if is_clear { alloc_zeroed(layout) } else { alloc(layout) } })
    }

    pub(super) unsafe fn lengthen(_: NonNull<u8>, _: usize, _: usize) -> Option<NonNull<u8>> {
        None
    }

    pub(super) unsafe fn lengthen_pages(_: NonNull<u8>, _: usize, _: usize) -> Option<NonNull<u8>> {
        None
    }

    pub(super) unsafe fn shorten(memory: NonNull<u8>, size: usize, rest: usize) -> usize {
        if rest > 0 {
            return size;
        }
        let layout = layout(size).expect("the layout it was allocated with");
        // SAFETY: allocated in `take` with this layout; the caller's promise.
        unsafe { dealloc(memory.as_ptr(), layout) };
        0
    }
}
