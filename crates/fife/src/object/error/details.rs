//! The details of an error besides its value, as plain data that a host can keep: places, notes, and the functions that
//! ran.
//!
//! Found when an error is raised that nothing catches (`inspect`), or where a chunk is not Lua, and kept by the error's
//! object, which counts their bytes.

use crate::object::{Context, HeldBytes};
use fife_arena::OutOfMemory;
use fife_bytecode::block_bytes;

/// A place in Lua code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SourcePosition {
    /// The chunk's name as messages show it: `demo` for `=demo`, `main.lua` for `@main.lua`.
    pub chunk: String,
    /// The line, counted from 1.
    pub line: u32,
    /// The column in bytes, counted from 1, if known.
    pub column: Option<u32>,
    /// The length of the place in bytes, if known. A VM does not keep the text it runs; [`measure`](Self::measure)
    /// finds the length in the text.
    pub length: Option<u32>,
}

impl SourcePosition {
    /// A place of which only the line is known.
    pub fn new(chunk: impl Into<String>, line: u32) -> SourcePosition {
        SourcePosition { chunk: chunk.into(), line, column: None, length: None }
    }

    /// The place with this column, counted from 1; 0 stands for unknown.
    pub(crate) fn at_column(self, column: u32) -> SourcePosition {
        SourcePosition { column: Some(column).filter(|column| *column > 0), ..self }
    }

    /// Sets the length, if it is not known, to that of the token at this place in the source text of the chunk. Takes
    /// time in proportion to the text before it.
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
        // A VM only reports places where a token starts.
        let token = fife_compiler::tokens::scan(rest).next().filter(|token| token.range.start == 0);
        self.length = token.and_then(|token| u32::try_from(token.range.end).ok());
    }
}

/// A remark that belongs to an error.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Note {
    /// The text.
    pub text: String,
    /// The place it is about, if any.
    pub position: Option<SourcePosition>,
}

impl Note {
    pub(crate) fn new(text: impl Into<String>, position: Option<SourcePosition>) -> Note {
        Note { text: text.into(), position }
    }
}

/// The kind of an activation's function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActivationKind {
    /// A Lua function.
    Lua,
    /// The main function of a chunk, which is Lua code, too.
    Main,
    /// A function of Rust code.
    Native,
}

/// A function that ran, or waited for one it called, as data that can be kept: the parts of a line of a traceback.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct FrameInfo {
    /// Its line in Lua's traceback: `config.lua:2: in main chunk`. Bytes that are not UTF-8 are replaced.
    pub text: String,
    /// What kind of function it is.
    pub kind: ActivationKind,
    /// The name it was called by, if any: `local 'connect'`, `function 'string.rep'`.
    pub name: Option<String>,
    /// Its position in the source. `None` for natives, and for code without line information.
    pub position: Option<SourcePosition>,
    /// Whether it replaced the function that called it, by a tail call.
    pub is_tail_call: bool,
    /// How many coroutines it was within: 0 for the thread that was asked about or that ran the task, 1 for a coroutine
    /// that this thread had resumed, and so on. Innermost functions come first, so where the number falls, this frame
    /// resumed the coroutine of the frame before.
    pub coroutine: u32,
    /// How many functions are left out between the previous frame and this one. A deep stack shows the first ten and
    /// the last eleven.
    pub skipped: usize,
}

/// All details of an error.
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
