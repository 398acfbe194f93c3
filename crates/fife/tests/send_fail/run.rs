//! With the feature `send`, elements of a run move with the VM.
use fife::Lua;
use fife::arena::{Gc, Run};
use std::cell::Cell;

fn main() {
    Lua::new().enter(|ctx| {
        Gc::new(ctx.mc(), Run::<&'static Cell<i64>>::new());
    });
}
