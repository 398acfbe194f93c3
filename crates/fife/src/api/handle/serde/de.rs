//! From Lua to Rust: deserializes values.
//!
//! Nothing here runs Lua code, and memory is requested before anything is copied: see [`Account`].

use super::account::{Account, TABLE_FUEL};
use super::entries::{Elements, Entries, Shape, shape};
use super::failure::{Failure, lossy_start, quotable};
use super::marks::{is_null, known_list_mark};
use super::options::{Empty, Foreign};
use crate::api::handle::convert::not_utf8;
use crate::api::handle::{FromLua, Mismatch};
use crate::object::{LuaString, Table, Value};
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};

/// The place of a value in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The value of an entry, or a value that is in no table.
    Value,
    /// A key of a map.
    Key,
    /// A key that should be the name of a field.
    Field,
}

/// A value to read.
#[derive(Clone, Copy)]
pub(super) struct Source<'a, 'gc> {
    account: &'a Account<'a, 'gc>,
    value: Value<'gc>,
    role: Role,
    /// The table that it is in.
    outer: Option<&'a Within<'a, 'gc>>,
    levels: usize,
}

/// A table that is being read, with the tables around it.
pub(super) struct Within<'a, 'gc> {
    pub(super) table: Table<'gc>,
    account: &'a Account<'a, 'gc>,
    outer: Option<&'a Within<'a, 'gc>>,
    /// How many levels may follow.
    levels: usize,
}

impl<'a, 'gc> Within<'a, 'gc> {
    pub(super) fn account(&self) -> &'a Account<'a, 'gc> {
        self.account
    }

    /// A key or a value of the table.
    pub(super) fn source(&'a self, value: Value<'gc>, role: Role) -> Source<'a, 'gc> {
        Source { account: self.account, value, role, outer: Some(self), levels: self.levels }
    }
}

impl<'a, 'gc> Source<'a, 'gc> {
    pub(super) fn new(account: &'a Account<'a, 'gc>, value: Value<'gc>) -> Source<'a, 'gc> {
        Source { account, value, role: Role::Value, outer: None, levels: account.options.levels() }
    }

    /// The same value, a level deeper.
    fn descend(self) -> Result<Source<'a, 'gc>, Failure> {
        Ok(Source { levels: self.account.options.descend(self.levels)?, ..self })
    }

    fn expected(self, what: impl Into<std::borrow::Cow<'static, str>>) -> Failure {
        Failure::new(Mismatch::expected(self.account.ctx, what, self.value))
    }

    /// Whether the value stands for `None`.
    fn is_none(self) -> bool {
        match self.value {
            Value::Nil => true,
            Value::UserData(data) => is_null(data),
            _ => false,
        }
    }

    // ---- Tables ----

    /// Begins to read a table.
    fn open(self, table: Table<'gc>) -> Result<Within<'a, 'gc>, Failure> {
        let mut next = self.outer;
        while let Some(within) = next {
            if within.table == table {
                return Err(Failure::new(Mismatch::text("a table within itself")));
            }
            next = within.outer;
        }
        let levels = self.account.options.descend(self.levels)?;
        self.account.ctx.state().charge(TABLE_FUEL);
        Ok(Within { table, account: self.account, outer: self.outer, levels })
    }

    fn table(self, what: impl Into<std::borrow::Cow<'static, str>>) -> Result<Table<'gc>, Failure> {
        match self.value {
            _ if self.role != Role::Value => Err(Failure::new(Mismatch::text(TABLE_AS_KEY))),
            Value::Table(table) => Ok(table),
            _ => Err(self.expected(what)),
        }
    }

    fn list<'de, V: Visitor<'de>>(self, table: Table<'gc>, count: usize, visitor: V) -> Result<V::Value, Failure> {
        let within = self.open(table)?;
        let mut elements = Elements { within: &within, next: 1, last: count };
        let value = visitor.visit_seq(&mut elements)?;
        if elements.next > elements.last {
            return Ok(value);
        }
        let expected = format!("list of {} elements", elements.next - 1);
        Err(Failure::new(Mismatch::unexpected(expected, format_args!("one of {count}"))))
    }

    fn map<'de, V: Visitor<'de>>(self, table: Table<'gc>, keys: Role, visitor: V) -> Result<V::Value, Failure> {
        let within = self.open(table)?;
        let mut entries = Entries::new(&within, keys)?;
        let value = visitor.visit_map(&mut entries)?;
        entries.end()?;
        Ok(value)
    }

    /// Reads a table as a list or a map, whichever it looks like.
    fn any_table<'de, V: Visitor<'de>>(self, table: Table<'gc>, visitor: V) -> Result<V::Value, Failure> {
        let is_marked = table.metatable().is_some_and(|it| known_list_mark(self.account.ctx) == Some(it));
        match shape(self.account, table)? {
            Shape::List(0) if !is_marked && self.account.options.empty_table == Empty::Map => {
                self.map(table, Role::Key, visitor)
            }
            Shape::List(count) => self.list(table, count, visitor),
            shape if is_marked => Err(no_list(&shape)),
            _ => self.map(table, Role::Key, visitor),
        }
    }

    // ---- Strings ----

    /// Reads a string, which Rust copies.
    fn read_string<T>(self, text: LuaString<'gc>) -> Result<&'gc [u8], Failure> {
        self.account.ctx.state().charge(text.len() / 8);
        self.account.read(text.len().saturating_add(size_of::<T>()))?;
        Ok(text.as_bytes())
    }

    fn string<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.value {
            Value::String(text) => match std::str::from_utf8(self.read_string::<V::Value>(text)?) {
                Ok(text) => visitor.visit_str(text),
                Err(error) => Err(Failure::new(not_utf8(&error))),
            },
            _ => Err(self.expected("string")),
        }
    }
}

/// Why structs, tuples and similar types cannot be keys.
pub(super) const TABLE_AS_KEY: &str = "what is a table in Lua cannot be a key";

/// Why a table is not a list.
fn no_list(shape: &Shape) -> Failure {
    let what = if let Shape::Holes(_) = shape { "a table with holes" } else { "a table with other keys" };
    Failure::new(Mismatch::unexpected("list", what))
}

/// What to call a key that is not a string, where names of fields are expected.
fn field_name(key: Value<'_>) -> String {
    match key {
        Value::Integer(key) => format!("[{key}]"),
        Value::Number(key) => format!("[{key:?}]"),
        Value::Boolean(key) => format!("[{key}]"),
        other => format!("[{}]", other.type_name()),
    }
}

macro_rules! integers {
    ($($method:ident $visit:ident $type:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            self.account.read(0)?;
            match self.value {
                Value::Integer(_) | Value::Number(_) => {
                    visitor.$visit(<$type>::from_lua(self.account.ctx, self.value).map_err(Failure::new)?)
                }
                _ if size_of::<$type>() >= 8 => Err(self.expected("integer")),
                _ => Err(self.expected(format!("integer from {} to {}", <$type>::MIN, <$type>::MAX))),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Source<'_, '_> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.value {
            Value::String(text) => {
                let bytes = self.read_string::<V::Value>(text)?;
                return match std::str::from_utf8(bytes) {
                    Ok(text) => visitor.visit_str(text),
                    Err(_) => visitor.visit_bytes(bytes),
                };
            }
            _ => self.account.read_any(size_of::<V::Value>())?,
        }
        match self.value {
            Value::Boolean(value) => visitor.visit_bool(value),
            Value::Integer(value) => visitor.visit_i64(value),
            Value::Number(value) => visitor.visit_f64(value),
            Value::Table(table) if self.role == Role::Value => self.any_table(table, visitor),
            _ if self.is_none() => visitor.visit_unit(),
            _ if self.account.options.foreign == Foreign::Skip => visitor.visit_unit(),
            _ => Err(self.expected("data")),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.account.read(0)?;
        match self.value {
            Value::Boolean(value) => visitor.visit_bool(value),
            _ => Err(self.expected("boolean")),
        }
    }

    integers! {
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_i128 visit_i128 i128;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_u128 visit_u128 u128;
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.account.read(0)?;
        match self.value {
            Value::Number(value) => visitor.visit_f32(value as f32),
            Value::Integer(value) => visitor.visit_f32(value as f32),
            _ => Err(self.expected("number")),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.account.read(0)?;
        match self.value {
            Value::Number(value) => visitor.visit_f64(value),
            Value::Integer(value) => visitor.visit_f64(value as f64),
            _ => Err(self.expected("number")),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.string(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.string(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.value {
            Value::String(text) => visitor.visit_bytes(self.read_string::<V::Value>(text)?),
            _ => Err(self.expected("string")),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        if self.is_none() {
            self.account.read(0)?;
            visitor.visit_none()
        } else {
            visitor.visit_some(self.descend()?)
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.account.read(0)?;
        if self.is_none() { visitor.visit_unit() } else { Err(self.expected("nil")) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_newtype_struct(self.descend()?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.account.read(size_of::<V::Value>())?;
        let table = self.table("list")?;
        match shape(self.account, table)? {
            Shape::List(count) => self.list(table, count, visitor),
            shape => Err(no_list(&shape)),
        }
    }

    /// Reads a list of this many elements; absent ones are nil.
    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Failure> {
        self.account.read(size_of::<V::Value>())?;
        let expected = || format!("list of {length} elements");
        let table = self.table(expected())?;
        let last = match shape(self.account, table)? {
            Shape::List(last) => last,
            Shape::Holes(last) => usize::try_from(last).unwrap_or(usize::MAX),
            shape => return Err(no_list(&shape)),
        };
        if last > length {
            return Err(Failure::new(Mismatch::unexpected(expected(), format_args!("one of {last}"))));
        }
        self.list(table, length, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.account.read(size_of::<V::Value>())?;
        let table = self.table("table")?;
        self.map(table, Role::Key, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.account.read(size_of::<V::Value>())?;
        let table = self.table("table")?;
        self.map(table, Role::Field, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.account.read(size_of::<V::Value>())?;
        let wrong = |got: &str| Failure::new(Mismatch::unexpected(format!("variant of {name}"), got));
        match self.value {
            Value::String(_) => visitor.visit_enum(Variant { name: self, value: None }),
            Value::Table(table) if self.role == Role::Value => {
                let within = self.open(table)?;
                let mut entries = Entries::new(&within, Role::Key)?;
                let Some((key, value)) = entries.advance()? else { return Err(wrong("an empty table")) };
                if entries.advance()?.is_some() {
                    return Err(wrong("a table with several entries"));
                }
                if !matches!(key, Value::String(_)) {
                    return Err(wrong("a list"));
                }
                let value = within.source(value, Role::Value);
                visitor.visit_enum(Variant { name: within.source(key, Role::Key), value: Some(value) })
            }
            _ => Err(self.expected(format!("variant of {name}"))),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.value {
            Value::String(_) => self.string(visitor),
            _ if self.role == Role::Field => {
                self.account.read(0)?;
                visitor.visit_str(&field_name(self.value))
            }
            // A flattened struct takes keys of any type.
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.account.read(0)?;
        visitor.visit_unit()
    }
}

// ---- Enums ----

/// A variant of an enum: a string, or the one entry of a table.
struct Variant<'a, 'gc> {
    name: Source<'a, 'gc>,
    value: Option<Source<'a, 'gc>>,
}

impl<'de, 'a, 'gc> EnumAccess<'de> for Variant<'a, 'gc> {
    type Error = Failure;
    type Variant = Variant<'a, 'gc>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Variant<'a, 'gc>), Failure> {
        Ok((seed.deserialize(self.name)?, self))
    }
}

impl<'a, 'gc> Variant<'a, 'gc> {
    /// Reads the value in the variant.
    fn read<T>(self, read: impl FnOnce(Source<'a, 'gc>) -> Result<T, Failure>) -> Result<T, Failure> {
        match self.value {
            Some(value) => read(value).map_err(|failure| failure.at(self.name.value)),
            None => {
                let Value::String(name) = self.name.value else { return Err(self.name.expected("string")) };
                let name = quotable(&lossy_start(name.as_bytes()));
                let expected = format!("table {{{name} = value}}");
                Err(Failure::new(Mismatch::unexpected(expected, "the name alone")))
            }
        }
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = Failure;

    fn unit_variant(self) -> Result<(), Failure> {
        match self.value {
            Some(value) if !value.is_none() => Err(value.expected("null").at(self.name.value)),
            _ => Ok(()),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Failure> {
        self.read(|value| seed.deserialize(value))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Failure> {
        self.read(|value| value.deserialize_tuple(length, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Failure> {
        self.read(|value| value.deserialize_struct("", fields, visitor))
    }
}
