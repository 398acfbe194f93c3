//! Random Lua programs: every seed is a program, and whatever bytes a fuzzer makes.
//!
//! A program is a list of fragments, each on a theme, that share some variables. Most fragments run inside of `try`, a
//! function of the prelude that shows results or an error, so that a program goes on after an error. What is printed never
//! is an implementation's choice: no address, no order of `pairs` over more than one key, no count of bytes.

mod coroutine;
mod debugging;
mod error;
mod expression;
mod format;
mod keys;
mod library;
mod limits;
mod literal;
mod object;
mod pattern;
mod safe;
mod statement;
mod syntax;
mod table;

use crate::random::Random;
use crate::run::Program;

/// The program that these random numbers make.
pub fn generate(random: Random) -> Program {
    let mut generator = Generator::new(random);
    generator.program();
    let mut source = generator.text.into_bytes();
    let random = generator.random;
    match random.below(25) {
        0 => source = syntax::spoil(&source, &random),
        // Which lines have code is not the same where each token has its own.
        1..=3 if !shows_lines(&source) => source = syntax::spread(&source, &random),
        _ => {}
    }
    Program { source, is_coroutine: random.chance(20) }
}

fn shows_lines(source: &[u8]) -> bool {
    ["activelines", "sethook"].iter().any(|text| source.windows(text.len()).any(|window| window == text.as_bytes()))
}

/// What a value is likely to be. Only likely: errors are wanted as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Integer,
    Float,
    Text,
    Boolean,
    Nil,
    /// A table that is a sequence.
    List,
    /// A table with names as keys.
    Record,
    /// A table with a metatable.
    Object,
    Function,
}

const KINDS: [Kind; 9] = [
    Kind::Integer,
    Kind::Float,
    Kind::Text,
    Kind::Boolean,
    Kind::Nil,
    Kind::List,
    Kind::Record,
    Kind::Object,
    Kind::Function,
];

#[derive(Clone, Debug)]
struct Variable {
    name: String,
    kind: Kind,
    is_constant: bool,
}

/// Writes a program.
struct Generator {
    random: Random,
    text: String,
    indent: usize,
    /// The variables that can be seen, innermost last.
    variables: Vec<Variable>,
    /// How deep in statements the text is.
    nesting: usize,
    /// The loops around, up to the function, and all of them.
    loops: usize,
    all_loops: usize,
    /// Whether the function around has `...`.
    has_varargs: bool,
    /// How many statements may still be written in this fragment.
    left: usize,
    /// The number of names made.
    names: usize,
    /// Whether to write only what can not fail.
    is_safe: bool,
}

impl Generator {
    fn new(random: Random) -> Generator {
        Generator {
            random,
            text: String::new(),
            indent: 0,
            variables: Vec::new(),
            nesting: 0,
            loops: 0,
            all_loops: 0,
            has_varargs: true,
            left: 0,
            names: 0,
            is_safe: false,
        }
    }

    fn program(&mut self) {
        if self.random.chance(80) {
            self.line("F = {}");
        }
        for _ in 0..self.random.below(4) {
            let kind = self.kind();
            let (name, value) = (self.name(), self.leaf(kind));
            self.line(&format!("local {name} = {value}"));
            self.declare(&name, kind, false);
        }
        for _ in 0..1 + self.random.below(6) {
            self.fragment();
        }
        if self.random.chance(15) {
            self.left = 3;
            self.statements(1, 3);
        }
        if self.random.chance(10) {
            let values = self.expressions(3);
            self.line(&format!("return {values}"));
        }
    }

    /// A part of the program on one theme.
    fn fragment(&mut self) {
        self.left = 4 + self.random.below(12);
        let is_tried = self.random.chance(85);
        let theme = self.random.below(35);
        if is_tried {
            self.line("try(function(...)");
        } else {
            self.line("do");
        }
        self.block(|this| {
            let had_varargs = this.has_varargs;
            let loops = std::mem::take(&mut this.loops);
            match theme {
                0..=5 => this.statements(2, 8),
                6 | 7 => this.library_fragment(),
                8 => this.pattern_fragment(),
                9 => this.format_fragment(),
                10 => this.pack_fragment(),
                11 => this.object_fragment(),
                12 => this.coroutine_fragment(),
                13 => this.error_fragment(),
                14 => this.closing_fragment(),
                15 => this.table_fragment(),
                16 => this.number_fragment(),
                17 => this.loop_fragment(),
                18 => this.closure_fragment(),
                19 => this.order_fragment(),
                20..=25 => this.safe_fragment(),
                26 => this.limits_fragment(),
                27 => this.recursion_fragment(),
                28 => this.collection_fragment(),
                29 => this.dump_fragment(),
                30 => this.debug_fragment(),
                31 => this.hook_fragment(),
                32 | 33 => this.keys_fragment(),
                _ => this.upvalue_fragment(),
            }
            this.loops = loops;
            this.has_varargs = had_varargs;
        });
        if is_tried {
            let arguments = self.expressions(3);
            let comma = if arguments.is_empty() { "" } else { ", " };
            self.line(&format!("end{comma}{arguments})"));
        } else {
            self.line("end");
        }
    }

    /// Writes a line.
    fn line(&mut self, text: &str) {
        self.text.extend(std::iter::repeat_n(' ', 2 * self.indent));
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Writes lines further in, in a scope of their own.
    fn block(&mut self, write: impl FnOnce(&mut Generator)) {
        let count = self.variables.len();
        self.indent += 1;
        self.nesting += 1;
        write(self);
        self.nesting -= 1;
        self.indent -= 1;
        self.variables.truncate(count);
    }

    /// A body of a function, with its parameters as variables.
    fn function_block(&mut self, parameters: &[(&str, Kind)], has_varargs: bool, write: impl FnOnce(&mut Generator)) {
        let count = self.variables.len();
        let loops = std::mem::take(&mut self.loops);
        let had_varargs = std::mem::replace(&mut self.has_varargs, has_varargs);
        for (name, kind) in parameters {
            self.declare(name, *kind, false);
        }
        self.block(write);
        self.has_varargs = had_varargs;
        self.loops = loops;
        self.variables.truncate(count);
    }

    fn kind(&mut self) -> Kind {
        KINDS[self.random.below(KINDS.len())]
    }

    /// A new name; now and then one that hides another.
    fn name(&mut self) -> String {
        if !self.is_safe
            && self.random.chance(8)
            && let Some(variable) = self.any_variable()
        {
            return variable;
        }
        self.names += 1;
        let letter = self.random.pick(&["a", "b", "c", "d", "e", "f", "g", "x", "y", "z"]);
        format!("{letter}{}", self.names)
    }

    fn declare(&mut self, name: &str, kind: Kind, is_constant: bool) {
        self.variables.push(Variable { name: name.to_owned(), kind, is_constant });
    }

    fn any_variable(&mut self) -> Option<String> {
        if self.variables.is_empty() {
            return None;
        }
        let at = self.random.below(self.variables.len());
        Some(self.variables[at].name.clone())
    }

    /// A variable of a kind.
    fn variable(&mut self, kind: Kind) -> Option<String> {
        self.variable_where(|variable| variable.kind == kind)
    }

    /// A variable of a kind that can be assigned to.
    fn assignable(&mut self, kind: Kind) -> Option<String> {
        self.variable_where(|variable| variable.kind == kind && !variable.is_constant)
    }

    fn variable_where(&mut self, fits: impl Fn(&Variable) -> bool) -> Option<String> {
        let variables = &self.variables;
        let is_seen = |at: usize| variables[at + 1..].iter().all(|later| later.name != variables[at].name);
        let found: Vec<usize> = (0..variables.len()).filter(|&at| fits(&variables[at]) && is_seen(at)).collect();
        if found.is_empty() { None } else { Some(variables[found[self.random.below(found.len())]].name.clone()) }
    }
}
