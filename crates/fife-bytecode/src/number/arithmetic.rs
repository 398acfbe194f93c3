//! Arithmetic and comparison of numbers, and constant folding.
//!
//! The rules are those of PUC-Rio's `lvm.c` (division, shifts, exact comparison of the two
//! subtypes), `lobject.c` (`luaO_rawarith`) and `lcode.c` (what is folded).

use super::Number;
use super::digits::Binary;
use super::large::Divisor;

/// 2^63, the first float above all integers.
const INTEGER_LIMIT: f64 = 9223372036854775808.0;

/// Every integer up to this magnitude is exactly a float.
const FLOAT_EXACT: i64 = 1 << 53;

/// `a // b` of integers, towards minus infinity; it wraps around. `b` is not 0: the caller raises that error (the
/// result here is 0).
#[inline]
pub fn integer_floor_divide(a: i64, b: i64) -> i64 {
    if (b as u64).wrapping_add(1) <= 1 {
        return if b == 0 { 0 } else { a.wrapping_neg() };
    }
    let quotient = a / b;
    if (a ^ b) < 0 && quotient * b != a { quotient - 1 } else { quotient }
}

/// `a % b` of integers, with the sign of `b`. `b` is not 0: the caller raises that error (the result here is 0).
#[inline]
pub fn integer_modulo(a: i64, b: i64) -> i64 {
    if (b as u64).wrapping_add(1) <= 1 {
        return 0;
    }
    let rest = a % b;
    if rest != 0 && (rest ^ b) < 0 { rest + b } else { rest }
}

/// `a // b` of floats.
#[inline]
pub fn float_floor_divide(a: f64, b: f64) -> f64 {
    (a / b).floor()
}

/// `a % b` of floats, with the sign of `b`; with an infinite `b` of the same sign it is `a`.
#[inline]
pub fn float_modulo(a: f64, b: f64) -> f64 {
    let rest = float_remainder(a, b);
    if rest > 0.0 && b < 0.0 || rest < 0.0 && b > 0.0 { rest + b } else { rest }
}

/// Whether the exponents of `a` and `b` are so far apart that [`float_remainder`] takes long: up to a hundred
/// nanoseconds.
#[inline]
pub fn is_far(a: f64, b: f64) -> bool {
    const FAR: u64 = 64 << 52;
    a.abs().to_bits() > b.abs().to_bits() + FAR
}

/// The exact remainder of `a / b` with the quotient rounded towards zero, so with the sign of `a`: C's `fmod`.
///
/// C's own takes a nanosecond or two more for each power of two between the operands.
#[inline]
pub fn float_remainder(a: f64, b: f64) -> f64 {
    // One of them is infinite, NaN or a zero divisor, or `a` is the smaller one.
    if !(a.is_finite() && b.abs() > 0.0 && b.is_finite() && a.abs() >= b.abs()) {
        return a % b;
    }
    let (dividend, divisor) = (Binary::of(a.abs()), Binary::of(b.abs()));
    let distance = (dividend.exponent - divisor.exponent).unsigned_abs();
    // The bits free beside a significand of 53 bits.
    const SPARE: u32 = 11;
    let rest = if distance <= SPARE {
        (dividend.significand << distance) % divisor.significand
    } else {
        far_remainder(dividend.significand, distance, divisor.significand)
    };
    // Both are exact, and so is their product, which is less than `b` and a multiple of its last place.
    let rest = rest as f64 * power_of_two(divisor.exponent);
    rest.copysign(a)
}

/// `dividend * 2^shift % divisor`, for significands of floats; `divisor` is not 0.
#[inline(never)]
fn far_remainder(dividend: u64, mut shift: u32, divisor: u64) -> u64 {
    let scale = divisor.leading_zeros();
    let divisor = Divisor::new(divisor << scale);
    let wide = (dividend as u128) << scale;
    // The upper half is less than a significand, and so less than the divisor.
    let mut rest = divisor.divide((wide >> 64) as u64, wide as u64).1;
    while shift >= 64 {
        rest = divisor.divide(rest, 0).1;
        shift -= 64;
    }
    let wide = (rest as u128) << shift;
    divisor.divide((wide >> 64) as u64, wide as u64).1 >> scale
}

/// `2^exponent`, the value of a float's last place: from -1074 to 971.
#[inline]
fn power_of_two(exponent: i32) -> f64 {
    match exponent + 1023 {
        biased @ 1.. => f64::from_bits((biased as u64) << 52),
        biased => f64::from_bits(1 << (51 + biased)),
    }
}

/// `a ^ b`
#[inline]
pub fn power(a: f64, b: f64) -> f64 {
    if b == 2.0 { a * a } else { a.powf(b) }
}

/// `a << b`: zeros come in, 64 places or more give 0, a negative `b` shifts right.
#[inline]
pub fn shift_left(a: i64, b: i64) -> i64 {
    match b {
        0..=63 => a << b,
        -63..=-1 => ((a as u64) >> -b) as i64,
        _ => 0,
    }
}

/// `a >> b`: zeros come in, 64 places or more give 0, a negative `b` shifts left.
#[inline]
pub fn shift_right(a: i64, b: i64) -> i64 {
    match b {
        0..=63 => ((a as u64) >> b) as i64,
        -63..=-1 => a << -b,
        _ => 0,
    }
}

/// The integer that equals the float, if there is one.
#[inline]
pub fn float_to_integer(value: f64) -> Option<i64> {
    // The cast saturates, so 2^63 is the only float that could pass for the largest integer.
    let integer = value as i64;
    (integer as f64 == value && value < INTEGER_LIMIT).then_some(integer)
}

/// The largest integer not above the float, if it is in range and not NaN.
#[inline]
pub fn float_to_integer_floor(value: f64) -> Option<i64> {
    if !(-INTEGER_LIMIT..INTEGER_LIMIT).contains(&value) {
        return None;
    }
    let integer = value as i64;
    // If truncation went up there was a fraction, so the magnitude is far from the limits.
    Some(if integer as f64 > value { integer - 1 } else { integer })
}

/// The smallest integer not below the float, if it is in range and not NaN.
#[inline]
pub fn float_to_integer_ceil(value: f64) -> Option<i64> {
    if !(-INTEGER_LIMIT..INTEGER_LIMIT).contains(&value) {
        return None;
    }
    let integer = value as i64;
    Some(if (integer as f64) < value { integer + 1 } else { integer })
}

/// Whether the integer converts to a float without loss.
#[inline]
fn is_exact(integer: i64) -> bool {
    (-FLOAT_EXACT..=FLOAT_EXACT).contains(&integer)
}

/// `i == f`, as mathematical values.
#[inline]
pub fn integer_equal_float(i: i64, f: f64) -> bool {
    float_to_integer(f) == Some(i)
}

/// `i < f`, as mathematical values; false for NaN.
#[inline]
pub fn integer_less_float(i: i64, f: f64) -> bool {
    if is_exact(i) {
        return (i as f64) < f;
    }
    match float_to_integer_ceil(f) {
        Some(limit) => i < limit,
        None => f > 0.0,
    }
}

/// `i <= f`, as mathematical values; false for NaN.
#[inline]
pub fn integer_less_equal_float(i: i64, f: f64) -> bool {
    if is_exact(i) {
        return i as f64 <= f;
    }
    match float_to_integer_floor(f) {
        Some(limit) => i <= limit,
        None => f > 0.0,
    }
}

/// `f < i`, as mathematical values; false for NaN.
#[inline]
pub fn float_less_integer(f: f64, i: i64) -> bool {
    if is_exact(i) {
        return f < i as f64;
    }
    match float_to_integer_floor(f) {
        Some(limit) => limit < i,
        None => f < 0.0,
    }
}

/// `f <= i`, as mathematical values; false for NaN.
#[inline]
pub fn float_less_equal_integer(f: f64, i: i64) -> bool {
    if is_exact(i) {
        return f <= i as f64;
    }
    match float_to_integer_ceil(f) {
        Some(limit) => limit <= i,
        None => f < 0.0,
    }
}

/// The operators on numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ArithmeticOperator {
    Add,
    Subtract,
    Multiply,
    Modulo,
    Power,
    Divide,
    FloorDivide,
    BitAnd,
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,
    Negate,
    BitNot,
}

impl ArithmeticOperator {
    /// The name of its metamethod, without the underscores: `add`, `sub`, ...
    pub const fn event(self) -> &'static str {
        use ArithmeticOperator::*;
        match self {
            Add => "add",
            Subtract => "sub",
            Multiply => "mul",
            Modulo => "mod",
            Power => "pow",
            Divide => "div",
            FloorDivide => "idiv",
            BitAnd => "band",
            BitOr => "bor",
            BitXor => "bxor",
            ShiftLeft => "shl",
            ShiftRight => "shr",
            Negate => "unm",
            BitNot => "bnot",
        }
    }

    /// Whether it works on integers only.
    pub const fn is_bitwise(self) -> bool {
        use ArithmeticOperator::*;
        matches!(self, BitAnd | BitOr | BitXor | ShiftLeft | ShiftRight | BitNot)
    }
}

/// Applies the operator to two numbers; unary operators use the first only. `None` where Lua raises an error: an
/// integer division or modulo by zero, or a bitwise operator on a float without an integer representation.
pub fn compute(operator: ArithmeticOperator, left: Number, right: Number) -> Option<Number> {
    use ArithmeticOperator::*;
    use Number::{Float, Integer};
    Some(match operator {
        BitAnd => Integer(left.to_integer()? & right.to_integer()?),
        BitOr => Integer(left.to_integer()? | right.to_integer()?),
        BitXor => Integer(left.to_integer()? ^ right.to_integer()?),
        ShiftLeft => Integer(shift_left(left.to_integer()?, right.to_integer()?)),
        ShiftRight => Integer(shift_right(left.to_integer()?, right.to_integer()?)),
        BitNot => Integer(!left.to_integer()?),
        Divide => Float(left.to_float() / right.to_float()),
        Power => Float(power(left.to_float(), right.to_float())),
        Negate => match left {
            Integer(value) => Integer(value.wrapping_neg()),
            Float(value) => Float(-value),
        },
        Add | Subtract | Multiply | Modulo | FloorDivide => match (left, right) {
            (Integer(a), Integer(b)) => Integer(match operator {
                Add => a.wrapping_add(b),
                Subtract => a.wrapping_sub(b),
                Multiply => a.wrapping_mul(b),
                _ if b == 0 => return None,
                Modulo => integer_modulo(a, b),
                _ => integer_floor_divide(a, b),
            }),
            _ => {
                let (a, b) = (left.to_float(), right.to_float());
                Float(match operator {
                    Add => a + b,
                    Subtract => a - b,
                    Multiply => a * b,
                    Modulo => float_modulo(a, b),
                    _ => float_floor_divide(a, b),
                })
            }
        },
    })
}

/// The constant with which the compiler may replace an operation on constants; unary operators use the first only.
/// `None` where PUC-Rio's compiler leaves it to run time: errors, any division by zero, and results that are NaN or a
/// float zero (whose sign and identity a table of constants must not lose).
pub fn fold(operator: ArithmeticOperator, left: Number, right: Number) -> Option<Number> {
    use ArithmeticOperator::*;
    if matches!(operator, Divide | FloorDivide | Modulo) && right.to_float() == 0.0 {
        return None;
    }
    compute(operator, left, right).filter(|result| match result {
        Number::Integer(_) => true,
        Number::Float(value) => !value.is_nan() && *value != 0.0,
    })
}
