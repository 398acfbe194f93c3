//! A result that grows: bytes whose memory is asked for before it is taken.

use crate::api::Call;
use crate::error::Error;
use crate::object::{Bytes, Charge, LuaString};
use fife_arena::OutOfMemory;

/// Room up to which a buffer is not counted while a native runs; the cache keeps one of that size.
pub(super) const SMALL: usize = 4096;

/// A growing run of bytes.
#[derive(Default)]
pub(super) struct Buffer {
    bytes: Bytes,
    /// Counts the whole capacity, if that is more than [`SMALL`] or the buffer outlives a native's call.
    charge: Option<Charge>,
}

impl Buffer {
    /// An empty buffer in this memory.
    pub(super) fn within(mut memory: Bytes) -> Buffer {
        memory.truncate(0);
        Buffer { bytes: memory, charge: None }
    }

    /// Gives the memory back, if it is small.
    pub(super) fn into_memory(self) -> Option<Bytes> {
        if self.bytes.capacity() <= SMALL { Some(self.bytes) } else { None }
    }

    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Makes room for `more` bytes.
    ///
    /// # Errors
    /// Refused memory, without any effect: the native or poll is run again after a collection. "resulting string too
    /// large" past the limit on strings.
    #[inline(always)]
    pub(super) fn reserve<'gc>(&mut self, call: &Call<'gc, '_>, more: usize) -> Result<(), Error<'gc>> {
        if more <= self.bytes.capacity() - self.bytes.len() { Ok(()) } else { self.grow(call, more) }
    }

    #[cold]
    #[inline(never)]
    fn grow<'gc>(&mut self, call: &Call<'gc, '_>, more: usize) -> Result<(), Error<'gc>> {
        let needed = self.bytes.len().saturating_add(more);
        if needed > call.ctx().state().limits.string_bytes {
            return Err(call.error("resulting string too large"));
        }
        let capacity = Bytes::capacity_for(needed.max(self.bytes.capacity() * 2).max(64));
        if capacity > SMALL || self.charge.is_some() {
            call.reserve(capacity)?;
            let charge = Charge::take(call.ctx(), capacity).map_err(|OutOfMemory| call.refused())?;
            self.charge = Some(charge);
            // The old charge is given back at once: a result that doubles many times in one step is not
            // counted many times.
            call.ctx().settle_external();
        }
        call.charge(self.bytes.len() / 16);
        self.bytes
            .try_reserve_exact(capacity - self.bytes.len())
            .map_err(|OutOfMemory| Error::out_of_memory(call.ctx()))
    }

    /// Adds bytes at the end; a unit for each 16.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    #[inline]
    pub(super) fn append<'gc>(&mut self, call: &Call<'gc, '_>, bytes: &[u8]) -> Result<(), Error<'gc>> {
        self.reserve(call, bytes.len())?;
        call.charge(bytes.len() / 16);
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// Where to write what was made room for.
    #[inline]
    pub(super) fn bytes(&mut self) -> &mut Bytes {
        &mut self.bytes
    }

    /// Counts the memory from now on, whatever its size: the buffer outlives the call.
    ///
    /// # Errors
    /// Refused memory, the first time only; may be tried again.
    pub(super) fn hold<'gc>(&mut self, call: &Call<'gc, '_>) -> Result<(), Error<'gc>> {
        if self.charge.is_none() {
            let charge = Charge::take(call.ctx(), self.bytes.capacity());
            self.charge = Some(charge.map_err(|OutOfMemory| call.refused())?);
        }
        Ok(())
    }

    /// The string with these bytes.
    ///
    /// # Errors
    /// Refused memory; may be tried again.
    pub(super) fn to_string<'gc>(&self, call: &Call<'gc, '_>) -> Result<LuaString<'gc>, Error<'gc>> {
        call.reserve(self.bytes.len())?;
        super::new_string(call, &self.bytes)
    }
}
