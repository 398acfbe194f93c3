//! What was typed, as source: whether it is complete, and which code it stands for.

use super::END_MARK;
use fife_compiler::{CompileError, Meter, Refused, parse};

/// More memory is not taken to find out whether a text is complete.
const BYTES_MAX: usize = 64 << 20;

/// A meter with a limit.
struct Bounded(usize);

impl Meter for Bounded {
    fn take(&mut self, bytes: usize) -> Result<(), Refused> {
        self.0 = self.0.checked_sub(bytes).ok_or(Refused)?;
        Ok(())
    }
    fn give(&mut self, bytes: usize) {
        self.0 += bytes;
    }
}

/// A command of the prompt: its name, and the text behind it. It begins with a colon and a letter, as no statement
/// does.
pub(super) fn command(text: &str) -> Option<(&str, &str)> {
    let text = text.trim().strip_prefix(':')?;
    if !text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return None;
    }
    let end = text.find(|it: char| !it.is_ascii_alphanumeric()).unwrap_or(text.len());
    Some((&text[..end], text[end..].trim()))
}

/// The expression behind `=`, which older versions of Lua took.
pub(super) fn behind_equals(text: &str) -> Option<&str> {
    text.strip_prefix('=')
}

/// What makes a chunk of an expression. Positions in its first line are as much further right than where it was typed.
pub(super) const RETURN: &str = "return ";

/// The chunk that returns the values of an expression.
pub(super) fn returning(expression: &str) -> Vec<u8> {
    format!("{RETURN}{expression};").into_bytes()
}

/// Whether further lines can make a chunk of the text, which is none yet.
pub(super) fn is_incomplete(text: &str) -> bool {
    if command(text).is_some() {
        return false;
    }
    let expression = behind_equals(text).unwrap_or(text);
    match problem(&returning(expression)) {
        None => return false,
        // With the line break that Enter would add: a string in quotes cannot go on behind it.
        Some(_) if ends_early(&format!("{RETURN}{expression}\n")) => return true,
        Some(_) => {}
    }
    problem(text.as_bytes()).is_some() && ends_early(&format!("{text}\n"))
}

fn ends_early(text: &str) -> bool {
    problem(text.as_bytes()).is_some_and(|message| message.ends_with(END_MARK))
}

/// Why a text is no chunk; nothing if it is one, or too long to find out.
fn problem(text: &[u8]) -> Option<Vec<u8>> {
    match parse(text, b"=", &mut Bounded(BYTES_MAX)) {
        Err(CompileError::Syntax(error)) => Some(error.message.into_vec()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{command, is_incomplete};

    #[test]
    fn commands_are_told_from_code() {
        assert_eq!(command(":help"), Some(("help", "")));
        assert_eq!(command("  :time f(1) "), Some(("time", "f(1)")));
        assert_eq!(command(":time(1)"), Some(("time", "(1)")));
        assert_eq!(command("::label::"), None);
        assert_eq!(command("a:b()"), None);
        assert_eq!(command(":"), None);
    }

    #[test]
    fn what_can_go_on_is_incomplete() {
        let incomplete = [
            "for i = 1, 2 do",
            "function f()",
            "x = ",
            "x = {",
            "f(1,",
            "1 +",
            "= 1 +",
            "[[a",
            "x = [==[a]]",
            "--[[ a",
            "'a\\",
            "if x then",
            "a.",
            "return 1,",
            "local function f() return function()",
        ];
        for text in incomplete {
            assert!(is_incomplete(text), "{text}");
        }
        let complete = [
            "",
            "  ",
            "x",
            "x = 1",
            "=",
            "= 1",
            "f()",
            "1 + 1",
            "x y",
            "x = 'a",
            "print(\"a",
            "'a\\\nb",
            "for",
            "-- a",
            ")",
            "end",
            ":time (",
            "return",
            "goto a",
            "1 -- a",
            "x = 1 -- a",
            "break",
        ];
        for text in complete {
            let expected = text == "for";
            assert_eq!(is_incomplete(text), expected, "{text}");
        }
    }
}
