//! The `math` library.
//!
//! Its functions are constant work, except `min` and `max`, which compare their arguments as `<` does and so may call a
//! metamethod. The state of the random generator is an upvalue of the two functions that share it.

use super::library::{Library, define, reserve};
use super::random::Random;
use crate::error::Error;
use crate::native::{Call, Interrupt, Operations, Poll, Reply, Sequence, Step, finish};
use crate::object::{Context, Native, Slot, UserData, Value};
use crate::userdata_type;
use fife_arena::{Collect, Gc, Static};
use fife_bytecode::number;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::f64::consts::PI;

library! {
    /// The functions of `math`.
    NATIVES: "math." as "math.";

    PLAIN {
        abs("x") => abs, "Constant. The absolute value of the smallest integer is itself.";
        acos("x") => acos, "Constant.";
        asin("x") => asin, "Constant.";
        atan("y [, x]") => atan, "Constant. In Lua 5.3 it is `math.atan2(y [, x])`, too.";
        ceil("x") => ceil, "Constant.";
        cos("x") => cos, "Constant.";
        deg("x") => deg, "Constant.";
        exp("x") => exp, "Constant.";
        floor("x") => floor, "Constant.";
        fmod("x, y") => fmod, "Constant.";
        log("x [, base]") => log, "Constant. Exact for the bases 2 and 10.";
        max("x, ···") => max, "A unit for each 2 arguments.";
        min("x, ···") => min, "A unit for each 2 arguments.";
        modf("x") => modf, "Constant. The integral part is an integer if it fits, as PUC-Rio has it.";
        rad("x") => rad, "Constant.";
        sin("x") => sin, "Constant.";
        sqrt("x") => sqrt, "Constant.";
        tan("x") => tan, "Constant.";
        tointeger("x") => tointeger, "Constant.";
        ult("m, n") => ult, "Constant.";
    }

    /// The functions of Lua 5.3.
    OF_5_3 {
        cosh("x") => cosh, "Constant. Of Lua 5.3.";
        frexp("x") => frexp, "Constant. Of Lua 5.3.";
        ldexp("m, e") => ldexp, "Constant. Of Lua 5.3. As in PUC-Rio Lua, the exponent is taken by its last 32 bits.";
        log10("x") => log10, "Constant. Of Lua 5.3.";
        pow("x, y") => pow, "Constant. Of Lua 5.3.";
        sinh("x") => sinh, "Constant. Of Lua 5.3.";
        tanh("x") => tanh, "Constant. Of Lua 5.3.";
    }

    /// Upvalues: the names of the two types.
    TYPE {
        type("x") => type_of, "Constant.";
    }

    /// Upvalue: the generator.
    RANDOM {
        random("[m [, n]]") => random, "Constant on average.";
        randomseed("[x [, y]]") => randomseed,
            "Constant. Returns the two parts of the seed, as PUC-Rio does since 5.4.4.";
    }
}

/// Defines the library, and seeds the random generator from the host.
pub(crate) fn open<'gc>(ctx: Context<'gc>) {
    let library = ctx.table();
    reserve(ctx, library, &[&PLAIN, &TYPE, &RANDOM], 4);
    define(ctx, library, &PLAIN, &[]);
    if ctx.limits().compat_5_3 {
        library.set_field(ctx, "atan2", library.get_field(ctx, "atan"));
        define(ctx, library, &OF_5_3, &[]);
    }
    define(ctx, library, &TYPE, &["integer", "float"].map(|name| Value::String(ctx.string(name))));
    library.set_field(ctx, "pi", PI);
    library.set_field(ctx, "huge", f64::INFINITY);
    library.set_field(ctx, "maxinteger", i64::MAX);
    library.set_field(ctx, "mininteger", i64::MIN);
    let (first, second) = ctx.host().random_seed();
    let generator = Gc::new(ctx.mc(), Static(RefCell::new(Random::from_seeds(first, second))));
    define(ctx, library, &RANDOM, &[Value::UserData(UserData::new::<GeneratorType>(ctx, generator))]);
    ctx.globals().set_field(ctx, "math", library);
}

// ---- Rounding ----

/// The integer if there is one, otherwise the float, which is integral, infinite or NaN.
#[inline]
fn integer_or_float<'gc>(integer: Option<i64>, float: f64) -> Slot<'gc> {
    match integer {
        Some(integer) => Slot::integer(integer),
        None => Slot::float(float),
    }
}

/// `math.floor`
fn floor<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let argument = call.slot(0);
    if let Some(value) = argument.as_float() {
        // A float too large for an integer is integral, infinite or NaN.
        return call.one_slot(integer_or_float(number::float_to_integer_floor(value), value));
    }
    floor_of_other(call)
}

/// `math.floor` of anything but a float; separate, so that the usual case stays small.
#[inline(never)]
fn floor_of_other<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let argument = call.slot(0);
    if argument.as_integer().is_some() {
        return call.one_slot(argument);
    }
    let value = call.number(0)?;
    call.one_slot(integer_or_float(number::float_to_integer_floor(value), value.floor()))
}

/// `math.ceil`
fn ceil<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let argument = call.slot(0);
    if argument.as_integer().is_some() {
        return call.one_slot(argument);
    }
    let value = call.number(0)?;
    call.one_slot(integer_or_float(number::float_to_integer_ceil(value), value.ceil()))
}

/// `math.modf`
fn modf<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    if let Value::Integer(value) = call.get(0) {
        return call.all([Value::Integer(value), Value::Number(0.0)]);
    }
    let value = call.number(0)?;
    let whole = value.trunc();
    let fraction = if value == whole { 0.0 } else { value - whole };
    call.all([integer_or_float(number::float_to_integer(whole), whole).value(), Value::Number(fraction)])
}

/// `math.tointeger`
fn tointeger<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let value = call.any(0)?;
    call.charge_numeral(value);
    call.one(value.to_integer())
}

// ---- Arithmetic ----

/// `math.abs`
fn abs<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    match call.slot(0).as_integer() {
        Some(value) => call.one_slot(Slot::integer(value.wrapping_abs())),
        None => {
            let value = call.number(0)?;
            call.one_slot(Slot::float(value.abs()))
        }
    }
}

/// `math.fmod`
fn fmod<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    if let (Some(left), Some(right)) = (call.slot(0).as_integer(), call.slot(1).as_integer()) {
        if right == 0 {
            return Err(call.argument_error(1, "zero"));
        }
        return call.one_slot(Slot::integer(left.wrapping_rem(right)));
    }
    // The second argument is checked first, as in PUC-Rio Lua compiled for Linux.
    let right = call.number(1)?;
    call.one_slot(Slot::float(number::float_remainder(call.number(0)?, right)))
}

/// `math.ult`
fn ult<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (left, right) = (call.integer(0)?, call.integer(1)?);
    call.one_slot(Slot::boolean((left as u64) < right as u64))
}

/// `math.type`
fn type_of<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let name = match call.any(0)? {
        Value::Integer(_) => call.upvalue(0),
        Value::Number(_) => call.upvalue(1),
        _ => Value::Nil,
    };
    call.one(name)
}

// ---- Functions of floats ----

/// Defines functions of one float.
macro_rules! of_float {
    ($($name:ident = |$value:ident| $result:expr;)*) => {$(
        fn $name<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
            let $value = call.number(0)?;
            call.one_slot(Slot::float($result))
        }
    )*};
}
of_float! {
    acos = |value| value.acos();
    asin = |value| value.asin();
    cos = |value| value.cos();
    cosh = |value| value.cosh();
    deg = |value| value * (180.0 / PI);
    exp = |value| value.exp();
    log10 = |value| value.log10();
    rad = |value| value * (PI / 180.0);
    sin = |value| value.sin();
    sinh = |value| value.sinh();
    sqrt = |value| value.sqrt();
    tan = |value| value.tan();
    tanh = |value| value.tanh();
}

/// `math.atan`
fn atan<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let y = call.number(0)?;
    let x = if call.is_none_or_nil(1) { 1.0 } else { call.number(1)? };
    call.one_slot(Slot::float(y.atan2(x)))
}

/// `math.log`
fn log<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let value = call.number(0)?;
    let result = if call.is_none_or_nil(1) {
        value.ln()
    } else {
        match call.number(1)? {
            2.0 => value.log2(),
            10.0 => value.log10(),
            base => value.ln() / base.ln(),
        }
    };
    call.one_slot(Slot::float(result))
}

// ---- Floats as mantissa and exponent ----

/// The bits of a float's exponent, and what is added to it there.
const EXPONENT_SHIFT: u32 = 52;
const EXPONENT_MASK: u64 = 0x7ff;
const EXPONENT_BIAS: i64 = 1023;

/// A power of two, whose exponent must be one of a normal float.
fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(((exponent + EXPONENT_BIAS) as u64 & EXPONENT_MASK) << EXPONENT_SHIFT)
}

/// The mantissa, whose absolute value is at least a half and less than 1, and the exponent: the float is
/// `mantissa * 2^exponent`. Zeros, infinities and NaN are their own mantissa.
fn split_float(value: f64) -> (f64, i64) {
    if value == 0.0 || !value.is_finite() {
        return (value, 0);
    }
    // A subnormal float is made a normal one, without loss.
    let scale = if value.is_normal() { 0 } else { 64 };
    let bits = (value * power_of_two(scale)).to_bits();
    let exponent = (bits >> EXPONENT_SHIFT & EXPONENT_MASK) as i64 - (EXPONENT_BIAS - 1);
    let mantissa = bits & !(EXPONENT_MASK << EXPONENT_SHIFT) | ((EXPONENT_BIAS - 1) as u64) << EXPONENT_SHIFT;
    (f64::from_bits(mantissa), exponent - scale)
}

/// `value * 2^exponent`, rounded once.
fn scale_float(value: f64, exponent: i32) -> f64 {
    const LARGEST: i64 = EXPONENT_BIAS + 1;
    // Anything less is rounded to zero.
    const LEAST: i64 = -1100;
    const SUBNORMAL: i64 = 2 - EXPONENT_BIAS;
    let (mantissa, own) = split_float(value);
    match own + i64::from(exponent) {
        exponent if exponent > LARGEST => mantissa * f64::INFINITY,
        // In two factors, because the power itself may be too large.
        exponent if exponent >= SUBNORMAL => mantissa * 2.0 * power_of_two(exponent - 1),
        exponent => mantissa * power_of_two(exponent.max(LEAST) + 128) * power_of_two(-128),
    }
}

/// `math.frexp`
fn frexp<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (mantissa, exponent) = split_float(call.number(0)?);
    call.all([Value::Number(mantissa), Value::Integer(exponent)])
}

/// `math.ldexp`
fn ldexp<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (value, exponent) = (call.number(0)?, call.integer(1)?);
    let scaled = if value == 0.0 || !value.is_finite() { value } else { scale_float(value, exponent as i32) };
    call.one_slot(Slot::float(scaled))
}

/// `math.pow`
fn pow<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (base, exponent) = (call.number(0)?, call.number(1)?);
    call.one_slot(Slot::float(base.powf(exponent)))
}

// ---- Extremes ----

/// `math.max`
fn max<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    match two_numbers(call) {
        Some((first, second, order)) => call.one_slot(if order == Some(Ordering::Less) { second } else { first }),
        None => extreme(call, true),
    }
}

/// `math.min`
fn min<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    match two_numbers(call) {
        Some((first, second, order)) => call.one_slot(if order == Some(Ordering::Greater) { second } else { first }),
        None => extreme(call, false),
    }
}

/// The arguments and their order (none if one is NaN) if they are two numbers, as they mostly are. A small build does
/// without this.
#[inline(always)]
fn two_numbers<'gc>(call: &Call<'gc, '_>) -> Option<(Slot<'gc>, Slot<'gc>, Option<Ordering>)> {
    if call.len() != 2 || cfg!(not(feature = "full")) {
        return None;
    }
    let (first, second) = (call.slot(0), call.slot(1));
    let order = match (first.as_integer(), second.as_integer()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        (None, None) => first.as_float()?.partial_cmp(&second.as_float()?),
        (Some(left), None) => integer_and_float(left, second.as_float()?),
        (None, Some(right)) => integer_and_float(right, first.as_float()?).map(Ordering::reverse),
    };
    Some((first, second, order))
}

fn integer_and_float(left: i64, right: f64) -> Option<Ordering> {
    if number::integer_less_float(left, right) {
        Some(Ordering::Less)
    } else if number::float_less_integer(right, left) {
        Some(Ordering::Greater)
    } else if right.is_nan() {
        None
    } else {
        Some(Ordering::Equal)
    }
}

/// How many arguments are compared between two checks of the fuel.
const CHUNK: usize = 1024;

#[inline(never)]
fn extreme<'gc>(call: &mut Call<'gc, '_>, is_max: bool) -> Result<Reply, Error<'gc>> {
    if call.len() == 0 {
        return Err(call.argument_error(0, "value expected"));
    }
    let count = call.len();
    let mut search = Extreme { operations: Operations::default(), is_max, best: 0, next: 1, count };
    match search.run(call) {
        Ok(best) => call.one_slot(call.slot(best)),
        Err(Interrupt::Fail(error)) => Err(error),
        Err(_) => {
            // The sequence repeats the operation that had to call Lua.
            call.truncate(count);
            search.operations = Operations::default();
            call.sequence(search)
        }
    }
}

/// A running `math.max` or `math.min`: `best` is the greatest or least of the arguments before `next`.
#[derive(Collect)]
struct Extreme<'gc> {
    operations: Operations<'gc>,
    is_max: bool,
    best: usize,
    next: usize,
    count: usize,
}

impl<'gc> Extreme<'gc> {
    /// Compares while there is fuel. Returns the number of the result among the arguments.
    #[inline]
    fn run(&mut self, call: &mut Call<'gc, '_>) -> Step<'gc, usize> {
        let end = self.count.min(self.next + CHUNK);
        while self.next < end {
            if self.next.is_multiple_of(2) && !self.operations.has_answer() {
                call.charge(1);
            }
            let (best, next) = (call.slot(self.best), call.slot(self.next));
            let (left, right) = if self.is_max { (best, next) } else { (next, best) };
            let is_better = if let (Some(left), Some(right)) = (left.as_integer(), right.as_integer()) {
                left < right
            } else if let (Some(left), Some(right)) = (left.as_float(), right.as_float()) {
                left < right
            } else {
                let is_answer = self.operations.has_answer();
                let is_less = self.operations.less(call, left.value(), right.value())?;
                if !is_answer && call.fuel_left() < 0 {
                    // Comparing strings may take long.
                    self.decide(is_less);
                    break;
                }
                is_less
            };
            self.decide(is_better);
        }
        if self.next == self.count { Ok(self.best) } else { Err(Interrupt::Pause) }
    }

    #[inline]
    fn decide(&mut self, is_better: bool) {
        if is_better {
            self.best = self.next;
        }
        self.next += 1;
    }
}

impl<'gc> Sequence<'gc> for Extreme<'gc> {
    const NAME: &'static str = "math.extreme";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.operations.resume(call);
        finish(self.run(call).map(|best| {
            call.push_slot(call.slot(best));
            1
        }))
    }
}

// ---- Random numbers ----

/// The generator that `math.random` and `math.randomseed` share.
type Generator = Static<RefCell<Random>>;

userdata_type! {
    /// The userdata that holds a generator.
    GeneratorType("math.generator") for Generator;
}

fn generator<'gc>(call: &Call<'gc, '_>) -> Result<Gc<'gc, Generator>, Error<'gc>> {
    let found = match call.upvalue(0) {
        Value::UserData(data) => data.downcast::<GeneratorType>(),
        _ => None,
    };
    found.ok_or_else(|| call.error("the random generator's state was replaced"))
}

/// `math.random`
fn random<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let generator = generator(call)?;
    let mut random = generator.0.borrow_mut();
    let (low, high) = match call.len() {
        0 => return call.one_slot(Slot::float(random.next_float())),
        1 => match call.integer(0)? {
            0 => return call.one_slot(Slot::integer(random.next() as i64)),
            high => (1, high),
        },
        2 => (call.integer(0)?, call.integer(1)?),
        _ => return Err(call.error("wrong number of arguments")),
    };
    match random.next_in(low, high) {
        Some(number) => call.one_slot(Slot::integer(number)),
        None => Err(call.argument_error(0, "interval is empty")),
    }
}

/// `math.randomseed`
fn randomseed<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let generator = generator(call)?;
    let (first, second) =
        if call.is_none(0) { call.ctx().host().random_seed() } else { (call.integer(0)?, call.integer_or(1, 0)?) };
    *generator.0.borrow_mut() = Random::from_seeds(first, second);
    call.all([Value::Integer(first), Value::Integer(second)])
}
