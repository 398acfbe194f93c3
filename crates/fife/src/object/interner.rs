//! The interner: each short string exists once, so that equality is identity and the hash is computed once.
//!
//! Buckets chained through the strings themselves, as in PUC-Rio Lua's `lstring.c`. The references are weak: the marker
//! does not see them. Between the end of marking and the start of the sweep, [`Interner::purge`] unlinks unreached
//! strings; a lookup in that time keeps a string that it finds ([`Mutation::keep_leaf`]). The bucket array is a leaf
//! that the VM's state marks.
//!
//! The number of buckets doubles, or shrinks when most strings are gone, a few buckets at a time: each new string moves
//! the contents of [`PORTION`] old buckets, which are all moved long before the new ones fill up. The collector moves
//! some, too, while it sweeps.
//!
//! # Safety argument
//!
//! A string is in a bucket from its creation until it is purged, and is purged before it can be swept, so every link
//! leads to a live string. Old buckets below `moved` are never read; new buckets stay empty until their strings move. A
//! string of one byte is in `of_one_byte` for as long as it is in a bucket.

use super::string::{StringObject, hash, is_word, partial_word, same_short};
use fife_arena::{Finalization, Gc, Mutation, OutOfMemory, Tracer};
use std::cell::Cell;
use std::ptr::NonNull;

pub(crate) struct Interner {
    buckets: Cell<NonNull<*mut StringObject>>,
    /// The number of buckets minus one; the number is a power of two.
    mask: Cell<usize>,
    count: Cell<usize>,
    /// The number of strings when the last purge began, the most since then.
    most: Cell<usize>,
    /// While the number changes: the old buckets, their number minus one, and how many of them were moved.
    old: Cell<Option<NonNull<*mut StringObject>>>,
    old_mask: Cell<usize>,
    moved: Cell<usize>,
    /// The number of the next bucket to purge, see `link`; `usize::MAX` when purging is done.
    purge_at: Cell<usize>,
    /// The strings of one byte, or null pointers, by the byte: programs make more of these than of any others. Purging
    /// clears them with the links.
    of_one_byte: [Cell<*mut StringObject>; 256],
    pub(crate) seed: u64,
}

const FIRST_BUCKETS: usize = 256;

/// How many old buckets a new string moves.
const PORTION: usize = 4;
/// The number of buckets shrinks when a whole cycle had at most one string for this many of them.
const BUCKETS_PER_STRING_MAX: usize = 8;

/// The most strings per bucket on average. Beyond that, new strings are refused rather than searched for in long
/// chains.
const STRINGS_PER_BUCKET_MAX: usize = 4;

/// The work of purging and moving, in bytes: a bucket is read with its neighbours, a string may be anywhere.
const BUCKET_WORK: usize = 8;
const STRING_WORK: usize = 64;

impl Interner {
    pub(crate) fn new(mc: &Mutation<'_>, seed: u64) -> Result<Interner, OutOfMemory> {
        let buckets = allocate_buckets(mc, FIRST_BUCKETS)?;
        Ok(Interner {
            buckets: Cell::new(buckets),
            mask: Cell::new(FIRST_BUCKETS - 1),
            count: Cell::new(0),
            most: Cell::new(0),
            old: Cell::new(None),
            old_mask: Cell::new(0),
            moved: Cell::new(0),
            purge_at: Cell::new(usize::MAX),
            of_one_byte: [const { Cell::new(std::ptr::null_mut()) }; 256],
            seed,
        })
    }

    #[inline(always)]
    fn bucket(&self, hash: u32) -> *mut *mut StringObject {
        if let Some(old) = self.old.get() {
            let index = hash as usize & self.old_mask.get();
            if index >= self.moved.get() {
                // SAFETY: the index is below the number of old buckets.
                return unsafe { old.as_ptr().add(index) };
            }
        }
        // SAFETY: the index is below the number of buckets.
        unsafe { self.buckets.get().as_ptr().add(hash as usize & self.mask.get()) }
    }

    /// The string with these bytes, if there is just one byte and the string exists.
    #[inline(always)]
    pub(crate) fn known<'gc>(&self, mc: &Mutation<'gc>, content: &[u8]) -> Option<Gc<'gc, StringObject>> {
        let [byte] = content else { return None };
        let known = NonNull::new(self.of_one_byte[usize::from(*byte)].get())?;
        // SAFETY: it is in a bucket, so it is alive.
        unsafe {
            mc.keep_leaf(known.cast());
            Some(Gc::from_ptr(known.as_ptr()))
        }
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
        let found = if is_word(content) {
            let word = partial_word(content);
            self.find(hash, |bytes| bytes.len() == content.len() && partial_word(bytes) == word)
        } else {
            self.find(hash, |bytes| same_short(bytes, content))
        };
        if let Some(found) = found {
            // SAFETY: it is in a bucket, so it is alive.
            unsafe { mc.keep_leaf(NonNull::new_unchecked(found.as_ptr().cast())) }
            return Ok(found);
        }
        self.insert(mc, content, hash, forced)
    }

    /// The string with this hash and the same bytes.
    #[inline(always)]
    fn find<'gc>(&self, hash: u32, is_same: impl Fn(&[u8]) -> bool) -> Option<Gc<'gc, StringObject>> {
        // SAFETY: buckets and links lead to live strings.
        unsafe {
            let mut at = *self.bucket(hash);
            while !at.is_null() {
                let string: Gc<'gc, StringObject> = Gc::from_ptr(at);
                if string.short_hash() == hash && is_same(StringObject::bytes(string)) {
                    return Some(string);
                }
                at = string.next.get();
            }
        }
        None
    }

    fn insert<'gc>(
        &self,
        mc: &Mutation<'gc>,
        content: &[u8],
        hash: u32,
        forced: bool,
    ) -> Result<Gc<'gc, StringObject>, OutOfMemory> {
        if self.old.get().is_some() {
            self.move_buckets(mc, PORTION, 0);
        } else if self.count.get() > self.mask.get() && self.is_short_of_buckets(mc) && !forced {
            return Err(OutOfMemory);
        }
        let string = StringObject::allocate_copy(mc, content, hash, forced)?;
        // SAFETY: the bucket exists; the new string is alive.
        unsafe {
            let bucket = self.bucket(hash);
            string.next.set(*bucket);
            *bucket = string.as_ptr();
        }
        if let [byte] = content {
            self.of_one_byte[usize::from(*byte)].set(string.as_ptr());
        }
        self.count.set(self.count.get() + 1);
        Ok(string)
    }

    /// Starts to double the buckets. True if there is no memory for that, and chains are so long that searching them
    /// would be unpaid work.
    #[cold]
    fn is_short_of_buckets(&self, mc: &Mutation<'_>) -> bool {
        let is_short = self.count.get() / STRINGS_PER_BUCKET_MAX > self.mask.get();
        // After a refusal it is tried again now and then.
        let tries = is_short || self.count.get().is_multiple_of(64);
        tries && !self.resize(mc, (self.mask.get() + 1) * 2) && is_short
    }

    /// Starts to change the number of buckets. False if there is no memory for that: then chains get longer, or stay
    /// short.
    #[cold]
    fn resize(&self, mc: &Mutation<'_>, wanted: usize) -> bool {
        // During purging, bucket numbers must keep their meaning.
        if self.purge_at.get() != usize::MAX {
            return true;
        }
        let Ok(buckets) = allocate_buckets(mc, wanted) else { return false };
        self.old.set(Some(self.buckets.replace(buckets)));
        self.old_mask.set(self.mask.replace(wanted - 1));
        self.moved.set(0);
        true
    }

    /// Moves strings of old buckets for about `budget` bytes of work, but at least `least` buckets. True if there are
    /// none left, or none may be moved.
    pub(crate) fn move_buckets(&self, mc: &Mutation<'_>, least: usize, mut budget: usize) -> bool {
        let Some(old) = self.old.get().filter(|_| self.purge_at.get() == usize::MAX) else { return true };
        let count = self.old_mask.get() + 1;
        let least = self.moved.get() + least;
        while self.moved.get() < count && (budget > 0 || self.moved.get() < least) {
            let mut work = BUCKET_WORK;
            let index = self.moved.get();
            self.moved.set(index + 1);
            // SAFETY: the index is below the number of old buckets; links lead to live strings.
            unsafe {
                let mut at = *old.as_ptr().add(index);
                while !at.is_null() {
                    work += STRING_WORK;
                    let next = (*at).next.get();
                    let bucket = self.bucket((*at).short_hash());
                    (*at).next.set(*bucket);
                    *bucket = at;
                    at = next;
                }
            }
            budget = budget.saturating_sub(work);
        }
        let is_over = self.moved.get() == count;
        if is_over {
            self.old.set(None);
            // SAFETY: the old buckets are empty.
            unsafe { mc.free_leaf(old.cast()) };
        }
        is_over
    }

    /// The size of the buckets in bytes.
    pub(crate) fn bucket_bytes(&self) -> usize {
        let old = self.old.get().map_or(0, |_| self.old_mask.get() + 1);
        (self.mask.get() + 1 + old) * size_of::<*mut StringObject>()
    }

    /// Starts unlinking dead strings.
    pub(crate) fn start_purge(&self) {
        self.purge_at.set(0);
        self.most.set(self.count.get());
    }

    /// Unlinks dead strings for about `budget` bytes of work, which are subtracted. True when all are done.
    pub(crate) fn purge(&self, finalization: &Finalization<'_>, budget: &mut usize) -> bool {
        while let Some(mut link) = self.link(self.purge_at.get()) {
            if *budget == 0 {
                return false;
            }
            let mut work = BUCKET_WORK;
            // SAFETY: buckets and links lead to strings that are not swept yet.
            unsafe {
                while let Some(string) = NonNull::new(*link) {
                    work += STRING_WORK;
                    let next = string.as_ref().next.as_ptr();
                    if finalization.is_dead_raw(string.cast()) {
                        *link = *next;
                        if let [byte] = StringObject::bytes(Gc::from_ptr(string.as_ptr())) {
                            self.of_one_byte[usize::from(*byte)].set(std::ptr::null_mut());
                        }
                        self.count.set(self.count.get() - 1);
                    } else {
                        link = next;
                    }
                }
            }
            *budget = budget.saturating_sub(work);
            self.purge_at.set(self.purge_at.get() + 1);
        }
        self.purge_at.set(usize::MAX);
        let wanted = (self.most.get() + 1).next_power_of_two().max(FIRST_BUCKETS);
        if self.old.get().is_none() && self.mask.get() / BUCKETS_PER_STRING_MAX >= wanted {
            self.resize(finalization, wanted);
        }
        true
    }

    /// The head of the chain of the bucket with this number; old buckets that were not moved come first.
    fn link(&self, number: usize) -> Option<*mut *mut StringObject> {
        let old = self.old.get().map_or(0, |_| self.old_mask.get() + 1 - self.moved.get());
        // SAFETY: the index is below the number of old buckets, or of buckets.
        unsafe {
            match self.old.get() {
                Some(buckets) if number < old => Some(buckets.as_ptr().add(self.moved.get() + number)),
                _ if number - old <= self.mask.get() => Some(self.buckets.get().as_ptr().add(number - old)),
                _ => None,
            }
        }
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

    /// Shows all strings, for a check, since all of them may be found.
    #[cold]
    fn show_strings(&self, tracer: &mut Tracer<'_>) {
        for string in self.of_one_byte.iter().filter_map(|it| NonNull::new(it.get())) {
            // SAFETY: it is in a bucket, so it is alive.
            unsafe { tracer.mark_raw(string.cast()) }
        }
        for mut link in (0..).map_while(|number| self.link(number)) {
            // SAFETY: links lead to live strings.
            unsafe {
                while let Some(string) = NonNull::new(*link) {
                    tracer.mark_raw(string.cast());
                    link = string.as_ref().next.as_ptr();
                }
            }
        }
    }
}

fn allocate_buckets(mc: &Mutation<'_>, count: usize) -> Result<NonNull<*mut StringObject>, OutOfMemory> {
    // Zero bytes are null pointers. SAFETY: the state marks the buckets. Only the first ones exceed the limit, and
    // without them there is no VM.
    let memory = unsafe { mc.allocate_clear_part(count * size_of::<*mut StringObject>(), count == FIRST_BUCKETS)? };
    Ok(memory.cast())
}
