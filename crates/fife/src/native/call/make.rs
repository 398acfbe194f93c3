//! Makes objects whose number or size a script decides.
//!
//! A host trusts itself, and makes its few objects with the methods of [`Context`], whatever the limit on memory.
//! Objects that a script can have made again and again are made with the methods of [`Call`], which the limit can
//! refuse. Call these only before the native's first effect: after a refusal the native is called again, after a
//! collection, with the same arguments.

use super::Call;
use crate::error::Error;
use crate::object::{Function, LuaString, Native};
use crate::object::{
    SHORT_STRING_LIMIT, Slot, StringObject, Table, Thread, ThreadObject, UserData, UserDataType, Value,
};
use fife_arena::{Collect, Gc, OutOfMemory, Root};

/// The fuel for a new coroutine: for its stack and its frames.
const COROUTINE_COST: usize = 20;

impl<'gc> Call<'gc, '_> {
    /// Makes an empty table.
    ///
    /// Like the other methods that make objects, and like [`reserve`](Self::reserve), call it before the first effect.
    /// If the limit on memory refuses the object, the native is called again, with the same arguments, after a
    /// collection. It is a final error only if the object is refused again.
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

    /// Makes an empty table with room for this many elements of a list and this many other entries. For when to call
    /// it, see [`make_table`](Self::make_table).
    pub fn make_table_with(&self, elements: usize, others: usize) -> Result<Table<'gc>, Error<'gc>> {
        self.reserve(elements.saturating_mul(size_of::<Slot<'_>>()))?;
        Table::try_with_room(self.ctx, elements, others).map_err(|OutOfMemory| self.refused())
    }

    /// Makes a native function, as [`Function::native_with`] does. For when to call it, see
    /// [`make_table`](Self::make_table). Also fails if another definition has the name.
    pub fn make_function(
        &self,
        definition: &'static Native,
        upvalues: &[Value<'gc>],
    ) -> Result<Function<'gc>, Error<'gc>> {
        self.ctx.state().natives.register(definition).map_err(|taken| self.error(taken.to_string()))?;
        Function::try_native_with(self.ctx, definition, upvalues).map_err(|OutOfMemory| self.refused())
    }

    /// Makes a userdata of this object, of a type that [`userdata_type!`](crate::userdata_type!) defines. For when to
    /// call it, see [`make_table`](Self::make_table). What the object holds outside of the VM's memory is not counted.
    pub fn make_userdata<R>(&self, data: Root<'gc, R>) -> Result<UserData<'gc>, Error<'gc>>
    where
        R: UserDataType,
        Root<'gc, R>: Sized + Collect,
    {
        let data = Gc::try_new(self.ctx.mc(), data).map_err(|OutOfMemory| self.refused())?;
        UserData::try_new::<R>(self.ctx, data).map_err(|OutOfMemory| self.refused())
    }

    /// Makes a coroutine that will call `function`. Costs 20 units. For when to call it, see
    /// [`make_table`](Self::make_table). Also fails if there are as many coroutines as
    /// [`Limits::coroutines`](crate::Limits::coroutines) allows, even after a collection.
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
        let made = ThreadObject::calling(self.ctx, Slot::from(Value::Function(function)), std::iter::empty());
        let thread = made.map_err(|OutOfMemory| self.refused())?;
        self.coroutine_made();
        Ok(Thread(thread))
    }

    /// Fails, as [`reserve`](Self::reserve) does, if there are as many coroutines as the limit allows, even after a
    /// collection.
    fn check_coroutines(&self) -> Result<(), Error<'gc>> {
        let state = self.ctx.state();
        // The task that the VM keeps for the host's next call does not count.
        let alive = state.tracing.threads.alive().saturating_sub(state.spare.get().is_some().into());
        if alive < state.settings.limits.coroutines {
            return Ok(());
        }
        if state.step.may_wait() && state.settings.limits.coroutines > 0 {
            return Err(self.refused());
        }
        // A script that catches this may release some coroutines.
        state.step.let_wait();
        Err(self.error("too many coroutines"))
    }

    /// Notes a new coroutine, so that a later one in this step may wait for a collection again.
    fn coroutine_made(&self) {
        let state = self.ctx.state();
        if state.settings.limits.coroutines != usize::MAX {
            state.step.let_wait();
        }
    }

    /// Makes a string. For when to call it, see [`make_table`](Self::make_table). Also fails if it is longer than the
    /// limit on strings.
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
        match StringObject::allocate(self.ctx.mc(), length, 0, false, |bytes| fill(bytes.rest())) {
            Ok(string) => Ok(LuaString(string)),
            Err(OutOfMemory) => Err(self.refused()),
        }
    }

    #[inline]
    pub(in crate::native) fn check_length(&self, length: usize) -> Result<(), Error<'gc>> {
        if length > self.ctx.state().settings.limits.string_bytes {
            return Err(self.error("resulting string too large"));
        }
        Ok(())
    }
}
