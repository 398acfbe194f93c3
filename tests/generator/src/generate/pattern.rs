//! Patterns, mostly valid, with subjects that they may match.

use super::Generator;

const ITEMS: &[&str] = &[
    "a", "b", "x", "1", " ", ".", "%a", "%d", "%s", "%w", "%x", "%p", "%l", "%u", "%c", "%g", "%A", "%D", "%S", "%W",
    "%.", "%%", "%-", "[abc]", "[^abc]", "[a-z]", "[%a_]", "[%d.]", "[^%s]", "[]]", "[^]]", "[a-]", "[%-x]",
    "[0-9a-f]", "[^%w%s]", "=", ",", "-", "é", "\\0", "%z",
];

const ODD: &[&str] = &[
    "%", "[", "[a", "[^", "[%", "%b", "%bx", "%f", "%fa", "(", ")", "%9", "%0", "(()", "[]", "[a-%", "%1", "[z-a]",
    "%E",
];

const SUBJECTS: &[&str] = &[
    "\"abc 123 xyz\"",
    "\"aaa\"",
    "\"key = value, k2=v2\"",
    "\"(a(b)c) [d]\"",
    "\"\"",
    "\"hello world from Lua\"",
    "\"a.b.c-d_e\"",
    "\"  padded  \"",
    "\"0x1F 3.14 -7\"",
    "\"x\\0y\\0z\"",
    "\"THE (quick) fox\"",
    "\"aaaaaaaaab\"",
    "\"abab\"",
    "\"\\u{e9}t\\u{e9}\"",
    "\"a,b,,c,\"",
    "\"\\n\\ttabs\\n\"",
    "\"]]^-%\"",
];

impl Generator<'_, '_> {
    /// A pattern as a literal.
    pub(super) fn pattern(&mut self) -> String {
        format!("\"{}\"", self.pattern_text())
    }

    fn pattern_text(&mut self) -> String {
        let mut text = String::new();
        let (mut open, mut captures, mut repeats) = (0, 0, 0);
        if self.choices.percent(15) {
            text.push('^');
        }
        for _ in 0..1 + self.choices.below(5) {
            match self.choices.below(24) {
                0..=2 => {
                    text.push('(');
                    open += 1;
                    captures += 1;
                }
                3 => {
                    text.push_str("()");
                    captures += 1;
                }
                4 | 5 if open > 0 => {
                    text.push(')');
                    open -= 1;
                }
                6 => text.push_str(self.choices.of(&["%b()", "%b[]", "%bxx", "%bab"])),
                7 => text.push_str(self.choices.of(&["%f[%w]", "%f[%a]", "%f[^%s]", "%f[%z]", "%f[\\0]"])),
                8 if captures > 0 => {
                    let number = 1 + self.choices.below(captures);
                    text.push_str(&format!("%{number}"));
                }
                9 if self.choices.percent(30) => text.push_str(self.choices.of(ODD)),
                10 => text.push_str(self.choices.of(&["^", "$"])),
                _ => {
                    text.push_str(self.choices.of(ITEMS));
                    if repeats < 4 && self.choices.percent(55) {
                        text.push_str(self.choices.of(&["*", "+", "-", "?"]));
                        repeats += 1;
                    }
                }
            }
        }
        if !self.choices.percent(4) {
            text.extend(std::iter::repeat_n(')', open));
        }
        if self.choices.percent(15) {
            text.push('$');
        }
        text
    }

    /// A replacement for `string.gsub`.
    pub(super) fn replacement(&mut self) -> String {
        self.choices
            .of(&[
                "\"\"",
                "\"<%0>\"",
                "\"%1\"",
                "\"%2%1\"",
                "\"x\"",
                "\"%%\"",
                "\"%\"",
                "\"%9\"",
                "\"a%z\"",
                "\"[%1]\"",
                "12",
                "1.5",
                "{a = \"A\", b = 1, abc = false}",
                "{a = {}}",
                "string.upper",
                "function(...) return log(...) end",
                "function(a) return a .. a end",
                "function() return false end",
                "function() return {} end",
                "function() error(\"in gsub\") end",
                "function() end",
                "true",
                "nil",
                "print",
                "setmetatable({}, {__index = function(_, k) return k .. \"!\" end})",
            ])
            .to_owned()
    }

    fn subject(&mut self) -> String {
        self.choices.of(SUBJECTS).to_owned()
    }

    /// Uses of patterns.
    pub(super) fn pattern_fragment(&mut self) {
        for _ in 0..3 + self.choices.below(8) {
            let (subject, pattern) = (self.subject(), self.pattern());
            match self.choices.below(8) {
                0 | 1 => self.tried(&format!("({subject}):find({pattern})")),
                2 => {
                    let (at, plain) =
                        (self.choices.range(-12, 14), self.choices.of(&["", ", false", ", true", ", nil"]));
                    self.tried(&format!("string.find({subject}, {pattern}, {at}{plain})"));
                }
                3 => self.tried(&format!("({subject}):match({pattern})")),
                4 => {
                    let at = self.choices.range(-12, 14);
                    self.tried(&format!("string.match({subject}, {pattern}, {at})"));
                }
                5 => {
                    let start = if self.choices.percent(20) {
                        format!(", {}", self.choices.range(-12, 14))
                    } else {
                        String::new()
                    };
                    self.line("try(function(...)");
                    self.line(&format!(
                        "  for a, b, c in string.gmatch({subject}, {pattern}{start}) do show(a, b, c) end"
                    ));
                    self.line("end)");
                }
                _ => {
                    let replacement = self.replacement();
                    let max = if self.choices.percent(20) {
                        format!(", {}", self.choices.range(-1, 4))
                    } else {
                        String::new()
                    };
                    self.tried(&format!("string.gsub({subject}, {pattern}, {replacement}{max})"));
                }
            }
        }
    }
}
