//! From Rust to Lua: serializes to values.

use super::de::TABLE_AS_KEY;
use super::failure::Failure;
use super::maker::Maker;
use super::options::Null;
use crate::api::handle::{IntoLua, Mismatch};
use serde::Serialize;
use serde::ser::{self, Serializer};

/// The place that a value will have in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// No part of a table.
    Whole,
    /// The value of a field or of a map's entry. A nil is absent, as `None` is meant to be.
    Entry,
    /// An element of a list, or what is in a variant. A nil would be lost.
    Element,
    /// The key of a map.
    Key,
}

/// Makes one value.
#[derive(Clone, Copy)]
struct Sink<M> {
    maker: M,
    role: Role,
    /// How many levels may follow.
    levels: usize,
}

/// Makes a value.
pub(super) fn write<M: Maker, T: Serialize + ?Sized>(maker: M, value: &T) -> Result<M::Value, Failure> {
    value.serialize(Sink { maker, role: Role::Whole, levels: maker.options().levels() })
}

impl<M: Maker> Sink<M> {
    /// Counts a value.
    fn made(self, value: M::Value) -> Result<M::Value, Failure> {
        self.maker.count()?;
        Ok(value)
    }

    /// `None`, or another value that holds nothing.
    fn nothing(self, is_none: bool) -> Result<M::Value, Failure> {
        self.maker.count()?;
        let is_needed = self.role == Role::Element || self.role == Role::Entry && !is_none;
        match self.maker.options().null {
            _ if self.role == Role::Key => Err(Failure::new(Mismatch::text("nil cannot be a key"))),
            Null::Always => Ok(self.maker.null()?),
            Null::WhereNeeded if is_needed => Ok(self.maker.null()?),
            Null::Never if self.role == Role::Element => Err(Failure::new(Mismatch::text("nil would be lost here"))),
            Null::WhereNeeded | Null::Never => Ok(self.maker.nil()),
        }
    }

    fn string(self, text: &[u8]) -> Result<M::Value, Failure> {
        self.maker.count()?;
        Ok(self.maker.string(text)?)
    }

    fn integer<T: for<'g> IntoLua<'g>>(self, value: T) -> Result<M::Value, Failure> {
        self.maker.count()?;
        Ok(self.maker.integer(value)?)
    }

    /// The same place, a level deeper.
    fn descend(self) -> Result<Sink<M>, Failure> {
        Ok(Sink { levels: self.maker.options().descend(self.levels)?, ..self })
    }

    /// Makes a table, for elements or other entries.
    fn table(self, elements: usize, others: usize, variant: Option<&'static str>) -> Result<Building<M>, Failure> {
        if self.role == Role::Key {
            return Err(Failure::new(Mismatch::text(TABLE_AS_KEY)));
        }
        self.maker.count()?;
        // The table of a variant contains the table of its contents.
        let outer = if variant.is_some() { self.descend()? } else { self };
        let inner = outer.descend()?;
        let table = self.maker.table(elements, others)?;
        Ok(Building { maker: self.maker, levels: inner.levels, table, length: 0, key: None, variant })
    }

    /// Wraps a value as the one entry of a table: `{Variant = value}`.
    fn variant(self, name: &'static str, value: M::Value) -> Result<M::Value, Failure> {
        let mut table = self.maker.table(0, 1)?;
        let key = self.maker.string(name.as_bytes())?;
        self.maker.set(&mut table, key, value)?;
        Ok(self.maker.finish(table, None)?)
    }
}

macro_rules! integers {
    ($($method:ident $type:ty;)*) => {$(
        fn $method(self, value: $type) -> Result<M::Value, Failure> {
            self.integer(value)
        }
    )*};
}

impl<M: Maker> Serializer for Sink<M> {
    type Ok = M::Value;
    type Error = Failure;
    type SerializeSeq = Building<M>;
    type SerializeTuple = Building<M>;
    type SerializeTupleStruct = Building<M>;
    type SerializeTupleVariant = Building<M>;
    type SerializeMap = Building<M>;
    type SerializeStruct = Building<M>;
    type SerializeStructVariant = Building<M>;

    integers! {
        serialize_i8 i8;
        serialize_i16 i16;
        serialize_i32 i32;
        serialize_i64 i64;
        serialize_i128 i128;
        serialize_u8 u8;
        serialize_u16 u16;
        serialize_u32 u32;
        serialize_u64 u64;
        serialize_u128 u128;
    }

    fn serialize_bool(self, value: bool) -> Result<M::Value, Failure> {
        self.made(self.maker.boolean(value))
    }

    fn serialize_f32(self, value: f32) -> Result<M::Value, Failure> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<M::Value, Failure> {
        self.made(self.maker.float(value))
    }

    fn serialize_char(self, value: char) -> Result<M::Value, Failure> {
        self.string(value.encode_utf8(&mut [0; 4]).as_bytes())
    }

    fn serialize_str(self, value: &str) -> Result<M::Value, Failure> {
        self.string(value.as_bytes())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<M::Value, Failure> {
        self.string(value)
    }

    fn serialize_none(self) -> Result<M::Value, Failure> {
        self.nothing(true)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<M::Value, Failure> {
        value.serialize(self.descend()?)
    }

    fn serialize_unit(self) -> Result<M::Value, Failure> {
        self.nothing(false)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<M::Value, Failure> {
        self.nothing(false)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<M::Value, Failure> {
        self.string(variant.as_bytes())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<M::Value, Failure> {
        value.serialize(self.descend()?)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<M::Value, Failure> {
        if self.role == Role::Key {
            return Err(Failure::new(Mismatch::text(TABLE_AS_KEY)));
        }
        self.maker.count()?;
        let inside = Sink { role: Role::Element, ..self.descend()? };
        let value = value.serialize(inside).map_err(|failure| failure.at_name(variant))?;
        self.variant(variant, value)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Building<M>, Failure> {
        self.table(length.unwrap_or(0), 0, None)
    }

    fn serialize_tuple(self, length: usize) -> Result<Building<M>, Failure> {
        self.table(length, 0, None)
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Building<M>, Failure> {
        self.table(length, 0, None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Building<M>, Failure> {
        self.table(length, 0, Some(variant))
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Building<M>, Failure> {
        self.table(0, length.unwrap_or(0), None)
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Building<M>, Failure> {
        self.table(0, length, None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Building<M>, Failure> {
        self.table(0, length, Some(variant))
    }
}

// ---- Tables ----

/// A table that is being filled.
struct Building<M: Maker> {
    maker: M,
    levels: usize,
    table: M::Table,
    /// How many elements were set.
    length: i64,
    /// The key of the entry to come.
    key: Option<M::Value>,
    /// The variant whose contents this is.
    variant: Option<&'static str>,
}

impl<M: Maker> Building<M> {
    fn sink(&self, role: Role) -> Sink<M> {
        Sink { maker: self.maker, role, levels: self.levels }
    }

    /// The same failure, within the variant.
    fn place(&self, failure: Failure) -> Failure {
        match self.variant {
            Some(variant) => failure.at_name(variant),
            None => failure,
        }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        self.length += 1;
        let made = value.serialize(self.sink(Role::Element));
        let made = made.map_err(|failure| self.place(failure.at(self.length.into())))?;
        Ok(self.maker.set_element(&mut self.table, self.length, made)?)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Failure> {
        let made = value.serialize(self.sink(Role::Entry));
        let made = made.map_err(|failure| self.place(failure.at_name(name)))?;
        if self.maker.is_nil(made) {
            return Ok(());
        }
        let key = self.sink(Role::Key).string(name.as_bytes())?;
        Ok(self.maker.set(&mut self.table, key, made)?)
    }

    fn finish(self, is_list: bool) -> Result<M::Value, Failure> {
        let value = self.maker.finish(self.table, is_list.then_some(self.length))?;
        match self.variant {
            Some(variant) => Sink { maker: self.maker, role: Role::Entry, levels: self.levels }.variant(variant, value),
            None => Ok(value),
        }
    }
}

macro_rules! lists {
    ($($of:ident $method:ident;)*) => {$(
        impl<M: Maker> ser::$of for Building<M> {
            type Ok = M::Value;
            type Error = Failure;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
                self.element(value)
            }

            fn end(self) -> Result<M::Value, Failure> {
                self.finish(true)
            }
        }
    )*};
}
lists! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

macro_rules! structs {
    ($($of:ident;)*) => {$(
        impl<M: Maker> ser::$of for Building<M> {
            type Ok = M::Value;
            type Error = Failure;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Failure> {
                self.field(name, value)
            }

            fn end(self) -> Result<M::Value, Failure> {
                self.finish(false)
            }
        }
    )*};
}
structs! { SerializeStruct; SerializeStructVariant; }

impl<M: Maker> ser::SerializeMap for Building<M> {
    type Ok = M::Value;
    type Error = Failure;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failure> {
        let made = key.serialize(self.sink(Role::Key)).map_err(Failure::in_key)?;
        self.key = Some(made);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        let Some(key) = self.key.take() else {
            return Err(ser::Error::custom("a value was given before its key"));
        };
        let made = value.serialize(self.sink(Role::Entry));
        let made = made.map_err(|failure| self.maker.at(failure, key))?;
        if self.maker.is_nil(made) {
            return Ok(());
        }
        Ok(self.maker.set(&mut self.table, key, made)?)
    }

    fn end(self) -> Result<M::Value, Failure> {
        self.finish(false)
    }
}
