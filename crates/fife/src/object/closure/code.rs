//! Facts about a Lua function's code: its source, its parameters, and which lines have code.

use super::Function;
use crate::object::{Context, PrototypeObject};
use fife_arena::{Collect, Gc};
use fife_bytecode::name::local_name;
use fife_compiler::chunk_name::chunk_display_name;
use std::fmt;

/// Facts about the code of a Lua function, the same for all its closures: from [`Function::code`].
///
/// ```
/// use fife::gc::Value;
/// use fife::{Function, Lua};
///
/// let mut lua = Lua::new();
/// let function: Function = lua.load("return function(width, ...)\n  return ...\nend").name("@shapes.lua").eval()?;
/// lua.enter(|ctx| {
///     let code = function.fetch(ctx)?.code().unwrap();
///     assert_eq!((code.source(), &*code.short_source()), (&b"@shapes.lua"[..], &b"shapes.lua"[..]));
///     assert_eq!((code.first_line(), code.last_line(), code.is_main()), (1, 3, false));
///     assert_eq!((code.parameter_count(), code.is_vararg()), (1, true));
///     assert_eq!(code.parameter_name(ctx, 1), Some(&b"width"[..]));
///     let lines: Vec<u32> = code.active_lines().collect();
///     assert!(lines.contains(&2));
///     // A native has none.
///     assert!(matches!(ctx.globals().get_field(ctx, "print"), Value::Function(print) if print.code().is_none()));
///     Ok::<(), fife::Error>(())
/// })?;
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct FunctionCode<'gc>(Gc<'gc, PrototypeObject<'gc>>);

impl<'gc> Function<'gc> {
    /// Facts about its code, if it is a Lua function.
    pub fn code(self) -> Option<FunctionCode<'gc>> {
        match self {
            Function::Closure(closure) => Some(FunctionCode(closure.prototype)),
            Function::Native(_) => None,
        }
    }
}

impl<'gc> FunctionCode<'gc> {
    /// The name of its chunk, as given when that was loaded: `@file`, `=text`, or the source itself.
    pub fn source(self) -> &'gc [u8] {
        self.0.as_ref().source()
    }

    /// The name of its chunk as messages show it.
    pub fn short_source(self) -> Vec<u8> {
        chunk_display_name(self.source())
    }

    /// The line in which the function begins; 0 for a chunk's main function.
    pub fn first_line(self) -> u32 {
        self.0.chunk.line_defined
    }

    /// The line in which the function ends; 0 if its code does not say so.
    pub fn last_line(self) -> u32 {
        self.0.chunk.last_line_defined
    }

    /// Whether it is the main function of its chunk.
    pub fn is_main(self) -> bool {
        self.first_line() == 0
    }

    /// How many parameters it has, without `...`.
    pub fn parameter_count(self) -> u8 {
        self.0.chunk.parameter_count
    }

    /// Whether it takes further arguments: `...`.
    pub fn is_vararg(self) -> bool {
        self.0.chunk.is_vararg
    }

    /// The name of the parameter with this number, counted from 1 as local variables are. Costs a unit per 8 local
    /// variables.
    pub fn parameter_name(self, ctx: Context<'gc>, number: usize) -> Option<&'gc [u8]> {
        let chunk = &self.0.as_ref().chunk;
        ctx.state().charge(chunk.locals.len() / 8);
        local_name(chunk, number, 0).map(|local| &*local.name)
    }

    /// The lines that have code, in any order, some more than once. There may be a million of them, so a native takes
    /// some at a time and charges for them.
    pub fn active_lines(self) -> ActiveLines<'gc> {
        ActiveLines { prototype: self.0, next: 0 }
    }
}

impl fmt::Debug for FunctionCode<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", String::from_utf8_lossy(&self.short_source()), self.first_line())
    }
}

/// The lines of a function that have code: [`FunctionCode::active_lines`]. A sequence may keep it, to continue in a
/// later step.
#[derive(Clone, Collect)]
pub struct ActiveLines<'gc> {
    prototype: Gc<'gc, PrototypeObject<'gc>>,
    next: usize,
}

impl Iterator for ActiveLines<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let run = self.prototype.chunk.positions.get(self.next)?;
        self.next += 1;
        Some(run.position.line)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.prototype.chunk.positions.len() - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for ActiveLines<'_> {}

impl fmt::Debug for ActiveLines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ActiveLines({} left)", self.len())
    }
}
