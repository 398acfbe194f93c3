//! A large chunk is loaded in pieces: whatever comes between them, what is loaded is the same.

use fife::{Fuel, Limits, Lua, NoHost, Stepped};

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

/// How many steps it takes, of which each but the last is followed by `between`; nothing if it runs out of memory.
fn steps(memory: Option<usize>, mut between: impl FnMut(&mut Lua)) -> Option<usize> {
    let mut limits = Limits::default();
    limits.memory = memory;
    let mut lua = Lua::sandboxed(NoHost, limits);
    let task = lua.start(SCRIPT.as_bytes(), "=test").expect("it is Lua");
    for count in 1.. {
        match lua.step(&task, &mut Fuel::with(200_000)) {
            Stepped::Finished => return Some(count),
            Stepped::Failed => {
                let message = lua.failure(&task).to_string();
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
        let mut lua = Lua::sandboxed(NoHost, Limits::default());
        let task = lua.start(SCRIPT.as_bytes(), "=test").expect("it is Lua");
        for _ in 0..count {
            lua.step(&task, &mut Fuel::with(200_000));
        }
        let held = lua.memory().held_bytes;
        drop(task);
        lua.collect_all();
        assert!(lua.memory().held_bytes < held.max(1 << 20), "{count} steps");
    }
}
