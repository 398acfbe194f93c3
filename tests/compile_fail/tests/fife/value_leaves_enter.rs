//! A value of the VM cannot leave `enter`.
use fife::Lua;

fn main() {
    let lua = Lua::new();
    let table = lua.enter(|ctx| ctx.globals());
    drop(table);
}
