//! The limit on held bytes holds for what scripts get past the usual ways to memory: errors that are kept, and their texts.
//!
//! How far it may be passed is written down here: a segment of the heap, from which small objects come when the limit
//! refuses them.

use fife::{Fuel, Host, Limits, Lua, RunError};

/// The limit.
const MEMORY: usize = 4 << 20;

/// What may be held beyond it.
const RESERVE: usize = (256 << 10) + (64 << 10);

struct Nothing;

impl Host for Nothing {}

/// Runs a chunk in small steps, and says what it ended with and how much was held at most.
fn run(source: &str) -> (Result<(), String>, usize) {
    let mut limits = Limits::default();
    limits.memory = Some(MEMORY);
    let mut lua = Lua::sandboxed(Nothing, limits);
    let task = lua.start(source.as_bytes(), "=test").expect("the chunk is Lua");
    let end = match lua.run(&task, &mut Fuel::with(20_000_000)) {
        Err(error @ RunError::Failed { .. }) => Err(error.to_string()),
        Ok(()) | Err(_) => Ok(()),
    };
    (end, lua.memory().peak_held_bytes)
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
    let mut lua = Lua::sandboxed(Nothing, limits);
    let task = lua.start(b"collectgarbage('stop') local s = ('x'):rep(3 << 20) s = nil", "=full").expect("a chunk");
    lua.run(&task, &mut Fuel::with(1_000_000)).expect("there is memory for it");
    let source = "a = { 1, 2, 3 } ".repeat(2000) + "return ...";
    let task = lua.start_with(source.as_bytes(), b"=next", |_| vec![1.into()]).expect("it collects garbage");
    lua.run(&task, &mut Fuel::with(1_000_000)).expect("there is memory for it");
    assert_eq!(lua.enter(|ctx| task.fetch(ctx).results().len()), 1);
}

#[test]
fn a_message_with_a_long_name_waits_for_a_collection() {
    let (end, peak) = run("
        local object = setmetatable({}, { __name = ('n'):rep(300000) })
        collectgarbage('stop')
        local s = ('x'):rep(3 << 20)
        s = nil
        local ok, message = pcall(function() return object + 1 end)
        assert(#message > 300000, message)
        message = nil
        s = ('x'):rep(5 << 19)
        local ok, message = pcall(function() return object + 1 end)
        assert(message == 'not enough memory', #message)");
    end.expect("both are as expected");
    assert!(peak <= MEMORY + RESERVE, "{peak} bytes");
}
