//! Scripts that do their worst, and what their host sees: a limit ends each of them, and the VM stays usable.

#![forbid(unsafe_code)]

use fife::{Limits, Lua, Result, Value};
use std::time::Duration;

fn main() -> Result<()> {
    let mut limits = Limits::untrusted();
    limits.memory = Some(8 << 20);
    limits.fuel = Some(2_000_000);
    let mut lua = Lua::builder().limits(limits).build()?;

    let scripts = [
        ("harmless", "return 6 * 7"),
        ("endless", "while true do pcall(error) end"),
        ("patterns", "return ('a'):rep(1000):find(('a?'):rep(1000) .. ('a'):rep(1000))"),
        ("memory", "local s = 'x' while true do s = s .. s end"),
        ("tables", "local t = {} for i = 1, math.huge do t[i] = {} end"),
        ("recursion", "local function f() return 1 + f() end f()"),
        ("deception", "error('not enough memory', 0)"),
        ("syntax", "return return"),
        ("files", "return io.open('/etc/passwd')"),
        ("bytecode", "return load('\\27Lua')"),
    ];
    for (name, source) in scripts {
        match lua.load(source).name(format!("={name}")).eval::<Value>() {
            Ok(value) => println!("{name}: {}", value.describe(&lua)),
            Err(error) => println!("{name}: {:?}: {error}", error.kind()),
        }
    }

    limits.fuel = None;
    limits.deadline = Some(Duration::from_millis(20));
    let mut lua = Lua::builder().limits(limits).build()?;
    let error = lua.load("while true do end").exec().unwrap_err();
    println!("slow: {:?}: {error}", error.kind());
    println!("and still: {}", lua.load("1 + 1").eval::<i64>()?);
    Ok(())
}
