//! The VM's state: what exists once per VM and is known to all layers.

use super::executor::ExecutorObject;
use super::finalizer::Finalizers;
use super::held_bytes::HeldBytes;
use super::identity::Identities;
use super::interner::Interner;
use super::native::{NativeObject, Natives};
use super::serial::Serials;
use super::settings::{Requests, Settings};
use super::singleton::Singletons;
use super::slot::Slot;
use super::step::StepState;
use super::string::StringObject;
use super::table::TableObject;
use super::tracing::{METERED, TracingContext};
use crate::object::Cause;
use fife_arena::{Blocks, Collect, DynamicRootSet, Gc, MaybeSend, Mutation, OutOfMemory, Tracer};
use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

macro_rules! events {
    ($($name:ident $text:literal)*) => {
        /// An event for which a metatable may have a metamethod, or a field that natives read. A metatable remembers
        /// which of the first 16 it lacks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Event {
            $(
                #[doc = concat!("`", $text, "`")]
                $name,
            )*
        }

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

/// How many natives have a function that the VM keeps.
pub(crate) const KEPT_NATIVES: usize = 5;

/// Types that share one metatable for all their values.
pub(super) const SHARED_METATABLES: usize = 8;

/// A value that the VM keeps for its host.
pub(crate) trait HostData: Any + MaybeSend {}
impl<T: Any + MaybeSend> HostData for T {}

/// What exists once per VM.
/// Memory that the compiler has used and will use again, counted. A whole cycle without loading lets go of it, and so does
/// a full collection.
#[derive(Default)]
pub(crate) struct CompilerBlocks {
    pub(crate) blocks: Blocks,
    /// `None` if there are no blocks.
    pub(crate) held: Option<HeldBytes>,
    pub(crate) is_in_use: bool,
}

impl CompilerBlocks {
    /// A cycle starts.
    pub(crate) fn age(&mut self, is_full: bool) {
        if is_full || !std::mem::take(&mut self.is_in_use) {
            *self = CompilerBlocks::default();
        }
    }
}

pub(crate) struct State<'gc> {
    pub(crate) interner: Interner,
    pub(super) serials: Serials<'gc>,
    /// The names of the metamethods, in the order of [`Event`].
    pub(crate) event_names: Box<[Gc<'gc, StringObject>]>,
    /// The natives that this VM knows by name.
    pub(crate) natives: Natives,
    pub(crate) globals: Gc<'gc, TableObject<'gc>>,
    pub(crate) registry: Gc<'gc, TableObject<'gc>>,
    /// Metatables of types that are not tables or userdata, by tag.
    pub(super) shared_metatables: Cell<[Option<Gc<'gc, TableObject<'gc>>>; SHARED_METATABLES]>,
    /// The text of the error that needs no memory to be raised.
    pub(crate) memory_message: Gc<'gc, StringObject>,
    pub(crate) memory_error: Gc<'gc, crate::object::ErrorObject<'gc>>,
    /// The error of a task in which the host's code panicked.
    pub(crate) panic_error: Gc<'gc, crate::object::ErrorObject<'gc>>,
    /// The error of a task that the host dropped.
    pub(crate) dropped_error: Gc<'gc, crate::object::ErrorObject<'gc>>,
    /// The error of a task that the host cancelled.
    pub(crate) cancel_error: Gc<'gc, crate::object::ErrorObject<'gc>>,
    pub(crate) step: StepState<'gc>,
    /// The bytes taken by the current conversion of values to Rust: see `api::handle::convert`.
    pub(crate) converted: Cell<usize>,
    pub(crate) requests: Requests,
    pub(crate) settings: Settings,
    /// The number of the last executor made.
    pub(crate) executors: Cell<u64>,
    /// A task that has returned and that nothing else refers to, for the host's next call.
    pub(crate) spare: Cell<Option<Gc<'gc, ExecutorObject<'gc>>>>,
    /// Functions of natives that calls of the host begin with, each made on first use. No script can reach them.
    pub(crate) kept_natives: [Cell<Option<Gc<'gc, NativeObject<'gc>>>>; KEPT_NATIVES],
    /// Bytes of external memory that objects gave back when they were dropped: see `HeldBytes`.
    pub(super) returned: Arc<AtomicUsize>,
    /// The compiler's memory between two chunks.
    pub(crate) compiler_blocks: RefCell<CompilerBlocks>,
    /// Whether the collector is between marking and removing dead entries of weak tables, when no script may look at
    /// them.
    pub(crate) is_clearing: Cell<bool>,
    pub(crate) finalizers: Finalizers<'gc>,
    /// Not marked with the state: dead entries are removed, and the others marked, before each sweep. A check shows
    /// that.
    pub(crate) identities: RefCell<Identities<'gc>>,
    /// The VM's data for the marker and tables. The arena owns it.
    pub(crate) tracing: &'gc TracingContext,
    pub(crate) singletons: Singletons<'gc>,
    /// The host's data, by type; `None` while it is in use.
    pub(crate) data: RefCell<HashMap<TypeId, Option<Box<dyn HostData>>>>,
    /// Objects kept by the host across calls of `enter`.
    pub(crate) roots: DynamicRootSet<'gc>,
    /// Tasks whose handles were dropped, which are abandoned in the next call that has the VM.
    pub(crate) dropped: super::OwnDroppedTasks,
    /// Sequences of abandoned tasks, whose states are dropped in that call: outside of steps, and not during a panic.
    pub(crate) released: RefCell<VecDeque<Gc<'gc, super::SequenceObject<'gc>>>>,
}

#[cfg(feature = "send")]
const _: fn(&State<'_>) = |state| state.ask_the_rest();

// SAFETY: shows everything it holds, except identities, from which everything dead is removed before it is swept. It is
// the arena's root, which is traced again at the end of marking.
unsafe impl Collect for State<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.interner.trace(tracer);
        self.serials.trace(tracer);
        self.event_names.trace(tracer);
        self.roots.trace(tracer);
        self.finalizers.trace(tracer);
        self.singletons.trace(tracer);
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
        tracer.mark(self.cancel_error);
        self.step.trace(tracer);
        if let Some(spare) = self.spare.get() {
            tracer.mark(spare);
        }
        self.kept_natives.iter().filter_map(Cell::get).for_each(|native| tracer.mark(native));
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
        let cancel_message = interner.intern(mc, b"task was cancelled", true)?;
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
            cancel_error: crate::object::ErrorObject::allocate(mc, Slot::string(cancel_message), Cause::Dropped),
            step: StepState::default(),
            converted: Cell::new(0),
            requests: Requests::default(),
            settings: Settings { limits, host, shows_warnings: Cell::new(false) },
            executors: Cell::new(0),
            spare: Cell::new(None),
            kept_natives: Default::default(),
            returned: Arc::default(),
            compiler_blocks: RefCell::default(),
            interner,
            is_clearing: Cell::new(false),
            finalizers: Finalizers::default(),
            identities: RefCell::default(),
            tracing,
            singletons: Singletons::default(),
            data: RefCell::default(),
            roots: DynamicRootSet::new(mc),
            dropped: super::OwnDroppedTasks::default(),
            released: RefCell::default(),
        })
    }

    /// For the argument in `api/lua/send.rs`: besides pointers into the heap and numbers, the parts of a state, and of
    /// objects traced by hand, are `Send`. A new field does not compile here until someone has considered it.
    #[cfg(feature = "send")]
    fn ask_the_rest(&self) {
        fn is_send<T: Send>(_: &T) {}
        fn are_send<T: Send>() {}
        let State {
            // In the heap.
            interner: _,
            serials: _,
            event_names: _,
            globals: _,
            registry: _,
            shared_metatables: _,
            memory_message: _,
            memory_error: _,
            panic_error: _,
            dropped_error: _,
            cancel_error: _,
            step: _,
            spare: _,
            kept_natives: _,
            finalizers: _,
            identities: _,
            roots: _,
            released: _,
            singletons: _,
            // Belongs to the arena, like the heap.
            tracing: _,
            natives,
            converted,
            requests,
            settings,
            executors,
            returned,
            compiler_blocks,
            is_clearing,
            dropped,
            data,
        } = self;
        is_send(natives);
        is_send(converted);
        is_send(requests);
        is_send(settings);
        is_send(executors);
        is_send(returned);
        is_send(compiler_blocks);
        is_send(is_clearing);
        is_send(dropped);
        is_send(data);
        are_send::<(&'static super::Native, &'static super::UserDataDescriptor)>();
        are_send::<(fife_bytecode::Prototype, Arc<super::Wakeup>)>();
    }

    #[inline]
    pub(crate) fn event_name(&self, event: Event) -> Gc<'gc, StringObject> {
        self.event_names[event as usize]
    }

    /// The fuel left in the running step while natives run; see `vm`.
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
        // Without metering, code never charges for more.
        let left = if METERED { 0 } else { -1 };
        if fuel > left {
            self.step.withhold(fuel - left);
            self.fuel().set(left);
        }
    }
}
