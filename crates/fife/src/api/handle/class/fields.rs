//! The natives of a class's metatable: they find methods and fields by their names.

use super::super::host_function::closure_in;
use crate::native::{Call, Reply};
use crate::object::{Error, Native, Slot, Value, charge_key};

/// `__index` of a class. Its upvalues: the class's name, methods, getters, and what is asked where neither has the key.
pub(in crate::api::handle) static GET_FIELD: Native =
    Native::new("fife.class.index", "index", get_field, module_path!());

/// `__newindex` of a class. Its upvalues: the class's name, getters, setters, and what is asked where no setter has the key.
pub(in crate::api::handle) static SET_FIELD: Native =
    Native::new("fife.class.newindex", "newindex", set_field, module_path!());

/// What a table among the upvalues has for a key.
#[inline]
fn find<'gc>(call: &Call<'gc, '_>, upvalue: usize, key: Slot<'gc>) -> Value<'gc> {
    match call.upvalue_slot(upvalue).value() {
        Value::Table(table) => table.get(call.ctx(), key.value()),
        _ => Value::Nil,
    }
}

fn get_field<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let key = call.slot(1);
    charge_key(call.ctx(), key);
    let method = find(call, 1, key);
    if !method.is_nil() {
        return call.one(method);
    }
    let getter = find(call, 2, key);
    if let Some(closure) = closure_in(getter) {
        call.truncate(1);
        return (closure.0)(call);
    }
    ask(call, 2)
}

fn set_field<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.fix_arguments(3);
    let (key, value) = (call.slot(1), call.slot(2));
    charge_key(call.ctx(), key);
    let setter = find(call, 2, key);
    if let Some(closure) = closure_in(setter) {
        // The setter has the value as its argument; messages name the field, which is behind.
        call.replace_slot(1, value);
        call.replace_slot(2, key);
        let _ = (closure.0)(call)?;
        return call.nothing();
    }
    if !call.upvalue_slot(3).is_nil() {
        return ask(call, 3);
    }
    Err(no_setter(call, key))
}

/// Calls the class's own metamethod with so many arguments, if it has one.
fn ask<'gc>(call: &mut Call<'gc, '_>, count: usize) -> Result<Reply, Error<'gc>> {
    let rest = call.upvalue_slot(3);
    if rest.is_nil() {
        return call.one_slot(Slot::NIL);
    }
    call.fix_arguments(count);
    let arguments: [Slot<'gc>; 3] = std::array::from_fn(|index| call.slot(index));
    call.push_slot(rest);
    arguments.iter().take(count).for_each(|argument| call.push_slot(*argument));
    call.tail_call(count)
}

#[cold]
fn no_setter<'gc>(call: &Call<'gc, '_>, key: Slot<'gc>) -> Error<'gc> {
    let name = call.upvalue(0);
    let name = if let Value::String(name) = name { name.to_str_lossy().into_owned() } else { String::new() };
    let text = match key.value() {
        Value::String(field) => {
            let field = shortened(field.as_bytes());
            match find(call, 1, key) {
                Value::Nil => format!("a {name} has no field '{field}'"),
                _ => format!("field '{field}' of a {name} cannot be set"),
            }
        }
        other => format!("a {name} has no field with a {} for a name", other.type_name()),
    };
    call.error(text)
}

/// The beginning of a name that a script chose, for a message.
fn shortened(name: &[u8]) -> String {
    String::from_utf8_lossy(&name[..name.len().min(200)]).into_owned()
}

/// Whether the closure that runs is a setter, and of which field.
pub(in crate::api::handle) fn field_set<'gc>(call: &Call<'gc, '_>) -> Option<String> {
    if !std::ptr::eq(call.native.definition, &SET_FIELD) {
        return None;
    }
    match call.get(2) {
        Value::String(name) => Some(shortened(name.as_bytes())),
        _ => None,
    }
}
