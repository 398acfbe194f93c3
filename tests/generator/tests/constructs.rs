//! The generator makes everything it is meant to make: each construct of `constructs.txt`, in each style that has it.
//!
//! The list is maintained by hand, separately from the generator. It began with the constructs of two earlier
//! generators, one for the fuzz targets and one for the comparison with PUC-Rio Lua. If a construct is removed from the
//! generator, or can never be chosen, this test notices.

use fife_compiler::Unmetered;
use fife_generator::{Choices, Style, generate};

const CONSTRUCTS: &str = include_str!("constructs.txt");

/// The most programs of each style to examine until everything is found.
const PROGRAMS: u64 = 6000;

/// A construct: pieces that a line must contain, in order.
struct Construct {
    text: &'static str,
    starts_line: bool,
    pieces: Vec<Piece>,
}

enum Piece {
    Text(String),
    /// Anything with balanced brackets, or nothing.
    Gap,
    /// A name.
    Name,
}

impl Construct {
    fn read(text: &'static str) -> Construct {
        let (starts_line, rest) = text.strip_prefix('|').map_or((false, text), |rest| (true, rest));
        let mut pieces = Vec::new();
        for char in squeezed(rest).chars() {
            match (char, pieces.last_mut()) {
                ('…', _) => pieces.push(Piece::Gap),
                ('$', _) => pieces.push(Piece::Name),
                (_, Some(Piece::Text(text))) => text.push(char),
                _ => pieces.push(Piece::Text(char.into())),
            }
        }
        Construct { text, starts_line, pieces }
    }

    /// Whether a squeezed line contains it.
    fn is_in(&self, line: &str) -> bool {
        if self.starts_line {
            return matches(&self.pieces, line);
        }
        match &self.pieces[..] {
            [Piece::Text(first), rest @ ..] => {
                line.match_indices(first).any(|(at, _)| matches(rest, &line[at + first.len()..]))
            }
            pieces => line.char_indices().any(|(at, _)| matches(pieces, &line[at..])),
        }
    }
}

/// A line without blanks, except one between two words.
fn squeezed(line: &str) -> String {
    let is_word = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '$');
    let mut squeezed = String::new();
    for part in line.split_whitespace() {
        if squeezed.ends_with(is_word) && part.starts_with(is_word) {
            squeezed.push(' ');
        }
        squeezed.push_str(part);
    }
    squeezed
}

/// Whether a text starts with these pieces.
fn matches(pieces: &[Piece], text: &str) -> bool {
    match pieces {
        [] | [Piece::Gap] => true,
        [Piece::Text(piece), rest @ ..] => text.strip_prefix(piece.as_str()).is_some_and(|text| matches(rest, text)),
        [Piece::Name, rest @ ..] => {
            let end = text.find(|char: char| !char.is_ascii_alphanumeric() && char != '_').unwrap_or(text.len());
            end > 0 && !text.starts_with(|char: char| char.is_ascii_digit()) && matches(rest, &text[end..])
        }
        [Piece::Gap, rest @ ..] => ends_of_gap(text).any(|at| matches(rest, &text[at..])),
    }
}

/// Where a gap at the start of a text may end: outside of strings and of brackets that open in it.
fn ends_of_gap(text: &str) -> impl Iterator<Item = usize> {
    let (mut depth, mut quote, mut is_escaped) = (0, None, false);
    let inside = text.char_indices().map_while(move |(at, char)| {
        let is_end = depth == 0 && quote.is_none();
        match (quote, char) {
            _ if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(end), _) if char == end => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(char),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        // A bracket that closes one from before the gap may still follow it.
        (depth >= 0 || is_end).then_some((at, is_end))
    });
    let mut has_closed = false;
    inside
        .take_while(move |(at, is_end)| {
            let goes_on = !has_closed;
            has_closed = *is_end && text[*at..].starts_with([')', ']', '}']);
            goes_on
        })
        .filter_map(|(at, is_end)| is_end.then_some(at))
        .chain([text.len()])
}

/// The constructs in a section.
fn section(name: &str) -> Vec<Construct> {
    let from = CONSTRUCTS.find(&format!("== {name}\n")).expect("a section");
    let lines = CONSTRUCTS[from..].lines().skip(1).take_while(|line| !line.starts_with("== "));
    lines.filter(|line| !line.is_empty() && !line.starts_with("# ")).map(Construct::read).collect()
}

/// A program of a style: even numbers use a seed, odd ones bytes as a fuzzer may make them.
fn program(number: u64, style: Style) -> Vec<u8> {
    let choices = Choices::from_seed(number);
    if number.is_multiple_of(2) {
        return generate(&choices, style).source;
    }
    let bytes: Vec<u8> = (0..choices.range(50, 1500)).map(|_| choices.byte()).collect();
    generate(&Choices::from_bytes(&bytes), style).source
}

fn find_all(style: Style, sections: &[&str]) {
    let mut missing: Vec<Construct> = sections.iter().flat_map(|name| section(name)).collect();
    assert!(missing.len() > 100);
    for number in 0..PROGRAMS {
        let source = program(number, style);
        for line in String::from_utf8_lossy(&source).lines() {
            let line = squeezed(line);
            missing.retain(|construct| !construct.is_in(&line));
        }
        if missing.is_empty() {
            return;
        }
    }
    let missing: Vec<&str> = missing.iter().map(|construct| construct.text).collect();
    panic!("{style:?} programs never have these {}:\n{}", missing.len(), missing.join("\n"));
}

#[test]
fn comparable_programs_have_all_of_theirs() {
    find_all(Style::Comparable, &["comparable"]);
}

#[test]
fn steady_programs_have_all_of_theirs() {
    find_all(Style::Steady, &["comparable", "steady"]);
}

#[test]
fn hostile_programs_have_everything() {
    find_all(Style::Hostile, &["comparable", "steady", "hostile"]);
}

/// How many of a thousand programs compile.
fn compiled(style: Style) -> usize {
    let compiles =
        |number: &u64| fife_compiler::compile(&program(*number, style), b"=generated", &mut Unmetered).is_ok();
    (0..1000).filter(compiles).count()
}

#[test]
fn programs_are_lua() {
    assert_eq!((compiled(Style::Steady), compiled(Style::Hostile)), (1000, 1000));
    // Some of these are not valid, to compare parsers' messages.
    assert!((930..=985).contains(&compiled(Style::Comparable)));
}

#[test]
fn constructs_are_found_where_they_are() {
    let found = |construct, line: &str| Construct::read(construct).is_in(&squeezed(line));
    assert!(found("table.sort(…, …)", "x() table.sort({a, (b)}, f(\")\")) y()"));
    assert!(!found("table.sort(…, …)", "table.sort(a) f(b, c)"));
    assert!(found("|$[…] = …", "  a1[b[2]] = 3") && !found("|$[…] = …", "local a1[b] = 3"));
    assert!(found("|for $ in …", "for a in b do") && !found("|for $ in …", "for a, b in c do"));
    assert!(found("{n = …}", "{n = {1}}") && !found("{n = …}", "{n = 1, (2})"));
}
