//! The debug library, where it shows what every implementation has.

use super::{Generator, Kind};

impl Generator<'_, '_> {
    pub(super) fn debug_fragment(&mut self) {
        let function = self.name();
        self.line("local up1, up2 = 1, \"two\"");
        self.line(&format!("local function {function}(a, b, ...)"));
        self.line("  local c, d = a, up1");
        self.block(|this| {
            this.line("for i = 1, 1 do");
            this.block(|this| {
                this.line("local e <const> = up2");
                for _ in 0..1 + this.choices.below(3) {
                    let at = this.choices.range(-3, 9);
                    let text = match this.choices.below(8) {
                        0 => format!("show(variable(1, {at}))"),
                        1 => format!("show((pcall(debug.getlocal, 9, {at})))"),
                        2 => format!("show(debug.setlocal(1, {}, \"set\"), a, b, c, d)", at.clamp(1, 2)),
                        3 => "for n = 1, 12 do local name, value = variable(1, n) if not name then break end show(name, value) end".to_owned(),
                        4 => "show(trace(1))".to_owned(),
                        5 => "local t = debug.getinfo(1, \"nSlut\") show(t.name, t.namewhat, t.currentline, t.linedefined, t.lastlinedefined, t.what, t.nparams, t.isvararg, t.istailcall)".to_owned(),
                        6 => "show(debug.getinfo(1, \"f\").func == debug.getinfo(1, \"f\").func, debug.getinfo(99), pcall(debug.getinfo, 1, \"?\"))".to_owned(),
                        _ => "local t = debug.getinfo(2, \"Sl\") show(t and t.short_src, t and t.currentline)".to_owned(),
                    };
                    this.line(&text);
                }
            });
            this.line("end");
        });
        self.line("  return c, d, ...");
        self.line("end");
        self.declare(&function, Kind::Function, false);
        for _ in 0..1 + self.choices.below(5) {
            let arguments = self.expressions(4);
            let comma = if arguments.is_empty() { "" } else { ", " };
            let text = match self.choices.below(12) {
                0 => format!("try({function}{comma}{arguments})"),
                1 => format!("show(coroutine.wrap({function})({arguments}))"),
                2 => format!("local o = setmetatable({{}}, {{__index = {function}, __add = {function}, __call = {function}}}) show(o.x, o + 1, o(2))"),
                3 => format!("show(debug.getlocal({function}, 1), debug.getlocal({function}, 2), debug.getlocal({function}, 3))"),
                4 => format!("local t = debug.getinfo({function}, \"SuL\") local lines = {{}} for line in pairs(t.activelines) do lines[#lines + 1] = line end table.sort(lines) show(t.what, t.nparams, t.isvararg, t.short_src, t.linedefined, lines)"),
                5 => "show(debug.getinfo(print).what, debug.getinfo(print, \"S\").short_src, debug.getinfo(string.rep, \"l\").currentline)".to_owned(),
                6 => format!("local function tail({0}) return {1}({0}) end show(tail(1)) try(tail, 2)", "x", function),
                7 => format!("table.sort({{2, 1}}, function(x, y) {function}(x, y) return x < y end)"),
                8 => format!("string.gsub(\"ab\", \".\", {function})"),
                9 => format!("for x in {function}, {arguments} do break end", arguments = if arguments.is_empty() { "1" } else { &arguments }),
                10 => format!("local co = coroutine.create(function(q) local r = 5 {function}(q) coroutine.yield(r) end) coroutine.resume(co, 7) show(variable(co, 1, 1), variable(co, 1, 2), trace(1), debug.getinfo(co, 1, \"l\").currentline)"),
                _ => "local old = debug.getmetatable(1) debug.setmetatable(1, {__index = function(n, k) return k end, __call = function(n, x) return n + x end, __len = function() return \"length\" end}) show((5).x, (5)(2), #5) debug.setmetatable(1, old) show(pcall(function() return (5).x end))".to_owned(),
            };
            self.line(&format!("do {text} end"));
        }
    }

    /// Hooks and what they are told. PUC Lua's limit on instructions is a hook, too, so such programs run without it.
    pub(super) fn hook_fragment(&mut self) {
        let mask = self.choices.of(&["c", "r", "l", "cr", "crl", "", "x", "l", "l"]);
        let count = self.choices.of(&["", ", 0", ", 100000000"]);
        let fields = self.choices.of(&["nS", "nSlt", "l", "r"]);
        self.line("local seen, counts = {}, {}");
        self.line("debug.sethook(function(event, line)");
        // The prelude's actions depend on the order of `pairs`.
        self.line(
            "  local at = debug.getinfo(2, \"S\") if at.what == \"C\" then at = debug.getinfo(3, \"S\") or at end",
        );
        self.line("  if at.short_src == \"prelude\" then return end");
        self.line("  counts[event] = (counts[event] or 0) + 1 if counts[event] > 40 then return end");
        self.line(&format!("  local t = debug.getinfo(2, \"{fields}\")"));
        self.line("  local of = t.ntransfer or 0");
        self.line("  local _, value = debug.getlocal(2, of > 0 and t.ftransfer or 1000)");
        self.line("  if type(value) ~= \"number\" and type(value) ~= \"string\" then value = type(value) end");
        self.line("  seen[#seen + 1] = table.concat({event, tostring(line), tostring(t.name), tostring(t.namewhat), tostring(t.what), tostring(t.currentline), tostring(t.istailcall), of, value}, \" \")");
        self.line(&format!("end, \"{mask}\"{count})"));
        if self.choices.percent(70) {
            self.safe_fragment();
        } else {
            self.line("local ok = pcall(function(...)");
            self.function_block(&[], true, |this| {
                this.left = 4;
                this.statements(1, 4);
            });
            self.line("end, 1, \"x\")");
        }
        self.line("local _, shown, every = debug.gethook()");
        self.line("debug.sethook()");
        self.line("show(shown, every) for i = 1, #seen do print(seen[i]) end show(debug.gethook())");
    }

    /// Upvalues that are assigned, and are therefore shared in every implementation.
    pub(super) fn upvalue_fragment(&mut self) {
        let (kind, other) = (self.kind(), self.kind());
        let (first, second) = (self.expression(kind), self.expression(other));
        self.line(&format!("local p, q = {first}, {second}"));
        self.line("local function read() return p, q end");
        self.line("local function write(...) p, q = ... end");
        self.line("local function one() q = q return q end");
        self.line("write(p, q)");
        for _ in 0..2 + self.choices.below(6) {
            let (function, another) =
                (self.choices.of(&["read", "write", "one"]), self.choices.of(&["read", "write", "one"]));
            let (at, other) = (self.choices.range(-1, 4), self.choices.range(1, 2));
            let value = self.anything();
            let text = match self.choices.below(9) {
                0 => format!("show(debug.getupvalue({function}, {at}))"),
                1 => format!("show(debug.setupvalue({function}, {at}, {value}))"),
                2 => format!("write({value})"),
                3 => format!(
                    "show(pcall(debug.upvalueid, {function}, {at}) == pcall(debug.upvalueid, {another}, {other}))"
                ),
                4 => format!("show(debug.upvalueid({function}, 1) == debug.upvalueid({another}, {other}))"),
                5 => format!("try(debug.getupvalue, {value}, {at})"),
                6 => format!("try(debug.setupvalue, {function}, {value})"),
                7 => "show(debug.getinfo(read, \"u\").nups, debug.getinfo(one, \"u\").nups)".to_owned(),
                _ => format!("for i = 1, 3 do show(debug.getupvalue({function}, i)) end"),
            };
            self.line(&format!("try(function(...) {text} end)"));
            self.line("show(read()) show(one())");
        }
    }
}
