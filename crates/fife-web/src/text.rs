//! Looking at source text: its colours, and whether more is to come. No virtual machine is needed for that.

use crate::report::Report;
use fife_compiler::tokens::{TokenKind, scan};
use fife_compiler::{CompileError, Meter, Refused};

/// The most bytes of source that are looked at: those of a chunk of an untrusted script.
pub(crate) const SOURCE_MAX: usize = 256 << 10;

/// What the compiler may take.
const COMPILER_MEMORY: usize = 64 << 20;

/// What the message of a chunk ends with of which a part is missing.
const END_MARK: &[u8] = b"<eof>";

/// The number by which the page knows a kind of token; 0 for what has no colour.
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

/// How many units of UTF-16 a text takes, in which JavaScript counts. What is not UTF-8 is one for each byte.
fn utf16_length(text: &[u8]) -> u32 {
    let units = |chunk: std::str::Utf8Chunk<'_>| chunk.valid().encode_utf16().count() + chunk.invalid().len();
    text.utf8_chunks().map(units).sum::<usize>() as u32
}

/// The tokens of a source: for each its kind, its start and its end in units of UTF-16, four bytes each, the lowest first.
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

/// What a text that was typed is.
#[derive(Debug)]
pub(crate) enum Typed {
    /// An expression, or several.
    Expression,
    /// A chunk.
    Chunk,
    /// The beginning of a chunk, as far as can be seen.
    Incomplete(Report),
    /// No chunk, whatever may follow.
    Wrong(Report),
}

/// What an expression is compiled with in front of it.
pub(crate) const EXPRESSION: &[u8] = b"return ";

/// What the source of an expression is compiled as.
pub(crate) fn as_chunk(expression: &[u8]) -> Vec<u8> {
    [EXPRESSION, expression].concat()
}

/// Looks at a text that was typed.
pub(crate) fn classify(source: &[u8], name: &str) -> Typed {
    if source.len() > SOURCE_MAX {
        return Typed::Wrong(Report::of_host("chunk is too long"));
    }
    let chunk_name = [b"=", name.as_bytes()].concat();
    let parse = |source: &[u8]| fife_compiler::parse(source, &chunk_name, &mut Bounded { left: COMPILER_MEMORY });
    if parse(&as_chunk(source)).is_ok() {
        return Typed::Expression;
    }
    // With the line break that `Enter` makes: a string in quotes cannot go on then.
    match parse(&[source, b"\n"].concat()) {
        Ok(_) => Typed::Chunk,
        Err(CompileError::Syntax(error)) => {
            let report = Report::of_syntax(&error, name);
            if error.message.ends_with(END_MARK) { Typed::Incomplete(report) } else { Typed::Wrong(report) }
        }
        Err(_) => Typed::Wrong(Report::of_host("not enough memory")),
    }
}

/// Counts the compiler's memory up to a limit.
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
