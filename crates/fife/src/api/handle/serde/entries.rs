//! Traverses tables as lists and maps, without metamethods.

use super::account::Account;
use super::de::{Role, Within};
use super::failure::Failure;
use super::marks::is_null;
use super::options::Foreign;
use crate::api::handle::Mismatch;
use crate::object::{Context, Table, TableCursor, Value, Visited};
use serde::de::{DeserializeSeed, MapAccess, SeqAccess};
use std::cmp::Ordering;

/// What keys a table has.
pub(super) enum Shape {
    /// Exactly the integers from 1 to this one.
    List(usize),
    /// Some of the integers from 1 to this one.
    Holes(i64),
    /// Other keys, too.
    Map,
}

/// Looks at all keys of a table.
pub(super) fn shape<'gc>(account: &Account<'_, 'gc>, table: Table<'gc>) -> Result<Shape, Failure> {
    account.pass(table)?;
    let (mut cursor, mut count, mut last) = (TableCursor::START, 0, 0);
    let shape = loop {
        match cursor.advance(account.ctx, table) {
            Visited::Entry(key, _) => {
                let Value::Integer(key @ 1..) = key.value() else { break Shape::Map };
                (count, last) = (count + 1, last.max(key));
            }
            Visited::Pending => {}
            Visited::End if last == count => break Shape::List(usize::try_from(count).unwrap_or(usize::MAX)),
            Visited::End => break Shape::Holes(last),
        }
    };
    account.ctx.state().charge(usize::try_from(count).unwrap_or(usize::MAX) / 4);
    Ok(shape)
}

/// Whether a value is not data: not a scalar, string, table or null.
pub(super) fn is_foreign(value: Value<'_>) -> bool {
    match value {
        Value::Function(_) | Value::Thread(_) => true,
        Value::UserData(data) => !is_null(data),
        _ => false,
    }
}

// ---- Lists ----

/// The elements of a list that are still to be read.
pub(super) struct Elements<'a, 'gc> {
    pub(super) within: &'a Within<'a, 'gc>,
    pub(super) next: usize,
    pub(super) last: usize,
}

/// How many bytes a growing list takes for each element of this size: half as much again as the elements, and all of
/// that twice while they move. The first element comes with room for some others.
fn element_bytes(size: usize, is_first: bool) -> usize {
    if is_first { size.saturating_mul(4).max(8) } else { size.saturating_mul(3) }
}

impl<'de> SeqAccess<'de> for Elements<'_, '_> {
    type Error = Failure;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Failure> {
        if self.next > self.last {
            return Ok(None);
        }
        let key = self.next as i64;
        self.next += 1;
        self.within.account().take(element_bytes(size_of::<S::Value>(), key == 1))?;
        let value = self.within.source(self.within.table.get_integer(key), Role::Value);
        seed.deserialize(value).map(Some).map_err(|failure| failure.at(Value::Integer(key)))
    }
}

// ---- Maps ----

/// The entries of a map or struct that are still to be read.
pub(super) struct Entries<'a, 'gc> {
    within: &'a Within<'a, 'gc>,
    order: Order<'gc>,
    /// Whether keys are names of fields.
    role: Role,
    /// The entry whose key was read last, and the bytes the key takes.
    entry: Option<(Value<'gc>, Value<'gc>)>,
    key_bytes: usize,
    is_first: bool,
}

enum Order<'gc> {
    OfTable(TableCursor),
    Sorted(std::vec::IntoIter<(Value<'gc>, Value<'gc>)>),
}

impl<'a, 'gc> Entries<'a, 'gc> {
    pub(super) fn new(within: &'a Within<'a, 'gc>, role: Role) -> Result<Entries<'a, 'gc>, Failure> {
        within.account().pass(within.table)?;
        let order = if within.account().options.sort_keys {
            Order::Sorted(sorted(within.account(), within.table)?.into_iter())
        } else {
            Order::OfTable(TableCursor::START)
        };
        Ok(Entries { within, order, role, entry: None, key_bytes: 0, is_first: true })
    }

    /// The next entry.
    pub(super) fn advance(&mut self) -> Result<Option<(Value<'gc>, Value<'gc>)>, Failure> {
        loop {
            let (key, value) = match &mut self.order {
                Order::Sorted(entries) => match entries.next() {
                    Some(entry) => entry,
                    None => return Ok(None),
                },
                Order::OfTable(cursor) => match cursor.advance(self.within.account().ctx, self.within.table) {
                    Visited::Entry(key, value) => (key.value(), value.value()),
                    Visited::Pending => continue,
                    Visited::End => return Ok(None),
                },
            };
            let skips = self.within.account().options.foreign == Foreign::Skip;
            if !skips || !is_foreign(key) && !is_foreign(value) {
                return Ok(Some((key, value)));
            }
            self.within.account().read(0)?;
        }
    }

    /// Checks that all entries were read.
    pub(super) fn end(&mut self) -> Result<(), Failure> {
        match self.advance()? {
            Some((key, _)) => Err(Failure::new(Mismatch::text("one entry too many")).at(key)),
            None => Ok(()),
        }
    }
}

impl<'de> MapAccess<'de> for Entries<'_, '_> {
    type Error = Failure;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Failure> {
        let Some((key, value)) = self.advance()? else { return Ok(None) };
        (self.entry, self.key_bytes) = (Some((key, value)), size_of::<S::Value>());
        let source = self.within.source(key, self.role);
        let read = seed.deserialize(source).map(Some);
        read.map_err(|failure| if self.role == Role::Key { failure.in_key() } else { failure })
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Failure> {
        let Some((key, value)) = self.entry.take() else {
            return Err(serde::de::Error::custom("a value was asked for before its key"));
        };
        if self.role == Role::Key {
            // A map's first entry comes with room for eleven, as in a `BTreeMap`.
            let bytes = self.key_bytes.saturating_add(size_of::<S::Value>()).saturating_add(8);
            self.within.account().take(bytes.saturating_mul(if self.is_first { 12 } else { 4 }))?;
            self.is_first = false;
        }
        let source = self.within.source(value, Role::Value);
        seed.deserialize(source).map_err(|failure| failure.at(key))
    }
}

// ---- Sorted keys ----

/// All entries of a table, by their keys.
fn sorted<'gc>(account: &Account<'_, 'gc>, table: Table<'gc>) -> Result<Vec<(Value<'gc>, Value<'gc>)>, Failure> {
    let (mut cursor, mut entries, mut bytes) = (TableCursor::START, Vec::new(), 0_usize);
    loop {
        match cursor.advance(account.ctx, table) {
            Visited::Entry(key, value) => {
                account.take(element_bytes(2 * size_of::<Value<'_>>(), false))?;
                if let Value::String(text) = key.value() {
                    bytes = bytes.saturating_add(text.len());
                }
                entries.push((key.value(), value.value()));
            }
            Visited::Pending => {}
            Visited::End => break,
        }
    }
    // Strings with a common beginning are compared to their ends.
    let comparisons = entries.len().checked_ilog2().unwrap_or(0) as usize + 1;
    account.ctx.state().charge((entries.len() + bytes / 16).saturating_mul(comparisons));
    entries.sort_by(|(left, _), (right, _)| compare_keys(account.ctx, *left, *right));
    Ok(entries)
}

fn compare_keys<'gc>(ctx: Context<'gc>, left: Value<'gc>, right: Value<'gc>) -> Ordering {
    let rank = |value: Value<'gc>| match value {
        Value::Integer(_) | Value::Number(_) => 0,
        Value::String(_) => 1,
        Value::Boolean(_) => 2,
        _ => 3,
    };
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => left.cmp(&right),
        (Value::String(left), Value::String(right)) => left.as_bytes().cmp(right.as_bytes()),
        (Value::Boolean(left), Value::Boolean(right)) => left.cmp(&right),
        // No key is NaN. For an integer and a float that round to the same value, any fixed order will do.
        (Value::Integer(_) | Value::Number(_), Value::Integer(_) | Value::Number(_)) => {
            let floats = left.to_number().unwrap_or(0.0).total_cmp(&right.to_number().unwrap_or(0.0));
            let kind = |value: Value<'gc>| matches!(value, Value::Number(_));
            floats.then(kind(left).cmp(&kind(right)))
        }
        _ => rank(left).cmp(&rank(right)).then_with(|| ctx.object_number(left).cmp(&ctx.object_number(right))),
    }
}
