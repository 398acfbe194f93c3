//! Decisions: from a fuzzer's bytes, or random ones from a seed.
//!
//! A decision takes one byte, so that changing a byte changes one decision and leaves the rest; only a number with more
//! than 256 values takes eight. After the last byte every answer is 0, or no, so callers put first what ends soonest.
//! The decisions of a seed never end, and are the same on all machines.

use std::cell::Cell;

/// A source of decisions.
#[derive(Debug)]
pub struct Choices<'a> {
    bytes: Cell<&'a [u8]>,
    /// The state of the random number generator (SplitMix64), for decisions from a seed.
    state: Option<Cell<u64>>,
}

impl<'a> Choices<'a> {
    /// The decisions encoded by these bytes.
    pub fn from_bytes(bytes: &'a [u8]) -> Choices<'a> {
        Choices { bytes: Cell::new(bytes), state: None }
    }

    /// The decisions from a seed.
    pub fn from_seed(seed: u64) -> Choices<'a> {
        Choices { bytes: Cell::new(&[]), state: Some(Cell::new(seed)) }
    }

    fn random(state: &Cell<u64>) -> u64 {
        state.set(state.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
        let mut bits = state.get();
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// The next byte.
    pub fn byte(&self) -> u8 {
        if let Some(state) = &self.state {
            return Choices::random(state) as u8;
        }
        match self.bytes.get() {
            [first, rest @ ..] => {
                self.bytes.set(rest);
                *first
            }
            [] => 0,
        }
    }

    /// 64 bits.
    pub fn bits(&self) -> u64 {
        match &self.state {
            Some(state) => Choices::random(state),
            None => (0..8).fold(0, |bits, _| bits << 8 | u64::from(self.byte())),
        }
    }

    /// A number from 0 up to, but not including, `end`.
    pub fn below(&self, end: usize) -> usize {
        let is_small = end <= 256 && self.state.is_none();
        let number = if is_small { u64::from(self.byte()) } else { self.bits() };
        (number % end.max(1) as u64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub fn range(&self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as usize) as i64
    }

    /// True in `part` of 256 cases.
    pub fn chance(&self, part: u8) -> bool {
        // The end of the bytes must mean no.
        self.byte() > 255 - part
    }

    /// True in `part` of a hundred cases.
    pub fn percent(&self, part: usize) -> bool {
        self.below(100) + part >= 100
    }

    /// One element of a list.
    pub fn of<T: Copy>(&self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// Whether there is always another decision, as from a seed.
    pub fn is_endless(&self) -> bool {
        self.state.is_some()
    }

    /// Whether all further decisions are 0, since the bytes are used up.
    pub fn is_over(&self) -> bool {
        self.state.is_none() && self.bytes.get().is_empty()
    }

    /// Up to `count` bytes as they are.
    pub fn take(&self, count: usize) -> &'a [u8] {
        let bytes = self.bytes.get();
        let (taken, rest) = bytes.split_at(count.min(bytes.len()));
        self.bytes.set(rest);
        taken
    }

    /// All remaining bytes as they are.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.take()
    }
}
