//! Metatables with all events.

use super::{Generator, Kind};

const ARITHMETIC: &[(&str, &str)] = &[
    ("add", "+"),
    ("sub", "-"),
    ("mul", "*"),
    ("div", "/"),
    ("mod", "%"),
    ("pow", "^"),
    ("idiv", "//"),
    ("band", "&"),
    ("bor", "|"),
    ("bxor", "~"),
    ("shl", "<<"),
    ("shr", ">>"),
    ("concat", ".."),
    ("eq", "=="),
    ("lt", "<"),
    ("le", "<="),
    ("eq", "~="),
    ("lt", ">"),
    ("le", ">="),
];

/// Metatables, as templates.
const METATABLES: &[&str] = &[
    "{}",
    "{__index = @F}",
    "{__newindex = @F}",
    "{__index = @x, __newindex = @x}",
    "{__call = @F}",
    "{__call = @x}",
    "{__add = @F, __concat = @F, __unm = @F}",
    "{__sub = @F, __mul = @F, __div = @F, __mod = @F, __pow = @F, __idiv = @F}",
    "{__band = @F, __bor = @F, __bxor = @F, __shl = @F, __shr = @F, __bnot = @F}",
    "{__eq = @F, __lt = @F, __le = @F}",
    "{__len = @F, __tostring = @F}",
    "{__close = @F}",
    "{__pairs = @F}",
    "{__name = @s, __metatable = @a}",
    "{__tostring = @F, __name = \"N\"}",
    "{__index = function(t, k) return coroutine.yield(k) end}",
    "{__concat = function(a, b) return \"cat\" end, __len = function(...) return @n end}",
];

impl Generator<'_, '_> {
    /// A function for an event.
    fn handler(&mut self) -> String {
        match self.choices.below(12) {
            0 => "function(...) return log(\"event\", select(\"#\", ...)) end".to_owned(),
            1 => "function() error(\"in event\") end".to_owned(),
            2 => "function() error({code = 1}) end".to_owned(),
            3 => "function(a, b) return rawequal(a, b), 2 end".to_owned(),
            4 => "function() end".to_owned(),
            5 => self.anything(),
            6 => "setmetatable({}, {__call = function(self, ...) return \"called\", ... end})".to_owned(),
            _ => {
                let value = self.anything();
                format!("function(a, b, ...) return {value} end")
            }
        }
    }

    /// A metatable, with any functions and tables for its events.
    pub(super) fn metatable(&mut self) -> String {
        let template = self.choices.of(METATABLES);
        self.filled(template)
    }

    pub(super) fn object_fragment(&mut self) {
        let meta = self.name();
        self.line(&format!("local {meta} = {{}}"));
        self.declare(&meta, Kind::Record, true);
        let (first, second) = (self.name(), self.name());
        let mut events = Vec::new();
        for _ in 0..2 + self.choices.below(6) {
            let event = match self.choices.below(8) {
                0 => self.choices.of(&["index", "newindex"]),
                1 => self.choices.of(&["call", "len", "unm", "bnot"]),
                2 => self.choices.of(&["tostring", "name", "metatable", "pairs", "close", "index"]),
                _ => ARITHMETIC[self.choices.below(ARITHMETIC.len())].0,
            };
            events.push(event);
            let handler = match event {
                "index" => match self.choices.below(5) {
                    0 => "function(t, k) show(\"index\", k) return k end".to_owned(),
                    1 => "setmetatable({x = \"base\"}, {__index = function(_, k) return \"far \" .. k end})".to_owned(),
                    2 => "string".to_owned(),
                    3 => format!("setmetatable({{}}, {{__index = {meta}}})"),
                    _ => "{x = 1, name = \"class\", method = function(self, ...) return select(\"#\", ...), ... end}"
                        .to_owned(),
                },
                "newindex" => match self.choices.below(4) {
                    0 => "function(t, k, v) show(\"newindex\", k, v) rawset(t, k, v) end".to_owned(),
                    1 => format!("setmetatable({{}}, {{__newindex = function(_, k, v) {meta}[k] = v end}})"),
                    2 => "\"not a table\"".to_owned(),
                    _ => "{}".to_owned(),
                },
                "tostring" => self
                    .choices
                    .of(&[
                        "function() return \"object\" end",
                        "function() return 1 end",
                        "function() return setmetatable({}, {}) end",
                        "\"text\"",
                    ])
                    .to_owned(),
                "name" => self.choices.of(&["\"My.Type\"", "5", "{}"]).to_owned(),
                "metatable" => self.choices.of(&["\"protected\"", "false", "{}"]).to_owned(),
                "pairs" => self
                    .choices
                    .of(&[
                        "function(t) return function(_, k) if not k then return 1, \"one\" end end, t, nil, 4 end",
                        "function() end",
                        "function() return ipairs{7} end",
                        "1",
                    ])
                    .to_owned(),
                _ => self.handler(),
            };
            self.line(&format!("{meta}.__{event} = {handler}"));
        }
        let (a, b) = (self.expression(Kind::Record), self.expression(Kind::List));
        self.line(&format!("local {first} = setmetatable({a}, {meta})"));
        let other = if self.choices.percent(60) {
            format!("setmetatable({b}, {meta})")
        } else {
            "setmetatable({}, {__lt = function() return 1 end, __concat = function(a) return a end})".to_owned()
        };
        self.line(&format!("local {second} = {other}"));
        self.declare(&first, Kind::Object, false);
        self.declare(&second, Kind::Object, false);
        for _ in 0..3 + self.choices.below(8) {
            let object = if self.choices.percent(70) { first.clone() } else { second.clone() };
            let other = match self.choices.below(4) {
                0 => self.small_integer(),
                1 => self.anything(),
                2 => first.clone(),
                _ => second.clone(),
            };
            let event = events[self.choices.below(events.len())];
            let operator =
                ARITHMETIC.iter().filter(|(name, _)| *name == event).map(|(_, operator)| *operator).next_back();
            let expression = match self.choices.below(16) {
                0 => format!("{object}.{}", self.field()),
                1 => format!("{object}[{other}]"),
                2 => format!("{object}:method({other})"),
                3 => format!("{object}({other})"),
                4 => format!("#{object}, -{object}"),
                5 => format!("~{object}"),
                6 => format!("tostring({object}):gsub(\"0x%x+\", \"\")"),
                7 => {
                    let field = self.field();
                    self.line(&format!("try(function(...) {object}.{field} = {other} end)"));
                    format!("rawget({object}, \"{field}\"), {object}.{field}")
                }
                8 => format!("getmetatable({object}), pcall(setmetatable, {object}, getmetatable({object}))"),
                9 => {
                    self.line(&format!("try(function(...) local n = 0 for k, v in pairs({object}) do n = n + 1 if n == 9 then break end end show(n) end)"));
                    format!("rawlen({object}), rawequal({object}, {other})")
                }
                10 => format!("table.concat({object}), table.unpack({object}, 1, 2)"),
                11 => format!("string.rep({object}, 2), ({object}):x({other})"),
                _ => {
                    let operator = operator.unwrap_or("+");
                    if self.choices.percent(50) {
                        format!("{object} {operator} {other}")
                    } else {
                        format!("({other}) {operator} {object}")
                    }
                }
            };
            self.line(&format!("try(function(...) return {expression} end)"));
        }
        if self.choices.percent(20) {
            self.line(&format!(
                "try(function(...) if {first} < {second} then show(\"less\") else show(\"not less\") end end)"
            ));
            self.line(&format!(
                "try(function(...) return {first} .. \"x\" .. 1 .. {second}, \"a\" .. {first}, 1 .. 2 .. {second} end)"
            ));
        }
    }
}
