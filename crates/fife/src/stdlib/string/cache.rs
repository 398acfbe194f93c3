//! What the pattern functions keep between calls: compiled patterns, and memory for results.
//!
//! Most programs use a few patterns again and again on short subjects, where compiling would take longer than matching.
//! The natives share one cache, their upvalue 0. A search borrows a matcher from it, which stays in the cache, since most
//! searches end within the native's call. A search that goes on after that has its matcher for itself until its end.
//! Another one for the same pattern compiles its own in the meantime.

use super::FUEL_MIN;
use super::pattern::{Failure, Matcher, Progress};
use crate::error::Error;
use crate::native::Call;
use crate::object::{Bytes, Context, LuaString, UserData, Value};
use crate::stdlib::buffer::{Buffer, SMALL};
use crate::userdata_type;
use fife_arena::{Collect, Gc, OutOfMemory, RefLock};
use std::cell::Ref;

/// How many patterns are kept, a power of two: a lexer or a stemmer has about sixty.
const ENTRIES: usize = 128;

/// How many entries a pattern may choose from.
const WAYS: usize = 4;

/// A longer pattern is compiled anew for each search; so is one that takes more memory than [`SMALL`].
const PATTERN_LENGTH_MAX: usize = 1024;

/// A matcher, an object of its own.
#[derive(Clone, Copy, Collect)]
pub(super) struct Compiled<'gc>(Gc<'gc, RefLock<Matcher<'gc>>>);

impl<'gc> Compiled<'gc> {
    /// The matcher, to look at what it found.
    #[inline]
    pub(super) fn matcher(&self) -> Ref<'_, Matcher<'gc>> {
        self.0.borrow()
    }

    /// Before the first run: says that a match ended at this offset, so that an empty match there does not count.
    pub(super) fn forbid_empty_match_at(&self, call: &Call<'gc, '_>, offset: usize) {
        self.0.borrow_mut(call.ctx().mc()).forbid_empty_match_at(offset);
    }

    /// Continues the search while there is fuel, and a little if there is none.
    ///
    /// # Errors
    /// The pattern is wrong; or memory was refused, and it can be tried again.
    #[inline]
    pub(super) fn run(
        &self,
        call: &Call<'gc, '_>,
        subject: LuaString<'gc>,
        pattern: LuaString<'gc>,
    ) -> Result<Progress, Error<'gc>> {
        let before = call.fuel_left().max(FUEL_MIN);
        let mut fuel = before;
        let mc = call.ctx().mc();
        let progress = self.0.borrow_mut(mc).run(mc, subject.as_bytes(), pattern.as_bytes(), &mut fuel);
        call.charge(before.saturating_sub(fuel).max(0) as usize);
        progress.map_err(|failure| match failure {
            Failure::Mistake(mistake) => call.error(mistake.to_string()),
            Failure::Refused => call.refused(),
        })
    }
}

#[derive(Collect)]
struct Entry<'gc> {
    pattern: Option<LuaString<'gc>>,
    with_anchor: bool,
    /// `None` while a search has it.
    compiled: Option<Compiled<'gc>>,
}

/// What is kept between calls.
#[derive(Collect)]
pub(super) struct Cache<'gc> {
    entries: [Entry<'gc>; ENTRIES],
    memory: Bytes<'gc>,
}

userdata_type! {
    /// The userdata that holds a cache.
    CacheType("string.pattern_cache") for RefLock<Cache<'_>>;
}

/// A new cache, to be upvalue 0 of the functions here.
pub(super) fn new<'gc>(ctx: Context<'gc>) -> Value<'gc> {
    let cache =
        Gc::new(ctx.mc(), RefLock::new(Cache { entries: [const { Entry::NONE }; ENTRIES], memory: Bytes::default() }));
    Value::UserData(UserData::new::<CacheType>(ctx, cache))
}

/// Looks into the running native's cache. `None` if a debugger replaced it.
#[inline]
fn with<'gc, T>(call: &Call<'gc, '_>, look: impl FnOnce(&mut Cache<'gc>) -> T) -> Option<T> {
    let cache = call.upvalue_slot(0).to_userdata()?.downcast::<CacheType>()?;
    let mut cache = cache.try_borrow_mut(call.ctx().mc()).ok()?;
    Some(look(&mut cache))
}

impl<'gc> Cache<'gc> {
    /// The entries a pattern may be in. They are the same in every run of a program, so that its fuel is.
    #[inline]
    fn places(&mut self, ctx: Context<'gc>, pattern: LuaString<'gc>) -> &mut [Entry<'gc>; WAYS] {
        let hash = pattern.hash(ctx) as usize;
        let (groups, _) = self.entries.as_chunks_mut();
        &mut groups[hash & (ENTRIES / WAYS - 1)]
    }
}

impl<'gc> Entry<'gc> {
    const NONE: Entry<'gc> = Entry { pattern: None, with_anchor: false, compiled: None };

    #[inline]
    fn is_for(&self, pattern: LuaString<'gc>, with_anchor: bool) -> bool {
        // Equal long strings may be two objects. Then the pattern is compiled twice.
        self.pattern.is_some_and(|own| LuaString::ptr_eq(own, pattern)) && self.with_anchor == with_anchor
    }
}

/// A matcher for one search.
#[derive(Clone, Copy, Collect)]
pub(super) struct Borrowed<'gc> {
    pub(super) compiled: Compiled<'gc>,
    /// Whether it is in the cache, where others may find it.
    is_shared: bool,
}

/// A matcher for the pattern that will begin at the offset `init`. See [`Matcher::new`] for `with_anchor`. It stays in
/// the cache: before Lua code can run it has to be given back, or withdrawn.
///
/// # Errors
/// Memory was refused, before any effect.
#[cfg_attr(feature = "full", inline)]
#[cfg_attr(not(feature = "full"), inline(never))]
pub(super) fn borrow<'gc>(
    call: &Call<'gc, '_>,
    pattern: LuaString<'gc>,
    init: usize,
    with_anchor: bool,
) -> Result<Borrowed<'gc>, Error<'gc>> {
    if pattern.len() <= PATTERN_LENGTH_MAX {
        let known = with(call, |cache| {
            let places = cache.places(call.ctx(), pattern);
            places.iter().find(|entry| entry.is_for(pattern, with_anchor))?.compiled
        });
        if let Some(Some(compiled)) = known {
            compiled.0.borrow_mut(call.ctx().mc()).restart(init);
            return Ok(Borrowed { compiled, is_shared: true });
        }
    }
    Ok(Borrowed { compiled: compile(call, init, with_anchor)?, is_shared: false })
}

/// Ends a search. The matcher is in the cache from now on, if it is small.
#[cfg_attr(feature = "full", inline)]
#[cfg_attr(not(feature = "full"), inline(never))]
pub(super) fn give_back<'gc>(
    call: &Call<'gc, '_>,
    pattern: LuaString<'gc>,
    with_anchor: bool,
    mut borrowed: Borrowed<'gc>,
) {
    if borrowed.compiled.matcher().held_bytes() > SMALL {
        withdraw(call, pattern, with_anchor, &mut borrowed);
    } else if !borrowed.is_shared && pattern.len() <= PATTERN_LENGTH_MAX {
        put(call, pattern, with_anchor, borrowed.compiled);
    }
}

/// Takes the matcher out of the cache: the search goes on after the native's call, or has failed.
#[cold]
#[inline(never)]
pub(super) fn withdraw<'gc>(
    call: &Call<'gc, '_>,
    pattern: LuaString<'gc>,
    with_anchor: bool,
    borrowed: &mut Borrowed<'gc>,
) {
    if std::mem::take(&mut borrowed.is_shared) {
        with(call, |cache| {
            let places = cache.places(call.ctx(), pattern);
            if let Some(entry) = places.iter_mut().find(|entry| entry.is_for(pattern, with_anchor)) {
                entry.compiled = None;
            }
        });
    }
}

#[cold]
#[inline(never)]
fn compile<'gc>(call: &Call<'gc, '_>, init: usize, with_anchor: bool) -> Result<Compiled<'gc>, Error<'gc>> {
    call.charge(8);
    let matcher = RefLock::new(Matcher::new(init, with_anchor));
    Gc::try_new(call.ctx().mc(), matcher).map(Compiled).map_err(|OutOfMemory| call.refused())
}

#[cold]
#[inline(never)]
fn put<'gc>(call: &Call<'gc, '_>, pattern: LuaString<'gc>, with_anchor: bool, compiled: Compiled<'gc>) {
    with(call, |cache| {
        let places = cache.places(call.ctx(), pattern);
        match places.iter_mut().find(|entry| entry.is_for(pattern, with_anchor)) {
            Some(entry) => entry.compiled = Some(compiled),
            None => {
                places.rotate_right(1);
                places[0] = Entry { pattern: Some(pattern), with_anchor, compiled: Some(compiled) };
            }
        }
    });
}

/// An empty buffer in the memory that is kept.
#[inline]
pub(super) fn take_buffer<'gc>(call: &Call<'gc, '_>) -> Buffer<'gc> {
    Buffer::within(call, with(call, |cache| std::mem::take(&mut cache.memory)).unwrap_or_default())
}

/// Takes a buffer's memory, to keep it if it is small.
#[inline]
pub(super) fn put_buffer<'gc>(call: &Call<'gc, '_>, buffer: &mut Buffer<'gc>) {
    let memory = buffer.take_memory();
    if memory.capacity() <= SMALL {
        with(call, |cache| cache.memory = memory);
    } else {
        memory.free(call.ctx().mc());
    }
}

/// The cache of the running native, for a function that it makes.
pub(super) fn of<'gc>(call: &Call<'gc, '_>) -> Value<'gc> {
    call.upvalue(0)
}
