//! Templates: Lua with marks in it, for code that is easier to read in one piece than as many calls.
//!
//! `@` and a letter stand for an expression, as `Generator::mark` explains. In a statement, a line of `@` and a capital
//! letter before names is a block: `@B` in the enclosing function, `@L` in a loop, `@V` in a function with `...`, `@W`
//! in one without; the names are variables there, of the kinds given by their letters. `LABEL` is a new name.

use super::{Generator, Kind};

/// How deep templates may nest before expressions become simple.
pub(super) const FILLING_MAX: usize = 5;

/// The most loops around each other; each of the others takes a few turns.
const LOOPS_MAX: usize = 2;

/// Statements that print the same everywhere.
const STATEMENTS: &[&str] = &[
    "for s in string.gmatch(@s, @p) do\n@L s\nend",
    "show(coroutine.resume(@o, @E))",
    "show(coroutine.close(@o), coroutine.status(@o))",
    "if coroutine.isyieldable() then show(coroutine.yield(@E)) end",
    "do\nlocal o <close> = setmetatable({}, {__close = @F})\n@B o\nend",
    "do\nlocal a, b <const>, c = @E\nshow(a, b, c) a, c = c, a G = function() a = c return b end\nend show(pcall(G))",
    "for n, m, l in @F, @a, @a do\n@L n m\nbreak\nend",
    "show(pcall(function(n, ...)\n@V n\nreturn @E\nend, @E))",
    "show(xpcall(function(n, t)\n@W n t\nend, @F, @E))",
    "show(coroutine.wrap(function(...)\n@V\nreturn coroutine.yield(...)\nend)(@E))",
    "@O = coroutine.create(@F)",
    "if @b then error(@a, @K) end",
];

impl Generator<'_, '_> {
    /// One of the statements above.
    pub(super) fn template_statement(&mut self) {
        let template = self.choices.of(STATEMENTS);
        self.fill_statement(template);
    }

    /// Writes the lines of a template.
    pub(super) fn fill_statement(&mut self, template: &str) {
        if template.contains("@L") && self.all_loops >= LOOPS_MAX {
            return self.line("show(\"no more loops\")");
        }
        self.filling += 1;
        self.names += 1;
        let template = template.replace("LABEL", &format!("l{}", self.names));
        for line in template.split('\n') {
            let block = line.get(..2).filter(|mark| matches!(*mark, "@B" | "@L" | "@V" | "@W"));
            let Some(mark) = block else {
                let line = self.filled(line);
                self.line(&line);
                continue;
            };
            let names: Vec<&str> = line[2..].split_whitespace().collect();
            match mark {
                "@B" => self.block(|this| this.block_with(&names)),
                "@L" => self.loop_block(|this| this.block_with(&names)),
                _ => self.function_block(&[], mark == "@V", |this| this.block_with(&names)),
            }
        }
        self.filling -= 1;
    }

    fn block_with(&mut self, names: &[&str]) {
        for name in names {
            let kind = match name.as_bytes()[0] {
                b's' => Kind::Text,
                b't' => Kind::Record,
                b'o' => Kind::Object,
                _ => Kind::Integer,
            };
            // Variables to be closed and loop counters are not assigned to.
            self.declare(name, kind, *name == "o");
        }
        self.statements(1, 3);
    }

    /// A template with expressions for its marks.
    pub(super) fn filled(&mut self, template: &str) -> String {
        self.filling += 1;
        let mut text = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('@') {
            text.push_str(before);
            let mark = after.chars().next().expect("a letter follows");
            rest = &after[mark.len_utf8()..];
            text.push_str(&self.mark(mark));
        }
        self.filling -= 1;
        text + rest
    }

    /// The text for a mark; other letters stand for arguments of library functions.
    fn mark(&mut self, mark: char) -> String {
        match mark {
            // One or more values.
            'E' => {
                let values = self.expressions(4);
                if values.is_empty() { "nil".to_owned() } else { values }
            }
            'K' => self.choices.below(7).to_string(),
            'M' => self.metatable(),
            'P' => self.argument(if self.choices.percent(20) { 's' } else { 'p' }),
            // A format of either kind, or any text.
            'g' => self.argument(['m', 'm', 'z', 'z', 's'][self.choices.below(5)]),
            // A table of any kind.
            'x' => {
                let kind = [Kind::List, Kind::Record, Kind::Object][self.choices.below(3)];
                self.expression(kind)
            }
            // Variables to index or assign to; globals if there are none.
            't' => self.table_variable().unwrap_or_else(|| "F".to_owned()),
            'O' => self.assignable(Kind::Coroutine).unwrap_or_else(|| "C".to_owned()),
            'G' => self.assignable(Kind::Text).unwrap_or_else(|| "G".to_owned()),
            'H' => self.assignable(Kind::Function).unwrap_or_else(|| "G".to_owned()),
            other => self.argument(other),
        }
    }

    fn table_variable(&mut self) -> Option<String> {
        self.variable_where(|it| matches!(it.kind, Kind::List | Kind::Record | Kind::Object))
    }
}
