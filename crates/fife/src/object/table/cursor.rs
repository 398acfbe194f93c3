//! Traverses a table with a position that the caller keeps, so that no key has to be looked up.

use super::traverse::END;
use super::{Table, UnknownKey};
use crate::object::{Context, Slot, charge_key};
use fife_arena::Collect;

/// A position in the traversal of a table: the order is that of `next` and `pairs`.
///
/// A cursor stays exact as long as no entry is added to the table; changes and removals are fine. After an addition it
/// is still a position, but entries may be skipped or come twice.
///
/// ```
/// use fife::Lua;
/// use fife::gc::{TableCursor, Visited};
///
/// let lua = Lua::new();
/// lua.enter(|ctx| {
///     let table = ctx.table();
///     table.set(ctx, 1, "one".len() as i64).unwrap();
///     table.set_field(ctx, "two", 3);
///     let (mut cursor, mut sum) = (TableCursor::START, 0);
///     loop {
///         match cursor.advance(ctx, table) {
///             Visited::Entry(_, value) => sum += value.value().to_integer().unwrap(),
///             Visited::Pending => {}
///             Visited::End => break,
///         }
///     }
///     assert_eq!(sum, 6);
/// });
/// ```
#[derive(Collect, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableCursor(u32);

/// The result of advancing a [`TableCursor`].
#[derive(Clone, Copy)]
pub enum Visited<'gc> {
    /// An entry: its key and its value.
    Entry(Slot<'gc>, Slot<'gc>),
    /// It has passed many empty places and is not yet at the end: advance again. A native checks its fuel first.
    Pending,
    /// The end. Advancing again gives the same.
    End,
}

impl TableCursor {
    /// Before the first entry.
    pub const START: TableCursor = TableCursor(0);

    /// After the entry of a key, which may have been removed meanwhile; before the first entry for nil. Charges for
    /// comparing a long string, and for hashing one that is used as a key for the first time.
    pub fn after<'gc>(ctx: Context<'gc>, table: Table<'gc>, key: Slot<'gc>) -> Result<TableCursor, UnknownKey> {
        charge_key(ctx, key);
        table.0.position_after(key, 0, ctx.state().interner.seed).map(TableCursor).ok_or(UnknownKey)
    }

    /// Moves to the next entry, or over many empty places. Charges a unit for each 8 places passed.
    #[inline]
    pub fn advance<'gc>(&mut self, ctx: Context<'gc>, table: Table<'gc>) -> Visited<'gc> {
        if self.0 == END {
            return Visited::End;
        }
        let (entry, after, passed) = table.0.next_entry(self.0);
        ctx.state().charge(passed as usize / 8);
        self.0 = after;
        match entry {
            Some((key, value)) => Visited::Entry(key, value),
            None if after == END => Visited::End,
            None => Visited::Pending,
        }
    }
}
