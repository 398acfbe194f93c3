//! Programs that take much, run forever, or show when the collector works.

use super::Generator;

const STATEMENTS: &[&str] = &[
    "@G = string.rep(@s, @n)",
    "@G = string.rep(\"x\", 1 << @K * 5, @s)",
    "for i = 1, @K * 5 do @G = @s .. @s end",
    "do\nlocal s = @s for i = 1, @K * 5 do s = s .. s end @G = s\nend",
    "while true do\n@L\nend",
    "do local function r(...) return r(...) + 1 end r(@E) end",
    "do local function r(...) return pcall(r, ...) end r(@E) end",
    "do local function r(n) local c = coroutine.wrap(r) return c(n) end r(@E) end",
    "setmetatable(@t, {__gc = @F})",
    "setmetatable(@t, {__mode = \"k\"})",
    "setmetatable(@t, {__mode = \"v\"})",
    "setmetatable(@t, {__mode = \"kv\", __gc = @F})",
    "do local u = setmetatable({}, {__mode = \"k\"}) for i = 1, 99 do local k = {} u[k] = {u, k} @t[i] = k end end",
    "do local k = {} for i = 1, @K * 20 do k = setmetatable({k}, {__gc = @F}) end end",
    "collectgarbage()",
    "collectgarbage(\"step\", @n)",
    "show(type(collectgarbage(\"count\")))",
    "do\ncollectgarbage(\"stop\")\n@B\ncollectgarbage(\"restart\")\nend",
    "do local u = {} for i = 1, @K * 100000 do u[i] = i end end",
    "do local u = {} for i = 1, @K * 1000 do u[i] = {i, tostring(i)} end @t.u = u end",
    "show(table.pack(table.unpack(@x, @n, @n)).n)",
    "table.move(@x, @n, @n, @n, @x)",
    "show(load(@s, @s, \"t\", @x))",
    "show(pcall(load(function(...) return @s end)))",
    "debug.sethook(@F, @s) show(debug.traceback(@o, @s))",
    "debug.sethook(@F, \"crl\", @K) @t.x = @a debug.sethook()",
];

impl Generator<'_, '_> {
    pub(super) fn hostile_statement(&mut self) {
        let template = self.choices.of(STATEMENTS);
        self.fill_statement(template);
    }
}
