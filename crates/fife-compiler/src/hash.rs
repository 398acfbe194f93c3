//! Keyed hashes of texts and numbers.
//!
//! The keys are other ones for each chunk, and nothing that can be observed depends on them: so no source can be written
//! whose names or numbers collide. Most names are short; for those, as for numbers, folding a product with a key is
//! enough of a hash, and much faster than what std takes for texts.

use std::hash::{BuildHasher, RandomState};

/// What the hashes of a chunk depend on.
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

/// Up to seven bytes as a number, other ones for other texts.
fn short_word(text: &[u8]) -> Option<u64> {
    if text.len() > 7 {
        return None;
    }
    Some(text.iter().fold(1, |word, byte| word << 8 | u64::from(*byte)))
}
