//! Names that are similar to the one that was written.

use crate::nearest::distance;
use fife::gc::semantics::{Event, metamethod};
use fife::gc::{Context, Slot, Table, TableCursor, Value, Visited};

/// How many entries of tables are examined.
pub(super) const LOOKED_AT_MAX: usize = 10_000;

/// How many tables are examined in a chain of `__index`.
const TABLES_MAX: usize = 16;

/// The best of some names.
pub(super) struct Nearest<'a> {
    name: &'a [u8],
    best: Option<(usize, Vec<u8>)>,
    rest: usize,
}

impl<'a> Nearest<'a> {
    pub(super) fn new(name: &'a [u8]) -> Nearest<'a> {
        Nearest { name, best: None, rest: LOOKED_AT_MAX }
    }

    /// Considers a name. Of those that are equally near, the first in the order of bytes is taken.
    pub(super) fn consider(&mut self, other: &[u8]) {
        let most = self.best.as_ref().map_or(most_edits(self.name), |(edits, _)| *edits);
        if other == self.name || !is_name(other) {
            return;
        }
        if let Some(edits) = distance(self.name, other, most)
            && self.best.as_ref().is_none_or(|(best, name)| edits < *best || edits == *best && other < &**name)
        {
            self.best = Some((edits, other.to_vec()));
        }
    }

    /// Considers the keys of a table, and of the tables from which it inherits by `__index`.
    pub(super) fn consider_table<'gc>(&mut self, ctx: Context<'gc>, table: Table<'gc>, is_called: bool) {
        let mut next = Some(table);
        for _ in 0..TABLES_MAX {
            let Some(table) = next else { return };
            let mut rest = self.rest;
            for_each_entry(ctx, table, &mut rest, |key, value| {
                let can_be = !is_called || matches!(value, Value::Function(_));
                if let (Value::String(key), true) = (key, can_be) {
                    self.consider(key.as_bytes());
                }
                true
            });
            self.rest = rest;
            next = index_table(ctx, table.into());
        }
    }

    pub(super) fn found(self) -> Option<String> {
        self.best.and_then(|(_, name)| String::from_utf8(name).ok())
    }
}

/// The table that has the keys which a value lacks: its `__index`.
pub(super) fn index_table<'gc>(ctx: Context<'gc>, value: Value<'gc>) -> Option<Table<'gc>> {
    match metamethod(ctx, Slot::from(value), Event::Index).value() {
        Value::Table(table) => Some(table),
        _ => None,
    }
}

/// Gives the entries of a table to `visit` until that is false, or so many were looked at.
pub(super) fn for_each_entry<'gc>(
    ctx: Context<'gc>,
    table: Table<'gc>,
    rest: &mut usize,
    mut visit: impl FnMut(Value<'gc>, Value<'gc>) -> bool,
) {
    let mut cursor = TableCursor::START;
    while *rest > 0 {
        *rest -= 1;
        match cursor.advance(ctx, table) {
            Visited::Entry(key, value) if visit(key.value(), value.value()) => {}
            Visited::Pending => {}
            Visited::Entry(..) | Visited::End => return,
        }
    }
}

/// Whether it can be written as a name.
fn is_name(name: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    name.first().is_some_and(is_letter) && name.iter().all(|byte| is_letter(byte) || byte.is_ascii_digit())
}

/// How many edits apart a name may be from one that is suggested in its place. All letters are one edit apart.
fn most_edits(name: &[u8]) -> usize {
    match name.len() {
        0..=1 => 0,
        2..=4 => 1,
        _ => 2,
    }
}

/// The reserved word that a name is a misspelling of, for places where a statement begins or continues. Words that
/// stand for values (`nil`, `true`, `false`) cannot be meant there.
pub(super) fn nearest_word(name: &[u8]) -> Option<String> {
    const WORDS: [&str; 19] = [
        "and", "break", "do", "else", "elseif", "end", "for", "function", "goto", "if", "in", "local", "not", "or",
        "repeat", "return", "then", "until", "while",
    ];
    let mut nearest = Nearest::new(name);
    WORDS.iter().for_each(|word| nearest.consider(word.as_bytes()));
    nearest.found()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found() {
        assert_eq!(most_edits(b"port"), 1);
        assert_eq!(nearest_word(b"locla").as_deref(), Some("local"));
        assert_eq!(nearest_word(b"retrun").as_deref(), Some("return"));
        assert_eq!(nearest_word(b"x"), None);
        assert_eq!(nearest_word(b"value"), None);
    }

    #[test]
    fn ties_are_broken_by_the_alphabet() {
        let mut nearest = Nearest::new(b"count");
        for name in ["mount", "court", "count", "not a name"] {
            nearest.consider(name.as_bytes());
        }
        assert_eq!(nearest.found().as_deref(), Some("court"));
    }
}
