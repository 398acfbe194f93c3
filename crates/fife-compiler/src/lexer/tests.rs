//! What literals mean, and where tokens are. What is wrong with a source is tested with the parser.

use super::{Lexer, Memory, Token, TokenKind};
use crate::meter::Unmetered;

/// The tokens of a source, each as text, with its line and column.
fn tokens(source: &[u8]) -> Vec<(String, u32, u32)> {
    let mut meter = Unmetered;
    let mut memory = Memory::new(&mut meter);
    let mut lexer = Lexer::new(source, b"=test");
    let mut all = Vec::new();
    let mut token = Token::NONE;
    loop {
        lexer.next(&mut memory, &mut token).unwrap();
        let text = match token.kind {
            TokenKind::EndOfSource => return all,
            TokenKind::Name(id) => lexer.strings.get(id).escape_ascii().to_string(),
            TokenKind::String(id) => format!("\"{}\"", lexer.strings.get(id).escape_ascii()),
            TokenKind::Integer(value) => format!("{value}"),
            TokenKind::Float(value) => format!("{value:?}"),
            kind => kind.text(),
        };
        all.push((text, token.position.line, token.position.column));
    }
}

fn texts(source: &str) -> String {
    tokens(source.as_bytes()).into_iter().map(|it| it.0).collect::<Vec<_>>().join(" ")
}

#[test]
fn operators_are_as_long_as_can_be() {
    assert_eq!(
        texts("====~==<==<<=>>>=///....:::"),
        "'==' '==' '~=' '=' '<=' '=' '<<' '=' '>>' '>=' '//' '/' '...' '.' '::' ':'"
    );
    assert_eq!(texts("a.b..c...d- -e-f[g]"), "a '.' b '..' c '...' d '-' '-' e '-' f '[' g ']'");
    assert_eq!(texts("andy and _and AND"), "andy 'and' _and AND");
}

#[test]
fn numerals() {
    assert_eq!(
        texts("0 9223372036854775807 9223372036854775808 0x10 0xffffffffffffffff"),
        "0 9223372036854775807 9.223372036854776e18 16 -1"
    );
    assert_eq!(texts("3.0 .5 5. 1e2 1E-2 0x.8p1 0xA.8 3e0"), "3.0 0.5 5.0 100.0 0.01 1.0 10.5 3.0");
    assert_eq!(texts("3-4 3.-4 0xe+1 0xep1-1"), "3 '-' 4 3.0 '-' 4 14 '+' 1 28.0 '-' 1");
    assert_eq!(texts("a.b.1e1"), "a '.' b 1.0");
}

#[test]
fn quoted_strings() {
    assert_eq!(texts(r#"'a"b' "a'b" '' "\a\b\t\n\v\f\r\\\"\'""#), r#""a\"b" "a\'b" "" "\x07\x08\t\n\x0b\x0c\r\\\"\'""#);
    assert_eq!(texts(r#" "\x41\x7a\0\65\065\0655" "#), r#""Az\x00AAA5""#);
    assert_eq!(texts("'a\\z  \r\n\n\t \x0b b\\zc'"), r#""abc""#);
    assert_eq!(texts("'a\\\nb\\\r\nc\\\n\rd\\\re'"), r#""a\nb\nc\nd\ne""#);
    assert_eq!(
        texts(r#" "\u{0}\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}" "#),
        r#""\x00\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf""#
    );
    assert_eq!(
        texts(r#" "\u{10000}\u{1FFFFF}\u{200000}\u{3FFFFFF}\u{4000000}\u{7fffffff}\u{00000041}" "#),
        r#""\xf0\x90\x80\x80\xf7\xbf\xbf\xbf\xf8\x88\x80\x80\x80\xfb\xbf\xbf\xbf\xbf\xfc\x84\x80\x80\x80\x80\xfd\xbf\xbf\xbf\xbf\xbfA""#
    );
    assert_eq!(tokens(b"'\xff\xc3'")[0].0, r#""\xff\xc3""#);
}

#[test]
fn long_strings() {
    assert_eq!(texts("[[]] [[a]b]] [==[]]]=]==] [=[]]]=]"), r#""" "a]b" "]]]=" "]]""#);
    assert_eq!(texts("[[\na\n]] [[\r\n\na]] [[\n\n]]"), r#""a\n" "\na" "\n""#);
    assert_eq!(texts("[[a\r\nb\n\rc\rd\r\r]]"), r#""a\nb\nc\nd\n\n""#);
    assert_eq!(texts("[[\\n]] a[b[c]]"), r#""\\n" a '[' b '[' c ']' ']'"#);
}

#[test]
fn comments() {
    assert_eq!(texts("a --b\nc --[[d\n]] e --[==[ ]] ]==] f --[=g\nh --"), "a c e f h");
    assert_eq!(texts("--[[]]a--\rb"), "a b");
}

#[test]
fn positions() {
    let at = |source: &str| tokens(source.as_bytes()).into_iter().map(|it| (it.1, it.2)).collect::<Vec<_>>();
    assert_eq!(at("a bc\n  d"), [(1, 1), (1, 3), (2, 3)]);
    assert_eq!(at("a\r\nb\n\rc\rd\n\ne"), [(1, 1), (2, 1), (3, 1), (4, 1), (6, 1)]);
    assert_eq!(at("[[a\nb]] c 'd\\\ne' f"), [(2, 4), (2, 5), (3, 3), (3, 4)]);
    assert_eq!(at("--[[\n\n]] a"), [(3, 4)]);
}

#[test]
fn equal_strings_are_one() {
    let mut meter = Unmetered;
    let mut memory = Memory::new(&mut meter);
    let source: String = (0..5000).map(|index| format!("n{} '\\110{}' ", index % 1000, index % 1000)).collect();
    let mut lexer = Lexer::new(source.as_bytes(), b"=test");
    let mut token = Token::NONE;
    loop {
        lexer.next(&mut memory, &mut token).unwrap();
        if token.kind == TokenKind::EndOfSource {
            break;
        }
    }
    assert_eq!(lexer.strings.ranges.len(), 1000);
}
