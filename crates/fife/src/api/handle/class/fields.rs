//! The natives of a class's metatable, which find methods and fields by name.

use super::super::host_function::closure_in;
use crate::native::{Call, Reply};
use crate::object::class::{self, Member};
use crate::object::{Error, Intrinsic, Native, Slot, Value, charge_key};

/// `__index` of a class, which is rarely called: see [`class`].
pub(in crate::api::handle) static GET_FIELD: Native =
    Native::new("fife.class.index", "index", get_field, module_path!()).carried_out(Intrinsic::ClassIndex);

/// `__newindex` of a class. Upvalues: the class's name, getters, setters, and what to call for a key without a setter.
pub(in crate::api::handle) static SET_FIELD: Native =
    Native::new("fife.class.newindex", "newindex", set_field, module_path!());

/// The value of a key in a table among the upvalues.
#[inline]
fn find<'gc>(call: &Call<'gc, '_>, upvalue: usize, key: Slot<'gc>) -> Value<'gc> {
    match call.upvalue_slot(upvalue).value() {
        Value::Table(table) => table.get(call.ctx(), key.value()),
        _ => Value::Nil,
    }
}

fn get_field<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.fix_arguments(2);
    let (value, key) = (call.slot(0), call.slot(1));
    charge_key(call.ctx(), key);
    match class::member(call.native, key, call.ctx().state().interner.seed) {
        Member::Value(value) => call.one_slot(value),
        Member::Call(function) => {
            for slot in [function, value, key] {
                call.push_slot(slot);
            }
            call.tail_call(2)
        }
    }
}

fn set_field<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.fix_arguments(3);
    let (key, value) = (call.slot(1), call.slot(2));
    charge_key(call.ctx(), key);
    let setter = find(call, 2, key);
    if let Some(closure) = closure_in(setter) {
        // The setter gets the value as its argument. The key moves behind it, for messages.
        call.replace_slot(1, value);
        call.replace_slot(2, key);
        return match (closure.0)(call) {
            // The sequence may be an error that waits for memory.
            Ok(Reply::Sequence) => Ok(Reply::Sequence),
            Ok(_) => call.nothing(),
            Err(error) => {
                // If memory was refused, this is called again, and needs its original arguments.
                call.replace_slot(1, key);
                call.replace_slot(2, value);
                Err(error)
            }
        };
    }
    let rest = call.upvalue_slot(3);
    if rest.is_nil() {
        return Err(no_setter(call, key));
    }
    let receiver = call.slot(0);
    for slot in [rest, receiver, key, value] {
        call.push_slot(slot);
    }
    call.tail_call(3)
}

#[cold]
fn no_setter<'gc>(call: &Call<'gc, '_>, key: Slot<'gc>) -> Error<'gc> {
    let name = call.upvalue(0);
    let name = if let Value::String(name) = name { name.to_str_lossy().into_owned() } else { String::new() };
    let text = match key.value() {
        Value::String(field) => {
            let field = shortened(field.as_bytes());
            match find(call, 1, key) {
                Value::Nil => format!("{name} has no field '{field}'"),
                _ => format!("field '{field}' of {name} cannot be set"),
            }
        }
        other => format!("{name} has no field whose key is of type {}", other.type_name()),
    };
    call.error(text)
}

/// The beginning of a name that a script chose, which may be long, for a message.
fn shortened(name: &[u8]) -> String {
    String::from_utf8_lossy(&name[..name.len().min(200)]).into_owned()
}

/// If the running closure is a setter: the name of its field.
pub(in crate::api::handle) fn field_set<'gc>(call: &Call<'gc, '_>) -> Option<String> {
    if !std::ptr::eq(call.native.definition, &SET_FIELD) {
        return None;
    }
    match call.get(2) {
        Value::String(name) => Some(shortened(name.as_bytes())),
        _ => None,
    }
}
