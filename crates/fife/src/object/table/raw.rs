//! Fast raw access: elements as slots, room for them, and runs of them. The library `table` is written on it.

use super::{PART_LIMIT, TableObject};
use crate::object::{Context, Slot, Table, TableError};
use fife_arena::OutOfMemory;

impl<'gc> Table<'gc> {
    /// Makes a table with room for this many elements of a list and this many other entries, if the limit on memory
    /// allows it: for code that knows beforehand how much it stores. A native that a script calls uses
    /// [`Call::make_table_with`](crate::gc::Call::make_table_with).
    pub fn try_with_room(ctx: Context<'gc>, elements: usize, others: usize) -> Result<Table<'gc>, OutOfMemory> {
        if elements > PART_LIMIT || others > PART_LIMIT {
            return Err(OutOfMemory);
        }
        TableObject::allocate(ctx.mc(), elements, others, ctx.next_serial(), false).map(Table)
    }

    /// The value of an integer key, as a slot: the fastest way to read an element.
    #[inline(always)]
    pub fn get_slot(self, key: i64) -> Slot<'gc> {
        self.0.get_integer(key)
    }

    /// Sets the value of an integer key, from a slot: the fastest way to store an element.
    ///
    /// # Errors
    /// Memory was refused, for a key that the table does not have. The store had no effect and can be tried again;
    /// [`Call::raw_set`](crate::gc::Call::raw_set) does so after a collection.
    #[inline]
    pub fn set_slot(self, ctx: Context<'gc>, key: i64, value: Slot<'gc>) -> Result<(), TableError> {
        if TableObject::set_array(self.0, ctx.mc(), key, value) {
            return Ok(());
        }
        self.set_slot_elsewhere(ctx, key, value)
    }

    #[inline(never)]
    fn set_slot_elsewhere(self, ctx: Context<'gc>, key: i64, value: Slot<'gc>) -> Result<(), TableError> {
        TableObject::set(self.0, ctx.mc(), Slot::integer(key), value, ctx.state().interner.seed)
    }

    /// How many elements the table has room for as a list.
    #[inline]
    pub fn capacity(self) -> usize {
        self.0.array_capacity.get() as usize
    }

    /// How far that room may be filled: all elements after this number are nil. For a list it is usually the length.
    #[inline]
    pub fn filled(self) -> usize {
        self.0.array_length.get() as usize
    }

    /// Makes room for the elements of a list up to this number, so that storing them allocates nothing, unless the
    /// table has many other entries and is growing already. The caller charges for the elements moved: a unit for each
    /// 8.
    ///
    /// # Errors
    /// The limit on memory refuses it, or a table cannot have that many.
    pub fn reserve(self, ctx: Context<'gc>, elements: usize) -> Result<(), OutOfMemory> {
        TableObject::reserve_array(self.0, ctx.mc(), elements)
    }

    /// Makes room for this many entries in all that are not elements of a list, so that adding them allocates nothing.
    /// The entries that there are move at once; the caller charges for them, a unit for each 8.
    ///
    /// # Errors
    /// The limit on memory refuses it, or a table cannot have that many.
    ///
    /// ```
    /// use fife::Lua;
    ///
    /// let lua = Lua::new();
    /// lua.enter(|ctx| {
    ///     let point = ctx.table();
    ///     point.reserve_fields(ctx, 3).unwrap();
    ///     for name in ["x", "y", "z"] {
    ///         point.set_field(ctx, name, 0);
    ///     }
    ///     assert!(point.reserve_fields(ctx, usize::MAX).is_err());
    /// });
    /// ```
    pub fn reserve_fields(self, ctx: Context<'gc>, count: usize) -> Result<(), OutOfMemory> {
        TableObject::reserve_nodes(self.0, ctx.mc(), count)
    }

    /// Copies the values of `count` integer keys from `from` on to those of `target` from `to` on, as if all were read
    /// before one is stored. The tables may be the same. Returns false, and does nothing, unless all of them have room
    /// in their tables as elements of lists, and the collector does not need to see the values; then store them one by
    /// one.
    ///
    /// The caller charges for the work, and bounds it. `table.move` charges a unit per element.
    ///
    /// ```
    /// use fife::Lua;
    ///
    /// let lua = Lua::new();
    /// lua.enter(|ctx| {
    ///     let list = ctx.table();
    ///     list.reserve(ctx, 4).unwrap();
    ///     for key in 1..=3 {
    ///         list.set(ctx, key, 10 * key).unwrap();
    ///     }
    ///     assert!(list.copy_run(ctx, 1, list, 2, 3));
    ///     assert_eq!([1, 2, 3, 4].map(|key| list.get_integer(key).to_integer().unwrap()), [10, 10, 20, 30]);
    ///     assert!(!list.copy_run(ctx, 1, list, 3, 3), "there is no room for a fifth");
    /// });
    /// ```
    #[inline]
    pub fn copy_run(self, ctx: Context<'gc>, from: i64, target: Table<'gc>, to: i64, count: u64) -> bool {
        TableObject::copy_slots(self.0, target.0, ctx.mc(), from, to, count)
    }
}
