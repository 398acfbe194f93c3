//! Memory that is requested before it is taken: the code generator's account and its vectors.
//!
//! The [`Account`] knows how many of the meter's bytes the code generator holds, so that all temporary memory is given
//! back in one place, whatever happens. A [`Buffer`] is a vector that asks the account before it grows.

use crate::meter::{Meter, Refused};
use fife_arena::{OutOfMemory, Vector};
use fife_bytecode::block_bytes;
use std::ops::{Deref, DerefMut};

/// The bytes that one run of the code generator has taken from its meter.
pub(crate) struct Account<'m> {
    meter: &'m mut dyn Meter,
    taken: usize,
}

impl<'m> Account<'m> {
    /// An account with this many bytes already taken.
    pub(crate) fn resume(meter: &'m mut dyn Meter, taken: usize) -> Account<'m> {
        Account { meter, taken }
    }

    /// How much is taken.
    pub(crate) fn taken(&self) -> usize {
        self.taken
    }

    /// Requests `bytes` more.
    pub(crate) fn take(&mut self, bytes: usize) -> Result<(), Refused> {
        self.meter.take(bytes)?;
        self.taken += bytes;
        Ok(())
    }

    /// Gives back `bytes` of those taken.
    pub(crate) fn give(&mut self, bytes: usize) {
        debug_assert!(bytes <= self.taken);
        let bytes = bytes.min(self.taken);
        self.taken -= bytes;
        self.meter.give(bytes);
    }

    /// Gives back bytes, or takes more, until `kept` are taken.
    pub(crate) fn settle(&mut self, kept: usize) -> Result<(), Refused> {
        match self.taken.checked_sub(kept) {
            Some(rest) => self.give(rest),
            None => self.take(kept - self.taken)?,
        }
        Ok(())
    }
}

/// A vector that requests memory before it grows.
#[derive(Debug)]
pub(crate) struct Buffer<T>(Vector<T>);

impl<T> Default for Buffer<T> {
    fn default() -> Buffer<T> {
        Buffer::new()
    }
}

impl<T> Buffer<T> {
    pub(crate) const fn new() -> Buffer<T> {
        Buffer(Vector::new())
    }

    /// A buffer with `count` copies of `value`.
    pub(crate) fn filled(account: &mut Account<'_>, value: T, count: usize) -> Result<Buffer<T>, Refused>
    where
        T: Clone,
    {
        let mut all = Buffer::new();
        all.reserve(account, count)?;
        all.0.resize(count, value);
        Ok(all)
    }

    #[inline]
    pub(crate) fn push(&mut self, account: &mut Account<'_>, value: T) -> Result<(), Refused> {
        if self.0.len() == self.0.capacity() {
            self.reserve(account, (self.0.capacity() * 2).max(8))?;
        }
        self.0.push(value);
        Ok(())
    }

    /// Makes its capacity at least this one.
    #[cold]
    pub(crate) fn reserve(&mut self, account: &mut Account<'_>, capacity: usize) -> Result<(), Refused> {
        let old = self.0.capacity();
        if capacity <= old {
            return Ok(());
        }
        let capacity = Vector::<T>::capacity_for(capacity);
        // While it moves, both places are in use.
        account.take(capacity.checked_mul(size_of::<T>()).ok_or(Refused)?)?;
        let moved = self.0.try_reserve(capacity - self.0.len());
        account.give(if moved.is_ok() { old } else { capacity } * size_of::<T>());
        moved.map_err(|OutOfMemory| Refused)
    }

    pub(crate) fn extend(
        &mut self,
        account: &mut Account<'_>,
        values: impl IntoIterator<Item = T>,
    ) -> Result<(), Refused> {
        values.into_iter().try_for_each(|value| self.push(account, value))
    }

    pub(crate) fn pop(&mut self) -> Option<T> {
        self.0.pop()
    }

    pub(crate) fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }

    /// Removes the elements from `start` on, and collects what `part` takes of each.
    pub(crate) fn split_off<U>(&mut self, start: usize, part: impl Fn(T) -> U) -> Box<[U]> {
        let mut parts = Vec::with_capacity(self.0.len().saturating_sub(start));
        while self.0.len() > start {
            parts.extend(self.0.pop().map(&part));
        }
        parts.reverse();
        parts.into()
    }

    /// Drops it and gives its memory back, but not the memory that its elements own.
    pub(crate) fn release(self, account: &mut Account<'_>) {
        account.give(self.0.held_bytes());
    }

    /// Its contents in exactly as much memory as they need.
    pub(crate) fn into_box(self, account: &mut Account<'_>) -> Result<Box<[T]>, Refused> {
        let held = self.0.held_bytes();
        // While it moves, both places are in use.
        account.take(size_of_val(&self[..]))?;
        let boxed = self.0.try_into_box().map_err(|OutOfMemory| Refused)?;
        account.give(held);
        Ok(boxed)
    }
}

impl<T> Deref for Buffer<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> DerefMut for Buffer<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

/// A copy of bytes, requested first.
pub(crate) fn boxed_bytes(account: &mut Account<'_>, bytes: &[u8]) -> Result<Box<[u8]>, Refused> {
    account.take(block_bytes(bytes.len()))?;
    let mut copy = Vec::new();
    copy.try_reserve_exact(bytes.len()).map_err(|_| Refused)?;
    copy.extend_from_slice(bytes);
    Ok(copy.into())
}
