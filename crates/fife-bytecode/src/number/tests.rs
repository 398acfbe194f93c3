//! Compares numbers with what PUC-Rio Lua 5.4 prints and computes on 64-bit Linux.

use super::Number::{Float, Integer};
use super::*;
use std::hint::black_box;

/// Distinguishes zeros by sign and makes NaN equal to itself.
fn bits(number: Option<Number>) -> Option<(bool, u64)> {
    number.map(|it| match it {
        Integer(value) => (true, value as u64),
        Float(value) => (false, if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() }),
    })
}

#[track_caller]
fn same(left: Option<Number>, right: Option<Number>) {
    assert!(bits(left) == bits(right), "{left:?} is not {right:?}");
}

#[test]
fn reads_integers() {
    for (text, value) in [
        ("0", 0),
        (" \t\n\x0b\x0c\r42\r\x0c\x0b\n\t ", 42),
        ("-7", -7),
        ("+7", 7),
        ("00000000000000000000000000000000000000000001", 1),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
        ("0x10", 16),
        ("0XfF", 255),
        ("-0x1", -1),
        ("0xffffffffffffffff", -1),
        ("0x7fffffffffffffff", i64::MAX),
        ("0x1ffffffffffffffff", -1),
        ("0x1234567890abcdef01234567", 0x90ab_cdef_0123_4567u64 as i64),
        ("-0x8000000000000000", i64::MIN),
    ] {
        same(parse(text.as_bytes()), Some(Integer(value)));
    }
}

#[test]
fn reads_floats() {
    for (text, value) in [
        ("0.0", 0.0),
        ("-0.0", -0.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("-.5e1", -5.0),
        ("3e0", 3.0),
        ("1E+2", 100.0),
        ("314.16e-1", 31.416),
        ("9223372036854775808", 9223372036854775808.0),
        ("-9223372036854775809", -9223372036854775808.0),
        ("1e308", 1e308),
        ("1e309", f64::INFINITY),
        ("-1e999999999999999999999999", f64::NEG_INFINITY),
        ("1e-999999999999999999999999", 0.0),
        ("0e999999999999999999999999", 0.0),
        ("4.9e-324", 5e-324),
        ("2.4703282292062327e-324", 0.0),
        ("2.4703282292062328e-324", 5e-324),
        ("2.2250738585072011e-308", f64::from_bits((1 << 52) - 1)),
        ("9007199254740993.0", 9007199254740992.0),
        ("0x0.1E", 0.1171875),
        ("0xA23p-4", 162.1875),
        ("0X1.921FB54442D18P+1", std::f64::consts::PI),
        ("0x.8", 0.5),
        ("0x8.", 8.0),
        ("-0x0p0", -0.0),
        ("0x1p-1074", 5e-324),
        ("0x1p-1075", 0.0),
        ("0x1.00000001p-1075", 5e-324),
        ("0x3p-1075", 1e-323),
        ("0x1p-1076", 0.0),
        ("0x0.fffffffffffffp-1022", f64::from_bits((1 << 52) - 1)),
        ("0x0.fffffffffffff8p-1022", f64::MIN_POSITIVE),
        ("0x1.fffffffffffffp1023", f64::MAX),
        ("0x1.fffffffffffff7fp1023", f64::MAX),
        ("0x1.fffffffffffff8p1023", f64::INFINITY),
        ("0x1p1024", f64::INFINITY),
        ("0x1p99999999999999999999", f64::INFINITY),
        ("0x1p-99999999999999999999", 0.0),
        ("0x0p99999999999999999999", 0.0),
        // Ties to even, and numbers just above a tie.
        ("0x1.00000000000008p0", 1.0),
        ("0x1.000000000000080000000000000000000001p0", 1.0000000000000002),
        ("0x1.00000000000018p0", 1.0000000000000004),
    ] {
        same(parse(text.as_bytes()), Some(Float(value)));
    }
}

#[test]
fn reads_long_floats() {
    let zeros = "0".repeat(1_000_000);
    for (text, value) in [
        (format!("0.{zeros}1e1000001"), 1.0),
        (format!("1{zeros}e-1000000"), 1.0),
        (format!("1{zeros}.0e-1000001"), 0.1),
        (format!("{zeros}1.5{zeros}"), 1.5),
        (format!("{zeros}.{zeros}"), 0.0),
        (format!("0x{zeros}.{zeros}8p4000001"), 1.0),
        (format!("0x1{zeros}p-4000000"), 1.0),
        // Exactly between two floats, then slightly above.
        (format!("9007199254740993.{zeros}"), 9007199254740992.0),
        (format!("9007199254740993.{zeros}1"), 9007199254740994.0),
        (format!("0x20000000000001.{zeros}p0"), 9007199254740992.0),
        (format!("0x20000000000002.8{zeros}1p-1"), 4503599627370497.0),
        (format!("-1{zeros}"), f64::NEG_INFINITY),
    ] {
        same(parse(text.as_bytes()), Some(Float(value)));
    }
}

#[test]
fn rejects_what_is_no_number() {
    for text in [
        "", " ", "-", "+", ".", "-.", "e1", ".e1", "1e", "1e+", "1e-", "1 2", "1x", "0x", "-0x", "0x.", "0xp1", "0x1p",
        "0x1p+", "0x1pf", "0xg", "1e1.0", "1..2", "1.2.3", "--1", "+-1", "- 1", "inf", "-inf", "nan", "NaN",
        "infinity", "0xinf", "1\0", "\x001", "1_000", "1f", "0b1", "1p4", "١", "\u{a0}1",
    ] {
        assert_eq!(parse(text.as_bytes()), None, "{text:?}");
    }
    assert_eq!(parse(b"1\xff"), None);
}

#[test]
fn writes_integers() {
    for value in [0, 1, -1, 9, 10, 42, 99, 100, 101, -100, 999, 1000, 123456789, i64::MAX, i64::MIN, i64::MIN + 1] {
        assert_eq!(integer_text(value).as_str(), value.to_string());
    }
    for shift in 0..63 {
        let value = (1i64 << shift) - 1;
        assert_eq!(integer_text(-value).as_str(), (-value).to_string());
    }
}

#[test]
fn writes_floats() {
    for (value, text) in [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1.0, "1.0"),
        (-1.5, "-1.5"),
        (0.1, "0.1"),
        (1.0 / 3.0, "0.33333333333333"),
        (2.0 / 3.0, "0.66666666666667"),
        (100.0, "100.0"),
        (1e13, "10000000000000.0"),
        (99999999999999.0, "99999999999999.0"),
        (99999999999999.5, "1e+14"),
        (99999999999998.5, "99999999999998.0"),
        (99999999999997.5, "99999999999998.0"),
        (-99999999999998.5, "-99999999999998.0"),
        (9999999999999.5, "9999999999999.5"),
        (1e14, "1e+14"),
        (123456789012345.0, "1.2345678901234e+14"),
        (1e15, "1e+15"),
        (1e100, "1e+100"),
        (-1e100, "-1e+100"),
        (9007199254740992.0, "9.007199254741e+15"),
        (9223372036854775808.0, "9.2233720368548e+18"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (0.000099999999999999, "9.9999999999999e-05"),
        (std::f64::consts::PI, "3.1415926535898"),
        (-std::f64::consts::PI, "-3.1415926535898"),
        (5e-324, "4.9406564584125e-324"),
        (f64::MIN_POSITIVE, "2.2250738585072e-308"),
        (f64::MAX, "1.7976931348623e+308"),
        (-f64::MAX, "-1.7976931348623e+308"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
        (f64::NAN.copysign(1.0), "nan"),
        (f64::NAN.copysign(-1.0), "-nan"),
    ] {
        assert_eq!(float_text(value).as_str(), text);
    }
}

fn formatted(conversion: &str, value: f64) -> String {
    let spec = conversion.as_bytes();
    let (letter, rest) = spec.split_last().unwrap();
    let alternate = rest.contains(&b'#');
    let precision = conversion.split_once('.').map(|(_, digits)| digits[..digits.len() - 1].parse().unwrap());
    let mut out = b">".to_vec();
    format_float(value, *letter, precision, alternate, &mut out);
    String::from_utf8(out).unwrap()[1..].to_string()
}

#[test]
fn formats_as_glibc() {
    let samples = [1.97, 0.0, 2.5, 0.5, 99999.95, 1e-5, 1e23, 0.0001, f64::INFINITY];
    for (conversion, texts) in [
        ("g", "1.97 0 2.5 0.5 99999.9 1e-05 1e+23 0.0001 inf"),
        ("#g", "1.97000 0.00000 2.50000 0.500000 99999.9 1.00000e-05 1.00000e+23 0.000100000 inf"),
        (".0g", "2 0 2 0.5 1e+05 1e-05 1e+23 0.0001 inf"),
        ("#.0g", "2. 0. 2. 0.5 1.e+05 1.e-05 1.e+23 0.0001 inf"),
        (".3g", "1.97 0 2.5 0.5 1e+05 1e-05 1e+23 0.0001 inf"),
        ("#.3e", "1.970e+00 0.000e+00 2.500e+00 5.000e-01 1.000e+05 1.000e-05 1.000e+23 1.000e-04 inf"),
        (".0e", "2e+00 0e+00 2e+00 5e-01 1e+05 1e-05 1e+23 1e-04 inf"),
        ("#.0e", "2.e+00 0.e+00 2.e+00 5.e-01 1.e+05 1.e-05 1.e+23 1.e-04 inf"),
        (".0f", "2 0 2 0 100000 0 99999999999999991611392 0 inf"),
        ("#.0f", "2. 0. 2. 0. 100000. 0. 99999999999999991611392. 0. inf"),
        ("G", "1.97 0 2.5 0.5 99999.9 1E-05 1E+23 0.0001 INF"),
        (
            "E",
            "1.970000E+00 0.000000E+00 2.500000E+00 5.000000E-01 9.999995E+04 1.000000E-05 1.000000E+23 1.000000E-04 INF",
        ),
        (
            ".20g",
            "1.9699999999999999734 0 2.5 0.5 99999.94999999999709 1.0000000000000000818e-05 9.9999999999999991611e+22 \
             0.00010000000000000000479 inf",
        ),
    ] {
        let ours: Vec<String> = samples.iter().map(|&value| formatted(conversion, value)).collect();
        let expected: Vec<String> = texts.split(' ').map(String::from).collect();
        assert_eq!(ours, expected, "{conversion}");
    }
    assert_eq!(formatted("F", f64::NAN), "NAN");
    assert_eq!(formatted("f", -1.5), "1.500000");
    assert_eq!(
        formatted(".99f", 1.97),
        "1.969999999999999973354647408996243029832839965820312500000000000000000000000000000000000000000000000"
    );
    assert_eq!(formatted(".99f", f64::MAX).len(), 309 + 1 + 99);
    assert_eq!(formatted(".99e", 5e-324).len(), 1 + 1 + 99 + 5);
    assert_eq!(formatted(".4000000000f", 1.0), formatted(".99f", 1.0));
}

#[test]
fn formats_hexadecimal_floats_as_glibc() {
    let samples = [1.97, 5e-324, 0.0, 0.5 * f64::MIN_POSITIVE, 1.5, 2.5, 1.0 / 3.0, 1.03125, f64::INFINITY];
    for (conversion, texts) in [
        (".0a", "0x2p+0 0x0p-1022 0x0p+0 0x0p-1022 0x2p+0 0x1p+1 0x1p-2 0x1p+0 inf"),
        (".1a", "0x2.0p+0 0x0.0p-1022 0x0.0p+0 0x0.8p-1022 0x1.8p+0 0x1.4p+1 0x1.5p-2 0x1.0p+0 inf"),
        (
            "a",
            "0x1.f851eb851eb85p+0 0x0.0000000000001p-1022 0x0p+0 0x0.8p-1022 0x1.8p+0 0x1.4p+1 0x1.5555555555555p-2 \
             0x1.08p+0 inf",
        ),
        (
            "A",
            "0X1.F851EB851EB85P+0 0X0.0000000000001P-1022 0X0P+0 0X0.8P-1022 0X1.8P+0 0X1.4P+1 0X1.5555555555555P-2 \
             0X1.08P+0 INF",
        ),
        ("#.0a", "0x2.p+0 0x0.p-1022 0x0.p+0 0x0.p-1022 0x2.p+0 0x1.p+1 0x1.p-2 0x1.p+0 inf"),
        (
            ".15a",
            "0x1.f851eb851eb8500p+0 0x0.000000000000100p-1022 0x0.000000000000000p+0 0x0.800000000000000p-1022 \
             0x1.800000000000000p+0 0x1.400000000000000p+1 0x1.555555555555500p-2 0x1.080000000000000p+0 inf",
        ),
    ] {
        let ours: Vec<String> = samples.iter().map(|&value| formatted(conversion, value)).collect();
        let expected: Vec<String> = texts.split(' ').map(String::from).collect();
        assert_eq!(ours, expected, "{conversion}");
    }
}

#[test]
fn divides_towards_minus_infinity() {
    for (a, b, quotient, rest) in [
        (7, 3, 2, 1),
        (-7, 3, -3, 2),
        (7, -3, -3, -2),
        (-7, -3, 2, -1),
        (6, 3, 2, 0),
        (-6, 3, -2, 0),
        (0, -3, 0, 0),
        (i64::MIN, -1, i64::MIN, 0),
        (i64::MIN, 1, i64::MIN, 0),
        (i64::MAX, -1, -i64::MAX, 0),
        (i64::MIN, i64::MAX, -2, i64::MAX - 1),
        (i64::MAX, i64::MIN, -1, -1),
        (5, 0, 0, 0),
    ] {
        assert_eq!((integer_floor_divide(a, b), integer_modulo(a, b)), (quotient, rest), "{a} by {b}");
    }
    let inf = f64::INFINITY;
    for (a, b, quotient, rest) in [
        (7.0, 3.0, 2.0, 1.0),
        (-7.0, 3.0, -3.0, 2.0),
        (7.0, -3.0, -3.0, -2.0),
        (-7.0, -3.0, 2.0, -1.0),
        (5.5, 2.0, 2.0, 1.5),
        (-6.0, 3.0, -2.0, -0.0),
        (5.0, inf, 0.0, 5.0),
        (-5.0, inf, -0.0, inf),
        (5.0, -inf, -0.0, -inf),
        (-5.0, -inf, 0.0, -5.0),
        (5.0, 0.0, inf, f64::NAN),
        (-5.0, 0.0, -inf, f64::NAN),
        (inf, 2.0, inf, f64::NAN),
    ] {
        same(Some(Float(float_floor_divide(a, b))), Some(Float(quotient)));
        same(Some(Float(float_modulo(a, b))), Some(Float(rest)));
    }
    assert_eq!(float_text(black_box(0.0) / black_box(0.0)).as_str().trim_start_matches('-'), "nan");
}

/// Compares with Rust's `%`, which is C's `fmod`.
#[test]
fn remainders_are_those_of_c() {
    let mut values =
        vec![5e-324, 3.3e-310, f64::MIN_POSITIVE, 0.1, 1.0, 3.0, 7.5, 1e17, 1.7e308, f64::MAX, f64::INFINITY];
    let mut random = 1u64;
    for _ in 0..if cfg!(miri) { 20 } else { 1500 } {
        random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let bits = random ^ random >> 29;
        values.extend([f64::from_bits(bits), f64::from_bits(bits >> 13), (bits >> 40) as f64 / 64.0]);
    }
    values.extend([0.0, -0.0, -1.5, f64::NAN, f64::NEG_INFINITY]);
    for (index, a) in values.iter().copied().enumerate() {
        for b in values.iter().copied().skip(index % 17).step_by(17).chain(values[..11].iter().copied()) {
            same(Some(Float(float_remainder(a, b))), Some(Float(a % b)));
        }
    }
}

#[test]
fn shifts() {
    for (a, b, left, right) in [
        (1, 0, 1, 1),
        (1, 63, i64::MIN, 0),
        (1, 64, 0, 0),
        (-1, 1, -2, i64::MAX),
        (-1, 63, i64::MIN, 1),
        (-1, 64, 0, 0),
        (-1, i64::MAX, 0, 0),
        (-1, i64::MIN, 0, 0),
        (-1, -1, i64::MAX, -2),
        (-1, -63, 1, i64::MIN),
        (-1, -64, 0, 0),
    ] {
        assert_eq!((shift_left(a, b), shift_right(a, b)), (left, right), "{a} by {b}");
    }
}

#[test]
fn converts_floats_to_integers() {
    for (value, exact, floor, ceil) in [
        (0.0, Some(0), Some(0), Some(0)),
        (-0.0, Some(0), Some(0), Some(0)),
        (1.5, None, Some(1), Some(2)),
        (-1.5, None, Some(-2), Some(-1)),
        (5e-324, None, Some(0), Some(1)),
        (-5e-324, None, Some(-1), Some(0)),
        (9007199254740992.0, Some(1 << 53), Some(1 << 53), Some(1 << 53)),
        (4503599627370495.5, None, Some(4503599627370495), Some(4503599627370496)),
        (9223372036854774784.0, Some(i64::MAX - 1023), Some(i64::MAX - 1023), Some(i64::MAX - 1023)),
        (9223372036854775808.0, None, None, None),
        (-9223372036854775808.0, Some(i64::MIN), Some(i64::MIN), Some(i64::MIN)),
        (-9223372036854777856.0, None, None, None),
        (f64::INFINITY, None, None, None),
        (f64::NEG_INFINITY, None, None, None),
        (f64::NAN, None, None, None),
    ] {
        assert_eq!(float_to_integer(value), exact, "{value}");
        assert_eq!(float_to_integer_floor(value), floor, "{value}");
        assert_eq!(float_to_integer_ceil(value), ceil, "{value}");
    }
}

#[test]
fn compares_integers_with_floats_exactly() {
    const EDGE: i64 = 1 << 53;
    let edge = EDGE as f64;
    let limit = 9223372036854775808.0;
    for (i, f, less, equal) in [
        (1, 1.0, false, true),
        (1, 1.5, true, false),
        (-1, -1.5, false, false),
        (EDGE, edge, false, true),
        (EDGE + 1, edge, false, false),
        (EDGE - 1, edge, true, false),
        (EDGE + 1, edge + 2.0, true, false),
        (-EDGE - 1, -edge, true, false),
        (-EDGE - 1, -edge - 2.0, false, false),
        (i64::MAX, limit, true, false),
        (i64::MAX, f64::INFINITY, true, false),
        (i64::MAX, f64::NEG_INFINITY, false, false),
        (i64::MIN, -limit, false, true),
        (i64::MIN, -limit * 1.5, false, false),
        (i64::MIN, f64::NEG_INFINITY, false, false),
    ] {
        assert_eq!(integer_less_float(i, f), less, "{i} < {f}");
        assert_eq!(integer_less_equal_float(i, f), less || equal, "{i} <= {f}");
        assert_eq!(float_less_integer(f, i), !less && !equal, "{f} < {i}");
        assert_eq!(float_less_equal_integer(f, i), !less, "{f} <= {i}");
        assert_eq!(integer_equal_float(i, f), equal, "{i} == {f}");
    }
    for i in [0, i64::MAX, i64::MIN] {
        assert!(!integer_less_float(i, f64::NAN) && !integer_less_equal_float(i, f64::NAN));
        assert!(!float_less_integer(f64::NAN, i) && !float_less_equal_integer(f64::NAN, i));
        assert!(!integer_equal_float(i, f64::NAN));
    }
}

#[test]
fn folds_as_the_reference_compiler() {
    use ArithmeticOperator::*;
    let zero = Integer(0);
    for (operator, left, right, result) in [
        (Add, Integer(i64::MAX), Integer(1), Some(Integer(i64::MIN))),
        (Add, Integer(1), Float(0.5), Some(Float(1.5))),
        (Multiply, Float(1e308), Integer(10), Some(Float(f64::INFINITY))),
        (Divide, Integer(1), Integer(2), Some(Float(0.5))),
        (Divide, Integer(1), zero, None),
        (Divide, Integer(1), Float(-0.0), None),
        (Divide, zero, Integer(1), None),
        (Power, Integer(2), Integer(2), Some(Float(4.0))),
        (Power, Integer(2), Float(0.5), Some(Float(std::f64::consts::SQRT_2))),
        (FloorDivide, Integer(7), Integer(-2), Some(Integer(-4))),
        (FloorDivide, Integer(7), zero, None),
        (FloorDivide, Integer(i64::MIN), Integer(-1), Some(Integer(i64::MIN))),
        (FloorDivide, Float(1.0), Float(0.0), None),
        (Modulo, Integer(-7), Integer(4), Some(Integer(1))),
        (Modulo, Integer(7), zero, None),
        (Modulo, Integer(5), Float(f64::INFINITY), Some(Float(5.0))),
        (Modulo, Float(4.0), Integer(2), None),
        (Subtract, Float(1.0), Float(1.0), None),
        (Subtract, Integer(1), Integer(1), Some(zero)),
        (Subtract, Float(f64::INFINITY), Float(f64::INFINITY), None),
        (BitAnd, Integer(6), Float(3.0), Some(Integer(2))),
        (BitOr, Integer(6), Float(1.5), None),
        (BitXor, Integer(-1), Integer(1), Some(Integer(-2))),
        (ShiftLeft, Integer(1), Integer(64), Some(zero)),
        (ShiftRight, Integer(-1), Float(60.0), Some(Integer(15))),
        (Negate, Integer(i64::MIN), zero, Some(Integer(i64::MIN))),
        (Negate, zero, zero, Some(zero)),
        (Negate, Float(0.0), zero, None),
        (Negate, Float(1.5), zero, Some(Float(-1.5))),
        (BitNot, Float(1.0), zero, Some(Integer(-2))),
        (BitNot, Float(9223372036854775808.0), zero, None),
    ] {
        same(fold(operator, left, right), result);
    }
    same(compute(Subtract, Float(1.0), Float(1.0)), Some(Float(0.0)));
    same(compute(Divide, Integer(1), Integer(0)), Some(Float(f64::INFINITY)));
    same(compute(Modulo, Integer(1), Integer(0)), None);
    same(compute(FloorDivide, Integer(1), Integer(0)), None);
}
