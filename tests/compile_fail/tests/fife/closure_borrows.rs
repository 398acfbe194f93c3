//! A function that a VM keeps cannot borrow from its maker.
use fife::Lua;

fn main() {
    let lua = Lua::new();
    let text = String::from("text");
    lua.function("text", || text.len()).unwrap();
}
