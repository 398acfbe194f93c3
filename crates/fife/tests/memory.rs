//! The limit on held bytes also covers memory that scripts get in unusual ways: errors that are kept, with their texts,
//! and objects of each kind that native functions make.
//!
//! The permitted excess is written down here: a segment of the heap, which small objects use when the limit refuses
//! them.

use fife::gc::{Executor, Function};
use fife::{
    ErrorKind, Fuel, Host, Libraries, Limits, Lua, MultiValue, OpenMode, Result, Status, Stepped, Stream, native,
};
use std::io::{self, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The limit.
const MEMORY: usize = 4 << 20;

/// Bytes that may be held beyond it: the reserve of 256 KiB, and memory that is counted only after it is taken, such as
/// a matcher's choices.
const RESERVE: usize = (256 << 10) + (64 << 10);

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.memory = Some(MEMORY);
    limits
}

/// Runs a chunk in small steps; returns how it ended, and the most bytes held.
fn run_in(mut lua: Lua, source: &str) -> (Result<Status>, usize) {
    let task = lua.load(source).name("=test").start(()).expect("there is memory");
    let end = task.run(&mut lua, &mut Fuel::with(60_000_000));
    (end, lua.memory().peak_held_bytes)
}

/// As [`run_in`], in a sandbox; running out of fuel is not a failure.
fn run(source: &str) -> (Result<(), String>, usize) {
    let (end, peak) = run_in(Lua::builder().limits(limits()).build().unwrap(), source);
    let end = match end {
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    };
    (end, peak)
}

#[test]
fn errors_that_are_kept_stay_within_the_limit() {
    for error in [
        "pcall(error, s .. i)",
        "pcall(error, s, 1)",
        "pcall(setmetatable({}, {__name = s}))",
        "pcall(coroutine.wrap(function() error(s) end))",
        "pcall(function() return i.x.y end)",
        "pcall(function() return _ENV[s]() end)",
        "pcall(string.rep)",
        "pcall(i)",
    ] {
        for length in [10, 1 << 10, 1 << 20] {
            let (end, peak) = run(&format!(
                "local s, kept = ('x'):rep({length}), {{}} for i = 1, 60000 do kept[i] = 0 end \
                 for i = 1, 60000 do kept[i] = select(2, {error}) end"
            ));
            assert!(end.is_ok() || end == Err("not enough memory".to_owned()), "{error}: {end:?}");
            assert!(peak <= MEMORY + RESERVE, "{error} with {length} bytes: {peak} bytes held");
        }
    }
}

#[test]
fn an_error_through_many_coroutines_stays_within_the_limit() {
    let source =
        "local function r(n) if n == 0 then error('x') end return coroutine.wrap(r)(n - 1), 1 end return r(9000)";
    let (end, peak) = run(source);
    assert!(end.is_err());
    assert!(peak <= MEMORY + RESERVE, "{peak} bytes held");
}

#[test]
fn errors_say_what_is_wrong_even_if_memory_is_full() {
    let (end, peak) = run("
        local t = {}
        pcall(function() while true do t[#t + 1] = {} end end)
        for i = 1, 20000 do
            local _, message = pcall(function() return t.x.y end)
            assert(message == \"test:5: attempt to index a nil value (field 'x')\", message)
        end");
    assert_eq!(end, Ok(()));
    assert!(peak <= MEMORY + RESERVE, "{peak} bytes held");
}

#[test]
fn a_task_starts_even_if_memory_is_full_of_garbage() {
    let mut limits = Limits::default();
    limits.memory = Some(MEMORY);
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let full = "collectgarbage('stop') local s = ('x'):rep(3 << 20) s = nil";
    let task = lua.load(full).name("=full").start(()).expect("there is memory");
    assert_eq!(task.run(&mut lua, &mut Fuel::with(1_000_000)).expect("there is memory for it"), Status::Finished);
    let source = "a = { 1, 2, 3 } ".repeat(2000) + "return ...";
    let task = lua.load(source).name("=next").start(1).expect("it collects garbage");
    assert_eq!(task.run(&mut lua, &mut Fuel::with(1_000_000)).expect("there is memory for it"), Status::Finished);
    assert_eq!(task.results::<MultiValue>(&lua).unwrap().len(), 1);
}

#[test]
fn a_message_with_a_long_name_waits_for_a_collection() {
    let (end, peak) = run("
        local object = setmetatable({}, { __name = ('n'):rep(450000) })
        collectgarbage('stop')
        local s = ('x'):rep(3 << 20)
        s = nil
        local ok, message = pcall(function() return object + 1 end)
        assert(#message > 450000, message)
        message = nil
        s = ('x'):rep(23 << 17)
        local ok, message = pcall(function() return object + 1 end)
        assert(message == 'not enough memory', #message)");
    end.expect("both are as expected");
    assert!(peak <= MEMORY + RESERVE, "{peak} bytes");
}

#[test]
fn objects_get_finalizers_even_if_memory_is_full_of_garbage() {
    // The metatable is protected: setting it may be retried, but doing so twice is an error.
    let source = "
        collectgarbage('stop')
        local metatable = { __gc = function() end, SET }
        for i = 1, 200000 do
          local garbage = { { i } }
          debug.setmetatable(setmetatable({}, metatable), metatable)
        end";
    for set in ["__metatable = 'protected'", "__metatable = nil"] {
        let lua = Lua::builder().limits(limits()).libraries(Libraries::ALL).build().unwrap();
        let (end, peak) = run_in(lua, &source.replace("SET", set));
        assert!(matches!(end, Ok(Status::Finished)), "{set}: {end:?}");
        assert!(peak <= MEMORY + RESERVE, "{set}: {peak} bytes held");
    }
}

/// A host with empty files, which counts how often one is opened.
#[derive(Clone, Default)]
struct EmptyFiles {
    opened: Arc<AtomicUsize>,
}

struct EmptyFile;

impl Host for EmptyFiles {
    fn open(&self, _: &[u8], _: OpenMode) -> io::Result<Box<dyn Stream>> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        Ok(Box::new(EmptyFile))
    }

    fn temporary_file(&self) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(EmptyFile))
    }

    fn temporary_name(&self) -> io::Result<Vec<u8>> {
        Ok(b"name".to_vec())
    }

    fn now(&self) -> Option<(i64, u32)> {
        Some((1_700_000_000, 0))
    }
}

impl Stream for EmptyFile {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Ok(0)
    }

    fn write(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Ok(0)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs `make` again and again, keeping the results in a table that is large enough from the start. Memory must be
/// refused in the end, within the limit and the reserve, and must be available again when nothing is kept any more.
fn check_refusal(make: &str) {
    let source = format!(
        "local kept, yield = {{}}, coroutine.yield
        for i = 1, 70000 do kept[i] = 0 end
        local function wait(f, ...) local c = coroutine.wrap(f) c(...) return c end
        local ok, message = pcall(function() for i = 1, 70000 do kept[i] = {make} end end)
        assert(not ok and message == 'not enough memory', message)
        kept = nil
        local t = {{}} for i = 1, 20000 do t[i] = {{}} end
        for word in ('some words'):gmatch('%a+') do t[word] = tostring(t) end"
    );
    let host = EmptyFiles::default();
    let lua = Lua::builder().host(host).limits(limits()).libraries(Libraries::ALL).build().unwrap();
    let (end, peak) = run_in(lua, &source);
    assert!(matches!(end, Ok(Status::Finished)), "{make}: {end:?}");
    assert!(peak <= MEMORY + RESERVE, "{make}: {peak} bytes held");
}

#[test]
fn functions_of_natives_stay_within_the_limit() {
    for make in [
        "('x'):gmatch('x')",
        "coroutine.wrap(print)",
        "coroutine.create(print)",
        "io.stdin:lines('n', 'l', 'L')",
        "io.lines('name')",
    ] {
        check_refusal(make);
    }
}

#[test]
fn tables_of_natives_stay_within_the_limit() {
    for make in [
        "table.pack()",
        "table.pack(1, 2, 3)",
        "os.date('*t')",
        "debug.getinfo(1)",
        "debug.getinfo(1, 'l')",
        "debug.getinfo(wait, 'L')",
    ] {
        check_refusal(make);
    }
}

#[test]
fn strings_of_natives_stay_within_the_limit() {
    for make in [
        "tostring(i + 0.5) .. ('x'):rep(40)",
        "{tostring(i + 0.5)}",
        "{tostring({})}",
        "{(i + 0.25 .. ''):rep(3)}",
        "{string.sub(i + 0.25, 1)}",
        "{utf8.char(i)}",
        "{utf8.char(i, i)}",
        "{string.format('%d', i)}",
        "{string.pack('j', i)}",
        "{os.date('%c %c %c', i)}",
        "{tostring(io.tmpfile())}",
        "string.upper(i .. 'a string that is longer than forty bytes')",
        "table.concat({i, 'a string that is longer than forty bytes'})",
        "select(2, load('x x x' .. i))",
        "string.dump(wait)",
        "debug.traceback()",
    ] {
        check_refusal(make);
    }
}

#[test]
fn userdata_of_natives_stay_within_the_limit() {
    for make in ["io.open('name')", "io.tmpfile()", "{debug.upvalueid(function() return i end, 1)}"] {
        check_refusal(make);
    }
}

#[test]
fn files_are_opened_once_even_if_memory_is_refused() {
    let host = EmptyFiles::default();
    let opened = host.opened.clone();
    let source = "
        collectgarbage('stop')
        local formats = {}
        for i = 1, 200 do formats[i] = 'l' end
        for i = 1, 20000 do io.lines('name', table.unpack(formats)) end";
    let mut lua = Lua::builder().host(host).limits(limits()).libraries(Libraries::ALL).build().unwrap();
    let task = lua.load(source).name("=test").start(()).expect("there is memory");
    assert_eq!(task.run(&mut lua, &mut Fuel::with(50_000_000)).expect("there is garbage to collect"), Status::Finished);
    assert!(lua.memory().collections > 10, "memory was refused again and again");
    assert_eq!(opened.load(Ordering::Relaxed), 20_000);
}

#[test]
fn pending_natives_stay_within_the_limit() {
    for make in [
        "wait(string.gsub, 'x', 'x', yield)",
        "wait(string.gsub, ('x'):rep(50) .. 'y', 'y', yield)",
        "wait(string.format, '%s', setmetatable({}, {__tostring = yield}))",
        "wait(tostring, setmetatable({}, {__tostring = yield}))",
        "wait(print, setmetatable({}, {__tostring = yield}))",
        "wait(table.sort, {3, 2, 1}, yield)",
        "wait(table.concat, setmetatable({}, {__index = yield, __len = function() return 5 end}))",
        "wait(table.unpack, setmetatable({}, {__index = yield}), 1, 5)",
        "wait(load, yield)",
        "wait(pcall, yield)",
        "wait(function() for _ in pairs(setmetatable({}, {__pairs = yield})) do end end)",
        "wait(os.time, setmetatable({}, {__index = yield}))",
        "wait(coroutine.wrap(function() yield() yield() end))",
    ] {
        check_refusal(make);
    }
}

#[test]
fn names_that_a_script_chooses_are_counted() {
    let (end, peak) = run("local name = ('n'):rep(80000)
        local source = 'local function ' .. name .. '() return ' .. name .. '() end return ' .. name
        local kept = {}
        local ok, message = pcall(function() for i = 1, 500 do kept[i] = load(source, '=x')() end end)
        assert(not ok and message == 'not enough memory', message)
        assert(#kept > 5 and #kept < 50, #kept)
        kept = nil
        assert(load(source, '=x'))");
    assert_eq!(end, Ok(()));
    assert!(peak <= MEMORY + RESERVE, "{peak} bytes held");
}

/// Endless files of source text.
struct LongFiles;

struct LongFile;

impl Host for LongFiles {
    fn open(&self, _: &[u8], _: OpenMode) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(LongFile))
    }
}

impl Stream for LongFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        buffer.fill(b' ');
        Ok(buffer.len())
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

/// The host can tell refused memory from an error with the same text by its kind, whichever way either takes to it.
#[test]
fn refused_memory_is_an_error_of_its_own_kind() {
    use ErrorKind::{Memory, Runtime};
    let refused = "local function refused() local all = {} for i = 1, math.huge do all[i] = {} end end ";
    let same = "local function refused() error('not enough memory', 0) end ";
    let again = "local function refused() local ok, e = pcall(string.rep, 'x', 1 << 30) error(e, 0) end ";
    let closing = "local function closing(f) return setmetatable({}, {__close = f or function() end}) end ";
    let ways = [
        ("refused()", true),
        ("return refused()", true),
        ("local x <close> = closing() refused()", true),
        ("local x <close> = closing() local y <close> = closing() pcall(error) refused()", true),
        ("do local x <close> = closing(refused) end", true),
        ("local x <close> = closing(refused) error('other')", true),
        (
            "local x <close> = closing(function(_, e) error(e, 0) end) local y <close> = closing(refused) error('other')",
            false,
        ),
        ("local x <close> = closing(function(_, e) error(e, 0) end) refused()", false),
        ("coroutine.wrap(refused)()", true),
        ("coroutine.wrap(function() local x <close> = closing() refused() end)()", true),
        ("coroutine.wrap(function() local x <close> = closing() coroutine.wrap(refused)() end)()", true),
        (
            "local co = coroutine.wrap(function() local x <close> = closing() coroutine.yield() refused() end) co() co()",
            true,
        ),
        ("error(select(2, coroutine.resume(coroutine.create(refused))), 0)", false),
        ("table.sort({3, 2, 1}, refused)", true),
        ("string.gsub('x', '.', refused)", true),
        ("return setmetatable({}, {__index = refused}).x", true),
        ("error(select(2, pcall(refused)), 0)", false),
        ("error(select(2, xpcall(refused, function(e) return e end)), 0)", false),
        ("local ok, e = pcall(refused) pcall(error) error(e, 0)", false),
        ("pcall(refused) error('not enough memory', 0)", false),
        ("local function f() refused() end local ok, e = pcall(f) local x <close> = closing() error(e, 0)", false),
    ];
    for has_handler in [false, true] {
        for (way, keeps_kind) in ways {
            for (function, is_refusal) in [(refused, true), (same, false), (again, false)] {
                let mut lua = Lua::builder().limits(limits()).build().unwrap();
                let source = format!("{function}{closing}return function() {way} end");
                let loaded = lua.load(source).name("=kinds").start(()).unwrap();
                assert_eq!(loaded.run(&mut lua, &mut Fuel::with(1000)).unwrap(), Status::Finished);
                let task = lua.enter(|ctx| {
                    let function = loaded.fetch(ctx).unwrap().results()[0];
                    let handler = Function::native(ctx, native!("test.handler", |call| call.one(call.get(0)))).unwrap();
                    let task = match has_handler {
                        false => Executor::new(ctx, function, &[]),
                        true => Executor::with_handler(ctx, function, &[], handler),
                    };
                    task.unwrap().stash(ctx)
                });
                let error = task.run(&mut lua, &mut Fuel::with(50_000_000)).unwrap_err();
                let kind = if is_refusal && keeps_kind { Memory } else { Runtime };
                assert_eq!(error.kind(), kind, "{function}{way}: {error:?}");
                assert!(error.message().ends_with(b"not enough memory"), "{way}: {error}");
            }
        }
    }
}

/// Even if there is no memory for the source itself.
#[test]
fn refused_memory_is_an_error_of_its_own_kind_in_loading() {
    let mut lua = Lua::builder().host(LongFiles).limits(limits()).libraries(Libraries::ALL).build().unwrap();
    let task = lua.load("dofile('endless')").name("=endless").start(()).unwrap();
    let error = task.run(&mut lua, &mut Fuel::with(50_000_000)).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.kind()), ("not enough memory", ErrorKind::Memory));
    let many = "x = {".to_owned() + &"{},".repeat(1 << 20) + "}";
    let of = |source: &str, limits: Limits| {
        let mut lua = Lua::builder().limits(limits).build().unwrap();
        let at_once = lua.load(source).name("=x").into_function().unwrap_err().kind();
        let task = lua.load(source).name("=x").start(());
        let ended = task.and_then(|task| task.run(&mut lua, &mut Fuel::with(50_000_000)));
        assert_eq!(ended.unwrap_err().kind(), at_once);
        at_once
    };
    assert_eq!(of(&many, limits()), ErrorKind::Memory);
    assert_eq!(of("x = ", limits()), ErrorKind::Syntax);
    assert_eq!(of("error('not enough memory', 0", limits()), ErrorKind::Syntax);
    let mut short = limits();
    short.source_bytes = 2;
    assert_eq!(of("return", short), ErrorKind::Syntax);
    // There is memory for the file, but not for its code: loaded at once and in pieces.
    for (length, memory) in [(5000, 700 << 10), (100_000, 1 << 20)] {
        let mut limits = limits();
        limits.memory = Some(memory);
        let host = TextFile(("x = {".to_owned() + &"{},".repeat(length) + "}").into_bytes());
        let mut lua = Lua::builder().host(host).limits(limits).libraries(Libraries::ALL).build().unwrap();
        let source = b"local file = io.open('code') assert(#file:read('a') > 10000) file:close() file = nil collectgarbage() dofile('code')";
        let task = lua.load(source).name("=code").start(()).unwrap();
        let error = task.run(&mut lua, &mut Fuel::with(50_000_000)).unwrap_err();
        assert_eq!((error.to_string().as_str(), error.kind()), ("not enough memory", ErrorKind::Memory));
    }
}

/// A file with this text.
struct TextFile(Vec<u8>);

impl Host for TextFile {
    fn open(&self, _: &[u8], _: OpenMode) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(TextStream(io::Cursor::new(self.0.clone()))))
    }
}

struct TextStream(io::Cursor<Vec<u8>>);

impl Stream for TextStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        io::Read::read(&mut self.0, buffer)
    }

    fn write(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        io::Seek::seek(&mut self.0, to)
    }
}

/// Each failure has its own traceback, although the error of refused memory is always the same one.
#[test]
fn refused_memory_has_the_traceback_of_its_task() {
    let mut lua = Lua::builder().limits(limits()).build().unwrap();
    let mut tasks = Vec::new();
    for name in ["first", "second", "third"] {
        let source = format!("local function {name}() local s = ('x'):rep(1 << 30) return s end {name}()");
        let task = lua.load(source).name("=trace").start(()).unwrap();
        let error = task.run(&mut lua, &mut Fuel::with(1_000_000)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Memory);
        tasks.push((name, task));
    }
    for (name, task) in tasks {
        let error = task.error(&lua).expect("it failed");
        let traceback = error.traceback().unwrap();
        assert!(traceback.contains(&format!("'{name}'")), "{name}: {traceback}");
    }
}

/// Results of `debug.upvalueid` for variables that are gone take no more memory, even if it is not called again.
#[test]
fn identities_go_with_their_variables() {
    let source = "
        local functions = {}
        for i = 1, 60000 do
            local x = i
            functions[i] = function() x = x + 1 end
            debug.upvalueid(functions[i], 1)
        end
        functions = nil
        local all = {}
        for i = 1, 150 do all[i] = ('x'):rep(100000) end";
    let mut limits = Limits::default();
    limits.memory = Some(20 << 20);
    let (result, held) = run_in(Lua::builder().limits(limits).libraries(Libraries::ALL).build().unwrap(), source);
    assert_eq!(result.expect("there is memory for either half"), Status::Finished);
    assert!(held < (20 << 20) + (256 << 10), "{held}");
}

/// Tasks that are stepped in turn make progress, however they wait for memory: each notices the collection it waits
/// for, whichever step ends it.
#[test]
fn tasks_in_turn_get_on_with_little_memory() {
    let waits = "while true do local t = ('x'):rep(900000) end";
    let some = "while true do local t = {} for i = 1, 1000 do t[i] = {} end end";
    let spins = "while true do end";
    let fills = "local t = {} while true do t[#t + 1] = {} end";
    let asks = "while true do collectgarbage() end";
    let lists: [&[&str]; 8] = [
        &[waits, spins],
        &[waits, waits, waits],
        &[some, fills, some, spins],
        &[asks, waits],
        &[asks, spins, spins],
        &[some, waits],
        &[fills, spins],
        &[fills, fills, some],
    ];
    for sources in lists {
        let mut limits = Limits::untrusted();
        limits.memory = Some(1 << 20);
        let mut lua = Lua::builder().limits(limits).build().unwrap();
        let mut tasks: Vec<_> = sources.iter().map(|it| lua.load(it).name("=task").start(()).unwrap()).collect();
        let (mut used, mut idle) = (0, 0);
        while !tasks.is_empty() && used < 5_000_000 {
            tasks.retain(|task| {
                let mut fuel = Fuel::with(10_000);
                let stepped = lua.step(task, &mut fuel);
                used += 10_000 - fuel.remaining();
                idle = if fuel.remaining() == 10_000 { idle + 1 } else { 0 };
                assert!(idle < 2_000, "no step of {sources:?} uses fuel any more");
                !matches!(stepped, Stepped::Finished | Stepped::Failed)
            });
        }
    }
}

/// The same if the host does the collector's work.
#[test]
fn a_task_that_waits_sees_the_hosts_collections() {
    let mut limits = Limits::default();
    limits.memory = Some(1 << 20);
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let task = lua.load("local t = ('x'):rep(900000)").name("=task").start(()).unwrap();
    lua.collect_step(1 << 20);
    for _ in 0..100 {
        match lua.step(&task, &mut Fuel::with(10_000)) {
            Stepped::Finished | Stepped::Failed => return,
            Stepped::NeedsMemory => {
                lua.collect_step(1 << 20);
            }
            _ => {}
        }
    }
    panic!("it still waits");
}

/// Closing a VM whose memory is used up needs no collection, which would take time in proportion to the heap, even if
/// the collector was between marking and sweeping.
#[test]
fn closing_a_full_vm_takes_no_time() {
    let source = "closed = 0 kept = {} weak = setmetatable({}, {__mode = 'k'})
        for i = 1, 100 do
            kept[i] = setmetatable({}, {__gc = function() closed = closed + 1 end})
            weak[{}] = kept[i]
        end
        pcall(function() for i = 1, 1e9 do kept['k' .. i] = i end end)
        pcall(function() while true do kept[#kept + 1] = coroutine.create(print) end end)";
    for slices in 0..40 {
        let mut lua = Lua::builder().limits(limits()).build().unwrap();
        let task = lua.load(source).name("=test").start(()).unwrap();
        assert_eq!(task.run(&mut lua, &mut Fuel::with(60_000_000)).unwrap(), Status::Finished);
        drop(task);
        for _ in 0..slices {
            lua.collect_step(100_000);
        }
        let before = lua.memory();
        let task = lua.start_closing().expect("there is a reserve");
        let after = lua.memory();
        assert_eq!((after.collections, after.object_bytes >= before.object_bytes), (before.collections, true));
        assert!(after.held_bytes <= MEMORY + RESERVE);
        assert_eq!(task.run(&mut lua, &mut Fuel::with(1_000_000)).unwrap(), Status::Finished);
        assert_eq!(lua.globals().get::<i64>(&lua, "closed").unwrap(), 100);
    }
}
