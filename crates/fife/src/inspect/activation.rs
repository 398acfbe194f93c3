//! The levels of a thread's stack, and what they are doing.

use super::inspector::Inspector;
use super::level::Level;
use super::name::Name;
use super::operand::Operand;
use super::told;
use super::variable::{self, Variable};
use crate::object::{ActivationKind, Function};
use fife_bytecode::Position;
use std::fmt;
use std::ops::Range;

/// A function that runs, or waits for one it called: a level of a thread's stack, found by an [`Inspector`], which has
/// an example.
///
/// After another step of the VM it is outdated: it still has its function and position, and nothing else.
#[derive(Clone, Copy)]
pub struct Activation<'gc> {
    inspector: Inspector<'gc>,
    level: Level<'gc>,
}

impl<'gc> Activation<'gc> {
    pub(super) fn new(inspector: Inspector<'gc>, level: Level<'gc>) -> Activation<'gc> {
        Activation { inspector, level }
    }

    /// The inspector that found it, if that is not outdated.
    fn current(self) -> Option<Inspector<'gc>> {
        let (Level::Lua { frame: frames, .. } | Level::Native { below: frames, .. }) = self.level;
        Some(self.inspector).filter(|it| it.is_current() && frames <= it.object().frame_count.get())
    }

    /// Whether the thread may have continued since it was found.
    pub fn is_outdated(self) -> bool {
        self.current().is_none()
    }

    /// The function. It is not known for some natives that the interpreter carries out itself.
    pub fn function(self) -> Option<Function<'gc>> {
        self.level.function()
    }

    /// What kind of function it is.
    pub fn kind(self) -> ActivationKind {
        match self.level {
            Level::Lua { closure, .. } if closure.prototype.chunk.line_defined == 0 => ActivationKind::Main,
            Level::Lua { .. } => ActivationKind::Lua,
            Level::Native { .. } => ActivationKind::Native,
        }
    }

    /// The name of a native in tracebacks that know no better one, even if its function is not known.
    pub fn native_name(self) -> Option<&'gc str> {
        match self.level {
            Level::Lua { .. } | Level::Native { name: "", .. } => None,
            Level::Native { name, .. } => Some(name),
        }
    }

    /// Its position in the source: at the call that it waits for, or before the next instruction. `None` for natives,
    /// and for code without line information.
    pub fn position(self) -> Option<Position> {
        match self.level {
            Level::Lua { closure, pc, .. } => {
                let chunk = &closure.prototype.chunk;
                (!chunk.positions.is_empty()).then(|| chunk.position(pc))
            }
            Level::Native { .. } => None,
        }
    }

    /// Whether it replaced the function that called it, by a tail call.
    pub fn is_tail_call(self) -> bool {
        self.current().is_some_and(|it| self.level.is_tail_call(it.object()))
    }

    /// Its name in the function below, if that is Lua code and has called it. Charges for the search.
    pub fn name(self) -> Option<Name<'gc>> {
        let inspector = self.current()?;
        self.level.called_name(inspector.ctx(), inspector.object())
    }

    /// The values that a Lua function's current instruction works with: its operands, what it calls, what it
    /// concatenates (64 at most). Empty for natives, and if the thread may have continued. A value that the instruction
    /// has already replaced is no longer the original.
    pub fn operands(self) -> Vec<Operand<'gc>> {
        match (self.current(), self.level) {
            (Some(inspector), Level::Lua { frame, closure, pc }) => Operand::all_of(inspector, frame, closure, pc),
            _ => Vec::new(),
        }
    }

    /// The variable with this number, as in `debug.getlocal`: from 1 on the local variables in scope and temporary
    /// values, from -1 down the further arguments of a function with `...`. Costs a unit for each 8 variables and 16
    /// instructions of the function.
    pub fn local(self, number: i64) -> Option<Variable<'gc>> {
        let inspector = self.current()?;
        match self.level {
            Level::Lua { frame, closure, pc } => {
                let chunk = &closure.as_ref().prototype.as_ref().chunk;
                inspector.ctx().state().charge(chunk.locals.len() / 8 + chunk.code.len() / 16);
                variable::of_code(inspector, frame, chunk, pc, number)
            }
            Level::Native { below, .. } => variable::of_native(inspector, below, number),
        }
    }

    /// The local variables in scope, and temporary values among and behind them, by number from 1 on. Each is searched
    /// for as by [`local`](Self::local).
    pub fn locals(self) -> impl Iterator<Item = Variable<'gc>> {
        (1..).map_while(move |number| self.local(number))
    }

    /// The further arguments of a function with `...`, in their order. Each is searched for as by
    /// [`local`](Self::local).
    pub fn varargs(self) -> impl Iterator<Item = Variable<'gc>> {
        (1..).map_while(move |number: i64| self.local(-number))
    }

    /// While a hook handles a call or a return: the numbers of the arguments or results as [local](Self::local)
    /// variables of the function.
    pub fn transferred(self) -> Option<Range<i64>> {
        let (first, count) = told::transfer(self.current()?.object(), self.level)?;
        Some(i64::from(first)..i64::from(first) + i64::from(count))
    }
}

impl fmt::Debug for Activation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Activation")
            .field("kind", &self.kind())
            .field("function", &self.function())
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}
