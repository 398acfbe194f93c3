//! Random numbers that are the same everywhere: a program is known by its seed, or by the decisions that a fuzzer made.

use std::cell::Cell;

/// A generator of random numbers (SplitMix64), after the decisions that it was given.
#[derive(Debug)]
pub struct Random {
    state: Cell<u64>,
    decisions: Vec<u8>,
    /// How many of the decisions were taken.
    taken: Cell<usize>,
}

impl Random {
    /// The generator of a seed.
    pub fn new(seed: u64) -> Random {
        Random { state: Cell::new(seed), decisions: Vec::new(), taken: Cell::new(0) }
    }

    /// A generator of which bytes decide: one each small number, eight others. When they are used up, it goes on by itself.
    pub fn decided(bytes: &[u8]) -> Random {
        let seed = bytes.first().copied().unwrap_or(0);
        Random { decisions: bytes.to_vec(), ..Random::new(u64::from(seed)) }
    }

    fn decision(&self) -> Option<u8> {
        let decision = self.decisions.get(self.taken.get()).copied();
        self.taken.set(self.taken.get() + 1);
        decision
    }

    fn made(&self) -> u64 {
        self.state.set(self.state.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
        let mut bits = self.state.get();
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// 64 random bits.
    pub fn bits(&self) -> u64 {
        let mut bits = 0;
        for _ in 0..8 {
            let Some(decision) = self.decision() else { return self.made() };
            bits = bits << 8 | u64::from(decision);
        }
        bits
    }

    /// A number from 0 to below `end`.
    pub fn below(&self, end: usize) -> usize {
        let small = if end <= 256 { self.decision().map(u64::from) } else { None };
        let number = small.unwrap_or_else(|| if end <= 256 { self.made() } else { self.bits() });
        (number % end.max(1) as u64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub fn range(&self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as usize) as i64
    }

    /// True in so many cases of a hundred.
    pub fn chance(&self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of some.
    pub fn pick<'a, T: ?Sized>(&self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}
