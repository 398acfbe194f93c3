//! Tells AddressSanitizer about slots and pages, with `--cfg fife_asan`; otherwise does nothing.
//!
//! To the sanitizer a segment is one block in use. So slots that are not in use are closed by hand, and opened when
//! they are given out, for the exact length of the object: the rest of a slot stays closed.
//!
//! # Safety argument
//!
//! The two functions of the sanitizer's runtime write only to its shadow memory.

use std::ptr::NonNull;

#[cfg(fife_asan)]
unsafe extern "C" {
    fn __asan_poison_memory_region(at: *const u8, size: usize);
    fn __asan_unpoison_memory_region(at: *const u8, size: usize);
}

/// An access to these bytes is reported from now on.
#[inline(always)]
pub(crate) fn close(at: NonNull<u8>, size: usize) {
    #[cfg(fife_asan)]
    // SAFETY: it writes only to shadow memory.
    unsafe {
        __asan_poison_memory_region(at.as_ptr(), size);
    }
    #[cfg(not(fife_asan))]
    let _ = (at, size);
}

/// These bytes may be accessed from now on.
#[inline(always)]
pub(crate) fn open(at: NonNull<u8>, size: usize) {
    #[cfg(fife_asan)]
    // SAFETY: it writes only to shadow memory.
    unsafe {
        __asan_unpoison_memory_region(at.as_ptr(), size);
    }
    #[cfg(not(fife_asan))]
    let _ = (at, size);
}
