//! Literals and strings that look like numbers.

use super::Generator;

const INTEGERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "7",
    "8",
    "10",
    "-1",
    "-2",
    "-3",
    "-7",
    "16",
    "31",
    "32",
    "63",
    "64",
    "65",
    "100",
    "127",
    "128",
    "255",
    "256",
    "-128",
    "1000",
    "65535",
    "0x7fffffff",
    "0x80000000",
    "-0x80000000",
    "4294967296",
    "0x1fffffffffffff",
    "9007199254740992",
    "9007199254740993",
    "math.maxinteger",
    "math.mininteger",
    "0x7fffffffffffffff",
    "0xffffffffffffffff",
    "9223372036854775807",
    "-9223372036854775807",
    "math.mininteger + 1",
    "math.maxinteger - 1",
    "0xA",
    "0x10000000000000001",
];

const FLOATS: &[&str] = &[
    "0.0",
    "-0.0",
    "1.0",
    "-1.0",
    "0.5",
    "1.5",
    "-1.5",
    "2.0",
    "3.0",
    "2.5",
    "0.1",
    "-0.1",
    "3.7",
    "-3.7",
    "1e15",
    "1e16",
    "1e14",
    "123456789012345.0",
    "1e100",
    "1e308",
    "-1e308",
    "5e-324",
    "2.2250738585072014e-308",
    "2^53",
    "2^63",
    "-2^63",
    "2^64",
    "1/0",
    "-1/0",
    "0/0",
    "math.pi",
    "math.huge",
    "-math.huge",
    "3.",
    ".5",
    "0x1p-2",
    "0x.8",
    "0xA.8p1",
    "1E2",
    "1e-7",
    "9223372036854775808",
    "-9223372036854775808",
    "1e300 * 1e10",
    "10.0",
    "7.0",
    "255.0",
    "0.30000000000000004",
];

const TEXTS: &[&str] = &[
    r#""""#,
    r#""a""#,
    r#""abc""#,
    r#""hello world""#,
    r#""10""#,
    r#"" 10 ""#,
    r#""0x10""#,
    r#""1e1""#,
    r#""1e""#,
    r#""0x""#,
    r#""-5""#,
    r#""5.""#,
    r#"".5""#,
    r#""abc\0def""#,
    r#""\u{e9}t\u{e9}""#,
    r#""\xff\xfe""#,
    r#""%d %s""#,
    r#""nan""#,
    r#""inf""#,
    r#""0x1p4""#,
    r#""9223372036854775807""#,
    r#""9223372036854775808""#,
    r#""-9223372036854775808""#,
    r#""a,b,,c""#,
    r#""key=value""#,
    r#""  trim  ""#,
    r#"'single'"#,
    // With a blank, in case it follows the bracket of an index.
    " [[long]]",
    " [==[lo]]ng]==]",
    r#""line\nbreak""#,
    r#""tab\tx""#,
    r#""\u{20ac}\u{1F600}""#,
    r#""The quick brown fox""#,
    r#""xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx""#,
    r#""a\z
      b""#,
    r#""\65\066\x43""#,
    r#""A""#,
    r#""B""#,
    r#""z""#,
    r#""1""#,
    r#""2""#,
    r#""0""#,
    r#""3.0""#,
    r#""1e2""#,
    r#""__index""#,
    r#""\u{7FFFFFFF}""#,
    r#""1 2""#,
    r#""\"quoted\"""#,
    r#""\\""#,
    r#""\r\n""#,
    r#""n""#,
    r#""x""#,
    r#""name""#,
];

impl Generator<'_, '_> {
    pub(super) fn integer(&mut self) -> String {
        match self.choices.below(20) {
            0 => format!("{:#x}", self.choices.bits()),
            1 => format!("{}", self.choices.bits() as i64 >> self.choices.below(64)),
            2..=7 => format!("{}", self.choices.range(-3, 12)),
            _ => self.choices.of(INTEGERS).to_owned(),
        }
    }

    /// A number, usually small enough to serve as a length or count.
    pub(super) fn small_integer(&mut self) -> String {
        match self.choices.below(30) {
            0 => self.integer(),
            1 => self.float(),
            2 => format!("{}.0", self.choices.range(-2, 9)),
            3 => format!("\"{}\"", self.choices.range(-2, 9)),
            4..=8 => format!("{}", self.choices.range(-9, -1)),
            _ => format!("{}", self.choices.range(0, 12)),
        }
    }

    pub(super) fn float(&mut self) -> String {
        match self.choices.below(12) {
            0 => {
                let value = f64::from_bits(self.choices.bits());
                if value.is_finite() { hexadecimal(value) } else { "0.25".to_owned() }
            }
            1 => format!("{}.{}", self.choices.range(-999, 999), self.choices.below(1000)),
            2 => format!("{}.{}e{}", self.choices.below(10), self.choices.below(100_000), self.choices.range(-30, 30)),
            _ => self.choices.of(FLOATS).to_owned(),
        }
    }

    pub(super) fn text_literal(&mut self) -> String {
        match self.choices.below(12) {
            0 => {
                let text = self.numeral();
                format!("\"{text}\"")
            }
            1 => self.escaped(),
            2 => {
                let length = self.choices.below(14);
                let text: String =
                    (0..length).map(|_| self.choices.of(&["a", "b", "c", " ", "1", "2", "x", ",", "."])).collect();
                format!("\"{text}\"")
            }
            _ => self.choices.of(TEXTS).to_owned(),
        }
    }

    /// A short string of many kinds of bytes, written with escapes.
    fn escaped(&mut self) -> String {
        let mut text = String::from("\"");
        for _ in 0..self.choices.below(8) {
            match self.choices.below(12) {
                0 => text.push_str(&format!("\\x{:02x}", self.choices.below(256))),
                1 => text.push_str(&format!("\\{:03}", self.choices.below(256))),
                2 => text.push_str(&format!("\\u{{{:x}}}", self.choices.bits() >> (33 + self.choices.below(31)))),
                3 => text.push_str(
                    self.choices.of(&["\\n", "\\t", "\\a", "\\b", "\\v", "\\f", "\\r", "\\\\", "\\'", "\\\""]),
                ),
                4 => text.push_str("\\z  "),
                _ => text.push_str(self.choices.of(&["a", "B", "9", " ", "_", "%", "-", "é", "\t"])),
            }
        }
        text.push('"');
        text
    }

    /// Text that resembles a numeral, without quotes.
    pub(super) fn numeral(&mut self) -> String {
        let mut text = String::new();
        if self.choices.percent(15) {
            text.push_str(self.choices.of(&[" ", "\\n", "\\t ", "  "]));
        }
        if self.choices.percent(30) {
            text.push_str(self.choices.of(&["-", "+", "- ", "--"]));
        }
        let is_hexadecimal = self.choices.percent(35);
        let digits: &[&str] = if is_hexadecimal {
            text.push_str(self.choices.of(&["0x", "0X"]));
            &["0", "1", "7", "9", "a", "F", "e"]
        } else {
            &["0", "1", "2", "5", "9", "9"]
        };
        for _ in 0..self.choices.below(if self.choices.percent(10) { 40 } else { 5 }) {
            text.push_str(self.choices.of(digits));
        }
        if self.choices.percent(40) {
            text.push('.');
            for _ in 0..self.choices.below(4) {
                text.push_str(self.choices.of(digits));
            }
        }
        if self.choices.percent(35) {
            text.push_str(if is_hexadecimal { "p" } else { "e" });
            text.push_str(self.choices.of(&["", "+", "-"]));
            if self.choices.percent(90) {
                text.push_str(&format!("{}", self.choices.below(if self.choices.percent(10) { 2000 } else { 30 })));
            }
        }
        if self.choices.percent(12) {
            text.push_str(self.choices.of(&[" ", "x", "_", "\\0", " 1", "n", "i", "."]));
        }
        text
    }
}

/// A float as a numeral with all its digits.
fn hexadecimal(value: f64) -> String {
    let bits = value.to_bits();
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let (exponent, fraction) = ((bits >> 52) & 0x7ff, bits & 0xf_ffff_ffff_ffff);
    let (first, exponent) = if exponent == 0 { (0, -1022) } else { (1, exponent as i64 - 1023) };
    format!("{sign}0x{first}.{fraction:013x}p{exponent}")
}
