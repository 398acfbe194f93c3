//! A Lua value outside of the VM.

use super::{Access, AnyUserData, Function, LuaString, Table, Thread};
use crate::error::runtime::type_name_of;
use crate::object::{Slot, Value as Branded};
use crate::semantics::{self, Outcome, address_text};
use fife_bytecode::number;

/// A Lua value: scalars and strings are copies, the others are handles.
///
/// It compares as `rawequal` does, except that an integer never equals a float: `Integer(1) != Float(1.0)`.
///
/// ```
/// use fife::{Lua, Value};
///
/// let mut lua = Lua::new();
/// let values: Vec<Value> = lua.load("return {1, 1.5, 'one', true, print}").eval()?;
/// assert_eq!(values[..2], [Value::Integer(1), Value::Float(1.5)]);
/// assert!(matches!(&values[4], Value::Function(_)));
/// assert_eq!(values[2].describe(&lua), "one");
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Nil.
    #[default]
    Nil,
    /// True or false.
    Boolean(bool),
    /// A number that is an integer.
    Integer(i64),
    /// A number that is a float.
    Float(f64),
    /// A string, copied out of the VM.
    String(LuaString),
    /// A table.
    Table(Table),
    /// A function, of Lua or of Rust.
    Function(Function),
    /// A coroutine.
    Thread(Thread),
    /// A userdata: a value of the host.
    UserData(AnyUserData),
}

impl Value {
    /// The name of the value's type, as Lua's `type` gives it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Nil => "nil",
            Value::Boolean(_) => "boolean",
            Value::Integer(_) | Value::Float(_) => "number",
            Value::String(_) => "string",
            Value::Table(_) => "table",
            Value::Function(_) => "function",
            Value::Thread(_) => "thread",
            Value::UserData(_) => "userdata",
        }
    }

    /// Whether it is nil.
    pub fn is_nil(&self) -> bool {
        matches!(self, Value::Nil)
    }

    /// Whether it counts as true in a condition: everything but nil and false does.
    pub fn to_bool(&self) -> bool {
        !matches!(self, Value::Nil | Value::Boolean(false))
    }

    /// The value as Lua's `tostring` shows it, but without metamethods: `table: 0x…` and the like for objects, with a
    /// metatable's `__name` in place of the type. This never runs Lua code; [`Lua::to_text`](crate::Lua::to_text) runs
    /// `__tostring`. A handle of another VM is shown by its type alone.
    pub fn describe(&self, vm: &impl Access) -> String {
        match self {
            Value::Nil => "nil".to_owned(),
            Value::Boolean(value) => value.to_string(),
            Value::Integer(value) => String::from_utf8_lossy(number::integer_text(*value).as_bytes()).into_owned(),
            Value::Float(value) => String::from_utf8_lossy(number::float_text(*value).as_bytes()).into_owned(),
            Value::String(text) => text.to_string(),
            _ => vm.access(|ctx| match super::IntoLua::into_lua(self, ctx) {
                Ok(value) => match semantics::to_text(ctx, value) {
                    Ok(Outcome::Value(Branded::String(text))) => text.to_str_lossy().into_owned(),
                    _ => {
                        let name = String::from_utf8_lossy(type_name_of(ctx, Slot::from(value)));
                        format!("{name}: {}", address_text(ctx, value))
                    }
                },
                Err(_) => self.type_name().to_owned(),
            }),
        }
    }
}

macro_rules! from {
    ($($type:ty: $value:ident => $to:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Value {
                $to
            }
        }
    )*};
}
from! {
    bool: it => Value::Boolean(it);
    i64: it => Value::Integer(it);
    i32: it => Value::Integer(it.into());
    u32: it => Value::Integer(it.into());
    f64: it => Value::Float(it);
    &str: it => Value::String(it.into());
    String: it => Value::String(it.into());
    LuaString: it => Value::String(it);
    Table: it => Value::Table(it);
    Function: it => Value::Function(it);
    Thread: it => Value::Thread(it);
    AnyUserData: it => Value::UserData(it);
}
