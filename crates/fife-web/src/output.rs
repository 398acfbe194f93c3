//! What scripts print, until the page fetches it.
//!
//! A page draws some sixty times a second and shows a thousand lines at most, but a script may print millions in
//! between. So a console keeps the last [`KEPT_BYTES`] and forgets what came before. Of a line it keeps the first
//! [`LINE_BYTES`] and reports how many more there were: laying out a long line takes a browser time, in some scripts
//! more than in proportion to its length.

use fife::Host;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The most bytes that a console keeps between two visits of the page, give or take one more call's.
const KEPT_BYTES: usize = 256 << 10;

/// The most bytes of a line that are kept.
const LINE_BYTES: usize = 2000;

/// The weight of a piece of output besides its bytes: an element of the page.
const PIECE_BYTES: usize = 512;

/// The kind of a piece of output, by the number that the page knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// Written by `print`.
    Printed = 0,
    /// A value that an input returned.
    Result = 1,
    /// Written by `warn`.
    Warning = 2,
    /// Written by a finalizer, or about one.
    Finalizer = 3,
}

/// The output of one prompt.
#[derive(Debug, Default)]
struct Console {
    pieces: Vec<(Kind, Vec<u8>)>,
    /// The bytes of all pieces, and their weights.
    bytes: usize,
    /// The kind of the unfinished line, and how many of its bytes were kept and left out.
    kind: Option<Kind>,
    kept: usize,
    left_out: usize,
}

impl Console {
    fn write(&mut self, kind: Kind, text: &[u8]) {
        if let Some(last) = self.kind.replace(kind).filter(|last| *last != kind) {
            self.end_line(last);
        }
        // Skips whole lines before the last bytes: they would be forgotten anyway.
        let excess = text.len().saturating_sub(KEPT_BYTES);
        let start = text[..excess].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if start > 0 {
            (self.kept, self.left_out) = (0, 0);
        }
        for line in text[start..].split_inclusive(|byte| *byte == b'\n') {
            let (content, is_whole) = line.strip_suffix(b"\n").map_or((line, false), |content| (content, true));
            let room = if self.left_out > 0 { 0 } else { LINE_BYTES - self.kept };
            let shown = if content.len() <= room { content } else { &content[..boundary(content, room)] };
            self.push(kind, shown);
            self.kept += shown.len();
            self.left_out += content.len() - shown.len();
            if is_whole {
                self.end_line(kind);
                self.push(kind, b"\n");
            }
        }
    }

    /// Reports how much of the line that ends was left out, if anything was.
    fn end_line(&mut self, kind: Kind) {
        if self.left_out > 0 {
            let unit = if self.left_out == 1 { "byte" } else { "bytes" };
            self.push(kind, format!(" … ({} {unit} more)", self.left_out).as_bytes());
        }
        (self.kept, self.left_out) = (0, 0);
    }

    fn push(&mut self, kind: Kind, text: &[u8]) {
        match self.pieces.last_mut() {
            Some((last, bytes)) if *last == kind => bytes.extend_from_slice(text),
            _ => {
                self.pieces.push((kind, text.to_vec()));
                self.bytes += PIECE_BYTES;
            }
        }
        self.bytes += text.len();
        if self.bytes > 2 * KEPT_BYTES {
            self.forget();
        }
    }

    /// Drops all but the last [`KEPT_BYTES`].
    fn forget(&mut self) {
        let mut excess = self.bytes - KEPT_BYTES;
        let gone = self.pieces.iter().take_while(|(_, text)| {
            let size = text.len() + PIECE_BYTES;
            let is_gone = size <= excess;
            excess -= if is_gone { size } else { 0 };
            is_gone
        });
        let gone = gone.count();
        self.pieces.drain(..gone);
        if let Some((_, text)) = self.pieces.first_mut() {
            text.drain(..excess.min(text.len()));
        }
        self.bytes = self.pieces.iter().map(|(_, text)| text.len() + PIECE_BYTES).sum();
    }
}

/// The last place up to `at` that is not inside a UTF-8 character.
fn boundary(text: &[u8], at: usize) -> usize {
    let is_within = |place: &usize| text.get(*place).is_some_and(|byte| byte & 0xc0 == 0x80);
    (at.saturating_sub(3)..=at).rev().find(|place| !is_within(place)).unwrap_or(at)
}

#[derive(Debug, Default)]
struct Consoles {
    all: Vec<Console>,
    /// The running job's console.
    current: usize,
    /// Line breaks that the running job has written.
    lines: u64,
    /// Output comes from finalizers.
    is_finalizing: bool,
}

/// The consoles of one virtual machine, shared with its host.
#[derive(Clone, Debug, Default)]
pub(crate) struct Output(Arc<Mutex<Consoles>>);

impl Output {
    fn lock(&self) -> MutexGuard<'_, Consoles> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Directs output to this console from now on.
    pub(crate) fn select(&self, console: usize) {
        let mut consoles = self.lock();
        if console >= consoles.all.len() {
            consoles.all.resize_with(console + 1, Console::default);
        }
        consoles.current = console;
        consoles.lines = 0;
    }

    /// The line breaks written since the console was [selected](Self::select).
    pub(crate) fn lines(&self) -> u64 {
        self.lock().lines
    }

    /// Sets whether output from now on comes from finalizers.
    pub(crate) fn set_finalizing(&self, yes: bool) {
        self.lock().is_finalizing = yes;
    }

    pub(crate) fn write(&self, kind: Kind, text: &[u8]) {
        let mut consoles = self.lock();
        let kind = if consoles.is_finalizing { Kind::Finalizer } else { kind };
        consoles.lines += text.iter().filter(|byte| **byte == b'\n').count() as u64;
        let current = consoles.current;
        if let Some(console) = consoles.all.get_mut(current) {
            console.write(kind, text);
        }
    }

    /// Takes the output of a console. For each piece: its kind, a byte; its length, four bytes, lowest first; its text.
    pub(crate) fn take(&self, console: usize, into: &mut Vec<u8>) {
        let mut consoles = self.lock();
        let Some(console) = consoles.all.get_mut(console) else { return };
        console.bytes = 0;
        for (kind, text) in std::mem::take(&mut console.pieces) {
            into.push(kind as u8);
            into.extend_from_slice(&(text.len() as u32).to_le_bytes());
            into.extend_from_slice(&text);
        }
    }
}

/// A script's world in a page: consoles, and random numbers that the page has drawn.
pub(crate) struct PageHost {
    pub(crate) output: Output,
    pub(crate) seed: u64,
}

impl Host for PageHost {
    fn hash_seed(&self) -> u64 {
        self.seed
    }
    fn random_seed(&self) -> (i64, i64) {
        // Differs from the seed of the hashes, which must stay unknown to scripts.
        let mixed = self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29) ^ 0x6c75_615f_7065_6773;
        (mixed as i64, mixed.wrapping_mul(0xd134_2543_de82_ef95) as i64)
    }
    fn write_output(&self, bytes: &[u8]) -> io::Result<()> {
        self.output.write(Kind::Printed, bytes);
        Ok(())
    }
    fn write_error(&self, bytes: &[u8]) -> io::Result<()> {
        self.output.write(Kind::Warning, bytes);
        Ok(())
    }
}
