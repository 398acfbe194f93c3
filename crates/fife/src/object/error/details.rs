//! What an error says besides its value, as plain data that a host can keep: places, notes, and the functions that ran.
//!
//! Found where the error is raised and nothing catches it (`inspect`), or where a chunk is no Lua, and kept by the
//! error's object, whose bytes count.

use crate::object::{Context, HeldBytes};
use fife_arena::OutOfMemory;
use fife_bytecode::block_bytes;

/// A place in Lua code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SourcePosition {
    /// The chunk's name, as messages show it: `demo` of `=demo`, `main.lua` of `@main.lua`.
    pub chunk: String,
    /// The line, from 1 on.
    pub line: u32,
    /// The column, in bytes, from 1 on; where it is known.
    pub column: Option<u32>,
    /// How many bytes are meant from there on, where that is known: of what a VM runs it keeps no text, which
    /// [`measure`](Self::measure) is given.
    pub length: Option<u32>,
}

impl SourcePosition {
    /// A place of which only the line is known.
    pub fn new(chunk: impl Into<String>, line: u32) -> SourcePosition {
        SourcePosition { chunk: chunk.into(), line, column: None, length: None }
    }

    /// The place with this column, from 1 on; 0 says that it is not known.
    pub(crate) fn at_column(self, column: u32) -> SourcePosition {
        SourcePosition { column: Some(column).filter(|column| *column > 0), ..self }
    }

    /// Sets the length, if it is not known, to that of the token that stands there in the source text of the chunk. In
    /// proportion to the text before it.
    ///
    /// ```
    /// let source = "local t = {}\nprint(t.name.first)";
    /// let error = fife::Lua::new().load(source).exec().unwrap_err();
    /// let mut position = error.position().unwrap().clone();
    /// position.measure(source);
    /// assert_eq!((position.line, position.column, position.length), (2, Some(14), Some(5)));
    /// ```
    pub fn measure(&mut self, source: impl AsRef<[u8]>) {
        let Some(column) = self.column.filter(|_| self.length.is_none()) else { return };
        let line = fife_compiler::tokens::line(source.as_ref(), self.line);
        let rest = line.and_then(|line| line.get(column as usize - 1..)).unwrap_or_default();
        // What is not at the start of a token is no place that a VM speaks of.
        let token = fife_compiler::tokens::scan(rest).next().filter(|token| token.range.start == 0);
        self.length = token.and_then(|token| u32::try_from(token.range.end).ok());
    }
}

/// A remark that belongs to an error.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Note {
    /// What it says.
    pub text: String,
    /// What it is about, if that is a place.
    pub position: Option<SourcePosition>,
}

impl Note {
    pub(crate) fn new(text: impl Into<String>, position: Option<SourcePosition>) -> Note {
        Note { text: text.into(), position }
    }
}

/// What kind of function an activation is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActivationKind {
    /// A Lua function.
    Lua,
    /// The main function of a chunk, which is Lua code, too.
    Main,
    /// A function of Rust code.
    Native,
}

/// A function that ran, or waited for one it called, as data that can be kept: a line of a traceback, in parts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct FrameInfo {
    /// What Lua's traceback says of it: `config.lua:2: in main chunk`. What is not UTF-8 is replaced.
    pub text: String,
    /// What kind of function it is.
    pub kind: ActivationKind,
    /// What it is called there, if anything: `local 'connect'`, `function 'string.rep'`.
    pub name: Option<String>,
    /// Where in the source it was. Nothing of natives, and where the code has no lines.
    pub position: Option<SourcePosition>,
    /// Whether it took the place of the function that called it, which is not there any more.
    pub is_tail_call: bool,
    /// The number of coroutines that it was within: 0 for the thread that was asked for, or that ran the task; 1 for a
    /// coroutine which that one had resumed, and so on. Innermost functions come first, so a number that falls says
    /// that the coroutine of the frame before was resumed by this frame.
    pub coroutine: u32,
    /// How many functions are left out between the one before and this one. Of a deep stack there are the first ten and
    /// the last eleven.
    pub skipped: usize,
}

/// All of it.
#[derive(Debug)]
pub(crate) struct Details {
    pub(crate) position: Option<SourcePosition>,
    pub(crate) notes: Vec<Note>,
    pub(crate) frames: Vec<FrameInfo>,
    _held: HeldBytes,
}

impl Details {
    /// Counts the bytes of these, if the limit allows them.
    pub(crate) fn new(
        ctx: Context<'_>,
        position: Option<SourcePosition>,
        notes: Vec<Note>,
        frames: Vec<FrameInfo>,
    ) -> Result<Details, OutOfMemory> {
        let of_place = |place: &Option<SourcePosition>| place.as_ref().map_or(0, |it| block_bytes(it.chunk.capacity()));
        let mut bytes = of_place(&position)
            + block_bytes(notes.capacity() * size_of::<Note>())
            + block_bytes(frames.capacity() * size_of::<FrameInfo>());
        for note in &notes {
            bytes += block_bytes(note.text.capacity()) + of_place(&note.position);
        }
        for frame in &frames {
            let name = frame.name.as_ref().map_or(0, |name| block_bytes(name.capacity()));
            bytes += block_bytes(frame.text.capacity()) + name + of_place(&frame.position);
        }
        Ok(Details { position, notes, frames, _held: HeldBytes::take(ctx, bytes)? })
    }
}
