//! A value of the VM does not leave `enter`.
use fife::Lua;

fn main() {
    let lua = Lua::new();
    let table = lua.enter(|ctx| ctx.globals());
    drop(table);
}
