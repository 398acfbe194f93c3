//! Finds out about a text that is not Lua. It is compiled once more, for the compiler's positions, and its tokens are
//! examined.

use super::finding::{Finding, Mark, Place, Remark};
use super::near;
use super::source::Source;
use super::span;
use fife::gc::Position;
use fife_compiler::tokens::{Token, TokenKind, line, line_start, scan};
use fife_compiler::{CompileError, Opener, SyntaxError, Unmetered};
use std::ops::Range;

/// The most bytes of a mark.
const MARK_MAX: usize = 200;

/// How many lines back to look for something that the compiler rejected after reading it.
const LINES_BACK: u32 = 4;

/// Operators that other languages join with `=`.
const JOINED: [&[u8]; 13] = [b"+", b"-", b"*", b"/", b"%", b"^", b"..", b"//", b"&", b"|", b"<<", b">>", b"~"];

/// Finds out about a text that is not Lua; `None` if it is Lua.
pub(crate) fn examine(text: &[u8], name: &[u8]) -> Option<Finding> {
    let Err(CompileError::Syntax(error)) = fife_compiler::compile(text, name, &mut Unmetered) else { return None };
    let message = error.message.to_vec();
    let mut reading = Reading { text, error: *error, marks: Vec::new(), remarks: Vec::new() };
    let primary = reading.explain();
    let Reading { mut marks, remarks, .. } = reading;
    marks.retain(|mark| mark.line.abs_diff(primary.line) <= 100);
    let place = Some(Place { chunk: name.to_vec(), primary, others: marks });
    let source = Some(Source::of_text(text));
    Some(Finding { kind: "syntax", place, source, remarks, ..Finding::of_message(&message) })
}

/// The text about a label without a `goto`.
pub(crate) fn warning(warning: &fife_compiler::Warning, text: &[u8], name: &[u8]) -> Finding {
    let shown = String::from_utf8_lossy(&fife_compiler::chunk_name::chunk_display_name(name)).into_owned();
    let position = warning.position;
    let message = format!("{shown}:{}: warning: {}", position.line, warning.text);
    let start = position.column.saturating_sub(1) as usize;
    // A label begins with two colons.
    let primary = Mark { line: position.line, range: start..start + 2, label: String::new() };
    let place = Some(Place { chunk: name.to_vec(), primary, others: Vec::new() });
    let source = Some(Source::of_text(text));
    Finding { kind: "warning", place, source, ..Finding::of_message(message.as_bytes()) }
}

struct Reading<'s> {
    text: &'s [u8],
    error: SyntaxError,
    marks: Vec<Mark>,
    remarks: Vec<Remark>,
}

impl Reading<'_> {
    fn said(&self, text: &str) -> bool {
        self.error.message.windows(text.len()).any(|it| it == text.as_bytes())
    }

    fn help(&mut self, text: impl Into<String>) {
        self.remarks.push(Remark::Help(text.into()));
    }

    /// What stands at these bytes of the text.
    fn at(&self, range: Range<usize>) -> &[u8] {
        self.text.get(range).unwrap_or_default()
    }

    /// The token that is wrong.
    fn near(&self) -> &[u8] {
        self.at(self.error.range.clone())
    }

    /// A mark over bytes of the text that begin on this line.
    fn mark(&self, number: u32, range: Range<usize>, label: impl Into<String>) -> Mark {
        let start = line_start(self.text, number).unwrap_or(0);
        let length = line(self.text, number).map_or(0, <[u8]>::len);
        let from = range.start.saturating_sub(start).min(length);
        let to = range.end.saturating_sub(start).min(length).min(from + MARK_MAX).max(from);
        Mark { line: number, range: from..to, label: label.into() }
    }

    fn mark_opener(&self, opener: &Opener, label: impl Into<String>) -> Mark {
        self.mark(opener.position.line, opener.range.clone(), label)
    }

    /// Finds the remarks, and the place of the error.
    fn explain(&mut self) -> Mark {
        if let Some(mark) = self.explain_named_line() {
            return mark;
        }
        let opener = self.error.opener.clone();
        let is_end = self.error.range.start >= self.text.len();
        let opened = opener.as_ref().map(|it| self.at(it.range.clone()).to_vec()).unwrap_or_default();
        let is_middle = self.said("'then' expected") || self.said("'do' expected");
        if let Some(opener) = &opener {
            if is_end && !is_middle {
                if matches!(&*opened, b"function" | b"if" | b"for" | b"while" | b"do" | b"repeat") {
                    self.mark_likely_opener();
                }
                return self.mark_opener(opener, "not closed");
            }
            let word = String::from_utf8_lossy(&opened).into_owned();
            let label = match &*opened {
                _ if !is_middle => "to close this".to_owned(),
                b"for" => "the values of this 'for'".to_owned(),
                _ => format!("the condition of this '{word}'"),
            };
            self.marks.push(self.mark_opener(opener, label));
        }
        let mut primary = match self.error.range.is_empty() && !self.said(" near <eof>") {
            true => self.mark_named(),
            false => self.mark(self.line_of_error(), self.error.range.clone(), ""),
        };
        if is_middle && self.near() == b"=" && opened != b"for" {
            self.help("'=' assigns; to compare, write '=='");
        }
        self.explain_separator(&opened);
        self.explain_operator(&mut primary);
        self.explain_word();
        primary
    }

    /// The place of an error that was noticed only after reading: the last token before it that the message quotes.
    fn mark_named(&self) -> Mark {
        let Position { line: number, column } = self.error.position;
        let end = column.saturating_sub(1) as usize;
        let message = String::from_utf8_lossy(&self.error.message).into_owned();
        let quoted = message.split('\'').nth(1).unwrap_or_default();
        for back in 0..LINES_BACK.min(number) {
            let text = line(self.text, number - back).unwrap_or_default();
            let is_before = |token: &Token| back > 0 || token.range.end <= end;
            let mut tokens = span::tokens(text).into_iter().rev().filter(is_before);
            let found = tokens.find(|token| &text[token.range.clone()] == quoted.as_bytes());
            if let Some(found) = found.filter(|_| !quoted.is_empty()) {
                return Mark { line: number - back, range: found.range, label: String::new() };
            }
        }
        let end = end.min(line(self.text, number).map_or(0, <[u8]>::len));
        Mark { line: number, range: end..end, label: String::new() }
    }

    /// The line on which the bytes begin that are wrong: a string over several lines is, to the compiler, where it
    /// ends.
    fn line_of_error(&self) -> u32 {
        let Range { start, end } = self.error.range;
        let breaks = self.at(start..end).iter().filter(|byte| **byte == b'\n').count();
        self.error.position.line.saturating_sub(u32::try_from(breaks).unwrap_or(u32::MAX)).max(1)
    }

    /// Messages that name the line of what they are about: `goto`, `break`, labels.
    fn explain_named_line(&mut self) -> Option<Mark> {
        let message = String::from_utf8_lossy(&self.error.message).into_owned();
        let number = |mark: &str| {
            message
                .rsplit_once(mark)
                .and_then(|(_, rest)| rest.split(|it: char| !it.is_ascii_digit()).next()?.parse::<u32>().ok())
        };
        let find = |number: u32, words: &[&[u8]]| {
            let text = line(self.text, number)?;
            let tokens = span::tokens(text);
            let matches = |it: &&[Token]| it.iter().zip(words).all(|(token, word)| &text[token.range.clone()] == *word);
            let mut found = tokens.windows(words.len()).filter(matches);
            let only = found.next()?;
            let range = only[0].range.start..only[only.len() - 1].range.end;
            found.next().is_none().then_some(Mark { line: number, range, label: String::new() })
        };
        let quoted = |before: &str, after: &str| {
            let (_, rest) = message.split_once(before)?;
            Some(rest[..rest.find(after)?].to_owned())
        };
        if message.contains(": break outside loop at line ") {
            return find(number("at line ")?, &[b"break"]);
        }
        if let Some(label) = quoted(": no visible label '", "' for <goto>") {
            return find(number("at line ")?, &[b"goto", label.as_bytes()]);
        }
        if let Some(label) = quoted(": <goto ", "> at line ") {
            let line = message.split_once("> at line ").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok())?;
            return find(line, &[b"goto", label.as_bytes()]);
        }
        if let Some(label) = quoted(": label '", "' already defined on line ") {
            let mut first = find(number("on line ")?, &[b"::", label.as_bytes(), b"::"])?;
            first.label = "defined here".to_owned();
            self.marks.push(first);
        }
        None
    }

    /// Fields and arguments that follow one another without a separator.
    fn explain_separator(&mut self, opened: &[u8]) {
        let begins_value = scan(self.near()).next().is_some_and(|token| match token.kind {
            TokenKind::Name | TokenKind::Number | TokenKind::String => true,
            TokenKind::Word => matches!(self.near(), b"function" | b"nil" | b"true" | b"false" | b"not"),
            _ => matches!(self.near(), b"{" | b"["),
        });
        if !begins_value {
            return;
        }
        if opened == b"{" && self.said("'}' expected") {
            self.help("fields are separated by ',' or ';'");
        } else if opened == b"(" && self.said("')' expected near") && self.is_call() {
            self.help("arguments are separated by ','");
        }
    }

    /// Whether the parenthesis that is not closed begins arguments.
    fn is_call(&self) -> bool {
        let Some(opener) = &self.error.opener else { return false };
        let Some(text) = line(self.text, opener.position.line) else { return false };
        span::called_name(text, opener.position.column as usize - 1).is_some()
    }

    /// Operators of other languages.
    fn explain_operator(&mut self, primary: &mut Mark) {
        let Range { start, end } = self.error.range;
        let (near, next) = (self.near().to_vec(), self.at(end..end + 1).to_vec());
        let name = String::from_utf8_lossy(&near).into_owned();
        if JOINED.contains(&&*near)
            && next == b"="
            && self.at(end..end + 2) != b"=="
            && self.said(": syntax error near")
        {
            primary.range.end += 1;
            let written = self.assignment(start, end + 1).filter(|(_, value)| is_expression(value));
            let written = written.map(|(target, value)| {
                let is_alone = scan(value.as_bytes()).count() == 1;
                if is_alone {
                    format!("{target} = {target} {name} {value}")
                } else {
                    format!("{target} = {target} {name} ({value})")
                }
            });
            self.help(match written {
                Some(written) => format!("Lua has no '{name}='; write '{written}'"),
                None => format!("Lua has no '{name}='"),
            });
        } else if near == b"+" && next == b"+" && self.said(": syntax error near") {
            primary.range.end += 1;
            self.help(match self.assignment(start, end + 1).filter(|(_, value)| value.is_empty()) {
                Some((target, _)) => format!("Lua has no '++'; write '{target} = {target} + 1'"),
                None => "Lua has no '++'".to_owned(),
            });
        } else if near == b"!" {
            self.help(if next == b"=" { "'not equal' is written '~='" } else { "'!' is written 'not'" });
            primary.range.end += usize::from(next == b"=");
        } else if (near == b"&" || near == b"|") && start > 0 && self.at(start - 1..start) == near {
            let word = if near == b"&" { "and" } else { "or" };
            self.help(format!("'{name}{name}' is written '{word}'"));
            primary.range.start -= 1;
        }
    }

    /// The variable before an operator that stands at these bytes, and the value after it, if they are all of the line.
    fn assignment(&self, start: usize, end: usize) -> Option<(String, String)> {
        let number = self.error.position.line;
        let (text, first) = (line(self.text, number)?, line_start(self.text, number)?);
        let (tokens, text_length) = (span::tokens(text), text.len());
        let (before, after): (Vec<Token>, Vec<Token>) =
            tokens.into_iter().partition(|token| first + token.range.start < start);
        let is_path = before.iter().enumerate().all(|(index, token)| match index % 2 {
            0 => token.kind == TokenKind::Name,
            _ => &text[token.range.clone()] == b".",
        });
        let target = text.get(before.first()?.range.start..before.last()?.range.end)?;
        let value: Vec<&Token> = after.iter().filter(|token| first + token.range.start >= end).collect();
        let value = match (value.first(), value.last()) {
            (Some(one), Some(other)) => text.get(one.range.start..other.range.end)?,
            _ => b"",
        };
        let text = |bytes: &[u8]| str::from_utf8(bytes).ok().map(|it| it.trim_end_matches(';').trim_end().to_owned());
        let rest = self.text.get(first + text_length..).unwrap_or_default();
        let next = scan(rest).find(|token| token.kind != TokenKind::Comment);
        if next.is_some_and(|next| continues(&rest[next.range.clone()], next.kind)) {
            return None;
        }
        (is_path && before.len() % 2 == 1).then_some((text(target)?, text(value)?))
    }

    /// A name in the place of a word of the language, and the other way round.
    fn explain_word(&mut self) {
        let near = self.near().to_vec();
        let kind = scan(&near).next().map(|token| token.kind);
        if kind == Some(TokenKind::Word) && self.said("<name> expected") {
            let word = String::from_utf8_lossy(&near).into_owned();
            return self.help(format!("'{word}' is a word of the language, and cannot be a name"));
        }
        if !self.said(": syntax error near") {
            return;
        }
        // The first name of a line that is no statement.
        let number = self.error.position.line;
        let (Some(text), Some(start)) = (line(self.text, number), line_start(self.text, number)) else { return };
        let tokens = span::tokens(text);
        let [first, second, ..] = &tokens[..] else { return };
        let follows = start + second.range.start == self.error.range.start;
        if !follows || first.kind != TokenKind::Name || !matches!(second.kind, TokenKind::Name | TokenKind::Word) {
            return;
        }
        let mark =
            Mark { line: number, range: first.range.clone(), label: "read as the name of a variable".to_owned() };
        self.marks.push(mark);
        if let Some(word) = near::nearest_word(&text[first.range.clone()]) {
            self.help(format!("did you mean '{word}'?"));
        }
    }

    /// Marks the innermost block whose `end` is not below its beginning, if the text ends before all blocks do.
    fn mark_likely_opener(&mut self) {
        let Some(opener) = &self.error.opener else { return };
        let mut open: Vec<Block<'_>> = Vec::new();
        let (mut indent, mut number, mut at, mut expects_do) = (0, 1, 0, false);
        let mut found = None;
        for token in scan(self.text) {
            let between = &self.text[at..token.range.start];
            at = token.range.end;
            if let Some(last) = between.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) {
                indent = between.len() - last - 1;
            } else if token.range.start == between.len() {
                indent = between.len();
            }
            number += breaks(between);
            let word = &self.text[token.range.clone()];
            match (token.kind, word) {
                (TokenKind::Word, b"do") if expects_do => expects_do = false,
                (TokenKind::Word, b"function" | b"if" | b"for" | b"while" | b"do" | b"repeat") => {
                    expects_do |= matches!(word, b"for" | b"while");
                    open.push(Block { word, number, indent, range: token.range.clone() });
                }
                (TokenKind::Word, b"end" | b"until") => {
                    let Some(block) = open.pop() else { return };
                    if found.is_none() && block.number != number && block.indent != indent {
                        found = Some(block);
                    }
                }
                _ => {}
            }
            number += breaks(word);
        }
        if let Some(block) = found.filter(|block| block.range.start > opener.range.start) {
            let word = String::from_utf8_lossy(block.word).into_owned();
            let label = format!("this '{word}' may be the one: the next 'end' is not below it");
            let mark = self.mark(block.number, block.range, label);
            self.marks.push(mark);
        }
    }
}

/// Whether a text is one expression: with and without parentheses, of which a list takes none.
fn is_expression(text: &str) -> bool {
    let is_chunk = |chunk: String| fife_compiler::parse(chunk.as_bytes(), b"=", &mut Unmetered).is_ok();
    is_chunk(format!("return {text}")) && is_chunk(format!("return ({text})"))
}

/// Whether a line that starts with this token continues the expression of the line before.
fn continues(token: &[u8], kind: TokenKind) -> bool {
    match kind {
        TokenKind::Symbol => !matches!(token, b";" | b"::" | b")" | b"]" | b"}" | b","),
        TokenKind::String => true,
        TokenKind::Word => matches!(token, b"and" | b"or"),
        _ => false,
    }
}

/// A block that is open.
struct Block<'s> {
    word: &'s [u8],
    number: u32,
    /// How far the first token of its line stands from the start of that.
    indent: usize,
    range: Range<usize>,
}

/// How many lines end in a text.
fn breaks(text: &[u8]) -> u32 {
    let mut count = 0;
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = match (first, tail) {
            (b'\r', [b'\n', tail @ ..]) | (b'\n', [b'\r', tail @ ..]) => tail,
            _ => tail,
        };
        count += u32::from(matches!(first, b'\n' | b'\r'));
    }
    count
}
