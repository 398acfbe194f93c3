//! Growth that is put off and then gathered into one step.
//!
//! A block that grows is paid for by the insertions before, on average. But a script can make many blocks that are all
//! full at the same time, and then let each grow by one insertion. So a growth itself must cost what it does, or a step
//! of some hundred units moves all the memory that the limit allows. Here many things of a kind grow in turn, by a
//! little each time. No step may make the VM hold much more than before: that is about half of what it moved.

use fife::{Fuel, Limits, Lua, Stepped};

/// The fuel of a step.
const STEP: u64 = 10_000;

/// The most that the held bytes may grow in a step.
const GROWTH_MAX: usize = 3 << 20;

/// Runs `count` things made by the expression `make`: functions that grow a bit with each call. They are called in turn
/// `rounds` times, after `before` calls of each. Returns the largest growth of a step, and that of all steps.
fn grow(count: usize, before: usize, rounds: usize, make: &str) -> (usize, usize) {
    let source = format!(
        "local all = {{}}
        for i = 1, {count} do
          local grow = {make}
          for n = 1, {before} do grow(n) end
          all[i] = grow
        end
        for n = {before} + 1, {before} + {rounds} do
          for i = 1, {count} do all[i](n) end
        end"
    );
    let mut limits = Limits::untrusted();
    (limits.fuel, limits.deadline) = (None, None);
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let task = lua.load(&source).name("=grow").start(()).unwrap();
    let (mut largest, mut held) = (0, lua.memory().held_bytes);
    let start = held;
    let mut most = held;
    loop {
        let stepped = lua.step(&task, &mut Fuel::with(STEP));
        let now = lua.memory().held_bytes;
        largest = largest.max(now.saturating_sub(held));
        held = now;
        most = most.max(now);
        match stepped {
            Stepped::Finished => return (largest, most - start),
            Stepped::Failed => panic!("{make}: {}", task.error(&lua).unwrap()),
            _ => {}
        }
    }
}

#[test]
fn no_step_gathers_many_growths() {
    // A coroutine that grows each time it is resumed.
    let coroutine = |body: &str| format!("coroutine.wrap(function() {body} end)");
    for (name, count, before, rounds, make) in [
        ("numbers as keys", 40, 7_000, 3_000, "(function() local t = {} return function(n) t[n + 0.5] = n end end)()"),
        ("strings as keys", 40, 7_000, 3_000, "(function() local t = {} return function(n) t['k' .. n] = n end end)()"),
        ("small tables", 2_000, 200, 100, "(function() local t = {} return function(n) t[n + 0.5] = n end end)()"),
        ("lists", 400, 1_000, 100, "(function() local t = {} return function(n) t[n] = n end end)()"),
        ("longer lists", 100, 4_000, 200, "(function() local t = {} return function(n) t[#t + 1] = n end end)()"),
        ("table.insert", 400, 1_000, 100, "(function() local t = {} return function(n) table.insert(t, n) end end)()"),
        ("rawset", 40, 7_000, 3_000, "(function() local t = {} return function(n) rawset(t, n + 0.5, n) end end)()"),
        (
            "stacks and frames",
            200,
            900,
            500,
            &coroutine("local function deep() coroutine.yield() return (deep()) + 1 end deep()"),
        ),
        (
            "growing bytes",
            100,
            100,
            100,
            &coroutine(
                "local s = ('y'):rep(1000); ('x'):rep(1000):gsub('.', function() coroutine.yield() return s end)",
            ),
        ),
    ] {
        let (largest, all) = grow(count, before, rounds, make);
        assert!(all > 4 * GROWTH_MAX, "{name}: only {all} bytes in all");
        assert!(largest <= GROWTH_MAX, "{name}: {largest} bytes more in a step");
    }
}

#[test]
fn looking_at_a_list_again_and_again_is_paid_for() {
    // Few nodes, that keys use up again and again, beside a list: each time its slots are counted.
    let source = "local t, keys = {}, {}
        for i = 1, 32000 do t[i] = i end
        t.x = 1
        for i = 1, 64 do keys[i] = 'k' .. i end
        return function() for i = 1, 64 do t[keys[i]] = 1 t[keys[i]] = nil end end";
    let mut lua = Lua::new();
    let round: fife::Function = lua.load(source).eval().unwrap();
    let used = |lua: &mut Lua| {
        let task = lua.load("(...)()").start(round.clone()).unwrap();
        let mut fuel = Fuel::with(10_000_000);
        while !matches!(lua.step(&task, &mut fuel), Stepped::Finished) {}
        10_000_000 - fuel.remaining()
    };
    let (first, second) = (used(&mut lua), used(&mut lua));
    // 64 slots are looked at for a unit, at most.
    assert!(first.min(second) > 30 * 32_000 / 64, "{first}, {second}");
}
