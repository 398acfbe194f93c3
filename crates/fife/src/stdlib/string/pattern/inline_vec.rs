//! A vector whose first elements live in the value itself.
//!
//! Nearly every pattern is short, and matching it should not allocate. Elements stay together in
//! one slice, in the value or in a block of the heap, so that the matcher indexes plain slices.

use fife_arena::{Collect, Mutation, OutOfMemory, Run};

/// A vector that takes memory only for more than `N` elements.
#[derive(Collect, Debug)]
pub(crate) struct InlineVec<'gc, T: Copy + 'static, const N: usize> {
    #[collect(static)]
    inline: [T; N],
    inline_count: usize,
    /// Holds all elements once there were to be more than `N`; empty until then.
    spilled: Run<'gc, T>,
    has_spilled: bool,
}

impl<'gc, T: Copy + Default, const N: usize> InlineVec<'gc, T, N> {
    /// An empty vector.
    #[inline]
    pub(crate) fn new() -> InlineVec<'gc, T, N> {
        InlineVec { inline: [T::default(); N], inline_count: 0, spilled: Run::new(), has_spilled: false }
    }

    /// Makes room for `more` elements; without effect if the memory is refused.
    #[inline]
    pub(crate) fn reserve(&mut self, mc: &Mutation<'gc>, more: usize) -> Result<(), OutOfMemory> {
        let has_room = match self.has_spilled {
            true => more <= self.spilled.capacity() - self.spilled.len(),
            false => self.inline_count + more <= N,
        };
        if has_room { Ok(()) } else { self.grow(mc, more) }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, mc: &Mutation<'gc>, more: usize) -> Result<(), OutOfMemory> {
        let count = self.as_slice().len();
        self.spilled.try_reserve(mc, (count + more).max(2 * count) - self.spilled.len())?;
        if !self.has_spilled {
            self.has_spilled = true;
            self.spilled.extend_from_slice(&self.inline[..self.inline_count]);
        }
        Ok(())
    }

    /// Adds an element at the end, for which [`reserve`](Self::reserve) made room.
    #[inline]
    pub(crate) fn push(&mut self, element: T) {
        if self.has_spilled {
            self.spilled.push(element);
        } else {
            self.inline[self.inline_count] = element;
            self.inline_count += 1;
        }
    }

    /// Removes the last element, if there is one.
    #[inline]
    pub(crate) fn pop(&mut self) {
        if self.has_spilled {
            self.spilled.pop();
        } else {
            self.inline_count = self.inline_count.saturating_sub(1);
        }
    }

    /// Keeps the first `count` elements, but gives no memory back.
    pub(crate) fn truncate(&mut self, count: usize) {
        self.inline_count = self.inline_count.min(count);
        self.spilled.truncate(count);
    }

    /// Removes all elements, but gives no memory back.
    #[inline]
    pub(crate) fn clear(&mut self) {
        self.truncate(0);
    }

    /// The elements.
    #[inline]
    pub(crate) fn as_slice(&self) -> &[T] {
        if self.has_spilled { &self.spilled } else { &self.inline[..self.inline_count] }
    }

    /// The elements, to be changed.
    #[inline]
    pub(crate) fn as_mut_slice(&mut self) -> &mut [T] {
        if self.has_spilled { &mut self.spilled } else { &mut self.inline[..self.inline_count] }
    }

    /// Bytes of blocks it holds.
    pub(crate) fn held_bytes(&self) -> usize {
        self.spilled.held_bytes()
    }
}
