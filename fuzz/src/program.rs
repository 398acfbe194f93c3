//! Lua programs made of decisions.
//!
//! Variables have kinds (`n1` holds a number, `s2` a string, `t3` a table, `f1` a function, `c1` a coroutine), and expressions
//! are mostly of the kind that is wanted, so that programs get far; now and then they are of another. Loops are short: what
//! goes on for ever does so by calling itself. [`Style`] leaves out what collection or pauses may change.

use crate::choice::Choices;
use std::fmt::Write;

/// What programs may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Everything, and many bytes at once.
    Hostile,
    /// Only what prints the same whenever the collector works: no weak tables, finalizers or counts of memory.
    Steady,
}

/// How deep statements and expressions are nested.
const DEPTH_MAX: usize = 7;
/// The most bytes of a program.
const LENGTH_MAX: usize = 12 << 10;

/// The start of each program: variables of each kind, and `show`, which prints values without what differs between
/// implementations.
const PRELUDE: &str = "\
local n1, n2, n3, s1, s2, s3 = 3, -7, 2.5, 'ab', 'x1,y22,z', ''
local t1, t2, t3 = {1, 2, 3, x = 4}, {}, setmetatable({'p', 'q'}, {__index = function(t, k) return k end})
local function f1(...) return ... end
local function f2(a, b) return a, b, 1 end
local f3 = function(a, ...) local x = {...} return #x, a end
local c1, c2 = coroutine.create(function(...) local a = coroutine.yield(...) return a end), coroutine.create(f1)
local function show(...)
  local texts = {}
  for i = 1, select('#', ...) do
    local v = select(i, ...)
    local k = math.type(v) or type(v)
    texts[i] = (k == 'integer' or k == 'float' or k == 'string' or k == 'boolean') and tostring(v):sub(1, 60) or k
  end
  print(table.concat(texts, ' '))
end
";

/// Writes the program that the bytes decide.
pub fn write(choices: &mut Choices<'_>, style: Style) -> String {
    let mut writer = Writer { choices, style, out: PRELUDE.to_owned(), depth: 0, loops: 0, is_vararg: true, labels: 0 };
    while !writer.choices.is_empty() && writer.out.len() < LENGTH_MAX {
        if writer.choices.chance(160) {
            writer.put("show(pcall(function(...)\n");
            writer.block(3);
            writer.put("end))\n");
        } else {
            writer.statement();
        }
    }
    writer.out.push_str("show(n1, n2, n3, s1, s2, s3, t1, t2, t3, f1, f2, f3, c1, c2)\n");
    writer.out
}

struct Writer<'a, 'b> {
    choices: &'a mut Choices<'b>,
    style: Style,
    out: String,
    depth: usize,
    /// Loops around the place that is written, within its function.
    loops: usize,
    is_vararg: bool,
    labels: usize,
}

impl Writer<'_, '_> {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn is_full(&self) -> bool {
        self.depth >= DEPTH_MAX || self.choices.is_empty() || self.out.len() > LENGTH_MAX
    }

    fn name(&mut self, kind: char) -> String {
        let count = if kind == 'c' { 2 } else { 3 };
        format!("{kind}{}", 1 + self.choices.below(count))
    }

    /// Writes a template: in it `#N`, `#S`, `#T`, `#F`, `#C`, `#E` stand for expressions of a kind, `#n`, `#s`, `#t`, `#f`,
    /// `#c` for variables, `#B` for a block, `#L` for a list of expressions, `#I` for a small integer, `#P` for a pattern,
    /// `#O` for an option of `string.format` or `pack`.
    fn template(&mut self, text: &str) {
        self.depth += 1;
        let mut marks = text.chars();
        while let Some(next) = marks.next() {
            if next != '#' {
                self.out.push(next);
                continue;
            }
            match marks.next() {
                Some('N') => self.number(),
                Some('S') => self.string(),
                Some('T') => self.table(),
                Some('F') => self.function(),
                Some('C') => self.coroutine(),
                Some('E') => self.any(),
                Some(kind @ ('n' | 's' | 't' | 'f' | 'c')) => {
                    let name = self.name(kind);
                    self.put(&name);
                }
                Some('B') => self.block(3),
                Some('L') => self.list(),
                Some('I') => {
                    let value = self.choices.below(7);
                    let _ = write!(self.out, "{value}");
                }
                Some('P') => self.pattern(),
                Some('O') => self.option(),
                Some(other) => {
                    self.out.push('#');
                    self.out.push(other);
                }
                None => self.out.push('#'),
            }
        }
        self.depth -= 1;
    }

    fn block(&mut self, most: usize) {
        let count = 1 + self.choices.below(most);
        for _ in 0..count {
            self.statement();
        }
    }

    /// A block in a function of its own.
    fn body(&mut self, text: &str, is_vararg: bool) {
        let outside = (std::mem::replace(&mut self.loops, 0), std::mem::replace(&mut self.is_vararg, is_vararg));
        self.template(text);
        (self.loops, self.is_vararg) = outside;
    }

    fn in_loop(&mut self, text: &str) {
        self.loops += 1;
        self.template(text);
        self.loops -= 1;
    }

    fn statement(&mut self) {
        if self.is_full() {
            let text = self.choices.of(&["#n = #n + 1\n", "show(#L)\n", "#t.x = #n\n", "#s = #s .. #n\n"]);
            return self.template(text);
        }
        if self.style == Style::Hostile && self.choices.chance(50) {
            return self.hostile_statement();
        }
        match self.choices.below(40) {
            0 => self.template("#n = #N\n"),
            1 => self.template("#s = #S\n"),
            2 => self.template("#t = #T\n"),
            3 => self.template("#f = #F\n"),
            4 => self.template("#c = #C\n"),
            5 => self.template("local #n = #N\n"),
            6 => self.template("local #s, #n = #S, #N\n"),
            7 => self.template("local k <const> = #T show(k)\n"),
            8 => self.template("local #f = #F\n"),
            9 => self.template("show(#L)\n"),
            10 => self.template("show(pcall(#F, #L))\n"),
            11 => self.template("#t[#E] = #E\n"),
            12 => self.template("#t.x, #t[#I] = #E, #E\n"),
            13 => self.template("if #E then\n#Belse\n#Bend\n"),
            14 => self.template("if #N < #N then\n#Belseif #E == #E then\n#Bend\n"),
            15 => self.in_loop("for n1 = #I, #I do\n#Bend\n"),
            16 => self.in_loop("for n2 = #N, #N, #N do\n#Bif n2 ~= n2 // 1 or math.abs(n2) > 99 then break end\nend\n"),
            17 => self.in_loop("for n3, s3 in pairs(#T) do\n#Bend\n"),
            18 => self.in_loop("for n3, s1 in ipairs(#T) do\n#Bif n3 > 20 then break end\nend\n"),
            19 => self.in_loop("for s1 in string.gmatch(#S, #P) do\n#Bend\n"),
            20 => self.in_loop("for n1, n2, n3 in #F, #E, #E do\n#Bbreak\nend\n"),
            21 => self.in_loop("local k = #I while k > 0 do\nk = k - 1\n#Bend\n"),
            22 => self.in_loop("local k = #I repeat\nlocal n1 = k\nk = k - 1\n#Buntil k < 0 or #E\n"),
            23 => {
                let text = if self.loops > 0 { "if #E then break end\n" } else { "do\n#Bend\n" };
                self.template(text);
            }
            24 => self.template("do local x <close> = setmetatable({}, {__close = #F}) \n#Bend\n"),
            25 => self.body("local function f1(s1, n1, ...)\n#Breturn #L\nend\n", true),
            26 => self.body("function f2(n1, t1)\n#Breturn #L\nend\n", false),
            27 => self.template("table.insert(#t, #E)\n"),
            28 => self.template("table.sort(#T, #F)\n"),
            29 => self.template("show(coroutine.resume(#C, #L))\n"),
            30 => self.template("if coroutine.isyieldable() then show(coroutine.yield(#L)) end\n"),
            31 => {
                let text = format!("setmetatable(#t, {})\n", self.choices.of(METATABLES).replace('@', "#"));
                self.template(&text);
            }
            32 => {
                self.labels += 1;
                let label = self.labels;
                let text = format!("do local k = 0 ::l{label}:: k = k + 1\n#Bif k < #I then goto l{label} end end\n");
                self.template(&text);
            }
            33 => {
                self.labels += 1;
                let label = self.labels;
                let text = format!("do if #E then goto l{label} end\ndo\n#Bend\n::l{label}:: end\n");
                self.template(&text);
            }
            34 => self.template("error(#E, #I)\n"),
            35 => self.template("show(xpcall(#F, #F, #L))\n"),
            36 => self.template("show(coroutine.close(#C), coroutine.status(#c))\n"),
            37 => self.template("show(select(#N, #L))\n"),
            38 => self.template("#t[#t] = #t #t[#s] = nil\n"),
            _ => self.template(
                "do local a, b <const>, c = #L\nshow(a, b, c) a, c = c, a #f = function() a = c return b end end\n",
            ),
        }
    }

    /// What takes much, goes on for ever, or shows when the collector works.
    fn hostile_statement(&mut self) {
        match self.choices.below(24) {
            0 => self.template("#s = string.rep(#S, #N)\n"),
            1 => self.template("#s = string.rep('x', 1 << #I * 5, #S)\n"),
            2 => self.template("while true do #Bend\n"),
            3 => self.template("local function r(...) return r(...) + 1 end r(#L)\n"),
            4 => self.template("local function r(...) return pcall(r, ...) end r(#L)\n"),
            5 => self.template("local function r(n) local c = coroutine.wrap(r) return c(n) end r(#L)\n"),
            6 => self.template("setmetatable(#t, {__gc = #F})\n"),
            7 => self.template("setmetatable(#t, {__mode = 'k'})\n"),
            8 => self.template("setmetatable(#t, {__mode = 'v'})\n"),
            9 => self.template("setmetatable(#t, {__mode = 'kv', __gc = #F})\n"),
            10 => self.template("collectgarbage()\n"),
            11 => self.template("collectgarbage('step', #N)\n"),
            12 => self.template("show(type(collectgarbage('count')))\n"),
            13 => self.template("local u = {} for i = 1, #I * 100000 do u[i] = i end\n"),
            14 => self.template("local u = {} for i = 1, #I * 1000 do u[i] = {i, tostring(i)} end #t = u\n"),
            15 => self.template("for i = 1, #I * 5 do #s = #s .. #s end\n"),
            16 => self.template("show(table.pack(table.unpack(#T, #N, #N)).n)\n"),
            17 => self.template("table.move(#T, #N, #N, #N, #T)\n"),
            18 => self.template("show(load(#S, #S, 't', #T))\n"),
            19 => self.template("show(pcall(load(function() return #S end)))\n"),
            20 => self.template("do local u = setmetatable({}, {__mode = 'k'}) for i = 1, 99 do local k = {} u[k] = {u, k} #t = k end end\n"),
            21 => self.template("do local k = {} for i = 1, #I * 20 do k = setmetatable({k}, {__gc = #F}) end end\n"),
            22 => self.template("collectgarbage('stop') #Bcollectgarbage('restart')\n"),
            _ => self.template("debug.sethook(#F, #S) show(debug.traceback(#C, #S))\n"),
        }
    }

    fn list(&mut self) {
        if self.is_full() {
            return self.simple_any();
        }
        let count = self.choices.below(5);
        for index in 0..count {
            if index > 0 {
                self.put(", ");
            }
            self.any();
        }
        let last = if self.is_vararg { self.choices.of(&["", "", "..."]) } else { "" };
        match (count, last) {
            (0, "") => self.put("nil"),
            (0, last) => self.put(last),
            (_, "") => {}
            (_, last) => {
                self.put(", ");
                self.put(last);
            }
        }
    }

    fn simple_any(&mut self) {
        let text = self.choices.of(&["nil", "true", "#n", "#s", "#t", "#f", "#I", "false", "#c"]);
        self.template(text);
    }

    fn any(&mut self) {
        if self.is_full() {
            return self.simple_any();
        }
        let texts: &[&str] = &[
            "nil",
            "#N",
            "#S",
            "#T",
            "#F",
            "true",
            "false",
            "#C",
            "#N < #N",
            "#S <= #S",
            "#E == #E",
            "not #E",
            "#E and #E",
            "#E or #E",
            "#t[#E]",
            "#t.x",
            "#t.y",
            "(#f(#L))",
            "#E ~= #E",
            "(select(#I, #L))",
            "rawget(#T, #E)",
            "#T < #T",
            "type(#E)",
            "(next(#T))",
            "rawequal(#E, #E)",
            "(pcall(#F, #L))",
            "math.type(#E)",
            "#T == #T",
            "getmetatable(#E)",
            "#t[1]",
            "(string.find(#S, #P, #I))",
            "(coroutine.wrap(#F)(#L))",
            "(#E)(#L)",
            "tostring(#E)",
            "#E .. #E",
            "#E + #E",
            "(coroutine.running())",
            "coroutine.isyieldable()",
            "#E == nil",
            "0/0",
            "(next(#T, #E))",
            "(debug.getinfo(#I, 'Sl') or {}).currentline",
            "coroutine.status(#C)",
            "#T >= #T",
            "not (#N > #N)",
        ];
        let text = self.choices.of(texts);
        self.template(text);
    }

    fn number(&mut self) {
        if self.is_full() {
            return self.template("#n");
        }
        let texts: &[&str] = &[
            "#n",
            "#I",
            "0",
            "1",
            "-1",
            "2.5",
            "math.maxinteger",
            "math.mininteger",
            "1e308",
            "-0.0",
            "math.huge",
            "0x7fff",
            "(#N + #N)",
            "(#N - #N)",
            "#N * #N",
            "(#N / #N)",
            "(#N // #N)",
            "#N % #N",
            "#N ^ #N",
            "(#N & #N)",
            "#N | #N",
            "(#N ~ #N)",
            "(#N << #N)",
            "#N >> #N",
            "- #N",
            "~#N",
            "#",
            "math.floor(#N)",
            "math.max(#N, #N)",
            "(#N + 1)",
            "(#S):len()",
            "select('#', #L)",
            "tonumber(#S, #N)",
            "math.tointeger(#E)",
            "math.fmod(#N, #N)",
            "#E",
            "(#N * 2)",
            "string.byte(#S, #N)",
            "utf8.len(#S)",
            "(#n and #N or #N)",
            "math.ult(#N, #N) and #N or 1",
            "string.unpack(#O, #S)",
            "string.packsize(#O)",
            "(#f(#L) or 1)",
            "(#T).x",
            "(#N == #N and 1 or 0)",
            "math.abs(#N)",
            "tonumber(#E)",
            "1 // 0",
            "(3 - #N)",
            "(#N >> 1)",
            "(7 // #N)",
            "(#N % 3)",
            "#t[#I]",
            "('10' + #N)",
            "0x1p-3",
            "99",
            "1000000",
        ];
        match self.choices.of(texts) {
            "#" => {
                self.put("#");
                let text = self.choices.of(&["#T", "#S"]);
                self.template(text);
            }
            text => self.template(text),
        }
    }

    fn string(&mut self) {
        if self.is_full() {
            return self.template("#s");
        }
        let texts: &[&str] = &[
            "#s",
            "''",
            "'abc'",
            "'12'",
            "(#S .. #S)",
            "(#S .. #N)",
            "(#S):sub(#N, #N)",
            "(#S):upper()",
            "string.rep(#S, #I)",
            "(#S):reverse()",
            "string.format(#O, #L)",
            "tostring(#E)",
            "table.concat(#T, #S)",
            "string.char(#I, 65, #I)",
            "((#S):gsub(#P, #S))",
            "((#S):gsub(#P, #F))",
            "((#S):gsub(#P, #T, #I))",
            "((#S):match(#P) or #S)",
            "string.pack(#O, #L)",
            "utf8.char(#I, 300, 70000)",
            "(#S .. #N .. #S)",
            "'\\u{7FFFFFFF}\\xff'",
            "'%d' .. #S",
            "type(#E)",
            "#E",
            "'a long string that is not interned: 0123456789'",
            "(#S):rep(#I, #S)",
            "tostring(#N)",
            "'return ' .. #S",
            "string.format('%q', #E)",
            "table.concat(#T, #S, #I, #I)",
            "[[\n]]",
            "(#s or #S)",
            "(#T).y",
            "debug.traceback(#S)",
            "utf8.charpattern",
            "string.format('%5.2s|%d', #S, #N)",
            "string.rep(#S, #I * 9, #S)",
        ];
        let text = self.choices.of(texts);
        self.template(text);
    }

    fn table(&mut self) {
        if self.is_full() {
            return self.template("#t");
        }
        let texts: &[&str] = &[
            "#t",
            "{}",
            "{#L}",
            "{x = #E, y = #E}",
            "{[#E] = #E, #E}",
            "{#E, #E, #E; x = #E}",
            "table.pack(#L)",
            "#t",
            "{table.unpack(#T)}",
            "{#f(#L)}",
            "table.move(#T, #I, #I, #I)",
            "#E",
            "{n = #N, [#N] = #E}",
            "(#t or {})",
            "{{}, {#T}}",
            "setmetatable({#L}, @)",
            "table.move({1, 2, 3, 4}, 1, 4, #I, #T)",
            "(getmetatable(#T) or {})",
            "{string.byte(#S, 1, -1)}",
            "setmetatable({x = 1}, {__index = #T, __newindex = #F})",
            "{[1] = #E, [2] = #E, [4] = #E}",
        ];
        match self.choices.of(texts) {
            "setmetatable({#L}, @)" => {
                let text = format!("setmetatable({{#L}}, {})", self.choices.of(METATABLES).replace('@', "#"));
                self.template(&text);
            }
            text => self.template(text),
        }
    }

    fn function(&mut self) {
        if self.is_full() {
            return self.template("#f");
        }
        match self.choices.below(14) {
            0 | 1 => self.template("#f"),
            2 => self.body("function(...) return #L end", true),
            3 => self.body("function(n1, n2) return n1 < n2 end", false),
            4 => self.body("function(t1, s1, ...)\n#Breturn #L\nend", true),
            5 => self.body("function(n1, s2)\n#Bend", false),
            6 => self.body("function(...) return coroutine.yield(...) end", true),
            7 => self.body("function(s1) error(#E) end", false),
            8 => self.body("function(...) local a, b = ... return #f(b, a) end", true),
            9 => {
                let texts = [
                    "print",
                    "pcall",
                    "error",
                    "next",
                    "type",
                    "tostring",
                    "select",
                    "rawset",
                    "rawget",
                    "string.rep",
                    "string.find",
                    "string.format",
                    "table.insert",
                    "table.concat",
                    "table.unpack",
                    "table.sort",
                    "math.max",
                    "coroutine.yield",
                    "coroutine.resume",
                    "coroutine.close",
                    "ipairs",
                    "pairs",
                    "load",
                    "setmetatable",
                    "string.gsub",
                    "xpcall",
                    "coroutine.wrap(#F)",
                    "string.gmatch(#S, #P)",
                    "table.move",
                    "table.remove",
                    "coroutine.running",
                    "utf8.codes",
                    "assert",
                    "tonumber",
                    "rawequal",
                    "rawlen",
                    "getmetatable",
                    "coroutine.wrap",
                    "coroutine.status",
                    "string.pack",
                ];
                let text = self.choices.of(&texts);
                self.template(text);
            }
            10 => self.body("function(n1) n2 = n2 + n1 return function() n1 = n1 + 1 return n1, n2 end end", false),
            11 => {
                self.body("function(...) if coroutine.isyieldable() then coroutine.yield(#L) end return ... end", true)
            }
            12 => self.template("coroutine.wrap(#F)"),
            _ => self.template("(#f or #F)"),
        }
    }

    fn coroutine(&mut self) {
        if self.is_full() {
            return self.template("#c");
        }
        let texts = [
            "#c",
            "#c",
            "coroutine.create(#F)",
            "coroutine.create(#F)",
            "(coroutine.running())",
            "#E",
            "(#c or coroutine.create(#F))",
        ];
        let text = self.choices.of(&texts);
        self.template(text);
    }

    fn pattern(&mut self) {
        if self.is_full() || self.choices.chance(20) {
            return self.string();
        }
        let pieces = [
            "a", "x", ".", "%d", "%a", "%w", "(", ")", "*", "+", "-", "?", "[a-c]", "[^x]", "%%", "^", "$", "()",
            "%f[%w]", "%bxy", "%1", "[%d,]", ",", ".-", ".*", "(.)", "%s", "[]]", "%z", "1",
        ];
        self.put("'");
        for _ in 0..1 + self.choices.below(6) {
            let piece = self.choices.of(&pieces);
            self.put(piece);
        }
        self.put("'");
    }

    fn option(&mut self) {
        if self.is_full() || self.choices.chance(20) {
            return self.string();
        }
        let pieces = [
            "%d", "%s", "%5s", "%-8.3f", "%x", "%g", "%q", "%c", "%a", "%i", "%%", "%.14g", "i4", "<", ">", "=", "b",
            "h", "j", "J", "T", "f", "d", "n", "s1", "z", "x", "!", "X", " ", "I3", "i16", "c5", "!8", "s", "Xi4",
            "%10.4s", "%+d", "%e",
        ];
        self.put("'");
        for _ in 0..1 + self.choices.below(4) {
            let piece = self.choices.of(&pieces);
            self.put(piece);
        }
        self.put("'");
    }
}

/// Metatables; `@` stands for `#` of a template.
const METATABLES: &[&str] = &[
    "{}",
    "{__index = @F}",
    "{__newindex = @F}",
    "{__call = @F}",
    "{__add = @F, __concat = @F, __unm = @F}",
    "{__eq = @F, __lt = @F, __le = @F}",
    "{__len = @F, __tostring = @F}",
    "{__close = @F}",
    "{__pairs = @F}",
    "{__index = @T, __newindex = @T}",
    "{__name = @S, __metatable = @E}",
    "{__tostring = @F, __name = 'N'}",
    "{__call = @T}",
    "{__sub = @F, __mul = @F, __div = @F, __mod = @F, __pow = @F, __idiv = @F}",
    "{__band = @F, __shl = @F, __bnot = @F}",
    "{__index = function(t, k) return coroutine.yield(k) end}",
    "{__concat = function(a, b) return 'cat' end, __len = function() return @N end}",
];
