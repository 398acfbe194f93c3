//! What handles do with bad input, foreign handles, errors of Rust, panics, and memory.

use super::*;
use crate::gc::Context;
use crate::{ErrorKind, Fuel, Libraries, Limits, Lua, Stepped};
use std::collections::{BTreeMap, HashMap};
use std::error::Error as _;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

fn lua() -> Lua {
    Lua::new()
}

/// The message of a chunk that fails.
#[track_caller]
fn failure(lua: &mut Lua, source: &str) -> String {
    lua.load(source).name("=demo").exec().unwrap_err().to_string()
}

fn send_and_sync<T: Send + Sync + 'static>() {}

#[test]
fn handles_and_errors_can_be_sent() {
    send_and_sync::<Table>();
    send_and_sync::<Function>();
    send_and_sync::<Thread>();
    send_and_sync::<AnyUserData>();
    send_and_sync::<Value>();
    send_and_sync::<Error>();
    send_and_sync::<Task>();
    send_and_sync::<Program>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Table>(), size_of::<usize>());
}

#[test]
fn wrong_arguments_are_named() {
    let mut lua = lua();
    let globals = lua.globals();
    globals.set_function(&lua, "add", |a: i64, b: i64| a + b).unwrap();
    globals.set_function(&lua, "byte", |a: u8| a).unwrap();
    globals.set_function(&lua, "text", |a: String| a).unwrap();
    globals.set_function(&lua, "flag", |a: bool, b: Option<bool>| (a, b)).unwrap();
    globals.set_function(&lua, "list", |a: Vec<i64>| a).unwrap();
    globals.set_function(&lua, "map", |a: BTreeMap<String, i64>| a).unwrap();
    globals.set_function(&lua, "rest", |_: i64, rest: Variadic<i64>| rest).unwrap();
    globals.set_function(&lua, "handles", |_: Table, _: Function, _: Thread, _: AnyUserData| ()).unwrap();
    for (source, message) in [
        ("add(1, {})", "bad argument #2 to 'add' (integer expected, got table)"),
        ("add(1)", "bad argument #2 to 'add' (integer expected, got no value)"),
        ("add(1, nil)", "bad argument #2 to 'add' (integer expected, got nil)"),
        ("add(1, 1.5)", "bad argument #2 to 'add' (number has no integer representation)"),
        ("add('x', 1)", "bad argument #1 to 'add' (integer expected, got string)"),
        ("byte(300)", "bad argument #1 to 'byte' (integer from 0 to 255 expected, got 300)"),
        ("byte(-1)", "bad argument #1 to 'byte' (integer from 0 to 255 expected, got -1)"),
        ("byte(0/0)", "bad argument #1 to 'byte' (number has no integer representation)"),
        (
            "text('a\\xff')",
            "bad argument #1 to 'text' (UTF-8 string expected, got a string with other bytes, from byte 2 on)",
        ),
        ("text(print)", "bad argument #1 to 'text' (string expected, got function)"),
        ("flag()", "bad argument #1 to 'flag' (boolean expected, got no value)"),
        ("flag(0)", "bad argument #1 to 'flag' (boolean expected, got number)"),
        ("flag(true, 0)", "bad argument #2 to 'flag' (boolean expected, got number)"),
        ("list({1, 2, 'x'})", "bad argument #1 to 'list' (element 3: integer expected, got string)"),
        ("map({a = 1, b = {}})", "bad argument #1 to 'map' (field 'b': integer expected, got table)"),
        ("map({[true] = 1})", "bad argument #1 to 'map' (key: string expected, got boolean)"),
        ("rest(1, 2, 'x')", "bad argument #3 to 'rest' (integer expected, got string)"),
        ("handles({}, print, print)", "bad argument #3 to 'handles' (coroutine expected, got function)"),
        ("local t = {f = byte} t.f('x')", "bad argument #1 to 'f' (integer expected, got string)"),
        ("local t = {f = byte} t:f(1)", "calling 'f' on bad self (integer expected, got table)"),
        ("byte(setmetatable({}, {__name = 'Point'}))", "bad argument #1 to 'byte' (integer expected, got Point)"),
    ] {
        assert_eq!(failure(&mut lua, source), format!("demo:1: {message}"), "{source}");
    }
    assert_eq!(lua.load("add('0x10', 2.0)").eval::<i64>().unwrap(), 18);
    assert_eq!(lua.load("text(12) .. text(1.5)").eval::<String>().unwrap(), "121.5");
    assert_eq!(lua.load("add(1, 2, 3)").eval::<i64>().unwrap(), 3, "what is too much is dropped");
    let doubled: String = (0..60).map(|power| format!("[{}] = 1, ", 5i64 << power)).collect();
    let sparse = format!("list({{1, 2, 3, 4, {doubled}}})");
    assert!(failure(&mut lua, &sparse).contains("a table with holes"), "a border may be anywhere");
}

#[test]
fn functions_that_nobody_names_in_lua_show_their_own_names() {
    let mut lua = lua();
    let double = lua.function("double", |n: i64| n * 2).unwrap();
    let error = double.call::<i64>(&mut lua, "x").unwrap_err();
    assert_eq!(error.to_string(), "bad argument #1 to 'double' (integer expected, got string)");
    assert_eq!(error.traceback(), Some("stack traceback:\n\t[C]: in function 'double'"));
    lua.globals().set(&lua, "functions", vec![double]).unwrap();
    let error = lua.load("('x'):gsub('x', functions[1])").name("=demo").exec().unwrap_err();
    assert_eq!(error.to_string(), "bad argument #1 to 'double' (integer expected, got string)");
    assert!(
        error.traceback().unwrap().contains("[C]: in function 'double'\n\t[C]: in function 'string.gsub'"),
        "{error:?}"
    );
}

#[test]
fn twelve_arguments_and_results() {
    let mut lua = lua();
    type Twelve = (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64);
    lua.globals()
        .set_function(
            &lua,
            "back",
            |ctx: Context<'_>,
             a: i64,
             b: i64,
             c: i64,
             d: i64,
             e: i64,
             f: i64,
             g: i64,
             h: i64,
             i: i64,
             j: i64,
             k: i64,
             l: i64| {
                assert!(ctx.globals().length() == 0);
                (l, k, j, i, h, g, f, e, d, c, b, a)
            },
        )
        .unwrap();
    let results: Twelve = lua.load("back(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)").eval().unwrap();
    assert_eq!(results, (12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1));
    let error = lua.load("return 1, 2, 'x'").eval::<(i64, i64, i64)>().unwrap_err();
    assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Conversion, "result 3: integer expected, got string"));
    let error = lua.load("return 1").eval::<(i64, bool)>().unwrap_err();
    assert_eq!(error.to_string(), "result 2: boolean expected, got no value");
    let (first, rest): (i64, Variadic<i64>) = lua.load("return 1, 2, 3").eval().unwrap();
    assert_eq!((first, &rest[..]), (1, &[2, 3][..]));
    lua.globals().set_function(&lua, "many", |n: usize| Variadic::from(vec![1; n])).unwrap();
    assert_eq!(lua.load("select('#', many(10000))").eval::<i64>().unwrap(), 10000);
    assert_eq!(failure(&mut lua, "many(2000000)"), "demo:1: stack overflow");
}

#[test]
fn values_go_there_and_back() {
    let mut lua = lua();
    lua.globals().set_function(&lua, "same", |value: Value| value).unwrap();
    let source = "local t, f, c = {}, function() end, coroutine.create(print)
        for _, it in ipairs({1, 1.5, 'a', true, false, t, f, print, c, io}) do assert(rawequal(same(it), it)) end
        assert(same() == nil and math.type(same(1.0)) == 'float')";
    lua.load(source).exec().unwrap();
    let map: HashMap<String, Vec<Option<u8>>> =
        HashMap::from([("a".into(), vec![Some(1), Some(2)]), ("b".into(), vec![])]);
    lua.globals().set(&lua, "map", map.clone()).unwrap();
    assert_eq!(lua.load("map").eval::<HashMap<String, Vec<Option<u8>>>>().unwrap(), map);
    assert_eq!(lua.load("#map.a").eval::<i64>().unwrap(), 2);
    assert_eq!(lua.load("{1, 2, 3}").eval::<[i32; 3]>().unwrap(), [1, 2, 3]);
    let error = lua.load("{1, 2}").eval::<[i32; 3]>().unwrap_err();
    assert_eq!(error.to_string(), "result 1: list of 3 elements expected, got one of 2");
    let error = lua.globals().set(&lua, "large", u64::MAX).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conversion);
    assert_eq!(lua.load("-1").eval::<i128>().unwrap(), -1);
}

#[test]
fn tables_refuse_bad_keys_and_name_missing_fields() {
    let lua = lua();
    let table = Table::new(&lua).unwrap();
    assert_eq!(table.set(&lua, Value::Nil, 1).unwrap_err().to_string(), "table index is nil");
    assert_eq!(table.set(&lua, f64::NAN, 1).unwrap_err().to_string(), "table index is NaN");
    assert_eq!(table.get::<Value>(&lua, f64::NAN).unwrap(), Value::Nil);
    assert_eq!(table.get::<Value>(&lua, Value::Nil).unwrap(), Value::Nil);
    let error = table.get::<String>(&lua, "name").unwrap_err();
    assert_eq!(error.to_string(), "field 'name': string expected, got nil");
    table.set(&lua, 2, "x").unwrap();
    let error = table.get::<i64>(&lua, 2).unwrap_err();
    assert_eq!(error.to_string(), "element 2: integer expected, got string");
}

#[test]
fn handles_of_other_vms_are_errors() {
    let (mut first, mut second) = (lua(), lua());
    let table = first.globals();
    let function: Function = first.load("function() end").eval().unwrap();
    let thread = Thread::new(&first, &function).unwrap();
    let task = function.start(&first, ()).unwrap();
    let is_foreign = |error: Error| {
        assert_eq!(error.to_string(), "the handle belongs to another VM");
        assert_eq!(error.kind(), ErrorKind::Handle);
    };
    is_foreign(table.get::<Value>(&second, 1).unwrap_err());
    is_foreign(table.set(&second, 1, 1).unwrap_err());
    is_foreign(table.index::<Value>(&mut second, 1).unwrap_err());
    is_foreign(second.globals().set(&second, 1, &table).unwrap_err());
    is_foreign(function.call::<()>(&mut second, ()).unwrap_err());
    is_foreign(Thread::new(&second, &function).unwrap_err());
    is_foreign(thread.resume::<()>(&mut second, ()).unwrap_err());
    is_foreign(thread.status(&second).unwrap_err());
    is_foreign(task.run(&mut second, &mut Fuel::with(10)).unwrap_err());
    is_foreign(task.results::<()>(&second).unwrap_err());
    is_foreign(task.error(&second).unwrap());
    assert_eq!(second.step(&task, &mut Fuel::with(10)), Stepped::Failed);
    assert!(second.enter(|ctx| task.fetch(ctx).is_err()));
    is_foreign(second.load("").env(&table).exec().unwrap_err());
    is_foreign(second.load("").env(&table).into_function().unwrap_err());
    second.globals().set_function(&second, "give", move || table.clone()).unwrap();
    assert_eq!(failure(&mut second, "give()"), "demo:1: the handle belongs to another VM");
    assert_eq!(Value::Function(function.clone()).describe(&second), "function");
    drop(first);
    is_foreign(function.call::<()>(&mut second, ()).unwrap_err());
    is_foreign(function.bind(&second, ()).unwrap_err());
}

#[test]
fn handles_are_equal_if_their_objects_are() {
    let (mut lua, mut other) = (lua(), lua());
    assert_eq!(lua.globals(), lua.globals());
    assert_ne!(lua.globals(), other.globals(), "the same number in two VMs");
    let (a, b, c): (Table, Table, Table) = lua.load("local t = {} return t, t, {}").eval().unwrap();
    assert!(a == b && a != c && a == a.clone());
    #[allow(clippy::mutable_key_type, reason = "what can change of a handle is no part of its hash")]
    let set: std::collections::HashSet<Table> = [a, b, c].into();
    assert_eq!(set.len(), 2);
    let (f, g): (Function, Function) = other.load("return print, print").eval().unwrap();
    assert_eq!(f, g);
}

#[test]
fn what_a_released_handle_kept_goes() {
    let mut lua = lua();
    let table: Table = lua.load("{('x'):rep(1 << 20)}").eval().unwrap();
    let clone = table.clone();
    drop(table);
    lua.collect_all();
    assert_eq!(clone.get::<LuaString>(&lua, 1).unwrap().len(), 1 << 20, "a clone keeps it");
    assert!(lua.memory().object_bytes > 1 << 20);
    std::thread::spawn(move || drop(clone)).join().unwrap();
    lua.collect_all();
    assert!(lua.memory().object_bytes < 1 << 20);
    let kept = Table::new(&lua).unwrap();
    drop(lua);
    drop(kept);
}

#[test]
fn handles_dropped_while_a_task_runs_let_objects_go() {
    // Nothing is stashed, and no call but steps is made.
    let mut lua = lua();
    let table: Table = lua.load("{('x'):rep(1 << 20)}").eval().unwrap();
    let task = lua.load("while true do local t = {} end").start(()).unwrap();
    lua.step(&task, &mut Fuel::with(1000));
    drop(table);
    for _ in 0..1000 {
        lua.step(&task, &mut Fuel::with(10_000));
    }
    assert!(lua.memory().object_bytes < 1 << 20);
}

#[test]
fn an_error_of_rust_comes_back() {
    let mut lua = lua();
    let fail = || -> Result<(), io::Error> { Err(io::Error::other("disk on fire")) };
    lua.globals().set_function(&lua, "fail", fail).unwrap();
    let check = |error: &Error| {
        assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Runtime, "disk on fire"));
        assert_eq!(error.downcast_ref::<io::Error>().map(io::Error::kind), Some(io::ErrorKind::Other));
        assert!(error.source().is_some_and(|source| source.is::<io::Error>()));
        assert!(matches!(error.value(), Some(Value::UserData(_))));
        assert_eq!(format!("{error:#}"), "disk on fire", "what it came of says nothing new");
    };
    check(&lua.load("fail()").exec().unwrap_err());
    check(&lua.load("local ok, e = pcall(fail) error(e)").exec().unwrap_err());
    check(&lua.load("coroutine.wrap(fail)()").exec().unwrap_err());
    check(&lua.load("local ok, e = pcall(fail) return e").eval::<Error>().unwrap());
    let error = lua.load("\n\nlocal function deep() fail() end deep()").name("=demo").exec().unwrap_err();
    let position = error.position().unwrap();
    assert_eq!((&*position.chunk, position.line, position.column, position.length), ("demo", 3, Some(27), None));
    assert!(
        format!("{error:?}").starts_with("disk on fire\nstack traceback:\n\t[C]: in function 'fail'\n\tdemo:3: in")
    );
    let shown = "local ok, e = pcall(fail)
        assert(type(e) == 'userdata' and getmetatable(e) == 'error')
        return tostring(e), 'saw: ' .. e, e .. 1";
    let shown: (String, String, String) = lua.load(shown).eval().unwrap();
    assert_eq!(shown, ("disk on fire".into(), "saw: disk on fire".into(), "disk on fire1".into()));
    assert!(failure(&mut lua, "local ok, e = pcall(fail) return e .. {}").contains("concatenate a table value"));
    // Through Rust again, with what was being done.
    let inner: Function = lua.load("fail").eval().unwrap();
    let error = inner.call::<()>(&mut lua, ()).unwrap_err().context("cannot save");
    assert_eq!((error.to_string(), format!("{error:#}")), ("cannot save".into(), "cannot save: disk on fire".into()));
    assert!(error.downcast_ref::<io::Error>().is_some() && error.traceback().is_some());
    let error = Mutex::new(Some(error));
    lua.globals().set_function(&lua, "again", move || Err::<(), _>(error.lock().unwrap().take().unwrap())).unwrap();
    let error = lua.load("local ok, e = pcall(again) error(e)").exec().unwrap_err();
    assert_eq!(format!("{error:#}"), "cannot save: disk on fire");
    assert!(error.downcast_ref::<io::Error>().is_some());
}

#[test]
fn texts_are_raised_as_strings() {
    let mut lua = lua();
    let globals = lua.globals();
    globals.set_function(&lua, "text", || Err::<(), _>("no such user")).unwrap();
    globals.set_function(&lua, "owned", |n: i64| Err::<(), _>(format!("no user {n}"))).unwrap();
    let boxed = || -> Result<(), Box<dyn std::error::Error + Send + Sync>> { Err("no such user".into()) };
    globals.set_function(&lua, "boxed", boxed).unwrap();
    globals.set_function(&lua, "ours", || Err::<(), _>(Error::new("no such user"))).unwrap();
    for call in ["text()", "boxed()", "ours()"] {
        assert_eq!(failure(&mut lua, call), "demo:1: no such user", "{call}");
    }
    let caught = lua.load("local ok, e = pcall(owned, 7) return type(e), e").name("=demo").eval::<(String, String)>();
    assert_eq!(caught.unwrap(), ("string".into(), "no user 7".into()));
    let error = lua.load("error({code = 7})").exec().unwrap_err();
    assert_eq!(error.to_string(), "(error object is a table value)");
    let Some(Value::Table(table)) = error.value() else { panic!("{error:?}") };
    assert_eq!(table.get::<i64>(&lua, "code").unwrap(), 7);
    let error = lua.load("error()").exec().unwrap_err();
    assert_eq!(error.value(), Some(&Value::Nil));
}

#[test]
fn kinds_are_those_of_the_errors_themselves() {
    let limits = Limits { memory: Some(4 << 20), fuel: Some(100_000), ..Limits::default() };
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let mut kind = |source: &str| lua.load(source).exec().unwrap_err().kind();
    assert_eq!(kind("x ="), ErrorKind::Syntax);
    assert_eq!(kind("\x1bLua"), ErrorKind::Syntax);
    assert_eq!(kind("while true do pcall(error) end"), ErrorKind::Fuel);
    assert_eq!(kind("('x'):rep(1 << 30)"), ErrorKind::Memory);
    assert_eq!(kind("error('not enough memory', 0)"), ErrorKind::Runtime);
    assert_eq!(kind("local _, e = pcall(string.rep, 'x', 1 << 30) error(e, 0)"), ErrorKind::Runtime);
    let error = lua.load("x = = 1").name("@a.lua").exec().unwrap_err();
    let position = error.position().unwrap();
    assert_eq!((&*position.chunk, position.line, position.column, position.length), ("a.lua", 1, Some(5), Some(1)));
    let error = lua.load("\nwhile true do end").name("@a.lua").exec().unwrap_err();
    assert_eq!((error.to_string(), error.position().unwrap().line), ("out of fuel".into(), 2));
    let mut limits = Limits::untrusted();
    limits.deadline = Some(std::time::Duration::from_millis(5));
    limits.fuel = None;
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    assert_eq!(lua.load("while true do end").exec().unwrap_err().kind(), ErrorKind::Deadline);
    let long = " ".repeat(300 << 10);
    let error = lua.load(&long).exec().unwrap_err();
    assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Syntax, "chunk is too long"));
    assert_eq!(lua.load(&long).into_function().unwrap_err().kind(), ErrorKind::Syntax);
}

#[test]
fn a_panic_leaves_the_vm_usable() {
    let mut lua = lua();
    lua.globals().set_function(&lua, "burst", |text: String| -> i64 { panic!("{text}") }).unwrap();
    let task = lua.load("n = 1 return burst('oh')").start(()).unwrap();
    let payload = catch_unwind(AssertUnwindSafe(|| task.run(&mut lua, &mut Fuel::with(1000)))).unwrap_err();
    assert_eq!(payload.downcast_ref::<String>().map(String::as_str), Some("oh"));
    assert_eq!(task.results::<()>(&lua).unwrap_err().kind(), ErrorKind::Panicked);
    assert_eq!(task.run(&mut lua, &mut Fuel::with(1000)).unwrap_err().kind(), ErrorKind::Panicked);
    let payload = catch_unwind(AssertUnwindSafe(|| lua.load("pcall(burst, 'ah')").exec())).unwrap_err();
    assert_eq!(payload.downcast_ref::<String>().map(String::as_str), Some("ah"));
    assert_eq!(lua.load("n + 1").eval::<i64>().unwrap(), 2);
}

#[test]
fn large_results_wait_for_a_collection() {
    for limits in [Limits::default(), Limits::untrusted()] {
        let limits = Limits { memory: Some(8 << 20), fuel: None, deadline: None, ..limits };
        let mut lua = Lua::builder().limits(limits).build().unwrap();
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = calls.clone();
        let make = move |bytes: usize| {
            counted.fetch_add(1, Ordering::Relaxed);
            "x".repeat(bytes)
        };
        lua.globals().set_function(&lua, "make", make).unwrap();
        lua.globals().set_function(&lua, "list", |n: usize| vec![1; n]).unwrap();
        lua.globals()
            .set_function(&lua, "two", || Ok::<_, Error>(("y".repeat(1 << 20), vec!["z".repeat(1 << 19)])))
            .unwrap();
        let held = |lua: &Lua| assert!(lua.memory().held_bytes <= (8 << 20) + (256 << 10), "{:?}", lua.memory());
        let task =
            lua.load("while true do n = (n or 0) + #make(1 << 20) + #list(1 << 15) + #two() end").start(()).unwrap();
        while calls.load(Ordering::Relaxed) < 500 {
            task.run(&mut lua, &mut Fuel::with(100_000)).unwrap();
            held(&lua);
        }
        drop(task);
        let made: f64 = lua.globals().get(&lua, "n").unwrap();
        let per_turn = (2 << 20) + (1 << 15);
        assert!((made as usize).is_multiple_of(per_turn));
        assert!(made as usize / per_turn >= calls.load(Ordering::Relaxed) - 1);
        calls.store(0, Ordering::Relaxed);
        let error = lua.load("make(16 << 20)").name("=demo").exec().unwrap_err();
        assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Memory, "not enough memory"));
        assert_eq!(calls.load(Ordering::Relaxed), 1, "it is called once");
        held(&lua);
        let caught = lua.load("select(2, pcall(make, 16 << 20))").eval::<String>().unwrap();
        assert_eq!(caught, "not enough memory");
        // Kept alive, they do not fit.
        let error = lua.load("local t = {} for i = 1, 100 do t[i] = make(1 << 20) end").exec().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Memory);
        held(&lua);
        assert_eq!(lua.load("#make(1 << 20)").eval::<i64>().unwrap(), 1 << 20);
    }
}

#[test]
fn making_in_a_callback_keeps_to_the_limit() {
    let limits = Limits { memory: Some(8 << 20), ..Limits::default() };
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let fill = |ctx: Context<'_>, count: i64| -> Result<i64> {
        let all = Table::new(&ctx)?;
        for _ in 0..count {
            all.push(&ctx, "x".repeat(1 << 20))?;
        }
        all.len(&ctx)
    };
    lua.globals().set_function(&lua, "fill", fill).unwrap();
    assert_eq!(lua.load("fill(5)").eval::<i64>().unwrap(), 5);
    let error = lua.load("fill(50)").exec().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Memory);
    assert!(lua.memory().held_bytes <= (8 << 20) + (256 << 10));
    // A host outside of callbacks, too.
    let text = "x".repeat(16 << 20);
    assert_eq!(lua.globals().set(&lua, "x", &*text).unwrap_err().kind(), ErrorKind::Memory);
    for _ in 0..100 {
        let function: Function = lua.load("function(s) return #s end").eval().unwrap();
        assert_eq!(function.call::<i64>(&mut lua, "y".repeat(1 << 20)).unwrap(), 1 << 20);
    }
    assert!(lua.memory().held_bytes <= (8 << 20) + (256 << 10));
}

#[test]
fn one_program_runs_in_many_vms() {
    let source = b"local n = ... local t = {} for i = 1, 10 do t[i] = ('a long constant, %d'):rep(2):format(n, i) end return #t, n";
    let program = Program::compile(source, "=shared", &Limits::untrusted()).unwrap();
    let (program, sum) = (&program, &AtomicI64::new(0));
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                for number in 0..250 {
                    let mut lua = Lua::builder().limits(Limits::untrusted()).build().unwrap();
                    let n = thread * 250 + number;
                    assert_eq!(lua.load_program(program).call::<(i64, i64)>(n).unwrap(), (10, n));
                    sum.fetch_add(n, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(sum.load(Ordering::Relaxed), 999 * 500);
    let error = Program::compile(b"x =", "=shared", &Limits::untrusted()).unwrap_err();
    assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Syntax, "shared:1: unexpected symbol near <eof>"));
    let mut limits = Limits::untrusted();
    limits.source_bytes = 2;
    assert_eq!(Program::compile(b"x =", "=shared", &limits).unwrap_err().to_string(), "chunk is too long");
    limits.source_bytes = 1 << 20;
    limits.memory = Some(10);
    assert_eq!(Program::compile(b"x = 1", "=shared", &limits).unwrap_err().kind(), ErrorKind::Memory);
    let mut lua = lua();
    let program = Program::compile(b"error('oh')", "@shared.lua", &Limits::default()).unwrap();
    let function = lua.load_program(&program).into_function().unwrap();
    assert_eq!(function.call::<()>(&mut lua, ()).unwrap_err().to_string(), "shared.lua:1: oh");
}

/// What a VM holds in objects after a collection.
fn settled(lua: &mut Lua) -> usize {
    for _ in 0..3 {
        lua.collect_all();
    }
    lua.memory().object_bytes
}

#[test]
fn cycles_are_collected() {
    let mut lua = lua();
    let cycle = |lua: &mut Lua| {
        // A table whose function has the table bound, and the registry of a script that refers to both.
        let table = Table::new(&*lua).unwrap();
        table.set(&*lua, 1, "x".repeat(10_000)).unwrap();
        let get = lua.function("get", |ctx: Context<'_>, table: Table| table.len(&ctx)).unwrap();
        let bound = get.bind(&*lua, &table).unwrap();
        table.set(&*lua, "len", &bound).unwrap();
        table.set(&*lua, "self", &table).unwrap();
        assert_eq!(table.call_method::<i64>(lua, "len", ()).unwrap(), 1);
        lua.globals().set(&*lua, "last", table).unwrap();
        lua.load("last.env, last = _ENV, nil").exec().unwrap();
    };
    cycle(&mut lua);
    let before = settled(&mut lua);
    for _ in 0..1000 {
        cycle(&mut lua);
    }
    assert!(settled(&mut lua) <= before + 1000);
    // What closures capture goes with them.
    let shared = Arc::new(());
    for _ in 0..100 {
        let captured = shared.clone();
        lua.globals().set_function(&lua, "f", move || drop(captured.clone())).unwrap();
    }
    settled(&mut lua);
    assert_eq!(Arc::strong_count(&shared), 2);
    drop(lua);
    assert_eq!(Arc::strong_count(&shared), 1);
}

#[test]
fn frozen_tables_take_no_stores() {
    let mut lua = Lua::builder().libraries(Libraries::ALL).build().unwrap();
    let table: Table = lua.load("{1, 2, 3, x = 1, [1.5] = 2, t = {}}").eval().unwrap();
    lua.globals().set(&lua, "frozen", &table).unwrap();
    table.freeze(&lua).unwrap();
    assert!(table.is_frozen(&lua).unwrap());
    for statement in [
        "frozen.x = 2",
        "frozen.x = nil",
        "frozen.x = {}",
        "frozen.y = 1",
        "frozen[1] = 5",
        "frozen[4] = 5",
        "frozen[1.5] = 5",
        "frozen[{}] = 5",
        "local k = 'x' frozen[k] = 5",
        "local k = 1 frozen[k] = 5",
        "local k = 2 frozen[k] = {}",
        "rawset(frozen, 'x', 2)",
        "rawset(frozen, 1, 2)",
        "setmetatable(frozen, {})",
        "debug.setmetatable(frozen, {})",
        "table.insert(frozen, 1)",
        "table.insert(frozen, 1, 1)",
        "table.remove(frozen)",
        "table.remove(frozen, 1)",
        "table.sort(frozen, function(a, b) return a > b end)",
        "table.move({9, 9, 9}, 1, 3, 1, frozen)",
        "local _ENV = frozen x = 2",
        "next(frozen) for k in pairs(frozen) do frozen[k] = nil end",
    ] {
        let message = failure(&mut lua, statement);
        assert!(message.ends_with("attempt to change a frozen table"), "{statement}: {message}");
    }
    assert_eq!(table.set(&lua, "x", 2).unwrap_err().to_string(), "attempt to change a frozen table");
    assert!(table.set_metatable(&lua, None).is_err());
    let source = "frozen.t.x = 1
        assert(#frozen == 3 and frozen.x == 1 and frozen[1.5] == 2 and frozen.t.x == 1 and frozen.y == nil)
        local n = 0 for k, v in pairs(frozen) do n = n + 1 end return n";
    assert_eq!(lua.load(source).eval::<i64>().unwrap(), 6);
    // As a metatable, and with one: absent keys are its.
    let source = "local meta = {__index = function(_, k) return k end, __newindex = function(_, k) log = k end}
        local t = setmetatable({a = 1}, meta) return t, meta";
    let (table, meta): (Table, Table) = lua.load(source).eval().unwrap();
    meta.freeze(&lua).unwrap();
    table.freeze(&lua).unwrap();
    lua.globals().set(&lua, "t", &table).unwrap();
    lua.load("assert(t.b == 'b') t.c = 1 assert(log == 'c' and not pcall(function() t.a = 2 end))").exec().unwrap();
    // While it is marked.
    let task = lua
        .load("while true do pcall(function() frozen.x = {} end) pcall(rawset, frozen, 1, {}) end")
        .start(())
        .unwrap();
    for _ in 0..200 {
        lua.step(&task, &mut Fuel::with(1000));
        lua.collect_step(4096);
    }
    assert_eq!(lua.load("frozen.x").eval::<i64>().unwrap(), 1);
}

#[test]
fn tasks_run_in_turns() {
    let mut lua = lua();
    let task =
        lua.load("local n = 0 while true do n = n + 1 if n > ... then return n, 'done' end end").start(1000).unwrap();
    let mut turns = 0;
    assert_eq!(task.results::<i64>(&lua).unwrap_err().to_string(), "the task has not finished");
    while task.run(&mut lua, &mut Fuel::with(500)).unwrap() == Status::OutOfFuel {
        turns += 1;
    }
    assert_eq!(task.results::<(i64, String)>(&lua).unwrap(), (1001, "done".into()));
    let used = task.fuel_used();
    assert!((500 * turns..500 * (turns + 2)).contains(&used), "{used} in {turns}");
    let spin =
        lua.load("local ok, message = pcall(function() while true do end end) return message").name("=spin").start(());
    let spin = spin.unwrap();
    assert_eq!(spin.run(&mut lua, &mut Fuel::with(1000)).unwrap(), Status::OutOfFuel);
    assert!(spin.traceback(&lua).unwrap().contains("spin:1: in"), "{}", spin.traceback(&lua).unwrap());
    spin.interrupt(&lua, "enough!").unwrap();
    assert_eq!(spin.run(&mut lua, &mut Fuel::with(1000)).unwrap(), Status::Finished);
    assert_eq!(spin.results::<String>(&lua).unwrap(), "enough!");
    assert_ne!(spin.id(), task.id());
}

#[test]
fn coroutines_are_resumed_from_outside() {
    let mut lua = lua();
    let body: Function = lua
        .load(
            "function(...) local x <close> = setmetatable({}, {__close = function() closed = true end})
        local a = coroutine.yield(select('#', ...)) error({a}) end",
        )
        .eval()
        .unwrap();
    let thread = Thread::new(&lua, &body).unwrap();
    assert_eq!(thread.resume::<i64>(&mut lua, (1, 2, 3)).unwrap(), Resumed::Yielded(3));
    assert_eq!(thread.status(&lua).unwrap(), crate::ThreadStatus::Suspended);
    let error = thread.resume::<()>(&mut lua, 7).unwrap_err();
    let Some(Value::Table(table)) = error.value() else { panic!("{error:?}") };
    assert_eq!(table.get::<i64>(&lua, 1).unwrap(), 7);
    assert_eq!(thread.resume::<()>(&mut lua, ()).unwrap_err().to_string(), "cannot resume dead coroutine");
    let thread = Thread::new(&lua, &body).unwrap();
    thread.resume::<()>(&mut lua, ()).unwrap();
    assert!(thread.resume::<()>(&mut lua, 1).is_err());
    // One that a script has, which goes on with it.
    let source = "co = coroutine.create(function() for i = 1, 3 do coroutine.yield(i) end end)
        coroutine.resume(co) coroutine.yield(co) return select(2, coroutine.resume(co))";
    let outer: Function = lua.load(format!("function() {source} end")).eval().unwrap();
    let outer = Thread::new(&lua, &outer).unwrap();
    let Resumed::Yielded(thread) = outer.resume::<Thread>(&mut lua, ()).unwrap() else { panic!() };
    assert_eq!(thread.resume::<i64>(&mut lua, ()).unwrap(), Resumed::Yielded(2));
    assert_eq!(outer.resume::<i64>(&mut lua, ()).unwrap(), Resumed::Returned(3));
    let thread = Thread::new(&lua, &body).unwrap();
    thread.resume::<()>(&mut lua, ()).unwrap();
    lua.globals().set(&lua, "closed", false).unwrap();
    thread.close(&mut lua).unwrap();
    assert!(lua.globals().get::<bool>(&lua, "closed").unwrap());
    let fail = lua.function("fail", || Err::<(), _>(io::Error::other("oh"))).unwrap();
    let thread = Thread::new(&lua, &fail).unwrap();
    let error = thread.resume::<()>(&mut lua, ()).unwrap_err();
    assert!(error.downcast_ref::<io::Error>().is_some());
}

#[test]
fn metamethods_run_where_the_vm_is_there() {
    let mut lua = lua();
    let source = "local log = {} return setmetatable({}, {__index = log, __newindex = function(_, k, v) log[k] = v * 2 end,
        __tostring = function() return 'shown' end, __name = 'Named'}), setmetatable({}, {__tostring = function() return 1 end, __name = 'N'})";
    let (table, bad): (Table, Table) = lua.load(source).eval().unwrap();
    table.set_index(&mut lua, "x", 21).unwrap();
    assert_eq!(table.index::<i64>(&mut lua, "x").unwrap(), 42);
    assert_eq!(table.get::<Option<i64>>(&lua, "x").unwrap(), None);
    assert_eq!(lua.to_text(&table.clone().into()).unwrap(), "shown");
    assert_eq!(lua.to_text(&Value::Float(1.0)).unwrap(), "1.0");
    assert_eq!(lua.to_text(&bad.clone().into()).unwrap_err().to_string(), "'__tostring' must return a string");
    assert!(Value::Table(table.clone()).describe(&lua).starts_with("Named: 0x"));
    assert!(Value::Table(lua.globals()).describe(&lua).starts_with("table: 0x"));
    let error = table.call_method::<()>(&mut lua, "none", ()).unwrap_err();
    assert_eq!(error.to_string(), "attempt to call a nil value (method 'none')");
    let called: Table =
        lua.load("{f = setmetatable({}, {__call = function(_, self, n) return n + 1 end})}").eval().unwrap();
    assert_eq!(called.call_method::<i64>(&mut lua, "f", 1).unwrap(), 2);
    assert!(table.metatable(&lua).unwrap().is_some() && lua.globals().metatable(&lua).unwrap().is_none());
}

#[test]
fn chunks_are_expressions_or_statements() {
    let mut lua = lua();
    assert_eq!(lua.load("1 + 1").eval::<i64>().unwrap(), 2);
    assert_eq!(lua.load("-- a comment\nreturn 3").eval::<i64>().unwrap(), 3);
    assert_eq!(lua.load("x = 5 return x").eval::<i64>().unwrap(), 5);
    assert_eq!(lua.load("").eval::<Value>().unwrap(), Value::Nil);
    assert_eq!(lua.load("return ...").call::<i64>(9).unwrap(), 9);
    assert_eq!(
        lua.load("1 +").eval::<i64>().unwrap_err().to_string(),
        "[string \"1 +\"]:1: unexpected symbol near '1'"
    );
    assert_eq!(failure(&mut lua, "error('oh')"), "demo:1: oh");
    assert!(lua.load("x = 1").mode(ChunkMode::Binary).exec().unwrap_err().to_string().contains("mode is 'b'"));
    let large = format!("{} return n", "n = (n or 0) + 1 ".repeat(3000));
    assert_eq!(lua.load(&large).eval::<i64>().unwrap(), 3000);
    let long = format!("0{}", " + 1".repeat(5000));
    assert_eq!(lua.load(&long).eval::<i64>().unwrap(), 5000, "an expression, in stages");
    let wrong = format!("{}\n x = = 1", "x = 1 ".repeat(5000));
    for error in [lua.load(&wrong).name("=wrong").eval::<()>(), lua.load(&wrong).name("=wrong").exec()] {
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Syntax);
        assert_eq!(error.to_string(), "wrong:2: unexpected symbol near '='");
        assert_eq!(error.position().map(|at| (&*at.chunk, at.line)), Some(("wrong", 2)));
    }
    lua.set_fuel(Some(1000));
    assert_eq!(lua.load(&large).eval::<i64>().unwrap_err().kind(), ErrorKind::Fuel, "loading is paid for");
    lua.set_fuel(None);
    let env = Table::new(&lua).unwrap();
    env.set(&lua, "y", 2).unwrap();
    let function = lua.load("local a = ... return a + y").env(&env).into_function().unwrap();
    assert_eq!(function.call::<i64>(&mut lua, 1).unwrap(), 3);
}

#[test]
fn modules_come_from_the_host() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = asked.clone();
    let find = move |name: &[u8]| {
        log.lock().unwrap().push(String::from_utf8_lossy(name).into_owned());
        match name {
            b"a.b" => Some(b"local name, place = ... return {name = name, place = place}".to_vec()),
            b"broken" => Some(b"x = = 1".to_vec()),
            b"failing" => Some(b"error('oh')".to_vec()),
            b"large" => {
                Some([b"local t = 0 ".to_vec(), b"t = t + 1 ".repeat(10_000), b"return {n = t}".to_vec()].concat())
            }
            _ => None,
        }
    };
    let mut lua = Lua::builder().limits(Limits::untrusted()).modules(find).build().unwrap();
    let module: BTreeMap<String, String> = lua.load("require('a.b')").eval().unwrap();
    assert_eq!(module, BTreeMap::from([("name".into(), "a.b".into()), ("place".into(), "a.b".into())]));
    lua.load("assert(require('a.b') == require('a.b'))").exec().unwrap();
    assert_eq!(*asked.lock().unwrap(), ["a.b"]);
    assert_eq!(lua.load("require('large').n").eval::<i64>().unwrap(), 10_000);
    assert!(failure(&mut lua, "require('broken')").contains("broken:1: unexpected symbol near '='"));
    assert_eq!(failure(&mut lua, "require('failing')"), "failing:1: oh");
    assert_eq!(
        failure(&mut lua, "require('none')"),
        "demo:1: module 'none' not found:\n\tno field package.preload['none']\n\tno module 'none' of the host"
    );
    assert_eq!(lua.load("#package.searchers").eval::<i64>().unwrap(), 2);
    let both = Lua::builder().libraries(Libraries::ALL).modules(|_| None).build();
    assert_eq!(both.unwrap().load("#package.searchers").eval::<i64>().unwrap(), 5);
    let without = Lua::new();
    let nothing = without.function("", || ()).unwrap();
    assert!(without.preload("x", &nothing).is_err());
}

/// The VM checks itself while handles come and go: freed slots are overwritten, and what is marked is marked twice.
#[test]
fn handles_hold_while_the_vm_checks_itself() {
    let mut lua = Lua::builder().libraries(Libraries::ALL).build().unwrap();
    lua.set_poison(true);
    lua.set_quarantine(true);
    let kept = Arc::new(Mutex::new(Vec::new()));
    let known = kept.clone();
    lua.globals().set_function(&lua, "keep", move |value: Value| known.lock().unwrap().push(value)).unwrap();
    lua.globals().set_function(&lua, "fail", || Err::<(), _>(io::Error::other("oh"))).unwrap();
    lua.globals().set_function(&lua, "swap", |a: Value, b: Value| (b, a)).unwrap();
    let source = "for i = 1, 200 do
            keep({i}) keep(function() return i end) keep(coroutine.create(print)) keep('s' .. i)
            local a, b = swap({}, {}) assert(a ~= b)
            local ok, e = pcall(fail) keep(e) assert(tostring(e) == 'oh')
        end";
    let task = lua.load(source).start(()).unwrap();
    while task.run(&mut lua, &mut Fuel::with(500)).unwrap() != Status::Finished {
        lua.collect_step(4096);
        let mut kept = kept.lock().unwrap();
        let half = kept.len() / 2;
        kept.truncate(half);
    }
    for value in std::mem::take(&mut *kept.lock().unwrap()) {
        assert!(!value.describe(&lua).is_empty());
        if let Value::Function(function) = value {
            assert!(function.call::<i64>(&mut lua, ()).unwrap() > 0);
            lua.collect_step(4096);
        }
    }
    lua.collect_all();
}

#[test]
fn a_closure_on_the_call_itself_may_go_on_as_a_sequence() {
    #[derive(fife_arena::Collect)]
    struct Twice(bool);
    impl<'gc> crate::gc::Sequence<'gc> for Twice {
        const NAME: &'static str = "test.twice";
        fn poll(&mut self, call: &mut crate::gc::Call<'gc, '_>) -> Result<crate::gc::Poll, crate::gc::Error<'gc>> {
            if std::mem::replace(&mut self.0, true) {
                return Ok(crate::gc::Poll::TailCall(1));
            }
            call.push(call.get(0));
            call.push(call.get(0));
            call.push(call.get(1));
            Ok(crate::gc::Poll::Call(1))
        }
    }
    let mut lua = lua();
    let twice = Function::native(&lua, "twice", |call| {
        call.function(0)?;
        call.sequence(Twice(false))
    });
    lua.globals().set(&lua, "twice", twice.unwrap()).unwrap();
    assert_eq!(lua.load("twice(function(n) return n * 3 end, 5)").eval::<i64>().unwrap(), 45);
    assert_eq!(failure(&mut lua, "twice(1)"), "demo:1: bad argument #1 to 'twice' (function expected, got number)");
}

// ---- What a script could have a host's functions take ----

fn limited() -> Lua {
    let mut limits = Limits::untrusted();
    // The machine that runs this may be busy: there is neither fuel nor time to run out of.
    (limits.memory, limits.fuel, limits.deadline) = (Some(8 << 20), None, None);
    Lua::builder().limits(limits).build().unwrap()
}

/// A table has one long string a thousand times, and each copy is one of Rust's.
#[test]
fn copies_of_arguments_have_room_under_the_limit() {
    let mut lua = limited();
    let globals = lua.globals();
    globals.set_function(&lua, "list", |it: Vec<String>| it.len()).unwrap();
    globals.set_function(&lua, "map", |it: HashMap<i64, LuaString>| it.len()).unwrap();
    globals.set_function(&lua, "rest", |it: Variadic<String>| it.len()).unwrap();
    globals.set_function(&lua, "deep", |it: Vec<Vec<Vec<i64>>>| it.len()).unwrap();
    globals.set_function(&lua, "fail", |it: String| -> Result<()> { Err(Error::new(io::Error::other(it))) }).unwrap();
    globals.set_function(&lua, "errors", |it: Vec<Error>| it.len()).unwrap();
    globals.set_function(&lua, "two", |a: String, b: String| a.len() + b.len()).unwrap();
    lua.load("s = ('x'):rep(1000000) t = {} for i = 1, 200 do t[i] = s end").exec().unwrap();
    lua.load("u = {} for i = 1, 200 do u[i] = i end v, w = {}, {} for i = 1, 200 do v[i] = u w[i] = v end")
        .exec()
        .unwrap();
    lua.load("_, e = pcall(fail, s) x = {} for i = 1, 200 do x[i] = e end").exec().unwrap();
    for call in ["list(t)", "map(t)", "rest(table.unpack(t))", "deep(w)", "errors(t)", "errors(x)"] {
        assert_eq!(failure(&mut lua, call), "not enough memory", "{call}");
    }
    for (call, result) in
        [("list({s, s})", 2), ("map({s})", 1), ("rest(s, s)", 2), ("deep({{u}})", 1), ("two(s, s)", 2_000_000)]
    {
        assert_eq!(
            lua.load(format!("for i = 1, 50 do n = {call} end return n")).eval::<i64>().unwrap(),
            result,
            "{call}"
        );
    }
    // What a script returns is copied too, outside of its steps.
    let error = lua.load("return t").eval::<Vec<String>>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Memory);
    let table: Table = lua.load("return t").eval().unwrap();
    assert_eq!(table.elements::<LuaString>(&lua).unwrap_err().kind(), ErrorKind::Memory);
    assert_eq!(table.get::<String>(&lua, 7).unwrap().len(), 1_000_000);
}

#[test]
fn errors_of_rust_count_as_memory() {
    let mut lua = limited();
    lua.globals()
        .set_function(&lua, "open", |name: String| -> Result<i64, io::Error> {
            Err(io::Error::other(format!("no {name}")))
        })
        .unwrap();
    // All their texts are paid for.
    let task = lua.load("local name = ('x'):rep(1000000) for i = 1, 10 do pcall(open, name) end").start(()).unwrap();
    assert_eq!(task.run(&mut lua, &mut Fuel::with(u64::MAX)).unwrap(), Status::Finished);
    assert!(task.fuel_used() > 1_000_000, "{}", task.fuel_used());
    // Let go of at once: it waits for collections, for ever.
    let source = "local name = ('x'):rep(1000000) local n = 0
        for i = 1, 100 do local ok, e = pcall(open, name) n = n + #tostring(e) end return n";
    assert_eq!(lua.load(source).eval::<i64>().unwrap(), 100 * 1_000_003);
    assert!(lua.memory().held_bytes <= (8 << 20) + (256 << 10));
    // Kept: it is refused.
    let source = "local name, kept = ('x'):rep(1000000), {}
        for i = 1, 100 do local ok, e = pcall(open, name) if e == 'not enough memory' then return i end kept[i] = e end";
    let count = lua.load(source).eval::<i64>().unwrap();
    assert!((3..9).contains(&count), "{count}");
}

/// A script decides how often an error goes through the host's function.
#[test]
fn errors_that_came_of_errors_are_not_dropped_too_deep() {
    let mut lua = limited();
    lua.globals().set_function(&lua, "again", |e: Error, what: String| -> Result<()> { Err(e.context(what)) }).unwrap();
    let source = "local _, e = pcall(again, 'first', 'second')
        for i = 1, 20000 do _, e = pcall(again, e, 'a' .. i % 2) end return tostring(e)";
    assert_eq!(lua.load(source).eval::<String>().unwrap(), "a0");
    lua.collect_all();
    let error = lua.load("local _, e = pcall(again, 'first', 'second') error(e)").exec().unwrap_err();
    let (mut sources, mut next) = (0, error.source());
    while let Some(source) = next {
        (sources, next) = (sources + 1, source.source());
    }
    assert!((1..5).contains(&sources), "{sources}");
}

#[test]
fn held_bytes_are_of_one_vm() {
    use crate::gc::HeldBytes;
    let (mut first, mut second) = (lua(), lua());
    let bytes = |lua: &Lua| lua.memory().held_bytes;
    let before = [bytes(&first), bytes(&second)];
    let mut held = first.enter(|ctx| HeldBytes::take(ctx, 1 << 20)).unwrap();
    let of_second = second.enter(|ctx| HeldBytes::take(ctx, 1 << 20)).unwrap();
    second.enter(|ctx| {
        assert!(held.grow(ctx, 1 << 20).is_err());
        held.shrink(ctx, 1 << 19);
    });
    assert_eq!((held.bytes(), bytes(&second)), (1 << 19, before[1] + (1 << 20)));
    drop((held, of_second));
    for lua in [&mut first, &mut second] {
        lua.load("").exec().unwrap();
        lua.collect_all();
    }
    assert!(bytes(&first) < before[0] + (1 << 18) && bytes(&second) < before[1] + (1 << 18));
}

#[test]
fn output_that_comes_back_is_refused() {
    thread_local!(static LUA: std::cell::RefCell<Option<Lua>> = const { std::cell::RefCell::new(None) });
    let write = |_: &[u8]| {
        let inner =
            LUA.with(|it| it.try_borrow().ok()?.as_ref().map(|lua| lua.enter(|ctx| ctx.host().write_output(b"x"))));
        assert!(inner.is_none_or(|result| result.is_err()));
    };
    let lua = Lua::builder().output(write).build().unwrap();
    LUA.set(Some(lua));
    LUA.with(|it| it.borrow().as_ref().unwrap().enter(|ctx| ctx.host().write_output(b"y"))).unwrap();
}

/// A call that waits for its end runs in the task of an earlier one, where nothing can tell.
#[test]
fn calls_that_use_a_task_again_are_told_apart() {
    let mut lua = Lua::builder().libraries(Libraries::ALL).build().unwrap();
    lua.set_poison(true);
    let source = "kept, threads, calls = {}, setmetatable({}, {__mode = 'k'}), 0
        function keep() kept[#kept + 1] = coroutine.running() threads[coroutine.running()] = #kept return #kept end
        function plain(...) return ... end
        function hook() debug.sethook(function() calls = calls + 1 end, 'c') end
        function close() local x <close> = setmetatable({}, {__close = function() calls = calls + 1 end}) end
        function deep(n) if n > 0 then return 1 + deep(n - 1) end return 0 end
        function resumer() local main = coroutine.running()
            return coroutine.wrap(function() kept[#kept + 1] = main return coroutine.isyieldable() end)() end
        function all() for i, it in ipairs(kept) do for j = 1, i - 1 do assert(it ~= kept[j]) end
            assert(coroutine.status(it) == (it == coroutine.running() and 'running' or 'dead')) end return calls end";
    lua.load(source).exec().unwrap();
    let function = |lua: &Lua, name: &str| lua.globals().get::<Function>(lua, name).unwrap();
    let names = ["keep", "plain", "hook", "close", "deep", "resumer", "all", "error", "pcall"];
    let functions = names.map(|name| function(&lua, name));
    let [keep, plain, hook, close, deep, resumer, all, error, pcall] = &functions;
    let ids = std::cell::RefCell::new(Vec::new());
    let own = Function::native(&lua, "own", |call| {
        let thread = call.running_thread();
        call.one(thread)
    });
    let own = own.unwrap();
    let mut threads: Vec<Thread> = Vec::new();
    for round in 0..40 {
        assert_eq!(plain.call::<(i64, i64)>(&mut lua, (round, 2)).unwrap(), (round, 2));
        let nine: Variadic<i64> = plain.call(&mut lua, (1, 2, 3, 4, 5, 6, 7, 8, 9)).unwrap();
        assert_eq!(*nine, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        keep.call::<i64>(&mut lua, ()).unwrap();
        hook.call::<()>(&mut lua, ()).unwrap();
        close.call::<()>(&mut lua, ()).unwrap();
        assert!(error.call::<()>(&mut lua, "on purpose").is_err());
        assert_eq!(deep.call::<i64>(&mut lua, 10 * round).unwrap(), 10 * round);
        assert!(resumer.call::<bool>(&mut lua, ()).unwrap());
        assert!(!pcall.call::<bool>(&mut lua, error).unwrap());
        let thread: Thread = own.call(&mut lua, ()).unwrap();
        assert!(threads.iter().all(|it| *it != thread));
        threads.push(thread);
        let task = plain.start(&lua, round).unwrap();
        ids.borrow_mut().push(task.id());
        lua.collect_step(20_000);
        assert_eq!(task.run(&mut lua, &mut Fuel::with(1000)).unwrap(), Status::Finished);
        // Hooks count the calls of their own threads only: `close` is called in one without.
        assert_eq!(all.call::<i64>(&mut lua, ()).unwrap(), round + 1);
        assert_eq!(task.results::<i64>(&lua).unwrap(), round);
    }
    let mut ids = ids.into_inner();
    ids.dedup();
    assert_eq!(ids.len(), 40);
}

/// In place of the caller, too, if that returns what the native returns: with and without memory refused on the way.
#[test]
fn natives_call_in_place_of_their_caller() {
    let limits = Limits { call_depth: 100, ..Limits::default() };
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let hand_over = crate::native!("test.hand_over", |call| {
        let count = call.len() - 1;
        call.tail_call(count)
    });
    lua.enter(|ctx| {
        let hand_over = crate::gc::Function::native(ctx, hand_over).unwrap();
        ctx.globals().set_field(ctx, "hand_over", hand_over);
    });
    let source = "local hand_over = ... local function f(n)
            if n == 0 then return 'done', select(2, debug.traceback():gsub('tail calls', '')) end
            return hand_over(f, n - 1)
        end return f(1000)";
    let hand_over: Function = lua.globals().get(&lua, "hand_over").unwrap();
    let ended: (String, i64) = lua.load(source).call(&hand_over).unwrap();
    assert_eq!(ended, ("done".to_owned(), 1));
    let bound = "local bind = ... local f f = bind(function(n) if n == 0 then return 'done' end return f(n - 1) end)
        return f(1000)";
    let bind = Function::new(&lua, "bind", |ctx: Context<'_>, f: Function| f.bind(&ctx, ())).unwrap();
    assert_eq!(lua.load(bound).call::<String>(bind).unwrap(), "done");
}

/// What is imported with the prelude takes no name of the standard library's types.
#[test]
fn the_prelude_leaves_strings_alone() {
    mod newcomer {
        #[expect(unused_imports, reason = "as a newcomer's program begins")]
        use crate::prelude::*;
        pub(super) fn sum(text: String) -> usize {
            text.bytes().map(usize::from).sum::<usize>() + text.len()
        }
    }
    assert_eq!(newcomer::sum("ab".to_owned()), 97 + 98 + 2);
}
