//! Vectors that request memory before they grow. The account knows how much that is in sum, so that all temporary memory
//! is given back in one place, whatever happens.
//!
//! The code generator keeps its buffers from one function to the next.

use crate::account::Account;
use crate::meter::Refused;
use fife_arena::{OutOfMemory, Vector};
use fife_bytecode::{Text, block_bytes};
use std::ops::{Deref, DerefMut};

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

    /// Makes it `count` copies of `value`.
    pub(crate) fn refill(&mut self, account: &mut Account<'_>, value: T, count: usize) -> Result<(), Refused>
    where
        T: Clone,
    {
        self.0.clear();
        self.reserve(account, count)?;
        self.0.resize(count, value);
        Ok(())
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

    pub(crate) fn pop(&mut self) -> Option<T> {
        self.0.pop()
    }

    pub(crate) fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }

    /// Removes all elements. It keeps its memory for the next function, if that is not much.
    pub(crate) fn clear(&mut self, account: &mut Account<'_>) {
        self.0.clear();
        if self.0.held_bytes() > KEPT_MAX {
            std::mem::take(self).release(account);
        }
    }

    /// Drops it and gives its memory back, but not the memory that its elements own.
    pub(crate) fn release(self, account: &mut Account<'_>) {
        let bytes = self.0.held_bytes();
        drop(self);
        account.give(bytes);
    }

    /// Takes the elements from `start` on, in exactly as much memory as they need.
    pub(crate) fn box_from(&mut self, account: &mut Account<'_>, start: usize) -> Result<Box<[T]>, Refused> {
        account.take(block_bytes(size_of_val(&self.0[start..])))?;
        self.0.try_box_from(start).map_err(|OutOfMemory| Refused)
    }

    /// Takes its contents, in exactly as much memory as they need. It keeps its own if that is not much.
    pub(crate) fn take_box(&mut self, account: &mut Account<'_>) -> Result<Box<[T]>, Refused> {
        let all = self.box_from(account, 0)?;
        self.clear(account);
        Ok(all)
    }
}

/// A larger buffer is not kept for the next function.
const KEPT_MAX: usize = 64 << 10;

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
pub(crate) fn text(account: &mut Account<'_>, bytes: &[u8]) -> Result<Text, Refused> {
    if let Some(text) = Text::here(bytes) {
        return Ok(text);
    }
    account.take(Text::bytes_for(bytes.len()))?;
    Text::copy(bytes).ok_or(Refused)
}
