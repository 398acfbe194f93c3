//! Labels, and the `goto`s that wait for one.
//!
//! A `goto` to a visible label goes backward and is resolved at once. Any other waits until a label of its name is
//! declared in its block or one around it, or until its function ends. To check that it enters no variable's scope, it
//! counts as being at the end of the innermost block that contains both. So its level (how many variables of its
//! function are in scope) falls as blocks end. [`Jumps::levels`] keeps that without touching each waiting `goto` at
//! each end.

use super::Parser;
use crate::ast::{Label, LabelId, Statement, StatementKind, StringId};
use crate::error::CompileError;
use crate::segments::Segments;
use fife_arena::Vector;
use fife_bytecode::Position;

/// A label of an open block.
struct VisibleLabel {
    name: StringId,
    id: LabelId,
    line: u32,
    /// How many functions were open.
    depth: usize,
    /// How many variables of its function were in scope.
    level: usize,
    /// What its name meant before: see [`Binding`](super::scope::Binding).
    shadowed: u32,
}

/// A `goto` or `break` of an open function.
struct Waiting {
    /// Its label's name; `None` for a `break` outside of any loop.
    name: Option<StringId>,
    line: u32,
    /// Its place in [`Jumps::targets`].
    target: usize,
    /// The one of the same name before it: see [`Binding`](super::scope::Binding).
    previous: u32,
    is_solved: bool,
}

/// The level of all `goto`s from this entry's first one up to the next entry's.
struct Level {
    first: usize,
    level: usize,
}

/// The state of jumps in the open functions.
#[derive(Default)]
pub(super) struct Jumps {
    labels: Vector<VisibleLabel>,
    waiting: Vector<Waiting>,
    levels: Vector<Level>,
    /// The label of each forward `goto` of the whole chunk. Until the end the statement holds its index here.
    targets: Vector<LabelId>,
}

/// The lengths of the lists in [`Jumps`] when a block began.
#[derive(Clone, Copy)]
pub(super) struct JumpMark {
    labels: usize,
    waiting: usize,
}

impl Jumps {
    pub(super) fn mark(&self) -> JumpMark {
        JumpMark { labels: self.labels.len(), waiting: self.waiting.len() }
    }

    /// Writes the labels into the forward `goto`s.
    pub(super) fn resolve(&self, statements: &mut Segments<Statement>) {
        if self.targets.is_empty() {
            return;
        }
        for statement in statements.iter_mut() {
            if let StatementKind::Goto { label, backward: false } = &mut statement.kind {
                *label = self.targets[label.index()];
            }
        }
    }

    fn level_of(&self, waiting: usize) -> usize {
        let after = self.levels.partition_point(|it| it.first <= waiting);
        after.checked_sub(1).map_or(0, |place| self.levels[place].level)
    }
}

impl Parser<'_, '_> {
    /// Reads `goto name`, from the name on.
    pub(super) fn goto_statement(&mut self) -> Result<StatementKind, CompileError> {
        let line = self.lexer.line();
        let name = self.expect_name()?;
        if let Some(label) = self.visible_label(name) {
            let VisibleLabel { id, level, .. } = self.jumps.labels[label];
            self.join_scopes(level);
            return Ok(StatementKind::Goto { label: id, backward: true });
        }
        let target = self.wait(Some(name), line)?;
        Ok(StatementKind::Goto { label: LabelId(target as u32), backward: false })
    }

    /// Notes a `break` outside of any loop: an error, but reported in order with those of `goto`s.
    pub(super) fn break_without_loop(&mut self, line: u32) -> Result<(), CompileError> {
        self.wait(None, line).map(drop)
    }

    fn wait(&mut self, name: Option<StringId>, line: u32) -> Result<usize, CompileError> {
        let target = self.jumps.targets.len();
        let first = self.jumps.waiting.len();
        self.memory.push(&mut self.jumps.targets, LabelId(0))?;
        let mut previous = 0;
        if let Some(name) = name {
            let binding = self.binding(name)?;
            previous = std::mem::replace(&mut binding.waiting, first as u32 + 1);
        }
        self.memory.push(&mut self.jumps.waiting, Waiting { name, line, target, previous, is_solved: false })?;
        let level = self.scope.active_count();
        self.memory.push(&mut self.jumps.levels, Level { first, level })?;
        Ok(target)
    }

    /// The place of the visible label with this name.
    fn visible_label(&self, name: StringId) -> Option<usize> {
        let place = (self.scope.binding_of(name).label as usize).checked_sub(1)?;
        (self.jumps.labels[place].depth == self.scope.depth()).then_some(place)
    }

    /// Declares a label. One that is `last` in its block counts as being after its variables' scope.
    pub(super) fn declare_label(
        &mut self,
        name: StringId,
        line: u32,
        position: Position,
        last: bool,
    ) -> Result<LabelId, CompileError> {
        if let Some(other) = self.visible_label(name) {
            let line = self.jumps.labels[other].line;
            let message = format!("label '{}' already defined on line {line}", self.name_text(name)?);
            return Err(self.semantic_error(&message));
        }
        let id = LabelId(self.ast.labels.len() as u32);
        self.memory.push(&mut self.ast.labels, Label { name, position })?;
        let (block_level, mark) = self.scope.block();
        let level = if last { block_level } else { self.scope.active_count() };
        let place = self.jumps.labels.len();
        let depth = self.scope.depth();
        let binding = self.binding(name)?;
        let shadowed = std::mem::replace(&mut binding.label, place as u32 + 1);
        self.memory.push(&mut self.jumps.labels, VisibleLabel { name, id, line, depth, level, shadowed })?;
        self.solve(name, id, level, mark)?;
        Ok(id)
    }

    /// Resolves everything in the innermost block that waits for a label of this name.
    fn solve(&mut self, name: StringId, id: LabelId, level: usize, mark: JumpMark) -> Result<(), CompileError> {
        let mut head = self.scope.binding_of(name).waiting;
        let mut wrong = None;
        while let Some(place) = (head as usize).checked_sub(1)
            && place >= mark.waiting
        {
            if self.jumps.level_of(place) < level {
                wrong = Some(place);
            }
            let waiting = &mut self.jumps.waiting[place];
            waiting.is_solved = true;
            self.jumps.targets[waiting.target] = id;
            head = waiting.previous;
        }
        self.binding(name)?.waiting = head;
        // The first one in the source is the last one found.
        let Some(place) = wrong else { return Ok(()) };
        let line = self.jumps.waiting[place].line;
        let entered = self.scope.variable_name(self.jumps.level_of(place));
        let message = format!(
            "<goto {}> at line {line} jumps into the scope of local '{}'",
            self.name_text(name)?,
            self.name_text(entered)?
        );
        Err(self.semantic_error(&message))
    }

    /// Ends a block: its labels go out of scope, and what still waits counts as being where the block was, with `level`
    /// variables in scope.
    pub(super) fn leave_jumps(&mut self, mark: JumpMark, level: usize) -> Result<(), CompileError> {
        while self.jumps.labels.len() > mark.labels
            && let Some(label) = self.jumps.labels.pop()
        {
            self.binding(label.name)?.label = label.shadowed;
        }
        if self.jumps.waiting.len() > mark.waiting {
            while self.jumps.levels.last().is_some_and(|it| it.first >= mark.waiting) {
                self.jumps.levels.pop();
            }
            self.memory.push(&mut self.jumps.levels, Level { first: mark.waiting, level })?;
        }
        Ok(())
    }

    /// Ends a function: nothing may still wait.
    pub(super) fn check_jumps(&mut self, mark: JumpMark) -> Result<(), CompileError> {
        if let Some(missing) = self.jumps.waiting[mark.waiting..].iter().find(|it| !it.is_solved) {
            let (name, line) = (missing.name, missing.line);
            let message = match name {
                Some(name) => format!("no visible label '{}' for <goto> at line {line}", self.name_text(name)?),
                None => format!("break outside loop at line {line}"),
            };
            return Err(self.semantic_error(&message));
        }
        self.jumps.waiting.truncate(mark.waiting);
        while self.jumps.levels.last().is_some_and(|it| it.first >= mark.waiting) {
            self.jumps.levels.pop();
        }
        Ok(())
    }
}
