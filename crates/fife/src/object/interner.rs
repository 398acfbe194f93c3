//! The interner: each short string exists once, so that equality is identity and the hash is computed once.
//!
//! Chained buckets through the strings themselves, as in PUC-Rio Lua's `lstring.c`. Its references are
//! weak: the marker does not see them. Between the end of marking and the start of the sweep,
//! [`Interner::purge`] unlinks the strings that were not reached; a lookup in that time that finds one keeps it
//! ([`Mutation::keep_leaf`]). The bucket array is a leaf that the VM's state marks.
//!
//! # Safety argument
//!
//! A string is in a bucket from when it is made until it is purged, and purged before it can be swept: so every
//! link leads to a live string.

use super::string::{StringObject, hash, same_short};
use fife_arena::{Finalization, Gc, Mutation, OutOfMemory, Tracer};
use std::cell::Cell;
use std::ptr::NonNull;

pub(crate) struct Interner {
    buckets: Cell<NonNull<*mut StringObject>>,
    /// The number of buckets less one; their number is a power of two.
    mask: Cell<usize>,
    count: Cell<usize>,
    /// The next bucket to purge; equal to the number of buckets when purging is done.
    purge_at: Cell<usize>,
    pub(crate) seed: u64,
}

const FIRST_BUCKETS: usize = 256;

impl Interner {
    pub(crate) fn new(mc: &Mutation<'_>, seed: u64) -> Result<Interner, OutOfMemory> {
        let buckets = allocate_buckets(mc, FIRST_BUCKETS)?;
        Ok(Interner {
            buckets: Cell::new(buckets),
            mask: Cell::new(FIRST_BUCKETS - 1),
            count: Cell::new(0),
            purge_at: Cell::new(usize::MAX),
            seed,
        })
    }

    #[inline(always)]
    fn bucket(&self, hash: u32) -> *mut *mut StringObject {
        // SAFETY: the index is below the number of buckets.
        unsafe { self.buckets.get().as_ptr().add(hash as usize & self.mask.get()) }
    }

    /// The short string with these bytes, made if there is none.
    #[inline]
    pub(crate) fn intern<'gc>(
        &self,
        mc: &Mutation<'gc>,
        content: &[u8],
        forced: bool,
    ) -> Result<Gc<'gc, StringObject>, OutOfMemory> {
        let hash = hash(content, self.seed);
        // SAFETY: buckets and links lead to live strings.
        unsafe {
            let mut at = *self.bucket(hash);
            while !at.is_null() {
                let string: Gc<'gc, StringObject> = Gc::from_ptr(at);
                if string.short_hash() == hash && same_short(StringObject::bytes(string), content) {
                    mc.keep_leaf(NonNull::new_unchecked(at.cast()));
                    return Ok(string);
                }
                at = string.next.get();
            }
        }
        self.insert(mc, content, hash, forced)
    }

    fn insert<'gc>(
        &self,
        mc: &Mutation<'gc>,
        content: &[u8],
        hash: u32,
        forced: bool,
    ) -> Result<Gc<'gc, StringObject>, OutOfMemory> {
        if self.count.get() > self.mask.get() {
            self.grow(mc);
        }
        let string = StringObject::allocate_copy(mc, content, hash, forced)?;
        // SAFETY: the bucket exists; the new string is alive.
        unsafe {
            let bucket = self.bucket(hash);
            string.next.set(*bucket);
            *bucket = string.as_ptr();
        }
        self.count.set(self.count.get() + 1);
        Ok(string)
    }

    /// Doubles the buckets. If there is no memory for that, chains get longer instead.
    #[cold]
    fn grow(&self, mc: &Mutation<'_>) {
        // While purging goes on, bucket numbers must keep their meaning.
        if self.purge_at.get() <= self.mask.get() {
            return;
        }
        let (old, old_count) = (self.buckets.get(), self.mask.get() + 1);
        let Ok(buckets) = allocate_buckets(mc, old_count * 2) else { return };
        self.buckets.set(buckets);
        self.mask.set(old_count * 2 - 1);
        // SAFETY: the old buckets are read once and then freed; links lead to live strings.
        unsafe {
            for index in 0..old_count {
                let mut at = *old.as_ptr().add(index);
                while !at.is_null() {
                    let next = (*at).next.get();
                    let bucket = self.bucket((*at).short_hash());
                    (*at).next.set(*bucket);
                    *bucket = at;
                    at = next;
                }
            }
            mc.free_leaf(old.cast());
        }
    }

    /// Starts unlinking dead strings.
    pub(crate) fn start_purge(&self) {
        self.purge_at.set(0);
    }

    /// Unlinks the dead strings of about `buckets` buckets; true when all are done.
    pub(crate) fn purge(&self, finalization: &Finalization<'_>, buckets: usize) -> bool {
        let end = self.purge_at.get().saturating_add(buckets).min(self.mask.get() + 1);
        for index in self.purge_at.get()..end {
            // SAFETY: buckets and links lead to strings that are not swept yet.
            unsafe {
                let mut link = self.buckets.get().as_ptr().add(index);
                while let Some(string) = NonNull::new(*link) {
                    let next = string.as_ref().next.as_ptr();
                    if finalization.is_dead_raw(string.cast()) {
                        *link = *next;
                        self.count.set(self.count.get() - 1);
                    } else {
                        link = next;
                    }
                }
            }
        }
        self.purge_at.set(end);
        let done = end > self.mask.get();
        if done {
            self.purge_at.set(usize::MAX);
        }
        done
    }

    /// Marks the bucket array; not the strings.
    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        // SAFETY: the bucket array is a live leaf.
        unsafe { tracer.mark_block(self.buckets.get().cast()) }
    }
}

fn allocate_buckets(mc: &Mutation<'_>, count: usize) -> Result<NonNull<*mut StringObject>, OutOfMemory> {
    let memory = mc.allocate_leaf(count * size_of::<*mut StringObject>(), count == FIRST_BUCKETS)?;
    // SAFETY: the leaf is ours; zero bytes are null pointers.
    unsafe { memory.as_ptr().write_bytes(0, count * size_of::<*mut StringObject>()) };
    Ok(memory.cast())
}
