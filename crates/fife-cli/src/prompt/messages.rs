//! What the book says of messages, for `:doc`.

const BOOK: &str = include_str!("../../data/errors.md");

/// How many entries are shown.
const SHOWN_MAX: usize = 4;

/// Stands in the book for a part of a message that varies.
const GAP: char = '…';

/// What stands before each line of an entry.
const INDENT: &str = "  ";

/// What the book says of the messages that have this text in them, or of the one that this is; nothing if there is
/// none. A single word is no message.
pub(super) fn about(text: &str, width: usize) -> Option<String> {
    let text = text.trim_matches(['"', '\'']).trim();
    if !text.contains(' ') {
        return None;
    }
    let mut found: Vec<(&str, &str)> = entries().filter(|(message, _)| message.contains(text)).collect();
    if found.is_empty() {
        // The one that has the most in common with it.
        let fitting = entries().filter(|(message, _)| is_in(message, text));
        found.extend(fitting.max_by_key(|(message, _)| message.split(GAP).map(str::len).sum::<usize>()));
    }
    let shown: Vec<String> = found.iter().take(SHOWN_MAX).map(|entry| laid_out(*entry, width)).collect();
    let more = found.len() - shown.len();
    let more = if more > 0 { format!("... {more} more\n") } else { String::new() };
    (!shown.is_empty()).then(|| shown.concat() + &more)
}

/// The messages of the book, each with its text.
fn entries() -> impl Iterator<Item = (&'static str, &'static str)> {
    BOOK.split("\n### `").skip(1).filter_map(|entry| {
        let (message, text) = entry.split_once("`\n")?;
        // The last entry of a part is followed by the heading of the next one.
        Some((message, text.split("\n## ").next().unwrap_or(text)))
    })
}

/// Whether a message with gaps is in a text.
fn is_in(message: &str, text: &str) -> bool {
    let mut rest = text;
    message.split(GAP).all(|part| match rest.find(part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

/// An entry in lines of this width.
fn laid_out((message, text): (&str, &str), width: usize) -> String {
    let mut shown = format!("{message}\n");
    for paragraph in text.split("\n\n").filter(|it| !it.trim().is_empty()) {
        let mut column = 0;
        for word in paragraph.replace("**", "").split_whitespace() {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > width {
                shown.push('\n');
                column = 0;
            }
            shown.push_str(if column == 0 { INDENT } else { " " });
            column += length + if column == 0 { INDENT.len() } else { 1 };
            shown.push_str(word);
        }
        shown.push('\n');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{about, entries, is_in};

    #[test]
    fn every_message_is_found() {
        assert!(entries().count() > 100);
        for (message, _) in entries().filter(|it| it.0.contains(' ')) {
            let found = about(message, 80).unwrap_or_default();
            assert!(found.contains(&format!("{message}\n  Cause. ")) && found.contains("\n  Cure. "), "{found}");
            assert!(found.lines().all(|line| line.chars().count() <= 80), "{found}");
        }
    }

    #[test]
    fn a_part_or_a_whole_message_finds_its_entry() {
        let first = |text| about(text, 80).and_then(|found| found.lines().next().map(str::to_owned));
        assert_eq!(first("attempt to index").as_deref(), Some("attempt to index a … value"));
        assert_eq!(first("\"attempt to index\"").as_deref(), Some("attempt to index a … value"));
        let whole = "a.lua:7: attempt to index a nil value (field 'x')";
        assert_eq!(first(whole).as_deref(), Some("attempt to index a … value"));
        let whole = "bad argument #2 to 'rep' (number expected, got nil)";
        assert_eq!(first(whole).as_deref(), Some("bad argument #… to '…' (…)"));
        assert_eq!(first("'then' expected near '='").as_deref(), Some("… expected"));
        assert_eq!(first("function(x) end"), None);
        assert_eq!(first("expected"), None);
        // Of many, some.
        assert!(about("attempt to", 80).is_some_and(|found| found.ends_with(" more\n")));
        assert!(!is_in("… expected, got …", "got 1, expected"));
    }
}
