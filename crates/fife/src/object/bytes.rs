//! Bytes that natives and sequences collect, outside of the heap: what is freed of them goes back to the system.

use fife_arena::OutOfMemory;
use fife_bytecode::ByteSink;
use std::ops::{Deref, DerefMut};

/// [`fife_arena::Bytes`], to which numbers and chunks can be written.
#[derive(Default)]
pub(crate) struct Bytes(fife_arena::Bytes);

impl Bytes {
    /// The capacity that a request for this one gets.
    pub(crate) fn capacity_for(wanted: usize) -> usize {
        fife_arena::Bytes::capacity_for(wanted)
    }

    #[inline]
    pub(crate) fn capacity(&self) -> usize {
        self.0.capacity()
    }

    pub(crate) fn try_reserve_exact(&mut self, additional: usize) -> Result<(), OutOfMemory> {
        self.0.try_reserve_exact(additional)
    }

    #[inline]
    pub(crate) fn push(&mut self, byte: u8) {
        self.0.push(byte);
    }

    #[inline]
    pub(crate) fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn resize(&mut self, length: usize, byte: u8) {
        self.0.resize(length, byte);
    }

    pub(crate) fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }
}

impl Deref for Bytes {
    type Target = [u8];
    #[inline(always)]
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Bytes {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl ByteSink for Bytes {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}
