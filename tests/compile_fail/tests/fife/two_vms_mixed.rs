//! Values of two VMs cannot be mixed.
use fife::Lua;

fn main() {
    let (first, second) = (Lua::new(), Lua::new());
    first.enter(|one| second.enter(|two| one.globals().set_field(one, "x", two.globals())));
}
