//! Compiles a pattern to a list of items for the matcher.
//!
//! A Lua pattern has no alternation and no grouping for repetition, so it is a plain sequence:
//! an item either goes on to the one after it or fails. Much is therefore known before matching:
//! which capture a `)` closes, how many captures are open at any point, and what must follow a
//! repetition. The last is what makes matching fast: `(%w+)=` never has to give back letters,
//! because none of them is `=`.
//!
//! PUC-Rio reads the pattern while it matches, and finds a mistake in it only when it gets there:
//! `string.find("a", "b[")` is no error. So a mistake compiles to an item of its own, which
//! raises the error if it is reached.

use super::PatternError;
use super::byte_set::{self, ByteSet, CLASS_SETS};
use super::inline_vec::InlineVec;
use fife_arena::{Collect, Mutation, OutOfMemory};

/// Captures a pattern may have, as in PUC-Rio (`LUA_MAXCAPTURES`).
pub(crate) const CAPTURE_LIMIT: usize = 32;

/// Items a pattern may have before it is "too complex". PUC-Rio's limit is 200 elements that can
/// be matched in several ways; this one bounds the memory of a matcher to a few mebibytes.
pub(crate) const ITEM_LIMIT: usize = 16_384;

/// Bytes of pattern a set may be written with before the pattern is "too complex", so that
/// compiling one item is bounded work.
const SET_LENGTH_LIMIT: usize = 8192;

/// Bytes of pattern in one literal item, for the same reason; a longer literal is several items.
const LITERAL_LENGTH_LIMIT: usize = 4096;

/// What an item does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Op {
    /// The pattern is matched.
    #[default]
    Finish,
    /// Raises the mistake found at this point of the pattern.
    Mistake,
    /// Fails: a reference to a position capture, which no text equals.
    Fail,
    /// `$` at the end: only the end of the subject.
    End,
    /// One byte, `byte`.
    Byte,
    /// `.`: any one byte.
    Any,
    /// One byte of `set`.
    Set,
    /// The bytes of the pattern from `offset`, `length` of them.
    Literal,
    /// `x*` and `x+`: as many of `single` as there are, and no fewer than `minimum`.
    Greedy,
    /// `x-`: as few of `single` as will do.
    Lazy,
    /// `x?`: one of `single`, or nothing.
    Optional,
    /// `(`: capture `offset` begins.
    Open,
    /// `)`: capture `offset` ends.
    Close,
    /// `()`: capture `offset` is the position.
    Position,
    /// `%1`: the text of capture `offset` again.
    Reference,
    /// `%bxy`: balanced between `byte` and `close_byte`.
    Balance,
    /// `%f[set]`: a passage from outside the set into it.
    Frontier,
}

/// Which of an item's fields says what one byte of a repetition must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum SingleKind {
    #[default]
    Any,
    Byte,
    Set,
}

/// What must come directly after a repetition for the match to go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Next {
    /// Not known: whatever follows has to be tried.
    #[default]
    Unknown,
    /// Nothing follows, so that the match is found wherever the repetition ends.
    Nothing,
    /// The end of the subject.
    End,
    /// `next_byte`.
    Byte,
    /// A byte of `next_set`, or the end of the subject if `next_may_be_end`.
    Set,
}

/// One element of a compiled pattern.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Item {
    pub(crate) op: Op,
    pub(crate) single: SingleKind,
    pub(crate) next: Next,
    pub(crate) byte: u8,
    pub(crate) close_byte: u8,
    pub(crate) next_byte: u8,
    pub(crate) next_may_be_end: bool,
    /// The repetition can not match what must follow it, so it never has to give anything back.
    pub(crate) is_possessive: bool,
    pub(crate) minimum: u8,
    pub(crate) set: u16,
    pub(crate) next_set: u16,
    /// For `Lazy`: the bytes at which to stop and look, what may follow or what can not repeat.
    pub(crate) stop_set: u16,
    pub(crate) offset: u32,
    pub(crate) length: u32,
}

/// What a match must begin with, for skipping where it can not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Beginning {
    Unknown,
    Byte(u8),
    Set {
        set: u16,
        /// The match may also be the empty one at the end of the subject.
        may_be_end: bool,
    },
}

/// A test of one byte.
#[derive(Clone, Copy)]
pub(crate) enum Single<'a> {
    Any,
    Byte(u8),
    Set(&'a ByteSet),
}

impl Single<'_> {
    /// Whether it accepts the byte.
    #[inline]
    pub(crate) fn accepts(self, byte: u8) -> bool {
        match self {
            Single::Any => true,
            Single::Byte(wanted) => byte == wanted,
            Single::Set(set) => set.contains(byte),
        }
    }

    /// How many bytes from the beginning it accepts.
    #[inline]
    pub(crate) fn count_prefix(self, bytes: &[u8]) -> usize {
        let refused = match self {
            Single::Any => None,
            Single::Byte(wanted) => bytes.iter().position(|&byte| byte != wanted),
            Single::Set(set) => bytes.iter().position(|&byte| !set.contains(byte)),
        };
        refused.unwrap_or(bytes.len())
    }

    /// Where the first byte that it accepts is.
    #[inline]
    pub(crate) fn find_first(self, bytes: &[u8]) -> Option<usize> {
        match self {
            Single::Any => (!bytes.is_empty()).then_some(0),
            Single::Byte(wanted) if bytes.first() == Some(&wanted) => Some(0),
            Single::Byte(wanted) => memchr::memchr(wanted, bytes),
            Single::Set(set) => bytes.iter().position(|&byte| set.contains(byte)),
        }
    }

    /// Where the last byte that it accepts is.
    #[inline]
    pub(crate) fn find_last(self, bytes: &[u8]) -> Option<usize> {
        match self {
            Single::Any => bytes.len().checked_sub(1),
            Single::Byte(wanted) => memchr::memrchr(wanted, bytes),
            Single::Set(set) => bytes.iter().rposition(|&byte| set.contains(byte)),
        }
    }
}

/// A pattern, compiled as far as `at`.
#[derive(Collect, Debug)]
pub(crate) struct Program<'gc> {
    items: InlineVec<'gc, Item, 16>,
    sets: InlineVec<'gc, ByteSet, 4>,
    at: usize,
    /// Whether all items are there, and whether it is linked, too.
    has_all_items: bool,
    complete: bool,
    /// Whether the pattern began with `^`.
    pub(crate) is_anchored: bool,
    /// The first item that is not the begin or end of a capture.
    pub(crate) first_item: usize,
    #[collect(static)]
    pub(crate) beginning: Beginning,
    /// The second byte of every match, where that is one byte and `beginning` is known.
    pub(crate) second_byte: Option<u8>,
    /// The mistake that the `Mistake` item raises; there is at most one, it ends the program.
    #[collect(static)]
    pub(crate) mistake: PatternError,
    /// Captures begun so far.
    pub(crate) capture_count: usize,
    /// Bit `i`: capture `i` was begun and not ended.
    pub(crate) unfinished: u32,
    /// Bit `i`: capture `i` is a position.
    pub(crate) positions: u32,
}

impl<'gc> Program<'gc> {
    /// A program of which nothing is compiled yet.
    #[inline]
    pub(crate) fn new() -> Program<'gc> {
        Program {
            items: InlineVec::new(),
            sets: InlineVec::new(),
            at: 0,
            has_all_items: false,
            complete: false,
            is_anchored: false,
            first_item: 0,
            beginning: Beginning::Unknown,
            second_byte: None,
            mistake: PatternError::TooComplex,
            capture_count: 0,
            unfinished: 0,
            positions: 0,
        }
    }

    /// Whether all of the pattern is compiled.
    #[inline]
    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }

    /// The items; the last is `Finish` or `Mistake`.
    #[inline]
    pub(crate) fn items(&self) -> &[Item] {
        self.items.as_slice()
    }

    /// Bytes of blocks it holds.
    pub(crate) fn held_bytes(&self) -> usize {
        self.items.held_bytes() + self.sets.held_bytes()
    }

    /// The set with this number.
    #[inline]
    pub(crate) fn set(&self, number: u16) -> &ByteSet {
        let number = number as usize;
        match byte_set::class(number) {
            Some(class) => class,
            None => self.sets.as_slice().get(number - CLASS_SETS).unwrap_or(&ByteSet::EMPTY),
        }
    }

    /// What one byte of a repetition must be.
    #[inline]
    pub(crate) fn single(&self, item: &Item) -> Single<'_> {
        match item.single {
            SingleKind::Any => Single::Any,
            SingleKind::Byte => Single::Byte(item.byte),
            SingleKind::Set => Single::Set(self.set(item.set)),
        }
    }

    /// What the byte after a repetition must be, where that is known.
    #[inline]
    pub(crate) fn next_single(&self, item: &Item) -> Option<Single<'_>> {
        match item.next {
            Next::Byte => Some(Single::Byte(item.next_byte)),
            Next::Set => Some(Single::Set(self.set(item.next_set))),
            Next::Unknown | Next::Nothing | Next::End => None,
        }
    }

    /// Compiles until the pattern or the fuel ends; two units an item, one of which prepays its
    /// linking, and one for 16 bytes, of a set for 4.
    /// `with_anchor` is false for `gmatch`, to which `^` is an ordinary byte.
    ///
    /// # Errors
    /// Refused memory; it may be tried again.
    pub(crate) fn compile(
        &mut self,
        mc: &Mutation<'gc>,
        pattern: &[u8],
        with_anchor: bool,
        fuel: &mut i64,
    ) -> Result<(), OutOfMemory> {
        if self.at == 0 && with_anchor && pattern.first() == Some(&b'^') {
            self.is_anchored = true;
            self.at = 1;
        }
        while *fuel > 0 && !self.has_all_items {
            // For all that an item needs, or what ends the program.
            self.items.reserve(mc, 1)?;
            self.sets.reserve(mc, 1)?;
            let begin = self.at;
            if self.items().len() + 1 >= ITEM_LIMIT || u32::try_from(pattern.len()).is_err() {
                self.complain(PatternError::TooComplex);
            } else if begin >= pattern.len() {
                self.items.push(Item { op: Op::Finish, ..Item::default() });
                self.has_all_items = true;
            } else if let Err(mistake) = self.compile_item(pattern) {
                self.complain(mistake);
            }
            // A set is read byte by byte, and each range in it fills several words.
            let is_set = matches!(pattern.get(begin..begin + 2), Some([b'[', _] | [b'%', b'f']));
            *fuel -= 2 + ((self.at - begin) >> if is_set { 2 } else { 4 }) as i64;
        }
        if self.has_all_items && !self.complete {
            let sets = self.sets.as_slice().len();
            if let Err(refused) = self.link(mc) {
                // It begins again.
                self.sets.truncate(sets);
                return Err(refused);
            }
            self.find_second_byte(pattern);
            self.complete = true;
        }
        Ok(())
    }

    fn complain(&mut self, mistake: PatternError) {
        self.mistake = mistake;
        self.items.push(Item { op: Op::Mistake, ..Item::default() });
        self.has_all_items = true;
    }

    /// Compiles the item at `self.at`, which is inside the pattern, and moves past it.
    fn compile_item(&mut self, pattern: &[u8]) -> Result<(), PatternError> {
        let at = self.at;
        let following = pattern.get(at + 1).copied();
        match pattern[at] {
            b'(' if following == Some(b')') => {
                let capture = self.begin_capture()?;
                self.positions |= 1 << capture;
                self.push_and_move(Item { op: Op::Position, offset: capture, ..Item::default() }, 2);
            }
            b'(' => {
                let capture = self.begin_capture()?;
                self.unfinished |= 1 << capture;
                self.push_and_move(Item { op: Op::Open, offset: capture, ..Item::default() }, 1);
            }
            b')' => {
                // The one begun last.
                let capture = self.unfinished.checked_ilog2().ok_or(PatternError::InvalidPatternCapture)?;
                self.unfinished &= !(1 << capture);
                self.push_and_move(Item { op: Op::Close, offset: capture, ..Item::default() }, 1);
            }
            b'$' if following.is_none() => self.push_and_move(Item { op: Op::End, ..Item::default() }, 1),
            b'%' => match following.ok_or(PatternError::EndsWithPercent)? {
                b'b' => {
                    let &[byte, close_byte] = pattern.get(at + 2..at + 4).unwrap_or_default() else {
                        return Err(PatternError::MissingBalanceArguments);
                    };
                    self.push_and_move(Item { op: Op::Balance, byte, close_byte, ..Item::default() }, 4);
                }
                b'f' => {
                    if pattern.get(at + 2) != Some(&b'[') {
                        return Err(PatternError::MissingFrontierSet);
                    }
                    let end = end_of_set(pattern, at + 2)?;
                    let set = self.add_set(read_set(pattern, at + 2, end - 1));
                    self.push_and_move(Item { op: Op::Frontier, set, ..Item::default() }, end - at);
                }
                digit @ b'0'..=b'9' => {
                    let item = self.reference(digit)?;
                    self.push_and_move(item, 2);
                }
                letter => {
                    let item = match byte_set::class_number(letter) {
                        Some(class) => Item { single: SingleKind::Set, set: class as u16, ..Item::default() },
                        None => Item { single: SingleKind::Byte, byte: letter, ..Item::default() },
                    };
                    self.push_single(pattern, item, at + 2);
                }
            },
            b'.' => self.push_single(pattern, Item { single: SingleKind::Any, ..Item::default() }, at + 1),
            b'[' => {
                let end = end_of_set(pattern, at)?;
                let set = self.add_set(read_set(pattern, at, end - 1));
                self.push_single(pattern, Item { single: SingleKind::Set, set, ..Item::default() }, end);
            }
            byte => {
                let length = literal_length(pattern, at);
                if length >= 2 {
                    let (offset, length_operand) = (at as u32, length as u32);
                    let literal = Item { op: Op::Literal, byte, offset, length: length_operand, ..Item::default() };
                    self.push_and_move(literal, length);
                } else {
                    self.push_single(pattern, Item { single: SingleKind::Byte, byte, ..Item::default() }, at + 1);
                }
            }
        }
        Ok(())
    }

    fn push_and_move(&mut self, item: Item, length: usize) {
        self.items.push(item);
        self.at += length;
    }

    fn begin_capture(&mut self) -> Result<u32, PatternError> {
        if self.capture_count >= CAPTURE_LIMIT {
            return Err(PatternError::TooManyCaptures);
        }
        self.capture_count += 1;
        Ok(self.capture_count as u32 - 1)
    }

    /// `%0` to `%9`.
    fn reference(&self, digit: u8) -> Result<Item, PatternError> {
        let capture = match digit {
            b'0' => return Err(PatternError::InvalidCaptureIndex(0)),
            _ => u32::from(digit - b'1'),
        };
        if capture as usize >= self.capture_count || self.unfinished >> capture & 1 != 0 {
            return Err(PatternError::InvalidCaptureIndex(capture as usize + 1));
        }
        // PUC-Rio compares with a text of length -2, taken as unsigned, so nothing matches.
        let op = if self.positions >> capture & 1 != 0 { Op::Fail } else { Op::Reference };
        Ok(Item { op, offset: capture, ..Item::default() })
    }

    /// Adds an element of one byte, with the `*`, `+`, `-` or `?` that may stand at `end`.
    fn push_single(&mut self, pattern: &[u8], item: Item, end: usize) {
        let (op, minimum, suffix_length) = match pattern.get(end) {
            Some(b'*') => (Op::Greedy, 0, 1),
            Some(b'+') => (Op::Greedy, 1, 1),
            Some(b'-') => (Op::Lazy, 0, 1),
            Some(b'?') => (Op::Optional, 0, 1),
            _ => match item.single {
                SingleKind::Any => (Op::Any, 1, 0),
                SingleKind::Byte => (Op::Byte, 1, 0),
                SingleKind::Set => (Op::Set, 1, 0),
            },
        };
        self.items.push(Item { op, minimum, ..item });
        self.at = end + suffix_length;
    }

    fn add_set(&mut self, set: ByteSet) -> u16 {
        // There is room for it. ITEM_LIMIT bounds the number: an item has at most three sets.
        self.sets.push(set);
        (CLASS_SETS + self.sets.as_slice().len() - 1) as u16
    }

    /// Tells each repetition what must follow it, and the matcher what a match must begin with.
    fn link(&mut self, mc: &Mutation<'gc>) -> Result<(), OutOfMemory> {
        let mut first = First::Unknown;
        for index in (0..self.items().len()).rev() {
            let mut item = self.items()[index];
            if matches!(item.op, Op::Greedy | Op::Lazy) {
                self.link_repetition(mc, &mut item, first)?;
                self.items.as_mut_slice()[index] = item;
            }
            first = match item.op {
                // These match wherever what follows them does.
                Op::Open | Op::Close | Op::Position => first,
                Op::Finish => First::Nothing,
                Op::End => First::End,
                Op::Byte | Op::Literal | Op::Balance => First::Byte(item.byte),
                Op::Set => First::Set { set: item.set, may_be_end: false },
                Op::Frontier => First::Set { set: item.set, may_be_end: self.set(item.set).contains(0) },
                Op::Greedy if item.minimum == 1 => First::of_single(&item),
                Op::Greedy | Op::Lazy | Op::Optional => self.first_of_either(mc, &item, first)?,
                Op::Any | Op::Reference | Op::Mistake | Op::Fail => First::Unknown,
            };
        }
        self.beginning = match first {
            First::Byte(byte) => Beginning::Byte(byte),
            First::Set { set, may_be_end } => Beginning::Set { set, may_be_end },
            First::Unknown | First::Nothing | First::End => Beginning::Unknown,
        };
        let is_zero_width = |item: &Item| matches!(item.op, Op::Open | Op::Close | Op::Position);
        self.first_item = self.items().iter().position(|item| !is_zero_width(item)).unwrap_or(0);
        Ok(())
    }

    fn link_repetition(&mut self, mc: &Mutation<'gc>, item: &mut Item, first: First) -> Result<(), OutOfMemory> {
        match first {
            First::Unknown => item.next = Next::Unknown,
            First::Nothing => item.next = Next::Nothing,
            First::End => {
                item.next = Next::End;
                item.next_may_be_end = true;
            }
            First::Byte(byte) => {
                item.next = Next::Byte;
                item.next_byte = byte;
            }
            First::Set { set, may_be_end } => {
                item.next = Next::Set;
                item.next_set = set;
                item.next_may_be_end = may_be_end;
            }
        }
        item.is_possessive = match first {
            First::Unknown => false,
            First::Nothing | First::End => true,
            First::Byte(byte) => !self.single(item).accepts(byte),
            First::Set { set, .. } => match self.single(item) {
                Single::Any => false,
                Single::Byte(byte) => !self.set(set).contains(byte),
                Single::Set(own_set) => own_set.is_disjoint(self.set(set)),
            },
        };
        if item.op == Op::Lazy && item.single != SingleKind::Any {
            let stop_set = self.set_of(first).union(!self.set_of(First::of_single(item)));
            self.sets.reserve(mc, 1)?;
            item.stop_set = self.add_set(stop_set);
        }
        Ok(())
    }

    /// What a repetition that may be empty begins with, before a rest that begins with `first`.
    fn first_of_either(&mut self, mc: &Mutation<'gc>, item: &Item, first: First) -> Result<First, OutOfMemory> {
        let own = First::of_single(item);
        Ok(match (own, first) {
            (First::Set { set, .. }, First::End) => First::Set { set, may_be_end: true },
            (First::Byte(byte), First::Byte(first_byte)) if byte == first_byte => first,
            (First::Unknown, _) | (_, First::Unknown | First::Nothing) => First::Unknown,
            _ => {
                let may_be_end = matches!(first, First::End | First::Set { may_be_end: true, .. });
                let set = self.set_of(own).union(self.set_of(first));
                self.sets.reserve(mc, 1)?;
                First::Set { set: self.add_set(set), may_be_end }
            }
        })
    }

    fn set_of(&self, first: First) -> ByteSet {
        match first {
            First::Byte(byte) => ByteSet::of(byte),
            First::Set { set, .. } => *self.set(set),
            First::Unknown | First::Nothing | First::End => ByteSet::EMPTY,
        }
    }

    /// Notes the second byte of every match, if the first two are one item each or a literal.
    fn find_second_byte(&mut self, pattern: &[u8]) {
        let has_width = |item: &&Item| !matches!(item.op, Op::Open | Op::Close | Op::Position);
        let mut items = self.items().iter().filter(has_width);
        let (Some(first), second) = (items.next(), items.next()) else { return };
        self.second_byte = match (first.op, second) {
            (Op::Literal, _) => pattern.get(first.offset as usize + 1).copied(),
            (Op::Byte | Op::Set, Some(item)) if matches!(item.op, Op::Byte | Op::Literal) => Some(item.byte),
            _ => None,
        };
    }
}

/// What the rest of a pattern must begin with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum First {
    /// Not known, or anything.
    Unknown,
    /// There is no rest.
    Nothing,
    /// The end of the subject.
    End,
    Byte(u8),
    /// A byte of the set, or the end of the subject if `may_be_end`.
    Set {
        set: u16,
        may_be_end: bool,
    },
}

impl First {
    /// What one element of a repetition begins with.
    fn of_single(item: &Item) -> First {
        match item.single {
            SingleKind::Any => First::Unknown,
            SingleKind::Byte => First::Byte(item.byte),
            SingleKind::Set => First::Set { set: item.set, may_be_end: false },
        }
    }
}

/// How many bytes from `at` stand for themselves and are not repeated.
fn literal_length(pattern: &[u8], at: usize) -> usize {
    let rest = &pattern[at..];
    let mut length = 0;
    while length < LITERAL_LENGTH_LIMIT
        && let Some(&byte) = rest.get(length)
    {
        let following = rest.get(length + 1);
        let is_special = matches!(byte, b'(' | b')' | b'%' | b'.' | b'[') || (byte == b'$' && following.is_none());
        // What looks like a suffix at the very beginning has nothing before it to repeat.
        if is_special || matches!(following, Some(b'*' | b'+' | b'-' | b'?')) {
            break;
        }
        length += 1;
    }
    length
}

/// The position after the `]` that ends the set whose `[` is at `begin`. A `]` directly after
/// `[` or `[^` belongs to the set.
fn end_of_set(pattern: &[u8], begin: usize) -> Result<usize, PatternError> {
    let mut at = begin + 1;
    if pattern.get(at) == Some(&b'^') {
        at += 1;
    }
    loop {
        if at - begin > SET_LENGTH_LIMIT {
            return Err(PatternError::TooComplex);
        }
        let &byte = pattern.get(at).ok_or(PatternError::MissingBracket)?;
        at += if byte == b'%' && at + 1 < pattern.len() { 2 } else { 1 };
        if pattern.get(at) == Some(&b']') {
            return Ok(at + 1);
        }
    }
}

/// The set written from its `[` at `begin` to its `]` at `end`.
fn read_set(pattern: &[u8], begin: usize, end: usize) -> ByteSet {
    let mut set = ByteSet::EMPTY;
    let mut at = begin + 1;
    let is_complement = pattern[at] == b'^';
    if is_complement {
        at += 1;
    }
    while at < end {
        let byte = pattern[at];
        if byte == b'%' {
            // After a range that ended in `%`, as in `[a-%%]`, the escaped byte is the `]` itself:
            // so PUC-Rio reads it, and `end` is still inside the pattern.
            let escaped = pattern[at + 1];
            match byte_set::class_number(escaped).and_then(byte_set::class) {
                Some(class) => set = set.union(*class),
                None => set.insert(escaped),
            }
            at += 2;
        } else if pattern[at + 1] == b'-' && at + 2 < end {
            set.insert_range(byte, pattern[at + 2]);
            at += 3;
        } else {
            set.insert(byte);
            at += 1;
        }
    }
    if is_complement { !set } else { set }
}
