//! The names and literals of a chunk, each content once.
//!
//! A name is compared by its number from here on. The table is probed linearly from a keyed hash, so
//! that no source can be written to make it slow; which key is in use can not be observed. Most names
//! are short, and for those multiplying by the key is enough of a hash.

use super::memory::Memory;
use crate::ast::{Range, StringId};
use crate::meter::Refused;
use std::hash::{BuildHasher, RandomState};

#[derive(Clone, Copy, Default)]
struct Slot {
    hash: u32,
    /// The string's number and one; 0 where the slot is free.
    entry: u32,
}

/// All strings of a chunk.
#[derive(Default)]
pub(crate) struct Strings {
    /// As in [`Ast::string_bytes`](crate::ast::Ast::string_bytes).
    pub(crate) bytes: Vec<u8>,
    /// As in [`Ast::strings`](crate::ast::Ast::strings).
    pub(crate) ranges: Vec<Range>,
    /// A power of two of them, at most three in four taken.
    slots: Vec<Slot>,
    keys: Keys,
}

/// What the hash depends on, different each time.
struct Keys {
    hasher: RandomState,
    key: u64,
    multiplier: u64,
}

impl Default for Keys {
    fn default() -> Keys {
        let hasher = RandomState::new();
        Keys { key: hasher.hash_one(0), multiplier: hasher.hash_one(1) | 1, hasher }
    }
}

impl Keys {
    fn hash(&self, text: &[u8]) -> u32 {
        let Some(word) = short_word(text) else { return self.hasher.hash_one(text) as u32 };
        let product = u128::from(word ^ self.key) * u128::from(self.multiplier);
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

impl Strings {
    pub(crate) fn get(&self, id: StringId) -> &[u8] {
        &self.bytes[self.ranges[id.index()].indices()]
    }

    /// The number of the string with this content.
    pub(crate) fn intern(&mut self, memory: &mut Memory<'_>, text: &[u8]) -> Result<StringId, Refused> {
        if (self.ranges.len() + 1) * 4 > self.slots.len() * 3 {
            self.grow(memory)?;
        }
        let hash = self.keys.hash(text);
        let mask = self.slots.len() - 1;
        let mut place = hash as usize & mask;
        loop {
            let slot = self.slots[place];
            if slot.entry == 0 {
                break;
            }
            let id = StringId(slot.entry - 1);
            if slot.hash == hash && self.get(id) == text {
                return Ok(id);
            }
            place = (place + 1) & mask;
        }
        let id = StringId(self.ranges.len() as u32);
        let start = self.bytes.len() as u32;
        memory.extend(&mut self.bytes, text)?;
        memory.push(&mut self.ranges, Range { start, end: self.bytes.len() as u32 })?;
        self.slots[place] = Slot { hash, entry: id.0 + 1 };
        Ok(id)
    }

    fn grow(&mut self, memory: &mut Memory<'_>) -> Result<(), Refused> {
        let count = (self.slots.len() * 2).max(64);
        let mut slots = Vec::new();
        memory.reserve(&mut slots, count)?;
        slots.resize(count, Slot::default());
        let mask = count - 1;
        for slot in self.slots.iter().filter(|slot| slot.entry != 0) {
            let mut place = slot.hash as usize & mask;
            while slots[place].entry != 0 {
                place = (place + 1) & mask;
            }
            slots[place] = *slot;
        }
        memory.release(std::mem::replace(&mut self.slots, slots));
        Ok(())
    }
}
