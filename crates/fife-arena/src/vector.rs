//! A vector outside of the heap. If it is large, its memory comes from the system itself and returns there.
//!
//! Rust's allocator may keep freed memory, above all the old places of a growing vector. So a program that compiled a
//! long source would have much more memory than it holds.
//!
//! # Safety argument
//!
//! `at` is a block for `capacity` items (dangling if that takes no bytes). If it has at least [`LARGE`] bytes it is
//! from the system, otherwise from Rust's allocator, and it is given back accordingly: both follow from the capacity. A
//! block of the system may have been another vector's, see [`Blocks`](crate::Blocks).
//! The first `len` items are initialised, and `len` is at most `capacity`. A vector owns its items as a `Vec` does.

use crate::blocks;
use crate::heap::OutOfMemory;
use crate::page::{GRANULE, PAGE_SIZE};
use crate::system;
use std::alloc::{Layout, alloc, dealloc};
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// A block of this many bytes or more is taken from the system.
const LARGE: usize = 2 * PAGE_SIZE;

/// A vector whose memory returns to the system when it is dropped, if it is large. It grows only on request.
///
/// ```
/// use fife_arena::Vector;
///
/// let mut vector = Vector::new();
/// vector.try_reserve(100_000)?;
/// vector.push(7);
/// vector.extend_from_slice(&[8, 9]);
/// assert_eq!((&vector[..], vector.capacity() >= 100_000), (&[7, 8, 9][..], true));
/// # Ok::<(), fife_arena::OutOfMemory>(())
/// ```
pub struct Vector<T> {
    at: NonNull<T>,
    len: usize,
    capacity: usize,
    owned: PhantomData<T>,
}

// SAFETY: it owns its items and its memory.
unsafe impl<T: Send> Send for Vector<T> {}
// SAFETY: a shared reference only gives shared references to the items.
unsafe impl<T: Sync> Sync for Vector<T> {}

impl<T> Vector<T> {
    /// No items, and no memory.
    pub const fn new() -> Vector<T> {
        const { assert!(align_of::<T>() <= PAGE_SIZE) };
        Vector { at: NonNull::dangling(), len: 0, capacity: 0, owned: PhantomData }
    }

    /// How many items there is room for.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// How much memory it has, in bytes.
    #[inline]
    pub fn held_bytes(&self) -> usize {
        self.capacity * size_of::<T>()
    }

    /// The capacity that a request for `wanted` gets: the memory of large vectors is whole pages of 16 KiB.
    pub fn capacity_for(wanted: usize) -> usize {
        let size = size_of::<T>();
        match wanted.checked_mul(size) {
            Some(bytes) if bytes >= LARGE => {
                bytes.checked_next_multiple_of(PAGE_SIZE).map_or(usize::MAX, |it| it / size)
            }
            Some(_) => wanted,
            None => usize::MAX,
        }
    }

    /// Makes room for `additional` more items, and for no more than [`capacity_for`](Self::capacity_for) says.
    ///
    /// # Errors
    /// The system has no memory. Nothing has changed then.
    pub fn try_reserve(&mut self, additional: usize) -> Result<(), OutOfMemory> {
        let needed = self.len.checked_add(additional).ok_or(OutOfMemory)?;
        if needed <= self.capacity {
            return Ok(());
        }
        let capacity = Vector::<T>::capacity_for(needed);
        let at = match Vector::<T>::take_kept(capacity) {
            Some(at) => at,
            None if self.lengthen(capacity) => return Ok(()),
            None => Vector::<T>::allocate(capacity)?,
        };
        // SAFETY: both blocks are ours, and have room for the items.
        unsafe { at.copy_from_nonoverlapping(self.at, self.len) };
        self.give_memory();
        (self.at, self.capacity) = (at, capacity);
        Ok(())
    }

    /// A block that another vector has given up.
    fn take_kept(capacity: usize) -> Option<NonNull<T>> {
        let size = capacity.checked_mul(size_of::<T>()).filter(|size| *size >= LARGE && align_of::<T>() <= GRANULE)?;
        blocks::take(size.checked_next_multiple_of(PAGE_SIZE)?).map(NonNull::cast)
    }

    /// Makes room for `capacity` items without copying the existing ones, if the memory is the system's and the system
    /// can do it.
    fn lengthen(&mut self, capacity: usize) -> bool {
        let Some(wanted) = capacity.checked_mul(size_of::<T>()).filter(|wanted| *wanted <= isize::MAX as usize) else {
            return false;
        };
        if self.held_bytes() < LARGE || block_size(wanted) <= block_size(self.held_bytes()) || align_of::<T>() > GRANULE
        {
            return false;
        }
        // SAFETY: the block is the system's, has this length, and belongs to this object alone.
        let longer = unsafe { system::lengthen(self.at.cast(), block_size(self.held_bytes()), block_size(wanted)) };
        if let Some(at) = longer {
            (self.at, self.capacity) = (at.cast(), capacity);
        }
        longer.is_some()
    }

    fn allocate(capacity: usize) -> Result<NonNull<T>, OutOfMemory> {
        let layout = Layout::array::<T>(capacity).map_err(|_| OutOfMemory)?;
        if layout.size() == 0 {
            return Ok(NonNull::dangling());
        }
        let block = if layout.size() >= LARGE {
            let size = block_size(layout.size());
            let block = system::take(size, false);
            // A compiler uses all of its vectors, and few at a time.
            if let Some(block) = block.filter(|_| system::has_huge_pages(size)) {
                // SAFETY: just taken with this size.
                unsafe { system::use_huge_pages(block, size) }
            }
            block
        } else {
            // SAFETY: the size is not 0.
            NonNull::new(unsafe { alloc(layout) })
        };
        Ok(block.ok_or(OutOfMemory)?.cast())
    }

    #[inline]
    fn give_memory(&mut self) {
        if self.capacity > 0 {
            self.give_block();
        }
    }

    fn give_block(&mut self) {
        let layout = Layout::array::<T>(self.capacity).expect("it was allocated");
        // SAFETY: the capacity says where the block came from, and it is not used any more.
        unsafe {
            if layout.size() >= LARGE {
                let (block, size) = (self.at.cast(), block_size(layout.size()));
                if align_of::<T>() > GRANULE || !blocks::keep(block, size) {
                    system::shorten(block, size, 0);
                }
            } else if layout.size() > 0 {
                dealloc(self.at.as_ptr().cast(), layout);
            }
        }
    }

    /// Adds an item at the end.
    ///
    /// # Panics
    /// If there is no room for it.
    #[inline]
    pub fn push(&mut self, item: T) {
        self.check_room(1);
        // SAFETY: there is room for it.
        unsafe { self.at.add(self.len).write(item) };
        self.len += 1;
    }

    /// Adds items at the end.
    ///
    /// # Panics
    /// If there is no room for them.
    pub fn extend_from_slice(&mut self, items: &[T])
    where
        T: Copy,
    {
        self.check_room(items.len());
        // SAFETY: there is room for them, and they are not this object's own: that is borrowed.
        unsafe { self.at.add(self.len).copy_from_nonoverlapping(NonNull::from(items).cast(), items.len()) };
        self.len += items.len();
    }

    /// Makes it `len` items long: shorter, or with copies of `item` at the end.
    ///
    /// # Panics
    /// If there is no room for them.
    pub fn resize(&mut self, len: usize, item: T)
    where
        T: Clone,
    {
        self.truncate(len);
        while self.len < len {
            self.push(item.clone());
        }
    }

    /// Removes the last item, if there is one.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        // SAFETY: it was the last initialised item, and no longer counts as one.
        Some(unsafe { self.at.add(self.len).read() })
    }

    /// Drops all items but the first `len`. It keeps its memory.
    pub fn truncate(&mut self, len: usize) {
        if std::mem::needs_drop::<T>() {
            while self.len > len {
                self.pop();
            }
        }
        self.len = self.len.min(len);
    }

    /// Drops all items. It keeps its memory.
    pub fn clear(&mut self) {
        self.truncate(0);
    }

    /// Moves the items from `start` on into a box, whose memory is from Rust's allocator. The vector keeps its own.
    ///
    /// # Errors
    /// There is no memory for it. Nothing has changed then.
    pub fn try_box_from(&mut self, start: usize) -> Result<Box<[T]>, OutOfMemory> {
        let count = self.len.saturating_sub(start);
        let mut boxed = Vec::new();
        boxed.try_reserve_exact(count).map_err(|_| OutOfMemory)?;
        self.len -= count;
        // SAFETY: there is room for the items in the new place, and they are no longer in the old one.
        unsafe {
            self.at.as_ptr().add(self.len).copy_to_nonoverlapping(boxed.as_mut_ptr(), count);
            boxed.set_len(count);
        }
        Ok(boxed.into_boxed_slice())
    }

    #[inline]
    fn check_room(&self, more: usize) {
        assert!(more <= self.capacity - self.len, "items are added without room for them");
    }
}

/// The size of the system's block for `bytes` bytes.
fn block_size(bytes: usize) -> usize {
    bytes.next_multiple_of(PAGE_SIZE)
}

impl<T> Drop for Vector<T> {
    fn drop(&mut self) {
        self.clear();
        self.give_memory();
    }
}

impl<T> Default for Vector<T> {
    fn default() -> Vector<T> {
        Vector::new()
    }
}

impl<T> Deref for Vector<T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: the first `len` items are initialised.
        unsafe { NonNull::slice_from_raw_parts(self.at, self.len).as_ref() }
    }
}

impl<T> DerefMut for Vector<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as in `deref`.
        unsafe { NonNull::slice_from_raw_parts(self.at, self.len).as_mut() }
    }
}

impl<'a, T> IntoIterator for &'a Vector<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: fmt::Debug> fmt::Debug for Vector<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::IS_SHORT;
    use std::rc::Rc;

    /// Items that own something, at both kinds of memory.
    #[test]
    fn a_vector_is_a_vec() {
        let (mut vector, mut model) = (Vector::new(), Vec::new());
        let counter = Rc::new(());
        for round in 0..if cfg!(miri) { 600 } else { 9000_usize } {
            match round % 17 {
                0 => {
                    assert_eq!(vector.pop(), model.pop());
                }
                1 => {
                    let len = model.len().saturating_sub(round % 3);
                    vector.truncate(len);
                    model.truncate(len);
                }
                // To the other kind of memory at once, since an interpreter takes long to get there in small steps.
                2 if cfg!(miri) && round > 400 => vector.try_reserve(LARGE / size_of::<(usize, Rc<()>)>()).unwrap(),
                2 => vector.try_reserve(round % 300).unwrap(),
                _ => {
                    vector.try_reserve(1).unwrap();
                    vector.push((round, counter.clone()));
                    model.push((round, counter.clone()));
                }
            }
            assert!(vector.capacity() >= vector.len());
            if round % 100 == 0 {
                assert_eq!(&vector[..], &model[..]);
            }
        }
        assert!(vector.held_bytes() >= LARGE, "both kinds of memory were seen");
        assert_eq!(vector.try_reserve(usize::MAX), Err(OutOfMemory));
        assert_eq!(vector.try_reserve(usize::MAX / 32), Err(OutOfMemory));
        let tail = vector.try_box_from(model.len() - 3).unwrap();
        assert_eq!((&tail[..], vector.len()), (&model[model.len() - 3..], model.len() - 3));
        drop(tail);
        model.truncate(vector.len());
        let boxed = vector.try_box_from(0).unwrap();
        assert_eq!((&boxed[..], vector.len()), (&model[..], 0));
        assert!(vector.held_bytes() >= LARGE && vector.try_box_from(1).unwrap().is_empty());
        assert_eq!(Rc::strong_count(&counter), 2 * model.len() + 1);
        let mut vector = Vector::new();
        vector.try_reserve(1).unwrap();
        vector.push(counter.clone());
        drop((boxed, vector));
        assert_eq!(Rc::strong_count(&counter), model.len() + 1);
    }

    #[test]
    fn sizes_that_divide_nothing() {
        let (mut vector, count) = (Vector::new(), if cfg!(miri) { 3000 } else { 5000_usize });
        for at in 0..count {
            vector.try_reserve(1).unwrap();
            vector.push([at as u8; 12]);
            assert!(vector.capacity() <= Vector::<[u8; 12]>::capacity_for(vector.len()));
        }
        assert!((0..count).step_by(if IS_SHORT { 50 } else { 1 }).all(|at| vector[at] == [at as u8; 12]));
        let mut nothing = Vector::new();
        nothing.try_reserve(3).unwrap();
        nothing.resize(3, ());
        assert_eq!((nothing.len(), nothing.held_bytes()), (3, 0));
    }

    #[test]
    #[should_panic(expected = "without room")]
    fn nothing_is_added_without_room() {
        Vector::new().push(1);
    }
}
