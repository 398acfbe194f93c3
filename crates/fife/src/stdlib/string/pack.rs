//! The binary formats of `string.pack`, `string.packsize` and `string.unpack`.
//!
//! [`FormatReader`] reads a format option by option, with sizes and alignment. The functions below it turn numbers into
//! bytes and back. The callers handle arguments, results and strings. Sizes and alignment are those of 64-bit Linux.
//! Native order is little-endian on every host, so that a script's results do not depend on where it runs.

use fife_bytecode::ByteSink;

#[cfg(test)]
mod tests;

/// The most bytes of an integer.
pub(crate) const INTEGER_SIZE_MAX: usize = 16;

/// The bytes of a Lua integer.
const LUA_INTEGER_SIZE: usize = 8;

/// The alignment of `!` alone: that of the widest native type.
const NATIVE_ALIGNMENT: usize = 8;

/// The largest result of `packsize`, above which a number in a format ends early: C's `INT_MAX`.
const SIZE_MAX: usize = i32::MAX as usize;

/// What is wrong with a format, or with data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PackError {
    /// Holds the letter.
    InvalidOption(u8),
    /// Holds the requested size.
    IntegralSize(usize),
    MissingSize,
    InvalidNextOption,
    AlignmentNotPowerOf2,
    VariableLength,
    ResultTooLarge,
    DataTooShort,
    UnfinishedString,
    /// Holds the integer's size.
    IntegerDoesNotFit(usize),
}

impl PackError {
    /// PUC-Rio's message; it quotes a byte of the format, which need not be text.
    pub(crate) fn message(self) -> Vec<u8> {
        let text = match self {
            PackError::InvalidOption(letter) => return [b"invalid format option '", &[letter][..], b"'"].concat(),
            PackError::IntegralSize(size) => {
                return format!("integral size ({size}) out of limits [1,{INTEGER_SIZE_MAX}]").into_bytes();
            }
            PackError::IntegerDoesNotFit(size) => {
                return format!("{size}-byte integer does not fit into Lua Integer").into_bytes();
            }
            PackError::MissingSize => "missing size for format option 'c'",
            PackError::InvalidNextOption => "invalid next option for option 'X'",
            PackError::AlignmentNotPowerOf2 => "format asks for alignment not power of 2",
            PackError::VariableLength => "variable-length format",
            PackError::ResultTooLarge => "format result too large",
            PackError::DataTooShort => "data string too short",
            PackError::UnfinishedString => "unfinished string for format 'z'",
        };
        text.as_bytes().to_vec()
    }

    /// The number of the argument that the message is about, from 1, if it is an argument error
    /// (`bad argument #1 to ...`) rather than a plain one.
    pub(crate) fn argument(self) -> Option<usize> {
        match self {
            PackError::InvalidNextOption
            | PackError::AlignmentNotPowerOf2
            | PackError::VariableLength
            | PackError::ResultTooLarge => Some(1),
            PackError::DataTooShort | PackError::UnfinishedString => Some(2),
            PackError::InvalidOption(_)
            | PackError::IntegralSize(_)
            | PackError::MissingSize
            | PackError::IntegerDoesNotFit(_) => None,
        }
    }
}

/// What an option packs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// `b h i l j`
    Signed,
    /// `B H I L J T`
    Unsigned,
    /// `f`: four bytes.
    Single,
    /// `d n`: eight bytes.
    Double,
    /// `c`: a string of exactly this size.
    Fixed,
    /// `s`: the length as an integer of this size, then the string.
    Prefixed,
    /// `z`: a string, then a zero byte.
    ZeroTerminated,
    /// `x`: one zero byte.
    Padding,
    /// `X`: only the padding of the next option.
    Align,
    /// Spaces, byte order, alignment: nothing.
    Nothing,
}

impl Kind {
    /// Whether it takes an argument in `pack` and gives a result in `unpack`.
    pub(crate) fn has_value(self) -> bool {
        !matches!(self, Kind::Padding | Kind::Align | Kind::Nothing)
    }
}

/// One option of a format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct PackOption {
    pub(crate) kind: Kind,
    /// Zero bytes before it, for alignment.
    pub(crate) padding: usize,
    /// The bytes of the option itself; for `Prefixed`, of the length; 0 if only the value tells.
    pub(crate) size: usize,
    pub(crate) is_little_endian: bool,
}

/// Reads a format; `at` is how many bytes were read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FormatReader {
    at: usize,
    is_little_endian: bool,
    alignment_max: usize,
}

impl FormatReader {
    /// A reader at the beginning of a format: native order, no alignment.
    pub(crate) fn new() -> FormatReader {
        FormatReader { at: 0, is_little_endian: true, alignment_max: 1 }
    }

    /// The next option, or `None` at the end of the format or at a zero byte in it. `position` is how many bytes are
    /// packed, or the offset that is unpacked from; alignment counts from it.
    ///
    /// # Errors
    /// What is wrong with the option.
    pub(crate) fn next(&mut self, format: &[u8], position: usize) -> Result<Option<PackOption>, PackError> {
        let Some((kind, size)) = self.read_option(format)? else {
            return Ok(None);
        };
        let mut alignment = size;
        if kind == Kind::Align {
            alignment = match self.read_option(format)? {
                None | Some((Kind::Fixed, _) | (_, 0)) => return Err(PackError::InvalidNextOption),
                Some((_, size)) => size,
            };
        }
        let mut padding = 0;
        if alignment > 1 && kind != Kind::Fixed {
            alignment = alignment.min(self.alignment_max);
            if !alignment.is_power_of_two() {
                return Err(PackError::AlignmentNotPowerOf2);
            }
            padding = position.wrapping_neg() & (alignment - 1);
        }
        Ok(Some(PackOption { kind, padding, size, is_little_endian: self.is_little_endian }))
    }

    /// An option and its size, as written.
    fn read_option(&mut self, format: &[u8]) -> Result<Option<(Kind, usize)>, PackError> {
        let Some(&letter) = format.get(self.at).filter(|&&letter| letter != 0) else {
            return Ok(None);
        };
        self.at += 1;
        let option = match letter {
            b'b' => (Kind::Signed, 1),
            b'B' => (Kind::Unsigned, 1),
            b'h' => (Kind::Signed, 2),
            b'H' => (Kind::Unsigned, 2),
            b'l' | b'j' => (Kind::Signed, 8),
            b'L' | b'J' | b'T' => (Kind::Unsigned, 8),
            b'f' => (Kind::Single, 4),
            b'd' | b'n' => (Kind::Double, 8),
            b'i' => (Kind::Signed, self.read_integer_size(format, 4)?),
            b'I' => (Kind::Unsigned, self.read_integer_size(format, 4)?),
            b's' => (Kind::Prefixed, self.read_integer_size(format, 8)?),
            b'c' => (Kind::Fixed, self.read_number(format).ok_or(PackError::MissingSize)?),
            b'z' => (Kind::ZeroTerminated, 0),
            b'x' => (Kind::Padding, 1),
            b'X' => (Kind::Align, 0),
            b' ' => (Kind::Nothing, 0),
            b'<' | b'=' => {
                self.is_little_endian = true;
                (Kind::Nothing, 0)
            }
            b'>' => {
                self.is_little_endian = false;
                (Kind::Nothing, 0)
            }
            b'!' => {
                self.alignment_max = self.read_integer_size(format, NATIVE_ALIGNMENT)?;
                (Kind::Nothing, 0)
            }
            _ => return Err(PackError::InvalidOption(letter)),
        };
        Ok(Some(option))
    }

    fn read_integer_size(&mut self, format: &[u8], default: usize) -> Result<usize, PackError> {
        match self.read_number(format).unwrap_or(default) {
            size @ 1..=INTEGER_SIZE_MAX => Ok(size),
            size => Err(PackError::IntegralSize(size)),
        }
    }

    /// A decimal number. As in PUC-Rio Lua it ends before it could exceed `SIZE_MAX`. The digits left over are reported
    /// as invalid options.
    fn read_number(&mut self, format: &[u8]) -> Option<usize> {
        let mut number = None;
        while let Some(&digit @ b'0'..=b'9') = format.get(self.at)
            && number.unwrap_or(0) <= (SIZE_MAX - 9) / 10
        {
            number = Some(number.unwrap_or(0) * 10 + usize::from(digit - b'0'));
            self.at += 1;
        }
        number
    }
}

/// The size of what a format packs, after one more option; for `packsize`.
///
/// # Errors
/// The option has no fixed size, or the sum is too large.
pub(crate) fn add_size(total: usize, option: &PackOption) -> Result<usize, PackError> {
    if matches!(option.kind, Kind::Prefixed | Kind::ZeroTerminated) {
        return Err(PackError::VariableLength);
    }
    let sum = total.saturating_add(option.size).saturating_add(option.padding);
    if sum > SIZE_MAX { Err(PackError::ResultTooLarge) } else { Ok(sum) }
}

/// Checks that an integer of this size, in bytes, can hold the value.
///
/// # Errors
/// "integer overflow" for signed options, "unsigned overflow" for unsigned ones.
pub(crate) fn check_integer(value: i64, size: usize, is_signed: bool) -> Result<(), &'static str> {
    if size >= LUA_INTEGER_SIZE {
        return Ok(());
    }
    let bits = 8 * size as u32;
    if is_signed {
        let limit = 1_i64 << (bits - 1).min(62);
        if -limit <= value && value < limit { Ok(()) } else { Err("integer overflow") }
    } else {
        if (value as u64) >> bits == 0 { Ok(()) } else { Err("unsigned overflow") }
    }
}

/// Checks that a length fits into the integer that an `s` option puts before its string.
///
/// # Errors
/// The text of the argument error.
pub(crate) fn check_length(length: usize, size: usize) -> Result<(), &'static str> {
    match check_integer(length as i64, size, false) {
        Ok(()) => Ok(()),
        Err(_) => Err("string length does not fit in given size"),
    }
}

/// Appends an integer of `size` bytes, from 1 to 16, which holds the value ([`check_integer`]).
/// Beyond eight bytes, a negative value of a signed option is extended by its sign.
pub(crate) fn encode_integer(
    value: i64,
    size: usize,
    is_little_endian: bool,
    is_signed: bool,
    out: &mut impl ByteSink,
) {
    let extension = if is_signed && value < 0 { 0xff } else { 0 };
    let mut bytes = [extension; INTEGER_SIZE_MAX];
    bytes[..LUA_INTEGER_SIZE].copy_from_slice(&value.to_le_bytes());
    append(&mut bytes[..size.min(INTEGER_SIZE_MAX)], is_little_endian, out);
}

/// Appends the four bytes of a float, rounded to single precision.
pub(crate) fn encode_single(value: f64, is_little_endian: bool, out: &mut impl ByteSink) {
    append(&mut (value as f32).to_le_bytes(), is_little_endian, out);
}

/// Appends the eight bytes of a float.
pub(crate) fn encode_double(value: f64, is_little_endian: bool, out: &mut impl ByteSink) {
    append(&mut value.to_le_bytes(), is_little_endian, out);
}

/// Appends little-endian bytes in the chosen order.
fn append(bytes: &mut [u8], is_little_endian: bool, out: &mut impl ByteSink) {
    if !is_little_endian {
        bytes.reverse();
    }
    out.put(bytes);
}

/// Converts bytes in either order to little-endian bytes, filled up with zeros.
fn little_endian<const N: usize>(bytes: &[u8], is_little_endian: bool) -> [u8; N] {
    let mut ordered = [0; N];
    for (index, place) in ordered.iter_mut().enumerate().take(bytes.len()) {
        *place = bytes[if is_little_endian { index } else { bytes.len() - 1 - index }];
    }
    ordered
}

/// The integer that these bytes, 1 to 16, hold.
///
/// # Errors
/// The integer has more than eight bytes, and the others are not just an extension.
pub(crate) fn decode_integer(bytes: &[u8], is_little_endian: bool, is_signed: bool) -> Result<i64, PackError> {
    let size = bytes.len();
    let ordered: [u8; INTEGER_SIZE_MAX] = little_endian(bytes, is_little_endian);
    let low = u128::from_le_bytes(ordered) as i64;
    if size < LUA_INTEGER_SIZE {
        let unused = 64 - 8 * size as u32;
        // Shifting up and back spreads the sign; for no bytes at all the value is 0.
        return Ok(if is_signed { low.checked_shl(unused).unwrap_or(0) >> unused.min(63) } else { low });
    }
    let extension = if is_signed && low < 0 { 0xff } else { 0 };
    let rest = ordered.get(LUA_INTEGER_SIZE..size).unwrap_or_default();
    if rest.iter().any(|&byte| byte != extension) {
        return Err(PackError::IntegerDoesNotFit(size));
    }
    Ok(low)
}

/// The float that these four bytes hold.
pub(crate) fn decode_single(bytes: &[u8], is_little_endian: bool) -> f64 {
    f64::from(f32::from_le_bytes(little_endian(bytes, is_little_endian)))
}

/// The float that these eight bytes hold.
pub(crate) fn decode_double(bytes: &[u8], is_little_endian: bool) -> f64 {
    f64::from_le_bytes(little_endian(bytes, is_little_endian))
}

/// The bytes in `data` of an option of known length: `size` bytes after the padding at `position`.
///
/// # Errors
/// "data string too short".
pub(crate) fn take<'a>(data: &'a [u8], position: usize, option: &PackOption) -> Result<&'a [u8], PackError> {
    let begin = position.saturating_add(option.padding);
    data.get(begin..begin.saturating_add(option.size)).ok_or(PackError::DataTooShort)
}

/// The bytes of a zero-terminated string at `position`, without the zero.
///
/// # Errors
/// "unfinished string for format 'z'".
pub(crate) fn take_zero_terminated(data: &[u8], position: usize) -> Result<&[u8], PackError> {
    let rest = data.get(position..).unwrap_or_default();
    let length = memchr::memchr(0, rest).ok_or(PackError::UnfinishedString)?;
    Ok(&rest[..length])
}
