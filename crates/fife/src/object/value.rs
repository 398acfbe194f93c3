//! Lua values as Rust code sees them.

use super::{Function, LuaString, Table, Thread, UserData};
use fife_arena::{Collect, Tracer};
use std::fmt;

/// A Lua value.
#[derive(Clone, Copy, Default)]
pub enum Value<'gc> {
    /// nil
    #[default]
    Nil,
    /// true or false
    Boolean(bool),
    /// a number that is an integer
    Integer(i64),
    /// a number that is a float
    Number(f64),
    /// a string
    String(LuaString<'gc>),
    /// a table
    Table(Table<'gc>),
    /// a function, of Lua or of Rust
    Function(Function<'gc>),
    /// a host's object
    UserData(UserData<'gc>),
    /// a coroutine
    Thread(Thread<'gc>),
}

// SAFETY: shows what it holds.
unsafe impl Collect for Value<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        super::Slot::from(*self).trace(tracer);
    }
}

impl<'gc> Value<'gc> {
    /// The name of the value's type, as Lua's `type` gives it.
    pub fn type_name(self) -> &'static str {
        match self {
            Value::Nil => "nil",
            Value::Boolean(_) => "boolean",
            Value::Integer(_) | Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Table(_) => "table",
            Value::Function(_) => "function",
            Value::UserData(_) => "userdata",
            Value::Thread(_) => "thread",
        }
    }

    /// Whether it is nil.
    pub fn is_nil(self) -> bool {
        matches!(self, Value::Nil)
    }

    /// Whether it counts as true in a condition: everything but nil and false does.
    pub fn to_bool(self) -> bool {
        !matches!(self, Value::Nil | Value::Boolean(false))
    }

    /// The integer of an integer, of a float that is integral, and of a string that reads as such a number.
    pub fn to_integer(self) -> Option<i64> {
        use fife_bytecode::number::{self, Number};
        match self {
            Value::Integer(value) => Some(value),
            Value::Number(value) => number::float_to_integer(value),
            Value::String(string) => match number::parse(string.as_bytes())? {
                Number::Integer(value) => Some(value),
                Number::Float(value) => number::float_to_integer(value),
            },
            _ => None,
        }
    }

    /// The float of a number, and of a string that reads as one.
    pub fn to_number(self) -> Option<f64> {
        use fife_bytecode::number::{self, Number};
        match self {
            Value::Integer(value) => Some(value as f64),
            Value::Number(value) => Some(value),
            Value::String(string) => match number::parse(string.as_bytes())? {
                Number::Integer(value) => Some(value as f64),
                Number::Float(value) => Some(value),
            },
            _ => None,
        }
    }

    /// Equality without metamethods, as `rawequal`.
    pub fn raw_equal(self, other: Value<'gc>) -> bool {
        super::Slot::from(self).raw_equal(&other.into())
    }
}

/// Prints scalars and strings, but only the kind and number of objects: graphs have cycles and any depth.
impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Nil => f.write_str("nil"),
            Value::Boolean(value) => value.fmt(f),
            Value::Integer(value) => value.fmt(f),
            Value::Number(value) => value.fmt(f),
            Value::String(string) => string.fmt(f),
            other => write!(f, "{}: {:#x}", other.type_name(), other.serial().unwrap_or(0)),
        }
    }
}

impl Value<'_> {
    /// The serial of a table, function, userdata or coroutine, which other objects may share: see `serial`.
    pub(super) fn serial(self) -> Option<u32> {
        match self {
            Value::Table(table) => Some(table.0.serial()),
            Value::Function(Function::Closure(closure)) => Some(closure.serial()),
            Value::Function(Function::Native(native)) => Some(native.serial()),
            Value::UserData(data) => Some(data.0.serial()),
            Value::Thread(thread) => Some(thread.0.serial()),
            _ => None,
        }
    }
}

macro_rules! from {
    ($($type:ty: $value:ident => $to:expr;)*) => {$(
        impl<'gc> From<$type> for Value<'gc> {
            #[inline]
            fn from($value: $type) -> Value<'gc> {
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
    u8: it => Value::Integer(it.into());
    f64: it => Value::Number(it);
    LuaString<'gc>: it => Value::String(it);
    Table<'gc>: it => Value::Table(it);
    Function<'gc>: it => Value::Function(it);
    UserData<'gc>: it => Value::UserData(it);
    Thread<'gc>: it => Value::Thread(it);
}

impl<'gc, T: Into<Value<'gc>>> From<Option<T>> for Value<'gc> {
    fn from(value: Option<T>) -> Value<'gc> {
        value.map_or(Value::Nil, Into::into)
    }
}

impl PartialEq for Value<'_> {
    /// Equality without metamethods, as `rawequal`.
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Value::Nil, Value::Nil) => true,
            (Value::Boolean(left), Value::Boolean(right)) => left == right,
            (Value::Integer(left), Value::Integer(right)) => left == right,
            (Value::Number(left), Value::Number(right)) => left == right,
            (Value::Integer(integer), Value::Number(float)) | (Value::Number(float), Value::Integer(integer)) => {
                fife_bytecode::number::float_to_integer(float) == Some(integer)
            }
            (Value::String(left), Value::String(right)) => left.as_bytes() == right.as_bytes(),
            (Value::Table(left), Value::Table(right)) => left == right,
            (Value::Function(left), Value::Function(right)) => left == right,
            (Value::UserData(left), Value::UserData(right)) => left == right,
            (Value::Thread(left), Value::Thread(right)) => left == right,
            _ => false,
        }
    }
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Value<'static>>() == 16 && size_of::<fife_arena::Gc<'static, u8>>() == 8);
