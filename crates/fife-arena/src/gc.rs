//! The pointers: `Gc` to an object that lives as long as it is reachable, `GcWeak` to one that may die.

use crate::arena::Mutation;
use crate::collect::Collect;
use crate::heap::OutOfMemory;
use crate::lock::{Unlock, Write};
use crate::mark::Tracer;
use crate::page::{self, Kind};
use crate::raw::{HEADER_SIZE, TypeInfo};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

type Invariant<'gc> = PhantomData<std::cell::Cell<&'gc ()>>;

/// Whether an allocation may exceed the limit on memory.
#[derive(Clone, Copy)]
enum Room {
    Limit,
    Reserve,
    Forced,
}

/// A pointer to an object of the arena. One word, `Copy`.
///
/// Its lifetime ties it to one call of [`Arena::mutate`](crate::Arena::mutate). To keep the object longer, store the
/// pointer in another object or in the root, or stash it in a [`DynamicRootSet`](crate::DynamicRootSet).
pub struct Gc<'gc, T: ?Sized> {
    object: NonNull<T>,
    brand: Invariant<'gc>,
}

impl<T: ?Sized> Copy for Gc<'_, T> {}
impl<T: ?Sized> Clone for Gc<'_, T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<'gc, T: Collect + 'gc> Gc<'gc, T> {
    const KIND: Kind = if std::mem::needs_drop::<T>() {
        Kind::Drop
    } else if T::NEEDS_TRACE {
        Kind::Traced
    } else {
        Kind::Leaf
    };

    /// Moves a value into the arena. It may exceed the limit on memory, and is meant for small objects of the host. For
    /// objects that a script can cause, use [`try_new`](Self::try_new).
    ///
    /// Aborts only if the system itself has no memory, as `Box::new` does.
    #[inline]
    pub fn new(mc: &Mutation<'gc>, value: T) -> Gc<'gc, T> {
        match Gc::allocate(mc, value, Room::Forced) {
            Ok(object) => object,
            Err(OutOfMemory) => std::alloc::handle_alloc_error(std::alloc::Layout::new::<T>()),
        }
    }

    /// Moves a value into the arena, or drops it if that would exceed the limit on memory.
    #[inline]
    pub fn try_new(mc: &Mutation<'gc>, value: T) -> Result<Gc<'gc, T>, OutOfMemory> {
        Gc::allocate(mc, value, Room::Limit)
    }

    /// As [`try_new`](Self::try_new), but an object of up to 4 KiB that the limit refuses comes from a reserve of 256
    /// KiB above it: for objects that are not what fills the memory.
    #[inline]
    pub fn try_new_in_reserve(mc: &Mutation<'gc>, value: T) -> Result<Gc<'gc, T>, OutOfMemory> {
        Gc::allocate(mc, value, Room::Reserve)
    }

    #[inline]
    fn allocate(mc: &Mutation<'gc>, value: T, room: Room) -> Result<Gc<'gc, T>, OutOfMemory> {
        const { assert!(align_of::<T>() <= HEADER_SIZE, "objects are aligned to at most 8 bytes") };
        let header = if matches!(Self::KIND, Kind::Leaf) { 0 } else { HEADER_SIZE };
        let size = size_of::<T>() + header;
        let slot = match mc.heap().allocate(Self::KIND, size, matches!(room, Room::Forced)) {
            Ok(slot) => slot,
            Err(OutOfMemory) if matches!(room, Room::Reserve) => mc.heap().allocate_reserved(Self::KIND, size)?,
            Err(OutOfMemory) => return Err(OutOfMemory),
        };
        // SAFETY: the slot is ours, large enough, and aligned to 16 bytes.
        unsafe {
            if header != 0 {
                slot.cast::<&'static TypeInfo>().write(TypeInfo::of::<T>());
            }
            let object = slot.add(header).cast::<T>();
            object.write(value);
            Ok(Gc { object, brand: PhantomData })
        }
    }

    /// A pointer that does not keep the object alive.
    pub fn downgrade(this: Gc<'gc, T>) -> GcWeak<'gc, T> {
        GcWeak { object: this }
    }

    /// The object, for writing pointers into it: the only safe way to a [`Write`].
    #[inline]
    pub fn write(mc: &Mutation<'gc>, this: Gc<'gc, T>) -> &'gc Write<T> {
        mc.barrier_backward(this);
        // SAFETY: the barrier has run, and no collection happens before 'gc ends.
        unsafe { Write::assume(this.as_ref()) }
    }
}

impl<'gc, T: Collect + Unlock + 'gc> Gc<'gc, T> {
    /// The inside of a lock, for writing.
    #[inline]
    pub fn unlock(self, mc: &Mutation<'gc>) -> &'gc T::Unlocked {
        Gc::write(mc, self).unlock()
    }
}

impl<'gc, T: ?Sized> Gc<'gc, T> {
    /// The object, for as long as the pointer is valid.
    #[inline(always)]
    #[expect(clippy::should_implement_trait, reason = "`AsRef` could not return a reference that outlives `self`")]
    pub fn as_ref(self) -> &'gc T {
        // SAFETY: a `Gc` points to a live object while 'gc lasts.
        unsafe { self.object.as_ref() }
    }

    /// The object's address, with the provenance of its memory.
    #[inline(always)]
    pub fn as_ptr(self) -> *mut T {
        self.object.as_ptr()
    }

    /// Makes a pointer from one that [`as_ptr`](Self::as_ptr) returned or `raw` allocated.
    ///
    /// # Safety
    /// It points to a valid object of the arena that 'gc belongs to, which is reachable or was allocated or
    /// found alive during this 'gc.
    #[inline(always)]
    pub unsafe fn from_ptr(object: *mut T) -> Gc<'gc, T> {
        // SAFETY: the caller's promise.
        Gc { object: unsafe { NonNull::new_unchecked(object) }, brand: PhantomData }
    }

    /// Whether both point to the same object.
    #[inline(always)]
    pub fn ptr_eq(this: Gc<'gc, T>, other: Gc<'gc, T>) -> bool {
        this.object.addr() == other.object.addr()
    }

    #[inline(always)]
    pub(crate) fn erased(self) -> NonNull<u8> {
        self.object.cast()
    }
}

impl<T: ?Sized> Deref for Gc<'_, T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: as in `as_ref`.
        unsafe { self.object.as_ref() }
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for Gc<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// Prints that it is a pointer, not its target: graphs have cycles and any depth.
impl<T: ?Sized> fmt::Debug for Gc<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gc({:p})", self.object)
    }
}

// SAFETY: it shows itself.
unsafe impl<T: ?Sized> Collect for Gc<'_, T> {
    #[inline(always)]
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.mark(*self);
    }
}

/// A pointer that does not keep its object alive. One word, `Copy`.
pub struct GcWeak<'gc, T> {
    object: Gc<'gc, T>,
}

impl<T> Copy for GcWeak<'_, T> {}
impl<T> Clone for GcWeak<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> fmt::Debug for GcWeak<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GcWeak({:p})", self.object.object)
    }
}

impl<'gc, T> GcWeak<'gc, T> {
    /// The object, if it is alive.
    pub fn upgrade(self, mc: &Mutation<'gc>) -> Option<Gc<'gc, T>> {
        if self.is_dropped(mc) { None } else { Some(self.object) }
    }

    /// Whether the object is dead.
    pub fn is_dropped(self, mc: &Mutation<'gc>) -> bool {
        // SAFETY: a slot to which a reachable weak pointer was traced is not reused while that pointer is reachable: it
        // is live, or dead and quarantined (`husk`).
        unsafe {
            let (page, granule) = page::locate(self.object.erased());
            page::test(&page.as_ref().husk, granule) || mc.heap().is_dead(self.object.erased())
        }
    }

    /// Whether both were made from pointers to the same object.
    pub fn ptr_eq(this: GcWeak<'gc, T>, other: GcWeak<'gc, T>) -> bool {
        Gc::ptr_eq(this.object, other.object)
    }
}

// SAFETY: it owns nothing; the slot is quarantined for it.
unsafe impl<T> Collect for GcWeak<'_, T> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        // SAFETY: the slot is live or quarantined, see `is_dropped`.
        unsafe { tracer.mark_weak_raw(self.object.erased()) }
    }
}
