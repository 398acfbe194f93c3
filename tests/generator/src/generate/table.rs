//! Tables: constructors, holes, lengths of sequences, and the table library.

use super::{Generator, Kind};

impl Generator<'_, '_> {
    pub(super) fn table_fragment(&mut self) {
        let name = self.name();
        let list = self.expression(Kind::List);
        self.line(&format!("local {name} = {list}"));
        self.declare(&name, Kind::List, true);
        for _ in 0..3 + self.choices.below(9) {
            let value = self.anything();
            match self.choices.below(22) {
                0 => {
                    let (from, to, at) = (self.choices.range(-3, 6), self.choices.range(-3, 8), self.choices.range(-3, 8));
                    let target = self.choices.of(&["", ", {}", ", {9, 8, 7}"]);
                    self.tried(&format!("table.move({{table.unpack({name})}}, {from}, {to}, {at}{target})"));
                }
                1 => {
                    let (from, to) = (self.choices.range(-3, 6), self.choices.range(-3, 8));
                    self.tried(&format!("table.unpack({name}, {from}, {to})"));
                }
                2 => {
                    let (from, to) = (self.choices.range(-2, 4), self.choices.range(-2, 6));
                    self.tried(&format!("table.concat({name}, \"-\", {from}, {to})"));
                }
                3 => {
                    let at = self.choices.range(-1, 7);
                    // No hole: the length would not be determined.
                    self.tried(&format!("table.insert({name}, {at}, some({value}))"));
                }
                4 => {
                    let at = self.choices.range(-1, 7);
                    self.tried(&format!("table.remove({name}, {at})"));
                }
                5 => {
                    let count = self.choices.range(0, 40);
                    let compare = self.argument('C');
                    self.line(&format!("try(function(...) local s = {{}} for i = 1, {count} do s[i] = (i * 7919) % 101 end table.sort(s, {compare}) return table.concat(s, \" \") end)"));
                }
                6 => {
                    let values = self.expressions(5);
                    self.line(&format!("try(function(...) local p = table.pack({values}) return p, p.n end)"));
                }
                7 => {
                    // Holes: the contents are shown, not the length, which is not determined.
                    let (at, other) = (self.choices.range(-2, 12), self.choices.range(1, 5));
                    self.line(&format!("do local h = {{1, 2, 3, 4, 5}} h[{other}] = nil h[{at}] = {value} h[{other} + 1] = nil show(h) show(h[{other}], h[{at}]) end"));
                }
                8 => {
                    let (count, key) = (self.choices.range(0, 40), self.choices.of(&["i", "-i", "i + 0.0", "i / 2", "\"k\" .. i", "i % 3", "i * 1000003", "i << 40", "i == 3"]));
                    self.line(&format!("do local h = {{}} for i = 1, {count} do h[{key}] = i end for i = {count}, 1, -3 do h[{key}] = nil end show(h) local n = 0 for _ in next, h do n = n + 1 end show(n) end"));
                }
                9 => self.line("do local h, n = {}, 0 for i = 1, 20 do h[i] = i h[\"x\" .. i] = i end for k in next, h do n = n + 1 h[k] = nil end show(n, next(h)) end"),
                10 => {
                    let key = self.anything();
                    self.line(&format!("try(function(...) local h = {{}} h[{key}] = {value} return h, h[{key}], rawlen(h) end)"));
                }
                11 => {
                    let (a, b, c) = (self.anything(), self.anything(), self.several());
                    self.line(&format!("show({{{a}, {b}, {c}}}, {{[1] = {a}, {b}}}, {{{c}, n = {a}}}, {{({c})}})"));
                }
                12 => self.line("show(2^53 == (1 << 53), ({[2^53] = 1})[1 << 53], ({[1] = \"i\", [1.5] = \"f\"})[1.0], next({[3.0] = 1}))"),
                13 => {
                    let count = self.choices.range(0, 70);
                    self.line(&format!("do local s = {{}} for i = 1, {count} do s[#s + 1] = i end for i = 1, {} do s[#s] = nil end show(#s, s[#s], s[#s + 1]) end", self.choices.range(0, 70)));
                }
                14 => {
                    let proxy = "setmetatable({}, {__len = function() return 3 end, __index = function(_, i) show(\"get\", i) return i * 2 end, __newindex = function(_, i, v) show(\"set\", i, v) end})";
                    let call = self.choices.of(&["table.concat(q, \",\")", "table.unpack(q)", "table.insert(q, 5)", "table.insert(q, 2, 5)", "table.remove(q)", "table.remove(q, 1)", "table.move(q, 1, 3, 2)", "table.sort(q)", "table.sort(q, function(a, b) return a > b end)", "#q", "ipairs(q)(q, 1)", "table.move({1, 2}, 1, 2, 1, q)"]);
                    self.line(&format!("try(function(...) local q = {proxy} return {call} end)"));
                }
                15 => {
                    let length = self.choices.of(&["1.5", "\"x\"", "\"3\"", "-1", "2.0", "{}", "nil", "math.maxinteger", "math.huge"]);
                    let call = self.choices.of(&["table.concat(q)", "table.insert(q, 5)", "table.insert(q, 3, 5)", "table.remove(q)", "#q", "table.remove(q, 3)"]);
                    // PUC-Rio Lua would move all 2^63 elements without checking its hook.
                    let call = if length == "math.maxinteger" && call == "table.remove(q, 3)" { "#q" } else { call };
                    self.line(&format!("try(function(...) local q = setmetatable({{1, 2, 3}}, {{__len = function() return {length} end}}) return {call} end)"));
                }
                16 => self.line(&format!("for i, v in ipairs({name}) do show(i, v) if i > 8 then break end end")),
                17 => self.line("for i, v in ipairs(setmetatable({}, {__index = function(_, i) if i < 4 then return i * i end end})) do show(i, v) end"),
                18 => {
                    let call = self.choices.of(&["table.unpack({}, 1, 1e8)", "table.unpack({}, math.mininteger, math.maxinteger)", "table.move({}, 1, math.maxinteger, 2)", "table.move({}, -1, math.maxinteger, 2)", "table.concat({}, \"\", math.maxinteger, math.maxinteger)", "table.unpack({}, math.maxinteger, math.maxinteger)", "table.unpack({1, 2}, -1, 1)", "table.insert({1, 2, 3}, 4, 4)", "(function(t) table.insert(t, 2, nil) return t end)({1, 2, 3})", "(function(t) table.insert(t, nil) return t, #t end)({1, 2, 3})", "table.insert({1, 2, 3}, 5, 4)", "table.remove({}, 0)", "table.remove({}, 1)", "table.remove({1, 2}, 4)", "#table.pack(table.unpack({}, 1, 50))"]);
                    self.line(&format!("try(function(...) return {call} end)"));
                }
                // Only for a sequence, since the order of other keys depends on the implementation.
                19 => self.line(&format!("try(next, {{10, 20, 30}}, {value})")),
                _ => self.line(&format!("show({name}, next({name}) == nil)")),
            }
        }
    }
}
