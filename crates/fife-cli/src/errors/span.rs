//! Places in a line of source text: tokens, calls, arguments. Lines too long for a person have none.

use fife_compiler::tokens::{Token, TokenKind, scan};
use std::ops::Range;

/// In lines that are longer only single tokens are found.
const LINE_MAX: usize = 4096;

/// The most bytes of a token that are marked.
const TOKEN_MAX: usize = 200;

/// The tokens of a line but for comments, if it is not too long.
pub(super) fn tokens(line: &[u8]) -> Vec<Token> {
    if line.len() > LINE_MAX {
        return Vec::new();
    }
    scan(line).filter(|token| token.kind != TokenKind::Comment).collect()
}

/// The token that begins at a byte.
pub(super) fn token(line: &[u8], start: usize) -> Option<Range<usize>> {
    let rest = line.get(start..)?;
    let rest = &rest[..rest.len().min(TOKEN_MAX)];
    let token = scan(rest).next().filter(|token| token.range.start == 0 && token.kind != TokenKind::Comment)?;
    Some(start..start + token.range.end)
}

/// The token that begins at a byte, among those of a line.
fn place(line: &[u8], tokens: &[Token], start: usize) -> Option<usize> {
    debug_assert!(tokens.iter().all(|token| token.range.end <= line.len()));
    tokens.iter().position(|token| token.range.start == start)
}

/// What is called by the arguments that begin at a byte: the last name of it.
pub(super) fn called_name(line: &[u8], start: usize) -> Option<Range<usize>> {
    let tokens = tokens(line);
    let before = tokens.get(place(line, &tokens, start)?.checked_sub(1)?)?;
    (before.kind == TokenKind::Name).then(|| before.range.clone())
}

/// The call whose arguments begin at a byte: from the first name of what is called to the closing parenthesis, as far
/// as these are on the line.
pub(super) fn call(line: &[u8], start: usize) -> Option<Range<usize>> {
    let tokens = tokens(line);
    let at = place(line, &tokens, start)?;
    let is = |index: usize, symbols: &[&[u8]]| {
        tokens.get(index).is_some_and(|it| symbols.contains(&&line[it.range.clone()]))
    };
    let is_name = |index: usize| tokens.get(index).is_some_and(|it| it.kind == TokenKind::Name);
    let mut first = at.checked_sub(1).filter(|before| is_name(*before))?;
    while first >= 2 && is(first - 1, &[b".", b":"]) && is_name(first - 2) {
        first -= 2;
    }
    let end = closing(line, &tokens, at).map_or(tokens[at].range.end, |last| tokens[last].range.end);
    Some(tokens[first].range.start..end)
}

/// The token that closes the parenthesis, bracket or brace that is a token; that itself if it is another token.
fn closing(line: &[u8], tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match &line[token.range.clone()] {
            b"(" | b"[" | b"{" => depth += 1,
            b")" | b"]" | b"}" => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(index);
        }
    }
    None
}

/// Whether the arguments that begin at a byte are none.
pub(super) fn is_without_arguments(line: &[u8], start: usize) -> bool {
    let tokens = tokens(line);
    let at = place(line, &tokens, start);
    let text = |index: usize| tokens.get(index).map(|token| &line[token.range.clone()]);
    at.is_some_and(|at| text(at) == Some(b"(") && text(at + 1) == Some(b")"))
}

/// The argument with a number, from 1 on, of those that begin at a byte.
pub(super) fn argument(line: &[u8], start: usize, number: usize) -> Option<Range<usize>> {
    let tokens = tokens(line);
    let open = place(line, &tokens, start)?;
    let text = |token: &Token| &line[token.range.clone()];
    if text(&tokens[open]) != b"(" {
        // A string or a table alone.
        let last = closing(line, &tokens, open)?;
        return (number == 1).then(|| tokens[open].range.start..tokens[last].range.end);
    }
    let close = closing(line, &tokens, open)?;
    let (mut index, mut count) = (open + 1, 1);
    while index < close {
        let mut end = index;
        while end < close && text(&tokens[end]) != b"," {
            end = match text(&tokens[end]) {
                b"(" | b"[" | b"{" => closing(line, &tokens, end)? + 1,
                // A function has commas of its own, which are no separators.
                b"function" => return None,
                _ => end + 1,
            };
        }
        if count == number {
            return (index < end).then(|| tokens[index].range.start..tokens[end - 1].range.end);
        }
        (index, count) = (end + 1, count + 1);
    }
    None
}

/// The only place in a line where a name stands for a variable that is read, not for a field, a label, or the target of
/// an assignment.
pub(super) fn only_variable(line: &[u8], name: &[u8]) -> Option<Range<usize>> {
    let tokens = tokens(line);
    let mut found = tokens.iter().enumerate().filter(|(index, token)| {
        let before = index.checked_sub(1).map(|before| &line[tokens[before].range.clone()]);
        let after = tokens.get(index + 1).map(|after| &line[after.range.clone()]);
        let is_other = matches!(before, Some(b"." | b":" | b"goto" | b"::")) || after == Some(b"=");
        &line[token.range.clone()] == name && !is_other
    });
    let (_, only) = found.next()?;
    found.next().is_none().then(|| only.range.clone())
}

/// The last place before an end where a name stands in a list of variables: `local a, b`, `a, b = 1`.
pub(super) fn declared_name(line: &[u8], end: usize, name: &[u8]) -> Option<Range<usize>> {
    let tokens = tokens(line);
    let text = |index: usize| tokens.get(index).map(|token| &line[token.range.clone()]);
    let is_listed = |at: usize| {
        let begins = at.checked_sub(1).and_then(text).is_none_or(|before| matches!(before, b"local" | b"," | b";"));
        let ends = text(at + 1).is_none_or(|after| !matches!(after, b"." | b":" | b"[" | b"("));
        begins && ends
    };
    let found = tokens
        .iter()
        .enumerate()
        .rev()
        .find(|(at, token)| token.range.end <= end && &line[token.range.clone()] == name && is_listed(*at));
    found.map(|(_, token)| token.range.clone())
}

/// How a value is read further whose name is at this place: `.x`, `:x`.
pub(super) fn next_selection(line: &[u8], range: &Range<usize>) -> Option<String> {
    let tokens = tokens(line);
    let at = place(line, &tokens, range.start)?;
    let (mark, name) = (tokens.get(at + 1)?, tokens.get(at + 2)?);
    let mark = &line[mark.range.clone()];
    let is_selection = matches!(mark, b"." | b":") && name.kind == TokenKind::Name;
    is_selection.then(|| String::from_utf8_lossy(&[mark, &line[name.range.clone()]].concat()).into_owned())
}

/// The initial value, the limit or the step (`number` 0, 1 or 2) of a numeric loop, if the loop's `do` begins at byte
/// `end`.
pub(super) fn loop_value(line: &[u8], end: usize, number: usize) -> Option<Range<usize>> {
    let tokens = tokens(line);
    let end = place(line, &tokens, end)?;
    let text = |token: &Token| &line[token.range.clone()];
    let first = tokens[..end].iter().rposition(|token| text(token) == b"for")? + 3;
    // A function has words and commas of its own.
    let values = tokens.get(first..end).filter(|values| values.iter().all(|token| text(token) != b"function"))?;
    if text(&tokens[first - 1]) != b"=" {
        return None;
    }
    let mut depth = 0usize;
    let mut parts = values.split(|token| {
        match text(token) {
            b"(" | b"[" | b"{" => depth += 1,
            b")" | b"]" | b"}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && text(token) == b","
    });
    let part = parts.nth(number)?;
    Some(part.first()?.range.start..part.last()?.range.end)
}

/// Whether a line declares a method of this name: `function a.b:name`.
pub(super) fn declares_method(line: &[u8], name: &[u8]) -> bool {
    let tokens = tokens(line);
    let texts: Vec<&[u8]> = tokens.iter().map(|token| &line[token.range.clone()]).collect();
    let at = texts.windows(3).position(|it| it[0] == b":" && it[1] == name && it[2] == b"(");
    let declared = |at: usize| {
        let mut first = at.checked_sub(1)?;
        while first >= 2 && texts[first - 1] == b"." {
            first -= 2;
        }
        Some(texts[first.checked_sub(1)?] == b"function")
    };
    at.and_then(declared).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str, range: Option<Range<usize>>) -> Option<&str> {
        range.map(|range| &line[range])
    }

    #[test]
    fn calls_and_arguments() {
        let line = "print(a.b:rep(2, {1, 2}, f(3, 4)), name) -- (";
        let open = line.find("(2").unwrap();
        assert_eq!(of(line, call(line.as_bytes(), open)), Some("a.b:rep(2, {1, 2}, f(3, 4))"));
        assert_eq!(of(line, called_name(line.as_bytes(), open)), Some("rep"));
        let argument = |number| of(line, argument(line.as_bytes(), open, number));
        assert_eq!([argument(1), argument(2), argument(3)], [Some("2"), Some("{1, 2}"), Some("f(3, 4)")]);
        assert_eq!((argument(0), argument(4)), (None, None));
        assert!(is_without_arguments(b"f()", 1) && !is_without_arguments(b"f(1)", 1));
        assert_eq!(of("f 'x'", super::argument(b"f 'x'", 2, 1)), Some("'x'"));
        // What goes on in the next line is not looked for.
        assert_eq!(super::argument(b"f(1, g(", 1, 2), None);
        assert_eq!(of("x = f(1,", call(b"x = f(1,", 5)), Some("f("));
    }

    #[test]
    fn values_of_loops() {
        let line = "for i = 1, 2 do for j = f(1, {2}), t[1], -1 do end end";
        let end = line.rfind(" do").unwrap() + 1;
        let value = |number| of(line, loop_value(line.as_bytes(), end, number));
        assert_eq!([value(0), value(1), value(2), value(3)], [Some("f(1, {2})"), Some("t[1]"), Some("-1"), None]);
        assert_eq!(loop_value(b"for k in a, b do", 14, 0), None);
        assert_eq!(loop_value(b"  1, 2 do", 7, 0), None);
    }

    #[test]
    fn names() {
        assert_eq!(only_variable(b"local q = self .. x.self", b"self"), Some(10..14));
        assert_eq!(only_variable(b"x = self + self", b"self"), None);
        assert_eq!(only_variable(b"f{ x = 1, y = x }", b"x"), Some(14..15));
        assert_eq!(of("local a, b, c", declared_name(b"local a, b, c", 13, b"b")), Some("b"));
        assert_eq!(declared_name(b"x = b.c + a, d", 14, b"b"), None);
        assert_eq!(next_selection(b"t.items:add(1)", &(2..7)).as_deref(), Some(":add"));
        assert!(declares_method(b"function a.b:len() return 1 end", b"len"));
        assert!(!declares_method(b"function a.b.len() a:len() end", b"len"));
        assert_eq!(token(b"  abc.d", 2), Some(2..5));
        assert_eq!(token(b"  abc.d", 1), None);
    }
}
