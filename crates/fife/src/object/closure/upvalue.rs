//! Upvalues as seen from outside of a function: their names and values, and which variables they are.
//!
//! All closures that have a cell share its variable; a variable held by value belongs to one closure. The last upvalue
//! of a local function that names itself is the function, which is in no slot. The values that a native keeps are its
//! upvalues, too, without names; only the native itself changes them.

use super::{CellObject, ClosureObject, Function, NativeObject};
use crate::object::identity::{Identities, IdentityType, Owner};
use crate::object::{Context, Slot, UserData, Value};
use fife_arena::{Gc, OutOfMemory};
use fife_bytecode::UpvalueKind;
use fife_bytecode::chunk::UNKNOWN_NAME;
use std::fmt;

/// One of the variables that a function keeps: from [`Function::upvalue`].
///
/// ```
/// use fife::gc::Value;
/// use fife::{Function, Lua};
///
/// let mut lua = Lua::new();
/// let source = "local n = 0 return function() n = n + 1 return n end, function() n = 0 end";
/// let (count, reset): (Function, Function) = lua.load(source).eval()?;
/// lua.enter(|ctx| {
///     let (count, reset) = (count.fetch(ctx)?, reset.fetch(ctx)?);
///     let upvalue = count.upvalue(0).unwrap();
///     assert_eq!((upvalue.name(), upvalue.value()), (&b"n"[..], Value::Integer(0)));
///     assert!(upvalue.set(ctx, 7));
///     assert_eq!(reset.upvalue(0).unwrap().value(), Value::Integer(7));
///     // Both functions have the same variable.
///     let identities = [count, reset].map(|function| function.upvalue(0).unwrap().identity(ctx).unwrap());
///     assert_eq!(identities[0], identities[1]);
///     Ok::<(), fife::Error>(())
/// })?;
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Upvalue<'gc> {
    function: Function<'gc>,
    /// Less than the function's count.
    index: usize,
}

impl<'gc> Function<'gc> {
    /// How many upvalues the function has, including the function itself, if it is a local function that names itself.
    pub fn upvalue_count(self) -> usize {
        match self {
            Function::Closure(closure) => {
                closure.upvalue_count() + usize::from(!closure.prototype.chunk.own_name.is_empty())
            }
            Function::Native(native) => usize::from(native.upvalue_count),
        }
    }

    /// The upvalue with this number, counted from 0.
    pub fn upvalue(self, index: usize) -> Option<Upvalue<'gc>> {
        (index < self.upvalue_count()).then_some(Upvalue { function: self, index })
    }
}

impl<'gc> Upvalue<'gc> {
    /// The name of the variable in the source; `(no name)` if the code does not have it, and empty for natives.
    pub fn name(self) -> &'gc [u8] {
        let Function::Closure(closure) = self.function else { return b"" };
        let chunk = &closure.as_ref().prototype.as_ref().chunk;
        let name = chunk.upvalues.get(self.index).map_or(&*chunk.own_name, |upvalue| &upvalue.name);
        if name == UNKNOWN_NAME { b"(no name)" } else { name }
    }

    /// The variable's value.
    pub fn value(self) -> Value<'gc> {
        self.slot().value()
    }

    fn slot(self) -> Slot<'gc> {
        match self.function {
            Function::Native(native) => NativeObject::upvalue(native, self.index),
            Function::Closure(closure) => match ClosureObject::upvalue(closure, self.index) {
                Some(slot) => slot.as_cell().map_or(slot, |cell| cell.value.get()),
                None => Slot::closure(closure),
            },
        }
    }

    /// The closure and the upvalue's slot, if that may be changed.
    fn own_slot(self) -> Option<(Gc<'gc, ClosureObject<'gc>>, Slot<'gc>)> {
        let Function::Closure(closure) = self.function else { return None };
        Some((closure, ClosureObject::upvalue(closure, self.index)?))
    }

    /// Whether it can be [`set`](Self::set): not if it is the function itself, or a native's.
    pub fn is_writable(self) -> bool {
        self.own_slot().is_some()
    }

    /// Changes the variable, and returns whether that was [possible](Self::is_writable). A variable held by value is
    /// changed for this closure only.
    pub fn set(self, ctx: Context<'gc>, value: impl Into<Value<'gc>>) -> bool {
        let Some((closure, slot)) = self.own_slot() else { return false };
        let value = Slot::from(value.into());
        match slot.as_cell() {
            Some(cell) => CellObject::set(cell, ctx.mc(), value),
            None => ClosureObject::set_upvalue(closure, ctx.mc(), self.index, value),
        }
        true
    }

    /// Makes this closure's upvalue the variable of another one, as `debug.upvaluejoin` does, and returns whether that
    /// was [possible](Self::is_writable). If one of the two is held by value, this one takes the other's value, and
    /// they stay two variables.
    ///
    /// # Errors
    /// The limit on memory refuses the new variable. Nothing is changed.
    pub fn join(self, ctx: Context<'gc>, other: Upvalue<'gc>) -> Result<bool, OutOfMemory> {
        let Some((closure, slot)) = self.own_slot() else { return Ok(false) };
        let kind = closure.prototype.chunk.upvalues.get(self.index).map(|upvalue| upvalue.kind);
        let shared = other.own_slot().map(|(_, slot)| slot).filter(|slot| slot.as_cell().is_some());
        debug_assert_eq!(slot.as_cell().is_some(), kind == Some(UpvalueKind::Cell));
        // A slot is what its prototype says: a cell, or a value.
        let joined = match (slot.as_cell(), shared) {
            (Some(_), Some(shared)) => shared,
            (Some(_), None) => Slot::cell(CellObject::allocate(ctx.mc(), other.slot())?),
            (None, _) => other.slot(),
        };
        ClosureObject::set_upvalue(closure, ctx.mc(), self.index, joined);
        Ok(true)
    }

    /// An object that identifies the variable, as `debug.upvalueid` returns it: the same one for as long as the
    /// variable lives, and different for each variable. The first time costs five units, and the cost of making room
    /// for it.
    ///
    /// # Errors
    /// The limit on memory refuses it.
    pub fn identity(self, ctx: Context<'gc>) -> Result<UserData<'gc>, OutOfMemory> {
        let owner = match (self.function, self.own_slot().and_then(|(_, slot)| slot.as_cell())) {
            (_, Some(cell)) => Owner::Cell(cell),
            (Function::Closure(closure), None) => Owner::Closure(closure, self.index + 1),
            (Function::Native(native), None) => Owner::Native(native, self.index + 1),
        };
        Identities::of(&ctx.state().identities, ctx, owner)
    }

    /// Whether a userdata is the [`identity`](Self::identity) of some variable.
    pub fn is_identity(data: UserData<'_>) -> bool {
        data.downcast::<IdentityType>().is_some()
    }
}

impl fmt::Debug for Upvalue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {:?}", String::from_utf8_lossy(self.name()), self.value())
    }
}
