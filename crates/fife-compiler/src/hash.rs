//! Keyed hashes of texts and numbers.
//!
//! The keys differ for each chunk, and nothing observable depends on them, so no source can be written whose names or
//! numbers collide. Most names are short. For those, as for numbers, folding a product with secret keys is a good enough
//! hash, and much faster than std's hash of texts.

use std::cell::Cell;
use std::hash::{BuildHasher, RandomState};

/// The keys of a chunk's hashes.
#[derive(Clone, Debug)]
pub(crate) struct HashKeys {
    hasher: RandomState,
    key: u64,
    multiplier: u64,
}

impl Default for HashKeys {
    fn default() -> HashKeys {
        HashKeys { hasher: RandomState::new(), key: random_number(), multiplier: random_number() | 1 }
    }
}

/// An unpredictable number: SplitMix64 (Steele, Lea and Flood, 2014), seeded with a secret of the thread. Hashing a number
/// with std's keys takes several times as long, which shows in chunks of a few words.
fn random_number() -> u64 {
    thread_local! {
        static STATE: Cell<u64> = Cell::new(RandomState::new().hash_one(0));
    }
    STATE.with(|state| {
        let mut bits = state.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        state.set(bits);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    })
}

impl HashKeys {
    #[inline]
    pub(crate) fn text(&self, text: &[u8]) -> u32 {
        let count = text.len();
        // Texts of one length are different pairs of words; the length sets those of other lengths apart.
        let (first, last) = match count {
            8..=16 => (word(text, 0), word(text, count - 8)),
            4..=7 => (half(text, 0) << 32 | half(text, count - 4), 0),
            0..=3 => (text.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0),
            _ => return self.hasher.hash_one(text) as u32,
        };
        fold(first ^ self.key, last ^ self.multiplier.rotate_left(count as u32))
    }

    pub(crate) fn number(&self, number: u64) -> u32 {
        fold(number ^ self.key, self.multiplier)
    }
}

/// Both halves of a product, mixed.
#[inline]
fn fold(left: u64, right: u64) -> u32 {
    let product = u128::from(left) * u128::from(right);
    let folded = product as u64 ^ (product >> 64) as u64;
    (folded ^ folded >> 32) as u32
}

/// Eight bytes of a text.
#[inline]
fn word(text: &[u8], at: usize) -> u64 {
    text[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// Four bytes of a text.
#[inline]
fn half(text: &[u8], at: usize) -> u64 {
    text[at..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes).into())
}
