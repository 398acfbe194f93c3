//! Finalizers: the objects whose metamethod `__gc` must be called before they are freed (manual §2.5.3).
//!
//! Setting a metatable with a `__gc` puts an object on the list in this file, which does not keep it alive. When
//! marking has ended, unreached objects move to the queue of due objects, which keeps them alive; the latest come
//! first. The interpreter takes them from there at the start of a step.
//!
//! Lists are chains of chunks in the heap. So they count as memory and are traced in parts, and no operation on them
//! takes long. Separating writes into the chunks it has read, since the limit may leave no room for others.
//!
//! # Safety argument
//!
//! The slots of a listed chunk are not traced, but [`Finalizers::separate`] examines all of them between marking and
//! sweeping, and removes dead objects. An object that a host adds meanwhile is marked.

use super::slot::Slot;
use fife_arena::{Collect, Finalization, Gc, Mutation, OutOfMemory, Tracer};
use std::cell::Cell;
use std::ptr::NonNull;

/// The objects of a chunk, which takes less than 2 KiB.
const CHUNK_SIZE: usize = 120;

/// A piece of a list.
struct Chunk<'gc> {
    slots: [Cell<Slot<'gc>>; CHUNK_SIZE],
    count: Cell<usize>,
    /// How many were taken from the front.
    taken: Cell<usize>,
    next: Cell<Option<Gc<'gc, Chunk<'gc>>>>,
    /// Whether the objects in it are kept alive.
    is_due: Cell<bool>,
}

// SAFETY: shows the chain, and the slots of a due chunk; for the others see the safety argument. Changes run the
// barrier.
unsafe impl Collect for Chunk<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Some(next) = self.next.get() {
            tracer.mark(next);
        }
        if self.is_due.get() {
            for slot in &self.slots[self.taken.get()..self.count.get()] {
                slot.get().trace(tracer);
            }
        }
    }
}

type Link<'gc> = Cell<Option<Gc<'gc, Chunk<'gc>>>>;

impl<'gc> Chunk<'gc> {
    fn allocate(mc: &Mutation<'gc>, is_due: bool, forced: bool) -> Result<Gc<'gc, Chunk<'gc>>, OutOfMemory> {
        // SAFETY: the object is written before anything else sees it.
        unsafe {
            let memory = mc.allocate_traced::<Chunk<'gc>>(size_of::<Chunk<'gc>>(), forced)?;
            memory.write(Chunk {
                slots: [const { Cell::new(Slot::NIL) }; CHUNK_SIZE],
                count: Cell::new(0),
                taken: Cell::new(0),
                next: Cell::new(None),
                is_due: Cell::new(is_due),
            });
            Ok(Gc::from_ptr(memory.as_ptr()))
        }
    }

    fn is_full(&self) -> bool {
        self.count.get() == CHUNK_SIZE
    }

    fn push(this: Gc<'gc, Self>, mc: &Mutation<'gc>, object: Slot<'gc>) {
        this.slots[this.count.get()].set(object);
        this.count.set(this.count.get() + 1);
        mc.barrier_backward(this);
    }
}

/// A chain of chunks to which objects are added at the end.
#[derive(Default)]
struct Queue<'gc> {
    first: Link<'gc>,
    last: Link<'gc>,
}

impl<'gc> Queue<'gc> {
    /// Adds an object. A new chunk, if one is needed, comes from `spare` if that has any, or is the `extra` one.
    fn push(&self, mc: &Mutation<'gc>, object: Slot<'gc>, is_due: bool, spare: &Link<'gc>, extra: &Link<'gc>) {
        let last = match self.last.get() {
            Some(last) if !last.is_full() => last,
            full => {
                let taken = match spare.get() {
                    Some(chunk) => {
                        spare.set(chunk.next.take());
                        Some(chunk)
                    }
                    None => extra.take(),
                };
                let chunk = match taken {
                    Some(chunk) => {
                        chunk.count.set(0);
                        chunk.taken.set(0);
                        chunk.is_due.set(is_due);
                        chunk
                    }
                    None => match Chunk::allocate(mc, is_due, true) {
                        Ok(chunk) => chunk,
                        // The system itself has no 2 KiB left, and the extra chunk was used since the last object was
                        // added.
                        Err(OutOfMemory) => std::alloc::handle_alloc_error(std::alloc::Layout::new::<Chunk<'_>>()),
                    },
                };
                match full {
                    Some(full) => {
                        full.next.set(Some(chunk));
                        mc.barrier_backward(full);
                    }
                    None => self.first.set(Some(chunk)),
                }
                self.last.set(Some(chunk));
                chunk
            }
        };
        Chunk::push(last, mc, object);
    }
}

/// The objects with finalizers, and those whose finalizers are due.
#[derive(Default)]
pub(crate) struct Finalizers<'gc> {
    /// Objects added since the last separation: the latest chunk first, the oldest object of a chunk first.
    young: Link<'gc>,
    /// Older objects, the latest first.
    old: Queue<'gc>,
    due: Queue<'gc>,
    /// During separation: the rest of both lists, and chunks that may be used.
    young_left: Link<'gc>,
    old_left: Link<'gc>,
    spare: Link<'gc>,
    /// A spare chunk. Two lists made from one have at most one chunk more, so separating, which cannot wait for memory,
    /// needs no other.
    extra: Link<'gc>,
    /// No more objects are added: the VM is being closed.
    is_closed: Cell<bool>,
    /// All listed objects become due once separation has ended.
    is_closing: Cell<bool>,
}

impl<'gc> Finalizers<'gc> {
    /// Shows the chains; part of the root, which is traced again at the end of marking.
    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        let queues = [&self.old, &self.due].map(|queue| [&queue.first, &queue.last]);
        let links = [&self.young, &self.young_left, &self.old_left, &self.spare, &self.extra];
        for chunk in queues.into_iter().flatten().chain(links).filter_map(Cell::get) {
            tracer.mark(chunk);
        }
    }

    /// Whether no object has a finalizer.
    pub(crate) fn is_empty(&self) -> bool {
        self.young.get().is_none() && self.old.first.get().is_none()
    }

    /// Lists an object, a table or a userdata, that is not listed.
    pub(crate) fn add(&self, mc: &Mutation<'gc>, object: Slot<'gc>) -> Result<(), OutOfMemory> {
        if self.is_closed.get() {
            return Ok(());
        }
        if self.extra.get().is_none() {
            self.extra.set(Some(Chunk::allocate(mc, false, false)?));
        }
        let young = match self.young.get() {
            Some(young) if !young.is_full() => young,
            older => {
                let chunk = Chunk::allocate(mc, false, false)?;
                chunk.next.set(older);
                self.young.set(Some(chunk));
                chunk
            }
        };
        // SAFETY: a live object.
        unsafe { mc.barrier_forward_raw(NonNull::new_unchecked(object.payload().pointer)) }
        Chunk::push(young, mc, object);
        Ok(())
    }

    /// Starts to search for dead objects.
    pub(crate) fn start_separating(&self) {
        self.young_left.set(self.young.take());
        self.old_left.set(self.old.first.take());
        self.old.last.set(None);
    }

    /// Moves dead objects to the queue, for about `budget` bytes of work. True when all are done. Moved objects are
    /// marked; what they reach must be marked afterwards.
    pub(crate) fn separate(&self, finalization: &Finalization<'gc>, budget: &mut usize) -> bool {
        // SAFETY: nothing is swept while the lists hold unreached objects.
        let is_dead =
            |object: Slot<'gc>| unsafe { finalization.is_dead_raw(NonNull::new_unchecked(object.payload().pointer)) };
        self.sort(finalization, budget, is_dead)
    }

    /// Makes all finalizers due, as when the VM is closed: the next [`settle`](Self::settle) carries that out. From now
    /// on no object gets one.
    pub(crate) fn close(&self) {
        self.is_closed.set(true);
        self.is_closing.set(true);
    }

    /// Makes all finalizers due if that was requested. Not during separation.
    #[inline]
    pub(crate) fn settle(&self, mc: &Mutation<'gc>) {
        if self.is_closing.get() {
            self.make_all_due(mc);
        }
    }

    #[cold]
    fn make_all_due(&self, mc: &Mutation<'gc>) {
        self.is_closing.set(false);
        self.start_separating();
        self.sort(mc, &mut usize::MAX.clone(), |_| true);
    }

    fn sort(&self, mc: &Mutation<'gc>, budget: &mut usize, is_due: impl Fn(Slot<'gc>) -> bool) -> bool {
        loop {
            let (source, is_young) = match self.young_left.get() {
                Some(_) => (&self.young_left, true),
                None => (&self.old_left, false),
            };
            let Some(chunk) = source.get() else {
                self.keep_extra(self.spare.take());
                return true;
            };
            if *budget == 0 {
                return false;
            }
            *budget = budget.saturating_sub(CHUNK_SIZE * size_of::<Slot<'_>>());
            source.set(chunk.next.get());
            let count = chunk.count.get();
            let mut objects = [Slot::NIL; CHUNK_SIZE];
            for (object, slot) in objects.iter_mut().zip(&chunk.slots).take(count) {
                *object = slot.get();
            }
            if is_young {
                objects[..count].reverse();
            }
            chunk.next.set(self.spare.get());
            chunk.count.set(0);
            self.spare.set(Some(chunk));
            mc.barrier_backward(chunk);
            for object in &objects[..count] {
                if is_due(*object) {
                    // SAFETY: it was not swept.
                    unsafe { mc.barrier_forward_raw(NonNull::new_unchecked(object.payload().pointer)) }
                    self.due.push(mc, *object, true, &self.spare, &self.extra);
                } else {
                    self.old.push(mc, *object, false, &self.spare, &self.extra);
                }
            }
        }
    }

    /// Whether a finalizer is to be called.
    #[inline]
    pub(crate) fn is_due(&self) -> bool {
        self.due.first.get().is_some()
    }

    /// Takes the next object whose finalizer is due.
    pub(crate) fn take_due(&self) -> Option<Slot<'gc>> {
        let chunk = self.due.first.get()?;
        let object = chunk.slots[chunk.taken.get()].get();
        chunk.taken.set(chunk.taken.get() + 1);
        if chunk.taken.get() == chunk.count.get() {
            self.due.first.set(chunk.next.get());
            if chunk.next.get().is_none() {
                self.due.last.set(None);
            }
            self.keep_extra(Some(chunk));
        }
        Some(object)
    }

    /// Keeps a chunk that is no longer in a list, if there is no spare one.
    fn keep_extra(&self, chunk: Option<Gc<'gc, Chunk<'gc>>>) {
        if self.extra.get().is_none()
            && let Some(chunk) = chunk
        {
            chunk.next.set(None);
            chunk.count.set(0);
            chunk.taken.set(0);
            self.extra.set(Some(chunk));
        }
    }
}
