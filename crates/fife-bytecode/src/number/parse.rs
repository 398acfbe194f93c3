//! Converts text to numbers for `tonumber`, string coercion and the lexer.
//!
//! The grammar is what PUC-Rio's `luaO_str2num` accepts on top of C's `strtod` (`lobject.c`), without its `inf` and
//! `nan`. Time is linear in the length of the text. Rounding is exact however long the mantissa: of digits too far back
//! to matter, only whether one was not zero is kept.

use super::Number;
use super::digits::{Binary, write_decimal};
use super::large::{CHUNK_DIGITS, Large};
use std::cmp::Ordering;

/// The number that the whole of `text` spells: white space around it, a sign, decimal or hexadecimal digits with a
/// fraction and an exponent. Decimal integers out of range become floats, hexadecimal ones wrap around. `None` if it is
/// not a numeral.
pub fn parse(text: &[u8]) -> Option<Number> {
    let text = trim(text);
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    match digits {
        [b'0', b'x' | b'X', digits @ ..] => hexadecimal(negative, digits),
        digits => decimal(negative, digits),
    }
}

/// The fuel for reading a text of this length as a number: 1 for every 8 bytes, and 8 more from 20 bytes on, where
/// there may be more digits than can be decided at once.
pub const fn numeral_cost(length: usize) -> usize {
    length / 8 + if length >= 20 { 8 } else { 0 }
}

/// `text` without the white space, by C's `isspace`, at both ends.
fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t'..=b'\r', rest @ ..] = text {
        text = rest;
    }
    while let [rest @ .., b' ' | b'\t'..=b'\r'] = text {
        text = rest;
    }
    text
}

fn decimal(negative: bool, text: &[u8]) -> Option<Number> {
    decimal_integer(negative, text).map(Number::Integer).or_else(|| {
        let value = Numeral::split(text, false)?.decimal_value(text)?;
        Some(Number::Float(if negative { -value } else { value }))
    })
}

/// The integer that `text` spells, if it is all digits and in range.
fn decimal_integer(negative: bool, text: &[u8]) -> Option<i64> {
    if text.is_empty() {
        return None;
    }
    let mut magnitude = 0u64;
    for &byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        magnitude = magnitude.checked_mul(10)?.checked_add(digit as u64)?;
    }
    if negative {
        (magnitude <= 1 << 63).then_some((magnitude as i64).wrapping_neg())
    } else {
        i64::try_from(magnitude).ok()
    }
}

fn hexadecimal(negative: bool, text: &[u8]) -> Option<Number> {
    if !text.is_empty() && text.iter().all(u8::is_ascii_hexdigit) {
        let magnitude = text.iter().fold(0u64, |sum, &byte| sum << 4 | hex_digit(byte));
        let value = if negative { magnitude.wrapping_neg() } else { magnitude };
        return Some(Number::Integer(value as i64));
    }
    let value = Numeral::split(text, true)?.hexadecimal_value();
    Some(Number::Float(if negative { -value } else { value }))
}

/// The value of a known hexadecimal digit.
fn hex_digit(byte: u8) -> u64 {
    (byte as char).to_digit(16).unwrap_or(0) as u64
}

/// The parts of a float's text: `whole.fraction`, times the base (or two) to the `exponent`.
struct Numeral<'a> {
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: i64,
}

/// Exponents stop growing here. This is larger than any text is long, so that a clamped exponent is out of range
/// whatever the digits are, and small enough for sums with lengths not to overflow.
const EXPONENT_MAX: i64 = 1 << 60;

impl<'a> Numeral<'a> {
    /// Splits `text` into its parts; `None` if it is not a numeral.
    fn split(text: &'a [u8], hexadecimal: bool) -> Option<Numeral<'a>> {
        let is_digit = if hexadecimal { u8::is_ascii_hexdigit } else { u8::is_ascii_digit };
        let digits_end = |text: &[u8]| text.iter().position(|byte| !is_digit(byte)).unwrap_or(text.len());
        let (whole, rest) = text.split_at(digits_end(text));
        let (fraction, rest) = match rest {
            [b'.', rest @ ..] => rest.split_at(digits_end(rest)),
            rest => (&rest[..0], rest),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let exponent = match (hexadecimal, rest) {
            (_, []) => 0,
            (false, [b'e' | b'E', exponent @ ..]) | (true, [b'p' | b'P', exponent @ ..]) => parse_exponent(exponent)?,
            _ => return None,
        };
        Some(Numeral { whole, fraction, exponent })
    }

    /// The value of this decimal numeral, which is the whole of `text`.
    fn decimal_value(&self, text: &[u8]) -> Option<f64> {
        // Rust's own conversion is exact. But it is slow if more digits than fit into a word decide, and it stops
        // reading an exponent at five or six digits, so it goes wrong where as many zeros in the mantissa make up for
        // that.
        const SHORT: usize = 64;
        let digits = self.whole.iter().chain(self.fraction).skip_while(|digit| **digit == b'0');
        if text.len() <= SHORT && digits.clone().count() <= CHUNK_DIGITS {
            return std::str::from_utf8(text).ok()?.parse().ok();
        }
        let mut exponent = self.exponent.saturating_sub(self.fraction.len() as i64);

        // No value halfway between two floats has more than 767 significant digits; of the rest, only its presence
        // matters.
        const DIGITS: usize = 800;
        let (mut leading, mut count) = (0u64, 0);
        for &digit in digits.clone() {
            if count < CHUNK_DIGITS {
                leading = leading * 10 + u64::from(digit - b'0');
            }
            count += 1;
        }
        if count <= CHUNK_DIGITS {
            return Some(short_decimal(leading, exponent));
        }
        // Known only by its first digits, the value is between these.
        let dropped = exponent.saturating_add((count - CHUNK_DIGITS) as i64);
        let (low, high) = (short_decimal(leading, dropped), short_decimal(leading + 1, dropped));
        if low == high {
            return Some(low);
        }
        let mut mantissa = Large::new(0);
        let (mut chunk, mut factor) = (0u64, 1u64);
        for (index, &digit) in digits.clone().take(DIGITS).enumerate() {
            chunk = chunk * 10 + u64::from(digit - b'0');
            factor *= 10;
            if index % CHUNK_DIGITS == CHUNK_DIGITS - 1 {
                mantissa.multiply_add(factor, chunk);
                (chunk, factor) = (0, 1);
            }
        }
        mantissa.multiply_add(factor, chunk);
        let more = digits.skip(DIGITS).any(|digit| *digit != b'0');
        exponent += count.saturating_sub(DIGITS) as i64;
        Some(match compare_with_middle(mantissa, exponent, low) {
            Ordering::Equal if !more => {
                if low.to_bits() & 1 == 0 {
                    low
                } else {
                    high
                }
            }
            Ordering::Less => low,
            _ => high,
        })
    }

    /// The value of this hexadecimal numeral.
    fn hexadecimal_value(&self) -> f64 {
        let mut mantissa = 0u64;
        let mut dropped = false;
        let mut exponent = self.exponent.saturating_sub(4 * self.fraction.len() as i64);
        for &byte in self.whole.iter().chain(self.fraction) {
            if mantissa >> 60 == 0 {
                mantissa = mantissa << 4 | hex_digit(byte);
            } else {
                exponent += 4;
                dropped |= byte != b'0';
            }
        }
        scale(mantissa, dropped, exponent)
    }
}

/// `mantissa * 10^exponent`, rounded.
fn short_decimal(mantissa: u64, exponent: i64) -> f64 {
    let exponent = super::integer_text(exponent.clamp(-9999, 9999));
    let mut text = [b'0'; 32];
    write_decimal(mantissa, &mut text[..20]);
    text[20] = b'e';
    let end = 21 + exponent.as_bytes().len();
    text[21..end].copy_from_slice(exponent.as_bytes());
    let first = text[..19].iter().position(|digit| *digit != b'0').unwrap_or(19);
    str::from_utf8(&text[first..end]).ok().and_then(|text| text.parse().ok()).unwrap_or(0.0)
}

/// Compares `mantissa * 10^exponent` with the number halfway from the float `low` to the next one above it. They are
/// close: both have the magnitude of a float.
fn compare_with_middle(mut mantissa: Large, exponent: i64, low: f64) -> Ordering {
    let low = Binary::of(low);
    // The middle is `middle * 2^power`.
    let mut middle = Large::new(2 * low.significand + 1);
    let power = i64::from(low.exponent) - 1;
    let fives = exponent.unsigned_abs() as u32;
    if exponent >= 0 {
        mantissa.multiply_by_power_of_five(fives)
    } else {
        middle.multiply_by_power_of_five(fives)
    }
    let shift = (exponent - power).unsigned_abs() as usize;
    if exponent >= power {
        mantissa.shift_left(shift)
    } else {
        middle.shift_left(shift)
    }
    mantissa.cmp(&middle)
}

/// The digits of an exponent with its sign, kept within `EXPONENT_MAX`.
fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let magnitude = digits
        .iter()
        .fold(0i64, |sum, &byte| sum.saturating_mul(10).saturating_add((byte - b'0') as i64).min(EXPONENT_MAX));
    Some(if negative { -magnitude } else { magnitude })
}

/// `mantissa * 2^exponent`, rounded to the nearest float, ties to even; `more` says that the true
/// mantissa is larger by less than one.
fn scale(mantissa: u64, more: bool, exponent: i64) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let shift = mantissa.leading_zeros();
    let mantissa = mantissa << shift;
    // The value is mantissa * 2^(top - 63), with the highest bit of the mantissa set.
    let top = exponent.saturating_sub(shift as i64).saturating_add(63);
    if top > 1023 {
        return f64::INFINITY;
    }
    // A normal float keeps 53 bits, a denormal one fewer, down to none.
    let missing = (-1022i64).saturating_sub(top).max(0);
    if missing > 53 {
        return 0.0;
    }
    let lost = 64 - 53 + missing as u32 + 1;
    let wide = (mantissa as u128) << 1 | more as u128;
    let kept = (wide >> lost) as u64;
    let rest = wide & ((1 << lost) - 1);
    let half = 1u128 << (lost - 1);
    let rounded = kept + (rest > half || rest == half && kept & 1 == 1) as u64;
    // Adding lets a carry out of the mantissa go on into the exponent, where it belongs.
    let biased = if missing == 0 { (top + 1022) as u64 } else { 0 };
    f64::from_bits((biased << 52) + rounded)
}
