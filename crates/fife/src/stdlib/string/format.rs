//! The conversions of `string.format`: reads a specification and renders its argument.
//!
//! PUC-Rio Lua checks a specification by its own rules and then passes it to C's `printf`. Here both are done on plain
//! data, with the results of glibc's `printf` in the C locale. The caller chooses the argument of a conversion, and
//! renders values that are not plain for `%s` and `%q`.

#[cfg(test)]
mod tests;

use crate::object::Bytes;
use fife_bytecode::ByteSink;
use fife_bytecode::number::{format_float, integer_text};
use std::ops::Deref;

/// The output of rendering: bytes appended to others, with room for them.
pub(crate) trait Output: ByteSink + Deref<Target = [u8]> {
    /// Removes everything after the first `length` bytes.
    fn truncate(&mut self, length: usize);

    /// Appends `count` copies of a byte.
    fn fill(&mut self, count: usize, byte: u8);
}

impl Output for Bytes<'_> {
    fn truncate(&mut self, length: usize) {
        Bytes::truncate(self, length);
    }
    fn fill(&mut self, count: usize, byte: u8) {
        self.resize(self.len() + count, byte);
    }
}

/// The most bytes of a specification, from `%` on, before it is "too long".
const SPEC_LENGTH_MAX: usize = 22;

/// The longest rendering of a number, that of `%.99f` of the largest float, with some to spare.
pub(crate) const NUMBER_LENGTH_MAX: usize = 420;

/// Integral floats with at most this many digits, and so less than this, are written like integers.
const SHORT_DIGITS: usize = 6;
const SHORT_LIMIT: f64 = 1e6;

/// What a conversion renders.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Conversion {
    /// `c`: the byte with this code.
    Character,
    /// `d`, `i`, `u`, `o`, `x`, `X`: an integer.
    Integer,
    /// `a`, `A`, `e`, `E`, `f`, `g`, `G`: a float.
    Float,
    /// `p`: an address, or `(null)`.
    Pointer,
    /// `q`: a literal that Lua reads back.
    Quoted,
    /// `s`: a string.
    String,
}

/// A conversion specification, such as `%-8.3f`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Spec {
    pub(crate) conversion: Conversion,
    /// The letter of the conversion.
    letter: u8,
    /// `-`: aligned to the left.
    is_left: bool,
    /// `+`: a sign before numbers that are not negative, too.
    has_plus: bool,
    /// ` `: a space in place of the plus sign of `+`.
    has_space: bool,
    /// `#`: the alternate form.
    is_alternate: bool,
    /// `0`: zeros instead of spaces.
    has_zeros: bool,
    width: usize,
    precision: Option<usize>,
    /// Whether the conversion allows these flags, this width and this precision.
    is_valid: bool,
    /// The length in the format, in bytes, from `%` on.
    pub(crate) length: usize,
}

impl Spec {
    /// Whether it is just `%` and a letter.
    pub(crate) fn is_plain(&self) -> bool {
        self.length == 2
    }

    /// The additional fuel for the digits of a float, if there are more than can be made at once.
    pub(crate) fn digits_cost(&self, value: f64) -> usize {
        let is_long = matches!(self.letter, b'f' | b'F') && value.abs() >= 1e15;
        if is_long || self.precision.is_some_and(|precision| precision > 16) { 12 } else { 0 }
    }

    /// Refuses flags, a width or a precision that the conversion does not allow. `format` is the format it was read
    /// from. Most conversions check their argument first.
    pub(crate) fn check(&self, format: &[u8]) -> Result<(), FormatError> {
        if self.is_valid { Ok(()) } else { Err(FormatError::InvalidSpecification(quoted(format, self.length))) }
    }

    /// Whether it is checked before its argument, as in PUC-Rio Lua for these letters.
    pub(crate) fn is_checked_first(&self) -> bool {
        matches!(self.letter, b'c' | b'a' | b'A')
    }
}

/// The specification as messages quote it: C's string ends at the format's end, and its `%s` at a zero byte.
fn quoted(format: &[u8], length: usize) -> Vec<u8> {
    format.iter().take(length).copied().take_while(|&byte| byte != 0).collect()
}

/// Why a specification is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum FormatError {
    TooLong,
    /// No such conversion; holds the specification.
    InvalidConversion(Vec<u8>),
    /// The conversion does not allow these flags, this width or this precision; holds the specification.
    InvalidSpecification(Vec<u8>),
    ModifiedQuote,
}

impl FormatError {
    /// PUC-Rio's message, which quotes the format and so need not be text.
    pub(crate) fn message(&self) -> Vec<u8> {
        match self {
            FormatError::TooLong => b"invalid format (too long)".to_vec(),
            FormatError::InvalidConversion(spec) => [b"invalid conversion '", &spec[..], b"' to 'format'"].concat(),
            FormatError::InvalidSpecification(spec) => {
                [b"invalid conversion specification: '", &spec[..], b"'"].concat()
            }
            FormatError::ModifiedQuote => b"specifier '%q' cannot have modifiers".to_vec(),
        }
    }
}

/// Reads the specification at the beginning of `format`, which is a `%` without another `%` after it. Each conversion
/// allows only some flags, and at most two digits of width and of precision: `Spec::check` says whether these are
/// allowed.
pub(crate) fn parse_spec(format: &[u8]) -> Result<Spec, FormatError> {
    let rest = format.get(1..).unwrap_or_default();
    let is_modifier = |byte: &&u8| matches!(**byte, b'-' | b'+' | b'#' | b' ' | b'.' | b'0'..=b'9');
    let modifier_count = rest.iter().take_while(is_modifier).count();
    let length = modifier_count + 2;
    if length > SPEC_LENGTH_MAX {
        return Err(FormatError::TooLong);
    }
    let letter = rest.get(modifier_count).copied().filter(|&letter| letter != 0);
    let (conversion, flags, takes_precision): (Conversion, &[u8], bool) = match letter {
        Some(b'c') => (Conversion::Character, b"-", false),
        Some(b'd' | b'i') => (Conversion::Integer, b"-+0 ", true),
        Some(b'u') => (Conversion::Integer, b"-0", true),
        Some(b'o' | b'x' | b'X') => (Conversion::Integer, b"-#0", true),
        Some(b'a' | b'A' | b'e' | b'E' | b'f' | b'g' | b'G') => (Conversion::Float, b"-+#0 ", true),
        Some(b'p') => (Conversion::Pointer, b"-", false),
        Some(b'q') if modifier_count > 0 => return Err(FormatError::ModifiedQuote),
        Some(b'q') => (Conversion::Quoted, b"", false),
        Some(b's') => (Conversion::String, b"-", true),
        _ => return Err(FormatError::InvalidConversion(quoted(format, length))),
    };
    let modifiers = &rest[..modifier_count];
    let flag_count = modifiers.iter().take_while(|flag| flags.contains(flag)).count();
    let (flags, mut modifiers) = modifiers.split_at(flag_count);
    let mut width = None;
    let mut precision = None;
    // A width cannot begin with 0.
    if modifiers.first() != Some(&b'0') {
        width = take_number(&mut modifiers);
        if takes_precision && let Some(after) = modifiers.strip_prefix(b".") {
            modifiers = after;
            precision = Some(take_number(&mut modifiers).unwrap_or(0));
        }
    }
    Ok(Spec {
        conversion,
        letter: letter.unwrap_or(0),
        is_left: flags.contains(&b'-'),
        has_plus: flags.contains(&b'+'),
        has_space: flags.contains(&b' '),
        is_alternate: flags.contains(&b'#'),
        has_zeros: flags.contains(&b'0'),
        width: width.unwrap_or(0),
        precision,
        is_valid: modifiers.is_empty(),
        length,
    })
}

/// Takes a number of at most two digits from the beginning of `text`.
fn take_number(text: &mut &[u8]) -> Option<usize> {
    let mut number = None;
    for _ in 0..2 {
        let Some((&digit @ b'0'..=b'9', rest)) = text.split_first() else { break };
        number = Some(number.unwrap_or(0) * 10 + usize::from(digit - b'0'));
        *text = rest;
    }
    number
}

/// Appends `prefix` and `body`, padded to the width. With `zeros`, the padding is zeros between the two.
fn pad(spec: &Spec, prefix: &[u8], body: &[u8], zeros: bool, out: &mut impl Output) {
    let fill = spec.width.saturating_sub(prefix.len() + body.len());
    let (before, between, after) = match (spec.is_left, zeros) {
        (true, _) => (0, 0, fill),
        (false, true) => (0, fill, 0),
        (false, false) => (fill, 0, 0),
    };
    out.fill(before, b' ');
    out.put(prefix);
    out.fill(between, b'0');
    out.put(body);
    out.fill(after, b' ');
}

fn sign(spec: &Spec, is_negative: bool) -> &'static [u8] {
    match (is_negative, spec.has_plus, spec.has_space) {
        (true, _, _) => b"-",
        (false, true, _) => b"+",
        (false, false, true) => b" ",
        (false, false, false) => b"",
    }
}

/// Appends an integer as `d`, `i`, `u`, `o`, `x` or `X` render it.
pub(crate) fn render_integer(spec: &Spec, value: i64, out: &mut impl Output) {
    let is_signed = matches!(spec.letter, b'd' | b'i');
    let magnitude = if is_signed { value.unsigned_abs() } else { value as u64 };
    let radix = match spec.letter {
        b'o' => 8,
        b'x' | b'X' => 16,
        _ => 10,
    };
    if radix == 10 && spec.precision.is_none() && magnitude <= i64::MAX as u64 {
        let prefix: &[u8] = if is_signed { sign(spec, value < 0) } else { b"" };
        return pad(spec, prefix, integer_text(magnitude as i64).as_bytes(), spec.has_zeros, out);
    }
    // Room for 64 bits in octal, and for 99 digits of precision.
    let mut digits = [b'0'; 100];
    let mut begin = digits.len();
    let mut rest = magnitude;
    while rest > 0 {
        begin -= 1;
        let digit = b"0123456789abcdef"[(rest % radix) as usize];
        digits[begin] = if spec.letter == b'X' { digit.to_ascii_uppercase() } else { digit };
        rest /= radix;
    }
    let shortest = spec.precision.unwrap_or(1).min(99);
    begin = begin.min(digits.len() - shortest);
    if spec.letter == b'o' && spec.is_alternate && digits.get(begin) != Some(&b'0') {
        begin -= 1;
    }
    let prefix = match spec.letter {
        b'x' if spec.is_alternate && magnitude != 0 => b"0x",
        b'X' if spec.is_alternate && magnitude != 0 => b"0X",
        _ if is_signed => sign(spec, value < 0),
        _ => b"",
    };
    pad(spec, prefix, &digits[begin..], spec.has_zeros && spec.precision.is_none(), out);
}

/// Appends a float as `a`, `A`, `e`, `E`, `f`, `g` or `G` render it.
pub(crate) fn render_float(spec: &Spec, value: f64, out: &mut impl Output) {
    let mut prefix = [0; 3];
    let sign = sign(spec, value.is_sign_negative());
    if spec.letter == b'g' && !spec.is_alternate && spec.precision.unwrap_or(6) >= SHORT_DIGITS {
        // `g` shows all digits of integral numbers with few digits.
        let magnitude = value.abs();
        if magnitude < SHORT_LIMIT && f64::from(magnitude as u32) == magnitude {
            return pad(spec, sign, integer_text(magnitude as i64).as_bytes(), spec.has_zeros, out);
        }
    }
    prefix[..sign.len()].copy_from_slice(sign);
    let mut prefix_length = sign.len();
    // The digits are written in place; only padding before them has to be inserted.
    let begin = out.len();
    format_float(value, spec.letter, spec.precision, spec.is_alternate, out);
    let mut digits_begin = begin;
    if matches!(spec.letter, b'a' | b'A') && value.is_finite() {
        // Zeros go after the `0x`.
        prefix[prefix_length..prefix_length + 2].copy_from_slice(&out[begin..begin + 2]);
        prefix_length += 2;
        digits_begin += 2;
    }
    if prefix_length == 0 && out.len() - begin >= spec.width {
        return;
    }
    let body = out[digits_begin..].to_vec();
    out.truncate(begin);
    pad(spec, &prefix[..prefix_length], &body, spec.has_zeros && value.is_finite(), out);
}

/// Appends the byte with this code, as `c` renders it. As in C, only the lowest eight bits count.
pub(crate) fn render_character(spec: &Spec, code: i64, out: &mut impl Output) {
    pad(spec, b"", &[code as u8], false, out);
}

/// Appends a string as `s` renders it.
pub(crate) fn render_string(spec: &Spec, text: &[u8], out: &mut impl Output) {
    let length = spec.precision.unwrap_or(text.len()).min(text.len());
    pad(spec, b"", &text[..length], false, out);
}

/// Appends the text of an address as `p` renders it; values without one are `(null)`.
pub(crate) fn render_pointer(spec: &Spec, address: Option<&str>, out: &mut impl Output) {
    pad(spec, b"", address.unwrap_or("(null)").as_bytes(), false, out);
}

/// Appends an integer as `q` renders it. The smallest integer has no decimal numeral: `-9223372036854775808` is a
/// negated float.
pub(crate) fn quote_integer(value: i64, out: &mut impl Output) {
    let text = if value == i64::MIN { format!("{value:#x}") } else { value.to_string() };
    out.put(text.as_bytes());
}

/// Appends a float as `q` renders it: exactly, and so in hexadecimal.
pub(crate) fn quote_float(value: f64, out: &mut impl Output) {
    if value == f64::INFINITY {
        out.put(b"1e9999");
    } else if value == f64::NEG_INFINITY {
        out.put(b"-1e9999");
    } else if value.is_nan() {
        out.put(b"(0/0)");
    } else {
        if value.is_sign_negative() {
            out.put(b"-");
        }
        format_float(value, b'a', None, false, out);
    }
}

/// Appends a string as `q` renders it, between quotes. It becomes at most four times as long.
pub(crate) fn quote_string(text: &[u8], out: &mut impl Output) {
    out.put(b"\"");
    quote_part(text, 0, text.len(), out);
    out.put(b"\"");
}

/// Appends the bytes from `begin` up to `end` of a string as `q` renders them, without the quotes, so that a long
/// string can be quoted in parts.
pub(crate) fn quote_part(text: &[u8], begin: usize, end: usize, out: &mut impl Output) {
    for at in begin..end.min(text.len()) {
        match text[at] {
            byte @ (b'"' | b'\\' | b'\n') => out.put(&[b'\\', byte]),
            byte if byte.is_ascii_control() => {
                // A following digit must not become part of the escape.
                let is_before_digit = text.get(at + 1).is_some_and(u8::is_ascii_digit);
                let escape = [b'\\', b'0' + byte / 100, b'0' + byte / 10 % 10, b'0' + byte % 10];
                let zeros = if is_before_digit { 0 } else { usize::from(byte < 100) + usize::from(byte < 10) };
                out.put(&escape[..1]);
                out.put(&escape[1 + zeros..]);
            }
            byte => out.put(&[byte]),
        }
    }
}
