//! A value of the host that scripts hold: shared by the userdata and the arguments made of it, and borrowed within
//! closures.
//!
//! Whether it is in use is known at run time, as with a `RefCell`; but values move between threads together with their
//! VM, so a borrow belongs to a thread, and the other threads find the value in use meanwhile.
//!
//! # Safety argument
//!
//! `value` is reached only through a [`Borrow`], which is made if nobody else has borrowed it: the first borrow takes
//! `owner` from 0 to the number of its thread, and the last one to end sets it to 0 again. Only the thread whose number
//! `owner` has looks at `borrows`, and it is -1 while there is a `&mut`, else how many `&` there are. So at each time
//! either one thread has references, of one kind, or no thread. A thread's number is the address of a variable that it
//! has as long as it lives, and it cannot end while it borrows: a borrow is over when the closure that got the
//! reference returns or unwinds. That one thread has references at a time is why `T: Send` suffices for `Shared<T>` to
//! be sent and shared.

use std::cell::{Cell, UnsafeCell};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Why a value cannot be borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InUse {
    /// It is borrowed, to be looked at.
    Borrowed,
    /// It is borrowed, to be changed; or by another thread.
    BorrowedMutably,
    /// It is not there any more.
    Taken,
}

struct Inner<T> {
    owner: AtomicUsize,
    borrows: Cell<isize>,
    value: UnsafeCell<Option<T>>,
}

/// A value, or the place that it was taken from.
pub(super) struct Shared<T>(Arc<Inner<T>>);

// SAFETY: one thread at a time has references to the value, see the safety argument; what is dropped last may be so on any thread.
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

    /// Bytes of memory that one takes, besides what the value refers to.
    pub(super) const BYTES: usize = size_of::<Inner<T>>() + 2 * size_of::<usize>();

    /// A number that tells it from others that exist.
    pub(super) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// Looks at the value. Others may do so at once.
    #[inline]
    pub(super) fn with<R>(&self, look: impl FnOnce(&T) -> R) -> Result<R, InUse> {
        let borrow = self.0.borrow(1)?;
        // SAFETY: borrowed to be looked at, until the end of this function.
        let value = unsafe { &*borrow.of.value.get() };
        value.as_ref().map(look).ok_or(InUse::Taken)
    }

    /// Changes the value.
    #[inline]
    pub(super) fn with_mut<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, InUse> {
        let borrow = self.0.borrow(-1)?;
        // SAFETY: borrowed by nobody else, until the end of this function.
        let value = unsafe { &mut *borrow.of.value.get() };
        value.as_mut().map(change).ok_or(InUse::Taken)
    }

    /// Takes the value.
    pub(super) fn take(&self) -> Result<T, InUse> {
        let borrow = self.0.borrow(-1)?;
        // SAFETY: borrowed by nobody else, until the end of this function.
        let value = unsafe { &mut *borrow.of.value.get() };
        value.take().ok_or(InUse::Taken)
    }
}

#[cfg(test)]
mod tests;
