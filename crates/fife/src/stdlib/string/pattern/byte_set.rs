//! Sets of bytes: what one element of a pattern accepts.
//!
//! Every class (`%a`), complement (`%A`) and bracket (`[%w_]`) is 256 bits, so that testing a
//! byte costs the same whatever was written, and so that the compiler of patterns can ask whether
//! two elements exclude each other. Classes are those of the C locale, as in PUC-Rio's
//! `lstrlib.c` under `LC_ALL=C`.

use std::ops::Not;

/// A set of bytes, one bit for each.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct ByteSet([u64; 4]);

impl ByteSet {
    /// The set with no byte.
    pub(crate) const EMPTY: ByteSet = ByteSet([0; 4]);

    /// Whether the byte is in the set.
    #[inline]
    pub(crate) const fn contains(&self, byte: u8) -> bool {
        self.0[(byte >> 6) as usize] >> (byte & 63) & 1 != 0
    }

    /// Adds one byte.
    #[inline]
    pub(crate) const fn insert(&mut self, byte: u8) {
        self.0[(byte >> 6) as usize] |= 1 << (byte & 63);
    }

    /// Adds the bytes from `first` to `last`; none if they are the wrong way round.
    pub(crate) fn insert_range(&mut self, first: u8, last: u8) {
        for (word, bits) in self.0.iter_mut().enumerate() {
            // Where the range begins and ends in this word of 64.
            let (begin, end) = (u32::from(first).max(word as u32 * 64), u32::from(last).min(word as u32 * 64 + 63));
            if begin <= end {
                *bits |= u64::MAX >> (63 - (end - begin)) << (begin & 63);
            }
        }
    }

    /// All that is in either.
    pub(crate) fn union(self, other: ByteSet) -> ByteSet {
        ByteSet(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }

    /// Whether no byte is in both.
    pub(crate) fn is_disjoint(&self, other: &ByteSet) -> bool {
        self.0.iter().zip(other.0).all(|(word, other_word)| word & other_word == 0)
    }

    /// The set with this byte alone.
    pub(crate) fn of(byte: u8) -> ByteSet {
        let mut set = ByteSet::EMPTY;
        set.insert(byte);
        set
    }
}

impl Not for ByteSet {
    type Output = ByteSet;

    fn not(self) -> ByteSet {
        ByteSet(self.0.map(|word| !word))
    }
}

/// The letters of the classes, in the order of [`CLASSES`]. `z`, the zero byte, is a relic of
/// Lua 5.1 that 5.4 still accepts.
const CLASS_LETTERS: [u8; CLASS_COUNT] = *b"acdglpsuwxz";

const CLASS_COUNT: usize = 11;

/// Each class, then in the same order its complement.
static CLASSES: [ByteSet; 2 * CLASS_COUNT] = {
    let mut classes = [ByteSet::EMPTY; 2 * CLASS_COUNT];
    let mut class = 0;
    while class < CLASS_COUNT {
        let mut byte = 0;
        while byte < 256 {
            let member = is_in_class(byte as u8, CLASS_LETTERS[class]);
            classes[if member { class } else { class + CLASS_COUNT }].insert(byte as u8);
            byte += 1;
        }
        class += 1;
    }
    classes
};

/// What the `ctype.h` predicate of a class says of a byte in the C locale.
const fn is_in_class(byte: u8, letter: u8) -> bool {
    match letter {
        b'a' => byte.is_ascii_alphabetic(),
        b'c' => byte.is_ascii_control(),
        b'd' => byte.is_ascii_digit(),
        b'g' => byte.is_ascii_graphic(),
        b'l' => byte.is_ascii_lowercase(),
        b'p' => byte.is_ascii_punctuation(),
        // Not `is_ascii_whitespace`, which leaves out the vertical tab.
        b's' => byte == b' ' || (b'\t' <= byte && byte <= b'\r'),
        b'u' => byte.is_ascii_uppercase(),
        b'w' => byte.is_ascii_alphanumeric(),
        b'x' => byte.is_ascii_hexdigit(),
        _ => byte == 0,
    }
}

/// The number of classes and complements, the first of the set numbers in a program.
pub(crate) const CLASS_SETS: usize = CLASSES.len();

/// The class with this number, for `number < CLASS_SETS`.
#[inline]
pub(crate) fn class(number: usize) -> Option<&'static ByteSet> {
    CLASSES.get(number)
}

/// The number of the class that `%letter` names, or `None` where `%letter` is the letter itself.
#[inline]
pub(crate) fn class_number(letter: u8) -> Option<usize> {
    let number = CLASS_NUMBERS[letter as usize];
    (number != NO_CLASS).then_some(number as usize)
}

const NO_CLASS: u8 = u8::MAX;

static CLASS_NUMBERS: [u8; 256] = {
    let mut numbers = [NO_CLASS; 256];
    let mut class = 0;
    while class < CLASS_COUNT {
        let letter = CLASS_LETTERS[class];
        numbers[letter as usize] = class as u8;
        numbers[letter.to_ascii_uppercase() as usize] = (class + CLASS_COUNT) as u8;
        class += 1;
    }
    numbers
};
