//! A value of the host that scripts hold. The userdata and the arguments made from it share it, and closures borrow it.
//!
//! Borrows are checked at run time, as with a `RefCell`. But values move between threads together with their VM, so a
//! borrow belongs to a thread, and other threads find the value in use meanwhile.
//!
//! # Safety argument
//!
//! `value` is reached only through a [`Borrow`]. The first borrow sets `owner` from 0 to the number of its thread, and
//! the last one to end sets it back to 0. Only the thread whose number is in `owner` looks at `borrows`, which is -1
//! while there is a `&mut`, and otherwise the number of `&`. So at any time at most one thread has references, all of
//! one kind. A thread's number is the address of a thread-local variable. A thread cannot end while it borrows, because
//! a borrow ends when the closure that got the reference returns or unwinds. Since only one thread at a time has
//! references, `T: Send` suffices to send and share a `Shared<T>`.

use std::cell::{Cell, UnsafeCell};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Why a value cannot be borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InUse {
    /// It is borrowed by `&`.
    Borrowed,
    /// It is borrowed by `&mut`, or by another thread.
    BorrowedMutably,
    /// It was taken out.
    Taken,
}

struct Inner<T> {
    owner: AtomicUsize,
    borrows: Cell<isize>,
    value: UnsafeCell<Option<T>>,
}

/// A value, or the place it was taken from.
pub(super) struct Shared<T>(Arc<Inner<T>>);

// SAFETY: only one thread at a time has references to the value, see the safety argument. The last owner may drop it on
// any thread.
unsafe impl<T: Send> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Shared<T> {}

impl<T> Clone for Shared<T> {
    #[inline]
    fn clone(&self) -> Self {
        Shared(self.0.clone())
    }
}

/// A borrow, until it is dropped.
struct Borrow<'a, T> {
    of: &'a Inner<T>,
    /// What it adds to `borrows`.
    count: isize,
}

impl<T> Drop for Borrow<'_, T> {
    #[inline]
    fn drop(&mut self) {
        let left = self.of.borrows.get() - self.count;
        self.of.borrows.set(left);
        if left == 0 {
            self.of.owner.store(0, Ordering::Release);
        }
    }
}

/// A number that no other living thread has; never 0.
#[inline]
fn this_thread() -> usize {
    thread_local! {
        static PLACE: u8 = const { 0 };
    }
    PLACE.with(|place| ptr::from_ref(place).addr())
}

impl<T> Inner<T> {
    #[inline]
    fn borrow(&self, count: isize) -> Result<Borrow<'_, T>, InUse> {
        let thread = this_thread();
        if self.owner.load(Ordering::Relaxed) == thread {
            let borrows = self.borrows.get();
            if borrows < 0 {
                return Err(InUse::BorrowedMutably);
            }
            if count < 0 {
                return Err(InUse::Borrowed);
            }
            self.borrows.set(borrows + count);
        } else {
            let taken = self.owner.compare_exchange(0, thread, Ordering::Acquire, Ordering::Relaxed);
            taken.map_err(|_| InUse::BorrowedMutably)?;
            self.borrows.set(count);
        }
        Ok(Borrow { of: self, count })
    }
}

impl<T> Shared<T> {
    pub(super) fn new(value: T) -> Shared<T> {
        let (owner, borrows) = (AtomicUsize::new(0), Cell::new(0));
        Shared(Arc::new(Inner { owner, borrows, value: UnsafeCell::new(Some(value)) }))
    }

    /// The bytes of memory that one takes, without what the value refers to.
    pub(super) const BYTES: usize = size_of::<Inner<T>>() + 2 * size_of::<usize>();

    /// A number that is unique among those that exist.
    pub(super) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// Looks at the value. Several calls may do so at once.
    #[inline]
    pub(super) fn with<R>(&self, look: impl FnOnce(&T) -> R) -> Result<R, InUse> {
        let borrow = self.0.borrow(1)?;
        // SAFETY: borrowed by `&` until the end of this function.
        let value = unsafe { &*borrow.of.value.get() };
        value.as_ref().map(look).ok_or(InUse::Taken)
    }

    /// Changes the value.
    #[inline]
    pub(super) fn with_mut<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, InUse> {
        let borrow = self.0.borrow(-1)?;
        // SAFETY: the only borrow, until the end of this function.
        let value = unsafe { &mut *borrow.of.value.get() };
        value.as_mut().map(change).ok_or(InUse::Taken)
    }

    /// Takes the value.
    pub(super) fn take(&self) -> Result<T, InUse> {
        let borrow = self.0.borrow(-1)?;
        // SAFETY: the only borrow, until the end of this function.
        let value = unsafe { &mut *borrow.of.value.get() };
        value.take().ok_or(InUse::Taken)
    }
}

#[cfg(test)]
mod tests;
