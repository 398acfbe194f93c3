//! Growing runs of plain data: a vector whose memory is a block of the arena.
//!
//! # Safety argument
//!
//! `at` is a leaf of the arena that 'gc belongs to, with room for `capacity` items (no leaf if that is 0). The first
//! `len` items are initialised, and `len` is at most `capacity`. The block belongs to this object alone: it cannot be
//! cloned, and nothing else knows the address. It is marked whenever this object is traced, as a [`Gc`](crate::Gc) is.
//! It is freed by [`free`](Bytes::free), which gives up the address, or swept when nothing traces it any more. So there
//! is no destructor, which might run after the sweeper freed the block; and a type with a `Run` cannot have a
//! destructor that uses it, since the derive of [`Collect`] refuses destructors.

use crate::arena::Mutation;
use crate::collect::Collect;
use crate::heap::OutOfMemory;
use crate::mark::Tracer;
use crate::maybe_send::MaybeSend;
use crate::page::{GRANULE, Kind};
use crate::raw;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// A growing run of plain data, like a `Vec<T>` whose memory comes from the arena. It counts against the limit on
/// memory, and freed memory returns to the arena. Items are only added where there is room for them: reserve it before.
///
/// Keep it where a [`Gc`](crate::Gc) may be kept: in an object, or on the Rust stack during one call of
/// [`Arena::mutate`](crate::Arena::mutate). A dropped run is freed by a collection, one given to [`free`](Self::free)
/// at once.
///
/// ```
/// use fife_arena::{Arena, Bytes, Rootable};
///
/// let mut arena = Arena::<Rootable![Bytes<'_>]>::new(|_| Bytes::new());
/// arena.mutate(|mc, _| {
///     let mut bytes = Bytes::new();
///     bytes.try_reserve(mc, 100)?;
///     bytes.extend_from_slice(b"some");
///     assert_eq!((&bytes[..], bytes.capacity() >= 100), (&b"some"[..], true));
///     bytes.free(mc);
///     Ok::<(), fife_arena::OutOfMemory>(())
/// })?;
/// # Ok::<(), fife_arena::OutOfMemory>(())
/// ```
pub struct Run<'gc, T: Copy + 'static> {
    at: NonNull<T>,
    len: usize,
    capacity: usize,
    brand: PhantomData<std::cell::Cell<&'gc ()>>,
}

/// A growing run of bytes.
pub type Bytes<'gc> = Run<'gc, u8>;

// SAFETY: shows its block, which has no pointers to objects: items live for 'static.
unsafe impl<T: Copy + MaybeSend + 'static> Collect for Run<'_, T> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        if self.capacity > 0 {
            // SAFETY: it is a leaf of this arena, and live because it is traced in each cycle.
            unsafe { tracer.mark_block(self.at.cast()) }
        }
    }
}

impl<'gc, T: Copy + 'static> Run<'gc, T> {
    /// No items, and no memory.
    pub const fn new() -> Run<'gc, T> {
        const { assert!(align_of::<T>() <= GRANULE && size_of::<T>() > 0, "blocks are aligned to 16 bytes") };
        Run { at: NonNull::dangling(), len: 0, capacity: 0, brand: PhantomData }
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

    /// Makes room for `additional` more items, and little more than that.
    ///
    /// # Errors
    /// The limit on memory or the system refuses it. Nothing has changed then.
    pub fn try_reserve(&mut self, mc: &Mutation<'gc>, additional: usize) -> Result<(), OutOfMemory> {
        let needed = self.len.checked_add(additional).ok_or(OutOfMemory)?;
        if needed <= self.capacity {
            return Ok(());
        }
        let size = needed.checked_mul(size_of::<T>()).ok_or(OutOfMemory)?;
        if self.capacity > 0
            // SAFETY: the block is a live leaf of this arena, and nothing but `self` knows it.
            && let Some(block) = unsafe { mc.heap().lengthen_leaf(self.at.cast(), size, false) }
        {
            // SAFETY: it is a live leaf.
            (self.at, self.capacity) = (block.cast(), unsafe { raw::leaf_size(block) } / size_of::<T>());
            return Ok(());
        }
        let block = mc.heap().allocate(Kind::Leaf, size, false)?;
        let at = block.cast::<T>();
        // SAFETY: both blocks are ours, and have room for the items; the new one was just allocated.
        let capacity = unsafe {
            at.copy_from_nonoverlapping(self.at, self.len);
            raw::leaf_size(block) / size_of::<T>()
        };
        let len = self.len;
        std::mem::take(self).free(mc);
        (self.at, self.len, self.capacity) = (at, len, capacity);
        Ok(())
    }

    /// Adds an item at the end.
    ///
    /// # Panics
    /// If there is no room for it.
    #[inline]
    pub fn push(&mut self, item: T) {
        self.extend_from_slice(&[item]);
    }

    /// Removes the last item, if there is one.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        let last = self.last().copied();
        self.len = self.len.saturating_sub(1);
        last
    }

    /// Adds items at the end.
    ///
    /// # Panics
    /// If there is no room for them.
    #[inline]
    pub fn extend_from_slice(&mut self, items: &[T]) {
        self.check_room(items.len());
        // SAFETY: there is room for them, and they are not this object's own: that is borrowed.
        unsafe { self.at.add(self.len).copy_from_nonoverlapping(NonNull::from(items).cast(), items.len()) };
        self.len += items.len();
    }

    /// Makes it `len` items long: shorter, or with copies of `item` at the end.
    ///
    /// # Panics
    /// If there is no room for them.
    pub fn resize(&mut self, len: usize, item: T) {
        self.check_room(len.saturating_sub(self.len));
        for at in self.len..len {
            // SAFETY: there is room for them.
            unsafe { self.at.add(at).write(item) };
        }
        self.len = len;
    }

    /// Makes it at most `len` items long. It keeps its memory.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Frees its memory at once.
    pub fn free(self, mc: &Mutation<'gc>) {
        if self.capacity > 0 {
            // SAFETY: the block is a live leaf of this arena, and nothing but `self` knows it.
            unsafe { mc.heap().free_leaf(self.at.cast()) }
        }
    }

    #[inline]
    fn check_room(&self, more: usize) {
        assert!(more <= self.capacity - self.len, "items are added without room for them");
    }
}

impl<T: Copy + 'static> Default for Run<'_, T> {
    fn default() -> Self {
        Run::new()
    }
}

impl<T: Copy + 'static> Deref for Run<'_, T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: the first `len` items are initialised.
        unsafe { NonNull::slice_from_raw_parts(self.at, self.len).as_ref() }
    }
}

impl<T: Copy + 'static> DerefMut for Run<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as in `deref`.
        unsafe { NonNull::slice_from_raw_parts(self.at, self.len).as_mut() }
    }
}

impl<T: Copy + 'static> fmt::Debug for Run<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("len", &self.len).field("capacity", &self.capacity).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::IS_SHORT;
    use crate::{Arena, Gc, Phase, RefLock, Rootable};

    type Root<'gc> = Gc<'gc, RefLock<Bytes<'gc>>>;

    /// Does what the round says to both; the vector is what the bytes should be.
    fn change<'gc>(mc: &Mutation<'gc>, bytes: &mut Bytes<'gc>, model: &mut Vec<u8>, round: usize) {
        let byte = round as u8;
        bytes.try_reserve(mc, 150).unwrap();
        match round % 7 {
            0 => {
                bytes.push(byte);
                model.push(byte);
            }
            1..=3 => {
                let more = vec![byte; round % 100];
                bytes.extend_from_slice(&more);
                model.extend_from_slice(&more);
            }
            4 => {
                let length = model.len() + round % 50;
                bytes.resize(length, byte);
                model.resize(length, byte);
            }
            5 => bytes.try_reserve(mc, round).unwrap(),
            _ => {
                let length = model.len().saturating_sub(round % 30);
                bytes.truncate(length);
                model.truncate(length);
            }
        }
        assert_eq!(&bytes[..], &model[..]);
    }

    fn collect_a_little(arena: &mut Arena<Rootable![Root<'_>]>) {
        match arena.phase() {
            Phase::Sleep => arena.start_marking(),
            Phase::Mark | Phase::Marked => {
                if let Some(marked) = arena.mark(100) {
                    marked.start_sweeping();
                }
            }
            Phase::Sweep => {
                arena.sweep(100);
            }
        }
    }

    /// Through all phases of the collector, with freed memory overwritten.
    #[test]
    fn bytes_are_those_of_a_vector() {
        let mut arena = Arena::<Rootable![Root<'_>]>::new(|mc| Gc::new(mc, RefLock::new(Bytes::new())));
        arena.set_poison(true);
        let mut model = Vec::new();
        let rounds = if cfg!(miri) { if IS_SHORT { 35 } else { 100 } } else { 3000 };
        for round in 0..rounds {
            arena.mutate(|mc, root| change(mc, &mut root.borrow_mut(mc), &mut model, round));
            collect_a_little(&mut arena);
        }
        arena.mutate(|mc, root| {
            let mut bytes = root.borrow_mut(mc);
            assert_eq!(bytes.try_reserve(mc, usize::MAX), Err(OutOfMemory));
            assert_eq!(bytes.try_reserve(mc, usize::MAX / 2), Err(OutOfMemory));
            assert_eq!(&bytes[..], &model[..]);
            bytes[0] = 7;
            assert_eq!(bytes.first(), Some(&7));
        });
    }

    #[test]
    fn items_of_any_size() {
        Arena::<Rootable![()]>::new(|_| ()).mutate(|mc, ()| {
            let mut run = Run::new();
            // More than the largest size of a page with others.
            let count = if IS_SHORT { 1400 } else { 3000_u32 };
            for at in 0..count {
                run.try_reserve(mc, 1).unwrap();
                run.push([at; 3]);
            }
            assert!((0..count).all(|at| run[at as usize] == [at; 3]));
            assert_eq!((run.pop(), run.len()), (Some([count - 1; 3]), count as usize - 1));
            assert_eq!(run.try_reserve(mc, usize::MAX / 12), Err(OutOfMemory));
            assert!(run.held_bytes() >= count as usize * 12);
        });
    }

    /// As long as the system can lengthen it, a large block is not copied, but for the first one with huge pages.
    #[test]
    fn a_large_run_grows_by_its_pages() {
        let mut arena = Arena::<Rootable![Root<'_>]>::new(|mc| Gc::new(mc, RefLock::new(Bytes::new())));
        let size = if cfg!(miri) { 200 << 10 } else { 5 << 20 };
        for round in 1..4_usize {
            arena.mutate(|mc, root| {
                let mut bytes = root.borrow_mut(mc);
                let before = mc.heap().metrics().held_bytes;
                bytes.try_reserve(mc, size).unwrap();
                bytes.extend_from_slice(&vec![round as u8; size]);
                let more = mc.heap().metrics().held_bytes - before;
                assert!(!crate::system::GIVES_PARTS || round == 1 || more < size + size / 2, "{more} more were taken");
            });
            arena.collect_all();
        }
        arena.mutate(|_, root| {
            let bytes = root.borrow();
            let mut parts = bytes.chunks(size).enumerate();
            assert!(parts.all(|(at, part)| part == vec![at as u8 + 1; size]), "contents move along");
            assert_eq!(bytes.len(), 3 * size);
        });
    }

    #[test]
    fn their_memory_is_the_arenas() {
        let mut arena = Arena::<Rootable![Root<'_>]>::new(|mc| Gc::new(mc, RefLock::new(Bytes::new())));
        arena.collect_all();
        let before = arena.metrics().object_bytes;
        arena.set_limit(Some(arena.metrics().held_bytes + (1 << 20)));
        arena.mutate(|mc, root| {
            let mut bytes = root.borrow_mut(mc);
            assert_eq!(bytes.try_reserve(mc, 2 << 20), Err(OutOfMemory));
            for size in [10, 1000, 30_000, 100_000] {
                bytes.try_reserve(mc, size).unwrap();
            }
        });
        let with = arena.metrics().object_bytes;
        assert!(with >= before + 100_000 && with < before + 120_000, "what it grew from is free: {}", with - before);
        arena.mutate(|mc, root| std::mem::take(&mut *root.borrow_mut(mc)).free(mc));
        assert_eq!(arena.metrics().object_bytes, before);
        arena.mutate(|mc, root| root.borrow_mut(mc).try_reserve(mc, 50_000).unwrap());
        arena.collect_all();
        assert!(arena.metrics().object_bytes >= before + 50_000, "what is traced stays");
        arena.mutate(|mc, root| *root.borrow_mut(mc) = Bytes::new());
        arena.collect_all();
        assert_eq!(arena.metrics().object_bytes, before, "what is dropped goes with a collection");
    }

    /// The system takes memory back page by page, so freeing large blocks is work.
    #[test]
    fn large_blocks_are_swept_a_few_at_a_time() {
        let mut arena = Arena::<Rootable![Root<'_>]>::new(|mc| Gc::new(mc, RefLock::new(Bytes::new())));
        let (size, count) = if cfg!(miri) { (100 << 10, 6) } else { (1 << 20, 40) };
        arena.mutate(|mc, root| {
            for _ in 0..count {
                let mut bytes = Bytes::new();
                bytes.try_reserve(mc, size).unwrap();
                *root.borrow_mut(mc) = bytes;
            }
        });
        while arena.phase() != Phase::Sweep {
            collect_a_little(&mut arena);
        }
        let held = |arena: &Arena<_>| arena.metrics().object_bytes;
        assert!(held(&arena) > count * size);
        loop {
            let before = held(&arena);
            let is_over = arena.sweep(size / 8);
            assert!(before - held(&arena) < 4 * size, "{} bytes in one part", before - held(&arena));
            if is_over {
                break;
            }
        }
        assert!(held(&arena) < 2 * size);
    }

    #[test]
    #[should_panic(expected = "without room")]
    fn nothing_is_added_without_room() {
        Run::new().push(1_u64);
    }
}
