//! How a chunk's name is shown in messages.
//!
//! Compiler and virtual machine both show it, so it stands here by itself. The forms and the length
//! are those of PUC-Rio's `luaO_chunkid`; its buffer holds 60 bytes with the final zero.

/// The most bytes of a shown name.
const SHOWN_MAX: usize = 59;

const ELLIPSIS: &[u8] = b"...";
const PREFIX: &[u8] = b"[string \"";
const SUFFIX: &[u8] = b"\"]";

/// How messages show a chunk's name: `@file` as the end of `file`, `=text` as the beginning of
/// `text`, and source text as `[string "its first line"]`.
///
/// As in PUC-Rio Lua, which hands names over as C strings, a name ends at its first zero byte.
pub fn chunk_display_name(chunk_name: &[u8]) -> Vec<u8> {
    let name = chunk_name.split(|byte| *byte == 0).next().unwrap_or_default();
    match name {
        [b'=', text @ ..] => text[..text.len().min(SHOWN_MAX)].to_vec(),
        [b'@', file @ ..] if file.len() <= SHOWN_MAX => file.to_vec(),
        [b'@', file @ ..] => [ELLIPSIS, &file[file.len() - (SHOWN_MAX - ELLIPSIS.len())..]].concat(),
        source => {
            let room = SHOWN_MAX - PREFIX.len() - ELLIPSIS.len() - SUFFIX.len();
            let line = source.split(|byte| *byte == b'\n').next().unwrap_or_default();
            if line.len() == source.len() && source.len() < room {
                [PREFIX, source, SUFFIX].concat()
            } else {
                [PREFIX, &line[..line.len().min(room)], ELLIPSIS, SUFFIX].concat()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::chunk_display_name;

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
    }
}
