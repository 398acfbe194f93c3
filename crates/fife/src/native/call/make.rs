//! What natives make: objects of which a script decides how many there are, or how long.
//!
//! A host trusts itself, and makes its few objects by [`Context`]'s methods, whatever the limit on memory. What a script
//! can have made again and again is made by those of [`Call`], which the limit refuses. All of them may be called before
//! the native's first effect only: refused, they have it called again after a collection, with the same arguments.

use super::Call;
use crate::error::Error;
use crate::object::{Function, LuaString, Native};
use crate::object::{
    SHORT_STRING_LIMIT, Slot, StringObject, Table, Thread, ThreadObject, UserData, UserDataType, Value,
};
use fife_arena::{Collect, Gc, OutOfMemory, Root};

/// What a new coroutine costs: its stack and its frames.
const COROUTINE_COST: usize = 20;

impl<'gc> Call<'gc, '_> {
    /// Makes an empty table.
    ///
    /// Like the other methods that make something, and like [`reserve`](Self::reserve), it is to be called before the first
    /// effect. If the limit on memory refuses the object, the native is called again, with the same arguments, after a
    /// collection; only then is it an error.
    ///
    /// ```
    /// use fife::gc::{Call, Error, Function, Native, Reply};
    /// use fife::{Lua, native};
    ///
    /// static PAIR: &Native = native!("app.pair", pair);
    ///
    /// /// `pair(a, b)`: a table of the two.
    /// fn pair<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    ///     let table = call.make_table()?;
    ///     for (index, value) in [(1, call.any(0)?), (2, call.any(1)?)] {
    ///         table.set(call.ctx(), index, value).map_err(|error| call.failed(error))?;
    ///     }
    ///     call.one(table)
    /// }
    ///
    /// let mut lua = Lua::new();
    /// lua.enter(|ctx| ctx.globals().set_field(ctx, "pair", Function::native(ctx, PAIR).unwrap()));
    /// assert_eq!(lua.load("#pair('a', 'b')").eval::<i64>()?, 2);
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn make_table(&self) -> Result<Table<'gc>, Error<'gc>> {
        self.ctx.try_table().map_err(|OutOfMemory| self.refused())
    }

    /// Makes an empty table with room for that many elements of a list and that many other entries. When to call it, see
    /// [`make_table`](Self::make_table).
    pub fn make_table_with(&self, elements: usize, others: usize) -> Result<Table<'gc>, Error<'gc>> {
        self.reserve(elements.saturating_mul(size_of::<Slot<'_>>()))?;
        Table::try_with_room(self.ctx, elements, others).map_err(|OutOfMemory| self.refused())
    }

    /// Makes a native function, as [`Function::native_with`] does. When to call it, see [`make_table`](Self::make_table). An error
    /// as well if another definition has the name.
    pub fn make_function(
        &self,
        definition: &'static Native,
        upvalues: &[Value<'gc>],
    ) -> Result<Function<'gc>, Error<'gc>> {
        self.ctx.state().natives.register(definition).map_err(|taken| self.error(taken.to_string()))?;
        Function::try_native_with(self.ctx, definition, upvalues).map_err(|OutOfMemory| self.refused())
    }

    /// Makes a userdata of this object, of a type that [`userdata_type!`](crate::userdata_type!) defines. When to call it, see
    /// [`make_table`](Self::make_table). What the object holds outside of the VM's memory is not counted.
    pub fn make_userdata<R>(&self, data: Root<'gc, R>) -> Result<UserData<'gc>, Error<'gc>>
    where
        R: UserDataType,
        Root<'gc, R>: Sized + Collect,
    {
        let data = Gc::try_new(self.ctx.mc(), data).map_err(|OutOfMemory| self.refused())?;
        UserData::try_new::<R>(self.ctx, data).map_err(|OutOfMemory| self.refused())
    }

    /// Makes a coroutine that will call `function`, at 20 units. When to call it, see [`make_table`](Self::make_table). An error as well if
    /// there are as many coroutines as [`Limits::coroutines`](crate::Limits::coroutines) allows, even after a collection.
    ///
    /// ```
    /// use fife::gc::{Call, Error, Function, Native, Reply};
    /// use fife::{Lua, native};
    ///
    /// static LATER: &Native = native!("app.later", later);
    ///
    /// /// `later(f)`: a coroutine that will call `f`.
    /// fn later<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    ///     let thread = call.make_coroutine(call.function(0)?)?;
    ///     call.one(thread)
    /// }
    ///
    /// let mut lua = Lua::new();
    /// lua.enter(|ctx| ctx.globals().set_field(ctx, "later", Function::native(ctx, LATER).unwrap()));
    /// let source = "local _, two = coroutine.resume(later(function() return 2 end)) return two";
    /// assert_eq!(lua.load(source).eval::<i64>()?, 2);
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn make_coroutine(&self, function: Function<'gc>) -> Result<Thread<'gc>, Error<'gc>> {
        self.charge(COROUTINE_COST);
        self.check_coroutines()?;
        let made = ThreadObject::calling(self.ctx, Slot::from(Value::Function(function)), &[]);
        let thread = made.map_err(|OutOfMemory| self.refused())?;
        self.coroutine_made();
        Ok(Thread(thread))
    }

    /// An error if there are as many coroutines as the limit allows, even after a collection: as [`reserve`](Self::reserve).
    fn check_coroutines(&self) -> Result<(), Error<'gc>> {
        let state = self.ctx.state();
        if state.tracing.threads.alive() < state.settings.limits.coroutines {
            return Ok(());
        }
        if state.step.may_wait() && state.settings.limits.coroutines > 0 {
            return Err(self.refused());
        }
        // Who catches that may let go of some.
        state.step.let_wait();
        Err(self.error("too many coroutines"))
    }

    /// A coroutine was made: so if there are too many of them later in this step, it may wait for a collection again.
    fn coroutine_made(&self) {
        let state = self.ctx.state();
        if state.settings.limits.coroutines != usize::MAX {
            state.step.let_wait();
        }
    }

    /// Makes a string. When to call it, see [`make_table`](Self::make_table). An error as well if the limit on the length of
    /// strings refuses it.
    #[inline]
    pub fn make_string(&self, bytes: &[u8]) -> Result<LuaString<'gc>, Error<'gc>> {
        self.check_length(bytes.len())?;
        match self.ctx.string_object(bytes, false) {
            Ok(string) => Ok(LuaString(string)),
            Err(OutOfMemory) => Err(self.refused()),
        }
    }

    /// As [`make_string`](Self::make_string), for `length` bytes that `fill` writes into zeroed memory.
    pub fn make_string_with(&self, length: usize, fill: impl FnOnce(&mut [u8])) -> Result<LuaString<'gc>, Error<'gc>> {
        if length <= SHORT_STRING_LIMIT {
            let mut bytes = [0; SHORT_STRING_LIMIT];
            fill(&mut bytes[..length]);
            return self.make_string(&bytes[..length]);
        }
        self.check_length(length)?;
        match StringObject::allocate(self.ctx.mc(), length, 0, false, fill) {
            Ok(string) => Ok(LuaString(string)),
            Err(OutOfMemory) => Err(self.refused()),
        }
    }

    #[inline]
    pub(super) fn check_length(&self, length: usize) -> Result<(), Error<'gc>> {
        if length > self.ctx.state().settings.limits.string_bytes {
            return Err(self.error("resulting string too large"));
        }
        Ok(())
    }
}
