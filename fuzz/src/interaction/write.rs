//! Writes programs: lines of `statements.txt`, with expressions of `expressions.txt` in them.
//!
//! A program has a few themes to which most of its statements belong, so that two themes meet more often than if all
//! were mixed. It is a list of functions, the acts, which are called in turn and by everything that calls back; it ends
//! with such calls.

use super::Choices;
use std::fmt::Write;

const STATEMENTS: &str = include_str!("statements.txt");
const EXPRESSIONS: &str = include_str!("expressions.txt");

/// How deep templates are nested before only the first, simplest one of each list is taken.
const DEPTH_MAX: usize = 6;
/// The most bytes of a program.
const LENGTH_MAX: usize = 10 << 10;

/// The first line of each program: the contents of `world.lua` as local variables, since programs break global ones.
/// They have a function of their own, so that acts have room for theirs.
const PRELUDE: &str = "local box, meta, func, co, kept, acts, roll, spent, any, poke, revive, closer, wide, edge, \
inmost, full, fresh, play = (...)()\nlocal host, debug, coroutine, table, string, load, setmetatable, getmetatable, collectgarbage, pcall, \
xpcall, error, select, next = host, debug, coroutine, table, string, load, setmetatable, getmetatable, collectgarbage, pcall, \
xpcall, error, select, next\n";

/// The lists of a file of templates: `== name` begins one, each line is a template.
struct Templates {
    lists: Vec<(&'static str, Vec<&'static str>)>,
}

impl Templates {
    fn read(text: &'static str) -> Templates {
        let mut lists: Vec<(&str, Vec<&str>)> = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            match line.strip_prefix("== ") {
                Some(heading) => {
                    lists.push((heading.split_whitespace().next().expect("a list has a name"), Vec::new()))
                }
                None => lists.last_mut().expect("a heading is first").1.push(line),
            }
        }
        // What is taken at the end must not begin anew.
        let has_end = |list: &[&str]| !["@A", "@B", "@D"].iter().any(|block| list[0].contains(block));
        assert!(lists.iter().all(|(_, list)| has_end(list)), "the first template of each list has no block");
        Templates { lists }
    }

    fn of(&self, name: &str) -> Option<&[&'static str]> {
        self.lists.iter().find(|(it, _)| *it == name).map(|(_, list)| list.as_slice())
    }
}

/// Writes programs from decisions.
pub struct Writer {
    statements: Templates,
    expressions: Templates,
}

impl Default for Writer {
    fn default() -> Writer {
        Writer::new()
    }
}

impl Writer {
    /// Reads the templates.
    pub fn new() -> Writer {
        Writer { statements: Templates::read(STATEMENTS), expressions: Templates::read(EXPRESSIONS) }
    }

    /// Writes the program that the next decisions make: with up to `acts` acts.
    pub fn program(&self, choices: &Choices<'_>, acts: usize) -> String {
        let themes = (0..1 + choices.below(4)).map(|_| choices.below(self.statements.lists.len())).collect();
        let mut text =
            Text { writer: self, choices, themes, out: PRELUDE.to_owned(), depth: 0, in_vararg: true, labels: 0 };
        for _ in 0..1 + text.choices.below(acts) {
            text.out.push_str("acts[#acts + 1] = function(...)\nlocal a, b, c = ...\nlocal i = roll(9)\n");
            text.block(4);
            text.out.push_str("return b, a\nend\n");
        }
        let times = 2 + text.choices.below(14);
        let _ = write!(text.out, "local a, b, c = box[1], func[1]\nlocal i = 1\nplay({times})\n");
        text.block(3);
        text.out.push_str("return acts[roll(#acts)](a, b, c, any(), any())\n");
        text.out
    }
}

struct Text<'a, 'b> {
    writer: &'a Writer,
    choices: &'a Choices<'b>,
    themes: Vec<usize>,
    out: String,
    depth: usize,
    /// Whether the function that is written has `...`.
    in_vararg: bool,
    labels: usize,
}

impl Text<'_, '_> {
    fn is_full(&self) -> bool {
        self.depth >= DEPTH_MAX || self.choices.is_over() || self.out.len() > LENGTH_MAX
    }

    fn block(&mut self, most: usize) {
        let count = 1 + self.choices.below(most);
        for _ in 0..count {
            self.statement();
        }
    }

    /// One statement, in most cases such that its error is not that of the function around it.
    fn statement(&mut self) {
        let lists = &self.writer.statements.lists;
        if self.is_full() {
            let list = &lists[self.themes[0]].1;
            return self.template(list[0], "\n");
        }
        let theme = if self.choices.chance(70) {
            self.choices.below(lists.len())
        } else {
            self.choices.of(&self.themes.clone())
        };
        let template = self.choices.of(&lists[theme].1);
        // Within a function of its own that is a statement, `return` would return from there.
        let is_guarded = self.choices.chance(90) && !template.starts_with("do return");
        if is_guarded {
            self.out.push_str("pcall(function(...) ");
        }
        let outside = self.in_vararg;
        self.in_vararg |= is_guarded;
        self.template(template, if is_guarded { " end, a, b)\n" } else { "\n" });
        self.in_vararg = outside;
    }

    fn template(&mut self, template: &str, end: &str) {
        self.depth += 1;
        self.labels += 1;
        let label = self.labels;
        let mut rest = template;
        while let Some(at) = rest.find('@') {
            self.out.push_str(&rest[..at]);
            let mark = &rest[at + 1..at + 2];
            rest = &rest[at + 2..];
            match mark {
                "B" => self.block_in(self.in_vararg),
                "A" => self.block_in(true),
                "D" => self.block_in(false),
                "R" => self.out.push_str(if self.in_vararg { "..." } else { "a, b" }),
                "U" => {
                    let _ = write!(self.out, "{label}");
                }
                "d" => {
                    let digit = 1 + self.choices.below(6);
                    let _ = write!(self.out, "{digit}");
                }
                _ => match self.writer.expressions.of(mark) {
                    Some(list) => {
                        let chosen = if self.is_full() { list[0] } else { self.choices.of(list) };
                        self.template(chosen, "");
                    }
                    None => {
                        assert_eq!(mark, "@", "no list has this name");
                        self.out.push('@');
                    }
                },
            }
        }
        self.out.push_str(rest);
        self.out.push_str(end);
        self.depth -= 1;
    }

    /// A block: `@B` in the current function, `@A` and `@D` in one of the template's own, with `...` and without.
    fn block_in(&mut self, in_vararg: bool) {
        self.out.push('\n');
        let outside = std::mem::replace(&mut self.in_vararg, in_vararg);
        self.block(2);
        self.in_vararg = outside;
    }
}
