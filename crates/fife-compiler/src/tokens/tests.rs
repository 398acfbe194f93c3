//! The scanner against the compiler's lexer, and on what the lexer refuses.

use super::{Token, TokenKind, scan};
use crate::lexer::memory::Memory;
use crate::lexer::{self, Lexer};
use crate::meter::Unmetered;
use std::fs;
use std::path::{Path, PathBuf};

/// What a lexer's token is here.
fn kind_of(kind: lexer::TokenKind) -> Option<TokenKind> {
    use lexer::TokenKind::*;
    Some(match kind {
        EndOfSource => return None,
        Name(_) => TokenKind::Name,
        String(_) => TokenKind::String,
        Integer(_) | Float(_) => TokenKind::Number,
        Symbol(byte) if byte.is_ascii_punctuation() && !b"@?!$`\\\"'_".contains(&byte) => TokenKind::Symbol,
        Symbol(_) => TokenKind::Unknown,
        FloorDivide | Concat | Dots | Equal | GreaterEqual | LessEqual | NotEqual | ShiftLeft | ShiftRight
        | DoubleColon => TokenKind::Symbol,
        _ => TokenKind::Word,
    })
}

/// The lexer's tokens up to the first that it refuses, and whether there is one.
fn lexed(source: &[u8]) -> (Vec<Token>, bool) {
    let mut meter = Unmetered;
    let mut memory = Memory::new(&mut meter);
    let mut lexer = Lexer::new(source, b"=test");
    let (mut found, mut token) = (Vec::new(), lexer::Token::NONE);
    loop {
        if lexer.next(&mut memory, &mut token).is_err() {
            return (found, true);
        }
        let Some(kind) = kind_of(token.kind) else { return (found, false) };
        found.push(Token { kind, range: token.indices() });
    }
}

fn lua_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            lua_files(&entry, found);
        } else if entry.extension().is_some_and(|it| it == "lua") {
            found.push(entry);
        }
    }
}

/// Checks what is promised of any text: tokens in their order, and nothing but white space between them.
fn check_cover(source: &[u8]) {
    let is_blank = |bytes: &[u8]| bytes.iter().all(|byte| matches!(byte, b' ' | b'\t'..=b'\r'));
    let mut end = 0;
    for token in scan(source) {
        assert!(token.range.start >= end && token.range.end > token.range.start, "{token:?} in {source:?}");
        assert!(is_blank(&source[end..token.range.start]), "before {token:?} in {source:?}");
        end = token.range.end;
    }
    assert!(is_blank(&source[end..]), "at the end of {source:?}");
}

#[test]
fn it_finds_what_the_lexer_finds() {
    let mut files = Vec::new();
    lua_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests"), &mut files);
    assert!(files.len() > 300, "{}", files.len());
    let (mut whole, mut count) = (0, 0);
    for path in files {
        let source = fs::read(&path).expect("readable");
        let (expected, is_refused) = lexed(&source);
        let found: Vec<Token> = scan(&source).filter(|it| it.kind != TokenKind::Comment).collect();
        // What follows a refused token is for the scanner alone. Bytes outside of ASCII are one token here, and one
        // each to the lexer.
        let compared = expected.iter().position(|it| it.kind == TokenKind::Unknown).unwrap_or(expected.len());
        assert_eq!(found.get(..compared), expected.get(..compared), "{}", path.display());
        assert!(is_refused || compared < expected.len() || found.len() == compared, "{}", path.display());
        check_cover(&source);
        whole += usize::from(!is_refused);
        count += compared;
    }
    assert!(whole > 250 && count > 50_000, "{whole} files that are whole, {count} tokens");
}

#[test]
fn any_text_is_covered() {
    let pieces: [&[u8]; 24] = [
        b"'",
        b"\"",
        b"\\",
        b"\\z",
        b"\n",
        b"\r",
        b" ",
        b"[",
        b"]",
        b"=",
        b"[[",
        b"]]",
        b"--",
        b"-",
        b".",
        b"0x",
        b"1e",
        b"+",
        b"end",
        b"a",
        b"\xc3\xa4",
        b"@",
        b"\0",
        b"::",
    ];
    let mut state = 1u64;
    for _ in 0..20_000 {
        let mut source = Vec::new();
        for _ in 0..12 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            source.extend_from_slice(pieces[(state >> 33) as usize % pieces.len()]);
        }
        check_cover(&source);
        let (expected, _) = lexed(&source);
        let compared = expected.iter().position(|it| it.kind == TokenKind::Unknown).unwrap_or(expected.len());
        let found: Vec<Token> = scan(&source).filter(|it| it.kind != TokenKind::Comment).take(compared).collect();
        assert_eq!(found, expected[..compared], "{}", source.escape_ascii());
    }
}

/// The tokens of a source, each as its kind and text.
fn shown(source: &str) -> String {
    let texts = scan(source.as_bytes()).map(|token| format!("{:?} {}", token.kind, &source[token.range]));
    texts.collect::<Vec<_>>().join(" | ").replace('\n', "~")
}

#[test]
fn what_is_unfinished_ends_with_its_line_or_the_source() {
    assert_eq!(shown("x = 'abc\ny"), "Name x | Symbol = | String 'abc | Name y");
    assert_eq!(shown("'a\\\nb\\z \n c' d"), "String 'a\\~b\\z ~ c' | Name d");
    assert_eq!(shown("'\\"), "String '\\");
    assert_eq!(shown("[==[ a\n]] ]=] b"), "String [==[ a~]] ]=] b");
    assert_eq!(shown("--[[ a\nb"), "Comment --[[ a~b");
    assert_eq!(shown("--[ a\nb"), "Comment --[ a | Name b");
    assert_eq!(shown("[=a"), "Symbol [ | Symbol = | Name a");
}

#[test]
fn what_means_nothing_is_unknown() {
    assert_eq!(shown("a ? ä€ b"), "Name a | Unknown ? | Unknown ä€ | Name b");
    assert_eq!(shown("3x7 0x 1e+ 5..6"), "Number 3x7 | Number 0x | Number 1e+ | Number 5..6");
    assert_eq!(shown("and andy nil"), "Word and | Name andy | Word nil");
}
