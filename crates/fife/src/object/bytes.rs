//! Bytes that natives and sequences collect: blocks of the heap, to which numbers and chunks can be written.

use fife_arena::{Collect, Mutation, OutOfMemory};
use fife_bytecode::ByteSink;
use std::ops::{Deref, DerefMut};

/// [`fife_arena::Bytes`], to which numbers and chunks can be written.
#[derive(Collect, Default)]
pub(crate) struct Bytes<'gc>(fife_arena::Bytes<'gc>);

impl<'gc> Bytes<'gc> {
    #[inline]
    pub(crate) fn capacity(&self) -> usize {
        self.0.capacity()
    }

    pub(crate) fn try_reserve(&mut self, mc: &Mutation<'gc>, additional: usize) -> Result<(), OutOfMemory> {
        self.0.try_reserve(mc, additional)
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

    /// Frees its memory at once, not with a collection.
    pub(crate) fn free(self, mc: &Mutation<'gc>) {
        self.0.free(mc);
    }
}

impl Deref for Bytes<'_> {
    type Target = [u8];
    #[inline(always)]
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Bytes<'_> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl ByteSink for Bytes<'_> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}
