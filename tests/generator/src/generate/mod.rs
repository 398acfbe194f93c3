//! The generator: a list of fragments, each with a theme, that share some variables.
//!
//! Most fragments run inside `try`, a function of the prelude that shows results or an error, so that a program
//! continues after an error. Expressions are mostly of the required kind, so that programs get far; now and then they
//! are of another.

mod coroutine;
mod debugging;
mod error;
mod expression;
mod format;
mod free;
mod hostile;
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
mod template;

use crate::SHORT_PRELUDE;
use crate::choices::Choices;

/// What programs may do, and so what can be expected of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Prints the same in every implementation, and usually ends: no address, no order of `pairs` over more than one
    /// key, no length of a table with holes, no count of bytes, no recursion that only the depth of calls ends.
    Comparable,
    /// Prints the same however Fife pauses and collects: weak tables, finalizers and counts of memory appear only after
    /// a full collection. It may never end.
    Steady,
    /// Everything, and many bytes at once.
    Hostile,
}

/// A program: its text, and whether it runs as a coroutine.
#[derive(Clone, Debug)]
pub struct Program {
    /// The source text. [`Style::Comparable`] programs need a prelude; the others begin with theirs.
    pub source: Vec<u8>,
    /// Whether it is to run in a coroutine, so that it can yield anywhere. A program with its own prelude makes that
    /// coroutine itself.
    pub is_coroutine: bool,
}

/// The length in bytes after which no more fragments are added.
const LENGTH_MAX: usize = 12 << 10;

/// The program made from these decisions.
pub fn generate(choices: &Choices<'_>, style: Style) -> Program {
    // Decided first, while there are decisions.
    let is_coroutine = choices.percent(20);
    let form = choices.below(25);
    let form_choices = Choices::from_seed(if (1..=4).contains(&form) { choices.bits() } else { 0 });
    let mut generator = Generator::new(choices, style);
    generator.program();
    let source = generator.text.into_bytes();
    let source = match form {
        // Text that does not even compile is useful only for comparing parsers' messages.
        1 if style == Style::Comparable => syntax::spoil(&source, &form_choices),
        // The lines that have code change if each token has its own.
        2..=4 if !shows_lines(&source) => syntax::spread(&source, &form_choices),
        _ => source,
    };
    let source = match style {
        Style::Comparable => source,
        _ if is_coroutine => [SHORT_PRELUDE.as_bytes(), RESUME, &source, RESUMED].concat(),
        _ => [SHORT_PRELUDE.as_bytes(), &source].concat(),
    };
    Program { source, is_coroutine }
}

/// Put around a program that makes its own coroutine.
const RESUME: &[u8] = b"local main = coroutine.create(function(...)\n";
const RESUMED: &[u8] = b"\nend)
for i = 1, 50 do
  show(coroutine.resume(main, i, 'two', 3.5))
  if coroutine.status(main) == 'dead' then break end
end
";

fn shows_lines(source: &[u8]) -> bool {
    ["activelines", "sethook"].iter().any(|text| source.windows(text.len()).any(|window| window == text.as_bytes()))
}

/// The probable kind of a value. Only probable: errors are wanted, too.
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
    Coroutine,
}

const KINDS: [Kind; 10] = [
    Kind::Integer,
    Kind::Float,
    Kind::Text,
    Kind::Boolean,
    Kind::Nil,
    Kind::List,
    Kind::Record,
    Kind::Object,
    Kind::Function,
    Kind::Coroutine,
];

#[derive(Clone, Debug)]
struct Variable {
    name: String,
    kind: Kind,
    is_constant: bool,
}

/// Writes a program.
struct Generator<'a, 'b> {
    choices: &'a Choices<'b>,
    style: Style,
    text: String,
    indent: usize,
    /// The visible variables, innermost last.
    variables: Vec<Variable>,
    /// How deep statements are nested here.
    nesting: usize,
    /// The enclosing loops, within the function and in total.
    loops: usize,
    all_loops: usize,
    /// Whether the enclosing function has `...`.
    has_varargs: bool,
    /// How many more statements this fragment may have.
    left: usize,
    /// The number of names made so far.
    names: usize,
    /// Whether to write only what cannot fail.
    is_safe: bool,
    /// How deep templates are nested here.
    filling: usize,
}

impl<'a, 'b> Generator<'a, 'b> {
    fn new(choices: &'a Choices<'b>, style: Style) -> Generator<'a, 'b> {
        Generator {
            choices,
            style,
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
            filling: 0,
        }
    }

    fn program(&mut self) {
        if self.choices.percent(80) {
            self.line("F = {}");
        }
        for _ in 0..self.choices.below(4) {
            let kind = self.kind();
            let (name, value) = (self.name(), self.leaf(kind));
            self.line(&format!("local {name} = {value}"));
            self.declare(&name, kind, false);
        }
        if self.style != Style::Comparable {
            self.declare_all();
        }
        // A seed decides how many there are; a fuzzer's bytes are used to the last one.
        let count = if self.choices.is_endless() { 1 + self.choices.below(6) } else { usize::MAX };
        for _ in 0..count {
            if self.choices.is_over() || self.text.len() > LENGTH_MAX {
                break;
            }
            self.fragment();
        }
        if self.choices.percent(15) {
            self.left = 3;
            self.statements(1, 3);
        }
        if self.choices.percent(10) {
            let values = self.expressions(3);
            self.line(&format!("return {values}"));
        }
    }

    /// A part of the program with one theme.
    fn fragment(&mut self) {
        self.left = 4 + self.choices.below(12);
        let is_tried = self.choices.percent(85);
        let theme = self.choices.below(if self.style == Style::Comparable { 35 } else { 45 });
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
                34 => this.upvalue_fragment(),
                _ => this.statements(2, 8),
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

    /// Writes indented lines in a scope of their own.
    fn block(&mut self, write: impl FnOnce(&mut Self)) {
        let count = self.variables.len();
        self.indent += 1;
        self.nesting += 1;
        write(self);
        self.nesting -= 1;
        self.indent -= 1;
        self.variables.truncate(count);
    }

    /// Writes the body of a function, with its parameters as variables.
    fn function_block(&mut self, parameters: &[(&str, Kind)], has_varargs: bool, write: impl FnOnce(&mut Self)) {
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
        KINDS[self.choices.below(KINDS.len())]
    }

    /// A new name; now and then one that hides another.
    fn name(&mut self) -> String {
        if !self.is_safe
            && self.choices.percent(8)
            && let Some(variable) = self.any_variable()
        {
            return variable;
        }
        self.names += 1;
        let letter = self.choices.of(&["a", "b", "c", "d", "e", "f", "g", "x", "y", "z"]);
        format!("{letter}{}", self.names)
    }

    fn declare(&mut self, name: &str, kind: Kind, is_constant: bool) {
        self.variables.push(Variable { name: name.to_owned(), kind, is_constant });
    }

    fn any_variable(&mut self) -> Option<String> {
        if self.variables.is_empty() {
            return None;
        }
        let at = self.choices.below(self.variables.len());
        Some(self.variables[at].name.clone())
    }

    /// A variable of a kind.
    fn variable(&mut self, kind: Kind) -> Option<String> {
        self.variable_where(|variable| variable.kind == kind)
    }

    /// An assignable variable of a kind.
    fn assignable(&mut self, kind: Kind) -> Option<String> {
        self.variable_where(|variable| variable.kind == kind && !variable.is_constant)
    }

    fn variable_where(&mut self, fits: impl Fn(&Variable) -> bool) -> Option<String> {
        let variables = &self.variables;
        let is_seen = |at: usize| variables[at + 1..].iter().all(|later| later.name != variables[at].name);
        let found: Vec<usize> = (0..variables.len()).filter(|&at| fits(&variables[at]) && is_seen(at)).collect();
        if found.is_empty() { None } else { Some(variables[found[self.choices.below(found.len())]].name.clone()) }
    }
}
