//! A call running as a future owns the VM, and an async function keeps no borrows.
use fife::{Function, Lua};

fn main() {
    let mut lua = Lua::new();
    let function: Function = lua.load("function() end").eval().unwrap();
    let running = function.call_async::<()>(&mut lua, ());
    lua.load("x = 1").exec().unwrap();
    drop(running);

    let name = String::from("name");
    lua.async_function("greet", || async { name.len() }).unwrap();
}
