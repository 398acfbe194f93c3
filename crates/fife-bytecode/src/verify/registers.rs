//! Sets of registers, as words of bits.

use super::effect::Run;

/// A set of registers below 64 times `WORDS`. Functions that need more than 64 registers are rare, and sets for others
/// are much cheaper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RegisterSet<const WORDS: usize>([u64; WORDS]);

impl<const WORDS: usize> Default for RegisterSet<WORDS> {
    #[inline]
    fn default() -> RegisterSet<WORDS> {
        RegisterSet([0; WORDS])
    }
}

impl<const WORDS: usize> RegisterSet<WORDS> {
    #[inline]
    pub(super) fn insert(&mut self, register: u8) {
        self.0[usize::from(register / 64)] |= 1 << (register % 64);
    }

    #[inline]
    pub(super) fn contains(&self, register: usize) -> bool {
        self.0.get(register / 64).is_some_and(|word| word >> (register % 64) & 1 != 0)
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        *self == RegisterSet::default()
    }

    #[inline]
    pub(super) fn first(&self) -> Option<usize> {
        let word = self.0.iter().position(|word| *word != 0)?;
        Some(word * 64 + self.0[word].trailing_zeros() as usize)
    }

    #[inline]
    pub(super) fn last(&self) -> Option<usize> {
        let word = self.0.iter().rposition(|word| *word != 0)?;
        Some(word * 64 + 63 - self.0[word].leading_zeros() as usize)
    }

    #[inline]
    fn zip(self, other: Self, operation: impl Fn(u64, u64) -> u64) -> Self {
        RegisterSet(std::array::from_fn(|word| operation(self.0[word], other.0[word])))
    }

    #[inline]
    pub(super) fn and(self, other: Self) -> Self {
        self.zip(other, |a, b| a & b)
    }

    #[inline]
    pub(super) fn or(self, other: Self) -> Self {
        self.zip(other, |a, b| a | b)
    }

    #[inline]
    pub(super) fn without(self, other: Self) -> Self {
        self.zip(other, |a, b| a & !b)
    }

    /// The registers one above those in the set, if they exist.
    #[inline]
    pub(super) fn one_up(self) -> Self {
        RegisterSet(std::array::from_fn(|word| {
            let carried = word.checked_sub(1).map_or(0, |below| self.0[below] >> 63);
            self.0[word] << 1 | carried
        }))
    }

    /// The registers below `limit`.
    #[inline]
    pub(super) fn below(limit: usize) -> Self {
        RegisterSet(std::array::from_fn(|word| match limit.saturating_sub(word * 64) {
            bits @ 0..64 => (1 << bits) - 1,
            _ => u64::MAX,
        }))
    }

    #[inline]
    pub(super) fn of(run: Run) -> Self {
        if run.is_empty() {
            return RegisterSet::default();
        }
        RegisterSet::below(run.end).without(RegisterSet::below(run.start))
    }

    pub(super) fn iter(self) -> impl Iterator<Item = usize> {
        (0..WORDS).flat_map(move |word| {
            let mut rest = self.0[word];
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros() as usize;
                rest &= rest.wrapping_sub(1);
                (bit < 64).then_some(word * 64 + bit)
            })
        })
    }
}
