//! An embedder cannot reach the account of the VM's memory.
use fife::Lua;

fn main() {
    let lua = Lua::new();
    lua.enter(|ctx| ctx.mc().allocate_leaf(1 << 20, true).is_ok());
    lua.enter(|ctx| ctx.mc().hold_external_forced(usize::MAX));
    lua.enter(|ctx| ctx.mc().release_external(usize::MAX));
}
