//! Every native, every sequence and every type of userdata has a unique name. Names outlive the process, so they are
//! kept in a golden file, `names.txt`: changing or removing one is a decision. `UPDATE=1` rewrites it.
//!
//! Two lists must agree: the definitions of the library, and what can be reached from a VM with all libraries after
//! scripts have made natives and userdata in every possible way. What only Rust code holds, such as a pending sequence,
//! cannot be reached: the names of sequences are read from the sources.

#[path = "common/files.rs"]
mod files;

use fife::gc::{Call, Context, Error, Function, NameTaken, Native, Reply, Table, Value};
use fife::{Fuel, Host, Libraries, Limits, Lua, OpenMode, Status, Stepped, Stream, library_natives, native};
use files::files_below;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io::{self, SeekFrom};
use std::path::Path;

/// A host with empty files, which lets scripts exit.
struct Files;

impl Host for Files {
    fn open(&self, _: &[u8], _: OpenMode) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(Empty))
    }
    fn exit(&self, _: i32) -> io::Result<()> {
        Ok(())
    }
}

struct Empty;

impl Stream for Empty {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Ok(0)
    }
    fn write(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Ok(0)
    }
}

/// Scripts that make natives and keep them in `made`.
const SCRIPTS: &[&str] = &[
    "made[1] = string.gmatch('text', '.')",
    "made[1] = coroutine.wrap(print)",
    "made[1] = coroutine.wrap(function() coroutine.yield() end) made[1]()",
    "made[1], _, _, made[2] = io.lines('name')",
    "made[1] = io.open('name') made[2] = made[1]:lines()",
    "made[1], made[2] = pairs({}), ipairs({})",
    "made[1], made[2] = utf8.codes('text'), utf8.codes('text', true)",
    "made[1], made[2] = require('module'), package.loaded.module",
    "package.preload.other = print made[1] = require('other')",
    "for i, searcher in ipairs(package.searchers) do made[i] = {pcall(searcher, 'module')} end",
    "made[1] = getmetatable('') made[2] = getmetatable(io.stdout) made[3] = debug.getregistry()",
    "made[1], made[2] = load('return 1'), loadfile('name')",
    "made[1] = debug.upvalueid(debug.sethook, 1) made[2] = debug.upvalueid(function() return made end, 1)",
    "debug.sethook(function() made[#made + 1] = debug.getinfo(2, 'f') end, 'cr') os.exit(0, true)",
];

/// Natives that no script or hook can get hold of, with the reason.
const OUT_OF_REACH: &[(&str, &str)] = &[
    ("fife.async", "what a host makes of async functions"),
    ("fife.bound", "what a host makes of a function and arguments"),
    ("fife.class.index", "what a host's classes have"),
    ("fife.class.newindex", "what a host's classes have"),
    ("fife.close", "the first function of a task of the host's, which is no level of the stack"),
    ("fife.close_thread", "the first function of a task of the host's"),
    ("fife.closure", "what a host makes of closures"),
    ("fife.error.concat", "what a host's errors have"),
    ("fife.error.tostring", "what a host's errors have"),
    ("fife.index", "the first function of a task of the host's"),
    ("fife.resume", "the first function of a task of the host's"),
    ("fife.set_index", "the first function of a task of the host's"),
    ("fife.to_text", "the first function of a task of the host's"),
    ("fife.load", "the first function of a task that loads a chunk of the host's"),
    ("fife.load_module", "what the searcher of a host's modules calls in its own place"),
    ("fife.start", "the first function of a task that loads a chunk of the host's, and gone when that runs"),
    ("fife.yield", "what an async function of the host's calls"),
    ("fife.yield_to", "what an async sequence of the host's calls"),
    ("os.exit.leave", "the last function of a task whose levels and hooks are gone"),
];

/// Types of userdata that only a host makes: its closures, Rust errors, null in its data, and programs that it
/// compiled.
const USERDATA_OF_HOSTS: [&str; 5] = ["fife.async_closure", "fife.closure", "fife.error", "fife.null", "fife.program"];

/// What can be reached from a VM: the definitions of natives, by name, and the names of types of userdata.
#[derive(Default)]
struct Reached {
    natives: BTreeMap<&'static str, &'static Native>,
    userdata: BTreeSet<&'static str>,
}

fn reached(lua: &mut Lua) -> Reached {
    lua.enter(|ctx| {
        let mut found = Reached::default();
        let mut seen = HashSet::new();
        let mut left: Vec<Value<'_>> = vec![ctx.globals().into(), ctx.registry().into()];
        // A metatable shared by a type can be reached from any of its values.
        left.extend([Value::Nil, true.into(), 1.into(), ctx.string("").into()]);
        while let Some(value) = left.pop() {
            // Objects are shown by their type and number.
            let is_object = matches!(value, Value::Table(_) | Value::Function(_) | Value::UserData(_));
            if is_object && !seen.insert(format!("{value:?}")) {
                continue;
            }
            left.extend(ctx.metatable(value).map(Value::from));
            match value {
                Value::Table(table) => add_entries(ctx, table, &mut left),
                Value::Function(function) => {
                    left.extend(function.upvalues());
                    if let Some(native) = function.definition() {
                        let known = *found.natives.entry(native.name()).or_insert(native);
                        assert!(std::ptr::eq(known, native), "two natives are called '{}'", native.name());
                    }
                }
                Value::UserData(data) => {
                    found.userdata.insert(data.descriptor().name());
                }
                _ => {}
            }
        }
        found
    })
}

fn add_entries<'gc>(ctx: Context<'gc>, table: Table<'gc>, left: &mut Vec<Value<'gc>>) {
    let mut key = Value::Nil;
    while let Some((next, value)) = table.next(ctx, key).expect("the key is the table's") {
        left.extend([next, value]);
        key = next;
    }
}

/// Runs a script to its end, or until it makes the host exit.
fn run(lua: &mut Lua, script: &str) {
    let source = format!("made = {{}} {script}");
    let task = lua.load(source).name("=script").start(()).expect("there is memory");
    for _ in 0..100 {
        match lua.step(&task, &mut Fuel::with(10_000)) {
            Stepped::Finished => return,
            Stepped::Failed => panic!("{script}: {}", task.error(lua).unwrap()),
            _ => {}
        }
    }
    assert!(script.contains("os.exit"), "{script}: it does not end");
}

fn golden() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/names.txt")
}

/// The names between these marks in the sources of the library and the command, each given to one type.
fn named_in_sources(before: &str, after: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders = ["fife/src", "fife-cli/src"].map(|folder| files_below(&crates.join(folder), "rs"));
    for path in folders.iter().flatten() {
        if path.ends_with("miri_tests.rs") || path.ends_with("tests.rs") {
            continue;
        }
        let source = fs::read_to_string(path).expect("readable");
        for line in source.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let Some((_, rest)) = line.split_once(before) else { continue };
            let Some((name, _)) = rest.split_once(after) else { continue };
            assert!(names.insert(name.to_owned()), "{}: another type is called '{name}'", path.display());
        }
    }
    names
}

fn sequences() -> BTreeSet<String> {
    named_in_sources("const NAME: &'static str = \"", "\";")
}

fn userdata_types() -> BTreeSet<String> {
    named_in_sources("Type(\"", "\") for ")
}

#[test]
fn the_names_of_the_library_are_the_golden_ones() {
    let mut lines = BTreeSet::new();
    lines.extend(sequences().into_iter().map(|name| format!("sequence {name}")));
    lines.extend(userdata_types().into_iter().map(|name| format!("userdata {name}")));
    for native in library_natives() {
        let (name, shown) = (native.name(), native.shown_name());
        let line = if name == shown { name.to_owned() } else { format!("{name} as \"{shown}\"") };
        let is_first = lines.iter().all(|line: &String| line.split(' ').next() != Some(name));
        assert!(is_first, "two natives of the library are called '{name}'");
        lines.insert(line);
    }
    let text: String = lines.into_iter().map(|line| line + "\n").collect();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(golden(), text).expect("a writable file");
        return;
    }
    let expected = fs::read_to_string(golden()).unwrap_or_default();
    assert_eq!(text, expected, "names have changed: if that is meant, run this test with UPDATE=1");
}

#[test]
fn every_native_and_userdata_of_a_full_vm_is_one_of_the_library() {
    let mut found = BTreeMap::new();
    let mut userdata = BTreeSet::new();
    let mut limits = Limits::default();
    limits.compat_5_3 = true;
    for script in SCRIPTS {
        let mut lua = Lua::builder().host(Files).limits(limits).libraries(Libraries::ALL).build().unwrap();
        run(&mut lua, script);
        let reached = reached(&mut lua);
        found.extend(reached.natives);
        userdata.extend(reached.userdata.into_iter().map(str::to_owned));
    }
    userdata.extend(USERDATA_OF_HOSTS.map(str::to_owned));
    assert_eq!(userdata, userdata_types(), "types of userdata that scripts have made, and those in the sources");
    let mut of_library: BTreeMap<&str, &Native> = library_natives().map(|native| (native.name(), native)).collect();
    for (name, reason) in OUT_OF_REACH {
        assert!(!found.contains_key(name), "{name} can be reached, though it is {reason}");
        assert!(of_library.remove(name).is_some(), "there is no native {name}");
    }
    let unknown: Vec<_> = found.keys().filter(|name| !of_library.contains_key(*name)).collect();
    assert!(unknown.is_empty(), "these can be reached, and are in no table of a library: {unknown:?}");
    let missing: Vec<_> = of_library.keys().filter(|name| !found.contains_key(*name)).collect();
    assert!(missing.is_empty(), "no script has these made: {missing:?}");
    for (name, native) in found {
        assert!(std::ptr::eq(native, of_library[name]), "{name} is made from another definition");
        let is_part = |part: &str| !part.is_empty() && part.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
        assert!(name.contains('.') && name.split('.').all(is_part), "{name} has a namespace");
    }
}

// ---- Two natives with one name ----

mod first {
    pub(crate) const NATIVE: &fife::gc::Native = fife::native!("app.double", |call| call.one(1));
}

mod second {
    pub(crate) static NATIVE: &fife::gc::Native = fife::native!("app.double", |call| call.one(2));
}

const TEXT: &str = "two native functions have the name 'app.double': \
    one defined in 'names::first', and one in 'names::second'";

fn refusal(lua: &mut Lua, native: &'static Native) -> Option<NameTaken> {
    lua.enter(|ctx| Function::native(ctx, native).err())
}

#[test]
fn a_name_stands_for_one_definition() {
    let mut lua = Lua::new();
    for _ in 0..2 {
        assert!(refusal(&mut lua, first::NATIVE).is_none(), "one definition may be used again");
        let taken = refusal(&mut lua, second::NATIVE).expect("the name is taken");
        assert!(std::ptr::eq(taken.known(), first::NATIVE) && std::ptr::eq(taken.refused(), second::NATIVE));
        assert_eq!(taken.to_string(), TEXT);
        let with = lua.enter(|ctx| Function::native_with(ctx, second::NATIVE, &[Value::Nil]).err());
        assert_eq!(with.map(|taken| taken.to_string()).as_deref(), Some(TEXT));
    }
    let mut other = Lua::new();
    assert!(refusal(&mut other, second::NATIVE).is_none(), "it is free in another VM");
}

#[test]
fn names_of_the_library_are_taken_in_every_vm() {
    let rep = native!("string.rep", |call| call.nothing());
    let step = native!("io.lines.step" as "", |call| call.nothing());
    for libraries in [Libraries::NONE, Libraries::SANDBOX, Libraries::ALL] {
        let mut lua = Lua::builder().libraries(libraries).build().expect("there is no deadline");
        for native in [rep, step] {
            let taken = refusal(&mut lua, native).expect("the name is taken");
            assert!(taken.known().module().starts_with("fife::stdlib::"), "{taken}");
            assert!(taken.to_string().contains(&format!("'{}'", native.name())), "{taken}");
            assert!(taken.to_string().ends_with("and one in 'names'"), "{taken}");
        }
    }
    let known = library_natives().find(|native| native.name() == "string.rep").expect("it is there");
    assert!(refusal(&mut Lua::new(), known).is_none(), "the library's own definition makes another function");
}

#[test]
fn a_native_that_is_made_by_a_script_has_a_name_of_its_own_too() {
    fn make<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
        let made = call.make_function(second::NATIVE, &[])?;
        call.one(made)
    }
    for (is_taken, end) in [(false, Ok(Status::Finished)), (true, Err(TEXT))] {
        let mut lua = Lua::new();
        if is_taken {
            assert!(refusal(&mut lua, first::NATIVE).is_none());
        }
        lua.enter(|ctx| {
            let make = Function::native(ctx, native!("app.make", make)).expect("the name is free");
            ctx.globals().set_field(ctx, "make", make);
        });
        let task = lua.load("assert(make()() == 2)").name("=made").start(()).expect("there is memory");
        let ended = task.run(&mut lua, &mut Fuel::with(10_000)).map_err(|error| error.to_string());
        assert_eq!(ended, end.map_err(|text| format!("made:1: {text}")));
    }
}
