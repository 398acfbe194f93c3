//! Keyed hashes of texts and numbers.
//!
//! The keys differ for each chunk, and nothing observable depends on them, so no source can be written whose names or
//! numbers collide. Most names are short. For those, as for numbers, folding a product with a key is a good enough
//! hash, and much faster than std's hash of texts.

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
        let hasher = RandomState::new();
        HashKeys { key: hasher.hash_one(0), multiplier: hasher.hash_one(1) | 1, hasher }
    }
}

impl HashKeys {
    pub(crate) fn text(&self, text: &[u8]) -> u32 {
        match short_word(text) {
            Some(word) => self.number(word),
            None => self.hasher.hash_one(text) as u32,
        }
    }

    pub(crate) fn number(&self, number: u64) -> u32 {
        let product = u128::from(number ^ self.key) * u128::from(self.multiplier);
        let folded = product as u64 ^ (product >> 64) as u64;
        (folded ^ folded >> 32) as u32
    }
}

/// A text of up to seven bytes as a number, different for different texts.
fn short_word(text: &[u8]) -> Option<u64> {
    if text.len() > 7 {
        return None;
    }
    Some(text.iter().fold(1, |word, byte| word << 8 | u64::from(*byte)))
}
