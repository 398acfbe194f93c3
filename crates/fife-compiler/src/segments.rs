//! A long list in segments, which is used up from its beginning.
//!
//! The tree of a long source is larger than anything else that loading needs. In segments it grows without a second
//! place, and the part of it that has become code can go before the rest has.

use fife_arena::Vector;
use std::ops::{Index, IndexMut};

/// Items with numbers from 0 on.
#[derive(Debug)]
pub struct Segments<T> {
    /// The first segment, which is the only one of most chunks.
    first: Vector<T>,
    /// The others. Of all segments, only the last one is not full, or those that were dropped.
    others: Vector<Vector<T>>,
    /// How many were dropped.
    dropped: usize,
}

/// How many items a segment has.
const LENGTH: usize = 1 << 12;

impl<T> Default for Segments<T> {
    fn default() -> Segments<T> {
        Segments { first: Vector::new(), others: Vector::new(), dropped: 0 }
    }
}

impl<T> Segments<T> {
    /// How many items there are, with those that were dropped.
    #[inline]
    pub fn len(&self) -> usize {
        self.others.last().map_or(self.first.len(), |last| self.others.len() * LENGTH + last.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An item, if it exists.
    #[inline]
    pub fn get(&self, index: usize) -> Option<&T> {
        match (index / LENGTH).checked_sub(1) {
            None => self.first.get(index),
            Some(other) => self.others.get(other)?.get(index % LENGTH),
        }
    }

    /// An item to be changed, if it exists.
    #[inline]
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        match (index / LENGTH).checked_sub(1) {
            None => self.first.get_mut(index),
            Some(other) => self.others.get_mut(other)?.get_mut(index % LENGTH),
        }
    }

    /// All items that were not dropped.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.first.iter().chain(self.others.iter().flat_map(|segment| segment.iter()))
    }

    /// As [`iter`](Self::iter), to change them.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.first.iter_mut().chain(self.others.iter_mut().flat_map(|segment| segment.iter_mut()))
    }

    /// How much memory it has, in bytes.
    pub(crate) fn held_bytes(&self) -> usize {
        let others = self.others.iter().map(Vector::held_bytes).sum::<usize>();
        self.first.held_bytes() + self.others.held_bytes() + others
    }

    /// The last segment, if there is room for an item in it.
    #[inline]
    pub(crate) fn room(&mut self) -> Option<&mut Vector<T>> {
        Some(self.others.last_mut().unwrap_or(&mut self.first)).filter(|last| last.len() < last.capacity().min(LENGTH))
    }

    /// The segment that can grow, and the capacity that it should then have; or else the list that needs a new one.
    pub(crate) fn growing(&mut self) -> Result<(&mut Vector<T>, usize), &mut Vector<Vector<T>>> {
        if self.others.is_empty() && self.first.len() < LENGTH {
            let capacity = (2 * self.first.len()).clamp(4, LENGTH);
            return Ok((&mut self.first, capacity));
        }
        match self.others.last() {
            Some(last) if last.is_empty() => {
                let last = self.others.len() - 1;
                Ok((&mut self.others[last], LENGTH))
            }
            _ => Err(&mut self.others),
        }
    }

    /// Drops segments of which only items below `index` are left. Returns how many bytes they had.
    pub(crate) fn drop_below(&mut self, index: usize) -> usize {
        let mut bytes = 0;
        while self.dropped < index / LENGTH {
            let segment = match self.dropped.checked_sub(1) {
                None => Some(&mut self.first),
                Some(other) => self.others.get_mut(other),
            };
            let Some(segment) = segment else { break };
            bytes += std::mem::take(segment).held_bytes();
            self.dropped += 1;
        }
        bytes
    }
}

impl<T> Index<usize> for Segments<T> {
    type Output = T;

    #[inline]
    fn index(&self, index: usize) -> &T {
        self.get(index).expect("it is in the list")
    }
}

impl<T> IndexMut<usize> for Segments<T> {
    #[inline]
    fn index_mut(&mut self, index: usize) -> &mut T {
        self.get_mut(index).expect("it is in the list")
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
        assert_eq!(
            (list.get(0), list[2 * LENGTH], list[3 * LENGTH + 4]),
            (None, 2 * LENGTH as u32, 3 * LENGTH as u32 + 4)
        );
        memory.leave(list.held_bytes() + dropped);
    }
}
