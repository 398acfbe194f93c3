//! Errors as the page gets them: JSON text.

use fife::{Error, ErrorKind};
use fife_compiler::SyntaxError;

/// The most lines reported of a traceback. Fife's own have fewer.
const LINES_MAX: usize = 40;

/// The most bytes reported of a message.
const MESSAGE_MAX: usize = 16 << 10;

/// The description of an error.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// `syntax`, `memory`, `runtime` or `host`.
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    pub(crate) chunk: String,
    /// Counted from 1; 0 if unknown.
    pub(crate) line: u32,
    /// In bytes, counted from 1; 0 if unknown.
    pub(crate) column: u32,
    pub(crate) traceback: Vec<String>,
}

impl Report {
    pub(crate) fn of_error(error: &Error) -> Report {
        let diagnostic = error.diagnostic();
        let kind = match error.kind() {
            ErrorKind::Syntax => "syntax",
            ErrorKind::Memory => "memory",
            ErrorKind::Runtime => "runtime",
            _ => "host",
        };
        let place = diagnostic.position.map(|it| (it.chunk, it.line, it.column.unwrap_or(0)));
        let (chunk, line, column) = place.unwrap_or_default();
        let traceback = error.traceback().unwrap_or_default().lines();
        let traceback = traceback.filter_map(|line| line.strip_prefix('\t')).map(str::to_owned).collect();
        Report { kind, message: diagnostic.message, chunk, line, column, traceback }
    }

    pub(crate) fn of_syntax(error: &SyntaxError, chunk: &str) -> Report {
        Report {
            kind: "syntax",
            message: String::from_utf8_lossy(&error.message).into_owned(),
            chunk: chunk.to_owned(),
            line: error.position.line,
            column: error.position.column,
            traceback: Vec::new(),
        }
    }

    /// A failure of the page or of this module.
    pub(crate) fn of_host(message: &str) -> Report {
        Report { kind: "host", message: message.to_owned(), ..Report::default() }
    }

    /// A refusal by the limit on memory when no script is running that could get it as an error.
    pub(crate) fn out_of_memory() -> Report {
        Report { kind: "memory", ..Report::of_host("not enough memory") }
    }

    /// Writes it as a JSON object.
    pub(crate) fn write(&self, into: &mut Vec<u8>) {
        let Report { kind, message, chunk, line, column, traceback } = self;
        into.extend_from_slice(b"{\"kind\":");
        write_text(kind, into);
        into.extend_from_slice(b",\"message\":");
        write_text(shortened(message), into);
        into.extend_from_slice(b",\"chunk\":");
        write_text(chunk, into);
        into.extend_from_slice(format!(",\"line\":{line},\"column\":{column},\"traceback\":[").as_bytes());
        for (index, text) in traceback.iter().take(LINES_MAX).enumerate() {
            if index > 0 {
                into.push(b',');
            }
            write_text(shortened(text), into);
        }
        into.extend_from_slice(b"]}");
    }
}

/// A text, cut off at [`MESSAGE_MAX`].
fn shortened(text: &str) -> &str {
    &text[..text.floor_char_boundary(MESSAGE_MAX)]
}

/// Writes a JSON string.
fn write_text(text: &str, into: &mut Vec<u8>) {
    into.push(b'"');
    for character in text.chars() {
        match character {
            '"' | '\\' => into.extend_from_slice(&[b'\\', character as u8]),
            '\0'..'\x20' => into.extend_from_slice(format!("\\u{:04x}", character as u32).as_bytes()),
            _ => into.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    into.push(b'"');
}
