//! What scripts find in a value of a class: methods and fields that can be read. Whoever indexes a value recognises the function that a class has
//! for its `__index`, and does not call it to find a method or the getter of a field.

use super::{NativeObject, Slot};
use fife_arena::Gc;

/// The upvalues of a class's `__index`, by number.
pub(crate) mod upvalue {
    /// The class's name.
    pub(crate) const NAME: usize = 0;
    /// A table of its methods and functions.
    pub(crate) const METHODS: usize = 1;
    /// A table of functions that are called with the value, and return what a field has.
    pub(crate) const GETTERS: usize = 2;
    /// What is called with the value and a key that neither table has; or nil.
    pub(crate) const REST: usize = 3;
}

/// What a value of a class has for a key.
pub(crate) enum Member<'gc> {
    /// This.
    Value(Slot<'gc>),
    /// What this function returns, when it is called with the value and the key.
    Call(Slot<'gc>),
}

/// What the class whose `__index` this is has for a key. It is for the caller to [pay](super::charge_key) for a long one.
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
