//! The decimal digits of a float, correctly rounded, ties to even.
//!
//! Up to 17 digits come from one multiplication by a 128-bit power of ten, which can tell whether they are certain.
//! Uncertain and longer results are computed exactly, 19 digits at a time.

use super::format::PRECISION_MAX;
use super::large::{CHUNK_DIGITS, Fraction, Large};
use super::text::PAIRS;
use crate::sink::ByteSink;

#[cfg(test)]
mod tests;

/// The most digits that [`scaled`] returns.
const SCALED_DIGITS: usize = 17;

/// `10^(27 * index)`, from index -12 on, rounded down: a significand with its highest bit set, and its power of two.
const POWERS: [(u128, i32); 25] = [
    (0xcf42894a5dce35ea52064cac828675b9, -1204),
    (0xa76c582338ed2621af2af2b80af6f24e, -1114),
    (0x873e4f75e2224e685a7744a6e804a291, -1024),
    (0xda7f5bf590966848af39a475506a899e, -935),
    (0xb080392cc4349decbd8d794d96aacfb3, -845),
    (0x8e938662882af53e547eb47b7282ee9c, -755),
    (0xe65829b3046b0afa0cb4a5a3112a5112, -666),
    (0xba121a4650e4ddeb92f34d62616ce413, -576),
    (0x964e858c91ba26553a6a07f8d510f86f, -486),
    (0xf2d56790ab41c2a2fae27299423fb9c3, -397),
    (0xc428d05aa4751e4caa97e14c3c26b886, -307),
    (0x9e74d1b791e07e48775ea264cf55347d, -217),
    (0x80000000000000000000000000000000, -127),
    (0xcecb8f27f4200f3a0000000000000000, -38),
    (0xa70c3c40a64e6c51999090b65f67d924, 52),
    (0x86f0ac99b4e8dafd69a028bb3ded71a3, 142),
    (0xda01ee641a708de9e80e6f4820cc9495, 231),
    (0xb01ae745b101e9e45ec05dcff72e7f8f, 321),
    (0x8e41ade9fbebc27d14588f13be847307, 411),
    (0xe5d3ef282a242e818f1668c8a86da5fa, 500),
    (0xb9a74a0637ce2ee16d953e2bd7173692, 590),
    (0x95f83d0a1fb69cd94abdaf101564f98e, 680),
    (0xf24a01a73cf2dccfbc633b39673c8cec, 769),
    (0xc3b8358109e84f070a862f80ec4700c8, 859),
    (0x9e19db92b4e31ba96c07a2c26a8346d1, 949),
];

/// The power of ten between two entries of [`POWERS`].
const POWERS_STEP: i32 = 27;

/// A finite float without its sign, as `significand * 2^exponent`.
#[derive(Clone, Copy)]
pub(super) struct Binary {
    pub(super) significand: u64,
    pub(super) exponent: i32,
}

impl Binary {
    #[inline]
    pub(super) fn of(value: f64) -> Binary {
        let bits = value.to_bits();
        let (biased, fraction) = ((bits >> 52) as i32 & 0x7ff, bits & ((1 << 52) - 1));
        match biased {
            0 => Binary { significand: fraction, exponent: -1074 },
            _ => Binary { significand: fraction | 1 << 52, exponent: biased - 1075 },
        }
    }

    /// The power of ten of the first digit, or one less.
    fn decimal_exponent(self) -> i32 {
        let highest = self.exponent + 63 - self.significand.leading_zeros() as i32;
        // 78913 / 2^18 is just below the logarithm of 2.
        (highest * 78913) >> 18
    }
}

/// `value * 10^power`, rounded to an integer; `None` if that has more than [`SCALED_DIGITS`] digits, or if the rounding
/// is uncertain.
fn scaled(value: Binary, power: i32) -> Option<u64> {
    let step = power.div_euclid(POWERS_STEP);
    let &(significand, exponent) = POWERS.get(usize::try_from(step + POWERS.len() as i32 / 2).ok()?)?;
    let small = 5u64.pow(power.rem_euclid(POWERS_STEP) as u32);
    let shift = small.leading_zeros();
    // The power of ten is `ten * 2^ten_exponent`, and `ten` less than 3 too small.
    let mut ten = multiply_high(significand, small << shift);
    let mut ten_exponent = exponent + power.rem_euclid(POWERS_STEP) - shift as i32 + 64;
    if ten >> 127 == 0 {
        ten <<= 1;
        ten_exponent -= 1;
    }
    let shift = value.significand.leading_zeros();
    let product = multiply_high(ten, value.significand << shift);
    let lost = -(value.exponent - shift as i32 + ten_exponent + 64);
    // Above, there are too many digits; below, the value is far less than a half.
    if !(66..=126).contains(&lost) {
        return (lost > 130).then_some(0);
    }
    const UNSURE: u128 = 8;
    let (whole, rest, half) = ((product >> lost) as u64, product & ((1 << lost) - 1), 1u128 << (lost - 1));
    if rest + UNSURE < half {
        Some(whole)
    } else if rest > half {
        Some(whole + 1)
    } else {
        None
    }
}

/// `(left * right) >> 64`
fn multiply_high(left: u128, right: u64) -> u128 {
    let low = (left as u64 as u128 * right as u128) >> 64;
    (left >> 64) * right as u128 + low
}

/// The significant decimal digits of a float, correctly rounded, and where its point is.
pub(super) struct Digits {
    text: [u8; PRECISION_MAX + 1],
    length: usize,
    /// The power of ten of the first digit.
    pub(super) exponent: i32,
}

impl Digits {
    /// The first `count` digits of `value`, which is finite and has no sign; `count` is from 1 to `PRECISION_MAX + 1`.
    pub(super) fn of(value: f64, count: usize) -> Digits {
        let count = count.clamp(1, PRECISION_MAX + 1);
        let mut digits = Digits { text: [b'0'; PRECISION_MAX + 1], length: count, exponent: 0 };
        if value == 0.0 {
            return digits;
        }
        let value = Binary::of(value);
        if count > SCALED_DIGITS || !digits.scale(value, count as i32) {
            digits.exponent = Exact::of(value).significant(&mut digits.text[..count]);
        }
        digits
    }

    /// Fills in `count` digits; false if they are uncertain.
    fn scale(&mut self, value: Binary, count: i32) -> bool {
        let limit = 10u64.pow(count as u32);
        let mut exponent = value.decimal_exponent();
        let mut found = scaled(value, count - 1 - exponent);
        if found.is_some_and(|found| found >= limit) {
            exponent += 1;
            found = scaled(value, count - 1 - exponent);
        }
        let Some(found) = found.filter(|found| *found < limit) else { return false };
        self.exponent = exponent;
        write_decimal(found, &mut self.text[..count as usize]);
        true
    }

    /// Drops trailing zeros, but keeps the first digit.
    pub(super) fn strip_zeros(&mut self) {
        while self.length > 1 && self.text[self.length - 1] == b'0' {
            self.length -= 1;
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.text[..self.length]
    }
}

/// Writes a number with leading zeros, filling all of `room`.
pub(super) fn write_decimal(mut value: u64, room: &mut [u8]) {
    let mut pairs = room.rchunks_exact_mut(2);
    for pair in &mut pairs {
        pair.copy_from_slice(&PAIRS[(value % 100) as usize]);
        value /= 100;
    }
    if let [place] = pairs.into_remainder() {
        *place = b'0' + (value % 10) as u8;
    }
}

/// Appends `value`, which is finite and has no sign, with `precision` digits after the point.
pub(super) fn write_fixed(value: f64, precision: usize, out: &mut impl ByteSink) {
    let precision = precision.min(PRECISION_MAX);
    if value == 0.0 {
        return put_fixed(&[b'0'; PRECISION_MAX + 1][..precision + 1], 1, out);
    }
    let value = Binary::of(value);
    if precision <= SCALED_DIGITS
        && let Some(number) = scaled(value, precision as i32)
    {
        let mut text = [0; SCALED_DIGITS + 21];
        write_decimal(number, &mut text);
        return put_fixed(&text, text.len() - precision, out);
    }
    let mut text = [b'0'; Exact::TEXT];
    let (point, end) = Exact::of(value).fixed(precision, &mut text);
    put_fixed(&text[..end], point, out);
}

/// Appends digits with the point before digit number `point`, without unneeded leading zeros.
fn put_fixed(digits: &[u8], point: usize, out: &mut impl ByteSink) {
    let (whole, fraction) = digits.split_at(point);
    let first = whole.iter().position(|digit| *digit != b'0').unwrap_or(point - 1);
    out.put(&whole[first..]);
    if !fraction.is_empty() {
        out.put(b".");
        out.put(fraction);
    }
}

/// All digits of a float, a chunk at a time.
struct Exact {
    /// The remaining chunks before the point, lowest first.
    whole: [u64; 17],
    whole_count: usize,
    fraction: Fraction,
}

impl Exact {
    /// Room for all digits before the point, the most after it, a digit for a carry, and one more chunk.
    const TEXT: usize = 309 + PRECISION_MAX + 2 + 2 * CHUNK_DIGITS;

    fn of(value: Binary) -> Exact {
        let Binary { significand, exponent } = value;
        let mut exact = Exact { whole: [0; 17], whole_count: 0, fraction: Fraction::new(0, 0) };
        let mut whole = if exponent >= 0 {
            let mut whole = Large::new(significand);
            whole.shift_left(exponent as usize);
            whole
        } else {
            let bits = exponent.unsigned_abs();
            let (high, low) = match significand.checked_shr(bits) {
                Some(high) => (high, significand & ((1 << bits) - 1)),
                None => (0, significand),
            };
            exact.fraction = Fraction::new(low, bits as usize);
            Large::new(high)
        };
        while !whole.is_zero() && exact.whole_count < exact.whole.len() {
            exact.whole[exact.whole_count] = whole.divide_by_chunk();
            exact.whole_count += 1;
        }
        exact
    }

    fn next_chunk(&mut self) -> u64 {
        match self.whole_count.checked_sub(1) {
            Some(last) => {
                self.whole_count = last;
                self.whole[last]
            }
            None => self.fraction.next_chunk(),
        }
    }

    fn is_zero(&self) -> bool {
        self.fraction.is_zero() && self.whole[..self.whole_count].iter().all(|chunk| *chunk == 0)
    }

    /// Writes all digits before the point and `precision` after it; returns where the point and the end are.
    fn fixed(mut self, precision: usize, text: &mut [u8; Exact::TEXT]) -> (usize, usize) {
        // The first digit is for a carry.
        let point = 1 + self.whole_count * CHUNK_DIGITS;
        let end = point + precision;
        let mut at = 1;
        while at <= end {
            write_decimal(self.next_chunk(), &mut text[at..at + CHUNK_DIGITS]);
            at += CHUNK_DIGITS;
        }
        round(&mut text[..at], end, !self.is_zero());
        (point, end)
    }

    /// Fills `room` with the first significant digits; returns the power of ten of the first.
    fn significant(mut self, room: &mut [u8]) -> i32 {
        let mut power = (self.whole_count * CHUNK_DIGITS) as i32;
        let mut chunk = self.next_chunk();
        while chunk == 0 && !self.is_zero() {
            power -= CHUNK_DIGITS as i32;
            chunk = self.next_chunk();
        }
        // A digit for a carry, the digits, and a chunk before and after them.
        let mut text = [b'0'; PRECISION_MAX + 2 + 2 * CHUNK_DIGITS];
        write_decimal(chunk, &mut text[1..1 + CHUNK_DIGITS]);
        let mut at = 1 + CHUNK_DIGITS;
        let first = text.iter().position(|digit| *digit != b'0').unwrap_or(1);
        while at <= first + room.len() {
            write_decimal(self.next_chunk(), &mut text[at..at + CHUNK_DIGITS]);
            at += CHUNK_DIGITS;
        }
        round(&mut text[..at], first + room.len(), !self.is_zero());
        // After a carry, all digits but the first are zero.
        let start = if text[first - 1] != b'0' { first - 1 } else { first };
        room.copy_from_slice(&text[start..start + room.len()]);
        power - start as i32
    }
}

/// Rounds to the digits before `end`; `more` says that something follows the text. The first digit is 0.
fn round(text: &mut [u8], end: usize, more: bool) {
    let (kept, rest) = text.split_at_mut(end);
    let is_odd = kept.last().is_some_and(|digit| digit % 2 == 1);
    let is_up = match rest {
        [b'5', rest @ ..] => more || rest.iter().any(|digit| *digit != b'0') || is_odd,
        [first, ..] => *first > b'5',
        [] => false,
    };
    if is_up {
        for digit in kept.iter_mut().rev() {
            if *digit != b'9' {
                *digit += 1;
                break;
            }
            *digit = b'0';
        }
    }
}
