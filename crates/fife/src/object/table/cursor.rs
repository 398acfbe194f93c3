//! Going through a table with a position that the caller keeps, so that no key has to be looked for.

use super::traverse::END;
use super::{Table, UnknownKey};
use crate::object::{Context, Slot, charge_key};
use fife_arena::Collect;

/// A position in the traversal of a table: the order is that of `next` and `pairs`.
///
/// A cursor keeps its meaning as long as no entry is added to the table, whatever is changed or removed; after that it
/// still is a position, but entries may be passed over or come twice.
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

/// What a [`TableCursor`] came to.
#[derive(Clone, Copy)]
pub enum Visited<'gc> {
    /// An entry: its key and its value.
    Entry(Slot<'gc>, Slot<'gc>),
    /// Many empty places, and not yet the end: advance again, in a native after a look at the fuel.
    Pending,
    /// The end. Advancing again comes to it again.
    End,
}

impl TableCursor {
    /// Before the first entry.
    pub const START: TableCursor = TableCursor(0);

    /// Behind the entry of a key, which may have been removed meanwhile; before the first entry for nil. Charges for
    /// comparing a long string, and for hashing one that is used as a key for the first time.
    pub fn after<'gc>(ctx: Context<'gc>, table: Table<'gc>, key: Slot<'gc>) -> Result<TableCursor, UnknownKey> {
        charge_key(ctx, key);
        table.0.position_after(key, 0, ctx.state().interner.seed).map(TableCursor).ok_or(UnknownKey)
    }

    /// Goes on to the next entry, or over many empty places. Charges a unit for each 8 places passed.
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
