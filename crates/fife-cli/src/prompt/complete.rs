//! The names that Tab offers after the text typed so far, found without running anything.
//!
//! Reserved words and global variables; after `a.b.` and `a:` the keys of tables and of the tables in their `__index`,
//! but never the results of functions; after a string the methods of strings; names of files in `require "` and
//! `dofile "`.

use super::printer::literal::is_name;
use super::{commands, source};
use fife::gc::{Context, Slot, Table, TableCursor, Value, Visited, semantics};
use fife_compiler::tokens::{Token, TokenKind, scan};
use rustyline::completion::Pair;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;

/// How many entries of tables or folders are examined.
const LOOKED_AT: usize = 10_000;
/// How many entries a pass over many empty places counts as.
const GAP: usize = 100;
/// How many tables are followed through `__index`.
const INDEX_DEPTH: usize = 100;
/// The blanks between columns of names.
const COLUMN_GAP: usize = 2;

const RESERVED: [&str; 22] = [
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil",
    "not", "or", "repeat", "return", "then", "true", "until", "while",
];

/// What can follow a text: the place from which it is replaced, and the names.
pub(super) fn complete(ctx: Context<'_>, text: &str, has_files: bool) -> (usize, BTreeSet<String>) {
    if text.trim_start().starts_with(':') && !text.trim_start().starts_with("::") {
        let start = text.len() - text.trim_start().len() + 1;
        let typed = &text[start..];
        if typed.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            let names = commands::NAMES.iter().filter(|name| name.starts_with(typed));
            return (start, names.map(|name| (*name).to_owned()).collect());
        }
    }
    // Behind a command there is an expression, or a file.
    if let Some(("load", path)) = source::command(text) {
        let (cut, found) = if has_files { paths(path) } else { (path.len(), BTreeSet::new()) };
        return (text.trim_end().len() - path.len() + cut, found);
    }
    let offset = source::command(text).map_or(0, |(_, rest)| text.trim_end().len() - rest.len());
    let code = &text[offset..];
    let tokens: Vec<Token> = scan(code.as_bytes()).collect();
    let word = |token: &Token| code.get(token.range.clone()).unwrap_or("");
    if let [before @ .., last] = &tokens[..]
        && last.range.end == code.len()
    {
        if last.kind == TokenKind::String && !is_closed(word(last)) {
            return if has_files { file_names(ctx, code, before, last, offset) } else { (text.len(), BTreeSet::new()) };
        }
        if matches!(last.kind, TokenKind::Comment | TokenKind::Number | TokenKind::Unknown) {
            return (text.len(), BTreeSet::new());
        }
    }
    // The name that has begun, and what stands before it.
    let (before, start) = match &tokens[..] {
        [before @ .., last]
            if matches!(last.kind, TokenKind::Name | TokenKind::Word) && last.range.end == code.len() =>
        {
            (before, last.range.start)
        }
        all => (all, code.len()),
    };
    let typed = &code[start..];
    let mut names = Names { ctx, typed: typed.as_bytes(), left: LOOKED_AT, found: BTreeSet::new() };
    match before {
        [chain @ .., mark] if matches!(word(mark), "." | ":") => {
            let Some(owner) = value_of(ctx, code, chain) else { return (text.len(), BTreeSet::new()) };
            names.add_fields(owner, word(mark) == ":");
        }
        _ => {
            names.add_fields(Value::Table(ctx.globals()), false);
            names.found.extend(RESERVED.iter().filter(|name| name.starts_with(typed)).map(|name| (*name).to_owned()));
        }
    }
    (offset + start, names.found)
}

/// Whether the input ends with something that a name can complete: a name, text that comes before a name, the name of a
/// file. Keywords are complete, except `do`, with which `dofile` begins.
pub(super) fn has_begun(typed: &str) -> bool {
    if source::command(typed).is_some() {
        return true;
    }
    let Some(last) = scan(typed.as_bytes()).last().filter(|last| last.range.end == typed.len()) else { return false };
    let word = typed.get(last.range).unwrap_or_default();
    match last.kind {
        TokenKind::Name => true,
        TokenKind::Symbol => matches!(word, "." | ":"),
        TokenKind::Word => word == "do",
        TokenKind::String => !word.starts_with('[') && !is_closed(word),
        _ => false,
    }
}

/// As many names as fit into a terminal of this size, and a last entry that counts the rest. rustyline shows a longer
/// list page by page, and takes what is typed next as answers to its questions.
pub(super) fn offered(names: BTreeSet<String>, columns: usize, rows: usize) -> Vec<Pair> {
    let widest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    // A line for what is typed, and one for how many more there are, which is as wide as other columns.
    let lines = rows.saturating_sub(2).max(1);
    let room = |widest: usize| (columns / (widest + COLUMN_GAP)).max(1) * lines;
    let room = match room(widest) {
        enough if names.len() <= enough => enough,
        _ => room(widest.max(format!("... {} more", names.len()).len())),
    };
    let more = names.len().saturating_sub(room);
    // What all of them begin with stands for those that are not shown.
    let start = match (names.first(), names.last()) {
        (Some(first), Some(last)) if more > 0 => {
            let same = first.char_indices().zip(last.chars()).find(|((_, one), other)| one != other);
            first[..same.map_or(first.len().min(last.len()), |((at, _), _)| at)].to_owned()
        }
        _ => String::new(),
    };
    let mut pairs: Vec<Pair> =
        names.into_iter().take(room).map(|name| Pair { display: name.clone(), replacement: name }).collect();
    if more > 0 {
        pairs.push(Pair { display: format!("... {more} more"), replacement: start });
    }
    pairs
}

/// Whether a string has its closing quote.
fn is_closed(string: &str) -> bool {
    let quote = string.as_bytes()[0];
    match quote {
        b'[' => string.ends_with(']') && string.len() > 3,
        _ => string.len() > 1 && string.as_bytes().last() == Some(&quote) && !ends_escaped(string),
    }
}

/// Whether the last byte of a string in quotes belongs to an escape sequence.
fn ends_escaped(string: &str) -> bool {
    string[..string.len() - 1].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// The value of the `a.b.c` or the string at the end of what was typed; `None` if that would have to be computed.
fn value_of<'gc>(ctx: Context<'gc>, code: &str, tokens: &[Token]) -> Option<Value<'gc>> {
    let word = |token: &Token| code.get(token.range.clone()).unwrap_or("");
    let mut fields = Vec::new();
    let mut rest = tokens;
    loop {
        let (last, before) = rest.split_last()?;
        match (last.kind, before) {
            (TokenKind::Name, [before @ .., mark]) if matches!(word(mark), "." | ":") => {
                fields.push(word(last));
                rest = before;
            }
            (TokenKind::Name, _) => {
                fields.push(word(last));
                fields.reverse();
                let globals = Value::Table(ctx.globals());
                return fields.iter().try_fold(globals, |owner, name| field(ctx, owner, name));
            }
            // All strings have the same methods.
            (TokenKind::String, _) => {
                let string = Value::String(ctx.string(b""));
                return fields.is_empty().then_some(string);
            }
            (TokenKind::Symbol, [.., open, string])
                if word(last) == ")" && word(open) == "(" && string.kind == TokenKind::String =>
            {
                let string = Value::String(ctx.string(b""));
                return fields.is_empty().then_some(string);
            }
            _ => return None,
        }
    }
}

/// The tables in which fields of a value are looked for: itself, if it is one, and those that the `__index` of each is.
fn tables<'gc>(ctx: Context<'gc>, value: Value<'gc>) -> Vec<Table<'gc>> {
    let mut found = Vec::new();
    let mut value = value;
    while found.len() < INDEX_DEPTH {
        let next = semantics::metamethod(ctx, Slot::from(value), semantics::Event::Index).value();
        if let Value::Table(table) = value {
            if found.contains(&table) {
                break;
            }
            found.push(table);
        }
        match next {
            Value::Table(_) => value = next,
            _ => break,
        }
    }
    found
}

/// A field of a value, where no function would have to be asked.
fn field<'gc>(ctx: Context<'gc>, owner: Value<'gc>, name: &str) -> Option<Value<'gc>> {
    let mut values = tables(ctx, owner).into_iter().map(|table| table.get_field(ctx, name));
    values.find(|value| !value.is_nil())
}

/// Names that are found in tables.
struct Names<'gc, 't> {
    ctx: Context<'gc>,
    typed: &'t [u8],
    /// How many entries may still be looked at.
    left: usize,
    found: BTreeSet<String>,
}

impl<'gc> Names<'gc, '_> {
    /// Adds the fields of a value that begin as the name does; only functions where `only_methods`.
    fn add_fields(&mut self, owner: Value<'gc>, only_methods: bool) {
        for table in tables(self.ctx, owner) {
            let mut cursor = TableCursor::START;
            loop {
                match cursor.advance(self.ctx, table) {
                    Visited::End => break,
                    Visited::Pending | Visited::Entry(..) if self.left == 0 => return,
                    // Many places of which none has an entry.
                    Visited::Pending => self.left = self.left.saturating_sub(GAP),
                    Visited::Entry(key, value) => {
                        self.left -= 1;
                        let is_offered = !only_methods || matches!(value.value(), Value::Function(_));
                        if let Value::String(key) = key.value()
                            && is_offered
                            && key.as_bytes().starts_with(self.typed)
                            && is_name(key.as_bytes())
                        {
                            self.found.insert(key.to_str_lossy().into_owned());
                        }
                    }
                }
            }
        }
    }
}

/// Files and folders whose names begin as the string does that an unfinished `require "` or `dofile "` has.
fn file_names(
    ctx: Context<'_>,
    code: &str,
    before: &[Token],
    string: &Token,
    offset: usize,
) -> (usize, BTreeSet<String>) {
    let nothing = (offset + code.len(), BTreeSet::new());
    let word = |token: &Token| code.get(token.range.clone()).unwrap_or("");
    let function = match before {
        [.., function, open] if word(open) == "(" => function,
        [.., function] => function,
        [] => return nothing,
    };
    let typed_start = string.range.start + 1;
    let Some(typed) = code.get(typed_start..).filter(|typed| !typed.contains('\\')) else { return nothing };
    let mut found = BTreeSet::new();
    let start = match word(function) {
        "dofile" | "loadfile" => {
            let (cut, files) = paths(typed);
            found = files;
            cut
        }
        "require" => {
            let cut = typed.rfind('.').map_or(0, |dot| dot + 1);
            let (parent, name) = typed.split_at(cut);
            for (folder, suffix) in search_folders(ctx, &parent.replace('.', "/")) {
                for (file, is_folder) in entries(Path::new(&folder)) {
                    let module = if is_folder { Some(&file[..]) } else { file.strip_suffix(&suffix) };
                    if let Some(module) = module
                        && module.starts_with(name)
                        && !module.contains('.')
                    {
                        found.insert(if is_folder { format!("{module}.") } else { module.to_owned() });
                    }
                }
            }
            cut
        }
        _ => return nothing,
    };
    (offset + typed_start + start, found)
}

/// The files and folders that a path can go on with, and where the name of them begins in it.
fn paths(typed: &str) -> (usize, BTreeSet<String>) {
    let cut = typed.rfind('/').map_or(0, |slash| slash + 1);
    let (folder, name) = typed.split_at(cut);
    let mut found = BTreeSet::new();
    for (file, is_folder) in entries(Path::new(folder)) {
        if file.starts_with(name) && (!file.starts_with('.') || name.starts_with('.')) {
            found.insert(if is_folder { file + "/" } else { file });
        }
    }
    (cut, found)
}

/// The folders in which `package.path` has modules look, with the folder of a module's parent put in, and what follows
/// the name.
fn search_folders(ctx: Context<'_>, parent: &str) -> Vec<(String, String)> {
    let package = field(ctx, Value::Table(ctx.globals()), "package");
    let Some(Value::String(path)) = package.and_then(|package| field(ctx, package, "path")) else { return Vec::new() };
    let path = path.to_str_lossy();
    let templates = path.split(';').filter_map(|template| template.split_once('?'));
    let places = templates.filter(|(before, after)| {
        // Where the name is a folder's, and where it is only a part of one, there are no files to see.
        (before.is_empty() || before.ends_with('/')) && !after.contains(['/', '?'])
    });
    places.map(|(before, after)| (format!("{before}{parent}"), after.to_owned())).collect()
}

/// The names in a folder that can stand in a string as they are, and which are folders'.
fn entries(folder: &Path) -> Vec<(String, bool)> {
    let folder = if folder == OsStr::new("") { Path::new(".") } else { folder };
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let found = entries.take(LOOKED_AT).filter_map(|entry| {
        let entry = entry.ok()?;
        let name = entry.file_name().into_string().ok()?;
        let is_plain = !name.contains(|it: char| it.is_control() || matches!(it, '"' | '\'' | '\\' | '['));
        is_plain.then(|| (name, entry.path().is_dir()))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::{has_begun, offered};
    use std::collections::BTreeSet;

    #[test]
    fn tab_is_one_where_nothing_has_begun() {
        for text in ["pri", "a.", "a:", "do", "dofile 'some mod", "require \"", ":lo", ":load ", "x = y\n  pri"] {
            assert!(has_begun(text), "{text:?}");
        }
        for text in [
            "",
            "  ",
            "x = ",
            "for i = 1, 2 do\n",
            "x\n\t",
            "local",
            "end",
            "-- a word",
            "12",
            "'a'",
            "[[a\nb",
            "::a:: ",
        ] {
            assert!(!has_begun(text), "{text:?}");
        }
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let names: BTreeSet<String> = (1..=1200).map(|number| format!("name{number}")).collect();
        let pairs = offered(names.clone(), 80, 24);
        // Five columns of 22 lines, and how many more there are.
        assert_eq!(pairs.len(), 111);
        let last = &pairs[110];
        assert_eq!((&*last.display, &*last.replacement), ("... 1090 more", "name"));
        assert_eq!(offered(names, 10, 1).len(), 2);
        let few: BTreeSet<String> = ["rep", "reverse"].map(str::to_owned).into();
        assert_eq!(offered(few, 80, 24).iter().map(|it| &*it.display).collect::<Vec<_>>(), ["rep", "reverse"]);
        assert!(offered(BTreeSet::new(), 80, 24).is_empty());
    }
}
