//! `string.find`, `string.match` and `string.gmatch`.

use super::cache::{self, Borrowed};
use super::pattern::{Capture, Matcher, PlainSearch, Progress, find_plain, has_specials};
use super::{FUEL_MIN, GMATCH_STEP, new_string, offset_of, slice};
use crate::error::Error;
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::{LuaString, Slot, Value};
use fife_arena::Collect;

/// Subjects up to this length are searched for plain text at once.
const PLAIN_AT_ONCE: usize = 1 << 14;

/// Which function searches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Find,
    Match,
    /// An iterator made by `gmatch`, with subject and pattern in its upvalues.
    Iterate,
}

/// The value of a capture.
///
/// # Errors
/// The capture does not exist or is unfinished; or memory was refused, before any effect.
#[inline]
pub(super) fn capture_value<'gc>(
    call: &Call<'gc, '_>,
    subject: LuaString<'gc>,
    matcher: &Matcher<'gc>,
    index: usize,
) -> Result<Slot<'gc>, Error<'gc>> {
    match matcher.capture(index) {
        Ok(Capture::Span(begin, end)) => {
            let bytes = slice(subject.as_bytes(), begin, end);
            if bytes.len() == subject.len() {
                return Ok(Slot::from(subject));
            }
            Ok(Slot::from(new_string(call, bytes)?))
        }
        Ok(Capture::Position(offset)) => Ok(Slot::integer(offset as i64 + 1)),
        Err(mistake) => Err(call.error(mistake.to_string())),
    }
}

/// Captures of up to this many bytes become strings at once.
const CAPTURES_AT_ONCE: usize = 1 << 16;

/// Whether the captures are so long in sum that each should be paid for before the next one is made.
fn has_long_captures(subject: LuaString<'_>, matcher: &Matcher<'_>) -> bool {
    let length = |index| match matcher.capture(index) {
        Ok(Capture::Span(begin, end)) => end.saturating_sub(begin),
        _ => 0,
    };
    subject.len() > CAPTURES_AT_ONCE / 32 && (0..matcher.capture_count()).map(length).sum::<usize>() > CAPTURES_AT_ONCE
}

/// Pushes `count` captures.
///
/// # Errors
/// As [`capture_value`]. Some captures may have been pushed by then.
fn push_captures<'gc>(
    call: &mut Call<'gc, '_>,
    subject: LuaString<'gc>,
    matcher: &Matcher<'gc>,
    count: usize,
) -> Result<(), Error<'gc>> {
    if subject.len() > 4096 && count > 1 {
        let lengths = (0..count).map(|index| match matcher.capture(index) {
            Ok(Capture::Span(begin, end)) => end.saturating_sub(begin),
            _ => 0,
        });
        call.reserve(lengths.sum())?;
    }
    for index in 0..count {
        let value = capture_value(call, subject, matcher, index)?;
        call.push_slot(value);
    }
    Ok(())
}

/// Pushes the results of a match, and says how many.
#[inline]
fn push_results<'gc>(
    call: &mut Call<'gc, '_>,
    mode: Mode,
    subject: LuaString<'gc>,
    matcher: &Matcher<'gc>,
    (start, end): (usize, usize),
) -> Result<usize, Error<'gc>> {
    let captures = matcher.capture_count();
    if mode == Mode::Find {
        call.push_slot(Slot::integer(start as i64 + 1));
        call.push_slot(Slot::integer(end as i64));
        if captures > 0 {
            push_captures(call, subject, matcher, captures)?;
        }
        return Ok(captures + 2);
    }
    let count = captures.max(1);
    push_captures(call, subject, matcher, count)?;
    Ok(count)
}

/// `string.find`
pub(super) fn find<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let subject = call.string(0)?;
    let pattern = call.string(1)?;
    let init = if call.is_none_or_nil(2) { 0 } else { offset_of(call.integer(2)?, subject.len()) };
    if init > subject.len() {
        return call.one_slot(Slot::NIL);
    }
    call.charge(pattern.len() / 16);
    if !call.slot(3).is_falsy() || !has_specials(pattern.as_bytes()) {
        return find_text(call, subject, pattern, init);
    }
    search(call, Mode::Find, subject, pattern, init)
}

/// `string.match`
pub(super) fn match_pattern<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let subject = call.string(0)?;
    let pattern = call.string(1)?;
    let init = if call.is_none_or_nil(2) { 0 } else { offset_of(call.integer(2)?, subject.len()) };
    if init > subject.len() {
        return call.one_slot(Slot::NIL);
    }
    search(call, Mode::Match, subject, pattern, init)
}

#[inline]
fn search<'gc>(
    call: &mut Call<'gc, '_>,
    mode: Mode,
    subject: LuaString<'gc>,
    pattern: LuaString<'gc>,
    init: usize,
) -> Result<Reply, Error<'gc>> {
    let mut borrowed = cache::borrow(call, pattern, init, true)?;
    let compiled = borrowed.compiled;
    match compiled.run(call, subject, pattern) {
        Ok(Progress::Match { start, end }) if !has_long_captures(subject, &compiled.matcher()) => {
            let count = push_results(call, mode, subject, &compiled.matcher(), (start, end))?;
            cache::give_back(call, pattern, true, borrowed);
            call.values(count)
        }
        Ok(Progress::NoMatch) => {
            cache::give_back(call, pattern, true, borrowed);
            call.one_slot(Slot::NIL)
        }
        unfinished => {
            cache::withdraw(call, pattern, true, &mut borrowed);
            let unfinished = unfinished?;
            // They may have been given as numbers.
            call.set(0, subject);
            call.set(1, pattern);
            Search::start(call, mode, borrowed, unfinished)
        }
    }
}

/// A search that ran out of fuel, or found much.
#[derive(Collect)]
struct Search<'gc> {
    #[collect(static)]
    mode: Mode,
    /// `None` only at the end.
    borrowed: Option<Borrowed<'gc>>,
    /// The match, while its results are made.
    found: Option<(usize, usize)>,
    /// How many values the window has before the results, and how many results there are.
    window: usize,
    pushed: usize,
}

impl<'gc> Search<'gc> {
    #[cold]
    fn start(
        call: &mut Call<'gc, '_>,
        mode: Mode,
        borrowed: Borrowed<'gc>,
        progress: Progress,
    ) -> Result<Reply, Error<'gc>> {
        let found = match progress {
            Progress::Match { start, end } => Some((start, end)),
            _ => None,
        };
        let window = call.len();
        call.sequence(Search { mode, borrowed: Some(borrowed), found, window, pushed: 0 })
    }

    /// Pushes results of the match while there is fuel. Returns whether these were the last.
    fn push_results(
        &mut self,
        call: &mut Call<'gc, '_>,
        subject: LuaString<'gc>,
        (start, end): (usize, usize),
    ) -> Result<bool, Error<'gc>> {
        let Some(Borrowed { compiled, .. }) = self.borrowed else { return Ok(true) };
        let captures = compiled.matcher().capture_count();
        let positions = if self.mode == Mode::Find { 2 } else { 0 };
        let count = if self.mode == Mode::Find { captures + 2 } else { captures.max(1) };
        while self.pushed < count {
            let value = match self.pushed.checked_sub(positions) {
                Some(index) => capture_value(call, subject, &compiled.matcher(), index)?,
                None => Slot::integer(if self.pushed == 0 { start as i64 + 1 } else { end as i64 }),
            };
            call.push_slot(value);
            self.pushed += 1;
            if call.fuel_left() < 0 && self.pushed < count {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl<'gc> Sequence<'gc> for Search<'gc> {
    const NAME: &'static str = "string.find";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        call.truncate(self.window + self.pushed);
        let (subject, pattern) = match self.mode {
            Mode::Iterate => iterated(call)?,
            _ => (call.string(0)?, call.string(1)?),
        };
        let Some(Borrowed { compiled, .. }) = self.borrowed else { return Ok(Poll::Return(0)) };
        if self.found.is_none() {
            match compiled.run(call, subject, pattern)? {
                Progress::Match { start, end } => self.found = Some((start, end)),
                Progress::NoMatch => {}
                Progress::Suspended => return Ok(Poll::Pending),
            }
        }
        match self.found {
            Some(found) => {
                if !self.push_results(call, subject, found)? {
                    return Ok(Poll::Pending);
                }
                if self.mode == Mode::Iterate {
                    call.set_upvalue(POSITION, found.1 as i64);
                }
            }
            None if self.mode == Mode::Iterate => {}
            None => {
                call.push(Value::Nil);
                self.pushed = 1;
            }
        }
        if let Some(borrowed) = self.borrowed.take() {
            cache::give_back(call, pattern, self.mode != Mode::Iterate, borrowed);
        }
        Ok(Poll::Return(self.pushed as u32))
    }
}

fn found_text<'gc>(call: &mut Call<'gc, '_>, start: usize, end: usize) -> Result<Reply, Error<'gc>> {
    call.push_slot(Slot::integer(start as i64 + 1));
    call.push_slot(Slot::integer(end as i64));
    call.values(2)
}

fn find_text<'gc>(
    call: &mut Call<'gc, '_>,
    subject: LuaString<'gc>,
    text: LuaString<'gc>,
    init: usize,
) -> Result<Reply, Error<'gc>> {
    let length = subject.len() - init;
    if length <= PLAIN_AT_ONCE {
        call.charge(length / 16);
        return match find_plain(subject.as_bytes(), text.as_bytes(), init) {
            Some(start) => found_text(call, start, start + text.len()),
            None => call.one_slot(Slot::NIL),
        };
    }
    call.set(0, subject);
    call.set(1, text);
    let mut search = PlainSearch::new(init);
    match search_text(call, &mut search)? {
        Progress::Suspended => call.sequence(TextSearch { search }),
        Progress::NoMatch => call.one_slot(Slot::NIL),
        Progress::Match { start, end } => found_text(call, start, end),
    }
}

fn search_text<'gc>(call: &Call<'gc, '_>, search: &mut PlainSearch) -> Result<Progress, Error<'gc>> {
    let before = call.fuel_left().max(FUEL_MIN);
    let mut fuel = before;
    let progress = search.run(call.string(0)?.as_bytes(), call.string(1)?.as_bytes(), &mut fuel);
    call.charge(before.saturating_sub(fuel).max(0) as usize);
    Ok(progress)
}

/// A search for plain text that ran out of fuel.
#[derive(Collect)]
struct TextSearch {
    #[collect(static)]
    search: PlainSearch,
}

impl<'gc> Sequence<'gc> for TextSearch {
    const NAME: &'static str = "string.find.text";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        match search_text(call, &mut self.search)? {
            Progress::Suspended => Ok(Poll::Pending),
            Progress::NoMatch => {
                call.push(Value::Nil);
                Ok(Poll::Return(1))
            }
            Progress::Match { start, end } => {
                call.push(start as i64 + 1);
                call.push(end as i64);
                Ok(Poll::Return(2))
            }
        }
    }
}

/// The upvalues of an iterator, after the cache.
const SUBJECT: usize = 1;
const PATTERN: usize = 2;
/// Where the last match ended. Before the first match, the complement of where to begin.
const POSITION: usize = 3;

/// `string.gmatch`
pub(super) fn gmatch<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let subject = call.string(0)?;
    let pattern = call.string(1)?;
    let init = if call.is_none_or_nil(2) { 0 } else { offset_of(call.integer(2)?, subject.len()) };
    let position = !(init.min(subject.len() + 1) as i64);
    let upvalues = [cache::of(call), subject.into(), pattern.into(), position.into()];
    call.charge(8);
    let iterator = call.make_function(&GMATCH_STEP[0], &upvalues)?;
    call.one(iterator)
}

/// The subject and pattern of the running iterator.
fn iterated<'gc>(call: &Call<'gc, '_>) -> Result<(LuaString<'gc>, LuaString<'gc>), Error<'gc>> {
    match (call.upvalue(SUBJECT), call.upvalue(PATTERN)) {
        (Value::String(subject), Value::String(pattern)) => Ok((subject, pattern)),
        // Only a script with `debug` can have done this.
        _ => Err(call.error("the state of the 'gmatch' iterator was replaced")),
    }
}

/// The iterator of `gmatch`. Costs fuel in proportion to the work of matching.
pub(super) fn step<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (subject, pattern) = iterated(call)?;
    let position = match call.upvalue(POSITION) {
        Value::Integer(position) => position,
        _ => !0,
    };
    let init = if position < 0 { !position } else { position } as usize;
    if init > subject.len() {
        return call.nothing();
    }
    let mut borrowed = cache::borrow(call, pattern, init, false)?;
    let compiled = borrowed.compiled;
    if position >= 0 {
        compiled.forbid_empty_match_at(call, init);
    }
    match compiled.run(call, subject, pattern) {
        Ok(Progress::Match { start, end }) if !has_long_captures(subject, &compiled.matcher()) => {
            let count = push_results(call, Mode::Iterate, subject, &compiled.matcher(), (start, end))?;
            cache::give_back(call, pattern, false, borrowed);
            call.set_upvalue(POSITION, end as i64);
            call.values(count)
        }
        Ok(Progress::NoMatch) => {
            cache::give_back(call, pattern, false, borrowed);
            call.nothing()
        }
        unfinished => {
            cache::withdraw(call, pattern, false, &mut borrowed);
            Search::start(call, Mode::Iterate, borrowed, unfinished?)
        }
    }
}
