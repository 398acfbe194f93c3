//! For natives and sequences that work in steps: raw access to tables, fuel on the way, and continuing as a sequence.

use super::{Call, Reply};
use crate::error::Error;
use crate::native::step;
use crate::native::{Interrupt, Sequence, Step};
use crate::object::{Slot, Table, TableError, TableObject};

impl<'gc> Call<'gc, '_> {
    /// Charges for work that was done, and interrupts the sequence if the fuel is used up. The sequence must be ready
    /// to continue.
    #[inline]
    pub fn spend(&self, fuel: usize) -> Step<'gc, ()> {
        self.charge(fuel);
        if self.fuel_left() <= 0 { Err(Interrupt::Pause) } else { Ok(()) }
    }

    /// Continues, as a sequence, work that the native began and that was interrupted: it waits for fuel, or the call at
    /// the end of the window is made first. What was begun must not have had an effect outside of the sequence: as with
    /// [`sequence`](Self::sequence), memory may be refused, and the native is called again then.
    ///
    /// ```
    /// use fife::gc::{Call, Error, Function, Operations, Poll, Reply, Sequence, finish};
    /// use fife::{Collect, Lua, native};
    ///
    /// #[derive(Collect, Default)]
    /// struct Shout<'gc>(Operations<'gc>);
    ///
    /// impl<'gc> Sequence<'gc> for Shout<'gc> {
    ///     const NAME: &'static str = "app.shout";
    ///
    ///     fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
    ///         self.0.resume(call);
    ///         let text = self.0.concatenate(call, call.get(0), call.ctx().string("!"));
    ///         finish(text.map(|text| {
    ///             call.push(text.value());
    ///             1
    ///         }))
    ///     }
    /// }
    ///
    /// /// `shout(value)`: the value and an exclamation mark.
    /// fn shout<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    ///     let value = call.any(0)?;
    ///     let mut operations = Operations::default();
    ///     match operations.concatenate(call, value, call.ctx().string("!")) {
    ///         Ok(text) => call.one(text.value()),
    ///         Err(interrupt) => call.go_on(interrupt, Shout(operations)),
    ///     }
    /// }
    ///
    /// let mut lua = Lua::new();
    /// lua.enter(|ctx| {
    ///     ctx.globals().set_field(ctx, "shout", Function::native(ctx, native!("app.shout", shout)).unwrap())
    /// });
    /// let source = "return shout('one') .. \
    ///     shout(setmetatable({}, {__concat = function(_, s) return 'two' .. s end}))";
    /// assert_eq!(lua.load(source).eval::<String>()?, "one!two!");
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn go_on(
        &mut self,
        interrupt: Interrupt<'gc>,
        sequence: impl Sequence<'gc> + 'gc,
    ) -> Result<Reply, Error<'gc>> {
        step::go_on(self, interrupt, sequence)
    }

    /// The table at this place of the window if it has no metatable, so that all access to it is raw.
    #[inline(always)]
    pub fn raw_table(&self, index: usize) -> Option<Table<'gc>> {
        self.slot(index).to_table().filter(|table| table.metatable().is_none())
    }

    /// `table[key] = value`, without metamethods.
    ///
    /// # Errors
    /// Memory was refused, and nothing was stored. After a collection the store happens again: the native is called
    /// again, if it had no effect yet, or the next poll reaches the same store.
    #[inline(always)]
    pub fn raw_set(&self, table: Table<'gc>, key: i64, value: Slot<'gc>) -> Result<(), Error<'gc>> {
        if TableObject::set_array(table.0, self.ctx.mc(), key, value) {
            return Ok(());
        }
        self.raw_set_elsewhere(table, key, value)
    }

    #[inline(never)]
    fn raw_set_elsewhere(&self, table: Table<'gc>, key: i64, value: Slot<'gc>) -> Result<(), Error<'gc>> {
        table.set_slot(self.ctx, key, value).map_err(|error| {
            // Nothing has had an effect yet, so it is tried again after a collection.
            if error == TableError::OutOfMemory { self.refused() } else { self.failed(error) }
        })
    }
}
