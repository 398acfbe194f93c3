//! The arena: a heap tied to its root, opened only inside callbacks.

use crate::collect::Collect;
use crate::gc::{Gc, GcWeak};
use crate::heap::{Heap, Metrics, Phase};
use crate::mark::Tracer;
use std::marker::PhantomData;
use std::mem::MaybeUninit;

/// A type with a lifetime parameter: it tells an [`Arena`] the type of its root. Made by
/// [`Rootable!`](crate::Rootable!).
pub trait Rootable<'a> {
    /// The type for this lifetime.
    type Root: 'a;
}

/// The root type of `R` for one lifetime.
pub type Root<'a, R> = <R as Rootable<'a>>::Root;

/// The type that [`Rootable!`](crate::Rootable!) makes.
#[doc(hidden)]
pub struct DynRootable<T: ?Sized>(PhantomData<T>);

impl<'a, T: ?Sized + Rootable<'a>> Rootable<'a> for DynRootable<T> {
    type Root = <T as Rootable<'a>>::Root;
}

/// The proxy of a type with a lifetime: `Rootable![MyRoot<'_>]`, or `Rootable!['gc => Gc<'gc, T<'gc>>]`.
#[macro_export]
macro_rules! Rootable {
    ($lifetime:lifetime => $root:ty) => {
        $crate::DynRootable<dyn for<$lifetime> $crate::Rootable<$lifetime, Root = $root>>
    };
    ($root:ty) => {
        $crate::Rootable!['__fife_gc => $crate::name_lifetimes!('__fife_gc; $root)]
    };
}

/// Access to the heap during one [`Arena::mutate`] call: it allocates, and the write barrier needs it.
#[repr(transparent)]
pub struct Mutation<'gc> {
    heap: Heap,
    brand: PhantomData<std::cell::Cell<&'gc ()>>,
}

impl<'gc> Mutation<'gc> {
    #[inline(always)]
    pub(crate) fn heap(&self) -> &Heap {
        &self.heap
    }

    /// The counts of bytes.
    pub fn metrics(&self) -> Metrics {
        self.heap.metrics()
    }

    /// What the collector is doing.
    pub fn phase(&self) -> Phase {
        self.heap.phase.get()
    }

    /// The context that the arena was made with ([`Arena::with_context`]), if it has this type.
    #[inline]
    pub fn context<T: 'static>(&self) -> Option<&T> {
        self.heap.context()
    }
}

/// A heap and its root.
///
/// ```
/// use fife_arena::{Arena, Collect, Gc, Lock, Rootable};
///
/// #[derive(Collect)]
/// struct Root<'gc> {
///     counter: Gc<'gc, Lock<i64>>,
/// }
///
/// let mut arena = Arena::<Rootable![Root<'_>]>::new(|mc| Root { counter: Gc::new(mc, Lock::new(1)) });
/// arena.mutate(|mc, root| root.counter.set(mc, 2));
/// arena.collect_all();
/// assert_eq!(arena.mutate(|_, root| root.counter.get()), 2);
/// ```
pub struct Arena<R: for<'a> Rootable<'a>> {
    /// Always initialised. It may hold references into the context, whose lifetime is shorter than their type says. As
    /// plain fields they would, when an arena is moved into a function, promise to last until the function returns,
    /// although it may drop the arena.
    root: MaybeUninit<Root<'static, R>>,
    context: Box<Mutation<'static>>,
}

impl<R: for<'a> Rootable<'a>> Drop for Arena<R> {
    fn drop(&mut self) {
        // SAFETY: it is initialised and not used any more, and it is dropped before what it points to.
        unsafe { self.root.assume_init_drop() }
    }
}

impl<R: for<'a> Rootable<'a>> Arena<R>
where
    for<'a> Root<'a, R>: Collect,
{
    /// An arena with the root that `make` returns.
    pub fn new<F>(make: F) -> Arena<R>
    where
        F: for<'gc> FnOnce(&'gc Mutation<'gc>) -> Root<'gc, R>,
    {
        match Arena::try_new(|mc| Ok::<_, std::convert::Infallible>(make(mc))) {
            Ok(arena) => arena,
        }
    }

    /// An arena with the root that `make` returns, if it does.
    pub fn try_new<F, E>(make: F) -> Result<Arena<R>, E>
    where
        F: for<'gc> FnOnce(&'gc Mutation<'gc>) -> Result<Root<'gc, R>, E>,
    {
        Arena::with_context((), make)
    }

    /// As [`try_new`](Self::try_new), with a value that [`Mutation::context`] and [`Tracer::context`] show to code that
    /// can name its type. It stays in place, and is dropped after all objects. Use a type of your own: only code that
    /// can name it has access.
    pub fn with_context<T, F, E>(context: T, make: F) -> Result<Arena<R>, E>
    where
        T: 'static,
        F: for<'gc> FnOnce(&'gc Mutation<'gc>) -> Result<Root<'gc, R>, E>,
    {
        let context = Box::new(Mutation { heap: Heap::new(context), brand: PhantomData });
        // SAFETY: the heap stays in place for as long as the root exists, and `make` cannot distinguish this lifetime
        // from any other.
        let root = make(unsafe { &*(&*context as *const Mutation<'static>) })?;
        Ok(Arena { root: MaybeUninit::new(root), context })
    }

    /// Gives access to the root. Nothing is collected meanwhile.
    pub fn mutate<F, T>(&self, callback: F) -> T
    where
        F: for<'gc> FnOnce(&'gc Mutation<'gc>, &'gc Root<'gc, R>) -> T,
    {
        // SAFETY: the callback is generic over the lifetime, so nothing with it outlives the call; the root is
        // only reborrowed under a shorter, invariant name.
        unsafe {
            let context: &'static Mutation<'static> = &*(&*self.context as *const Mutation<'static>);
            let root: &'static Root<'static, R> = &*self.root.as_ptr();
            callback(context, root)
        }
    }

    /// As [`mutate`](Self::mutate), with the root itself open to change.
    pub fn mutate_root<F, T>(&mut self, callback: F) -> T
    where
        F: for<'gc> FnOnce(&'gc Mutation<'gc>, &'gc mut Root<'gc, R>) -> T,
    {
        // SAFETY: as in `mutate`. The root is traced again at the end of marking, so it needs no barrier.
        unsafe {
            let context: &'static Mutation<'static> = &*(&*self.context as *const Mutation<'static>);
            let root: &'static mut Root<'static, R> = &mut *self.root.as_mut_ptr();
            callback(context, root)
        }
    }

    fn heap(&self) -> &Heap {
        self.context.heap()
    }

    /// The counts of bytes.
    pub fn metrics(&self) -> Metrics {
        self.heap().metrics()
    }

    /// Sets the limit on held bytes; `None` for no limit. A limit below what is held refuses every allocation that
    /// needs more.
    pub fn set_limit(&mut self, limit: Option<usize>) {
        self.heap().set_limit(limit);
    }

    /// What the collector is doing.
    pub fn phase(&self) -> Phase {
        self.heap().phase.get()
    }

    /// The bytes allocated since the counter was last changed by [`add_debt`](Self::add_debt), which the collector must
    /// work off. It goes up with allocation and down with explicit frees.
    pub fn debt(&self) -> isize {
        self.heap().debt.get()
    }

    /// Changes the debt. Collectors pay it off with negative amounts.
    pub fn add_debt(&mut self, bytes: isize) {
        self.heap().debt.set(self.heap().debt.get().saturating_add(bytes));
    }

    /// Sets the debt from which on [`Mutation::is_under_pressure`] is true.
    pub fn set_pressure(&mut self, debt: isize) {
        self.heap().pressure.set(debt);
    }

    /// As [`Mutation::is_under_pressure`].
    pub fn is_under_pressure(&self) -> bool {
        self.context.is_under_pressure()
    }

    /// Makes the arena check itself, for tests: freed slots are overwritten, everything that marking reaches must be in
    /// use, and before each sweep the heap is marked a second time, which must not reach anything that is about to be
    /// freed. An error ends the process with a report on standard error. Much slower.
    pub fn set_poison(&mut self, poison: bool) {
        self.heap().poison.set(poison);
    }

    /// Makes freed slots wait for the end of the next cycle before they are used again, for tests: a pointer to one
    /// then finds an overwritten object rather than another object.
    pub fn set_quarantine(&mut self, quarantine: bool) {
        self.heap().quarantine.set(quarantine);
    }

    /// Refuses allocations, for tests in builds with debug assertions: after the next `after` allocations that may be
    /// refused, `count` are. Other builds do nothing here.
    pub fn refuse_allocations(&mut self, after: u64, count: u64) {
        self.heap().refusals.set((after, count));
    }

    /// Starts a cycle if none is running.
    pub fn start_marking(&mut self) {
        if self.heap().phase.get() == Phase::Sleep {
            self.heap().phase.set(Phase::Mark);
            self.heap().resurrected_bytes.set(0);
            self.heap().ephemerons.work.set(0);
            self.trace_root(0);
        }
    }

    fn trace_root(&self, budget: usize) -> Tracer<'_> {
        let mut tracer = Tracer::new(self.heap(), budget);
        tracer.trace_root(self.root());
        tracer
    }

    fn root(&self) -> &Root<'static, R> {
        // SAFETY: it is initialised as long as the arena exists.
        unsafe { self.root.assume_init_ref() }
    }

    /// Marks for about `budget` bytes of work, starting a cycle if none is running. Once everything reachable is
    /// marked, returns the marked arena. During a sweep it does nothing.
    pub fn mark(&mut self, budget: usize) -> Option<MarkedArena<'_, R>> {
        self.start_marking();
        match self.heap().phase.get() {
            Phase::Mark => {
                let mut tracer = Tracer::new(self.heap(), budget);
                if !tracer.drain() {
                    return None;
                }
                // The root may have changed since it was traced; tracing it again is cheap.
                let rest = tracer.budget();
                let mut tracer = self.trace_root(rest);
                if !tracer.drain() {
                    return None;
                }
                self.heap().phase.set(Phase::Marked);
                self.heap().mark_lanes();
                Some(MarkedArena { arena: self })
            }
            Phase::Marked => Some(MarkedArena { arena: self }),
            Phase::Sleep | Phase::Sweep => None,
        }
    }

    /// Sweeps for about `budget` bytes of work, including the destructors of what is freed. True when the cycle is
    /// over. While marking it does nothing and returns false.
    pub fn sweep(&mut self, budget: usize) -> bool {
        match self.heap().phase.get() {
            Phase::Sleep => true,
            Phase::Mark | Phase::Marked => false,
            Phase::Sweep => {
                let done = self.heap().sweep(budget);
                if done {
                    self.heap().phase.set(Phase::Sleep);
                    self.heap().segments.age();
                    self.heap().collections.set(self.heap().collections.get() + 1);
                }
                done
            }
        }
    }

    /// Sets how many bytes of freed memory are kept for reuse, if that is more than 8 MiB: as many as will probably be
    /// needed soon.
    pub fn keep(&mut self, bytes: usize) {
        self.heap().segments.keep(bytes);
    }

    /// How many bytes of objects were dead in the last or running cycle and were resurrected. Most will be dead in the
    /// next one.
    pub fn resurrected_bytes(&self) -> usize {
        self.heap().resurrected_bytes.get()
    }

    /// Returns a part of the freed memory that is not kept to the system, up to 8 MiB; the rest still counts as held.
    /// False if nothing of it is left.
    pub fn give_back(&mut self) -> bool {
        self.heap().segments.give_portion()
    }

    /// Returns all freed memory to the system, however long it takes, and keeps none for reuse.
    pub fn give_back_all(&mut self) {
        while self.heap().segments.give_spare() {}
    }

    /// Ends the running cycle, if any, and runs a whole one: everything unreachable is freed. For hosts without
    /// weak structures of their own; others use [`mark`](Self::mark) and [`sweep`](Self::sweep).
    pub fn collect_all(&mut self) {
        let again = self.phase() != Phase::Sleep;
        for _ in 0..1 + usize::from(again) {
            while self.phase() != Phase::Sweep {
                if let Some(marked) = self.mark(usize::MAX) {
                    marked.start_sweeping();
                }
            }
            while !self.sweep(usize::MAX) {}
        }
        self.give_back_all();
    }
}

/// An arena in which everything reachable is marked and nothing is freed yet.
pub struct MarkedArena<'a, R: for<'b> Rootable<'b>> {
    arena: &'a mut Arena<R>,
}

impl<R: for<'a> Rootable<'a>> MarkedArena<'_, R>
where
    for<'a> Root<'a, R>: Collect,
{
    /// Gives access to the root, and to methods that tell what is dead and resurrect it.
    pub fn finalize<F, T>(&mut self, callback: F) -> T
    where
        F: for<'gc> FnOnce(&'gc Finalization<'gc>, &'gc Root<'gc, R>) -> T,
    {
        self.arena.mutate(|mc, root| {
            // SAFETY: `Finalization` is a transparent wrapper of `Mutation`.
            let finalization = unsafe { &*(mc as *const Mutation<'_> as *const Finalization<'_>) };
            callback(finalization, root)
        })
    }

    /// Sets whether objects marked from now on were dead and are resurrected: see [`Arena::resurrected_bytes`].
    pub fn set_resurrecting(&mut self, is_resurrecting: bool) {
        self.arena.heap().is_resurrecting.set(is_resurrecting);
    }

    /// Marks what [`Finalization::resurrect`] brought back, and what it reaches, for about `budget` bytes of work. True
    /// when nothing is left to mark.
    pub fn mark_resurrected(&mut self, budget: usize) -> bool {
        // Objects made since are gray. Slots that lanes hold ready must not be taken for objects.
        self.arena.heap().retire_lanes();
        Tracer::new(self.arena.heap(), budget).drain()
    }

    /// As [`mark_resurrected`](Self::mark_resurrected), and also for what the root has gained since marking ended.
    pub fn mark_again(&mut self, budget: usize) -> bool {
        self.arena.heap().retire_lanes();
        self.arena.trace_root(0);
        Tracer::new(self.arena.heap(), budget).drain()
    }

    /// Starts sweeping. What was resurrected is marked first.
    pub fn start_sweeping(self) {
        let heap = self.arena.heap();
        heap.retire_lanes();
        // The root may refer to something that was resurrected.
        heap.check_parent(None);
        self.arena.trace_root(0);
        while !Tracer::new(heap, usize::MAX).drain() {}
        if heap.poison.get() {
            heap.check_marking(self.arena.root());
        }
        heap.open_sweep();
        heap.phase.set(Phase::Sweep);
    }
}

/// Access to the heap between marking and sweeping.
#[repr(transparent)]
pub struct Finalization<'gc>(Mutation<'gc>);

impl<'gc> Finalization<'gc> {
    /// Whether the object was not reached.
    pub fn is_dead<T>(&self, object: Gc<'gc, T>) -> bool {
        // SAFETY: a `Gc` points into a live page.
        unsafe { self.0.heap().is_dead(object.erased()) }
    }

    /// As [`is_dead`](Self::is_dead), for an object given as a pointer into it.
    ///
    /// # Safety
    /// It points into the first granule of an object of this arena that was not swept away.
    pub unsafe fn is_dead_raw(&self, object: std::ptr::NonNull<u8>) -> bool {
        // SAFETY: the caller's promise.
        unsafe { self.0.heap().is_dead(object) }
    }

    /// Whether a weak pointer's object was not reached, or died in an earlier cycle.
    pub fn is_weak_dead<T>(&self, object: GcWeak<'gc, T>) -> bool {
        object.is_dropped(&self.0)
    }

    /// Makes the object, and what it reaches, reachable for this cycle.
    pub fn resurrect<T>(&self, object: Gc<'gc, T>) {
        // SAFETY: a `Gc` points into a live page.
        unsafe { self.0.heap().mark_forward(object.erased()) }
    }
}

impl Finalization<'_> {
    /// As [`resurrect`](Self::resurrect), for an object given as a pointer into it.
    ///
    /// # Safety
    /// It points into the first granule of an object of this arena that was not swept away.
    pub unsafe fn resurrect_raw(&self, object: std::ptr::NonNull<u8>) {
        // SAFETY: the caller's promise.
        unsafe { self.0.heap().mark_forward(object) }
    }

    /// Makes marking `key`, now or later in this cycle, mark `value` as well: an ephemeron. The effect shows after
    /// [`MarkedArena::mark_resurrected`].
    ///
    /// # Safety
    /// Both point into the first granules of objects of this arena that were not swept away, and `key` into one that is
    /// traced: not a leaf.
    pub unsafe fn mark_with(&self, key: std::ptr::NonNull<u8>, value: std::ptr::NonNull<u8>) {
        // SAFETY: the caller's promise.
        unsafe { self.0.heap().mark_with(key, value) }
    }
}

impl<'gc> std::ops::Deref for Finalization<'gc> {
    type Target = Mutation<'gc>;
    fn deref(&self) -> &Mutation<'gc> {
        &self.0
    }
}
