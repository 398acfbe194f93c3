//! The names and literals of a chunk, each content once.
//!
//! From here on names are compared by number. The table is probed linearly from a keyed hash, so that no source can
//! make it slow. Which key is in use cannot be observed.

use super::memory::Memory;
use crate::ast::{Range, StringId};
use crate::hash::HashKeys;
use crate::meter::Refused;
use fife_arena::Vector;

#[derive(Clone, Copy, Default)]
struct Slot {
    hash: u32,
    /// The string's number plus one; 0 for a free slot.
    entry: u32,
}

/// All strings of a chunk.
#[derive(Default)]
pub(crate) struct Strings {
    /// As in [`Ast::string_bytes`](crate::ast::Ast::string_bytes).
    pub(crate) bytes: Vector<u8>,
    /// As in [`Ast::strings`](crate::ast::Ast::strings).
    pub(crate) ranges: Vector<Range>,
    /// The length is a power of two, and at most three in four slots are taken.
    slots: Vector<Slot>,
    pub(crate) keys: HashKeys,
    /// The numbers plus one of the strings of no byte and one byte, which are the commonest where there are many
    /// strings.
    shortest: Shortest,
}

/// Indexed by the byte; the empty string comes last.
struct Shortest([u32; 257]);

impl Default for Shortest {
    fn default() -> Shortest {
        Shortest([0; 257])
    }
}

impl Strings {
    pub(crate) fn get(&self, id: StringId) -> &[u8] {
        &self.bytes[self.ranges[id.index()].indices()]
    }

    /// The number of the string with this content.
    #[inline]
    pub(crate) fn intern(&mut self, memory: &mut Memory<'_>, text: &[u8]) -> Result<StringId, Refused> {
        let place = match text {
            [byte] => usize::from(*byte),
            [] => 256,
            _ => return self.look_up(memory, text),
        };
        if let Some(id) = self.shortest.0[place].checked_sub(1) {
            return Ok(StringId(id));
        }
        let id = self.look_up(memory, text)?;
        self.shortest.0[place] = id.0 + 1;
        Ok(id)
    }

    fn look_up(&mut self, memory: &mut Memory<'_>, text: &[u8]) -> Result<StringId, Refused> {
        if (self.ranges.len() + 1) * 4 > self.slots.len() * 3 {
            self.grow(memory)?;
        }
        let hash = self.keys.text(text);
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
        let mut slots = Vector::new();
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
