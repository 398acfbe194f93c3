//! Lua patterns: finds where a pattern matches, metered and resumable.
//!
//! PUC-Rio's matcher is recursive and can not be stopped. This one keeps what it has still to try
//! on a stack of its own, charges fuel for each step, and stops and goes on anywhere; a
//! [`Matcher`] is plain data that borrows nothing. What is left to the callers in `string.find`,
//! `match`, `gmatch` and `gsub`: arguments, results, replacement.
//!
//! A pattern is a plain sequence of items (see `program.rs`), so each repetition in it has at most
//! one thing still to try. The stack is never deeper than the pattern has repetitions, `a*` costs
//! one entry for however many `a`, and captures need no undoing: on the way to any item, the
//! captures before it are those of this very attempt.

mod byte_set;
mod inline_vec;
mod program;
#[cfg(test)]
mod tests;

use std::fmt;

use fife_arena::{Collect, Mutation, OutOfMemory};
use inline_vec::InlineVec;
use program::{Beginning, Item, Next, Op, Program, Single};

/// Bytes looked at before the fuel is asked again, which bounds a debt to 256 units.
const CHUNK: usize = 4096;

/// What is wrong with a pattern. `Display` gives PUC-Rio's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PatternError {
    EndsWithPercent,
    MissingBracket,
    MissingFrontierSet,
    MissingBalanceArguments,
    /// Holds the index as written, from 0.
    InvalidCaptureIndex(usize),
    InvalidPatternCapture,
    UnfinishedCapture,
    TooManyCaptures,
    /// More than [`ITEM_LIMIT`] items, a set written with more than 8 KiB, or 4 GiB of pattern.
    TooComplex,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PatternError::EndsWithPercent => "malformed pattern (ends with '%')",
            PatternError::MissingBracket => "malformed pattern (missing ']')",
            PatternError::MissingFrontierSet => "missing '[' after '%f' in pattern",
            PatternError::MissingBalanceArguments => "malformed pattern (missing arguments to '%b')",
            PatternError::InvalidCaptureIndex(index) => return write!(f, "invalid capture index %{index}"),
            PatternError::InvalidPatternCapture => "invalid pattern capture",
            PatternError::UnfinishedCapture => "unfinished capture",
            PatternError::TooManyCaptures => "too many captures",
            PatternError::TooComplex => "pattern too complex",
        })
    }
}

/// Why a matcher did not get any further.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Failure {
    Mistake(PatternError),
    /// Memory was refused: it may be run again when there is more.
    Refused,
}

impl From<OutOfMemory> for Failure {
    fn from(OutOfMemory: OutOfMemory) -> Failure {
        Failure::Refused
    }
}

/// How far [`Matcher::run`] came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Progress {
    /// The fuel is used up; run again to go on.
    Suspended,
    /// There is no (further) match.
    NoMatch,
    /// The bytes from `start` up to `end` match; run again for the next match.
    Match { start: usize, end: usize },
}

/// What a capture caught, in offsets from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Capture {
    /// The bytes from the first up to the second offset.
    Span(usize, usize),
    /// `()`: the offset before which it stood. Lua's position is one more.
    Position(usize),
}

/// What a repetition has still to try if all that follows it has failed.
#[derive(Clone, Copy, Default, Debug)]
struct Choice {
    item: u32,
    /// The end of the shortest attempt.
    low: usize,
    /// For a greedy repetition, the end of the longest attempt not yet made.
    high: usize,
}

/// What to do next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    /// Compile more of the pattern.
    Compile,
    /// Look for a place from `start` on at which to begin.
    Start,
    /// Match item `item` at `position`.
    Item,
    /// Something failed: take up the last choice.
    Backtrack,
    /// All places are tried.
    Done,
}

/// All that an interrupted search consists of, besides its program.
#[derive(Collect, Debug)]
struct State<'gc> {
    #[collect(static)]
    phase: Phase,
    /// Where the match being tried begins.
    start: usize,
    /// How far the subject is matched, and by which item it goes on.
    position: usize,
    item: usize,
    /// How much of an interrupted item is done, in bytes, and how deep a `%b` is in.
    progress: usize,
    depth: usize,
    /// If the match being tried fails, so does any that begins before this offset: the pattern
    /// begins with a repetition, what must follow that is nowhere up to here, and a repetition
    /// that begins later has no more places to look at. Without this, `%a+=` and `.-=` would take
    /// quadratic time.
    dead_until: usize,
    /// Where the match found last begins and ends.
    last_match: Option<(usize, usize)>,
    /// Begin and end of each capture; a position capture uses the begin.
    captures: InlineVec<'gc, (usize, usize), 6>,
    choices: InlineVec<'gc, Choice, 6>,
}

/// A search for the matches of one pattern in one subject.
///
/// The matches come one after the other, as `gmatch` and `gsub` take them: each begins where the
/// last ended or later, and none is an empty match directly at the end of the last.
#[derive(Collect, Debug)]
pub(crate) struct Matcher<'gc> {
    program: Program<'gc>,
    state: State<'gc>,
    with_anchor: bool,
    /// The subject's length when matching began: a caller that brings another in between gets no
    /// match rather than a panic.
    subject_length: Option<usize>,
}

impl<'gc> Matcher<'gc> {
    /// A search that begins at the offset `init`, from 0; there is no match past the subject's
    /// end. `with_anchor`: whether `^` ties the pattern to `init`, as it does for all but
    /// `gmatch`. An anchored search finds at most one match.
    #[inline]
    pub(crate) fn new(init: usize, with_anchor: bool) -> Matcher<'gc> {
        let state = State {
            phase: Phase::Compile,
            start: init,
            position: init,
            item: 0,
            progress: 0,
            depth: 0,
            dead_until: 0,
            last_match: None,
            captures: InlineVec::new(),
            choices: InlineVec::new(),
        };
        Matcher { program: Program::new(), state, with_anchor, subject_length: None }
    }

    /// Begins anew at the offset `init`, also in another subject. The pattern must be the same, and
    /// need not be compiled again, which is a good part of the work in a short subject: whoever
    /// searches often keeps the matcher.
    pub(crate) fn restart(&mut self, init: usize) {
        let state = &mut self.state;
        if state.phase != Phase::Compile {
            state.phase = Phase::Start;
        }
        state.start = init;
        state.progress = 0;
        state.dead_until = 0;
        state.last_match = None;
        state.choices.clear();
        self.subject_length = None;
    }

    /// Before the first run: says that a match ended at this offset, so that an empty one there is none.
    pub(crate) fn forbid_empty_match_at(&mut self, offset: usize) {
        self.state.last_match = Some((offset, offset));
    }

    /// Goes on searching for about `*fuel` units, and subtracts what it used; it may end up to
    /// about a thousand units in debt. One unit is one elementary step, or 16 bytes looked at.
    /// Subject and pattern must be the same in every run.
    ///
    /// # Errors
    /// The pattern's mistake, if the search came to it; or refused memory.
    pub(crate) fn run(
        &mut self,
        mc: &Mutation<'gc>,
        subject: &[u8],
        pattern: &[u8],
        fuel: &mut i64,
    ) -> Result<Progress, Failure> {
        let Matcher { program, state, .. } = self;
        if *self.subject_length.get_or_insert(subject.len()) != subject.len() {
            state.phase = Phase::Done;
        }
        if state.phase == Phase::Compile {
            program.compile(mc, pattern, self.with_anchor, fuel)?;
            if !program.is_complete() {
                return Ok(Progress::Suspended);
            }
            state.captures.reserve(mc, program.capture_count)?;
            for _ in 0..program.capture_count {
                state.captures.push((0, 0));
            }
            state.phase = Phase::Start;
        }
        if state.start > subject.len() {
            state.phase = Phase::Done;
        }
        let mut search = Search { mc, program, items: program.items(), state, subject, pattern, fuel: *fuel };
        let progress = search.run();
        *fuel = search.fuel;
        if matches!(progress, Err(Failure::Mistake(_))) {
            state.phase = Phase::Done;
        }
        progress
    }

    /// How many captures the pattern has, once a match was found. A pattern without captures
    /// stands for one that captures the whole match; see [`Matcher::capture`].
    pub(crate) fn capture_count(&self) -> usize {
        self.program.capture_count
    }

    /// What capture `index`, from 0, caught in the match found last. Index 0 of a pattern without
    /// captures is the whole match.
    ///
    /// # Errors
    /// "invalid capture index %n", with `n` from 1, for an index that the pattern has not;
    /// "unfinished capture" for one without its `)`.
    pub(crate) fn capture(&self, index: usize) -> Result<Capture, PatternError> {
        match (self.state.captures.as_slice().get(index), self.state.last_match) {
            (Some(&(begin, end)), _) => {
                if self.program.unfinished >> index & 1 != 0 {
                    Err(PatternError::UnfinishedCapture)
                } else if self.program.positions >> index & 1 != 0 {
                    Ok(Capture::Position(begin))
                } else {
                    Ok(Capture::Span(begin, end))
                }
            }
            (None, Some((start, end))) if index == 0 => Ok(Capture::Span(start, end)),
            (None, _) => Err(PatternError::InvalidCaptureIndex(index + 1)),
        }
    }

    /// Bytes of blocks it holds: nothing for most patterns of some dozen bytes.
    pub(crate) fn held_bytes(&self) -> usize {
        self.program.held_bytes() + self.state.captures.held_bytes() + self.state.choices.held_bytes()
    }
}

/// A matcher at work.
struct Search<'a, 'gc> {
    mc: &'a Mutation<'gc>,
    program: &'a Program<'gc>,
    items: &'a [Item],
    state: &'a mut State<'gc>,
    subject: &'a [u8],
    pattern: &'a [u8],
    fuel: i64,
}

/// What came of one item.
enum Outcome {
    /// It matches up to this offset.
    Matches(usize),
    Fails,
    /// The fuel ended in the middle of it.
    Suspended,
    /// There is no memory for what it has still to try; nothing of it is done.
    Refused,
}

impl<'gc> Search<'_, 'gc> {
    fn run(&mut self) -> Result<Progress, Failure> {
        loop {
            let progress = match self.state.phase {
                Phase::Start => self.find_start(),
                Phase::Item => self.match_items()?,
                Phase::Backtrack => self.backtrack(),
                Phase::Compile | Phase::Done => Some(Progress::NoMatch),
            };
            if let Some(progress) = progress {
                return Ok(progress);
            }
        }
    }

    /// Looks for the next place at which the pattern can begin.
    fn find_start(&mut self) -> Option<Progress> {
        let (single, may_be_end) = match self.program.beginning {
            _ if self.program.is_anchored => (None, true),
            Beginning::Byte(byte) => (Some(Single::Byte(byte)), false),
            Beginning::Set { set, may_be_end } => (Some(Single::Set(self.program.set(set))), may_be_end),
            Beginning::Unknown => (None, true),
        };
        let subject = self.subject;
        let mut start = self.state.start;
        while let Some(single) = single
            && start < subject.len()
        {
            if self.fuel <= 0 {
                self.state.start = start;
                return Some(Progress::Suspended);
            }
            let window = &subject[start..subject.len().min(start + CHUNK)];
            let found = match (single.find_first(window), self.program.second_byte) {
                (Some(distance), Some(second)) if subject.get(start + distance + 1) != Some(&second) => {
                    // Not this one. It has cost little, but the next may be directly after it.
                    self.fuel -= i64::from(distance & 7 == 0);
                    Err(distance + 1)
                }
                (Some(distance), _) => Ok(distance),
                (None, _) => Err(window.len()),
            };
            let (Ok(distance) | Err(distance)) = found;
            self.fuel -= (distance >> 4) as i64;
            start += distance;
            if found.is_ok() {
                break;
            }
        }
        if start > subject.len() || (start == subject.len() && !may_be_end) {
            self.state.phase = Phase::Done;
            return Some(Progress::NoMatch);
        }
        self.state.start = start;
        self.state.position = start;
        self.state.item = 0;
        self.state.dead_until = 0;
        self.state.phase = Phase::Item;
        None
    }

    /// The attempt at `start` has failed for good.
    #[inline]
    fn next_start(&mut self) {
        self.state.choices.clear();
        self.state.start = (self.state.start + 1).max(self.state.dead_until);
        self.state.phase = if self.program.is_anchored { Phase::Done } else { Phase::Start };
    }

    /// Matches item after item until one fails.
    fn match_items(&mut self) -> Result<Option<Progress>, Failure> {
        let (program, items, subject) = (self.program, self.items, self.subject);
        let mut position = self.state.position;
        let mut index = self.state.item;
        loop {
            if self.fuel <= 0 {
                return Ok(self.suspend(position, index));
            }
            self.fuel -= 1;
            let item = &items[index];
            let outcome = match item.op {
                Op::Byte if subject.get(position) == Some(&item.byte) => Outcome::Matches(position + 1),
                Op::Set if subject.get(position).is_some_and(|&byte| program.set(item.set).contains(byte)) => {
                    Outcome::Matches(position + 1)
                }
                Op::Any if position < subject.len() => Outcome::Matches(position + 1),
                Op::Greedy => self.greedy(item, index, position),
                Op::Open | Op::Position => {
                    if let Some(capture) = self.state.captures.as_mut_slice().get_mut(item.offset as usize) {
                        capture.0 = position;
                    }
                    Outcome::Matches(position)
                }
                Op::Close => {
                    if let Some(capture) = self.state.captures.as_mut_slice().get_mut(item.offset as usize) {
                        capture.1 = position;
                    }
                    Outcome::Matches(position)
                }
                Op::Literal => {
                    let begin = item.offset as usize;
                    let literal = self.pattern.get(begin..begin + item.length as usize).unwrap_or_default();
                    self.same_bytes(literal, position)
                }
                Op::Lazy => self.lazy(item, index, position),
                Op::Optional => match subject.get(position) {
                    Some(&byte) if program.single(item).accepts(byte) => {
                        match self.choose(Choice { item: index as u32, low: position, high: position }) {
                            Ok(()) => Outcome::Matches(position + 1),
                            Err(OutOfMemory) => Outcome::Refused,
                        }
                    }
                    _ => Outcome::Matches(position),
                },
                Op::End if position == subject.len() => Outcome::Matches(position),
                Op::Frontier if self.is_frontier(item, position) => Outcome::Matches(position),
                Op::Balance => self.balance(item, position),
                Op::Reference => {
                    let captures = self.state.captures.as_slice();
                    let (begin, end) = captures.get(item.offset as usize).copied().unwrap_or_default();
                    self.same_bytes(subject.get(begin..end).unwrap_or_default(), position)
                }
                Op::Finish => return Ok(self.finish(position)),
                Op::Mistake => return Err(Failure::Mistake(program.mistake)),
                Op::Byte | Op::Set | Op::Any | Op::End | Op::Frontier | Op::Fail => Outcome::Fails,
            };
            match outcome {
                Outcome::Matches(end) => {
                    position = end;
                    index += 1;
                }
                Outcome::Fails => break,
                Outcome::Suspended => return Ok(self.suspend(position, index)),
                Outcome::Refused => {
                    self.suspend(position, index);
                    return Err(Failure::Refused);
                }
            }
        }
        if self.state.choices.as_slice().is_empty() {
            self.next_start();
        } else {
            self.state.phase = Phase::Backtrack;
        }
        Ok(None)
    }

    fn suspend(&mut self, position: usize, item: usize) -> Option<Progress> {
        self.state.position = position;
        self.state.item = item;
        Some(Progress::Suspended)
    }

    /// The whole pattern matches up to `end`.
    fn finish(&mut self, end: usize) -> Option<Progress> {
        if self.state.last_match.is_some_and(|(_, last_end)| last_end == end) {
            self.next_start();
            return None;
        }
        let start = self.state.start;
        self.state.last_match = Some((start, end));
        self.state.choices.clear();
        self.state.start = end;
        self.state.phase = if self.program.is_anchored { Phase::Done } else { Phase::Start };
        Some(Progress::Match { start, end })
    }

    /// Notes what is still to be tried.
    #[inline]
    fn choose(&mut self, choice: Choice) -> Result<(), OutOfMemory> {
        self.state.choices.reserve(self.mc, 1)?;
        self.state.choices.push(choice);
        Ok(())
    }

    /// Whether what must follow a repetition, as far as that is known, is at `position`.
    #[inline]
    fn goes_on(&self, item: &Item, position: usize) -> bool {
        match (item.next, self.subject.get(position)) {
            (Next::Unknown | Next::Nothing, _) => true,
            (Next::Byte, byte) => byte == Some(&item.next_byte),
            (Next::Set, Some(&byte)) => self.program.set(item.next_set).contains(byte),
            (Next::End, Some(_)) => false,
            (Next::Set | Next::End, None) => item.next_may_be_end,
        }
    }

    /// As many as there are; `position` is where they begin.
    #[inline]
    fn greedy(&mut self, item: &Item, index: usize, position: usize) -> Outcome {
        let subject = self.subject;
        let mut end = position + self.state.progress;
        let single = self.program.single(item);
        if matches!(single, Single::Any) {
            end = subject.len();
        }
        while end < subject.len() {
            let window = &subject[end..subject.len().min(end + CHUNK)];
            let count = single.count_prefix(window);
            end += count;
            self.fuel -= (count >> 4) as i64;
            if count < window.len() {
                break;
            }
            if self.fuel <= 0 && end < subject.len() {
                self.state.progress = end - position;
                return Outcome::Suspended;
            }
        }
        self.state.progress = 0;
        let low = position + usize::from(item.minimum);
        if end < low {
            return Outcome::Fails;
        }
        if end > low
            && !item.is_possessive
            && let Err(OutOfMemory) = self.choose(Choice { item: index as u32, low, high: end - 1 })
        {
            return Outcome::Refused;
        }
        if self.goes_on(item, end) {
            return Outcome::Matches(end);
        }
        if index == self.program.first_item {
            self.state.dead_until = end;
        }
        Outcome::Fails
    }

    /// As few as will do: looks for the first place at which what follows can match.
    fn lazy(&mut self, item: &Item, index: usize, position: usize) -> Outcome {
        let (program, subject) = (self.program, self.subject);
        let single = program.single(item);
        let next = program.next_single(item);
        let mut end = position + self.state.progress;
        self.state.progress = 0;
        while !self.goes_on(item, end) {
            let window = &subject[end..subject.len().min(end + CHUNK)];
            // Where to look again: what follows may be there, or no more can be repeated.
            let found = match (single, next) {
                (Single::Any, Some(next)) => next.find_first(window),
                (Single::Any, None) => None,
                _ => Single::Set(program.set(item.stop_set)).find_first(window),
            };
            let count = found.unwrap_or(window.len());
            end += count;
            self.fuel -= (count >> 4) as i64;
            if self.goes_on(item, end) {
                break;
            }
            if found.is_some() || end >= subject.len() {
                // Not if it was taken up again after what followed an earlier place had failed.
                if index == self.program.first_item && position == self.state.start {
                    self.state.dead_until = end;
                }
                return Outcome::Fails;
            }
            if self.fuel <= 0 {
                self.state.progress = end - position;
                return Outcome::Suspended;
            }
        }
        if !matches!(item.next, Next::Nothing | Next::End)
            && let Err(OutOfMemory) = self.choose(Choice { item: index as u32, low: end, high: end })
        {
            return Outcome::Refused;
        }
        Outcome::Matches(end)
    }

    /// Exactly these bytes.
    #[inline]
    fn same_bytes(&mut self, wanted: &[u8], position: usize) -> Outcome {
        let rest = self.subject.get(position..).unwrap_or_default();
        if wanted.len() > rest.len() {
            return Outcome::Fails;
        }
        if wanted.len() > CHUNK {
            return self.same_long_bytes(wanted, rest, position);
        }
        self.fuel -= (wanted.len() >> 4) as i64;
        if rest.starts_with(wanted) { Outcome::Matches(position + wanted.len()) } else { Outcome::Fails }
    }

    #[cold]
    fn same_long_bytes(&mut self, wanted: &[u8], rest: &[u8], position: usize) -> Outcome {
        let mut done = self.state.progress;
        let outcome = loop {
            let end = wanted.len().min(done + CHUNK);
            self.fuel -= ((end - done) >> 4) as i64;
            if rest.get(done..end) != wanted.get(done..end) {
                break Outcome::Fails;
            }
            if end == wanted.len() {
                break Outcome::Matches(position + end);
            }
            done = end;
            if self.fuel <= 0 {
                self.state.progress = done;
                return Outcome::Suspended;
            }
        };
        self.state.progress = 0;
        outcome
    }

    /// Whether the subject passes into the item's set at `position`. Both ends of the subject
    /// count as zero bytes.
    fn is_frontier(&self, item: &Item, position: usize) -> bool {
        let set = self.program.set(item.set);
        let byte_at = |at: Option<usize>| at.and_then(|at| self.subject.get(at)).copied().unwrap_or(0);
        !set.contains(byte_at(position.checked_sub(1))) && set.contains(byte_at(Some(position)))
    }

    /// From an opening byte to the closing byte that balances it.
    fn balance(&mut self, item: &Item, position: usize) -> Outcome {
        let subject = self.subject;
        if subject.get(position) != Some(&item.byte) {
            return Outcome::Fails;
        }
        let is_new = self.state.progress == 0;
        let (mut at, mut depth) =
            if is_new { (position + 1, 1) } else { (position + self.state.progress, self.state.depth) };
        self.state.progress = 0;
        loop {
            let window = &subject[at..subject.len().min(at + CHUNK)];
            for (distance, &byte) in window.iter().enumerate() {
                // The closing byte first: the two may be the same.
                if byte == item.close_byte {
                    depth -= 1;
                    if depth == 0 {
                        self.fuel -= (distance >> 4) as i64;
                        return Outcome::Matches(at + distance + 1);
                    }
                } else if byte == item.byte {
                    depth += 1;
                }
            }
            at += window.len();
            self.fuel -= (window.len() >> 4) as i64;
            if at >= subject.len() {
                return Outcome::Fails;
            }
            if self.fuel <= 0 {
                self.state.progress = at - position;
                self.state.depth = depth;
                return Outcome::Suspended;
            }
        }
    }

    /// Takes up the last choice, or goes on to the next start if there is none.
    fn backtrack(&mut self) -> Option<Progress> {
        let (program, items, subject) = (self.program, self.items, self.subject);
        while let Some(choice) = self.state.choices.as_mut_slice().last_mut() {
            if self.fuel <= 0 {
                return Some(Progress::Suspended);
            }
            self.fuel -= 1;
            let index = choice.item as usize;
            let item = &items[index];
            let (low, high) = (choice.low, choice.high);
            let resume_at = match item.op {
                Op::Greedy => {
                    // The end of the longest attempt that is left and has what must follow it.
                    let window_low = low.max((high + 1).saturating_sub(CHUNK));
                    let found = match program.next_single(item) {
                        None => Some(high),
                        Some(next) => {
                            let window = subject.get(window_low..=high).unwrap_or_default();
                            next.find_last(window).map(|distance| window_low + distance)
                        }
                    };
                    let tried_down_to = found.unwrap_or(window_low);
                    self.fuel -= ((high - tried_down_to) >> 4) as i64;
                    if tried_down_to == low {
                        self.state.choices.pop();
                    } else {
                        choice.high = tried_down_to - 1;
                    }
                    if found.is_some() && index == program.first_item {
                        self.state.dead_until = 0;
                    }
                    found.map(|end| (end, index + 1))
                }
                Op::Lazy => {
                    // One more, and then the item itself looks for the next place.
                    self.state.choices.pop();
                    let accepts = subject.get(low).is_some_and(|&byte| program.single(item).accepts(byte));
                    accepts.then_some((low + 1, index))
                }
                _ => {
                    self.state.choices.pop();
                    Some((low, index + 1))
                }
            };
            if let Some((position, item)) = resume_at {
                self.state.position = position;
                self.state.item = item;
                self.state.phase = Phase::Item;
                return None;
            }
        }
        self.next_start();
        None
    }
}

/// From this length on, what is searched for is compared in parts.
const LONG_NEEDLE: usize = 1 << 16;

/// A search for a string in a string, metered and resumable like [`Matcher`].
///
/// What it looks for is found by one pass in linear time, unless it is long: then only its beginning is, and the rest of each
/// place that this leads to is compared part by part. That may take quadratic time, which is paid for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlainSearch {
    at: usize,
    /// At `at` there is the beginning of a long needle, so many bytes of it.
    matched: usize,
}

impl PlainSearch {
    /// A search that begins at the offset `init`, from 0.
    pub(crate) fn new(init: usize) -> PlainSearch {
        PlainSearch { at: init, matched: 0 }
    }

    /// Goes on searching for about `*fuel` units, and subtracts what it used. It may end in debt,
    /// by some thousand units. Subject and needle must be the same in every run.
    pub(crate) fn run(&mut self, subject: &[u8], needle: &[u8], fuel: &mut i64) -> Progress {
        if needle.len() > LONG_NEEDLE {
            return self.run_long(subject, needle, fuel);
        }
        let window_length = CHUNK.max(needle.len());
        loop {
            if *fuel <= 0 {
                return Progress::Suspended;
            }
            let Some(rest) = subject.get(self.at..) else {
                return Progress::NoMatch;
            };
            // Matches that begin in the first `window_length` bytes lie inside the window.
            let window = &rest[..rest.len().min(window_length + needle.len())];
            if let Some(distance) = find_plain(window, needle, 0) {
                let start = self.at + distance;
                *fuel -= 1 + ((distance + needle.len()) >> 4) as i64;
                return Progress::Match { start, end: start + needle.len() };
            }
            *fuel -= 1 + (window.len() >> 4) as i64;
            if window.len() == rest.len() {
                self.at = subject.len() + 1;
                return Progress::NoMatch;
            }
            self.at += window_length;
        }
    }

    fn run_long(&mut self, subject: &[u8], needle: &[u8], fuel: &mut i64) -> Progress {
        loop {
            if self.matched == 0 {
                if self.at + needle.len() > subject.len() {
                    return Progress::NoMatch;
                }
                match self.run(&subject[..subject.len() - (needle.len() - CHUNK)], &needle[..CHUNK], fuel) {
                    Progress::Match { start, .. } => (self.at, self.matched) = (start, CHUNK),
                    other => return other,
                }
            }
            if *fuel <= 0 {
                return Progress::Suspended;
            }
            let end = needle.len().min(self.matched + CHUNK);
            *fuel -= 1 + ((end - self.matched) >> 4) as i64;
            if subject.get(self.at + self.matched..self.at + end) != needle.get(self.matched..end) {
                self.at += 1;
                self.matched = 0;
            } else if end == needle.len() {
                return Progress::Match { start: self.at, end: self.at + end };
            } else {
                self.matched = end;
            }
        }
    }
}

/// Where `needle` first occurs in `subject` from `init` on. An empty needle occurs everywhere,
/// also at the end.
pub(crate) fn find_plain(subject: &[u8], needle: &[u8], init: usize) -> Option<usize> {
    let rest = subject.get(init..)?;
    match needle {
        [] => Some(init),
        [byte] => memchr::memchr(*byte, rest).map(|distance| init + distance),
        _ => memchr::memmem::find(rest, needle).map(|distance| init + distance),
    }
}

/// Whether a pattern has bytes that do not stand for themselves, so that `string.find` can not
/// search for it as plain text. As in PUC-Rio, a lone `)` or `]` is none.
pub(crate) fn has_specials(pattern: &[u8]) -> bool {
    // In parts that are looked at as a whole: without a way out in the middle the compiler compares many bytes at once.
    let is_special = |byte: &u8| matches!(byte, b'^' | b'$' | b'*' | b'+' | b'?' | b'.' | b'(' | b'[' | b'%' | b'-');
    pattern.chunks(64).any(|part| part.iter().fold(false, |found, byte| found | is_special(byte)))
}
