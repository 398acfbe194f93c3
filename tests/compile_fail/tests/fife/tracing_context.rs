//! An embedder cannot reach the context with which the VM's marker works.
use fife::{Fuel, Lua};

fn main() {
    let mut lua = Lua::new();
    static NUMBERS: [u64; 64] = [0x4141_4141_4141_4140; 64];
    lua.enter(|ctx| ctx.mc().set_tracing_context(NUMBERS.as_ptr().cast()));
    lua.enter(|ctx| ctx.mc().context::<fife::object::TracingContext>().is_some());
    let source =
        b"local t = {} for i = 1, 100 do t[i] = setmetatable({}, {__mode = 'k'}) end collectgarbage() return #t";
    let task = lua.load(source).name("=x").start(()).unwrap();
    println!("{:?}", task.run(&mut lua, &mut Fuel::with(1_000_000)));
}
