//! Natural numbers of some thousand bits, without allocation, for exact conversion between floats and decimal digits.
//!
//! They have room for the largest needed, 2,700 bits; bits beyond that are lost.

use std::cmp::Ordering;

/// Limbs of 64 bits.
const CAPACITY: usize = 48;

/// 10^19, the largest power of ten in a limb.
pub(super) const CHUNK: u64 = 10_000_000_000_000_000_000;

/// The decimal digits of a chunk.
pub(super) const CHUNK_DIGITS: usize = 19;

/// A divisor with its highest bit set, for dividing by multiplication: Möller and Granlund, "Improved division by
/// invariant integers", algorithm 4.
pub(super) struct Divisor {
    divisor: u64,
    /// `(2^128 - 1) / divisor - 2^64`
    reciprocal: u64,
}

impl Divisor {
    pub(super) const fn new(divisor: u64) -> Divisor {
        debug_assert!(divisor >> 63 == 1);
        Divisor { divisor, reciprocal: (u128::MAX / divisor as u128 - (1 << 64)) as u64 }
    }

    /// Quotient and remainder of `high * 2^64 + low`; `high` is less than the divisor.
    #[inline]
    pub(super) fn divide(&self, high: u64, low: u64) -> (u64, u64) {
        let Divisor { divisor, reciprocal } = *self;
        debug_assert!(high < divisor);
        let estimate = (reciprocal as u128 * high as u128).wrapping_add((high as u128) << 64 | low as u128);
        let mut quotient = ((estimate >> 64) as u64).wrapping_add(1);
        let mut rest = low.wrapping_sub(quotient.wrapping_mul(divisor));
        if rest > estimate as u64 {
            quotient = quotient.wrapping_sub(1);
            rest = rest.wrapping_add(divisor);
        }
        if rest >= divisor {
            quotient += 1;
            rest -= divisor;
        }
        (quotient, rest)
    }
}

pub(super) struct Large {
    /// The limbs, lowest first; zero from `length` on.
    limbs: [u64; CAPACITY],
    length: usize,
}

impl Large {
    pub(super) fn new(value: u64) -> Large {
        let mut large = Large { limbs: [0; CAPACITY], length: 0 };
        large.push(value);
        large
    }

    fn push(&mut self, limb: u64) {
        if limb != 0
            && let Some(place) = self.limbs.get_mut(self.length)
        {
            *place = limb;
            self.length += 1;
        }
    }

    /// `self * factor + addend`
    pub(super) fn multiply_add(&mut self, factor: u64, addend: u64) {
        let mut carry = addend;
        for limb in &mut self.limbs[..self.length] {
            let wide = *limb as u128 * factor as u128 + carry as u128;
            (*limb, carry) = (wide as u64, (wide >> 64) as u64);
        }
        self.push(carry);
    }

    /// `self * 5^exponent`
    pub(super) fn multiply_by_power_of_five(&mut self, mut exponent: u32) {
        const STEP: u32 = 27;
        while exponent >= STEP {
            self.multiply_add(5u64.pow(STEP), 0);
            exponent -= STEP;
        }
        self.multiply_add(5u64.pow(exponent), 0);
    }

    /// `self * 2^bits`
    pub(super) fn shift_left(&mut self, bits: usize) {
        let (whole, part) = (bits / 64, bits % 64);
        if part > 0 {
            self.multiply_add(1 << part, 0);
        }
        let length = (self.length + whole).min(CAPACITY);
        if self.length > 0 && whole > 0 {
            self.limbs.copy_within(..length - whole.min(length), whole.min(length));
            self.limbs[..whole.min(length)].fill(0);
            self.length = length;
        }
    }

    /// Divides by `CHUNK` and returns the remainder.
    pub(super) fn divide_by_chunk(&mut self) -> u64 {
        const DIVISOR: Divisor = Divisor::new(CHUNK);
        let mut rest = 0;
        for limb in self.limbs[..self.length].iter_mut().rev() {
            (*limb, rest) = DIVISOR.divide(rest, *limb);
        }
        while self.length > 0 && self.limbs[self.length - 1] == 0 {
            self.length -= 1;
        }
        rest
    }

    pub(super) fn is_zero(&self) -> bool {
        self.length == 0
    }
}

impl PartialEq for Large {
    fn eq(&self, other: &Large) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Large {}

impl PartialOrd for Large {
    fn partial_cmp(&self, other: &Large) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Large {
    fn cmp(&self, other: &Large) -> Ordering {
        let limbs = |of: &Large| of.limbs;
        self.length.cmp(&other.length).then_with(|| limbs(self).iter().rev().cmp(limbs(other).iter().rev()))
    }
}

/// A number below 1 with up to 1,088 bits.
pub(super) struct Fraction {
    /// The limbs, lowest first.
    limbs: [u64; Fraction::CAPACITY],
    /// The limbs below this one are zero.
    lowest: usize,
}

impl Fraction {
    const CAPACITY: usize = 17;

    /// `numerator / 2^bits`, which is less than 1; `bits` is at most 1,074.
    pub(super) fn new(numerator: u64, bits: usize) -> Fraction {
        let mut fraction = Fraction { limbs: [0; Fraction::CAPACITY], lowest: Fraction::CAPACITY };
        // The lowest bit's place, counted from the lowest of all.
        let place = (Fraction::CAPACITY * 64).saturating_sub(bits);
        let wide = (numerator as u128) << (place % 64);
        for (index, limb) in [wide as u64, (wide >> 64) as u64].into_iter().enumerate() {
            if let Some(room) = fraction.limbs.get_mut(place / 64 + index) {
                *room = limb;
            }
        }
        fraction.lowest = place / 64;
        fraction.trim();
        fraction
    }

    fn trim(&mut self) {
        while self.lowest < Fraction::CAPACITY && self.limbs[self.lowest] == 0 {
            self.lowest += 1;
        }
    }

    /// Takes away the next decimal digits, a whole chunk.
    pub(super) fn next_chunk(&mut self) -> u64 {
        let mut carry = 0;
        for limb in &mut self.limbs[self.lowest..] {
            let wide = *limb as u128 * CHUNK as u128 + carry as u128;
            (*limb, carry) = (wide as u64, (wide >> 64) as u64);
        }
        self.trim();
        carry
    }

    pub(super) fn is_zero(&self) -> bool {
        self.lowest == Fraction::CAPACITY
    }
}
