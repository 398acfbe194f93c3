//! The VM's state: what is one per VM and known to all layers.

use super::finalizer::Finalizers;
use super::identity::Identities;
use super::interner::Interner;
use super::native::Natives;
use super::serial::Serials;
use super::slot::Slot;
use super::string::{SHORT_STRING_LIMIT, StringObject};
use super::table::{END as TABLE_END, TableObject, flag};
use super::tracing::{METERED, TracingContext};
use super::{LuaString, Table, ThreadObject, Value};
use crate::object::Cause;
use fife_arena::{Collect, DynamicRootSet, Gc, Mutation, OutOfMemory, Tracer};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

macro_rules! events {
    ($($name:ident $text:literal)*) => {
        /// A metamethod event. Those of the first 16 that a metatable lacks are remembered in it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Event { $($name),* }

        impl Event {
            pub(crate) const NAMES: &'static [&'static str] = &[$($text),*];
        }
    };
}
events! {
    Index "__index" NewIndex "__newindex" Call "__call" Eq "__eq" Len "__len" Lt "__lt" Le "__le" Concat "__concat"
    Close "__close" Add "__add" Sub "__sub" Mul "__mul" Div "__div" Gc "__gc" Pairs "__pairs" ToString "__tostring"
    Unm "__unm" Mod "__mod" Pow "__pow" IDiv "__idiv" BAnd "__band" BOr "__bor" BXor "__bxor" Shl "__shl" Shr "__shr" BNot "__bnot"
    Name "__name" Metatable "__metatable" Mode "__mode"
}

/// Types that share one metatable for all their values.
const SHARED_METATABLES: usize = 8;

/// What is one per VM.
pub(crate) struct State<'gc> {
    pub(crate) interner: Interner,
    serials: Serials<'gc>,
    /// The names of the metamethods, in the order of [`Event`].
    pub(crate) event_names: Box<[Gc<'gc, StringObject>]>,
    /// The natives that this VM knows by name.
    pub(crate) natives: Natives,
    pub(crate) globals: Gc<'gc, TableObject<'gc>>,
    pub(crate) registry: Gc<'gc, TableObject<'gc>>,
    /// Metatables of types that are not tables or userdata, by tag.
    shared_metatables: Cell<[Option<Gc<'gc, TableObject<'gc>>>; SHARED_METATABLES]>,
    /// The text of the error that needs no memory to be raised.
    pub(crate) memory_message: Gc<'gc, StringObject>,
    pub(crate) memory_error: Gc<'gc, crate::object::ErrorObject<'gc>>,
    /// The error of a task in which the host's code panicked.
    pub(crate) panic_error: Gc<'gc, crate::object::ErrorObject<'gc>>,
    /// The error of a task that the host dropped.
    pub(crate) dropped_error: Gc<'gc, crate::object::ErrorObject<'gc>>,
    /// Whether a step runs: steps do not nest.
    pub(crate) is_stepping: Cell<bool>,
    /// Fuel put aside to end the step early.
    pub(crate) withheld: Cell<i64>,
    /// Whether a native was refused memory, and is to be called again after a collection.
    pub(crate) is_refused: Cell<bool>,
    /// Whether a refused request may wait for a collection; if not, refusal is an error.
    pub(crate) may_wait: Cell<bool>,
    /// The running thread of the running executor.
    pub(crate) running: Cell<Option<Gc<'gc, ThreadObject<'gc>>>>,
    pub(crate) executors: Cell<u32>,
    /// Bytes of external memory that objects gave back when they were dropped: see `HeldBytes`.
    pub(super) returned: Arc<AtomicUsize>,
    pub(crate) limits: crate::native::Limits,
    pub(crate) host: Box<dyn crate::native::Host>,
    /// Whether `collectgarbage` asked for a full collection, which the driver does before the next step.
    pub(crate) collection_wanted: Cell<bool>,
    pub(crate) collector_stopped: Cell<bool>,
    /// Work that `collectgarbage("step")` asked for, in bytes, which the driver does before the next step; and whether what was
    /// asked for last ended a cycle.
    pub(crate) collection_step: Cell<Option<usize>>,
    pub(crate) cycle_ended: Cell<bool>,
    /// The collector is between marking and removing dead entries of weak tables: no script may look at them.
    pub(crate) is_clearing: Cell<bool>,
    pub(crate) finalizers: Finalizers<'gc>,
    /// Not marked with the state: cleared of what is dead, and then marked, before each sweep. A check shows that.
    pub(crate) identities: RefCell<Identities<'gc>>,
    /// Whether the running executor is in a finalizer.
    pub(crate) is_finalizing: Cell<bool>,
    /// Whether warnings are shown: `warn("@on")`.
    pub(crate) shows_warnings: Cell<bool>,
    /// What marker and tables know of the VM. The arena owns it.
    pub(crate) tracing: &'gc TracingContext,
    /// Objects kept by the host across calls of `enter`.
    pub(crate) roots: DynamicRootSet<'gc>,
    /// Tasks whose handles were dropped, which are abandoned in the next call that has the VM.
    pub(crate) dropped: Arc<super::DroppedTasks>,
    /// Sequences of abandoned tasks, whose states are to be dropped in that call: outside of steps, and where no panic is under way.
    pub(crate) released: RefCell<VecDeque<Gc<'gc, super::SequenceObject<'gc>>>>,
}

// SAFETY: shows everything it holds, but for identities, which are rid of all that is dead before it is swept; it is the arena's
// root, which is traced again at the end of marking.
unsafe impl Collect for State<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.interner.trace(tracer);
        self.serials.trace(tracer);
        self.event_names.trace(tracer);
        self.roots.trace(tracer);
        self.finalizers.trace(tracer);
        self.released.borrow().iter().for_each(|sequence| tracer.mark(*sequence));
        tracer.mark(self.globals);
        tracer.mark(self.registry);
        for metatable in self.shared_metatables.get().into_iter().flatten() {
            tracer.mark(metatable);
        }
        tracer.mark(self.memory_message);
        tracer.mark(self.memory_error);
        tracer.mark(self.panic_error);
        tracer.mark(self.dropped_error);
        if let Some(running) = self.running.get() {
            tracer.mark(running);
        }
        if tracer.is_check() {
            self.identities.borrow().show(tracer);
        }
    }
}

impl<'gc> State<'gc> {
    /// The state of a VM whose arena was made with this context.
    pub(crate) fn new(
        mc: &'gc Mutation<'gc>,
        limits: crate::native::Limits,
        host: Box<dyn crate::native::Host>,
        natives: Natives,
    ) -> Result<State<'gc>, OutOfMemory> {
        let tracing = mc.context::<TracingContext>().expect("a VM's arena is made with a tracing context");
        let interner = Interner::new(mc, tracing.seed)?;
        let event_names = Event::NAMES
            .iter()
            .map(|name| interner.intern(mc, name.as_bytes(), true))
            .collect::<Result<Box<[_]>, _>>()?;
        tracing.set_mode_name(event_names[Event::Mode as usize]);
        let memory_message = interner.intern(mc, b"not enough memory", true)?;
        let panic_message = interner.intern(mc, b"host code panicked", true)?;
        let dropped_message = interner.intern(mc, b"task was dropped", true)?;
        Ok(State {
            serials: Serials::after(2),
            event_names,
            natives,
            globals: TableObject::allocate(mc, 0, 0, 1, true)?,
            registry: TableObject::allocate(mc, 0, 0, 2, true)?,
            shared_metatables: Cell::new([None; SHARED_METATABLES]),
            memory_message,
            memory_error: crate::object::ErrorObject::allocate(mc, Slot::string(memory_message), Cause::Memory),
            panic_error: crate::object::ErrorObject::allocate(mc, Slot::string(panic_message), Cause::Panic),
            dropped_error: crate::object::ErrorObject::allocate(mc, Slot::string(dropped_message), Cause::Dropped),
            is_stepping: Cell::new(false),
            withheld: Cell::new(0),
            is_refused: Cell::new(false),
            may_wait: Cell::new(true),
            running: Cell::new(None),
            executors: Cell::new(0),
            returned: Arc::default(),
            limits,
            host,
            interner,
            collection_wanted: Cell::new(false),
            collector_stopped: Cell::new(false),
            collection_step: Cell::new(None),
            cycle_ended: Cell::new(false),
            is_clearing: Cell::new(false),
            finalizers: Finalizers::default(),
            identities: RefCell::default(),
            is_finalizing: Cell::new(false),
            shows_warnings: Cell::new(false),
            tracing,
            roots: DynamicRootSet::new(mc),
            dropped: Arc::default(),
            released: RefCell::default(),
        })
    }

    #[inline]
    pub(crate) fn event_name(&self, event: Event) -> Gc<'gc, StringObject> {
        self.event_names[event as usize]
    }

    /// Fuel left to the running step while natives run; see `vm`.
    #[inline(always)]
    pub(crate) fn fuel(&self) -> &Cell<i64> {
        &self.tracing.fuel
    }

    /// Takes fuel for work. It may leave a debt.
    #[inline(always)]
    pub(crate) fn charge(&self, fuel: usize) {
        self.tracing.charge(fuel);
    }

    /// Ends the step as soon as the code charges for more, keeping its fuel.
    pub(crate) fn interrupt(&self) {
        let fuel = self.fuel().get();
        // Without a meter nothing charges for more.
        let left = if METERED { 0 } else { -1 };
        if fuel > left {
            self.withheld.set(self.withheld.get() + fuel - left);
            self.fuel().set(left);
        }
    }
}

/// Access to a VM during one [`Lua::enter`](crate::Lua::enter): what allocates, and what is one per VM. Two words, `Copy`.
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

    #[inline]
    pub(super) fn serials(self) -> &'gc Serials<'gc> {
        &self.state.serials
    }

    /// Makes a string. It may pass the limit on memory: a native that a script calls uses
    /// [`Call::make_string`](crate::Call::make_string).
    ///
    /// Where the system itself has no memory, it is the string "not enough memory" instead: for bytes that must not be mistaken, use
    /// [`try_string`](Self::try_string).
    pub fn string(self, bytes: impl AsRef<[u8]>) -> LuaString<'gc> {
        LuaString(self.string_object(bytes.as_ref(), true).unwrap_or(self.state.memory_message))
    }

    /// Makes a string, if the limit on memory, and the system, allow.
    pub fn try_string(self, bytes: &[u8]) -> Result<LuaString<'gc>, OutOfMemory> {
        self.string_object(bytes, false).map(LuaString)
    }

    #[inline]
    pub(crate) fn string_object(self, bytes: &[u8], forced: bool) -> Result<Gc<'gc, StringObject>, OutOfMemory> {
        if bytes.len() <= SHORT_STRING_LIMIT {
            self.state.interner.intern(self.mc, bytes, forced)
        } else if bytes.len() > self.state.limits.string_bytes && !forced {
            Err(OutOfMemory)
        } else {
            StringObject::allocate_copy(self.mc, bytes, 0, forced)
        }
    }

    /// Makes an empty table. It may pass the limit on memory: a native that a script calls uses
    /// [`Call::make_table`](crate::Call::make_table).
    pub fn table(self) -> Table<'gc> {
        match TableObject::allocate(self.mc, 0, 0, self.next_serial(), true) {
            Ok(table) => Table(table),
            Err(OutOfMemory) => std::alloc::handle_alloc_error(std::alloc::Layout::new::<TableObject<'_>>()),
        }
    }

    /// Makes an empty table, if the limit on memory allows.
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

    /// Sets or removes the metatable of a value as Lua's `debug.setmetatable` does: an object whose metatable has a `__gc` is
    /// noted for it, which takes some memory; types other than tables and userdata share one metatable. Without memory nothing
    /// is changed.
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

    /// Has the `__gc` of an object that is about to get a metatable, if that has one now, called before the object goes away.
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

    /// Takes the next object whose finalizer is to be called. It may get one again.
    pub(crate) fn take_due_finalizer(self) -> Option<Slot<'gc>> {
        let object = self.state.finalizers.take_due()?;
        self.set_finalizable(object.value(), false);
        Some(object)
    }

    /// Shows a warning, if they are shown. See Lua's `warn`.
    pub(crate) fn warn(self, parts: &[&[u8]]) {
        if self.state.shows_warnings.get() {
            let mut text = b"Lua warning: ".to_vec();
            parts.iter().for_each(|part| text.extend_from_slice(part));
            text.push(b'\n');
            let _ = self.state.host.write_error(&text);
        }
    }

    fn shared_metatables(self) -> [Option<Gc<'gc, TableObject<'gc>>>; SHARED_METATABLES] {
        self.state.shared_metatables.get()
    }

    /// Sets the metatable that all values of a value's type share: not for tables and userdata.
    pub fn set_shared_metatable(self, value: Value<'gc>, metatable: Option<Table<'gc>>) {
        let index = shared_index(Slot::from(value).tag());
        let mut all = self.shared_metatables();
        if let Some(entry) = all.get_mut(index) {
            *entry = metatable.map(|table| table.0);
            self.state.shared_metatables.set(all);
        }
    }
}

fn shared_index(tag_of: u8) -> usize {
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

impl<'gc> Table<'gc> {
    /// The value of a key, without metamethods.
    pub fn get(self, ctx: Context<'gc>, key: impl Into<Value<'gc>>) -> Value<'gc> {
        self.0.get(Slot::from(key.into()), ctx.state.interner.seed).value()
    }

    /// The value of a string key, without metamethods.
    pub fn get_field(self, ctx: Context<'gc>, key: &str) -> Value<'gc> {
        match ctx.try_string(key.as_bytes()) {
            Ok(key) => self.get(ctx, key),
            // It takes memory only if there is no such string, and then it is a key of no table.
            Err(OutOfMemory) if key.len() <= SHORT_STRING_LIMIT => Value::Nil,
            Err(OutOfMemory) => self.get(ctx, ctx.string(key)),
        }
    }

    /// Sets the value of a key, without metamethods.
    pub fn set(
        self,
        ctx: Context<'gc>,
        key: impl Into<Value<'gc>>,
        value: impl Into<Value<'gc>>,
    ) -> Result<(), super::TableError> {
        TableObject::set(self.0, ctx.mc, Slot::from(key.into()), Slot::from(value.into()), ctx.state.interner.seed)
    }

    /// Sets the value of a string key, without metamethods. Past the limit on memory if need be: for hosts.
    pub fn set_field(self, ctx: Context<'gc>, key: &str, value: impl Into<Value<'gc>>) {
        let key = Slot::from(Value::String(ctx.string(key)));
        let value = Slot::from(value.into());
        if TableObject::set(self.0, ctx.mc, key, value, ctx.state.interner.seed).is_err() {
            // Only the limit can refuse a string key.
            let _ = TableObject::insert(self.0, ctx.mc, key, value, true);
        }
    }

    /// The entry after a key's in traversal order, nil for the first; `None` at the end, an error if the key is not
    /// in the table.
    pub fn next(self, ctx: Context<'gc>, key: Value<'gc>) -> Result<Option<(Value<'gc>, Value<'gc>)>, UnknownKey> {
        let mut position = self.0.position_after(Slot::from(key), 0, ctx.state.interner.seed).ok_or(UnknownKey)?;
        let entry = loop {
            let (entry, after, passed) = self.0.next_entry(position);
            ctx.state.charge(passed as usize / 8);
            if entry.is_some() || after == TABLE_END {
                break entry;
            }
            position = after;
        };
        Ok(entry.map(|(key, value)| (key.value(), value.value())))
    }
}

/// The key given to [`Table::next`] is not in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownKey;
