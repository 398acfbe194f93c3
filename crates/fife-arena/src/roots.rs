//! Objects kept across calls of `mutate`, by handles that hosts may keep anywhere.
//!
//! A handle is an index. Dropping it puts the index on a queue, which the set empties when it is next traced or stashed
//! into; only then can the index be reused. So a handle holds no pointer into the arena and may move to another thread,
//! and outlive the arena.

use crate::arena::{Mutation, Root, Rootable};
use crate::collect::Collect;
use crate::gc::Gc;
use crate::lock::RefLock;
use crate::mark::Tracer;
use std::any::TypeId;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::marker::PhantomData;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Default)]
struct Releases {
    indices: Mutex<Vec<u32>>,
    /// Whether the queue may have entries, so that checking it need not lock.
    is_any: AtomicBool,
}

impl Releases {
    fn push(&self, index: u32) {
        self.indices.lock().unwrap_or_else(PoisonError::into_inner).push(index);
        self.is_any.store(true, Ordering::Release);
    }

    #[inline]
    fn is_any(&self) -> bool {
        self.is_any.load(Ordering::Relaxed)
    }

    fn drain(&self, each: impl FnMut(u32)) {
        if self.is_any.swap(false, Ordering::Acquire) {
            self.indices.lock().unwrap_or_else(PoisonError::into_inner).drain(..).for_each(each);
        }
    }
}

/// The object of a handle, and the proxy of the type it was stashed with.
#[derive(Clone, Copy)]
struct Stashed {
    object: NonNull<u8>,
    type_of: TypeId,
}

struct Slots {
    objects: Vec<Cell<Option<Stashed>>>,
    /// Has room for all indices, so that the collector can add one without allocating.
    free: RefCell<Vec<u32>>,
    releases: Arc<Releases>,
}

impl Slots {
    #[inline]
    fn reclaim(&self) {
        if self.releases.is_any() {
            self.reclaim_all();
        }
    }

    #[cold]
    fn reclaim_all(&self) {
        let mut free = self.free.borrow_mut();
        self.releases.drain(|index| {
            self.objects[index as usize].set(None);
            free.push(index);
        });
    }

    /// Stores an object. Returns the index for its handle.
    fn add(&mut self, object: Stashed) -> u32 {
        self.reclaim();
        let free = self.free.get_mut();
        if let Some(index) = free.pop() {
            self.objects[index as usize].set(Some(object));
            return index;
        }
        let index = u32::try_from(self.objects.len()).expect("fewer handles than addresses in 64 GiB");
        self.objects.push(Cell::new(Some(object)));
        free.reserve(self.objects.capacity());
        index
    }
}

// SAFETY: shows the object of every handle; all of them were given as `Gc`s of this arena. The only change without a
// `Write` is the removal of entries without a handle.
unsafe impl Collect for Slots {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.reclaim();
        tracer.work(self.objects.len() * size_of::<Stashed>());
        for stashed in self.objects.iter().filter_map(Cell::get) {
            // SAFETY: this tracing has kept it alive since it was stashed.
            unsafe { tracer.mark_raw(stashed.object) }
        }
    }
}

/// A set of objects that outside handles keep alive. Put one in the root.
pub struct DynamicRootSet<'gc> {
    slots: Gc<'gc, RefLock<Slots>>,
}

impl Copy for DynamicRootSet<'_> {}
impl Clone for DynamicRootSet<'_> {
    fn clone(&self) -> Self {
        *self
    }
}

// SAFETY: shows its one pointer.
unsafe impl Collect for DynamicRootSet<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.slots.trace(tracer);
    }
}

impl<'gc> DynamicRootSet<'gc> {
    /// An empty set.
    pub fn new(mc: &Mutation<'gc>) -> DynamicRootSet<'gc> {
        let slots = Slots { objects: Vec::new(), free: RefCell::default(), releases: Arc::default() };
        DynamicRootSet { slots: Gc::new(mc, RefLock::new(slots)) }
    }

    /// Keeps an object alive for as long as the handle exists.
    pub fn stash<R>(self, mc: &Mutation<'gc>, object: Gc<'gc, Root<'gc, R>>) -> DynamicRoot<R>
    where
        R: for<'a> Rootable<'a> + 'static,
    {
        let mut slots = self.slots.borrow_mut(mc);
        let index = slots.add(Stashed { object: object.erased(), type_of: TypeId::of::<R>() });
        DynamicRoot { index, releases: slots.releases.clone(), type_of: PhantomData }
    }

    /// Releases the objects whose handles were dropped. Stashing and tracing do that, too; a host that only drops
    /// handles uses this so that their objects are freed by the next collection.
    #[inline]
    pub fn reclaim(self) {
        self.slots.borrow().reclaim();
    }

    /// The object of a handle. Panics if [`try_fetch`](Self::try_fetch) finds none because the handle belongs to
    /// another set.
    #[track_caller]
    pub fn fetch<R>(self, root: &DynamicRoot<R>) -> Gc<'gc, Root<'gc, R>>
    where
        R: for<'a> Rootable<'a> + 'static,
    {
        self.try_fetch(root).expect("the handle belongs to another set")
    }

    /// The object of a handle, if it belongs to this set and was stashed with the proxy `R`. A handle keeps its type,
    /// so only the set can be wrong. The type is checked as well, because a mistake there would be undefined behaviour.
    #[inline]
    pub fn try_fetch<R>(self, root: &DynamicRoot<R>) -> Option<Gc<'gc, Root<'gc, R>>>
    where
        R: for<'a> Rootable<'a> + 'static,
    {
        let slots = self.slots.borrow();
        if !Arc::ptr_eq(&slots.releases, &root.releases) {
            return None;
        }
        let stashed = slots.objects[root.index as usize].get().filter(|it| it.type_of == TypeId::of::<R>())?;
        // SAFETY: stashed with this proxy, whose root for this 'gc is one type, and kept alive since; the index is not
        // reused while the handle exists.
        Some(unsafe { Gc::from_ptr(stashed.object.as_ptr().cast()) })
    }
}

/// A handle that keeps an object of type `R`'s root alive.
///
/// It is invariant in `R`: a type and its subtype may still be proxies of different roots.
pub struct DynamicRoot<R: for<'a> Rootable<'a>> {
    index: u32,
    releases: Arc<Releases>,
    type_of: PhantomData<fn(R) -> R>,
}

impl<R: for<'a> Rootable<'a>> DynamicRoot<R> {
    /// A number that identifies the handle's set: equal for handles of one set, and different for two sets, while one
    /// of the handles exists.
    pub fn set_id(&self) -> usize {
        Arc::as_ptr(&self.releases).addr()
    }
}

// SAFETY: the handle holds neither an object nor a pointer to one, only its number; the type is a name.
unsafe impl<R: for<'a> Rootable<'a>> Send for DynamicRoot<R> {}
// SAFETY: as above.
unsafe impl<R: for<'a> Rootable<'a>> Sync for DynamicRoot<R> {}

impl<R: for<'a> Rootable<'a>> Drop for DynamicRoot<R> {
    fn drop(&mut self) {
        self.releases.push(self.index);
    }
}

impl<R: for<'a> Rootable<'a>> fmt::Debug for DynamicRoot<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicRoot").field("index", &self.index).finish_non_exhaustive()
    }
}
