//! UTF-8 as Lua has it: up to six bytes, for code points up to 2³¹ - 1.
//!
//! The lexer's `\u{...}` and the `utf8` library share this. *Strict* decoding accepts only what
//! Unicode does; the `lax` arguments of the library turn that off. Positions are offsets from 0.

#[cfg(test)]
mod tests;

/// The largest code point that can be encoded.
pub(crate) const CODE_MAX: u32 = 0x7FFF_FFFF;

/// The pattern that matches one encoded character, `utf8.charpattern`.
pub(crate) const CHARACTER_PATTERN: &[u8] = b"[\0-\x7F\xC2-\xFD][\x80-\xBF]*";

/// The text of errors about bytes that are not UTF-8.
pub(crate) const INVALID_CODE: &str = "invalid UTF-8 code";

/// The bytes of one encoded code point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Encoded {
    bytes: [u8; 6],
    length: usize,
}

impl Encoded {
    /// The bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// Encodes a code point. Values above [`CODE_MAX`] are refused.
pub(crate) fn encode(code: u32) -> Option<Encoded> {
    let length = match code {
        0..0x80 => return Some(Encoded { bytes: [code as u8, 0, 0, 0, 0, 0], length: 1 }),
        0x80..0x800 => 2,
        0x800..0x1_0000 => 3,
        0x1_0000..0x20_0000 => 4,
        0x20_0000..0x400_0000 => 5,
        0x400_0000..=CODE_MAX => 6,
        _ => return None,
    };
    let mut bytes = [0; 6];
    let mut rest = code;
    for byte in bytes[1..length].iter_mut().rev() {
        *byte = 0x80 | (rest & 0x3F) as u8;
        rest >>= 6;
    }
    // As many ones as there are bytes, a zero, and the rest of the code.
    bytes[0] = !(0xFF >> length) | rest as u8;
    Some(Encoded { bytes, length })
}

/// Decodes the code point at the beginning of `bytes`; also returns the number of bytes it takes. Overlong forms are
/// refused; with `strict`, so are surrogates and codes above 10FFFF.
pub(crate) fn decode(bytes: &[u8], strict: bool) -> Option<(u32, usize)> {
    /// The smallest code that needs a number of continuation bytes. No code needs zero of them here, so that a byte
    /// which begins with a continuation byte is refused as too small.
    const SMALLEST: [u32; 6] = [u32::MAX, 0x80, 0x800, 0x1_0000, 0x20_0000, 0x400_0000];
    let &first = bytes.first()?;
    if first < 0x80 {
        return Some((u32::from(first), 1));
    }
    let length = first.leading_ones() as usize;
    if length > 6 {
        return None;
    }
    let mut code = u32::from(first) & (0x7F >> length);
    for &byte in bytes.get(1..length)? {
        if !is_continuation(byte) {
            return None;
        }
        code = code << 6 | u32::from(byte & 0x3F);
    }
    let is_refused =
        code < SMALLEST[length - 1] || strict && (code > u32::from(char::MAX) || (0xD800..=0xDFFF).contains(&code));
    (!is_refused).then_some((code, length))
}

/// Whether a byte continues a character that began before it.
#[inline]
pub(crate) fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// Whether the byte at `position` continues a character; the end of the string does not.
#[inline]
pub(crate) fn is_continuation_at(bytes: &[u8], position: usize) -> bool {
    bytes.get(position).is_some_and(|&byte| is_continuation(byte))
}

/// Counts the characters that begin from `begin` up to, but not at, `end`. Also returns the offset after the last of
/// them, from which counting can continue, so that a long string can be counted in parts.
///
/// # Errors
/// The offset of a character that is not valid.
pub(crate) fn count(bytes: &[u8], begin: usize, end: usize, strict: bool) -> Result<(usize, usize), usize> {
    let mut position = begin;
    let mut count = 0;
    while position < end.min(bytes.len()) {
        let (_, length) = bytes.get(position..).and_then(|rest| decode(rest, strict)).ok_or(position)?;
        position += length;
        count += 1;
    }
    Ok((count, position))
}

/// A walk over characters, for `utf8.offset`: to the `n`-th character from a position.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Walk {
    position: usize,
    /// Characters still to go; negative numbers go back.
    left: i64,
}

impl Walk {
    /// The walk of `utf8.offset(s, n, i)` from the offset `position`, which is at most the string's length. `n = 1` is
    /// the character at the position itself, `n = 0` the one to which the byte there belongs, `n = -1` the one before
    /// it. Unless `n` is 0, the byte at the position must not be a continuation byte ("initial position is a
    /// continuation byte").
    pub(crate) fn new(bytes: &[u8], position: usize, n: i64) -> Walk {
        let left = match n {
            0 if position > 0 && is_continuation_at(bytes, position) => -1,
            1.. => n - 1,
            _ => n,
        };
        Walk { position, left }
    }

    /// Continues for about `*fuel` units, one per 16 bytes, and subtracts what it used. `None` while there is some way
    /// to go; then the offset of the character, if there is one.
    pub(crate) fn run(&mut self, bytes: &[u8], fuel: &mut i64) -> Option<Option<usize>> {
        while *fuel > 0 {
            // Enough that checking the fuel is cheap.
            for _ in 0..256 {
                if self.left == 0 {
                    return Some(Some(self.position));
                } else if self.left > 0 {
                    if self.position >= bytes.len() {
                        return Some(None);
                    }
                    self.position += 1;
                    self.left -= i64::from(!is_continuation_at(bytes, self.position));
                } else {
                    if self.position == 0 {
                        return Some(None);
                    }
                    self.position -= 1;
                    // The beginning counts as a character, valid or not.
                    self.left += i64::from(self.position == 0 || !is_continuation_at(bytes, self.position));
                }
            }
            *fuel -= 256 / 16;
        }
        None
    }
}
