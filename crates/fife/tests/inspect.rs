//! What an `Inspector` shows, and that nothing a host does with it harms the VM, such as keeping it too long, or
//! changing everything it can wherever a task may stop. Each VM checks itself, so that any disorder ends the process.

use fife::gc::{
    Activation, ActivationKind, Call, Context, Error, Function, Hook, Inspector, Native, Poll, Reply, Sequence, Thread,
    Value, Variable, VariableKind,
};
use fife::{Collect, Fuel, Lua, Status, Stepped, ThreadStatus, native};

/// A VM that checks itself.
fn checked() -> Lua {
    let mut lua = Lua::new();
    lua.set_poison(true);
    lua.set_quarantine(true);
    lua
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A level in one line.
fn described(level: Activation<'_>) -> String {
    let name = level.name().map_or_else(|| level.native_name().unwrap_or("?").to_owned(), |name| name.to_string());
    let line = level.position().map_or("-".to_owned(), |position| position.line.to_string());
    let is_named = |it: &Variable<'_>| matches!(it.kind(), VariableKind::Local);
    let locals: Vec<String> = level.locals().filter(is_named).map(|it| format!("{it:?}")).collect();
    let varargs: Vec<String> = level.varargs().map(|it| format!("{:?}", it.value())).collect();
    let tail = if level.is_tail_call() { " tail" } else { "" };
    format!("{:?} {name} {line}{tail} [{}] [{}]", level.kind(), locals.join(", "), varargs.join(", "))
}

#[test]
fn a_suspended_task_shows_its_threads() {
    let source = "local function inner(...)
  local x = 'seen'
  for i = 1, 20 do local j = i end coroutine.yield()
end
local co = coroutine.wrap(function(a)
  local b = a + 1
  inner(b, 'more')
end)
local function outer(n)
  co(n)
  while n do n = n + 0 end
end
return outer(41)";
    let mut lua = checked();
    let task = lua.load(source).name("@levels.lua").start(()).unwrap();
    // Until the coroutine is in its loop.
    let mut steps = 0..1000;
    let in_coroutine = loop {
        assert!(steps.next().is_some());
        assert_eq!(lua.step(&task, &mut Fuel::with(1)), Stepped::Ready);
        let found = lua.enter(|ctx| {
            let thread = task.fetch(ctx).unwrap().thread();
            let levels: Vec<String> = Inspector::of_thread(ctx, thread).levels().map(described).collect();
            let resumer = thread.resumer().map(|resumer| {
                assert_eq!((resumer.status(), resumer.is_main()), (ThreadStatus::Normal, true));
                Inspector::of_thread(ctx, resumer).levels().map(described).collect::<Vec<_>>()
            });
            (levels.iter().any(|it| it.contains("seen"))).then_some((levels, resumer))
        });
        if let Some(found) = found {
            break found;
        }
    };
    let (levels, resumer) = in_coroutine;
    assert_eq!(levels.len(), 2, "{levels:?}");
    assert!(levels[0].starts_with("Lua upvalue 'inner' 3"), "{levels:?}");
    assert!(levels[0].contains("[x = \"seen\"") && levels[0].ends_with("] [42, \"more\"]"), "{levels:?}");
    assert_eq!(levels[1], "Lua ? 7 [a = 41, b = 42] []");
    let resumer = resumer.unwrap();
    assert_eq!(resumer.len(), 2, "{resumer:?}");
    assert!(resumer[0].starts_with("Native upvalue 'co' -"), "{resumer:?}");
    assert!(resumer[1].starts_with("Lua ? 10 tail [n = 41]"), "{resumer:?}");

    // And then in its own.
    assert_eq!(task.run(&mut lua, &mut Fuel::with(1000)).unwrap(), Status::OutOfFuel);
    lua.enter(|ctx| {
        let inspector = Inspector::of_thread(ctx, task.fetch(ctx).unwrap().thread());
        let top = inspector.level(0).unwrap();
        assert_eq!(described(top), "Lua ? 11 tail [n = 41] []");
        assert_eq!(top.function().unwrap().code().unwrap().first_line(), 9);
        assert!(top.locals().next().unwrap().set(Value::Boolean(false)));
        assert_eq!(
            inspector.traceback(0),
            b"stack traceback:\n\tlevels.lua:11: in function <levels.lua:9>\n\t(...tail calls...)"
        );
    });
    assert_eq!(task.run(&mut lua, &mut Fuel::with(1000)).unwrap(), Status::Finished, "the loop ends");
}

#[test]
fn what_is_outdated_answers_nothing() {
    let mut lua = checked();
    let source = b"local a = {} local function f(...) local b = 1 while b do end end f(1, 2)";
    let task = lua.load(source).name("=old").start(()).unwrap();
    assert_eq!(task.run(&mut lua, &mut Fuel::with(500)).unwrap(), Status::OutOfFuel);
    let stop = |ctx: Context<'_>| task.fetch(ctx).unwrap().interrupt(ctx, "stop");
    lua.enter(|ctx| {
        let thread = task.fetch(ctx).unwrap().thread();
        let inspector = Inspector::of_thread(ctx, thread);
        let levels: Vec<Activation<'_>> = inspector.levels().collect();
        let variables: Vec<Variable<'_>> =
            levels.iter().flat_map(|level| level.locals().chain(level.varargs())).collect();
        assert_eq!(levels.len(), 2);
        assert!(variables.len() >= 5 && variables.iter().all(|it| !it.value().is_nil()), "{variables:?}");
        let (mut rest, mut locals) = (inspector.levels(), levels[0].locals());
        assert!(rest.next().is_some() && locals.next().is_some());
        stop(ctx);
        for expected in [Stepped::Failed, Stepped::Failed] {
            assert_eq!(task.fetch(ctx).unwrap().step(ctx, &mut Fuel::with(500)), expected);
            assert!(inspector.level(0).is_none() && inspector.levels().count() == 0 && rest.next().is_none());
            assert!(locals.next().is_none());
            assert_eq!(inspector.traceback(0), b"stack traceback:");
            for level in &levels {
                assert!(level.is_outdated() && level.name().is_none() && !level.is_tail_call());
                assert!(level.local(1).is_none() && level.local(-1).is_none() && level.transferred().is_none());
                assert!(level.function().is_some() && level.position().is_some());
                assert_ne!(level.kind(), ActivationKind::Native);
            }
            for variable in &variables {
                assert!(variable.value().is_nil() && !variable.is_writable() && !variable.set(1));
            }
        }
        assert_eq!(Inspector::of_thread(ctx, thread).levels().count(), 0, "no level is left of a task that failed");
    });
}

#[test]
fn numbers_that_are_none() {
    let mut lua = checked();
    let task = lua.load("local a while true do end").name("=numbers").start(()).unwrap();
    assert_eq!(task.run(&mut lua, &mut Fuel::with(100)).unwrap(), Status::OutOfFuel);
    lua.enter(|ctx| {
        let inspector = Inspector::of_thread(ctx, task.fetch(ctx).unwrap().thread());
        assert!(inspector.level(1).is_none() && inspector.level(usize::MAX).is_none());
        let level = inspector.level(0).unwrap();
        for number in [0, 2, 255, 256, 1 << 31, 1 << 32, i64::MAX, -1, -1 << 31, i64::MIN + 1, i64::MIN] {
            assert!(level.local(number).is_none(), "{number}");
        }
        assert!(inspector.traceback(usize::MAX).ends_with(b"traceback:"));
        let function = level.function().unwrap();
        assert!(function.upvalue(function.upvalue_count()).is_none() && function.upvalue(usize::MAX).is_none());
        let code = function.code().unwrap();
        assert!(code.parameter_name(ctx, 0).is_none() && code.parameter_name(ctx, usize::MAX).is_none());
        // A thread that belongs to no task and has not started.
        let dead = lua_thread(ctx);
        assert!(dead.is_none_or(|thread| Inspector::of_thread(ctx, thread).levels().count() == 0));
    });
}

fn lua_thread(ctx: Context<'_>) -> Option<Thread<'_>> {
    match ctx.globals().get_field(ctx, "none") {
        Value::Thread(thread) => Some(thread),
        _ => None,
    }
}

/// Programs with everything that the interpreter keeps in registers: loops, cells, constructors, open lists, variables
/// to be closed, protected calls, coroutines.
const PROGRAMS: [&str; 8] = [
    "local t = {} for i = 1, 5 do local j = i * 2 t[#t + 1] = function() j = j + 1 return i + j end end
     for _, f in ipairs(t) do f() f() end return #t",
    "local s = 0 for k, v in pairs({a = 1, b = 2, 3, 4}) do s = s + v end for i = 10, 1, -3 do s = s + i end return s",
    "local function f(...) local a, b = ... return select('#', ...), {...}, b, a end
     for i = 1, 4 do local n, t = f(i, f(1, 2, 3)) t[n] = n end",
    "local function g(n) local c <close> = setmetatable({}, {__close = function(_, e) n = n + 1 end})
       if n > 2 then error('x' .. n) end return n end
     for i = 1, 4 do pcall(g, i) end",
    "local co = coroutine.wrap(function(...) local x = ... while true do local y = {x, {x}, coroutine.yield(x)} x = y[3] end end)
     for i = 1, 5 do co(i) end",
    "local a, b, c = 'x', 2, {} for i = 1, 4 do a = a .. i .. b .. #a c[a] = {i, a, [i] = b, n = {a, b, i}} end
     goto done do local skipped = 1 end ::done:: return a",
    "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
     local m = setmetatable({}, {__index = function(t, k) local v = k .. '!' t[k] = v return v end, __add = function(a, b) return 1 end})
     return fib(6), m.x, m + 1, m.y",
    "local t = {5, 3, 8, 1} table.sort(t, function(x, y) local d = x - y return d < 0 end)
     local s = ('a b c'):gsub('%a', function(c) local u = c:upper() return u end) return s, table.concat(t, ',')",
];

/// Continues in small steps, passing all levels of all threads to `look` in between, until the task ends or enough was
/// seen.
fn walk(lua: &mut Lua, source: &str, mut look: impl for<'gc> FnMut(usize, Context<'gc>, Activation<'gc>)) -> usize {
    // Compiled in advance: most steps of a loader pay for it, and stop in the same place.
    let task = lua.load(source).name("=program").into_function().unwrap().start(lua, ()).unwrap();
    for stop in 0..3000 {
        match lua.step(&task, &mut Fuel::with(1)) {
            Stepped::Finished | Stepped::Failed => return stop,
            _ => {}
        }
        lua.enter(|ctx| {
            let mut next = Some(task.fetch(ctx).unwrap().thread());
            while let Some(thread) = next {
                let inspector = Inspector::of_thread(ctx, thread);
                inspector.levels().for_each(|level| look(stop, ctx, level));
                assert!(inspector.traceback(0).starts_with(b"stack traceback:"));
                next = thread.resumer();
            }
        });
        lua.collect_step(4096);
    }
    3000
}

#[test]
fn everything_can_be_looked_at_wherever_a_task_stops() {
    for program in PROGRAMS {
        let mut seen = 0;
        walk(&mut checked(), program, |_, _, level| seen += described(level).len());
        assert!(seen > 0, "{program}");
    }
}

/// The most stops in one program.
const STOPS: usize = 100;

#[test]
fn whatever_can_be_changed_does_no_harm() {
    for program in PROGRAMS {
        let stops = walk(&mut checked(), program, |_, _, _| ());
        let stride = stops / STOPS + 1;
        for (kind, stop_at) in (0..4).flat_map(|kind| (0..stops).step_by(stride).map(move |stop| (kind, stop))) {
            let mut changed = 0;
            let mut lua = checked();
            walk(&mut lua, program, |stop, ctx, level| {
                if stop == stop_at {
                    for variable in level.locals().chain(level.varargs()) {
                        let value = match kind {
                            0 => Value::Nil,
                            1 => Value::Integer(-1),
                            2 => Value::String(ctx.string(format!("made {changed}"))),
                            _ => Value::Table(ctx.table()),
                        };
                        assert_eq!(variable.set(value), variable.is_writable());
                        changed += 1;
                    }
                    let function = level.function();
                    for upvalue in (0..).map_while(|index| function?.upvalue(index)) {
                        if kind == 3 {
                            upvalue.set(ctx, Value::Boolean(true));
                        }
                    }
                }
            });
            lua.collect_all();
        }
    }
}

// ---- From natives ----

fn define(ctx: Context<'_>, native: &'static Native) {
    let (_, name) = native.name().rsplit_once('.').unwrap();
    ctx.globals().set_field(ctx, name, Function::native(ctx, native).unwrap());
}

/// Sets the local variable `x` of the calling function.
fn set_x<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let caller = call.inspector().level(1).unwrap();
    let x = caller.locals().find(|it| it.name() == b"x");
    assert!(x.is_some_and(|x| x.set(call.get(0))));
    call.nothing()
}

/// Calls its argument, then reports its own level and the one below.
#[derive(Collect)]
struct Watch {
    is_called: bool,
}

impl<'gc> Sequence<'gc> for Watch {
    const NAME: &'static str = "app.watch";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if !std::mem::replace(&mut self.is_called, true) {
            call.push(call.get(0));
            return Ok(Poll::Call(0));
        }
        let levels: Vec<String> = call.inspector().levels().map(described).collect();
        let own: Vec<String> =
            call.inspector().level(0).unwrap().locals().map(|it| format!("{:?}", it.value())).collect();
        // The thread itself shows the same, except for what is on top of its frames.
        let thread = Inspector::of_thread(call.ctx(), call.running_thread());
        assert_eq!(thread.levels().count(), levels.len());
        let said = format!("{} | {}", levels.join(" | "), own.join(" "));
        call.push(call.ctx().string(said));
        Ok(Poll::Return(1))
    }
}

#[test]
fn natives_look_at_their_callers() {
    let mut lua = checked();
    lua.enter(|ctx| {
        define(ctx, native!("app.set_x", set_x));
        define(ctx, native!("app.watch", |call| call.sequence(Watch { is_called: false })));
    });
    let source = b"local x = 1 set_x(5) local function get() return x end x = x + 1 set_x(x * 7)
local said = watch(function() return 'result' end)
return get(), said";
    let task = lua.load(source).name("=natives").start(()).unwrap();
    assert_eq!(task.run(&mut lua, &mut Fuel::with(10_000)).unwrap(), Status::Finished);
    let (got, said): (i64, String) = task.results(&lua).unwrap();
    assert_eq!(got, 42);
    assert!(said.starts_with("Native global 'watch' - [] [] | Main ? 2 [x = 42, get = function"), "{said}");
    assert!(said.ends_with("\"result\""), "{said}");
}

// ---- Errors ----

/// The frames of an error, as lines: the coroutine, the place, and the traceback's description.
fn frames(error: &fife::Error) -> Vec<String> {
    let place = |it: &fife::SourcePosition| format!("{}:{}", it.line, it.column.unwrap_or(0));
    let line = |it: &fife::FrameInfo| {
        let skipped = if it.skipped > 0 { format!("({} skipped) ", it.skipped) } else { String::new() };
        format!("{skipped}{} {} {}", it.coroutine, it.position.as_ref().map_or("-".into(), place), it.text)
    };
    error.diagnostic().traceback.iter().map(line).collect()
}

#[test]
fn an_error_knows_the_functions_it_ended() {
    let mut lua = checked();
    let source = "local function connect(options)
  return options.hots .. ':'
end
local function tail(x) return connect(x) end
print(tail({}))";
    let error = lua.load(source).name("@a.lua").exec().unwrap_err();
    let expected = ["0 2:23 a.lua:2: in function <a.lua:1>", "0 5:11 a.lua:5: in main chunk", "0 - [C]: in ?"];
    // Below a host's chunk there is nothing.
    assert_eq!(frames(&error), expected[..2]);
    let diagnostic = error.diagnostic();
    assert!(diagnostic.traceback[0].is_tail_call && !diagnostic.traceback[1].is_tail_call);
    assert_eq!(diagnostic.position, diagnostic.traceback[0].position);
    assert_eq!(error.position(), diagnostic.position.as_ref());
    let mut position = diagnostic.position.unwrap();
    position.measure(source);
    assert_eq!((position.column, position.length), (Some(23), Some(2)));
    // A deep stack is abridged.
    let deep = "local function f(n) if n == 0 then error('x') end f(n - 1) return 1 end f(1000)";
    let error = lua.load(deep).name("@deep.lua").exec().unwrap_err();
    let frames = error.diagnostic().traceback;
    assert_eq!((frames.len(), frames[10].skipped), (21, 982));
    assert!(error.traceback().unwrap().contains("\n\t...\t(skipping 981 levels)\n"));
    assert!(frames.iter().all(|frame| frame.coroutine == 0));
}

#[test]
fn an_error_knows_the_coroutines_it_came_out_of() {
    let mut lua = checked();
    let source = "local inner = coroutine.wrap(function()
  local cfg = nil
  return cfg.name
end)
local outer = coroutine.wrap(function() inner() end)
outer()";
    let error = lua.load(source).name("@w.lua").exec().unwrap_err();
    assert_eq!(
        frames(&error),
        [
            "2 3:14 w.lua:3: in function <w.lua:1>",
            "1 - [C]: in upvalue 'inner'",
            "1 5:46 w.lua:5: in function <w.lua:5>",
            "0 - [C]: in local 'outer'",
            "0 6:6 w.lua:6: in main chunk",
        ]
    );
    assert_eq!(error.position().unwrap().line, 3);
    // The text as Lua itself gives it is unchanged.
    assert_eq!(error.traceback().unwrap(), "stack traceback:\n\t[C]: in local 'outer'\n\tw.lua:6: in main chunk",);
    // The same for an error that is not text, which passes through unchanged.
    let source = "local f = coroutine.wrap(function() error({}) end)\nf()";
    let error = lua.load(source).name("@w.lua").exec().unwrap_err();
    assert_eq!(frames(&error)[..2], ["1 - [C]: in function 'error'", "1 1:42 w.lua:1: in function <w.lua:1>"]);
    assert_eq!(frames(&error).len(), 4);
}

#[test]
fn a_coroutine_whose_error_is_caught_or_that_is_closed_lets_go() {
    let mut lua = checked();
    // A caught error shows no coroutines, and their stacks are released.
    let source = "local weak = setmetatable({}, {__mode = 'k'})
local f = coroutine.wrap(function() local kept = {} weak[kept] = true error('x') end)
pcall(f)
collectgarbage()
assert(next(weak) == nil)
local g = coroutine.wrap(function() pcall(error, 'y') local h = coroutine.wrap(function() error('z') end) pcall(h) h() end)
g()";
    let error = lua.load(source).name("@c.lua").exec().unwrap_err();
    assert_eq!(error.to_string(), "c.lua:7: c.lua:6: cannot resume dead coroutine");
    assert!(frames(&error)[0].starts_with("1 - [C]: in local 'h'"), "{:?}", frames(&error));
    // A coroutine with variables to be closed has lost its frames after that.
    let source = "local f = coroutine.wrap(function()
  local file <close> = setmetatable({}, {__close = function() closed = true end})
  error('x')
end)
f()";
    let error = lua.load(source).name("@c.lua").exec().unwrap_err();
    assert_eq!(frames(&error), ["0 - [C]: in local 'f'", "0 5:2 c.lua:5: in main chunk"]);
    assert!(lua.load("return closed").eval::<bool>().unwrap());
    // While variables outside are being closed, the coroutine is dead like any other, whatever is left of it.
    let source = "local co
local f = coroutine.wrap(function() co = coroutine.running() error('x') end)
local last <close> = setmetatable({}, {__close = function()
  seen = table.concat({coroutine.status(co), debug.traceback(co), tostring(coroutine.close(co))}, ' ')
end})
f()";
    let error = lua.load(source).name("@c.lua").exec().unwrap_err();
    assert_eq!(frames(&error).len(), 4);
    assert_eq!(lua.load("return seen").eval::<String>().unwrap(), "dead stack traceback: true");
}

/// Reports what the coroutines were doing that the error came from, until only the message is left.
fn tell<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let mut said = call.string(0)?.as_bytes().to_vec();
    let mut next = call.inspector().origin();
    while let Some(origin) = next {
        let locals: Vec<String> = origin.levels().flat_map(|it| it.locals()).map(|it| format!("{it:?}")).collect();
        said.extend_from_slice(format!("; {}", locals.join(", ")).as_bytes());
        next = origin.origin();
    }
    let said = call.ctx().string(said);
    call.one(said)
}

#[test]
fn a_handler_of_the_host_looks_into_coroutines() {
    let mut lua = checked();
    let source = "local f = coroutine.wrap(function(n)
  local g = coroutine.wrap(function(m) local twice = 2 * m error('no', 0) end)
  collectgarbage()
  g(n + 1)
end)
xpcall(error, function() end)
f(20)";
    let function = lua.load(source).name("@h.lua").into_function().unwrap();
    let task = lua.enter(|ctx| {
        let handler = Function::native(ctx, native!("app.tell", tell)).unwrap();
        let function = function.fetch(ctx).unwrap();
        fife::gc::Executor::with_handler(ctx, function, &[], handler).unwrap().stash(ctx)
    });
    let mut steps = 0..10_000;
    while lua.step(&task, &mut Fuel::with(1)) != Stepped::Failed {
        assert!(steps.next().is_some());
    }
    let error = task.error(&lua).unwrap().to_string();
    let (first, second) = error.split_once("; n = 20, g = function").expect(&error);
    assert_eq!(first, "h.lua:7: h.lua:4: no");
    assert!(second.ends_with("; m = 21, twice = 42"), "{error}");
}

// ---- Hooks ----

/// Counts its calls.
fn note<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let ctx = call.ctx();
    let event = text(call.string(0)?.as_bytes());
    let count = ctx.globals().get_field(ctx, &event).to_integer().unwrap_or(0);
    ctx.globals().set_field(ctx, &event, count + 1);
    call.nothing()
}

#[test]
fn a_host_sets_the_hook_of_a_task() {
    let mut lua = checked();
    let source = b"local function f() return 1 end\nfor i = 1, 10 do\nf()\nend";
    // Compiled in advance, so that it is already running when it gets a hook.
    let task = lua.load(source).name("=hooked").into_function().unwrap().start(&lua, ()).unwrap();
    assert_eq!(task.run(&mut lua, &mut Fuel::with(10)).unwrap(), Status::OutOfFuel);
    lua.enter(|ctx| {
        let thread = task.fetch(ctx).unwrap().thread();
        let function = Function::native(ctx, native!("app.note", note)).unwrap();
        let hook = Hook { calls: true, lines: true, count: 3, ..Hook::new(function) };
        assert!(hook.is_called() && !Hook::new(function).is_called() && thread.hook().is_none());
        thread.set_hook(ctx, Some(hook)).unwrap();
        assert_eq!(thread.hook(), Some(hook));
        thread.set_hook(ctx, Some(Hook::new(function))).unwrap();
        assert!(thread.hook().is_none(), "one that is called for nothing is none");
        thread.set_hook(ctx, Some(hook)).unwrap();
    });
    assert_eq!(task.run(&mut lua, &mut Fuel::with(10_000)).unwrap(), Status::Finished);
    lua.enter(|ctx| {
        let seen = ["call", "line", "count", "return"].map(|event| ctx.globals().get_field(ctx, event).to_integer());
        assert!(seen[0].is_some_and(|calls| calls >= 8) && seen[1].is_some_and(|lines| lines >= 20), "{seen:?}");
        assert!(seen[2].is_some() && seen[3].is_none(), "{seen:?}");
    });
}
