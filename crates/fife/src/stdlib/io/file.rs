//! A Lua file: a stream of the host, with a buffer for one direction at a time, as in C.
//!
//! The standard streams belong to the host, which also has the buffer of standard output, shared with `print`. Bytes in
//! a file's buffer are written when the file is closed, or dropped with the VM, so nothing that a script wrote is lost
//! when the script dies. [`OpenFiles`](super::open_files::OpenFiles) knows all open files.

use crate::native::{Buffering, CommandEnd, Host, Stream};
use crate::object::HeldBytes;
use std::io::{self, SeekFrom};

/// The size of a file's buffer in bytes.
pub(super) const BUFFER_BYTES: usize = 8 << 10;

/// A file, open or closed.
pub(super) struct File {
    source: Source,
    is_readable: bool,
    is_writable: bool,
    buffering: Buffering,
    /// Made for the first byte that needs it. Bytes before `start` are unused. From there to `end` are bytes that were
    /// read and not yet asked for, or, if `is_writing`, written and not yet passed on.
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    is_writing: bool,
    /// The account of the buffer, for a file that the script opened.
    _held: Option<HeldBytes>,
}

/// What a file reads from and writes to.
enum Source {
    Closed,
    Input,
    Output,
    ErrorOutput,
    Opened(Box<dyn Stream>),
}

/// One of the standard streams.
#[derive(Clone, Copy)]
pub(super) enum Standard {
    Input,
    Output,
    ErrorOutput,
}

impl File {
    fn new(source: Source, is_readable: bool, is_writable: bool, held: Option<HeldBytes>) -> File {
        File {
            source,
            is_readable,
            is_writable,
            buffering: Buffering::Full,
            buffer: Box::default(),
            start: 0,
            end: 0,
            is_writing: false,
            _held: held,
        }
    }

    /// One of the standard streams.
    pub(super) fn standard(which: Standard) -> File {
        match which {
            Standard::Input => File::new(Source::Input, true, false, None),
            Standard::Output => File::new(Source::Output, false, true, None),
            Standard::ErrorOutput => File::new(Source::ErrorOutput, false, true, None),
        }
    }

    /// A file that stays closed until it is [opened](Self::open). `charge` is for its buffer.
    pub(super) fn to_open(is_readable: bool, is_writable: bool, held: HeldBytes) -> File {
        File::new(Source::Closed, is_readable, is_writable, Some(held))
    }

    /// Opens it.
    pub(super) fn open(&mut self, stream: Box<dyn Stream>) {
        self.source = Source::Opened(stream);
    }

    pub(super) fn is_closed(&self) -> bool {
        matches!(self.source, Source::Closed)
    }

    /// Whether a script may close it: the standard streams belong to the host.
    pub(super) fn is_standard(&self) -> bool {
        matches!(self.source, Source::Input | Source::Output | Source::ErrorOutput)
    }

    // ---- Reading ----

    /// Makes sure that there are bytes to take; false at the end of the file. Without buffering at most `wanted` bytes
    /// are read, because later ones may be for another reader.
    pub(super) fn fill(&mut self, host: &dyn Host, wanted: usize) -> io::Result<bool> {
        if !self.is_readable {
            return Err(bad_descriptor());
        }
        if self.is_writing {
            self.flush(host)?;
        }
        if self.start < self.end {
            return Ok(true);
        }
        self.ensure_buffer();
        (self.start, self.end) = (0, 0);
        let room = if self.buffering == Buffering::None { wanted.clamp(1, BUFFER_BYTES) } else { BUFFER_BYTES };
        let room = &mut self.buffer[..room];
        let count = match &mut self.source {
            Source::Input => host.read_input(room)?,
            Source::Opened(stream) => stream.read(room)?,
            Source::Closed | Source::Output | Source::ErrorOutput => return Err(bad_descriptor()),
        };
        self.end = count.min(self.buffer.len());
        Ok(self.end > 0)
    }

    /// The bytes that [`fill`](Self::fill) found.
    pub(super) fn filled(&self) -> &[u8] {
        if self.is_writing { &[] } else { &self.buffer[self.start..self.end] }
    }

    /// Takes this many of the bytes that were found.
    pub(super) fn take(&mut self, count: usize) {
        self.start = self.end.min(self.start + count);
    }

    fn ensure_buffer(&mut self) {
        if self.buffer.is_empty() {
            self.buffer = vec![0; BUFFER_BYTES].into_boxed_slice();
        }
    }

    // ---- Writing ----

    /// Writes all of the bytes, or puts them into the buffer.
    pub(super) fn write(&mut self, host: &dyn Host, bytes: &[u8]) -> io::Result<()> {
        if !self.is_writable {
            return Err(bad_descriptor());
        }
        match self.source {
            Source::Output => host.write_output(bytes),
            Source::ErrorOutput => host.write_error(bytes),
            Source::Opened(_) => self.write_buffered(host, bytes),
            Source::Closed | Source::Input => Err(bad_descriptor()),
        }
    }

    fn write_buffered(&mut self, host: &dyn Host, bytes: &[u8]) -> io::Result<()> {
        // As in C, bytes after the last complete line stay in the buffer.
        let urgent = match self.buffering {
            Buffering::Full => 0,
            Buffering::Line => memchr::memrchr(b'\n', bytes).map_or(0, |end| end + 1),
            Buffering::None => bytes.len(),
        };
        let (urgent, rest) = bytes.split_at(urgent);
        if !urgent.is_empty() {
            self.hold(host, urgent)?;
            self.flush(host)?;
        }
        self.hold(host, rest)
    }

    /// Puts bytes into the buffer, as many as fit.
    fn hold(&mut self, host: &dyn Host, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        if !self.is_writing {
            self.forget_read()?;
            self.is_writing = true;
        }
        if self.end + bytes.len() > BUFFER_BYTES {
            self.flush(host)?;
            self.is_writing = true;
        }
        if bytes.len() >= BUFFER_BYTES {
            return self.hand_on(bytes);
        }
        self.ensure_buffer();
        self.buffer[self.end..self.end + bytes.len()].copy_from_slice(bytes);
        self.end += bytes.len();
        Ok(())
    }

    /// Moves back to the position after the last byte that was taken, and forgets what was read ahead.
    fn forget_read(&mut self) -> io::Result<()> {
        let ahead = self.end - self.start;
        (self.start, self.end) = (0, 0);
        match &mut self.source {
            Source::Opened(stream) if ahead > 0 => stream.seek(SeekFrom::Current(-(ahead as i64))).map(drop),
            _ => Ok(()),
        }
    }

    fn hand_on(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.source {
            Source::Opened(stream) => stream.write(bytes),
            _ => Err(bad_descriptor()),
        }
    }

    /// Passes buffered bytes on. Bytes that cannot be written are dropped, as in C: the error is reported once.
    pub(super) fn flush(&mut self, host: &dyn Host) -> io::Result<()> {
        match &mut self.source {
            Source::Output => host.flush_output(),
            Source::Opened(stream) if self.is_writing => {
                let waiting = self.start..self.end;
                (self.start, self.end, self.is_writing) = (0, 0, false);
                if !waiting.is_empty() {
                    stream.write(&self.buffer[waiting])?;
                }
                stream.flush()
            }
            _ => Ok(()),
        }
    }

    // ---- The rest ----

    /// Moves to another position and returns it.
    pub(super) fn seek(&mut self, host: &dyn Host, to: SeekFrom) -> io::Result<u64> {
        self.flush(host)?;
        // Bytes that were read ahead do not count as read.
        let ahead = if self.is_writing { 0 } else { (self.end - self.start) as i64 };
        let to = match to {
            SeekFrom::Current(offset) => SeekFrom::Current(offset.saturating_sub(ahead)),
            other => other,
        };
        let position = match &mut self.source {
            Source::Input => host.seek_input(to)?,
            Source::Output => host.seek_output(to)?,
            Source::Opened(stream) => stream.seek(to)?,
            Source::ErrorOutput => host.seek_error(to)?,
            Source::Closed => return Err(bad_descriptor()),
        };
        (self.start, self.end) = (0, 0);
        Ok(position)
    }

    /// Sets when written bytes are passed on.
    pub(super) fn set_buffering(&mut self, host: &dyn Host, buffering: Buffering) -> io::Result<()> {
        self.buffering = buffering;
        match self.source {
            Source::Output => host.buffer_output(buffering),
            _ => self.flush(host),
        }
    }

    /// Writes the buffer and closes the file. For a pipe, returns how the command ended.
    pub(super) fn close(&mut self, host: &dyn Host) -> io::Result<Option<CommandEnd>> {
        let flushed = self.flush(host);
        let closed = match std::mem::replace(&mut self.source, Source::Closed) {
            Source::Opened(stream) => stream.close(),
            _ => Ok(None),
        };
        self.buffer = Box::default();
        (self.start, self.end, self.is_writing) = (0, 0, false);
        self._held = None;
        match (flushed, closed) {
            // As in C, it is no error if a command does not read its input to the end.
            (_, ended @ Ok(Some(_))) => ended,
            (Err(error), _) => Err(error),
            (Ok(()), closed) => closed,
        }
    }
}

impl Drop for File {
    fn drop(&mut self) {
        if let Source::Opened(stream) = &mut self.source
            && self.is_writing
            && let Some(waiting) = self.buffer.get(self.start..self.end)
        {
            // An error cannot be reported to anyone.
            let _ = stream.write(waiting).and_then(|()| stream.flush());
        }
    }
}

/// C's error for reading a file opened for writing, or the reverse.
fn bad_descriptor() -> io::Error {
    const EBADF: i32 = 9;
    io::Error::from_raw_os_error(EBADF)
}
