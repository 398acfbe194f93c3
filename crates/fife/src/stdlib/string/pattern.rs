//! Finds where Lua patterns match, metered and resumable.
//!
//! PUC-Rio Lua's matcher is recursive and cannot be stopped. This one keeps the remaining alternatives on a stack of
//! its own, charges fuel for each step, and can stop and continue anywhere. A [`Matcher`] is plain data that borrows
//! nothing. The callers in `string.find`, `match`, `gmatch` and `gsub` handle arguments, results and replacement.
//!
//! A pattern is a plain sequence of items (see `program.rs`), so each repetition in it has at most one remaining
//! alternative. The stack is never deeper than the number of repetitions in the pattern: `a*` costs one entry for any
//! number of `a`. Captures need no undoing: on the way to any item, the captures before it are those of the current
//! attempt.

mod byte_set;
mod inline_vec;
mod program;
#[cfg(test)]
mod tests;

use std::fmt;

use fife_arena::{Collect, Mutation, OutOfMemory};
use inline_vec::InlineVec;
use program::{Beginning, Item, Next, Op, Program, Single};

/// How many bytes are read between two checks of the fuel, which bounds a debt to 256 units.
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

/// Why a matcher stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Failure {
    Mistake(PatternError),
    /// Memory was refused. Run it again when there is more.
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
    /// The fuel is used up. Run it again to continue.
    Suspended,
    /// There is no match, or no further one.
    NoMatch,
    /// The bytes from `start` up to `end` match. Run it again for the next match.
    Match { start: usize, end: usize },
}

/// A capture, in offsets from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Capture {
    /// The bytes from the first up to the second offset.
    Span(usize, usize),
    /// `()`: the offset at its position. Lua's position is one more.
    Position(usize),
}

/// What a repetition will try next if everything after it has failed.
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
    /// Look for a place to begin, from `start` on.
    Start,
    /// Match item `item` at `position`.
    Item,
    /// Something failed: continue with the last choice.
    Backtrack,
    /// All places have been tried.
    Done,
}

/// The whole state of an interrupted search, except its program.
#[derive(Collect, Debug)]
struct State<'gc> {
    #[collect(static)]
    phase: Phase,
    /// Where the current attempt begins.
    start: usize,
    /// Up to where the subject is matched, and the item that continues.
    position: usize,
    item: usize,
    /// How many bytes of an interrupted item are done, and how deep a `%b` is nested.
    progress: usize,
    depth: usize,
    /// If the current attempt fails, so does every attempt that begins before this offset. The pattern begins with a
    /// repetition, and what must follow the repetition occurs nowhere up to here; a repetition that begins later only
    /// has fewer places to look at. Without this, `%a+=` and `.-=` would take quadratic time.
    dead_until: usize,
    /// Where the last match begins and ends.
    last_match: Option<(usize, usize)>,
    /// Begin and end of each capture; a position capture uses the begin.
    captures: InlineVec<'gc, (usize, usize), 6>,
    choices: InlineVec<'gc, Choice, 6>,
}

/// A search for the matches of one pattern in one subject.
///
/// The matches come one after another, as `gmatch` and `gsub` take them: each begins where the last one ended or later,
/// and none is an empty match directly at the end of the last one.
#[derive(Collect, Debug)]
pub(crate) struct Matcher<'gc> {
    program: Program<'gc>,
    state: State<'gc>,
    with_anchor: bool,
    /// The subject's length when matching began. If a caller brings another subject, it gets no match rather than a
    /// panic.
    subject_length: Option<usize>,
}

impl<'gc> Matcher<'gc> {
    /// A search that begins at the offset `init`, from 0. Past the subject's end there is no match. `with_anchor` says
    /// whether `^` ties the pattern to `init`, as it does for all but `gmatch`. An anchored search finds at most one
    /// match.
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

    /// Begins anew at the offset `init`, in the same or another subject. The pattern must be the same, and is not
    /// compiled again. In a short subject compiling is a large part of the work, so frequent searches keep their
    /// matcher.
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

    /// Before the first run: says that a match ended at this offset, so that an empty match there does not count.
    pub(crate) fn forbid_empty_match_at(&mut self, offset: usize) {
        self.state.last_match = Some((offset, offset));
    }

    /// Continues to search for about `*fuel` units, and subtracts what it used. It may end with a debt of about a
    /// thousand units. A unit is an elementary step, or 16 bytes read. Subject and pattern must be the same in every
    /// run.
    ///
    /// # Errors
    /// The pattern is wrong, and the search came to that place; or memory was refused.
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

    /// How many captures the pattern has, once a match was found. A pattern without captures captures the whole match:
    /// see [`Matcher::capture`].
    pub(crate) fn capture_count(&self) -> usize {
        self.program.capture_count
    }

    /// Capture number `index`, from 0, in the last match. In a pattern without captures number 0 is the whole match.
    ///
    /// # Errors
    /// "invalid capture index %n", with `n` from 1, for an index that the pattern does not have; "unfinished capture"
    /// for one without its `)`.
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

    /// The bytes of its memory blocks: 0 for most patterns of some dozen bytes.
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

/// The result of matching one item.
enum Outcome {
    /// It matches up to this offset.
    Matches(usize),
    Fails,
    /// The fuel ended in the middle of it.
    Suspended,
    /// There is no memory to note its alternatives. Nothing of the item is done.
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

    /// Looks for the next place where the pattern can begin.
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
                    // Not here. That cost little, but the next candidate may be directly after it.
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

    /// Notes an alternative.
    #[inline]
    fn choose(&mut self, choice: Choice) -> Result<(), OutOfMemory> {
        self.state.choices.reserve(self.mc, 1)?;
        self.state.choices.push(choice);
        Ok(())
    }

    /// Whether what must follow a repetition, if that is known, is at `position`.
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

    /// Repeats an item as often as possible, from `position` on.
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

    /// Repeats an item as rarely as possible: looks for the first place where the rest can match.
    fn lazy(&mut self, item: &Item, index: usize, position: usize) -> Outcome {
        let (program, subject) = (self.program, self.subject);
        let single = program.single(item);
        let next = program.next_single(item);
        let mut end = position + self.state.progress;
        self.state.progress = 0;
        while !self.goes_on(item, end) {
            let window = &subject[end..subject.len().min(end + CHUNK)];
            // Where to look next: the rest may match there, or the item cannot repeat any more.
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
                // Not if this continues after the rest failed at an earlier place.
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

    /// Matches exactly these bytes.
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

    /// Matches from an opening byte to the closing byte that balances it.
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
                // The closing byte is checked first, because the two may be the same.
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

    /// Continues with the last choice, or with the next start if there is none.
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
                    // The end of the longest remaining attempt that is followed by what must follow.
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
                    // One more repetition; then the item itself looks for the next place.
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

/// A needle of at least this length is compared in parts.
const LONG_NEEDLE: usize = 1 << 16;

/// A search for a string in a string, metered and resumable like [`Matcher`].
///
/// The needle is found in one pass in linear time, unless it is long. Then the pass looks only for its beginning, and
/// the rest is compared, part by part, at each place found. That may take quadratic time, which is charged for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlainSearch {
    at: usize,
    /// This many bytes of a long needle match at `at`.
    matched: usize,
}

impl PlainSearch {
    /// A search that begins at the offset `init`, from 0.
    pub(crate) fn new(init: usize) -> PlainSearch {
        PlainSearch { at: init, matched: 0 }
    }

    /// Continues to search for about `*fuel` units, and subtracts what it used. It may end with a debt of some thousand
    /// units. Subject and needle must be the same in every run.
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

/// Where `needle` first occurs in `subject` from `init` on. An empty needle occurs everywhere, including the end.
pub(crate) fn find_plain(subject: &[u8], needle: &[u8], init: usize) -> Option<usize> {
    let rest = subject.get(init..)?;
    match needle {
        [] => Some(init),
        [byte] => memchr::memchr(*byte, rest).map(|distance| init + distance),
        _ => memchr::memmem::find(rest, needle).map(|distance| init + distance),
    }
}

/// Whether a pattern has special bytes, so that `string.find` cannot search for it as plain text. As in PUC-Rio Lua, a
/// lone `)` or `]` is not special.
pub(crate) fn has_specials(pattern: &[u8]) -> bool {
    // In blocks without an early exit, so that the compiler can compare many bytes at once.
    let is_special = |byte: &u8| matches!(byte, b'^' | b'$' | b'*' | b'+' | b'?' | b'.' | b'(' | b'[' | b'%' | b'-');
    pattern.chunks(64).any(|part| part.iter().fold(false, |found, byte| found | is_special(byte)))
}
