//! A long list in segments, which is used up from its beginning.
//!
//! The tree of a long source is larger than anything else that loading needs. In segments it grows without a second
//! place, and the part of it that has become code can go before the rest has.

use fife_arena::Vector;
use std::ops::{Index, IndexMut};

/// Items with numbers from 0 on.
#[derive(Debug)]
pub struct Segments<T> {
    /// All are full but the last, and the first ones may have been dropped, which leaves an empty place.
    segments: Vector<Vector<T>>,
    /// How many were dropped.
    dropped: usize,
}

/// How many items a segment has.
const LENGTH: usize = 1 << 12;

impl<T> Default for Segments<T> {
    fn default() -> Segments<T> {
        Segments { segments: Vector::new(), dropped: 0 }
    }
}

impl<T> Segments<T> {
    /// How many items there are, with those that were dropped.
    #[inline]
    pub fn len(&self) -> usize {
        self.segments.last().map_or(0, |last| (self.segments.len() - 1) * LENGTH + last.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// An item, if it exists.
    #[inline]
    pub fn get(&self, index: usize) -> Option<&T> {
        self.segments.get(index / LENGTH)?.get(index % LENGTH)
    }

    /// An item to be changed, if it exists.
    #[inline]
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.segments.get_mut(index / LENGTH)?.get_mut(index % LENGTH)
    }

    /// All items that were not dropped.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.segments.iter().flat_map(|segment| segment.iter())
    }

    /// As [`iter`](Self::iter), to change them.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.segments.iter_mut().flat_map(|segment| segment.iter_mut())
    }

    /// How much memory it has, in bytes.
    pub(crate) fn held_bytes(&self) -> usize {
        self.segments.held_bytes() + self.segments.iter().map(Vector::held_bytes).sum::<usize>()
    }

    /// The last segment, if there is room for an item in it.
    #[inline]
    pub(crate) fn room(&mut self) -> Option<&mut Vector<T>> {
        self.segments.last_mut().filter(|last| last.len() < last.capacity().min(LENGTH))
    }

    /// The list of segments, and whether the last one can grow: otherwise there should be a new one.
    pub(crate) fn parts(&mut self) -> (&mut Vector<Vector<T>>, bool) {
        let grows = self.segments.last().is_some_and(|last| last.len() < LENGTH);
        (&mut self.segments, grows)
    }

    /// The capacity of the next segment, or of the last one when it grows.
    pub(crate) fn next_capacity(&self) -> usize {
        match &self.segments[..] {
            [] => 4,
            [only] if only.len() < LENGTH => (2 * only.len()).min(LENGTH),
            _ => LENGTH,
        }
    }

    /// Drops segments of which only items below `index` are left. Returns how many bytes they had.
    pub(crate) fn drop_below(&mut self, index: usize) -> usize {
        let end = (index / LENGTH).min(self.segments.len());
        let mut bytes = 0;
        for segment in self.segments.iter_mut().take(end).skip(self.dropped) {
            bytes += segment.held_bytes();
            *segment = Vector::new();
        }
        self.dropped = self.dropped.max(end);
        bytes
    }
}

impl<T> Index<usize> for Segments<T> {
    type Output = T;

    #[inline]
    fn index(&self, index: usize) -> &T {
        &self.segments[index / LENGTH][index % LENGTH]
    }
}

impl<T> IndexMut<usize> for Segments<T> {
    #[inline]
    fn index_mut(&mut self, index: usize) -> &mut T {
        &mut self.segments[index / LENGTH][index % LENGTH]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexer::memory::Memory;
    use crate::meter::Unmetered;

    #[test]
    fn a_list_that_is_used_up() {
        let (mut meter, mut list) = (Unmetered, Segments::default());
        let mut memory = Memory::new(&mut meter);
        assert_eq!((list.len(), list.is_empty(), list.get(0)), (0, true, None));
        for index in 0..3 * LENGTH + 5 {
            assert_eq!(list.len(), index);
            memory.append(&mut list, index as u32).unwrap();
        }
        list[LENGTH] += 1;
        *list.get_mut(LENGTH).unwrap() -= 1;
        assert!(list.iter().copied().eq(0..3 * LENGTH as u32 + 5));
        let all = list.held_bytes();
        assert_eq!(list.drop_below(LENGTH - 1), 0);
        let dropped = list.drop_below(2 * LENGTH + 1);
        assert_eq!((dropped, list.drop_below(2 * LENGTH)), (8 * LENGTH, 0));
        assert_eq!((list.held_bytes(), list.len()), (all - dropped, 3 * LENGTH + 5));
        assert_eq!((list.get(0), list[2 * LENGTH], list[3 * LENGTH + 4]), (None, 2 * LENGTH as u32, 3 * LENGTH as u32 + 4));
        memory.leave(list.held_bytes() + dropped);
    }
}
