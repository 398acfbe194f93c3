//! Programs in which nothing fails, to test control, variables and closures at length.
//!
//! Every variable has the value its kind promises, functions take integers and return one first, and numbers stay small
//! enough not to surprise.

use super::{Generator, Kind};

/// The depth at which expressions become leaves.
const DEPTH_MAX: usize = 3;

impl Generator<'_, '_> {
    pub(super) fn safe_fragment(&mut self) {
        let outside = std::mem::take(&mut self.variables);
        self.is_safe = true;
        for kind in [Kind::Integer, Kind::Integer, Kind::Text, Kind::List] {
            let (name, value) = (self.name(), self.expression(kind));
            self.line(&format!("local {name} = {value}"));
            self.declare(&name, kind, false);
        }
        self.left = 25;
        self.safe_statements(8, 20);
        self.is_safe = false;
        self.variables = outside;
    }

    /// An expression of exactly this kind.
    pub(super) fn safe_expression(&mut self, kind: Kind, depth: usize) -> String {
        if self.choices.percent(45)
            && let Some(name) = self.variable(kind)
        {
            return name;
        }
        let is_leaf = depth >= DEPTH_MAX || self.choices.percent(20);
        let inner = depth + 1;
        match kind {
            Kind::Integer if is_leaf => format!("{}", self.choices.range(-4, 20)),
            Kind::Integer => match self.choices.below(14) {
                0..=4 => {
                    let (a, operator, b) = (
                        self.safe_expression(kind, inner),
                        self.choices.of(&["+", "-", "*", "&", "|", "~"]),
                        self.safe_expression(kind, inner),
                    );
                    if self.choices.percent(70) {
                        format!("({a} {operator} {b})")
                    } else {
                        format!("{a} {operator} {b}")
                    }
                }
                5 => {
                    let (a, operator, b) = (
                        self.safe_expression(kind, inner),
                        self.choices.of(&["//", "%", "<<", ">>"]),
                        self.choices.range(1, 9),
                    );
                    format!("({a} {operator} {b})")
                }
                6 => {
                    let of = if self.choices.percent(50) { Kind::List } else { Kind::Text };
                    let of = self.safe_expression(of, inner);
                    format!("#({of})")
                }
                7 => {
                    let (condition, a, b) = (
                        self.safe_expression(Kind::Boolean, inner),
                        self.safe_expression(kind, inner),
                        self.safe_expression(kind, inner),
                    );
                    format!("({condition} and {a} or {b})")
                }
                8 => {
                    let (list, at) = (self.safe_expression(Kind::List, inner), self.safe_expression(kind, inner));
                    format!("(({list})[{at}] or {})", self.choices.below(5))
                }
                9 => {
                    let a = self.safe_expression(kind, inner);
                    let operator = self.choices.of(&["-", "~", "- -", "-"]);
                    format!("({operator} {a})")
                }
                10 => {
                    let (a, b) = (self.safe_expression(kind, inner), self.safe_expression(kind, inner));
                    format!("math.{}({a}, {b})", self.choices.of(&["max", "min"]))
                }
                _ => match self.variable(Kind::Function) {
                    Some(function) => {
                        let arguments = self.safe_arguments(inner);
                        format!("({function}({arguments}))")
                    }
                    None => format!("{}", self.choices.range(0, 99)),
                },
            },
            Kind::Float if is_leaf => self.choices.of(&["0.5", "1.5", "-2.25", "3.0", "10.0", "0.125"]).to_owned(),
            Kind::Float => {
                let (a, b) = (self.safe_expression(Kind::Float, inner), self.safe_expression(Kind::Integer, inner));
                format!("({a} {} {b})", self.choices.of(&["+", "-", "*", "/"]))
            }
            Kind::Text if is_leaf => {
                self.choices.of(&["\"a\"", "\"b\"", "\"xy\"", "\"\"", "\"long enough\""]).to_owned()
            }
            Kind::Text => match self.choices.below(5) {
                0 | 1 => {
                    let right = if self.choices.percent(60) { Kind::Text } else { Kind::Integer };
                    let (a, b) = (self.safe_expression(kind, inner), self.safe_expression(right, inner));
                    format!("({a} .. {b}):sub(1, 30)")
                }
                2 => {
                    let (a, from) = (self.safe_expression(kind, inner), self.safe_expression(Kind::Integer, inner));
                    format!("string.sub({a}, {from})")
                }
                3 => {
                    let a = self.safe_expression(Kind::Float, inner);
                    format!("tostring({a})")
                }
                _ => {
                    let list = self.safe_expression(Kind::List, inner);
                    format!("table.concat({list}, \",\"):sub(1, 40)")
                }
            },
            Kind::Boolean => match self.choices.below(6) {
                0 => self.choices.of(&["true", "false"]).to_owned(),
                1 => {
                    let a = self.safe_expression(kind, inner);
                    format!("not {a}")
                }
                2 if !is_leaf => {
                    let (a, b) = (self.safe_expression(kind, inner), self.safe_expression(kind, inner));
                    format!("({a} {} {b})", self.choices.of(&["and", "or", "==", "~="]))
                }
                3 => {
                    let (a, b) = (self.safe_expression(Kind::Text, inner), self.safe_expression(Kind::Text, inner));
                    format!("({a} {} {b})", self.choices.of(&["<", "<=", ">", ">=", "==", "~="]))
                }
                _ => {
                    let right = if self.choices.percent(75) { Kind::Integer } else { Kind::Float };
                    let (a, b) = (self.safe_expression(Kind::Integer, inner), self.safe_expression(right, inner));
                    let operator = self.choices.of(&["<", "<=", ">", ">=", "==", "~="]);
                    if self.choices.percent(80) {
                        format!("({a} {operator} {b})")
                    } else {
                        format!("({b} {operator} {a})")
                    }
                }
            },
            Kind::List => {
                let mut entries: Vec<String> =
                    (0..self.choices.below(5)).map(|_| self.safe_expression(Kind::Integer, inner)).collect();
                if self.choices.percent(20)
                    && let Some(list) = self.variable(Kind::List)
                {
                    entries.push(format!("table.unpack({list})"));
                }
                format!("{{{}}}", entries.join(", "))
            }
            Kind::Function => match self.variable(kind) {
                Some(name) => name,
                None => "math.abs".to_owned(),
            },
            _ => "nil".to_owned(),
        }
    }

    /// Arguments for a function of integers: `math.abs` takes one.
    fn safe_arguments(&mut self, depth: usize) -> String {
        let count = 1 + self.choices.below(3);
        let list: Vec<String> = (0..count).map(|_| self.safe_expression(Kind::Integer, depth)).collect();
        list.join(", ")
    }

    fn safe_statements(&mut self, low: i64, high: i64) {
        for _ in 0..self.choices.range(low, high) {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            self.safe_statement();
        }
    }

    fn safe_kind(&mut self) -> Kind {
        [Kind::Integer, Kind::Integer, Kind::Integer, Kind::Float, Kind::Text, Kind::Boolean, Kind::List]
            [self.choices.below(7)]
    }

    fn safe_statement(&mut self) {
        let is_deep = self.nesting >= 6;
        match self.choices.below(if is_deep { 14 } else { 26 }) {
            0..=2 => {
                let kind = self.safe_kind();
                let (value, name) = (self.expression(kind), self.name());
                let attribute = if self.choices.percent(12) { " <const>" } else { "" };
                self.line(&format!("local {name}{attribute} = {value}"));
                self.declare(&name, kind, !attribute.is_empty());
            }
            3..=6 => {
                let kind = self.safe_kind();
                let Some(name) = self.assignable(kind) else { return };
                let value = self.expression(kind);
                match self.choices.below(4) {
                    0 => {
                        let other_kind = self.safe_kind();
                        let Some(other) = self.assignable(other_kind).filter(|other| *other != name) else { return };
                        let other_value = self.expression(other_kind);
                        self.line(&format!("{name}, {other} = {value}, {other_value}"));
                    }
                    1 if kind == Kind::List => {
                        let entry = self.expression(Kind::Integer);
                        // Not in one statement: the entry may change the list and leave a hole.
                        self.line(&format!("do local v = {entry} {name}[#{name} + 1] = v end"));
                    }
                    _ => self.line(&format!("{name} = {value}")),
                }
            }
            7..=9 => {
                let (first, second) = (self.safe_kind(), self.safe_kind());
                let (first, second) = (self.expression(first), self.expression(second));
                self.line(&format!("show({first}, {second})"));
            }
            10 => {
                let Some(function) = self.variable(Kind::Function) else { return };
                let arguments = self.safe_arguments(1);
                self.line(&format!("show({function}({arguments}))"));
            }
            11 => {
                let Some(list) = self.variable(Kind::List) else { return };
                let value = self.expression(Kind::Integer);
                let text = match self.choices.below(4) {
                    0 => format!("table.insert({list}, 1, {value})"),
                    1 => format!("table.remove({list})"),
                    2 => format!("table.sort({list})"),
                    _ => format!("do local v = {value} if #{list} > 0 then {list}[#{list}] = v end end"),
                };
                self.line(&text);
            }
            12 if self.loops > 0 => {
                let condition = self.expression(Kind::Boolean);
                self.line(&format!("if {condition} then break end"));
            }
            12 | 13 => {
                let Some(list) = self.variable(Kind::List) else { return };
                self.line(&format!("show({list}, #{list})"));
            }
            14..=16 => {
                let condition = self.expression(Kind::Boolean);
                self.line(&format!("if {condition} then"));
                self.block(|this| this.safe_statements(1, 4));
                if self.choices.percent(25) {
                    let condition = self.expression(Kind::Boolean);
                    self.line(&format!("elseif {condition} then"));
                    self.block(|this| this.safe_statements(1, 3));
                }
                if self.choices.percent(45) {
                    self.line("else");
                    self.block(|this| this.safe_statements(1, 3));
                }
                self.line("end");
            }
            17..=20 => self.safe_loop(),
            21 => {
                self.line("do");
                self.block(|this| this.safe_statements(1, 5));
                self.line("end");
            }
            _ => self.safe_function(),
        }
    }

    fn safe_loop(&mut self) {
        if self.all_loops >= 3 {
            return;
        }
        let name = self.name();
        self.names += 1;
        let label = format!("l{}", self.names);
        let form = self.choices.below(5);
        match form {
            0 | 1 => {
                let step = self.choices.of(&["", "", ", 2", ", -1", ", 3"]);
                let (from, to) = (self.choices.range(-1, 4), self.choices.range(0, 5));
                self.line(&format!("for {name} = {from}, {to}{step} do"));
            }
            2 => {
                let list = self.expression(Kind::List);
                self.line(&format!("for _, {name} in ipairs({{table.unpack({list}, 1, 4)}}) do"));
            }
            3 => {
                self.line(&format!("local {name} = 0"));
                self.line(&format!("while {name} < {} do", self.choices.below(5)));
            }
            _ => {
                self.line(&format!("local {name} = 0"));
                self.line("repeat");
            }
        }
        let count = self.variables.len();
        let is_counted = form >= 3;
        self.loops += 1;
        self.all_loops += 1;
        let mut inner = String::new();
        self.block(|this| {
            // In loops that do their own counting, nothing else assigns to the counter.
            this.declare(&name, Kind::Integer, is_counted);
            if is_counted {
                this.line(&format!("{name} = {name} + 1"));
            }
            let goes_on = this.choices.percent(25);
            if goes_on {
                let condition = this.expression(Kind::Boolean);
                this.line(&format!("if {condition} then goto {label} end"));
            }
            if goes_on {
                this.line("do");
                this.block(|this| this.safe_statements(1, 5));
                this.line("end");
                this.line(&format!("::{label}::"));
            } else {
                this.safe_statements(1, 5);
            }
            inner = if goes_on { "false".to_owned() } else { this.expression(Kind::Boolean) };
        });
        self.all_loops -= 1;
        self.loops -= 1;
        self.variables.truncate(count);
        self.line(&if form == 4 { format!("until {name} > 4 or {inner}") } else { "end".to_owned() });
        if is_counted {
            self.declare(&name, Kind::Integer, false);
        }
    }

    fn safe_function(&mut self) {
        let name = self.name();
        let parameters: Vec<String> = (0..self.choices.below(4)).map(|_| self.name()).collect();
        let has_varargs = self.choices.percent(30);
        let mut list = parameters.clone();
        if has_varargs {
            list.push("...".to_owned());
        }
        self.line(&format!("local function {name}({})", list.join(", ")));
        let all_loops = self.all_loops;
        // A function may be called from loops.
        self.all_loops = 2;
        self.function_block(&[], has_varargs, |this| {
            for parameter in &parameters {
                this.line(&format!("{parameter} = {parameter} or {}", this.choices.below(9)));
                this.declare(parameter, Kind::Integer, false);
            }
            if has_varargs && this.choices.percent(60) {
                let rest = this.name();
                this.line(&format!(
                    "local {rest} = {}",
                    this.choices.of(&["{...}", "{select(2, ...)}", "{... or 5, 1}", "{7, ...}"])
                ));
                this.declare(&rest, Kind::List, false);
            }
            this.safe_statements(1, 5);
            let value = this.expression(Kind::Integer);
            match this.choices.below(6) {
                0 => {
                    let second = this.expression(Kind::Text);
                    this.line(&format!("return {value}, {second}"));
                }
                1 if has_varargs => this.line(&format!("return {value}, ...")),
                2 => match this.variable(Kind::Function) {
                    Some(function) => {
                        let arguments = this.safe_arguments(1);
                        this.line(&format!("return {function}({arguments})"));
                    }
                    None => this.line(&format!("return {value}")),
                },
                3 => {
                    // A function that keeps a variable and changes it.
                    let kept = this.name();
                    this.line(&format!("local {kept} = {value}"));
                    this.line(&format!("local function next{kept}() {kept} = {kept} + 1 return {kept} end"));
                    this.line(&format!("next{kept}()"));
                    this.line(&format!("return next{kept}() + {kept}"));
                }
                _ => this.line(&format!("return {value}")),
            }
        });
        self.all_loops = all_loops;
        self.line("end");
        self.declare(&name, Kind::Function, false);
    }
}
