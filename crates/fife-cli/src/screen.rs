//! The terminal that scripts write to: what they may send to it, and where its cursor is.
//!
//! [`ScreenHost`] is the operating system with two additions. It notes whether the last written line has ended, so that
//! the prompt does not erase its beginning. And for untrusted scripts it shows the bytes that begin a terminal's
//! commands instead of sending them: ESC, and the C1 controls in both of their encodings. Terminals answer some
//! commands by typing, so a script could type for the person.

use crate::errors::warning_in_json;
use fife::{Buffering, CommandEnd, Host, LocalTime, OpenMode, PipeMode, Stream};
use fife_system::SystemHost;
use std::cell::RefCell;
use std::io::{self, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const ESC: u8 = 0x1B;

/// What warnings begin with.
const WARNING: &[u8] = b"Lua warning: ";

/// Whether the cursor is at the start of a line, as far as scripts and the command have written.
#[derive(Clone, Debug)]
pub(crate) struct LineStart(Arc<AtomicBool>);

impl LineStart {
    /// Whether all lines have ended.
    pub(crate) fn is_here(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Notes that the terminal has shown something itself: `^C`.
    pub(crate) fn leave(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// The operating system, with a terminal that is looked after.
pub(crate) struct ScreenHost {
    system: SystemHost,
    line_start: LineStart,
    /// What makes the output harmless, and the error output; nothing where that is no terminal, or scripts are trusted.
    output: Option<RefCell<Escaper>>,
    errors: Option<RefCell<Escaper>>,
    /// Whether warnings are for tools.
    warns_in_json: bool,
}

impl ScreenHost {
    /// Has what scripts send to these two made harmless, where that is asked for.
    pub(crate) fn new(
        system: SystemHost,
        escapes_output: bool,
        escapes_errors: bool,
        warns_in_json: bool,
    ) -> ScreenHost {
        ScreenHost {
            system,
            line_start: LineStart(Arc::new(AtomicBool::new(true))),
            output: escapes_output.then(Default::default),
            errors: escapes_errors.then(Default::default),
            warns_in_json,
        }
    }

    pub(crate) fn line_start(&self) -> LineStart {
        self.line_start.clone()
    }
}

/// Finds the bytes that a terminal may take for the beginning of a command, in a text that comes in pieces.
#[derive(Debug, Default)]
struct Escaper {
    /// The least and the greatest byte that goes on with the character of UTF-8 that has begun, for each byte that is
    /// missing; those of the next one first. Other bytes begin anew.
    missing: &'static [(u8, u8)],
}

impl Escaper {
    /// The text, with ESC and C1 controls as `\27` and so on.
    fn escaped(&mut self, text: &[u8]) -> Vec<u8> {
        let mut shown = Vec::with_capacity(text.len());
        for &byte in text {
            if let [(least, greatest), rest @ ..] = self.missing
                && (*least..=*greatest).contains(&byte)
            {
                self.missing = rest;
                shown.push(byte);
                continue;
            }
            self.missing = following(byte);
            match byte {
                ESC | 0x80..=0x9F => shown.extend_from_slice(format!("\\{byte}").as_bytes()),
                _ => shown.push(byte),
            }
        }
        shown
    }
}

/// What may follow the first byte of a character. Behind 0xC2 that leaves out the C1 controls, and everywhere what is
/// not the shortest form.
fn following(first: u8) -> &'static [(u8, u8)] {
    const ANY: (u8, u8) = (0x80, 0xBF);
    match first {
        0xC2 => &[(0xA0, 0xBF)],
        0xC3..=0xDF => &[ANY],
        0xE0 => &[(0xA0, 0xBF), ANY],
        0xED => &[(0x80, 0x9F), ANY],
        0xE1..=0xEF => &[ANY, ANY],
        0xF0 => &[(0x90, 0xBF), ANY, ANY],
        0xF1..=0xF3 => &[ANY, ANY, ANY],
        0xF4 => &[(0x80, 0x8F), ANY, ANY],
        _ => &[],
    }
}

/// A text of a script, fit for any terminal.
pub(crate) fn escaped(text: &[u8]) -> Vec<u8> {
    Escaper::default().escaped(text)
}

impl Host for ScreenHost {
    fn write_output(&self, bytes: &[u8]) -> io::Result<()> {
        if let Some(last) = bytes.last() {
            self.line_start.0.store(*last == b'\n', Ordering::Relaxed);
        }
        match &self.output {
            Some(escaper) => self.system.write_output(&escaper.borrow_mut().escaped(bytes)),
            None => self.system.write_output(bytes),
        }
    }
    fn write_error(&self, bytes: &[u8]) -> io::Result<()> {
        // The VM writes each warning at once. What else a script writes is its own, and passes as it is.
        if self.warns_in_json && bytes.starts_with(WARNING) && bytes.ends_with(b"\n") {
            return self.system.write_error(warning_in_json(bytes).as_bytes());
        }
        match &self.errors {
            Some(escaper) => self.system.write_error(&escaper.borrow_mut().escaped(bytes)),
            None => self.system.write_error(bytes),
        }
    }

    // ---- The rest is the system's ----

    fn hash_seed(&self) -> u64 {
        self.system.hash_seed()
    }
    fn random_seed(&self) -> (i64, i64) {
        self.system.random_seed()
    }
    fn flush_output(&self) -> io::Result<()> {
        self.system.flush_output()
    }
    fn buffer_output(&self, buffering: Buffering) -> io::Result<()> {
        self.system.buffer_output(buffering)
    }
    fn seek_output(&self, to: SeekFrom) -> io::Result<u64> {
        self.system.seek_output(to)
    }
    fn seek_error(&self, to: SeekFrom) -> io::Result<u64> {
        self.system.seek_error(to)
    }
    fn read_input(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.system.read_input(buffer)?;
        // Who types a line ends it on the screen as well.
        if buffer[..count].last() == Some(&b'\n') {
            self.line_start.0.store(true, Ordering::Relaxed);
        }
        Ok(count)
    }
    fn seek_input(&self, to: SeekFrom) -> io::Result<u64> {
        self.system.seek_input(to)
    }
    fn now(&self) -> Option<(i64, u32)> {
        self.system.now()
    }
    fn cpu_time(&self) -> Option<f64> {
        self.system.cpu_time()
    }
    fn local_time(&self, seconds: i64) -> LocalTime {
        self.system.local_time(seconds)
    }
    fn environment(&self, name: &[u8]) -> Option<Vec<u8>> {
        self.system.environment(name)
    }
    fn open(&self, path: &[u8], mode: OpenMode) -> io::Result<Box<dyn Stream>> {
        self.system.open(path, mode)
    }
    fn remove(&self, path: &[u8]) -> io::Result<()> {
        self.system.remove(path)
    }
    fn rename(&self, from: &[u8], to: &[u8]) -> io::Result<()> {
        self.system.rename(from, to)
    }
    fn temporary_name(&self) -> io::Result<Vec<u8>> {
        self.system.temporary_name()
    }
    fn temporary_file(&self) -> io::Result<Box<dyn Stream>> {
        self.system.temporary_file()
    }
    fn has_shell(&self) -> bool {
        self.system.has_shell()
    }
    fn execute(&self, command: &[u8]) -> io::Result<CommandEnd> {
        self.system.execute(command)
    }
    fn popen(&self, command: &[u8], mode: PipeMode) -> io::Result<Box<dyn Stream>> {
        self.system.popen(command, mode)
    }
    fn exit(&self, status: i32) -> io::Result<()> {
        self.system.exit(status)
    }
}

#[cfg(test)]
mod tests {
    use super::{Escaper, escaped};

    #[test]
    fn commands_of_terminals_are_shown() {
        assert_eq!(escaped(b"\x1B[2J\x07 \x9B1m"), b"\\27[2J\x07 \\1551m");
        // U+009B, at once and in two pieces: the terminal gets no whole character.
        assert_eq!(escaped(b"\xC2\x9B"), b"\xC2\\155");
        let (mut escaper, mut shown) = (Escaper::default(), Vec::new());
        for byte in *b"\xC2\x9B" {
            shown.extend(escaper.escaped(&[byte]));
        }
        assert_eq!(shown, b"\xC2\\155");
        // Forms of it that are too long.
        assert_eq!(escaped(b"\xE0\x82\x9B \xC0\x9B \xF0\x80\x82\x9B"), b"\xE0\\130\\155 \xC0\\155 \xF0\\128\\130\\155");
    }

    #[test]
    fn every_character_but_controls_passes() {
        for character in ('\0'..=char::MAX).filter(|it| *it != '\x1B' && !('\u{80}'..='\u{9F}').contains(it)) {
            let text = character.to_string();
            let (mut escaper, mut shown) = (Escaper::default(), Vec::new());
            for byte in text.bytes() {
                shown.extend(escaper.escaped(&[byte]));
            }
            assert_eq!(shown, text.as_bytes(), "{character:?}");
        }
    }
}
