//! Strings: header and bytes in one leaf object.
//!
//! # Safety argument
//!
//! A [`StringObject`] is always behind a `Gc` to the start of a leaf that holds the header and `length` bytes directly
//! after it. Nothing writes to the bytes after the object is shown to other code. The leaf of an [`Unfinished`] string is
//! known to that object alone, which gives it away once all bytes are written.

use super::{Context, Slot, tag};
use fife_arena::{Collect, Gc, Mutation, OutOfMemory, Tracer};
use std::cell::Cell;
use std::fmt;
use std::mem::MaybeUninit;

pub(crate) use fife_bytecode::SHORT_STRING_LIMIT;

/// The longest string, in bytes.
pub const STRING_LIMIT: usize = i32::MAX as usize;

/// A string's header; its bytes follow.
#[repr(C)]
pub(crate) struct StringObject {
    /// The next string in the same bucket of the interner. A long string is in no bucket, and keeps its number here
    /// once it was asked for: as an address that is never followed.
    pub(crate) next: Cell<*mut StringObject>,
    /// The hash of the content; 0 in a long string until it is needed.
    hash: Cell<u32>,
    length: u32,
}

// SAFETY: holds nothing that is traced: the interner's links are weak.
unsafe impl Collect for StringObject {
    const NEEDS_TRACE: bool = false;
    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// The bytes of a string that is being made, which are written in order.
pub(crate) struct Unwritten<'a> {
    bytes: &'a mut [MaybeUninit<u8>],
    written: usize,
}

impl<'a> Unwritten<'a> {
    /// These bytes, which are overwritten.
    pub(crate) fn over(bytes: &'a mut [u8]) -> Unwritten<'a> {
        // SAFETY: only bytes are ever written, nothing is made uninitialised.
        Unwritten { bytes: unsafe { &mut *(std::ptr::from_mut(bytes) as *mut [MaybeUninit<u8>]) }, written: 0 }
    }

    /// Writes the next bytes. Panics if there is no room for them.
    #[inline]
    pub(crate) fn put(&mut self, part: &[u8]) {
        let end = self.written + part.len();
        self.bytes[self.written..end].write_copy_of_slice(part);
        self.written = end;
    }

    /// What is not written yet, zeroed.
    pub(crate) fn rest(&mut self) -> &mut [u8] {
        let rest = &mut self.bytes[self.written..];
        self.written += rest.len();
        rest.fill(MaybeUninit::new(0));
        // SAFETY: just written.
        unsafe { rest.assume_init_mut() }
    }
}

/// Longer strings are made over several steps, by who can continue. (Fuel pays for the bytes; but on some systems memory
/// that was not used for a while takes milliseconds for each megabyte.) In debug builds many are, so that tests see it.
pub(crate) const MADE_AT_ONCE: usize = if cfg!(debug_assertions) { 256 } else { 512 << 10 };

/// How many of their bytes are copied at a time; a multiple of what a unit of fuel copies.
pub(crate) const COPIED_AT_ONCE: usize = if cfg!(debug_assertions) { 64 } else { 256 << 10 };

/// A long string that is made over several steps.
pub(crate) struct Unfinished<'gc> {
    leaf: Gc<'gc, StringObject>,
    written: Cell<usize>,
    /// By these, its maker finds out whether it is the string that is wanted.
    key: u64,
    pub(crate) depth: u32,
}

// SAFETY: shows the leaf, and has no other pointer.
unsafe impl Collect for Unfinished<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.mark(self.leaf);
    }
}

impl<'gc> Unfinished<'gc> {
    /// Takes the memory of a string with `length` bytes.
    pub(crate) fn begin(
        mc: &Mutation<'gc>,
        length: usize,
        key: u64,
        depth: u32,
    ) -> Result<Gc<'gc, Unfinished<'gc>>, OutOfMemory> {
        assert!(length > SHORT_STRING_LIMIT);
        let leaf = StringObject::allocate_header(mc, length, 0, false)?;
        Gc::try_new(mc, Unfinished { leaf, written: Cell::new(0), key, depth })
    }

    pub(crate) fn is_for(&self, length: usize, key: u64) -> bool {
        (self.leaf.len(), self.key) == (length, key)
    }

    pub(crate) fn len(&self) -> usize {
        self.leaf.len()
    }

    pub(crate) fn written(&self) -> usize {
        self.written.get()
    }

    /// Writes the next bytes. Panics if there is no room for them.
    pub(crate) fn put(&self, part: &[u8]) {
        assert!(part.len() <= self.leaf.len() - self.written.get());
        // SAFETY: there is room. Nobody else knows the leaf as long as bytes are missing, so `part` is not in it.
        unsafe {
            let bytes = self.leaf.as_ptr().cast::<u8>().add(StringObject::HEADER);
            std::ptr::copy_nonoverlapping(part.as_ptr(), bytes.add(self.written.get()), part.len());
        }
        self.written.set(self.written.get() + part.len());
    }

    /// The string. Panics if bytes are missing.
    pub(crate) fn finish(&self) -> Gc<'gc, StringObject> {
        assert_eq!(self.written.get(), self.leaf.len());
        self.leaf
    }
}

impl StringObject {
    pub(crate) const HEADER: usize = size_of::<StringObject>();

    /// Makes a string of `length` bytes that `fill` writes. What it does not write is zero. Not interned.
    pub(crate) fn allocate<'gc>(
        mc: &Mutation<'gc>,
        length: usize,
        hash: u32,
        forced: bool,
        fill: impl FnOnce(&mut Unwritten<'_>),
    ) -> Result<Gc<'gc, StringObject>, OutOfMemory> {
        let object = StringObject::allocate_header(mc, length, hash, forced)?;
        // SAFETY: the leaf has room for these bytes, which are all written before anything else sees them.
        unsafe {
            let bytes = object.as_ptr().cast::<u8>().add(StringObject::HEADER);
            let bytes = std::slice::from_raw_parts_mut(bytes.cast::<MaybeUninit<u8>>(), length);
            let mut unwritten = Unwritten { bytes, written: 0 };
            fill(&mut unwritten);
            unwritten.rest();
        }
        Ok(object)
    }

    /// The leaf of a string with its header; its bytes are not written yet.
    #[inline(always)]
    fn allocate_header<'gc>(
        mc: &Mutation<'gc>,
        length: usize,
        hash: u32,
        forced: bool,
    ) -> Result<Gc<'gc, StringObject>, OutOfMemory> {
        if length > STRING_LIMIT {
            return Err(OutOfMemory);
        }
        // SAFETY: it becomes a string, which its owners mark; the caller has a reason for exceeding the limit.
        let memory = unsafe { mc.allocate_leaf(StringObject::HEADER + length, forced)? };
        let object = memory.cast::<StringObject>();
        // SAFETY: the leaf is ours and has room for the header.
        unsafe {
            object.write(StringObject {
                next: Cell::new(std::ptr::null_mut()),
                hash: Cell::new(hash),
                length: length as u32,
            });
            Ok(Gc::from_ptr(object.as_ptr()))
        }
    }

    /// Makes a string with these bytes. Not interned.
    #[inline]
    pub(crate) fn allocate_copy<'gc>(
        mc: &Mutation<'gc>,
        content: &[u8],
        hash: u32,
        forced: bool,
    ) -> Result<Gc<'gc, StringObject>, OutOfMemory> {
        let object = StringObject::allocate_header(mc, content.len(), hash, forced)?;
        // SAFETY: the leaf has room for these bytes; all of them are written here.
        unsafe {
            let bytes = object.as_ptr().cast::<u8>().add(StringObject::HEADER);
            std::ptr::copy_nonoverlapping(content.as_ptr(), bytes, content.len());
        }
        Ok(object)
    }

    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.length as usize
    }

    #[inline(always)]
    pub(crate) fn is_short(&self) -> bool {
        self.len() <= SHORT_STRING_LIMIT
    }

    /// The hash of a short string, which is always known.
    #[inline(always)]
    pub(crate) fn short_hash(&self) -> u32 {
        debug_assert!(self.is_short());
        self.hash.get()
    }

    /// The hash of the content.
    pub(crate) fn hash(this: Gc<'_, StringObject>, seed: u64) -> u32 {
        if this.hash.get() == 0 {
            this.hash.set(hash(StringObject::bytes(this), seed));
        }
        this.hash.get()
    }

    /// The hash of a string that was hashed.
    #[inline(always)]
    pub(crate) fn known_hash(&self) -> u32 {
        debug_assert!(self.hash.get() != 0);
        self.hash.get()
    }

    /// Whether the hash of a long string has yet to be computed, which takes time with its length.
    pub(crate) fn is_unhashed(&self) -> bool {
        self.hash.get() == 0
    }

    #[inline(always)]
    pub(crate) fn bytes<'gc>(this: Gc<'gc, StringObject>) -> &'gc [u8] {
        // SAFETY: the bytes follow the header; `as_ptr` has the provenance of the whole leaf.
        unsafe { std::slice::from_raw_parts(this.as_ptr().cast::<u8>().add(StringObject::HEADER), this.len()) }
    }

    /// Whether two strings that are different objects have the same content: only long ones can.
    pub(crate) fn equal_long(left: Gc<'_, StringObject>, right: Gc<'_, StringObject>) -> bool {
        left.length == right.length && !left.is_short() && StringObject::bytes(left) == StringObject::bytes(right)
    }
}

/// Charges for comparing a long string with an equal key, and for hashing it when it is first used as a key.
pub fn charge_key(ctx: Context<'_>, key: Slot<'_>) {
    if key.tag() == tag::STRING
        && let Some(string) = key.as_string()
        && !string.is_short()
    {
        ctx.state().charge(string.len() / 64);
        if string.is_unhashed() {
            ctx.state().charge(string.len() / 16);
            StringObject::hash(string, ctx.state().interner.seed);
        }
    }
}

/// The seeded hash of bytes, never 0: folded multiplication of 8-byte words, so that an attacker without the seed
/// cannot make keys collide.
#[cfg_attr(feature = "full", inline(always))]
pub(crate) fn hash(bytes: &[u8], seed: u64) -> u32 {
    // As `hash_words` would, without a loop.
    if is_word(bytes) {
        finish(fold(first_state(bytes, seed) ^ partial_word(bytes), key(seed)))
    } else {
        hash_words(bytes, seed)
    }
}

#[inline(never)]
fn hash_words(bytes: &[u8], seed: u64) -> u32 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut state = first_state(bytes, seed);
    for word in words {
        state = fold(state ^ u64::from_le_bytes(*word), key(seed));
    }
    if !rest.is_empty() {
        state = fold(state ^ partial_word(rest), key(seed));
    }
    finish(state)
}

const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

#[inline(always)]
fn first_state(bytes: &[u8], seed: u64) -> u64 {
    seed ^ (bytes.len() as u64).wrapping_mul(MULTIPLIER)
}

#[inline(always)]
fn key(seed: u64) -> u64 {
    MULTIPLIER ^ seed.rotate_left(32)
}

#[inline(always)]
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    product as u64 ^ (product >> 64) as u64
}

#[inline(always)]
fn finish(state: u64) -> u32 {
    let mixed = fold(state, MULTIPLIER);
    ((mixed >> 32) as u32 ^ mixed as u32).max(1)
}

/// Whether there are 1 to 8 bytes, which [`partial_word`] tells apart. A small build does without code of its own for
/// them.
#[inline(always)]
pub(crate) fn is_word(bytes: &[u8]) -> bool {
    cfg!(feature = "full") && (1..=8).contains(&bytes.len())
}

/// 1 to 8 bytes as a word, different for different bytes of the same number. They are read in overlapping parts:
/// copying them into a word first would stall the following load.
#[inline(always)]
pub(crate) fn partial_word(bytes: &[u8]) -> u64 {
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>(), bytes) {
        (Some(first), Some(last), _) => {
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32
        }
        (_, _, [first, .., last]) => {
            u64::from(*first) | u64::from(bytes[bytes.len() / 2]) << 8 | u64::from(*last) << 16
        }
        (_, _, [byte]) => u64::from(*byte),
        _ => 0,
    }
}

/// Whether short strings have the same bytes, without a call of `memcmp`.
#[inline(always)]
pub(crate) fn same_short(left: &[u8], right: &[u8]) -> bool {
    let (left_words, left_rest) = left.as_chunks::<8>();
    let (right_words, right_rest) = right.as_chunks::<8>();
    let same_words =
        left_words.iter().zip(right_words).all(|(left, right)| u64::from_le_bytes(*left) == u64::from_le_bytes(*right));
    left.len() == right.len() && same_words && partial_word(left_rest) == partial_word(right_rest)
}

/// A Lua string: any bytes.
#[derive(Clone, Copy)]
pub struct LuaString<'gc>(pub(crate) Gc<'gc, StringObject>);

impl<'gc> LuaString<'gc> {
    /// Whether two strings are one object. Equal strings of up to 40 bytes always are; longer ones may or may not be.
    #[inline]
    pub fn ptr_eq(left: LuaString<'_>, right: LuaString<'_>) -> bool {
        std::ptr::eq(left.0.as_ptr(), right.0.as_ptr())
    }

    /// A hash of its bytes, for natives that cache results by string. It differs between VMs, as
    /// [`Host::hash_seed`](crate::Host::hash_seed) says, so that scripts cannot choose strings that collide. The hash
    /// of a string of over 40 bytes is computed when it is first needed; the caller charges a unit for each 16 bytes.
    #[inline]
    pub fn hash(self, ctx: super::Context<'gc>) -> u32 {
        StringObject::hash(self.0, ctx.state().interner.seed)
    }

    /// Its bytes.
    #[inline]
    pub fn as_bytes(self) -> &'gc [u8] {
        StringObject::bytes(self.0)
    }

    /// Its text, if it is UTF-8.
    pub fn to_str(self) -> Result<&'gc str, std::str::Utf8Error> {
        std::str::from_utf8(self.as_bytes())
    }

    /// Its text, with U+FFFD in place of what is not UTF-8.
    pub fn to_str_lossy(self) -> std::borrow::Cow<'gc, str> {
        String::from_utf8_lossy(self.as_bytes())
    }

    /// Its length in bytes.
    #[inline]
    #[allow(clippy::len_without_is_empty)]
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Whether it has no bytes.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// A number that tells strings apart like the format `%p`: short ones by content, long ones as objects. It does not
    /// reveal the hash.
    pub fn identity(self, ctx: super::Context<'gc>) -> u64 {
        if self.0.is_short() {
            let seed = ctx.state().interner.seed.rotate_left(32);
            return super::table::multiplier(seed ^ u64::from(self.0.short_hash())) >> 32;
        }
        if self.0.next.get().is_null() {
            self.0.next.set(std::ptr::without_provenance_mut(ctx.next_string_number()));
        }
        (1 << 32) + self.0.next.get().addr() as u64
    }
}

impl PartialEq for LuaString<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_ptr() == other.0.as_ptr() || StringObject::equal_long(self.0, other.0)
    }
}
impl Eq for LuaString<'_> {}

impl fmt::Debug for LuaString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&String::from_utf8_lossy(self.as_bytes()), f)
    }
}

// SAFETY: shows its one pointer.
unsafe impl Collect for LuaString<'_> {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.mark(self.0);
    }
}
