//! Errors, their positions and names of variables; variables that are closed.

use super::expression::{called, indexed};
use super::{Generator, Kind};

const FAILING: &[&str] = &[
    "error(\"text\")",
    "error(\"text\", 0)",
    "error(\"text\", 1)",
    "error(\"text\", 2)",
    "error(\"text\", 3)",
    "error({code = 5})",
    "error()",
    "error(nil)",
    "error(42)",
    "error(1.5, 2)",
    "error(setmetatable({}, {__tostring = function() return \"custom\" end}))",
    "assert(false)",
    "assert(nil, \"message\")",
    "assert(false, {1})",
    "assert()",
    "local x = nil + 1",
    "local t = {} t.x.y = 1",
    "local t = {} t.a.b.c()",
    "undefined()",
    "undefined.x = 1",
    "local s = \"x\" s.y.z = 1",
    "(\"x\")()",
    "local a = {} .. \"x\"",
    "local a, b = {}, {} return a < b",
    "return 1 < \"2\"",
    "return {} <= 1",
    "return nil > 1",
    "return #nil",
    "return -{}",
    "return ~1.5",
    "return 1 & \"a\"",
    "return 2^53 | 1.5",
    "return 1 // 0",
    "return 1 % 0",
    "string.rep()",
    "(\"x\"):rep({})",
    "(\"x\"):bad()",
    "math.floor(\"a\")",
    "setmetatable(1, {})",
    "local t = setmetatable({}, {__metatable = 1}) setmetatable(t, {})",
    "for i = 1, 10, 0 do end",
    "for i = \"a\", 2 do end",
    "for i = 1, {} do end",
    "for i = 1, 2, \"x\" do end",
    "for k in 5 do end",
    "for k in nil do end",
    "local t = {} t[nil] = 1",
    "local t = {} t[0/0] = 1",
    "rawset({}, nil, 1)",
    "return (1)()",
    "return math.huge // 0 | 1",
    "local up = nil; (function() up.x = 1 end)()",
    "local up = nil; (function() up() end)()",
    "local up = {}; (function() return up + 1 end)()",
    "local t = {k = {}} return t.k + 1",
    "local t = {k = 1} t.k.j.i = 2",
    "local t = {} t:method()",
    "string.format(\"%d\", \"x\")",
    "string.format(\"%d\", 1.5)",
    "(nil)[1] = 2",
    "local a <const> = nil; a.b = 1",
    "_ENV = nil; x = 1",
    "local _ENV = {}; x()",
    "local _ENV = nil; return x",
    "table.concat({{}})",
    "table.concat({1, {}, 3})",
    "table.insert({}, 5, 5)",
    "table.insert({})",
    "table.insert({}, 1, 2, 3)",
    "ipairs()",
    "select(0)",
    "(\"x\"):rep(1e10)",
    "load(1)",
    "load(function() return 1 end)()",
    "tonumber(\"1\", 99)",
    "tonumber(1, 10)",
    "utf8.char(-1)",
    "utf8.codepoint(\"\\xff\")",
    "next({}, \"x\")",
    "string.char(256)",
    "return 2^63 | 0",
    "return \"abc\" + 1",
    "return \"10\" + {}",
    "return {} // 2",
    "coroutine.resume(1)",
    "coroutine.wrap(error)(\"in wrap\")",
    "coroutine.wrap(function() error(\"deep\") end)()",
    "coroutine.yield()",
    "local a <close> = 5",
    "local a <close> = {}",
    "table.sort({3, 1, \"x\"})",
    "table.sort({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, function() return true end)",
    "local f = function() local x = y.z end f()",
    "return a.b.c.d",
    "return ({})[{}].x",
    "local t = {} ; t[1][2] = 3",
    "local i = 1; local t = {} ; t[i].x = 3",
    "local t = {} ; return t[\"a b\"].x",
    "return (\"\").x.y",
    "return #5",
    "return not nil + 1",
    "return 1 .. nil",
    "return \"a\" .. {} .. \"b\"",
    "local x = 5; x.y = 1",
    "local x = 5; return x.y.z",
    "return -\"a\"",
    "return ~\"1.5\"",
    "return 1 << {}",
    "return true + 1",
    "return print + 1",
    "return math.pi.x.y",
    "string.sub()",
    "string.sub(\"a\", {})",
    "string.gsub(\"a\", \"(\", \"\")",
    "string.gsub(\"a\", \"a\", \"%2\")",
    "setmetatable({}, {__index = function(t, k) error(\"no \" .. k) end}).field()",
    "getmetatable(\"\").__add(1, {})",
    "local s <const> = \"c\"; s()",
    "local s <const> = 7; s.x = 1",
];

impl Generator<'_, '_> {
    /// Functions around a failing operation, and ways to catch the error.
    pub(super) fn error_fragment(&mut self) {
        for _ in 0..2 + self.choices.below(5) {
            let failing = self.choices.of(FAILING).to_owned();
            match self.choices.below(14) {
                0..=3 => self.line(&format!("try(function(...) {failing} end)")),
                4 => {
                    let (outer, inner) = (self.name(), self.name());
                    self.line(&format!("local function {inner}(x)"));
                    self.line(&format!("  {failing}"));
                    self.line("end");
                    self.line(&format!("local function {outer}(...)"));
                    self.line(&format!("  {}{inner}(...)", self.choices.of(&["return ", "", "local r = "])));
                    self.line("end");
                    self.line(&format!("try({outer}, 1)"));
                    self.line(&format!(
                        "show(xpcall({outer}, function(m) return trace({}) end))",
                        self.choices.range(0, 4)
                    ));
                }
                5 => {
                    let handler = self.choices.of(&[
                        "function(m) return m, 2 end",
                        "function(m) error(\"again\") end",
                        "error",
                        "print",
                        "nil",
                        "tostring",
                        "function(...) return select(\"#\", ...) end",
                        "debug.traceback",
                        "trace",
                        "tostring",
                    ]);
                    if handler == "debug.traceback" {
                        self.line(&format!("show((xpcall(function() {failing} end, {handler})))"));
                    } else {
                        self.line(&format!("show(pcall(xpcall, function() {failing} end, {handler}))"));
                    }
                }
                6 => {
                    let (level, value) = (self.choices.range(0, 5), self.anything());
                    self.line(&format!("local function thrower(...) error({value}, {level}) end"));
                    self.line("local function middle() thrower() end");
                    self.line("try(middle) try(thrower) show(pcall(function() return thrower() end))");
                }
                7 => {
                    let kind = self.kind();
                    let (object, value) = (self.expression(kind), self.anything());
                    let object = indexed(&object);
                    let field = self.field();
                    let text = match self.choices.below(6) {
                        0 => format!("return {object}.{field}.{field}"),
                        1 => format!("return {object}:{field}({value})"),
                        2 => format!("{object}.{field} = {value}"),
                        3 => format!("return {object}[{value}]"),
                        4 => format!("return {object}({value})"),
                        _ => format!("{object}[{value}] = 1"),
                    };
                    self.line(&format!("try(function(...) local v = {value} ;{text} end)"));
                }
                8 => {
                    let operator = self.choices.of(&[
                        "+", "-", "*", "/", "%", "^", "//", "&", "|", "~", "<<", ">>", "..", "<", "<=", ">", ">=",
                    ]);
                    let (a, b) = (self.anything(), self.anything());
                    self.line(&format!("try(function(...) local l, m = {a}, {b} return l {operator} m end)"));
                    self.line(&format!("try(function(...) return ({a}) {operator} ({b}) end)"));
                    self.line(&format!("try(function(...) local r = {{f = {a}}} return r.f {operator} {b} end)"));
                }
                9 => {
                    let function = self.expression(Kind::Function);
                    let arguments = self.expressions(3);
                    self.line(&format!(
                        "show(select(\"#\", pcall({function}{}{arguments})))",
                        if arguments.is_empty() { "" } else { ", " }
                    ));
                    let function = called(&function);
                    self.line(&format!("try(function(...) return {function}({arguments}) end)"));
                }
                10 => {
                    let what = self.choices.of(&["nSl", "l", "u", "n", "S", "t", "nSltu"]);
                    self.line("local function probe(a, b, ...)");
                    self.line(&format!("  local i = debug.getinfo(1, \"{what}\")"));
                    self.line("  show(i.name, i.namewhat, i.short_src, i.currentline, i.linedefined, i.lastlinedefined, i.what, i.nparams, i.isvararg, i.istailcall)");
                    self.line("end");
                    self.line("probe() pcall(probe) local t = {p = probe} t.p() t:p(1)");
                    self.line("return probe(1)");
                    return;
                }
                11 => {
                    let failing_too = self.choices.of(FAILING).to_owned();
                    self.line(&format!("show(pcall(pcall, function() {failing} end)) show(pcall(error)) try(function(...) pcall(error, 1) {failing_too} end)"));
                }
                12 => {
                    self.line("try(function(...)");
                    self.line("  local r =");
                    self.line(&format!(
                        "    {}",
                        self.choices.of(&[
                            "undefined.x",
                            "{} + 1",
                            "1 +\n{}",
                            "(nil)\n.x",
                            "f(\n1)",
                            "\"a\"\n..\n{}",
                            "#\nnil",
                            "{x =\nnil + 1}",
                            "undefined\n(\n1,\n2)",
                            "1 <\n{}"
                        ])
                    ));
                    self.line("end)");
                }
                _ => {
                    // Ends the program, or the enclosing function.
                    if self.choices.percent(40) {
                        self.line(&format!("do {failing} end"));
                    }
                }
            }
        }
    }

    fn closer(&mut self, name: &str) -> String {
        let body = match self.choices.below(10) {
            0 => format!("error(\"closing {name}\")"),
            1 => "error({})".to_owned(),
            2 => format!("error(\"closing {name}\", 0)"),
            3 => "undefined()".to_owned(),
            4 => "return 1, 2".to_owned(),
            _ => String::new(),
        };
        format!(
            "setmetatable({{}}, {{__close = function(...) show(\"close {name}\", select(\"#\", ...), select(2, ...)) {body} end}})"
        )
    }

    /// Variables that are closed at the end of all kinds of blocks.
    pub(super) fn closing_fragment(&mut self) {
        for _ in 0..1 + self.choices.below(3) {
            let form = self.choices.below(7);
            let opening = match form {
                0 => "try(function(...)",
                1 => "do",
                2 => "for i = 1, 3 do",
                3 => "local n = 0 while n < 2 do n = n + 1",
                4 => "local n = 0 repeat n = n + 1",
                5 => "show(coroutine.resume(coroutine.create(function(...)",
                _ => "show(pcall(coroutine.wrap(function(...)",
            };
            self.line(opening);
            let has_varargs = matches!(form, 0 | 5 | 6) || self.has_varargs;
            let is_loop = (2..=4).contains(&form);
            let loops = std::mem::take(&mut self.loops);
            let had_varargs = std::mem::replace(&mut self.has_varargs, has_varargs);
            self.loops = usize::from(is_loop);
            self.block(|this| {
                for _ in 0..1 + this.choices.below(3) {
                    let name = this.name();
                    let value = match this.choices.below(10) {
                        0 => "nil".to_owned(),
                        1 => "false".to_owned(),
                        2 => this.anything(),
                        _ => this.closer(&name),
                    };
                    this.line(&format!("local {name} <close> = {value}"));
                    this.declare(&name, Kind::Object, true);
                    this.left = 2;
                    if this.choices.percent(50) {
                        this.statements(1, 2);
                    }
                }
                match this.choices.below(8) {
                    0 => this.line("do return \"returned\", 2 end"),
                    1 => this.line(&format!(
                        "do {} end",
                        this.choices.of(&["error(\"leaving\")", "error({})", "undefined()", "error()"])
                    )),
                    2 if is_loop => this.line("if i == 2 or n == 1 then break end"),
                    3 if is_loop => this.line("goto continue"),
                    4 => this.line("do return (function(...) return ... end)(1, 2, 3) end"),
                    5 => this.line("do return log(\"tail\") end"),
                    _ => {}
                }
                if is_loop {
                    this.line("::continue::");
                }
            });
            self.has_varargs = had_varargs;
            self.loops = loops;
            self.line(match form {
                0 => "end)",
                4 => "until n == 2",
                5 => "end)))",
                6 => "end)))",
                _ => "end",
            });
        }
    }
}
