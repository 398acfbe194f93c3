//! Lua's numbers as plain data: reading, writing, arithmetic, comparison, constant folding.
//!
//! Lexer, constant folder, interpreter and standard library all use this module, so that a number means the same
//! everywhere. The reference is PUC-Rio Lua 5.4 on 64-bit Linux in the C locale, bit for bit. This module knows nothing
//! of other values, of coercion from strings, or of metamethods. Nothing here fails: where Lua raises an error,
//! functions return `None` or say what the caller must check first.

mod arithmetic;
mod digits;
mod format;
mod large;
mod parse;
mod text;

#[cfg(test)]
mod tests;

pub use arithmetic::{
    ArithmeticOperator, compute, float_floor_divide, float_less_equal_integer, float_less_integer, float_modulo,
    float_remainder, float_to_integer, float_to_integer_ceil, float_to_integer_floor, fold, integer_equal_float,
    integer_floor_divide, integer_less_equal_float, integer_less_float, integer_modulo, is_far, power, shift_left,
    shift_right,
};
pub use format::{PRECISION_MAX, format_float};
pub use parse::{numeral_cost, parse};
pub use text::{NumberText, float_text, integer_text};

/// A Lua number: its two subtypes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A 64-bit integer, whose arithmetic wraps around.
    Integer(i64),
    /// A double-precision float.
    Float(f64),
}

impl Number {
    /// The number as a float; large integers are rounded to the nearest one.
    #[inline]
    pub fn to_float(self) -> f64 {
        match self {
            Number::Integer(value) => value as f64,
            Number::Float(value) => value,
        }
    }

    /// The number as an integer, if it has an exact integer representation.
    #[inline]
    pub fn to_integer(self) -> Option<i64> {
        match self {
            Number::Integer(value) => Some(value),
            Number::Float(value) => float_to_integer(value),
        }
    }

    /// The number as `tostring` writes it.
    #[inline]
    pub fn text(self) -> NumberText {
        match self {
            Number::Integer(value) => integer_text(value),
            Number::Float(value) => float_text(value),
        }
    }
}
