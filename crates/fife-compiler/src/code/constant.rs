//! The constants of a function: each value once.
//!
//! Two constants are the same if a script can not tell them apart: an integer and a float of the
//! same value are two, and floats are compared by their bits.

use super::buffer::{Account, Buffer, boxed_bytes};
use crate::ast::{Ast, StringId};
use crate::meter::Refused;
use fife_bytecode::Constant;
use fife_bytecode::number::Number;
use std::collections::HashMap;

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

    fn key(self) -> Key {
        match self {
            Literal::Nil => Key::Nil,
            Literal::True => Key::True,
            Literal::False => Key::False,
            Literal::Integer(value) => Key::Integer(value),
            Literal::Float(value) => Key::Float(value.to_bits()),
            Literal::String(id) => Key::String(id.0),
        }
    }
}

/// What makes a constant this one and no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Nil,
    True,
    False,
    Integer(i64),
    Float(u64),
    String(u32),
}

/// Up to this many constants are searched one by one; most functions never need the map.
const SEARCHED_MAX: usize = 8;

/// Bytes of the map for each of its places, of which std's has a power of two and fills 7 in 8.
const MAP_PLACE_SIZE: usize = size_of::<(Key, u32)>() + 1;

/// The table of constants of a function.
pub(super) struct Constants {
    keys: Buffer<Key>,
    values: Buffer<Constant>,
    map: HashMap<Key, u32>,
    map_bytes: usize,
}

impl Constants {
    pub(super) fn new() -> Constants {
        Constants { keys: Buffer::new(), values: Buffer::new(), map: HashMap::new(), map_bytes: 0 }
    }

    /// The number of the constant, which is added if it is new.
    pub(super) fn index(&mut self, account: &mut Account<'_>, tree: &Ast, literal: Literal) -> Result<usize, Refused> {
        let key = literal.key();
        let count = self.keys.len();
        if count <= SEARCHED_MAX {
            if let Some(index) = self.keys.iter().position(|it| *it == key) {
                return Ok(index);
            }
        } else if let Some(index) = self.map.get(&key) {
            return Ok(*index as usize);
        }
        let value = match literal {
            Literal::Nil => Constant::Nil,
            Literal::True => Constant::Boolean(true),
            Literal::False => Constant::Boolean(false),
            Literal::Integer(value) => Constant::Integer(value),
            Literal::Float(value) => Constant::Float(value),
            Literal::String(id) => Constant::String(boxed_bytes(account, tree.string(id))?),
        };
        self.keys.push(account, key)?;
        self.values.push(account, value)?;
        if count >= SEARCHED_MAX {
            self.grow_map(account)?;
            let first_missing = if count == SEARCHED_MAX { 0 } else { count };
            self.map.extend(self.keys.iter().enumerate().skip(first_missing).map(|(index, key)| (*key, index as u32)));
        }
        Ok(count)
    }

    fn grow_map(&mut self, account: &mut Account<'_>) -> Result<(), Refused> {
        if self.keys.len() > self.map.capacity() {
            let capacity = self.keys.len() * 2;
            let bytes = capacity.next_power_of_two() * 2 * MAP_PLACE_SIZE;
            account.take(bytes - self.map_bytes)?;
            self.map_bytes = bytes;
            self.map.reserve(capacity - self.map.len());
        }
        Ok(())
    }

    /// The table as the prototype has it.
    pub(super) fn finish(self, account: &mut Account<'_>) -> Box<[Constant]> {
        self.keys.release(account);
        drop(self.map);
        account.give(self.map_bytes);
        self.values.into_box(account)
    }
}
