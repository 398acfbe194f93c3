//! With the feature `send`, futures move with the VM, and so does what they hold over an await or ask of it.
use fife::{AsyncContext, Lua};
use std::rc::Rc;

fn captured(lua: &Lua, shared: Rc<i64>) {
    lua.async_function("captured", move || std::future::ready(*shared)).unwrap();
}

fn held(lua: &Lua) {
    let held = || async {
        let held = Rc::new(7);
        std::future::ready(()).await;
        *held
    };
    lua.async_function("held", held).unwrap();
}

async fn asked(ctx: AsyncContext) {
    ctx.with(|_| Rc::new(7)).await.unwrap();
}

fn main() {
    let lua = Lua::new();
    captured(&lua, Rc::new(7));
    held(&lua);
    lua.async_function("asked", asked).unwrap();
}
