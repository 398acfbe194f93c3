//! Makes values of Lua when Rust data is written: in the VM itself, or only as a count of the bytes they would take.
//!
//! One serializer makes the same calls to both, so the count includes everything that is made.

use super::account::{Account, TABLE_FUEL};
use super::failure::Failure;
use super::marks::{list_mark, null_object};
use super::options::{Mark, Options};
use crate::api::handle::convert::{make_string, make_table, string_bytes, table_bytes};
use crate::api::handle::{Error, IntoLua, Result};
use crate::object::{Table, Value};
use std::cell::Cell;

/// Makes values.
pub(super) trait Maker: Copy {
    type Value: Copy;
    type Table;

    fn options(&self) -> &Options;
    /// Counts a value.
    fn count(self) -> Result<(), Failure>;
    fn nil(self) -> Self::Value;
    fn null(self) -> Result<Self::Value>;
    fn boolean(self, value: bool) -> Self::Value;
    fn integer<T: for<'g> IntoLua<'g>>(self, value: T) -> Result<Self::Value>;
    fn float(self, value: f64) -> Self::Value;
    fn string(self, bytes: &[u8]) -> Result<Self::Value>;
    /// A table with room for this many elements and other entries.
    fn table(self, elements: usize, others: usize) -> Result<Self::Table>;
    fn is_nil(self, value: Self::Value) -> bool;
    /// Sets an element of a list. All of them are set, in order.
    fn set_element(self, table: &mut Self::Table, index: i64, value: Self::Value) -> Result<()>;
    fn set(self, table: &mut Self::Table, key: Self::Value, value: Self::Value) -> Result<()>;
    /// Completes a table, which is a list of this many elements, or not a list.
    fn finish(self, table: Self::Table, list: Option<i64>) -> Result<Self::Value>;
    /// A failure in the value of a key.
    fn at(self, failure: Failure, key: Self::Value) -> Failure;
}

/// The most room that is made in advance. The length of a list is only a hint by the host's type.
const ROOM_MAX: usize = 1 << 16;

// ---- The VM ----

impl<'gc> Maker for &Account<'_, 'gc> {
    type Value = Value<'gc>;
    type Table = Table<'gc>;

    fn options(&self) -> &Options {
        self.options
    }
    fn count(self) -> Result<(), Failure> {
        Account::count(self)
    }
    fn nil(self) -> Value<'gc> {
        Value::Nil
    }
    fn null(self) -> Result<Value<'gc>> {
        null_object(self.ctx).map(Value::UserData)
    }
    fn boolean(self, value: bool) -> Value<'gc> {
        Value::Boolean(value)
    }
    fn integer<T: for<'g> IntoLua<'g>>(self, value: T) -> Result<Value<'gc>> {
        value.into_lua(self.ctx)
    }
    fn float(self, value: f64) -> Value<'gc> {
        Value::Number(value)
    }
    fn string(self, bytes: &[u8]) -> Result<Value<'gc>> {
        make_string(self.ctx, bytes)
    }
    fn table(self, elements: usize, others: usize) -> Result<Table<'gc>> {
        self.ctx.state().charge(TABLE_FUEL / 2);
        make_table(self.ctx, elements.min(ROOM_MAX), others.min(ROOM_MAX))
    }
    fn is_nil(self, value: Value<'gc>) -> bool {
        value.is_nil()
    }
    fn set_element(self, table: &mut Table<'gc>, index: i64, value: Value<'gc>) -> Result<()> {
        table.set_slot(self.ctx, index, value.into()).map_err(Error::of_table)
    }
    fn set(self, table: &mut Table<'gc>, key: Value<'gc>, value: Value<'gc>) -> Result<()> {
        table.set(self.ctx, key, value).map_err(Error::of_table)
    }
    fn finish(self, table: Table<'gc>, list: Option<i64>) -> Result<Value<'gc>> {
        let is_marked = match self.options.mark_lists {
            Mark::Never => false,
            Mark::Empty => list == Some(0),
            Mark::All => list.is_some(),
        };
        if is_marked {
            let mark = list_mark(self.ctx)?;
            table.set_metatable(self.ctx.mc(), Some(mark));
        }
        Ok(table.into())
    }
    fn at(self, failure: Failure, key: Value<'gc>) -> Failure {
        failure.at(key)
    }
}

// ---- The count ----

/// Counts an upper bound of the bytes of the VM's memory that values take.
pub(super) struct Count<'a> {
    options: &'a Options,
    bytes: Cell<usize>,
}

/// What the count knows of a value.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Counted {
    Nil,
    Other,
}

/// How many entries a counted table has, and how many it had room for.
pub(super) struct CountedTable {
    elements: usize,
    others: usize,
    room: (usize, usize),
}

impl<'a> Count<'a> {
    pub(super) fn new(options: &'a Options) -> Count<'a> {
        Count { options, bytes: Cell::new(0) }
    }

    pub(super) fn lua_bytes(&self) -> usize {
        self.bytes.get()
    }

    fn add(&self, bytes: usize) {
        self.bytes.set(self.bytes.get().saturating_add(bytes));
    }
}

impl Maker for &Count<'_> {
    type Value = Counted;
    type Table = CountedTable;

    fn options(&self) -> &Options {
        self.options
    }
    fn count(self) -> Result<(), Failure> {
        Ok(())
    }
    fn nil(self) -> Counted {
        Counted::Nil
    }
    fn null(self) -> Result<Counted> {
        Ok(Counted::Other)
    }
    fn boolean(self, _: bool) -> Counted {
        Counted::Other
    }
    fn integer<T: for<'g> IntoLua<'g>>(self, _: T) -> Result<Counted> {
        Ok(Counted::Other)
    }
    fn float(self, _: f64) -> Counted {
        Counted::Other
    }
    fn string(self, bytes: &[u8]) -> Result<Counted> {
        self.add(string_bytes(bytes.len()));
        Ok(Counted::Other)
    }
    fn table(self, elements: usize, others: usize) -> Result<CountedTable> {
        Ok(CountedTable { elements: 0, others: 0, room: (elements.min(ROOM_MAX), others.min(ROOM_MAX)) })
    }
    fn is_nil(self, value: Counted) -> bool {
        value == Counted::Nil
    }
    fn set_element(self, table: &mut CountedTable, _: i64, _: Counted) -> Result<()> {
        table.elements += 1;
        Ok(())
    }
    fn set(self, table: &mut CountedTable, _: Counted, value: Counted) -> Result<()> {
        // A nil is not stored.
        table.others += usize::from(value != Counted::Nil);
        Ok(())
    }
    fn finish(self, table: CountedTable, _: Option<i64>) -> Result<Counted> {
        // Entries without room in advance are moved as the table doubles.
        let grown = |count: usize, room: usize| if count > room { count.saturating_mul(3) } else { room };
        let (elements, others) = (grown(table.elements, table.room.0), grown(table.others, table.room.1));
        // Integer keys may move to elements.
        let integers = if table.elements == 0 { others.saturating_mul(2) } else { 0 };
        self.add(table_bytes(elements.saturating_add(integers), others));
        Ok(Counted::Other)
    }
    fn at(self, failure: Failure, _: Counted) -> Failure {
        failure
    }
}
