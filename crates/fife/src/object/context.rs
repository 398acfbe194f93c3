//! Access to a VM, for code that makes objects or uses what exists once per VM.

use super::collector::Collector;
use super::held_bytes::HeldBytes;
use super::slot::Slot;
use super::state::SHARED_METATABLES;
use super::string::{SHORT_STRING_LIMIT, StringObject, Unwritten};
use super::table::{TableObject, flag};
use super::{Event, LuaString, State, Table, Value};
use crate::native::{Host, Limits};
use fife_arena::{Gc, Mutation, OutOfMemory, Root, Rootable};

/// Access to a VM during one [`Lua::enter`](crate::Lua::enter): it allocates, and has what exists once per VM. Two
/// words, `Copy`.
#[derive(Clone, Copy)]
pub struct Context<'gc> {
    mc: &'gc Mutation<'gc>,
    state: &'gc State<'gc>,
}

impl<'gc> Context<'gc> {
    pub(crate) fn new(mc: &'gc Mutation<'gc>, state: &'gc State<'gc>) -> Context<'gc> {
        Context { mc, state }
    }

    /// Access to the heap.
    #[inline(always)]
    pub fn mc(self) -> &'gc Mutation<'gc> {
        self.mc
    }

    #[inline(always)]
    pub(crate) fn state(self) -> &'gc State<'gc> {
        self.state
    }

    /// The table of global variables.
    pub fn globals(self) -> Table<'gc> {
        Table(self.state.globals)
    }

    /// A table for hosts and libraries, out of reach for scripts.
    pub fn registry(self) -> Table<'gc> {
        Table(self.state.registry)
    }

    /// The number for a new object.
    #[inline(always)]
    pub(crate) fn next_serial(self) -> u32 {
        self.state.serials.next()
    }

    /// Numbers new objects as if `last` others had been made, for tests.
    pub(crate) fn set_last_serial(self, last: u32) {
        self.state.serials.set(last);
    }

    /// The number of a long string that is shown for the first time; never 0.
    pub(super) fn next_string_number(self) -> usize {
        self.state.serials.next_string()
    }

    /// The number of a table, function, userdata or coroutine, which no other object of this VM ever has. `tostring`
    /// shows it instead of an address. `None` for other values.
    pub fn object_number(self, value: Value<'gc>) -> Option<u64> {
        value.serial().map(|serial| self.state.serials.number(self, value, serial))
    }

    /// The limits of this VM.
    pub fn limits(self) -> &'gc Limits {
        &self.state.settings.limits
    }

    /// The host of this VM.
    pub fn host(self) -> &'gc dyn Host {
        &*self.state.settings.host
    }

    /// The VM's only object of a type, made on first use. It is kept as long as the VM, and so is what it refers to.
    ///
    /// ```
    /// use fife::arena::{Lock, OutOfMemory, Rootable};
    /// use fife::gc::{Context, Singleton, Table};
    /// use fife::{Collect, Lua};
    ///
    /// /// The tables that this library keeps for itself.
    /// #[derive(Collect)]
    /// struct Tables<'gc> {
    ///     cache: Table<'gc>,
    /// }
    ///
    /// impl<'gc> Singleton<'gc> for Tables<'gc> {
    ///     fn create(ctx: Context<'gc>) -> Result<Self, OutOfMemory> {
    ///         Ok(Tables { cache: ctx.try_table()? })
    ///     }
    /// }
    ///
    /// Lua::new().enter(|ctx| {
    ///     let tables = ctx.singleton::<Rootable![Tables<'_>]>()?;
    ///     let again = ctx.singleton::<Rootable![Tables<'_>]>()?;
    ///     assert!(tables.cache == again.cache);
    ///     Ok::<(), OutOfMemory>(())
    /// })?;
    /// # Ok::<(), fife::arena::OutOfMemory>(())
    /// ```
    ///
    /// # Errors
    /// There is no memory for it. In a native, [`Call::refused`](crate::gc::Call::refused) waits for a collection.
    pub fn singleton<S>(self) -> Result<Gc<'gc, Root<'gc, S>>, OutOfMemory>
    where
        S: for<'a> Rootable<'a> + 'static,
        Root<'gc, S>: super::Singleton<'gc>,
    {
        super::Singletons::get_or_create::<S>(self)
    }

    /// The collector: its counts, and requests to it.
    pub fn collector(self) -> Collector<'gc> {
        Collector::new(self)
    }

    /// Releases the memory outside of the heap of dropped objects.
    pub(crate) fn settle_external(self) {
        HeldBytes::settle(self);
    }

    /// Makes a string. It may exceed the limit on memory: a native that a script calls uses
    /// [`Call::make_string`](crate::gc::Call::make_string).
    ///
    /// If the system itself has no memory, the result is the string "not enough memory". Where that would be a mistake,
    /// use [`try_string`](Self::try_string).
    pub fn string(self, bytes: impl AsRef<[u8]>) -> LuaString<'gc> {
        LuaString(self.string_object(bytes.as_ref(), true).unwrap_or(self.state.memory_message))
    }

    /// Makes a string, if the limit on memory and the system allow it.
    #[cfg_attr(feature = "full", inline(always))]
    pub fn try_string(self, bytes: &[u8]) -> Result<LuaString<'gc>, OutOfMemory> {
        match self.state.interner.known(self.mc, bytes) {
            Some(known) => Ok(LuaString(known)),
            None => self.string_object(bytes, false).map(LuaString),
        }
    }

    /// As [`try_string`](Self::try_string), with more parts behind the text. All are copied only to the string.
    pub(crate) fn try_string_of(
        self,
        text: &[u8],
        more: &[&[u8]],
        forced: bool,
    ) -> Result<LuaString<'gc>, OutOfMemory> {
        let length = length_of(text, more);
        if length <= SHORT_STRING_LIMIT {
            let mut short = [0; SHORT_STRING_LIMIT];
            let mut bytes = Unwritten::over(&mut short);
            write_parts(&mut bytes, text, more);
            return self.string_object(&short[..length], forced).map(LuaString);
        }
        if length > self.state.settings.limits.string_bytes && !forced {
            return Err(OutOfMemory);
        }
        let fill = |bytes: &mut Unwritten<'_>| write_parts(bytes, text, more);
        StringObject::allocate(self.mc, length, 0, forced, fill).map(LuaString)
    }

    #[inline]
    pub(crate) fn string_object(self, bytes: &[u8], forced: bool) -> Result<Gc<'gc, StringObject>, OutOfMemory> {
        if bytes.len() <= SHORT_STRING_LIMIT {
            self.state.interner.intern(self.mc, bytes, forced)
        } else if bytes.len() > self.state.settings.limits.string_bytes && !forced {
            Err(OutOfMemory)
        } else {
            StringObject::allocate_copy(self.mc, bytes, 0, forced)
        }
    }

    /// Makes an empty table. It may exceed the limit on memory: a native that a script calls uses
    /// [`Call::make_table`](crate::gc::Call::make_table).
    pub fn table(self) -> Table<'gc> {
        match TableObject::allocate(self.mc, 0, 0, self.next_serial(), true) {
            Ok(table) => Table(table),
            Err(OutOfMemory) => std::alloc::handle_alloc_error(std::alloc::Layout::new::<TableObject<'_>>()),
        }
    }

    /// Makes an empty table, if the limit on memory allows it.
    pub fn try_table(self) -> Result<Table<'gc>, OutOfMemory> {
        TableObject::allocate(self.mc, 0, 0, self.next_serial(), false).map(Table)
    }

    /// The metatable of any value.
    #[inline]
    pub fn metatable(self, value: Value<'gc>) -> Option<Table<'gc>> {
        self.metatable_of(Slot::from(value)).map(Table)
    }

    #[inline]
    pub(crate) fn metatable_of(self, value: Slot<'gc>) -> Option<Gc<'gc, TableObject<'gc>>> {
        use super::tag;
        match value.tag() {
            tag::TABLE => value.as_table().and_then(|table| table.metatable.get()),
            tag::USERDATA => value.as_userdata().and_then(|data| data.metatable.get()),
            other => self.shared_metatables().get(shared_index(other)).copied().flatten(),
        }
    }

    /// Sets or removes the metatable of a value, as Lua's `debug.setmetatable` does. An object whose metatable has a
    /// `__gc` is noted for it, which takes some memory. All types other than tables and userdata have one metatable per
    /// type. Without memory nothing is changed.
    pub fn set_metatable(self, value: Value<'gc>, metatable: Option<Table<'gc>>) -> Result<(), OutOfMemory> {
        if let Some(metatable) = metatable {
            self.note_finalizer(value, metatable)?;
        }
        match value {
            Value::Table(table) => table.set_metatable(self.mc, metatable),
            Value::UserData(data) => data.set_metatable(self.mc, metatable),
            other => self.set_shared_metatable(other, metatable),
        }
        Ok(())
    }

    /// If the metatable that an object is about to get has a `__gc`, notes the object, so that the `__gc` is called
    /// before the object is freed.
    fn note_finalizer(self, object: Value<'gc>, metatable: Table<'gc>) -> Result<(), OutOfMemory> {
        let is_listed = match object {
            Value::Table(table) => table.0.flags.get() & flag::FINALIZABLE != 0,
            Value::UserData(data) => data.0.is_finalizable.get(),
            _ => true,
        };
        if is_listed || metatable.0.get_short_string(self.state.event_name(Event::Gc)).is_nil() {
            return Ok(());
        }
        self.state.finalizers.add(self.mc, Slot::from(object))?;
        self.set_finalizable(object, true);
        Ok(())
    }

    fn set_finalizable(self, object: Value<'gc>, is_finalizable: bool) {
        match object {
            Value::Table(table) => {
                let others = table.0.flags.get() & !flag::FINALIZABLE;
                table.0.flags.set(others | if is_finalizable { flag::FINALIZABLE } else { 0 });
            }
            Value::UserData(data) => data.0.is_finalizable.set(is_finalizable),
            _ => {}
        }
    }

    /// Takes the next object whose finalizer is due. It may get a finalizer again.
    pub(crate) fn take_due_finalizer(self) -> Option<Slot<'gc>> {
        let object = self.state.finalizers.take_due()?;
        self.set_finalizable(object.value(), false);
        Some(object)
    }

    /// Whether warnings are shown. Initially they are not.
    pub fn shows_warnings(self) -> bool {
        self.state.settings.shows_warnings.get()
    }

    /// Sets whether warnings are shown, as a script does by `warn("@on")` and `warn("@off")`.
    pub fn show_warnings(self, yes: bool) {
        self.state.settings.shows_warnings.set(yes);
    }

    /// Shows a warning made of these parts, if warnings are shown, by [`Host::write_error`]: see Lua's `warn`. Does not
    /// charge for it.
    pub fn warn(self, parts: &[&[u8]]) {
        if self.shows_warnings() {
            let mut text = b"Lua warning: ".to_vec();
            parts.iter().for_each(|part| text.extend_from_slice(part));
            text.push(b'\n');
            let _ = self.state.settings.host.write_error(&text);
        }
    }

    /// The table in which methods of strings are found, if that is known already.
    #[inline(always)]
    pub(crate) fn string_methods(self) -> Option<Gc<'gc, TableObject<'gc>>> {
        self.shared_metatables()[shared_index(super::tag::STRING)]?.index_cache.get()
    }

    #[inline(always)]
    fn shared_metatables(self) -> [Option<Gc<'gc, TableObject<'gc>>>; SHARED_METATABLES] {
        self.state.shared_metatables.get()
    }

    /// Sets the metatable shared by all values of a value's type; not for tables and userdata.
    pub fn set_shared_metatable(self, value: Value<'gc>, metatable: Option<Table<'gc>>) {
        let index = shared_index(Slot::from(value).tag());
        let mut all = self.shared_metatables();
        if let Some(entry) = all.get_mut(index) {
            *entry = metatable.map(|table| table.0);
            self.state.shared_metatables.set(all);
        }
    }
}

const fn shared_index(tag_of: u8) -> usize {
    use super::tag;
    match tag_of {
        tag::NIL => 0,
        tag::FALSE | tag::TRUE => 1,
        tag::INTEGER | tag::FLOAT => 2,
        tag::STRING => 3,
        tag::CLOSURE | tag::NATIVE => 4,
        tag::THREAD => 5,
        _ => SHARED_METATABLES,
    }
}

/// The length of a text with more parts behind it.
pub(super) fn length_of(text: &[u8], more: &[&[u8]]) -> usize {
    more.iter().fold(text.len(), |length, part| length + part.len())
}

fn write_parts(bytes: &mut Unwritten<'_>, text: &[u8], more: &[&[u8]]) {
    bytes.put(text);
    more.iter().for_each(|part| bytes.put(part));
}
