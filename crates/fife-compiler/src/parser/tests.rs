//! The parser against PUC-Rio Lua's messages, and the tree it makes.

mod bad_sources;
mod capture;
mod tree;

use crate::ast::Ast;
use crate::error::CompileError;
use crate::meter::{Meter, Refused, Unmetered};
use std::time::{Duration, Instant};

fn parse(source: &[u8]) -> Result<Ast, CompileError> {
    super::parse(source, b"=c", &mut Unmetered)
}

fn message(source: &str) -> String {
    match parse(source.as_bytes()) {
        Ok(_) => "ok".into(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn messages_are_those_of_puc() {
    for cases in [bad_sources::TOKENS, bad_sources::EXPRESSIONS, bad_sources::STATEMENTS, bad_sources::JUMPS] {
        for (source, expected) in cases {
            let Err(CompileError::Syntax(error)) = parse(source) else {
                panic!("{} is no error", source.escape_ascii());
            };
            let message = error.message.escape_ascii().to_string();
            assert_eq!(message, expected.escape_ascii().to_string(), "source: {}", source.escape_ascii());
        }
    }
    for source in bad_sources::RIGHT {
        assert!(parse(source).is_ok(), "source: {}", source.escape_ascii());
    }
}

#[test]
fn errors_have_a_position() {
    let Err(CompileError::Syntax(error)) = parse(b"local x\n  = )") else { panic!() };
    assert_eq!((error.position.line, error.position.column), (2, 5));
    let Err(CompileError::Syntax(error)) = parse(b"\n x = 'abc\n") else { panic!() };
    assert_eq!((error.position.line, error.position.column), (2, 6));
}

#[test]
fn errors_have_a_range_and_what_is_not_complete() {
    #[track_caller]
    fn check(source: &str, at: (u32, u32), near: &str, opener: Option<((u32, u32), &str)>) {
        let Err(CompileError::Syntax(error)) = parse(source.as_bytes()) else { panic!("it is right") };
        let place = |position: fife_bytecode::Position| (position.line, position.column);
        assert_eq!((place(error.position), &source[error.range.clone()]), (at, near), "{error:?}");
        let found = error.opener.map(|it| (place(it.position), source[it.range].to_owned()));
        assert_eq!(found, opener.map(|(at, text)| (at, text.to_owned())));
    }
    check("if x = 1 then", (1, 6), "=", Some(((1, 1), "if")));
    check("if x then elseif y do", (1, 20), "do", Some(((1, 11), "elseif")));
    check("\n\nwhile x\nthen", (4, 1), "then", Some(((3, 1), "while")));
    check("for i = 1, 2 then", (1, 14), "then", Some(((1, 1), "for")));
    check("\r\n local function f()\n", (3, 1), "", Some(((2, 8), "function")));
    check("f = function\n()\n", (3, 1), "", Some(((1, 5), "function")));
    check("repeat x()\nend", (2, 1), "end", Some(((1, 1), "repeat")));
    check("local t = {a=1 b=2}", (1, 16), "b", Some(((1, 11), "{")));
    check("f(a\n, (b c)", (2, 6), "c", Some(((2, 3), "(")));
    check("x = [==[\n]=]", (2, 4), "", Some(((1, 5), "[")));
    // A token that is none, behind the word that was expected.
    check("while x do [==[\n]=]", (2, 4), "", Some(((1, 12), "[")));
    check("if x then 3x", (1, 11), "3x", None);
    check("for i = 1, 2 do '\\x1g'", (1, 18), "\\x1g", None);
    check("x += 2", (1, 3), "+", None);
    check("x = 3x", (1, 5), "3x", None);
    check("x = 'a\\qb'", (1, 7), "\\q", None);
    check("x = [=", (1, 5), "[=", None);
    check("goto out", (1, 9), "", None);
}

#[test]
fn messages_show_the_chunk_name() {
    let shown = |name: &[u8]| super::parse(b"x", name, &mut Unmetered).unwrap_err().to_string();
    assert_eq!(shown(b"@dir/file.lua"), "dir/file.lua:1: syntax error near <eof>");
    assert_eq!(shown(b"return 1\n"), "[string \"return 1...\"]:1: syntax error near <eof>");
}

/// `before`, `count` times `opening`, `middle`, `count` times `closing`.
fn nested(before: &str, opening: &str, middle: &str, closing: &str, count: usize) -> String {
    [before, &opening.repeat(count), middle, &closing.repeat(count)].concat()
}

// The numbers are the largest that lua5.4 takes.
#[test]
fn nesting_stops_where_puc_stops() {
    let check = |before, opening, middle, closing, most| {
        assert_eq!(message(&nested(before, opening, middle, closing, most)), "ok", "{opening}");
        assert_eq!(message(&nested(before, opening, middle, closing, most + 1)), "C stack overflow", "{opening}");
        assert_eq!(message(&nested(before, opening, middle, closing, 100_000)), "C stack overflow", "{opening}");
    };
    check("x=", "(", "1", ")", 195);
    check("x=", "{", "1", "}", 195);
    check("x=", "f(", "1", ")", 195);
    check("x=", "f{", "1", "}", 195);
    check("x=", "- ", "1", "", 195);
    check("x=", "not ", "1", "", 195);
    check("x=", "a..", "1", "", 195);
    check("x=", "a^", "1", "", 195);
    check("x=", "a[", "1", "]", 195);
    check("x=", "function() return ", "1", " end", 97);
    check("", "do ", "", " end", 197);
    check("", "function f() ", "", " end", 197);
    check("", "local function f() ", "", " end", 197);
    check("", "while a do ", "", " end", 196);
    check("", "if a then ", "", " end", 196);
    check("", "if a then else ", "", " end", 196);
    check("a", ",a", "=1", "", 195);
}

#[test]
fn chains_have_no_limit() {
    const COUNT: usize = 200_000;
    for (before, link, after) in [
        ("x = 1", " + a", ""),
        ("x = a", " and a", ""),
        ("x = a", " == a", ""),
        ("x = a", ".b", ""),
        ("x = a", "[1]", ""),
        ("f", "()", ""),
        ("f", ":g''", ""),
        ("f", "{}", ""),
        ("if a then ", "elseif b then ", "end"),
        ("x = {", "1,", "}"),
        ("f(1", ",1", ")"),
        ("", "do local f end ", ""),
        ("", "goto l;", "::l::"),
    ] {
        let source = [before, &link.repeat(COUNT), after].concat();
        assert_eq!(message(&source), "ok", "{link}");
    }
}

fn names(prefix: &str, count: usize) -> String {
    (0..count).map(|index| format!("{prefix}{index}")).collect::<Vec<_>>().join(",")
}

#[test]
fn functions_have_limits() {
    let locals = |count| format!("\nlocal {}", names("a", count));
    assert_eq!(message(&locals(200)), "ok");
    let too_many = "too many local variables (limit is 200) in";
    assert_eq!(message(&locals(201)), format!("c:2: {too_many} main function near <eof>"));
    assert_eq!(
        message(&format!("\nfunction f()\n{} = 1 end", locals(201))),
        format!("c:4: {too_many} function at line 2 near '='")
    );
    assert_eq!(message(&format!("local {}; for i = 1, 2 do end", names("a", 196))), "ok");
    assert_eq!(
        message(&format!("local {}; for i = 1, 2 do end", names("a", 197))),
        format!("c:1: {too_many} main function near '='")
    );
    assert_eq!(message(&format!("local {}; do local b end; local c", names("a", 199))), "ok");
    let upvalues = |count: usize| {
        format!(
            "local {}\nfunction f() local {}\nfunction g()\nreturn function() x = {{{},{}}} end end end",
            names("a", 150),
            names("b", 150),
            names("a", 150),
            names("b", count - 150)
        )
    };
    // One more is `_ENV`.
    assert_eq!(message(&upvalues(254)), "ok");
    assert_eq!(message(&upvalues(255)), "c:4: too many upvalues (limit is 255) in function at line 3 near '}'");
    assert_eq!(message(&upvalues(256)), "c:4: too many upvalues (limit is 255) in function at line 3 near ','");
}

/// Counts, and refuses at the given request.
struct Counting {
    held: usize,
    requests: usize,
    refused: usize,
}

impl Meter for Counting {
    fn take(&mut self, bytes: usize) -> Result<(), Refused> {
        self.requests += 1;
        if self.requests == self.refused {
            return Err(Refused);
        }
        self.held += bytes;
        Ok(())
    }
    fn give(&mut self, bytes: usize) {
        self.held = self.held.checked_sub(bytes).expect("more given back than taken");
    }
}

/// Some of everything.
const SAMPLE: &[u8] = include_bytes!("tests/sample.lua");

#[test]
fn memory_is_asked_for_and_given_back() {
    let mut meter = Counting { held: 0, requests: 0, refused: 0 };
    let tree = super::parse(SAMPLE, b"=c", &mut meter).unwrap();
    assert!(tree.metered_bytes > 1000);
    assert_eq!(meter.held, tree.metered_bytes);
    for refused in 1..=meter.requests {
        let mut meter = Counting { held: 0, requests: 0, refused };
        assert_eq!(super::parse(SAMPLE, b"=c", &mut meter).unwrap_err(), CompileError::Memory);
        assert_eq!(meter.held, 0);
    }
    let mut meter = Counting { held: 0, requests: 0, refused: 0 };
    assert!(super::parse(b"local x; do local y = {f(function() ) end", b"=c", &mut meter).is_err());
    assert_eq!(meter.held, 0);
}

#[test]
fn large_sources_take_linear_time() {
    const SIZE: usize = 10 << 20;
    let many = |text: &str| text.repeat(SIZE / text.len());
    let nested = |before: &str, opening: &str, text: &str| {
        [before, &opening.repeat(190), &text.repeat(SIZE / text.len()), &" end".repeat(190)].concat()
    };
    let locals = format!("local {} ", names("a", 190));
    let numbered = |text: fn(usize) -> String| (0..SIZE / 16).map(text).collect::<String>();
    for (what, source) in [
        ("globals", many("a = b; c(d)\n")),
        ("names", numbered(|index| format!("a{index} = {index};"))),
        ("deep blocks", nested(&locals, "do ", "b = a3 ")),
        ("deep functions", nested(&locals, "function f() ", "b = a3; c = a7 ")),
        ("deep small functions", nested(&locals, "function f() ", "function g() return a3 end ")),
        ("labels", numbered(|index| format!("goto a{index};")) + &numbered(|index| format!("::a{index}:: f();"))),
        ("backward jumps", locals.clone() + "::a::" + &many("goto a;")),
        ("unfinished brackets", many("--[=\n")),
        ("almost closed", "x = [[".to_string() + &many("]=") + "]]"),
    ] {
        let start = Instant::now();
        assert_eq!(message(&source), "ok", "{what}");
        let time = start.elapsed();
        // About a second where nothing else runs.
        assert!(time < Duration::from_secs(20), "{what}: {time:?}");
    }
}

/// Marsaglia's xorshift: the same numbers each time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % limit
    }
}

#[test]
fn mutated_sources_do_no_harm() {
    const PIECES: [&[u8]; 24] = [
        b"end",
        b"(",
        b")",
        b"{",
        b"[",
        b"]]",
        b"'",
        b"\\",
        b"local ",
        b"function ",
        b"goto x ",
        b"::x::",
        b" = ",
        b",",
        b"...",
        b"\n",
        b"\0",
        b"\xff",
        b"<const>",
        b"until ",
        b"for ",
        b"--",
        b"0x",
        b"break ",
    ];
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for _ in 0..20_000 {
        let mut source = SAMPLE.to_vec();
        for _ in 0..1 + random.below(4) {
            let place = random.below(source.len());
            match random.below(4) {
                0 => source[place] = random.below(256) as u8,
                1 => drop(source.drain(place..(place + random.below(40)).min(source.len() - 1))),
                2 => drop(source.splice(place..place, PIECES[random.below(PIECES.len())].iter().copied())),
                _ => source.truncate(place.max(1)),
            }
            if source.is_empty() {
                break;
            }
        }
        let mut meter = Counting { held: 0, requests: 0, refused: 0 };
        let result = super::parse(&source, b"=c", &mut meter);
        assert_eq!(meter.held, result.map_or(0, |tree| tree.metered_bytes));
    }
}
