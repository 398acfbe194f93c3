//! The interner: each short string exists once, so that equality is identity and the hash is computed once.
//!
//! Chained buckets through the strings themselves, as in PUC-Rio Lua's `lstring.c`. Its references are
//! weak: the marker does not see them. Between the end of marking and the start of the sweep,
//! [`Interner::purge`] unlinks the strings that were not reached; a lookup in that time that finds one keeps it
//! ([`Mutation::keep_leaf`]). The bucket array is a leaf that the VM's state marks.
//!
//! The buckets double a few at a time: each new string moves what is in [`PORTION`] of the old ones, which come to an end long before
//! the new ones are too few.
//!
//! # Safety argument
//!
//! A string is in a bucket from when it is made until it is purged, and purged before it can be swept: so every
//! link leads to a live string. Nobody looks at old buckets below `moved`, and empty are the new ones whose strings are still in the others.

use super::string::{StringObject, hash, same_short};
use fife_arena::{Finalization, Gc, Mutation, OutOfMemory, Tracer};
use std::cell::Cell;
use std::ptr::NonNull;

pub(crate) struct Interner {
    buckets: Cell<NonNull<*mut StringObject>>,
    /// The number of buckets less one; their number is a power of two.
    mask: Cell<usize>,
    count: Cell<usize>,
    /// While the buckets double: those there were, half as many, and how many of them were moved.
    old: Cell<Option<NonNull<*mut StringObject>>>,
    moved: Cell<usize>,
    /// The next bucket to purge, the old ones last; `usize::MAX` when purging is done.
    purge_at: Cell<usize>,
    pub(crate) seed: u64,
}

const FIRST_BUCKETS: usize = 256;

/// How many old buckets a new string moves.
const PORTION: usize = 4;

impl Interner {
    pub(crate) fn new(mc: &Mutation<'_>, seed: u64) -> Result<Interner, OutOfMemory> {
        let buckets = allocate_buckets(mc, FIRST_BUCKETS)?;
        Ok(Interner {
            buckets: Cell::new(buckets),
            mask: Cell::new(FIRST_BUCKETS - 1),
            count: Cell::new(0),
            old: Cell::new(None),
            moved: Cell::new(0),
            purge_at: Cell::new(usize::MAX),
            seed,
        })
    }

    #[inline(always)]
    fn bucket(&self, hash: u32) -> *mut *mut StringObject {
        if let Some(old) = self.old.get() {
            let index = hash as usize & (self.mask.get() / 2);
            if index >= self.moved.get() {
                // SAFETY: the index is below the number of old buckets.
                return unsafe { old.as_ptr().add(index) };
            }
        }
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
        if self.old.get().is_some() {
            self.move_buckets(mc, PORTION);
        } else if self.count.get() > self.mask.get() {
            self.start_growth(mc);
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

    /// Starts to double the buckets. If there is no memory for that, chains get longer instead.
    #[cold]
    fn start_growth(&self, mc: &Mutation<'_>) {
        // While purging goes on, bucket numbers must keep their meaning.
        if self.purge_at.get() != usize::MAX {
            return;
        }
        let Ok(buckets) = allocate_buckets(mc, (self.mask.get() + 1) * 2) else { return };
        self.old.set(Some(self.buckets.get()));
        self.moved.set(0);
        self.buckets.set(buckets);
        self.mask.set(self.mask.get() * 2 + 1);
    }

    /// Moves the strings of so many old buckets.
    fn move_buckets(&self, mc: &Mutation<'_>, portion: usize) {
        let Some(old) = self.old.get().filter(|_| self.purge_at.get() == usize::MAX) else { return };
        let old_count = self.mask.get() / 2 + 1;
        let end = self.moved.get().saturating_add(portion).min(old_count);
        while self.moved.get() < end {
            let index = self.moved.get();
            self.moved.set(index + 1);
            // SAFETY: the index is below the number of old buckets; links lead to live strings.
            unsafe {
                let mut at = *old.as_ptr().add(index);
                while !at.is_null() {
                    let next = (*at).next.get();
                    let bucket = self.bucket((*at).short_hash());
                    (*at).next.set(*bucket);
                    *bucket = at;
                    at = next;
                }
            }
        }
        if end == old_count {
            self.old.set(None);
            // SAFETY: nothing is in the old buckets any more.
            unsafe { mc.free_leaf(old.cast()) };
        }
    }

    /// Starts unlinking dead strings.
    pub(crate) fn start_purge(&self) {
        self.purge_at.set(0);
    }

    /// Unlinks the dead strings of about `buckets` buckets; true when all are done.
    pub(crate) fn purge(&self, finalization: &Finalization<'_>, buckets: usize) -> bool {
        let count = self.mask.get() + 1;
        let all = count + self.old.get().map_or(0, |_| count / 2);
        let end = self.purge_at.get().saturating_add(buckets).min(all);
        for index in self.purge_at.get()..end {
            // SAFETY: buckets and links lead to strings that are not swept yet. Old buckets that were moved are skipped: what
            // they lead to is in others.
            unsafe {
                let mut link = match self.old.get() {
                    Some(_) if index >= count && index - count < self.moved.get() => continue,
                    Some(old) if index >= count => old.as_ptr().add(index - count),
                    _ => self.buckets.get().as_ptr().add(index),
                };
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
        let done = end == all;
        if done {
            self.purge_at.set(usize::MAX);
        }
        done
    }

    /// Marks the bucket array; not the strings.
    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        for buckets in [Some(self.buckets.get()), self.old.get()].into_iter().flatten() {
            // SAFETY: a bucket array is a live leaf.
            unsafe { tracer.mark_block(buckets.cast()) }
        }
        if tracer.is_check() {
            self.show_strings(tracer);
        }
    }

    /// Shows all strings, for a check: all of them may be found.
    #[cold]
    fn show_strings(&self, tracer: &mut Tracer<'_>) {
        let count = self.mask.get() + 1;
        for index in 0..count + self.old.get().map_or(0, |_| count / 2) {
            // SAFETY: links lead to live strings.
            unsafe {
                let mut link = match self.old.get() {
                    Some(_) if index >= count && index - count < self.moved.get() => continue,
                    Some(old) if index >= count => old.as_ptr().add(index - count),
                    _ => self.buckets.get().as_ptr().add(index),
                };
                while let Some(string) = NonNull::new(*link) {
                    tracer.mark_raw(string.cast());
                    link = string.as_ref().next.as_ptr();
                }
            }
        }
    }
}

fn allocate_buckets(mc: &Mutation<'_>, count: usize) -> Result<NonNull<*mut StringObject>, OutOfMemory> {
    // Zero bytes are null pointers.
    // SAFETY: the state marks the buckets; past the limit are only the first, without which there is no VM.
    let memory = unsafe { mc.allocate_clear_part(count * size_of::<*mut StringObject>(), count == FIRST_BUCKETS)? };
    Ok(memory.cast())
}
