//! An async function returns a future, takes convertible arguments, and runs Lua code only through its context.
use fife::{AsyncContext, Lua, Table};

fn main() {
    let lua = Lua::new();
    lua.async_function("one", || 1).unwrap();
    lua.async_function("length", |text: &str| std::future::ready(text.len())).unwrap();
    lua.async_function("get", |ctx: AsyncContext, table: Table| async move { table.index::<i64>(&ctx, "x") }).unwrap();
}
