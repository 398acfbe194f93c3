//! C's `printf` conversions of floats, with glibc's digits, for `string.format`.
//!
//! The digits are exactly rounded (ties, which are exact decimal values, go to even as in glibc); this file adds C's
//! choice of notation. One difference is intentional: where `%#.14g` rounds 99999999999999.5 up to the next power of
//! ten, glibc 2.36 prints `1.e+14` and loses the zeros that C requires `#` to keep.

use super::digits::{Digits, write_fixed};
use crate::sink::ByteSink;

/// The largest precision: `string.format` takes at most two digits.
pub const PRECISION_MAX: usize = 99;

/// Writes letters in upper case.
struct Capitals<'a, S>(&'a mut S);

impl<S: ByteSink> ByteSink for Capitals<'_, S> {
    fn put(&mut self, bytes: &[u8]) {
        let mut capitals = [0; 64];
        for part in bytes.chunks(capitals.len()) {
            let capitals = &mut capitals[..part.len()];
            capitals.copy_from_slice(part);
            capitals.make_ascii_uppercase();
            self.0.put(capitals);
        }
    }
}

/// Appends the magnitude of `value` as C's `printf` converts it: `conversion` is one of `e E f F g G a A`, any other is
/// taken as `g`. The default `precision` is 6, and for `a` the shortest that is exact; more than [`PRECISION_MAX`]
/// counts as that. `alternate` is the flag `#`.
///
/// Sign, width and zero padding are up to the caller; C does not pad `inf` and `nan` with zeros.
pub fn format_float(value: f64, conversion: u8, precision: Option<usize>, alternate: bool, out: &mut impl ByteSink) {
    let precision = precision.map(|it| it.min(PRECISION_MAX));
    if conversion.is_ascii_uppercase() {
        write_float(value.abs(), conversion.to_ascii_lowercase(), precision, alternate, &mut Capitals(out));
    } else {
        write_float(value.abs(), conversion, precision, alternate, out);
    }
}

fn write_float(value: f64, conversion: u8, precision: Option<usize>, alternate: bool, out: &mut impl ByteSink) {
    if !value.is_finite() {
        return out.put(if value.is_nan() { b"nan" } else { b"inf" });
    }
    match conversion {
        b'f' => {
            write_fixed(value, precision.unwrap_or(6), out);
            if alternate && precision == Some(0) {
                out.put(b".");
            }
        }
        b'e' => Digits::of(value, precision.unwrap_or(6) + 1).write_scientific(alternate, out),
        b'a' => write_hexadecimal(value, precision, alternate, out),
        _ => write_general(value, precision.unwrap_or(6), alternate, out),
    }
}

/// `%g`: the shorter notation at `precision` significant digits, without trailing zeros. `value` is finite and has no
/// sign.
pub(super) fn write_general(value: f64, precision: usize, alternate: bool, out: &mut impl ByteSink) {
    let precision = precision.max(1);
    let mut digits = Digits::of(value, precision);
    if !alternate {
        digits.strip_zeros();
    }
    if digits.exponent < -4 || digits.exponent >= precision as i32 {
        digits.write_scientific(alternate, out);
    } else {
        digits.write_positional(alternate, out);
    }
}

/// `%a`: glibc writes a denormal with a leading 0 and the smallest exponent, and lets a rounded
/// leading digit become 2.
fn write_hexadecimal(value: f64, precision: Option<usize>, alternate: bool, out: &mut impl ByteSink) {
    const FRACTION_BITS: u32 = 52;
    const FRACTION_DIGITS: usize = 13;
    let bits = value.to_bits();
    let biased = (bits >> FRACTION_BITS) as i32;
    let mut mantissa = bits & ((1 << FRACTION_BITS) - 1);
    let exponent = if biased != 0 {
        mantissa |= 1 << FRACTION_BITS;
        biased - 1023
    } else if mantissa != 0 {
        -1022
    } else {
        0
    };
    if let Some(digits) = precision.filter(|&digits| digits < FRACTION_DIGITS) {
        let lost = FRACTION_BITS - 4 * digits as u32;
        let (kept, rest, half) = (mantissa >> lost, mantissa & ((1 << lost) - 1), 1 << (lost - 1));
        mantissa = (kept + (rest > half || rest == half && kept & 1 == 1) as u64) << lost;
    }
    let mut fraction = [b'0'; PRECISION_MAX];
    for (index, digit) in fraction[..FRACTION_DIGITS].iter_mut().enumerate() {
        *digit = b"0123456789abcdef"[(mantissa >> (FRACTION_BITS as usize - 4 - 4 * index)) as usize & 15];
    }
    let length =
        precision.unwrap_or_else(|| fraction.iter().rposition(|&digit| digit != b'0').map_or(0, |last| last + 1));
    out.put(b"0x");
    out.put(&[b'0' + (mantissa >> FRACTION_BITS) as u8]);
    if length > 0 || alternate {
        out.put(b".");
    }
    out.put(&fraction[..length]);
    out.put(if exponent < 0 { b"p-" } else { b"p+" });
    out.put(super::integer_text(i64::from(exponent.abs())).as_bytes());
}

impl Digits {
    /// `d.ddde+xx`
    fn write_scientific(&self, alternate: bool, out: &mut impl ByteSink) {
        let (first, rest) = self.as_bytes().split_at(1);
        out.put(first);
        if !rest.is_empty() || alternate {
            out.put(b".");
        }
        out.put(rest);
        let magnitude = self.exponent.unsigned_abs();
        out.put(if self.exponent < 0 { b"e-" } else { b"e+" });
        if magnitude < 10 {
            out.put(b"0");
        }
        out.put(super::integer_text(magnitude as i64).as_bytes());
    }

    /// `ddd.ddd`, where the exponent is small enough for it.
    fn write_positional(&self, alternate: bool, out: &mut impl ByteSink) {
        const ZEROS: [u8; PRECISION_MAX] = [b'0'; PRECISION_MAX];
        let digits = self.as_bytes();
        if self.exponent < 0 {
            out.put(b"0.");
            out.put(&ZEROS[..(-1 - self.exponent) as usize]);
            out.put(digits);
            return;
        }
        let whole = self.exponent as usize + 1;
        if digits.len() > whole {
            out.put(&digits[..whole]);
            out.put(b".");
            out.put(&digits[whole..]);
        } else {
            out.put(digits);
            out.put(&ZEROS[..whole - digits.len()]);
            if alternate {
                out.put(b".");
            }
        }
    }
}
