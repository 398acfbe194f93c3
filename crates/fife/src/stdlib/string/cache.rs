//! What the functions on patterns keep between calls: compiled patterns, and memory for results.
//!
//! Most programs use a few patterns again and again, on short subjects, where compiling would take longer than
//! matching. The natives share one cache, their upvalue 0. Whoever searches takes the matcher out and puts it
//! back; in between, another search for the same pattern compiles one of its own.

use super::FUEL_MIN;
use super::buffer::{Buffer, SMALL};
use super::pattern::{Matcher, Progress};
use crate::api::Call;
use crate::error::Error;
use crate::object::Bytes;
use crate::object::{Charge, Context, LuaString, NativeObject, Slot, StringObject, UserData, Value};
use fife_arena::{Collect, Gc, RefLock, Rootable};

/// A power of two. A pattern has two entries it may be in.
const ENTRIES: usize = 32;

/// A longer pattern is compiled anew for each search; so is one that takes more memory than [`SMALL`].
const PATTERN_LENGTH_MAX: usize = 1024;

/// A matcher, and its memory counted.
pub(super) struct Compiled {
    pub(super) matcher: Matcher,
    charge: Option<Charge>,
    charged: usize,
}

impl Compiled {
    /// Counts the memory of a matcher that outlives a native's call.
    ///
    /// # Errors
    /// Refused memory; may be tried again.
    #[inline]
    pub(super) fn settle<'gc>(&mut self, call: &Call<'gc, '_>) -> Result<(), Error<'gc>> {
        if self.count(call.ctx()) { Ok(()) } else { Err(call.refused()) }
    }

    /// Whether the limit allows what it holds.
    #[inline]
    fn count(&mut self, ctx: Context<'_>) -> bool {
        let bytes = size_of::<Compiled>() + self.matcher.heap_bytes();
        if bytes != self.charged {
            let Ok(charge) = Charge::take(ctx, bytes) else { return false };
            self.charged = bytes;
            self.charge = Some(charge);
        }
        true
    }

    /// Searches on, as far as the fuel goes, and a little if there is none.
    ///
    /// # Errors
    /// The pattern's mistake.
    #[inline]
    pub(super) fn run<'gc>(
        &mut self,
        call: &Call<'gc, '_>,
        subject: LuaString<'gc>,
        pattern: LuaString<'gc>,
    ) -> Result<Progress, Error<'gc>> {
        let before = call.fuel_left().max(FUEL_MIN);
        let mut fuel = before;
        let progress = self.matcher.run(subject.as_bytes(), pattern.as_bytes(), &mut fuel);
        call.charge(before.saturating_sub(fuel).max(0) as usize);
        progress.map_err(|mistake| call.error(mistake.to_string()))
    }
}

#[derive(Collect, Default)]
struct Entry<'gc> {
    pattern: Option<LuaString<'gc>>,
    with_anchor: bool,
    /// None while a search has it.
    #[collect(static)]
    compiled: Option<Box<Compiled>>,
}

/// What is kept between calls.
#[derive(Collect, Default)]
pub(super) struct Cache<'gc> {
    entries: [Entry<'gc>; ENTRIES],
    #[collect(static)]
    memory: Bytes,
}

type CacheProxy = Rootable![RefLock<Cache<'_>>];

/// A new cache, to be upvalue 0 of the functions here.
pub(super) fn new<'gc>(ctx: Context<'gc>) -> Value<'gc> {
    let cache = Gc::new(ctx.mc(), RefLock::new(Cache::default()));
    Value::UserData(UserData::new::<CacheProxy>(ctx, cache))
}

/// Looks into the running native's cache. `None` if a debugger took it away.
#[inline]
fn with<'gc, T>(call: &Call<'gc, '_>, look: impl FnOnce(&mut Cache<'gc>) -> T) -> Option<T> {
    let cache = UserData(NativeObject::upvalue(call.native, 0).as_userdata()?).downcast::<CacheProxy>()?;
    let mut cache = cache.try_borrow_mut(call.ctx().mc()).ok()?;
    Some(look(&mut cache))
}

impl<'gc> Cache<'gc> {
    /// The two entries a pattern may be in: the same in every run of a program, so that fuel is.
    #[inline]
    fn places(&mut self, ctx: Context<'gc>, pattern: LuaString<'gc>) -> &mut [Entry<'gc>; 2] {
        let hash = StringObject::hash(pattern.0, ctx.state().interner.seed) as usize;
        let (pairs, _) = self.entries.as_chunks_mut();
        &mut pairs[hash & (ENTRIES / 2 - 1)]
    }
}

impl<'gc> Entry<'gc> {
    #[inline]
    fn is_for(&self, pattern: LuaString<'gc>, with_anchor: bool) -> bool {
        // A long string may be there twice; then it is compiled twice.
        self.pattern.is_some_and(|own| Gc::ptr_eq(own.0, pattern.0)) && self.with_anchor == with_anchor
    }
}

/// A matcher for the pattern that will begin at the offset `init`. See [`Matcher::new`] for `with_anchor`.
///
/// # Errors
/// Refused memory, before any effect.
#[inline]
pub(super) fn take<'gc>(
    call: &Call<'gc, '_>,
    pattern: LuaString<'gc>,
    init: usize,
    with_anchor: bool,
) -> Result<Box<Compiled>, Error<'gc>> {
    if pattern.len() <= PATTERN_LENGTH_MAX {
        let known = with(call, |cache| {
            let places = cache.places(call.ctx(), pattern);
            places.iter_mut().find(|entry| entry.is_for(pattern, with_anchor))?.compiled.take()
        });
        if let Some(Some(mut compiled)) = known {
            compiled.matcher.restart(init);
            return Ok(compiled);
        }
    }
    compile(call, pattern, init, with_anchor)
}

#[cold]
#[inline(never)]
fn compile<'gc>(
    call: &Call<'gc, '_>,
    pattern: LuaString<'gc>,
    init: usize,
    with_anchor: bool,
) -> Result<Box<Compiled>, Error<'gc>> {
    call.charge(8);
    call.reserve(Matcher::heap_bound(pattern.len()))?;
    Ok(Box::new(Compiled { matcher: Matcher::new(init, with_anchor), charge: None, charged: 0 }))
}

/// Takes a matcher back, if there is memory to keep it.
#[inline]
pub(super) fn put<'gc>(call: &Call<'gc, '_>, pattern: LuaString<'gc>, with_anchor: bool, mut compiled: Box<Compiled>) {
    let is_small = pattern.len() <= PATTERN_LENGTH_MAX && compiled.matcher.heap_bytes() <= SMALL;
    if !is_small || !compiled.count(call.ctx()) {
        return;
    }
    with(call, |cache| {
        let places = cache.places(call.ctx(), pattern);
        match places.iter_mut().find(|entry| entry.is_for(pattern, with_anchor)) {
            Some(entry) => entry.compiled = Some(compiled),
            None => {
                places.swap(0, 1);
                places[0] = Entry { pattern: Some(pattern), with_anchor, compiled: Some(compiled) };
            }
        }
    });
}

/// An empty buffer in the memory that is kept.
#[inline]
pub(super) fn take_buffer(call: &Call<'_, '_>) -> Buffer {
    Buffer::within(with(call, |cache| std::mem::take(&mut cache.memory)).unwrap_or_default())
}

/// Takes a buffer's memory back.
#[inline]
pub(super) fn put_buffer(call: &Call<'_, '_>, buffer: Buffer) {
    if let Some(memory) = buffer.into_memory() {
        with(call, |cache| cache.memory = memory);
    }
}

/// The cache of the running native, for a function that it makes.
pub(super) fn of<'gc>(call: &Call<'gc, '_>) -> Value<'gc> {
    Slot::value(&NativeObject::upvalue(call.native, 0))
}
