//! Checks that the scripts of `tests/lua` leave nothing out: every instruction is in the code of some script, every
//! library function is named in one, and every message of the machine occurs in one.
//!
//! The instruction table and a VM's globals say what there is, so a new instruction or function without a script fails
//! here. There is no such table of messages; those of PUC-Rio Lua's core are listed.

#[path = "common/files.rs"]
mod files;
#[path = "common/library.rs"]
mod library;

use fife_bytecode::{Instruction, Prototype};
use files::files_below;
use library::library_functions;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The text of the scripts.
fn scripts() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/lua");
    files_below(&folder, "lua").iter().map(|path| fs::read(path).expect("a readable script")).collect()
}

/// The same as text: their bytes that are not UTF-8 do not matter here.
fn texts() -> Vec<String> {
    scripts().iter().map(|source| String::from_utf8_lossy(source).into_owned()).collect()
}

#[test]
fn every_instruction_is_in_some_script() {
    let mut missing: BTreeSet<&str> = Instruction::NAMES.iter().copied().collect();
    for source in scripts() {
        // Some scripts show syntax errors.
        let Ok(chunk) = fife_compiler::compile(&source, b"=script", &mut fife_compiler::Unmetered) else { continue };
        let mut prototypes: Vec<&Prototype> = vec![&chunk];
        while let Some(prototype) = prototypes.pop() {
            for instruction in &prototype.code {
                missing.remove(instruction.name());
            }
            prototypes.extend(prototype.prototypes.iter().map(|nested| &**nested));
        }
    }
    assert!(missing.is_empty(), "no script has these instructions: {missing:?}");
}

/// Whether a text contains a name as a word.
fn has_word(text: &str, name: &str) -> bool {
    let is_part = |character: Option<char>| character.is_some_and(|it| it.is_alphanumeric() || it == '_');
    text.match_indices(name).any(|(at, _)| {
        let starts_word = name.starts_with(':') || !is_part(text[..at].chars().next_back());
        starts_word && !is_part(text[at + name.len()..].chars().next())
    })
}

#[test]
fn every_library_function_is_in_some_script() {
    let scripts = texts();
    let is_in = |spelling: &str| scripts.iter().any(|script| has_word(script, spelling));
    let is_named = |function: &String| match function.split_once([':', '.']) {
        Some(("file", method)) => is_in(&format!(":{method}")),
        Some(("string", method)) => is_in(function) || is_in(&format!(":{method}")),
        _ => is_in(function),
    };
    let missing: Vec<String> = library_functions().into_iter().filter(|function| !is_named(function)).collect();
    assert!(missing.is_empty(), "no script names these functions: {missing:?}");
}

/// The messages of PUC-Rio Lua's core (`ldebug.c`, `lvm.c`, `ldo.c`, `lcorolib.c`), cut off before a name or a type.
/// Messages that only C code can cause are left out.
const MESSAGES: &[&str] = &[
    "'__index' chain too long",
    "'__newindex' chain too long",
    "'for' step is zero",
    "bad 'for' initial value (number expected, got ",
    "bad 'for' limit (number expected, got ",
    "bad 'for' step (number expected, got ",
    "attempt to call a ",
    "attempt to compare two ",
    "attempt to compare number with ",
    "attempt to concatenate a ",
    "attempt to divide by zero",
    "attempt to get length of a ",
    "attempt to index a ",
    "attempt to perform 'n%0'",
    "attempt to perform arithmetic on a ",
    "attempt to perform bitwise operation on a ",
    "attempt to yield from outside a coroutine",
    "cannot close a ",
    "cannot resume dead coroutine",
    "cannot resume non-suspended coroutine",
    "got a non-closable value",
    "has no integer representation",
    "invalid key to 'next'",
    "stack overflow",
    "table index is NaN",
    "table index is nil",
    "(constant '",
    "(field '",
    "(global '",
    "(local '",
    "(metamethod '",
    "(method '",
    "(upvalue '",
];

#[test]
fn every_message_is_in_some_script() {
    let scripts = texts();
    let missing: Vec<&&str> =
        MESSAGES.iter().filter(|message| !scripts.iter().any(|script| script.contains(**message))).collect();
    assert!(missing.is_empty(), "no script has these messages: {missing:?}");
}
