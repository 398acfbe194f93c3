//! Freed blocks of large vectors, for the vectors that come next.
//!
//! What takes large vectors again and again, as a compiler does, would otherwise get its memory from the system each time,
//! with a page fault for each 4 KiB, which costs more than using the memory.
//!
//! # Safety argument
//!
//! A block here came from [`system::take`] or [`system::lengthen`], and has the size noted beside it. Its vector gave it
//! up, so nothing uses it. It leaves by [`take`], to one vector, or goes back to the system.

use crate::system;
use std::cell::RefCell;
use std::fmt;
use std::ptr::NonNull;

/// The most blocks that are kept, and the most bytes.
const COUNT_MAX: usize = 128;
const BYTES_MAX: usize = 8 << 20;

/// Freed blocks of large vectors. They return to the system when this is dropped.
///
/// ```
/// use fife_arena::{Blocks, Vector};
///
/// let mut blocks = Blocks::default();
/// let work = || Vector::<u64>::new().try_reserve(10_000);
/// blocks.lend(work)?;
/// assert!(blocks.held_bytes() >= 80_000);
/// blocks.lend(work)?;
/// assert!(blocks.held_bytes() < 160_000, "the block was used again");
/// # Ok::<(), fife_arena::OutOfMemory>(())
/// ```
#[derive(Default)]
pub struct Blocks {
    blocks: Vec<(NonNull<u8>, usize)>,
    bytes: usize,
}

// SAFETY: the blocks belong to this object alone.
unsafe impl Send for Blocks {}

thread_local! {
    /// The blocks that are lent to the vectors of this thread.
    static LENT: RefCell<Option<Blocks>> = const { RefCell::new(None) };
}

/// Ends a loan, also by a panic.
struct Loan<'a> {
    lender: &'a mut Blocks,
    before: Option<Blocks>,
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        *self.lender = LENT.replace(self.before.take()).unwrap_or_default();
    }
}

impl Blocks {
    /// Does work whose large vectors take their memory from here, if a block of the right size is here, and leave it
    /// here.
    pub fn lend<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let before = LENT.replace(Some(std::mem::take(self)));
        let _loan = Loan { lender: self, before };
        work()
    }

    /// The bytes of the blocks that are lent to this thread now; `None` outside of a loan.
    pub fn lent_bytes() -> Option<usize> {
        LENT.try_with(|lent| lent.borrow().as_ref().map(|lent| lent.bytes)).ok().flatten()
    }

    /// Gives the blocks lent to this thread back to the system. The loan continues.
    pub fn drop_lent() {
        let lent = LENT.try_with(|lent| lent.borrow_mut().as_mut().map(std::mem::take));
        drop(lent);
    }

    /// How much memory it has, in bytes.
    pub fn held_bytes(&self) -> usize {
        self.bytes + self.blocks.capacity() * size_of::<(NonNull<u8>, usize)>()
    }
}

impl Drop for Blocks {
    fn drop(&mut self) {
        for (block, size) in self.blocks.drain(..) {
            // SAFETY: nothing uses the block, which is this long.
            unsafe { system::shorten(block, size, 0) };
        }
    }
}

impl fmt::Debug for Blocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocks").field("count", &self.blocks.len()).field("bytes", &self.bytes).finish()
    }
}

/// A block of this size, if one is lent to this thread. Its contents are anything.
pub(crate) fn take(size: usize) -> Option<NonNull<u8>> {
    let taken = LENT.try_with(|lent| {
        let mut lent = lent.borrow_mut();
        let lent = lent.as_mut()?;
        let index = lent.blocks.iter().rposition(|block| block.1 == size)?;
        lent.bytes -= size;
        Some(lent.blocks.swap_remove(index).0)
    });
    taken.ok().flatten()
}

/// Keeps a block, if that is what this thread does now and there is room. Else it still belongs to the caller.
///
/// # Safety
/// The block came from [`system::take`] or [`system::lengthen`], is `size` bytes long, and is not used any more if this
/// returns true.
pub(crate) unsafe fn keep(block: NonNull<u8>, size: usize) -> bool {
    let kept = LENT.try_with(|lent| {
        let mut lent = lent.borrow_mut();
        let Some(lent) = lent.as_mut() else { return false };
        if lent.blocks.len() == COUNT_MAX || size > BYTES_MAX - lent.bytes || lent.blocks.try_reserve(1).is_err() {
            return false;
        }
        lent.blocks.push((block, size));
        lent.bytes += size;
        true
    });
    kept.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Vector;

    /// Not small: an interpreter takes long for many of them, but not for one.
    type Item = [u32; 256];

    fn fill(bytes: usize) -> Vector<Item> {
        let mut vector = Vector::new();
        for item in 0..bytes.div_ceil(size_of::<Item>()) {
            if vector.len() == vector.capacity() {
                vector.try_reserve(vector.capacity().max(8)).unwrap();
            }
            vector.push([item as u32; 256]);
        }
        assert!(vector.iter().enumerate().all(|(index, item)| *item == [index as u32; 256]));
        vector
    }

    #[test]
    fn vectors_use_each_others_blocks() {
        let bytes = if cfg!(miri) { 80_000 } else { 1_200_000 };
        let mut blocks = Blocks::default();
        for _ in 0..8 {
            blocks.lend(|| drop((fill(bytes), fill(bytes))));
        }
        let held = blocks.held_bytes();
        assert!(held >= bytes);
        let all = blocks.lend(|| {
            let before = LENT.with_borrow(|lent| lent.as_ref().unwrap().bytes);
            let vectors = (fill(bytes), fill(bytes));
            (before - LENT.with_borrow(|lent| lent.as_ref().unwrap().bytes), vectors)
        });
        assert!(all.0 >= bytes, "blocks were taken");
        assert!(blocks.held_bytes() < held);
        drop(all);
        assert!(blocks.held_bytes() < held, "what is dropped later goes to the system");
    }

    #[test]
    fn loans_end_with_a_panic_and_are_separate() {
        let mut outer = Blocks::default();
        let mut inner = Blocks::default();
        outer.lend(|| {
            drop(fill(80_000));
            let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                inner.lend(|| {
                    drop(fill(80_000));
                    panic!("expected");
                })
            }));
            assert!(caught.is_err() && inner.held_bytes() >= 80_000);
        });
        assert!(outer.held_bytes() >= 80_000);
        drop(fill(80_000));
        assert_eq!(Blocks::lent_bytes(), None);
        outer.lend(|| {
            assert!(Blocks::lent_bytes() >= Some(80_000));
            Blocks::drop_lent();
            assert_eq!(Blocks::lent_bytes(), Some(0));
        });
        assert!(outer.held_bytes() < 80_000);
    }

    #[test]
    fn not_more_than_so_much_is_kept() {
        let mut blocks = Blocks::default();
        blocks.lend(|| {
            let vectors: Vec<_> = (1..80).map(|at| Vector::<u8>::new().try_reserve(at << 16)).collect();
            assert!(vectors.iter().all(Result::is_ok));
        });
        assert!(blocks.held_bytes() <= BYTES_MAX + (4 << 10));
    }
}
