//! Shows that the scripts of `tests/lua` leave nothing out: every instruction is in the code of some script, every
//! function of the library is named in one, and every message of the machine stands in one.
//!
//! It looks at tables that exist anyway, the instruction table and a VM's globals, so a new instruction or function without
//! a script fails here. Messages have no table; those that PUC-Rio Lua's core has are listed.

use fife::{Fuel, Host, Limits, Lua, Value};
use fife_bytecode::{Instruction, Prototype};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The scripts, with their text.
fn scripts() -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/lua")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "lua") {
                let source = fs::read(&path).expect("a readable script");
                found.push((path, source));
            }
        }
    }
    assert!(!found.is_empty(), "there are scripts");
    found
}

#[test]
fn every_instruction_is_in_some_script() {
    let mut missing: BTreeSet<&str> = Instruction::NAMES.iter().copied().collect();
    for (_, source) in scripts() {
        // Some scripts show syntax errors.
        let Ok(chunk) = fife_compiler::compile(&source, b"=script", &mut fife_compiler::Unmetered) else { continue };
        let mut prototypes: Vec<&Prototype> = vec![&chunk];
        while let Some(prototype) = prototypes.pop() {
            for instruction in &prototype.code {
                missing.remove(instruction.name());
            }
            prototypes.extend(&prototype.prototypes);
        }
    }
    assert!(missing.is_empty(), "no script has these instructions: {missing:?}");
}

/// A host for opening the libraries.
struct Nothing;
impl Host for Nothing {}

/// The functions of the library: `name` for a global one, `library.name`, and `:name` for the methods of files.
fn library_functions() -> BTreeSet<String> {
    let source = b"
        local names = {}
        local function add(prefix, library)
          for name, value in pairs(library) do
            if type(value) == 'function' then names[#names + 1] = prefix .. name end
          end
        end
        add('', _G)
        for name, library in pairs(_G) do
          if type(library) == 'table' and library ~= _G then add(name .. '.', library) end
        end
        add(':', getmetatable(io.stdout).__index)
        return table.concat(names, ' ')";
    let mut lua = Lua::full(Nothing, Limits::default());
    let task = lua.start(source, "=names").expect("the chunk is Lua");
    lua.run(&task, &mut Fuel::with(10_000_000)).expect("the chunk runs");
    lua.enter(|ctx| match task.fetch(ctx).results().first() {
        Some(Value::String(names)) => names.to_str_lossy().split(' ').map(str::to_owned).collect(),
        other => panic!("the chunk returned {other:?}"),
    })
}

/// Whether a name stands in a text as a word of its own.
fn has_word(text: &str, name: &str) -> bool {
    let is_part = |character: Option<char>| character.is_some_and(|it| it.is_alphanumeric() || it == '_');
    text.match_indices(name).any(|(at, _)| {
        let starts_word = name.starts_with(':') || !is_part(text[..at].chars().next_back());
        starts_word && !is_part(text[at + name.len()..].chars().next())
    })
}

#[test]
fn every_library_function_is_in_some_script() {
    let scripts: Vec<String> =
        scripts().iter().map(|(_, source)| String::from_utf8_lossy(source).into_owned()).collect();
    let functions = library_functions();
    assert!(functions.len() > 100, "the library is open: {functions:?}");
    let missing: Vec<&String> = functions
        .iter()
        .filter(|name| {
            let is_in = |spelling: &str| scripts.iter().any(|script| has_word(script, spelling));
            let as_method = name.strip_prefix("string.").is_some_and(|method| is_in(&format!(":{method}")));
            !is_in(name) && !as_method
        })
        .collect();
    assert!(missing.is_empty(), "no script names these functions: {missing:?}");
}

/// The messages of PUC-Rio Lua's core (`ldebug.c`, `lvm.c`, `ldo.c`, `lcorolib.c`), where a name or a type stands cut off
/// before it. Not among them: what only C code can bring about.
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
    let scripts: Vec<String> =
        scripts().iter().map(|(_, source)| String::from_utf8_lossy(source).into_owned()).collect();
    let missing: Vec<&&str> =
        MESSAGES.iter().filter(|message| !scripts.iter().any(|script| script.contains(**message))).collect();
    assert!(missing.is_empty(), "no script has these messages: {missing:?}");
}
