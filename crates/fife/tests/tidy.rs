//! Keeps the tree in the shape that its documentation promises.
//!
//! Four rules: inside `fife`, imports point down the layers; nothing there reaches outside except through `Host`;
//! `unsafe` stays on the listed islands; every file opens with a `//!` header that says why it exists. Exceptions are
//! listed here, with the reason, and an exception that is no longer needed is a failure, too.

#[path = "common/files.rs"]
mod files;

use files::files_below;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers of `fife`, lowest first. `lib.rs` is above all of them.
const LAYERS: [&str; 8] = ["object", "inspect", "error", "semantics", "native", "vm", "api", "stdlib"];

/// Macros that live at the root of the crate, as macros do, but name items in `object`.
const MACROS: [&str; 1] = ["userdata_type"];

/// Names that a layer takes from a higher one: layer, path, reason. Two borders allow this: a heap holds natives and
/// the sequences they wait in, and the constructors of a VM open its libraries.
const UPWARD: [(&str, &str, &str); 8] = [
    ("object", "crate::native::Call", "the signature of native functions, which a function object holds"),
    ("object", "crate::native::Reply", "the signature of native functions, which a function object holds"),
    ("object", "crate::native::Sequence", "what a sequence object holds: a pending native is data on the heap"),
    ("object", "crate::native::Poll", "the signature of sequences, whose objects hold how they are polled"),
    ("object", "crate::native::Host", "the state holds the host"),
    ("object", "crate::native::Limits", "the state holds the limits"),
    ("api", "crate::stdlib::LIBRARIES", "the constructors of a VM tell it the natives of the libraries"),
    ("api", "crate::stdlib::open", "the constructors of a VM open its libraries"),
];

/// Files with `unsafe` code, each opening with its safety argument.
const ISLANDS: &[&str] = &[
    "api/handle/lent.rs",
    "api/handle/shared.rs",
    "api/lua/send.rs",
    "object/held_bytes.rs",
    "object/closure.rs",
    "object/finalizer.rs",
    "object/interner.rs",
    "object/native.rs",
    "object/sequence.rs",
    "object/slot.rs",
    "object/string.rs",
    "object/table.rs",
    "object/table/copy.rs",
    "object/table/growth.rs",
    "object/table/migration.rs",
    "object/table/node.rs",
    "object/table/rehash.rs",
    "object/table/traverse.rs",
    "object/prototype.rs",
    "object/thread.rs",
    "object/thread/frame.rs",
    "object/tracing.rs",
    "object/userdata.rs",
    "object/weak.rs",
    "vm/call.rs",
    "vm/mod.rs",
    "vm/operate.rs",
    "vm/run.rs",
];

/// Files whose only `unsafe` is `unsafe impl Collect`: types whose tracing the derive macro cannot write.
const TRACED: &[&str] = &[
    "api/executor.rs",
    "object/error.rs",
    "object/executor.rs",
    "object/prototype.rs",
    "object/state.rs",
    "object/step.rs",
    "object/thread/hook.rs",
    "object/value.rs",
];

/// Crates that forbid `unsafe` altogether.
const SAFE_CRATES: &[&str] = &["fife-bytecode", "fife-compiler", "fife-system", "fife-cli", "xtask"];

/// Crates with a few files of `unsafe` code, and those files.
const SMALL_ISLANDS: &[(&str, &[&str])] = &[("fife-web", &["exports.rs", "tests.rs"])];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the crates' folder exists")
}

/// The code without comments and the contents of literals.
fn without_comments_and_literals(source: &str) -> String {
    // The rules look for ASCII only; without other characters, every position is the start of a character.
    let source: String = source.chars().map(|it| if it.is_ascii() { it } else { '?' }).collect();
    let bytes = source.as_bytes();
    let mut kept = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &source[at..];
        let raw = rest.strip_prefix('r').map(|after| after.bytes().take_while(|byte| *byte == b'#').count());
        let is_word_before = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else if let Some(hashes) = raw
            && (!is_word_before || bytes[at - 1] == b'b')
            && rest[1 + hashes..].starts_with('"')
        {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = hashes + 2;
            at += rest[start..].find(&end).map_or(rest.len(), |length| start + length + end.len());
        } else if rest.starts_with('"') {
            let mut end = 1;
            while end < rest.len() && bytes[at + end] != b'"' {
                end += if bytes[at + end] == b'\\' { 2 } else { 1 };
            }
            at += end + 1;
        } else if rest.starts_with("'\\") {
            // The character after the backslash may be a quote itself.
            at += 3 + bytes.get(at + 3..).unwrap_or_default().iter().position(|byte| *byte == b'\'').unwrap_or(0) + 1;
        } else if bytes[at] == b'\'' && bytes.get(at + 2) == Some(&b'\'') {
            at += 3;
        } else {
            kept.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// The first three parts of every path that starts with `root`, such as `crate::`; paths in braces are listed one by
/// one.
fn paths_from(root: &str, code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices(root) {
        let before = at.checked_sub(1).map(|before| code.as_bytes()[before]);
        if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'$' | b'_')) {
            continue;
        }
        // The prefixes of the groups around the current position.
        let mut groups: Vec<String> = Vec::new();
        let mut path = String::new();
        for character in code[at..].chars() {
            match character {
                '{' => groups.push(path.clone()),
                ',' | '}' if !groups.is_empty() => {
                    add_path(&mut found, &path);
                    let group = if character == '}' { groups.pop() } else { groups.last().cloned() };
                    path = if character == ',' { group.unwrap_or_default() } else { String::new() };
                }
                character if character.is_alphanumeric() || matches!(character, '_' | ':') => path.push(character),
                character if character.is_whitespace() && !groups.is_empty() => {}
                _ => {
                    add_path(&mut found, &path);
                    break;
                }
            }
            if groups.is_empty() && character == '}' {
                break;
            }
        }
    }
    found
}

fn add_path(found: &mut BTreeSet<String>, path: &str) {
    let parts: Vec<&str> = path.split("::").filter(|part| !part.is_empty() && *part != "self").take(3).collect();
    if parts.len() > 1 {
        found.insert(parts.join("::"));
    }
}

/// The path of a file below `crates/fife/src`, with slashes.
fn name_in_source(path: &Path) -> String {
    let source = crates().join("fife/src");
    path.strip_prefix(source).expect("a file of fife").to_string_lossy().replace('\\', "/")
}

fn report(failures: Vec<String>) {
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn imports_point_down_the_layers() {
    let mut failures = Vec::new();
    let mut used = BTreeSet::new();
    for path in files_below(&crates().join("fife/src"), "rs") {
        let name = name_in_source(&path);
        let layer_name = name.split('/').next().unwrap_or_default().trim_end_matches(".rs");
        let Some(layer) = LAYERS.iter().position(|layer| *layer == layer_name) else { continue };
        let code = without_comments_and_literals(&fs::read_to_string(&path).expect("readable"));
        if name.ends_with("tests.rs") {
            continue;
        }
        for import in paths_from("crate::", &code) {
            let target = import.split("::").nth(1).unwrap_or_default();
            match LAYERS.iter().position(|layer| *layer == target) {
                Some(target) if target > layer => {
                    let permission = (layer_name.to_owned(), import.clone());
                    if UPWARD.iter().any(|(layer, path, _)| *layer == permission.0 && *path == permission.1) {
                        used.insert(permission);
                    } else {
                        failures.push(format!("{name}: upward import of `{import}`"));
                    }
                }
                Some(_) => {}
                None if MACROS.contains(&target) => {}
                None if target.starts_with(|first: char| first.is_lowercase()) => {
                    failures.push(format!("{name}: `{import}` names no layer"));
                }
                None => failures.push(format!("{name}: import `{import}` by its layer's path")),
            }
        }
    }
    for (layer, path, _) in &UPWARD {
        if !used.contains(&((*layer).to_owned(), (*path).to_owned())) {
            failures.push(format!("{layer} does not use `{path}` any more: take the permission away"));
        }
    }
    report(failures);
}

/// Modules of the standard library through which `fife` could bypass its host.
const OUTSIDE: [&str; 3] = ["std::fs", "std::process", "std::env"];

/// The paths in `code` that lead into [`OUTSIDE`].
fn paths_outside(code: &str) -> Vec<String> {
    // The macro `env!` reads the compiler's environment. In `fs as files`, the first name counts.
    let code = code.replace("std::env!", "").replace(" as ", ", ");
    let is_outside =
        |path: &String| OUTSIDE.iter().any(|module| format!("{path}::").starts_with(&format!("{module}::")));
    paths_from("std::", &code).into_iter().filter(is_outside).collect()
}

/// Files, processes and the environment belong to the host: the operating system is in `fife-system`.
#[test]
fn nothing_reaches_outside_but_through_the_host() {
    let mut failures = Vec::new();
    for path in files_below(&crates().join("fife/src"), "rs") {
        let code = without_comments_and_literals(&fs::read_to_string(&path).expect("readable"));
        let name = name_in_source(&path);
        let found = paths_outside(&code);
        failures.extend(
            found.iter().map(|path| format!("{name}: names `{path}`, which is for `Host`, or for fife-system")),
        );
    }
    report(failures);
    // What it would have found.
    let code = "use std::{io, fs::{self, File}, env as environment}; let v = std::env!(); ::std::process::abort() nostd::fs::f()";
    assert_eq!(paths_outside(code), ["std::env", "std::fs", "std::fs::File", "std::process::abort"]);
}

/// The host with a closure for its output passes everything else on to another one. Each method has a default, so the
/// compiler does not notice a missing one.
#[test]
fn a_host_around_another_passes_everything_on() {
    let methods = |file: &str, start: &str| -> BTreeSet<String> {
        let source = fs::read_to_string(crates().join("fife/src").join(file)).expect("readable");
        let code = without_comments_and_literals(&source);
        let (_, block) = code.split_once(start).expect("it is there");
        let block = block.split("\n}").next().expect("there is a first part");
        block
            .lines()
            .filter_map(|line| line.strip_prefix("    fn "))
            .map(|line| line.split('(').next().into_iter().collect())
            .collect()
    };
    let of_trait = methods("native/host.rs", "pub trait Host: Send {");
    assert!(of_trait.len() > 20, "{of_trait:?}");
    assert_eq!(methods("api/builder/output.rs", "impl Host for WithOutput {"), of_trait);
}

/// How often the code contains a word.
fn count_word(code: &str, word: &str) -> usize {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let bytes = code.as_bytes();
    code.match_indices(word)
        .filter(|(at, _)| {
            !is_word(at.checked_sub(1).and_then(|at| bytes.get(at))) && !is_word(bytes.get(at + word.len()))
        })
        .count()
}

/// Counts `unsafe impl Collect for`, also with parameters.
fn count_traced(code: &str) -> usize {
    code.match_indices("unsafe impl")
        .filter(|(at, _)| {
            let end = code[*at..].find('{').map_or(code.len(), |end| at + end);
            code[*at..end].contains("Collect for")
        })
        .count()
}

#[test]
fn unsafe_stays_on_its_islands() {
    let mut failures = Vec::new();
    for path in files_below(&crates().join("fife/src"), "rs") {
        let name = name_in_source(&path);
        let source = fs::read_to_string(&path).expect("readable");
        let code = without_comments_and_literals(&source);
        let (all, traced) = (count_word(&code, "unsafe"), count_traced(&code));
        let header: String = source.lines().take_while(|line| line.starts_with("//!")).collect();
        if ISLANDS.contains(&name.as_str()) {
            if all == traced {
                failures.push(format!("{name}: is listed as an island but has no unsafe code of its own"));
            }
            if !header.contains("# Safety argument") {
                failures.push(format!("{name}: an island opens with its safety argument"));
            }
        } else if all > traced {
            failures.push(format!("{name}: unsafe code outside of the listed islands"));
        } else if traced > 0 && !TRACED.contains(&name.as_str()) {
            failures.push(format!("{name}: `unsafe impl Collect` in a file that is not listed: derive it"));
        } else if traced == 0 && TRACED.contains(&name.as_str()) {
            failures.push(format!("{name}: is listed for its `unsafe impl Collect`, but has none"));
        }
    }
    for (name, islands) in SMALL_ISLANDS {
        let folder = crates().join(name).join("src");
        for path in files_below(&folder, "rs") {
            let source = fs::read_to_string(&path).expect("readable");
            let has_unsafe = count_word(&without_comments_and_literals(&source), "unsafe") > 0;
            let file = path.strip_prefix(&folder).expect("a file of the crate").to_string_lossy().into_owned();
            let header: String = source.lines().take_while(|line| line.starts_with("//!")).collect();
            if has_unsafe != islands.contains(&&*file) {
                failures.push(format!("{name}/{file}: unsafe code outside of the listed islands, or none on one"));
            } else if has_unsafe && !header.contains("# Safety argument") {
                failures.push(format!("{name}/{file}: an island opens with its safety argument"));
            }
        }
    }
    for name in SAFE_CRATES {
        let source = crates().join(name).join("src");
        let root = ["lib.rs", "main.rs"].into_iter().find_map(|file| fs::read_to_string(source.join(file)).ok());
        if !root.is_some_and(|root| root.contains("#![forbid(unsafe_code)]")) {
            failures.push(format!("{name}: does not forbid unsafe code"));
        }
    }
    report(failures);
}

/// Code that embedders copy needs nothing unsafe: the examples forbid it, and so does the harness that runs the code of
/// README and book.
#[test]
fn examples_forbid_unsafe_code() {
    let forbids = |text: &str| text.lines().any(|line| line == "#![forbid(unsafe_code)]");
    let examples = files_below(&crates().join("fife/examples"), "rs");
    assert!(examples.len() > 15, "only {} examples are found", examples.len());
    let text_of = |path: &Path| fs::read_to_string(path).expect("readable");
    let unsafe_ones: Vec<_> = examples.iter().filter(|path| !forbids(&text_of(path))).collect();
    assert!(unsafe_ones.is_empty(), "these do not forbid unsafe code: {unsafe_ones:?}");
    let harness = text_of(&crates().join("../tests/book/src/lib.rs"));
    assert!(forbids(&harness) && harness.lines().any(|line| line == "#![doc(test(attr(forbid(unsafe_code))))]"));
}

/// The files that may name the fields of a frame.
const FRAMES: [&str; 2] = ["object/thread/frame.rs", "vm/run.rs"];

/// The meaning of a frame's fields depends on its kind, which one file knows. The loop has its own access to those of
/// Lua frames.
#[test]
fn frames_are_known_in_one_file() {
    let fields = ["pc", "constants", "base", "func", "kind", "on_return", "results", "extra"];
    let mut failures = Vec::new();
    for path in files_below(&crates().join("fife/src"), "rs") {
        let name = name_in_source(&path);
        if FRAMES.contains(&name.as_str()) {
            continue;
        }
        let code = without_comments_and_literals(&fs::read_to_string(&path).expect("readable"));
        if count_word(&code, "FrameKind") > 0 {
            failures.push(format!("{name}: `FrameKind` is for {}: look at `FrameView`", FRAMES[0]));
        }
        let frames = code
            .match_indices("frame")
            .map(|(at, word)| at + word.len())
            .chain(code.match_indices("frame()").map(|(at, it)| at + it.len()));
        for end in frames {
            let Some(field) = code[end..].strip_prefix('.') else { continue };
            let word = &field[..field.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(field.len())];
            if fields.contains(&word) && !field[word.len()..].starts_with('(') {
                failures.push(format!("{name}: names the field `{word}` of a frame"));
            }
        }
    }
    report(failures);
}

/// A file that a crate includes from elsewhere is not in its package, which nothing but publishing it would show.
#[test]
fn crates_include_their_own_files() {
    let mut failures = Vec::new();
    for manifest in fs::read_dir(crates()).expect("readable").map(|it| it.expect("readable").path().join("Cargo.toml"))
    {
        let Ok(text) = fs::read_to_string(&manifest) else { continue };
        // Those that are not published have no list.
        let Some(list) = text.lines().find(|line| line.starts_with("include = ")) else { continue };
        let root = manifest.parent().expect("a manifest is in a folder");
        if root.join("build.rs").exists() && !list.contains("\"/build.rs\"") {
            failures.push(format!("{}: its build script is not in the package", manifest.display()));
        }
        for path in files_below(&root.join("src"), "rs") {
            let source = fs::read_to_string(&path).expect("readable");
            for included in included_files(&source) {
                // The folder that the path climbs to, and goes on from.
                let folder = path.ancestors().nth(included.matches("../").count() + 1).expect("a folder");
                let first = included.rsplit("../").next().unwrap_or_default().split('/').next().unwrap_or_default();
                if !folder.starts_with(root) {
                    failures.push(format!("{}: includes {included} from outside of its crate", path.display()));
                } else if folder == root && first != "src" && !list.contains(&format!("\"/{first}\"")) {
                    failures.push(format!("{}: includes {included}, which is not in the package", path.display()));
                }
            }
        }
    }
    report(failures);
    let found: Vec<&str> = included_files("const A: &str = include_str!(\"../a.md\"); include!(\"b.rs\");").collect();
    assert_eq!(found, ["../a.md", "b.rs"]);
}

/// The paths in `include!` and its like.
fn included_files(source: &str) -> impl Iterator<Item = &str> {
    ["include_str!(\"", "include_bytes!(\"", "include!(\""].into_iter().flat_map(move |call| {
        source.match_indices(call).filter_map(move |(at, _)| source[at + call.len()..].split('"').next())
    })
}

/// Strings that the library makes regardless of the limit on memory, in calls by scripts: file, how many, reason.
const FORCED: &[(&str, usize, &str)] = &[
    ("stdlib/io.rs", 1, "how a command ended: it has run, so it cannot be called again"),
    ("stdlib/load/file.rs", 1, "the message of a source that is too long, of which a part is there"),
    (
        "stdlib/package/searcher.rs",
        3,
        "names that stand in the code of each program, in sequences that have had effects",
    ),
];

/// Anything a script can have made again and again must be refused by the limit, even strings that are always the same:
/// they may become garbage in between, and those beyond the limit bring in room for others.
#[test]
fn the_library_makes_strings_within_the_limit() {
    let mut failures = Vec::new();
    for path in files_below(&crates().join("fife/src/stdlib"), "rs") {
        let name = name_in_source(&path);
        let code = without_comments_and_literals(&fs::read_to_string(&path).expect("readable"));
        let count = code.matches("call.ctx().string(").count();
        let allowed = FORCED.iter().filter(|(file, ..)| *file == name).map(|(_, count, _)| *count).sum();
        if count > allowed {
            failures.push(format!("{name}: {count} strings past the limit, {allowed} allowed: use `call.make_string`"));
        } else if count < allowed {
            failures.push(format!(
                "{name}: {allowed} strings past the limit are allowed, and {count} are made: take the rest away"
            ));
        }
    }
    report(failures);
}

/// The types that a file defines.
fn defined_types(code: &str) -> BTreeSet<&str> {
    let keywords = ["struct ", "enum ", "union "];
    let starts = keywords.iter().flat_map(|keyword| code.match_indices(keyword).map(|(at, it)| (at, at + it.len())));
    starts
        .filter(|(at, _)| code[..*at].ends_with([' ', '\n', '\t']) || *at == 0)
        .map(|(_, name)| &code[name..])
        .map(|rest| &rest[..rest.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(rest.len())])
        .collect()
}

/// The type of the inherent `impl` block at the start of `code`, if there is one.
fn inherent_type(code: &str) -> Option<&str> {
    let mut rest = code.strip_prefix("impl")?;
    if rest.starts_with('<') {
        let mut depth = 0;
        let end = rest.char_indices().find_map(|(at, it)| {
            let is_arrow = it == '>' && rest[..at].ends_with('-');
            depth += i32::from(it == '<') - i32::from(it == '>' && !is_arrow);
            (depth == 0).then_some(at + 1)
        })?;
        rest = &rest[end..];
    }
    let head = rest[..rest.find('{')?].trim();
    if head.split_whitespace().any(|word| word == "for") {
        return None;
    }
    let path = head[..head.find(['<', ' ']).unwrap_or(head.len())].trim();
    path.rsplit("::").next().filter(|name| !name.is_empty())
}

/// A type's methods are in its own file or below it: `table/node.rs` belongs to `table.rs`, and all of a folder to its
/// `mod.rs`.
#[test]
fn methods_stand_with_their_type() {
    let files: Vec<(String, String)> = files_below(&crates().join("fife/src"), "rs")
        .iter()
        .map(|path| {
            let source = fs::read_to_string(path).expect("readable");
            (name_in_source(path), without_comments_and_literals(&source))
        })
        .collect();
    let mut failures = Vec::new();
    for (name, code) in &files {
        let blocks = code.match_indices("\nimpl").filter_map(|(at, _)| inherent_type(&code[at + 1..]));
        for block in blocks {
            let homes: Vec<&String> =
                files.iter().filter(|(_, code)| defined_types(code).contains(block)).map(|(home, _)| home).collect();
            let is_home = |home: &&String| {
                let folder = home.strip_suffix("mod.rs").map(str::to_owned);
                let folder = folder.unwrap_or_else(|| home.trim_end_matches(".rs").to_owned() + "/");
                *home == name || name.starts_with(&folder)
            };
            if !homes.iter().any(is_home) {
                failures.push(format!("{name}: `impl {block}` stands apart from its type, which is in {homes:?}"));
            }
        }
    }
    report(failures);
}

/// Safe functions that access memory through a raw pointer at a place given by a parameter, without a check that the
/// rule below sees; with the reason why they are right.
const TRUSTED: &[(&str, &str, &str)] =
    &[("object/table/copy.rs", "copy_slots", "its closure `is_within` checks both runs under other names")];

/// The safe functions of a file, as name, parameters and body. `code` has no comments and literals.
fn safe_functions(code: &str) -> Vec<(&str, &str, &str)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let before = code[..at].trim_end();
        let is_word = count_word(&code[at..at + 2], "fn") > 0
            && !code[..at].ends_with(|last: char| last.is_alphanumeric() || last == '_');
        if before.ends_with("unsafe") || !is_word {
            continue;
        }
        let Some(open) = code[at..].find('(').map(|open| at + open) else { continue };
        let Some(close) = matching(code, open, b'(', b')') else { continue };
        let rest = &code[close..];
        let Some(brace) = rest.find(['{', ';']).filter(|brace| rest.as_bytes()[*brace] == b'{') else { continue };
        let Some(end) = matching(code, close + brace, b'{', b'}') else { continue };
        let name = code[at + 3..open].split('<').next().unwrap_or_default().trim();
        found.push((name, &code[open..close], &code[close + brace..end]));
    }
    found
}

/// The position of the bracket that closes the one at `open`.
fn matching(code: &str, open: usize, opening: u8, closing: u8) -> Option<usize> {
    let mut depth = 0;
    code.bytes().enumerate().skip(open).find_map(|(at, byte)| {
        depth += i32::from(byte == opening) - i32::from(byte == closing);
        (depth == 0).then_some(at)
    })
}

/// The numbers among parameters.
fn number_parameters(parameters: &str) -> Vec<&str> {
    let is_number =
        |kind: &str| matches!(kind.trim(), "u8" | "u16" | "u32" | "u64" | "usize" | "i32" | "i64" | "isize");
    let parts = parameters.trim_start_matches('(').split(',').filter_map(|part| part.split_once(':'));
    parts.filter(|(_, kind)| is_number(kind)).map(|(name, _)| name.trim().trim_start_matches("mut ")).collect()
}

/// Whether a function moves a raw pointer by a parameter that it does not compare with anything.
fn steps_unchecked(parameters: &str, body: &str) -> bool {
    body.contains("unsafe")
        && number_parameters(parameters).iter().any(|name| {
            let steps = [".add(", ".sub(", ".offset(", ".byte_add("].iter().any(|step| {
                body.match_indices(step).any(|(at, _)| {
                    let argument = &body[at + step.len()..];
                    let argument = &argument[..argument.find(')').unwrap_or(argument.len())];
                    count_word(argument, name) > 0 && !argument.contains('&')
                })
            });
            let is_compared = body.split(['{', '}', ';']).any(|statement| {
                let without_debug = if statement.contains("debug_assert") { "" } else { statement };
                count_word(without_debug, name) > 0 && without_debug.contains(['<', '>', '%'])
            });
            steps && !is_compared
        })
}

/// A safe function is safe with every argument. One that trusts a number from its caller is `unsafe fn`.
#[test]
fn unchecked_steps_are_unsafe() {
    let mut failures = Vec::new();
    for name in ISLANDS {
        let source = fs::read_to_string(crates().join("fife/src").join(name)).expect("readable");
        let code = without_comments_and_literals(&source);
        for (function, parameters, body) in safe_functions(&code) {
            let is_trusted = TRUSTED.iter().any(|(file, trusted, _)| file == name && *trusted == function);
            match steps_unchecked(parameters, body) {
                true if !is_trusted => failures.push(format!(
                    "{name}: `{function}` steps a pointer by an argument that it does not check: check it, or make it `unsafe fn`"
                )),
                false if is_trusted => failures.push(format!("{name}: `{function}` is trusted for nothing")),
                _ => {}
            }
        }
    }
    report(failures);
    // What it would have found.
    let before = "impl T { pub(crate) fn slot(&self, index: u32) -> S { debug_assert!(index < self.size); unsafe { *self.stack.as_ptr().add(index as usize) } } }";
    let checked = before.replace("debug_assert", "assert");
    let found = |code: &str| safe_functions(code).iter().any(|(_, parameters, body)| steps_unchecked(parameters, body));
    assert!(found(before) && !found(&checked) && !found(&before.replace("fn slot", "unsafe fn slot")));
}

#[test]
fn every_file_opens_with_why() {
    let mut failures = Vec::new();
    for path in files_below(&crates(), "rs") {
        let source = fs::read_to_string(&path).expect("readable");
        let first = source.lines().next().unwrap_or_default();
        if first.strip_prefix("//!").is_none_or(|text| text.trim().len() < 4) {
            failures.push(format!("{}: does not open with a `//!` header", path.display()));
        }
    }
    report(failures);
}

#[test]
fn the_scanner_sees_what_it_should() {
    let code = without_comments_and_literals(
        "use crate::api::{Call, sub::{A, B}}; // crate::vm::Hidden\nlet s = \"crate::x::Y\"; let q = b'\"'; crate::vm::go(r#\"a\"b\"#, '\\'')",
    );
    let found: Vec<String> = paths_from("crate::", &code).into_iter().collect();
    assert_eq!(found, ["crate::api::Call", "crate::api::sub", "crate::vm::go"]);
}
