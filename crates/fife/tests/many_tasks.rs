//! The memory of a hundred thousand tasks in the middle of their work: by the VM's account, and resident, where Linux
//! reports that. A separate test binary, since other tests would take memory in the same process.

use fife::{Function, Lua, Tasks};

const COUNT: usize = 100_000;

/// The most for one task, by the account.
const EACH: usize = 1_024;

/// The most that may be resident, with the rest of the process.
const RESIDENT: usize = 110 << 20;

/// The most that may stay after they are gone: a segment of the heap.
const SEGMENT: usize = 256 << 10;

/// The resident bytes, or 0 if unknown.
fn resident() -> usize {
    let statistics = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = statistics.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
    kibibytes.map_or(0, |kibibytes: usize| kibibytes << 10)
}

/// Runs them until none can continue, or all have had `turns` turns, and prints the memory they take.
fn measure(name: &str, source: &str, turns: Option<usize>) {
    let mut lua = Lua::new();
    let globals = lua.globals();
    globals.set_async_function(&lua, "wait", std::future::pending::<()>).unwrap();
    let body: Function = lua.load(source).eval().unwrap();
    lua.collect_all();
    let before = lua.memory().held_bytes;
    let mut tasks = Tasks::new();
    for number in 0..COUNT {
        tasks.spawn(body.start(&lua, number as i64).unwrap());
    }
    let mut ran = 0;
    while turns.is_none_or(|turns| ran < turns * COUNT) {
        let turn = tasks.turn(&mut lua, 10_000_000);
        assert!(turn.ended.is_empty(), "{turn:?}");
        ran += turn.ran;
        if turn.idle {
            break;
        }
    }
    assert!(ran >= COUNT && tasks.len() == COUNT);
    lua.collect_all();
    let (held, resident) = (lua.memory().held_bytes - before, resident());
    println!("{name}: {} bytes each, {} MiB resident", held / COUNT, resident >> 20);
    assert!(held <= EACH * COUNT, "{name}: {} bytes each", held / COUNT);
    assert!(resident <= RESIDENT, "{name}: {resident} bytes resident");
    drop(tasks);
    lua.collect_all();
    let left = lua.memory().held_bytes.saturating_sub(before);
    assert!(left <= SEGMENT, "{name}: {left} bytes left");
}

#[test]
fn a_hundred_thousand_tasks() {
    measure("waiting", "function() wait() end", None);
    measure(
        "waiting in a call",
        "function(n) local function ask(m) local t = wait(m) return t end return ask(n) + 1 end",
        None,
    );
    measure("out of fuel", "function() while true do end end", Some(2));
}
