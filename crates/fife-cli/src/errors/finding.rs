//! What is known about an error: the plain text, and what to add to it.

use super::source::Source;
use fife::FrameInfo;
use std::ops::Range;

/// What is known about an error.
#[derive(Debug)]
pub(crate) struct Finding {
    /// `runtime`, `syntax`, `warning`, or `error` if only the message is known; of what is no error of a script
    /// `stopped`, `usage` or `hint`.
    pub(super) kind: &'static str,
    /// The plain text: the message, and the traceback if there is one.
    pub(super) plain: Vec<u8>,
    /// How many bytes of that are the message.
    pub(super) message_length: usize,
    /// Where in the source text it was.
    pub(super) place: Option<Place>,
    /// The text of that chunk, if it is not Lua; otherwise it is one of those that were loaded.
    pub(super) source: Option<Source>,
    /// Remarks.
    pub(super) remarks: Vec<Remark>,
    /// Lines of a traceback, of the coroutines that the error passed; each begins with a line break.
    pub(super) coroutines: Vec<u8>,
    /// The traceback in parts.
    pub(super) frames: Vec<FrameInfo>,
}

/// A chunk, and places in it.
#[derive(Debug)]
pub(super) struct Place {
    /// The whole name of the chunk.
    pub(super) chunk: Vec<u8>,
    pub(super) primary: Mark,
    pub(super) others: Vec<Mark>,
}

/// A place in a line, with what is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// From 1 on.
    pub(super) line: u32,
    /// Bytes of the line, as a person sees it. Empty where it ends.
    pub(super) range: Range<usize>,
    /// Empty for nothing.
    pub(super) label: String,
}

/// A remark below a source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Remark {
    Note(String),
    Help(String),
}

impl Remark {
    pub(super) fn text(&self) -> &str {
        let (Remark::Note(text) | Remark::Help(text)) = self;
        text
    }
}

impl Finding {
    /// The finding for an error of which only the message is known.
    pub(super) fn of_message(message: &[u8]) -> Finding {
        Finding {
            kind: "error",
            plain: message.to_vec(),
            message_length: message.len(),
            place: None,
            source: None,
            remarks: Vec::new(),
            coroutines: Vec::new(),
            frames: Vec::new(),
        }
    }

    pub(super) fn message(&self) -> &[u8] {
        &self.plain[..self.message_length]
    }
}
