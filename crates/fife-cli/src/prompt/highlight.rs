//! Colours for what is typed, by the scanner that takes whatever a person has typed so far.
//!
//! Only what stands apart has a colour: reserved words, strings, numbers, comments. The rest is as the terminal has it,
//! so that typing it at the end of a line does not have to draw everything again.

use fife_compiler::tokens::{TokenKind, scan};

const OFF: &str = "\x1b[0m";

/// The sequence that a token's colour begins with. Only the eight colours that every terminal has, as its owner set
/// them.
fn colour(kind: TokenKind) -> Option<&'static str> {
    match kind {
        TokenKind::Comment => Some("\x1b[2m"),
        TokenKind::Word => Some("\x1b[35m"),
        TokenKind::Number => Some("\x1b[36m"),
        TokenKind::String => Some("\x1b[32m"),
        TokenKind::Unknown => Some("\x1b[31m"),
        _ => None,
    }
}

/// The text with its colours.
pub(super) fn coloured(text: &str) -> String {
    let mut shown = String::with_capacity(2 * text.len());
    let mut end = 0;
    for token in scan(text.as_bytes()) {
        // Tokens begin and end with ASCII, or take all that is not.
        let (Some(before), Some(it)) = (text.get(end..token.range.start), text.get(token.range.clone())) else { break };
        shown.push_str(before);
        match colour(token.kind) {
            Some(colour) => shown.extend([colour, it, OFF]),
            None => shown.push_str(it),
        }
        end = token.range.end;
    }
    shown.push_str(&text[end..]);
    shown
}

/// Whether what is typed at the end of the text is not shown as it should be by its character alone.
pub(super) fn ends_coloured(text: &str) -> bool {
    let last = scan(text.as_bytes()).last();
    last.is_some_and(|token| token.range.end == text.len() && colour(token.kind).is_some())
}

#[cfg(test)]
mod tests {
    use super::{coloured, ends_coloured};

    #[test]
    fn words_strings_and_numbers_have_colours() {
        assert_eq!(coloured("if x == 1 then"), "\x1b[35mif\x1b[0m x == \x1b[36m1\x1b[0m \x1b[35mthen\x1b[0m");
        assert_eq!(coloured("f'a -- b"), "f\x1b[32m'a -- b\x1b[0m");
        assert_eq!(coloured("é = 'é"), "\x1b[31mé\x1b[0m = \x1b[32m'é\x1b[0m");
        assert!(ends_coloured("x = en 'a") && ends_coloured("if") && !ends_coloured("iff") && !ends_coloured("if "));
    }

    #[test]
    fn nothing_is_lost() {
        for text in ["", "  \n", "x = [[é\n]] -- ü", "\u{9b}é'\\", "a\0b", "x=\"\\é"] {
            let shown = coloured(text);
            let plain: String = shown
                .split('\x1b')
                .enumerate()
                .map(|(index, part)| if index == 0 { part } else { part.split_once('m').map_or("", |it| it.1) })
                .collect();
            assert_eq!(plain, text);
        }
    }
}
