//! A growing result: bytes in the heap, whose memory is requested before it is taken.

use crate::error::Error;
use crate::native::{Call, LongString};
use crate::object::{Bytes, LuaString};
use fife_arena::{Collect, OutOfMemory};

/// Memory of at most this size is kept for the next result.
pub(super) const SMALL: usize = 4096;

/// A growing run of bytes. It counts against the limit on memory. Once it is dropped, a collection frees it.
#[derive(Collect)]
pub(super) struct Buffer<'gc> {
    bytes: Bytes<'gc>,
    /// The string that is made from it.
    string: Option<LongString<'gc>>,
    /// The most bytes it may have.
    length_max: usize,
}

impl<'gc> Buffer<'gc> {
    /// An empty buffer for a string.
    pub(super) fn new(call: &Call<'gc, '_>) -> Buffer<'gc> {
        Buffer::within(call, Bytes::default())
    }

    /// An empty buffer for a string, which uses this memory.
    pub(super) fn within(call: &Call<'gc, '_>, mut memory: Bytes<'gc>) -> Buffer<'gc> {
        memory.truncate(0);
        Buffer { bytes: memory, string: None, length_max: call.ctx().limits().string_bytes }
    }

    /// An empty buffer for bytes that do not become a string.
    pub(super) fn unlimited() -> Buffer<'gc> {
        Buffer { bytes: Bytes::default(), string: None, length_max: usize::MAX }
    }

    /// Its memory, for another buffer.
    pub(super) fn take_memory(&mut self) -> Bytes<'gc> {
        std::mem::take(&mut self.bytes)
    }

    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes so far.
    #[inline]
    pub(super) fn as_slice(&self) -> &[u8] {
        &self.bytes
    }

    /// Makes room for `more` bytes. In a sequence, call it before the effects of a poll.
    ///
    /// # Errors
    /// Memory was refused, without any effect: the native or poll runs again after a collection. "resulting string too
    /// large" beyond the limit on strings.
    #[inline(always)]
    pub(super) fn reserve(&mut self, call: &Call<'gc, '_>, more: usize) -> Result<(), Error<'gc>> {
        if more <= self.bytes.capacity() - self.bytes.len() { Ok(()) } else { self.grow(call, more) }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, call: &Call<'gc, '_>, more: usize) -> Result<(), Error<'gc>> {
        let needed = self.bytes.len().saturating_add(more);
        if needed > self.length_max {
            return Err(call.error("resulting string too large"));
        }
        let capacity = needed.max(self.bytes.capacity().saturating_mul(2)).max(64);
        call.reserve(capacity)?;
        call.charge(self.bytes.len() / 16);
        let additional = capacity - self.bytes.len();
        self.bytes.try_reserve(call.ctx().mc(), additional).map_err(|OutOfMemory| call.refused())
    }

    /// Adds bytes at the end; a unit for each 16.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    #[inline]
    pub(super) fn append(&mut self, call: &Call<'gc, '_>, bytes: &[u8]) -> Result<(), Error<'gc>> {
        self.reserve(call, bytes.len())?;
        call.charge(bytes.len() / 16);
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// The bytes, to write into the room that was made.
    #[inline]
    pub(super) fn bytes(&mut self) -> &mut Bytes<'gc> {
        &mut self.bytes
    }

    /// The string with these bytes; a unit for each 16.
    ///
    /// # Errors
    /// Memory was refused. It can be tried again.
    pub(super) fn to_string(&self, call: &Call<'gc, '_>) -> Result<LuaString<'gc>, Error<'gc>> {
        call.reserve(self.bytes.len())?;
        call.charge(self.bytes.len() / 16);
        call.make_string(&self.bytes)
    }

    /// As [`to_string`](Self::to_string), but a long string is made as far as the fuel goes: `None` if it must be called
    /// again in the next step. Nothing is added to the buffer meanwhile.
    pub(super) fn make_string_in_portions(
        &mut self,
        call: &Call<'gc, '_>,
    ) -> Result<Option<LuaString<'gc>>, Error<'gc>> {
        if self.bytes.len() < LongString::LEAST {
            return self.to_string(call).map(Some);
        }
        let string = match self.string {
            Some(string) => string,
            None => *self.string.insert(LongString::begin(call, self.bytes.len())?),
        };
        let made = string.copy(call, &self.bytes)?;
        if made.is_some() {
            self.string = None;
        }
        Ok(made)
    }

    /// As [`to_string`](Self::to_string); then its memory is freed.
    pub(super) fn finish(&mut self, call: &Call<'gc, '_>) -> Result<LuaString<'gc>, Error<'gc>> {
        let string = self.to_string(call)?;
        self.take_memory().free(call.ctx().mc());
        Ok(string)
    }
}
