//! The texts of chunks, by the chunks' names.

use super::span;
use fife_compiler::tokens;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// The largest file that is read again.
const FILE_MAX: u64 = 64 << 20;

/// The texts that were loaded. Others are read from their files, if that is allowed.
#[derive(Debug)]
pub(crate) struct Sources {
    known: HashMap<Vec<u8>, Known>,
    reads_files: bool,
}

#[derive(Debug)]
enum Known {
    Text(Source),
    /// There were several chunks of this name.
    Several,
}

/// A text as a person knows it.
#[derive(Clone, Debug)]
pub(super) struct Source {
    text: Arc<[u8]>,
    /// How many bytes stood before it when it was compiled.
    hidden: usize,
}

impl Sources {
    pub(super) fn new(reads_files: bool) -> Sources {
        Sources { known: HashMap::new(), reads_files }
    }

    /// Adds a text. Of several chunks with one name none is shown, since it is not known which one a function came
    /// from.
    pub(super) fn add(&mut self, name: &[u8], text: &[u8]) {
        match self.known.get_mut(name) {
            Some(Known::Text(source)) if &*source.text == text => {}
            Some(known) => *known = Known::Several,
            None => self.set(name, text, 0),
        }
    }

    /// Adds a text in place of any other with its name.
    pub(super) fn set(&mut self, name: &[u8], text: &[u8], hidden: usize) {
        self.known.insert(name.to_vec(), Known::Text(Source { text: text.into(), hidden }));
    }

    /// The text of the chunk with this name: `@file`, `=text` or the source itself.
    pub(super) fn find(&self, name: &[u8]) -> Option<Source> {
        match (self.known.get(name), name) {
            (Some(Known::Text(source)), _) => Some(source.clone()),
            (Some(Known::Several), _) | (None, [b'=', ..]) => None,
            (None, [b'@', path @ ..]) if self.reads_files => Source::of_file(path),
            (None, [b'@', ..]) => None,
            (None, text) => Some(Source { text: text.into(), hidden: 0 }),
        }
    }
}

impl Source {
    fn of_file(path: &[u8]) -> Option<Source> {
        let path = Path::new(str::from_utf8(path).ok()?);
        let found = fs::metadata(path).ok()?;
        if !found.is_file() || found.len() > FILE_MAX {
            return None;
        }
        let text = fs::read(path).ok()?;
        Some(Source { text: fife::source_of_file(&text).into(), hidden: 0 })
    }

    /// A text that is not Lua.
    pub(super) fn of_text(text: &[u8]) -> Source {
        Source { text: text.into(), hidden: 0 }
    }

    /// The bytes of a line, from 1 on.
    pub(super) fn line(&self, number: u32) -> Option<&[u8]> {
        tokens::line(&self.text, number)
    }

    /// The line and the first byte in it of a place that the compiler knows, if a token begins there: else this is not
    /// the text that was compiled.
    pub(super) fn find(&self, position: fife::gc::Position) -> Option<(&[u8], usize)> {
        let line = self.line(position.line)?;
        let hidden = if position.line == 1 { self.hidden } else { 0 };
        let start = (position.column as usize).checked_sub(1 + hidden)?;
        span::token(line, start)?;
        Some((line, start))
    }
}
