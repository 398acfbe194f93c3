//! Expressions: mostly of the requested kind, nested, with all operators.

use super::template::FILLING_MAX;
use super::{Generator, Kind, Style};

/// The depth at which expressions become leaves.
const DEPTH_MAX: usize = 3;

impl Generator<'_, '_> {
    /// An expression of a kind, or now and then of another.
    pub(super) fn expression(&mut self, kind: Kind) -> String {
        self.expression_at(kind, 0)
    }

    /// An expression of any kind.
    pub(super) fn anything(&mut self) -> String {
        let kind = self.kind();
        self.expression(kind)
    }

    /// Zero or more expressions, with commas between them.
    pub(super) fn expressions(&mut self, max: usize) -> String {
        let count = self.choices.below(max + 1);
        let mut list: Vec<String> = (0..count).map(|_| self.anything()).collect();
        if self.choices.percent(10) {
            list.push(self.several());
        }
        list.join(", ")
    }

    /// An expression with several values.
    pub(super) fn several(&mut self) -> String {
        match self.choices.below(5) {
            0 | 1 if self.has_varargs => "...".to_owned(),
            2 => {
                let list = self.expression_at(Kind::List, 3);
                format!("table.unpack({list})")
            }
            3 => {
                let f = self.expression_at(Kind::Function, 3);
                format!("{}()", called(&f))
            }
            _ => {
                let (number, text) = (self.choices.range(-3, 3), self.text_literal());
                format!("select({number}, {text}, 2, nil, 4)")
            }
        }
    }

    pub(super) fn expression_at(&mut self, kind: Kind, depth: usize) -> String {
        if self.is_safe {
            return self.safe_expression(kind, depth);
        }
        let kind = if self.choices.percent(3) { self.kind() } else { kind };
        if self.choices.percent(35)
            && let Some(name) = self.variable(kind)
        {
            return name;
        }
        let is_deep = depth >= DEPTH_MAX || self.filling >= FILLING_MAX;
        if is_deep || self.choices.is_over() || self.choices.percent(25 + 12 * depth) {
            return self.leaf(kind);
        }
        if self.style != Style::Comparable && self.choices.percent(30) {
            return self.free_expression(kind);
        }
        match self.choices.below(40) {
            0 => {
                let (condition, a, b) = (
                    self.expression_at(Kind::Boolean, depth + 1),
                    self.expression_at(kind, depth + 1),
                    self.expression_at(kind, depth + 1),
                );
                format!("({condition} and {a} or {b})")
            }
            1 => {
                let (a, b) = (self.expression_at(Kind::Nil, depth + 1), self.expression_at(kind, depth + 1));
                format!("({a} or {b})")
            }
            2 => {
                let inner = self.expression_at(kind, depth + 1);
                format!("({inner})")
            }
            3 => {
                let inner = self.expression_at(kind, depth + 1);
                format!("(function(...) return {inner} end)({inner})")
            }
            4 if self.has_varargs => "(...)".to_owned(),
            5 => {
                let (list, at) = (self.expression_at(Kind::List, depth + 1), self.small_integer());
                format!("{}[{at}]", indexed(&list))
            }
            6 => {
                let (record, field) = (self.expression_at(Kind::Record, depth + 1), self.field());
                format!("{}.{field}", indexed(&record))
            }
            7 => {
                let values = self.several();
                format!("({values})")
            }
            8 => {
                let inner = self.expression_at(kind, depth + 1);
                format!("log({inner})")
            }
            9 if kind != Kind::List => self.library_call(Some(kind)),
            _ => self.of_kind(kind, depth),
        }
    }

    fn of_kind(&mut self, kind: Kind, depth: usize) -> String {
        match kind {
            Kind::Integer => match self.choices.below(10) {
                0..=5 => {
                    let operator = self.choices.of(&["+", "-", "*", "//", "%", "&", "|", "~", "<<", ">>", "+", "-"]);
                    self.binary(Kind::Integer, operator, Kind::Integer, depth)
                }
                6 => {
                    let (operator, inner) =
                        (self.choices.of(&["-", "~", "- -", "~ ~"]), self.expression_at(kind, depth + 1));
                    format!("{operator} {inner}")
                }
                7 => {
                    let of = if self.choices.percent(50) { Kind::Text } else { Kind::List };
                    let inner = self.expression_at(of, depth + 1);
                    format!("#{}", indexed(&inner))
                }
                8 => {
                    let operator = self.choices.of(&["&", "|", "~", "<<", ">>"]);
                    self.binary(Kind::Integer, operator, Kind::Float, depth)
                }
                _ => self.library_call(Some(kind)),
            },
            Kind::Float => match self.choices.below(8) {
                0..=3 => {
                    let operator = self.choices.of(&["+", "-", "*", "/", "//", "%", "^", "/"]);
                    let right = if self.choices.percent(50) { Kind::Integer } else { Kind::Float };
                    self.binary(Kind::Float, operator, right, depth)
                }
                4 => {
                    let operator = self.choices.of(&["/", "^"]);
                    self.binary(Kind::Integer, operator, Kind::Integer, depth)
                }
                5 => {
                    let inner = self.expression_at(kind, depth + 1);
                    // Before a negative numeral, two signs without a blank would start a comment.
                    format!("- {inner}")
                }
                6 => {
                    let operator = self.choices.of(&["+", "-", "*", "/", "//", "%", "^"]);
                    self.binary(Kind::Text, operator, Kind::Float, depth)
                }
                _ => self.library_call(Some(kind)),
            },
            Kind::Text => match self.choices.below(6) {
                0..=3 => {
                    let (left, right) = (self.concatenated(), self.concatenated());
                    let left = self.expression_at(left, depth + 1);
                    let right = self.expression_at(right, depth + 1);
                    if self.choices.percent(30) {
                        let third = self.expression_at(Kind::Text, depth + 1);
                        format!("{left} .. {right} .. {third}")
                    } else {
                        format!("({left} .. {right})")
                    }
                }
                _ => self.library_call(Some(kind)),
            },
            Kind::Boolean => match self.choices.below(8) {
                0..=2 => {
                    let operator = self.choices.of(&["<", "<=", ">", ">=", "==", "~="]);
                    let right = if self.choices.percent(50) { Kind::Integer } else { Kind::Float };
                    self.binary(Kind::Integer, operator, right, depth)
                }
                3 => {
                    let operator = self.choices.of(&["<", "<=", ">", ">=", "==", "~="]);
                    self.binary(Kind::Text, operator, Kind::Text, depth)
                }
                4 => {
                    let kind = self.kind();
                    let inner = self.expression_at(kind, depth + 1);
                    format!("not {inner}")
                }
                5 => {
                    let (left, right) = (self.kind(), self.kind());
                    let operator = self.choices.of(&["==", "~=", "==", "<"]);
                    self.binary(left, operator, right, depth)
                }
                6 => {
                    let operator = self.choices.of(&["and", "or"]);
                    self.binary(Kind::Boolean, operator, Kind::Boolean, depth)
                }
                _ => self.library_call(Some(kind)),
            },
            Kind::Nil => self.leaf(kind),
            Kind::List => self.list(depth),
            Kind::Record => {
                let mut entries = Vec::new();
                for _ in 0..self.choices.below(4) {
                    let field = self.field();
                    let kind = self.kind();
                    let value = self.expression_at(kind, depth + 2);
                    entries.push(match self.choices.below(5) {
                        0 => format!("[\"{field}\"] = {value}"),
                        _ => format!("{field} = {value}"),
                    });
                }
                format!("{{{}}}", entries.join(self.choices.of(&[", ", "; "])))
            }
            Kind::Object => match self.variable(Kind::Object) {
                Some(name) => name,
                None => self.leaf(kind),
            },
            Kind::Function => self.function_expression(depth),
            Kind::Coroutine => match self.choices.below(4) {
                0 => self.library_call(Some(kind)),
                _ => {
                    let function = self.expression_at(Kind::Function, depth + 1);
                    format!("coroutine.create({function})")
                }
            },
        }
    }

    /// The kind of a concatenation's operands: strings and numbers.
    fn concatenated(&mut self) -> Kind {
        match self.choices.below(6) {
            0 => Kind::Integer,
            1 => Kind::Float,
            _ => Kind::Text,
        }
    }

    fn binary(&mut self, left: Kind, operator: &str, right: Kind, depth: usize) -> String {
        let (left, right) = (self.expression_at(left, depth + 1), self.expression_at(right, depth + 1));
        if self.choices.percent(70) {
            format!("({left} {operator} {right})")
        } else {
            format!("{left} {operator} {right}")
        }
    }

    /// A constructor of a sequence.
    pub(super) fn list(&mut self, depth: usize) -> String {
        let kind = match self.choices.below(6) {
            0 => Kind::Float,
            1 | 2 => Kind::Text,
            3 => self.kind(),
            _ => Kind::Integer,
        };
        let count = self.choices.below(6);
        let mut entries: Vec<String> = Vec::new();
        for _ in 0..count {
            let entry = self.expression_at(kind, depth + 2);
            // With a hole, the length would not be determined.
            let is_simple = entry.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '"' | '{' | '-'))
                && !entry.contains(['.', '[', '(']);
            entries.push(if is_simple { entry } else { format!("({entry}) or 0") });
        }
        let has_last_comma = !entries.is_empty() && self.choices.percent(5);
        format!("{{{}{}}}", entries.join(", "), if has_last_comma { "," } else { "" })
    }

    /// A function with one to three parameters that returns something.
    fn function_expression(&mut self, depth: usize) -> String {
        if self.left > 0 && self.choices.percent(12) {
            return self.function_with_body();
        }
        let count = self.variables.len();
        let had_varargs = std::mem::replace(&mut self.has_varargs, self.choices.percent(50));
        let (name, kind) = (self.name(), self.kind());
        self.declare(&name, kind, false);
        let kind = self.kind();
        let value = self.expression_at(kind, depth + 2);
        let rest = if self.has_varargs { ", ..." } else { "" };
        self.has_varargs = had_varargs;
        self.variables.truncate(count);
        format!("function({name}{rest}) return {value} end")
    }

    /// A function with statements in its body.
    fn function_with_body(&mut self) -> String {
        let outside = std::mem::take(&mut self.text);
        let has_varargs = self.choices.percent(50);
        let parameters: Vec<(String, Kind)> = (0..self.choices.below(3)).map(|_| (self.name(), self.kind())).collect();
        let mut list: Vec<&str> = parameters.iter().map(|(name, _)| name.as_str()).collect();
        if has_varargs {
            list.push("...");
        }
        let opening = format!("function({})", list.join(", "));
        let parameters: Vec<(&str, Kind)> = parameters.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
        self.function_block(&parameters, has_varargs, |this| {
            this.statements(1, 3);
            if this.choices.percent(60) {
                let values = this.expressions(2);
                this.line(&format!("return {values}"));
            }
        });
        let body = std::mem::replace(&mut self.text, outside);
        format!("{opening}\n{body}{}end", " ".repeat(2 * self.indent))
    }

    /// A simple expression of a kind.
    pub(super) fn leaf(&mut self, kind: Kind) -> String {
        match kind {
            Kind::Integer => self.integer(),
            Kind::Float => self.float(),
            Kind::Text => self.text_literal(),
            Kind::Boolean => self.choices.of(&["true", "false"]).to_owned(),
            Kind::Nil => match self.choices.below(4) {
                0 => "undefined".to_owned(),
                _ => "nil".to_owned(),
            },
            Kind::List => self
                .choices
                .of(&[
                    "{}",
                    "{1, 2, 3}",
                    "{\"a\", \"b\"}",
                    "{3, 1, 2}",
                    "{1.5, 2}",
                    "{{1}, {2}}",
                    "{\"z\", \"y\", \"x\", \"w\"}",
                ])
                .to_owned(),
            Kind::Record => self.choices.of(&["{}", "{x = 1}", "{x = 1, y = 2}", "{name = \"n\", x = {}}"]).to_owned(),
            Kind::Object => {
                let event = self
                    .choices
                    .of(&["add", "concat", "call", "unm", "len", "eq", "le", "mod", "idiv", "band", "shl", "bnot"]);
                format!(
                    "setmetatable({{}}, {{__{event} = function(...) return log({}) end}})",
                    self.choices.of(&["...", "1", "select(2, ...)", "\"r\""])
                )
            }
            Kind::Function => self
                .choices
                .of(&[
                    "print",
                    "string.len",
                    "math.floor",
                    "tostring",
                    "function(...) return ... end",
                    "function(a) return a end",
                    "function() end",
                    "select",
                    "type",
                    "rawequal",
                    "string.upper",
                    "function(a, b) return b, a end",
                    "pcall",
                    "xpcall",
                    "error",
                    "assert",
                    "tonumber",
                    "rawget",
                    "rawlen",
                    "ipairs",
                    "setmetatable",
                    "getmetatable",
                    "string.find",
                    "string.format",
                    "string.pack",
                    "string.gmatch(\"a b c\", \"%a\")",
                    "table.concat",
                    "table.unpack",
                    "math.max",
                    "utf8.codes",
                    "coroutine.yield",
                    "coroutine.resume",
                    "coroutine.close",
                    "coroutine.status",
                    "coroutine.running",
                    "coroutine.wrap",
                    "coroutine.wrap(function(...) return coroutine.yield(...) end)",
                    "coroutine.wrap(coroutine.wrap(function(...) error(...) end))",
                ])
                .to_owned(),
            Kind::Coroutine => self
                .choices
                .of(&[
                    "coroutine.create(print)",
                    "coroutine.create(function(...) return ... end)",
                    "coroutine.create(function(a) local b = coroutine.yield(a) return b end)",
                    "coroutine.create(function() error(\"in coroutine\") end)",
                    "(coroutine.running())",
                ])
                .to_owned(),
        }
    }

    /// The name of a field.
    pub(super) fn field(&mut self) -> String {
        self.choices.of(&["x", "y", "z", "name", "n", "key", "value", "_1"]).to_owned()
    }
}

/// An expression in callable form.
pub(super) fn called(expression: &str) -> String {
    let is_name = expression.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    let is_name = is_name && !expression.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    if is_name && !matches!(expression, "nil" | "true" | "false") {
        expression.to_owned()
    } else {
        format!("({expression})")
    }
}

/// An expression in indexable form.
pub(super) fn indexed(expression: &str) -> String {
    called(expression)
}
