//! Bytes outside of the heap: a vector whose memory goes back to the system.
//!
//! # Safety argument
//!
//! `at` is a block of `capacity` bytes, of the system if that is at least [`LARGE`], else of Rust's allocator (none if it is 0), and is
//! given back as what it is. The first `len` bytes are initialised, and `len` is at most `capacity`.

use crate::heap::OutOfMemory;
use crate::page::PAGE_SIZE;
use crate::system;
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// From this capacity on, in bytes, memory is the system's: as with the C allocator, but whatever was freed before.
const LARGE: usize = 2 * PAGE_SIZE;

/// A growing run of bytes, as a `Vec<u8>`. What it frees goes back to the system if it is large, while Rust's allocator may keep that: so
/// a buffer that is counted as held is what the process really has.
///
/// ```
/// use fife_arena::Bytes;
///
/// let mut bytes = Bytes::new();
/// bytes.try_reserve_exact(100_000)?;
/// bytes.extend_from_slice(b"some");
/// assert_eq!((&bytes[..], bytes.capacity() >= 100_000), (&b"some"[..], true));
/// # Ok::<(), fife_arena::OutOfMemory>(())
/// ```
pub struct Bytes {
    at: NonNull<u8>,
    len: usize,
    capacity: usize,
}

// SAFETY: it owns its memory.
unsafe impl Send for Bytes {}
// SAFETY: a shared reference only reads.
unsafe impl Sync for Bytes {}

impl Bytes {
    /// No bytes, and no memory.
    pub const fn new() -> Bytes {
        Bytes { at: NonNull::dangling(), len: 0, capacity: 0 }
    }

    /// How many bytes there is room for.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// The capacity that a request for this one gets: large ones are whole pages of 16 KiB.
    pub fn capacity_for(wanted: usize) -> usize {
        if wanted < LARGE { wanted } else { wanted.checked_next_multiple_of(PAGE_SIZE).unwrap_or(usize::MAX) }
    }

    /// Makes room for `additional` more bytes, and not for more than [`capacity_for`](Self::capacity_for) says.
    ///
    /// # Errors
    /// The system has no memory. Nothing has changed then.
    pub fn try_reserve_exact(&mut self, additional: usize) -> Result<(), OutOfMemory> {
        let needed = self.len.checked_add(additional).ok_or(OutOfMemory)?;
        if needed <= self.capacity {
            return Ok(());
        }
        let capacity = Bytes::capacity_for(needed);
        let at = if capacity >= LARGE {
            if capacity > isize::MAX as usize {
                return Err(OutOfMemory);
            }
            system::take(capacity, false).ok_or(OutOfMemory)?
        } else {
            // SAFETY: more than the capacity there is, so not 0.
            NonNull::new(unsafe { alloc(small_layout(capacity)) }).ok_or(OutOfMemory)?
        };
        // SAFETY: both blocks are ours, and have room for what there is.
        unsafe { at.copy_from_nonoverlapping(self.at, self.len) };
        self.give_back();
        (self.at, self.capacity) = (at, capacity);
        Ok(())
    }

    /// Adds a byte at the end. Where the system has no memory for it, the process ends, as with `Vec`: reserve it before.
    #[inline]
    pub fn push(&mut self, byte: u8) {
        self.extend_from_slice(&[byte]);
    }

    /// Adds bytes at the end; see [`push`](Self::push).
    #[inline]
    pub fn extend_from_slice(&mut self, bytes: &[u8]) {
        if bytes.len() > self.capacity - self.len {
            self.grow(bytes.len());
        }
        // SAFETY: there is room for them, and they are not this object's own: that is borrowed.
        unsafe { self.at.add(self.len).copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len()) };
        self.len += bytes.len();
    }

    /// Makes it `len` bytes long: shorter, or with `byte` at the end; see [`push`](Self::push).
    pub fn resize(&mut self, len: usize, byte: u8) {
        if let Some(more) = len.checked_sub(self.len) {
            if more > self.capacity - self.len {
                self.grow(more);
            }
            // SAFETY: there is room for them.
            unsafe { self.at.add(self.len).write_bytes(byte, more) };
        }
        self.len = len;
    }

    /// Makes it at most `len` bytes long. It keeps its memory.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, additional: usize) {
        let wanted = additional.max(self.capacity).max(64);
        if self.try_reserve_exact(wanted).or_else(|_| self.try_reserve_exact(additional)).is_err() {
            handle_alloc_error(Layout::new::<u8>());
        }
    }

    fn give_back(&mut self) {
        // SAFETY: the capacity says where the block came from, and it is not used any more.
        unsafe {
            if self.capacity >= LARGE {
                system::shorten(self.at, self.capacity, 0);
            } else if self.capacity > 0 {
                dealloc(self.at.as_ptr(), small_layout(self.capacity));
            }
        }
    }
}

fn small_layout(capacity: usize) -> Layout {
    Layout::array::<u8>(capacity).expect("less than LARGE")
}

impl Drop for Bytes {
    fn drop(&mut self) {
        self.give_back();
    }
}

impl Default for Bytes {
    fn default() -> Bytes {
        Bytes::new()
    }
}

impl Deref for Bytes {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: the first `len` bytes are initialised.
        unsafe { NonNull::slice_from_raw_parts(self.at, self.len).as_ref() }
    }
}

impl DerefMut for Bytes {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `deref`.
        unsafe { NonNull::slice_from_raw_parts(self.at, self.len).as_mut() }
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bytes").field("len", &self.len).field("capacity", &self.capacity).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_those_of_a_vector() {
        let (mut bytes, mut model) = (Bytes::new(), Vec::new());
        for round in 0..3000u32 {
            let byte = round as u8;
            match round % 7 {
                0 => {
                    bytes.push(byte);
                    model.push(byte);
                }
                1..=3 => {
                    let more = vec![byte; round as usize % 100];
                    bytes.extend_from_slice(&more);
                    model.extend_from_slice(&more);
                }
                4 => {
                    let length = model.len() + round as usize % 50;
                    bytes.resize(length, byte);
                    model.resize(length, byte);
                }
                5 => bytes.try_reserve_exact(round as usize).unwrap(),
                _ => {
                    let length = model.len().saturating_sub(round as usize % 30);
                    bytes.truncate(length);
                    model.truncate(length);
                }
            }
            assert_eq!(&bytes[..], &model[..]);
            assert!(bytes.capacity() >= bytes.len() && bytes.capacity() == Bytes::capacity_for(bytes.capacity()));
        }
        assert!(bytes.capacity() >= LARGE, "both kinds of memory were seen");
        assert_eq!(bytes.try_reserve_exact(usize::MAX), Err(OutOfMemory));
        assert_eq!(bytes.try_reserve_exact(usize::MAX / 2), Err(OutOfMemory));
        assert_eq!(&bytes[..], &model[..]);
        bytes[0] = 7;
        assert_eq!(bytes.first(), Some(&7));
    }
}
