//! The bytes of names and of string constants.
//!
//! A function has some of them for each of its variables and constants, and most are short. A short one is in place, so
//! that it takes no memory of its own.

use crate::prototype::block_bytes;
use std::fmt;
use std::ops::Deref;

/// Any bytes, that do not change.
///
/// ```
/// use fife_bytecode::Text;
///
/// let text = Text::from(&b"name"[..]);
/// assert_eq!((&text[..], Text::bytes_for(text.len())), (&b"name"[..], 0));
/// ```
#[derive(Clone)]
pub struct Text(Place);

#[derive(Clone)]
enum Place {
    /// How many there are, and the bytes.
    Here(u8, [u8; HERE_MAX]),
    /// In two boxes, so that this is a thin pointer.
    There(Box<Box<[u8]>>),
}

/// The most bytes that are in place.
const HERE_MAX: usize = 14;

const _: () = assert!(size_of::<Text>() == 16);

impl Text {
    /// The bytes of memory that a text of this length takes from Rust's allocator, besides its own size.
    pub fn bytes_for(length: usize) -> usize {
        let mut sum = 0;
        Text::each_part(length, |bytes| sum += block_bytes(bytes));
        sum
    }

    /// Calls `with` with the size in bytes of each block that a text of this length takes.
    pub fn each_part(length: usize, mut with: impl FnMut(usize)) {
        if length > HERE_MAX {
            with(size_of::<Box<[u8]>>());
            with(length);
        }
    }

    /// A copy of bytes; `None` if there is no memory for it.
    pub fn copy(bytes: &[u8]) -> Option<Text> {
        if let Some(text) = Text::here(bytes) {
            return Some(text);
        }
        let mut copy = Vec::new();
        copy.try_reserve_exact(bytes.len()).ok()?;
        copy.extend_from_slice(bytes);
        Some(Text::there(Box::new(copy.into())))
    }

    /// A copy of bytes, if it takes no memory of its own.
    #[inline]
    pub fn here(bytes: &[u8]) -> Option<Text> {
        let mut place = [0; HERE_MAX];
        place.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(Text(Place::Here(bytes.len() as u8, place)))
    }

    /// A text of these bytes, wherever the boxes come from.
    pub fn there(bytes: Box<Box<[u8]>>) -> Text {
        Text(Place::There(bytes))
    }
}

impl Deref for Text {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match &self.0 {
            Place::Here(length, bytes) => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Place::There(bytes) => bytes,
        }
    }
}

impl Default for Text {
    fn default() -> Text {
        Text(Place::Here(0, [0; HERE_MAX]))
    }
}

impl From<&[u8]> for Text {
    fn from(bytes: &[u8]) -> Text {
        Text::here(bytes).unwrap_or_else(|| Text::there(Box::new(bytes.into())))
    }
}

impl<const N: usize> From<[u8; N]> for Text {
    fn from(bytes: [u8; N]) -> Text {
        Text::from(&bytes[..])
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        **self == **other
    }
}

impl Eq for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_length() {
        let bytes: Vec<u8> = (0..40).collect();
        for length in 0..40 {
            let text = Text::from(&bytes[..length]);
            assert_eq!((&*text, &text), (&bytes[..length], &Text::copy(&bytes[..length]).unwrap()));
            assert_eq!(text.clone(), text);
            assert_ne!(text, Text::from(&bytes[..length + 1]));
            assert_eq!(Text::bytes_for(length) > 0, Text::here(&bytes[..length]).is_none());
        }
        assert_eq!(Text::default(), [].into());
    }
}
