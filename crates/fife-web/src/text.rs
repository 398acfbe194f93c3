//! Examines source text: its colours, and whether more is to come. This needs no virtual machine.

use crate::report::Report;
use fife_compiler::tokens::{TokenKind, scan};
use fife_compiler::{CompileError, Meter, Refused};

/// The most bytes of source examined: as many as an untrusted script's chunk may have.
pub(crate) const SOURCE_MAX: usize = 256 << 10;

/// The memory that the compiler may take.
const COMPILER_MEMORY: usize = 64 << 20;

/// The end of the message for an unfinished chunk.
const END_MARK: &[u8] = b"<eof>";

/// The number by which the page knows a kind of token; 0 for one without a colour.
fn number_of(kind: TokenKind) -> u32 {
    match kind {
        TokenKind::Comment => 1,
        TokenKind::Word => 2,
        TokenKind::Name => 3,
        TokenKind::Number => 4,
        TokenKind::String => 5,
        TokenKind::Symbol => 6,
        _ => 0,
    }
}

/// The length of a text in UTF-16 units, in which JavaScript counts. A byte that is not UTF-8 counts as one.
fn utf16_length(text: &[u8]) -> u32 {
    let units = |chunk: std::str::Utf8Chunk<'_>| chunk.valid().encode_utf16().count() + chunk.invalid().len();
    text.utf8_chunks().map(units).sum::<usize>() as u32
}

/// Writes the tokens of a source: for each its kind, its start and its end in UTF-16 units, four bytes each, lowest
/// first.
pub(crate) fn tokens(source: &[u8], into: &mut Vec<u8>) {
    let source = &source[..source.len().min(SOURCE_MAX)];
    let (mut at, mut units) = (0, 0);
    for token in scan(source) {
        let start = units + utf16_length(&source[at..token.range.start]);
        units = start + utf16_length(&source[token.range.clone()]);
        at = token.range.end;
        for number in [number_of(token.kind), start, units] {
            into.extend_from_slice(&number.to_le_bytes());
        }
    }
}

/// What typed text is.
#[derive(Debug)]
pub(crate) enum Typed {
    /// One or more expressions.
    Expression,
    /// A chunk.
    Chunk,
    /// It may be the beginning of a chunk.
    Incomplete(Report),
    /// Not a chunk, whatever may follow.
    Wrong(Report),
}

/// Put before an expression to compile it.
pub(crate) const EXPRESSION: &[u8] = b"return ";

/// An expression as a chunk.
pub(crate) fn as_chunk(expression: &[u8]) -> Vec<u8> {
    [EXPRESSION, expression].concat()
}

/// Classifies typed text.
pub(crate) fn classify(source: &[u8], name: &str) -> Typed {
    if source.len() > SOURCE_MAX {
        return Typed::Wrong(Report::of_host("chunk is too long"));
    }
    let chunk_name = [b"=", name.as_bytes()].concat();
    let parse = |source: &[u8]| fife_compiler::parse(source, &chunk_name, &mut Bounded { left: COMPILER_MEMORY });
    if parse(&as_chunk(source)).is_ok() {
        return Typed::Expression;
    }
    // With the line break that `Enter` adds: it ends a string in quotes.
    match parse(&[source, b"\n"].concat()) {
        Ok(_) => Typed::Chunk,
        Err(CompileError::Syntax(error)) => {
            let report = Report::of_syntax(&error, name);
            if error.message.ends_with(END_MARK) { Typed::Incomplete(report) } else { Typed::Wrong(report) }
        }
        Err(_) => Typed::Wrong(Report::of_host("not enough memory")),
    }
}

/// Counts the compiler's memory, up to a limit.
struct Bounded {
    left: usize,
}

impl Meter for Bounded {
    fn take(&mut self, bytes: usize) -> Result<(), Refused> {
        self.left = self.left.checked_sub(bytes).ok_or(Refused)?;
        Ok(())
    }
    fn give(&mut self, bytes: usize) {
        self.left = self.left.saturating_add(bytes);
    }
}
