//! How a chunk's name is shown in messages.
//!
//! Both the compiler and the virtual machine show it. The forms and the length are those of PUC-Rio Lua's
//! `luaO_chunkid`, whose buffer holds 60 bytes with the final zero.

use std::borrow::Cow;

/// The most bytes of a shown name.
const SHOWN_MAX: usize = 59;

const ELLIPSIS: &[u8] = b"...";
const PREFIX: &[u8] = b"[string \"";
const SUFFIX: &[u8] = b"\"]";

/// The name of a chunk as messages show it: `@file` as the end of `file`, `=text` as the beginning of `text`, and
/// source text as `[string "its first line"]`.
///
/// As in PUC-Rio Lua, where names are C strings, a name ends at its first zero byte. (A file name too long to be shown
/// whole is taken to have none.) A name may be a whole source text and is shown for each error, so no more of it is
/// read than is shown.
pub fn chunk_display_name(chunk_name: &[u8]) -> Vec<u8> {
    let up_to = |byte: u8, text: &[u8]| text.iter().position(|it| *it == byte).unwrap_or(text.len());
    match chunk_name {
        [b'=', text @ ..] => {
            let text = &text[..text.len().min(SHOWN_MAX)];
            text[..up_to(0, text)].to_vec()
        }
        [b'@', file @ ..] if file.len() <= SHOWN_MAX => file[..up_to(0, file)].to_vec(),
        [b'@', file @ ..] => [ELLIPSIS, &file[file.len() - (SHOWN_MAX - ELLIPSIS.len())..]].concat(),
        source => {
            let room = SHOWN_MAX - PREFIX.len() - ELLIPSIS.len() - SUFFIX.len();
            let shown = &source[..source.len().min(room)];
            let source = &source[..if up_to(0, shown) < shown.len() { up_to(0, shown) } else { source.len() }];
            let line = &source[..up_to(b'\n', &source[..source.len().min(room)])];
            if line.len() == source.len() && source.len() < room {
                [PREFIX, source, SUFFIX].concat()
            } else {
                [PREFIX, line, ELLIPSIS, SUFFIX].concat()
            }
        }
    }
}

/// A name that is shown as this one is, and is never long: for those who need no more of it.
pub fn short_name(chunk_name: &[u8]) -> Cow<'_, [u8]> {
    const ENOUGH: usize = 2 * SHOWN_MAX;
    match chunk_name {
        name if name.len() <= ENOUGH + 1 => name.into(),
        [b'@', file @ ..] => [b"@", &file[file.len() - ENOUGH..]].concat().into(),
        name => name[..ENOUGH].into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{chunk_display_name, short_name};

    fn show(name: &str) -> String {
        String::from_utf8(chunk_display_name(name.as_bytes())).unwrap()
    }

    // Expectations printed by lua5.4 (5.4.4).
    #[test]
    fn names_are_shown_as_puc_shows_them() {
        let digits = "0123456789".repeat(7);
        assert_eq!(show("=stdin"), "stdin");
        assert_eq!(show("="), "");
        assert_eq!(show("@a/b.lua"), "a/b.lua");
        assert_eq!(show(&format!("={}", &digits[..59])), digits[..59]);
        assert_eq!(show(&format!("={}", &digits[..60])), digits[..59]);
        assert_eq!(show(&format!("@{}", &digits[..59])), digits[..59]);
        assert_eq!(show(&format!("@{}", &digits[..60])), format!("...{}", &digits[4..60]));
        assert_eq!(show(""), "[string \"\"]");
        assert_eq!(show("return 1"), "[string \"return 1\"]");
        assert_eq!(show("x = 1\ny = 2"), "[string \"x = 1...\"]");
        assert_eq!(show("\nx"), "[string \"...\"]");
        assert_eq!(show(&digits[..44]), format!("[string \"{}\"]", &digits[..44]));
        assert_eq!(show(&digits[..45]), format!("[string \"{}...\"]", &digits[..45]));
        assert_eq!(show("=a\0b"), "a");
        assert_eq!(show("@a\0b"), "a");
        assert_eq!(show("a\0b\nc"), "[string \"a\"]");
        assert_eq!(show("a\nb\0c"), "[string \"a...\"]");
    }
    #[test]
    fn a_short_name_is_shown_as_the_long_one() {
        for mark in ["", "=", "@"] {
            for text in ["0123456789", "one line\n", "\n", "many words on a line that is long, and then\nmore "] {
                for count in [0, 1, 4, 5, 6, 10, 12, 20, 100] {
                    let name = format!("{mark}{}", text.repeat(count));
                    let short = short_name(name.as_bytes());
                    assert_eq!(chunk_display_name(&short), chunk_display_name(name.as_bytes()));
                    assert!(short.len() <= 2 * super::SHOWN_MAX + 1);
                }
            }
        }
    }
}
