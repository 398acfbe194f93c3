//! For types with their own memory layout: objects with trailing data, and blocks that belong to an object.
//!
//! A block is a leaf: nothing in it is traced by itself. Its owner marks it in its `trace` ([`Tracer::mark_block`]) and
//! shows its contents, and may free it at once when it moves to another block.
//!
//! Anyone with a [`Mutation`] can call the safe functions here: they only ask, or have an object traced once more than
//! necessary. Functions that take memory or change the account are `unsafe`. *Keeping the account* of an arena means:
//! each block is marked by its owner, or freed, or garbage; there is a reason, which the arena's owner accepts, for
//! exceeding the limit; and memory that is held outside of the arena is really taken there, and released once when it
//! is given back, by the same code. A limit on memory holds only if all callers of these functions comply. A VM built
//! on an arena gives its embedders a `Mutation`, but they cannot reach its account.

use crate::arena::Mutation;
use crate::collect::Collect;
use crate::gc::Gc;
use crate::heap::{OutOfMemory, Phase};
use crate::mark::Tracer;
use crate::page::Kind;
use std::ptr::NonNull;

/// The bytes before every traced object, for its [`TypeInfo`], and the largest alignment of an object.
pub const HEADER_SIZE: usize = 8;

/// How to trace and drop the objects of a type.
pub struct TypeInfo {
    pub(crate) trace: unsafe fn(NonNull<u8>, &mut Tracer<'_>),
    pub(crate) drop: Option<unsafe fn(NonNull<u8>)>,
    /// The type's name, for reports.
    pub(crate) name: fn() -> &'static str,
}

impl TypeInfo {
    /// The information for objects of type `T`.
    pub const fn of<T: Collect>() -> &'static TypeInfo {
        &const {
            TypeInfo {
                trace: trace::<T>,
                drop: if std::mem::needs_drop::<T>() { Some(drop::<T>) } else { None },
                name: std::any::type_name::<T>,
            }
        }
    }
}

/// The whole size of a leaf in bytes: at least as many as were requested.
///
/// # Safety
/// It is a live leaf of an arena.
pub unsafe fn leaf_size(block: NonNull<u8>) -> usize {
    // SAFETY: the caller's promise.
    let size = unsafe { crate::page::locate(block).0.as_ref().slot_size.get() };
    // The caller is about to use all of it.
    crate::shadow::open(block, size);
    size
}

unsafe fn trace<T: Collect>(object: NonNull<u8>, tracer: &mut Tracer<'_>) {
    // SAFETY: the header says that a `T` is here; the marker's pointers come from pages.
    unsafe { T::trace_object(object.cast(), tracer) }
}

unsafe fn drop<T>(object: NonNull<u8>) {
    // SAFETY: the header says that a `T` is here; the sweeper drops each object once.
    unsafe { object.cast::<T>().drop_in_place() }
}

pub use crate::check::bad_pointer;

impl<'gc> Mutation<'gc> {
    /// Whether the arena checks itself: see [`Arena::set_poison`](crate::Arena::set_poison).
    #[inline]
    pub fn has_checks(&self) -> bool {
        self.heap().poison.get()
    }

    /// Takes memory for a leaf of `size` bytes, uninitialised and aligned to 16 bytes. With `forced` the limit may be
    /// exceeded.
    ///
    /// # Safety
    /// The caller keeps the account of this arena, see [the module](crate::raw).
    #[inline]
    pub unsafe fn allocate_leaf(&self, size: usize, forced: bool) -> Result<NonNull<u8>, OutOfMemory> {
        self.heap().allocate(Kind::Leaf, size, forced)
    }

    /// As [`allocate_leaf`](Self::allocate_leaf), but up to 4 KiB that the limit refuses come from a reserve of 256 KiB
    /// above it: for parts of objects whose growth is not what fills the memory.
    ///
    /// # Safety
    /// The caller keeps the account of this arena, see [the module](crate::raw).
    #[inline]
    pub unsafe fn allocate_part(&self, size: usize, forced: bool) -> Result<NonNull<u8>, OutOfMemory> {
        match self.heap().allocate(Kind::Leaf, size, forced) {
            Ok(memory) => Ok(memory),
            Err(OutOfMemory) => self.heap().allocate_reserved(Kind::Leaf, size),
        }
    }

    /// As [`allocate_leaf`](Self::allocate_leaf), with all `size` bytes zero.
    ///
    /// # Safety
    /// The caller keeps the account of this arena, see [the module](crate::raw).
    #[inline]
    pub unsafe fn allocate_clear_leaf(&self, size: usize, forced: bool) -> Result<NonNull<u8>, OutOfMemory> {
        self.heap().allocate_clear(Kind::Leaf, size, forced)
    }

    /// As [`allocate_part`](Self::allocate_part), with all `size` bytes zero.
    ///
    /// # Safety
    /// The caller keeps the account of this arena, see [the module](crate::raw).
    #[inline]
    pub unsafe fn allocate_clear_part(&self, size: usize, forced: bool) -> Result<NonNull<u8>, OutOfMemory> {
        match self.heap().allocate_clear(Kind::Leaf, size, forced) {
            Ok(memory) => Ok(memory),
            Err(OutOfMemory) => {
                let memory = self.heap().allocate_reserved(Kind::Leaf, size)?;
                // SAFETY: the slot is ours, and has at least `size` bytes.
                unsafe { memory.as_ptr().write_bytes(0, size) };
                Ok(memory)
            }
        }
    }

    /// Takes memory for a traced object without a destructor that is `size` bytes long from its `T` on (8-byte
    /// aligned), and writes its header. The rest is uninitialised. Small objects draw on the reserve, see
    /// [`allocate_part`](Self::allocate_part).
    ///
    /// # Safety
    /// The caller writes a valid `T` there before the next collection; `size >= size_of::<T>()`. It keeps the account
    /// of this arena, see [the module](crate::raw).
    #[inline]
    pub unsafe fn allocate_traced<T: Collect>(&self, size: usize, forced: bool) -> Result<NonNull<T>, OutOfMemory> {
        const { assert!(!std::mem::needs_drop::<T>() && align_of::<T>() <= HEADER_SIZE) };
        let size = size.saturating_add(HEADER_SIZE);
        let slot = match self.heap().allocate(Kind::Traced, size, forced) {
            Ok(slot) => slot,
            Err(OutOfMemory) => self.heap().allocate_reserved(Kind::Traced, size)?,
        };
        // SAFETY: the slot is ours and large enough.
        unsafe {
            slot.cast::<&'static TypeInfo>().write(TypeInfo::of::<T>());
            Ok(slot.add(HEADER_SIZE).cast())
        }
    }

    /// Makes a leaf longer, so that it has at least `size` bytes, without copying it, perhaps at another address. Its
    /// bytes stay as they are; those of its pages that are added are zero. `None`, with nothing changed, if the caller
    /// has to take another leaf and to copy: that is so for all leaves of up to 128 KiB.
    ///
    /// # Safety
    /// It came from [`allocate_leaf`](Self::allocate_leaf) or the like, and nothing uses it at its old address any more.
    /// The caller keeps the account of this arena, see [the module](crate::raw).
    #[inline]
    pub unsafe fn lengthen_leaf(&self, block: NonNull<u8>, size: usize, forced: bool) -> Option<NonNull<u8>> {
        // SAFETY: the caller's promise.
        unsafe { self.heap().lengthen_leaf(block, size, forced) }
    }

    /// Frees a leaf at once.
    ///
    /// # Safety
    /// It came from [`allocate_leaf`](Self::allocate_leaf), and nothing uses it any more.
    #[inline]
    pub unsafe fn free_leaf(&self, block: NonNull<u8>) {
        // SAFETY: the caller's promise.
        unsafe { self.heap().free_leaf(block) }
    }

    /// Counts memory that objects hold outside of the arena, before it is taken.
    ///
    /// # Safety
    /// The caller keeps the account of this arena, see [the module](crate::raw).
    pub unsafe fn hold_external(&self, bytes: usize) -> Result<(), OutOfMemory> {
        self.heap().check_external(bytes)?;
        // SAFETY: the caller's promise.
        unsafe { self.hold_external_forced(bytes) };
        Ok(())
    }

    /// As [`hold_external`](Self::hold_external), but may exceed the limit.
    ///
    /// # Safety
    /// The caller keeps the account of this arena, see [the module](crate::raw).
    pub unsafe fn hold_external_forced(&self, bytes: usize) {
        let heap = self.heap();
        heap.external_bytes.set(heap.external_bytes.get().saturating_add(bytes));
        heap.add_debt(bytes);
        heap.note_peak();
    }

    /// Releases memory held outside of the arena. A larger amount than is held counts as all of it.
    ///
    /// # Safety
    /// The caller keeps the account of this arena, see [the module](crate::raw): it held these bytes itself.
    pub unsafe fn release_external(&self, bytes: usize) {
        let heap = self.heap();
        heap.external_bytes.set(heap.external_bytes.get().saturating_sub(bytes));
    }

    /// Whether the collector is marking, so that writes into marked objects need a barrier.
    #[inline(always)]
    pub fn is_marking(&self) -> bool {
        matches!(self.heap().phase.get(), Phase::Mark | Phase::Marked)
    }

    /// The backward barrier, without the check whether marking is under way: the object will be traced again.
    #[inline]
    pub fn barrier_backward<T>(&self, object: Gc<'gc, T>) {
        if self.is_marking() {
            // SAFETY: a `Gc` is a live object of this heap.
            unsafe { self.heap().regray(object.erased()) }
        }
    }

    /// The forward barrier: the object was stored into one that may be marked already.
    ///
    /// # Safety
    /// `object` is in a live slot of this heap.
    #[inline]
    pub unsafe fn barrier_forward_raw(&self, object: NonNull<u8>) {
        if self.is_marking() {
            // SAFETY: the caller's promise.
            unsafe { self.heap().mark_forward(object) }
        }
    }

    /// Keeps a leaf alive that was found through a reference the marker does not see (an interner). Call it whenever
    /// such a reference is followed.
    ///
    /// # Safety
    /// `leaf` is in a slot of this heap that was not swept away.
    #[inline]
    pub unsafe fn keep_leaf(&self, leaf: NonNull<u8>) {
        if self.heap().phase.get() == Phase::Marked {
            // SAFETY: the caller's promise.
            unsafe { Tracer::new(self.heap(), 0).mark_raw(leaf) }
        }
    }

    /// Whether so much was allocated that the collector should run first; see
    /// [`Arena::set_pressure`](crate::Arena::set_pressure).
    #[inline]
    pub fn is_under_pressure(&self) -> bool {
        self.heap().debt.get() > self.heap().pressure.get()
    }

    /// Whether the limit allows `bytes` more, for several small objects that may fit into existing pages.
    pub fn allows(&self, bytes: usize) -> bool {
        self.heap().check_limit(bytes, false).is_ok()
    }

    /// Calls `make` with the limit on memory raised by the reserve, 256 KiB: for objects that are not what fills the
    /// memory.
    pub fn with_reserve<R>(&self, make: impl FnOnce() -> R) -> R {
        self.heap().with_reserve(make)
    }

    /// Whether an object of `bytes` bytes could probably be allocated within the limit. The system may still refuse it.
    pub fn has_room(&self, bytes: usize) -> bool {
        self.heap().has_room(bytes)
    }
}
