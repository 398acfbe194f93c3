//! That every message of the machine and of the compiler has an entry in `book/errors.md` and a script in `tests/errors` that shows it.
//!
//! Messages have no table: their words stand where they are raised. So the texts in the code of those files are read here, and each is
//! either a message or is listed with the reason why it is none.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// The files with messages, in the order of the book: the compiler's, and the machine's.
const FILES: &[&str] = &[
    "fife-compiler/src/lexer.rs",
    "fife-compiler/src/lexer/literal.rs",
    "fife-compiler/src/parser.rs",
    "fife-compiler/src/parser/expression.rs",
    "fife-compiler/src/parser/jump.rs",
    "fife-compiler/src/parser/scope.rs",
    "fife-compiler/src/parser/statement.rs",
    "fife-compiler/src/code/assignment.rs",
    "fife-compiler/src/code/call.rs",
    "fife-compiler/src/code/function.rs",
    "fife/src/error/runtime.rs",
    "fife/src/semantics/access.rs",
    "fife/src/semantics/arithmetic.rs",
    "fife/src/semantics/call.rs",
    "fife/src/semantics/compare.rs",
    "fife/src/semantics/concat.rs",
    "fife/src/vm/call.rs",
    "fife/src/vm/coroutine.rs",
    "fife/src/vm/mod.rs",
    "fife/src/vm/operate.rs",
    "fife/src/vm/unwind.rs",
    "fife/src/object/error.rs",
    "fife/src/object/state.rs",
    "fife/src/object/table.rs",
];

/// Texts of which a message is made, and the entries of the book that they stand for; others are entries as they are, with `…` for what is
/// put in. In the order of the code.
const PARTS: &[(&str, &[&str])] = &[
    (
        "attempt to {action} a ",
        &[
            "attempt to index a … value",
            "attempt to concatenate a … value",
            "attempt to perform arithmetic on a … value",
            "attempt to perform bitwise operation on a … value",
            "attempt to get length of a … value",
        ],
    ),
    ("attempt to compare ", &["attempt to compare two … values", "attempt to compare … with …"]),
    (" has no integer representation", &["number… has no integer representation"]),
    ("attempt to call a ", &["attempt to call a … value"]),
    ("calling '", &["calling '…' on bad self (…)"]),
    ("bad argument #{number} to '", &["bad argument #… to '…' (…)"]),
    ("bad 'for' {what} (number expected, got ", &["bad 'for' … (number expected, got …)"]),
    ("' got a non-closable value", &["variable '…' got a non-closable value"]),
    ("{} expected", &["… expected"]),
];

/// Texts in these files that are no messages, or no ones that a script can bring about, and why.
const NO_MESSAGES: &[(&str, &str)] = &[
    (" near <eof>", "the end of messages of the compiler"),
    (" near ", "the end of messages of the compiler"),
    (" near '", "the end of messages of the compiler"),
    (":{}: {message}", "the position before a message"),
    (":{line}: ", "the position before a message"),
    ("{closer} expected", "the same as any other token that is expected"),
    ("(for state)", "the name of a variable"),
    ("local variables", "put into 'too many …'"),
    ("main function", "put into 'too many …'"),
    ("function at line {line}", "put into 'too many …'"),
    ("assignment to an upvalue held by value", "the parser sees to it that there is none"),
    (" value", "the end of a message"),
    (" values", "the end of a message"),
    (" with ", "the middle of a message"),
    ("two ", "the middle of a message"),
    (" (", "what a variable is called"),
    (" '", "what a variable is called"),
    ("' (", "the middle of 'bad argument'"),
    ("' on bad self (", "the middle of 'calling … on bad self'"),
    ("perform arithmetic on", "put into 'attempt to …'"),
    ("perform bitwise operation on", "put into 'attempt to …'"),
    ("get length of", "put into 'attempt to …'"),
    ("value expected", "put into 'bad argument'"),
    ("no value", "put into 'bad argument'"),
    (" expected, got ", "put into 'bad argument'"),
    ("initial value", "put into \"bad 'for'\""),
    ("variable '", "the start of '… got a non-closable value'"),
    ("native asks for a call without a function", "only a host's native can do that"),
    ("attempt to wait in a task that is cancelled", "only a host's native can do that"),
    ("attempt to wait in a finalizer", "only a host's native can do that"),
    ("cannot resume a coroutine of another task", "only a host has several tasks"),
    ("internal error: results without a receiver", "a mistake in Fife"),
    ("internal error: sequence missing from its frame", "a mistake in Fife"),
    ("internal error: coroutine missing from its function", "a mistake in Fife"),
    ("instruction without a slow path", "a mistake in Fife"),
    ("lost table", "a mistake in Fife"),
    ("lost closure", "a mistake in Fife"),
    ("{} actions that cost nothing", "an assertion"),
    ("a machine that runs has a frame", "an assertion"),
    ("a rehash makes room for the key", "an assertion"),
    ("a VM's arena is made with a tracing context", "an assertion"),
    ("host code panicked", "the host's, and the end of the task"),
    ("task was dropped", "the host's, and the end of the task"),
    ("task was cancelled", "the host's, and the end of the task"),
];

/// Entries of the book that no script of `tests/errors` shows, and why.
const NOT_SHOWN: &[(&str, &str)] = &[
    ("attempt to change a frozen table", "only a host freezes tables"),
    ("string length overflow", "it takes strings of more than 2 GiB"),
];

/// The texts in quotes of a file's code, without comments and tests.
fn texts(code: &str) -> Vec<String> {
    let bytes = code.as_bytes();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at += code[at..].find('\n').unwrap_or(code.len() - at);
            }
            b'\'' if bytes.get(at + 1) == Some(&b'\\') => at += 3 + code[at + 3..].find('\'').expect("it ends"),
            b'\'' if bytes.get(at + 2) == Some(&b'\'') => at += 2,
            b'"' => {
                let start = at + 1;
                at = start;
                while bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                found.push(code[start..at].to_owned());
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// A text with `…` for what is put into it.
fn with_gaps(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{')
        && let Some((_, after)) = after.split_once('}')
    {
        shown.push_str(before);
        shown.push('…');
        rest = after;
    }
    shown + rest
}

/// The entries that the code asks for, in its order.
fn messages() -> Vec<String> {
    let crates = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut entries, mut seen) = (Vec::new(), BTreeSet::new());
    for file in FILES {
        let code = fs::read_to_string(crates.join(file)).expect("the file can be read");
        let code = code.split("#[cfg(test)]\nmod tests {").next().expect("there is something");
        for text in texts(code) {
            // A message has several words.
            if !text.contains(' ') || !seen.insert(text.clone()) || NO_MESSAGES.iter().any(|(other, _)| *other == text)
            {
                continue;
            }
            match PARTS.iter().find(|(part, _)| *part == text) {
                Some((_, names)) => entries.extend(names.iter().map(|name| (*name).to_owned())),
                None => entries.push(with_gaps(&text)),
            }
        }
    }
    let mut seen = BTreeSet::new();
    entries.retain(|entry| seen.insert(entry.clone()));
    for (text, _) in
        NO_MESSAGES.iter().map(|(text, why)| (*text, *why)).chain(PARTS.iter().map(|(text, _)| (*text, "")))
    {
        let is_there = FILES.iter().any(|file| {
            let code = fs::read_to_string(crates.join(file)).expect("the file can be read");
            texts(&code).iter().any(|other| other == text)
        });
        assert!(is_there, "{text:?} is no text of the code any more");
    }
    entries
}

/// The entries of the book, each with what it says.
fn book() -> Vec<(String, String)> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../book/errors.md");
    let book = fs::read_to_string(path).expect("the book can be read");
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in book.lines() {
        if let Some(entry) = line.strip_prefix("### `").and_then(|rest| rest.strip_suffix('`')) {
            entries.push((entry.to_owned(), String::new()));
        } else if line.starts_with('#') {
            // A new part, which is no entry's.
        } else if let Some((_, text)) = entries.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    entries
}

/// Whether a message with gaps is in a text.
fn is_shown(message: &str, text: &str) -> bool {
    let mut parts = message.split('…');
    let first = parts.next().expect("there is something");
    text.lines().any(|line| {
        line.match_indices(first).any(|(at, _)| {
            let mut rest = &line[at + first.len()..];
            parts.clone().all(|part| match rest.find(part) {
                Some(found) => {
                    rest = &rest[found + part.len()..];
                    true
                }
                None => false,
            })
        })
    })
}

#[test]
fn every_message_is_in_the_book() {
    let (messages, book) = (messages(), book());
    let entries: Vec<&String> = book.iter().map(|(entry, _)| entry).collect();
    let missing: Vec<&String> = messages.iter().filter(|message| !entries.contains(message)).collect();
    assert!(missing.is_empty(), "book/errors.md does not have: {missing:#?}");
    let more: Vec<&&String> = entries.iter().filter(|entry| !messages.contains(entry)).collect();
    assert!(more.is_empty(), "book/errors.md has what is no message: {more:#?}");
    assert_eq!(entries, messages.iter().collect::<Vec<_>>(), "the book has the order of the code");
    for (entry, text) in &book {
        assert!(text.contains("**Cause.** ") && text.contains("**Cure.** "), "{entry}: cause and cure are to be said");
    }
}

#[test]
fn every_message_is_shown_by_a_script() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/errors");
    let shown: Vec<String> = fs::read_dir(folder)
        .expect("the folder can be read")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|it| it == "txt"))
        .map(|path| fs::read_to_string(path).expect("it is text"))
        .collect();
    let messages = messages();
    let missing: Vec<&String> = messages
        .iter()
        .filter(|message| !shown.iter().any(|text| is_shown(message, text)))
        .filter(|message| !NOT_SHOWN.iter().any(|(other, _)| other == *message))
        .collect();
    assert!(missing.is_empty(), "no script of tests/errors shows: {missing:#?}");
    for (message, _) in NOT_SHOWN {
        assert!(
            messages.iter().any(|it| it == message) && !shown.iter().any(|text| is_shown(message, text)),
            "{message}"
        );
    }
    eprintln!("{} messages, {} not shown", messages.len(), NOT_SHOWN.len());
}

#[test]
fn texts_are_found_in_code() {
    let code = "// \"no\"\nf(\"one two\", b\"x\\\"y\", 'a', '\"', b'\\'', |x: &'a str| \"z\")";
    assert_eq!(texts(code), ["one two", "x\\\"y", "z"]);
    assert_eq!(with_gaps("label '{}' on line {line}"), "label '…' on line …");
    assert!(is_shown("bad argument #… to '…' (…)", "a: bad argument #2 to 'rep' (x)"));
    assert!(!is_shown("bad argument #… to '…' (…)", "bad argument #2 to 'rep'"));
}
