//! `string.gsub`.
//!
//! A [`Substitution`] goes from match to match, at first within the native's call. When it has to call a function, or
//! the fuel is used up, the same state continues as a sequence. Unchanged text is copied in long runs, only when
//! something after it is replaced.

use super::cache::{self, Borrowed};
use super::find::capture_value;
use super::pattern::{Capture, Progress};
use super::slice;
use crate::error::Error;
use crate::native::{Call, Interrupt, Operations, Poll, Reply, Sequence, Step, finish};
use crate::object::{LuaString, Slot, Value};
use crate::stdlib::buffer::Buffer;
use fife_arena::Collect;
use fife_bytecode::number;

/// The place of the replacement in the window.
const REPLACEMENT: usize = 2;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Replacement {
    /// A string without `%`.
    Text,
    /// A string with `%`.
    Template,
    Table,
    Function,
}

/// What to do next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Find the next match.
    Search,
    /// Replace this match. A template is done up to `at`; of the captures for a function, `at` are pushed.
    Replace { start: usize, end: usize, at: usize },
    /// Use the result of the call made for this match.
    Returned { start: usize, end: usize },
    /// Everything is replaced.
    Finish,
}

/// A running `gsub`. The window begins with subject, pattern and replacement.
#[derive(Collect)]
struct Substitution<'gc> {
    /// `None` only at the end.
    borrowed: Option<Borrowed<'gc>>,
    output: Buffer<'gc>,
    #[collect(static)]
    replacement: Replacement,
    #[collect(static)]
    phase: Phase,
    /// The number of matches so far, and the most there may be.
    count: i64,
    count_max: i64,
    /// How many bytes of the subject are in the output, or replaced by what is there.
    copied: usize,
    is_changed: bool,
    /// How many values the window has before those of a call.
    window: usize,
    operations: Operations<'gc>,
}

/// `string.gsub`
pub(super) fn gsub<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let subject = call.string(0)?;
    let pattern = call.string(1)?;
    let count_max = call.integer_or(3, i64::MAX)?;
    let replacement = match call.get(REPLACEMENT) {
        Value::String(text) => {
            call.charge(text.len() / 32);
            if memchr::memchr(b'%', text.as_bytes()).is_none() { Replacement::Text } else { Replacement::Template }
        }
        Value::Integer(_) | Value::Number(_) => {
            let text = call.string(REPLACEMENT)?;
            call.set(REPLACEMENT, text);
            Replacement::Text
        }
        Value::Table(_) => Replacement::Table,
        Value::Function(_) => Replacement::Function,
        _ => return Err(call.type_error(REPLACEMENT, "string/function/table")),
    };
    // They may have been given as numbers.
    call.set(0, subject);
    call.set(1, pattern);
    let mut substitution = Substitution {
        borrowed: Some(cache::borrow(call, pattern, 0, true)?),
        output: cache::take_buffer(call),
        replacement,
        phase: Phase::Search,
        count: 0,
        count_max,
        copied: 0,
        is_changed: false,
        window: call.len(),
        operations: Operations::default(),
    };
    match substitution.run(call) {
        Ok(result) => {
            let count = substitution.count;
            substitution.finish(call, pattern);
            call.push_slot(Slot::from(result));
            call.push_slot(Slot::integer(count));
            call.values(2)
        }
        Err(interrupt) => {
            if let Some(borrowed) = &mut substitution.borrowed {
                cache::withdraw(call, pattern, true, borrowed);
            }
            call.go_on(interrupt, substitution)
        }
    }
}

impl<'gc> Substitution<'gc> {
    /// Returns what was borrowed from the cache.
    fn finish(&mut self, call: &Call<'gc, '_>, pattern: LuaString<'gc>) {
        if let Some(borrowed) = self.borrowed.take() {
            cache::give_back(call, pattern, true, borrowed);
        }
        cache::put_buffer(call, &mut self.output);
    }

    fn run(&mut self, call: &mut Call<'gc, '_>) -> Step<'gc, LuaString<'gc>> {
        // These do not fail, because the arguments were checked.
        let subject = call.string(0)?;
        let pattern = call.string(1)?;
        loop {
            match self.phase {
                Phase::Search => {
                    let Some(Borrowed { compiled, .. }) = self.borrowed else {
                        self.phase = Phase::Finish;
                        continue;
                    };
                    if self.count >= self.count_max {
                        self.phase = Phase::Finish;
                        continue;
                    }
                    match compiled.run(call, subject, pattern)? {
                        Progress::Match { start, end } => self.phase = Phase::Replace { start, end, at: 0 },
                        Progress::NoMatch => self.phase = Phase::Finish,
                        Progress::Suspended => return Err(Interrupt::Pause),
                    }
                }
                Phase::Replace { start, end, at } => {
                    match self.replacement {
                        Replacement::Text => {
                            let text = call.string(REPLACEMENT)?;
                            self.put_in(call, subject, start, end, text.as_bytes())?;
                        }
                        Replacement::Template => self.expand(call, subject, start, end, at)?,
                        Replacement::Table => self.look_up(call, subject, start, end)?,
                        Replacement::Function => return Err(self.ask_function(call, subject, start, end, at)),
                    }
                    call.spend(0)?;
                }
                Phase::Returned { start, end } => {
                    // The answer stays where it is until nothing more can be refused.
                    let value = self.operations.answer().unwrap_or(Slot::NIL);
                    self.accept(call, subject, start, end, value.value())?;
                    self.operations.take_answer();
                }
                Phase::Finish => {
                    if !self.is_changed {
                        return Ok(subject);
                    }
                    let rest = slice(subject.as_bytes(), self.copied, subject.len());
                    self.output.append(call, rest)?;
                    self.copied = subject.len();
                    if let Some(result) = self.output.make_string_in_portions(call)? {
                        return Ok(result);
                    }
                    call.spend(0)?;
                }
            }
        }
    }

    /// Asks for a call of the function with the captures, of which `pushed` are in the window. Pushes them while there
    /// is fuel.
    fn ask_function(
        &mut self,
        call: &mut Call<'gc, '_>,
        subject: LuaString<'gc>,
        start: usize,
        end: usize,
        mut pushed: usize,
    ) -> Interrupt<'gc> {
        let Some(Borrowed { compiled, .. }) = self.borrowed else { return Interrupt::Pause };
        if pushed == 0 {
            call.truncate(self.window);
            call.push_slot(call.slot(REPLACEMENT));
        }
        let count = compiled.matcher().capture_count().max(1);
        while pushed < count {
            call.truncate(self.window + 1 + pushed);
            match capture_value(call, subject, &compiled.matcher(), pushed) {
                Ok(value) => call.push_slot(value),
                Err(error) => return error.into(),
            }
            pushed += 1;
            self.phase = Phase::Replace { start, end, at: pushed };
            if call.fuel_left() < 0 && pushed < count {
                return Interrupt::Pause;
            }
        }
        self.phase = Phase::Returned { start, end };
        self.operations.ask(count)
    }

    /// Replaces the match by `text`.
    #[inline]
    fn put_in(
        &mut self,
        call: &Call<'gc, '_>,
        subject: LuaString<'gc>,
        start: usize,
        end: usize,
        text: &[u8],
    ) -> Result<(), Error<'gc>> {
        let before = slice(subject.as_bytes(), self.copied, start);
        let length = before.len() + text.len();
        self.output.reserve(call, length)?;
        call.charge(length / 16 + 1);
        let output = self.output.bytes();
        output.extend_from_slice(before);
        output.extend_from_slice(text);
        self.replaced(end);
        Ok(())
    }

    #[inline]
    fn replaced(&mut self, end: usize) {
        self.copied = end;
        self.is_changed = true;
        self.count += 1;
        self.phase = Phase::Search;
    }

    /// Replaces the match by a value, from a table or a function.
    #[inline]
    fn accept(
        &mut self,
        call: &Call<'gc, '_>,
        subject: LuaString<'gc>,
        start: usize,
        end: usize,
        value: Value<'gc>,
    ) -> Result<(), Error<'gc>> {
        match value {
            Value::Nil | Value::Boolean(false) => {
                call.charge(1);
                self.count += 1;
                self.phase = Phase::Search;
                Ok(())
            }
            Value::String(text) => self.put_in(call, subject, start, end, text.as_bytes()),
            Value::Integer(value) => self.put_in(call, subject, start, end, number::integer_text(value).as_bytes()),
            Value::Number(value) => {
                call.charge(2);
                self.put_in(call, subject, start, end, number::float_text(value).as_bytes())
            }
            other => Err(call.error(format!("invalid replacement value (a {})", other.type_name()))),
        }
    }

    /// Replaces the match by the table's value for its first capture, or asks for it.
    fn look_up(
        &mut self,
        call: &mut Call<'gc, '_>,
        subject: LuaString<'gc>,
        start: usize,
        end: usize,
    ) -> Step<'gc, ()> {
        let Some(Borrowed { compiled, .. }) = self.borrowed else { return Ok(()) };
        let key = capture_value(call, subject, &compiled.matcher(), 0)?.value();
        match self.operations.get(call, call.get(REPLACEMENT), key) {
            Ok(value) => Ok(self.accept(call, subject, start, end, value.value())?),
            Err(interrupt) => {
                if let Interrupt::Call(_) = interrupt {
                    self.phase = Phase::Returned { start, end };
                }
                Err(interrupt)
            }
        }
    }

    /// Replaces the match by the template, with captures for `%1` and so on, from the offset `at` in it.
    fn expand(
        &mut self,
        call: &Call<'gc, '_>,
        subject: LuaString<'gc>,
        start: usize,
        end: usize,
        mut at: usize,
    ) -> Step<'gc, ()> {
        let template = call.string(REPLACEMENT)?.as_bytes();
        let Some(Borrowed { compiled, .. }) = self.borrowed else { return Ok(()) };
        self.output.append(call, slice(subject.as_bytes(), self.copied, start))?;
        self.copied = start;
        while at < template.len() {
            let rest = slice(template, at, template.len());
            let literal = memchr::memchr(b'%', rest).unwrap_or(rest.len());
            if literal > 0 {
                self.output.append(call, slice(rest, 0, literal))?;
                at += literal;
            } else {
                let number;
                let piece = match rest.get(1) {
                    Some(b'%') => b"%",
                    Some(b'0') => slice(subject.as_bytes(), start, end),
                    Some(digit @ b'1'..=b'9') => match compiled.matcher().capture(usize::from(digit - b'1')) {
                        Ok(Capture::Span(begin, end)) => slice(subject.as_bytes(), begin, end),
                        Ok(Capture::Position(offset)) => {
                            number = number::integer_text(offset as i64 + 1);
                            number.as_bytes()
                        }
                        Err(mistake) => return Err(call.error(mistake.to_string()).into()),
                    },
                    _ => return Err(call.error("invalid use of '%' in replacement string").into()),
                };
                self.output.append(call, piece)?;
                at += 2;
            }
            self.phase = Phase::Replace { start, end, at };
            call.charge(1);
            if at < template.len() {
                call.spend(0)?;
            }
        }
        self.replaced(end);
        Ok(())
    }
}

impl<'gc> Sequence<'gc> for Substitution<'gc> {
    const NAME: &'static str = "string.gsub";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.operations.resume(call);
        match self.run(call) {
            Err(interrupt) => finish(Err(interrupt)),
            Ok(result) => {
                let pattern = call.string(1)?;
                let count = self.count;
                self.finish(call, pattern);
                call.push(result);
                call.push(count);
                Ok(Poll::Return(2))
            }
        }
    }
}
