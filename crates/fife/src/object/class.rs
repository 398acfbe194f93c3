//! Lookup in values of a class: methods, and fields that can be read. Code that indexes a value recognises the function
//! in a class's `__index`, and does not call it to find a method or the getter of a field.

use super::{NativeObject, Slot};
use fife_arena::Gc;

/// The upvalues of a class's `__index`, by number.
pub(crate) mod upvalue {
    /// The class's name.
    pub(crate) const NAME: usize = 0;
    /// A table of its methods and functions.
    pub(crate) const METHODS: usize = 1;
    /// A table of getters: functions that are called with the value and return the field.
    pub(crate) const GETTERS: usize = 2;
    /// The function that is called with the value and a key that neither table has; or nil.
    pub(crate) const REST: usize = 3;
}

/// The result of looking up a key in a value of a class.
pub(crate) enum Member<'gc> {
    /// The value.
    Value(Slot<'gc>),
    /// The result of calling this function with the value and the key.
    Call(Slot<'gc>),
}

/// Looks up a key in the class with this `__index`. The caller [charges](super::charge_key) for a long key.
#[inline]
pub(crate) fn member<'gc>(index: Gc<'gc, NativeObject<'gc>>, key: Slot<'gc>, seed: u64) -> Member<'gc> {
    let find = |upvalue| match NativeObject::upvalue(index, upvalue).as_table() {
        Some(table) => table.get(key, seed),
        None => Slot::NIL,
    };
    let method = find(upvalue::METHODS);
    if !method.is_nil() {
        return Member::Value(method);
    }
    let getter = find(upvalue::GETTERS);
    let function = if getter.is_nil() { NativeObject::upvalue(index, upvalue::REST) } else { getter };
    if function.is_nil() { Member::Value(Slot::NIL) } else { Member::Call(function) }
}
