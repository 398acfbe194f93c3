//! Reading by formats: `file:read`, `io.read`, and the iterators of `lines`.
//!
//! A read takes bytes in portions, each of bounded work. If one portion is not enough, it continues as a sequence, so
//! that a step ends in time and the memory for a long text is requested before its bytes are taken.

use super::file::{BUFFER_BYTES, File};
use super::{FileHandle, failed_triple, host};
use crate::error::Error;
use crate::native::{Call, Host, Poll, Reply, Sequence, error_text};
use crate::object::Value;
use crate::stdlib::buffer::Buffer;
use fife_arena::Collect;
use fife_bytecode::number::{self, Number};
use std::io;

/// The most bytes taken in one portion.
const PORTION_BYTES: usize = BUFFER_BYTES;

/// The most bytes a portion may allocate: for the text, which grows by up to a portion and a buffer, both old and new,
/// and for the result.
const PORTION_MEMORY: usize = 8 * PORTION_BYTES;

/// The longest numeral that is read, as in PUC-Rio Lua.
const NUMBER_BYTES_MAX: usize = 200;

/// The largest count: as much memory as a program on today's machines could address.
const COUNT_MAX: u64 = 1 << 47;

/// How the results of a read are used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// They are the results of `read`.
    Read,
    /// They are the next values of an iterator, whose loop ends at the end of the file.
    Iterate {
        /// Whether it then closes the file.
        closes: bool,
    },
}

/// A running read. Its formats are values of the call's window; the results follow them.
#[derive(Collect)]
pub(super) struct Reading<'gc> {
    file: FileHandle<'gc>,
    #[collect(static)]
    purpose: Purpose,
    /// The number in the window of the current format, and the number after the last format.
    format: usize,
    formats_end: usize,
    #[collect(static)]
    task: Option<Task>,
    /// The bytes the task has taken so far.
    text: Buffer<'gc>,
    /// The host's error, if it could not read but more formats must be looked at.
    #[collect(static)]
    failure: Option<io::Error>,
}

/// What to read.
#[derive(Clone, Copy)]
enum Task {
    /// `l` and `L`
    Line { keeps_end: bool },
    /// A count: this many bytes are still to be taken.
    Count(usize),
    /// The count 0: whether there is more.
    More,
    /// `a`
    All,
    /// `n`
    Number,
    /// Everything has been taken. The result is `text`, or nil if there was not even one byte.
    Taken { is_found: bool },
}

/// The result of a portion of work on a task.
enum Progress<'gc> {
    /// There is more to do, in another portion.
    Unfinished,
    /// The task is [`Task::Taken`] now.
    Taken,
    /// A result; nil ends the read.
    Found(Value<'gc>),
    Missing,
}

/// Whether the host asks to continue in another step.
fn is_interruption(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Interrupted
}

/// Why a read ended.
enum Failure<'gc> {
    Error(Error<'gc>),
    /// The host could not read. This is not an error in Lua.
    Host(io::Error),
}

impl<'gc> From<Error<'gc>> for Failure<'gc> {
    fn from(error: Error<'gc>) -> Self {
        Failure::Error(error)
    }
}

impl From<io::Error> for Failure<'_> {
    fn from(error: io::Error) -> Self {
        Failure::Host(error)
    }
}

/// Reads by the formats from number `first` of the window to its end, or a line if there is none. Costs 10 units, and a
/// unit per 16 bytes.
pub(super) fn read<'gc>(
    call: &mut Call<'gc, '_>,
    file: FileHandle<'gc>,
    first: usize,
    purpose: Purpose,
) -> Result<Reply, Error<'gc>> {
    let formats_end = call.len().max(first);
    let text = Buffer::new(call);
    let mut reading = Reading { file, purpose, format: first, formats_end, task: None, text, failure: None };
    if formats_end == first {
        // The only task: there are no more formats.
        reading.task = Some(Task::Line { keeps_end: false });
    }
    call.charge(10);
    call.reserve_values(formats_end - first + 4)?;
    match reading.work(call) {
        Ok(Some(count)) => call.values(count),
        Ok(None) => call.after_effect().sequence(reading),
        Err(error) => {
            if reading.has_taken(first) && call.withdraw_refusal() {
                // Called again, it would read the next bytes. So it continues as a sequence, which waits for memory.
                return call.after_effect().sequence(reading);
            }
            Err(error)
        }
    }
}

impl<'gc> Sequence<'gc> for Reading<'gc> {
    const NAME: &'static str = "io.read";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if call.fuel_left() <= 0 {
            return Ok(Poll::Pending);
        }
        if self.file.get().borrow().is_closed() {
            return Err(call.error("attempt to use a closed file"));
        }
        Ok(match self.work(call)? {
            Some(count) => Poll::Return(count as u32),
            None => Poll::Pending,
        })
    }
}

impl<'gc> Reading<'gc> {
    /// Whether anything was taken from the file, by a read that began with format number `first`.
    fn has_taken(&self, first: usize) -> bool {
        self.format != first || !self.text.as_slice().is_empty()
    }

    /// Does a portion of the work. At the end, returns the number of results, which are the last values of the window.
    fn work(&mut self, call: &mut Call<'gc, '_>) -> Result<Option<usize>, Error<'gc>> {
        // Before anything is taken, because this may be called again after a collection.
        let result_bytes = match self.task {
            Some(Task::Taken { .. }) => self.text.as_slice().len(),
            _ => 0,
        };
        call.reserve(result_bytes + PORTION_MEMORY)?;
        if !self.text.as_slice().is_empty() && result_bytes == 0 {
            self.text.reserve(call, PORTION_BYTES + BUFFER_BYTES)?;
        }
        match self.portion(call) {
            Ok(false) => Ok(None),
            Ok(true) => {
                let failure = self.failure.take();
                self.finish(call, failure)
            }
            Err(Failure::Host(error)) if is_interruption(&error) => {
                call.interrupt();
                Ok(None)
            }
            Err(Failure::Host(error)) => self.finish(call, Some(error)),
            Err(Failure::Error(error)) => Err(error),
        }
    }

    /// Works on the formats in order. True when nothing is left to do.
    fn portion(&mut self, call: &mut Call<'gc, '_>) -> Result<bool, Failure<'gc>> {
        let mut budget = PORTION_BYTES;
        loop {
            let task = match self.task {
                Some(task) => task,
                None if self.format == self.formats_end => return Ok(true),
                None => parse_format(call, self.format)?,
            };
            self.task = Some(task);
            let progress = match task {
                Task::Line { keeps_end } => self.line(call, keeps_end, &mut budget)?,
                Task::Count(count) => self.count(call, count, &mut budget)?,
                Task::All => match self.count(call, usize::MAX, &mut budget) {
                    // As in PUC-Rio Lua this format never fails, so the next ones are read.
                    Err(Failure::Host(error)) if !is_interruption(&error) => {
                        self.failure = Some(error);
                        Progress::Found(Value::Nil)
                    }
                    progress => progress?,
                },
                Task::Number => self.number(call, &mut budget)?,
                Task::More => match self.file.get().borrow_mut().fill(host(call), 1)? {
                    true => Progress::Found(call.make_string(b"")?.into()),
                    false => Progress::Missing,
                },
                Task::Taken { is_found: false } => Progress::Missing,
                Task::Taken { is_found: true } => {
                    // If memory is refused, this is tried again: the bytes are no longer in the file.
                    Progress::Found(self.text.finish(call)?.into())
                }
            };
            match progress {
                Progress::Unfinished => return Ok(false),
                Progress::Taken if self.text.as_slice().len() > PORTION_BYTES => return Ok(false),
                Progress::Taken => continue,
                Progress::Found(value) => call.push(value),
                Progress::Missing => {
                    call.push(Value::Nil);
                    return Ok(true);
                }
            }
            self.task = None;
            self.format = self.formats_end.min(self.format + 1);
        }
    }

    /// Takes a line.
    fn line(
        &mut self,
        call: &Call<'gc, '_>,
        keeps_end: bool,
        budget: &mut usize,
    ) -> Result<Progress<'gc>, Failure<'gc>> {
        let mut file = self.file.get().borrow_mut();
        while file.fill(host(call), 1)? {
            let found = file.filled();
            if let Some(end) = memchr::memchr(b'\n', found) {
                let line = &found[..end + usize::from(keeps_end)];
                call.charge(end / 16);
                *budget = budget.saturating_sub(end);
                if self.text.as_slice().is_empty() {
                    let line = call.make_string(line)?;
                    file.take(end + 1);
                    return Ok(Progress::Found(line.into()));
                }
                self.text.append(call, line)?;
                file.take(end + 1);
                self.task = Some(Task::Taken { is_found: true });
                return Ok(Progress::Taken);
            }
            let count = found.len();
            self.text.append(call, found)?;
            file.take(count);
            call.charge(5);
            *budget = budget.saturating_sub(count);
            if *budget == 0 {
                return Ok(Progress::Unfinished);
            }
        }
        self.task = Some(Task::Taken { is_found: !self.text.as_slice().is_empty() });
        Ok(Progress::Taken)
    }

    /// Takes this many bytes, or as many as there are. `usize::MAX` stands for all, which may be none.
    fn count(&mut self, call: &Call<'gc, '_>, count: usize, budget: &mut usize) -> Result<Progress<'gc>, Failure<'gc>> {
        let takes_all = count == usize::MAX;
        let mut left = count;
        let mut file = self.file.get().borrow_mut();
        while left > 0 && file.fill(host(call), left)? {
            let found = file.filled();
            let found = &found[..found.len().min(left)];
            if found.len() == left && self.text.as_slice().is_empty() {
                call.charge(left / 16);
                *budget = budget.saturating_sub(left);
                let text = call.make_string(found)?;
                file.take(left);
                return Ok(Progress::Found(text.into()));
            }
            let taken = found.len();
            self.text.append(call, found)?;
            file.take(taken);
            if !takes_all {
                left -= taken;
                self.task = Some(Task::Count(left));
            }
            *budget = budget.saturating_sub(taken);
            if *budget == 0 && left > 0 {
                return Ok(Progress::Unfinished);
            }
        }
        self.task = Some(Task::Taken { is_found: takes_all || !self.text.as_slice().is_empty() });
        Ok(Progress::Taken)
    }

    /// Takes bytes while they look like a numeral. White space before it may be of any length.
    fn number(&mut self, call: &Call<'gc, '_>, budget: &mut usize) -> Result<Progress<'gc>, Failure<'gc>> {
        let mut file = self.file.get().borrow_mut();
        while file.fill(host(call), 1)? {
            let found = file.filled();
            let spaces = found.iter().position(|&byte| !is_space(byte)).unwrap_or(found.len());
            let is_over = spaces < found.len();
            call.charge(5 + spaces / 4);
            file.take(spaces);
            if is_over {
                break;
            }
            *budget = budget.saturating_sub(spaces);
            if *budget == 0 {
                return Ok(Progress::Unfinished);
            }
        }
        let mut numeral = Numeral { file: &mut file, host: host(call), text: Vec::new(), is_too_long: false };
        numeral.read()?;
        call.charge(numeral.text.len());
        let value = if numeral.is_too_long { None } else { number::parse(&numeral.text) };
        Ok(match value {
            Some(Number::Integer(value)) => Progress::Found(Value::Integer(value)),
            Some(Number::Float(value)) => Progress::Found(Value::Number(value)),
            None => Progress::Missing,
        })
    }

    /// Turns the results, or the host's error, into what the purpose needs.
    fn finish(&mut self, call: &mut Call<'gc, '_>, failure: Option<io::Error>) -> Result<Option<usize>, Error<'gc>> {
        if let Some(error) = failure {
            call.truncate(self.formats_end);
            return match self.purpose {
                Purpose::Read => Ok(Some(failed_triple(call, None, &error))),
                Purpose::Iterate { .. } => Err(call.error(error_text(&error).0)),
            };
        }
        let Purpose::Iterate { closes } = self.purpose else {
            return Ok(Some(call.len() - self.formats_end));
        };
        if call.get(self.formats_end).to_bool() {
            return Ok(Some(call.len() - self.formats_end));
        }
        if closes {
            // The loop ends whether closing succeeds or not, as in PUC-Rio Lua.
            let _ = self.file.get().borrow_mut().close(host(call));
        }
        Ok(Some(0))
    }
}

/// The task of the format with this number in the window.
fn parse_format<'gc>(call: &Call<'gc, '_>, index: usize) -> Result<Task, Error<'gc>> {
    if matches!(call.get(index), Value::Integer(_) | Value::Number(_)) {
        return match call.integer(index)? {
            0 => Ok(Task::More),
            count => match usize::try_from(count) {
                Ok(count) if count as u64 <= COUNT_MAX => Ok(Task::Count(count)),
                // In C a negative count is an enormous one. Unlike PUC-Rio Lua, nothing is requested before there is
                // something to read; but a count beyond any machine's memory is refused.
                _ => Err(Error::out_of_memory(call.ctx())),
            },
        };
    }
    let format = call.string(index)?.as_bytes();
    match format.strip_prefix(b"*").unwrap_or(format).first() {
        Some(b'n') => Ok(Task::Number),
        Some(b'l') => Ok(Task::Line { keeps_end: false }),
        Some(b'L') => Ok(Task::Line { keeps_end: true }),
        Some(b'a') => Ok(Task::All),
        _ => Err(call.argument_error(index, "invalid format")),
    }
}

/// A numeral being read from a file.
struct Numeral<'a> {
    file: &'a mut File,
    host: &'a dyn Host,
    text: Vec<u8>,
    is_too_long: bool,
}

impl Numeral<'_> {
    /// `[+-] (digits [. digits] [e [+-] digits] | 0x hex-digits [. hex-digits] [p [+-] digits])`, as much as there is.
    fn read(&mut self) -> io::Result<()> {
        self.accept(|byte| b"+-".contains(&byte))?;
        let mut digits = 0;
        let mut is_hex = false;
        if self.accept(|byte| byte == b'0')? {
            if self.accept(|byte| b"xX".contains(&byte))? {
                is_hex = true;
            } else {
                digits = 1;
            }
        }
        digits += self.digits(is_hex)?;
        if self.accept(|byte| byte == b'.')? {
            digits += self.digits(is_hex)?;
        }
        let marks = if is_hex { b"pP" } else { b"eE" };
        if digits > 0 && self.accept(|byte| marks.contains(&byte))? {
            self.accept(|byte| b"+-".contains(&byte))?;
            self.digits(false)?;
        }
        Ok(())
    }

    fn digits(&mut self, is_hex: bool) -> io::Result<usize> {
        let mut count = 0;
        while self.accept(|byte| if is_hex { byte.is_ascii_hexdigit() } else { byte.is_ascii_digit() })? {
            count += 1;
        }
        Ok(count)
    }

    /// Takes the next byte if `is_meant` and there is room for it.
    fn accept(&mut self, is_meant: impl Fn(u8) -> bool) -> io::Result<bool> {
        if !self.file.fill(self.host, 1)? {
            return Ok(false);
        }
        let Some(&next) = self.file.filled().first().filter(|&&byte| is_meant(byte)) else { return Ok(false) };
        if self.text.len() >= NUMBER_BYTES_MAX {
            self.is_too_long = true;
            return Ok(false);
        }
        self.text.push(next);
        self.file.take(1);
        Ok(true)
    }
}

/// C's `isspace`.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}
