//! Programs near the limits of the language: many variables, deep nesting, long lists, deep recursion.

use super::Generator;

impl Generator<'_, '_> {
    /// Loads sources made by a loop, some of them too large, and reports their results or why they fail to load.
    pub(super) fn limits_fragment(&mut self) {
        for _ in 0..1 + self.choices.below(4) {
            let count = match self.choices.below(6) {
                0 => self.choices.range(190, 205),
                1 => self.choices.range(245, 262),
                2 => self.choices.range(45, 55),
                3 => self.choices.range(120, 135),
                4 => self.choices.range(500, 1100),
                _ => self.choices.range(1, 30),
            };
            let source = match self.choices.below(26) {
                0 => format!("\"local \" .. (\"a,\"):rep({count}) .. \"b = 1, 2 return a, b\""),
                1 => format!("(\"local a = 1 \"):rep({count}) .. \"return a\""),
                2 => format!("\"return \" .. (\"1, \"):rep({count}) .. \"2\""),
                3 => format!("\"return select('#', \" .. (\"1, \"):rep({count}) .. \"2)\""),
                4 => format!("\"local t = {{\" .. (\"1, \"):rep({count}) .. \"2}} return #t, t[#t]\""),
                5 => format!("\"local t = {{\" .. (\"x = 1, \"):rep({count}) .. \"...}} return t.x, #t\""),
                6 => format!("\"return \" .. (\"-\"):rep({count} % 2 * 0 + 2):gsub(\"-\", \"- \") .. \"1\""),
                7 => format!("\"return \" .. (\"not \"):rep({}) .. \"1\"", count.min(150)),
                8 => format!("\"return \" .. (\"1 + \"):rep({count}) .. \"1\""),
                9 => format!("\"return \" .. (\"1 .. \"):rep({}) .. \"1\"", count.min(150)),
                10 => format!("\"return \" .. (\"(\"):rep({0}) .. \"1\" .. (\")\"):rep({0})", count.min(150)),
                11 => format!("\"return \" .. (\"{{\"):rep({0}) .. (\"}}\"):rep({0})", count.min(150)),
                12 => format!("(\"do \"):rep({0}) .. (\"end \"):rep({0}) .. \"return 1\"", count.min(150)),
                13 => format!("(\"if x then \"):rep({0}) .. (\"end \"):rep({0}) .. \"return 1\"", count.min(150)),
                14 => format!("\"if a then \" .. (\"elseif b then \"):rep({count}) .. \"else return 7 end\""),
                15 => format!("\"return \" .. (\"function() return \"):rep({0}) .. \"1 \" .. (\"end \"):rep({0})", count.min(150)),
                16 => format!("\"a = {{}} a.b = a return a\" .. (\".b\"):rep({count}) .. \".c\""),
                17 => format!("\"local f f = function() return f end return f\" .. (\"()\"):rep({count}) .. \" == f\""),
                18 => format!("\"local x = {{...}} return \" .. (\"x[1] and \"):rep({count}) .. \"8\""),
                19 => format!("\"return '\" .. (\"x\"):rep({count}) .. \"'\""),
                20 => format!("\"local s = 0 \" .. (\"s = s + 0.5 \"):rep({count}) .. \"return s\""),
                21 => format!("\"goto a \" .. (\"x = 1 \"):rep({count}) .. \"::a:: return 'after'\""),
                22 => format!("\"for i = 1, 2 do \" .. (\"x = 1 \"):rep({count}) .. \"if i == 1 then goto c end ::c:: end return 'loop'\""),
                23 => format!("\"a\" .. (\", a\"):rep({}) .. \" = 1, 2 return a\"", count.min(150)),
                24 => format!("\"local a <const> = 5 return \" .. (\"a * \"):rep({count}) .. \"a\""),
                _ => "many(\"local v%d = %d \", 150) .. \"return function() \" .. many(\"local w%d = v%d \", 120) .. \"return function() return 0\" .. many(\" + v%d\", 150) .. many(\" + w%d\", 120) .. \" end end\"".to_owned(),
            };
            if source.starts_with("many") {
                self.line("local function many(form, n) local parts = {} for i = 1, n do parts[i] = form:format(i, i) end return table.concat(parts) end");
            }
            self.line(&format!("try(function() local f, message = load({source}, \"=l\") if not f then return message end return f() end)"));
        }
    }

    /// Recursion of all kinds, not too deep.
    pub(super) fn recursion_fragment(&mut self) {
        let (name, depth) = (self.name(), self.choices.range(1, 150));
        // The functions that will contain the expression have no `...`.
        let had_varargs = std::mem::replace(&mut self.has_varargs, false);
        let value = self.expression(super::Kind::Integer);
        self.has_varargs = had_varargs;
        let text = match self.choices.below(14) {
            0 => format!(
                "local function {name}(n, ...) if n == 0 then return ... end return {name}(n - 1, n, ...) end try(function() return select(\"#\", {name}({depth})), ({name}({depth})) end)"
            ),
            1 => format!(
                "local function {name}(n) if n == 0 then return 0 end return 1 + {name}(n - 1) end show({name}({depth} * 20))"
            ),
            2 => format!(
                "local function {name}(n) if n == 0 then return \"end\" end return {name}(n - 1) end show({name}({depth} * 100))"
            ),
            3 => format!(
                "local function {name}(n) if n == 0 then error(\"deep\") end {name}(n - 1) end try({name}, {depth})"
            ),
            4 => format!(
                "local t = setmetatable({{}}, {{__index = function(t, k) if k == 0 then return \"zero\" end return t[k - 1] end}}) show(t[{depth}])"
            ),
            5 => format!(
                "local function {name}(n) if n == 0 then return \"in\" end return select(2, pcall({name}, n - 1)) end show({name}({depth}))"
            ),
            6 => format!(
                "local function {name}(n) if n == 0 then return coroutine.yield(\"bottom\") end return (coroutine.wrap({name})(n - 1)) end try(coroutine.wrap({name}), {})",
                depth.min(100)
            ),
            7 => format!(
                "local t = {{}} for i = 1, {depth} do t = setmetatable({{}}, {{__index = t}}) end show(t.x, rawget(t, 1))"
            ),
            8 => format!(
                "local function {name}(n) if n > 0 then local c <close> = setmetatable({{}}, {{__close = function() log(n) end}}) {name}(n - 1) end error(\"up\") end try({name}, {})",
                depth.min(6)
            ),
            9 => format!(
                "local s = (\"x\"):gsub(\".\", function(c) return (c:gsub(\"x\", function() return {value} end)) end) show(s)"
            ),
            10 => format!(
                "local function odd(n) if n == 0 then return false end return even(n - 1) end function even(n) if n == 0 then return true end return odd(n - 1) end show(odd({depth}), even({depth}))"
            ),
            11 => format!(
                "local t = {{}} for i = 1, {depth} do t = {{t}} end local n = 0 while t[1] do t = t[1] n = n + 1 end show(n)"
            ),
            12 => format!(
                "local parts = {{}} for i = 1, {depth} do parts[#parts + 1] = i % 7 == 0 and \"seven\" or i end show(table.concat(parts, \",\"))"
            ),
            _ => format!(
                "local function {name}(n) local a, b, c = n, n * 2, n * 3 if n == 0 then return a, b, c end local x, y, z = {name}(n - 1) return x + a, y + b, z + c end show({name}({depth}))"
            ),
        };
        self.line(&text);
    }

    /// What is collected and what is not. This is shown only after a full collection, since other collections may
    /// happen at any time.
    pub(super) fn collection_fragment(&mut self) {
        let key = self.anything();
        let text = match self.choices.below(13) {
            0 => "local w = setmetatable({}, {__mode = \"v\"}) local kept = {} w[1], w[2], w[3], w.x = {}, kept, \"text\", {} collectgarbage() show(w[1], w[2] == kept, w[3], w.x)".to_owned(),
            1 => "local w = setmetatable({}, {__mode = \"k\"}) local kept = {} w[{}], w[kept], w[1] = 1, 2, {} collectgarbage() local n = 0 for _ in pairs(w) do n = n + 1 end show(n, w[kept], w[1])".to_owned(),
            2 => "local w = setmetatable({}, {__mode = \"k\"}) local a = {} local b = {} w[a] = b w[b] = a a, b = nil, nil collectgarbage() show(next(w))".to_owned(),
            3 => "local w = setmetatable({}, {__mode = \"k\"}) local a = {} local e = a for i = 1, 20 do local k = {} w[e] = k e = k end e = nil collectgarbage() local n, k = 0, a while w[k] do k = w[k] n = n + 1 end show(n) a, k = nil, nil collectgarbage() show(next(w))".to_owned(),
            4 => "local n = 0 do for i = 1, 10 do setmetatable({}, {__gc = function() n = n + 1 end}) end end collectgarbage() collectgarbage() show(n)".to_owned(),
            5 => "local order = {} do local list = {} for i = 1, 5 do list[i] = setmetatable({}, {__gc = function() order[#order + 1] = i end}) end end collectgarbage() collectgarbage() table.sort(order) show(order)".to_owned(),
            6 => "local saved do setmetatable({name = \"back\"}, {__gc = function(o) saved = o end}) end collectgarbage() collectgarbage() show(saved) saved = nil collectgarbage() show(saved)".to_owned(),
            7 => "local m = {} local o = setmetatable({}, m) m.__gc = function() show(\"never\") end o = nil collectgarbage() show(\"done\")".to_owned(),
            8 => "local n = 0 local m = {__gc = true} local o = setmetatable({}, m) m.__gc = function() n = n + 1 end o = nil collectgarbage() collectgarbage() show(n)".to_owned(),
            9 => "local w = setmetatable({}, {__mode = \"kv\"}) local k = {} w[k] = {} w[{}] = k w[1] = 2 collectgarbage() show(w[k], w[1], next(w) ~= nil)".to_owned(),
            10 => "local w = setmetatable({}, {__mode = \"v\"}) w.f = function() end w.g = print w.co = coroutine.create(print) collectgarbage() show(w.g == print, w.co)".to_owned(),
            11 => "local t = {} for i = 1, 300 do t[i] = {i, tostring(i)} end for i = 1, 300, 2 do t[i] = nil end collectgarbage() local s = 0 for i = 2, 300, 2 do s = s + t[i][1] + #t[i][2] end show(s)".to_owned(),
            _ => format!("local w = setmetatable({{}}, {{__mode = \"v\"}}) try(function(...) w[1] = {key} collectgarbage() return type(w[1]) == \"table\" end) show(collectgarbage(), collectgarbage(\"isrunning\"))"),
        };
        self.line(&format!("do {text} end"));
    }

    /// Functions to bytes and back.
    pub(super) fn dump_fragment(&mut self) {
        self.line("local function dumped(f, strip) return assert(load(string.dump(f, strip), \"=d\", \"b\")) end");
        for _ in 0..1 + self.choices.below(3) {
            let strip = self.choices.of(&["", ", false", ", true"]);
            let arguments = self.expressions(3);
            let comma = if arguments.is_empty() { "" } else { ", " };
            self.line("try(dumped(function(...)");
            let outside = std::mem::take(&mut self.variables);
            self.function_block(&[], true, |this| {
                this.left = 3;
                this.statements(1, 3);
                let values = this.expressions(2);
                this.line(&format!("return {values}"));
            });
            self.variables = outside;
            self.line(&format!("end{strip}){comma}{arguments})"));
        }
        self.line("local u, v = 1, {} show(dumped(function() return u, v end)())");
        self.line("show(pcall(string.dump, print), pcall(string.dump), pcall(load, string.dump(function() end), \"=d\", \"t\"))");
    }
}
