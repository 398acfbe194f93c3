//! The generator of `math.random`: xoshiro256**, seeded and projected as in PUC-Rio Lua, so that a seed gives the same
//! numbers in both.

#[cfg(test)]
mod tests;

/// The generator's state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Random {
    state: [u64; 4],
}

impl Random {
    /// The generator that `math.randomseed(n1, n2)` leaves; an absent `n2` counts as 0. (A float
    /// seed must have an exact integer representation; PUC-Rio 5.4 refuses any other.)
    pub(crate) fn from_seeds(n1: i64, n2: i64) -> Random {
        // The constant keeps the state from being all zeros, which would give only zeros.
        let mut random = Random { state: [n1 as u64, 0xff, n2 as u64, 0] };
        // Makes similar seeds give dissimilar numbers.
        for _ in 0..16 {
            random.next();
        }
        random
    }

    /// The next 64 random bits; as an integer, the result of `math.random(0)`.
    pub(crate) fn next(&mut self) -> u64 {
        let [s0, s1, s2, s3] = self.state;
        let result = s1.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let (s2, s3) = (s2 ^ s0, s3 ^ s1);
        self.state = [s0 ^ s3, s1 ^ s2, s2 ^ s1 << 17, s3.rotate_left(45)];
        result
    }

    /// The next float, at least 0 and less than 1, as `math.random()` gives it.
    pub(crate) fn next_float(&mut self) -> f64 {
        // The 53 highest bits, as many as a float holds.
        (self.next() >> 11) as f64 * (0.5 / (1_u64 << 52) as f64)
    }

    /// The next integer from `low` to `high`, as `math.random(low, high)` gives it; `None` if the interval is empty. A
    /// random number is drawn even then, as PUC-Rio Lua draws it before it checks the arguments.
    ///
    /// The number of draws is not bounded, but each succeeds with a probability above one half.
    pub(crate) fn next_in(&mut self, low: i64, high: i64) -> Option<i64> {
        let random = self.next();
        if low > high {
            return None;
        }
        let range = high.wrapping_sub(low) as u64;
        Some(self.project(random, range).wrapping_add(low as u64) as i64)
    }

    /// Projects random bits into `0..=range` without bias: drops all bits above the highest of `range`, and draws again
    /// while the rest is too large.
    fn project(&mut self, mut random: u64, range: u64) -> u64 {
        let mask = u64::MAX.checked_shr(range.leading_zeros()).unwrap_or(0);
        while random & mask > range {
            random = self.next();
        }
        random & mask
    }
}
