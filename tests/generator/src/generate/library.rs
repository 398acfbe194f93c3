//! Calls of library functions, with mostly suitable arguments.

use super::{Generator, Kind};

/// A function: its name, its parameters (`Generator::argument` explains the letters; those after `?` are optional), and
/// the kind of its first result.
type Signature = (&'static str, &'static str, Kind);

const FUNCTIONS: &[Signature] = &[
    ("string.len", "s", Kind::Integer),
    ("string.sub", "si?i", Kind::Text),
    ("string.upper", "s", Kind::Text),
    ("string.lower", "s", Kind::Text),
    ("string.reverse", "s", Kind::Text),
    ("string.rep", "sj?s", Kind::Text),
    ("string.byte", "s?ii", Kind::Integer),
    ("string.char", "?ccc", Kind::Text),
    ("string.find", "sp?ib", Kind::Integer),
    ("string.match", "sp?i", Kind::Text),
    ("string.gsub", "spR?i", Kind::Text),
    ("string.format", "z?vv", Kind::Text),
    ("table.concat", "l?sii", Kind::Text),
    ("table.unpack", "l?ii", Kind::Integer),
    ("table.pack", "?aaa", Kind::Record),
    ("table.move", "yjjj?y", Kind::Record),
    ("table.remove", "l?i", Kind::Integer),
    ("table.insert", "la", Kind::Nil),
    ("table.insert", "liA", Kind::Nil),
    ("table.sort", "l?C", Kind::Nil),
    ("math.abs", "n", Kind::Integer),
    ("math.ceil", "n", Kind::Integer),
    ("math.floor", "n", Kind::Integer),
    ("math.fmod", "nn", Kind::Float),
    ("math.modf", "n", Kind::Float),
    ("math.max", "n?nn", Kind::Integer),
    ("math.min", "n?nn", Kind::Integer),
    ("math.sqrt", "n", Kind::Float),
    ("math.tointeger", "a", Kind::Integer),
    ("math.tointeger", "n", Kind::Integer),
    ("math.type", "a", Kind::Text),
    ("math.ult", "II", Kind::Boolean),
    ("math.exp", "i", Kind::Float),
    ("math.log", "n?n", Kind::Float),
    ("math.sin", "i", Kind::Float),
    ("math.tan", "i", Kind::Float),
    ("math.acos", "n", Kind::Float),
    ("math.asin", "n", Kind::Float),
    ("os.difftime", "i?i", Kind::Float),
    ("math.cos", "i", Kind::Float),
    ("math.atan", "n?n", Kind::Float),
    ("math.deg", "n", Kind::Float),
    ("math.rad", "n", Kind::Float),
    ("tostring", "S", Kind::Text),
    ("tonumber", "s", Kind::Integer),
    ("tonumber", "a", Kind::Float),
    ("tonumber", "si", Kind::Integer),
    ("type", "a", Kind::Text),
    ("select", "i?aaa", Kind::Integer),
    ("rawequal", "aa", Kind::Boolean),
    ("rawlen", "a", Kind::Integer),
    ("rawlen", "l", Kind::Integer),
    ("rawget", "ra", Kind::Integer),
    ("rawset", "raa", Kind::Record),
    ("rawset", "yia", Kind::Record),
    ("getmetatable", "a", Kind::Record),
    ("setmetatable", "rr", Kind::Object),
    ("setmetatable", "aa", Kind::Object),
    ("assert", "a?aa", Kind::Integer),
    ("pcall", "F?aa", Kind::Boolean),
    ("pcall", "a?a", Kind::Boolean),
    ("xpcall", "FF?aa", Kind::Boolean),
    ("error", "a?i", Kind::Nil),
    ("next", "N?i", Kind::Integer),
    ("ipairs", "a", Kind::Function),
    ("load", "L?sse", Kind::Function),
    ("utf8.char", "?III", Kind::Text),
    ("utf8.len", "u?iib", Kind::Integer),
    ("utf8.codepoint", "u?iib", Kind::Integer),
    ("utf8.offset", "ui?i", Kind::Integer),
    ("coroutine.isyieldable", "", Kind::Boolean),
    ("coroutine.wrap", "F", Kind::Function),
    ("coroutine.isyieldable", "o", Kind::Boolean),
    ("coroutine.create", "F", Kind::Coroutine),
    ("coroutine.running", "", Kind::Coroutine),
    ("coroutine.status", "a", Kind::Text),
    ("coroutine.status", "o", Kind::Text),
    ("coroutine.resume", "a", Kind::Boolean),
    ("coroutine.resume", "o?aa", Kind::Boolean),
    ("coroutine.close", "a", Kind::Boolean),
    ("coroutine.close", "o", Kind::Boolean),
    ("coroutine.yield", "?aa", Kind::Integer),
    ("collectgarbage", "", Kind::Integer),
    ("collectgarbage", "k", Kind::Integer),
    ("os.date", "d!", Kind::Text),
    ("os.time", "D", Kind::Integer),
    ("string.pack", "m?aa", Kind::Text),
    ("string.unpack", "ms?i", Kind::Integer),
    ("string.packsize", "m", Kind::Integer),
    ("single", "r", Kind::Text),
];

const UTF8: &[&str] = &[
    r#""""#,
    r#""abc""#,
    r#""\u{e9}a\u{20ac}b\u{1F600}""#,
    r#""\u{7FFFFFFF}\u{D800}""#,
    r#""\xc3""#,
    r#""a\x80b""#,
    r#""\xff""#,
    r#""\xf4\x90\x80\x80""#,
    r#""\u{800}\u{7ff}\u{10ffff}""#,
    r#""\xc0\x80""#,
    r#""日本語""#,
];

const CHUNKS: &[&str] = &[
    r#""return 1""#,
    r#""return ...""#,
    r#""x =""#,
    r#""local a <const> = 1; a = 2""#,
    r#""error('in chunk')""#,
    r#""return x, y""#,
    r#""goto a""#,
    r#""return 1,""#,
    r#""for i = 1 do end""#,
    r#""break""#,
    r#""::a:: ::a::""#,
    r#""return function() return ... end""#,
    r#""local t = {} t.x.y = 1""#,
    r#""return 'unfinished""#,
    r#""return [[unfinished""#,
    r#""--[==[ unfinished""#,
    r#""return 0x""#,
    r#""return '\\400'""#,
    r#""return '\\u{110000000}'""#,
    r#""return 3..2""#,
    r#""x""#,
    r#""f(""#,
    r#""if x then else elseif end""#,
    r#""local function f() return f end return f()""#,
];

impl Generator<'_, '_> {
    /// A call of a library function: one that returns the given kind, if there is one.
    pub(super) fn library_call(&mut self, kind: Option<Kind>) -> String {
        let fitting: Vec<&Signature> = FUNCTIONS.iter().filter(|it| kind.is_none_or(|kind| it.2 == kind)).collect();
        let (name, parameters, _) = *fitting[self.choices.below(fitting.len())];
        let mut arguments: Vec<String> = Vec::new();
        let mut is_optional = false;
        for letter in parameters.chars() {
            if letter == '?' {
                is_optional = true;
                continue;
            }
            if is_optional && self.choices.percent(35) {
                break;
            }
            let argument = self.argument(letter);
            arguments.push(argument);
        }
        match self.choices.below(40) {
            0 if !parameters.contains(['!', 'D']) => drop(arguments.pop()),
            1 => {
                let extra = self.anything();
                arguments.push(extra);
            }
            2 if !arguments.is_empty() && !parameters.contains(['j', 'N', '!', 'D', 'L']) => {
                let at = self.choices.below(arguments.len());
                arguments[at] = self.anything();
            }
            _ => {}
        }
        if let Some(method) = name.strip_prefix("string.")
            && parameters.starts_with('s')
            && !arguments.is_empty()
            && self.choices.percent(30)
        {
            let object = arguments.remove(0);
            if self.choices.percent(10) && arguments.len() == 1 && arguments[0].starts_with(['"', '{']) {
                return format!("({object}):{method}{}", arguments[0]);
            }
            return format!("({object}):{method}({})", arguments.join(", "));
        }
        format!("{name}({})", arguments.join(", "))
    }

    /// An argument for a parameter.
    pub(super) fn argument(&mut self, letter: char) -> String {
        if self.choices.percent(2) && !matches!(letter, 'i' | 'j' | 'N' | 'd' | 'D' | 'L' | '!') {
            return self.anything();
        }
        match letter {
            'a' => self.anything(),
            'A' => format!("some({})", self.anything()),
            'b' => self.expression(Kind::Boolean),
            'c' => format!("{}", self.choices.range(-1, 256)),
            'C' => self
                .choices
                .of(&[
                    "function(a, b) return a < b end",
                    "function(a, b) return a > b end",
                    "function(a, b) return tostring(a) < tostring(b) end",
                    "function(a, b) log(a, b) return a < b end",
                    "function(a, b) error(\"in comparison\") end",
                    "math.ult",
                    "nil",
                ])
                .to_owned(),
            'd' => self
                .choices
                .of(&[
                    "\"!%c\"",
                    "\"!%Y-%m-%d %H:%M:%S\"",
                    "\"!*t\"",
                    "\"!%j %U %w %a %A %b %B %d\"",
                    "\"!%p %I %M %x %X %y %%\"",
                    "\"!%E\"",
                    "\"!%Ez\"",
                    "\"!%G-%V %u %e %D %F %R %T %n %t %h %C %g\"",
                    "\"!%Q\"",
                    "\"!%Od %Ey\"",
                ])
                .to_owned(),
            '!' => format!("{}", self.choices.range(-100_000, 4_000_000_000)),
            'D' => {
                let mut fields = Vec::new();
                let ranges = [
                    ("year", 1890, 2150),
                    ("month", -5, 20),
                    ("day", -40, 80),
                    ("hour", -30, 60),
                    ("min", -90, 200),
                    ("sec", -100, 100_000),
                ];
                for (name, low, high) in ranges {
                    if self.choices.percent(80) {
                        let value = if self.choices.percent(5) {
                            self.anything()
                        } else {
                            format!("{}", self.choices.range(low, high))
                        };
                        fields.push(format!("{name} = {value}"));
                    }
                }
                format!("{{{}, isdst = {}}}", fields.join(", "), self.choices.of(&["false", "nil"]))
            }
            'e' => self.choices.of(&["{}", "_ENV", "{x = 5}", "nil"]).to_owned(),
            'f' => self.expression(Kind::Float),
            'F' => self.expression(Kind::Function),
            'i' => self.small_integer(),
            'I' => {
                if self.choices.percent(60) {
                    format!("{:#x}", self.choices.bits() >> self.choices.range(32, 63))
                } else {
                    self.expression(Kind::Integer)
                }
            }
            // A count, which PUC Lua would work off in one piece, however large.
            'j' => match self.choices.below(12) {
                0 => format!("{}.0", self.choices.range(-3, 12)),
                1 => format!("\"{}\"", self.choices.range(-3, 12)),
                _ => format!("{}", self.choices.range(-3, 12)),
            },
            'k' => self
                .choices
                .of(&["\"collect\"", "\"isrunning\"", "\"wrong\"", "\"incremental\"", "\"stop\"", "\"restart\""])
                .to_owned(),
            'l' => {
                if self.choices.percent(3) {
                    self.expression(Kind::Object)
                } else {
                    self.expression(Kind::List)
                }
            }
            'L' => self.choices.of(CHUNKS).to_owned(),
            'm' => self.pack_format(),
            'n' => {
                let kind = match self.choices.below(12) {
                    0 => Kind::Text,
                    1..=5 => Kind::Integer,
                    _ => Kind::Float,
                };
                self.expression(kind)
            }
            // With more than one key, the order would matter.
            'N' => self.choices.of(&["{}", "{1, 2, 3}", "{\"a\"}", "{x = 1}", "{1.5, 2, {}}"]).to_owned(),
            'o' => self.expression(Kind::Coroutine),
            'p' => self.pattern(),
            'r' => self.expression(Kind::Record),
            'R' => self.replacement(),
            's' => self.expression(Kind::Text),
            'S' => {
                let kind = if self.choices.percent(50) { Kind::Float } else { Kind::Integer };
                self.expression(kind)
            }
            'u' => {
                if self.choices.percent(70) {
                    self.choices.of(UTF8).to_owned()
                } else {
                    self.expression(Kind::Text)
                }
            }
            // A value that `%s` shows without an address.
            'v' => {
                let kind = [Kind::Integer, Kind::Float, Kind::Text, Kind::Boolean, Kind::Nil][self.choices.below(5)];
                self.leaf(kind)
            }
            // A list that is not a variable, since it may have holes afterwards.
            'y' => self.list(2),
            'z' => {
                let (format, _) = self.format_string();
                format
            }
            other => unreachable!("parameter {other}"),
        }
    }

    /// Calls of library functions, each one tried.
    pub(super) fn library_fragment(&mut self) {
        for _ in 0..2 + self.choices.below(8) {
            if self.choices.percent(5) {
                let (text, lax) = (self.argument('u'), self.choices.of(&["", ", true", ", nil"]));
                self.line(&format!("try(function(...) for p, c in utf8.codes({text}{lax}) do show(p, c) end end)"));
                self.line(&format!("for c in ({text}):gmatch(utf8.charpattern) do show(c) end"));
                continue;
            }
            let call = self.library_call(None);
            self.tried(&call);
        }
    }

    /// Shows the values of expressions, or the error.
    pub(super) fn tried(&mut self, expressions: &str) {
        match self.choices.below(10) {
            0 => self.line(&format!("show({expressions})")),
            1 => self.line(&format!("print(pcall(function(...) return {expressions} end))")),
            2 => self.line(&format!("try(function(...) local v <const> = {expressions} show(v) end)")),
            _ => {
                let rest = if self.has_varargs { ", ..." } else { "" };
                self.line(&format!("try(function(...) return {expressions} end{rest})"));
            }
        }
    }

    /// Numbers: their texts, their conversions, random numbers.
    pub(super) fn number_fragment(&mut self) {
        for _ in 0..2 + self.choices.below(8) {
            let expression = match self.choices.below(12) {
                0 => {
                    let text = self.numeral();
                    format!("tonumber(\"{text}\")")
                }
                1 => {
                    let (text, base) = (self.numeral(), self.choices.range(1, 37));
                    format!("tonumber(\"{text}\", {base})")
                }
                2 => {
                    let text = self.numeral();
                    format!("load(\"return {text}\")")
                }
                3 => {
                    let text = self.numeral();
                    let operator = self.choices.of(&["+", "*", "//", "%", "|", "..", "^", "<<"]);
                    let operand = self.small_integer();
                    format!("\"{text}\" {operator} {operand}")
                }
                4 => {
                    let value = self.float();
                    format!(
                        "tostring({value}), {value} .. \"\", math.tointeger({value}), {value} // 1, math.floor({value})"
                    )
                }
                5 => {
                    let (a, b) = (self.expression(Kind::Float), self.expression(Kind::Integer));
                    let a = if self.choices.percent(50) { a } else { self.expression(Kind::Integer) };
                    let (first, second) = (self.choices.of(&["//", "%"]), self.choices.of(&["//", "%", "/"]));
                    format!("({a}) {first} ({b}), ({b}) {second} ({a})")
                }
                6 => {
                    let (a, b) = (self.float(), self.integer());
                    format!(
                        "({a}) < ({b}), ({a}) <= ({b}), ({a}) == ({b}), ({b}) < ({a}), ({b}) <= ({a}), math.max({a}, {b})"
                    )
                }
                7 => {
                    let (seed, low, high) = (self.integer(), self.small_integer(), self.integer());
                    format!(
                        "math.randomseed({seed}), math.random(), math.random({low}), math.random({low}, {high}), math.random(0)"
                    )
                }
                8 => {
                    let value = self.expression(Kind::Float);
                    format!("({value}) | 0")
                }
                9 => {
                    let (value, by) = (self.integer(), self.choices.range(-70, 70));
                    format!("({value}) << {by}, ({value}) >> {by}, ~({value}), ({value}) ~ {by}")
                }
                10 => {
                    let (a, b) = (self.float(), self.float());
                    format!("({a}) ^ ({b}), math.fmod({a}, {b}), math.modf({a}), ({a}) % ({b}), ({a}) // ({b})")
                }
                _ => self.expression(Kind::Float),
            };
            self.tried(&expression);
        }
    }
}
