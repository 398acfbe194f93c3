//! The constants of a function: each value once.
//!
//! Two constants are the same if a script cannot tell them apart: an integer and a float of the same value are
//! different, and floats are compared by their bits.

use super::buffer::{Buffer, text};
use crate::account::Account;
use crate::ast::{Ast, FunctionId, StringId};
use crate::meter::Refused;
use fife_bytecode::Constant;
use fife_bytecode::number::Number;

/// A value known when compiling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Literal {
    Nil,
    True,
    False,
    Integer(i64),
    Float(f64),
    String(StringId),
}

impl Literal {
    pub(super) fn is_truthy(self) -> bool {
        !matches!(self, Literal::Nil | Literal::False)
    }

    pub(super) fn of_boolean(value: bool) -> Literal {
        if value { Literal::True } else { Literal::False }
    }

    pub(super) fn of_number(value: Number) -> Literal {
        match value {
            Number::Integer(value) => Literal::Integer(value),
            Number::Float(value) => Literal::Float(value),
        }
    }

    pub(super) fn number(self) -> Option<Number> {
        match self {
            Literal::Integer(value) => Some(Number::Integer(value)),
            Literal::Float(value) => Some(Number::Float(value)),
            _ => None,
        }
    }

    /// The value as a small integer, if it is an integer.
    pub(super) fn small_integer(self) -> Option<i16> {
        match self {
            Literal::Integer(value) => i16::try_from(value).ok(),
            _ => None,
        }
    }

    /// Identifies a value that is not a string.
    fn key(self) -> Key {
        match self {
            Literal::Nil => Key { tag: 0, bits: 0 },
            Literal::True => Key { tag: 0, bits: 1 },
            Literal::False => Key { tag: 0, bits: 2 },
            Literal::Integer(value) => Key { tag: 1, bits: value as u64 },
            Literal::Float(value) => Key { tag: 2, bits: value.to_bits() },
            Literal::String(id) => Key { tag: 3, bits: id.0.into() },
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    tag: u8,
    bits: u64,
}

/// The place of a string among the constants of the last function that used it.
#[derive(Clone, Copy, Debug)]
pub(super) struct StringPlace {
    function: FunctionId,
    index: u32,
}

impl StringPlace {
    /// The place of a string that no function has used.
    pub(super) const NONE: StringPlace = StringPlace { function: FunctionId(u32::MAX), index: 0 };
}

/// Up to this many numbers are searched one by one. Most functions never need the table.
const SEARCHED_MAX: usize = 8;

/// The constants of a function.
#[derive(Default)]
pub(super) struct Constants {
    values: Buffer<Constant>,
    /// All constants except strings, with their numbers.
    keys: Buffer<(Key, u32)>,
    /// If there are many keys: the place of each plus one, probed linearly from the hash on. The length is a power of
    /// two, and at most half of the slots are taken.
    slots: Buffer<u32>,
}

impl Constants {
    /// The number of the constant, which is added if the function does not have it.
    pub(super) fn index(
        &mut self,
        account: &mut Account<'_>,
        tree: &Ast,
        literal: Literal,
        function: FunctionId,
        strings: &mut [StringPlace],
    ) -> Result<usize, Refused> {
        if let Literal::String(id) = literal {
            let place = &mut strings[id.index()];
            if place.function != function {
                let value = Constant::String(text(account, tree.string(id))?);
                *place = StringPlace { function, index: self.values.len() as u32 };
                self.values.push(account, value)?;
            }
            return Ok(place.index as usize);
        }
        let key = literal.key();
        let found = if self.slots.is_empty() {
            self.keys.iter().find(|it| it.0 == key)
        } else {
            self.probe(key, tree).ok().map(|place| &self.keys[place])
        };
        if let Some((_, index)) = found {
            return Ok(*index as usize);
        }
        self.keys.push(account, (key, self.values.len() as u32))?;
        self.values.push(
            account,
            match literal {
                Literal::Nil | Literal::String(_) => Constant::Nil,
                Literal::True => Constant::Boolean(true),
                Literal::False => Constant::Boolean(false),
                Literal::Integer(value) => Constant::Integer(value),
                Literal::Float(value) => Constant::Float(value),
            },
        )?;
        self.enter(account, tree)?;
        Ok(self.values.len() - 1)
    }

    /// The place of a key, or otherwise the free slot for it.
    fn probe(&self, key: Key, tree: &Ast) -> Result<usize, usize> {
        let mask = self.slots.len() - 1;
        let number = key.bits ^ u64::from(key.tag).rotate_right(8);
        let mut slot = tree.hash_keys.as_ref().map_or(0, |keys| keys.number(number)) as usize & mask;
        loop {
            match (self.slots[slot] as usize).checked_sub(1) {
                None => return Err(slot),
                Some(place) if self.keys[place].0 == key => return Ok(place),
                Some(_) => slot = (slot + 1) & mask,
            }
        }
    }

    /// Enters the last key into the table, if there should be one.
    fn enter(&mut self, account: &mut Account<'_>, tree: &Ast) -> Result<(), Refused> {
        let count = self.keys.len();
        let mut first = count - 1;
        if count > SEARCHED_MAX && 2 * count > self.slots.len() {
            self.slots.refill(account, 0, (4 * count).next_power_of_two())?;
            first = 0;
        }
        if !self.slots.is_empty() {
            for place in first..count {
                if let Err(slot) = self.probe(self.keys[place].0, tree) {
                    self.slots[slot] = place as u32 + 1;
                }
            }
        }
        Ok(())
    }

    /// Takes the table as the prototype has it. Nothing is left for the next function.
    pub(super) fn take(&mut self, account: &mut Account<'_>) -> Result<Box<[Constant]>, Refused> {
        self.keys.clear(account);
        self.slots.clear(account);
        self.values.take_box(account)
    }
}
