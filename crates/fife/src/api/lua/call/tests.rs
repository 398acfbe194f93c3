//! Calls of the host: what they cost, what becomes of those that do not end in their first step, and that one leaves
//! nothing to the next, however it ends.

use crate::gc::{self, Context};
use crate::{Error, ErrorKind, Fuel, Function, IntoLua, Limits, Lua, Result, Status, Thread, Variadic};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn function(lua: &mut Lua, source: &str) -> Function {
    lua.load(source).name("=demo").eval().unwrap()
}

#[test]
fn a_call_costs_what_its_task_costs() {
    for step_fuel in [1, 7, 1 << 20] {
        let mut lua = Lua::builder().limits(Limits { step_fuel, ..Limits::default() }).open();
        lua.set_poison(true);
        for source in [
            "function(a, b) return a + b end",
            "function(...) return ... end",
            "function(...) local n = select('#', ...) return n end",
            "function(a) for i = 1, 1000 do a = a + i end return a end",
            "function(a) return tostring(a) end",
            "function(a) error('on purpose') end",
            "function(a) return select(2, pcall(error, a)) end",
            "function(a) local x <close> = setmetatable({}, {__close = function() end}) return a end",
            "function(a, b) for i in coroutine.wrap(function() for i = 1, 9 do coroutine.yield(i) end end) do a = a + i end return a, b end",
            "math.max",
        ] {
            let called = function(&mut lua, source);
            let task = called.start(&lua, (1, 2)).unwrap();
            let ran = loop {
                match task.run(&mut lua, &mut Fuel::with(u64::MAX)) {
                    Ok(Status::Finished) => break Ok(task.results::<Variadic<crate::Value>>(&lua).unwrap()),
                    Ok(_) => {}
                    Err(error) => break Err(error.to_string()),
                }
            };
            // The first makes what the VM keeps for the others.
            for _ in 0..3 {
                lua.set_fuel(Some(1 << 40));
                let returned = called.call::<Variadic<crate::Value>>(&mut lua, (1, 2));
                assert_eq!(returned.map_err(|error| error.to_string()), ran, "{source}");
                let used = (1 << 40) - lua.fuel().unwrap();
                assert_eq!(used, task.fuel_used(), "{source} in steps of {step_fuel}");
            }
        }
    }
}

#[test]
fn many_arguments_and_results() {
    let mut lua = Lua::new();
    lua.set_poison(true);
    let all = function(&mut lua, "function(...) return select('#', ...), ... end");
    let native: Function = lua.load("return select").eval().unwrap();
    for count in [0, 1, 2, 6, 7, 14, 15, 16, 17, 63, 64, 65, 1000, 20_000] {
        let values: Vec<i64> = (0..count).collect();
        for _ in 0..2 {
            let (n, back): (i64, Variadic<i64>) = all.call(&mut lua, Variadic::from(values.clone())).unwrap();
            assert_eq!((n, &*back), (count, &values));
            let back: Variadic<i64> = native.call(&mut lua, (1, Variadic::from(values.clone()))).unwrap();
            assert_eq!(*back, values);
        }
        assert_eq!(all.call::<(i64, Option<i64>)>(&mut lua, 5).unwrap(), (1, Some(5)), "after {count}");
    }
}

/// A value whose conversion fails or panics, after others were converted.
struct Failing(bool);

impl<'gc> IntoLua<'gc> for Failing {
    fn into_lua(self, _: Context<'gc>) -> Result<gc::Value<'gc>> {
        assert!(self.0, "on purpose");
        Err(Error::runtime("cannot be converted"))
    }
}

#[test]
fn arguments_that_cannot_be_converted() {
    let mut lua = Lua::new();
    lua.set_poison(true);
    let count = function(&mut lua, "function(...) return select('#', ...) end");
    let table = "x".repeat(100);
    for round in 0..20 {
        let error = count.call::<i64>(&mut lua, (vec![&*table; 9], Failing(true))).unwrap_err();
        assert_eq!(error.to_string(), "cannot be converted");
        lua.collect_step(1 << 16);
        let call = || count.call::<i64>(&mut lua, (vec![&*table; 9], Failing(false)));
        assert!(catch_unwind(AssertUnwindSafe(call)).is_err());
        if round % 3 == 0 {
            lua.collect_all();
        }
        assert_eq!(count.call::<i64>(&mut lua, (1, 2, 3)).unwrap(), 3);
        assert_eq!(count.call::<i64>(&mut lua, ()).unwrap(), 0);
    }
}

#[test]
fn calls_that_end_later_or_not_at_all() {
    let limits = Limits { step_fuel: 50, close_fuel: 1000, ..Limits::default() };
    let mut lua = Lua::builder().limits(limits).open();
    let spin = function(&mut lua, "function(n) local s = 0 for i = 1, n do s = s + i end return s end");
    let add = function(&mut lua, "function(a, b) return a + b end");
    lua.set_fuel(Some(0));
    assert_eq!(add.call::<i64>(&mut lua, (1, 2)).unwrap_err().kind(), ErrorKind::Fuel);
    for n in [1, 1000, 3, 20] {
        lua.set_fuel(Some(100_000));
        assert_eq!(spin.call::<i64>(&mut lua, n).unwrap(), n * (n + 1) / 2);
        assert_eq!(add.call::<i64>(&mut lua, (n, 2)).unwrap(), n + 2);
        lua.set_fuel(Some(300));
        let error = spin.call::<i64>(&mut lua, 1_000_000).unwrap_err();
        assert_eq!((error.kind(), lua.fuel()), (ErrorKind::Fuel, Some(0)));
        assert!(error.traceback().is_some_and(|it| it.contains("demo:1")), "{error:?}");
    }
    lua.set_fuel(None);
    let mut timed = Lua::builder()
        .limits(Limits { step_fuel: 50, deadline: Some(std::time::Duration::ZERO), ..Limits::default() })
        .build()
        .unwrap();
    let spin = timed.load("return function(n) for i = 1, n do end return n end").into_function().unwrap();
    // What ends in its first step ends in time.
    let spin: Function = spin.call(&mut timed, ()).unwrap();
    assert_eq!(spin.call::<i64>(&mut timed, 1).unwrap(), 1);
    assert_eq!(spin.call::<i64>(&mut timed, 1_000_000).unwrap_err().kind(), ErrorKind::Deadline);
}

#[test]
fn a_call_collects_what_it_needs() {
    let limits = Limits { memory: Some(4 << 20), ..Limits::default() };
    let mut lua = Lua::builder().limits(limits).open();
    let fill = function(&mut lua, "function(n) local s = ('x'):rep(n) return #s end");
    for _ in 0..50 {
        assert_eq!(fill.call::<i64>(&mut lua, 2 << 20).unwrap(), 2 << 20);
    }
    let keep = function(&mut lua, "function() local t = {} while true do t[#t + 1] = {} end end");
    assert_eq!(keep.call::<()>(&mut lua, ()).unwrap_err().kind(), ErrorKind::Memory);
    assert_eq!(fill.call::<i64>(&mut lua, 100).unwrap(), 100);
    // Finalizers that are due run before the function, in the same task.
    let due = function(&mut lua, "function() setmetatable({}, {__gc = function() done = (done or 0) + 1 end}) end");
    let done = function(&mut lua, "function(a, b) return done, a, b end");
    for round in 1..5 {
        due.call::<()>(&mut lua, ()).unwrap();
        lua.collect_all();
        assert_eq!(done.call::<(i64, i64, i64)>(&mut lua, (7, 8)).unwrap(), (round, 7, 8));
    }
}

/// Objects are numbered alike, whether or not a collection took the task of the last call, or one ran.
#[test]
fn numbers_of_objects_do_not_depend_on_collections() {
    let shown = |collect: &dyn Fn(&mut Lua)| {
        let mut lua = Lua::new();
        let show = function(&mut lua, "function(...) return tostring({}) .. tostring(coroutine.create(print)) end");
        let body = function(&mut lua, "function() while true do coroutine.yield(tostring({})) end end");
        let thread = Thread::new(&lua, &body).unwrap();
        let mut all = String::new();
        for n in 0..4 {
            collect(&mut lua);
            all += &show.call::<String>(&mut lua, vec![n]).unwrap();
            collect(&mut lua);
            all += &thread.resume::<String>(&mut lua, ()).unwrap().into_inner();
            all += &lua.load("tostring({})").eval::<String>().unwrap();
        }
        all
    };
    assert_eq!(shown(&|_| {}), shown(&Lua::collect_all));
}
