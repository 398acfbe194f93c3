//! Remembers local variables that ended with the input that declared them, for someone who misses them later.
//!
//! Each input is a chunk, so `local x = 5` ends with it. That is Lua, and surprises newcomers.

use fife_compiler::tokens::{Token, TokenKind, scan};
use std::collections::HashMap;

/// How many names are remembered.
const NAMES_MAX: usize = 1000;

/// Names of locals, and the numbers of the inputs that declared them last.
#[derive(Debug, Default)]
pub(super) struct Lost(HashMap<String, usize>);

impl Lost {
    /// Remembers the locals that an input declared outside of all blocks.
    pub(super) fn remember(&mut self, text: &str, input: usize) {
        for name in declared(text) {
            if self.0.len() < NAMES_MAX || self.0.contains_key(name) {
                self.0.insert(name.to_owned(), input);
            }
        }
    }

    /// The remark about a missing global variable. It is made once.
    pub(super) fn hint(&mut self, name: &str) -> Option<String> {
        let input = self.0.remove(name)?;
        Some(format!("'{name}' was local to repl[{input}] and ended with it; without 'local' it stays"))
    }
}

/// The global variable that a message is about: the one it found to be nil.
pub(super) fn missed_by(message: &[u8]) -> Option<&str> {
    let line = message.split(|byte| *byte == b'\n').next()?;
    let line = str::from_utf8(line).ok()?;
    let (_, rest) = line.split_once("a nil value (global '")?;
    rest.split_once("')").map(|parts| parts.0)
}

/// The name that a text is and nothing else.
pub(super) fn only_name(text: &str) -> Option<&str> {
    let mut tokens = scan(text.as_bytes());
    let first = tokens.next()?;
    (first.kind == TokenKind::Name && tokens.next().is_none()).then(|| text.get(first.range)).flatten()
}

/// The names of the locals that a chunk declares outside of all blocks. It has been compiled.
fn declared(text: &str) -> Vec<&str> {
    let word = |token: &Token| text.get(token.range.clone()).unwrap_or("");
    let mut tokens = scan(text.as_bytes()).filter(|token| token.kind != TokenKind::Comment).peekable();
    let (mut names, mut depth) = (Vec::new(), 0_usize);
    while let Some(token) = tokens.next() {
        match (token.kind, word(&token)) {
            (TokenKind::Word, "function" | "do" | "repeat" | "if") => depth += 1,
            (TokenKind::Word, "end" | "until") => depth = depth.saturating_sub(1),
            (TokenKind::Word, "local") if depth == 0 => {
                if tokens.next_if(|next| word(next) == "function").is_some() {
                    names.extend(tokens.next().map(|name| word(&name)));
                    depth += 1;
                    continue;
                }
                while let Some(name) = tokens.next_if(|next| next.kind == TokenKind::Name) {
                    names.push(word(&name));
                    if tokens.next_if(|next| word(next) == "<").is_some() {
                        tokens.nth(1);
                    }
                    if tokens.next_if(|next| word(next) == ",").is_none() {
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[cfg(test)]
mod tests {
    use super::{Lost, declared, missed_by, only_name};

    #[test]
    fn locals_outside_of_blocks_are_found() {
        assert_eq!(declared("local x = 5"), ["x"]);
        assert_eq!(declared("local a, b <const>, c = 1, function() local no end local d"), ["a", "b", "c", "d"]);
        assert_eq!(declared("do local no end local function f() local no end local yes"), ["f", "yes"]);
        assert_eq!(declared("for i = 1, 2 do local no end while x do local no end repeat local no until no"), [""; 0]);
        assert_eq!(
            declared("if a then local no elseif b then local no else local no end local x --[[,]] , y"),
            ["x", "y"]
        );
    }

    #[test]
    fn a_hint_is_given_once() {
        let mut lost = Lost::default();
        lost.remember("local x = 5", 3);
        let message = b"repl[4]:1: attempt to index a nil value (global 'x')\nstack traceback:\n";
        let hint = lost.hint(missed_by(message).unwrap()).unwrap();
        assert_eq!(hint, "'x' was local to repl[3] and ended with it; without 'local' it stays");
        assert_eq!(lost.hint("x"), None);
        assert_eq!(missed_by(b"repl[4]:1: attempt to index a nil value (field 'x')"), None);
        assert_eq!((only_name(" x "), only_name("x.y"), only_name("end")), (Some("x"), None, None));
    }
}
