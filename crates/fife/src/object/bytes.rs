//! Growing bytes for natives and sequences, in blocks of the heap. Numbers and chunks can be written to them.

use super::tracing::TracingContext;
use fife_arena::{Collect, Mutation, OutOfMemory};
use fife_bytecode::ByteSink;
use std::ops::{Deref, DerefMut};

/// Growing bytes of a native or a sequence, in memory of the heap: they count against the limit, and once dropped, a
/// collection frees them. Derefs to a slice.
///
/// Make room by [`try_reserve`](Self::try_reserve) before adding bytes, since the limit may refuse it.
///
/// ```
/// use fife::gc::{Bytes, Call, Error, Reply};
///
/// /// `squares(n)`: the first squares as one text.
/// fn squares<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
///     let mut text = Bytes::default();
///     for number in 1..=call.integer(0)?.clamp(0, 1000) {
///         let square = format!("{} ", number * number);
///         text.try_reserve(call.ctx().mc(), square.len()).map_err(|_| call.refused())?;
///         text.extend_from_slice(square.as_bytes());
///         call.charge(2);
///     }
///     let text = call.make_string(&text)?;
///     call.one(text)
/// }
/// ```
#[derive(Collect, Default)]
pub struct Bytes<'gc>(fife_arena::Bytes<'gc>);

impl<'gc> Bytes<'gc> {
    /// How many bytes it has room for, including those it has.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.0.capacity()
    }

    /// Makes room for `additional` more bytes. If they have to move, that costs a unit for each 256 of them. A native that needs more than 4 KiB calls
    /// [`Call::reserve`](crate::gc::Call::reserve) first.
    ///
    /// # Errors
    /// The limit on memory refuses it. Nothing has changed then.
    pub fn try_reserve(&mut self, mc: &Mutation<'gc>, additional: usize) -> Result<(), OutOfMemory> {
        if additional > self.capacity() - self.len() {
            TracingContext::charge_move(mc, self.len());
        }
        self.0.try_reserve(mc, additional)
    }

    /// Adds a byte.
    ///
    /// # Panics
    /// If there is no room for it.
    #[inline]
    pub fn push(&mut self, byte: u8) {
        self.0.push(byte);
    }

    /// Adds bytes.
    ///
    /// # Panics
    /// If there is no room for them.
    #[inline]
    pub fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Drops bytes at the end, or appends copies of `byte`, until there are `length`.
    ///
    /// # Panics
    /// If there is no room for them.
    pub fn resize(&mut self, length: usize, byte: u8) {
        self.0.resize(length, byte);
    }

    /// Keeps the first `length` bytes. Does nothing if there are fewer.
    pub fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }

    /// Frees its memory at once, not with a collection.
    pub fn free(self, mc: &Mutation<'gc>) {
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

impl std::fmt::Debug for Bytes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", &**self)
    }
}
