//! A callback cannot run Lua code within the run that called it.
use fife::gc::Context;
use fife::{Function, Lua};

fn main() {
    let lua = Lua::new();
    lua.function("twice", |mut ctx: Context<'_>, f: Function| f.call::<i64>(&mut ctx, ())).unwrap();
}
