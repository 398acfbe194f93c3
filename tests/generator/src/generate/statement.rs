//! Statements: declarations, assignments, control, functions.

use super::expression::{called, indexed};
use super::{Generator, Kind, Style};

/// The greatest depth of nested blocks.
const NESTING_MAX: usize = 6;

impl Generator<'_, '_> {
    /// Several statements, as far as the fragment's limit allows.
    pub(super) fn statements(&mut self, low: i64, high: i64) {
        for _ in 0..self.choices.range(low, high) {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            self.statement();
        }
    }

    fn statement(&mut self) {
        match self.style {
            Style::Hostile if self.choices.percent(20) => return self.hostile_statement(),
            Style::Hostile | Style::Steady if self.choices.percent(40) => return self.free_statement(),
            _ => {}
        }
        let is_deep = self.nesting >= NESTING_MAX;
        match self.choices.below(if is_deep { 20 } else { 40 }) {
            0..=4 => {
                let kind = self.kind();
                self.declaration(kind);
            }
            5..=8 => self.assignment(),
            9..=11 => {
                let values = self.expressions(3);
                let function = self.choices.of(&["show", "show", "print"]);
                if function == "print" {
                    let kind = [Kind::Integer, Kind::Float, Kind::Text, Kind::Boolean][self.choices.below(4)];
                    let value = self.expression(kind);
                    self.line(&format!("print({value})"));
                } else {
                    self.line(&format!("show({values})"));
                }
            }
            12 => {
                let call = self.library_call(None);
                // A statement that starts with a parenthesis could continue the line before.
                self.line(&format!(";{call}"));
            }
            13 => self.call_statement(),
            14 => self.table_statement(),
            15 => {
                let call = self.anything();
                self.tried(&call);
            }
            16 => {
                let (low, high) = (self.name(), self.name());
                let values = self.expressions(3);
                let values = if values.is_empty() { String::new() } else { format!(" = {values}") };
                self.line(&format!("local {low}, {high}{values}"));
                let (first, second) = (self.kind(), self.kind());
                self.declare(&low, first, false);
                self.declare(&high, second, false);
            }
            17 if self.loops > 0 => {
                let condition = self.expression(Kind::Boolean);
                self.line(&format!("if {condition} then break end"));
            }
            18 if self.choices.percent(20) => {
                let values = self.expressions(3);
                let condition = self.expression(Kind::Boolean);
                self.line(&format!("if {condition} then return {values} end"));
            }
            19 => {
                let values = self.expressions(2);
                self.line(&format!("show(select(\"#\", {}))", if values.is_empty() { "nil" } else { &values }));
            }
            20..=23 => self.if_statement(),
            24..=26 => self.loop_statement(),
            27 => {
                self.line("do");
                self.block(|this| this.statements(1, 4));
                self.line("end");
            }
            28..=30 => self.function_statement(),
            31 => self.goto_statement(),
            32 | 33 => {
                self.line("try(function(...)");
                self.function_block(&[], true, |this| this.statements(1, 4));
                let arguments = self.expressions(2);
                let comma = if arguments.is_empty() { "" } else { ", " };
                self.line(&format!("end{comma}{arguments})"));
            }
            34 => {
                let name = self.name();
                let kind = self.kind();
                let value = self.expression(kind);
                self.line(&format!("local {name} <const> = {value}"));
                self.declare(&name, kind, true);
            }
            35..=38 => self.template_statement(),
            _ => {
                let value = self.expression(Kind::Integer);
                self.line(&format!("G = {value}"));
                self.line("show(G, _G.G, _ENV.G)");
            }
        }
    }

    /// A new local variable.
    pub(super) fn declaration(&mut self, kind: Kind) {
        if kind == Kind::Function && self.choices.percent(60) {
            self.function_statement();
            return;
        }
        let value = self.expression(kind);
        let name = self.name();
        if kind == Kind::Nil && self.choices.percent(50) {
            self.line(&format!("local {name}"));
        } else {
            self.line(&format!("local {name} = {value}"));
        }
        self.declare(&name, kind, false);
    }

    fn assignment(&mut self) {
        let kind = self.kind();
        let Some(name) = self.assignable(kind) else {
            self.declaration(kind);
            return;
        };
        let value = self.expression(kind);
        match self.choices.below(8) {
            0 | 1 if matches!(kind, Kind::Record | Kind::Object) => {
                let field = self.field();
                let value = self.anything();
                self.line(&format!("{name}.{field} = {value}"));
            }
            2 => {
                let other = self.kind();
                let other_value = self.expression(other);
                let other = self.assignable(other).unwrap_or_else(|| "G".to_owned());
                self.line(&format!("{name}, {other} = {value}, {other_value}"));
            }
            3 if kind == Kind::List => {
                let value = self.expression(Kind::Integer);
                // Not in one statement: the value may change the list and leave a hole.
                self.line(&format!("do local v = {value} {name}[#{name} + 1] = v end"));
            }
            4 if matches!(kind, Kind::Integer | Kind::Float) => {
                let operator = self.choices.of(&["+", "-", "*", "//", "%", "/", "&"]);
                let operand = self.small_integer();
                self.line(&format!("{name} = {name} {operator} {operand}"));
            }
            5 => {
                let several = self.several();
                let other =
                    self.any_variable().filter(|other| self.is_assignable(other)).unwrap_or_else(|| "G".to_owned());
                self.line(&format!("{name}, {other} = {several}"));
            }
            _ => self.line(&format!("{name} = {value}")),
        }
    }

    /// Whether the visible variable of this name is assignable.
    fn is_assignable(&self, name: &str) -> bool {
        self.variables.iter().rev().find(|variable| variable.name == name).is_some_and(|variable| !variable.is_constant)
    }

    fn call_statement(&mut self) {
        let function = self.expression(Kind::Function);
        let arguments = self.expressions(3);
        let call = format!("{}({arguments})", called(&function));
        match self.choices.below(4) {
            0 => self.line(&format!("show({call})")),
            1 => self.line(&format!("show(({call}))")),
            2 => self.line(&format!("show({{{call}}}, {call}, 1)")),
            _ => self.line(&format!("try({function}{}{arguments})", if arguments.is_empty() { "" } else { ", " })),
        }
    }

    fn if_statement(&mut self) {
        let condition = self.expression(Kind::Boolean);
        self.line(&format!("if {condition} then"));
        self.block(|this| this.statements(1, 3));
        if self.choices.percent(25) {
            let condition = self.anything();
            self.line(&format!("elseif {condition} then"));
            self.block(|this| this.statements(1, 2));
        }
        if self.choices.percent(40) {
            self.line("else");
            self.block(|this| this.statements(1, 3));
        }
        self.line("end");
    }

    /// The body of a loop, unless loops are already nested too deep to end in time.
    pub(super) fn loop_block(&mut self, write: impl FnOnce(&mut Self)) {
        self.loops += 1;
        self.all_loops += 1;
        self.block(write);
        self.all_loops -= 1;
        self.loops -= 1;
    }

    fn loop_statement(&mut self) {
        if self.all_loops >= 2 {
            self.if_statement();
            return;
        }
        match self.choices.below(8) {
            0..=2 => self.numeric_loop(),
            3 => {
                let list = self.expression(Kind::List);
                let (key, value) = (self.name(), self.name());
                self.line(&format!("for {key}, {value} in ipairs({list}) do"));
                self.loop_block(|this| {
                    this.declare(&key, Kind::Integer, false);
                    this.declare(&value, Kind::Integer, false);
                    this.statements(1, 3);
                });
                self.line("end");
            }
            4 => {
                let name = self.name();
                let count = self.choices.range(0, 4);
                self.line(&format!("local {name} = 0"));
                self.line(&format!("while {name} < {count} do"));
                self.loop_block(|this| {
                    this.line(&format!("{name} = {name} + 1"));
                    this.statements(1, 3);
                });
                self.line("end");
                // Not assigned to inside, so that the loop ends.
                self.declare(&name, Kind::Integer, false);
            }
            5 => {
                let (name, inner) = (self.name(), self.name());
                let count = self.choices.range(0, 4);
                self.line(&format!("local {name} = 0"));
                self.line("repeat");
                self.loop_block(|this| {
                    this.line(&format!("{name} = {name} + 1"));
                    this.line(&format!("local {inner} = {name} >= {count}"));
                    this.statements(1, 3);
                });
                self.line(&format!("until {inner} or {name} > 5"));
            }
            6 => {
                // A custom iterator, with state, control and perhaps a fourth value.
                let count = self.choices.range(0, 4);
                let (a, b) = (self.name(), self.name());
                let closing = self.choices.of(&[
                    "",
                    ", nil",
                    ", setmetatable({}, {__close = function(_, e) show(\"closed\", e) end})",
                    ", 1",
                ]);
                self.line(&format!(
                    "for {a}, {b} in function(s, c) if c < s then return c + 1, s - c end end, {count}, 0{closing} do"
                ));
                self.loop_block(|this| {
                    this.declare(&a, Kind::Integer, false);
                    this.declare(&b, Kind::Integer, false);
                    this.statements(1, 3);
                });
                self.line("end");
            }
            _ => {
                let values = self.expressions(3);
                let values = if values.is_empty() { "nil".to_owned() } else { values };
                let name = self.name();
                self.line(&format!("for {name} in {values} do"));
                self.loop_block(|this| {
                    this.line(&format!("show({name})"));
                    this.line("break");
                });
                self.line("end");
            }
        }
    }

    fn numeric_loop(&mut self) {
        let name = self.name();
        let bounds = match self.choices.below(12) {
            0 => "math.maxinteger - 1, math.maxinteger".to_owned(),
            1 => "math.mininteger, math.mininteger + 2".to_owned(),
            2 => "1, 0".to_owned(),
            3 => "3, 1, -1".to_owned(),
            4 => "1.0, 2.0, 0.5".to_owned(),
            5 => "1, 3.9".to_owned(),
            6 => {
                let (a, b, c) = (self.small_integer(), self.small_integer(), self.small_integer());
                format!("{a}, {b}, {c}")
            }
            _ => format!("{}, {}", self.choices.range(-1, 3), self.choices.range(0, 5)),
        };
        self.line(&format!("for {name} = {bounds} do"));
        self.loop_block(|this| {
            this.declare(&name, Kind::Integer, false);
            this.statements(1, 4);
        });
        self.line("end");
    }

    /// Numeric loops with all kinds of bounds, whose turns are counted.
    pub(super) fn loop_fragment(&mut self) {
        for _ in 0..2 + self.choices.below(5) {
            let mut bounds = Vec::new();
            for _ in 0..2 + self.choices.below(2) {
                bounds.push(match self.choices.below(8) {
                    0 => self.float(),
                    1 => self.expression(Kind::Integer),
                    2 => self.anything(),
                    3 => self
                        .choices
                        .of(&[
                            "math.maxinteger",
                            "math.mininteger",
                            "math.huge",
                            "-math.huge",
                            "2^53",
                            "math.maxinteger - 2",
                            "0/0",
                        ])
                        .to_owned(),
                    _ => self.small_integer(),
                });
            }
            self.line("try(function(...)");
            self.line("  local count = 0");
            self.line(&format!("  for i = {} do", bounds.join(", ")));
            self.line("    count = count + 1");
            match self.choices.below(4) {
                0 => self.line("    local j = i; i = 10 - i; show(j, i)"),
                1 => self.line("    show(i, math.type(i))"),
                _ => self.line("    show(i)"),
            }
            self.line("    if count == 6 then break end");
            self.line("  end");
            self.line("  return count");
            self.line("end)");
        }
    }

    /// A function with a body.
    fn function_statement(&mut self) {
        let name = self.name();
        let count = self.choices.below(4);
        let mut parameters: Vec<(String, Kind)> = Vec::new();
        for _ in 0..count {
            let parameter = self.name();
            let kind = self.kind();
            parameters.push((parameter, kind));
        }
        let has_varargs = self.choices.percent(40);
        let mut list: Vec<String> = parameters.iter().map(|(name, _)| name.clone()).collect();
        if has_varargs {
            list.push("...".to_owned());
        }
        let list = list.join(", ");
        let form = self.choices.below(6);
        match form {
            0 => self.line(&format!("local {name} = function({list})")),
            1 => self.line(&format!("function F.{name}({list})")),
            2 => self.line(&format!("function F:{name}({list})")),
            _ => self.line(&format!("local function {name}({list})")),
        }
        let parameters: Vec<(&str, Kind)> = parameters.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
        // Nothing ensures that a recursive function ends.
        let is_recursive = form > 2 && self.style != Style::Comparable && self.choices.percent(30);
        if is_recursive {
            self.declare(&name, Kind::Function, false);
        }
        self.function_block(&parameters, has_varargs, |this| {
            this.statements(1, 4);
            match this.choices.below(5) {
                0 => {}
                1 => {
                    let function = this.expression(Kind::Function);
                    let arguments = this.expressions(2);
                    this.line(&format!("return {}({arguments})", called(&function)));
                }
                _ => {
                    let values = this.expressions(3);
                    this.line(&format!("return {values}"));
                }
            }
        });
        self.line("end");
        if form != 1 && form != 2 && !is_recursive {
            self.declare(&name, Kind::Function, false);
        }
    }

    fn goto_statement(&mut self) {
        self.names += 1;
        let label = format!("l{}", self.names);
        match self.choices.below(5) {
            0 => {
                self.line("do");
                self.block(|this| {
                    let condition = this.expression(Kind::Boolean);
                    this.line(&format!("if {condition} then goto {label} end"));
                    this.statements(1, 3);
                    this.line(&format!("::{label}::"));
                });
                self.line("end");
            }
            1 if self.all_loops < 2 => {
                let name = self.name();
                self.line(&format!("for {name} = 1, 4 do"));
                self.loop_block(|this| {
                    this.declare(&name, Kind::Integer, false);
                    let condition = this.expression(Kind::Boolean);
                    this.line(&format!("if {condition} then goto {label} end"));
                    this.statements(1, 3);
                    this.line(&format!("::{label}::"));
                });
                self.line("end");
            }
            2 if self.all_loops < 2 => {
                // Backwards, with a variable that is new in each turn.
                let (name, list) = (self.name(), self.name());
                self.line("do");
                self.block(|this| {
                    this.line(&format!("local {name}, {list} = 0, {{}}"));
                    this.line(&format!("::{label}::"));
                    this.line(&format!("local own{label} = {name} * 2"));
                    this.line(&format!("{name} = {name} + 1"));
                    this.line(&format!(
                        "{list}[{name}] = function() own{label} = own{label} + 1 return own{label} end"
                    ));
                    this.all_loops += 1;
                    this.declare(&format!("own{label}"), Kind::Integer, false);
                    this.statements(1, 2);
                    this.all_loops -= 1;
                    this.line(&format!("if {name} < 3 then goto {label} end"));
                    this.line(&format!("for _, f in ipairs({list}) do show(f(), f()) end"));
                });
                self.line("end");
            }
            3 => {
                self.line("do");
                self.block(|this| {
                    this.line("do");
                    this.block(|this| {
                        this.statements(1, 2);
                        this.line(&format!("goto {label}"));
                    });
                    this.line("end");
                    this.statements(1, 1);
                    this.line(&format!("::{label}:: ;"));
                });
                self.line("end");
            }
            _ => {
                // Now and then into the scope of a variable, or to a missing label.
                let text = self.choices.of(&[
                    "goto nowhere",
                    "goto L; local v; ::L:: show(v)",
                    "do ::L:: end goto L",
                    "goto L; local v ::L::",
                    "break",
                ]);
                let text = text.replace('\n', " ");
                self.line(&format!("show(load({text:?}))"));
            }
        }
    }

    /// Stores that keep lists sequences, and calls that do.
    fn table_statement(&mut self) {
        let list = self.variable(Kind::List);
        let Some(list) = list else {
            self.declaration(Kind::List);
            return;
        };
        match self.choices.below(8) {
            0 => self.line(&format!("{list}[#{list}] = nil")),
            1 => {
                let value = self.expression(Kind::Text);
                self.line(&format!("table.insert({list}, {value})"));
            }
            2 => self.line(&format!("show(table.remove({list}), #{list})")),
            3 => {
                let value = self.expression(Kind::Integer);
                self.line(&format!("table.insert({list}, 1, some({value}))"));
            }
            4 => self.line(&format!("show({list}, #{list})")),
            5 => self.line(&format!("for i, v in ipairs({list}) do show(i, v) if i == 3 then break end end")),
            6 => {
                let at = self.small_integer();
                self.line(&format!("show({list}[{at}], rawget({list}, {at}), {}[{at}])", indexed(&list)));
            }
            _ => self.line(&format!("show(table.unpack({list}))")),
        }
    }

    /// Closures that share variables, made in loops.
    pub(super) fn closure_fragment(&mut self) {
        let (list, loops) = (self.name(), self.choices.below(6));
        self.line(&format!("local {list} = {{}}"));
        self.declare(&list, Kind::List, true);
        let outer = self.name();
        let kind = if self.choices.percent(70) { Kind::Integer } else { Kind::Text };
        let value = self.expression(kind);
        self.line(&format!("local {outer} = {value}"));
        self.declare(&outer, kind, false);
        let own = self.name();
        let opening = match loops {
            0 => format!("for {own} = 1, 3 do"),
            1 => format!("for _, {own} in ipairs({{4, 5, 6}}) do"),
            2 => "local w = 0 while w < 3 do w = w + 1".to_owned(),
            3 => "local w = 0 repeat w = w + 1".to_owned(),
            4 => format!("for {own} in string.gmatch(\"1 2 3\", \"%d\") do"),
            _ => "for _ = 1, 2 do".to_owned(),
        };
        self.line(&opening);
        self.loop_block(|this| {
            if (2..=3).contains(&loops) || loops == 5 {
                let value = this.expression(Kind::Integer);
                this.line(&format!("local {own} = {value}"));
            }
            this.declare(&own, Kind::Integer, false);
            for _ in 0..1 + this.choices.below(3) {
                let (value, target) = (this.expression(Kind::Integer), if this.choices.percent(50) { own.clone() } else { outer.clone() });
                match this.choices.below(4) {
                    0 => this.line(&format!("{list}[#{list} + 1] = function(...) {target} = {value} return {target} end")),
                    1 => this.line(&format!("{list}[#{list} + 1] = function(...) return {own}, {outer}, ... end")),
                    2 => this.line(&format!("{list}[#{list} + 1] = function() return (function() {own} = ({own} or 0) .. 1 return {own} end)() end")),
                    _ => this.line(&format!("{list}[#{list} + 1] = function() local v = {own} return function(...) {target} = v return {value} end end")),
                }
            }
            if this.choices.percent(30) {
                this.line(&format!("{own} = 7"));
            }
            if this.choices.percent(20) {
                this.line(&format!("if #{list} > 3 then break end"));
            }
        });
        self.line(if loops == 3 { "until w == 3" } else { "end" });
        self.line(&format!("for i = 1, #{list} do"));
        self.line(&format!("  try(function(...) local r = {list}[i](i) if type(r) == \"function\" then r = r() end return r, {outer} end)"));
        self.line("end");
        self.line(&format!("for i = #{list}, 1, -1 do try({list}[i]) end"));
    }

    /// The order of evaluation and assignment.
    pub(super) fn order_fragment(&mut self) {
        let proxy = "setmetatable({}, {__index = function(_, k) show(\"get\", k) return k end, __newindex = function(_, k, v) show(\"set\", k, v) end})";
        let (a, i) = (self.name(), self.name());
        self.line(&format!("local {a}, {i} = {proxy}, 1"));
        self.declare(&i, Kind::Integer, false);
        for _ in 0..2 + self.choices.below(5) {
            let (x, y, z) = (self.expression(Kind::Integer), self.anything(), self.expression(Kind::Integer));
            let text = match self.choices.below(12) {
                0 => format!("{a}[log({x})], {a}[log({z})] = log({y}), log({x})"),
                1 => format!("{i}, {a}[{i}] = {i} + 1, {y}"),
                2 => format!("{a}.x, {a}.y, {a}.z = {x}, {y}"),
                3 => format!(
                    "local t = {{log({x}), log({y}), log({z}), k = log({x}), [log(\"k2\")] = log({z})}} show(t)"
                ),
                4 => format!("show(log({x}) == log({y}), log({x}) and log({y}), log({y}) or log({z}))"),
                5 => format!("try(function(...) return log({x}) + log({y}) * log({z}) end)"),
                6 => format!("try(function(...) return log({x}) .. log({y}) .. log({z}) end)"),
                7 => format!("try(function(...) return log({x}) < log({y}), log({z}) >= log({x}) end)"),
                8 => format!("local {i} <const>, t = {i}, {{}} t[{i}], t[{z}], t[{i}] = {x}, {y}, {z} show(t)"),
                9 => format!("local p, q = {x}, {y} p, q = q, p show(p, q) p, q = q show(p, q)"),
                10 => format!("local t = {{1, 2, 3}} local k = 1 k, t[k], t[k + 1], t = 2, {y}, k, nil show(k, t)"),
                _ => format!("show({a}.n, {a}[{x}], {a}.n == {a}[\"n\"], #{{{a}.p, {a}.q}})"),
            };
            self.line(&format!("do {text} end"));
        }
    }
}
