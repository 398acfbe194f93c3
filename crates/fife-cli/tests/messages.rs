//! Every message of the machine, the compiler and the Rust API has an entry in `book/errors.md`. For the first two, a
//! script in `tests/errors` shows each.
//!
//! There is no table of messages: their text is in the code that raises them. So this test reads the texts in the code
//! of those files. Each is either a message or listed with the reason why it is not.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// The files with messages, in the order of the book: the compiler's and the machine's.
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

/// The files with messages for hosts, in the order of the book.
const HOST_FILES: &[&str] = &[
    "fife/src/api/handle/mismatch.rs",
    "fife/src/api/handle/convert.rs",
    "fife/src/api/handle/collections.rs",
    "fife/src/api/handle/value.rs",
    "fife/src/api/handle/host_function.rs",
    "fife/src/api/handle/class/fields.rs",
    "fife/src/api/handle/class/object.rs",
    "fife/src/api/handle/userdata.rs",
    "fife/src/api/handle/lent.rs",
    "fife/src/api/handle/access.rs",
    "fife/src/api/handle/error.rs",
    "fife/src/api/handle/function.rs",
    "fife/src/api/handle/natives.rs",
    "fife/src/api/handle/table.rs",
    "fife/src/api/handle/chunk.rs",
    "fife/src/api/handle/program.rs",
    "fife/src/api/handle/task.rs",
    "fife/src/api/handle/thread.rs",
    "fife/src/api/handle/running.rs",
    "fife/src/api/handle/tasks/spawner.rs",
    "fife/src/api/handle/async_function.rs",
    "fife/src/api/handle/async_context.rs",
    "fife/src/api/handle/async_sequence.rs",
    "fife/src/api/loader.rs",
    "fife/src/vm/load.rs",
    "fife/src/api/lua/embed.rs",
    "fife/src/api/clock.rs",
    "fife/src/api/handle/serde/account.rs",
    "fife/src/api/handle/serde/options.rs",
    "fife/src/api/handle/serde/de.rs",
    "fife/src/api/handle/serde/failure.rs",
    "fife/src/api/handle/serde/ser.rs",
    "fife/src/api/handle/serde/entries.rs",
    "fife/src/object/native.rs",
    "fife/src/object/state.rs",
    "fife/src/vm/call.rs",
    "fife/src/vm/coroutine.rs",
];

/// Texts that form part of a message, and the entries of the book they stand for, in the order of the code. Other texts
/// are entries as they are, with `…` for each gap.
const PARTS: &[(&str, &[&str])] = &[
    (
        "attempt to ",
        &[
            "attempt to index a … value",
            "attempt to concatenate a … value",
            "attempt to perform arithmetic on a … value",
            "attempt to perform bitwise operation on a … value",
            "attempt to get length of a … value",
        ],
    ),
    ("attempt to compare two ", &["attempt to compare two … values"]),
    ("attempt to compare ", &["attempt to compare … with …"]),
    (" has no integer representation", &["number… has no integer representation"]),
    ("attempt to call a ", &["attempt to call a … value"]),
    ("calling '", &["calling '…' on bad self (…)"]),
    ("bad argument #{number} to '", &["bad argument #… to '…' (…)"]),
    (" (number expected, got ", &["bad 'for' … (number expected, got …)"]),
    ("' got a non-closable value", &["variable '…' got a non-closable value"]),
    ("{} expected", &["… expected"]),
];

/// As [`PARTS`], for hosts.
const HOST_PARTS: &[(&str, &[&str])] = &[
    ("the {} {state}", &["the … is being looked at", "the … is being changed", "the … was taken away"]),
    ("no module '", &["no module '…' of the host"]),
    ("attempt to load a {kind} chunk (mode is '", &["attempt to load a … chunk (mode is '…')"]),
    (": bad binary format (", &["bad binary format (…)"]),
];

/// Texts in these files that are not messages, or not ones that a script can cause, and why.
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
    (" a ", "the middle of 'attempt to … a … value'"),
    ("bad 'for' ", "the start of \"bad 'for' … (number expected, got …)\""),
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
];

/// Texts in files with messages for scripts that only hosts get, or scripts whose host does more than the command.
const FOR_HOSTS: &[&str] = &[
    "host code panicked",
    "task was dropped",
    "task was cancelled",
    "native asks for a call without a function",
    "cannot resume a coroutine of another task",
    "attempt to wait in a task that is cancelled",
    "attempt to wait in a finalizer",
];

/// As [`NO_MESSAGES`], for hosts.
const NO_HOST_MESSAGES: &[(&str, &str)] = &[
    ("{place}: {}", "the place before a message"),
    ("{name}: {}", "the place before a message"),
    ("result {number}", "a place"),
    ("element {index}", "a place"),
    ("element {key}", "a place"),
    ("field '{}'", "a place"),
    ("field '{shown}'", "a place"),
    ("field [{key}]", "a place"),
    ("field whose key is of type {}", "a place"),
    ("integer from {} to {}", "put into '… expected, got …'"),
    ("UTF-8 string", "put into '… expected, got …'"),
    ("a string with other bytes, from byte {at} on", "put into '… expected, got …'"),
    ("a table with holes", "put into '… expected, got …'"),
    ("a table with other keys", "put into '… expected, got …'"),
    ("a table with several entries", "put into '… expected, got …'"),
    ("an empty table", "put into '… expected, got …'"),
    ("a list", "put into '… expected, got …'"),
    ("a map or an empty table", "put into '… expected, got …'"),
    ("another value", "put into '… expected, got …'"),
    ("the name alone", "put into '… expected, got …'"),
    ("no variant", "put into '… expected, got …'"),
    ("variant of {name}", "put into '… expected, got …'"),
    ("table {{{name} = value}}", "put into '… expected, got …'"),
    ("list of {N} elements", "put into '… expected, got …'"),
    ("list of {} elements", "put into '… expected, got …'"),
    ("list of {length} elements", "put into '… expected, got …'"),
    ("{length} elements", "put into '… expected, got …'"),
    ("one of {count}", "put into '… expected, got …'"),
    ("one of {last}", "put into '… expected, got …'"),
    ("one of {}", "put into '… expected, got …'"),
    (", …", "between names"),
    (", ", "between names"),
    (": ", "between messages"),
    (": in ", "the form of a traceback"),
    (": {text}", "between messages"),
    ("is being looked at", "put into 'the … is being looked at'"),
    ("is being changed", "put into 'the … is being changed'"),
    ("was taken away", "put into 'the … was taken away'"),
    ("' of the host", "the end of a message"),
    ("not enough memory", "an entry for scripts"),
    ("no value", "an entry for scripts"),
    ("number has no integer representation", "an entry for scripts"),
    ("attempt to call a nil value (method '{name}')", "an entry for scripts"),
    ("this is not complete", "a note beside a message"),
    ("{}: {error}", "the name of a chunk before a message"),
    ("binary string", "the name of a chunk"),
    ("return ", "Lua code"),
    ("task failed", "there is an error to show in its place"),
    ("it is passed on at once", "an assertion"),
    ("a table without elements may have other entries", "an assertion"),
    ("a native's name has a namespace and no spaces: `app.double`", "an error of the compiler"),
    ("what scripts are given need not be `Send`", "a reason for the compiler"),
    ("answers need not be `Send`", "a reason for the compiler"),
    ("what is asked for need not be `Send`", "a reason for the compiler"),
    ("a VM is not what a field is by default", "a reason for the compiler"),
    ("a chunk does nothing until it is run", "a warning of the compiler"),
    ("futures do nothing unless polled", "a warning of the compiler"),
    ("internal error: closure missing from its function", "a mistake in Fife"),
    ("internal error: a function of the interpreter was called as a native", "a mistake in Fife"),
    ("internal error: chunk missing from its loader", "a mistake in Fife"),
    ("internal error: {error}", "a mistake in Fife"),
    ("internal error: {text}", "a mistake in Fife"),
    ("internal error: {message}", "a mistake in Fife"),
];

/// Entries of the book that no script of `tests/errors` shows, and why.
const NOT_SHOWN: &[(&str, &str)] = &[
    ("attempt to change a frozen table", "only a host freezes tables"),
    ("string length overflow", "it takes strings of more than 2 GiB"),
];

/// The quoted texts in a file's code, without comments and tests.
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

/// A text with `…` for each of its gaps.
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

/// Where to find the messages of one part of the book.
struct Part {
    files: &'static [&'static str],
    /// In these files, only the texts of [`FOR_HOSTS`] belong to this part.
    shared: &'static [&'static str],
    parts: &'static [(&'static str, &'static [&'static str])],
    no_messages: &'static [(&'static str, &'static str)],
}

const FOR_SCRIPTS: Part = Part { files: FILES, shared: &[], parts: PARTS, no_messages: NO_MESSAGES };
const FOR_RUST: Part = Part { files: HOST_FILES, shared: FILES, parts: HOST_PARTS, no_messages: NO_HOST_MESSAGES };

/// The texts in a file's code that are messages, or are listed as none.
fn texts_of(file: &str) -> Vec<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let code = fs::read_to_string(path).expect("the file can be read");
    let code = code.split("#[cfg(test)]\nmod tests {").next().expect("there is something");
    // The compiler's text for a wrong closure is not a message of a run.
    let code = without_attributes(code, "#[diagnostic::on_unimplemented(");
    // Only texts of several words are messages.
    texts(&code).into_iter().filter(|text| text.contains(' ')).collect()
}

/// Code without the attributes that begin like this; each ends on a line of its own.
fn without_attributes(code: &str, start: &str) -> String {
    let mut kept = String::new();
    let mut rest = code;
    while let Some(at) = rest.find(start) {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[rest.find("\n)]").expect("it ends")..];
    }
    kept + rest
}

impl Part {
    /// The entries that the code requires, in order.
    fn messages(&self) -> Vec<String> {
        let (mut entries, mut seen) = (Vec::new(), BTreeSet::new());
        for file in self.files {
            for text in texts_of(file) {
                let is_for_hosts = FOR_HOSTS.contains(&&*text);
                let is_of_part = if self.shared.contains(file) { is_for_hosts } else { !is_for_hosts };
                let is_message = !self.no_messages.iter().any(|(other, _)| *other == text);
                if !is_of_part || !is_message || !seen.insert(text.clone()) {
                    continue;
                }
                match self.parts.iter().find(|(part, _)| *part == text) {
                    Some((_, names)) => entries.extend(names.iter().map(|name| (*name).to_owned())),
                    None => entries.push(with_gaps(&text)),
                }
            }
        }
        let mut seen = BTreeSet::new();
        entries.retain(|entry| seen.insert(entry.clone()));
        entries
    }

    /// The listed texts that the code no longer has.
    fn stale(&self) -> Vec<&'static str> {
        let found: BTreeSet<String> = self.files.iter().flat_map(|file| texts_of(file)).collect();
        let listed = self.no_messages.iter().map(|(text, _)| *text).chain(self.parts.iter().map(|(text, _)| *text));
        listed.filter(|text| !found.contains(*text)).collect()
    }
}

/// The heading of the book's part for hosts.
const HOST_HEADING: &str = "## What a host is told";

/// The entries of the book for scripts and for hosts, each with its text.
fn book() -> [Vec<(String, String)>; 2] {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../book/errors.md");
    let book = fs::read_to_string(path).expect("the book can be read");
    let (scripts, hosts) = book.split_once(HOST_HEADING).expect("there is a part for hosts");
    [entries_of(scripts), entries_of(hosts)]
}

fn entries_of(book: &str) -> Vec<(String, String)> {
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in book.lines() {
        if let Some(entry) = line.strip_prefix("### `").and_then(|rest| rest.strip_suffix('`')) {
            entries.push((entry.to_owned(), String::new()));
        } else if line.starts_with('#') {
            // A new part, which belongs to no entry.
        } else if let Some((_, text)) = entries.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    entries
}

/// Whether a text contains a message with gaps.
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

fn compare(messages: &[String], book: &[(String, String)]) {
    let entries: Vec<&String> = book.iter().map(|(entry, _)| entry).collect();
    let missing: Vec<&String> = messages.iter().filter(|message| !entries.contains(message)).collect();
    assert!(missing.is_empty(), "book/errors.md does not have: {missing:#?}");
    let more: Vec<&&String> = entries.iter().filter(|entry| !messages.contains(entry)).collect();
    assert!(more.is_empty(), "book/errors.md has what is no message: {more:#?}");
    assert_eq!(entries, messages.iter().collect::<Vec<_>>(), "the book has the order of the code");
    for (entry, text) in book {
        assert!(text.contains("**Cause.** ") && text.contains("**Cure.** "), "{entry}: cause and cure are to be said");
    }
}

#[test]
fn every_message_is_in_the_book() {
    let [book, _] = book();
    compare(&FOR_SCRIPTS.messages(), &book);
}

#[test]
fn every_message_to_a_host_is_in_the_book() {
    let [_, book] = book();
    compare(&FOR_RUST.messages(), &book);
    for (entry, text) in &book {
        let kinds = ["Syntax", "Runtime", "Memory", "Fuel", "Deadline", "Conversion", "Borrow", "Handle", "Cancelled"];
        let says_what_it_is =
            kinds.iter().chain(&["Waiting", "Panicked"]).any(|kind| text.contains(&format!("(`{kind}`)")))
                || ["It is a `", "It is part of "].iter().any(|words| text.contains(words));
        assert!(says_what_it_is, "{entry}: its kind, or its type, is to be said");
    }
}

#[test]
fn no_list_is_stale() {
    let stale = [FOR_SCRIPTS.stale(), FOR_RUST.stale()].concat();
    assert!(stale.is_empty(), "these are no texts of the code any more: {stale:#?}");
    let found: BTreeSet<String> = HOST_FILES.iter().flat_map(|file| texts_of(file)).collect();
    let unknown: Vec<_> = FOR_HOSTS.iter().filter(|text| !found.contains(**text)).collect();
    assert!(unknown.is_empty(), "these are no texts of the code any more: {unknown:#?}");
    assert_eq!(without_attributes("a #[x(\n\"b\"\n)] c #[x(\n)] d", "#[x("), "a \n)] c \n)] d");
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
    let messages = FOR_SCRIPTS.messages();
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
