//! How objects are changed: locks that open only after the write barrier.
//!
//! An object that was already traced must be traced again before the cycle ends if a pointer is written into it.
//! [`Write`] is the proof that it will be: `Gc::write` runs the barrier and returns a `&Write<T>`,
//! [`field!`](crate::field) projects it to a field, and [`Unlock::unlock`]ing a [`Lock`] or [`RefLock`] requires one.

use crate::arena::Mutation;
use crate::collect::Collect;
use crate::gc::Gc;
use crate::mark::Tracer;
use std::cell::{BorrowError, BorrowMutError, Cell, Ref, RefCell, RefMut};
use std::fmt;

/// Proof that the object around this value will be traced again, so that pointers may be written into it.
#[repr(transparent)]
pub struct Write<T: ?Sized>(T);

impl<T: ?Sized> Write<T> {
    /// Claims the proof.
    ///
    /// # Safety
    /// The write barrier of the object that holds `value` ran since the last collection step.
    #[inline(always)]
    pub unsafe fn assume(value: &T) -> &Write<T> {
        // SAFETY: `Write` is a transparent wrapper.
        unsafe { &*(value as *const T as *const Write<T>) }
    }

    /// Claims the proof for a field of `whole`; called by [`field!`](crate::field).
    ///
    /// # Safety
    /// `part` is in `whole` itself, not behind a pointer in it.
    #[doc(hidden)]
    pub unsafe fn part<'a, U>(_whole: &'a Write<U>, part: &'a T) -> &'a Write<T> {
        // SAFETY: the same object's barrier, which the caller has run.
        unsafe { Write::assume(part) }
    }

    /// The value, for reading.
    #[inline]
    pub fn as_inner(&self) -> &T {
        &self.0
    }
}

impl<T: Unlock> Write<T> {
    /// The inside of a lock.
    #[inline]
    pub fn unlock(&self) -> &T::Unlocked {
        // SAFETY: this `Write` is the proof.
        unsafe { self.0.unlock_unchecked() }
    }
}

/// From a `&Write<Struct>` to a `&Write` of one of its fields.
#[macro_export]
macro_rules! field {
    ($write:expr, $type:path, $field:ident) => {{
        let whole: &$crate::Write<$type> = $write;
        // The pattern makes sure that the field belongs to the type itself and is not found through `Deref`.
        let $type { $field: part, .. } = whole.as_inner();
        #[allow(unused_unsafe)]
        // SAFETY: the field is part of the object.
        unsafe {
            $crate::Write::part(whole, part)
        }
    }};
}

/// A cell that opens for a [`Write`].
pub trait Unlock {
    /// The type inside.
    type Unlocked: ?Sized;
    /// Opens it without a proof.
    ///
    /// # Safety
    /// The write barrier of the object that holds the lock ran since the last collection step, or no pointer is
    /// written.
    unsafe fn unlock_unchecked(&self) -> &Self::Unlocked;
}

/// A [`Cell`] for objects of the arena.
#[derive(Default)]
#[repr(transparent)]
pub struct Lock<T>(Cell<T>);

impl<T> Lock<T> {
    /// A lock with this value.
    pub const fn new(value: T) -> Lock<T> {
        Lock(Cell::new(value))
    }
}

impl<T: Copy> Lock<T> {
    /// A copy of the value.
    #[inline]
    pub fn get(&self) -> T {
        self.0.get()
    }
}

impl<T> Unlock for Lock<T> {
    type Unlocked = Cell<T>;
    unsafe fn unlock_unchecked(&self) -> &Cell<T> {
        &self.0
    }
}

impl<T: Copy + fmt::Debug> fmt::Debug for Lock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lock").field(&self.get()).finish()
    }
}

// SAFETY: shows the value; changes go through the barrier.
unsafe impl<T: Collect + Copy> Collect for Lock<T> {
    const NEEDS_TRACE: bool = T::NEEDS_TRACE;
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.0.get().trace(tracer);
    }
}

impl<'gc, T: Collect + Copy + 'gc> Gc<'gc, Lock<T>> {
    /// Replaces the value.
    pub fn set(self, mc: &Mutation<'gc>, value: T) {
        self.unlock(mc).set(value);
    }
}

/// A [`RefCell`] for objects of the arena.
#[derive(Default)]
#[repr(transparent)]
pub struct RefLock<T>(RefCell<T>);

impl<T> RefLock<T> {
    /// A lock with this value.
    pub const fn new(value: T) -> RefLock<T> {
        RefLock(RefCell::new(value))
    }

    /// Borrows the value for reading. Panics if it is borrowed for writing, as `RefCell` does.
    #[track_caller]
    pub fn borrow(&self) -> Ref<'_, T> {
        self.0.borrow()
    }

    /// Borrows the value for reading, unless it is borrowed for writing.
    pub fn try_borrow(&self) -> Result<Ref<'_, T>, BorrowError> {
        self.0.try_borrow()
    }
}

impl<T> Unlock for RefLock<T> {
    type Unlocked = RefCell<T>;
    unsafe fn unlock_unchecked(&self) -> &RefCell<T> {
        &self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for RefLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

// SAFETY: shows the value; changes go through the barrier. A `RefMut` cannot outlive the call of `mutate` unless it is
// leaked; then the value is no longer accessed, so it is traced through the raw cell.
unsafe impl<T: Collect> Collect for RefLock<T> {
    const NEEDS_TRACE: bool = T::NEEDS_TRACE;
    fn trace(&self, tracer: &mut Tracer<'_>) {
        // SAFETY: collection runs outside of `mutate`, when no borrow is in use; a leaked borrow is never used again.
        unsafe { (*self.0.as_ptr()).trace(tracer) }
    }
}

impl<'gc, T: Collect + 'gc> Gc<'gc, RefLock<T>> {
    /// Borrows the value for writing. Panics if it is borrowed, as `RefCell` does.
    #[track_caller]
    pub fn borrow_mut(self, mc: &Mutation<'gc>) -> RefMut<'gc, T> {
        self.unlock(mc).borrow_mut()
    }

    /// Borrows the value for writing, unless it is borrowed.
    pub fn try_borrow_mut(self, mc: &Mutation<'gc>) -> Result<RefMut<'gc, T>, BorrowMutError> {
        self.unlock(mc).try_borrow_mut()
    }
}
