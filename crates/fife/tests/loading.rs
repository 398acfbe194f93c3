//! A large chunk is loaded in pieces: whatever happens between them, the result is the same.

use fife::gc::Executor;
use fife::{Error, ErrorKind, Fuel, Limits, Lua, LuaString, Status, Stepped, Task, Value};

/// Loads some thousand functions with constants of all kinds, equal and different ones, and calls them.
const SCRIPT: &str = "
    local parts = {'local t = {} '}
    for i = 1, 2500 do
      parts[#parts + 1] = ('t[%d] = function() return %q, \"s%d\", %d.5, function() return %q end end '):format(
        i, ('x'):rep(50) .. i, i, i, ('y'):rep(50) .. i % 7)
    end
    parts[#parts + 1] = 'return t'
    local t = assert(load(table.concat(parts)))()
    for i = 1, 2500 do
      local long, short, number, inner = t[i]()
      assert(long == ('x'):rep(50) .. i and short == 's' .. i and number == i + 0.5)
      assert(inner() == ('y'):rep(50) .. i % 7)
      assert(('%p'):format(inner()) == ('%p'):format(select(4, t[(i + 6) % 7 + 1]())()))
    end";

/// How many steps loading takes; `between` runs after each but the last. `None` if it runs out of memory.
fn steps(memory: Option<usize>, mut between: impl FnMut(&mut Lua)) -> Option<usize> {
    let mut limits = Limits::default();
    limits.memory = memory;
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let task = lua.load(SCRIPT).name("=test").start(()).expect("there is memory");
    for count in 1.. {
        match lua.step(&task, &mut Fuel::with(200_000)) {
            Stepped::Finished => return Some(count),
            Stepped::Failed => {
                let message = task.error(&lua).unwrap().to_string();
                assert!(message.contains("not enough memory"), "{message}");
                return None;
            }
            _ => between(&mut lua),
        }
    }
    None
}

#[test]
fn collections_between_the_pieces() {
    let undisturbed = steps(None, |_| {}).expect("there is memory");
    assert!(undisturbed > 10, "{undisturbed} steps");
    assert!(steps(None, Lua::collect_all).is_some());
    assert!(steps(None, |lua| _ = lua.collect_step(64 << 10)).is_some());
}

#[test]
fn memory_ends_anywhere() {
    let mut ends = [0, 0];
    for memory in (1..16).step_by(3).map(|mebibytes| mebibytes << 20) {
        ends[usize::from(steps(Some(memory), |_| {}).is_some())] += 1;
    }
    assert!(ends[0] > 1 && ends[1] > 1, "{ends:?}");
}

#[test]
fn a_task_is_dropped_between_the_pieces() {
    for count in (1..20).step_by(3) {
        let mut lua = Lua::new();
        let task = lua.load(SCRIPT).name("=test").start(()).expect("there is memory");
        for _ in 0..count {
            lua.step(&task, &mut Fuel::with(200_000));
        }
        let held = lua.memory().held_bytes;
        drop(task);
        lua.collect_all();
        assert!(lua.memory().held_bytes < held.max(1 << 20), "{count} steps");
    }
}

// ---- Tasks that load ----

fn loading(lua: &mut Lua, source: &[u8]) -> Task {
    lua.load(source).name("=test").start((1, Value::Nil)).expect("there is memory")
}

/// Source text of at least this many bytes.
fn long(bytes: usize) -> Vec<u8> {
    [&b"local x = 0 "[..], &b"x = x + 1 ".repeat(bytes / 10 + 1), b"return x, ..."].concat()
}

#[test]
fn what_a_task_loaded_runs_as_if_it_had_been_there() {
    let sources = [
        "local info = debug.getinfo(1, 'Slnt') return ..., info.what, info.istailcall, info.name, debug.traceback()",
        "return select('#', ...), ...",
        "return load('return ...')(debug.getinfo(2))",
        "error('on purpose')",
        "local function f() error({}) end f()",
        "return {}, coroutine.create(print)",
        "coroutine.yield()",
    ];
    let padding = " ".repeat(20_000);
    for source in sources {
        let mut ends = Vec::new();
        for source in [source.to_owned(), source.to_owned() + &padding] {
            let (mut lua, mut other) = (Lua::new(), Lua::new());
            let at_once = lua.load(&source).name("=test").into_function().expect("it is Lua");
            let at_once = at_once.start(&lua, (1, Value::Nil)).expect("there is memory");
            let loaded = loading(&mut other, source.as_bytes());
            for (lua, task) in [(&mut lua, at_once), (&mut other, loaded)] {
                let ended = task.run(lua, &mut Fuel::with(1_000_000));
                let kind = ended.as_ref().err().map(Error::kind);
                // The objects made have the same serial numbers, too. For an error, the text has the traceback.
                let results = lua.enter(|ctx| format!("{:?}", task.fetch(ctx).unwrap().results()));
                ends.push((format!("{ended:?}"), kind, results));
            }
        }
        assert!(ends.windows(2).all(|pair| pair[0] == pair[1]), "{source}: {ends:#?}");
    }
}

#[test]
fn loading_is_paid_for_and_takes_many_steps() {
    let source = long(1 << 20);
    let mut lua = Lua::new();
    let task = loading(&mut lua, &source);
    let mut steps = 0;
    let mut used = 0;
    loop {
        let mut fuel = Fuel::with(20_000);
        let stepped = lua.step(&task, &mut fuel);
        steps += 1;
        used += 20_000 - fuel.remaining();
        match stepped {
            Stepped::Finished => break,
            Stepped::Ready | Stepped::NeedsMemory => {}
            other => panic!("{other:?}: {}", task.error(&lua).unwrap()),
        }
    }
    assert!(steps > 50 && used > 1 << 20, "{steps} steps of {used} units");
    // As much as `load` takes for it.
    let by_load = lua.load("local f = load((...)) return f(1, nil)").name("=load").start(LuaString::from(&*source));
    let by_load = by_load.expect("there is memory");
    let mut fuel = Fuel::with(1 << 40);
    assert_eq!(by_load.run(&mut lua, &mut fuel).expect("it runs"), Status::Finished);
    let by_load = (1i64 << 40) - fuel.remaining();
    assert!((used - by_load).abs() < 100 + source.len() as i64 / 16, "{used} units, and {by_load} by `load`");
}

#[test]
fn what_is_not_lua_ends_the_task() {
    for padding in ["", &" ".repeat(20_000)] {
        let mut lua = Lua::new();
        let source = format!("{padding}x = = 1");
        let at_once = lua.load(&source).name("=test").into_function().expect_err("it is not Lua");
        let task = loading(&mut lua, source.as_bytes());
        let error = task.run(&mut lua, &mut Fuel::with(1_000_000)).expect_err("it is not Lua");
        assert_eq!((error.kind(), error.to_string()), (at_once.kind(), at_once.to_string()));
        assert_eq!(error.kind(), ErrorKind::Syntax);
        // That kind shows up neither in the arguments of a later task nor in a caught error.
        let task = lua.load("error(select(2, load('x = = 1')), 0)").name("=test").start(()).expect("there is memory");
        assert_eq!(task.run(&mut lua, &mut Fuel::with(1000)).expect_err("it fails").kind(), ErrorKind::Runtime);
    }
    let mut limits = Limits::untrusted();
    limits.source_bytes = 100;
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let error = lua.load(long(1000)).name("=long").into_function().expect_err("it is too long");
    assert_eq!((error.kind(), error.message()), (ErrorKind::Syntax, &b"chunk is too long"[..]));
    let error = lua.load(long(1000)).name("=long").start(()).expect_err("it is too long");
    assert_eq!((error.kind(), error.message()), (ErrorKind::Syntax, &b"chunk is too long"[..]));
    let task = lua
        .enter(|ctx| Executor::loading(ctx, &long(1000), b"=long").map(|it| it.stash(ctx)))
        .expect("there is memory");
    let error = task.run(&mut lua, &mut Fuel::with(100_000)).expect_err("it is too long");
    assert_eq!((error.kind(), error.message()), (ErrorKind::Syntax, &b"chunk is too long"[..]));
    // Binary chunks are for VMs that allow them.
    let task = loading(&mut lua, b"\x1bFife");
    let error = task.run(&mut lua, &mut Fuel::with(1000)).expect_err("it is forbidden");
    assert_eq!(error.to_string(), "attempt to load a binary chunk (not allowed by the host)");
}

#[test]
fn a_task_that_loads_keeps_within_the_memory() {
    let source = long(400 << 10);
    let mut ends = Vec::new();
    for kibibytes in [600, 1000, 2000, 4000, 8000, 40_000, 100_000] {
        let mut limits = Limits::default();
        limits.memory = Some(kibibytes << 10);
        let mut lua = Lua::builder().limits(limits).build().unwrap();
        let kind = match lua.load(&source).name("=test").start(()) {
            Ok(task) => task.run(&mut lua, &mut Fuel::with(100_000_000)).map_err(|error| error.kind()),
            Err(error) => Err(error.kind()),
        };
        assert!(lua.memory().peak_held_bytes <= (kibibytes << 10) + (256 << 10), "{kibibytes} KiB");
        lua.collect_all();
        let task = loading(&mut lua, b"return 1");
        assert_eq!(task.run(&mut lua, &mut Fuel::with(10_000)).expect("the VM can go on"), Status::Finished);
        ends.push(kind);
    }
    assert_eq!(ends.first(), Some(&Err(ErrorKind::Memory)));
    assert_eq!(ends.last(), Some(&Ok(Status::Finished)));
    assert!(ends.iter().all(|end| matches!(end, Ok(Status::Finished) | Err(ErrorKind::Memory))), "{ends:?}");
}

/// The fuel that a chunk uses which loads `source`; the load fails if `memory` is so little.
fn fuel_of_load(source: &str, memory: Option<usize>) -> (u64, bool) {
    let mut limits = Limits::default();
    limits.memory = memory;
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let task = lua.load("local ok, f = pcall(load, (...)) return ok and f ~= nil").start(source).unwrap();
    let mut used = 0;
    loop {
        let mut fuel = Fuel::with(1_000_000);
        let stepped = lua.step(&task, &mut fuel);
        used += 1_000_000 - fuel.remaining();
        match stepped {
            Stepped::Finished => return (used as u64, task.results::<bool>(&lua).unwrap()),
            Stepped::Failed => panic!("{}", task.error(&lua).unwrap()),
            _ => {}
        }
    }
}

#[test]
fn a_load_that_fails_at_its_end_is_paid_for() {
    let calls = "a()".repeat(60_000);
    let (whole, is_loaded) = fuel_of_load(&calls, None);
    assert!(is_loaded);
    // Parsing, which is all that is done here, is more than a third of the price.
    let (wrong, is_loaded) = fuel_of_load(&format!("{calls} x = ="), None);
    assert!(!is_loaded && wrong > whole / 3, "{wrong} of {whole}");
    // Too many registers: all else has been compiled.
    let last = format!("{calls} return a({}1)", "1, ".repeat(300));
    let (wrong, is_loaded) = fuel_of_load(&last, None);
    assert!(!is_loaded && wrong > whole * 9 / 10, "{wrong} of {whole}");
    // Too little memory, in two attempts.
    let (refused, is_loaded) = fuel_of_load(&calls, Some(3 << 20));
    assert!(!is_loaded && refused > whole / 3, "{refused} of {whole}");
}
