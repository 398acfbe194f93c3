//! What safe host code may do wrong, and the consequences: it panics where the VM calls it, and steps tasks inside of
//! steps. Each case runs in a VM that checks itself, so that any disorder ends the process.

use fife::arena::Static;
use fife::gc::{Call, Context, Error, Executor, Function, Native, Poll, Reply, Sequence, Value};
use fife::{Collect, ErrorKind, Fuel, Host, Libraries, Limits, Lua, NoHost, Status, Stepped, Task, native};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};

const ON_PURPOSE: &str = "on purpose";

/// A VM that checks itself.
fn checked(host: impl Host + 'static) -> Lua {
    let mut lua = Lua::builder().host(host).build().unwrap();
    lua.set_poison(true);
    lua.set_quarantine(true);
    lua
}

/// Sets a global variable named like the last part of the native's name.
fn define(lua: &mut Lua, native: &'static Native) {
    let (_, name) = native.name().rsplit_once('.').unwrap();
    lua.enter(|ctx| ctx.globals().set_field(ctx, name, Function::native(ctx, native).unwrap()));
}

/// The result of a chunk, as text.
fn returned(lua: &mut Lua, source: &str) -> String {
    let task = lua.load(source).name("=other").start(()).unwrap();
    match task.run(lua, &mut Fuel::with(10_000_000)) {
        Ok(status) => {
            assert_eq!(status, Status::Finished);
            lua.enter(|ctx| format!("{:?}", task.fetch(ctx).unwrap().results()))
        }
        Err(error) => error.to_string(),
    }
}

/// Runs a task in which the host panics, and checks what is left: the task has failed, and the VM is intact.
fn panics(lua: &mut Lua, source: &str) {
    let before = returned(lua, "local t = {} for i = 1, 2000 do t[i] = {i, 'x' .. i} end return #t");
    let task = lua.load(source).name("=careless").start(()).unwrap();
    // In small steps, with collections in between, so that frames can be anywhere.
    let mut steps = 0;
    let panic = loop {
        let stepped = catch_unwind(AssertUnwindSafe(|| lua.step(&task, &mut Fuel::with(50))));
        lua.collect_step(20_000);
        steps += 1;
        match stepped {
            Err(panic) => break panic,
            Ok(stepped) => {
                assert!(steps < 10_000 && stepped != Stepped::Finished && stepped != Stepped::Failed, "{stepped:?}")
            }
        }
    };
    assert_eq!(panic.downcast_ref::<&str>(), Some(&ON_PURPOSE));
    lua.collect_all();
    for _ in 0..3 {
        let mut fuel = Fuel::with(1000);
        assert_eq!(lua.step(&task, &mut fuel), Stepped::Failed);
        assert_eq!(fuel.remaining(), 1000);
        let error = task.run(lua, &mut Fuel::with(1000)).unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Panicked, &b"host code panicked"[..]));
        assert!(lua.enter(|ctx| task.fetch(ctx).unwrap().results().is_empty()));
        assert_eq!(returned(lua, "local t = {} for i = 1, 2000 do t[i] = {i, 'x' .. i} end return #t"), before);
        lua.collect_all();
    }
    // What the task left in globals can be examined, but not continued.
    let states = "if type(co) ~= 'thread' then return 'none' end return coroutine.status(co), coroutine.resume(co)";
    let states = returned(lua, states);
    assert!(states.contains("none") || states.contains("cannot resume dead coroutine"), "{states}");
    drop(task);
    lua.collect_all();
}

#[derive(Collect)]
struct Careless {
    polls: u32,
    in_error: bool,
}

impl<'gc> Sequence<'gc> for Careless {
    const NAME: &'static str = "test.careless";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.polls += 1;
        if self.polls > 1 && !self.in_error {
            std::panic::panic_any(ON_PURPOSE);
        }
        let function = call.get(0);
        call.push(function);
        Ok(Poll::Call(0))
    }

    fn catches(&self) -> bool {
        self.in_error
    }

    fn error(&mut self, _: &mut Call<'gc, '_>, _: Error<'gc>) -> Result<Poll, Error<'gc>> {
        std::panic::panic_any(ON_PURPOSE)
    }
}

fn in_native(lua: &mut Lua) {
    define(lua, native!("test.boom", |_| std::panic::panic_any(ON_PURPOSE)));
}

#[test]
fn native_panics() {
    let mut lua = checked(NoHost);
    in_native(&mut lua);
    panics(
        &mut lua,
        "local function f(n) local t, s = {n}, ('x'):rep(100) .. n if n > 0 then local r = f(n - 1) return #t + #s + r end
         boom() return #t + #s + t[1] end return f(50)",
    );
    panics(&mut lua, "return boom()");
    panics(&mut lua, "local t <close> = setmetatable({}, {__close = function() closed = true end}) boom()");
    panics(&mut lua, "return pcall(pcall, boom)");
    panics(&mut lua, "return xpcall(error, boom)");
    panics(&mut lua, "return select(2, string.gsub('abc', '.', boom))");
    panics(&mut lua, "table.sort({3, 2, 1}, function() boom() end)");
    panics(&mut lua, "return setmetatable({}, {__index = boom}).x");
    panics(&mut lua, "return #{} < setmetatable({}, {__lt = boom})");
    panics(&mut lua, "for _ in boom do end");
    panics(&mut lua, "local x <close> = setmetatable({}, {__close = boom})");
    panics(&mut lua, "return load(boom)");
    panics(&mut lua, "setmetatable({}, {__gc = boom}) collectgarbage() collectgarbage() while true do end");
    assert_eq!(returned(&mut lua, "return closed"), "[nil]");
}

#[test]
fn native_panics_in_coroutine() {
    let mut lua = checked(NoHost);
    in_native(&mut lua);
    panics(
        &mut lua,
        "other = coroutine.wrap(function() while true do coroutine.yield(1) end end) other()
         co = coroutine.create(function() local t = {} coroutine.wrap(function() local u = {t} boom(u) end)() return t end)
         local r = {} coroutine.resume(co) return r",
    );
    // A coroutine of that task that took no part is unchanged: another task cannot resume it.
    assert_eq!(returned(&mut lua, "return other()"), "other:1: cannot resume a coroutine of another task");
    panics(&mut lua, "co = coroutine.wrap(boom) co()");
    panics(
        &mut lua,
        "co = coroutine.create(function() coroutine.yield() end) coroutine.resume(co) table.sort({2, 1}, function() coroutine.close(co) boom() end)",
    );
    panics(
        &mut lua,
        "co = coroutine.create(function() local x <close> = setmetatable({}, {__close = boom}) coroutine.yield() end) coroutine.resume(co) coroutine.close(co)",
    );
}

#[test]
fn sequence_panics() {
    let mut lua = checked(NoHost);
    define(&mut lua, native!("test.polled", |call| call.sequence(Careless { polls: 0, in_error: false })));
    define(&mut lua, native!("test.told", |call| call.sequence(Careless { polls: 0, in_error: true })));
    panics(&mut lua, "local t = {} polled(function() t[1] = {} end) return t");
    panics(&mut lua, "co = coroutine.create(polled) coroutine.resume(co, function() end)");
    panics(&mut lua, "local t = {} told(function() error(t) end)");
    panics(
        &mut lua,
        "pcall(told, function() local x <close> = setmetatable({}, {__close = function() end}) error() end)",
    );
}

struct Panicking;

impl Host for Panicking {
    fn write_output(&self, _: &[u8]) -> std::io::Result<()> {
        std::panic::panic_any(ON_PURPOSE)
    }
    fn write_error(&self, _: &[u8]) -> std::io::Result<()> {
        std::panic::panic_any(ON_PURPOSE)
    }
}

#[test]
fn host_panics() {
    let mut lua = checked(Panicking);
    panics(&mut lua, "local t = {} print(t) return t");
    panics(&mut lua, "warn('@on') warn('x')");
    panics(
        &mut lua,
        "warn('@on') setmetatable({}, {__gc = error}) collectgarbage() collectgarbage() while true do end",
    );
}

/// Panics when it is dropped.
struct Loud;

impl Drop for Loud {
    fn drop(&mut self) {
        std::panic::panic_any(ON_PURPOSE);
    }
}

#[derive(Collect)]
struct Held(Static<Loud>);

impl<'gc> Sequence<'gc> for Held {
    const NAME: &'static str = "test.held";

    fn poll(&mut self, _: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        Ok(Poll::Pending)
    }
}

/// A panic in a destructor leaves through the call that swept the object; the VM stays intact.
#[test]
fn destructor_panics() {
    let mut lua = checked(NoHost);
    define(&mut lua, native!("test.hold", |call| call.sequence(Held(Static(Loud)))));
    let task = lua.load("hold()").name("=held").start(()).unwrap();
    // Enough to load it, too.
    assert_eq!(lua.step(&task, &mut Fuel::with(1000)), Stepped::Ready);
    drop(task);
    let swept = catch_unwind(AssertUnwindSafe(|| lua.collect_all()));
    assert_eq!(swept.unwrap_err().downcast_ref::<&str>(), Some(&ON_PURPOSE));
    for _ in 0..3 {
        assert_eq!(returned(&mut lua, "local t = {} for i = 1, 2000 do t[i] = {i} end return #t"), "[2000]");
        lua.collect_all();
    }
}

/// A task that waits for memory continues, whatever makes the collector work: here the host steps it inside `enter`.
#[test]
fn host_collects_for_a_task() {
    let mut limits = Limits::default();
    limits.memory = Some(3 << 20);
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let task = lua.load("for i = 1, 200000 do local t = {i, {}} end").name("=garbage").start(()).unwrap();
    for turn in 0..100_000 {
        match lua.enter(|ctx| task.fetch(ctx).unwrap().step(ctx, &mut Fuel::with(100_000))) {
            Stepped::Finished => return assert!(turn > 1),
            Stepped::NeedsMemory => lua.collect_all(),
            Stepped::Ready => drop(lua.collect_step(1 << 16)),
            other => panic!("{other:?}"),
        }
    }
    panic!("it waits for ever");
}

/// The largest debts do not wrap around to become fuel.
#[test]
fn largest_debts() {
    let mut lua = checked(NoHost);
    // Compiled in advance, so that the step reaches the debt.
    let function = lua.load("local s = ('x'):rep(3000000) while true do end").name("=debt").into_function().unwrap();
    let task = function.start(&lua, ()).unwrap();
    lua.step(&task, &mut Fuel::with(3));
    let mut fuel = Fuel::with(0);
    fuel.consume(u64::MAX);
    fuel.consume(u64::MAX);
    assert_eq!(lua.step(&task, &mut fuel), Stepped::Ready);
    assert!(fuel.remaining() < 0);
}

/// A native may charge any number, even one that a script gave it.
#[test]
fn largest_charges() {
    let mut lua = checked(NoHost);
    define(
        &mut lua,
        native!("test.charge", |call| {
            call.charge(call.integer(0)? as usize);
            call.charge(usize::MAX);
            call.nothing()
        }),
    );
    let task = lua.load("charge(-1) while true do end").name("=charges").start(()).unwrap();
    for _ in 0..3 {
        assert_eq!(lua.step(&task, &mut Fuel::with(100_000)), Stepped::Ready);
    }
}

/// Counts beyond 32 bits mean all values, as other counts that are too large do.
#[test]
fn large_counts() {
    let mut lua = checked(NoHost);
    define(
        &mut lua,
        native!("test.kept", |call| {
            call.truncate(1 << 32);
            let count = call.len() as i64;
            call.one(count)
        }),
    );
    define(&mut lua, native!("test.all", |call| call.values(1 << 32)));
    define(&mut lua, native!("test.called", |call| call.tail_call(1 << 32)));
    assert_eq!(returned(&mut lua, "return kept(1, 2, 3), called(select, '#', 5, 6), all(7, 8)"), "[3, 2, 7, 8]");
}

/// A native that asks for a call without a function gets an error, and fuel stops one that calls itself forever.
#[test]
fn calls_of_nothing() {
    #[derive(Collect)]
    struct Nothing(bool);
    impl<'gc> Sequence<'gc> for Nothing {
        const NAME: &'static str = "test.nothing";

        fn poll(&mut self, _: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
            Ok(if self.0 { Poll::Call(3) } else { Poll::TailCall(3) })
        }
    }
    let mut lua = checked(NoHost);
    define(&mut lua, native!("test.tail", |call| call.tail_call(7)));
    define(&mut lua, native!("test.poll", |call| call.sequence(Nothing(true))));
    define(&mut lua, native!("test.poll_tail", |call| call.sequence(Nothing(false))));
    for name in ["tail", "poll", "poll_tail"] {
        let message = returned(&mut lua, &format!("return {name}()"));
        assert!(message.contains("native asks for a call without a function"), "{message}");
    }
    define(
        &mut lua,
        native!("test.again", |call| {
            let function = call.get(0);
            call.push(function);
            call.tail_call(1)
        }),
    );
    let task = lua.load("again(again)").name("=again").start(()).unwrap();
    assert_eq!(task.run(&mut lua, &mut Fuel::with(100_000)).unwrap(), Status::OutOfFuel);
}

thread_local! {
    static TASKS: RefCell<Vec<Task>> = const { RefCell::new(Vec::new()) };
    static NEXT: Cell<usize> = const { Cell::new(0) };
    static STEPPED: RefCell<Vec<Stepped>> = const { RefCell::new(Vec::new()) };
}

/// Steps the next of the tasks, with fuel that stays unused.
fn step_next<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let ctx: Context<'gc> = call.ctx();
    let next = NEXT.with(|next| next.replace(next.get() + 1));
    let mut fuel = Fuel::with(1_000_000);
    let stepped =
        TASKS.with(|tasks| tasks.borrow().get(next).map(|task| task.fetch(ctx).unwrap().step(ctx, &mut fuel)));
    assert_eq!(fuel.remaining(), 1_000_000);
    STEPPED.with(|all| all.borrow_mut().extend(stepped));
    call.one(Value::Integer(1))
}

/// Steps of one VM do not nest: neither the running task nor another one runs.
#[test]
fn native_steps_a_task() {
    let mut lua = checked(NoHost);
    define(&mut lua, native!("test.step_next", step_next));
    let source = b"local function deep(n) if n == 0 then return 0 end return 1 + deep(n - 1) end
        local a, b = {}, {} local x = step_next() local d = deep(1000) ran = (ran or 0) + 1 return #{x, d, a, b}, d";
    let running = lua.load(source).name("=running").start(()).unwrap();
    let other = lua.load(source).name("=other").start(()).unwrap();
    let again = lua.enter(|ctx| running.fetch(ctx).unwrap().stash(ctx));
    TASKS.with(|tasks| tasks.borrow_mut().extend([again, other]));
    for _ in 0..2 {
        let task = lua.enter(|ctx| running.fetch(ctx).unwrap().stash(ctx));
        assert_eq!(task.run(&mut lua, &mut Fuel::with(1_000_000)).unwrap(), Status::Finished);
        lua.collect_all();
    }
    assert_eq!(lua.enter(|ctx| format!("{:?}", running.fetch(ctx).unwrap().results())), "[4, 1000]");
    let other = TASKS.with(|tasks| tasks.borrow_mut().remove(1));
    assert_eq!(other.run(&mut lua, &mut Fuel::with(1_000_000)).unwrap(), Status::Finished);
    assert_eq!(returned(&mut lua, "return ran"), "[2]");
    STEPPED.with(|all| assert!(all.borrow().iter().all(|stepped| *stepped == Stepped::Busy)));
    TASKS.with(|tasks| tasks.borrow_mut().clear());
}

/// 100,000 tasks, each with a native that steps the next: nothing recurses.
#[test]
fn tasks_step_one_another() {
    let mut lua = Lua::new();
    define(&mut lua, native!("test.step_next", step_next));
    let function = lua.enter(|ctx| {
        (0..100_000)
            .map(|_| {
                let step = ctx.globals().get_field(ctx, "step_next");
                Executor::new(ctx, step, &[]).unwrap().stash(ctx)
            })
            .collect::<Vec<_>>()
    });
    TASKS.with(|tasks| *tasks.borrow_mut() = function);
    NEXT.with(|next| next.set(1));
    STEPPED.with(|all| all.borrow_mut().clear());
    let tasks = TASKS.with(|tasks| {
        (0..100_000)
            .map(|index| lua.enter(|ctx| tasks.borrow()[index].fetch(ctx).unwrap().stash(ctx)))
            .collect::<Vec<_>>()
    });
    for task in &tasks {
        assert_eq!(lua.step(task, &mut Fuel::with(1000)), Stepped::Finished);
    }
    STEPPED.with(|all| {
        assert_eq!(all.borrow().len(), 99_999);
        assert!(all.borrow().iter().all(|stepped| *stepped == Stepped::Busy));
    });
}

/// Serial numbers of objects end at 32 bits; everything that uses them keeps working.
#[test]
fn objects_beyond_32_bits() {
    let mut lua = checked(NoHost);
    for last in [(1 << 31) - 4, u32::MAX - 4] {
        lua.set_last_serial(last);
        let source = "local objects, names, keys = {}, {}, {}
            for i = 1, 200 do
              objects[i] = i % 3 == 0 and {} or i % 3 == 1 and function() return i end or coroutine.create(print)
              keys[objects[i]] = i
            end
            local count = 0
            for i = 1, 200 do
              local name = tostring(objects[i])
              assert(not names[name] and keys[objects[i]] == i and name:match('%x+$') == string.format('%p', objects[i]):match('%x+$'))
              names[name] = true
              assert(tostring(objects[i]) == name)
              for j = 1, i - 1 do assert(objects[i] ~= objects[j]) end
              if i % 50 == 0 then collectgarbage() end
              count = count + 1
            end
            return count, objects[3], objects[6]";
        assert!(returned(&mut lua, source).starts_with("[200, "));
    }
    // Two tables with the same serial are still different values in Rust.
    lua.set_last_serial(u32::MAX - 1);
    lua.enter(|ctx| ctx.globals().set_field(ctx, "first", ctx.table()));
    lua.set_last_serial(u32::MAX - 1);
    lua.enter(|ctx| {
        let (first, second) = (ctx.globals().get_field(ctx, "first"), Value::Table(ctx.table()));
        assert!(first != second && ctx.object_number(first) != ctx.object_number(second));
        assert_eq!(ctx.object_number(second), ctx.object_number(second));
    });
}

thread_local! {
    static DROPPED: RefCell<Vec<i64>> = const { RefCell::new(Vec::new()) };
}

/// Notes when it is dropped.
struct Noted(i64);

impl Drop for Noted {
    fn drop(&mut self) {
        DROPPED.with(|dropped| dropped.borrow_mut().push(self.0));
    }
}

/// The values dropped since the last call.
fn dropped() -> Vec<i64> {
    DROPPED.with(|dropped| std::mem::take(&mut *dropped.borrow_mut()))
}

/// Keeps something in Rust while it calls a function, or, without one, while it waits forever.
#[derive(Collect)]
struct Keep {
    kept: Static<Noted>,
    calls: u32,
}

impl<'gc> Sequence<'gc> for Keep {
    const NAME: &'static str = "test.keep";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        let (number, function, is_tail) = (self.kept.0.0, call.get(1), call.get(2).to_bool());
        if !function.to_bool() {
            call.interrupt();
            return Ok(Poll::Pending);
        }
        self.calls += 1;
        if self.calls > 1 {
            call.push(number);
            return Ok(Poll::Return(1));
        }
        call.push(function);
        Ok(if is_tail { Poll::TailCall(0) } else { Poll::Call(0) })
    }
}

/// `keep(number [, function [, is_tail]])`
fn keep<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let number = call.integer(0)?;
    call.sequence(Keep { kept: Static(Noted(number)), calls: 0 })
}

/// A VM with `keep`, which does not collect while there is little garbage.
fn keeping() -> Lua {
    let mut lua = checked(NoHost);
    define(&mut lua, native!("test.keep", keep));
    dropped();
    lua
}

fn waiting(lua: &mut Lua, source: &str) -> Task {
    let task = lua.load(source).name("=waiting").start(()).unwrap();
    assert_eq!(lua.step(&task, &mut Fuel::with(10_000)), Stepped::Ready);
    assert_eq!(dropped(), []);
    task
}

/// What a dropped task keeps in Rust goes in the next call of the VM, whichever that is, without a collection.
#[test]
fn a_dropped_task_keeps_nothing() {
    let calls: [fn(&mut Lua, &Task); 8] = [
        |lua, _| lua.enter(|_| ()),
        |lua, _| drop(lua.load("return 1").name("=new").start(())),
        |lua, _| drop(lua.load("syntax error").name("=new").into_function()),
        |lua, other| assert_eq!(lua.step(other, &mut Fuel::with(0)), Stepped::Ready),
        |lua, other| drop(other.run(lua, &mut Fuel::with(10))),
        |lua, _| assert!(!lua.collect_step(0)),
        |lua, _| lua.open_libraries(),
        |lua, _| drop(lua.start_closing()),
    ];
    for call in calls {
        let mut lua = keeping();
        let other = lua.load("while true do end").name("=other").start(()).unwrap();
        drop(waiting(&mut lua, "keep(1)"));
        assert_eq!(dropped(), [], "there is no VM to drop it in");
        call(&mut lua, &other);
        assert_eq!(dropped(), [1]);
        assert_eq!(lua.memory().collections, 0);
        lua.collect_all();
        assert_eq!(dropped(), []);
    }
}

/// Everything it has pending goes, innermost first: sequences that call, nested coroutines.
#[test]
fn a_dropped_task_keeps_nothing_in_coroutines() {
    let mut lua = keeping();
    let task = waiting(
        &mut lua,
        "inner = coroutine.create(function() local x <close> = setmetatable({}, {__close = function() closed = true end})
           keep(3, function() keep(4) end) end)
         outer = coroutine.wrap(function() keep(2, function() coroutine.resume(inner) end) end)
         keep(1, outer)",
    );
    drop(task);
    assert_eq!(returned(&mut lua, "return closed, coroutine.status(inner)"), "[nil, \"dead\"]");
    assert_eq!(dropped(), [4, 3, 2, 1]);
    assert_eq!(returned(&mut lua, "return coroutine.resume(inner)"), "[false, \"cannot resume dead coroutine\"]");
    lua.collect_all();
    assert_eq!(dropped(), []);
}

/// A coroutine that has yielded is a value: a collection frees it.
#[test]
fn suspended_coroutines_are_collected() {
    let mut lua = keeping();
    let source = "co = coroutine.wrap(function() keep(1, coroutine.yield) end) co() keep(2)";
    drop(waiting(&mut lua, source));
    lua.enter(|_| ());
    assert_eq!(dropped(), [2]);
    lua.collect_all();
    assert_eq!(dropped(), []);
    assert_eq!(returned(&mut lua, "co = nil"), "[]");
    lua.collect_all();
    assert_eq!(dropped(), [1]);
}

/// A task has as many handles as the host likes, in any threads; only the last one counts.
#[test]
fn the_last_handle_drops_the_task() {
    let mut lua = keeping();
    let task = waiting(&mut lua, "keep(1)");
    let again = lua.enter(|ctx| task.fetch(ctx).unwrap().stash(ctx));
    std::thread::spawn(|| drop(task)).join().unwrap();
    lua.collect_all();
    assert_eq!(dropped(), []);
    assert_eq!(lua.step(&again, &mut Fuel::with(100)), Stepped::Ready);
    // The handle is dropped while something else still has the task.
    lua.enter(|ctx| {
        let task = again.fetch(ctx).unwrap();
        drop(again);
        assert_eq!(task.step(ctx, &mut Fuel::with(100)), Stepped::Ready);
    });
    assert_eq!(dropped(), []);
    lua.enter(|_| ());
    assert_eq!(dropped(), [1]);
    // Another handle made in time keeps it, and a handle that outlives the VM does no harm.
    let task = waiting(&mut lua, "keep(2)");
    let kept = lua.enter(|ctx| {
        let executor = task.fetch(ctx).unwrap();
        drop(task);
        executor.stash(ctx)
    });
    lua.enter(|_| ());
    assert_eq!(dropped(), []);
    drop(lua);
    assert_eq!(dropped(), [2]);
    drop(kept);
}

/// To others that refer to it, a dropped task has failed.
#[test]
fn a_dropped_task_has_failed() {
    /// Reports the state of the task, first at once and then in the next step.
    #[derive(Collect)]
    struct Watch<'gc>(Executor<'gc>, bool);
    impl<'gc> Sequence<'gc> for Watch<'gc> {
        const NAME: &'static str = "test.watch";

        fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
            let error = self.0.error().map(|error| format!("{:?} {:?}", error.kind(), error.value()));
            let text = format!("{:?} {}", self.0.mode(), error.unwrap_or_default());
            let text = call.ctx().string(text);
            call.push(text);
            if std::mem::replace(&mut self.1, true) {
                return Ok(Poll::Return(2));
            }
            call.interrupt();
            Ok(Poll::Pending)
        }
    }
    let mut lua = keeping();
    define(
        &mut lua,
        native!("test.watch", |call| {
            let TaskOf(task) = TASK_OF.with(|it| it.borrow_mut().take().unwrap());
            call.sequence(Watch(task.fetch(call.ctx()).unwrap(), false))
        }),
    );
    for (source, watched) in [
        ("keep(1)", "[\"Ready \", \"Failed Cancelled \"task was dropped\"\"]"),
        ("return 1", "[\"Finished \", \"Finished \"]"),
        ("error('x', 0)", "[\"Failed Runtime \"x\"\", \"Failed Runtime \"x\"\"]"),
    ] {
        let task = lua.load(source).name("=task").start(()).unwrap();
        lua.step(&task, &mut Fuel::with(1000));
        TASK_OF.with(|it| *it.borrow_mut() = Some(TaskOf(task)));
        assert_eq!(returned(&mut lua, "return watch()").replace('\\', ""), watched);
    }
    assert_eq!(dropped(), [1]);
}

/// What a sequence keeps goes when the sequence is over, even if its task continues: it returned, it failed, or its
/// callee failed.
#[test]
fn a_sequence_that_is_over_keeps_nothing() {
    for source in [
        "keep(1, function() end)",
        "return keep(1, function() end)",
        "keep(1, print, true)",
        "pcall(keep, 1, error)",
        "pcall(keep, 1, error, true)",
        "pcall(keep, 1, {})",
        "pcall(function() keep(1, function() local x <close> = setmetatable({}, {__close = function() end}) error() end) end)",
        "xpcall(keep, print, 1, error)",
        "local co = coroutine.create(function() keep(1, error) end) coroutine.resume(co) alive = co",
        "pcall(coroutine.wrap(function() keep(1, error) end))",
        "local co = coroutine.create(function() keep(1, coroutine.yield) end) coroutine.resume(co) coroutine.close(co) alive = co",
        "local co = coroutine.wrap(function() keep(1, coroutine.yield) end) co() co() alive = co",
        "setmetatable({}, {__gc = function() keep(1, error) end}) collectgarbage()",
        "pcall(load, function() keep(1, error) end)",
        "pcall(table.sort, {3, 2, 1}, function() keep(1, error) end)",
    ] {
        let mut lua = keeping();
        define(&mut lua, native!("test.print", |call| call.nothing()));
        let source = format!("{source} local done = true while true do end");
        let task = lua.load(source.replace("return", "_ =")).name("=over").start(()).unwrap();
        assert_eq!(task.run(&mut lua, &mut Fuel::with(50_000)).unwrap(), Status::OutOfFuel, "{source}");
        assert_eq!(dropped(), [1], "{source}");
    }
}

/// The same when its task is over: it failed, or was ended from outside.
#[test]
fn a_task_that_is_over_keeps_nothing() {
    let mut lua = keeping();
    for source in [
        "keep(1, error)",
        "coroutine.wrap(function() keep(1, error) end)()",
        "local x <close> = setmetatable({}, {__close = error}) keep(1, error)",
        "return keep(1, function() error(setmetatable({}, {__tostring = error})) end)",
    ] {
        let task = lua.load(source).name("=over").start(()).unwrap();
        assert!(task.run(&mut lua, &mut Fuel::with(50_000)).is_err(), "{source}");
        assert_eq!(dropped(), [1], "{source}");
    }
    // An error from outside, which the script may catch.
    for source in ["keep(1)", "pcall(keep, 1) while true do end"] {
        let task = waiting(&mut lua, source);
        task.interrupt(&lua, "enough").unwrap();
        lua.step(&task, &mut Fuel::with(1000));
        assert_eq!(dropped(), [1], "{source}");
    }
}

/// `os.exit(code, true)` drops everything pending.
#[test]
fn a_task_that_exits_keeps_nothing() {
    struct Exiting;
    impl Host for Exiting {
        fn exit(&self, _: i32) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut lua = Lua::builder().host(Exiting).libraries(Libraries::ALL).build().unwrap();
    define(&mut lua, native!("test.keep", keep));
    dropped();
    let source =
        b"keep(1, function() coroutine.wrap(function() keep(2, function() os.exit(true, true) end) end)() end)";
    let task = lua.load(source).name("=exit").start(()).unwrap();
    for _ in 0..3 {
        lua.step(&task, &mut Fuel::with(1000));
    }
    let mut all = dropped();
    all.sort();
    assert_eq!(all, [1, 2]);
}

/// A panic drops what its task kept, in the next call; destructors that panic then, too, delay others by a call.
#[test]
fn a_task_that_panics_keeps_nothing() {
    let mut lua = keeping();
    in_native(&mut lua);
    define(&mut lua, native!("test.hold", |call| call.sequence(HeldOver { held: Static(Loud), is_called: false })));
    let source = b"keep(1, function() coroutine.wrap(function() hold(function() keep(2, function() hold(boom) end) end) end)() end)";
    let task = lua.load(source).name("=boom").start(()).unwrap();
    let panicked = |result: std::thread::Result<()>| {
        assert_eq!(result.unwrap_err().downcast_ref::<&str>(), Some(&ON_PURPOSE));
    };
    panicked(catch_unwind(AssertUnwindSafe(|| assert_eq!(lua.step(&task, &mut Fuel::with(10_000)), Stepped::Failed))));
    panicked(catch_unwind(AssertUnwindSafe(|| lua.enter(|_| ()))));
    assert_eq!(dropped(), []);
    panicked(catch_unwind(AssertUnwindSafe(|| lua.enter(|_| ()))));
    assert_eq!(dropped(), [2]);
    lua.enter(|_| ());
    assert_eq!(dropped(), [1]);
    assert_eq!(lua.step(&task, &mut Fuel::with(100)), Stepped::Failed);
    assert_eq!(returned(&mut lua, "return 1"), "[1]");
    lua.collect_all();
}

#[derive(Collect)]
struct HeldOver {
    held: Static<Loud>,
    is_called: bool,
}

impl<'gc> Sequence<'gc> for HeldOver {
    const NAME: &'static str = "test.held_over";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if std::mem::replace(&mut self.is_called, true) {
            return Ok(Poll::Return(0));
        }
        let function = call.get(0);
        call.push(function);
        Ok(Poll::Call(0))
    }
}

/// A destructor that panics when its sequence returns is host code that panics in the step.
#[test]
fn destructor_panics_in_a_step() {
    let mut lua = keeping();
    define(&mut lua, native!("test.hold", |call| call.sequence(HeldOver { held: Static(Loud), is_called: false })));
    for source in ["keep(1, function() hold(function() end) end)", "keep(1, function() pcall(hold, error) end)"] {
        panics(&mut lua, source);
        assert_eq!(dropped(), [1]);
    }
}

struct TaskOf(Task);

thread_local! {
    static TASK_OF: RefCell<Option<TaskOf>> = const { RefCell::new(None) };
}

/// A destructor that drops the handle of another task, whose destructor does the same, and so on.
#[test]
fn dropped_tasks_drop_tasks() {
    struct Chain {
        _next: Option<Task>,
        _noted: Noted,
    }
    #[derive(Collect)]
    struct Link(Static<Chain>);
    impl<'gc> Sequence<'gc> for Link {
        const NAME: &'static str = "test.link";

        fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
            call.interrupt();
            Ok(Poll::Pending)
        }
    }
    let mut lua = keeping();
    define(
        &mut lua,
        native!("test.link", |call| {
            let number = call.integer(0)?;
            let other = TASK_OF.with(|it| it.borrow_mut().take()).map(|TaskOf(other)| other);
            call.sequence(Link(Static(Chain { _next: other, _noted: Noted(number) })))
        }),
    );
    for number in 0..1000 {
        let task = waiting(&mut lua, &format!("link({number})"));
        TASK_OF.with(|it| *it.borrow_mut() = Some(TaskOf(task)));
    }
    drop(TASK_OF.with(|it| it.borrow_mut().take()));
    assert_eq!(dropped(), []);
    lua.enter(|_| ());
    assert_eq!(dropped(), (0..1000).rev().collect::<Vec<_>>());
}
