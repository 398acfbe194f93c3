//! Short lists on Rust's stack. Most calls have few arguments and results, and putting those in the heap would take as
//! long as the call itself.

/// The number of items that a list holds inline.
const FEW: usize = 6;

/// A list that is inline up to `FEW` values, and in the heap beyond.
pub(super) struct Few<T> {
    few: [T; FEW],
    /// The number of items. Once it is over `FEW`, all of them are in `many`.
    count: usize,
    many: Vec<T>,
}

impl<T: Copy + Default> Few<T> {
    #[inline(always)]
    pub(super) fn new() -> Few<T> {
        Few { few: [T::default(); FEW], count: 0, many: Vec::new() }
    }

    #[inline(always)]
    pub(super) fn push(&mut self, item: T) {
        match self.few.get_mut(self.count) {
            Some(place) => *place = item,
            None => {
                if self.many.is_empty() {
                    self.many.extend(self.few);
                }
                self.many.push(item);
            }
        }
        self.count += 1;
    }

    #[inline(always)]
    pub(super) fn as_slice(&self) -> &[T] {
        self.few.get(..self.count).unwrap_or(&self.many)
    }
}
