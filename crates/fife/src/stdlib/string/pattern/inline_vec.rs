//! A vector whose first elements live in the value itself.
//!
//! Nearly every pattern is short, and matching it should not allocate. Elements stay together in
//! one slice, in the value or on the Rust heap, so that the matcher indexes plain slices.

/// A vector that allocates only from its element `N + 1` on.
#[derive(Clone, Debug)]
pub(crate) struct InlineVec<T, const N: usize> {
    inline: [T; N],
    inline_count: usize,
    /// Holds all elements once there were more than `N`; empty until then.
    spilled: Vec<T>,
    has_spilled: bool,
}

impl<T: Copy + Default, const N: usize> InlineVec<T, N> {
    /// An empty vector.
    #[inline]
    pub(crate) fn new() -> InlineVec<T, N> {
        InlineVec { inline: [T::default(); N], inline_count: 0, spilled: Vec::new(), has_spilled: false }
    }

    /// Adds an element at the end.
    #[inline]
    pub(crate) fn push(&mut self, element: T) {
        if !self.has_spilled && self.inline_count < N {
            self.inline[self.inline_count] = element;
            self.inline_count += 1;
        } else {
            self.push_spilled(element);
        }
    }

    #[cold]
    #[inline(never)]
    fn push_spilled(&mut self, element: T) {
        if !self.has_spilled {
            self.has_spilled = true;
            self.spilled.extend_from_slice(&self.inline[..self.inline_count]);
        }
        self.spilled.push(element);
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

    /// Removes all elements, but gives no memory back.
    #[inline]
    pub(crate) fn clear(&mut self) {
        self.inline_count = 0;
        self.spilled.clear();
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

    /// Bytes it holds on the Rust heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.spilled.capacity() * size_of::<T>()
    }
}
