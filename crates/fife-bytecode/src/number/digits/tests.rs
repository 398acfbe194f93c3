//! Compares digits and numerals with Rust's own conversions, which are exact and share no code with these.

use super::super::{Number, format_float, parse};

/// Pseudorandom numbers, the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

/// The number of values of each kind, fewer under Miri.
const ROUNDS: usize = if cfg!(miri) { 20 } else { 4000 };

/// Floats of all magnitudes, and floats at or near short decimal numbers.
fn values() -> Vec<f64> {
    let mut random = Random(1);
    let mut values = vec![5e-324, f64::MIN_POSITIVE, f64::MIN_POSITIVE.next_down(), f64::MAX, 0.0, 1e23, 9.5, 0.5, 2.5];
    for power in (-1074..1024).step_by(if cfg!(miri) { 300 } else { 1 }) {
        let value = if power < -1022 { f64::from_bits(1 << (power + 1074)) } else { 2f64.powi(power) };
        values.extend([value.next_down(), value, value.next_up()]);
    }
    for power in (-323..309).step_by(if cfg!(miri) { 100 } else { 1 }) {
        let value: f64 = format!("1e{power}").parse().unwrap();
        values.extend([value.next_down(), value, value.next_up()]);
    }
    for _ in 0..ROUNDS {
        values.push(f64::from_bits(random.next() >> 1));
        values.push(f64::from_bits(random.next() >> 12));
        values.push(random.below(1_000_000) as f64 / 1000.0);
        // Ties when the last digits are cut off.
        values.push((random.next() >> 20) as f64 / [1.0, 2.0, 4.0, 8.0, 16.0][random.below(5) as usize]);
    }
    values.retain(|value| value.is_finite());
    values
}

/// Rust's `1.5e-7` as C's `1.5e-07`.
fn scientific(value: f64, precision: usize) -> String {
    let text = format!("{value:.precision$e}");
    let (digits, exponent) = text.split_once('e').unwrap();
    let exponent: i32 = exponent.parse().unwrap();
    format!("{digits}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

#[test]
fn digits_are_those_of_rust() {
    let mut random = Random(2);
    for value in values() {
        for precision in [0, 13, 14, 15, 16, 17, 99, random.below(18) as usize, random.below(99) as usize] {
            let mut out = Vec::new();
            format_float(value, b'e', Some(precision), false, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), scientific(value, precision), "{value:e} with {precision}");
            out.clear();
            format_float(value, b'f', Some(precision), false, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), format!("{value:.precision$}"), "{value:e} with {precision}");
        }
    }
}

#[track_caller]
fn reads(text: &str) {
    let expected: f64 = text.parse().unwrap();
    let found = match parse(text.as_bytes()) {
        Some(Number::Float(value)) => value,
        Some(Number::Integer(value)) => value as f64,
        None => panic!("{text} is no number"),
    };
    assert_eq!(found.to_bits(), expected.to_bits(), "{text}: {found:e} is not {expected:e}");
}

#[test]
fn numerals_are_those_of_rust() {
    let mut random = Random(3);
    for round in 0..ROUNDS {
        let count = 1 + random.below([19, 25, 60, 770, 850][round % 5]) as usize;
        let mut digits: String = (0..count).map(|_| char::from(b'0' + random.below(10) as u8)).collect();
        if random.below(4) == 0 {
            digits.insert_str(0, &"0".repeat(random.below(30) as usize));
        }
        digits.insert(random.below(digits.len() as u64 + 1) as usize, '.');
        reads(&digits);
        reads(&format!("{digits}e{}", random.below(700) as i64 - 350));
        reads(&format!("{digits}e-{}", 300 + random.below(900)));
    }
    for value in values() {
        // All digits of the middle, and numbers just below and above it.
        let text = format!("{value:.1080}");
        let text = text.trim_end_matches('0');
        reads(text);
        reads(&format!("{text}1"));
        reads(&format!("{value:.25e}"));
    }
}

#[test]
fn halfway_between_floats() {
    let mut random = Random(4);
    let near = |middle: u128, exponent: &str| {
        let below = middle - 1;
        reads(&format!("{middle}{exponent}"));
        for count in [30, 100, 1000] {
            reads(&format!("{middle}.{}1{exponent}", "0".repeat(count)));
            reads(&format!("{below}.{}{exponent}", "9".repeat(count)));
        }
    };
    for _ in 0..ROUNDS {
        // An odd number of 54 bits is halfway between two floats.
        let odd = u128::from(random.next() >> 10 | 1 << 53 | 1);
        near(odd << random.below(70), "");
        let power = 1 + random.below(30) as u32;
        near(odd * 5u128.pow(power), &format!("e-{power}"));
    }
    // As close to half the smallest float as this many digits can get; and half a unit above the largest.
    for text in ["2.470328229206232720882e-324", "2.470328229206232720883e-324"] {
        reads(text);
    }
    let middle = "1797693134862315807937289714053034150799341327100378269361737789804449682927647509466490179775872070\
        9633028641669288791094655554785194040263065748867150582068190890200070838367627385484581771153176447\
        5730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880177904\
        174497792";
    reads(middle);
    reads(&format!("{middle}.{}1", "0".repeat(500)));
    reads(&(middle[..308].to_owned() + "1.9"));
}
