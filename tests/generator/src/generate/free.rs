//! Programs that run the same each time in one implementation, but differently in two: the order of keys, lengths with
//! holes, sorting by any function, endless recursion, stores into any table under any key.
//!
//! All of it is steady: independent of pauses and of the collector.

use super::{Generator, Kind};

const STATEMENTS: &[&str] = &[
    "@t[@a] = @a",
    "@t.x, @t[@K] = @a, @a",
    "@t[@t] = @t @t[@s] = nil",
    "@t.y = @F",
    "for s, n in pairs(@x) do\n@L s n\nend",
    "for s, n in next, @x do\n@L s n\nend",
    "for n = @n, @n, @n do\n@L n\nif n ~= n // 1 or math.abs(n) > 99 then break end\nend",
    "for n, m in ipairs(@x) do\n@L n m\nif n > 20 then break end\nend",
    "do\nlocal k = @K while k > 0 do\nk = k - 1\n@L k\nend\nend",
    "do\nlocal k = @K repeat\nlocal n = k k = k - 1\n@L n\nuntil k < 0 or @a\nend",
    "do\nlocal k = 0 ::LABEL:: k = k + 1\n@B k\nif k < @K then goto LABEL end\nend",
    "setmetatable(@t, @M)",
    "getmetatable(setmetatable(@t, @M)).__index = @a",
    "table.insert(@t, @a)",
    "table.insert(@t, @K, @a)",
    "show(table.remove(@t, @K))",
    "table.sort(@x, @F)",
    "show(#@t, rawlen(@t), next(@t))",
    "show(next(@x, @a))",
    "show(coroutine.wrap(@F)(@E))",
    "show(coroutine.resume(@o, @E))",
    "show(select(@n, @E))",
    "error(@a, @K)",
    "@H = @F",
    "@G = @s",
    "@O = @o",
    "@H = function(n, ...) local f = n return function(...) f = (f or 0) .. 1 return f, ... end end",
    "try(function(...) local a, b = ... return (@F)(b, a) end, @E)",
    "do\nlocal function r(n, ...)\n@V n\nreturn (@F)(r, n, ...)\nend\ntry(r, @E)\nend",
    "show(@a == @a, @a < @a, @x <= @x, @x >= @x)",
];

/// Expressions that probably have a certain kind.
const ANYTHING: &[&str] = &[
    "(next(@x))",
    "(next(@x, @a))",
    "(pcall(@F, @E))",
    "(@a)(@E)",
    "(@F)(@E)",
    "@t[@a]",
    "@t.x",
    "@t[@K]",
    "getmetatable(@a)",
    "rawget(@x, @a)",
    "tostring(@a)",
    "type(@a)",
    "(coroutine.wrap(@F)(@E))",
    "(coroutine.running())",
    "(select(@K, @E))",
    "(string.find(@s, @P, @K))",
    "@a .. @a",
    "@a + @a",
    "(debug.getinfo(@K, \"Sl\") or {}).currentline",
    "(@x).y",
];

const NUMBERS: &[&str] = &[
    "#@t",
    "(#(@a))",
    "select(\"#\", @E)",
    "string.unpack(@g, @s)",
    "string.packsize(@g)",
    "string.byte(@s, @n)",
    "utf8.len(@s)",
    "(@x).x",
    "(@x)[@K]",
    "((@F)(@E) or 1)",
    "(@n == @n and 1 or 0)",
    "(math.ult(@n, @n) and @n or 1)",
    "(\"10\" + @n)",
    "tonumber(@s, @n)",
    "math.tointeger(@a)",
    "(@n >> 1)",
    "(7 // @n)",
    "1 // 0",
    "(@n & @n | @n)",
];

const TEXTS: &[&str] = &[
    "string.format(@g, @E)",
    "string.format(\"%q\", @a)",
    "string.format(\"%5.2s|%d\", @s, @n)",
    "string.pack(@g, @E)",
    "string.char(@K, 65, @K)",
    "utf8.char(@K, 300, 70000)",
    "string.rep(@s, @K * 9, @s)",
    "(@s):rep(@K, @s)",
    "(@s):sub(@n, @n)",
    "((@s):gsub(@P, @s))",
    "((@s):gsub(@P, @F))",
    "((@s):gsub(@P, @x, @K))",
    "((@s):match(@P) or @s)",
    "table.concat(@x, @s)",
    "table.concat(@x, @s, @K, @K)",
    "(\"%d\" .. @s)",
    "(\"return \" .. @s)",
    "(@s .. @n .. @s)",
    "debug.traceback(@s)",
    "tostring(@a)",
    "utf8.charpattern",
    "\"a long string that is not interned: 0123456789\"",
];

const BOOLEANS: &[&str] = &[
    "@x < @x",
    "@x == @x",
    "@x >= @x",
    "@a == @a",
    "@a ~= @a",
    "not (@n > @n)",
    "@a == nil",
    "rawequal(@a, @a)",
    "(pcall(@F, @E))",
    "coroutine.isyieldable()",
    "(coroutine.resume(@o, @E))",
];

const TABLES: &[&str] = &[
    "{@E}",
    "{x = @a, y = @a}",
    "{[@a] = @a, @a}",
    "{@a, @a, @a; x = @a}",
    "{n = @n, [@n] = @a}",
    "{[1] = @a, [2] = @a, [4] = @a}",
    "{{}, {@x}}",
    "{table.unpack(@x)}",
    "{(@F)(@E)}",
    "{string.byte(@s, 1, -1)}",
    "table.pack(@E)",
    "table.move(@x, @K, @K, @K)",
    "table.move({1, 2, 3, 4}, 1, 4, @K, @x)",
    "setmetatable({@E}, @M)",
    "setmetatable({x = 1}, {__index = @x, __newindex = @F})",
    "(getmetatable(@x) or {})",
    "(@t or {})",
];

const FUNCTIONS: &[&str] = &[
    "next",
    "pairs",
    "load",
    "rawset",
    "string.rep",
    "string.gsub",
    "table.insert",
    "table.remove",
    "table.sort",
    "table.move",
    "function(...) return @E end",
    "function(n, m) return n < m end",
    "function(...) return coroutine.yield(...) end",
    "function(...) if coroutine.isyieldable() then coroutine.yield(@E) end return ... end",
    "function(s, ...) error(@a) end",
    "coroutine.wrap(@F)",
    "string.gmatch(@s, @P)",
    "(@F or @F)",
];

const COROUTINES: &[&str] =
    &["coroutine.create(@F)", "coroutine.create(@F)", "(coroutine.running())", "(@o or coroutine.create(@F))", "@a"];

impl Generator<'_, '_> {
    /// A variable of each kind, to be shared by fragments.
    pub(super) fn declare_all(&mut self) {
        for kind in super::KINDS {
            let (name, value) = (self.name(), self.leaf(kind));
            self.line(&format!("local {name} = {value}"));
            self.declare(&name, kind, false);
        }
        self.line("F = {}");
    }

    pub(super) fn free_statement(&mut self) {
        let template = self.choices.of(STATEMENTS);
        self.fill_statement(template);
    }

    pub(super) fn free_expression(&mut self, kind: Kind) -> String {
        let list = match kind {
            _ if self.choices.percent(25) => ANYTHING,
            Kind::Nil => ANYTHING,
            Kind::Integer | Kind::Float => NUMBERS,
            Kind::Text => TEXTS,
            Kind::Boolean => BOOLEANS,
            Kind::List | Kind::Record | Kind::Object => TABLES,
            Kind::Function => FUNCTIONS,
            Kind::Coroutine => COROUTINES,
        };
        let template = self.choices.of(list);
        self.filled(template)
    }
}
