//! Errors for people: the plain text with the source text added.
//!
//! Invariant: all lines of the plain text are there, in order and unchanged, except that control bytes are escaped.

use super::finding::{Finding, Mark, Place, Remark};
use super::source::{Source, Sources};
use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Renderer, Snippet};
use std::ops::Range;

/// How many columns of a line are shown.
const COLUMNS_MAX: usize = 200;

/// How many columns are shown before the place of interest in a long line.
const COLUMNS_BEFORE: usize = 80;

/// Stands for the omitted parts of a line.
const CUT: &str = "...";

/// The text of an error.
pub(super) fn rich(found: &Finding, before: &[u8], sources: &Sources, has_colour: bool) -> String {
    let (message, traceback) = found.plain.split_at(found.message_length);
    let mut text = escaped(before);
    text.push_str(&escaped(message));
    text.push('\n');
    let renderer = if has_colour { Renderer::styled() } else { Renderer::plain() };
    let source = |place: &Place| found.source.clone().or_else(|| sources.find(&place.chunk));
    let source = found.place.as_ref().and_then(|place| Some((place, source(place)?)));
    let shown = source.and_then(|(place, source)| Shown::new(place, &source));
    text.push_str(&added(found, shown.as_ref(), &renderer.term_width(COLUMNS_MAX + 40)));
    // The traceback begins with the line break that ends the message.
    let traceback = traceback.strip_prefix(b"\n").unwrap_or(traceback);
    if !traceback.is_empty() {
        let first = traceback.iter().position(|byte| *byte == b'\n').unwrap_or(traceback.len());
        text.push_str(&escaped(&traceback[..first]));
        text.push_str(&escaped(&found.coroutines));
        text.push_str(&escaped(&traceback[first..]));
        text.push('\n');
    }
    text
}

/// The lines that are added below the message, each with its end.
fn added(found: &Finding, shown: Option<&Shown>, renderer: &Renderer) -> String {
    let mut elements: Vec<Element<'_>> = Vec::new();
    if let Some(shown) = shown {
        elements.push(shown.snippet().into());
    }
    for remark in &found.remarks {
        let level = match remark {
            Remark::Note(_) => Level::NOTE,
            Remark::Help(_) => Level::HELP,
        };
        elements.push(level.message(escaped_line(remark.text().as_bytes())).into());
    }
    if elements.is_empty() {
        return String::new();
    }
    let group = Group::with_level(Level::ERROR).elements(elements);
    let mut text = renderer.render(&[group]);
    if let Some(shown) = shown {
        let (counted, is) = (shown.header(shown.primary_column_shown()), shown.header(shown.column));
        if counted != is {
            text = text.replacen(&counted, &is, 1);
        }
    }
    text.push('\n');
    text
}

/// Bytes that are not text, and what a terminal takes for orders, as escapes of Lua. Line breaks and tabs stay.
pub(super) fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    escape(bytes, |part, _| text.push_str(part));
    text
}

/// As [`escaped`], without line breaks and tabs.
fn escaped_line(bytes: &[u8]) -> String {
    let text = escaped(bytes);
    text.replace('\n', "\\n").replace('\t', "\\t")
}

/// Gives what is shown of bytes to `show`, piece by piece, with the number of bytes that each is for.
fn escape(bytes: &[u8], mut show: impl FnMut(&str, usize)) {
    let mut buffer = [0; 4];
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            let is_shown = !character.is_control() && !is_order(character) || matches!(character, '\n' | '\t');
            if is_shown {
                show(character.encode_utf8(&mut buffer), character.len_utf8());
            } else if u32::from(character) < 128 {
                show(&format!("\\x{:02x}", u32::from(character)), 1);
            } else {
                show(&format!("\\u{{{:x}}}", u32::from(character)), character.len_utf8());
            }
        }
        for byte in chunk.invalid() {
            show(&format!("\\x{byte:02x}"), 1);
        }
    }
}

/// Whether a character changes the direction of text, so that it would not be what it looks like.
fn is_order(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What is shown of a source text.
struct Shown {
    chunk: String,
    text: String,
    first_line: u32,
    /// The line of the error, and its column in characters, both from 1 on.
    line: u32,
    column: usize,
    /// Bytes of the text, and what is said of them; the first is the error.
    marks: Vec<(Range<usize>, String)>,
}

impl Shown {
    fn new(place: &Place, source: &Source) -> Option<Shown> {
        let Place { chunk, primary, others } = place;
        let all = || std::iter::once(primary).chain(others);
        let first_line = all().map(|mark| mark.line).min()?;
        let last_line = all().map(|mark| mark.line).max()?;
        let (mut text, mut marks) = (String::new(), Vec::new());
        for number in first_line..=last_line {
            let line = source.line(number)?;
            let here: Vec<&Mark> = all().filter(|mark| mark.line == number).collect();
            let focus = here.first().map_or(0..0, |mark| mark.range.clone());
            let cut = Cut::new(line, focus);
            for mark in here {
                // What is left out of the line is not marked.
                if let Some(range) = cut.find(&mark.range) {
                    let range = text.len() + range.start..text.len() + range.end;
                    let marked = (range, escaped_line(mark.label.as_bytes()));
                    if mark == primary { marks.insert(0, marked) } else { marks.push(marked) }
                }
            }
            text.push_str(&cut.text);
            if number < last_line {
                text.push('\n');
            }
        }
        let before = source.line(primary.line)?.get(..primary.range.start)?;
        let column = String::from_utf8_lossy(before).chars().count() + 1;
        let chunk = escaped_line(&fife_compiler::chunk_name::chunk_display_name(chunk));
        Some(Shown { chunk, text, first_line, line: primary.line, column, marks })
    }

    fn snippet(&self) -> Snippet<'_, Annotation<'_>> {
        let kind = |index| if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let marks = self.marks.iter().enumerate().map(|(index, (range, label))| {
            let mark = kind(index).span(range.clone());
            if label.is_empty() { mark } else { mark.label(&**label) }
        });
        Snippet::source(&*self.text).line_start(self.first_line as usize).path(&*self.chunk).annotations(marks)
    }

    fn header(&self, column: usize) -> String {
        format!("{}:{}:{column}", self.chunk, self.line)
    }

    /// The column of the error in what is shown.
    fn primary_column_shown(&self) -> usize {
        let start = self.marks.first().map_or(0, |(range, _)| range.start);
        let line = self.text[..start].rfind('\n').map_or(0, |end| end + 1);
        self.text[line..start].chars().count() + 1
    }
}

/// What is shown of a line.
struct Cut {
    text: String,
    /// For each of its pieces, the byte of the line at which it begins, and that of the text.
    pieces: Vec<(usize, usize)>,
    /// The end of both.
    end: (usize, usize),
}

impl Cut {
    /// All of a line, or of a long one what is around these bytes.
    fn new(line: &[u8], focus: Range<usize>) -> Cut {
        // One byte is no more than 8 columns, and a column no more than 4 bytes.
        let start = focus.start.min(line.len()).saturating_sub(COLUMNS_BEFORE * 4);
        let start = line[start..].utf8_chunks().next().map_or(start, |chunk| {
            // Not in the middle of a character.
            if chunk.valid().is_empty() && start > 0 { start + chunk.invalid().len() } else { start }
        });
        let slice = &line[start..line.len().min(start + COLUMNS_MAX * 8)];
        let mut pieces: Vec<(usize, String)> = Vec::new();
        let mut at = start;
        escape(slice, |piece, length| {
            pieces.push((at, piece.to_owned()));
            at += length;
        });
        let width = |piece: &str| if piece == "\t" { 4 } else { piece.chars().count() };
        // Back from the place, and then as far as there is room.
        let place = pieces.partition_point(|(at, _)| *at < focus.start);
        let is_long = |pieces: &[(usize, String)]| pieces.iter().map(|(_, it)| width(it)).sum::<usize>() > COLUMNS_MAX;
        let (mut first, mut room) = (place, COLUMNS_BEFORE);
        if start > 0 || is_long(&pieces) || at < line.len() {
            while first > 0 && width(&pieces[first - 1].1) <= room {
                room -= width(&pieces[first - 1].1);
                first -= 1;
            }
        } else {
            first = 0;
        }
        let is_cut_before = first > 0 || start > 0;
        let mut cut = Cut { text: String::new(), pieces: Vec::new(), end: (0, 0) };
        let mut columns = COLUMNS_MAX;
        if is_cut_before {
            cut.text.push_str(CUT);
            columns -= CUT.len();
        }
        let shown: usize = pieces[first..].iter().map(|(_, it)| width(it)).sum();
        let is_rest = at == line.len() && shown <= columns;
        let mut rest = pieces[first..].iter().peekable();
        let mut end = pieces.get(first).map_or(line.len(), |(at, _)| *at);
        while let Some((at, piece)) = rest.next() {
            let needed = width(piece) + if is_rest { 0 } else { CUT.len() };
            if needed > columns {
                break;
            }
            columns -= width(piece);
            cut.pieces.push((*at, cut.text.len()));
            cut.text.push_str(piece);
            end = rest.peek().map_or(line.len().min(start + slice.len()), |(next, _)| *next);
        }
        cut.end = (end, cut.text.len());
        if end < line.len() {
            cut.text.push_str(CUT);
        }
        cut
    }

    /// Where these bytes of the line are in the text, as far as they are shown.
    fn find(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let first = self.pieces.first().map_or(self.end.0, |(at, _)| *at);
        if range.start < first || range.start > self.end.0 {
            return None;
        }
        let place = |at: usize| {
            let after = self.pieces.partition_point(|(start, _)| *start < at);
            self.pieces.get(after).map_or(self.end.1, |(_, shown)| *shown)
        };
        Some(place(range.start)..place(range.end.min(self.end.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_bytes_are_escaped() {
        assert_eq!(escaped(b"a\x1b[1mb\x07\xffc\n\td"), "a\\x1b[1mb\\x07\\xffc\n\td");
        assert_eq!(escaped("é\u{9b}1m\u{202e}".as_bytes()), "é\\u{9b}1m\\u{202e}");
        assert_eq!(escaped_line(b"a\nb\tc"), "a\\nb\\tc");
    }

    #[test]
    fn long_lines_are_cut() {
        let line = "x".repeat(1000);
        let cut = Cut::new(line.as_bytes(), 500..505);
        assert_eq!(cut.text.len(), COLUMNS_MAX);
        assert!(cut.text.starts_with("...x") && cut.text.ends_with("x..."));
        assert_eq!(cut.find(&(500..505)), Some(83..88));
        assert_eq!(cut.find(&(0..5)), None);
        let cut = Cut::new(line.as_bytes(), 0..5);
        assert_eq!((cut.text.len(), cut.find(&(0..5))), (COLUMNS_MAX, Some(0..5)));
        let cut = Cut::new(line.as_bytes(), 1000..1000);
        assert_eq!((cut.text.len(), cut.find(&(1000..1000))), (83, Some(83..83)));
        let cut = Cut::new(b"\x1b[1m = 1", 4..5);
        assert_eq!((&*cut.text, cut.find(&(5..6))), ("\\x1b[1m = 1", Some(8..9)));
        // As much as there is room for.
        let short = "y".repeat(COLUMNS_MAX);
        assert_eq!(Cut::new(short.as_bytes(), 3..4).text, short);
        let escapes = vec![1u8; 1000];
        assert!(Cut::new(&escapes, 900..901).text.len() <= COLUMNS_MAX);
        let wide = "é".repeat(10_000);
        let cut = Cut::new(wide.as_bytes(), 9_001..9_002);
        assert!(cut.text.chars().count() <= COLUMNS_MAX);
    }
}
