//! Every public item at the root of `fife` has an example in its documentation, so that its page offers something to
//! copy.
//!
//! The items are those that `src/lib.rs` exports. An item has an example if its own documentation has a block of code.
//! If another item's example is the place to look, [`ELSEWHERE`] names that item, and its example must mention this
//! one. Items that need no example are in [`WITHOUT`], with the reason.

#[path = "common/files.rs"]
mod files;

use files::files_below;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Items whose example is elsewhere: the item, the item or method that has the example, and the words in it that show
/// this item.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    ("CallKey", "new_async_with", "ctx.key()"),
    ("Class", "UserData", "class: &mut Class<Self>"),
    ("Collect", "from_fn_with", "#[derive(Collect)]"),
    ("Diagnostic", "diagnostic", "error.diagnostic()"),
    ("FrameInfo", "frames", ".frames("),
    ("MetaMethod", "UserData", "MetaMethod::Add"),
    ("Method", "UserData", ".method(\"length\", |this: &Vector|"),
    ("MethodMut", "UserData", ".method_mut(\"scale\", |this: &mut Vector"),
    ("Next", "next", "tasks.next(&mut lua).await"),
    ("Note", "diagnostic", "diagnostic.notes[0]"),
    ("OnRestore", "new_async_with", "OnRestore::Once"),
    ("Result", "prelude", "fn main() -> Result<()>"),
    ("Resumed", "Thread", "Resumed::Yielded"),
    ("SourcePosition", "diagnostic", "diagnostic.position"),
    ("Spawner", "spawner", "spawner.spawn("),
    ("Status", "Task", "Status::Finished"),
    ("TaskId", "Tasks", "let spin = tasks.spawn_with("),
    ("Turn", "Tasks", "tasks.turn(&mut lua, 1_000).ended"),
];

/// Items without an example, and why.
const WITHOUT: &[(&str, &str)] = &[
    ("arena", "a crate of its own, whose types have examples"),
    ("number", "a module of another crate, whose functions say what they return"),
    ("MaybeSend", "a bound: the section on features says how it is used"),
    ("ActivationKind", "the kinds of what a `FrameInfo` tells of, in a word each"),
    ("Buffering", "an argument of a method of `Host`, told in C's words"),
    ("CommandEnd", "what `Host::execute` returns, told in C's words"),
    ("PipeMode", "an argument of a method of `Host`, told in C's words"),
    ("STEP_FUEL", "a number"),
    ("STRING_LIMIT", "a number"),
    ("ThreadStatus", "the four words of Lua's `coroutine.status`"),
    ("library_natives", "a list for tests and pages"),
    ("source_of_file", "a slice of its argument"),
];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The names that `lib.rs` exports, including modules and macros but not hidden items.
fn exported(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_hidden = false;
    let mut depth = 0;
    let mut statement = String::new();
    for line in source.lines() {
        let code = line.split("//").next().unwrap_or_default();
        if depth == 0 && code.trim().starts_with("#[doc(hidden)]") {
            is_hidden = true;
        }
        let starts = depth == 0 && (code.starts_with("pub use") || code.starts_with("pub mod"));
        if starts || !statement.is_empty() {
            statement.push_str(code);
        }
        let is_module = statement.starts_with("pub mod");
        if !statement.is_empty() && (code.contains(';') || is_module) {
            if !is_hidden {
                names.extend(names_of(&statement));
            }
            is_hidden = false;
            statement.clear();
        }
        depth += code.matches('{').count();
        depth -= code.matches('}').count();
    }
    names
}

/// The names in `pub mod name {`, `pub use path::{A, B as C};` and the like.
fn names_of(statement: &str) -> Vec<String> {
    if let Some(rest) = statement.strip_prefix("pub mod ") {
        return vec![rest.trim_end_matches(['{', ' ']).to_owned()];
    }
    let path = statement.trim_start_matches("pub use ").trim_end_matches(';');
    let list = match path.split_once('{') {
        Some((_, list)) => list.trim_end_matches('}'),
        None => path,
    };
    let last = |name: &str| {
        let name = name.rsplit(" as ").next().unwrap_or(name);
        name.rsplit("::").next().unwrap_or(name).trim().to_owned()
    };
    list.split(',').map(last).filter(|name| !name.is_empty() && name != "*").collect()
}

/// The documentation of each definition in the crates: the text before `pub struct Name` and the like.
fn documentation() -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut paths: Vec<PathBuf> = Vec::new();
    for name in ["fife", "fife-arena", "fife-derive", "fife-bytecode"] {
        paths.extend(files_below(&crates().join(name).join("src"), "rs"));
    }
    for path in paths {
        let source = fs::read_to_string(&path).expect("a readable file");
        // The layer that is public as `gc` has types of the same names.
        let is_branded = path
            .components()
            .any(|part| ["object", "inspect", "vm", "stdlib"].iter().any(|it| part.as_os_str() == *it));
        let mut text = String::new();
        for line in source.lines() {
            let line = line.trim();
            if let Some(doc) = line.strip_prefix("///") {
                text.push_str(doc);
                text.push('\n');
            } else if !line.starts_with("#[") && !line.starts_with("//") && !text.is_empty() {
                // Attributes of several lines belong to the definition that follows.
                if let Some(name) = defined(line) {
                    let entry = found.entry(name).or_default();
                    if entry.is_empty() || !is_branded {
                        *entry = std::mem::take(&mut text);
                    }
                }
                if line.ends_with(['{', ';', '}']) || line.is_empty() {
                    text.clear();
                }
            }
        }
    }
    found
}

/// The name that a line defines, if it is public.
fn defined(line: &str) -> Option<String> {
    let rest = line.strip_prefix("pub ").or_else(|| line.strip_prefix("macro_rules! ").map(|_| line))?;
    let kinds =
        ["struct ", "enum ", "trait ", "type ", "const fn ", "const ", "fn ", "mod ", "unsafe trait ", "macro_rules! "];
    let rest = kinds.iter().find_map(|kind| rest.strip_prefix(kind))?;
    let end = rest.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(rest.len());
    Some(rest[..end].to_owned())
}

#[test]
fn every_item_of_the_root_has_an_example() {
    let source = fs::read_to_string(crates().join("fife/src/lib.rs")).expect("the root");
    let mut names = exported(&source);
    names.extend(["native", "userdata_type"].map(str::to_owned));
    let texts = documentation();
    let has_example = |name: &str| texts.get(name).is_some_and(|text| text.contains("```"));
    let mut wrong = Vec::new();
    for name in &names {
        let without = WITHOUT.iter().any(|(item, _)| item == name);
        let place = ELSEWHERE.iter().find(|(item, ..)| item == name);
        match (has_example(name), without, place) {
            (true, false, None) | (false, true, None) => {}
            (false, false, Some((_, place, words))) => {
                if !texts.get(*place).is_some_and(|text| text.contains(words)) {
                    wrong.push(format!("{name}: the example of {place} does not show it"));
                }
            }
            (true, ..) => wrong.push(format!("{name} has an example: strike it from the list")),
            (false, ..) => wrong.push(format!("{name} has no example")),
        }
    }
    for item in WITHOUT.iter().map(|(item, _)| item).chain(ELSEWHERE.iter().map(|(item, ..)| item)) {
        assert!(names.iter().any(|name| name == item), "{item} is not exported");
    }
    assert!(wrong.is_empty(), "{} of {} items: {wrong:#?}", wrong.len(), names.len());
    assert!(names.len() > 75, "only {} items are found", names.len());
}
