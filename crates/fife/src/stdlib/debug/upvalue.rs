//! Upvalues for `debug`: reading, writing, joining them, and telling variables apart.
//!
//! The variable of a cell is one for all closures that have the cell; one held by value is each closure's own. The last
//! upvalue of a local function that names itself is the function, which is in no slot. Of natives only those upvalues are
//! seen that they have in PUC-Rio Lua, too, and none can be changed: what else they keep is their own.

use crate::error::Error;
use crate::native::{Call, Reply};
use crate::object::{CellObject, ClosureObject, Context, Function, Native, NativeObject, Owner};
use crate::object::{Slot, UserData, Value};
use crate::stdlib::{coroutine, package, string};
use crate::userdata_type;
use fife_arena::{Collect, Gc, OutOfMemory};
use fife_bytecode::UpvalueKind;
use fife_bytecode::chunk::UNKNOWN_NAME;
use std::ops::Range;

/// How many upvalues a function has.
pub(super) fn count(function: Function<'_>) -> usize {
    match function {
        Function::Closure(closure) => closure_count(closure),
        Function::Native(native) => visible(native).len(),
    }
}

/// How many upvalues a Lua function has, itself included where it is one.
fn closure_count(closure: Gc<'_, ClosureObject<'_>>) -> usize {
    closure.upvalue_count() + usize::from(!closure.prototype.chunk.own_name.is_empty())
}

/// The upvalues of a native that scripts see. A host's functions have none, whatever their names.
fn visible<'gc>(native: Gc<'gc, NativeObject<'gc>>) -> Range<usize> {
    let is_made_of = |[definition]: &'static [Native; 1]| std::ptr::eq(native.definition, definition);
    if is_made_of(&string::GMATCH_STEP) {
        1..4
    } else if is_made_of(&coroutine::WRAPPED) || is_made_of(&package::REQUIRE) {
        0..1
    } else {
        0..0
    }
}

/// The slot in which a native has the upvalue with this number.
fn visible_index<'gc>(native: Gc<'gc, NativeObject<'gc>>, number: i64) -> Option<usize> {
    let seen = visible(native);
    let index = seen.start + usize::try_from(number).ok()?.checked_sub(1)?;
    seen.contains(&index).then_some(index)
}

/// An upvalue of a function, its name and its slot; the slot of the function itself is none.
struct Found<'gc> {
    closure: Gc<'gc, ClosureObject<'gc>>,
    index: usize,
    slot: Option<Slot<'gc>>,
}

impl<'gc> Found<'gc> {
    /// The upvalue with this number, counted from 1.
    fn new(closure: Gc<'gc, ClosureObject<'gc>>, number: i64) -> Option<Found<'gc>> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        let slot = ClosureObject::upvalue(closure, index);
        (index < closure_count(closure)).then_some(Found { closure, index, slot })
    }

    fn name(&self) -> &'gc [u8] {
        let chunk = &self.closure.as_ref().prototype.as_ref().chunk;
        let name = chunk.upvalues.get(self.index).map_or(&*chunk.own_name, |upvalue| &upvalue.name);
        if name == UNKNOWN_NAME { b"(no name)" } else { name }
    }

    fn value(&self) -> Slot<'gc> {
        match self.slot {
            Some(slot) => slot.as_cell().map_or(slot, |cell| cell.value.get()),
            None => Slot::closure(self.closure),
        }
    }
}

/// Changes the variable in a cell.
pub(super) fn set_cell<'gc>(ctx: Context<'gc>, cell: Gc<'gc, CellObject<'gc>>, value: Slot<'gc>) {
    ctx.mc().barrier_backward(cell);
    cell.value.set(value);
}

/// The Lua function that an argument is; an error if it is no function at all.
fn closure_argument<'gc>(
    call: &Call<'gc, '_>,
    index: usize,
) -> Result<Option<Gc<'gc, ClosureObject<'gc>>>, Error<'gc>> {
    match call.function(index)? {
        Function::Closure(closure) => Ok(Some(closure)),
        Function::Native(_) => Ok(None),
    }
}

/// `debug.getupvalue`
pub(super) fn getupvalue<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let number = call.integer(1)?;
    if let Value::Function(Function::Native(native)) = call.get(0)
        && let Some(index) = visible_index(native, number)
    {
        return call.all([Value::String(call.ctx().string("")), NativeObject::upvalue(native, index).value()]);
    }
    let Some(found) = closure_argument(call, 0)?.and_then(|closure| Found::new(closure, number)) else {
        return call.nothing();
    };
    let name = call.make_string(found.name())?;
    call.all([Value::String(name), found.value().value()])
}

/// `debug.setupvalue`
pub(super) fn setupvalue<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.any(2)?;
    // Of more values PUC-Rio Lua takes the last one.
    let value = Slot::from(call.get(call.len() - 1));
    let number = call.integer(1)?;
    let found = closure_argument(call, 0)?.and_then(|closure| Found::new(closure, number));
    let Some(Found { closure, index, slot: Some(slot) }) = found else { return call.nothing() };
    let name = call.make_string(Found { closure, index, slot: Some(slot) }.name())?;
    match slot.as_cell() {
        Some(cell) => set_cell(call.ctx(), cell, value),
        None => ClosureObject::set_upvalue(closure, call.ctx().mc(), index, value),
    }
    call.one(name)
}

/// `debug.upvaluejoin`
pub(super) fn upvaluejoin<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let target = join_argument(call, 0)?;
    let source = join_argument(call, 2)?;
    let (Some(slot), mc) = (target.slot, call.ctx().mc()) else { return call.nothing() };
    let kind = target.closure.prototype.chunk.upvalues.get(target.index).map(|upvalue| upvalue.kind);
    let shared = source.slot.filter(|slot| slot.as_cell().is_some());
    debug_assert_eq!(slot.as_cell().is_some(), kind == Some(UpvalueKind::Cell));
    // A slot is what its prototype says: a cell, or a value.
    let joined = match (slot.as_cell(), shared) {
        (Some(_), Some(shared)) => shared,
        (Some(_), None) => {
            let cell = CellObject::allocate(mc, source.value()).map_err(|OutOfMemory| call.refused())?;
            Slot::cell(cell)
        }
        (None, _) => source.value(),
    };
    ClosureObject::set_upvalue(target.closure, mc, target.index, joined);
    call.nothing()
}

/// The upvalue that two arguments name, a function and a number.
fn join_argument<'gc>(call: &Call<'gc, '_>, first: usize) -> Result<Found<'gc>, Error<'gc>> {
    let number = call.integer(first + 1)?;
    if let Value::Function(Function::Native(native)) = call.get(first)
        && visible_index(native, number).is_some()
    {
        return Err(call.argument_error(first, "Lua function expected"));
    }
    let found = closure_argument(call, first)?.and_then(|closure| Found::new(closure, number));
    found.ok_or_else(|| call.argument_error(first + 1, "invalid upvalue index"))
}

// ---- Identity ----

/// What an identity is to a script: nothing but itself.
#[derive(Collect)]
struct Identity;

userdata_type! {
    /// Userdata that are identities.
    IdentityType("debug.identity") for Identity;
}

/// Whether a userdata is an identity: a light userdata in PUC-Rio Lua.
pub(super) fn is_identity(data: UserData<'_>) -> bool {
    data.downcast::<IdentityType>().is_some()
}

/// What the variable of an upvalue is known by.
fn owner(function: Function<'_>, number: i64) -> Option<Owner<'_>> {
    let found = match function {
        Function::Native(native) => return Some(Owner::Native(native, visible_index(native, number)? + 1)),
        Function::Closure(closure) => Found::new(closure, number)?,
    };
    Some(match found.slot.and_then(|slot| slot.as_cell()) {
        Some(cell) => Owner::Cell(cell),
        None => Owner::Closure(found.closure, found.index + 1),
    })
}

/// `debug.upvalueid`
pub(super) fn upvalueid<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let number = call.integer(1)?;
    let Some(owner) = owner(call.function(0)?, number) else { return call.one(Value::Nil) };
    let identities = &call.ctx().state().identities;
    if let Some(identity) = identities.borrow().get(owner) {
        return call.one(identity);
    }
    call.charge(5);
    identities.borrow_mut().reserve(call.ctx()).map_err(|OutOfMemory| call.refused())?;
    let identity = call.make_userdata::<IdentityType>(Identity)?;
    identities.borrow_mut().add(owner, identity);
    call.one(identity)
}
