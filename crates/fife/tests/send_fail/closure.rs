//! With the feature `send`, a closure's captures move with the VM.
use fife::{Function, Lua};
use std::rc::Rc;

fn plain(lua: &Lua, shared: Rc<i64>) {
    lua.function("shared", move || *shared).unwrap();
}

fn with_call(lua: &Lua, shared: Rc<i64>) {
    Function::native(lua, "other", move |call| call.one(*shared)).unwrap();
}

fn main() {
    let lua = Lua::new();
    plain(&lua, Rc::new(7));
    with_call(&lua, Rc::new(7));
}
