//! The text that `tostring`, `..` and `print` give a number, without allocation.

use super::format::write_general;
use crate::sink::ByteSink;
use std::fmt;

/// Room for the longest text of a number, which has 21 bytes: `-1.2345678901234e-308`.
const CAPACITY: usize = 30;

/// The text of a number, held in place.
#[derive(Clone, Copy)]
pub struct NumberText {
    bytes: [u8; CAPACITY],
    start: u8,
    end: u8,
}

impl NumberText {
    const EMPTY: NumberText = NumberText { bytes: [0; CAPACITY], start: 0, end: 0 };

    /// The text.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[self.start as usize..self.end as usize]
    }

    /// The text, which is plain ASCII.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl ByteSink for NumberText {
    fn put(&mut self, bytes: &[u8]) {
        let start = self.end as usize;
        if let Some(room) = self.bytes.get_mut(start..start + bytes.len()) {
            room.copy_from_slice(bytes);
            self.end += bytes.len() as u8;
        } else {
            debug_assert!(false, "no number has a text that long");
        }
    }
}

impl fmt::Display for NumberText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for NumberText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// "00", "01", ... "99".
pub(super) static PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut index = 0;
    while index < 100 {
        pairs[index] = [b'0' + (index / 10) as u8, b'0' + (index % 10) as u8];
        index += 1;
    }
    pairs
};

/// An integer in decimal.
#[inline]
pub fn integer_text(value: i64) -> NumberText {
    let mut text = NumberText { start: CAPACITY as u8, end: CAPACITY as u8, ..NumberText::EMPTY };
    prepend_integer(&mut text, value.unsigned_abs());
    if value < 0 {
        prepend(&mut text, b'-');
    }
    text
}

#[inline]
fn prepend(text: &mut NumberText, byte: u8) {
    text.start -= 1;
    text.bytes[text.start as usize] = byte;
}

/// Prepends the digits of `rest` to the text, two at a time.
#[inline]
fn prepend_integer(text: &mut NumberText, mut rest: u64) {
    let mut at = text.start as usize;
    while rest >= 100 {
        at -= 2;
        text.bytes[at..at + 2].copy_from_slice(&PAIRS[(rest % 100) as usize]);
        rest /= 100;
    }
    if rest >= 10 {
        at -= 2;
        text.bytes[at..at + 2].copy_from_slice(&PAIRS[rest as usize]);
    } else {
        at -= 1;
        text.bytes[at] = b'0' + rest as u8;
    }
    text.start = at as u8;
}

/// A float as by C's `%.14g`, with `.0` added to what would look like an integer; `inf`, `-inf`, `nan` and `-nan` by
/// the sign bit. (On x86-64 the NaN of `0/0` has it set and prints `-nan`.)
pub fn float_text(value: f64) -> NumberText {
    // The common case needs no conversion: integral values that %.14g writes out in full.
    if value.abs() < 1e14 && value as i64 as f64 == value {
        let mut text = NumberText { start: CAPACITY as u8, end: CAPACITY as u8, ..NumberText::EMPTY };
        prepend(&mut text, b'0');
        prepend(&mut text, b'.');
        prepend_integer(&mut text, (value as i64).unsigned_abs());
        if value.is_sign_negative() {
            prepend(&mut text, b'-');
        }
        return text;
    }
    let mut text = NumberText::EMPTY;
    if value.is_sign_negative() {
        text.put(b"-");
    }
    if value.is_finite() {
        write_general(value.abs(), 14, false, &mut text);
        if text.as_bytes().iter().all(|byte| byte.is_ascii_digit() || *byte == b'-') {
            text.put(b".0");
        }
    } else {
        text.put(if value.is_nan() { b"nan" } else { b"inf" });
    }
    text
}
